import { describe, expect, it } from 'vitest';
import type { SyncInput } from '../mapping/compile.ts';
import { account, field, options, organization, syncInput } from '../mapping/testing.ts';
import type { FieldDescription, ObjectType } from '../model/object-type.ts';
import { type Footing, standingOf } from './drift.ts';
import { optionNotes } from './drift-options.ts';

const values = { Banking: 'banking', Energy: 'energy', Retail: 'energy' };
const fields: SyncInput['fields'] = [
  { crm: 'Name', desk: 'name' },
  { crm: 'Industry', desk: 'industry', values },
  { crm: 'Employees', desk: 'employees' },
  { desk: 'details', from: '"see " + crm.Notes__c' },
];

function withType(input: SyncInput, side: 'crm' | 'desk', change: (type: ObjectType) => readonly FieldDescription[]) {
  const type = { ...input[side].type, fields: change(input[side].type) };
  return { ...input, [side]: { ...input[side], type } };
}

const without = (name: string) => (type: ObjectType) => type.fields.filter((each) => each.name !== name);
const changed =
  (name: string, more: Partial<FieldDescription>) =>
  (type: ObjectType): readonly FieldDescription[] =>
    type.fields.map((each) => (each.name === name ? { ...each, ...more } : each));

function footingOf({ footing: kept }: ReturnType<typeof standingOf>): Footing {
  if (!kept) throw new Error('the sync is not sound');
  return kept;
}

const input = syncInput({ fields });
const sound = standingOf(input, null);
const footing = footingOf(sound);
const rules = (of: ReturnType<typeof standingOf>) => of.setup?.rules.map(({ id }) => id) ?? null;
const all = ['Name → name', 'Industry → industry', 'Employees → employees', '="see " + crm.Notes__c → details'];

describe('a mapped field', () => {
  it.each<[string, SyncInput, string]>([
    ['deleted on the help desk’s side', withType(input, 'desk', without('employees')), all[2] ?? ''],
    ['deleted on the CRM’s side', withType(input, 'crm', without('Employees')), all[2] ?? ''],
    ['retyped', withType(input, 'desk', changed('employees', { type: 'datetime', vendorType: 'date' })), all[2] ?? ''],
    ['not to be written any more', withType(input, 'desk', changed('employees', { settable: 'never' })), all[2] ?? ''],
    ['read by an expression, and deleted', withType(input, 'crm', without('Notes__c')), all[3] ?? ''],
  ])('that is %s freezes its rule, and nothing else', (_what, now, rule) => {
    const standing = standingOf(now, footing);
    expect(standing.frozen.map((each) => each.rule)).toEqual([rule]);
    expect(rules(standing)).toEqual(all.filter((each) => each !== rule));
    expect(standing.setup?.hash).toBe(sound.setup?.hash);
    expect(standing.footing?.fields).toEqual(footing.fields);
    for (const side of ['crm', 'desk'] as const) {
      const there = now[side].type.fields.map(({ name }) => name);
      expect(standing.setup?.reads[side].filter((name) => !there.includes(name))).toEqual([]);
      expect(standing.setup?.[side].type).toBe(now[side].type);
    }
  });

  it('that never stood refuses the sync, as a slip of the pen does', () => {
    const now = withType(input, 'desk', without('employees'));
    expect(standingOf(now, null).setup).toBeNull();
    const written = [...fields, { crm: 'Revenue', desk: 'nowhere' }];
    expect(standingOf({ ...input, fields: written }, footing).setup).toBeNull();
  });

  it.each<[string, SyncInput]>([
    ['a value that every new record needs', withType(input, 'desk', changed('name', { settable: 'never' }))],
    ['a criterion', withType(input, 'crm', without('Name'))],
    [
      'a field of the filter',
      withType(
        syncInput({ fields, filter: { crm: { all: [{ field: 'Active', op: 'is', value: true }] } } }),
        'crm',
        without('Active'),
      ),
    ],
    [
      'the field that takes the other one’s id',
      withType(
        syncInput({ fields, update: ['desk'], writeBack: { crm: { field: 'Notes__c' } } }),
        'crm',
        without('Notes__c'),
      ),
    ],
  ])('refuses the sync where it is %s', (_what, now) => {
    const before = standingOf({ ...now, crm: input.crm, desk: input.desk }, null).footing;
    expect(before).not.toBeNull();
    expect(standingOf(now, before).setup).toBeNull();
  });

  it('works again as before once it is back', () => {
    const frozen = standingOf(withType(input, 'desk', without('employees')), footing);
    const back = standingOf(input, frozen.footing);
    expect([rules(back), back.frozen, back.setup?.hash]).toEqual([all, [], sound.setup?.hash]);
  });

  it('stays frozen as often as it is looked at', () => {
    const now = withType(input, 'desk', without('employees'));
    const once = standingOf(now, footing);
    const twice = standingOf(now, once.footing);
    expect(twice.frozen).toEqual(once.frozen);
    expect(twice.footing?.fields).toEqual(once.footing?.fields);
  });
});

describe('the words of a frozen rule', () => {
  const words = (now: SyncInput) => standingOf(now, footing).frozen[0]?.message ?? '';

  it('name the field, what it was and what to do', () => {
    expect(words(withType(input, 'desk', without('employees')))).toBe(
      'The rule Employees → employees is frozen: Desk organization has no field "employees" any more (it was "employees", a whole number (integer)). It was deleted or renamed, or it is hidden from our user. Both records keep what they have there, and everything else goes on. Bring the field back, or change the mapping (syncs.accounts.fields[2]).',
    );
  });

  it.each<[string, FieldDescription, string]>([
    [
      'the same label',
      field('staff', 'integer', { label: 'employees' }),
      'Most likely it is "staff" ("employees") now.',
    ],
    [
      'the only new field of the type',
      field('head_count', 'integer'),
      'Most likely it is "head_count" ("head_count") now.',
    ],
  ])('offer the likely new name: %s', (_what, fresh, expected) => {
    const now = withType(input, 'desk', (type) => [...without('employees')(type), fresh]);
    expect(words(now)).toContain(expected);
  });

  it('offer it as often as it is looked at', () => {
    const now = withType(input, 'desk', (type) => [...without('employees')(type), field('head_count', 'integer')]);
    const once = standingOf(now, footing);
    expect(standingOf(now, once.footing).frozen).toEqual(once.frozen);
  });

  it('offer no name where nothing is like it', () => {
    expect(
      words(withType(input, 'desk', (type) => [...without('employees')(type), field('colour', 'text')])),
    ).not.toContain('Most likely');
  });

  it('say what it was and what it is now where it was retyped', () => {
    const now = withType(input, 'desk', changed('employees', { type: 'datetime', vendorType: 'date' }));
    expect(words(now)).toMatch(
      /^The rule Employees → employees is frozen: Crm Account "Employees" is a whole number \(int\), which cannot be written to Desk organization "employees", a date and time \(date\)\. When it worked, Crm Employees was a whole number \(int\) and Desk employees was a whole number \(integer\)\./,
    );
  });
});

describe('options', () => {
  it('that are gone freeze nothing: what is left of the map goes on, and they are told', () => {
    const now = withType(input, 'desk', changed('industry', { options: options('banking') }));
    const standing = standingOf(now, footing);
    expect([rules(standing), standing.frozen, standing.stale]).toEqual([all, [], ['fields[1]']]);
    expect(standing.problems.map(({ problem }) => problem).join(' ')).toContain('"energy" is not an option of');
    expect(standingOf(now, null).setup).toBeNull();
  });

  it('without a mapping are named, unless the map says what becomes of them', () => {
    const now = withType(
      input,
      'crm',
      changed('Industry', { options: options('Banking', 'Energy', 'Retail', 'Mining', 'Law') }),
    );
    expect(optionNotes(now)).toEqual([
      {
        path: ['fields', 1, 'values'],
        problem: 'Sync accounts: Crm Account "Industry" has 2 options without a mapping: "Mining", "Law".',
        fix: 'Add them to "values", or say other: keep or a value; until then that field is held where a record has one of them.',
      },
    ]);
    expect(optionNotes(input)).toEqual([]);
    const kept = fields.map((each) => (each.values ? { ...each, values: { ...values, other: 'keep' } } : each));
    expect(optionNotes({ ...now, fields: kept })).toEqual([]);
  });
});

describe('the objects of these tests', () => {
  it('are sound', () => {
    expect(sound.problems).toEqual([]);
    expect([input.crm.type, input.desk.type]).toEqual([account, organization]);
  });
});
