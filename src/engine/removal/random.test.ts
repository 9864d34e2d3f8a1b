import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../model/connection.ts';
import { type Side, sides } from '../../model/record.ts';
import { keepAll, type Removal, type Removals } from '../../model/removal.ts';
import type { SyncSetup } from '../../model/sync.ts';
import { newTally } from '../../model/tally.ts';
import { openMemory } from '../../store/memory.ts';
import type { Engine } from '../engine.ts';
import { pass } from '../pass.ts';
import type { Store } from '../ports.ts';
import { Crash, Steps } from '../testing/steps.ts';
import { movingWorld } from '../testing/town.ts';
import { type Bench, fakeSetup, newBench, textRule } from '../testing.ts';

const rules = [textRule('name', 'both'), textRule('note', 'both')];
const within: SyncSetup['within'] = (_side, { plan }) => plan !== 'outside';
const shared = { direction: 'both', rules, within } as const;

const removal: fc.Arbitrary<Removal> = fc.constantFrom<Removal>('keep', 'unlink', 'trash', 'delete', {
  set: { plan: 'archived' },
});
const removals: fc.Arbitrary<Removals> = fc.record({
  crm: removal,
  desk: removal,
  recreate: fc.subarray<Side>(['crm', 'desk']),
  leaving: fc.boolean(),
});

/** What somebody does to the n-th record of one side, as far as it can be done. */
const deed = fc.record({
  side: fc.constantFrom<Side>('crm', 'desk'),
  which: fc.nat(2),
  what: fc.constantFrom('remove', 'purge', 'hide', 'return', 'edit', 'leave', 'enter', 'lose', 'miss', 'rest'),
});
type Deed = typeof deed extends fc.Arbitrary<infer One> ? One : never;

async function does(bench: Bench, { side, which, what }: Deed, n: number): Promise<void> {
  const vendor = bench[side];
  if (what === 'rest') {
    await bench.run();
    return;
  }
  if (what === 'lose' || what === 'miss') {
    vendor.faults.push({ applied: what === 'lose', fault: { kind: 'unsure', say: 'no answer' } });
    return;
  }
  const record = [...vendor.records.values()][which];
  if (!record || (record.gone && record.fate === 'purged')) return;
  if (what === 'return') {
    if (record.gone) vendor.remove(record.id, null);
  } else if (record.gone) return;
  else if (what === 'remove') vendor.remove(record.id, 'trash');
  else if (what === 'purge') vendor.remove(record.id, 'purged');
  else if (what === 'hide') vendor.remove(record.id, 'hidden');
  else if (what === 'edit') vendor.edit(record.id, { note: `edit ${n}` });
  else vendor.edit(record.id, { plan: what === 'leave' ? 'outside' : null });
}

async function rest(bench: Bench): Promise<void> {
  for (const side of sides) bench[side].faults.splice(0);
  for (let i = 0; i < 6; i++) {
    await bench.run();
    await bench.world.sleep(1_000_000);
  }
}

describe('whatever is removed and brought back on either side, by people and by us, with answers lost', () => {
  it('comes to rest: nothing is due, and a further run writes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(removals, fc.boolean(), fc.array(deed, { maxLength: 14 }), async (removal, restores, deeds) => {
        const bench = newBench(openMemory(), movingWorld());
        for (const side of sides) bench[side].restores = restores;
        for (const name of ['Acme', 'Beta', 'Cobra']) bench.crm.add({ name, note: 'a', plan: null });
        await bench.run({ ...shared, removal });
        await bench.run();
        for (const [n, each] of deeds.entries()) await does(bench, each, n);
        await rest(bench);
        const writes = bench.crm.made.write + bench.desk.made.write;
        await bench.run();
        expect(bench.crm.made.write + bench.desk.made.write).toBe(writes);
        expect(await bench.store.counts('accounts', bench.world.now())).toMatchObject({
          due: 0,
          inFlight: 0,
          failed: 0,
        });
        // Nobody has two twins: each name stands once on a side, hidden ones counted.
        for (const side of sides) {
          const there = [...bench[side].records.values()].filter(({ gone, fate }) => !gone || fate === 'hidden');
          const names = there.map(({ fields }) => String(fields.name));
          expect({ side, names: [...new Set(names)].sort() }).toEqual({ side, names: names.sort() });
        }
      }),
      { numRuns: 400, seed: 7 },
    );
  });

  it('removes nobody whose twin nobody has removed', async () => {
    await fc.assert(
      fc.asyncProperty(removals, fc.array(deed, { maxLength: 14 }), async (removal, deeds) => {
        const bench = newBench(openMemory(), movingWorld());
        bench.crm.add({ name: 'Acme', note: 'a', plan: null });
        await bench.run({ ...shared, removal });
        await bench.run();
        const harmless = deeds.filter(({ what }) => what !== 'remove' && what !== 'purge' && what !== 'leave');
        for (const [n, each] of harmless.entries()) await does(bench, each, n);
        await rest(bench);
        const rows = await bench.store.history({ limit: 1000 });
        expect(rows.filter((row) => row.do === 'remove' || row.do === 'unlink' || row.cause === 'removal')).toEqual([]);
      }),
      { numRuns: 150, seed: 8 },
    );
  });
});

const crashed = [
  { name: 'trash', removal: { desk: 'trash' }, restores: true },
  { name: 'delete, without a bin', removal: { desk: 'delete' }, restores: false },
  { name: 'set', removal: { desk: { set: { plan: 'archived' } } }, restores: true },
  { name: 'unlink', removal: { desk: 'unlink' }, restores: true },
] as const satisfies readonly { name: string; removal: Partial<Removals>; restores: boolean }[];

/** A removal is carried over and taken back; the process dies at one step. Answers how many steps there are. */
async function crashedAt(how: (typeof crashed)[number], at: number, when: 'before' | 'after'): Promise<number> {
  const bench = newBench(openMemory(), movingWorld());
  bench.desk.restores = how.restores;
  const { crm, desk, world, store } = bench;
  const names = ['Acme', 'Beta', 'Cobra'];
  const accounts = names.map((name) => crm.add({ name, note: 'a', plan: null }));
  const setup = fakeSetup(crm, desk, { ...shared, removal: { ...keepAll, ...how.removal } });
  const engine = (around: (port: Connection) => Connection, kept: Store): Engine => ({
    world,
    store: kept,
    connections: new Map([crm, desk].map((vendor) => [vendor.name, around(vendor.connection())])),
    setups: [setup],
    run: 'run',
    tallies: new Map([[setup.name, newTally()]]),
    waits: new Map(),
    progress: { count: 0 },
    glimpse: { at: Number.NEGATIVE_INFINITY, list: [] },
    moments: new Map(),
  });
  const plain = () => pass(engine((port) => port, store));
  await plain();
  await plain();
  const steps = new Steps(at, when);
  const dying = async () => {
    try {
      await pass(engine((port) => steps.around(port), steps.around(store)));
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      await store.releaseAll(world.now());
      await plain();
    }
  };
  const standing = () => [...desk.all()].map(({ name, plan }) => `${name} ${plan ?? ''}`.trim()).sort();
  for (const id of accounts) crm.remove(id);
  await dying();
  const gone = { trash: [], 'delete, without a bin': [], set: names.map((name) => `${name} archived`), unlink: names };
  const where = `${how.name}, ${when} step ${at}`;
  expect({ where, on: standing() }).toEqual({ where, on: gone[how.name] });
  for (const id of accounts) crm.remove(id, null);
  await dying();
  await world.sleep(1_000_000);
  await plain();
  expect({ where, on: standing(), held: await store.holds({}) }).toEqual({ where, on: names, held: [] });
  const writes = crm.made.write + desk.made.write;
  await plain();
  expect({ where, writes: crm.made.write + desk.made.write }).toEqual({ where, writes });
  return steps.count;
}

describe('a process that dies at any step of removals and returns', () => {
  it.each(crashed)('carries each over once, and back once, when the next one has run ($name)', async (how) => {
    const steps = await crashedAt(how, 0, 'before');
    expect(steps).toBeGreaterThan(15);
    for (let at = 1; at <= steps; at++) {
      await crashedAt(how, at, 'before');
      await crashedAt(how, at, 'after');
    }
  });
});
