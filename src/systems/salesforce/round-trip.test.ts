import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FieldType } from '../../model/object-type.ts';
import type { Fields, Value } from '../../model/value.ts';
import { type Bench, fields, open, write } from '../kit/contract-bench.ts';
import { contact } from './contract-bench.ts';
import { normalForm } from './values.ts';

/** One field of every type that can be written, and values that a mapping may give it. */
const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
const text = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((value) => !value.includes('\u0000'));
const word = fc.stringMatching(/^[a-z]{1,12}$/);
const options = ['north', 'south', 'east & west'];
const picklistValues = options.map((value) => ({ value, label: value, active: true }));
const cases: Readonly<Record<string, { readonly shape: object; readonly value: fc.Arbitrary<Value> }>> = {
  Text__c: { shape: { type: 'string', length: 80 }, value: text },
  Long__c: { shape: { type: 'textarea', length: 32_000 }, value: fc.oneof(text, fc.constant('one\r\ntwo\nthree')) },
  Email__c: { shape: { type: 'email', length: 80 }, value: fc.tuple(word, word).map(([a, b]) => `${a}@${b}.example`) },
  Phone__c: { shape: { type: 'phone', length: 40 }, value: fc.stringMatching(/^\+[0-9]{5,15}$/) },
  Url__c: { shape: { type: 'url', length: 255 }, value: word.map((name) => `https://${name}.example`) },
  Box__c: { shape: { type: 'boolean' }, value: fc.boolean() },
  Int__c: { shape: { type: 'double', precision: 18, scale: 0 }, value: fc.integer() },
  Number__c: { shape: { type: 'double', precision: 18, scale: 2 }, value: fc.integer().map((cents) => cents / 100) },
  Money__c: { shape: { type: 'currency', precision: 18, scale: 2 }, value: fc.integer().map((cents) => cents / 100) },
  Percent__c: { shape: { type: 'percent', precision: 18, scale: 2 }, value: fc.nat(10_000).map((part) => part / 100) },
  Day__c: { shape: { type: 'date' }, value: day.map((at) => at.toISOString().slice(0, 10)) },
  Moment__c: { shape: { type: 'datetime' }, value: day.map((at) => at.toISOString().replace(/\.\d+Z$/, 'Z')) },
  Time__c: { shape: { type: 'time' }, value: day.map((at) => at.toISOString().slice(11, 19)) },
  Option__c: { shape: { type: 'picklist', length: 255, picklistValues }, value: fc.constantFrom(...options) },
  Options__c: {
    shape: { type: 'multipicklist', length: 4099, picklistValues },
    value: fc.uniqueArray(fc.constantFrom(...options)),
  },
};

const names = [...Object.keys(cases), 'AccountId'];
const want = { object: 'Contact', fields: names };

async function written(bench: Bench, id: string, given: Fields): Promise<Fields> {
  const ref = { connection: 'under-test', object: 'Contact', id };
  const sent = await write(bench, [{ do: 'update', link: 'a', ref, expect: null, fields: given }]);
  expect(sent).toEqual([{ ok: true, id, version: null, now: null }]);
  return fields((await bench.connection.read(want, [id]))[0]);
}

test('what is written is what is read, in its normal form, and writing that again changes nothing', async () => {
  const bench = await open({ ...contact, settings: { commitDelayMs: 0 } });
  const shapes = Object.entries(cases).map(([name, { shape }]) => ({ name, label: name, custom: true, ...shape }));
  await bench.control('PUT', 'schema', { Contact: { fields: shapes } });
  const seeded = await bench.control('PUT', 'seed', { Account: [{ Name: 'Acme' }], Contact: [contact.sample(1)] });
  const [account = '', id = ''] = Object.values(seeded ?? {})
    .flat()
    .map(String);
  const [type] = await bench.connection.describe(['Contact']);
  const types = new Map(type?.fields.map((field) => [field.name, field.type]));
  const covered: readonly FieldType[] = Object.keys(cases).flatMap((name) => types.get(name) ?? []);
  expect(new Set(covered).size).toBe(Object.keys(cases).length);
  const values = Object.fromEntries(
    Object.entries(cases).map(([name, { value }]) => [name, fc.oneof(value, fc.constant(null))]),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.record({ ...values, AccountId: fc.constantFrom(account, account.slice(0, 15), null) }),
      async (given) => {
        const seen = await written(bench, id, given);
        const normal = (record: Fields) => names.map((name) => [name, normalForm(record[name], types.get(name))]);
        expect(normal(seen)).toEqual(normal(given));
        expect(await written(bench, id, seen)).toEqual(seen);
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});
