import { beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../src/twins/json.ts';
import { at, openOrg, type Reply, type SalesforceBench, textAt } from './bench.ts';

/** Every error code that the vendor documents for what is here, provoked from outside and compared by key. */
let org: SalesforceBench;
beforeEach(async () => {
  org = await openOrg({ commitDelayMs: 0 });
  const field = { type: 'string', externalId: true };
  await org.control('PUT', 'schema', {
    Account: {
      fields: [
        { ...field, name: 'Unique__c', unique: true },
        { name: 'Kind__c', type: 'picklist', restrictedPicklist: true, picklistValues: ['A', 'B'] },
      ],
      validationRules: [
        { name: 'NoFax', message: 'No fax', field: 'Fax', condition: "Fax = 'bad'" },
        { name: 'guard', message: 'stop', condition: "Fax = 'trigger'", trigger: true },
      ],
    },
    Contact: { duplicateRules: [{ name: 'Mail', fields: ['Email'], allowSave: true }] },
  });
});

const never = '0014S000003RYACQA4';
const post = (object: string, values: JsonObject): Promise<Reply> => org.rest('POST', `/sobjects/${object}`, values);
const query = (soql: string): Promise<Reply> => org.rest('GET', `/query?q=${encodeURIComponent(soql)}`);
const seeded = async (object: string, values: JsonObject): Promise<string> => (await org.seed(object, values))[0] ?? '';
const many = (length: number): JsonObject[] =>
  Array.from({ length }, (_, i) => ({ attributes: { type: 'Account' }, Name: `A${i}` }));

interface Provocation {
  readonly status: number;
  /** What the message says, or begins with. */
  readonly message: RegExp;
  /** Null: the vendor leaves the key out, or the code comes without fields. */
  readonly fields?: readonly string[];
  readonly provoke: () => Promise<Reply>;
}

/** REST API Developer Guide, "Status Codes and Error Responses", and what the vendor's answers were seen to say. */
const table: Readonly<Record<string, Provocation>> = {
  INVALID_SESSION_ID: {
    status: 401,
    message: /^Session expired or invalid$/,
    provoke: () => org.rest('GET', '/limits', undefined, { authorization: 'Bearer dead' }),
  },
  NOT_FOUND: {
    status: 404,
    message: /^The requested resource does not exist$/,
    provoke: () => org.rest('GET', `/sobjects/Account/${never}`),
  },
  UNSUPPORTED_API_VERSION: {
    status: 410,
    message: /v20\.0/,
    provoke: () => org.rest('GET', '/services/data/v20.0/limits'),
  },
  ENTITY_IS_DELETED: {
    status: 404,
    message: /^entity is deleted$/,
    fields: [],
    async provoke() {
      const id = await seeded('Account', { Name: 'A' });
      await org.rest('DELETE', `/sobjects/Account/${id}`);
      return org.rest('PATCH', `/sobjects/Account/${id}`, { Name: 'B' });
    },
  },
  INVALID_CROSS_REFERENCE_KEY: {
    status: 404,
    message: /^invalid cross reference id$/,
    fields: [],
    provoke: () => org.rest('PATCH', `/sobjects/Account/${never}`, { Name: 'B' }),
  },
  MALFORMED_ID: {
    status: 400,
    message: /^Parent Account ID: id value of incorrect type: 003/,
    fields: ['ParentId'],
    provoke: () => post('Account', { Name: 'A', ParentId: '0034S000003RYAC' }),
  },
  REQUIRED_FIELD_MISSING: {
    status: 400,
    message: /^Required fields are missing: \[LastName, Company\]$/,
    fields: ['LastName', 'Company'],
    provoke: () => post('Lead', {}),
  },
  FIELD_CUSTOM_VALIDATION_EXCEPTION: {
    status: 400,
    message: /^No fax$/,
    fields: ['Fax'],
    provoke: () => post('Account', { Name: 'A', Fax: 'bad' }),
  },
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: {
    status: 400,
    message: /^Kind__c: bad value for restricted picklist field: Other$/,
    fields: ['Kind__c'],
    provoke: () => post('Account', { Name: 'A', Kind__c: 'Other' }),
  },
  STRING_TOO_LONG: {
    status: 400,
    message: /^Billing City: data value too large: x{41} \(max length=40\)$/,
    fields: ['BillingCity'],
    provoke: () => post('Account', { Name: 'A', BillingCity: 'x'.repeat(41) }),
  },
  INVALID_EMAIL_ADDRESS: {
    status: 400,
    message: /^Email: invalid email address: not an email$/,
    fields: ['Email'],
    provoke: () => post('Contact', { LastName: 'A', Email: 'not an email' }),
  },
  INVALID_FIELD: {
    status: 400,
    message: /^No such column 'foo' on sobject of type Account$/,
    provoke: () => post('Account', { Name: 'A', foo: 1 }),
  },
  INVALID_TYPE: {
    status: 400,
    message: /ERROR at Row:1:Column:21\nsObject type 'XYZZY' is not supported\./,
    provoke: () => query('select count() from XYZZY'),
  },
  MALFORMED_QUERY: {
    status: 400,
    message: /unexpected token/,
    provoke: () => query('invalid'),
  },
  QUERY_TOO_COMPLICATED: {
    status: 400,
    message: /100,000/,
    // A statement of this length fits into no address.
    provoke: () =>
      org.rest('POST', '/jobs/query', {
        operation: 'query',
        query: `SELECT Id FROM Account WHERE Name = '${'x'.repeat(100_000)}'`,
      }),
  },
  INVALID_QUERY_FILTER_OPERATOR: {
    status: 400,
    message: /operator/,
    provoke: () => query('SELECT Id FROM Account WHERE NumberOfEmployees LIKE 1'),
  },
  INVALID_QUERY_LOCATOR: {
    status: 400,
    message: /^invalid query locator$/,
    provoke: () => org.rest('GET', '/query/01g4S000003RYACQA4-2000'),
  },
  NUMBER_OUTSIDE_VALID_RANGE: {
    status: 400,
    message: /^Maximum SOQL offset allowed is 2000$/,
    provoke: () => query('SELECT Id FROM Account LIMIT 1 OFFSET 2001'),
  },
  INVALID_FIELD_FOR_INSERT_UPDATE: {
    status: 400,
    message: /^Unable to create\/update fields: CreatedDate\. Please check the security settings/,
    fields: ['CreatedDate'],
    provoke: () => post('Account', { Name: 'A', CreatedDate: '2026-01-01T00:00:00Z' }),
  },
  DUPLICATE_VALUE: {
    status: 400,
    message: /^duplicate value found: Unique__c duplicates value on record with id: 001\w{12}$/,
    fields: [],
    async provoke() {
      await seeded('Account', { Name: 'A', Unique__c: 'k' });
      return post('Account', { Name: 'B', Unique__c: 'K' });
    },
  },
  DUPLICATES_DETECTED: {
    status: 400,
    message: /^Use one of these records\?$/,
    async provoke() {
      await seeded('Contact', { LastName: 'A', Email: 'a@b.example' });
      return post('Contact', { LastName: 'B', Email: 'A@b.example' });
    },
  },
  UNABLE_TO_LOCK_ROW: {
    status: 400,
    message: /^unable to obtain exclusive access to this record or 1 records: 001\w{12}$/,
    fields: [],
    async provoke() {
      const id = await seeded('Account', { Name: 'A' });
      await org.control('PUT', 'settings', { lockedRows: [id] });
      return org.rest('PATCH', `/sobjects/Account/${id}`, { Name: 'B' });
    },
  },
  ENTITY_IS_LOCKED: {
    status: 400,
    message: /locked/,
    async provoke() {
      const id = await seeded('Account', { Name: 'A' });
      await org.control('PUT', 'settings', { heldRows: [id] });
      return org.rest('DELETE', `/sobjects/Account/${id}`);
    },
  },
  CANNOT_UPDATE_CONVERTED_LEAD: {
    status: 400,
    message: /^cannot reference converted lead$/,
    fields: [],
    async provoke() {
      const id = await seeded('Lead', { LastName: 'A', Company: 'B' });
      await org.control('POST', `records/Lead/${id}/convert`, {});
      return org.rest('PATCH', `/sobjects/Lead/${id}`, { Title: 'x' });
    },
  },
  DELETE_FAILED: {
    status: 400,
    message:
      /^Your attempt to delete Acme could not be completed because it is associated with the following cases\.: 0000\d{4}\n$/,
    async provoke() {
      const id = await seeded('Account', { Name: 'Acme' });
      await seeded('Case', { AccountId: id });
      return org.rest('DELETE', `/sobjects/Account/${id}`);
    },
  },
  INSUFFICIENT_ACCESS_OR_READONLY: {
    status: 403,
    message: /insufficient access rights|can be edited only/,
    fields: [],
    async provoke() {
      const id = await seeded('EmailMessage', { Subject: 'a', Status: '3' });
      return org.rest('PATCH', `/sobjects/EmailMessage/${id}`, { Subject: 'b' });
    },
  },
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: {
    status: 400,
    message: /^insufficient access rights on cross-reference id: 001\w{12}$/,
    async provoke() {
      const id = await seeded('Account', { Name: 'A' });
      await org.control('PUT', 'settings', { hiddenRows: [id] });
      return post('Contact', { LastName: 'A', AccountId: id });
    },
  },
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: {
    status: 400,
    message: /^guard: execution of BeforeInsert\n\ncaused by: /,
    provoke: () => post('Account', { Name: 'A', Fax: 'trigger' }),
  },
  JSON_PARSER_ERROR: {
    status: 400,
    message: /^Unexpected character \('j' \(code 106\)\): was expecting /,
    provoke: () => org.rest('POST', '/sobjects/Account', '{"Name":"A", "x": j}'),
  },
  EXCEEDED_ID_LIMIT: {
    status: 400,
    message: /^record limit reached\. cannot submit more than 200 records into this call$/,
    provoke: () => org.rest('POST', '/composite/sobjects', { records: many(201) }),
  },
  ALL_OR_NONE_OPERATION_ROLLED_BACK: {
    status: 200,
    message: /^Record rolled back because not all records were valid and the request was using AllOrNone header$/,
    provoke: () =>
      org.rest('POST', '/composite/sobjects', {
        allOrNone: true,
        records: [...many(1), { attributes: { type: 'Account' } }],
      }),
  },
  PROCESSING_HALTED: {
    status: 200,
    message: /rolled back/,
    provoke: () => {
      const one = (referenceId: string, body: JsonObject) => ({
        method: 'POST',
        url: '/services/data/v62.0/sobjects/Account',
        referenceId,
        body,
      });
      return org.rest('POST', '/composite', {
        allOrNone: true,
        compositeRequest: [one('a', { Name: 'A' }), one('b', {})],
      });
    },
  },
  BATCH_PROCESSING_HALTED: {
    status: 200,
    message: /./,
    provoke: () =>
      org.rest('POST', '/composite/batch', {
        haltOnError: true,
        batchRequests: [
          { method: 'GET', url: 'v62.0/sobjects/Nothing' },
          { method: 'GET', url: 'v62.0/limits' },
        ],
      }),
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: /^HTTP Method 'PUT' not allowed\. Allowed are /,
    provoke: () => org.rest('PUT', `/sobjects/Account/${never}`, {}),
  },
  REQUEST_LIMIT_EXCEEDED: {
    status: 403,
    message: /^TotalRequests Limit exceeded\.$/,
    async provoke() {
      await org.control('PUT', 'settings', { limits: { dailyApiRequests: 0 } });
      return org.rest('GET', '/limits');
    },
  },
  UNKNOWN_EXCEPTION: {
    status: 500,
    message: /ErrorId/,
    async provoke() {
      const message = 'An unexpected error occurred. Please include this ErrorId if you contact support: 1-2 (3)';
      await org.control('POST', 'faults', {
        match: { path: '/limits' },
        do: 'status',
        status: 500,
        body: [{ errorCode: 'UNKNOWN_EXCEPTION', message }],
      });
      return org.rest('GET', '/limits');
    },
  },
  SERVER_UNAVAILABLE: {
    status: 503,
    message: /./,
    async provoke() {
      const body = [{ errorCode: 'SERVER_UNAVAILABLE', message: 'down for maintenance' }];
      await org.control('POST', 'faults', { match: { path: '/limits' }, do: 'status', status: 503, body });
      return org.rest('GET', '/limits');
    },
  },
  INVALID_REPLICATION_DATE: {
    status: 400,
    message: /./,
    provoke: () => org.rest('GET', '/sobjects/Account/updated?start=2026-03-02T09:00:00Z&end=2026-03-02T08:00:00Z'),
  },
  DUPLICATE_DEVELOPER_NAME: {
    status: 400,
    message: /^There is already a field named Ticket on Case\.$/,
    async provoke() {
      const field = { FullName: 'Case.Ticket__c', Metadata: { type: 'Text', label: 'Ticket', length: 255 } };
      await org.rest('POST', '/tooling/sobjects/CustomField', field);
      return org.rest('POST', '/tooling/sobjects/CustomField', field);
    },
  },
  INVALIDJOB: {
    status: 400,
    message: /^InvalidJob : /,
    provoke: () => org.rest('POST', '/jobs/ingest', { object: 'Nothing', operation: 'insert' }),
  },
  INVALIDJOBSTATE: {
    status: 400,
    message: /not complete/,
    async provoke() {
      const job = await org.rest('POST', '/jobs/query', { operation: 'query', query: 'SELECT Id FROM Account' });
      return org.rest('GET', `/jobs/query/${textAt(job.body, 'id')}/results`);
    },
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    message: /^Content-Type header specified in HTTP request is not supported: text\/plain/,
    provoke: () => org.rest('POST', '/sobjects/Account', '{"Name":"A"}', { 'content-type': 'text/plain' }),
  },
  PRECONDITION_FAILED: {
    status: 412,
    message: /./,
    async provoke() {
      const id = await seeded('Account', { Name: 'A' });
      return org.rest(
        'PATCH',
        `/sobjects/Account/${id}`,
        { Name: 'B' },
        { 'if-unmodified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' },
      );
    },
  },
};

/** The codes that are documented; a code without a provocation, or the other way round, fails. */
const documented =
  'ALL_OR_NONE_OPERATION_ROLLED_BACK BATCH_PROCESSING_HALTED CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY CANNOT_UPDATE_CONVERTED_LEAD DELETE_FAILED DUPLICATES_DETECTED DUPLICATE_DEVELOPER_NAME DUPLICATE_VALUE ENTITY_IS_DELETED ENTITY_IS_LOCKED EXCEEDED_ID_LIMIT FIELD_CUSTOM_VALIDATION_EXCEPTION INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY INSUFFICIENT_ACCESS_OR_READONLY INVALIDJOB INVALIDJOBSTATE INVALID_CROSS_REFERENCE_KEY INVALID_EMAIL_ADDRESS INVALID_FIELD INVALID_FIELD_FOR_INSERT_UPDATE INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST INVALID_QUERY_FILTER_OPERATOR INVALID_QUERY_LOCATOR INVALID_REPLICATION_DATE INVALID_SESSION_ID INVALID_TYPE JSON_PARSER_ERROR MALFORMED_ID MALFORMED_QUERY METHOD_NOT_ALLOWED NOT_FOUND NUMBER_OUTSIDE_VALID_RANGE PRECONDITION_FAILED PROCESSING_HALTED QUERY_TOO_COMPLICATED REQUEST_LIMIT_EXCEEDED REQUIRED_FIELD_MISSING SERVER_UNAVAILABLE STRING_TOO_LONG UNABLE_TO_LOCK_ROW UNKNOWN_EXCEPTION UNSUPPORTED_API_VERSION UNSUPPORTED_MEDIA_TYPE'.split(
    ' ',
  );

/** The error with this code, wherever in the answer it is: in the list of a row, in an entry of a collection, in a subrequest. */
function find(body: Json | undefined, code: string): JsonObject | null {
  if (Array.isArray(body)) return body.map((one) => find(one, code)).find((one) => one !== null) ?? null;
  if (body === undefined || !isJsonObject(body)) return null;
  if (body.errorCode === code || body.statusCode === code) return body;
  return find(Object.values(body), code);
}

describe('the table of errors', () => {
  it('has a provocation for every documented code, and no other', () => {
    expect(Object.keys(table).sort()).toEqual([...documented].sort());
  });

  it.each(Object.entries(table))('%s', async (code, { status, message, fields, provoke }) => {
    const reply = await provoke();
    const error = find(reply.body, code);
    expect([reply.status, error === null ? reply.text : at(error, 'message')]).toEqual([
      status,
      expect.stringMatching(message),
    ]);
    if (fields !== undefined) expect(at(error ?? {}, 'fields')).toEqual(fields);
    expect(reply.headers.get('retry-after')).toBeNull();
    expect(org.bugs).toEqual([]);
  });
});
