import { describe, expect, it } from 'vitest';
import type { Side } from '../model/record.ts';
import type { Direction, SyncSetup } from '../model/sync.ts';
import { Town } from './testing/town.ts';

/** Users whose `plan` says agent, or whose lock is a truth value: never written, whatever flows there. */
function locked(sync: SyncSetup, side: Side = 'desk'): SyncSetup {
  const lock = { field: 'plan', values: ['agent', 'admin'], say: 'is an agent' };
  const rules = sync.rules.filter(({ desk }) => desk !== 'plan');
  return { ...sync, rules, [side]: { ...sync[side], type: { ...sync[side].type, locks: [lock] } } };
}

const agent = { name: 'Ann', note: 'of the desk', plan: 'agent' } as const;

describe('a record that is never written', () => {
  it('is no twin for a record that would only be written to it, and none is made beside it', async () => {
    const town = new Town();
    const sync = locked(town.contactsSync());
    town.users.add({ ...agent });
    const contact = town.contacts.add({ name: 'Ann', note: 'of the CRM', plan: null });
    await town.rest([sync]);
    expect(town.writes()).toBe(0);
    expect(await town.twin(sync, 'crm', contact)).toBeNull();
    const [hold] = await town.store.holds({});
    expect(hold).toMatchObject({ why: 'ambiguous', field: null, candidates: [{ side: 'desk', id: 'users-000001' }] });
    expect(hold?.message).toContain('is an agent, and Syncline never writes such a record');

    town.users.edit('users-000001', { plan: null });
    await town.rest([sync]);
    expect(town.users.all()).toMatchObject([{ note: 'of the CRM' }]);
    expect(await town.holds()).toEqual([]);
  });

  it('keeps its values when it becomes one later, and takes what is due once it is none', async () => {
    for (const direction of ['crm-to-desk', 'both'] as const satisfies readonly Direction[]) {
      const town = new Town();
      const sync = locked(town.contactsSync({ direction }));
      const contact = town.contacts.add({ name: 'Ann', note: 'old', plan: null });
      await town.rest([sync]);
      const writes = town.users.made.write;
      town.users.edit('users-000001', { plan: 'admin' });
      town.contacts.edit(contact, { note: 'new' });
      await town.rest([sync]);
      expect({ direction, writes: town.users.made.write }).toEqual({ direction, writes });
      expect(await town.holds()).toEqual([`contacts ${contact}: refused note ${direction}`]);
      town.users.edit('users-000001', { plan: null });
      await town.rest([sync]);
      expect(town.users.all()).toMatchObject([{ note: 'new' }]);
      expect(await town.holds()).toEqual([]);
    }
  });

  it('still gives its own edits to the other side', async () => {
    const town = new Town();
    const sync = locked(town.contactsSync({ direction: 'both' }));
    town.users.add({ ...agent });
    const contact = town.contacts.add({ name: 'Ann', note: 'of the desk', plan: null });
    await town.rest([sync]);
    expect(await town.twin(sync, 'crm', contact)).toBe('users-000001');
    town.users.edit('users-000001', { note: 'edited by the agent' });
    await town.rest([sync]);
    expect(town.contacts.get(contact)?.note).toBe('edited by the agent');
    expect(town.users.made.write).toBe(0);
  });

  it('gets no id written back, and no value that a person gave for both', async () => {
    const field = 'external_id';
    for (const when of ['first', 'always'] as const) {
      const town = new Town();
      const sync = locked(town.contactsSync({ direction: 'both', writeBack: { crm: null, desk: { field, when } } }));
      town.users.add({ ...agent });
      const contact = town.contacts.add({ name: 'Ann', note: 'of the CRM', plan: null });
      await town.rest([sync]);
      const [hold] = await town.store.holds({});
      expect(hold).toMatchObject({ why: 'refused', field: 'note both' });
      await town.store.answer(hold?.id ?? '', { say: 'value', value: 'a third one' }, town.world.now());
      await town.rest([sync]);
      await town.store.allDue('contacts', town.world.now());
      await town.rest([sync]);
      expect({ when, user: town.users.get('users-000001') }).toEqual({ when, user: agent });
      // Both or neither: the two would only come to differ in another way.
      expect({ when, note: town.contacts.get(contact)?.note }).toEqual({ when, note: 'of the CRM' });
      expect(await town.holds()).toEqual([`contacts ${contact}: refused note both`]);
    }
  });

  it('is left alone on the CRM’s side too', async () => {
    const town = new Town();
    const sync = locked(town.contactsSync({ direction: 'desk-to-crm' }), 'crm');
    town.contacts.add({ name: 'Ann', note: 'of the CRM', plan: 'agent' });
    town.users.add({ name: 'Ann', note: 'of the desk', plan: null });
    await town.rest([sync]);
    expect(town.writes()).toBe(0);
    expect(town.contacts.all()).toMatchObject([{ note: 'of the CRM' }]);
    expect(await town.holds()).toEqual(['contacts users-000001: ambiguous']);
  });
});
