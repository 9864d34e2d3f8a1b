import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FieldDescription } from '../../model/object-type.ts';
import type { Fields, Value } from '../../model/value.ts';
import { fields } from '../kit/contract-bench.ts';
import { portal, update, written } from './testing.ts';
import { alike } from './values.ts';

/** A custom field of every type that can be written, standard fields of a contact, and values that a mapping may give them. */
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((value) => !value.includes('\u0000') && value.length <= 100 && value.trim() === value);
const word = fc.stringMatching(/^[a-z]{1,12}$/);
const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
const chosen = ['north', 'south', 'east & west'];
const allowedValues = chosen.map((value) => ({ value }));
const mail = fc.tuple(word, word).map(([who, where]) => `${who}@${where}.example`);
const custom: Readonly<Record<string, { readonly shape: object; readonly value: fc.Arbitrary<Value> }>> = {
  cf_text: { shape: { type: 'Text', maxLength: 100 }, value: text },
  cf_long: { shape: { type: 'Textarea' }, value: fc.constantFrom('one\ntwo', 'one\r\n\r\ntwo', 'plain') },
  cf_mail: { shape: { type: 'Email' }, value: mail },
  cf_phone: { shape: { type: 'Phone' }, value: fc.stringMatching(/^\+[0-9]{5,15}$/) },
  cf_url: { shape: { type: 'URL' }, value: word.map((name) => `https://${name}.example`) },
  cf_number: { shape: { type: 'Number' }, value: fc.integer({ min: -999_999_999, max: 999_999_999 }) },
  cf_decimal: {
    shape: { type: 'Decimal' },
    value: fc.integer({ min: 0, max: 99_999_999 }).map((cents) => cents / 100),
  },
  cf_percent: { shape: { type: 'Percent' }, value: fc.nat(100) },
  cf_money: { shape: { type: 'Currency' }, value: fc.integer({ min: 0, max: 99_999_999 }).map((cents) => cents / 100) },
  cf_day: { shape: { type: 'Date' }, value: day.map((at) => at.toISOString().slice(0, 10)) },
  cf_moment: { shape: { type: 'DateTime' }, value: day.map((at) => at.toISOString().replace(/\.\d+Z$/, 'Z')) },
  cf_box: { shape: { type: 'Boolean' }, value: fc.boolean() },
  cf_one: { shape: { type: 'Picklist', allowedValues }, value: fc.constantFrom(...chosen) },
  cf_some: {
    shape: { type: 'Multiselect', allowedValues },
    value: fc.uniqueArray(fc.constantFrom(...chosen), { minLength: 1 }),
  },
};
const standard: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  firstName: text.filter((value) => value.length <= 40),
  email: mail,
  city: text.filter((value) => value.length <= 30),
  description: text,
};
const names = [...Object.keys(custom), ...Object.keys(standard), 'accountId'];

/** What the mapping makes of a value before it compares it. */
function normal(field: FieldDescription | undefined, value: Value | undefined): Value | undefined {
  if (field?.normal.nullIsFalse && value === null) return false;
  return field?.normal.unordered && Array.isArray(value) ? value.map(String).sort() : value;
}

test('what is written is what is read, and writing that again changes nothing', async () => {
  const there = await portal();
  const shapes = Object.entries(custom).map(([apiName, { shape }]) => ({ apiName, displayLabel: apiName, ...shape }));
  await there.control('PUT', 'schema', { contact: { fields: shapes } });
  const seeded = await there.seed({ account: [{ accountName: 'Acme' }], contact: [{ lastName: 'Ada' }] });
  const [account = '', id = ''] = [...(seeded.account ?? []), ...(seeded.contact ?? [])];
  const [type] = await there.connection.describe(['contact']);
  const described = new Map(type?.fields.map((field) => [field.name, field]));
  expect(names.filter((name) => described.get(name)?.settable !== 'always')).toEqual([]);
  const wrote = async (given: Fields): Promise<Fields> => {
    const [outcome] = await written(there, [update('contact', id, given)]);
    if (outcome?.ok !== true) throw new Error(JSON.stringify(outcome));
    const [change] = await there.connection.read({ object: 'contact', fields: names }, [id]);
    const seen = fields(change);
    expect(names.filter((name) => !alike(seen[name], outcome.now?.[name]))).toEqual([]);
    return seen;
  };
  const values = Object.fromEntries(
    [...Object.entries(custom).map(([name, { value }]) => [name, value] as const), ...Object.entries(standard)].map(
      ([name, value]) => [name, fc.oneof(value, fc.constant(null))],
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.record({ ...values, accountId: fc.constantFrom(account, null) }), async (given) => {
      const seen = await wrote(given);
      const normals = (record: Fields) => names.map((name) => [name, normal(described.get(name), record[name])]);
      expect(normals(seen)).toEqual(normals(given));
      expect(await wrote(seen)).toEqual(seen);
    }),
    { seed: 1, numRuns: 100 },
  );
});
