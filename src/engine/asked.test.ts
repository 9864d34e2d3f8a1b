import { expect, it } from 'vitest';
import type { Connection } from '../model/connection.ts';
import { newTally } from '../model/tally.ts';
import { silentLog, type World } from '../model/world.ts';
import { openMemory } from '../store/memory.ts';
import type { Engine } from './engine.ts';
import { pass } from './pass.ts';
import { FakeVendor, fakeSetup } from './testing.ts';

it('a page of a feed that was asked for before another process wrote is no edit back', async () => {
  let now = 1_000_000;
  let chance = 1;
  const world: World = {
    fetch: async () => {
      throw new Error('nobody makes requests here');
    },
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    random: () => {
      chance = (chance * 16_807) % 2_147_483_647;
      return chance / 2_147_483_647;
    },
    log: silentLog,
  };
  const [crm, desk] = [new FakeVendor('sales', world), new FakeVendor('support', world)];
  for (const vendor of [crm, desk]) Object.assign(vendor, { markField: 'external_id' });
  const store = openMemory();
  const setup = fakeSetup(crm, desk, { direction: 'both' });
  const process = (deskConnection: Connection = desk.connection()): Engine => ({
    world,
    store,
    connections: new Map([
      ['sales', crm.connection()],
      ['support', deskConnection],
    ]),
    setups: [setup],
    run: 'run',
    tallies: new Map([[setup.name, newTally()]]),
    waits: new Map(),
    progress: { count: 0 },
    glimpse: { at: Number.NEGATIVE_INFINITY, list: [] },
    moments: new Map(),
  });
  const account = crm.add({ name: 'Acme', note: 'a' });
  await pass(process());
  now += 100_000;
  const [organization = ''] = [...desk.records.keys()];
  desk.edit(organization, { plan: 'gold' });
  crm.edit(account, { note: 'b' });
  const before = crm.made.write;

  // While the answer to one process is on its way, the other one reads the account and writes its note.
  const plain = desk.connection();
  let isFirst = true;
  const slow: Connection = {
    ...plain,
    async changes(want, cursor) {
      const page = await plain.changes(want, cursor);
      if (!isFirst) return page;
      isFirst = false;
      now += 1000;
      await pass(process(), { stay: false });
      now += 1000;
      return page;
    },
  };
  await pass(process(slow));
  for (let round = 0; round < 3; round++) {
    now += 100_000;
    await pass(process());
  }
  const same = { name: 'Acme', note: 'b', plan: 'gold' };
  expect([crm.all(), desk.all()]).toMatchObject([[same], [same]]);
  // The plan and nothing else went to the CRM: its note never went back to what the page showed.
  expect(crm.made.write - before).toBe(1);
});
