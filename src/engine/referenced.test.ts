import { describe, expect, it } from 'vitest';
import type { SyncSetup } from '../model/sync.ts';
import { pointerRule, Town } from './testing/town.ts';

/** Accounts take part only once a contact that is carried points to them. */
function open(more: Partial<SyncSetup> = {}) {
  const town = new Town();
  const accounts = () => town.accountsSync({ mode: 'referenced', ...more });
  const contacts = (children: Partial<SyncSetup> = {}) =>
    town.contactsSync(children, pointerRule('accounts', 'crm-to-desk', { summons: true }));
  return { town, accounts, contacts, syncs: () => [contacts(), accounts()] };
}

const names = (town: Town) => town.organizations.all().map(({ name }) => name);

describe('a record of a sync that takes only what is pointed to', () => {
  it('is left alone as long as nobody points to it, and is carried as soon as somebody does', async () => {
    for (const order of ['parent first', 'child first', 'together'] as const) {
      const { town, syncs } = open();
      town.accounts.add({ name: 'Nobody’s', note: 'n', plan: null });
      const child = (parent: string) => town.contacts.add({ name: 'Ann', note: 'n', plan: null, parent });
      if (order === 'child first') {
        child('accounts-000002');
        await town.run(syncs());
      }
      const parent = town.accounts.add({ name: 'Acme', note: 'n', plan: null });
      if (order === 'parent first') {
        await town.run(syncs());
        expect(names(town)).toEqual([]);
      }
      if (order !== 'child first') child(parent);
      await town.run(syncs());
      await town.run(syncs());
      expect({ order, names: names(town) }).toEqual({ order, names: ['Acme'] });
      expect(town.users.all()).toMatchObject([{ name: 'Ann', parent: 'organizations-000001' }]);
      const writes = town.writes();
      await town.rest(syncs());
      expect(town.writes()).toBe(writes);
    }
  });

  it('is summoned by an edit of the reference, and by a child that comes into its filter', async () => {
    const { town, syncs } = open();
    const [first, second] = ['First', 'Second'].map((name) => town.accounts.add({ name, note: 'n', plan: null }));
    const ann = town.contacts.add({ name: 'Ann', note: 'n', plan: null });
    const bob = town.contacts.add({ name: 'Bob', note: 'n', plan: 'outside', parent: second ?? '' });
    await town.run(syncs());
    expect(names(town)).toEqual([]);
    town.contacts.edit(ann, { parent: first ?? '' });
    await town.run(syncs());
    expect(names(town)).toEqual(['First']);
    town.contacts.edit(bob, { plan: null });
    await town.run(syncs());
    expect(names(town)).toEqual(['First', 'Second']);
    expect(town.users.all()).toMatchObject([
      { name: 'Ann', parent: 'organizations-000001' },
      { name: 'Bob', parent: 'organizations-000002' },
    ]);
  });

  it('stays linked and in step when nobody points to it any more', async () => {
    const { town, syncs } = open();
    const parent = town.accounts.add({ name: 'Acme', note: 'n', plan: null });
    const child = town.contacts.add({ name: 'Ann', note: 'n', plan: null, parent });
    await town.run(syncs());
    town.contacts.remove(child);
    await town.run(syncs());
    town.accounts.edit(parent, { note: 'edited' });
    await town.run(syncs());
    expect(town.organizations.all()).toMatchObject([{ name: 'Acme', note: 'edited' }]);
  });

  it('is neither made nor linked for one that is gone again, or points elsewhere by then', async () => {
    for (const change of ['gone', 'elsewhere'] as const) {
      const { town, syncs, accounts } = open();
      const parent = town.accounts.add({ name: 'Acme', note: 'n', plan: null });
      const other = town.accounts.add({ name: 'Other', note: 'n', plan: null });
      const child = town.contacts.add({ name: 'Ann', note: 'n', plan: null, parent });
      await town.run([accounts()]);
      if (change === 'gone') town.contacts.remove(child);
      else town.contacts.edit(child, { parent: other });
      await town.run(syncs());
      expect({ change, names: names(town) }).toEqual({ change, names: change === 'gone' ? [] : ['Other'] });
    }
  });

  it('takes a record that is there, and makes none where the sync may not create', async () => {
    for (const create of [[], ['desk']] as const) {
      const { town, syncs } = open({ create });
      const [there, missing] = ['There', 'Missing'].map((name) => town.accounts.add({ name, note: 'n', plan: null }));
      town.organizations.add({ name: 'There', note: 'n', plan: null });
      for (const parent of [there, missing])
        town.contacts.add({ name: `of ${parent}`, note: 'n', plan: null, parent: parent ?? '' });
      await town.rest(syncs());
      expect({ create, names: names(town) }).toEqual({
        create,
        names: create.length > 0 ? ['There', 'Missing'] : ['There'],
      });
      expect(town.users.all()).toMatchObject([
        { parent: 'organizations-000001' },
        create.length > 0 ? { parent: 'organizations-000002' } : { name: `of ${missing}` },
      ]);
    }
  });

  it('is not summoned by a reference that flows the other way', async () => {
    const { town, syncs } = open();
    town.accounts.add({ name: 'Acme', note: 'crm', plan: null });
    const organization = town.organizations.add({ name: 'Acme', note: 'desk', plan: null });
    town.users.add({ name: 'Ann', note: 'n', plan: null, parent: organization });
    await town.rest(syncs());
    expect(town.writes()).toBe(0);
    expect(await town.twin(town.accountsSync(), 'desk', organization)).toBeNull();
  });

  it('is summoned from the desk where that is whence it flows', async () => {
    const town = new Town();
    const tickets = town.contactsSync(
      { direction: 'desk-to-crm' },
      pointerRule('accounts', 'desk-to-crm', { summons: true }),
    );
    const accounts = town.accountsSync({ mode: 'referenced', direction: 'desk-to-crm' });
    town.organizations.add({ name: 'Nobody’s', note: 'n', plan: null });
    const parent = town.organizations.add({ name: 'Acme', note: 'n', plan: null });
    town.users.add({ name: 'Ann', note: 'n', plan: null, parent });
    await town.run([tickets, accounts]);
    expect(town.accounts.all()).toMatchObject([{ name: 'Acme' }]);
    expect(town.contacts.all()).toMatchObject([{ name: 'Ann', parent: 'accounts-000001' }]);
  });

  it('summons its own parent in turn, at once or later', async () => {
    for (const late of [false, true]) {
      const town = new Town();
      const summoning = (sync: string) => pointerRule(sync, 'crm-to-desk', { summons: true });
      const deals = town.dealsSync();
      const syncs = [
        { ...deals, rules: [...deals.rules, summoning('contacts')] },
        town.contactsSync({ mode: 'referenced' }, summoning('accounts')),
        town.accountsSync({ mode: 'referenced' }),
      ];
      const [acme, bobs] = ['Acme', 'Bob’s'].map((name) => town.accounts.add({ name, note: 'n', plan: null }));
      const ann = town.contacts.add({ name: 'Ann', note: 'n', plan: null, parent: acme ?? '' });
      town.contacts.add({ name: 'Bob', note: 'n', plan: null, parent: bobs ?? '' });
      if (late) await town.rest(syncs);
      town.deals.add({ name: 'Deal', note: 'n', plan: null, parent: ann });
      await town.rest(syncs);
      expect({ late, tickets: town.tickets.all() }).toMatchObject({ late, tickets: [{ parent: 'users-000001' }] });
      // Bob is nobody's, so nobody who is carried points to his account.
      expect({ late, names: names(town) }).toEqual({ late, names: ['Acme'] });
      expect({ late, users: town.users.all() }).toMatchObject({ late, users: [{ parent: 'organizations-000001' }] });
    }
  });

  it('is not summoned by a ring of such records', async () => {
    const town = new Town();
    const accounts = town.accountsSync({ mode: 'referenced' });
    const ring = { ...accounts, rules: [...accounts.rules, pointerRule('accounts', 'crm-to-desk', { summons: true })] };
    const first = town.accounts.add({ name: 'First', note: 'n', plan: null });
    const second = town.accounts.add({ name: 'Second', note: 'n', plan: null, parent: first });
    town.accounts.edit(first, { parent: second });
    const syncs = [town.contactsSync({}, pointerRule('accounts', 'crm-to-desk', { summons: true })), ring];
    await town.rest(syncs);
    expect(names(town)).toEqual([]);
    town.contacts.add({ name: 'Ann', note: 'n', plan: null, parent: second });
    await town.rest(syncs);
    expect(names(town).toSorted()).toEqual(['First', 'Second']);
    expect(town.users.all()).toMatchObject([{ name: 'Ann' }]);
  });
});
