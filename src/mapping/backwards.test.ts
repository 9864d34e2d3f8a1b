import { describe, expect, it } from 'vitest';
import { compileSync } from './compile.ts';
import type { SyncInput } from './input.ts';
import type { FieldSetting } from './settings.ts';
import { account, field, syncInput } from './testing.ts';

/** Accounts are made of organizations that somebody points to: the rules of a sync that flows the other way, turned round. */
const calls = [{ side: 'crm', by: 'the reference AccountId of the sync "tickets"' }] as const;
const name: FieldSetting = { crm: 'Name', desk: 'name' };

function compiled(fields: readonly FieldSetting[], more: Partial<SyncInput> = {}) {
  const { setup, problems } = compileSync(syncInput({ fields: [name, ...fields], calls, ...more }));
  return { problems, setup, rules: setup?.backwards?.crm ?? [] };
}

/** What the rule for this account field makes of a value of the organization. */
function made(rule: FieldSetting, value: string | number | boolean | readonly string[], crm: string) {
  const { rules, problems } = compiled([rule]);
  expect(problems).toEqual([]);
  const found = rules.find((each) => each.crm === crm);
  return found === undefined ? 'left out' : found.convert('crm', value, undefined);
}

describe('a rule turned round', () => {
  it.each([
    ['a text', { crm: 'Notes__c', desk: 'details' }, 'Notes', 'Notes__c', 'left out'],
    ['a long text', { crm: 'Description', desk: 'details' }, 'Some', 'Description', { ok: true, value: 'Some' }],
    ['a number', { crm: 'Employees', desk: 'employees' }, 7, 'Employees', { ok: true, value: 7 }],
    ['a check box', { crm: 'Active', desk: 'active' }, true, 'Active', { ok: true, value: true }],
    [
      'a map that is one-to-one',
      { crm: 'Industry', desk: 'industry', values: { Banking: 'banking', Energy: 'energy' } },
      'energy',
      'Industry',
      { ok: true, value: 'Energy' },
    ],
    [
      'a map in which two values are one',
      { crm: 'Industry', desk: 'industry', values: { Banking: 'banking', Energy: 'banking' } },
      'banking',
      'Industry',
      'left out',
    ],
    [
      'a map with a value for all others',
      { crm: 'Industry', desk: 'industry', values: { Banking: 'banking', other: 'energy' } },
      'banking',
      'Industry',
      'left out',
    ],
    [
      'a map with a way back of its own',
      {
        crm: 'Industry',
        desk: 'industry',
        values: { toDesk: { Banking: 'banking', Energy: 'banking' }, toCrm: { banking: 'Retail' } },
      },
      'banking',
      'Industry',
      { ok: true, value: 'Retail' },
    ],
    ['an expression', { desk: 'details', from: "crm.Name + '!'" }, 'Acme!', 'Name!', 'left out'],
    ['a constant', { desk: 'details', default: 'new' }, 'new', '', 'left out'],
    [
      'a domain taken out of an address',
      { crm: 'Website', desk: 'domain_names', convert: 'domain' },
      ['acme.example'],
      'Website',
      'left out',
    ],
    ['a member of a set', { crm: 'Notes__c', desk: 'tags', merge: 'set' }, ['vip'], 'Notes__c', 'left out'],
  ] satisfies [string, FieldSetting, string | number | boolean | string[], string, unknown][])(
    'gives back what it was made from, or is left out: %s',
    (_, rule, value, crm, then) => {
      expect(made(rule, value, crm)).toEqual(then);
    },
  );

  it('is the sync’s own by id and hash, so that what is agreed by it stays agreed', () => {
    const { rules, setup } = compiled([{ crm: 'Employees', desk: 'employees' }]);
    expect(rules.map(({ id, hash }) => [id, hash])).toEqual(setup?.rules.map(({ id, hash }) => [id, hash]));
    expect(rules.map(({ required }) => required.crm)).toEqual([true, false]);
  });

  it('is there only where somebody calls for it', () => {
    expect(compiled([], { calls: [] }).setup?.backwards).toBeUndefined();
  });
});

describe('a field that a new record must have', () => {
  const needing = { ...account, fields: [...account.fields, field('Region__c', 'text', { required: true })] };
  const withType = (fields: readonly FieldSetting[], more: Partial<SyncInput> = {}) =>
    compiled(fields, { crm: { ...syncInput().crm, type: needing }, ...more }).problems;

  it('and that no rule gives backwards is refused, with its name, the rule and what to do', () => {
    expect(withType([])).toEqual([
      {
        path: ['fields'],
        problem:
          'Sync accounts: the reference AccountId of the sync "tickets" has records created on the crm side, where Crm Account needs "Region__c": no rule has it.',
        fix: 'Map "Region__c" in the sync "accounts", such as { crm: Region__c, desk: FIELD }, even though that sync may be off; or say create: false in the reference.',
      },
    ]);
    expect(withType([{ crm: 'Region__c', desk: 'details', convert: 'upper' }])[0]?.problem).toContain(
      'needs "Region__c": the rule for Region__c and details cannot be turned round.',
    );
    expect(withType([], { name: 'tickets.organizations' })[0]?.fix).toBe(
      'Add a sync for Crm Account with "mode: referenced" (off, but for what is pointed to) that maps "Region__c", such as { crm: Region__c, desk: FIELD }; or say create: false in the reference.',
    );
  });

  it('may be given by a rule that is there for such records alone', () => {
    const backwards: readonly FieldSetting[] = [
      { crm: 'Region__c', from: "'of ' + desk.name" },
      { crm: 'NoSuchField', default: 'x' },
    ];
    const { setup, problems } = compiled([], { crm: { ...syncInput().crm, type: needing }, backwards });
    expect(problems).toEqual([]);
    expect(setup?.backwards?.crm?.map(({ crm }) => crm)).toEqual(['Name', 'Region__c']);
    expect(setup?.computed.desk[0]?.value({ name: 'Acme' })).toEqual({ ok: true, value: 'of Acme' });
    expect(setup?.rules.map(({ crm }) => crm)).toEqual(['Name']);
  });
});

describe('a sync that is there for its links alone', () => {
  it('needs neither to create nor to update', () => {
    const still = { create: [], update: [] };
    expect(compiled([], { ...still, mode: 'referenced' }).problems).toEqual([]);
    expect(compiled([], still).problems.map(({ path }) => path)).toContainEqual(['update']);
  });
});
