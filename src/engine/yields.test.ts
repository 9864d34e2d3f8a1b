import { describe, expect, it } from 'vitest';
import { feedsOf } from './engine.ts';
import { readFeeds } from './pass.ts';
import { preview } from './preview.ts';
import { Town } from './testing/town.ts';

/** Contacts and leads onto the same users: what a contact has or could have, a lead leaves alone. */
function open() {
  const town = new Town();
  return { town, syncs: [town.leadsSync(), town.contactsSync(), town.accountsSync()] };
}

describe('a record of a sync that yields to another one', () => {
  it('leaves the user to a record of that one, whoever came first, and whether or not the user is there', async () => {
    for (const user of [true, false])
      for (const order of ['lead first', 'contact first', 'together']) {
        const how = { user, order };
        const { town, syncs } = open();
        if (user) town.users.add({ name: 'Ann', note: 'u', plan: null });
        const lead = () => town.leads.add({ name: 'Ann', note: 'lead', plan: null });
        const contact = () => town.contacts.add({ name: 'Ann', note: 'contact', plan: null });
        for (const add of order === 'lead first' ? [lead, contact] : [contact, lead]) {
          add();
          if (order !== 'together') await town.run(syncs);
        }
        await town.rest(syncs);
        town.leads.edit('leads-000001', { note: 'lead, edited' });
        await town.rest(syncs);
        expect({ how, users: town.users.all() }).toMatchObject({ how, users: [{ name: 'Ann', note: 'contact' }] });
        expect(town.users.all()).toHaveLength(1);
        expect({ how, holds: await town.holds() }).toEqual({ how, holds: ['leads leads-000001: ambiguous'] });
        const writes = town.writes();
        await town.rest(syncs);
        expect({ how, writes: town.writes() }).toEqual({ how, writes });
      }
  });

  it('has a user of its own where no such record is carried', async () => {
    for (const contact of ['none', 'another name', 'outside the filter', 'removed'] as const) {
      const { town, syncs } = open();
      if (contact === 'another name') town.contacts.add({ name: 'Bob', note: 'n', plan: null });
      if (contact === 'outside the filter') town.contacts.add({ name: 'Ann', note: 'n', plan: 'outside' });
      if (contact === 'removed') town.contacts.remove(town.contacts.add({ name: 'Ann', note: 'n', plan: null }));
      town.leads.add({ name: 'Ann', note: 'lead', plan: null });
      await town.rest(syncs);
      expect({ contact, ann: town.users.all().filter(({ name }) => name === 'Ann') }).toMatchObject({
        contact,
        ann: [{ note: 'lead' }],
      });
      expect(await town.holds()).toEqual([]);
    }
  });

  it('takes its turn when the other record goes away, gets another name, or leaves the filter', async () => {
    for (const change of ['goes away', 'another name', 'leaves'] as const) {
      const { town, syncs } = open();
      const contact = town.contacts.add({ name: 'Ann', note: 'contact', plan: 'outside' });
      town.contacts.edit(contact, { plan: null });
      town.users.add({ name: 'Ann', note: 'u', plan: 'outside' });
      town.leads.add({ name: 'Ann', note: 'lead', plan: null });
      await town.run(syncs);
      expect(await town.holds()).toContain('leads leads-000001: ambiguous');
      if (change === 'goes away') town.contacts.remove(contact);
      if (change === 'another name') town.contacts.edit(contact, { name: 'Bob' });
      if (change === 'leaves') town.contacts.edit(contact, { plan: 'outside' });
      town.users.edit('users-000001', { plan: null });
      await town.rest(syncs);
      expect({ change, note: town.users.get('users-000001')?.note }).toEqual({ change, note: 'lead' });
      expect((await town.holds()).filter((hold) => hold.startsWith('leads'))).toEqual([]);
    }
  });

  it('is not held at its user’s side, and a person’s word goes before it', async () => {
    const { town, syncs } = open();
    town.contacts.add({ name: 'Ann', note: 'contact', plan: null });
    town.leads.add({ name: 'Ann', note: 'lead', plan: null });
    await town.rest(syncs);
    const holds = await town.store.holds({});
    expect(holds.map(({ crm, desk }) => ({ crm, desk }))).toEqual([{ crm: 'leads-000001', desk: null }]);
    expect(holds[0]?.message).toContain('the sync "contacts" goes before "leads"');
    expect(holds[0]?.candidates).toMatchObject([{ side: 'crm', id: 'contacts-000001' }]);
    await town.store.answer(holds[0]?.id ?? '', { say: 'skip' }, town.world.now());
    await town.rest(syncs);
    expect(await town.holds()).toEqual([]);
    expect(town.users.all()).toMatchObject([{ note: 'contact' }]);
    town.leads.edit('leads-000001', { note: 'edited' });
    await town.rest(syncs);
    expect(town.users.all()).toMatchObject([{ note: 'contact' }]);
  });
});

describe('a person’s choice of a twin', () => {
  it('is not followed where a record that goes before has got that one meanwhile', async () => {
    const { town, syncs } = open();
    for (const note of ['one', 'two']) town.users.add({ name: 'Ann', note, plan: null });
    town.leads.add({ name: 'Ann', note: 'lead', plan: null });
    await town.rest(syncs);
    const [hold] = await town.store.holds({});
    expect(hold).toMatchObject({ sync: 'leads', why: 'ambiguous' });
    town.users.edit('users-000001', { name: 'Bob' });
    town.contacts.add({ name: 'Bob', note: 'contact', plan: null });
    await town.run(syncs.filter(({ name }) => name === 'contacts'));
    await town.store.answer(hold?.id ?? '', { say: 'candidate', id: 'users-000001' }, town.world.now());
    await town.rest(syncs);
    expect(town.users.get('users-000001')).toMatchObject({ name: 'Bob', note: 'contact' });
    const written = (await town.store.history({})).filter(
      ({ sync, record }) => sync === 'leads' && record === 'users-000001',
    );
    expect(written).toEqual([]);
  });
});

describe('an account, a contact and a user, as the ready-made syncs have them', () => {
  const accounts = ['linked', 'new', 'outside the filter', 'held', 'absent'] as const;
  const users = ['none', 'without an organization', 'with another organization'] as const;

  for (const account of accounts)
    for (const user of users)
      it(`the contact’s organization is the user’s once the account is linked (${account}; user: ${user})`, async () => {
        const { town, syncs } = open();
        const add = () =>
          town.accounts.add({ name: 'Acme', note: 'n', plan: account === 'outside the filter' ? 'outside' : null });
        const parent = account === 'absent' ? null : add();
        if (account === 'held') {
          add();
          town.organizations.add({ name: 'Acme', note: 'n', plan: null });
        }
        if (account === 'linked') await town.run(syncs);
        const other = town.organizations.add({ name: 'Other', note: 'n', plan: null });
        if (user !== 'none')
          town.users.add({
            name: 'Ann',
            note: 'u',
            plan: null,
            parent: user === 'with another organization' ? other : null,
          });
        const contact = town.contacts.add({ name: 'Ann', note: 'n', plan: null, parent });
        await town.rest(syncs);

        const twin = parent === null ? null : await town.twin(town.accountsSync(), 'crm', parent);
        expect(twin !== null).toBe(account === 'linked' || account === 'new');
        const stays = user === 'with another organization' ? other : null;
        expect(town.users.all()).toHaveLength(1);
        expect(town.users.all()[0]?.parent ?? null).toBe(twin ?? stays);
        expect((await town.holds()).filter((hold) => hold.startsWith('contacts'))).toEqual([]);

        // An update: to an account that is linked, and to none at all, which takes nothing away.
        const next = town.accounts.add({ name: 'Next', note: 'n', plan: null });
        town.contacts.edit(contact, { parent: next });
        await town.rest(syncs);
        const nextTwin = await town.twin(town.accountsSync(), 'crm', next);
        expect(nextTwin).not.toBeNull();
        expect(town.users.all()[0]?.parent).toBe(nextTwin);
        town.contacts.edit(contact, { parent: null });
        await town.rest(syncs);
        expect(town.users.all()[0]?.parent).toBe(nextTwin);
      });
});

describe('a preview of a record that is about to take the twin of one that yields', () => {
  it('says that the other one will be held, as the run then holds it, and only once', async () => {
    for (const isLeadDue of [false, true]) {
      const { town, syncs } = open();
      town.leads.add({ name: 'Ann', note: 'lead', plan: null });
      await town.rest(syncs);
      town.contacts.add({ name: 'Ann', note: 'contact', plan: null });
      if (isLeadDue) town.leads.edit('leads-000001', { note: 'edited' });
      const engine = town.engine(syncs);
      await readFeeds(engine, feedsOf(syncs));
      const said = (await Array.fromAsync(preview(engine))).flatMap(({ setup, decision: { verdict } }) =>
        verdict.holds.map(({ why, message }) => `${setup.name} ${why} ${message}`),
      );
      expect({ isLeadDue, said }).toMatchObject({
        isLeadDue,
        said: [expect.stringContaining('leads ambiguous Account "Ann" (leads-000001): ')],
      });
      await town.rest(syncs);
      expect(await town.holds()).toEqual(['leads leads-000001: ambiguous']);
    }
  });
});
