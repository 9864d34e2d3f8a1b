import { describe, expect, it } from 'vitest';
import { watchedOutcome } from '../model/history.ts';
import type { Direction, SyncSetup } from '../model/sync.ts';
import { openMemory } from '../store/memory.ts';
import { Town } from './testing/town.ts';

const directions: readonly Direction[] = ['crm-to-desk', 'desk-to-crm', 'both'];

/** Something of everything: records on one side only, pairs that agree, pairs that differ, references. */
function filled(): Town {
  const town = new Town();
  const acme = town.accounts.add({ name: 'Acme', note: 'crm', plan: null });
  town.accounts.add({ name: 'Same', note: 's', plan: null });
  town.accounts.add({ name: 'Differs', note: 'crm', plan: null });
  town.organizations.add({ name: 'Same', note: 's', plan: null });
  town.organizations.add({ name: 'Differs', note: 'desk', plan: null });
  const only = town.organizations.add({ name: 'Only at the desk', note: 'desk', plan: null });
  town.contacts.add({ name: 'Ann', note: 'crm', plan: null, parent: acme });
  town.users.add({ name: 'Bob', note: 'desk', plan: null, parent: only });
  return town;
}

const syncs = (town: Town, direction: Direction, mode: SyncSetup['mode']): readonly SyncSetup[] => [
  town.contactsSync({ direction, mode }),
  town.accountsSync({ direction, mode }),
];

/** Field by field what was written, or would have been. */
async function written(town: Town, outcome: string) {
  const rows = await town.store.history({ limit: 1000 });
  return rows
    .filter((row) => row.outcome === outcome && row.do !== 'link')
    .map(({ sync, side, do: verb, fields }) => {
      const name = fields.name?.after ?? '';
      const values = Object.entries(fields).map(([field, { before, after }]) => [field, before, after]);
      return JSON.stringify({ sync, side, verb, name, values });
    })
    .toSorted();
}

describe('a sync that watches', () => {
  it('writes nothing, ever: not at first, not after edits on both sides, not after an answer', async () => {
    for (const direction of directions) {
      const town = filled();
      const watching = syncs(town, direction, 'watch');
      await town.rest(watching);
      for (const vendor of town.vendors)
        for (const id of vendor.records.keys()) vendor.edit(id, { note: `edited ${id}`, parent: null });
      town.accounts.add({ name: 'New', note: 'n', plan: null });
      await town.rest(watching);
      for (const { id } of await town.store.holds({})) await town.store.answer(id, { say: 'crm' }, town.world.now());
      for (const { name } of watching) await town.store.allDue(name, town.world.now());
      await town.rest(watching);
      expect({ direction, writes: town.writes() }).toEqual({ direction, writes: 0 });
      for (const { name } of watching)
        expect(await town.store.counts(name, town.world.now())).toMatchObject({ due: 0, inFlight: 0, failed: 0 });
    }
  });

  it('says what it would have done, which is what the run does where nothing points anywhere', async () => {
    for (const direction of directions) {
      const watched = filled();
      const [, accounts] = syncs(watched, direction, 'watch');
      await watched.run(accounts ? [accounts] : []);
      const real = filled();
      const [, doing] = syncs(real, direction, 'all');
      await real.run(doing ? [doing] : []);
      const would = await written(watched, watchedOutcome);
      expect(would.length).toBeGreaterThan(1);
      expect({ direction, would }).toEqual({ direction, would: await written(real, 'ok') });
    }
  });

  it('does it once it is switched to all, as if it had never watched', async () => {
    for (const direction of directions) {
      const town = filled();
      await town.rest(syncs(town, direction, 'watch'));
      const doing = syncs(town, direction, 'all');
      for (const { name } of doing) await town.store.allDue(name, town.world.now());
      await town.rest(doing);
      const fresh = filled();
      await fresh.rest(syncs(fresh, direction, 'all'));
      for (const [i, vendor] of town.vendors.entries()) {
        const sorted = (records: readonly Readonly<Record<string, unknown>>[] = []) =>
          records
            .map(({ name, note, plan = null }) => ({ name, note, plan }))
            .toSorted((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
        expect({ direction, records: sorted(vendor.all()) }).toEqual({
          direction,
          records: sorted(fresh.vendors[i]?.all()),
        });
      }
      const [ann] = town.users.all().filter(({ name }) => name === 'Ann');
      if (direction !== 'desk-to-crm') expect(String(ann?.parent)).toMatch(/^organizations-/);
    }
  });

  it('says nothing twice while nothing changes', async () => {
    const town = filled();
    const watching = syncs(town, 'both', 'watch');
    await town.rest(watching);
    const rows = (await town.store.history({ limit: 1000 })).length;
    await town.rest(watching);
    expect((await town.store.history({ limit: 1000 })).length).toBe(rows);
  });

  it('stops nobody who points to its records', async () => {
    const town = filled();
    await town.rest([town.contactsSync(), town.accountsSync({ mode: 'watch' })]);
    expect(town.users.all()).toMatchObject([{ name: 'Bob' }, { name: 'Ann' }]);
    expect(town.organizations.made.write).toBe(0);
  });

  it('leaves to those who write what was begun before it watched', async () => {
    const town = new Town();
    town.organizations.jobMs = 90_000;
    for (const name of ['One', 'Two']) town.accounts.add({ name, note: 'n', plan: null });
    await town.run([town.accountsSync()], { stay: false });
    await town.rest([town.accountsSync({ mode: 'watch' })]);
    expect(await town.store.counts('accounts', town.world.now())).toMatchObject({ links: 2, inFlight: 0, due: 0 });
    expect(town.organizations.all()).toHaveLength(2);
    town.store = openMemory();
    await town.rest([town.accountsSync({ mode: 'watch' })]);
    expect(town.organizations.made.write).toBe(1);
  });
});
