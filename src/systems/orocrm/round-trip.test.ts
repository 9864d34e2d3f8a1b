import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldOf, type ObjectType } from '../../model/object-type.ts';
import type { Fields, Value } from '../../model/value.ts';
import { type Bench, fields, open, type SystemUnderTest, write } from '../kit/contract-bench.ts';
import { account, contact, supportCase } from './contract-bench.ts';
import { update } from './testing.ts';

/** One field of every kind that can be written, and values that a mapping may give it. */
const text = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((value) => !value.includes('\u0000'));
const name = text.filter((value) => value.trim() !== '');
const word = fc.stringMatching(/^[a-z]{1,12}$/);
const email = fc.tuple(word, word).map(([a, b]) => `${a}@${b}.example`);
const phone = fc.stringMatching(/^\+[0-9]{5,15}$/);
const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2020-01-01'), noInvalidDate: true });
const orNull = (value: fc.Arbitrary<Value>) => fc.oneof(value, fc.constant(null));
const set = (value: fc.Arbitrary<Value>) => fc.uniqueArray(value, { maxLength: 4, selector: String });

const people: fc.Arbitrary<Fields> = fc
  .record({
    lastName: name,
    jobTitle: orNull(text),
    description: orNull(fc.oneof(text, fc.constant('one\r\ntwo\nthree'))),
    gender: orNull(fc.constantFrom('male', 'female')),
    birthday: orNull(day.map((at) => at.toISOString().slice(0, 10))),
    source: orNull(fc.constantFrom('call', 'other', 'tv')),
    assignedTo: orNull(fc.constantFrom('1', '2')),
    accounts: set(fc.constantFrom('1', '2', '3')),
    emails: set(email),
    phones: set(phone),
  })
  .chain((given) =>
    fc.record({
      given: fc.constant(given),
      at: fc.nat(),
    }),
  )
  .map(({ given, at }) => ({ ...given, primaryEmail: given.emails[at % Math.max(1, given.emails.length)] ?? null }));

const requests: fc.Arbitrary<Fields> = fc.record({
  subject: name,
  description: orNull(text),
  resolution: orNull(text),
  status: fc.constantFrom('open', 'in_progress', 'resolved', 'closed'),
  priority: fc.constantFrom('low', 'normal', 'high'),
  source: fc.constantFrom('email', 'web'),
  relatedContact: orNull(fc.constantFrom('1', '2')),
  relatedAccount: orNull(fc.constantFrom('1', '3')),
  assignedTo: orNull(fc.constantFrom('1', '2')),
  externalId: orNull(word),
});

const companies: fc.Arbitrary<Fields> = fc.record({
  name,
  extend_description: orNull(text),
  defaultContact: orNull(fc.constantFrom('1', '2')),
  referredBy: orNull(fc.constantFrom('1', '3')),
  externalId: orNull(word),
});

const around = {
  accounts: [{ name: 'A' }, { name: 'B' }, { name: 'C' }],
  contacts: [{ lastName: 'Ada' }, { lastName: 'Bob' }],
};

/** Hypothesis: what is written is what is read, under the normal forms that the object is described with; and writing that changes nothing. */
describe('what is written is what is read', () => {
  test.each<[string, SystemUnderTest, fc.Arbitrary<Fields>]>([
    ['contacts', contact, people],
    ['cases', supportCase, requests],
    ['accounts', account, companies],
  ])('of %s', async (object, under, given) => {
    const bench = await open(under);
    await bench.control('PUT', 'seed', around);
    const [id = ''] = await bench.seed(1);
    const [type] = await bench.connection.describe([object]);
    if (type === undefined) throw new Error(`${object} was not described`);
    await fc.assert(
      fc.asyncProperty(given, async (values) => {
        const names = Object.keys(values);
        const seen = await written(bench, object, id, values);
        expect(normal(type, names, seen)).toEqual(normal(type, names, values));
        expect(await written(bench, object, id, seen)).toEqual(seen);
      }),
      { seed: 1, numRuns: 150 },
    );
  });
});

async function written(bench: Bench, object: string, id: string, values: Fields): Promise<Fields> {
  expect(await write(bench, [update(object, id, values)])).toMatchObject([{ ok: true, id }]);
  const [change] = await bench.connection.read({ object, fields: Object.keys(values) }, [id]);
  return fields(change);
}

/** Values under the normal forms that their fields are described with; texts with plain line ends, as mappings compare them. */
function normal(type: ObjectType, names: readonly string[], values: Fields) {
  return names.map((one) => {
    const form = fieldOf(type, one)?.normal;
    const value = values[one];
    if (form?.unordered === true && Array.isArray(value)) return [one, value.toSorted()];
    if (typeof value !== 'string') return [one, value];
    const plain = value.replace(/\r\n?/g, '\n');
    const cut = form?.trim === true ? plain.trim() : plain;
    return [one, cut === '' && form?.emptyIsNull === true ? null : cut];
  });
}
