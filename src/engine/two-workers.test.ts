import { describe, expect, it } from 'vitest';
import { newTally } from '../model/tally.ts';
import { openMemory } from '../store/memory.ts';
import type { Engine } from './engine.ts';
import { pass } from './pass.ts';
import type { Store } from './ports.ts';
import { Interleaving } from './testing/interleaving.ts';
import { FakeVendor, fakeSetup } from './testing.ts';

interface Scene {
  readonly name: string;
  readonly direction: 'crm-to-desk' | 'both';
  readonly marked: boolean;
  readonly unique: boolean;
  readonly jobMs: number;
  /** Each write takes the vendor up to this long (ms). */
  readonly slowMs: number;
  readonly lostAnswers: number;
  readonly count: number;
}

const plain: Scene = {
  name: 'keyed',
  direction: 'crm-to-desk',
  marked: true,
  unique: false,
  jobMs: 0,
  slowMs: 0,
  lostAnswers: 0,
  count: 12,
};
const scenes: readonly Scene[] = [
  plain,
  { ...plain, name: 'traced', marked: false },
  { ...plain, name: 'natural', marked: false, unique: true },
  { ...plain, name: 'keyed, by jobs', jobMs: 4000 },
  { ...plain, name: 'natural, by jobs, answers lost', marked: false, unique: true, jobMs: 4000, lostAnswers: 2 },
  { ...plain, name: 'traced, answers lost', marked: false, lostAnswers: 2 },
  { ...plain, name: 'both ways, keyed', direction: 'both' },
  { ...plain, name: 'both ways, traced, answers lost', direction: 'both', marked: false, lostAnswers: 1 },
  { ...plain, name: 'slow calls, keyed', slowMs: 40_000, count: 260 },
  { ...plain, name: 'slow calls, traced', slowMs: 40_000, marked: false, count: 260 },
];

function open(scene: Scene, seed: number) {
  const turns = new Interleaving(seed);
  const [crm, desk] = [new FakeVendor('sales', turns.world), new FakeVendor('support', turns.world)];
  for (const vendor of [crm, desk])
    Object.assign(vendor, {
      markField: scene.marked ? 'external_id' : null,
      uniqueName: vendor === desk && scene.unique,
      jobMs: scene.jobMs,
    });
  const store = openMemory();
  const setup = fakeSetup(crm, desk, { direction: scene.direction });
  const worker = (kept: Store, slowMs: number): Engine => ({
    world: turns.world,
    store: kept,
    connections: new Map([crm, desk].map((vendor) => [vendor.name, turns.around(vendor.connection(), slowMs)])),
    setups: [setup],
    run: 'run',
    tallies: new Map([[setup.name, newTally()]]),
    waits: new Map(),
    progress: { count: 0 },
    glimpse: { at: Number.NEGATIVE_INFINITY, list: [] },
    moments: new Map(),
  });
  /** As many workers as said go over everything at once, again and again as a service does, with a pause of up to ten seconds. */
  const work = async (workers: number) => {
    const engines = Array.from({ length: workers }, () => worker(turns.around(store), scene.slowMs));
    const serve = async (engine: Engine) => {
      for (let round = 0; round < (scene.slowMs > 0 ? 20 : 5); round++) {
        await pass(engine);
        await turns.world.sleep(Math.floor(turns.random() * 10_000));
      }
    };
    await turns.run(engines.map(serve));
    return engines;
  };
  return { turns, crm, desk, store, work };
}

const names = (vendor: FakeVendor) =>
  vendor
    .all()
    .map(({ name }) => String(name))
    .sort();

describe('two workers on one store', () => {
  for (const scene of scenes)
    it(`make one twin of each record and then are quiet (${scene.name})`, async () => {
      for (let seed = 1; seed <= (scene.count > 50 ? 6 : 25); seed++) {
        const { turns, crm, desk, store, work } = open(scene, seed);
        for (let i = 0; i < scene.count; i++) crm.add({ name: `Account ${i}`, note: 'n' });
        desk.add({ name: 'Account 3', note: null });
        if (scene.direction === 'both') desk.add({ name: 'Only in support', note: 'd' });
        for (let i = 0; i < scene.lostAnswers; i++)
          desk.faults.push({ applied: i % 2 === 0, fault: { kind: 'unsure', say: 'lost' } });
        await work(2);
        await work(1);
        const accounts = Array.from({ length: scene.count }, (_, i) => `Account ${i}`);
        const everything = scene.direction === 'both' ? [...accounts, 'Only in support'] : accounts;
        const where = { seed, scene: scene.name };
        expect({ where, desk: names(desk) }).toEqual({ where, desk: [...everything].sort() });
        expect({ where, crm: names(crm) }).toEqual({ where, crm: [...everything].sort() });
        const counts = await store.counts('accounts', turns.world.now());
        expect({ where, ...counts }).toMatchObject({
          where,
          links: everything.length,
          due: 0,
          held: 0,
          failed: 0,
          inFlight: 0,
        });
        const writes = crm.made.write + desk.made.write;
        await work(2);
        expect({ where, writes: crm.made.write + desk.made.write }).toEqual({ where, writes });
      }
    });

  it('racing for one name create it once, and the other record is held with the reason', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const { crm, desk, store, work } = open(plain, seed);
      crm.add({ name: 'Acme', note: 'one' });
      crm.add({ name: 'ACME', note: 'two' });
      for (let i = 0; i < 5; i++) crm.add({ name: `Account ${i}` });
      await work(2);
      const where = { seed };
      expect({ where, acmes: names(desk).filter((name) => name.toLowerCase() === 'acme').length }).toEqual({
        where,
        acmes: 1,
      });
      expect({ where, others: desk.all().length }).toEqual({ where, others: 6 });
      expect({ where, holds: await store.holds({}) }).toMatchObject({ where, holds: [{ why: 'ambiguous' }] });
    }
  });

  it('racing for one record send each edit once, and the last edit stands on both sides', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const { crm, desk, store, work, turns } = open({ ...plain, direction: 'both' }, seed);
      const ids = Array.from({ length: 6 }, (_, i) => crm.add({ name: `Account ${i}`, note: 'a' }));
      await work(1);
      const started = desk.made.write;
      for (const id of ids) crm.edit(id, { note: 'b' });
      const org = [...desk.records.keys()][0] ?? '';
      desk.edit(org, { plan: 'gold' });
      await work(2);
      await work(1);
      const where = { seed };
      const sorted = (vendor: FakeVendor) =>
        vendor
          .all()
          .map(({ name, note, plan }) => `${name} ${note} ${plan ?? ''}`)
          .sort();
      expect({ where, desk: sorted(desk) }).toEqual({ where, desk: sorted(crm) });
      expect({ where, notes: new Set(crm.all().map(({ note }) => note)) }).toEqual({ where, notes: new Set(['b']) });
      const updates = (await store.history({ sync: 'accounts', limit: 100 })).filter(
        (row) => row.do === 'update' && row.outcome === 'ok',
      );
      expect({ where, updates: updates.length }).toEqual({ where, updates: 7 });
      expect({ where, calls: desk.made.write - started <= 6 }).toEqual({ where, calls: true });
      expect({ where, ...(await store.counts('accounts', turns.world.now())) }).toMatchObject({
        where,
        due: 0,
        held: 0,
        inFlight: 0,
      });
    }
  });

  it('read a feed one at a time, and each of its records once', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { crm, desk, store, work, turns } = open(plain, seed);
      for (let i = 0; i < 120; i++) crm.add({ name: `Account ${i}` });
      const engines = await work(2);
      await work(1);
      const where = { seed };
      const created = engines.reduce((sum, engine) => sum + (engine.tallies.get('accounts')?.created.desk ?? 0), 0);
      expect({ where, created, there: desk.all().length }).toEqual({ where, created: 120, there: 120 });
      expect({ where, ...(await store.counts('accounts', turns.world.now())) }).toMatchObject({
        where,
        links: 120,
        held: 0,
      });
    }
  });

  it('one whose vendor refuses everything does not stop the other records', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { crm, desk, store, work } = open(plain, seed);
      desk.refused.set('note', 'bad').set('name', 'Nobody');
      for (let i = 0; i < 8; i++) crm.add({ name: `Account ${i}`, note: i % 2 ? 'bad' : 'fine' });
      crm.add({ name: 'Nobody', note: 'fine' });
      await work(2);
      await work(1);
      const where = { seed };
      expect({ where, there: desk.all().length }).toEqual({ where, there: 8 });
      expect({ where, held: (await store.holds({})).map(({ why }) => why) }).toEqual({
        where,
        held: Array.from({ length: 5 }, () => 'refused'),
      });
    }
  });
});
