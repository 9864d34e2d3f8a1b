import { Connection } from '@jsforce/jsforce-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Served, serveTwin } from '../../src/twins/serve.ts';
import { at, listOf, openOrg, plain, type SalesforceBench, textAt } from './bench.ts';

/** The vendor's own client over a socket, as it comes from the registry: what it makes of answers, errors, pages, jobs and dead sessions. */
let org: SalesforceBench;
let served: Served;
let connection: Connection;

beforeAll(async () => {
  org = await openOrg({ commitDelayMs: 0, jobMs: 0, searchLagMs: 0, limits: { off: true } });
  served = await serveTwin(org.twin, { port: 0 });
});
afterAll(() => served.close());
beforeEach(async () => {
  await org.control('POST', 'reset');
  await org.control('PUT', 'settings', { commitDelayMs: 0, jobMs: 0, searchLagMs: 0, limits: { off: true } });
  await org.control('PUT', 'schema', {
    Account: { fields: [{ name: 'Ext__c', type: 'string', externalId: true, unique: true }] },
  });
  connection = connect();
  await connection.authorize({ grant_type: 'client_credentials' });
});

function connect(more: Readonly<Record<string, string>> = {}): Connection {
  const urls = { loginUrl: served.url, instanceUrl: served.url };
  const oauth2 = {
    loginUrl: served.url,
    clientId: org.client.id,
    clientSecret: org.client.secret,
    redirectUri: `${served.url}/back`,
  };
  return new Connection({ ...urls, oauth2, version: '62.0', ...more });
}

const polling = { pollInterval: 1, pollTimeout: 5_000 };

describe('errors', () => {
  it.each<[string, (client: Connection) => PromiseLike<unknown>, string]>([
    ['a field that is missing', (client) => client.sobject('Account').create({}), 'REQUIRED_FIELD_MISSING'],
    ['a row that never was', (client) => client.sobject('Account').retrieve('0014S000003RYACQA4'), 'NOT_FOUND'],
    [
      'an update of a row that never was',
      (client) => client.sobject('Account').update({ Id: '0014S000003RYACQA4', Name: 'A' }),
      'INVALID_CROSS_REFERENCE_KEY',
    ],
    [
      'a deletion of a row that never was',
      (client) => client.sobject('Account').destroy('0014S000003RYACQA4'),
      'INVALID_CROSS_REFERENCE_KEY',
    ],
    ['a query with a field that is none', (client) => client.query('SELECT Nope FROM Account'), 'INVALID_FIELD'],
    ['a query of nothing', (client) => client.query('SELECT Id FROM Nothing'), 'INVALID_TYPE'],
    ['a page of nobody', (client) => client.queryMore('01g4S000003RYACQA4-2000'), 'INVALID_QUERY_LOCATOR'],
    ['an unknown object', (client) => client.describe('Nothing'), 'NOT_FOUND'],
    [
      'a body that is too much',
      (client) => client.requestPost('/composite/sobjects', { records: Array.from({ length: 201 }, () => ({})) }),
      'EXCEEDED_ID_LIMIT',
    ],
  ])('tell it of %s by the vendor’s code', async (_what, call, errorCode) => {
    await expect(call(connection)).rejects.toMatchObject({ errorCode, name: errorCode });
  });

  it('tell it the fields, and the record that holds a key', async () => {
    const holder = await connection.sobject('Account').create({ Name: 'A', Ext__c: 'k' });
    await expect(connection.sobject('Account').create({ Name: 'B', Ext__c: 'k' })).rejects.toMatchObject({
      errorCode: 'DUPLICATE_VALUE',
      message: expect.stringContaining((holder.id ?? '').slice(0, 15)),
    });
    const many = await connection.sobject('Account').create([{ Name: 'C' }, {}]);
    expect(plain(many)).toMatchObject([
      { success: true },
      { success: false, errors: [{ statusCode: 'REQUIRED_FIELD_MISSING', fields: ['Name'] }] },
    ]);
  });

  it('reach it as they are where the vendor is down: a read is tried again, a creation is not', async () => {
    await org.control('POST', 'faults', {
      match: { method: 'GET', path: '/query' },
      do: 'status',
      status: 503,
      times: 1,
    });
    expect((await connection.query('SELECT Id FROM Account')).totalSize).toBe(0);
    await org.control('POST', 'faults', {
      match: { method: 'POST', path: '/sobjects/Account' },
      do: 'status',
      status: 503,
      body: 'down',
      times: 1,
    });
    await expect(connection.sobject('Account').create({ Name: 'A' })).rejects.toThrow();
    await org.control('POST', 'faults', {
      match: { method: 'POST', path: '/sobjects/Account' },
      do: 'lose-answer',
      times: 1,
    });
    await expect(connection.sobject('Account').create({ Name: 'Lost' })).rejects.toThrow();
    expect(await connection.sobject('Account').count({ Name: 'Lost' })).toBe(1);
  });

  it('of a spent quota are said as such', async () => {
    await org.control('PUT', 'settings', { limits: { off: false, dailyApiRequests: 0 } });
    await expect(connection.query('SELECT Id FROM Account')).rejects.toMatchObject({
      errorCode: 'REQUEST_LIMIT_EXCEEDED',
    });
  });
});

describe('sessions', () => {
  it('are renewed by its refresh token, once for several calls, and it goes on', async () => {
    const page = await org.send(
      'GET',
      `${served.url}/services/oauth2/authorize?response_type=code&client_id=${org.client.id}&scope=api%20refresh_token&redirect_uri=${encodeURIComponent(`${served.url}/back`)}`,
    );
    const client = connect();
    await client.authorize(new URL(page.headers.get('location') ?? '').searchParams.get('code') ?? '');
    const [first, refreshToken] = [client.accessToken, client.refreshToken];
    expect(refreshToken).toEqual(expect.stringMatching(/.{20}/));
    await org.control('POST', 'events', { end: 'sessions' });
    const renewed: string[] = [];
    client.on('refresh', (token) => renewed.push(token));
    const answers = await Promise.all([
      client.query('SELECT Id FROM User'),
      client.describe('Account'),
      client.sobject('Account').create({ Name: 'A' }),
    ]);
    expect([answers[0].totalSize, answers[2].success, renewed.length]).toEqual([2, true, 1]);
    expect([client.accessToken === first, client.accessToken === renewed[0]]).toEqual([false, true]);
    await org.control('POST', 'events', { end: 'sessions' });
    await org.control('POST', 'events', { end: 'grants' });
    await expect(client.query('SELECT Id FROM User')).rejects.toThrow('expired access/refresh token');
  });

  it('with a proof key come and go', async () => {
    const client = new Connection({
      instanceUrl: served.url,
      oauth2: {
        loginUrl: served.url,
        clientId: org.client.id,
        clientSecret: org.client.secret,
        redirectUri: `${served.url}/back`,
        useVerifier: true,
      },
      version: '62.0',
    });
    const page = await org.send('GET', client.oauth2.getAuthorizationUrl({ scope: 'api refresh_token' }));
    await client.authorize(new URL(page.headers.get('location') ?? '').searchParams.get('code') ?? '');
    expect((await client.identity()).username).toBe('integration@acme.example');
    await client.oauth2.refreshToken(client.refreshToken ?? '');
    await client.logout(true);
    await expect(
      org.rest('GET', '/limits', undefined, { authorization: `Bearer ${client.accessToken}` }),
    ).resolves.toMatchObject({ status: 401 });
  });

  it('that are refused are told in the words of OAuth', async () => {
    const client = connect();
    await expect(client.authorize('nonsense')).rejects.toMatchObject({ name: 'invalid_grant' });
    await expect(client.oauth2.refreshToken('nonsense')).rejects.toThrow('expired access/refresh token');
  });
});

describe('queries', () => {
  it('are paged by hand, by stream and with deleted rows, each row once', async () => {
    const ids = await org.seed(
      'Lead',
      ...Array.from({ length: 2_300 }, (_, i) => ({ LastName: `L${i}`, Company: 'C' })),
    );
    await connection.sobject('Lead').destroy(ids.slice(0, 3));
    const first = await connection.query('SELECT Id FROM Lead', {
      headers: { 'Sforce-Query-Options': 'batchSize=1000' },
    });
    const second = await connection.queryMore(first.nextRecordsUrl ?? '');
    const third = await connection.queryMore(second.nextRecordsUrl ?? '');
    const seen = [first, second, third].flatMap(({ records }) => records.map((record) => record.Id));
    expect([seen.length, new Set(seen).size, third.done]).toEqual([2_297, 2_297, true]);
    const all = await connection.query('SELECT Id FROM Lead', { scanAll: true, autoFetch: true, maxFetch: 5_000 });
    expect(all.records.length).toBe(2_300);
    const streamed: unknown[] = [];
    for await (const record of connection
      .query('SELECT Id FROM Lead', { autoFetch: true, maxFetch: 5_000 })
      .stream('record'))
      streamed.push(record);
    expect(streamed.length).toBe(2_297);
  });

  it('are built from its own words: conditions, order, parents, children, counts', async () => {
    const [acme = ''] = await org.seed('Account', { Name: "O'Neil & Söhne", Ext__c: 'a' });
    await org.seed(
      'Contact',
      { LastName: 'A', AccountId: acme, Phone: '1' },
      { LastName: 'B', AccountId: acme },
      { LastName: 'C' },
    );
    const found = await connection.sobject('Account').findOne({ Name: "O'Neil & Söhne" }, ['Id', 'Name']);
    expect(found?.Id).toBe(acme);
    const contacts = await connection
      .sobject('Contact')
      .find({ LastName: { $in: ['A', 'B'] }, Phone: null }, 'Id, LastName, Account.Name')
      .sort({ LastName: -1 })
      .limit(5);
    expect(plain(contacts)).toMatchObject([{ LastName: 'B', Account: { Name: "O'Neil & Söhne" } }]);
    expect(await connection.sobject('Contact').count({ LastName: { $like: '%' } })).toBe(3);
    const parents = await connection
      .sobject('Account')
      .select('Id')
      .include('Contacts')
      .select('LastName')
      .sort({ LastName: 1 })
      .end();
    expect(listOf(at(plain(parents), '0.Contacts.records')).map((one) => at(one, 'LastName'))).toEqual(['A', 'B']);
    const grouped = await connection.query(
      'SELECT AccountId, COUNT(Id) n FROM Contact GROUP BY AccountId ORDER BY COUNT(Id) DESC',
    );
    expect(plain(grouped.records)).toMatchObject([
      { AccountId: acme, n: 2 },
      { AccountId: null, n: 1 },
    ]);
  });

  it('search by words', async () => {
    await org.seed('Account', { Name: 'Acme Tools' }, { Name: 'Other' });
    const found = await connection.search('FIND {acme} IN NAME FIELDS RETURNING Account(Id, Name)');
    expect(found.searchRecords).toMatchObject([{ Name: 'Acme Tools', attributes: { type: 'Account' } }]);
  });
});

describe('many records', () => {
  it('are upserted by an external id, a few and more than a call takes', async () => {
    const records = Array.from({ length: 450 }, (_, i) => ({ Name: `A${i}`, Ext__c: `x${i}` }));
    const first = await connection.sobject('Account').upsert(records, 'Ext__c', { allowRecursive: true });
    expect([first.length, first.every(({ success }) => success)]).toEqual([450, true]);
    const again = await connection.sobject('Account').upsert(records.slice(0, 2), 'Ext__c');
    expect(plain(again)).toMatchObject([
      { success: true, created: false },
      { success: true, created: false },
    ]);
    expect(await connection.sobject('Account').count({})).toBe(450);
  });

  it('stand or fall together where that is asked for', async () => {
    const results = await connection.sobject('Account').create([{ Name: 'A' }, {}], { allOrNone: true });
    expect(
      results.map((result) =>
        result.success ? '' : (result.errors[0]?.errorCode ?? at(plain(result), 'errors.0.statusCode')),
      ),
    ).toEqual(['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING']);
    expect(await connection.sobject('Account').count({})).toBe(0);
  });

  it('are changed by what a query finds', async () => {
    await org.seed('Account', { Name: 'A', Site: 'old' }, { Name: 'B', Site: 'old' });
    const changed = await connection.sobject('Account').find({ Site: 'old' }).update({ Site: 'new' }, 'Account');
    expect(changed.map(({ success }) => success)).toEqual([true, true]);
    await connection.sobject('Account').find({ Site: 'new' }).destroy('Account');
    expect(await connection.sobject('Account').count({})).toBe(0);
  });
});

describe('bulk jobs', () => {
  const load = (operation: 'insert' | 'update' | 'upsert' | 'delete', input: Record<string, string>[], more = {}) =>
    connection.bulk2.loadAndWaitForResults({ object: 'Account', operation, input, ...polling, ...more });

  it('insert, upsert, update, empty and delete', async () => {
    const made = await load('insert', [
      { Name: 'A', Ext__c: 'a', Site: 's' },
      { Name: 'B, "b"\n', Ext__c: 'b', Site: 's' },
      { Name: '', Ext__c: 'c', Site: 's' },
    ]);
    expect([made.successfulResults.length, made.failedResults]).toMatchObject([
      2,
      [{ sf__Id: '', sf__Error: 'REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --' }],
    ]);
    const upserted = await load(
      'upsert',
      [
        { Ext__c: 'a', Name: 'A2' },
        { Ext__c: 'd', Name: 'D' },
      ],
      { externalIdFieldName: 'Ext__c' },
    );
    expect(plain(upserted.successfulResults.map((row) => [at(plain(row), 'Ext__c'), row.sf__Created]).sort())).toEqual([
      ['a', 'false'],
      ['d', 'true'],
    ]);
    const rows = await connection.sobject('Account').find({}, 'Id, Ext__c, Name').sort({ Ext__c: 1 });
    expect(rows.map(({ Name }) => Name)).toEqual(['A2', 'B, "b"', 'D']);
    await load(
      'update',
      rows.map(({ Id }) => ({ Id: Id ?? '', Site: '#N/A' })),
    );
    expect(await connection.sobject('Account').count({ Site: null })).toBe(3);
    const gone = await load(
      'delete',
      rows.map(({ Id }) => ({ Id: Id ?? '' })),
    );
    expect([gone.successfulResults.length, await connection.sobject('Account').count({})]).toEqual([3, 0]);
  });

  it('are opened, filled, closed, watched, read and deleted step by step', async () => {
    const job = connection.bulk2.createJob({ object: 'Account', operation: 'insert' });
    await job.open();
    await job.uploadData('Name\nA\nB\n');
    await job.close();
    await job.poll(1, 5_000);
    expect(await job.check()).toMatchObject({
      state: 'JobComplete',
      numberRecordsProcessed: 2,
      numberRecordsFailed: 0,
    });
    const results = await job.getAllResults();
    expect([results.successfulResults.length, results.failedResults, results.unprocessedRecords]).toEqual([2, [], []]);
    await job.delete();
    await expect(job.check()).rejects.toThrow();
    const aborted = connection.bulk2.createJob({ object: 'Account', operation: 'insert' });
    await aborted.open();
    await aborted.abort();
    expect(await aborted.check()).toMatchObject({ state: 'Aborted' });
  });

  it('that fail as a whole say why', async () => {
    await expect(load('insert', [{ Name: 'A', Nope: '1' }])).rejects.toThrow(/Field name not found : Nope/);
    await expect(connection.bulk2.query('SELECT COUNT(Id) FROM Account', polling)).rejects.toThrow();
  });

  it('read all rows of a query, deleted ones where that is asked for', async () => {
    const ids = await org.seed('Account', ...Array.from({ length: 2_500 }, (_, i) => ({ Name: `A${i}` })));
    await connection.sobject('Account').destroy(ids.slice(0, 2));
    const living = await (await connection.bulk2.query('SELECT Id, Name, CreatedDate FROM Account', polling)).toArray();
    const all = await (
      await connection.bulk2.query('SELECT Id, IsDeleted FROM Account', { ...polling, scanAll: true })
    ).toArray();
    expect([living.length, all.length]).toEqual([2_498, 2_500]);
  });
});

describe('set-up', () => {
  it('makes a field by the Tooling API, which nobody sees until it is granted', async () => {
    const made = await connection.tooling.sobject('CustomField').create({
      FullName: 'Case.Desk_Id__c',
      Metadata: { type: 'Text', label: 'Desk id', length: 80, externalId: true, unique: true },
    });
    expect(made).toMatchObject({ success: true, id: expect.stringMatching(/^00N/) });
    const names = async () => (await connection.describe('Case')).fields.map(({ name }) => name);
    expect(await names()).not.toContain('Desk_Id__c');
    const set = await connection.sobject('PermissionSet').create({ Name: 'Sync', Label: 'Sync' });
    await connection.sobject('FieldPermissions').create({
      ParentId: set.id ?? '',
      SobjectType: 'Case',
      Field: 'Case.Desk_Id__c',
      PermissionsRead: true,
      PermissionsEdit: true,
    });
    const me = (await connection.identity()).user_id;
    await connection.sobject('PermissionSetAssignment').create({ AssigneeId: me, PermissionSetId: set.id ?? '' });
    expect(await names()).toContain('Desk_Id__c');
    const known = await connection.tooling.query(
      "SELECT Id, DeveloperName FROM CustomField WHERE DeveloperName = 'Desk_Id'",
    );
    expect(known.totalSize).toBe(1);
    await expect(
      connection.tooling
        .sobject('CustomField')
        .create({ FullName: 'Case.X__c', Metadata: { type: 'constructor', label: 'X' } }),
    ).rejects.toThrow();
    expect(org.bugs).toEqual([]);
  });

  it('reads limits, and runs a composite as it is', async () => {
    expect((await connection.limits()).DailyApiRequests).toMatchObject({
      Max: expect.any(Number),
      Remaining: expect.any(Number),
    });
    const answer = plain(
      await connection.requestPost('/composite', {
        compositeRequest: [{ method: 'GET', url: '/services/data/v62.0/sobjects/Account', referenceId: 'a' }],
      }),
    );
    expect(textAt(answer, 'compositeResponse.0.referenceId')).toBe('a');
  });
});
