import { describe, expect, it } from 'vitest';
import { FaultError } from '../model/fault.ts';
import type { Direction, SyncSetup } from '../model/sync.ts';
import { openMemory } from '../store/memory.ts';
import { pointerRule, Town } from './testing/town.ts';

const directions: readonly Direction[] = ['crm-to-desk', 'desk-to-crm', 'both'];

/** Accounts, contacts and leads with all that belongs to them, in step. */
async function settled(direction: Direction): Promise<{ readonly town: Town; readonly syncs: readonly SyncSetup[] }> {
  const town = new Town();
  const parents = town.accountsSync({ direction });
  const syncs = [
    town.contactsSync({ direction }),
    { ...parents, rules: [...parents.rules, pointerRule('accounts', direction)] },
    ...(direction === 'crm-to-desk' ? [town.leadsSync({ direction })] : []),
  ];
  const [accounts, contacts] =
    direction === 'desk-to-crm' ? [town.organizations, town.users] : [town.accounts, town.contacts];
  const acme = accounts.add({ name: 'Acme', note: 'a', plan: null });
  const branch = accounts.add({ name: 'Branch', note: 'b', plan: null, parent: acme });
  for (const [name, parent] of [
    ['Ann', acme],
    ['Bob', branch],
    ['Cleo', null],
  ] as const)
    contacts.add({ name, note: 'n', plan: null, parent });
  if (direction === 'crm-to-desk') town.leads.add({ name: 'Dora', note: 'n', plan: null });
  await town.rest(syncs);
  return { town, syncs };
}

/** All that stands at the vendors, and who is linked to whom. */
async function world(town: Town, syncs: readonly SyncSetup[]) {
  const twins: string[] = [];
  for (const sync of syncs)
    for (const vendor of town.vendors)
      for (const id of vendor.records.keys())
        if (sync.crm.connection === vendor.name) twins.push(`${sync.name} ${id} = ${await town.twin(sync, 'crm', id)}`);
  return {
    twins,
    records: town.vendors.map((vendor) => [...vendor.records.entries()].map(([id, { fields }]) => ({ id, ...fields }))),
  };
}

describe('after our database was lost', () => {
  for (const direction of directions) {
    it(`every link is found again, and nothing is written (${direction})`, async () => {
      const { town, syncs } = await settled(direction);
      const before = await world(town, syncs);
      const writes = town.writes();
      town.store = openMemory();
      await town.rest(syncs);
      expect(await world(town, syncs)).toEqual(before);
      expect(town.writes()).toBe(writes);
      expect(await town.holds()).toEqual([]);
      expect(before.twins.filter((twin) => twin.endsWith('null'))).toEqual([]);
    });

    it(`a link is found again by its mark alone, when nothing else of the two is the same (${direction})`, async () => {
      const { town, syncs } = await settled(direction);
      const before = await world(town, syncs);
      const targets = direction === 'desk-to-crm' ? [town.accounts, town.contacts] : [town.organizations, town.users];
      for (const target of targets) for (const id of target.records.keys()) target.edit(id, { name: `renamed ${id}` });
      const count = town.vendors.map((vendor) => vendor.records.size);
      town.store = openMemory();
      await town.rest(syncs);
      const after = await world(town, syncs);
      expect(after.twins).toEqual(before.twins);
      expect(town.vendors.map((vendor) => vendor.records.size)).toEqual(count);
    });
  }

  it('a record that has another one’s mark is not taken by its name', async () => {
    for (const first of ['Beta', 'Acme'] as const) {
      const town = new Town();
      const all = town.accountsSync();
      const names = first === 'Beta' ? ['Beta', 'Acme'] : ['Acme', 'Beta'];
      for (const name of names) town.accounts.add({ name, note: name, plan: null });
      await town.rest([town.accountsSync({ within: (_side, { name }) => name !== 'Beta' })]);
      town.organizations.edit('organizations-000001', { name: 'Beta' });
      const acme = [...town.accounts.records.values()].find(({ fields }) => fields.name === 'Acme')?.id ?? '';
      town.store = openMemory();
      await town.rest([all]);
      expect({ first, twin: await town.twin(all, 'crm', acme) }).toEqual({ first, twin: 'organizations-000001' });
      expect(town.organizations.get('organizations-000001')).toMatchObject({ name: 'Acme', note: 'Acme' });
    }
  });

  it('nothing is created as long as one of the two sides was not read to its end', async () => {
    const { town, syncs } = await settled('crm-to-desk');
    const count = town.users.records.size;
    town.store = openMemory();
    const connect = town.users.connection.bind(town.users);
    town.users.connection = () => ({
      ...connect(),
      changes: () => Promise.reject(new FaultError({ kind: 'refused', say: 'no right to read' })),
    });
    await town.run(syncs, { stay: false });
    expect(town.users.records.size).toBe(count);
    town.users.connection = connect;
    await town.rest(syncs);
    expect(town.users.records.size).toBe(count);
    expect(await town.holds()).toEqual([]);
  });
});

describe('a mark', () => {
  it('counts for nothing where it names nobody, somebody outside the filter, or more than one has it', async () => {
    const cases = [
      { what: 'nobody', marks: ['accounts-000099'], plan: null },
      { what: 'empty', marks: [''], plan: null },
      { what: 'outside', marks: ['accounts-000001'], plan: 'outside' },
      { what: 'several', marks: ['accounts-000001', 'accounts-000001'], plan: null },
    ] as const;
    for (const { what, marks, plan } of cases) {
      const town = new Town();
      town.organizations.uniqueName = false;
      const account = town.accounts.add({ name: 'Acme', note: 'a', plan });
      for (const [i, mark] of marks.entries())
        town.organizations.add({ name: `Other ${i}`, note: 'o', external_id: mark });
      const sync = town.accountsSync({ create: [] });
      await town.rest([sync]);
      const twin = await town.twin(sync, 'crm', account);
      expect({ what, twin, writes: town.writes() }).toEqual({ what, twin: null, writes: 0 });
    }
  });

  it('goes before every criterion: the record that it names is the twin, not the one of the same name', async () => {
    for (const late of ['account', 'marked', 'namesake'] as const) {
      const town = new Town();
      const account = () => town.accounts.add({ name: 'Acme', note: 'a', plan: null });
      const marked = () =>
        town.organizations.add({ name: 'Other', note: 'o', plan: null, external_id: 'accounts-000001' });
      const namesake = () => town.organizations.add({ name: 'Beside', note: 'o', plan: null });
      const adds = { account, marked, namesake };
      for (const [name, add] of Object.entries(adds)) if (name !== late) add();
      const sync = town.accountsSync({ create: [], match: [] });
      if (late !== 'namesake') await town.run([sync]);
      adds[late]();
      await town.rest([sync]);
      const twin = await town.twin(sync, 'crm', 'accounts-000001');
      expect({ late, twin: town.organizations.get(twin ?? '')?.external_id }).toEqual({
        late,
        twin: 'accounts-000001',
      });
      expect(town.organizations.all().map(({ name }) => name)).toContain('Beside');
    }
  });
});
