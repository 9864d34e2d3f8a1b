import { describe, expect, it } from 'vitest';
import type { ObjectType } from '../model/object-type.ts';
import type { SyncSetup } from '../model/sync.ts';
import { Town } from './testing/town.ts';

/** The sync of accounts, onto an object of which this is said. */
function onto(town: Town, type: Partial<ObjectType>, more: Partial<SyncSetup> = {}): SyncSetup {
  const sync = town.accountsSync(more);
  return { ...sync, desk: { ...sync.desk, type: { ...sync.desk.type, ...type } } };
}

describe('a new record that needs one of several fields', () => {
  it('is made where any of them has a value, and is held with all of them where none has', async () => {
    const town = new Town();
    const sync = onto(town, { oneOf: [['note', 'plan']] });
    town.accounts.add({ name: 'With a note', note: 'n', plan: null });
    town.accounts.add({ name: 'With a plan', note: null, plan: 'p' });
    const bare = town.accounts.add({ name: 'With none', note: null, plan: null });
    await town.rest([sync]);
    expect(town.organizations.all().map(({ name }) => name)).toEqual(['With a note', 'With a plan']);
    const [hold] = await town.store.holds({});
    expect(hold).toMatchObject({ why: 'required', field: 'note crm-to-desk' });
    expect(hold?.message).toMatch(
      /"With none" .*: note is empty and plan is empty, and Support needs note or plan to create the .*\. Fill one of them in; it is created as soon as one has a value\.$/,
    );
    town.accounts.edit(bare, { plan: 'now' });
    await town.rest([sync]);
    expect(town.organizations.all()).toHaveLength(3);
    expect(await town.holds()).toEqual([]);
  });

  it('is none where no rule writes any of them', async () => {
    const town = new Town();
    const sync = onto(town, { oneOf: [['requester', 'address']] });
    town.accounts.add({ name: 'Acme', note: null, plan: null });
    await town.rest([sync]);
    expect(town.organizations.all()).toHaveLength(1);
  });
});

describe('a record of which none is to be made', () => {
  it('is met by one that is there, and gets no new one', async () => {
    const town = new Town();
    const sync = town.accountsSync({ makes: (_side, { plan }) => plan !== 'old' });
    town.accounts.add({ name: 'Met', note: null, plan: 'old' });
    town.organizations.add({ name: 'Met', note: null, plan: null });
    const alone = town.accounts.add({ name: 'Alone', note: null, plan: 'old' });
    town.accounts.add({ name: 'Fresh', note: null, plan: null });
    await town.rest([sync]);
    expect(town.organizations.all().map(({ name }) => name)).toEqual(['Met', 'Fresh']);
    expect(await town.twin(sync, 'crm', alone)).toBeNull();
    expect(await town.holds()).toEqual([]);
  });
});

describe('a field that the vendor fills by itself where nothing is said of it', () => {
  it('is said to be empty in a new record', async () => {
    const town = new Town();
    const { fields } = town.accountsSync().desk.type;
    const defaulted = fields.map((field) => (field.name === 'plan' ? { ...field, defaulted: true } : field));
    const sync = onto(town, { fields: defaulted });
    town.accounts.add({ name: 'Acme', note: null, plan: null });
    await town.rest([sync]);
    expect(Object.keys(town.organizations.all()[0] ?? {}).sort()).toEqual(['external_id', 'name', 'plan']);
  });
});
