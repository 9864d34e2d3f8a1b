import { describe, expect, it } from 'vitest';
import { FaultError } from '../model/fault.ts';
import type { SyncSetup } from '../model/sync.ts';
import { newTally } from '../model/tally.ts';
import type { World } from '../model/world.ts';
import { openMemory } from '../store/memory.ts';
import type { Engine } from './engine.ts';
import { pass } from './pass.ts';
import { FakeVendor, fakeSetup, newBench, stillWorld, textRule } from './testing.ts';

/** A run that goes on for ever shows as this error instead of a test that hangs. */
function impatientWorld(naps: number): World {
  const world = stillWorld();
  let left = naps;
  return {
    ...world,
    sleep: async (ms) => {
      left -= 1;
      if (left < 0) throw new Error('the run goes on for ever');
      await world.sleep(ms);
    },
  };
}

describe('a run ends', () => {
  function engineOf(
    world: World,
    vendors: readonly FakeVendor[],
    setups: readonly SyncSetup[],
    store = openMemory(),
  ): Engine {
    return {
      world,
      store,
      connections: new Map(vendors.map((vendor) => [vendor.name, vendor.connection()])),
      setups,
      run: 'run',
      tallies: new Map(setups.map(({ name }) => [name, newTally()])),
      waits: new Map(),
      progress: { count: 0 },
      glimpse: { at: Number.NEGATIVE_INFINITY, list: [] },
      moments: new Map(),
    };
  }

  it('although a connection does not let us in any more', async () => {
    const bench = newBench(openMemory(), impatientWorld(20));
    bench.crm.add({ name: 'Acme' });
    for (let i = 0; i < 100; i++)
      bench.desk.faults.push({ applied: false, fault: { kind: 'login', say: 'the token was revoked' } });
    await bench.run();
    expect(await bench.store.faults({})).toMatchObject([{ fault: { kind: 'login' } }]);
  });

  it('although the answers to an update are always lost', async () => {
    const bench = newBench(openMemory(), impatientWorld(40));
    const account = bench.crm.add({ name: 'Acme', note: 'a' });
    await bench.run();
    bench.crm.edit(account, { note: 'b' });
    for (let i = 0; i < 100; i++)
      bench.desk.faults.push({ applied: false, fault: { kind: 'unsure', say: 'the line broke' } });
    await bench.run();
    expect(bench.desk.all()).toMatchObject([{ note: 'a' }]);
  });

  it('although a look-up at the vendor is refused each time', async () => {
    const bench = newBench(openMemory(), impatientWorld(40));
    const connect = bench.desk.connection.bind(bench.desk);
    bench.desk.connection = () => ({
      ...connect(),
      find: async () => {
        throw new FaultError({ kind: 'refused', say: 'you may not search' });
      },
    });
    bench.crm.add({ name: 'Acme' });
    bench.desk.faults.push({ applied: false, fault: { kind: 'stale', say: 'taken' } });
    await bench.run();
    expect(bench.desk.made.write).toBeLessThan(5);
  });

  it('only when the jobs of one vendor are collected, although another one asks to wait for ten minutes', async () => {
    const world = impatientWorld(200);
    const [crm, slow, busy] = [
      new FakeVendor('sales', world),
      new FakeVendor('support', world),
      new FakeVendor('helpdesk', world),
    ];
    slow.jobMs = 4000;
    const setups = [
      { ...fakeSetup(crm, busy), name: 'busy' },
      { ...fakeSetup(crm, slow), name: 'slow' },
    ];
    for (const name of ['Acme', 'Beta', 'Gamma']) crm.add({ name });
    busy.faults.push({
      applied: false,
      fault: { kind: 'limit', say: 'the day’s calls are used up', afterMs: 600_000 },
    });
    const engine = engineOf(world, [crm, slow, busy], setups);
    await pass(engine);
    expect(await engine.store.counts('slow', world.now())).toMatchObject({ links: 3, inFlight: 0 });
  });

  it('although a write of a sync that is not in the config any more is under way', async () => {
    const world = impatientWorld(40);
    const [crm, desk] = [new FakeVendor('sales', world), new FakeVendor('support', world)];
    desk.jobMs = 4000;
    const accounts = fakeSetup(crm, desk);
    for (const name of ['Acme', 'Beta']) crm.add({ name });
    const store = openMemory();
    await pass(engineOf(world, [crm, desk], [accounts], store), { stay: false });
    expect(await store.counts('accounts', world.now())).toMatchObject({ inFlight: 2 });
    await pass(engineOf(world, [crm, desk], [{ ...accounts, name: 'others', create: [] }], store));
    expect(desk.all()).toHaveLength(2);
  });

  it('although two syncs want to create a twin of the same record', async () => {
    const world = impatientWorld(40);
    const [crm, desk] = [new FakeVendor('sales', world), new FakeVendor('support', world)];
    const rules = [textRule('note', 'crm-to-desk')];
    const first = fakeSetup(crm, desk, { rules });
    crm.add({ name: null, note: 'without a name' });
    const engine = engineOf(world, [crm, desk], [first, { ...first, name: 'again' }]);
    let takes = 0;
    const { take } = engine.store;
    Object.assign(engine.store, {
      take: async (ask: Parameters<typeof take>[0]) => {
        takes += 1;
        if (takes > 100) throw new Error('the same link is taken again and again');
        return take(ask);
      },
    });
    await pass(engine);
    expect(desk.all()).toHaveLength(1);
    expect(await engine.store.holds({ sync: 'again' })).toMatchObject([{ why: 'ambiguous' }]);
  });
});
