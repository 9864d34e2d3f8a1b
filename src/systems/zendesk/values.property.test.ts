import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FieldDescription } from '../../model/object-type.ts';
import type { Operation } from '../../model/operation.ts';
import { isGone } from '../../model/record.ts';
import type { Fields, Value } from '../../model/value.ts';
import { desk, idOf, outcomesOf } from './testing.ts';

/**
 * Hypothesis: whatever is written into a field, on creation and by an update, alone or in a job, comes back as the same value in the
 * normal form that the field is described with. So nothing that we wrote ever looks like an edit.
 */
const options = ['gold', 'silver', 'bronze'];
const custom = [
  { key: 'line', type: 'text', title: 'Line' },
  { key: 'lines', type: 'textarea', title: 'Lines' },
  { key: 'ticked', type: 'checkbox', title: 'Ticked' },
  { key: 'day', type: 'date', title: 'Day' },
  { key: 'whole', type: 'integer', title: 'Whole' },
  { key: 'part', type: 'decimal', title: 'Part' },
  {
    key: 'plan',
    type: 'dropdown',
    title: 'Plan',
    custom_field_options: options.map((value) => ({ name: value, value })),
  },
  {
    key: 'plans',
    type: 'multiselect',
    title: 'Plans',
    custom_field_options: options.map((value) => ({ name: value, value: `has_${value}` })),
  },
];

/** Tickets name a drop-down otherwise, and their fields by the ids that the account gives them. */
const ofTickets = custom.map(({ key: _, type, ...field }) => ({
  ...field,
  type: type === 'dropdown' ? 'tagger' : type,
}));

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((value) => value.trim() === value);
const day = fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true });

/**
 * Values for a field; the empty ones too. Tags are left alone, because options stand among them, and so are a ticket's statuses, which follow
 * from one another, and the mark.
 */
function valuesOf(field: FieldDescription): fc.Arbitrary<Value> | null {
  if (field.name === 'name' || field.name === 'subject') return text;
  if (field.name === 'status' || field.name === 'custom_status_id' || field.name === 'external_id') return null;
  if (field.settable !== 'always' || field.unique || field.refersTo !== undefined) return null;
  switch (field.type) {
    case 'text':
    case 'longtext':
      return field.name === 'locale' || field.name === 'time_zone' ? null : fc.oneof(text, fc.constant(null));
    case 'boolean':
      return fc.oneof(fc.boolean(), fc.constant(null));
    case 'date':
      return fc.oneof(
        day.map((at) => at.toISOString().slice(0, 10)),
        fc.constant(null),
      );
    case 'integer':
      return fc.oneof(fc.integer(), fc.constant(null));
    case 'decimal':
      return fc.oneof(
        fc.integer({ min: -99_999, max: 99_999 }).map((cents) => cents / 100),
        fc.constant(null),
      );
    case 'option':
      return field.name.includes('.')
        ? fc.constantFrom(...options, null)
        : fc.constantFrom(...(field.options ?? []).map(({ value }) => value));
    case 'options':
      return fc.subarray(options.map((value) => `has_${value}`));
    default:
      return null;
  }
}

/** The words of `NormalForm`, as far as these fields use them. */
function normal(field: FieldDescription, value: Value | undefined): Value {
  if (Array.isArray(value)) return field.normal.unordered === true ? value.map(String).toSorted() : value;
  if (field.type === 'options' && (value === null || value === undefined)) return [];
  if (typeof value === 'string') return value.replace(/\r\n?/g, '\n');
  if (value !== null && value !== undefined) return value;
  if (field.normal.nullIsEmpty === true) return '';
  return field.normal.nullIsFalse === true ? false : null;
}

test.each<[object: string, title: string, needs: Fields]>([
  ['user', 'name', {}],
  ['organization', 'name', {}],
  ['ticket', 'subject', { description: 'It does not print.' }],
])('values of %s records come back as they were written', async (object, title, needs) => {
  const there = await desk();
  await there.control('PUT', '/schema', { [object]: { fields: object === 'ticket' ? ofTickets : custom } });
  const connection = there.connect();
  const [type] = await connection.describe([object]);
  const fields = type?.fields ?? [];
  const known = fields.flatMap((field) => {
    const values = valuesOf(field);
    return values === null ? [] : [[field.name, values] as const];
  });
  expect(known.length).toBeGreaterThan(10);
  const some = fc.record(Object.fromEntries(known), { requiredKeys: [title] });
  let made = 0;

  async function check(id: string, written: Fields): Promise<void> {
    const [change] = await connection.read({ object, fields: Object.keys(written) }, [id]);
    const seen = change === undefined || change.seen === 'look' || isGone(change.seen) ? {} : change.seen;
    for (const field of fields) {
      const value = written[field.name];
      if (value !== undefined)
        expect([field.name, normal(field, seen[field.name])]).toEqual([field.name, normal(field, value)]);
    }
  }

  await fc.assert(
    fc.asyncProperty(fc.array(some, { minLength: 1, maxLength: 3 }), some, async (records, change) => {
      const operations = records.map((values): Operation => {
        made += 1;
        // Organizations have unique names.
        const name = `${String(values[title])} ${made}`;
        return {
          do: 'create',
          link: `link-${made}`,
          object,
          mark: `key-${made}`,
          fields: { ...values, ...needs, [title]: name },
        };
      });
      const outcomes = await outcomesOf(there, connection, operations);
      const traced = outcomes.every(({ ok }) => ok) ? outcomes : await connection.trace(operations, there.world.now());
      const ids = traced.map((one) => (typeof one === 'object' && 'ok' in one ? idOf(one) : ''));
      for (const [i, operation] of operations.entries()) {
        if (operation.do === 'create') await check(ids[i] ?? '', operation.fields);
      }
      made += 1;
      const update = { ...change, [title]: `${String(change[title])} ${made}` };
      await outcomesOf(
        there,
        connection,
        ids.slice(0, 1).map((id): Operation => {
          const ref = { connection: 'support', object, id };
          return { do: 'update', link: id, ref, expect: null, fields: update };
        }),
      );
      await check(ids[0] ?? '', update);
    }),
    { seed: 20_261_120, numRuns: 40 },
  );
});
