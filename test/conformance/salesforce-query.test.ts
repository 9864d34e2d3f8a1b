import { beforeEach, describe, expect, it } from 'vitest';
import { at, expectVendorLike, listOf, openOrg, type Reply, type SalesforceBench, textAt } from './bench.ts';

/** SOQL as Salesforce answers it: shapes, errors with the statement quoted, pages. */
let org: SalesforceBench;
let acme: string;
beforeEach(async () => {
  org = await openOrg({ commitDelayMs: 0, limits: { off: true } });
  [acme = ''] = await org.seed('Account', { Name: 'Acme', BillingCity: 'Paris' });
  const [contact = ''] = await org.seed('Contact', { LastName: 'Doe', AccountId: acme });
  const [ticket = ''] = await org.seed('Case', { Subject: 'Help', AccountId: acme, ContactId: contact });
  await org.seed('CaseComment', { ParentId: ticket, CommentBody: 'hi' });
  await org.seed('Case', { Subject: 'Alone' });
});

const ask = (soql: string, resource = 'query', headers = {}): Promise<Reply> =>
  org.rest('GET', `/${resource}?q=${encodeURIComponent(soql)}`, undefined, headers);
const wsdl = 'Please reference your WSDL or the describe call for the appropriate names.';

describe('a query answers', () => {
  it('rows with their parent and children, null where there are none', async () => {
    const reply = await ask(
      'SELECT Id, Account.Name, (SELECT CommentBody FROM CaseComments) FROM Case ORDER BY Subject DESC',
    );
    const [full, alone] = listOf(at(reply.body, 'records'));
    const version = '/services/data/v62.0/sobjects';
    expect(full).toEqual({
      attributes: { type: 'Case', url: `${version}/Case/${textAt(full, 'Id')}` },
      Id: expect.stringMatching(/^500\w{15}$/),
      Account: { attributes: { type: 'Account', url: `${version}/Account/${acme}` }, Name: 'Acme' },
      CaseComments: {
        totalSize: 1,
        done: true,
        records: [
          {
            attributes: { type: 'CaseComment', url: expect.stringMatching(/\/CaseComment\/00a\w{15}$/) },
            CommentBody: 'hi',
          },
        ],
      },
    });
    expect([at(alone, 'Account'), at(alone, 'CaseComments')]).toEqual([null, null]);
  });

  it('counts and groups in the vendor’s shapes', async () => {
    expect((await ask('SELECT COUNT() FROM Case')).body).toEqual({ totalSize: 2, done: true, records: [] });
    expect((await ask('SELECT COUNT(Id) FROM Case')).body).toEqual({
      totalSize: 1,
      done: true,
      records: [{ attributes: { type: 'AggregateResult' }, expr0: 2 }],
    });
    const grouped = await ask(
      'SELECT Subject, COUNT(Id) n, MAX(CaseNumber) FROM Case GROUP BY Subject ORDER BY Subject',
    );
    expect(at(grouped.body, 'records.0')).toEqual({
      attributes: { type: 'AggregateResult' },
      Subject: 'Alone',
      n: 1,
      expr0: expect.any(String),
    });
  });

  it('groups in the order asked for: by the field, by an aggregate, by its alias', async () => {
    await org.seed('Case', { Subject: 'Help' }, { Subject: 'Zoo' }, {});
    const subjects = async (order: string) => {
      const { body } = await ask(`SELECT Subject, COUNT(Id) n FROM Case GROUP BY Subject ORDER BY ${order}`);
      return listOf(at(body, 'records')).map((record) => at(record, 'Subject'));
    };
    expect(await subjects('Subject')).toEqual([null, 'Alone', 'Help', 'Zoo']);
    expect(await subjects('Subject DESC NULLS LAST')).toEqual(['Zoo', 'Help', 'Alone', null]);
    expect(await subjects('COUNT(Id) DESC, Subject')).toEqual(['Help', null, 'Alone', 'Zoo']);
    expect(await subjects('n, Subject NULLS LAST')).toEqual(['Alone', 'Zoo', null, 'Help']);
    const other = await ask('SELECT COUNT(Id) FROM Case GROUP BY Subject ORDER BY Origin');
    expect([other.status, at(other.body, '0.errorCode')]).toEqual([400, 'MALFORMED_QUERY']);
  });

  it('stamps in UTC with an offset that has no colon, and addresses as one object', async () => {
    const { body } = await ask('SELECT CreatedDate, BillingAddress FROM Account');
    expect(textAt(body, 'records.0.CreatedDate')).toMatch(/^2026-03-02T\d\d:\d\d:\d\d\.000\+0000$/);
    expect(at(body, 'records.0.BillingAddress')).toEqual({
      city: 'Paris',
      country: null,
      geocodeAccuracy: null,
      latitude: null,
      longitude: null,
      postalCode: null,
      state: null,
      street: null,
    });
  });

  it('in pages of the size asked for, within bounds, whose locator ends with the offset and works under both resources', async () => {
    await org.seed('Lead', ...Array.from({ length: 450 }, (_, i) => ({ LastName: `L${i}`, Company: 'C' })));
    const first = await ask('SELECT Id FROM Lead', 'queryAll', { 'sforce-query-options': 'batchSize=200' });
    expect([at(first.body, 'totalSize'), at(first.body, 'done'), listOf(at(first.body, 'records')).length]).toEqual([
      450,
      false,
      200,
    ]);
    const next = textAt(first.body, 'nextRecordsUrl');
    expect(next).toMatch(/^\/services\/data\/v62\.0\/query\/01g\w{15}-200$/);
    const other = await org.rest('GET', next.replace('/query/', '/queryAll/'));
    const second = await org.rest('GET', next);
    expect(second.body).toEqual(other.body);
    const last = await org.rest('GET', textAt(second.body, 'nextRecordsUrl'));
    expect([at(last.body, 'done'), at(last.body, 'nextRecordsUrl'), listOf(at(last.body, 'records')).length]).toEqual([
      true,
      undefined,
      50,
    ]);
    for (const size of ['1', '0', '99999999999999999999', 'x', '-5', ''])
      expectVendorLike(org, await ask('SELECT Id FROM Lead', 'query', { 'sforce-query-options': `batchSize=${size}` }));
  });

  it('nothing to somebody with a locator that is none or has died', async () => {
    const refused = [400, [{ errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' }]];
    for (const locator of ['01g4S000003RYACQA4-2000', 'x', '-', '01g-5', '%00', `${'9'.repeat(300)}-1`]) {
      const reply = await org.rest('GET', `/query/${locator}`);
      expect([reply.status, reply.body]).toEqual(refused);
    }
    await org.seed('Lead', ...Array.from({ length: 201 }, (_, i) => ({ LastName: `L${i}`, Company: 'C' })));
    const next = textAt(
      (await ask('SELECT Id FROM Lead', 'query', { 'sforce-query-options': 'batchSize=200' })).body,
      'nextRecordsUrl',
    );
    for (const offset of ['-1', '-999999', '-x', ''])
      expectVendorLike(org, await org.rest('GET', next.replace(/-\d+$/, offset)));
    await org.control('PUT', 'settings', { sessionMs: 1_000_000_000_000 });
    org.advance(2 * 86_400_000 + 1_000);
    const late = await org.rest('GET', next);
    expect([late.status, late.body]).toEqual(refused);
  });
});

describe('a query is refused', () => {
  it('with the statement quoted and the word pointed at: a type that is none', async () => {
    const reply = await ask('select count() from XYZZY');
    const message = `\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\nsObject type 'XYZZY' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. ${wsdl}`;
    expect([reply.status, reply.body]).toEqual([400, [{ errorCode: 'INVALID_TYPE', message }]]);
  });

  it('with the statement quoted and the word pointed at: a field that is none', async () => {
    const reply = await ask('SELECT Id, X FROM Account');
    const message = `\nSELECT Id, X FROM Account\n           ^\nERROR at Row:1:Column:12\nNo such column 'X' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. ${wsdl}`;
    expect([reply.status, reply.body]).toEqual([400, [{ errorCode: 'INVALID_FIELD', message }]]);
  });

  it.each([
    ["Name = 'C:\\dir'", 'MALFORMED_QUERY'],
    ["Name LIKE 'C:\\d%'", 'MALFORMED_QUERY'],
    ["Description = 'x'", 'INVALID_FIELD'],
    ['BillingAddress = null', 'INVALID_FIELD'],
  ])('for a backslash that escapes nothing, or a field that cannot be compared: %s', async (where, errorCode) => {
    const reply = await ask(`SELECT Id FROM Account WHERE ${where}`);
    expect([reply.status, at(reply.body, '0.errorCode')]).toEqual([400, errorCode]);
  });

  it('for an offset beyond 2,000', async () => {
    const reply = await ask('SELECT Id FROM Account LIMIT 5 OFFSET 2001');
    expect([reply.status, reply.body]).toEqual([
      400,
      [{ errorCode: 'NUMBER_OUTSIDE_VALID_RANGE', message: 'Maximum SOQL offset allowed is 2000' }],
    ]);
    expect((await ask('SELECT Id FROM Account OFFSET 2000')).status).toBe(200);
  });

  it.each(['SELECT FIELDS(ALL) FROM Account', 'SELECT FIELDS(CUSTOM) FROM Account LIMIT 201'])(
    'for all fields without a small limit: %s',
    async (soql) => {
      const reply = await ask(soql);
      expect([reply.status, at(reply.body, '0.errorCode')]).toEqual([400, 'MALFORMED_QUERY']);
      expect(textAt(reply.body, '0.message')).toContain('The SOQL FIELDS function must have a LIMIT of at most 200');
    },
  );

  it.each([
    'invalid',
    '',
    ' ',
    'SELECT',
    'SELECT FROM Account',
    'SELECT Id Account',
    'SELECT Id FROM',
    'SELECT Id FROM Account WHERE',
    "SELECT Id FROM Account WHERE Name = 'a",
    "SELECT Id FROM Account WHERE Name = 'it's'",
    'SELECT Id FROM Account LIMIT x',
    "SELECT Id FROM Account WHERE Name = 'a' AND Site = 'b' OR Fax = 'c'",
    'DELETE FROM Account',
    'SELECT * FROM Account',
    'SELECT Id FROM Account;',
    "SELECT Id FROM Account WHERE Name = 'a' -- b",
    'SELECT Id FROM Account LIMIT -1',
    'SELECT Id FROM Account WHERE Name =',
    "SELECT Id FROM Account WHERE (Name = 'a'",
    "SELECT Id FROM Account WHERE Name = 'a')",
    'SELECT Id FROM Account GROUP',
    "SELECT Id FROM Account WHERE Name == 'a'",
  ])('as malformed: %j', async (soql) => {
    const reply = await ask(soql);
    expect([reply.status, at(reply.body, '0.errorCode'), org.bugs]).toEqual([400, 'MALFORMED_QUERY', []]);
    expect(at(reply.body, '0.message')).toEqual(expect.any(String));
  });

  it('when it is longer than 100,000 characters, or the address longer than 16,384', async () => {
    const long = `SELECT Id FROM Account WHERE Name = '${'x'.repeat(100_001)}'`;
    const byAddress = await ask(long);
    expect([byAddress.status, byAddress.headers.get('content-type')]).toEqual([
      414,
      expect.stringContaining('text/html'),
    ]);
    const inside = await org.rest('POST', '/composite', {
      compositeRequest: [
        { method: 'GET', url: `/services/data/v62.0/query?q=${encodeURIComponent(long)}`, referenceId: 'a' },
      ],
    });
    expect([inside.status, at(inside.body, 'compositeResponse.0.httpStatusCode'), org.bugs]).toEqual([200, 400, []]);
    const job = await org.rest('POST', '/jobs/query', { operation: 'query', query: long });
    expect([job.status, org.bugs]).toEqual([400, []]);
  });

  it('without a statement, or with another method', async () => {
    expect((await org.rest('GET', '/query')).status).toBe(400);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const reply = await org.rest(method, '/query?q=SELECT+Id+FROM+Account', method === 'DELETE' ? undefined : {});
      expect([reply.status, at(reply.body, '0.errorCode')]).toEqual([405, 'METHOD_NOT_ALLOWED']);
      expect(reply.headers.get('allow')).toContain('GET');
    }
  });
});

describe('values in conditions', () => {
  it.each<[string, number]>([
    ["Name = 'acme'", 1],
    ["Name LIKE 'AC%'", 1],
    ["Name LIKE '_cme'", 1],
    ["Name LIKE '100\\%'", 0],
    ["Name = 'it\\'s \\\\ \\\"x\\\" \\u0041'", 0],
    ['Site = null', 1],
    ["Name IN ('Acme', 'B')", 1],
    ['CreatedDate >= 2026-03-01T00:00:00+01:00', 1],
    ['CreatedDate = TODAY', 1],
    ['CreatedDate = LAST_N_DAYS:5', 1],
    ['Id IN (SELECT AccountId FROM Contact)', 1],
    ["NOT (Name = 'Acme')", 0],
  ])('%s finds %i', async (where, count) => {
    const reply = await ask(`SELECT COUNT() FROM Account WHERE ${where}`);
    expect([reply.status, at(reply.body, 'totalSize')]).toEqual([200, count]);
  });

  it.each([
    'AnnualRevenue > 1e400',
    'CreatedDate > 2026-13-45T00:00:00Z',
    'CreatedDate = LAST_N_DAYS:99999999999',
    "Id = 'xyz'",
    'Id IN ()',
    "Name INCLUDES ('a')",
    'Name > TRUE',
    'CreatedDate = N_CONSTRUCTORS_AGO:1',
    'CreatedDate = LAST_CONSTRUCTOR',
  ])('that mean nothing are answered, never failed: %s', async (where) => {
    expectVendorLike(org, await ask(`SELECT Id FROM Account WHERE ${where}`));
  });
});
