import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../twins/json.ts';
import { toId18 } from './ids.ts';
import { openOrg, type TestOrg } from './testing.ts';

/** Whatever is sent, the answer is one that the vendor could have given: never the twin's own failure. */
let org: TestOrg;
let ids: readonly string[];

beforeAll(async () => {
  org = await openOrg({ commitDelayMs: 0, limits: { off: true }, jobMs: 0, sessionMs: 10 ** 12 });
  await org.control('PUT', 'schema', {
    Account: { fields: [{ name: 'Ext__c', type: 'string', externalId: true, unique: true }] },
  });
  const [account = ''] = await org.seed('Account', { Name: 'Acme', Ext__c: 'x' });
  const [contact = ''] = await org.seed('Contact', { LastName: 'Doe', AccountId: account });
  const [held = ''] = await org.seed('Case', { Subject: 'Help', ContactId: contact });
  const [task = ''] = await org.seed('Task', { Subject: 'Call', WhatId: account, WhoId: contact });
  ids = [account, contact, held, task, account.slice(0, 15), '0014S000003RYACQA4', 'xyz', '', "' OR Id != '"];
});

const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const objects = [
  'Account',
  'contact',
  'Case',
  'Task',
  'Event',
  'Lead',
  'Opportunity',
  'User',
  'RecordType',
  'FieldPermissions',
  'Nothing',
  'CustomField',
];
const names = [
  'Id',
  'Name',
  'LastName',
  'Ext__c',
  'ParentId',
  'AccountId',
  'OwnerId',
  'Status',
  'Email',
  'IsDeleted',
  'BillingAddress',
  'CreatedDate',
  'attributes',
  'Account',
  'WhatId',
];
const value: fc.Arbitrary<Json> = fc.oneof(
  oneOf<Json>(
    null,
    true,
    0,
    -1.5,
    10 ** 20,
    '',
    ' ',
    'x',
    '2026-02-30',
    '2026-01-01T00:00:00Z',
    [],
    {},
    { Ext__c: 'x' },
    { attributes: { type: 'Account' } },
  ),
  fc.string({ maxLength: 20 }),
  fc.nat(8).map((i) => ids[i] ?? ''),
);
const record = fc.dictionary(fc.oneof(oneOf(...names), fc.string({ maxLength: 5 })), value, { maxKeys: 5 });
const typed = fc
  .record({ type: oneOf(...objects), record })
  .map(({ type, record }): Json => ({ attributes: { type }, ...record }));
const id = fc.nat(8).map((i) => encodeURIComponent(ids[i] ?? '') || 'none');

const words = [
  'SELECT',
  'FROM',
  'WHERE',
  'AND',
  'OR',
  'NOT',
  '(',
  ')',
  ',',
  'Id',
  'Name',
  'Account',
  'Contact',
  'Owner.Name',
  'COUNT()',
  'COUNT(Id)',
  'GROUP BY',
  'ORDER BY',
  'LIMIT 5',
  'OFFSET 1',
  "= 'x'",
  'IN',
  "('a','b')",
  'LIKE',
  "'%a_'",
  '> 5',
  '= null',
  'TODAY',
  'LAST_N_DAYS:x',
  'FIELDS(ALL)',
  'TYPEOF What WHEN Account THEN Name END',
  "'unclosed",
  '\\',
];
const soql = fc.oneof(
  fc.array(oneOf(...words), { maxLength: 14 }).map((all) => all.join(' ')),
  fc
    .record({
      field: oneOf(...names, 'Owner.Name', 'Account.Ext__c', 'Who.Type'),
      object: oneOf(...objects),
      operator: oneOf('=', '!=', '<', '>=', 'LIKE', 'IN', 'NOT IN', 'INCLUDES'),
      literal: oneOf(
        "'x'",
        'null',
        '5',
        'true',
        'TODAY',
        '2026-01-01',
        '2026-01-01T00:00:00Z',
        "('a')",
        '(SELECT Id FROM Contact)',
      ),
      tail: oneOf('', ' ORDER BY Name', ' GROUP BY Name', ' LIMIT 0', ' ALL ROWS'),
    })
    .map(
      ({ field, object, operator, literal, tail }) =>
        `SELECT Id, ${field} FROM ${object} WHERE ${field} ${operator} ${literal}${tail}`,
    ),
);

const request = fc.oneof(
  fc.record({
    method: oneOf('POST', 'PATCH', 'PUT', 'GET', 'DELETE'),
    path: fc
      .tuple(oneOf(...objects), oneOf('', '/', '/describe', '/updated', '/deleted', '/Id'))
      .map(([o, tail]) => `/sobjects/${o}${tail}`),
    body: record,
  }),
  fc.record({
    method: oneOf('GET', 'PATCH', 'DELETE', 'POST'),
    path: fc.tuple(oneOf(...objects), id).map(([o, one]) => `/sobjects/${o}/${one}`),
    body: record,
  }),
  fc.record({
    method: oneOf('GET', 'PATCH'),
    path: fc.tuple(oneOf(...objects), oneOf(...names), id).map((parts) => `/sobjects/${parts.join('/')}`),
    body: record,
  }),
  fc.record({
    method: oneOf('POST', 'PATCH'),
    path: oneOf('/composite/sobjects', '/composite/sobjects/Account', '/composite/sobjects/Account/Ext__c'),
    body: fc.record({
      allOrNone: oneOf<Json>(true, false, 'x'),
      records: fc.oneof(fc.array(typed, { maxLength: 4 }), value),
      ids: value,
      fields: value,
    }),
  }),
  fc.record({
    method: oneOf('GET'),
    path: fc
      .tuple(oneOf('query', 'queryAll', 'tooling/query', 'search'), soql)
      .map(([resource, q]) => `/${resource}?q=${encodeURIComponent(q)}`),
    body: fc.constant<Json>(null),
  }),
  fc.record({
    method: oneOf('POST'),
    path: oneOf('/composite', '/composite/graph', '/composite/batch', '/composite/tree/Account'),
    body: fc.oneof(
      record,
      fc
        .array(
          fc.record({
            method: oneOf('POST', 'GET'),
            url: fc.oneof(
              value,
              soql.map((q) => `/services/data/v62.0/query?q=${q}`),
            ),
            referenceId: value,
            body: record,
            richInput: record,
          }),
          { maxLength: 4 },
        )
        .map(
          (requests): Json => ({
            compositeRequest: requests,
            batchRequests: requests,
            graphs: [{ graphId: 1, compositeRequest: requests }],
            records: requests,
          }),
        ),
    ),
  }),
  fc.record({
    method: oneOf('POST'),
    path: oneOf(
      '/jobs/ingest',
      '/jobs/query',
      '/tooling/sobjects/CustomField',
      '/tooling/sobjects/PlatformEventChannelMember',
    ),
    body: fc.record({
      object: oneOf(...objects),
      operation: oneOf('insert', 'upsert', 'query', 'x'),
      query: soql,
      FullName: value,
      Metadata: record,
    }),
  }),
);

describe('any request', () => {
  it('gets an answer of the vendor’s, and leaves the rows in order', async () => {
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, body }) => {
        const before = org.failures.length;
        const reply = await org.rest(method, path, method === 'GET' ? undefined : body);
        expect(org.failures.slice(before)).toEqual([]);
        expect(reply.status).not.toBe(500);
      }),
      { numRuns: 1_500, seed: 20_261_120 },
    );
    const keys: string[] = [];
    for (const object of ['Account', 'Contact', 'Case', 'Task', 'Lead', 'Opportunity']) {
      for (const row of await org.query(`SELECT FIELDS(ALL) FROM ${object} LIMIT 200`, 'queryAll')) {
        expect(toId18(String(row.Id).slice(0, 15))).toBe(row.Id);
        expect(String(row.LastModifiedDate) <= String(row.SystemModstamp)).toBe(true);
        if (typeof row.Ext__c === 'string' && row.IsDeleted !== true) keys.push(row.Ext__c.toLowerCase());
      }
      expect(await org.query(`SELECT Id FROM ${object} WHERE IsDeleted = true`)).toEqual([]);
    }
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('gets one also as text that is no JSON, no XML and no message', async () => {
    const paths = [
      '/services/data/v62.0/sobjects/Account',
      '/services/data/v62.0/composite',
      '/services/Soap/u/62.0',
      '/cometd/62.0',
      '/services/oauth2/token',
      '/id/x/y',
      '/services/data/v62.0/jobs/ingest',
    ];
    await fc.assert(
      fc.asyncProperty(oneOf(...paths), fc.string({ maxLength: 60 }), async (path, text) => {
        const before = org.failures.length;
        await org.rest('POST', path, text);
        expect(org.failures.slice(before)).toEqual([]);
      }),
      { numRuns: 500, seed: 20_261_120 },
    );
  });
});
