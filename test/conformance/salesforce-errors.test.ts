import { beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/twins/json.ts';
import { at, keysOf, listOf, openOrg, type Reply, type SalesforceBench, textAt } from './bench.ts';

/**
 * The errors of Salesforce's REST API that can be provoked from outside, beside those of a single row's values. Bodies are arrays, whose
 * members are compared by key: the vendor prints them in different orders.
 */
let org: SalesforceBench;
beforeEach(async () => {
  org = await openOrg({ commitDelayMs: 0, limits: { off: true } });
});

const noSuch = { errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' };
const deleted = { errorCode: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] };
const never = { errorCode: 'INVALID_CROSS_REFERENCE_KEY', message: 'invalid cross reference id', fields: [] };

function answers(reply: Reply, status: number, error: JsonObject): void {
  expect([reply.status, reply.body]).toEqual([status, [error]]);
  expect(reply.headers.get('content-type')).toBe('application/json;charset=UTF-8');
  expect(reply.headers.get('retry-after')).toBeNull();
}

async function create(object: string, values: JsonObject): Promise<string> {
  const reply = await org.rest('POST', `/sobjects/${object}`, values);
  expect([reply.status, reply.text]).toEqual([201, expect.anything()]);
  return textAt(reply.body, 'id');
}

describe('a row that is gone', () => {
  it('is unknown to a reader and deleted for a writer', async () => {
    const id = await create('Account', { Name: 'Acme' });
    expect((await org.rest('DELETE', `/sobjects/Account/${id}`)).status).toBe(204);
    answers(await org.rest('GET', `/sobjects/Account/${id}`), 404, noSuch);
    answers(await org.rest('PATCH', `/sobjects/Account/${id}`, { Name: 'B' }), 404, deleted);
    answers(await org.rest('DELETE', `/sobjects/Account/${id}`), 404, deleted);
  });

  it('is told apart from one that never was', async () => {
    answers(await org.rest('GET', '/sobjects/Account/0014S000003RYACQA4'), 404, noSuch);
    answers(await org.rest('PATCH', '/sobjects/Account/0014S000003RYACQA4', { Name: 'B' }), 404, never);
    answers(await org.rest('DELETE', '/sobjects/Account/0014S000003RYACQA4'), 404, never);
  });
});

describe('what does not exist', () => {
  it.each([
    '/sobjects/Nothing',
    '/sobjects/Nothing/describe',
    '/nowhere',
    '/sobjects/Account/describe/nowhere',
    '/jobs',
    '/jobs/ingest/750000000000001AAA',
  ])('answers GET %s with 404', async (path) => {
    answers(await org.rest('GET', path), 404, noSuch);
  });

  it('is said of an external id that nobody has, and of a field that is none', async () => {
    await org.control('PUT', 'schema', {
      Account: { fields: [{ name: 'Ext__c', type: 'string', externalId: true, unique: true }] },
    });
    answers(await org.rest('GET', '/sobjects/Account/Ext__c/nobody'), 404, noSuch);
    answers(await org.rest('DELETE', '/sobjects/Account/Ext__c/nobody'), 404, noSuch);
    const only = await org.rest('PATCH', '/sobjects/Account/Ext__c/nobody?updateOnly=true', { Name: 'A' });
    expect([only.status, at(only.body, '0.errorCode')]).toEqual([404, 'NOT_FOUND']);
    for (const field of ['Nope__c', 'Phone'])
      answers(await org.rest('GET', `/sobjects/Account/${field}/x`), 404, {
        errorCode: 'NOT_FOUND',
        message: `Provided external ID field does not exist or is not accessible: ${field}`,
      });
  });
});

describe('a key that must be unique', () => {
  it('names its holder with 15 characters', async () => {
    await org.control('PUT', 'schema', {
      Account: { fields: [{ name: 'Ext__c', type: 'string', externalId: true, unique: true }] },
    });
    const holder = await create('Account', { Name: 'A', Ext__c: 'k' });
    answers(await org.rest('POST', '/sobjects/Account', { Name: 'B', Ext__c: 'k' }), 400, {
      errorCode: 'DUPLICATE_VALUE',
      message: `duplicate value found: Ext__c duplicates value on record with id: ${holder.slice(0, 15)}`,
      fields: [],
    });
  });

  it('that several rows hold all the same answers their addresses', async () => {
    await org.control('PUT', 'schema', { Contact: { fields: [{ name: 'Ext__c', type: 'string', externalId: true }] } });
    const ids = [
      await create('Contact', { LastName: 'A', Ext__c: 'k' }),
      await create('Contact', { LastName: 'B', Ext__c: 'k' }),
    ];
    const addresses = ids.map((id) => `/services/data/v62.0/sobjects/Contact/${id}`);
    for (const method of ['PATCH', 'GET', 'DELETE']) {
      const reply = await org.rest(
        method,
        '/sobjects/Contact/Ext__c/k',
        method === 'PATCH' ? { LastName: 'C' } : undefined,
      );
      expect([reply.status, [...listOf(reply.body)].sort()]).toEqual([300, addresses.sort()]);
    }
  });
});

describe('the rules of the org', () => {
  it('refuse in their own words, with the field that they name or none', async () => {
    await org.control('PUT', 'schema', {
      Account: {
        validationRules: [
          { name: 'Phone', message: 'A phone is needed', field: 'Phone', condition: "Phone = null AND Site = 'p'" },
          { name: 'Fax', message: 'No fax any more', condition: 'Fax != null' },
        ],
      },
    });
    answers(await org.rest('POST', '/sobjects/Account', { Name: 'A', Site: 'p' }), 400, {
      errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'A phone is needed',
      fields: ['Phone'],
    });
    answers(await org.rest('POST', '/sobjects/Account', { Name: 'A', Fax: '1' }), 400, {
      errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'No fax any more',
      fields: [],
    });
  });

  it('tell of duplicates under a misspelt key in a row, and without details in a collection', async () => {
    await org.control('PUT', 'schema', {
      Contact: {
        duplicateRules: [{ name: 'Mail', fields: ['Email'], message: 'Use one of these records?', allowSave: true }],
      },
    });
    const first = await create('Contact', { LastName: 'A', Email: 'a@b.example' });
    const again: JsonObject = { LastName: 'B', Email: 'a@b.example' };
    const row = await org.rest('POST', '/sobjects/Contact', again);
    expect(row.status).toBe(400);
    expect(at(row.body, '0')).toMatchObject({ errorCode: 'DUPLICATES_DETECTED', message: 'Use one of these records?' });
    const result = at(row.body, '0.duplicateResut') ?? null;
    expect(result).toMatchObject({
      allowSave: true,
      duplicateRule: 'Mail',
      duplicateRuleEntityType: 'Contact',
      errorMessage: 'Use one of these records?',
    });
    expect(keysOf(at(result, 'matchResults.0'))).toEqual([
      'entityType',
      'errors',
      'matchEngine',
      'matchRecords',
      'rule',
      'size',
      'success',
    ]);
    expect(keysOf(at(result, 'matchResults.0.matchRecords.0'))).toEqual([
      'additionalInformation',
      'fieldDiffs',
      'matchConfidence',
      'record',
    ]);
    expect(at(result, 'matchResults.0.matchRecords.0.record.Id')).toBe(first);
    const many = await org.rest('POST', '/composite/sobjects', {
      records: [{ attributes: { type: 'Contact' }, ...again }],
    });
    expect([many.status, keysOf(at(many.body, '0.errors.0'))]).toEqual([200, ['fields', 'message', 'statusCode']]);
    const saved = await org.rest('POST', '/sobjects/Contact', again, {
      'sforce-duplicate-rule-header': 'allowSave=true',
    });
    expect(saved.status).toBe(201);
  });

  it('keep an account whose cases hang on it, and name the first', async () => {
    const account = await create('Account', { Name: 'Acme' });
    const id = await create('Case', { AccountId: account, Subject: 'Help' });
    const number = textAt((await org.rest('GET', `/sobjects/Case/${id}?fields=CaseNumber`)).body, 'CaseNumber');
    expect(number).toMatch(/^\d{8}$/);
    answers(await org.rest('DELETE', `/sobjects/Account/${account}`), 400, {
      errorCode: 'DELETE_FAILED',
      message: `Your attempt to delete Acme could not be completed because it is associated with the following cases.: ${number}\n`,
      fields: [],
    });
  });

  it('let nobody write a converted lead', async () => {
    const lead = await create('Lead', { LastName: 'A', Company: 'C' });
    await org.control('POST', `records/Lead/${lead}/convert`, { convertedStatus: 'Closed - Converted' });
    answers(await org.rest('PATCH', `/sobjects/Lead/${lead}`, { Phone: '1' }), 400, {
      errorCode: 'CANNOT_UPDATE_CONVERTED_LEAD',
      message: 'cannot reference converted lead',
      fields: [],
    });
    const row = await org.rest(
      'GET',
      `/sobjects/Lead/${lead}?fields=IsConverted,Status,ConvertedDate,ConvertedAccountId,ConvertedContactId`,
    );
    expect(row.body).toMatchObject({
      IsConverted: true,
      Status: 'Closed - Converted',
      ConvertedDate: '2026-03-02',
      ConvertedAccountId: expect.stringMatching(/^001/),
      ConvertedContactId: expect.stringMatching(/^003/),
    });
  });

  it('may lock a row for a while', async () => {
    const id = await create('Account', { Name: 'A' });
    await org.control('PUT', 'settings', { lockedRows: [id] });
    const reply = await org.rest('PATCH', `/sobjects/Account/${id}`, { Name: 'B' });
    expect(at(reply.body, '0')).toMatchObject({
      errorCode: 'UNABLE_TO_LOCK_ROW',
      message: expect.stringContaining('unable to obtain exclusive access to this record'),
    });
  });
});

describe('a value', () => {
  it.each<[string, string, JsonObject, JsonObject]>([
    [
      'several fields that are missing',
      'Opportunity',
      {},
      {
        errorCode: 'REQUIRED_FIELD_MISSING',
        message: expect.stringMatching(/^Required fields are missing: \[\w+(, \w+)+\]$/),
        fields: expect.arrayContaining(['Name', 'StageName', 'CloseDate']),
      },
    ],
    [
      'a parent by a key that nobody has',
      'Contact',
      { LastName: 'A', Account: { Ext__c: 'Nobody' } },
      {
        errorCode: 'INVALID_FIELD',
        message: expect.stringContaining('not found for field Ext__c in entity Account'),
        fields: [],
      },
    ],
    [
      'a look-up to something else',
      'Task',
      { Subject: 'Call', WhatId: '0034S000003RYAC' },
      {
        errorCode: 'MALFORMED_ID',
        message: 'Related To ID: id value of incorrect type: 0034S000003RYAC',
        fields: ['WhatId'],
      },
    ],
    [
      'an id that is none in a look-up',
      'Contact',
      { LastName: 'A', AccountId: 'xyz' },
      { errorCode: 'MALFORMED_ID', message: 'Account ID: id value of incorrect type: xyz', fields: ['AccountId'] },
    ],
    [
      'a field that is called like one of JavaScript',
      'Account',
      { Name: 'A', constructor: 'x' },
      { errorCode: 'INVALID_FIELD', message: "No such column 'constructor' on sobject of type Account" },
    ],
    [
      'a field by its label',
      'Account',
      { Name: 'A', 'Billing City': 'x' },
      { errorCode: 'INVALID_FIELD', message: "No such column 'Billing City' on sobject of type Account" },
    ],
    [
      'a stamp',
      'Account',
      { Name: 'A', SystemModstamp: '2026-01-01T00:00:00Z' },
      {
        errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE',
        message:
          'Unable to create/update fields: SystemModstamp. Please check the security settings of this field and verify that it is read/write for your profile or permission set.',
        fields: ['SystemModstamp'],
      },
    ],
  ])('is refused: %s', async (_what, object, values, error) => {
    await org.control('PUT', 'schema', {
      Account: { fields: [{ name: 'Ext__c', type: 'string', externalId: true, unique: true }] },
    });
    answers(await org.rest('POST', `/sobjects/${object}`, values), 400, error);
  });

  it.each<[string, Json, Json]>([
    ['an empty text', '', null],
    ['blanks around a text', '  x ', 'x'],
    ['a text of another script', 'Ünïcode 你好 🎉', 'Ünïcode 你好 🎉'],
    ['null', null, null],
  ])('is stored: %s', async (_what, given, stored) => {
    const id = await create('Account', { Name: 'A', Site: given });
    expect(at((await org.rest('GET', `/sobjects/Account/${id}?fields=Site`)).body, 'Site')).toEqual(stored);
  });
});

describe('conditions on a row', () => {
  it('answer 304 to a reader, 412 to a writer, 400 to a date that is none, and are ignored by a deletion', async () => {
    const id = await create('Account', { Name: 'A' });
    const path = `/sobjects/Account/${id}`;
    const [early, late] = ['Sun, 01 Mar 2026 00:00:00 GMT', 'Tue, 03 Mar 2026 00:00:00 GMT'];
    const unchanged = await org.rest('GET', path, undefined, { 'if-modified-since': late });
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
    expect((await org.rest('GET', path, undefined, { 'if-modified-since': early })).status).toBe(200);
    expect((await org.rest('PATCH', path, { Name: 'B' }, { 'if-unmodified-since': early })).status).toBe(412);
    expect((await org.rest('PATCH', path, { Name: 'B' }, { 'if-unmodified-since': 'yesterday' })).status).toBe(400);
    expect((await org.rest('PATCH', path, { Name: 'B' }, { 'if-unmodified-since': late })).status).toBe(204);
    const tag = (await org.rest('GET', path)).headers.get('etag') ?? '';
    expect((await org.rest('GET', path, undefined, { 'if-none-match': tag })).status).toBe(304);
    expect((await org.rest('PATCH', path, { Name: 'C' }, { 'if-match': tag })).status).toBe(204);
    org.advance(2_000);
    expect((await org.rest('PATCH', path, { Name: 'D' })).status).toBe(204);
    expect((await org.rest('PATCH', path, { Name: 'E' }, { 'if-match': tag })).status).toBe(412);
    expect((await org.rest('DELETE', path, undefined, { 'if-unmodified-since': early })).status).toBe(204);
  });
});

describe('an update or deletion list', () => {
  const range = (start: string, end: string) => `?start=${encodeURIComponent(start)}&end=${encodeURIComponent(end)}`;
  it.each([
    ['updated', 'that runs backwards', '2026-03-02T09:00:00+00:00', '2026-03-02T08:00:00+00:00'],
    ['deleted', 'that runs backwards', '2026-03-02T09:00:00+00:00', '2026-03-02T08:00:00+00:00'],
    ['updated', 'of more than 30 days ago', '2026-01-01T00:00:00+00:00', '2026-03-02T08:00:00+00:00'],
    ['deleted', 'of more than 15 days ago', '2026-02-10T00:00:00+00:00', '2026-03-02T08:00:00+00:00'],
  ])('of %s rows %s is refused', async (which, _what, start, end) => {
    const reply = await org.rest('GET', `/sobjects/Account/${which}/${range(start, end)}`);
    expect([reply.status, at(reply.body, '0.errorCode')]).toEqual([400, 'INVALID_REPLICATION_DATE']);
  });

  it.each(['', '?start=x&end=y', '?start=2026-03-02T09:00:00Z'])('is not made from %j', async (query) => {
    const reply = await org.rest('GET', `/sobjects/Account/updated${query}`);
    expect([reply.status, org.bugs]).toEqual([400, []]);
    expect(keysOf(at(reply.body, '0'))).toEqual(['errorCode', 'message']);
  });

  it('has the members of the recordings', async () => {
    const id = await create('Account', { Name: 'A' });
    await org.rest('DELETE', `/sobjects/Account/${id}`);
    org.advance(120_000);
    const deletions = await org.rest(
      'GET',
      `/sobjects/Account/deleted${range('2026-03-02T09:00:00+00:00', '2026-03-02T11:00:00+00:00')}`,
    );
    const stamp = /^2026-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000$/;
    expect(deletions.body).toEqual({
      deletedRecords: [{ id, deletedDate: expect.stringMatching(stamp) }],
      earliestDateAvailable: expect.stringMatching(stamp),
      latestDateCovered: expect.stringMatching(stamp),
    });
    const updates = await org.rest(
      'GET',
      `/sobjects/Account/updated${range('2026-03-02T09:00:00+00:00', '2026-03-02T11:00:00+00:00')}`,
    );
    expect(updates.body).toEqual({ ids: [], latestDateCovered: expect.stringMatching(stamp) });
  });
});

describe('the daily quota', () => {
  it('ends in 403, and is not spent on log-ins or the list of versions', async () => {
    const small = await openOrg({ commitDelayMs: 0, limits: { dailyApiRequests: 2 } });
    for (let i = 0; i < 3; i++) expect((await small.send('GET', '/services/data')).status).toBe(200);
    for (let i = 0; i < 2; i++) expect((await small.rest('GET', '/sobjects')).status).toBe(200);
    const over = await small.rest('GET', '/sobjects');
    expect([over.status, over.body]).toEqual([
      403,
      [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }],
    ]);
    expect(over.headers.get('retry-after')).toBeNull();
  });
});
