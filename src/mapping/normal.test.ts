import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NormalForm } from '../model/object-type.ts';
import type { Value } from '../model/value.ts';
import { normalise, rounded } from './normal.ts';
import { field } from './testing.ts';
import { fieldTypes } from './types.ts';

const scalars: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double(),
  fc.integer(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    ' Acme ',
    'A\r\nB',
    '2026-01-31',
    '2026-01-31T10:00:00.123+02:00',
    '09:30:00.000Z',
    '12.345',
    'true',
    'north;south',
  ),
  fc.record({ link: fc.string() }),
);
const anyValue: fc.Arbitrary<Value> = fc.oneof(scalars, fc.array(scalars));
const forms: fc.Arbitrary<NormalForm> = fc.record(
  {
    trim: fc.boolean(),
    emptyIsNull: fc.boolean(),
    lowerCase: fc.boolean(),
    nullIsEmpty: fc.boolean(),
    nullIsFalse: fc.boolean(),
    unordered: fc.boolean(),
  },
  { requiredKeys: [] },
);

describe('the normal form of a value', () => {
  it('is the same when it is taken twice, whatever the value, the type and the form', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...fieldTypes),
        forms,
        fc.option(fc.integer({ min: 0, max: 18 })),
        anyValue,
        (type, normal, scale, value) => {
          const one = field('a', type, { normal, scale });
          const once = normalise(one, value);
          expect(normalise(one, once)).toEqual(once);
        },
      ),
      { seed: 1, numRuns: 3000 },
    );
  });

  it('keeps null and an empty text apart, unless the field does not', () => {
    expect(normalise(field('a', 'text'), '')).toBe('');
    expect(normalise(field('a', 'text'), undefined)).toBeNull();
    expect(normalise(field('a', 'text', { normal: { emptyIsNull: true, trim: true } }), '  ')).toBeNull();
    expect(normalise(field('a', 'text', { normal: { nullIsEmpty: true } }), null)).toBe('');
    expect(normalise(field('a', 'boolean', { normal: { nullIsFalse: true } }), null)).toBe(false);
  });

  it('reads numbers that a vendor sends as texts, and keeps as many digits as the field does', () => {
    expect(normalise(field('a', 'decimal'), '12.50')).toBe(12.5);
    expect(normalise(field('a', 'currency', { scale: 2 }), 1.005)).toBe(1.01);
    expect(rounded(-1.005, 2)).toBe(-1.01);
    expect(rounded(-0.001, 2)).toBe(0);
    expect(normalise(field('a', 'integer'), 'about 50')).toBe('about 50');
  });

  it('has one order for sets, and no doubles or empty members', () => {
    const tags = field('tags', 'set', { normal: { lowerCase: true, unordered: true } });
    expect(normalise(tags, ['VIP', 'beta', 'vip', ' ', ''])).toEqual(['beta', 'vip']);
    expect(normalise(tags, null)).toEqual([]);
    expect(normalise(field('a', 'options', { normal: { emptyIsNull: true } }), [])).toBeNull();
    expect(normalise(field('a', 'options'), 'south;north')).toEqual(['north', 'south']);
  });

  it('has one spelling for days, moments and line ends', () => {
    expect(normalise(field('a', 'date'), '2026-01-31T00:00:00+00:00')).toBe('2026-01-31');
    expect(normalise(field('a', 'datetime'), '2026-01-31T10:00:00.000+0200')).toBe('2026-01-31T08:00:00Z');
    expect(normalise(field('a', 'time'), '09:30:00.000Z')).toBe('09:30:00');
    expect(normalise(field('a', 'longtext'), 'a\r\nb\rc')).toBe('a\nb\nc');
  });
});
