import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isGone } from '../../model/record.ts';
import type { Fields } from '../../model/value.ts';
import { type Bench, fields, open, poll } from '../kit/contract-bench.ts';
import { account, contact, supportCase } from './contract-bench.ts';

const calls = async (bench: Bench, work: () => Promise<unknown>): Promise<number> => {
  const before = bench.connection.calls().read;
  await work();
  return bench.connection.calls().read - before;
};

/** What the engine makes of a feed: records as they were last shown; what it is told to look at is read where the version is new. */
async function follow(
  bench: Bench,
  known: Map<string, { version: string | null; seen: Fields }>,
  cursor: string | null,
) {
  const page = await poll(bench, cursor, 300);
  const looks = page.changes.filter(
    ({ ref, seen, version }) => seen === 'look' && known.get(ref.id)?.version !== version,
  );
  const read = await bench.connection.read(
    bench.want,
    looks.map(({ ref }) => ref.id),
  );
  const shown = [...page.changes.filter(({ seen }) => seen !== 'look'), ...read];
  for (const { ref, version, seen } of shown) {
    if (seen !== 'look' && !isGone(seen)) known.set(ref.id, { version, seen });
  }
  return { cursor: page.cursor, fresh: shown.length };
}

describe('a quiet poll', () => {
  test.each([
    ['accounts', account, 1],
    ['contacts', contact, 1],
    ['cases', supportCase, 2],
  ] as const)('of %s costs as few calls as there are stamps', async (_, under, expected) => {
    const bench = await open(under);
    await bench.seed(1, 2, 3);
    await bench.visible();
    const { cursor } = await poll(bench, null, 10);
    await bench.world.pass(600_000);
    expect(await calls(bench, () => poll(bench, cursor, 10))).toBe(expected);
  });

  test('costs no more after thousands were loaded, once two minutes have passed', async () => {
    const bench = await open(account);
    await bench.seed(...Array.from({ length: 2500 }, (_, n) => n));
    await bench.visible();
    const load = await poll(bench, null, 20);
    expect(load.changes.length).toBe(2500);
    const first = await poll(bench, load.cursor, 20);
    expect(new Set(first.changes.map(({ ref }) => ref.id)).size).toBe(2500);
    expect(first.changes.every(({ seen }) => seen === 'look')).toBe(true);
    await bench.world.pass(600_000);
    await bench.edit(load.changes[7]?.ref.id ?? '', { name: 'later' });
    await bench.visible();
    const second = await poll(bench, (await poll(bench, first.cursor, 20)).cursor, 20);
    await bench.world.pass(600_000);
    expect(await calls(bench, () => poll(bench, second.cursor, 20))).toBe(1);
  });
});

describe('a case', () => {
  test('that nobody has edited is found by its creation, and has that as its stamp', async () => {
    const bench = await open(supportCase);
    const { cursor } = await poll(bench, null, 10);
    await bench.world.pass(1000);
    const [id = ''] = await bench.seed(1);
    await bench.visible();
    const { changes } = await poll(bench, cursor, 10);
    expect(changes.map(({ ref, at }) => [ref.id, at])).toEqual([[id, bench.world.now() - 3000]]);
    expect(fields(changes[0])).toMatchObject({ subject: 'Case 1' });
  });

  test('that is edited after its creation comes once, by its edit', async () => {
    const bench = await open(supportCase);
    const { cursor } = await poll(bench, null, 10);
    await bench.world.pass(1000);
    const [id = ''] = await bench.seed(1);
    await bench.world.pass(5000);
    await bench.edit(id, { subject: 'edited' });
    await bench.visible();
    const { changes } = await poll(bench, cursor, 10);
    expect(changes.map((change) => fields(change).subject)).toEqual(['edited']);
  });
});

describe('nothing is lost', () => {
  test('of what is edited again within the second in which it was read', async () => {
    const bench = await open(account);
    const [id = ''] = await bench.seed(1);
    const known = new Map<string, { version: string | null; seen: Fields }>();
    const first = await follow(bench, known, null);
    await bench.edit(id, { name: 'within the second' });
    await bench.visible();
    const second = await follow(bench, known, first.cursor);
    expect(known.get(id)?.seen.name).toBe('within the second');
    expect((await follow(bench, known, second.cursor)).fresh).toBe(0);
  });

  test('of what shows only after newer ones were read', async () => {
    const bench = await open(account);
    await bench.seed(1);
    const known = new Map<string, { version: string | null; seen: Fields }>();
    await bench.visible();
    const { cursor } = await follow(bench, known, null);
    const stamp = new Date(bench.world.now() - 60_000).toISOString();
    const seeded = { ...account.sample(2), createdAt: stamp, updatedAt: stamp };
    await bench.control('PUT', 'seed', { accounts: [seeded] });
    await follow(bench, known, cursor);
    expect([...known.values()].map(({ seen }) => seen.name)).toEqual(['Account 1', 'Account 2']);
  });

  /**
   * Hypothesis: whatever people edit and add, whenever we poll, and however few rows the vendor gives to a page, the last content of every
   * record is brought; and once nothing changes any more, one more poll may repeat something and all later ones bring nothing.
   */
  test.each([
    ['accounts', account],
    ['cases', supportCase],
  ] as const)('of %s, whatever happens and however small the pages', async (_, under) => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('edit' as const), n: fc.nat(8) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('add' as const), n: fc.nat(3) }) },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('pass' as const), n: fc.constantFrom(0, 300, 1000, 90_000, 200_000) }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('poll' as const), n: fc.constant(0) }) },
    );
    const steps = fc.array(step, { maxLength: 25 });
    const play = async (story: readonly { do: string; n: number }[], maxPageSize: number) => {
      const bench = await open({ ...under, settings: { maxPageSize } });
      const ids: string[] = [...(await bench.seed(1, 2, 3, 4))];
      const known = new Map<string, { version: string | null; seen: Fields }>();
      let cursor: string | null = null;
      let edits = 0;
      for (const { do: what, n } of story) {
        if (what === 'edit') await bench.edit(ids[n % ids.length] ?? '', { [under.text]: `edit ${++edits}` });
        if (what === 'add') ids.push(...(await bench.seed(...Array.from({ length: n }, (__, at) => 100 + at))));
        if (what === 'pass') await bench.world.pass(n);
        if (what === 'poll') cursor = (await follow(bench, known, cursor)).cursor;
      }
      await bench.world.pass(5000);
      ({ cursor } = await follow(bench, known, cursor));
      const texts = (await bench.records()).map((record) => [String(record.id), record[under.text]]);
      expect(Object.fromEntries([...known].map(([id, { seen }]) => [id, seen[under.text]]))).toEqual(
        Object.fromEntries(texts),
      );
      ({ cursor } = await follow(bench, known, cursor));
      expect((await follow(bench, known, cursor)).fresh).toBe(0);
    };
    await fc.assert(fc.asyncProperty(steps, fc.constantFrom(1, 2, 3, -1), play), { seed: 20261120, numRuns: 60 });
  });

  test('of what is edited while the pages of a long first load are read', async () => {
    const bench = await open({ ...account, settings: { maxPageSize: 2 } });
    const [first = '', , , , last = ''] = await bench.seed(1, 2, 3, 4, 5);
    await bench.visible();
    const known = new Map<string, { version: string | null; seen: Fields }>();
    const { cursor, more, changes } = await bench.connection.changes(bench.want, null);
    expect([more, changes.length]).toEqual([true, 2]);
    await bench.edit(first, { name: 'edited behind the load' });
    await bench.world.pass(400_000);
    await bench.edit(last, { name: 'edited before the load' });
    const loaded = await follow(bench, known, cursor);
    await follow(bench, known, loaded.cursor);
    expect(known.get(first)?.seen.name).toBe('edited behind the load');
    expect(known.get(last)?.seen.name).toBe('edited before the load');
  });
});

test('a cursor that is none of ours is our own mistake', async () => {
  const bench = await open(account);
  await expect(bench.connection.changes(bench.want, 'yesterday')).rejects.toMatchObject({ fault: { kind: 'bug' } });
});
