import { describe, expect, it } from 'vitest';
import type { Connection } from '../model/connection.ts';
import type { Direction, Rule, SyncSetup } from '../model/sync.ts';
import { isBlank, same, type Value } from '../model/value.ts';
import { Town } from './testing/town.ts';
import { textRule } from './testing.ts';

/**
 * Users whose `plan` is an address: the first one is shown and stays, later ones are kept beside it. `parent` shows all of them, to exact
 * look-ups alone.
 */
function open(direction: Direction, create: SyncSetup['create']) {
  const town = new Town();
  const connect = town.users.connection.bind(town.users);
  const shown = (user: string) => town.users.get(user)?.plan ?? null;
  town.users.connection = (): Connection => {
    const connection = connect();
    return {
      ...connection,
      async write(operations, until) {
        const kept = operations.map((operation) => {
          const added = operation.do === 'update' ? operation.fields.plan : undefined;
          if (operation.do !== 'update' || typeof added !== 'string' || isBlank(shown(operation.ref.id)))
            return operation;
          const before = town.users.get(operation.ref.id)?.parent ?? [];
          const all = [shown(operation.ref.id), ...(Array.isArray(before) ? before : []), added];
          const { plan: _, ...fields } = operation.fields;
          return { ...operation, fields: { ...fields, parent: [...new Set(all)] } };
        });
        return connection.write(kept, until);
      },
    };
  };
  const address: Rule = {
    ...textRule('plan', direction),
    id: 'address',
    convert: (to, from, current) =>
      isBlank(from)
        ? { ok: true, leave: true }
        : {
            ok: true,
            value: from,
            ...(to === 'desk' && !isBlank(current) && !same(from, current ?? null) ? { keeps: true as const } : {}),
          },
    equal: (crm: Value, desk: Value, before) =>
      same(crm, desk) ||
      isBlank(crm) ||
      (before?.crm !== undefined && same(before.crm, crm) && !isBlank(desk) && same(before.desk ?? null, desk)),
  };
  const sync = town.contactsSync({ direction, create });
  const rules = [...sync.rules.filter(({ desk }) => desk === 'name' || desk === 'note'), address];
  const type = sync.desk.type;
  const fields = type.fields.map((field) =>
    field.name === 'plan' ? { ...field, beside: true, besideIn: 'parent' } : field,
  );
  const match = [
    {
      crm: 'plan',
      desk: 'plan',
      keys: (_: unknown, value: Value | undefined) => (typeof value === 'string' ? [value] : []),
    },
  ];
  const syncs = [{ ...sync, rules, match, within: () => true, desk: { ...sync.desk, type: { ...type, fields } } }];
  return { town, syncs };
}

describe('an address that is kept beside the one that is shown', () => {
  for (const direction of ['crm-to-desk', 'both'] as const)
    it(`is written once, and the shown one is no edit (${direction})`, async () => {
      const { town, syncs } = open(direction, ['desk']);
      const contact = town.contacts.add({ name: 'Ann', note: 'n', plan: 'first@x' });
      await town.rest(syncs);
      town.contacts.edit(contact, { plan: 'second@x' });
      await town.run(syncs);
      // Another edit follows before anybody has seen the user again.
      town.contacts.edit(contact, { note: 'edited' });
      await town.rest(syncs);
      expect(town.users.all()).toMatchObject([{ plan: 'first@x', parent: ['first@x', 'second@x'], note: 'edited' }]);
      expect(town.contacts.get(contact)?.plan).toBe('second@x');
      const writes = town.writes();
      await town.rest(syncs);
      expect(town.writes()).toBe(writes);

      town.contacts.edit(contact, { plan: 'third@x' });
      await town.rest(syncs);
      expect(town.users.all()).toMatchObject([{ plan: 'first@x', parent: ['first@x', 'second@x', 'third@x'] }]);
      expect(town.contacts.get(contact)?.plan).toBe('third@x');
      expect(await town.holds()).toEqual([]);
    });

  it('is what a contact is matched by, where a look-up told it, and is not written again', async () => {
    const { town, syncs } = open('crm-to-desk', []);
    town.users.add({ name: 'Ann', note: 'n', plan: 'first@x', parent: ['first@x', 'second@x'] });
    const contact = town.contacts.add({ name: 'Ann', note: 'n', plan: 'second@x' });
    await town.rest(syncs);
    expect(await town.twin(syncs[0] ?? town.contactsSync(), 'crm', contact)).toBe('users-000001');
    expect(town.writes()).toBe(0);
  });
});
