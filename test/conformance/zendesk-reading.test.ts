import { describe, expect, it } from 'vitest';
import { at, expectVendorLike, keysOf, listOf, numberAt, openDesk, textAt } from './bench.ts';

/** Paging, search, exports and jobs of Zendesk: what its pages of "Pagination", "Search" and "Incremental Exports" promise. */
const off = { limits: { off: true } };

describe('pages', () => {
  it('by cursor end with a cursor and a link, which lead to an empty page with neither', async () => {
    const desk = await openDesk(off);
    await desk.seed('organization', ...Array.from({ length: 5 }, (_, i) => ({ name: `O${i}` })));
    const names: unknown[] = [];
    let path = 'organizations.json?page[size]=2';
    for (let i = 0; i < 3; i++) {
      const { body } = await desk.call('GET', path);
      names.push(...listOf(at(body, 'organizations')).map((one) => at(one, 'name')));
      expect([at(body, 'meta.has_more'), keysOf(body)]).toEqual([i < 2, ['links', 'meta', 'organizations']]);
      path = textAt(body, 'links.next');
      expect(path).toMatch(
        /^https:\/\/acme\.zendesk\.example\/api\/v2\/organizations\.json\?.*page%5Bafter%5D=.+&page%5Bsize%5D=2$/,
      );
      const cursor = JSON.parse(Buffer.from(textAt(body, 'meta.after_cursor'), 'base64').toString());
      expect(keysOf(cursor)).toEqual(['o', 'v']);
    }
    expect(names).toEqual(['O0', 'O1', 'O2', 'O3', 'O4']);
    const end = await desk.call('GET', path);
    expect(end.body).toEqual({
      organizations: [],
      meta: { has_more: false, after_cursor: null, before_cursor: null },
      links: { prev: null, next: null },
    });
  });

  it('by cursor can be walked back', async () => {
    const desk = await openDesk(off);
    await desk.seed('organization', ...Array.from({ length: 4 }, (_, i) => ({ name: `O${i}` })));
    const first = await desk.call('GET', 'organizations?page[size]=2');
    const second = await desk.call('GET', textAt(first.body, 'links.next'));
    const back = await desk.call('GET', textAt(second.body, 'links.prev'));
    expect(at(back.body, 'organizations')).toEqual(at(first.body, 'organizations'));
  });

  it.each([
    'page[size]=0',
    'page[size]=-1',
    'page[size]=x',
    'page[size]=1e9',
    'page[size]=2&sort=nonsense',
    'page[size]=2&page[after]=nonsense',
    'page[size]=2&page[after]=eyJvIjoiaWQiLCJ2IjoiISEifQ==',
    'page[size]=2&page[after]=e30=',
    'page[size]=2&page[before]=%00',
  ])('by cursor are refused: %s', async (query) => {
    const desk = await openDesk(off);
    const reply = await desk.call('GET', `tickets?${query}`);
    expect([reply.status, at(reply.body, 'errors.0.code'), desk.bugs]).toEqual([400, 'InvalidPaginationParameter', []]);
  });

  it('by cursor take no other order silently, and no more than a hundred at once', async () => {
    const desk = await openDesk(off);
    await desk.seed('ticket', ...Array.from({ length: 101 }, (_, i) => ({ subject: `S${i}` })));
    const plain = await desk.call('GET', 'tickets?page[size]=100');
    const sorted = await desk.call('GET', 'tickets?page[size]=100&sort_by=updated_at&sort_order=desc');
    expect(at(sorted.body, 'tickets')).toEqual(at(plain.body, 'tickets'));
    expect(listOf(at(plain.body, 'tickets')).length).toBe(100);
    const descending = await desk.call('GET', 'tickets?page[size]=5&sort=-id');
    expect(numberAt(descending.body, 'tickets.0.id')).toBeGreaterThan(numberAt(descending.body, 'tickets.4.id'));
  });

  it('by number end at ten thousand records', async () => {
    const desk = await openDesk(off);
    await desk.seed('organization', { name: 'A' }, { name: 'B' });
    const first = await desk.call('GET', 'organizations?per_page=1');
    expect([at(first.body, 'count'), at(first.body, 'previous_page')]).toEqual([2, null]);
    expect(new URL(textAt(first.body, 'next_page')).search).toMatch(/page=2/);
    expect((await desk.call('GET', 'organizations?page=100')).status).toBe(200);
    for (const page of ['101', '99999999999', '9'.repeat(400)]) {
      const deep = await desk.call('GET', `organizations?page=${page}`);
      expect([deep.status, at(deep.body, 'errors.0.code')]).toEqual([400, 'InvalidPaginationDepth']);
    }
    for (const query of [
      'page=0',
      'page=-1',
      'page=x',
      'per_page=0',
      'per_page=-1',
      'per_page=99999999999',
      'per_page=x',
      'page[]=1',
      'page=1&page=2',
    ])
      expectVendorLike(desk, await desk.call('GET', `organizations?${query}`));
  });
});

describe('search', () => {
  it('answers a thousand results by number and not one page more', async () => {
    const desk = await openDesk(off);
    const beyond = await desk.call('GET', 'search?query=type:user&page=11');
    expect([beyond.status, beyond.body]).toEqual([
      422,
      {
        error: 'invalid',
        description: 'Invalid search: Requested response size was greater than Search Response Limits',
      },
    ]);
    expect((await desk.call('GET', 'search?query=type:user&page[size]=10')).status).toBe(400);
    desk.advance(30_000);
    const found = await desk.call('GET', 'search?query=type:user petra');
    expect(keysOf(found.body)).toEqual(['count', 'facets', 'next_page', 'previous_page', 'results']);
    expect(at(found.body, 'results.0.result_type')).toBe('user');
    expect(found.headers.get('cache-control')).toBe('max-age=10, private');
  });

  it.each([
    '',
    '%00',
    'type:',
    'type:nonsense',
    'created>',
    'created>tomorrowish',
    '"unclosed',
    '***',
    'a*b*c*',
    '-',
    ':',
    'status<',
    'custom_field_x:1',
    '(',
    '[a-',
    'x'.repeat(5000),
    'constructor:1',
    'type:user created>99999999999999999999years',
    'fieldvalue:',
  ])('answers any words: %j', async (query) => {
    const desk = await openDesk(off);
    await desk.seed('user', { name: 'Ada (b', email: 'ada@demo.example' });
    desk.advance(60_000);
    for (const path of ['search', 'search/count', 'users/search', 'organizations/autocomplete'])
      expectVendorLike(
        desk,
        await desk.call('GET', `${path}?query=${encodeURIComponent(query)}&name=${encodeURIComponent(query)}`),
      );
    expectVendorLike(
      desk,
      await desk.call('GET', `search/export?filter[type]=user&query=${encodeURIComponent(query)}`),
    );
  });

  it('exports by a cursor that lives an hour, without a count or a way back', async () => {
    const desk = await openDesk(off);
    await desk.seed('user', ...Array.from({ length: 5 }, (_, i) => ({ name: `Ada ${i}` })));
    desk.advance(60_000);
    const first = await desk.call('GET', 'search/export?query=ada&filter[type]=user&page[size]=3');
    expect([keysOf(first.body), at(first.body, 'links.prev'), at(first.body, 'meta.has_more')]).toEqual([
      expect.not.arrayContaining(['count']),
      null,
      true,
    ]);
    desk.advance(3_600_001);
    expect((await desk.call('GET', textAt(first.body, 'links.next'))).status).toBeGreaterThanOrEqual(400);
    for (const kind of ['constructor', '', 'nonsense', 'user,ticket'])
      expectVendorLike(desk, await desk.call('GET', `search/export?query=ada&filter[type]=${kind}`));
  });
});

describe('an export', () => {
  it('of too recent a time is refused', async () => {
    const desk = await openDesk(off);
    for (const feed of ['organizations', 'users', 'tickets', 'users/cursor', 'tickets/cursor']) {
      const reply = await desk.call(
        'GET',
        `incremental/${feed}.json?start_time=${Math.floor(desk.now() / 1_000) - 30}`,
      );
      expect([reply.status, at(reply.body, 'error'), keysOf(reply.body)]).toEqual([
        422,
        'InvalidValue',
        ['description', 'error'],
      ]);
    }
  });

  it.each([
    '',
    'start_time=',
    'start_time=x',
    'start_time=-1',
    'start_time=99999999999999999999',
    'start_time=0&per_page=0',
    'start_time=0&per_page=x',
    'start_time=0&per_page=99999999',
    'cursor=nonsense',
    'cursor=',
    'cursor=fHx8',
    'cursor=MTY5NTA1MjY2My4wfHwyOHw=',
    'start_time=1e3',
    'start_time=0&include=nonsense',
  ])('answers any parameters: %j', async (query) => {
    const desk = await openDesk(off);
    await desk.seed('user', { name: 'A', created_at: '2026-01-01T00:00:00Z' });
    for (const feed of [
      'organizations',
      'users',
      'users/cursor',
      'tickets',
      'tickets/cursor',
      'ticket_events',
      'ticket_metric_events',
      'users/sample',
    ])
      expectVendorLike(desk, await desk.call('GET', `incremental/${feed}.json?${query}`));
  });

  it('keeps its cursor at the end, and shows later changes from it', async () => {
    const desk = await openDesk(off);
    const [id] = await desk.seed('ticket', {
      subject: 'A',
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
    });
    const all = await desk.call('GET', 'incremental/tickets/cursor.json?start_time=0');
    expect(keysOf(all.body)).toEqual([
      'after_cursor',
      'after_url',
      'before_cursor',
      'before_url',
      'end_of_stream',
      'tickets',
    ]);
    const cursor = textAt(all.body, 'after_cursor');
    expect([at(all.body, 'end_of_stream'), Buffer.from(cursor, 'base64').toString()]).toEqual([
      true,
      `1767225600.0||${id}|`,
    ]);
    await desk.call('PUT', `tickets/${id}`, { ticket: { subject: 'B' } });
    expect(
      listOf(at((await desk.call('GET', `incremental/tickets/cursor.json?cursor=${cursor}`)).body, 'tickets')),
    ).toEqual([]);
    desk.advance(61_000);
    const later = await desk.call('GET', `incremental/tickets/cursor.json?cursor=${cursor}`);
    expect(at(later.body, 'tickets.0.subject')).toBe('B');
  });
});

describe('a job', () => {
  it('goes from queued over working to completed, tells each item’s fate, and is forgotten after a day', async () => {
    const desk = await openDesk({ limits: { off: true }, jobMs: 10_000 });
    const started = await desk.call('POST', 'users/create_or_update_many', {
      users: [
        { name: 'A', external_id: 'a' },
        { name: '', external_id: 'b' },
        { name: 'C', email: 'owner@twin.example', external_id: 'c' },
      ],
    });
    expect(at(started.body, 'job_status')).toEqual({
      id: expect.stringMatching(/^V3-[0-9a-f]{32}$/),
      job_type: expect.any(String),
      url: expect.stringMatching(/^https:\/\/acme\.zendesk\.example\/api\/v2\/job_statuses\/V3-[0-9a-f]{32}\.json$/),
      total: 3,
      progress: null,
      status: 'queued',
      message: null,
      results: null,
    });
    const path = textAt(started.body, 'job_status.url');
    const seen = new Set<unknown>();
    for (let i = 0; i < 12; i++) {
      seen.add(at((await desk.call('GET', path)).body, 'job_status.status'));
      desk.advance(1_000);
    }
    expect([...seen]).toEqual(['queued', 'working', 'completed']);
    const done = at((await desk.call('GET', path)).body, 'job_status');
    expect(textAt(done, 'message')).toMatch(/^Completed at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000$/);
    expect(listOf(at(done, 'results')).length).toBe(3);
    expect(JSON.stringify(at(done, 'results'))).toMatch(/"status":"Created"/);
    const many = await desk.call('GET', `job_statuses/show_many?ids=${textAt(done, 'id')},V3-${'0'.repeat(32)}`);
    expect(listOf(at(many.body, 'job_statuses')).length).toBe(1);
    desk.advance(86_400_000);
    expect((await desk.call('GET', path)).status).toBe(404);
  });
});
