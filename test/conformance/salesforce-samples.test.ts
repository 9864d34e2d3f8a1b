import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/twins/json.ts';
import { at, keysOf, listOf, numberAt, openOrg, overSocket, type SalesforceBench, textAt } from './bench.ts';
import { rawRequest } from './socket.ts';

/** Answers of Salesforce as they were recorded or documented, compared by shape and by the values that matter. */
let org: SalesforceBench;
beforeEach(async () => {
  org = await openOrg({ commitDelayMs: 0, limits: { off: true } });
});

/** The check characters of an id: a bit for each capital of three groups of five, read as a letter or a digit. */
function toId18(id15: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
  const check = [0, 5, 10].map((from) => {
    const bits = [...id15.slice(from, from + 5)].map((letter, k) => (/[A-Z]/.test(letter) ? 1 << k : 0));
    return letters.charAt(bits.reduce((sum, bit) => sum + bit, 0));
  });
  return id15 + check.join('');
}

describe('the envelope', () => {
  it('lists versions without a log-in, ascending, and a version’s resources', async () => {
    const versions = listOf((await org.send('GET', '/services/data')).body);
    expect(versions.at(-1)).toEqual({ label: "Summer '26", url: '/services/data/v67.0', version: '67.0' });
    const numbers = versions.map((one) => Number(at(one, 'version')));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    const resources = await org.rest('GET', '');
    expect(resources.body).toMatchObject({
      sobjects: '/services/data/v62.0/sobjects',
      query: '/services/data/v62.0/query',
    });
    expect(keysOf(resources.body)).toEqual(
      expect.arrayContaining([
        'composite',
        'identity',
        'jobs',
        'limits',
        'queryAll',
        'recent',
        'search',
        'sobjects',
        'tooling',
      ]),
    );
    expect(textAt(resources.body, 'identity')).toMatch(/^https:\/\/.+\/id\/00D\w{15}\/005\w{15}$/);
  });

  it('carries the headers of the recordings and none that wait', async () => {
    const { headers } = await org.rest('GET', '/sobjects');
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json;charset=UTF-8',
      'cache-control': 'no-cache,must-revalidate,max-age=0,no-store,private',
      'sforce-limit-info': expect.stringMatching(/^api-usage=\d+\/\d+$/),
      vary: 'Accept-Encoding',
      'x-content-type-options': 'nosniff',
      'set-cookie': expect.stringMatching(/^BrowserId=/),
    });
    expect([...headers.keys()].filter((name) => /^(retry-after|x-ratelimit)/.test(name))).toEqual([]);
  });

  it('prints as one line, or as Jackson does', async () => {
    expect((await org.rest('GET', '/limits')).text).not.toContain('\n');
    const pretty = await org.rest('GET', '/limits', undefined, { 'x-prettyprint': '1' });
    expect(pretty.text.split('\n').slice(0, 2)).toEqual(['{', expect.stringMatching(/^ {2}"\w+" : \{$/)]);
    expect(keysOf(at(pretty.body, 'DailyApiRequests'))).toEqual(['Max', 'Remaining']);
  });

  it('takes slashes at the end and doubled ones, as real clients send them', async () => {
    for (const path of [
      '/services/data/',
      '//services/data',
      '//services/data/v62.0/sobjects/',
      '/services/data/v62.0//limits',
    ])
      expect([path, (await org.rest('GET', `${org.base}${path}`)).status]).toEqual([path, 200]);
    expect((await org.rest('POST', '/sobjects/Account/', { Name: 'A' })).status).toBe(201);
    expect((await org.rest('GET', '/sobjects/aCCOUNT/describe')).status).toBe(200);
  });

  it('has no body for HEAD', async () => {
    const [id = ''] = await org.seed('Account', { Name: 'A' });
    const head = await org.rest('HEAD', `/sobjects/Account/${id}`);
    expect([head.status, head.text, head.headers.get('last-modified') === null]).toEqual([200, '', false]);
  });

  it('is zipped for those who accept it, and reads zipped bodies', async () => {
    await overSocket(org, async ({ port }) => {
      const answer = await rawRequest(port, {
        method: 'POST',
        path: '/services/data/v62.0/sobjects/Account',
        headers: {
          authorization: `Bearer ${org.session}`,
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          'accept-encoding': 'gzip',
        },
        body: gzipSync('{"Name":"Zipped"}'),
      });
      expect([answer.status, answer.headers['content-encoding']]).toEqual([201, 'gzip']);
      expect(JSON.parse(gunzipSync(answer.body).toString())).toMatchObject({ success: true });
    });
  });
});

describe('ids', () => {
  it('carry check characters that follow from their capitals', async () => {
    // A recorded pair proves the rule before the rule proves the ids.
    expect(toId18('0034S000003RYAC')).toBe('0034S000003RYACQA4');
    const made = await Promise.all([
      org.seed('Account', { Name: 'A' }, { Name: 'B' }),
      org.seed('Contact', { LastName: 'A' }),
      org.seed('Lead', { LastName: 'A', Company: 'C' }),
      org.seed('Case', { Subject: 'A' }),
      org.seed('Task', { Subject: 'A' }),
    ]);
    const ids = made.flat();
    expect(ids.map((id) => id.slice(0, 3))).toEqual(['001', '001', '003', '00Q', '500', '00T']);
    for (const id of ids) expect(toId18(id.slice(0, 15))).toBe(id);
  });

  it('are taken with 15 characters wherever there is one', async () => {
    const [account = ''] = await org.seed('Account', { Name: 'A' });
    const short = account.slice(0, 15);
    expect(at((await org.rest('GET', `/sobjects/Account/${short}?fields=Name`)).body, 'Id')).toBe(account);
    const contact = await org.rest('POST', '/sobjects/Contact', { LastName: 'Doe', AccountId: short });
    const row = await org.rest('GET', `/sobjects/Contact/${textAt(contact.body, 'id')}?fields=AccountId`);
    expect(at(row.body, 'AccountId')).toBe(account);
    expect(
      at((await org.rest('GET', `/query?q=SELECT Id FROM Contact WHERE AccountId = '${short}'`)).body, 'totalSize'),
    ).toBe(1);
    expect((await org.rest('DELETE', `/sobjects/Account/${short}`)).status).toBe(204);
  });
});

describe('describe', () => {
  it('has the recorded keys of a field, and the recorded field', async () => {
    const described = await org.rest('GET', '/sobjects/Case/describe');
    const status = listOf(at(described.body, 'fields')).find((field) => at(field, 'name') === 'Status');
    expect(status).toMatchObject({
      aggregatable: true,
      byteLength: 120,
      createable: true,
      custom: false,
      defaultValue: 'New',
      defaultedOnCreate: true,
      digits: 0,
      filterable: true,
      groupable: true,
      label: 'Status',
      length: 40,
      nillable: true,
      permissionable: false,
      precision: 0,
      referenceTo: [],
      restrictedPicklist: false,
      scale: 0,
      soapType: 'xsd:string',
      sortable: true,
      type: 'picklist',
      unique: false,
      updateable: true,
    });
    expect(at(status, 'picklistValues.0')).toEqual({
      active: true,
      defaultValue: true,
      label: 'New',
      validFor: null,
      value: 'New',
    });
    expect(keysOf(status)).toEqual([...fieldKeys].sort());
    expect(keysOf(described.body)).toEqual(expect.arrayContaining(objectKeys));
    expect(at(described.body, 'recordTypeInfos.0')).toMatchObject({
      master: true,
      name: 'Master',
      recordTypeId: '012000000000000AAA',
      available: true,
    });
  });

  it('tells what a creation needs: createable, not nillable, not defaulted', async () => {
    const required = async (object: string): Promise<readonly string[]> => {
      const { body } = await org.rest('GET', `/sobjects/${object}/describe`);
      const needed = listOf(at(body, 'fields')).filter(
        (field) =>
          at(field, 'createable') === true &&
          at(field, 'nillable') === false &&
          at(field, 'defaultedOnCreate') === false,
      );
      return needed.map((field) => textAt(field, 'name')).sort();
    };
    expect(await required('Account')).toEqual(['Name']);
    expect(await required('Contact')).toEqual(['LastName']);
    expect(await required('Lead')).toEqual(['Company', 'LastName']);
    expect(await required('Case')).toEqual([]);
    expect(await required('Opportunity')).toEqual(['CloseDate', 'Name', 'StageName']);
  });

  it('lists objects without their fields, and one object with its recent rows', async () => {
    const list = await org.rest('GET', '/sobjects');
    expect(list.body).toMatchObject({ encoding: 'UTF-8', maxBatchSize: 200 });
    expect(listOf(at(list.body, 'sobjects')).every((object) => at(object, 'fields') === undefined)).toBe(true);
    expect(keysOf((await org.rest('GET', '/sobjects/Account')).body)).toEqual(['objectDescribe', 'recentItems']);
  });
});

describe('rows', () => {
  it('by an external id answer by the version that is asked: 204 until 45.0, the word created from 46.0', async () => {
    await org.control('PUT', 'schema', {
      Account: { fields: [{ name: 'Ext__c', type: 'string', externalId: true, unique: true }] },
    });
    const put = (version: string, values: JsonObject) =>
      org.rest('PATCH', `/services/data/v${version}/sobjects/Account/Ext__c/a%2Fb%20c`, values);
    const made = await put('46.0', { Name: 'A' });
    expect([made.status, made.body]).toEqual([
      201,
      { id: expect.any(String), success: true, errors: [], created: true },
    ]);
    const again = await put('46.0', { Name: 'B' });
    expect([again.status, at(again.body, 'created'), at(again.body, 'id')]).toEqual([
      200,
      false,
      textAt(made.body, 'id'),
    ]);
    const old = await put('45.0', { Name: 'C' });
    expect([old.status, old.text]).toEqual([204, '']);
    expect(at((await org.rest('GET', '/sobjects/Account/Ext__c/a%2Fb%20c?fields=Name,Ext__c')).body, 'Ext__c')).toBe(
      'a/b c',
    );
    expect((await org.rest('DELETE', '/sobjects/Account/Ext__c/a%2Fb%20c')).status).toBe(204);
  });

  it('are changed by a POST that says it is a PATCH', async () => {
    const [id = ''] = await org.seed('Account', { Name: 'A' });
    expect((await org.rest('POST', `/sobjects/Account/${id}?_HttpMethod=PATCH`, { Name: 'B' })).status).toBe(204);
    expect(at((await org.rest('GET', `/sobjects/Account/${id}`)).body, 'Name')).toBe('B');
  });
});

describe('bulk jobs', () => {
  it('open with the recorded members, and a content address without a leading slash', async () => {
    const opened = await org.rest('POST', '/jobs/ingest', { object: 'Contact', operation: 'insert' });
    const id = textAt(opened.body, 'id');
    expect([opened.status, opened.body]).toEqual([
      200,
      expect.objectContaining({
        state: 'Open',
        concurrencyMode: 'Parallel',
        contentType: 'CSV',
        apiVersion: 62,
        lineEnding: 'LF',
        columnDelimiter: 'COMMA',
        contentUrl: `services/data/v62.0/jobs/ingest/${id}/batches`,
      }),
    ]);
    expect(keysOf(opened.body)).toEqual(
      expect.arrayContaining(['createdById', 'createdDate', 'systemModstamp', 'object', 'operation']),
    );
    const shown = await org.rest('GET', `/jobs/ingest/${id}/`);
    expect(shown.body).toMatchObject({
      jobType: 'V2Ingest',
      numberRecordsProcessed: 0,
      numberRecordsFailed: 0,
      retries: 0,
    });
  });

  it('fail as a whole for a column that is none, a mark before the first one, or the wrong ends of lines', async () => {
    await org.control('PUT', 'settings', { jobMs: 0 });
    for (const [content, message] of [
      ['LastName,Nope\nDoe,1\n', 'Field name not found : Nope'],
      ['\ufeffLastName\nDoe\n', 'Field name not found :'],
      ['LastName\r\nDoe\r\n', 'LineEnding is invalid on user data'],
    ] as const) {
      const id = textAt(
        (await org.rest('POST', '/jobs/ingest', { object: 'Contact', operation: 'insert' })).body,
        'id',
      );
      expect(
        (await org.rest('PUT', `/jobs/ingest/${id}/batches`, content, { 'content-type': 'text/csv' })).status,
      ).toBe(201);
      await org.rest('PATCH', `/jobs/ingest/${id}`, { state: 'UploadComplete' });
      org.advance(1_000);
      const job = await org.rest('GET', `/jobs/ingest/${id}`);
      expect([at(job.body, 'state'), textAt(job.body, 'errorMessage')]).toEqual([
        'Failed',
        expect.stringContaining(message),
      ]);
    }
  });

  it('of a query give CSV in pages, the last with the locator null', async () => {
    await org.control('PUT', 'settings', { jobMs: 0 });
    await org.seed('Contact', { LastName: 'A, "b"' }, { LastName: 'B' }, { LastName: 'C' });
    const job = await org.rest('POST', '/jobs/query', {
      operation: 'query',
      query: 'SELECT LastName, Phone FROM Contact ORDER BY LastName',
    });
    expect([job.status, at(job.body, 'state')]).toEqual([200, 'UploadComplete']);
    org.advance(1_000);
    const path = `/jobs/query/${textAt(job.body, 'id')}`;
    expect((await org.rest('GET', path)).body).toMatchObject({
      state: 'JobComplete',
      jobType: 'V2Query',
      numberRecordsProcessed: 3,
    });
    const first = await org.rest('GET', `${path}/results?maxRecords=2`);
    expect([first.text, first.headers.get('sforce-numberofrecords')]).toEqual([
      '"LastName","Phone"\n"A, ""b""",""\n"B",""\n',
      '2',
    ]);
    const last = await org.rest('GET', `${path}/results?maxRecords=2&locator=${first.headers.get('sforce-locator')}`);
    expect([last.text, last.headers.get('sforce-locator')]).toEqual(['"LastName","Phone"\n"C",""\n', 'null']);
    for (const query of [
      'maxRecords=0',
      'maxRecords=-1',
      'maxRecords=x',
      'maxRecords=99999999999999999999',
      'locator=nonsense',
      'locator=',
    ]) {
      expect([(await org.rest('GET', `${path}/results?${query}`)).status < 500, org.bugs]).toEqual([true, []]);
    }
  });

  it('of nobody, of nothing, or in a wrong order are refused', async () => {
    for (const body of [
      {},
      { object: 'Nothing', operation: 'insert' },
      { object: 'Contact', operation: 'fly' },
      { object: 'Contact', operation: 'upsert' },
      { object: 'Contact', operation: 'insert', columnDelimiter: 'DOT' },
      { object: 'Contact', operation: 'constructor' },
      [],
    ]) {
      const reply = await org.rest('POST', '/jobs/ingest', body);
      expect([reply.status, at(reply.body, '0.errorCode')]).toEqual([400, expect.any(String)]);
    }
    const id = textAt((await org.rest('POST', '/jobs/ingest', { object: 'Contact', operation: 'insert' })).body, 'id');
    for (const body of [{ state: 'JobComplete' }, {}, { state: 1 }, []])
      expect((await org.rest('PATCH', `/jobs/ingest/${id}`, body)).status).toBe(400);
    expect((await org.rest('DELETE', `/jobs/ingest/${id}`)).status).toBe(400);
    expect(org.bugs).toEqual([]);
  });

  it('count what is where, roughly', async () => {
    await org.seed('Account', { Name: 'A' }, { Name: 'B' });
    const reply = await org.rest('GET', '/limits/recordCount?sObjects=Account,Contact');
    expect(reply.body).toEqual({
      sObjects: [
        { count: 2, name: 'Account' },
        { count: 0, name: 'Contact' },
      ],
    });
    expect(numberAt((await org.rest('GET', '/limits')).body, 'DailyApiRequests.Max')).toBe(110_000);
  });
});

const fieldKeys = (
  'aggregatable aiPredictionField autoNumber byteLength calculated calculatedFormula cascadeDelete caseSensitive compoundFieldName controllerName createable custom ' +
  'defaultValue defaultValueFormula defaultedOnCreate dependentPicklist deprecatedAndHidden digits displayLocationInDecimal encrypted externalId extraTypeInfo filterable ' +
  'filteredLookupInfo formulaTreatNullNumberAsZero groupable highScaleNumber htmlFormatted idLookup inlineHelpText label length mask maskType name nameField namePointing ' +
  'nillable permissionable picklistValues polymorphicForeignKey precision queryByDistance referenceTargetField referenceTo relationshipName relationshipOrder restrictedDelete ' +
  'restrictedPicklist scale searchPrefilterable soapType sortable type unique updateable writeRequiresMasterRead'
).split(' ');

const objectKeys = (
  'actionOverrides activateable childRelationships compactLayoutable createable custom customSetting deepCloneable defaultImplementation deletable deprecatedAndHidden ' +
  'extendedBy extendsInterfaces feedEnabled fields hasSubtypes implementedBy implementsInterfaces isInterface isSubtype keyPrefix label labelPlural layoutable listviewable ' +
  'lookupLayoutable mergeable mruEnabled name namedLayoutInfos networkScopeFieldName queryable recordTypeInfos replicateable retrieveable searchLayoutable searchable ' +
  'supportedScopes triggerable undeletable updateable urls'
).split(' ');
