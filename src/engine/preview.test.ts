import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sides } from '../model/record.ts';
import type { SyncSetup } from '../model/sync.ts';
import { openMemory } from '../store/memory.ts';
import { type Engine, feedsOf } from './engine.ts';
import { readFeeds } from './pass.ts';
import { preview } from './preview.ts';
import { edits, type Family, families, Household } from './testing/families.ts';
import { pointerRule, Town } from './testing/town.ts';
import { fieldsOf, historyIds, resolved, type Writes, type Written, writtenSince } from './testing/writes.ts';

/** Reads all, decides nothing for good. Answers what it says would be written, by link and side, and what would be held. */
async function previewed(town: Town, syncs: readonly SyncSetup[], more: Partial<Engine> = {}) {
  const engine = town.engine(syncs, more);
  await readFeeds(engine, feedsOf(syncs));
  const writes: Record<string, Written> = {};
  const holds: string[] = [];
  for await (const { setup, decision } of preview(engine)) {
    const { verdict } = decision;
    for (const write of [verdict.write, verdict.next])
      if (write)
        writes[`${write.operation.link} ${write.side}`] = { do: write.operation.do, fields: fieldsOf(write.before) };
    for (const { why, field } of verdict.holds)
      holds.push(`${setup.name} ${decision.due.link.id}: ${why} ${field ?? ''}`);
  }
  return { writes, holds: holds.toSorted() };
}

async function ran(town: Town, syncs: readonly SyncSetup[]): Promise<Writes> {
  const before = await historyIds(town);
  await town.run(syncs);
  return writtenSince(town, before);
}

async function heldNow(town: Town): Promise<readonly string[]> {
  const holds = await town.store.holds({ limit: 1000 });
  return holds.map(({ sync, link, why, field }) => `${sync} ${link}: ${why} ${field ?? ''}`).toSorted();
}

describe('a preview', () => {
  it('is what the run right after it writes and holds, field by field, at first and after edits', async () => {
    await fc.assert(
      fc.asyncProperty(families, edits, async (family, later) => {
        const { town, syncs, ...home } = openHome(family);
        for (const round of ['first', 'later'] as const) {
          if (round === 'later') {
            await town.rest(syncs);
            for (const each of later) home.edit(each);
          }
          const said = await previewed(town, syncs);
          const wrote = await ran(town, syncs);
          expect({ round, writes: await resolved(town, said.writes) }).toEqual({ round, writes: wrote });
        }
      }),
      { seed: 20_261_120, numRuns: 150 },
    );
  });

  it('says what would be held, as the run holds it', async () => {
    const town = new Town();
    const syncs = [
      town.contactsSync({}, pointerRule('accounts', 'crm-to-desk', { none: 'hold' })),
      town.accountsSync(),
      town.leadsSync(),
    ];
    for (const name of ['Acme', 'Acme', 'Beta']) town.accounts.add({ name, note: 'n', plan: null });
    town.organizations.add({ name: 'Acme', note: 'n', plan: null });
    town.contacts.add({ name: null, note: 'n', plan: null });
    town.contacts.add({ name: 'Ann', note: 'n', plan: null });
    town.leads.add({ name: 'Ann', note: 'n', plan: null });
    const said = await previewed(town, syncs);
    await town.run(syncs);
    expect(said.holds.length).toBeGreaterThan(4);
    expect(said.holds).toEqual(await heldNow(town));
  });

  it('gives one of two records with the same name a twin, and holds the other one, as the run does', async () => {
    const town = new Town();
    const syncs = [town.accountsSync()];
    for (const name of ['Acme', 'ACME', 'acme ']) town.accounts.add({ name, note: 'n', plan: null });
    const said = await previewed(town, syncs);
    expect(Object.values(said.writes)).toHaveLength(1);
    expect(said.writes).toEqual(await ran(town, syncs));
    expect(said.holds).toEqual(await heldNow(town));
  });

  it('keeps nothing and takes nothing: what was due is due, and a second one says the same', async () => {
    const { town, syncs } = openHome({
      direction: 'both',
      referenced: false,
      accounts: [{ name: 'Acme', note: 'a', parent: null, outside: false }],
      contacts: [{ name: 'Ann', note: 'a', parent: 0 }],
      leads: [{ name: 'Bob', note: 'a', parent: null }],
      organizations: [{ name: 'Beta', note: 'a', parent: null }],
      users: [{ name: 'Ann', note: 'b', parent: 0 }],
    });
    const first = await previewed(town, syncs);
    const due = await town.store.counts('accounts', town.world.now());
    const second = await previewed(town, syncs);
    expect(second).toEqual(first);
    expect(await town.store.counts('accounts', town.world.now())).toMatchObject({ due: due.due, links: 0 });
    expect(await town.store.history({})).toEqual([]);
    expect(await town.store.holds({})).toEqual([]);
    expect(town.writes()).toBe(0);
    expect(sides.map((side) => Object.keys(first.writes).filter((key) => key.endsWith(side)).length)).toEqual([1, 3]);
  });

  it('points to what it creates itself, whatever the order of the syncs and however long the chain', async () => {
    const town = new Town();
    const accounts = town.accountsSync();
    const rules = [...accounts.rules, pointerRule('accounts')];
    const syncs = [town.contactsSync(), { ...accounts, rules }];
    const top = town.accounts.add({ name: 'Top', note: 'n', plan: null });
    const middle = town.accounts.add({ name: 'Middle', note: 'n', plan: null, parent: top });
    town.accounts.edit(top, { parent: middle });
    town.contacts.add({ name: 'Ann', note: 'n', plan: null, parent: middle });
    const { writes } = await previewed(town, syncs);
    const pointers = Object.values(writes).map(({ fields }) => fields.parent?.to);
    expect(pointers.map((to) => typeof to)).toEqual(['object', 'object', 'object']);
    expect(await ran(town, syncs)).toEqual(await resolved(town, writes));
    expect(town.users.all()).toMatchObject([{ parent: await town.twin(accounts, 'crm', middle) }]);
  });

  it('is of the links and syncs that it is asked for alone', async () => {
    const town = new Town();
    const syncs = [town.contactsSync(), town.accountsSync()];
    const parent = town.accounts.add({ name: 'Acme', note: 'n', plan: null });
    for (const name of ['Ann', 'Bob']) town.contacts.add({ name, note: 'n', plan: null, parent });
    const all = await previewed(town, syncs);
    expect(Object.keys(all.writes)).toHaveLength(3);
    const contacts = await previewed(town, syncs, { only: ['contacts'] });
    expect(Object.values(contacts.writes).map(({ fields }) => fields.parent)).toEqual([undefined, undefined]);
    const [first = ''] = Object.keys(contacts.writes);
    const one = await previewed(town, syncs, { links: new Set([first.split(' ')[0] ?? '']) });
    expect(Object.keys(one.writes)).toEqual([first]);
    const nobody = await previewed(town, syncs, { links: new Set() });
    expect(nobody).toEqual({ writes: {}, holds: [] });
  });

  it('after our database was lost says that links are found again, and that nothing is written', async () => {
    const town = new Town();
    const syncs = [town.contactsSync(), town.accountsSync()];
    const parent = town.accounts.add({ name: 'Acme', note: 'n', plan: null });
    town.contacts.add({ name: 'Ann', note: 'n', plan: null, parent });
    await town.rest(syncs);
    town.store = openMemory();
    expect(await previewed(town, syncs)).toEqual({ writes: {}, holds: [] });
  });
});

function openHome(family: Family) {
  const home = new Household(family);
  return { town: home.town, syncs: home.syncs, edit: home.edit.bind(home) };
}
