import { describe, expect, it } from 'vitest';
import { compileSync } from './compile.ts';
import type { SyncInput } from './input.ts';
import type { ReferenceSetting } from './settings.ts';
import { field, objectType, syncInput } from './testing.ts';

const contact = objectType('Contact', [
  field('Name', 'text', { required: true }),
  field('AccountId', 'reference', { refersTo: ['Account'], normal: { emptyIsNull: true } }),
  field('OwnerId', 'reference', { refersTo: ['User', 'Group'] }),
]);
const user = objectType('user', [
  field('name', 'text', { required: true }),
  field('organization_id', 'reference', { refersTo: ['organization'] }),
  field('user_fields.team', 'reference'),
  field('user_fields.company', 'text'),
  field('role', 'option'),
  field('made_in', 'reference', { settable: 'create' }),
]);
const parents = {
  accounts: {
    crm: { connection: 'sales', object: 'Account' },
    desk: { connection: 'support', object: 'organization' },
  },
  elsewhere: {
    crm: { connection: 'other', object: 'Account' },
    desk: { connection: 'support', object: 'organization' },
  },
};
const base = syncInput();

function input(reference: ReferenceSetting, given: Partial<SyncInput> = {}): SyncInput {
  return syncInput({
    name: 'contacts',
    crm: { ...base.crm, object: 'Contact', type: contact },
    desk: { ...base.desk, object: 'user', type: user },
    match: [{ crm: 'Name', desk: 'name' }],
    fields: [{ crm: 'Name', desk: 'name' }],
    references: [reference],
    parents,
    ...given,
  });
}

function problem(reference: ReferenceSetting, given: Partial<SyncInput> = {}): string {
  const [first] = compileSync(input(reference, given)).problems;
  return first === undefined ? 'sound' : `${first.path.join('.')}: ${first.problem} ${first.fix}`;
}

const company: ReferenceSetting = { crm: 'AccountId', desk: 'organization_id', sync: 'accounts' };

describe('a reference', () => {
  it('becomes a rule between links, beside the rules of the fields', () => {
    const { setup } = compileSync(input(company));
    expect(setup?.rules.map((rule) => [rule.id, rule.pointer])).toEqual([
      ['Name → name', undefined],
      ['AccountId → organization_id', { sync: 'accounts', none: 'keep', default: { crm: null, desk: null } }],
    ]);
    expect(setup?.reads).toEqual({ crm: ['AccountId', 'Name'], desk: ['name', 'organization_id'] });
    expect(setup?.rules[1]?.normal('crm', '')).toBeNull();
  });

  it('carries emptiness by itself, and nothing else: ids mean nothing on the other side', () => {
    const rule = compileSync(input(company)).setup?.rules[1];
    expect(rule?.convert('desk', null, '7')).toEqual({ ok: true, value: null });
    expect(rule?.convert('desk', '001A', null)).toEqual({
      ok: false,
      say: 'Crm AccountId holds the id of a record that no link joins to one of Desk.',
    });
    expect(rule?.equal(null, null)).toBe(true);
    expect(rule?.equal('001A', '7')).toBe(false);
  });

  it('flows as the sync does, or as it says', () => {
    const both: Partial<SyncInput> = { direction: 'both', create: [], update: ['crm', 'desk'] };
    expect(compileSync(input(company, both)).setup?.rules[1]?.direction).toBe('both');
    const back = compileSync(input({ ...company, direction: 'desk-to-crm' }, { update: ['crm', 'desk'] }));
    expect(back.setup?.rules[1]?.id).toBe('AccountId ← organization_id');
  });

  it('may become a default where it is empty, by the side that it is written on', () => {
    const pointer = (one: ReferenceSetting, given: Partial<SyncInput> = {}): unknown =>
      compileSync(input(one, given)).setup?.rules[1]?.pointer;
    expect(pointer({ ...company, none: 'empty' })).toMatchObject({ none: 'empty' });
    expect(pointer({ ...company, default: '99' })).toMatchObject({
      none: 'default',
      default: { crm: null, desk: '99' },
    });
    const both: Partial<SyncInput> = { direction: 'both', create: [], update: ['crm', 'desk'] };
    expect(pointer({ ...company, none: 'default', default: { crm: '001', desk: '99' } }, both)).toMatchObject({
      default: { crm: '001', desk: '99' },
    });
    expect(problem({ ...company, default: '99' }, both)).toContain('each side has its own ids');
    expect(problem({ ...company, none: 'default' })).toContain('Add "default: ID"');
    expect(problem({ ...company, none: 'hold', default: '99' })).toContain('"none: hold" does not use it');
  });

  it('has another hash when anything that it writes may differ', () => {
    const hash = (one: ReferenceSetting): string | undefined => compileSync(input(one)).setup?.rules[1]?.hash;
    const hashes = [hash(company), hash({ ...company, none: 'empty' }), hash({ ...company, default: '9' })];
    expect(new Set(hashes).size).toBe(3);
    expect(hash(company)).toBe(hash({ ...company, none: 'keep' }));
  });

  it('is written on creation only where the vendor allows no more', () => {
    expect(compileSync(input({ crm: 'AccountId', desk: 'made_in', sync: 'accounts' })).setup?.rules[1]?.write).toBe(
      'create',
    );
    expect(compileSync(input(company)).setup?.rules[1]?.write).toBe('always');
  });

  it('may point to records of its own sync', () => {
    const account = objectType('Account', [
      field('Name', 'text'),
      field('ParentId', 'reference', { refersTo: ['Account'] }),
    ]);
    const organization = objectType('organization', [
      field('name', 'text'),
      field('organization_fields.parent', 'reference'),
    ]);
    const { problems } = compileSync(
      syncInput({
        crm: { ...base.crm, type: account },
        desk: { ...base.desk, type: organization },
        references: [{ crm: 'ParentId', desk: 'organization_fields.parent', sync: 'accounts', none: 'empty' }],
        parents: {},
      }),
    );
    expect(problems).toEqual([]);
  });
});

describe('references that are refused', () => {
  it('name one field only, or none', () => {
    expect(problem({ crm: 'AccountId', sync: 'accounts' })).toBe(
      'references.0: Sync contacts: the reference "AccountId" names no desk field. Name both fields, such as { crm: AccountId, desk: organization_id, sync: accounts }.',
    );
    expect(problem({ sync: 'accounts' })).toContain('a reference names no field');
  });

  it('name a sync that does not exist, lies elsewhere, or links other records', () => {
    expect(problem({ ...company, sync: 'acounts' })).toBe(
      'references.0.sync: Sync contacts: there is no sync "acounts". Did you mean accounts?',
    );
    expect(problem({ ...company, sync: 'elsewhere' })).toContain('links records of other');
    expect(problem({ ...company, crm: 'OwnerId' })).toBe(
      'references.0.crm: Sync contacts: Crm Contact "OwnerId" points to User or Group, and the sync "accounts" links Crm Account. Name the sync that links User or Group, or choose another field.',
    );
    expect(problem({ ...company, desk: 'user_fields.team' })).toBe('sound');
  });

  it('are no references: a text takes a name by an ordinary rule', () => {
    expect(problem({ ...company, desk: 'role' })).toContain(
      'holds no reference to another record. Choose a field that refers',
    );
    expect(problem({ ...company, desk: 'user_fields.company' })).toBe(
      'references.0.desk: Sync contacts: Desk user "user_fields.company" is a text and holds no reference to another record. To write the other record\'s name there as a text, leave the reference out and map it under "fields": { crm: Account.Name, desk: user_fields.company }.',
    );
  });

  it('write what another rule writes, or where the sync writes nothing', () => {
    const { problems } = compileSync({
      ...input(company),
      references: [company, { ...company, desk: 'organization_id' }],
    });
    expect(problems[0]?.problem).toContain(
      'two rules write Desk user "organization_id": from "AccountId" and from "AccountId"',
    );
    expect(problem({ ...company, direction: 'both' })).toContain('neither "create" nor "update" allows that side');
  });
});
