import { beforeAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../../twins/json.ts';
import { bare, openOrg, type TestOrg } from '../testing.ts';

let org: TestOrg;
let acme = '';
let globex = '';

beforeAll(async () => {
  org = await openOrg();
  const fields = [
    { name: 'Tier__c', type: 'picklist', length: 40, picklistValues: ['Gold', 'Silver'] },
    { name: 'Tags__c', type: 'multipicklist', length: 4099, picklistValues: ['a', 'b', 'c'] },
    { name: 'Code__c', type: 'string', length: 10, caseSensitive: true },
    { name: 'Renewal__c', type: 'date' },
  ];
  await org.control('PUT', 'schema', { Account: { fields } });
  const at = (day: string): string => `2026-02-${day}T12:00:00.000+0000`;
  [acme = ''] = await org.seed('Account', {
    ...{
      Name: 'Acme',
      Type: 'Prospect',
      AnnualRevenue: 100,
      Tags__c: 'b;a',
      Code__c: 'X1',
      Renewal__c: '2026-03-01',
      CreatedDate: at('01'),
      SystemModstamp: at('03'),
    },
  });
  [globex = ''] = await org.seed('Account', {
    ...{
      Name: "O'Neil & Söhne",
      AnnualRevenue: 50,
      ParentId: acme,
      Tags__c: 'c',
      Code__c: 'x1',
      CreatedDate: at('02'),
      SystemModstamp: at('02'),
    },
  });
  await org.seed('Account', {
    Name: 'initech 100%',
    Phone: '12',
    Type: 'Other',
    CreatedDate: at('03'),
    SystemModstamp: at('01'),
  });
  await org.seed(
    'Contact',
    { LastName: 'Doe', FirstName: 'Jane', AccountId: acme, Email: 'jane@acme.example' },
    { LastName: 'Roe', AccountId: globex },
    { LastName: 'Free' },
  );
});

const names = async (where: string): Promise<string[]> =>
  (await org.query(`SELECT Name FROM Account ${where}`)).map((row) => String(row.Name));
const all = { acme: 'Acme', neil: "O'Neil & Söhne", initech: 'initech 100%' };

describe('a WHERE clause', () => {
  it.each<[string, string[]]>([
    ["Name = 'ACME'", [all.acme]],
    ["Name != 'acme'", [all.neil, all.initech]],
    ["Name LIKE 'a%'", [all.acme]],
    ["Name LIKE '%100\\%'", [all.initech]],
    ["Name LIKE '_cme'", [all.acme]],
    ["Name LIKE 'a-b.c(%'", []],
    ["Name = 'O\\'Neil & S\\u00f6hne'", [all.neil]],
    ["Name IN ('acme', 'INITECH 100%')", [all.acme, all.initech]],
    ["Name NOT IN ('acme')", [all.neil, all.initech]],
    ['Phone = null', [all.acme, all.neil]],
    ["Phone != null AND Type = 'other'", [all.initech]],
    ["Type != 'Other'", [all.acme, all.neil]],
    ['AnnualRevenue > 50', [all.acme]],
    ['AnnualRevenue <= 50.0', [all.neil]],
    ["NOT Name = 'acme'", [all.neil, all.initech]],
    ["(Name = 'acme' AND AnnualRevenue = 1) OR Phone = '12'", [all.initech]],
    ["Name = 'acme' AND (AnnualRevenue = 1 OR NOT (Phone = '12'))", [all.acme]],
    ["Code__c = 'x1'", [all.neil]],
    ["Tags__c INCLUDES ('a;b', 'c')", [all.acme, all.neil]],
    ["Tags__c EXCLUDES ('a')", [all.neil, all.initech]],
    ["Parent.Name = 'Acme'", [all.neil]],
    ['SystemModstamp >= 2026-02-02T12:00:00Z', [all.acme, all.neil]],
    ['SystemModstamp > 2026-02-02T13:00:00+01:00', [all.acme]],
    ['CreatedDate = 2026-02-01T12:00:00.000Z', [all.acme]],
    ['CreatedDate = LAST_MONTH', [all.acme, all.neil, all.initech]],
    ['CreatedDate < N_DAYS_AGO:28', [all.acme]],
    ['CreatedDate = TODAY', []],
    ['Renewal__c = YESTERDAY', [all.acme]],
    ['Renewal__c > 2026-02-28', [all.acme]],
    ['DAY_IN_MONTH(CreatedDate) = 3', [all.initech]],
    ["Id IN (SELECT AccountId FROM Contact WHERE Email LIKE '%@acme.example')", [all.acme]],
    ['Id NOT IN (SELECT AccountId FROM Contact WHERE AccountId != null)', [all.initech]],
    ['IsDeleted = true', []],
  ])('%s', async (where, expected) => {
    expect((await names(`WHERE ${where}`)).sort()).toEqual([...expected].sort());
  });

  it('finds rows by ids of 15 or 18 characters', async () => {
    expect(await names(`WHERE Id = '${acme.slice(0, 15)}'`)).toEqual([all.acme]);
    expect(await names(`WHERE Id IN ('${acme}', '${globex}') ORDER BY Name`)).toEqual([all.acme, all.neil]);
    expect(await names(`WHERE ParentId = '${acme.slice(0, 15)}'`)).toEqual([all.neil]);
  });

  it('pages by key: the same stamp with a greater id, or a later stamp', async () => {
    const key = `(SystemModstamp = 2026-02-02T12:00:00Z AND Id > '${globex}') OR SystemModstamp > 2026-02-02T12:00:00Z`;
    expect(await names(`WHERE ${key} ORDER BY SystemModstamp, Id LIMIT 2`)).toEqual([all.acme]);
  });

  it.each([
    ["Name = 'a' AND Phone = 'b' OR Type = 'c'", 'MALFORMED_QUERY', /unexpected token: 'OR'/],
    ["Description = 'a'", 'INVALID_FIELD', /^field 'Description' can not be filtered in a query call$/],
    [
      "CreatedDate > '2026-01-01T00:00:00Z'",
      'INVALID_FIELD',
      /must be of type dateTime and should not be enclosed in quotes$/,
    ],
    ["Id LIKE '001%'", 'INVALID_QUERY_FILTER_OPERATOR', /^invalid operator on id field$/],
    ["AnnualRevenue = 'a'", 'INVALID_FIELD', /must be of type double and should not be enclosed in quotes$/],
    ['Name = ', 'MALFORMED_QUERY', /unexpected token/],
    ["Name = 'a\\q'", 'MALFORMED_QUERY', /Illegal character sequence/],
    ["Name LIKE 'a\\ %'", 'MALFORMED_QUERY', /Illegal character sequence/],
    ['BillingAddress = null', 'INVALID_FIELD', /^field 'BillingAddress' can not be filtered in a query call$/],
    [
      "Foo = 'a'",
      'INVALID_FIELD',
      /^\nSELECT Name FROM Account WHERE Foo = 'a'\n {31}\^\nERROR at Row:1:Column:32\nNo such column 'Foo' on entity 'Account'\. If you are/,
    ],
    ["Foo.Name = 'a'", 'INVALID_FIELD', /Didn't understand relationship 'Foo' in field path\. If you are/],
  ])('%s is refused', async (where, errorCode, message) => {
    const reply = await org.rest('GET', `/query?q=${encodeURIComponent(`SELECT Name FROM Account WHERE ${where}`)}`);
    expect([reply.status, reply.body]).toEqual([400, [{ errorCode, message: expect.stringMatching(message) }]]);
  });
});

describe('a query', () => {
  it('orders, limits and skips', async () => {
    expect(await names('ORDER BY Name')).toEqual([all.acme, all.initech, all.neil]);
    expect(await names('ORDER BY AnnualRevenue DESC NULLS LAST, Name')).toEqual([all.acme, all.neil, all.initech]);
    expect(await names('ORDER BY AnnualRevenue')).toEqual([all.initech, all.neil, all.acme]);
    expect(await names('ORDER BY SystemModstamp DESC LIMIT 2')).toEqual([all.acme, all.neil]);
    expect(await names('ORDER BY SystemModstamp LIMIT 1 OFFSET 1')).toEqual([all.neil]);
    const far = await org.rest('GET', '/query?q=SELECT+Id+FROM+Account+OFFSET+2001');
    expect(far.body).toEqual([
      { errorCode: 'NUMBER_OUTSIDE_VALID_RANGE', message: 'Maximum SOQL offset allowed is 2000' },
    ]);
  });

  it('reaches parents and children', async () => {
    const [row] = await org.query(
      "SELECT a.Name, Parent.Name, Owner.Profile.Name, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account a WHERE Name LIKE 'O%'",
    );
    expect(row).toEqual({
      attributes: { type: 'Account', url: `/services/data/v62.0/sobjects/Account/${globex}` },
      Name: all.neil,
      Parent: { attributes: { type: 'Account', url: `/services/data/v62.0/sobjects/Account/${acme}` }, Name: 'Acme' },
      Owner: {
        attributes: expect.anything(),
        Profile: { attributes: expect.anything(), Name: 'System Administrator' },
      },
      Contacts: { totalSize: 1, done: true, records: [{ attributes: expect.anything(), LastName: 'Roe' }] },
    });
    const [free] = await org.query("SELECT Account.Name FROM Contact WHERE LastName = 'Free'");
    expect(free).toMatchObject({ Account: null });
    const [childless] = await org.query("SELECT (SELECT Id FROM Contacts) FROM Account WHERE Phone = '12'");
    expect(childless).toMatchObject({ Contacts: null });
  });

  it('counts and groups', async () => {
    const reply = await org.rest('GET', '/query?q=SELECT+COUNT()+FROM+Account');
    expect(reply.body).toEqual({ totalSize: 3, done: true, records: [] });
    expect(await org.query('SELECT COUNT(Id), MAX(AnnualRevenue) most, SUM(AnnualRevenue) FROM Account')).toEqual([
      { attributes: { type: 'AggregateResult' }, expr0: 3, most: 100, expr1: 150 },
    ]);
    const grouped = await org.query('SELECT Type, COUNT(Id) n FROM Account GROUP BY Type HAVING COUNT(Id) > 0');
    expect(grouped.map(bare)).toEqual([
      { Type: 'Prospect', n: 1 },
      { Type: null, n: 1 },
      { Type: 'Other', n: 1 },
    ]);
  });

  it('orders groups by their field, an aggregate or its alias', async () => {
    const types = async (order: string) =>
      (await org.query(`SELECT Type, MAX(AnnualRevenue) most FROM Account GROUP BY Type ORDER BY ${order}`)).map(
        ({ Type }) => Type,
      );
    expect(await types('Type')).toEqual([null, 'Other', 'Prospect']);
    expect(await types('Type DESC NULLS LAST')).toEqual(['Prospect', 'Other', null]);
    expect(await types('MAX(AnnualRevenue) DESC NULLS LAST')).toEqual(await types('most DESC NULLS LAST'));
  });

  it.each(['SELECT Name FROM Account GROUP', 'SELECT Type FROM Account GROUP BY Type ORDER BY Name'])(
    'refuses %s',
    async (soql) => {
      const reply = await org.rest('GET', `/query?q=${encodeURIComponent(soql)}`);
      expect([reply.status, reply.body]).toMatchObject([400, [{ errorCode: 'MALFORMED_QUERY' }]]);
    },
  );

  it('selects groups of fields, labels and polymorphic parents', async () => {
    const [row = {}] = await org.query('SELECT FIELDS(CUSTOM) FROM Account LIMIT 200');
    expect(Object.keys(bare(row))).toEqual(['Tier__c', 'Tags__c', 'Code__c', 'Renewal__c']);
    const unlimited = await org.rest('GET', '/query?q=SELECT+FIELDS(ALL)+FROM+Account');
    expect(unlimited.body).toMatchObject([
      {
        errorCode: 'MALFORMED_QUERY',
        message: expect.stringContaining('The SOQL FIELDS function must have a LIMIT of at most 200'),
      },
    ]);
    const [contact] = await org.query("SELECT Id FROM Contact WHERE LastName = 'Doe'");
    await org.rest('POST', '/sobjects/Task', { Subject: 'Call', WhatId: acme, WhoId: String(contact?.Id) });
    const [task = {}] = await org.query(
      'SELECT Subject, Who.Name, What.Name, TYPEOF What WHEN Account THEN AnnualRevenue ELSE Name END FROM Task',
    );
    expect(bare(task)).toMatchObject({
      Subject: 'Call',
      Who: { attributes: { type: 'Name' }, Name: 'Jane Doe' },
      What: { attributes: { type: 'Account' }, AnnualRevenue: 100 },
    });
    const [label] = await org.query("SELECT toLabel(CleanStatus) l FROM Account WHERE Name = 'Acme'");
    expect(label).toMatchObject({ l: null });
  });

  it('pages 2,000 rows at a time by a locator of its user', async () => {
    const own = await openOrg();
    await own.seed('Contact', ...Array.from({ length: 4_100 }, (_, i): JsonObject => ({ LastName: `Doe ${i}` })));
    const rows = await own.query('SELECT LastName FROM Contact ORDER BY CreatedDate');
    expect(new Set(rows.map((row) => row.LastName)).size).toBe(4_100);
    const small = await own.rest('GET', '/query?q=SELECT+Id+FROM+Contact', undefined, {
      'sforce-query-options': 'batchSize=250',
    });
    expect(small.body).toMatchObject({
      totalSize: 4_100,
      done: false,
      records: { length: 250 },
      nextRecordsUrl: expect.stringMatching(/^\/services\/data\/v62\.0\/query\/01g\w{15}-250$/),
    });
    expect((await own.rest('GET', '/query/01g000000000000AAA-2000')).body).toEqual([
      { errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' },
    ]);
    const [, locator = ''] = /(01g\w+-250)/.exec(small.text) ?? [];
    expect((await own.rest('GET', `/queryAll/${locator}`)).status).toBe(200);
    own.advance(2 * 86_400_000 + 1);
    const stale = await own.rest('GET', `/query/${locator}`);
    expect([stale.status, stale.body]).toMatchObject([401, [{ errorCode: 'INVALID_SESSION_ID' }]]);
  });

  it('answers the shape of its columns when that is asked for', async () => {
    const reply = await org.rest('GET', '/query?q=SELECT Id, AnnualRevenue, Owner.Name FROM Account&columns=true');
    expect(reply.body).toMatchObject({
      entityName: 'Account',
      columnMetadata: [
        { columnName: 'Id', textType: true },
        { columnName: 'AnnualRevenue', numberType: true, apexType: 'Double' },
        { columnName: 'Owner.Name' },
      ],
    });
  });

  it('adds subtotals by ROLLUP and CUBE, which GROUPING tells from empty values', async () => {
    const own = await openOrg();
    await own.seed(
      'Lead',
      { LastName: 'a', Company: 'c', Rating: 'Hot', Industry: 'Energy' },
      { LastName: 'b', Company: 'c', Rating: 'Hot', Industry: 'Media' },
      { LastName: 'c', Company: 'c', Rating: 'Cold', Industry: 'Media' },
    );
    const groups = async (by: string): Promise<Json[]> =>
      (await own.query(`SELECT Rating r, Industry i, GROUPING(Rating) g, COUNT(Id) n FROM Lead GROUP BY ${by}`)).map(
        ({ r = null, i = null, g = null, n = null }) => [r, i, g, n],
      );
    expect(await groups('ROLLUP(Rating, Industry)')).toEqual([
      ['Hot', 'Energy', 0, 1],
      ['Hot', 'Media', 0, 1],
      ['Cold', 'Media', 0, 1],
      ['Hot', null, 0, 2],
      ['Cold', null, 0, 1],
      [null, null, 1, 3],
    ]);
    expect((await groups('CUBE(Rating, Industry)')).filter((group) => Array.isArray(group) && group[2] === 1)).toEqual([
      [null, 'Energy', 1, 1],
      [null, 'Media', 1, 2],
      [null, null, 1, 3],
    ]);
    const both = await own.rest('GET', '/query?q=SELECT Rating FROM Lead GROUP BY Rating, ROLLUP(Industry)');
    expect(both.body).toMatchObject([{ errorCode: 'MALFORMED_QUERY' }]);
  });

  it('finds a row once whose change was undone', async () => {
    const own = await openOrg();
    const [id] = await own.seed('Account', { Name: 'a', SystemModstamp: '2026-01-01T00:00:00Z' });
    const soql = 'SELECT Name FROM Account WHERE SystemModstamp > 2025-01-01T00:00:00Z ORDER BY SystemModstamp, Id';
    const path = '/services/data/v62.0';
    const reply = await own.rest('POST', '/composite', {
      allOrNone: true,
      compositeRequest: [
        { method: 'PATCH', url: `${path}/sobjects/Account/${id}`, referenceId: 'a', body: { Name: 'b' } },
        { method: 'GET', url: `${path}/query?q=${encodeURIComponent(soql)}`, referenceId: 'b' },
        { method: 'POST', url: `${path}/sobjects/Account`, referenceId: 'c', body: {} },
      ],
    });
    expect(reply.text).toContain('PROCESSING_HALTED');
    expect((await own.query(soql)).map(bare)).toEqual([{ Name: 'a' }]);
  });

  it('hides deleted rows and archived activities unless all are asked for', async () => {
    const own = await openOrg();
    await own.seed(
      'Task',
      { Subject: 'old', Status: 'Completed', ActivityDate: '2024-01-01' },
      { Subject: 'open', ActivityDate: '2024-01-01' },
    );
    expect((await own.query('SELECT Subject FROM Task')).map(bare)).toEqual([{ Subject: 'open' }]);
    expect(await own.query('SELECT Subject FROM Task', 'queryAll')).toHaveLength(2);
    expect(await own.query('SELECT Subject FROM Task ALL ROWS')).toHaveLength(2);
  });
});
