import { describe, expect, it } from 'vitest';
import type { FieldDescription } from '../model/object-type.ts';
import type { Value } from '../model/value.ts';
import { compileSync } from './compile.ts';
import type { FieldSetting } from './settings.ts';
import { field, objectType, options, syncInput } from './testing.ts';
import { typeWords } from './types.ts';

/**
 * Custom ticket fields into case fields, type by type. What the vendor's own ticket sync leaves out ("Setting up ticket sync from Zendesk to
 * Salesforce", custom field mappings: multi-line, regex, multi-select, look-ups; percent, text area, URL, multi-picklist) is carried.
 */
const choices = options('north', 'south');
const targets = {
  Text: field('Text__c', 'text', { vendorType: 'string' }),
  TextArea: field('Area__c', 'longtext', { vendorType: 'textarea' }),
  Picklist: field('Pick__c', 'option', { vendorType: 'picklist', options: choices, restricted: true }),
  MultiPicklist: field('Many__c', 'options', { vendorType: 'multipicklist', options: choices, restricted: true }),
  Number: field('Number__c', 'integer', { vendorType: 'double', scale: 0 }),
  Decimal: field('Decimal__c', 'decimal', { vendorType: 'double', scale: 2 }),
  Percent: field('Percent__c', 'percent', { vendorType: 'percent', scale: 2 }),
  Checkbox: field('Box__c', 'boolean', { vendorType: 'boolean' }),
  Date: field('Date__c', 'date', { vendorType: 'date' }),
  DateTime: field('Time__c', 'datetime', { vendorType: 'datetime' }),
  URL: field('Url__c', 'url', { vendorType: 'url' }),
  Email: field('Email__c', 'email', { vendorType: 'email' }),
  Reference: field('Look__c', 'reference', { vendorType: 'reference' }),
  EncryptedString: field('Secret__c', 'encrypted', { vendorType: 'encryptedstring' }),
} as const;
type Target = keyof typeof targets;
type Into = Partial<Record<Target, Value>>;

const texts = (value: string): Into => ({ Text: value, TextArea: value });
const rows: readonly (readonly [name: string, source: FieldDescription, value: Value, into: Into])[] = [
  ['Text', field('f', 'text', { vendorType: 'text' }), 'a.b', { ...texts('a.b'), URL: 'a.b', Email: 'a.b' }],
  ['Regex', field('f', 'text', { vendorType: 'regexp' }), 'A-1', { ...texts('A-1'), URL: 'A-1', Email: 'A-1' }],
  ['Multi-line', field('f', 'longtext', { vendorType: 'textarea' }), 'a\nb', texts('a\nb')],
  [
    'Drop-down',
    field('f', 'option', { vendorType: 'tagger', options: choices, restricted: true }),
    'north',
    { ...texts('north'), Picklist: 'north', MultiPicklist: ['north'] },
  ],
  [
    'Multi-select',
    field('f', 'options', { vendorType: 'multiselect', options: choices, restricted: true }),
    ['north', 'south'],
    { ...texts('north;south'), MultiPicklist: ['north', 'south'] },
  ],
  [
    'Numeric',
    field('f', 'integer', { vendorType: 'integer' }),
    7,
    { ...texts('7'), Number: 7, Decimal: 7, Percent: 7 },
  ],
  ['Decimal', field('f', 'decimal', { vendorType: 'decimal' }), 1.5, { ...texts('1.5'), Decimal: 1.5, Percent: 1.5 }],
  ['Checkbox', field('f', 'boolean', { vendorType: 'checkbox' }), true, { ...texts('true'), Checkbox: true }],
  [
    'Date',
    field('f', 'date', { vendorType: 'date' }),
    '2026-01-31',
    { ...texts('2026-01-31'), Date: '2026-01-31', DateTime: '2026-01-31T00:00:00Z' },
  ],
  ['Lookup relationship', field('f', 'reference', { vendorType: 'lookup' }), '360001', texts('360001')],
  ['Credit card', field('f', 'encrypted', { vendorType: 'partialcreditcard' }), '1111', {}],
];

function mapped(
  source: FieldDescription,
  target: FieldDescription,
  more: Partial<FieldSetting> = {},
  option?: 'label',
) {
  const base = syncInput();
  return compileSync(
    syncInput({
      direction: 'desk-to-crm',
      create: ['crm'],
      update: ['crm'],
      crm: {
        ...base.crm,
        timeZone: 'UTC',
        object: 'Case',
        type: objectType('Case', [field('Subject', 'text'), target]),
      },
      desk: { ...base.desk, object: 'ticket', type: objectType('ticket', [field('subject', 'text'), source]) },
      match: [],
      byMark: true,
      fields: [
        { crm: 'Subject', desk: 'subject' },
        { crm: target.name, desk: source.name, ...more },
      ],
      ...(option === undefined ? {} : { option }),
    }),
  );
}

const carried = (result: ReturnType<typeof mapped>, value: Value) =>
  result.setup?.rules[1]?.convert('crm', value, null);

for (const [name, source, value, into] of rows)
  describe(`a ticket's ${name}`, () => {
    for (const [words, target] of Object.entries(targets)) {
      const wanted = into[words as Target];
      if (wanted === undefined)
        it(`to ${words} is refused, with both types`, () => {
          const [first, ...more] = mapped(source, target).problems;
          expect(more).toEqual([]);
          expect(first?.problem).toContain(typeWords(source));
          expect(first?.problem).toContain(typeWords(target));
        });
      else
        it(`to ${words} is carried`, () => {
          const result = mapped(source, target);
          expect(result.problems).toEqual([]);
          expect(carried(result, value)).toEqual({ ok: true, value: wanted });
        });
    }
  });

describe('what cannot be carried', () => {
  it.each([
    [field('card', 'encrypted', { vendorType: 'partialcreditcard' }), targets.Text],
    [field('plain', 'text', { vendorType: 'text' }), targets.EncryptedString],
  ])('is refused because nobody can read it: $vendorType', (source, target) => {
    const [problem] = mapped(source, target).problems;
    expect(problem?.problem).toMatch(/: what an encrypted field holds is shown masked, so nobody can read it/);
    expect(problem?.fix).toBe('Take the rule out, or map a field that is not encrypted.');
  });
});

describe('a drop-down in a text', () => {
  const area = field('area', 'option', { vendorType: 'tagger', options: choices });

  it('is its tag, or what people read of it where the sync or the rule says so', () => {
    expect(carried(mapped(area, targets.Text), 'north')).toEqual({ ok: true, value: 'north' });
    expect(carried(mapped(area, targets.Text, {}, 'label'), 'north')).toEqual({ ok: true, value: 'NORTH' });
    expect(carried(mapped(area, targets.Text, { option: 'value' }, 'label'), 'north')).toEqual({
      ok: true,
      value: 'north',
    });
    expect(carried(mapped(area, targets.Text, { option: 'label' }), 'north')).toEqual({ ok: true, value: 'NORTH' });
  });

  it('stays an option in a picklist, whatever texts get', () => {
    expect(carried(mapped(area, targets.Picklist, {}, 'label'), 'north')).toEqual({ ok: true, value: 'north' });
  });
});

describe('a text in a picklist', () => {
  it('needs a value map, which names what is what; the origin of a case is such a one', () => {
    const channel = field('via.channel', 'text', { vendorType: 'string' });
    const origin = field('Origin', 'option', { vendorType: 'picklist', options: options('Email', 'Web') });
    expect(mapped(channel, origin).problems).toHaveLength(1);
    const result = mapped(channel, origin, { values: { email: 'Email', web: 'Web', other: 'keep' } });
    expect(result.problems).toEqual([]);
    expect(carried(result, 'email')).toEqual({ ok: true, value: 'Email' });
    expect(carried(result, 'chat')).toEqual({ ok: true, leave: true });
  });
});
