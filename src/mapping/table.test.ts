import { describe, expect, it } from 'vitest';
import type { FieldDescription } from '../model/object-type.ts';
import type { Value } from '../model/value.ts';
import { compileSync } from './compile.ts';
import type { ConverterName } from './settings.ts';
import { field, objectType, options, syncInput } from './testing.ts';
import { typeWords } from './types.ts';

/** The vendor's table of types ("Configuring data sync from Salesforce to Zendesk"), pair by pair, as an administrator meets it. */
const targets: Readonly<Record<string, FieldDescription>> = {
  Text: field('text', 'text', { vendorType: 'text' }),
  'Drop-down': field('choice', 'option', { vendorType: 'dropdown', options: options('a', 'b'), restricted: true }),
  Decimal: field('decimal', 'decimal', { vendorType: 'decimal' }),
  Checkbox: field('box', 'boolean', { vendorType: 'checkbox' }),
  Date: field('date', 'date', { vendorType: 'date' }),
  Numeric: field('number', 'integer', { vendorType: 'integer', scale: 0 }),
};

interface Row {
  readonly source: FieldDescription;
  /** A value of the source, and what it becomes, by the column. */
  readonly value: Value;
  readonly vendor: Readonly<Record<string, Value>>;
  readonly beyond?: Readonly<Record<string, Value>>;
}

function row(
  source: FieldDescription,
  value: Value,
  vendor: Readonly<Record<string, Value>>,
  beyond: Readonly<Record<string, Value>> = {},
): Row {
  return { source, value, vendor, beyond };
}

const rows: Readonly<Record<string, Row>> = {
  ID: row(field('Id', 'id', { vendorType: 'id' }), '001A', { Text: '001A' }),
  String: row(field('S', 'text', { vendorType: 'string' }), 'Acme', { Text: 'Acme' }),
  Phone: row(field('P', 'phone', { vendorType: 'phone' }), '01 23', { Text: '01 23' }),
  Email: row(field('E', 'email', { vendorType: 'email' }), 'jo@acme.com', { Text: 'jo@acme.com' }),
  'Multi picklist': row(field('M', 'options', { vendorType: 'multipicklist' }), ['a', 'b'], { Text: 'a;b' }),
  Picklist: row(field('O', 'option', { vendorType: 'picklist' }), 'a', { Text: 'a', 'Drop-down': 'a' }),
  Currency: row(field('C', 'currency', { vendorType: 'currency', scale: 2 }), 12.5, { Text: '12.5', Decimal: 12.5 }),
  Double: row(field('D', 'decimal', { vendorType: 'double', scale: 2 }), 1.5, { Text: '1.5', Decimal: 1.5 }),
  'Boolean, Checkbox': row(field('B', 'boolean', { vendorType: 'boolean' }), true, { Text: 'true', Checkbox: true }),
  'Date/Time': row(field('T', 'datetime', { vendorType: 'datetime' }), '2026-01-31T10:00:00Z', {
    Text: '2026-01-31T10:00:00Z',
    Date: '2026-01-31',
  }),
  Date: row(field('Y', 'date', { vendorType: 'date' }), '2026-01-31', { Text: '2026-01-31', Date: '2026-01-31' }),
  Number: row(field('N', 'integer', { vendorType: 'int' }), 7, { Text: '7', Numeric: 7 }, { Decimal: 7 }),
  Url: row(field('U', 'url', { vendorType: 'url' }), 'https://acme.com', {}, { Text: 'https://acme.com' }),
  'Text area': row(field('L', 'longtext', { vendorType: 'textarea' }), 'a\nb', {}, { Text: 'a\nb' }),
  Time: row(field('H', 'time', { vendorType: 'time' }), '09:30:00', {}, { Text: '09:30:00' }),
  Percent: row(field('X', 'percent', { vendorType: 'percent' }), 50, {}, { Text: '50', Decimal: 50 }),
  Lookup: row(field('R', 'reference', { vendorType: 'reference' }), '001A', {}, { Text: '001A' }),
  'Encrypted text': row(field('K', 'encrypted', { vendorType: 'encryptedstring' }), 'secret', {}),
  Compound: row(field('Z', 'other', { vendorType: 'address' }), 'Paris', {}),
};

function mapped(
  source: FieldDescription,
  target: FieldDescription,
  convert?: ConverterName,
): ReturnType<typeof compileSync> {
  const base = syncInput();
  return compileSync(
    syncInput({
      crm: { ...base.crm, timeZone: 'UTC', type: objectType('Account', [field('Name', 'text'), source]) },
      desk: { ...base.desk, type: objectType('organization', [field('name', 'text'), target]) },
      fields: [
        { crm: 'Name', desk: 'name' },
        { crm: source.name, desk: target.name, ...(convert === undefined ? {} : { convert }) },
      ],
    }),
  );
}

for (const [sourceName, { source, value, vendor, beyond }] of Object.entries(rows))
  describe(`${sourceName}`, () => {
    for (const [targetName, target] of Object.entries(targets)) {
      const wanted = vendor[targetName] ?? beyond?.[targetName];
      if (wanted === undefined)
        it(`to ${targetName} is refused, with both types and what would do`, () => {
          const [first, second] = mapped(source, target).problems;
          expect(second).toBeUndefined();
          expect(first?.problem).toContain(`Crm Account "${source.name}" is`);
          expect(first?.problem).toContain(typeWords(source));
          expect(first?.problem).toContain(`Desk organization "${target.name}"`);
          expect(first?.problem).toContain(typeWords(target));
          const would = source.type === 'encrypted' ? 'Take the rule out' : 'Map it to a field of one of these types:';
          expect(first?.fix).toContain(would);
        });
      else
        it(`to ${targetName}${vendor[targetName] === undefined ? ', beyond the vendor,' : ''} is written`, () => {
          const { setup, problems } = mapped(source, target);
          expect(problems).toEqual([]);
          expect(setup?.rules[1]?.convert('desk', value, null)).toEqual({ ok: true, value: wanted });
        });
    }
  });

describe('pairs that a named converter opens', () => {
  const written = (source: FieldDescription, target: FieldDescription, convert: ConverterName, value: Value): Value => {
    const result = mapped(source, target, convert).setup?.rules[1]?.convert('desk', value, null);
    return result?.ok === true && 'value' in result ? result.value : 'refused';
  };

  it('read numbers out of texts, round, and are offered where they would help', () => {
    const text = field('S', 'text');
    const number = field('number', 'integer', { scale: 0 });
    expect(mapped(text, number).problems[0]?.fix).toContain('add "convert: number"');
    expect(written(text, number, 'number', '50')).toBe(50);
    const money = field('C', 'currency', { scale: 2 });
    expect(mapped(money, number).problems[0]?.fix).toContain('add "convert: round"');
    expect(written(money, number, 'round', 2.5)).toBe(3);
  });

  it('carry several choices into several, long texts into long ones, and percentages into percentages', () => {
    const several = field('many', 'options', {
      vendorType: 'multiselect',
      options: options('a', 'b'),
      restricted: true,
    });
    expect(mapped(field('M', 'options'), several).problems).toEqual([]);
    expect(mapped(field('L', 'longtext'), field('long', 'longtext')).problems).toEqual([]);
    expect(mapped(field('X', 'percent'), field('x', 'percent')).problems).toEqual([]);
    expect(mapped(field('U', 'url'), field('u', 'url')).problems).toEqual([]);
  });
});

describe('a record whose value does not fit', () => {
  it('is refused for that field, with both values named', () => {
    const { setup } = mapped(field('S', 'text'), field('number', 'integer', { scale: 0 }), 'number');
    expect(setup?.rules[1]?.convert('desk', 'about 50', 40)).toEqual({
      ok: false,
      say: 'Crm S "about 50" cannot be written to Desk number (now 40): it is not a number.',
    });
  });
});
