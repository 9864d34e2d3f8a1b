import { describe, expect, it } from 'vitest';
import type { Connection } from '../model/connection.ts';
import type { SyncSetup } from '../model/sync.ts';
import { newTally } from '../model/tally.ts';
import { openMemory } from '../store/memory.ts';
import type { Engine } from './engine.ts';
import { pass } from './pass.ts';
import type { Store } from './ports.ts';
import { Crash, Steps } from './testing/steps.ts';
import { FakeVendor, fakeSetup, stillWorld } from './testing.ts';

interface Rung {
  readonly name: string;
  readonly markField: string | null;
  readonly uniqueName: boolean;
  readonly jobMs: number;
  readonly direction: SyncSetup['direction'];
}

const rungs: readonly Rung[] = [
  { name: 'keyed', markField: 'external_id', uniqueName: false, jobMs: 0, direction: 'crm-to-desk' },
  { name: 'keyed, by jobs', markField: 'external_id', uniqueName: true, jobMs: 4000, direction: 'crm-to-desk' },
  { name: 'natural, by jobs', markField: null, uniqueName: true, jobMs: 4000, direction: 'crm-to-desk' },
  { name: 'traced', markField: null, uniqueName: false, jobMs: 0, direction: 'crm-to-desk' },
  { name: 'both ways, keyed', markField: 'external_id', uniqueName: true, jobMs: 4000, direction: 'both' },
  { name: 'both ways, traced', markField: null, uniqueName: false, jobMs: 0, direction: 'both' },
];

/** A first load with untidy edges, ended at one step; then the next process runs to quiet. Answers how many steps the load takes. */
async function crashedLoad(rung: Rung, at: number, when: 'before' | 'after'): Promise<number> {
  const world = stillWorld(7);
  const crm = new FakeVendor('sales', world);
  const desk = new FakeVendor('support', world);
  for (const vendor of [crm, desk])
    Object.assign(vendor, { markField: rung.markField, uniqueName: rung.uniqueName, jobMs: rung.jobMs });
  crm.uniqueName = false;
  for (let i = 0; i < 45; i++) crm.add({ name: `Account ${i}`, note: 'n', plan: null });
  desk.add({ name: 'account 3', note: null, plan: null });
  desk.add({ name: 'Only in support', note: 'd', plan: null });
  const store = openMemory();
  const steps = new Steps(at, when);
  const setup = fakeSetup(crm, desk, { direction: rung.direction });
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
  try {
    await pass(engine((port) => steps.around(port), steps.around(store)));
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    await store.releaseAll(world.now());
    await pass(engine((port) => port, store));
  }
  const where = `${rung.name}, ${when} step ${at}`;
  const names = (vendor: FakeVendor) =>
    vendor
      .all()
      .map(({ name }) => String(name).toLowerCase())
      .sort();
  const accounts = Array.from({ length: 45 }, (_, i) => `account ${i}`);
  const everything = [...accounts, 'only in support'].sort();
  expect({ where, desk: names(desk) }).toEqual({ where, desk: everything });
  expect({ where, crm: names(crm) }).toEqual({ where, crm: rung.direction === 'both' ? everything : accounts.sort() });
  expect({ where, ...(await store.counts('accounts', world.now())) }).toMatchObject({
    where,
    links: rung.direction === 'both' ? 46 : 45,
    due: 0,
    held: 0,
    failed: 0,
    inFlight: 0,
  });
  const writes = crm.made.write + desk.made.write;
  await pass(engine((port) => port, store));
  expect({ where, writes: crm.made.write + desk.made.write }).toEqual({ where, writes });
  return steps.count;
}

describe('a process that dies at any step of a first load', () => {
  for (const rung of rungs) {
    it(`leaves no duplicate and nothing missing once the next one has run (${rung.name})`, async () => {
      const steps = await crashedLoad(rung, 0, 'before');
      expect(steps).toBeGreaterThan(20);
      for (let at = 1; at <= steps; at++) {
        await crashedLoad(rung, at, 'before');
        await crashedLoad(rung, at, 'after');
      }
    });
  }
});
