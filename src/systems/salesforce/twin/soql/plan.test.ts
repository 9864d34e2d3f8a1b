import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../twins/json.ts';
import { openOrg, type TestOrg } from '../testing.ts';

/** Every query is asked of an org whose tables are large enough for indexes, and compared with a plain look at all rows. */
let org: TestOrg;
let rows: readonly JsonObject[];

const minutes = (n: number): string =>
  new Date(Date.parse('2026-02-01T00:00:00Z') + n * 60_000).toISOString().replace('.000Z', 'Z');

beforeAll(async () => {
  org = await openOrg({ commitDelayMs: 0, limits: { off: true } });
  const records = Array.from({ length: 400 }, (_, i) => {
    const stamp = minutes((i * 37) % 60);
    return {
      LastName: `Name ${(i * 7) % 50}`,
      Phone: i % 5 === 0 ? null : String(i % 11),
      CreatedDate: minutes((i * 13) % 90),
      LastModifiedDate: stamp,
      SystemModstamp: stamp,
    };
  });
  await org.seed('Contact', ...records);
  rows = await org.query('SELECT Id, LastName, Phone, CreatedDate, SystemModstamp FROM Contact');
});

type Test = { readonly text: string; readonly holds: (row: JsonObject) => boolean };

const ms = (row: JsonObject, name: string): number => Date.parse(String(row[name]).replace('+0000', 'Z'));
const byStamp = fc.record({
  name: fc.constantFrom('SystemModstamp', 'CreatedDate'),
  operator: fc.constantFrom('=', '<', '<=', '>', '>='),
  at: fc.integer({ min: 0, max: 90 }),
});
const stampTest = byStamp.map(({ name, operator, at }): Test => {
  const bound = Date.parse(minutes(at));
  const tests: Record<string, (value: number) => boolean> = {
    '=': (v) => v === bound,
    '<': (v) => v < bound,
    '<=': (v) => v <= bound,
    '>': (v) => v > bound,
    '>=': (v) => v >= bound,
  };
  return { text: `${name} ${operator} ${minutes(at)}`, holds: (row) => tests[operator]?.(ms(row, name)) === true };
});
const nameTest = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 4 }).map(
  (numbers): Test => ({
    text: `LastName IN (${numbers.map((n) => `'name ${n}'`).join(', ')})`,
    holds: (row) => numbers.some((n) => row.LastName === `Name ${n}`),
  }),
);
const phoneTest = fc.constantFrom(null, '3', '10', '99').map(
  (phone): Test => ({
    text: `Phone = ${phone === null ? 'null' : `'${phone}'`}`,
    holds: (row) => row.Phone === phone,
  }),
);
const leaf = fc.oneof(stampTest, stampTest, nameTest, phoneTest);
const { tree } = fc.letrec<{ tree: Test }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    leaf.map((one): Test => ({ text: `(NOT ${one.text})`, holds: (row) => !one.holds(row) })),
    fc.record({ and: fc.boolean(), parts: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }) }).map(
      ({ and, parts }): Test => ({
        text: `(${parts.map(({ text }) => text).join(and ? ' AND ' : ' OR ')})`,
        holds: (row) => (and ? parts.every((part) => part.holds(row)) : parts.some((part) => part.holds(row))),
      }),
    ),
  ),
}));
const order = fc.constantFrom(
  '',
  'SystemModstamp, Id',
  'SystemModstamp DESC, Id DESC',
  'CreatedDate, Id',
  'Id',
  'Id DESC',
  'LastName, Id',
  'SystemModstamp, LastName, Id',
);

/** The keys of an ORDER BY, for comparing. */
function compare(by: string): (one: JsonObject, two: JsonObject) => number {
  const keys = by.split(', ').map((part) => part.split(' '));
  return (one, two) => {
    for (const [name = '', direction] of keys) {
      const [a, b] = [one, two].map((row) =>
        name === 'Id' ? String(row.Id) : name === 'LastName' ? String(row.LastName).toLowerCase() : ms(row, name),
      );
      if (a !== undefined && b !== undefined && a !== b) return (a < b ? -1 : 1) * (direction === 'DESC' ? -1 : 1);
    }
    return 0;
  };
}

describe('the planner', () => {
  it('finds what a look at all rows finds, in the order asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        tree,
        order,
        fc.option(fc.integer({ min: 1, max: 50 }), { nil: null }),
        async (test, by, limit) => {
          const expected = rows.filter((row) => test.holds(row));
          if (by !== '') expected.sort(compare(by));
          const found = await org.query(
            `SELECT Id FROM Contact WHERE ${test.text}${by === '' ? '' : ` ORDER BY ${by}`}${limit === null ? '' : ` LIMIT ${limit}`}`,
          );
          const ids = found.map(({ Id }) => Id);
          if (by === '') {
            expect(new Set(expected.map(({ Id }) => Id)).isSupersetOf(new Set(ids))).toBe(true);
            expect(ids).toHaveLength(Math.min(expected.length, limit ?? expected.length));
          } else expect(ids).toEqual(expected.map(({ Id }) => Id).slice(0, limit ?? expected.length));
        },
      ),
      { numRuns: 300, seed: 20_261_120 },
    );
  });
});
