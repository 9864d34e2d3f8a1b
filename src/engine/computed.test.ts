import { describe, expect, it } from 'vitest';
import type { Computed, SyncSetup } from '../model/sync.ts';
import { Town } from './testing/town.ts';
import { textRule } from './testing.ts';

/** `=line`: the note and the parent in one line. It cannot be made of the note `broken`. */
const line: Computed = {
  name: '=line',
  reads: ['note', 'parent'],
  value: ({ note, parent }) =>
    note === 'broken'
      ? { ok: false, say: 'note is "broken", and the expression needs a number' }
      : { ok: true, value: `${String(note)}/${String(parent)}` },
};

function withLine(sync: SyncSetup, more: Partial<SyncSetup> = {}): SyncSetup {
  const rule = { ...textRule('plan', 'crm-to-desk'), id: 'line', hash: 'line', crm: '=line' };
  const rules = [...sync.rules.filter(({ desk }) => desk === 'name' || desk === 'note'), rule];
  return { ...sync, rules, computed: { crm: [line], desk: [] }, ...more };
}

const ann = { name: 'Ann', note: 'a', parent: 'p' } as const;

describe('a field that is computed', () => {
  it('is written on creation, and again whenever one of the fields changes that it is made from', async () => {
    const town = new Town();
    const sync = withLine(town.contactsSync());
    const contact = town.contacts.add({ ...ann });
    await town.run([sync]);
    expect(town.users.all()).toMatchObject([{ plan: 'a/p' }]);
    town.contacts.edit(contact, { parent: 'q' });
    await town.run([sync]);
    expect(town.users.all()).toMatchObject([{ plan: 'a/q' }]);
    town.contacts.edit(contact, { note: 'b' });
    await town.run([sync]);
    expect(town.users.all()).toMatchObject([{ note: 'b', plan: 'b/q' }]);
    const writes = town.writes();
    await town.rest([sync]);
    expect(town.writes()).toBe(writes);
  });

  it('is filled in where two records meet, whichever of them was there first', async () => {
    for (const first of ['contact', 'user', 'together'] as const) {
      const town = new Town();
      const sync = withLine(town.contactsSync({ create: [] }));
      const contact = () => town.contacts.add({ ...ann });
      const user = () => town.users.add({ name: 'Ann', note: 'u', plan: null });
      for (const add of first === 'contact' ? [contact, user] : [user, contact]) {
        add();
        if (first !== 'together') await town.run([sync]);
      }
      await town.run([sync]);
      expect({ first, users: town.users.all() }).toMatchObject({ first, users: [{ note: 'a', plan: 'a/p' }] });
    }
  });

  it('that cannot be computed holds itself alone, and goes on with a record that works', async () => {
    for (const before of ['new', 'linked'] as const) {
      const town = new Town();
      const sync = withLine(town.contactsSync());
      const contact = town.contacts.add({ ...ann, note: before === 'new' ? 'broken' : 'a' });
      await town.run([sync]);
      town.contacts.edit(contact, { note: 'broken' });
      await town.rest([sync]);
      const plan = before === 'new' ? undefined : 'a/p';
      expect(town.users.all()).toMatchObject([{ name: 'Ann', note: 'broken' }]);
      expect(town.users.all()[0]?.plan).toBe(plan);
      expect(await town.holds()).toEqual([`contacts ${contact}: refused line`]);
      expect((await town.store.holds({}))[0]?.message).toContain('the expression needs a number');
      town.contacts.edit(contact, { note: 'c' });
      await town.rest([sync]);
      expect(town.users.all()).toMatchObject([{ note: 'c', plan: 'c/p' }]);
      expect(await town.holds()).toEqual([]);
    }
  });

  it('follows a field back whose own value was refused meanwhile', async () => {
    const town = new Town();
    const sync = withLine(town.contactsSync());
    const contact = town.contacts.add({ ...ann });
    await town.run([sync]);
    town.users.refused.set('note', 'bad');
    town.contacts.edit(contact, { note: 'bad' });
    await town.rest([sync]);
    expect(town.users.all()).toMatchObject([{ note: 'a', plan: 'bad/p' }]);
    town.contacts.edit(contact, { note: 'a' });
    await town.rest([sync]);
    expect(town.users.all()).toMatchObject([{ note: 'a', plan: 'a/p' }]);
    expect(await town.holds()).toEqual([]);
  });

  it('is no vendor’s field: it is never asked for, and never written', async () => {
    const town = new Town();
    const asked = new Set<string>();
    const connect = town.contacts.connection.bind(town.contacts);
    town.contacts.connection = () => {
      const connection = connect();
      const changes: typeof connection.changes = async (want, cursor) => {
        for (const field of want.fields) asked.add(field);
        return connection.changes(want, cursor);
      };
      return { ...connection, changes };
    };
    const contact = town.contacts.add({ ...ann });
    const sync = withLine(town.contactsSync());
    await town.run([sync]);
    town.users.edit('users-000001', { plan: 'changed at the desk' });
    await town.rest([sync]);
    expect([...asked].filter((field) => field.startsWith('='))).toEqual([]);
    expect(town.contacts.get(contact)).toEqual(ann);
    expect(town.users.all()).toMatchObject([{ plan: 'changed at the desk' }]);
  });
});
