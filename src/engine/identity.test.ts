import { describe, expect, it } from 'vitest';
import { newTally } from '../model/tally.ts';
import { openMemory } from '../store/memory.ts';
import { pass } from './pass.ts';
import { FakeVendor, fakeSetup, newBench, stillWorld } from './testing.ts';

/** Which record an answer is about, when many travel together, share a name, or could each be the one. */

describe('the outcomes of a job', () => {
  it('go each to its own record, however many travelled together', async () => {
    const bench = newBench(openMemory());
    bench.desk.jobMs = 4000;
    const accounts = Array.from({ length: 12 }, (_, i) => bench.crm.add({ name: `Account ${i}`, note: 'a' }));
    await bench.run();
    bench.desk.refused.set('note', 'bad');
    accounts.forEach((id, i) => {
      bench.crm.edit(id, { note: i % 3 === 0 ? 'bad' : 'b' });
    });
    await bench.run();
    const held = (await bench.store.holds({})).map(({ crm }) => crm).sort();
    expect(held).toEqual(accounts.filter((_, i) => i % 3 === 0));
    for (const record of bench.desk.all()) expect(['a', 'b']).toContain(record.note);
    expect(await bench.store.counts('accounts', bench.world.now())).toMatchObject({ links: 12, due: 0, inFlight: 0 });
  });
});

describe('two syncs that share the records of one vendor', () => {
  it('each find a record by their own criterion, also after the other one has written it', async () => {
    const world = stillWorld();
    const store = openMemory();
    const [one, two, desk] = [
      new FakeVendor('sales', world),
      new FakeVendor('partners', world),
      new FakeVendor('support', world),
    ];
    desk.uniqueName = false;
    const byNote = {
      crm: 'note',
      desk: 'note',
      keys: (_side: unknown, value: unknown) => (typeof value === 'string' && value !== '' ? [value] : []),
    };
    const setups = [
      fakeSetup(one, desk),
      { ...fakeSetup(two, desk), name: 'partners', match: [byNote], mark: { crm: null, desk: null } },
    ];
    const run = () =>
      pass({
        world,
        store,
        setups,
        run: 'run',
        waits: new Map(),
        progress: { count: 0 },
        glimpse: { at: Number.NEGATIVE_INFINITY, list: [] },
        moments: new Map(),
        connections: new Map([one, two, desk].map((vendor) => [vendor.name, vendor.connection()])),
        tallies: new Map(setups.map(({ name }) => [name, newTally()])),
      });
    const account = one.add({ name: 'Acme', note: 'A-17' });
    await run();
    one.edit(account, { name: 'Acme North' });
    await run();
    two.add({ name: 'Acme North', note: 'A-17' });
    await run();
    expect(desk.all()).toHaveLength(1);
  });
});

describe('several records that could be the one whose answer was lost', () => {
  async function several() {
    const bench = newBench(openMemory());
    Object.assign(bench.desk, { markField: null, uniqueName: false });
    const account = bench.crm.add({ name: 'Acme', note: 'a' });
    const again = bench.desk.add({ name: 'Acme', note: 'a' }, 'us');
    bench.desk.faults.push({ applied: true, fault: { kind: 'unsure', say: 'the line broke' } });
    await bench.run({ match: [] });
    const [hold] = await bench.store.holds({});
    return { bench, account, again, hold };
  }

  it('are held for a person, and no third one is made by the next edit', async () => {
    const { bench, account, hold } = await several();
    expect(hold).toMatchObject({ why: 'unsure' });
    bench.crm.edit(account, { note: 'b' });
    await bench.run();
    expect(bench.desk.all()).toHaveLength(2);
  });

  it('are one once a person has said which', async () => {
    const { bench, again, hold } = await several();
    await bench.store.answer(hold?.id ?? '', { say: 'candidate', id: again }, bench.world.now());
    await bench.run();
    expect(bench.desk.all()).toHaveLength(2);
    expect(await bench.store.counts('accounts', bench.world.now())).toMatchObject({ links: 1, held: 0 });
  });
});
