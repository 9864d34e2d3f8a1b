import { describe, expect, it } from 'vitest';
import type { Connection } from '../../model/connection.ts';
import { pass } from '../pass.ts';
import type { Store } from '../ports.ts';
import { callingSyncs, type Standing } from '../testing/calling.ts';
import { Crash, Steps } from '../testing/steps.ts';
import { Town } from '../testing/town.ts';

interface Rung {
  readonly name: string;
  readonly markField: string | null;
  readonly jobMs: number;
  readonly standing: Standing;
}

const rungs: readonly Rung[] = [
  { name: 'keyed', markField: 'external_id', jobMs: 0, standing: 'on' },
  { name: 'keyed, by jobs', markField: 'external_id', jobMs: 4000, standing: 'for links alone' },
  { name: 'traced', markField: null, jobMs: 0, standing: 'for links alone' },
  { name: 'traced, paused', markField: null, jobMs: 0, standing: 'paused' },
];

/** A load of a few records and what they point to, ended at one step; then the next process runs to quiet. Answers its steps. */
async function crashedLoad({ name, markField, jobMs, standing }: Rung, at: number, when: 'before' | 'after') {
  const town = new Town();
  for (const vendor of town.vendors) Object.assign(vendor, { markField, jobMs });
  if (standing === 'paused') await town.store.setPaused({ kind: 'sync', name: 'accounts' }, true);
  town.accounts.add({ name: 'Acme 0', note: 'n', plan: null });
  for (let n = 0; n < 4; n++) {
    const parent = town.organizations.add({ name: `Acme ${n}`, note: 'n', plan: null });
    for (const one of ['a', 'b']) town.users.add({ name: `${one} of ${n}`, note: 'n', plan: null, parent });
  }
  const syncs = callingSyncs(town, standing, { create: true });
  const steps = new Steps(at, when);
  const engine = (around: (port: Connection) => Connection, store: Store) =>
    town.engine(syncs, {
      store,
      connections: new Map(town.vendors.map((vendor) => [vendor.name, around(vendor.connection())])),
    });
  const where = `${name}, ${when} step ${at}`;
  try {
    await pass(engine((port) => steps.around(port), steps.around(town.store)));
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    await town.store.releaseAll(town.world.now());
  }
  await town.rest(syncs);
  const accounts = new Map([...town.accounts.records.values()].map(({ id, fields }) => [String(fields.name), id]));
  expect({
    where,
    accounts: town.accounts
      .all()
      .map((row) => row.name)
      .toSorted(),
  }).toEqual({
    where,
    accounts: ['Acme 0', 'Acme 1', 'Acme 2', 'Acme 3'],
  });
  const cases = town.contacts.all().map((row) => [row.name, row.parent]);
  const wanted = [0, 1, 2, 3].flatMap((n) => ['a', 'b'].map((one) => [`${one} of ${n}`, accounts.get(`Acme ${n}`)]));
  expect({ where, cases: cases.toSorted() }).toEqual({ where, cases: wanted.toSorted() });
  expect({ where, holds: await town.holds() }).toEqual({ where, holds: [] });
  const writes = town.writes();
  await town.rest(syncs);
  expect({ where, writes: town.writes() }).toEqual({ where, writes });
  return steps.count;
}

describe('a process that dies at any step of a load that makes what its records point to', () => {
  for (const rung of rungs) {
    it(`leaves no duplicate and no reference missing, once the next one has run (${rung.name})`, async () => {
      const steps = await crashedLoad(rung, 0, 'before');
      expect(steps).toBeGreaterThan(20);
      for (let at = 1; at <= steps; at++) {
        await crashedLoad(rung, at, 'before');
        await crashedLoad(rung, at, 'after');
      }
    });
  }
});
