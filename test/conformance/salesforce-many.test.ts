import { beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/twins/json.ts';
import { at, keysOf, listOf, numberAt, openOrg, type SalesforceBench, textAt } from './bench.ts';

/** Many records or calls in one request to Salesforce: sObject collections, composite, graphs, batches, trees. */
let org: SalesforceBench;
beforeEach(async () => {
  org = await openOrg({ commitDelayMs: 0, limits: { off: true } });
  await org.control('PUT', 'schema', {
    Account: { fields: [{ name: 'Ext__c', type: 'string', externalId: true, unique: true }] },
  });
});

const account = (values: JsonObject): JsonObject => ({ attributes: { type: 'Account' }, ...values });
const data = '/services/data/v62.0';
const limitReached = {
  errorCode: 'EXCEEDED_ID_LIMIT',
  message: 'record limit reached. cannot submit more than 200 records into this call',
};

describe('a collection', () => {
  it('tells each record’s fate in order, a failure without an id', async () => {
    const reply = await org.rest('POST', '/composite/sobjects', {
      allOrNone: false,
      records: [account({ Name: 'A' }), { attributes: { type: 'Contact' } }, account({ Name: 'C' })],
    });
    const good = { id: expect.stringMatching(/^001\w{15}$/), success: true, errors: [] };
    const bad = {
      success: false,
      errors: [
        {
          statusCode: 'REQUIRED_FIELD_MISSING',
          message: 'Required fields are missing: [LastName]',
          fields: ['LastName'],
        },
      ],
    };
    expect([reply.status, reply.body]).toEqual([200, [good, bad, good]]);
  });

  it('takes 200 records and not one more, in each of its forms', async () => {
    const many = Array.from({ length: 201 }, (_, i) => account({ Name: `A${i}`, Ext__c: `x${i}` }));
    for (const [method, path] of [
      ['POST', '/composite/sobjects'],
      ['PATCH', '/composite/sobjects'],
      ['PATCH', '/composite/sobjects/Account/Ext__c'],
    ] as const) {
      const over = await org.rest(method, path, { records: many });
      expect([over.status, over.body]).toEqual([400, [limitReached]]);
    }
    expect((await org.rest('POST', '/composite/sobjects', { records: many.slice(1) })).status).toBe(200);
    const ids = Array.from({ length: 201 }, (_, i) => `0014S00000${String(i).padStart(5, '0')}`);
    const over = await org.rest('DELETE', `/composite/sobjects?ids=${ids.join(',')}`);
    expect([over.status, at(over.body, '0.errorCode')]).toEqual([400, 'EXCEEDED_ID_LIMIT']);
  });

  it('updates by either spelling of the id, deletes by ids, and says what was gone already', async () => {
    const [a = '', b = ''] = await org.seed('Account', { Name: 'A' }, { Name: 'B' });
    const updated = await org.rest('PATCH', '/composite/sobjects', {
      records: [account({ id: a, Phone: '1' }), account({ Id: b, Phone: '2' })],
    });
    expect(updated.body).toEqual([a, b].map((id) => ({ id, success: true, errors: [] })));
    const removed = await org.rest('DELETE', `/composite/sobjects?ids=${a},${a},${b}&allOrNone=false`);
    expect(removed.body).toEqual([
      { id: a, success: true, errors: [] },
      { success: false, errors: [{ statusCode: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] }] },
      { id: b, success: true, errors: [] },
    ]);
  });

  it('upserts with the word created, and rolled back says it of every entry', async () => {
    await org.seed('Account', { Name: 'Old', Ext__c: 'old' });
    const path = '/composite/sobjects/Account/Ext__c';
    const done = await org.rest('PATCH', path, {
      records: [account({ Ext__c: 'old', Name: 'A' }), account({ Ext__c: 'new', Name: 'B' })],
    });
    expect(listOf(done.body).map((entry) => [at(entry, 'success'), at(entry, 'created')])).toEqual([
      [true, false],
      [true, true],
    ]);
    const none = await org.rest('PATCH', path, {
      allOrNone: true,
      records: [account({ Ext__c: 'old', Name: 'Z' }), account({ Ext__c: 'other' })],
    });
    expect(
      listOf(none.body).map((entry) => [at(entry, 'success'), at(entry, 'created'), at(entry, 'errors.0.statusCode')]),
    ).toEqual([
      [false, true, 'ALL_OR_NONE_OPERATION_ROLLED_BACK'],
      [false, true, 'REQUIRED_FIELD_MISSING'],
    ]);
    expect(at(none.body, '0.errors.0.message')).toBe(
      'Record rolled back because not all records were valid and the request was using AllOrNone header',
    );
    expect(at((await org.rest('GET', '/sobjects/Account/Ext__c/old?fields=Name')).body, 'Name')).toBe('A');
  });

  it('retrieves in the order asked for, null where there is nothing to show, and all or nothing for a field that is none', async () => {
    const [a = '', b = ''] = await org.seed('Account', { Name: 'A' }, { Name: 'B' });
    await org.rest('DELETE', `/sobjects/Account/${b}`);
    const ask = { ids: ['0014S000003RYACQA4', a.slice(0, 15), b, a], fields: ['Name'] };
    const found = await org.rest('POST', '/composite/sobjects/Account', ask);
    expect(listOf(found.body).map((row) => at(row, 'Name'))).toEqual([undefined, 'A', undefined, 'A']);
    expect([at(found.body, '0'), at(found.body, '2')]).toEqual([null, null]);
    const byAddress = await org.rest('GET', `/composite/sobjects/Account?ids=${a},${b}&fields=Id,Name`);
    expect([byAddress.status, at(byAddress.body, '0.Id'), at(byAddress.body, '1')]).toEqual([200, a, null]);
    const wrong = await org.rest('POST', '/composite/sobjects/Account', { ...ask, fields: ['Name', 'Nope'] });
    expect([wrong.status, at(wrong.body, '0.errorCode')]).toEqual([400, 'INVALID_FIELD']);
    const many = await org.rest('POST', '/composite/sobjects/Account', {
      ids: Array.from({ length: 2_001 }, () => a),
      fields: ['Id'],
    });
    expect([many.status, org.bugs]).toEqual([400, []]);
  });

  it.each<[string, Json | string]>([
    ['no records', {}],
    ['records that are no list', { records: { a: 1 } }],
    ['records that are no objects', { records: [1, 'a', null, []] }],
    ['a list', [{ Name: 'A' }]],
    ['a number', 5],
    ['a text that ends early', '{"records":[{"attributes":{"type":"Acc'],
    ['nothing', ''],
  ])('refuses %s as a whole', async (_what, body) => {
    const reply = await org.rest('POST', '/composite/sobjects', body);
    expect([reply.status, at(reply.body, '0.errorCode'), org.bugs]).toEqual([400, 'JSON_PARSER_ERROR', []]);
  });

  it('tells of a record without a type, or of a type that is none, in that record’s place', async () => {
    const reply = await org.rest('POST', '/composite/sobjects', {
      records: [{ Name: 'A' }, { attributes: { type: 'Nothing' } }, account({ Name: 'A' })],
    });
    expect(listOf(reply.body).map((entry) => at(entry, 'success'))).toEqual([false, false, true]);
  });

  it('reads a value of the wrong kind record by record, in the words of its reader', async () => {
    const reply = await org.rest('POST', '/composite/sobjects', {
      records: [
        { attributes: { type: 'Case' }, IsEscalated: 'other' },
        { attributes: { type: 'Case' }, Subject: 'S' },
      ],
    });
    expect(reply.status).toBe(200);
    expect(at(reply.body, '0.errors.0')).toMatchObject({
      statusCode: 'JSON_PARSER_ERROR',
      message: expect.stringMatching(
        /^Cannot deserialize instance of boolean from VALUE_STRING value other or request may be missing a required field at /,
      ),
    });
    expect(at(reply.body, '1.success')).toBe(true);
  });
});

describe('a composite', () => {
  it('answers each call under its reference, spends one request, and reads a query with blanks in its address', async () => {
    const used = async (): Promise<number> =>
      numberAt((await org.rest('GET', '/limits')).body, 'DailyApiRequests.Remaining');
    const before = await used();
    const reply = await org.rest('POST', '/composite', {
      compositeRequest: [
        { method: 'POST', url: `${data}/sobjects/Account`, referenceId: 'parent', body: { Name: 'Acme' } },
        {
          method: 'POST',
          url: `${data}/sobjects/Contact`,
          referenceId: 'child',
          body: { LastName: 'Doe', AccountId: '@{parent.id}' },
        },
        { method: 'GET', url: `${data}/query/?q=select count() from Account`, referenceId: 'count' },
        { method: 'GET', url: `${data}/sobjects/Nothing`, referenceId: 'lost' },
      ],
    });
    expect(reply.status).toBe(200);
    const [parent, child, count, lost] = listOf(at(reply.body, 'compositeResponse'));
    expect(parent).toEqual({
      body: { id: expect.any(String), success: true, errors: [] },
      httpHeaders: { Location: expect.stringMatching(/\/services\/data\/v62\.0\/sobjects\/Account\/001/) },
      httpStatusCode: 201,
      referenceId: 'parent',
    });
    expect(at(child, 'httpStatusCode')).toBe(201);
    expect(at(count, 'body')).toEqual({ totalSize: 1, done: true, records: [] });
    expect(lost).toEqual({
      body: [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }],
      httpHeaders: {},
      httpStatusCode: 404,
      referenceId: 'lost',
    });
    expect(before - (await used())).toBe(2);
    expect((await org.rest('GET', `/sobjects/Contact/${textAt(child, 'body.id')}`)).body).toMatchObject({
      AccountId: at(parent, 'body.id') ?? null,
    });
  });

  it('with all or none halts what went well, each with its own 400', async () => {
    const reply = await org.rest('POST', '/composite', {
      allOrNone: true,
      compositeRequest: [
        { method: 'POST', url: `${data}/sobjects/Account`, referenceId: 'good', body: { Name: 'Acme' } },
        { method: 'POST', url: `${data}/sobjects/Account`, referenceId: 'bad', body: {} },
      ],
    });
    expect(
      listOf(at(reply.body, 'compositeResponse')).map((one) => [
        at(one, 'httpStatusCode'),
        at(one, 'body.0.errorCode'),
      ]),
    ).toEqual([
      [400, 'PROCESSING_HALTED'],
      [400, 'REQUIRED_FIELD_MISSING'],
    ]);
    expect(at((await org.rest('GET', '/query?q=SELECT COUNT() FROM Account')).body, 'totalSize')).toBe(0);
  });

  it('sees nothing in a reference that is not there, or that is a word of JavaScript', async () => {
    for (const reference of [
      '@{first.nope}',
      '@{first.constructor}',
      '@{first.id.length}',
      '@{nobody.id}',
      '@{}',
      '@{first.errors[7]}',
    ]) {
      const reply = await org.rest('POST', '/composite', {
        compositeRequest: [
          { method: 'POST', url: `${data}/sobjects/Account`, referenceId: 'first', body: { Name: 'Acme' } },
          {
            method: 'POST',
            url: `${data}/sobjects/Contact`,
            referenceId: 'second',
            body: { LastName: 'Doe', AccountId: reference },
          },
        ],
      });
      expect([reply.status, numberAt(reply.body, 'compositeResponse.1.httpStatusCode'), org.bugs]).toEqual([
        200,
        400,
        [],
      ]);
    }
  });

  it.each<[string, Json]>([
    [
      '26 calls',
      {
        compositeRequest: Array.from({ length: 26 }, (_, i) => ({
          method: 'GET',
          url: `${data}/sobjects`,
          referenceId: `r${i}`,
        })),
      },
    ],
    [
      'a header that is the outer request’s',
      {
        compositeRequest: [
          { method: 'GET', url: `${data}/sobjects`, referenceId: 'a', httpHeaders: { Authorization: 'Bearer x' } },
        ],
      },
    ],
    ['no calls', {}],
    ['calls that are none', { compositeRequest: [1, null, 'x'] }],
  ])('refuses %s', async (_what, body) => {
    const reply = await org.rest('POST', '/composite', body);
    const status = reply.status === 200 ? at(reply.body, 'compositeResponse.0.httpStatusCode') : reply.status;
    expect([status, org.bugs]).toEqual([400, []]);
  });

  it('does not reach beyond the REST API', async () => {
    for (const url of [
      '/services/oauth2/userinfo',
      'https://elsewhere.example/',
      '/_twin/records',
      `${data}/composite`,
      '',
    ]) {
      const reply = await org.rest('POST', '/composite', {
        compositeRequest: [{ method: 'GET', url, referenceId: 'a' }],
      });
      expect(org.bugs).toEqual([]);
      expect(
        reply.status === 200 ? numberAt(reply.body, 'compositeResponse.0.httpStatusCode') : reply.status,
      ).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('graphs, batches and trees', () => {
  it('keep one graph apart from another', async () => {
    const node = (body: JsonObject): JsonObject => ({
      method: 'POST',
      url: `${data}/sobjects/Account`,
      referenceId: 'a',
      body,
    });
    const reply = await org.rest('POST', '/composite/graph', {
      graphs: [
        { graphId: '1', compositeRequest: [node({ Name: 'A' })] },
        { graphId: '2', compositeRequest: [node({})] },
      ],
    });
    expect(keysOf(at(reply.body, 'graphs.0'))).toEqual(['graphId', 'graphResponse', 'isSuccessful']);
    expect(listOf(at(reply.body, 'graphs')).map((graph) => at(graph, 'isSuccessful'))).toEqual([true, false]);
    expect(at(reply.body, 'graphs.1.graphResponse.compositeResponse.0.body.0.errorCode')).toBe(
      'REQUIRED_FIELD_MISSING',
    );
  });

  it('halt a batch with 412 after its first error, if told so', async () => {
    const batchRequests = [
      { method: 'GET', url: 'v62.0/sobjects/Nothing' },
      { method: 'POST', url: 'v62.0/sobjects/Account', richInput: { Name: 'A' } },
    ];
    const halted = await org.rest('POST', '/composite/batch', { haltOnError: true, batchRequests });
    expect([
      at(halted.body, 'hasErrors'),
      numberAt(halted.body, 'results.0.statusCode'),
      numberAt(halted.body, 'results.1.statusCode'),
    ]).toEqual([true, 404, 412]);
    expect(at(halted.body, 'results.1.result.0.errorCode')).toBe('BATCH_PROCESSING_HALTED');
    const whole = await org.rest('POST', '/composite/batch', { batchRequests });
    expect(numberAt(whole.body, 'results.1.statusCode')).toBe(201);
  });

  it('refuse a whole tree for one record, and name it', async () => {
    const leaf = (referenceId: string, Name: Json): JsonObject => ({
      attributes: { type: 'Account', referenceId },
      Name,
    });
    const refused = await org.rest('POST', '/composite/tree/Account', { records: [leaf('a', 'A'), leaf('b', null)] });
    expect([refused.status, at(refused.body, 'hasErrors')]).toEqual([400, true]);
    expect(at(refused.body, 'results')).toEqual([
      {
        referenceId: 'b',
        errors: [
          { statusCode: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [Name]', fields: ['Name'] },
        ],
      },
    ]);
    const planted = await org.rest('POST', '/composite/tree/Account', { records: [leaf('a', 'A')] });
    expect([planted.status, planted.body]).toEqual([
      201,
      { hasErrors: false, results: [{ referenceId: 'a', id: expect.any(String) }] },
    ]);
  });
});
