import { describe, expect, it } from 'vitest';
import type { FieldType } from '../model/object-type.ts';
import type { Value } from '../model/value.ts';
import { compileSync } from './compile.ts';
import type { ConditionSetting, Operator, Scalar } from './settings.ts';
import { account, field, objectType, options, syncInput } from './testing.ts';

/** Every operator with every type of field: what it finds, or that it is refused when the sync is saved. */
const base = syncInput();

function filtered(type: FieldType, condition: Omit<ConditionSetting, 'field'>): ReturnType<typeof compileSync> {
  const one = field('F', type, {
    vendorType: `vendor's ${type}`,
    options: type === 'option' || type === 'options' ? options('ab', 'bc', 'cd') : null,
    stamped: false,
  });
  return compileSync(
    syncInput({
      crm: { ...base.crm, type: objectType('Account', [...account.fields, one]) },
      filter: { crm: { all: [{ field: 'F', ...condition }] } },
    }),
  );
}

interface Sample {
  readonly op: Operator;
  readonly value?: Scalar | Scalar[];
  readonly inside: Value;
  readonly outside: Value;
}

const texts: readonly Sample[] = [
  { op: 'is', value: 'ab', inside: 'ab', outside: 'bc' },
  { op: 'is', value: 'ab,bc', inside: 'bc', outside: 'cd' },
  { op: 'is-not', value: ['ab', 'bc'], inside: 'cd', outside: 'bc' },
  { op: 'contains', value: 'b', inside: 'bc', outside: 'cd' },
  { op: 'starts-with', value: 'a', inside: 'ab', outside: 'bc' },
];
const caseful: Sample = { op: 'is', value: 'ab', inside: 'ab', outside: 'AB' };
const empties = (full: Value): readonly Sample[] => [
  { op: 'is-empty', inside: null, outside: full },
  { op: 'is-not-empty', inside: full, outside: null },
];
const ordered = (low: Scalar, middle: Scalar, high: Scalar): readonly Sample[] => [
  { op: 'is', value: middle, inside: middle, outside: high },
  { op: 'is-not', value: middle, inside: high, outside: middle },
  { op: 'greater', value: middle, inside: high, outside: middle },
  { op: 'less', value: middle, inside: low, outside: middle },
  { op: 'between', value: [low, middle], inside: middle, outside: high },
  ...empties(middle),
];
const members: readonly Sample[] = [
  { op: 'is', value: 'ab', inside: ['ab', 'cd'], outside: ['cd'] },
  { op: 'is-not', value: 'ab', inside: ['cd'], outside: ['ab', 'cd'] },
  { op: 'contains', value: 'ab', inside: ['ab', 'cd'], outside: ['abc'] },
  { op: 'starts-with', value: 'a', inside: ['ab'], outside: ['bc'] },
  { op: 'is-empty', inside: [], outside: ['ab'] },
  { op: 'is-not-empty', inside: ['ab'], outside: [] },
];

const samples: Readonly<Record<FieldType, readonly Sample[]>> = {
  id: [...texts, caseful, ...empties('ab')],
  text: [...texts, caseful, ...empties('ab')],
  longtext: [...texts, caseful, ...empties('ab')],
  email: [...texts, caseful, ...empties('ab')],
  phone: [...texts, caseful, ...empties('ab')],
  url: [...texts, caseful, ...empties('ab')],
  option: [...texts, caseful, ...empties('ab')],
  reference: [...texts, caseful, ...empties('ab')],
  boolean: [
    { op: 'is', value: 'true', inside: true, outside: false },
    { op: 'is', value: false, inside: false, outside: true },
    { op: 'is-not', value: true, inside: false, outside: true },
    ...empties(true),
  ],
  integer: ordered(9, 10, 11),
  decimal: ordered(9.5, 10, 10.5),
  currency: ordered('9.5', 10, 10.5),
  percent: ordered(9, 10, 11),
  date: ordered('2026-01-01', '2026-01-31', '2026-02-01'),
  datetime: ordered('2026-01-01T00:00:00Z', '2026-01-31T10:00:00Z', '2026-01-31T10:00:01Z'),
  time: ordered('09:00:00', '09:30:00', '10:00:00'),
  options: members,
  set: members,
  encrypted: [],
  other: [],
};

const operators: readonly Operator[] = [
  'is',
  'is-not',
  'contains',
  'starts-with',
  'greater',
  'less',
  'between',
  'is-empty',
  'is-not-empty',
];

for (const type of [
  'id',
  'text',
  'longtext',
  'email',
  'phone',
  'url',
  'option',
  'reference',
  'boolean',
  'integer',
  'decimal',
  'currency',
  'percent',
  'date',
  'datetime',
  'time',
  'options',
  'set',
  'encrypted',
  'other',
] as const)
  describe(`a filter over a field of type ${type}, changing with no stamp as formulas do`, () => {
    for (const { op, value, inside, outside } of samples[type])
      it(`${op} ${JSON.stringify(value) ?? ''}`, () => {
        const { setup, problems } = filtered(type, value === undefined ? { op } : { op, value });
        expect(problems).toEqual([]);
        expect(setup?.within('crm', { F: inside })).toBe(true);
        expect(setup?.within('crm', { F: outside })).toBe(false);
      });

    const fitting = new Set(samples[type].map(({ op }) => op));
    for (const op of operators.filter((one) => !fitting.has(one)))
      it(`${op} is refused, with the reason`, () => {
        const value = op === 'between' ? ['a', 'b'] : 'a';
        const [first] = filtered(type, op.endsWith('empty') ? { op } : { op, value }).problems;
        expect(first?.problem).toContain('Crm Account "F"');
        expect(first?.problem).toContain(`vendor's ${type}`);
        expect(first?.fix).not.toBe('');
      });
  });

describe('a day that is given for a moment', () => {
  it("is that day in the connection's zone", () => {
    const { setup } = filtered('datetime', { op: 'is', value: '2026-02-01' });
    expect(setup?.within('crm', { F: '2026-01-31T23:30:00Z' })).toBe(true);
    expect(setup?.within('crm', { F: '2026-02-01T23:30:00Z' })).toBe(false);
    const after = filtered('datetime', { op: 'greater', value: '2026-01-31' });
    expect(after.setup?.within('crm', { F: '2026-01-31T22:59:59Z' })).toBe(false);
    expect(after.setup?.within('crm', { F: '2026-01-31T23:00:00Z' })).toBe(true);
  });
});

describe('an optional condition', () => {
  const within = (condition: ConditionSetting, fields: Readonly<Record<string, Value>>): boolean | string => {
    const { setup, problems } = compileSync(syncInput({ filter: { crm: { all: [condition] } } }));
    return setup?.within('crm', fields) ?? problems[0]?.problem ?? '';
  };

  it('finds a field that the account does not have empty', () => {
    expect(within({ field: 'IsPersonAccount', op: 'is-not', value: true, optional: true }, {})).toBe(true);
    expect(within({ field: 'IsPersonAccount', op: 'is', value: true, optional: true }, {})).toBe(false);
    expect(within({ field: 'IsPersonAccount', op: 'is-empty', optional: true }, {})).toBe(true);
    expect(within({ field: 'IsPersonAccount', op: 'is-not', value: true }, {})).toContain('no field "IsPersonAccount"');
  });

  it('is an ordinary one where the account has the field', () => {
    expect(within({ field: 'Active', op: 'is-not', value: true, optional: true }, { Active: true })).toBe(false);
    expect(within({ field: 'Active', op: 'is-not', value: 'maybe', optional: true }, {})).toContain(
      'neither true nor false',
    );
  });
});
