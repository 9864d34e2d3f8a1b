import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldDescription } from '../model/object-type.ts';
import { type Side, sides } from '../model/record.ts';
import { type Converted, type Direction, flows, type Rule } from '../model/sync.ts';
import type { Value } from '../model/value.ts';
import { ruleOf } from './rule.ts';
import type { FieldSetting } from './settings.ts';
import { converterNames } from './settings.ts';
import { field, options } from './testing.ts';
import { fieldTypes } from './types.ts';
import type { RuleEnd } from './way.ts';
import { zoneOf } from './zone.ts';

function end(label: string, description: FieldDescription | null, timeZone = 'UTC'): RuleEnd {
  return { label, field: description, zone: zoneOf(timeZone), timeZone, kept: new Set() };
}

function rule(
  crm: FieldDescription | null,
  desk: FieldDescription | null,
  setting: FieldSetting = {},
  timeZone = 'UTC',
): Rule {
  const direction: Direction = setting.direction ?? 'crm-to-desk';
  return ruleOf({
    id: 'a → b',
    setting,
    direction,
    conflict: ['crm'],
    crm: end('Crm', crm, timeZone),
    desk: end('Desk', desk),
    phoneCountry: 'FR',
  });
}

function written(result: Converted): Value | 'left' | 'held' {
  return !result.ok ? 'held' : 'leave' in result ? 'left' : result.value;
}

function reason(result: Converted): string {
  return result.ok ? '' : result.say;
}

const text = (name: string, given: Partial<FieldDescription> = {}): FieldDescription => field(name, 'text', given);

describe('a value on its way', () => {
  it('is written as the receiving field stores it', () => {
    const one = rule(text('Name'), text('name', { normal: { trim: true, lowerCase: true } }));
    expect(written(one.convert('desk', '  Acme  ', 'x'))).toBe('acme');
    expect(one.equal('  Acme', 'acme ')).toBe(true);
    expect(one.equal('Acme', 'Apex')).toBe(false);
  });

  it('clears the target when the source is empty, in the form in which that field is empty', () => {
    expect(written(rule(text('a'), text('b')).convert('desk', null, 'x'))).toBeNull();
    expect(written(rule(text('a'), text('b', { normal: { nullIsEmpty: true } })).convert('desk', null, 'x'))).toBe('');
    expect(written(rule(text('a'), text('b'), { whenEmpty: 'keep' }).convert('desk', '', 'x'))).toBe('left');
    expect(written(rule(text('a'), text('b'), { default: 'none' }).convert('desk', null, 'x'))).toBe('none');
  });

  it('never empties a field that must have a value', () => {
    const one = rule(text('Name'), text('name', { required: true }));
    expect(one.required).toEqual({ crm: false, desk: true });
    expect(reason(one.convert('desk', null, 'Acme'))).toContain('must not be empty');
    // On creation the engine says so for the whole record.
    expect(written(one.convert('desk', null, undefined))).toBeNull();
  });

  it('is held when it is too long, with both lengths, or cut with an ellipsis', () => {
    const short = text('name', { maxLength: 5 });
    expect(reason(rule(text('Name'), short).convert('desk', 'Acme Limited', 'x'))).toBe(
      'Crm Name "Acme Limited" cannot be written to Desk name (now "x"): it has 12 characters and 5 fit; shorten it, or say tooLong: cut.',
    );
    expect(written(rule(text('Name'), short, { tooLong: 'cut' }).convert('desk', 'Acme Limited', 'x'))).toBe('Acme…');
    expect(rule(text('Name'), short, { tooLong: 'cut' }).equal('Acme Limited', 'Acme…')).toBe(true);
  });

  it('of three hundred signs is cut to what fits, and letters that are read from right to left stay in order', () => {
    const name = text('name', { maxLength: 255 });
    const one = rule(text('Name'), name, { tooLong: 'cut' });
    const long = 'Ω'.repeat(300);
    expect(written(one.convert('desk', long, 'x'))).toBe(`${'Ω'.repeat(254)}…`);
    expect(one.equal(long, `${'Ω'.repeat(254)}…`)).toBe(true);
    expect(reason(rule(text('Name'), name).convert('desk', long, 'x'))).toContain('it has 300 characters and 255 fit');
    expect(written(one.convert('desk', 'שלום עולם', ''))).toBe('שלום עולם');
    expect(
      written(rule(text('Name'), text('name', { maxLength: 6 }), { tooLong: 'cut' }).convert('desk', 'ab👍👍👍', '')),
    ).toBe('ab👍…');
  });

  it('is a telephone number in its international form where the rule says so', () => {
    const phone = rule(field('Phone', 'phone'), field('phone', 'phone'), { convert: 'phone' });
    expect(written(phone.convert('desk', '01 23 45 67 89', null))).toBe('+33123456789');
    expect(phone.equal('01 23 45 67 89', '+33123456789')).toBe(true);
    expect(reason(phone.convert('desk', 'call me', '+33123456789'))).toBe(
      'Crm Phone "call me" cannot be written to Desk phone (now "+33123456789"): it cannot be read as a telephone number of FR.',
    );
    // A text is not validated by anybody.
    const plain = rule(field('Phone', 'phone'), text('note'), { convert: 'phone' });
    expect(written(plain.convert('desk', 'call me', null))).toBe('call me');
    expect(written(plain.convert('desk', '0033 1 23 45 67 89', null))).toBe('+33123456789');
  });

  it('is written on creation only where the rule says so', () => {
    const one = rule(text('a'), text('b'), { write: 'create' });
    expect(one.write).toBe('create');
    expect(written(one.convert('desk', 'x', undefined))).toBe('x');
    expect(written(one.convert('desk', 'x', null))).toBe('left');
    expect(one.equal('x', 'y')).toBe(true);
  });

  it('is held where a whole number is needed and something else comes, with both values named', () => {
    const one = rule(text('Employees'), field('employees', 'integer'), { convert: 'number' });
    expect(written(one.convert('desk', '50', 40))).toBe(50);
    expect(reason(one.convert('desk', 'about 50', 40))).toBe(
      'Crm Employees "about 50" cannot be written to Desk employees (now 40): it is not a number.',
    );
    expect(reason(one.convert('desk', '50.5', 40))).toContain('it is not a whole number');
  });

  it('comes from nowhere in a constant', () => {
    const one = rule(null, field('shared', 'boolean'), { default: true });
    expect(written(one.convert('desk', null, false))).toBe(true);
    expect(one.equal(null, true)).toBe(true);
    expect(one.equal(null, false)).toBe(false);
    expect([one.crm, one.desk]).toEqual(['', 'shared']);
  });
});

describe('conversions of the type table', () => {
  const to = (source: FieldDescription, target: FieldDescription, value: Value, zone = 'UTC'): Value =>
    written(rule(source, target, {}, zone).convert('desk', value, null));

  it('write numbers, check boxes, choices and days as texts', () => {
    expect(to(field('a', 'currency', { scale: 2 }), text('b'), 12.5)).toBe('12.5');
    expect(to(field('a', 'boolean'), text('b'), true)).toBe('true');
    expect(to(field('a', 'options'), text('b'), ['south', 'north'])).toBe('north;south');
    expect(to(field('a', 'date'), text('b'), '2026-01-31')).toBe('2026-01-31');
    expect(to(field('a', 'integer'), field('b', 'decimal'), 7)).toBe(7);
  });

  it("take the day of a moment in the zone of the moment's connection", () => {
    expect(to(field('a', 'datetime'), field('b', 'date'), '2026-01-31T23:30:00Z', 'Europe/Paris')).toBe('2026-02-01');
    expect(to(field('a', 'datetime'), field('b', 'date'), '2026-01-31T23:30:00Z')).toBe('2026-01-31');
    const back = rule(field('a', 'datetime'), field('b', 'date'), { direction: 'desk-to-crm' }, 'Europe/Paris');
    expect(written(back.convert('crm', '2026-02-01', null))).toBe('2026-01-31T23:00:00Z');
  });

  it('hold a choice that the target does not have, and name it', () => {
    const target = field('industry', 'option', { options: options('banking'), restricted: true });
    expect(to(field('Industry', 'option'), target, 'banking')).toBe('banking');
    expect(reason(rule(field('Industry', 'option'), target).convert('desk', 'Energy', null))).toContain(
      '"Energy" is not one of its options',
    );
  });

  it('take the label instead of the value where the rule says so', () => {
    const source = field('a', 'option', { options: options('north') });
    expect(written(rule(source, text('b'), { option: 'label' }).convert('desk', 'north', null))).toBe('NORTH');
    const target = field('b', 'option', { options: [{ value: 'n', label: 'NORTH', active: true }], restricted: true });
    expect(written(rule(source, target, { option: 'label' }).convert('desk', 'north', null))).toBe('n');
  });

  it('take the domain out of an address, round, and change case, where the rule says so', () => {
    const domains = field('domains', 'set');
    expect(
      written(rule(field('Site', 'url'), domains, { convert: 'domain' }).convert('desk', 'https://www.Acme.com/x', [])),
    ).toEqual(['acme.com']);
    expect(
      written(rule(field('r', 'currency'), field('n', 'integer'), { convert: 'round' }).convert('desk', 2.5, 0)),
    ).toBe(3);
    expect(written(rule(text('a'), text('b'), { convert: 'upper' }).convert('desk', 'acme', ''))).toBe('ACME');
  });
});

describe('value maps', () => {
  const status = field('Status', 'option', { options: options('New', 'Working', 'Closed') });
  const ticket = field('status', 'option', { options: options('new', 'open', 'pending', 'solved') });

  it('read from source to target, and name what has no entry', () => {
    const one = rule(status, ticket, { values: { New: 'new' } });
    expect(written(one.convert('desk', 'New', 'open'))).toBe('new');
    expect(reason(one.convert('desk', 'Working', 'open'))).toContain('"Working" has no entry under "values"');
    const back = rule(status, ticket, { direction: 'desk-to-crm', values: { pending: 'Working' } });
    expect(written(back.convert('crm', 'pending', 'New'))).toBe('Working');
  });

  it('leave, or give a fixed value for, what has no entry', () => {
    expect(
      written(rule(status, ticket, { values: { New: 'new', other: 'keep' } }).convert('desk', 'Closed', 'open')),
    ).toBe('left');
    expect(
      written(rule(status, ticket, { values: { New: 'new', other: 'open' } }).convert('desk', 'Closed', 'new')),
    ).toBe('open');
  });

  it('turn round for the way back where every value appears once', () => {
    const one = rule(status, ticket, { direction: 'both', values: { New: 'new', Closed: 'solved' } });
    expect(written(one.convert('crm', 'solved', 'New'))).toBe('Closed');
  });

  it('differ each way: four values here and three there are in step when either way says so', () => {
    const one = rule(status, ticket, {
      direction: 'both',
      values: {
        toCrm: { new: 'New', open: 'Working', pending: 'Working', solved: 'Closed' },
        toDesk: { New: 'new', Working: 'open', Closed: 'solved' },
      },
    });
    expect(one.equal('Working', 'pending')).toBe(true);
    expect(one.equal('Closed', 'pending')).toBe(false);
    expect(written(one.convert('desk', 'Working', 'pending'))).toBe('open');
  });

  it('hold a list with a choice that has no entry, naming the choice, or leave it', () => {
    const both = { north: 'n', south: 's' };
    const one = rule(field('a', 'options'), field('b', 'options'), { direction: 'both', values: both });
    expect(reason(one.convert('desk', ['north', 'east'], []))).toContain('"east" has no entry under "values"');
    expect(written(one.convert('crm', ['s', 'n'], []))).toEqual(['north', 'south']);
    const keep = rule(field('a', 'options'), field('b', 'options'), { values: { ...both, other: 'keep' } });
    expect(written(keep.convert('desk', ['north', 'east'], []))).toBe('left');
  });

  it('go member by member through several choices, and turn check boxes into choices of words', () => {
    const regions = field('a', 'options');
    expect(
      written(
        rule(regions, field('b', 'options'), { values: { north: 'n', south: 's' } }).convert(
          'desk',
          ['south', 'north'],
          [],
        ),
      ),
    ).toEqual(['n', 's']);
    expect(
      written(rule(regions, text('b'), { values: { north: 'N', other: 'keep' } }).convert('desk', ['north'], '')),
    ).toBe('N');
    expect(
      written(
        rule(field('a', 'boolean'), text('b'), { values: { true: 'yes', false: 'no' } }).convert('desk', false, ''),
      ),
    ).toBe('no');
  });
});

describe('how values meet', () => {
  const tags = field('tags', 'set', { normal: { lowerCase: true, unordered: true } });

  it('append adds what is missing and never takes away', () => {
    const one = rule(field('a', 'options'), tags, { merge: 'append' });
    expect(written(one.convert('desk', ['Gold'], ['vip']))).toEqual(['gold', 'vip']);
    expect(written(one.convert('desk', ['gold'], ['gold', 'vip']))).toBe('left');
    expect(written(one.convert('desk', [], ['vip']))).toBe('left');
    expect(one.equal(['gold'], ['gold', 'vip'])).toBe(true);
    expect(one.equal(['gold'], ['vip'])).toBe(false);
  });

  it('append both ways is in step only when neither side lacks anything', () => {
    const one = rule(field('a', 'set'), field('b', 'set'), { merge: 'append', direction: 'both' });
    expect(one.equal(['x'], ['x', 'y'])).toBe(false);
    expect(one.equal(['x', 'y'], ['y', 'x'])).toBe(true);
  });

  it('fill writes only where there is nothing', () => {
    const one = rule(text('a'), text('b'), { merge: 'fill' });
    expect(written(one.convert('desk', 'x', ''))).toBe('x');
    expect(written(one.convert('desk', 'x', 'theirs'))).toBe('left');
    expect(one.equal('x', 'theirs')).toBe(true);
    expect(one.equal('x', null)).toBe(false);
  });

  it('whenEmpty: keep both ways does not hide a value that the other side lacks', () => {
    const one = rule(text('a'), text('b'), { whenEmpty: 'keep', direction: 'both' });
    expect(one.equal('x', '')).toBe(false);
    expect(one.equal(null, '')).toBe(true);
  });
});

describe('the hash of a rule', () => {
  const crm = field('Status', 'option', { options: options('New') });
  const hash = (given: Partial<FieldDescription>, setting: FieldSetting = {}): string =>
    rule({ ...crm, ...given }, text('b', { maxLength: 10 }), setting).hash;

  it('changes with what the rule writes', () => {
    const hashes = [
      hash({}),
      hash({ type: 'text' }),
      hash({}, { whenEmpty: 'keep' }),
      hash({}, { values: { New: 'x' } }),
      hash({ normal: { trim: true } }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('does not change with the options that a vendor adds, nor with who wins a conflict', () => {
    expect(hash({ options: options('New', 'Old') })).toBe(hash({}));
    expect(hash({}, { conflict: 'ask' })).toBe(hash({}));
    expect(hash({ options: options('New', 'Old') }, { option: 'label' })).not.toBe(hash({}, { option: 'label' }));
  });
});

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
    '2026-13-45',
    '2026-01-31T10:00:00.123+02:00',
    '09:30:00Z',
    '12.345',
    'true',
    'x;y',
    'a',
    'B',
  ),
  fc.record({ link: fc.string() }),
);
const anyValue: fc.Arbitrary<Value> = fc.oneof(scalars, fc.array(scalars, { maxLength: 4 }));
const anyField = (name: string): fc.Arbitrary<FieldDescription> =>
  fc
    .record({
      type: fc.constantFrom(...fieldTypes),
      normal: fc.record(
        {
          trim: fc.boolean(),
          emptyIsNull: fc.boolean(),
          lowerCase: fc.boolean(),
          nullIsEmpty: fc.boolean(),
          nullIsFalse: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
      required: fc.boolean(),
      maxLength: fc.option(fc.integer({ min: 1, max: 10 })),
      scale: fc.option(fc.integer({ min: 0, max: 3 })),
      options: fc.option(fc.constant(options('a', 'B', 'true'))),
      restricted: fc.boolean(),
    })
    .map((given) => field(name, given.type, given));
const anySetting: fc.Arbitrary<FieldSetting> = fc.record(
  {
    direction: fc.constantFrom<Direction>('crm-to-desk', 'desk-to-crm', 'both'),
    merge: fc.constantFrom<'replace' | 'append' | 'set' | 'fill'>('replace', 'append', 'set', 'fill'),
    whenEmpty: fc.constantFrom<'clear' | 'keep'>('clear', 'keep'),
    tooLong: fc.constantFrom<'hold' | 'cut'>('hold', 'cut'),
    option: fc.constantFrom<'value' | 'label'>('value', 'label'),
    convert: fc.constantFrom(...converterNames),
    values: fc.constantFrom(
      { a: 'B', B: 'a', other: 'keep' },
      { toDesk: { a: 1, true: true }, toCrm: { a: 'a' } },
      { x: 'y' },
    ),
  },
  { requiredKeys: [] },
);

describe('any rule', () => {
  it('never throws, and after it has written both sides are equal and stay as they are', () => {
    fc.assert(
      fc.property(anyField('a'), anyField('b'), anySetting, anyValue, anyValue, (crm, desk, setting, one, two) => {
        const made = rule(crm, desk, setting);
        const values: Record<Side, Value> = { crm: one, desk: two };
        expect(typeof made.equal(one, two)).toBe('boolean');
        for (const to of sides) {
          if (!flows(made.direction, to)) continue;
          const from = to === 'desk' ? values.crm : values.desk;
          const result = made.convert(to, from, values[to]);
          if (!result.ok) expect(result.say).not.toBe('');
          if (!result.ok || 'leave' in result) continue;
          expect(made.normal(to, result.value)).toEqual(result.value);
          const again = made.convert(to, from, result.value);
          if (again.ok && !('leave' in again)) expect(again.value).toEqual(result.value);
          // Ways that only add say nothing of the other side; the others are in step once the value is there.
          if (made.direction !== 'both' || setting.merge === undefined || setting.merge === 'replace')
            expect(to === 'desk' ? made.equal(from, result.value) : made.equal(result.value, from)).toBe(true);
        }
      }),
      { seed: 2, numRuns: 6000 },
    );
  });
});
