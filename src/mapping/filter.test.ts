import { describe, expect, it } from 'vitest';
import type { Value } from '../model/value.ts';
import { conditionOf, filterOf, operatorsOf, valuesOf } from './filter.ts';
import type { ConditionSetting, Operator, Scalar } from './settings.ts';
import { account, field, options, utc } from './testing.ts';
import { zoneOf } from './zone.ts';

function meets(
  one: ReturnType<typeof field>,
  op: Operator,
  given: Scalar | Scalar[] | undefined,
  value: Value,
): boolean {
  const condition: ConditionSetting =
    given === undefined ? { field: one.name, op } : { field: one.name, op, value: given };
  return conditionOf(condition, one, utc)(value);
}

const name = field('Name', 'text');
const count = field('Count', 'integer');
const active = field('Active', 'boolean', { normal: { nullIsFalse: true } });
const tags = field('tags', 'set', { normal: { lowerCase: true } });
const since = field('Since', 'datetime');
const day = field('Day', 'date');

describe('one condition', () => {
  it('is: exact, case-sensitive, one of several, with commas and no blanks too', () => {
    expect(meets(name, 'is', 'Banking', 'Banking')).toBe(true);
    expect(meets(name, 'is', 'banking', 'Banking')).toBe(false);
    expect(meets(name, 'is', ['Banking', 'Energy'], 'Energy')).toBe(true);
    expect(meets(name, 'is', 'Banking,Energy', 'Energy')).toBe(true);
    expect(meets(name, 'is', 'Banking,Energy', 'Banking,Energy')).toBe(false);
    expect(meets(name, 'is', 'Acme, Inc', 'Acme, Inc')).toBe(true);
    expect(meets(name, 'is', 'x', null)).toBe(false);
  });

  it('is-not: none of them, and a blank is none of them', () => {
    expect(meets(name, 'is-not', 'Banking,Energy', 'Energy')).toBe(false);
    expect(meets(name, 'is-not', 'Banking,Energy', 'Retail')).toBe(true);
    expect(meets(name, 'is-not', 'Banking', null)).toBe(true);
  });

  it('contains and starts-with: of texts, case-sensitive', () => {
    expect(meets(name, 'contains', 'cme', 'Acme')).toBe(true);
    expect(meets(name, 'contains', 'CME', 'Acme')).toBe(false);
    expect(meets(name, 'starts-with', 'A,B', 'Brim')).toBe(true);
    expect(meets(name, 'starts-with', 'A', null)).toBe(false);
  });

  it('check boxes: true and false, as words too; a box that is null is not ticked', () => {
    const value = (given: Scalar, found: Value): boolean =>
      filterOf({ all: [{ field: 'Active', op: 'is', value: given }] }, account, utc)({ Active: found });
    expect(value('true', true)).toBe(true);
    expect(value(false, null)).toBe(true);
    expect(value(true, false)).toBe(false);
    expect(meets(active, 'is', 'false', false)).toBe(true);
  });

  it('numbers: as numbers, not as texts', () => {
    expect(meets(count, 'greater', '9', 10)).toBe(true);
    expect(meets(count, 'less', 10, 9)).toBe(true);
    expect(meets(count, 'is', '10', 10)).toBe(true);
    expect(meets(count, 'between', [5, 10], 10)).toBe(true);
    expect(meets(count, 'between', '5,10', 11)).toBe(false);
    expect(meets(count, 'greater', 0, null)).toBe(false);
    expect(meets(count, 'less', 100, null)).toBe(false);
    expect(meets(count, 'between', [-1, 1], null)).toBe(false);
  });

  it('days and moments: a day given for a moment means that day in the zone of the connection', () => {
    expect(meets(day, 'greater', '2026-01-31', '2026-02-01')).toBe(true);
    expect(meets(since, 'greater', '2026-01-31T10:00:00Z', '2026-01-31T10:00:01Z')).toBe(true);
    expect(meets(since, 'is', '2026-01-31', '2026-01-31T23:30:00Z')).toBe(true);
    const there = conditionOf({ field: 'Since', op: 'is', value: '2026-02-01' }, since, zoneOf('Europe/Paris'));
    expect(there('2026-01-31T23:30:00Z')).toBe(true);
    expect(meets(since, 'between', ['2026-01-01', '2026-01-31'], '2026-01-31T23:59:59Z')).toBe(true);
  });

  it('sets: one of the members, in the form in which the set is kept', () => {
    expect(meets(tags, 'is', 'VIP', ['beta', 'vip'])).toBe(true);
    expect(meets(tags, 'is-not', 'vip', ['vip'])).toBe(false);
    expect(meets(tags, 'contains', 'vi', ['vip'])).toBe(false);
    expect(meets(tags, 'starts-with', 'vi', ['vip'])).toBe(true);
    expect(meets(tags, 'is-empty', undefined, [])).toBe(true);
  });

  it('is-empty and is-not-empty', () => {
    expect(meets(name, 'is-empty', undefined, '')).toBe(true);
    expect(meets(name, 'is-not-empty', undefined, 'x')).toBe(true);
    expect(meets(name, 'is-not-empty', undefined, null)).toBe(false);
  });
});

describe('a filter', () => {
  const filter = filterOf(
    {
      all: [{ field: 'Active', op: 'is', value: true }],
      any: [
        { field: 'Industry', op: 'is', value: ['Banking'] },
        { field: 'Employees', op: 'greater', value: 100 },
      ],
    },
    account,
    utc,
  );

  it('wants all of one group and any of the other', () => {
    expect(filter({ Active: true, Industry: 'Banking', Employees: 1 })).toBe(true);
    expect(filter({ Active: true, Industry: 'Retail', Employees: 101 })).toBe(true);
    expect(filter({ Active: true, Industry: 'Retail', Employees: 100 })).toBe(false);
    expect(filter({ Active: false, Industry: 'Banking' })).toBe(false);
  });

  it('that says nothing takes everything', () => {
    expect(filterOf(undefined, account, utc)({})).toBe(true);
    expect(filterOf({ all: [], any: [] }, account, utc)({})).toBe(true);
  });
});

describe('what a condition can say', () => {
  it('depends on the type', () => {
    expect(operatorsOf(field('a', 'encrypted'))).toEqual([]);
    expect(operatorsOf(active)).not.toContain('greater');
    expect(operatorsOf(count)).toContain('between');
    for (const type of ['longtext', 'currency', 'reference'] as const)
      expect(operatorsOf(field('a', type))).toContain('is');
  });

  it('does not split a text that is an option as a whole', () => {
    const one = field('a', 'option', { options: options('Oil,Gas') });
    expect(valuesOf({ field: 'a', op: 'is', value: 'Oil,Gas' }, one)).toEqual(['Oil,Gas']);
    expect(valuesOf({ field: 'a', op: 'is', value: ['Oil,Gas'] }, name)).toEqual(['Oil,Gas']);
  });
});
