import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json } from '../../../../twins/json.ts';
import { bare, openOrg, type TestOrg } from '../testing.ts';
import { formatRow, parseCsv } from './csv.ts';

const csv = { 'content-type': 'text/csv' };
const idOf = (body: Json): string => (isJsonObject(body) ? String(body.id) : '');

async function ingest(org: TestOrg, job: Record<string, string>, content: string): Promise<string> {
  const opened = await org.rest('POST', '/jobs/ingest', { object: 'Contact', operation: 'insert', ...job });
  const id = idOf(opened.body);
  expect((await org.rest('PUT', `/jobs/ingest/${id}/batches`, content, csv)).status).toBe(201);
  expect((await org.rest('PATCH', `/jobs/ingest/${id}`, { state: 'UploadComplete' })).body).toMatchObject({
    state: 'UploadComplete',
  });
  return id;
}
const result = async (org: TestOrg, id: string, which: string): Promise<string[][]> =>
  parseCsv((await org.rest('GET', `/jobs/ingest/${id}/${which}`)).text, ',');

describe('an ingest job', () => {
  it('goes from Open to JobComplete as its time comes, and tells each row’s fate', async () => {
    const org = await openOrg({ commitDelayMs: 0, jobMs: 5_000 });
    const opened = await org.rest('POST', '/jobs/ingest', {
      object: 'Contact',
      operation: 'insert',
      contentType: 'CSV',
    });
    expect(opened.body).toMatchObject({
      ...{
        id: expect.stringMatching(/^750/),
        state: 'Open',
        object: 'Contact',
        operation: 'insert',
        apiVersion: 62,
        lineEnding: 'LF',
        columnDelimiter: 'COMMA',
      },
      contentUrl: `services/data/v62.0/jobs/ingest/${idOf(opened.body)}/batches`,
    });
    const id = await ingest(
      org,
      {},
      'LastName,Email,Phone\nDoe,doe@acme.example,#N/A\n,none@acme.example,1\nRoe,"not, ""mail""",2\n',
    );
    const check = async (): Promise<Json> => (await org.rest('GET', `/jobs/ingest/${id}`)).body;
    expect(await check()).toMatchObject({ state: 'UploadComplete', jobType: 'V2Ingest' });
    expect((await org.rest('GET', `/jobs/ingest/${id}/failedResults`)).status).toBe(400);
    org.advance(1_000);
    expect(await check()).toMatchObject({ state: 'InProgress', numberRecordsProcessed: 0 });
    org.advance(4_000);
    expect(await check()).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 3, numberRecordsFailed: 2 });
    const [contact = {}] = await org.query('SELECT Id, LastName, Phone, CreatedDate FROM Contact');
    expect(contact).toMatchObject({ LastName: 'Doe', Phone: null, CreatedDate: '2026-03-02T10:00:05.000+0000' });
    expect(await result(org, id, 'successfulResults/')).toEqual([
      ['sf__Id', 'sf__Created', 'LastName', 'Email', 'Phone'],
      [String(contact.Id), 'true', 'Doe', 'doe@acme.example', '#N/A'],
    ]);
    expect((await result(org, id, 'failedResults')).slice(1).sort()).toEqual([
      ['', 'INVALID_EMAIL_ADDRESS:Email: invalid email address: not, "mail":Email --', 'Roe', 'not, "mail"', '2'],
      ['', 'REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --', '', 'none@acme.example', '1'],
    ]);
    expect(await result(org, id, 'unprocessedRecords')).toEqual([['LastName', 'Email', 'Phone']]);
    expect((await org.rest('DELETE', `/jobs/ingest/${id}`)).status).toBe(204);
    expect((await org.rest('GET', `/jobs/ingest/${id}`)).status).toBe(404);
  });

  it('upserts and looks parents up by external ids, updates and deletes by id', async () => {
    const org = await openOrg({ commitDelayMs: 0, jobMs: 0 });
    const fields = [{ name: 'Ext__c', type: 'string', externalId: true, unique: true }];
    await org.control('PUT', 'schema', { Account: { fields }, Contact: { fields } });
    const [account] = await org.seed('Account', { Name: 'Acme', Ext__c: 'A1' });
    const [known] = await org.seed('Contact', { LastName: 'Old', Ext__c: 'k' });
    const upsert = await ingest(
      org,
      { operation: 'upsert', externalIdFieldName: 'Ext__c' },
      'Ext__c,LastName,Account.Ext__c\nk,New,A1\nm,More,\nn,None,A9\n',
    );
    expect(
      (await org.query('SELECT Id, LastName, AccountId FROM Contact ORDER BY LastName DESC')).map(bare),
    ).toMatchObject([
      { Id: known, LastName: 'New', AccountId: account },
      { LastName: 'More', AccountId: null },
    ]);
    expect(
      (await result(org, upsert, 'successfulResults'))
        .slice(1)
        .map(([, created]) => created)
        .sort(),
    ).toEqual(['false', 'true']);
    expect((await result(org, upsert, 'failedResults'))[1]?.[1]).toContain(
      'INVALID_FIELD:Foreign key external ID: a9 not found',
    );
    await ingest(org, { operation: 'update' }, `Id,Phone\n${known},9\n`);
    expect((await org.query(`SELECT Phone FROM Contact WHERE Id = '${known}'`)).map(bare)).toEqual([{ Phone: '9' }]);
    await ingest(org, { operation: 'delete' }, `Id\n${known}\n`);
    expect((await org.query('SELECT Id FROM Contact WHERE IsDeleted = true', 'queryAll')).map(bare)).toEqual([
      { Id: known },
    ]);
  });

  it('fails as a whole for an unknown column or the wrong line ends', async () => {
    const org = await openOrg({ commitDelayMs: 0, jobMs: 0 });
    const wrong = await ingest(org, {}, 'LastName,Nope\nDoe,1\n');
    expect((await org.rest('GET', `/jobs/ingest/${wrong}`)).body).toMatchObject({
      state: 'Failed',
      errorMessage: 'InvalidBatch : Field name not found : Nope',
    });
    const marked = await ingest(org, {}, '\uFEFFLastName\nDoe\n');
    expect((await org.rest('GET', `/jobs/ingest/${marked}`)).body).toMatchObject({
      state: 'Failed',
      errorMessage: expect.stringContaining('Field name not found'),
    });
    const windows = await ingest(org, {}, 'LastName\r\nDoe\r\n');
    expect((await org.rest('GET', `/jobs/ingest/${windows}`)).body).toMatchObject({
      state: 'Failed',
      errorMessage: expect.stringContaining('LineEnding is invalid on user data'),
    });
  });

  it('takes one upload, may be aborted half-way, and may come as one form', async () => {
    const org = await openOrg({ commitDelayMs: 0, jobMs: 10_000 });
    const rows = Array.from({ length: 1_000 }, (_, i) => `Doe ${i}`).join('\n');
    const id = await ingest(org, {}, `LastName\n${rows}\n`);
    expect((await org.rest('PUT', `/jobs/ingest/${id}/batches`, 'LastName\nDoe\n', csv)).status).toBe(400);
    org.advance(6_000);
    await org.rest('PATCH', `/jobs/ingest/${id}`, { state: 'Aborted' });
    const done = (await org.query('SELECT Id FROM Contact')).length;
    expect([done > 0, done + (await result(org, id, 'unprocessedrecords')).length - 1]).toEqual([true, 1_000]);
    const form = [
      '--b',
      'Content-Disposition: form-data; name="job"',
      'Content-Type: application/json',
      '',
      '{"object":"Account","operation":"insert"}',
    ];
    const body = [
      ...form,
      '--b',
      'Content-Disposition: form-data; name="content"; filename="content"',
      'Content-Type: text/csv',
      '',
      'Name\nAcme\n',
      '--b--',
      '',
    ].join('\r\n');
    const posted = await org.rest('POST', '/jobs/ingest', body, { 'content-type': 'multipart/form-data; boundary=b' });
    expect(posted.body).toMatchObject({ state: 'UploadComplete' });
    org.advance(10_000);
    expect((await org.query('SELECT Name FROM Account')).map(bare)).toEqual([{ Name: 'Acme' }]);
  });
});

describe('a query job', () => {
  it('answers pages of CSV, the last with the locator “null”', async () => {
    const org = await openOrg({ commitDelayMs: 0, jobMs: 5_000 });
    const [account] = await org.seed('Account', { Name: 'Acme "quoted"' });
    await org.seed('Contact', ...['a', 'b', 'c'].map((LastName) => ({ LastName, AccountId: account ?? '' })));
    const posted = await org.rest('POST', '/jobs/query', {
      operation: 'query',
      query: 'SELECT LastName, Account.Name, Phone, SystemModstamp FROM Contact ORDER BY LastName',
    });
    const id = idOf(posted.body);
    expect(posted.body).toMatchObject({ state: 'UploadComplete', object: 'Contact' });
    expect((await org.rest('GET', `/jobs/query/${id}/results`)).status).toBe(400);
    org.advance(5_000);
    expect((await org.rest('GET', `/jobs/query/${id}`)).body).toMatchObject({
      state: 'JobComplete',
      numberRecordsProcessed: 3,
      jobType: 'V2Query',
    });
    const first = await org.rest('GET', `/jobs/query/${id}/results?maxRecords=2`);
    expect([first.headers.get('sforce-numberofrecords'), parseCsv(first.text, ',')]).toEqual([
      '2',
      [
        ['LastName', 'Account.Name', 'Phone', 'SystemModstamp'],
        ...['a', 'b'].map((name) => [name, 'Acme "quoted"', '', '2026-03-02T10:00:00.000Z']),
      ],
    ]);
    const last = await org.rest(
      'GET',
      `/jobs/query/${id}/results?maxRecords=2&locator=${first.headers.get('sforce-locator')}`,
    );
    expect([last.headers.get('sforce-locator'), parseCsv(last.text, ',').length]).toEqual(['null', 2]);
  });

  it.each([
    'SELECT COUNT(Id) FROM Contact',
    'SELECT Id, (SELECT Id FROM Contacts) FROM Account',
    'SELECT BillingAddress FROM Account',
    'SELECT Id FROM Contact OFFSET 1',
  ])('cannot do %s', async (query) => {
    expect((await (await openOrg()).rest('POST', '/jobs/query', { operation: 'query', query })).status).toBe(400);
  });
});

describe('CSV', () => {
  it('reads back what it wrote, whatever the cells hold', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') });
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, (table) => {
        expect(parseCsv(table.map((row) => formatRow(row, ',', '\n')).join(''), ',')).toEqual(table);
      }),
      { seed: 20_261_120 },
    );
  });
});
