import { describe, expect, test } from 'vitest';
import { isGone } from '../../model/record.ts';
import { jsonResponse } from '../kit/testing.ts';
import { follow } from './changes.ts';
import { organization, type Script, scripted } from './testing.ts';

const want = { object: 'organization', fields: ['name'] };
const noon = Date.UTC(2026, 0, 15, 12);

interface Stored {
  readonly stamp: number;
  readonly row: Record<string, unknown>;
}

/** The export by its recorded rule: by time, whole seconds, the last second repeated unless a page is all of one second. */
function exportOf(records: () => readonly Stored[], pageSize: number): Script {
  return {
    'GET /incremental/organizations': ({ query }) => {
      const from = Number(query.get('start_time'));
      const due = records()
        .filter(({ stamp }) => stamp >= from)
        .sort((a, b) => a.stamp - b.stamp);
      let page = due.slice(0, pageSize);
      const [first] = page;
      const last = page.at(-1);
      if (first === undefined || last === undefined) {
        return jsonResponse(200, { organizations: [], count: 0, end_of_stream: true, end_time: null, next_page: null });
      }
      const oneSecond = first.stamp === last.stamp;
      if (oneSecond) page = due.filter(({ stamp }) => stamp === first.stamp);
      return jsonResponse(200, {
        organizations: page.map(({ row }) => row),
        count: page.length,
        end_of_stream: page.length === due.length,
        end_time: oneSecond ? first.stamp + 1 : last.stamp,
      });
    },
  };
}

function stored(id: number, stamp: number, given: Record<string, unknown> = {}): Stored {
  const updated = new Date(stamp * 1000).toISOString().replace('.000Z', 'Z');
  return { stamp, row: organization(id, { updated_at: updated, ...given }) };
}

async function readAll(vendor: ReturnType<typeof scripted>, from: string | null) {
  const ids: string[] = [];
  let cursor = from;
  for (let pages = 1; ; pages++) {
    const page = await vendor.connection.changes(want, cursor);
    ids.push(...page.changes.map(({ ref }) => ref.id));
    cursor = page.cursor;
    if (!page.more) return { ids, cursor, pages };
    if (pages > 20) throw new Error('the feed does not end');
  }
}

const t = noon / 1000 - 5000;

/** The same, with the limit told as the vendor tells it. */
function limited(script: Script): Script {
  let made = 0;
  return {
    'GET /incremental/organizations': async (request, n) => {
      const answer = await script['GET /incremental/organizations']?.(request, n);
      if (!answer) throw new Error('no export in this script');
      made += 1;
      answer.headers.set(
        'zendesk-ratelimit-incremental-exports',
        `total=10; remaining=${Math.max(0, 10 - made)}; resets=60`,
      );
      return answer;
    },
  };
}

describe('the feed', () => {
  test('brings everything once, over pages that repeat their last second', async () => {
    const records = [
      stored(1, t),
      stored(2, t + 1),
      stored(3, t + 1),
      stored(4, t + 1),
      stored(5, t + 2),
      stored(6, t + 3),
    ];
    const vendor = scripted(exportOf(() => records, 3));
    const { ids } = await readAll(vendor, null);
    expect(ids).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  test('gets past a second that holds more records than a page', async () => {
    const records = [1, 2, 3, 4, 5].map((id) => stored(id, t)).concat(stored(6, t + 9));
    const vendor = scripted(exportOf(() => records, 2));
    const { ids } = await readAll(vendor, null);
    expect(ids).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  test('brings nothing when nothing changed, for one call a poll', async () => {
    const records = [stored(1, t), stored(2, t + 5), stored(3, t + 5)];
    const vendor = scripted(exportOf(() => records, 1000));
    const first = await readAll(vendor, null);
    const before = vendor.seen.length;
    const second = await readAll(vendor, first.cursor);
    const third = await readAll(vendor, second.cursor);
    expect([...second.ids, ...third.ids]).toEqual([]);
    expect(vendor.seen.length - before).toBe(2);
  });

  test('brings a record again that changed, also within the last second that was seen', async () => {
    let records = [stored(1, t), stored(2, t + 5)];
    const vendor = scripted(exportOf(() => records, 1000));
    const first = await readAll(vendor, null);
    records = [stored(2, t + 5, { name: 'changed twice in a second' }), stored(1, t + 60)];
    const second = await readAll(vendor, first.cursor);
    expect(second.ids.sort()).toEqual(['1', '2']);
  });

  test('a record that moved by a system update without a new stamp comes at most once more', async () => {
    const system: Stored = { stamp: t + 9, row: organization(3, { updated_at: '2026-01-01T00:00:00Z' }) };
    const records = [stored(1, t), system, stored(2, t + 9)];
    const vendor = scripted(exportOf(() => records, 1000));
    const first = await readAll(vendor, null);
    const second = await readAll(vendor, first.cursor);
    const third = await readAll(vendor, second.cursor);
    expect(first.ids).toEqual(['1', '3', '2']);
    expect(third.ids).toEqual([]);
  });

  test('a deleted record comes as gone', async () => {
    const vendor = scripted(exportOf(() => [stored(1, t, { deleted_at: '2026-01-14T00:00:00Z' })], 1000));
    const page = await vendor.connection.changes(want, null);
    expect(page.changes.map(({ seen }) => isGone(seen))).toEqual([true]);
  });

  test('an empty account has an empty feed that ends', async () => {
    const vendor = scripted(exportOf(() => [], 1000));
    expect(await vendor.connection.changes(want, null)).toMatchObject({ changes: [], more: false });
  });

  test('never asks for a start time that is too recent', async () => {
    const vendor = scripted(
      exportOf(() => [], 1000),
      { start: noon },
    );
    const recent = JSON.stringify({ from: noon / 1000 - 61, seen: [], load: false });
    expect(await vendor.connection.changes(want, recent)).toEqual({ changes: [], cursor: recent, more: false });
    expect(vendor.seen).toEqual([]);
  });

  test('an account that wants five minutes is asked again later, not taken as broken', async () => {
    const vendor = scripted(
      {
        'GET /incremental/organizations': () => jsonResponse(422, { error: 'InvalidValue', description: 'Too recent' }),
      },
      { start: noon },
    );
    const recent = JSON.stringify({ from: noon / 1000 - 120, seen: [], load: false });
    expect(await vendor.connection.changes(want, recent)).toEqual({ changes: [], cursor: recent, more: false });
    const old = JSON.stringify({ from: noon / 1000 - 7200, seen: [], load: false });
    await expect(vendor.connection.changes(want, old)).rejects.toMatchObject({ fault: { code: 'InvalidValue' } });
  });

  test('a role without the right to export is told in plain words', async () => {
    const vendor = scripted({
      'GET /incremental/organizations': () =>
        jsonResponse(403, { error: { title: 'Forbidden', message: 'You do not have access to this page.' } }),
    });
    await expect(vendor.connection.changes(want, null)).rejects.toMatchObject({ fault: { kind: 'refused' } });
  });

  test('a first load leaves three of the ten exports a minute to the polls', async () => {
    const many = Array.from({ length: 12 }, (_, i) => stored(i + 1, t + i * 10));
    const vendor = scripted(limited(exportOf(() => many, 2)), { start: noon });
    const asked: number[] = [];
    let cursor: string | null = null;
    for (;;) {
      const page = await vendor.connection.changes(want, cursor);
      asked.push(vendor.world.now() - noon);
      cursor = page.cursor;
      if (!page.more) break;
    }
    expect(asked.filter((at) => at < 60_000).length).toBe(7);
    // A poll goes at once, though the load has had its share.
    const poll = scripted(limited(exportOf(() => many, 2)), { start: noon });
    const live = JSON.stringify({ from: t, seen: [], load: false });
    for (let i = 0; i < 10; i++) await poll.connection.changes(want, live);
    expect(poll.world.now() - noon).toBe(0);
  });
});

test('a page that says it is not the end, and does not move on, ends the round', () => {
  const cursor = { from: t, seen: [], load: false };
  expect(follow(cursor, { rows: [], end_time: t, end_of_stream: false }).more).toBe(false);
});

test('without the sign of the end, a page that is not full is the last', () => {
  const cursor = { from: 0, seen: [], load: true };
  expect(follow(cursor, { rows: [], end_time: t, end_of_stream: null })).toMatchObject({
    more: false,
    next: { load: false },
  });
});
