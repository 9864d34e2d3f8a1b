import { describe, expect, it } from 'vitest';
import type { JsonObject } from './json.ts';
import { type Desk, list, number, object, openDesk, start, text } from './testing.ts';

const second = Math.floor(start / 1000);

/** Organizations, `each` of them in every one of `seconds` seconds. */
async function seeded(desk: Desk, seconds: number, each: number, from = second - 100_000): Promise<void> {
  const organization: JsonObject[] = [];
  for (let at = 0; at < seconds; at++) {
    for (let i = 0; i < each; i++) {
      organization.push({ name: `O${at}-${i}`, created_at: new Date((from + at) * 1000).toISOString() });
    }
  }
  await desk.control('PUT', 'seed', { organization });
}

describe('time-based exports', () => {
  it('shows the whole second when a full page shares it, and goes on with the next second', async () => {
    const desk = await openDesk();
    await seeded(desk, 3, 7);
    const first = await desk.call('GET', 'incremental/organizations.json?per_page=1&start_time=0');
    expect(first.body).toMatchObject({ count: 7, end_time: second - 99_999, end_of_stream: false });
    expect(first.body.next_page).toBe(
      `https://acme.zendesk.com/api/v2/incremental/organizations.json?start_time=${second - 99_999}&per_page=1`,
    );
  });

  it('repeats the last second of a page on the next one', async () => {
    const desk = await openDesk();
    await seeded(desk, 4, 3);
    const first = await desk.call('GET', 'incremental/organizations.json?per_page=5&start_time=0');
    expect(first.body).toMatchObject({ count: 5, end_time: second - 99_999, end_of_stream: false });
    const next = await desk.call('GET', text(first.body.next_page));
    expect(list(next.body, 'organizations').map((one) => one.name)).toEqual(['O1-0', 'O1-1', 'O1-2', 'O2-0', 'O2-1']);
  });

  it('repeats the last second for ever at the end of the stream', async () => {
    const desk = await openDesk();
    await seeded(desk, 2, 2);
    const first = await desk.call('GET', 'incremental/organizations.json?start_time=0');
    expect(first.body).toMatchObject({ count: 4, end_of_stream: true });
    const next = await desk.call('GET', text(first.body.next_page));
    const after = await desk.call('GET', text(next.body.next_page));
    expect([next.body.count, after.body]).toEqual([2, next.body]);
  });

  it('withholds what changed within the last minute', async () => {
    const desk = await openDesk();
    await desk.call('POST', 'organizations', { organization: { name: 'A' } });
    const early = await desk.call('GET', 'incremental/organizations.json?start_time=0');
    expect(early.body.count).toBe(0);
    desk.advance(60_000);
    const late = await desk.call('GET', 'incremental/organizations.json?start_time=0');
    expect(list(late.body, 'organizations').map((one) => one.name)).toEqual(['A']);
    const recent = await desk.call('GET', `incremental/organizations.json?start_time=${desk.nowSeconds() - 30}`);
    expect([recent.status, recent.body.error]).toEqual([422, 'InvalidValue']);
  });

  it('moves a changed record to its new place and keeps a deleted one', async () => {
    const desk = await openDesk();
    await seeded(desk, 3, 1);
    const all = list((await desk.call('GET', 'organizations')).body, 'organizations');
    await desk.call('PUT', `organizations/${number(all[0]?.id)}`, { organization: { notes: 'x' } });
    await desk.call('DELETE', `organizations/${number(all[1]?.id)}`);
    desk.advance(61_000);
    const rows = list((await desk.call('GET', 'incremental/organizations?start_time=0')).body, 'organizations');
    expect(rows.map((row) => row.name)).toEqual(['O2-0', 'O0-0', 'O1-0']);
    expect(rows.map((row) => row.deleted_at)).toEqual([null, null, '2026-11-20T08:30:00Z']);
  });

  it('lets ten a minute through, over all feeds together', async () => {
    const desk = await openDesk();
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) {
      statuses.push((await desk.call('GET', 'incremental/organizations.json?start_time=0')).status);
      statuses.push((await desk.call('GET', 'incremental/users.json?start_time=0')).status);
    }
    const over = await desk.call('GET', 'incremental/users/cursor.json?start_time=0');
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 200));
    expect([over.status, over.body, over.headers.get('retry-after')]).toEqual([
      429,
      {
        error: 'APIRateLimitExceeded',
        description: 'Number of allowed incremental export API requests per minute exceeded',
      },
      '60',
    ]);
    expect(over.headers.get('zendesk-ratelimit-incremental-exports')).toBe('total=10; remaining=0; resets=60');
  });
});

describe('cursor exports', () => {
  it('names the last row in a cursor that is there at the end too, and shows later changes from it', async () => {
    const desk = await openDesk();
    const user = ['A', 'B', 'C'].map((name) => ({ name, created_at: '2026-11-01T00:00:00Z' }));
    await desk.control('PUT', 'seed', { user });
    const first = await desk.call('GET', 'incremental/users/cursor.json?start_time=1793000000&per_page=2');
    expect(first.body).toMatchObject({ end_of_stream: false, before_url: null, before_cursor: null });
    const cursor = Buffer.from(text(first.body.after_cursor), 'base64').toString();
    expect(cursor).toMatch(/^\d+\.0\|\|\d+\|$/);
    const rest = await desk.call('GET', text(first.body.after_url));
    expect([list(rest.body, 'users').length, rest.body.end_of_stream]).toEqual([1, true]);
    const changed = number(list(first.body, 'users')[0]?.id);
    await desk.call('PUT', `users/${changed}`, { user: { notes: 'x' } });
    desk.advance(60_000);
    const later = await desk.call('GET', text(rest.body.after_url));
    expect(list(later.body, 'users')).toMatchObject([{ id: changed, permanently_deleted: false }]);
    const end = await desk.call('GET', text(later.body.after_url));
    expect(end.body).toMatchObject({ users: [], after_cursor: later.body.after_cursor ?? null, end_of_stream: true });
  });
});

describe('exports without a lag', () => {
  it('lose no change of a second that is still running', async () => {
    const desk = await openDesk({ exportLagMs: 0, limits: { off: true } });
    await desk.control('PUT', 'seed', { user: [{ name: 'A' }, { name: 'B' }] });
    const first = await desk.call('GET', `incremental/users/cursor?start_time=${second}`);
    const a = list(first.body, 'users')[0];
    await desk.call('PUT', `users/${number(a?.id)}`, { user: { notes: 'x' } });
    const later = await desk.call('GET', text(first.body.after_url));
    expect(list(later.body, 'users').map((user) => [user.name, user.notes])).toEqual([
      ['A', 'x'],
      ['B', ''],
    ]);
  });
});

describe('lists', () => {
  it('pages by cursor; the last page still has a cursor and a link, which leads to an empty page without', async () => {
    const desk = await openDesk();
    await seeded(desk, 3, 1);
    const first = await desk.call('GET', 'organizations.json?page[size]=2');
    expect(object(first.body, 'meta').has_more).toBe(true);
    const last = await desk.call('GET', text(object(first.body, 'links').next));
    expect(list(last.body, 'organizations').map((one) => one.name)).toEqual(['O2-0']);
    expect(object(last.body, 'meta').has_more).toBe(false);
    const beyond = await desk.call('GET', text(object(last.body, 'links').next));
    expect(beyond.body).toEqual({
      organizations: [],
      meta: { has_more: false, after_cursor: null, before_cursor: null },
      links: { prev: null, next: null },
    });
    const back = await desk.call('GET', text(object(last.body, 'links').prev));
    expect(list(back.body, 'organizations').map((one) => one.name)).toEqual(['O0-0', 'O1-0']);
  });

  it('pages by number up to ten thousand records', async () => {
    const desk = await openDesk();
    await seeded(desk, 3, 1);
    const second = await desk.call('GET', 'organizations?page=2&per_page=2');
    expect(second.body).toMatchObject({
      count: 3,
      next_page: null,
      previous_page: 'https://acme.zendesk.com/api/v2/organizations?page=1&per_page=2',
    });
    const deep = await desk.call('GET', 'organizations?page=101');
    expect([deep.status, list(deep.body, 'errors')[0]?.code]).toEqual([400, 'InvalidPaginationDepth']);
  });
});

describe('search', () => {
  it('finds a record only once the index has caught up', async () => {
    const desk = await openDesk();
    await desk.call('POST', 'users', { user: { name: 'Ada Lovelace', external_id: '42', email: 'ada@demo.com' } });
    const search = async () => (await desk.call('GET', 'search?query=type:user external_id:42')).body;
    expect((await search()).count).toBe(0);
    desk.advance(30_000);
    expect(await search()).toMatchObject({ count: 1, facets: null, results: [{ result_type: 'user' }] });
  });

  it.each([
    ['type:user ada', 1],
    ['type:user name:"Ada Lovelace"', 1],
    ['type:user email:ada@*', 1],
    ['type:user -ada', 3],
    ['type:organization created>2026-01-01', 1],
    ['type:organization updated<1hour', 0],
    ['type:user tags:vip', 1],
    ['nothing', 0],
  ])('understands %s', async (query, count) => {
    const desk = await openDesk({ searchLagMs: 0 });
    await desk.call('POST', 'users', { user: { name: 'Ada Lovelace', email: 'ada@demo.com', tags: ['vip'] } });
    await desk.call('POST', 'users', { user: { name: 'Bob' } });
    await desk.call('POST', 'organizations', { organization: { name: 'Acme' } });
    const found = await desk.call('GET', `search/count?query=${encodeURIComponent(query)}`);
    expect(found.body).toEqual({ count });
  });

  it('shows a thousand results and no more', async () => {
    const desk = await openDesk();
    const deep = await desk.call('GET', 'search?query=type:user&page=11');
    expect([deep.status, deep.body]).toEqual([
      422,
      {
        error: 'invalid',
        description: 'Invalid search: Requested response size was greater than Search Response Limits',
      },
    ]);
  });
});
