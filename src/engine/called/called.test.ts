import { describe, expect, it } from 'vitest';
import type { Pointing } from '../../model/sync.ts';
import { feedsOf } from '../engine.ts';
import { callingSyncs, type Standing, standings } from '../testing/calling.ts';
import { Town } from '../testing/town.ts';

function open(standing: Standing, pointing: Partial<Pointing> = {}) {
  const town = new Town();
  const pause = async () => {
    if (standing === 'paused') await town.store.setPaused({ kind: 'sync', name: 'accounts' }, true);
  };
  return { town, syncs: () => callingSyncs(town, standing, pointing), pause };
}

const accountsOf = (town: Town) => town.accounts.all().map(({ name }) => name);
const ticketsOf = (town: Town) => town.contacts.all().map(({ name, parent }) => [name, parent ?? null]);

describe('a record that is pointed to', () => {
  for (const standing of standings) {
    it(`gets a twin where the reference says so, and only where somebody carried points to it (its sync is ${standing})`, async () => {
      const { town, syncs, pause } = open(standing, { create: true });
      await pause();
      town.organizations.add({ name: 'Nobody’s', note: 'n', plan: null });
      const acme = town.organizations.add({ name: 'Acme', note: 'n', plan: null });
      const outside = town.organizations.add({ name: 'Outside', note: 'n', plan: null });
      town.users.add({ name: 'Ann', note: 'n', plan: null, parent: acme });
      town.users.add({ name: 'Bob', note: 'n', plan: 'outside', parent: outside });
      await town.rest(syncs());
      expect(accountsOf(town)).toEqual(['Acme']);
      expect(ticketsOf(town)).toEqual([['Ann', 'accounts-000001']]);
      expect(await town.holds()).toEqual([]);
      const writes = town.writes();
      await town.rest(syncs());
      expect(town.writes()).toBe(writes);
    });

    it(`is found where it exists, and none is made where the reference says so (its sync is ${standing})`, async () => {
      const { town, syncs, pause } = open(standing, { create: false });
      await pause();
      town.accounts.add({ name: 'Acme', note: 'n', plan: null });
      const [acme, other] = ['Acme', 'Other'].map((name) => town.organizations.add({ name, note: 'n', plan: null }));
      town.users.add({ name: 'Ann', note: 'n', plan: null, parent: acme ?? '' });
      town.users.add({ name: 'Bob', note: 'n', plan: null, parent: other ?? '' });
      await town.rest(syncs());
      expect(accountsOf(town)).toEqual(['Acme']);
      expect(ticketsOf(town)).toEqual([
        ['Ann', 'accounts-000001'],
        ['Bob', null],
      ]);
      expect(await town.holds()).toEqual([]);
    });

    it(`is found when it comes, long after, where none is made (its sync is ${standing})`, async () => {
      const { town, syncs, pause } = open(standing, { create: false });
      await pause();
      const acme = town.organizations.add({ name: 'Acme', note: 'n', plan: null });
      town.users.add({ name: 'Ann', note: 'n', plan: null, parent: acme });
      for (let time = 0; time < 3; time++) await town.rest(syncs());
      expect(ticketsOf(town)).toEqual([['Ann', null]]);
      const account = town.accounts.add({ name: 'Acme', note: 'n', plan: null });
      await town.rest(syncs());
      expect(ticketsOf(town)).toEqual([['Ann', account]]);
    });

    it(`is held where its twin cannot be told, and who points to it goes on without (its sync is ${standing})`, async () => {
      const { town, syncs, pause } = open(standing, {
        create: true,
        none: 'default',
        default: { crm: 'accounts-000009', desk: null },
      });
      await pause();
      for (const note of ['one', 'two']) town.accounts.add({ name: 'Acme', note, plan: null });
      const acme = town.organizations.add({ name: 'Acme', note: 'n', plan: null });
      town.users.add({ name: 'Ann', note: 'n', plan: null, parent: acme });
      town.users.add({ name: 'Bob', note: 'n', plan: null });
      await town.rest(syncs());
      expect(ticketsOf(town)).toEqual([
        ['Ann', null],
        ['Bob', 'accounts-000009'],
      ]);
      expect((await town.store.holds({ sync: 'accounts' })).filter(({ desk }) => desk === acme)).toMatchObject([
        { why: 'ambiguous' },
      ]);
      expect(accountsOf(town)).toEqual(['Acme', 'Acme']);
      // A person renames one of the two: the other one is meant, and the ticket gets it.
      town.accounts.edit('accounts-000002', { name: 'Acme two' });
      await town.rest(syncs());
      expect(ticketsOf(town)[0]).toEqual(['Ann', 'accounts-000001']);
    });
  }

  it('is updated by its own sync’s direction afterwards, and nothing goes back for its creation', async () => {
    const { town, syncs } = open('on', { create: true });
    const acme = town.organizations.add({ name: 'Acme', note: 'desk', plan: null });
    town.users.add({ name: 'Ann', note: 'n', plan: null, parent: acme });
    await town.rest(syncs());
    expect(town.organizations.made.write).toBe(0);
    town.accounts.edit('accounts-000001', { note: 'crm' });
    await town.rest(syncs());
    expect(town.organizations.get(acme)).toMatchObject({ note: 'crm' });
    town.organizations.edit(acme, { note: 'desk again' });
    await town.rest(syncs());
    expect(town.accounts.get('accounts-000001')).toMatchObject({ note: 'crm' });
  });

  it('that was never read is read together with the others, and made in the same run', async () => {
    const { town, syncs } = open('on', { create: true });
    await town.run(syncs());
    const all = [1, 2, 3].map((n) => town.organizations.add({ name: `Acme ${n}`, note: 'n', plan: null }));
    for (const parent of all) town.users.add({ name: `of ${parent}`, note: 'n', plan: null, parent });
    const feeds = feedsOf(syncs());
    const before = town.organizations.made.read;
    await town.run(syncs(), { feeds: feeds.filter(({ connection }) => connection === 'users') });
    expect(town.organizations.made.read - before).toBe(1);
    expect(ticketsOf(town).map(([, parent]) => parent)).toEqual([
      'accounts-000001',
      'accounts-000002',
      'accounts-000003',
    ]);
  });

  it('that a person has made meanwhile is found at the vendor before another one is made', async () => {
    const { town, syncs } = open('on', { create: true });
    await town.run(syncs());
    const parent = town.organizations.add({ name: 'Acme', note: 'n', plan: null });
    town.users.add({ name: 'Ann', note: 'n', plan: null, parent });
    town.accounts.add({ name: 'Acme', note: 'n', plan: null });
    // The feed of accounts is not read: nobody has told us yet.
    await town.run(syncs(), { feeds: feedsOf(syncs()).filter(({ connection }) => connection !== 'accounts') });
    expect(accountsOf(town)).toEqual(['Acme']);
    expect(ticketsOf(town)).toEqual([['Ann', 'accounts-000001']]);
  });

  it('is not called for by who is only watched, or paused, until that one goes on', async () => {
    for (const how of ['watch', 'paused'] as const) {
      const { town, syncs } = open('on', { create: true });
      const all = () =>
        syncs().map((sync) => (how === 'watch' && sync.name === 'contacts' ? { ...sync, mode: how } : sync));
      if (how === 'paused') await town.store.setPaused({ kind: 'sync', name: 'contacts' }, true);
      const parent = town.organizations.add({ name: 'Acme', note: 'n', plan: null });
      town.users.add({ name: 'Ann', note: 'n', plan: null, parent });
      await town.rest(all());
      expect({ how, accounts: accountsOf(town) }).toEqual({ how, accounts: [] });
      if (how === 'paused') await town.store.setPaused({ kind: 'sync', name: 'contacts' }, false);
      else await town.store.allDue('contacts', town.world.now());
      await town.rest(syncs());
      expect({ how, tickets: ticketsOf(town) }).toEqual({ how, tickets: [['Ann', 'accounts-000001']] });
    }
  });

  it('costs calls by the hundred, not by the record', async () => {
    const { town, syncs } = open('for links alone', { create: true });
    for (let n = 0; n < 150; n++) {
      const parent = town.organizations.add({ name: `Acme ${n}`, note: 'n', plan: null });
      town.users.add({ name: `of ${n}`, note: 'n', plan: null, parent });
    }
    await town.rest(syncs());
    expect(ticketsOf(town).filter(([, parent]) => parent === null)).toEqual([]);
    const { accounts, contacts, organizations } = town;
    const perCall = syncs()[0]?.crm.type.batch.create ?? 0;
    const calls = Math.ceil(150 / perCall);
    expect([accounts.made.write, contacts.made.write]).toEqual([calls, calls]);
    expect([accounts.made.find, organizations.made.read]).toEqual([1, 0]);
  });
});
