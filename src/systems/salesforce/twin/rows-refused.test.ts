import { describe, expect, it } from 'vitest';
import type { Json } from '../../../twins/json.ts';
import { openOrg } from './testing.ts';

describe('a row', () => {
  it.each<[string, string, string, Json | string, number, Json]>([
    [
      'a missing name',
      'POST',
      '/sobjects/Account',
      {},
      400,
      { errorCode: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [Name]', fields: ['Name'] },
    ],
    [
      'several missing fields',
      'POST',
      '/sobjects/Lead',
      {},
      400,
      {
        errorCode: 'REQUIRED_FIELD_MISSING',
        message: 'Required fields are missing: [LastName, Company]',
        fields: ['LastName', 'Company'],
      },
    ],
    [
      'an unknown field',
      'POST',
      '/sobjects/Account',
      { Name: 'a', Foo: 1 },
      400,
      { errorCode: 'INVALID_FIELD', message: "No such column 'Foo' on sobject of type Account" },
    ],
    [
      'a text that is too long',
      'POST',
      '/sobjects/Account',
      { Name: 'a', BillingCity: 'x'.repeat(41) },
      400,
      {
        errorCode: 'STRING_TOO_LONG',
        message: `Billing City: data value too large: ${'x'.repeat(41)} (max length=40)`,
        fields: ['BillingCity'],
      },
    ],
    [
      'a bad e-mail',
      'POST',
      '/sobjects/Contact',
      { LastName: 'a', Email: 'not an email' },
      400,
      { errorCode: 'INVALID_EMAIL_ADDRESS', message: 'Email: invalid email address: not an email', fields: ['Email'] },
    ],
    [
      'an option that a restricted picklist has not',
      'POST',
      '/sobjects/Account',
      { Name: 'a', CleanStatus: 'Other' },
      400,
      {
        errorCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
        message: 'Clean Status: bad value for restricted picklist field: Other',
        fields: ['CleanStatus'],
      },
    ],
    [
      'a read-only field',
      'POST',
      '/sobjects/Contact',
      { LastName: 'a', Name: 'b' },
      400,
      {
        errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE',
        message:
          'Unable to create/update fields: Name. Please check the security settings of this field and verify that it is read/write for your profile or permission set.',
        fields: ['Name'],
      },
    ],
    [
      'an id of another object',
      'POST',
      '/sobjects/Contact',
      { LastName: 'a', AccountId: '0034S000003RYAC' },
      400,
      {
        errorCode: 'MALFORMED_ID',
        message: 'Account ID: id value of incorrect type: 0034S000003RYAC',
        fields: ['AccountId'],
      },
    ],
    [
      'a parent that never was',
      'POST',
      '/sobjects/Contact',
      { LastName: 'a', AccountId: '0014S000003RYAC' },
      400,
      { errorCode: 'INVALID_CROSS_REFERENCE_KEY', message: 'invalid cross reference id', fields: [] },
    ],
    [
      'a record type of nobody',
      'POST',
      '/sobjects/Account',
      { Name: 'a', RecordTypeId: '0124S000003RYAC' },
      400,
      {
        errorCode: 'INVALID_CROSS_REFERENCE_KEY',
        message: "Record Type ID: this ID value isn't valid for the user: 0124S000003RYAC",
        fields: ['RecordTypeId'],
      },
    ],
    [
      'a row that never was',
      'PATCH',
      '/sobjects/Account/0014S000003RYAC',
      { Name: 'a' },
      404,
      { errorCode: 'INVALID_CROSS_REFERENCE_KEY', message: 'invalid cross reference id', fields: [] },
    ],
    [
      'an id in the body',
      'POST',
      '/sobjects/Account',
      { Id: '0014S000003RYAC' },
      400,
      { errorCode: 'INVALID_FIELD', message: 'The Id field should not be specified in the sobject data.' },
    ],
    [
      'a text in a boolean',
      'POST',
      '/sobjects/Case',
      { IsEscalated: 'other' },
      400,
      {
        errorCode: 'JSON_PARSER_ERROR',
        message: expect.stringContaining('Cannot deserialize instance of boolean from VALUE_STRING value other'),
        fields: [],
      },
    ],
    [
      'no body',
      'POST',
      '/sobjects/Account',
      '',
      400,
      {
        errorCode: 'JSON_PARSER_ERROR',
        message: 'The HTTP entity body is required, but this request has no entity body.',
      },
    ],
    [
      'a body that is no JSON',
      'POST',
      '/sobjects/Account',
      '{"Name":jjj}',
      400,
      {
        errorCode: 'JSON_PARSER_ERROR',
        message: expect.stringMatching(
          /^Unexpected character \('j' \(code 106\)\): was expecting .* at \[line:1, column:9\]$/,
        ),
      },
    ],
    [
      'an unknown type',
      'POST',
      '/sobjects/Nothing',
      { Name: 'a' },
      404,
      { errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' },
    ],
    [
      'a key field that is none',
      'PATCH',
      '/sobjects/Account/Phone/1',
      { Name: 'a' },
      404,
      { errorCode: 'NOT_FOUND', message: 'Provided external ID field does not exist or is not accessible: Phone' },
    ],
  ])('with %s is refused', async (_what, method, path, body, status, error) => {
    const reply = await (await openOrg()).rest(method, path, body);
    expect([reply.status, reply.body]).toEqual([status, [error]]);
  });

  it('with a list in a field of many options is told which kind could not be read', async () => {
    const org = await openOrg();
    const picklistValues = [{ value: 'A' }, { value: 'B' }];
    await org.control('PUT', 'schema', {
      Account: { fields: [{ name: 'Kinds__c', type: 'multipicklist', picklistValues }] },
    });
    const reply = await org.rest('POST', '/sobjects/Account', { Name: 'a', Kinds__c: ['A'] });
    const message = expect.stringMatching(/^Cannot deserialize instance of multipicklist from START_ARRAY value/);
    expect([reply.status, reply.body]).toEqual([400, [{ errorCode: 'JSON_PARSER_ERROR', message, fields: [] }]]);
  });

  it('of another kind than JSON is refused', async () => {
    const reply = await (await openOrg()).rest('POST', '/sobjects/Account', 'Name=Acme', {
      'content-type': 'text/plain;charset=UTF-8',
    });
    expect([reply.status, reply.body]).toEqual([
      415,
      [
        {
          errorCode: 'UNSUPPORTED_MEDIA_TYPE',
          message: 'Content-Type header specified in HTTP request is not supported: text/plain',
        },
      ],
    ]);
  });

  it('whose body says that it is zipped and is not is refused', async () => {
    const org = await openOrg();
    for (const path of ['/sobjects/Account', '/services/oauth2/token', '/services/Soap/u/62.0', '/cometd/62.0']) {
      const reply = await org.rest('POST', path, '{"Name":"A"}', { 'content-encoding': 'gzip' });
      expect([path, reply.status, org.failures]).toEqual([path, 400, []]);
    }
  });
});
