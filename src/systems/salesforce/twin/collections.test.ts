import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../../twins/json.ts';
import { bare, openOrg } from './testing.ts';

const records = (...list: JsonObject[]): Json => list.map((record) => ({ attributes: { type: 'Contact' }, ...record }));
const idsOf = (body: Json): string[] =>
  Array.isArray(body) ? body.map((one) => (isJsonObject(one) ? String(one.id) : '')) : [];

describe('collections', () => {
  it('answer 200 with one result per record, failures without an id', async () => {
    const org = await openOrg();
    const reply = await org.rest('POST', '/composite/sobjects', {
      records: records({ LastName: 'Doe' }, {}, { LastName: 'Roe' }),
    });
    expect([reply.status, reply.body]).toEqual([
      200,
      [
        { id: expect.any(String), success: true, errors: [] },
        {
          success: false,
          errors: [
            {
              statusCode: 'REQUIRED_FIELD_MISSING',
              message: 'Required fields are missing: [LastName]',
              fields: ['LastName'],
            },
          ],
        },
        { id: expect.any(String), success: true, errors: [] },
      ],
    ]);
    const [one = '', , three = ''] = idsOf(reply.body);
    const update = await org.rest('PATCH', '/composite/sobjects', {
      records: records({ id: one, Phone: '1' }, { Id: three, Phone: '3' }, { Phone: '4' }),
    });
    expect(update.body).toMatchObject([
      { id: one, success: true },
      { id: three, success: true },
      { success: false, errors: [{ statusCode: 'MISSING_ARGUMENT' }] },
    ]);
    const retrieved = await org.rest('POST', '/composite/sobjects/Contact', {
      ids: [three, '0034S000003RYACQA4', one],
      fields: ['Id', 'Phone'],
    });
    expect(retrieved.body).toMatchObject([{ Id: three, Phone: '3' }, null, { Id: one, Phone: '1' }]);
    const removed = await org.rest('DELETE', `/composite/sobjects?ids=${one},${one}`);
    expect(removed.body).toMatchObject([
      { id: one, success: true },
      { success: false, errors: [{ statusCode: 'ENTITY_IS_DELETED' }] },
    ]);
    expect((await org.query('SELECT Id FROM Contact')).map(bare)).toEqual([{ Id: three }]);
  });

  it('undo everything when one record fails and all or none is asked for', async () => {
    const org = await openOrg();
    const reply = await org.rest('POST', '/composite/sobjects', {
      allOrNone: true,
      records: records({ LastName: 'Doe' }, {}),
    });
    expect(reply.body).toMatchObject([
      { success: false, errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK' }] },
      { success: false, errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] },
    ]);
    expect(await org.query('SELECT Id FROM Contact')).toEqual([]);
  });

  it('upsert by an external id', async () => {
    const org = await openOrg();
    await org.control('PUT', 'schema', {
      Contact: { fields: [{ name: 'Ext__c', type: 'string', externalId: true, unique: true }] },
    });
    const [known] = await org.seed('Contact', { LastName: 'Old', Ext__c: 'k' });
    const body = {
      records: records({ Ext__c: 'k', LastName: 'New' }, { Ext__c: 'm', LastName: 'More' }, { LastName: 'None' }),
    };
    const reply = await org.rest('PATCH', '/composite/sobjects/Contact/Ext__c', body);
    expect(reply.body).toMatchObject([
      { id: known, success: true, created: false },
      { success: true, created: true },
      { success: false },
    ]);
    const rolledBack = await org.rest('PATCH', '/composite/sobjects/Contact/Ext__c', { allOrNone: true, ...body });
    expect(rolledBack.body).toMatchObject([
      { success: false, created: true },
      { success: false, created: true },
      { success: false, created: true },
    ]);
  });

  it('take 200 records at most, in at most ten runs of one type', async () => {
    const org = await openOrg();
    const many = Array.from({ length: 201 }, () => ({ LastName: 'Doe' }));
    const reply = await org.rest('POST', '/composite/sobjects', { records: records(...many) });
    expect([reply.status, reply.body]).toEqual([
      400,
      [
        {
          errorCode: 'EXCEEDED_ID_LIMIT',
          message: 'record limit reached. cannot submit more than 200 records into this call',
        },
      ],
    ]);
    const mixed = Array.from({ length: 12 }, (_, i) => ({
      attributes: { type: i % 2 === 0 ? 'Contact' : 'Account' },
      Name: 'a',
      LastName: 'a',
    }));
    expect((await org.rest('POST', '/composite/sobjects', { records: mixed })).status).toBe(400);
  });

  it('answer no record that is none: the whole call is refused', async () => {
    const org = await openOrg();
    for (const [path, name] of [
      ['/composite/sobjects', 'records'],
      ['/composite', 'compositeRequest'],
      ['/composite/graph', 'graphs'],
      ['/composite/batch', 'batchRequests'],
    ] as const) {
      const reply = await org.rest('POST', path, { [name]: [null, 1, 'x'] });
      expect([reply.status, reply.body]).toMatchObject([400, [{ errorCode: 'JSON_PARSER_ERROR' }]]);
    }
  });

  it('take no member from what is called __proto__', async () => {
    const org = await openOrg();
    const hidden = '{"attributes":{"type":"Account","referenceId":"a"},"__proto__":{"Name":"A"}}';
    const tree = await org.rest('POST', '/composite/tree/Account', `{"records":[${hidden}]}`);
    expect([tree.status, tree.body]).toMatchObject([400, { results: [{ errors: [{ statusCode: 'INVALID_FIELD' }] }] }]);
    const url = '/services/data/v62.0/sobjects/Account';
    const call = `{"compositeRequest":[{"method":"POST","url":"${url}","referenceId":"a","body":{"__proto__":{"Name":"A"}}}]}`;
    const composite = await org.rest('POST', '/composite', call);
    expect(composite.body).toMatchObject({ compositeResponse: [{ httpStatusCode: 400 }] });
  });

  it('refuse single items as somebody planted it', async () => {
    const org = await openOrg();
    await org.control('POST', 'faults', {
      match: { path: '/composite/sobjects$' },
      do: 'refuse',
      body: {
        statusCode: 'UNABLE_TO_LOCK_ROW',
        message: 'unable to obtain exclusive access to this record',
        fields: [],
      },
      times: 1,
    });
    const reply = await org.rest('POST', '/composite/sobjects', {
      records: records({ LastName: 'a' }, { LastName: 'b' }),
    });
    expect(reply.body).toMatchObject([
      { success: false, errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] },
      { success: true },
    ]);
  });
});

describe('a composite', () => {
  const request = (referenceId: string, method: string, path: string, body?: Json): Json => ({
    method,
    url: `/services/data/v62.0${path}`,
    referenceId,
    ...(body === undefined ? {} : { body }),
  });

  it('counts as one request, refers to earlier answers, and sees its own writes', async () => {
    const org = await openOrg();
    await org.control('DELETE', 'calls');
    const reply = await org.rest('POST', '/composite', {
      compositeRequest: [
        request('parent', 'POST', '/sobjects/Account', { Name: 'Acme' }),
        request('child', 'POST', '/sobjects/Contact', { LastName: 'Doe', AccountId: '@{parent.id}' }),
        request('found', 'GET', "/query/?q=SELECT Id, Account.Name FROM Contact WHERE AccountId = '@{parent.id}'"),
        request('name', 'GET', '/sobjects/Account/@{found.records[0].Account.attributes.url}'),
      ],
    });
    expect(reply.body).toMatchObject({
      compositeResponse: [
        {
          httpStatusCode: 201,
          referenceId: 'parent',
          httpHeaders: { Location: expect.stringContaining('/sobjects/Account/001') },
        },
        { httpStatusCode: 201, referenceId: 'child' },
        { httpStatusCode: 200, body: { totalSize: 1, done: true, records: [{ Account: { Name: 'Acme' } }] } },
        { httpStatusCode: 404, body: [{ errorCode: 'NOT_FOUND' }] },
      ],
    });
    expect((await org.control('GET', 'calls')).body).toMatchObject({ total: 1 });
    expect((await org.rest('GET', '/limits')).body).toMatchObject({ DailyApiRequests: { Remaining: 109_998 } });
  });

  it('with all or none undoes what went well and halts the rest', async () => {
    const org = await openOrg();
    const reply = await org.rest('POST', '/composite', {
      allOrNone: true,
      compositeRequest: [
        request('a', 'POST', '/sobjects/Account', { Name: 'Acme' }),
        request('b', 'POST', '/sobjects/Account', {}),
        request('c', 'POST', '/sobjects/Account', { Name: 'Late' }),
      ],
    });
    expect(reply.body).toMatchObject({
      compositeResponse: [
        { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
        { httpStatusCode: 400, body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] },
        { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
      ],
    });
    expect(await org.query('SELECT Id FROM Account')).toEqual([]);
  });

  it('pages its queries like any other', async () => {
    const org = await openOrg();
    await org.seed('Account', ...Array.from({ length: 2_500 }, (_, i) => ({ Name: `Account ${i}` })));
    const reply = await org.rest('POST', '/composite', {
      compositeRequest: [request('q', 'GET', '/queryAll?q=SELECT+Id+FROM+Account')],
    });
    const next = /"nextRecordsUrl":"([^"]+)"/.exec(reply.text)?.[1] ?? '';
    expect(next).toMatch(/^\/services\/data\/v62\.0\/query\/01g\w{15}-2000$/);
    expect((await org.rest('GET', next)).body).toMatchObject({
      totalSize: 2_500,
      done: true,
      records: { length: 500 },
    });
  });

  it('takes 25 requests at most', async () => {
    const requests = Array.from({ length: 26 }, (_, i) => request(`r${i}`, 'GET', '/limits'));
    expect((await (await openOrg()).rest('POST', '/composite', { compositeRequest: requests })).status).toBe(400);
  });

  it('takes five queries and collections at most', async () => {
    const org = await openOrg();
    const requests = Array.from({ length: 6 }, (_, i) => request(`r${i}`, 'GET', '/query?q=SELECT Id FROM Account'));
    expect((await org.rest('POST', '/composite', { compositeRequest: requests })).body).toMatchObject([
      { errorCode: 'LIMIT_EXCEEDED' },
    ]);
    expect((await org.rest('POST', '/composite', { compositeRequest: requests.slice(1) })).status).toBe(200);
  });

  it('graph succeeds or fails as a whole, each for itself', async () => {
    const org = await openOrg();
    const graph = (graphId: string, ...compositeRequest: Json[]): Json => ({ graphId, compositeRequest });
    const reply = await org.rest('POST', '/composite/graph', {
      graphs: [
        graph(
          'good',
          request('a', 'POST', '/sobjects/Account', { Name: 'A' }),
          request('b', 'POST', '/sobjects/Contact', { LastName: 'B', AccountId: '@{a.id}' }),
        ),
        graph(
          'bad',
          request('a', 'POST', '/sobjects/Account', { Name: 'C' }),
          request('b', 'POST', '/sobjects/Contact', {}),
        ),
      ],
    });
    expect(reply.body).toMatchObject({
      graphs: [
        { graphId: 'good', isSuccessful: true },
        { graphId: 'bad', isSuccessful: false },
      ],
    });
    expect((await org.query('SELECT Name FROM Account')).map(bare)).toEqual([{ Name: 'A' }]);
  });

  it('batch runs independent requests, and halts if told so', async () => {
    const org = await openOrg();
    const reply = await org.rest('POST', '/composite/batch', {
      haltOnError: true,
      batchRequests: [
        { method: 'GET', url: 'v62.0/limits/recordCount?sObjects=Account' },
        { method: 'POST', url: 'v62.0/sobjects/Account', richInput: {} },
        { method: 'GET', url: 'v62.0/limits' },
      ],
    });
    expect(reply.body).toMatchObject({
      hasErrors: true,
      results: [
        { statusCode: 200, result: { sObjects: [{ count: 0, name: 'Account' }] } },
        { statusCode: 400 },
        { statusCode: 412 },
      ],
    });
  });

  it('tree plants nested records', async () => {
    const org = await openOrg();
    const child = { attributes: { type: 'Contact', referenceId: 'c' }, LastName: 'Doe' };
    const record = { attributes: { type: 'Account', referenceId: 'a' }, Name: 'Acme', Contacts: { records: [child] } };
    const reply = await org.rest('POST', '/composite/tree/Account', { records: [record] });
    expect([reply.status, reply.body]).toMatchObject([
      201,
      { hasErrors: false, results: [{ referenceId: 'a' }, { referenceId: 'c' }] },
    ]);
    expect((await org.query('SELECT LastName, Account.Name FROM Contact')).map(bare)).toMatchObject([
      { LastName: 'Doe', Account: { Name: 'Acme' } },
    ]);
    const bad = await org.rest('POST', '/composite/tree/Account', {
      records: [{ ...record, Contacts: { records: [{ attributes: { type: 'Contact', referenceId: 'c' } }] } }],
    });
    expect([bad.status, bad.body]).toMatchObject([
      400,
      { hasErrors: true, results: [{ referenceId: 'c', errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] }] },
    ]);
  });
});
