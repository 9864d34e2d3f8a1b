import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json } from '../../../twins/json.ts';
import { bare, openOrg } from './testing.ts';

const idOf = (body: Json): string => (isJsonObject(body) ? String(body.id) : '');

describe('a row', () => {
  it('is created, read, changed and deleted', async () => {
    const org = await openOrg();
    const created = await org.rest('POST', '/sobjects/Account/', { Name: ' Acme ', BillingCity: 'Paris', Website: '' });
    expect([created.status, created.body]).toEqual([
      201,
      { id: expect.stringMatching(/^001\w{15}$/), success: true, errors: [] },
    ]);
    const id = idOf(created.body);
    expect(created.headers.get('location')).toBe(`/services/data/v62.0/sobjects/Account/${id}`);
    const read = await org.rest('GET', `/sobjects/Account/${id}`);
    expect(read.body).toMatchObject({
      attributes: { type: 'Account', url: `/services/data/v62.0/sobjects/Account/${id}` },
      Id: id,
      Name: 'Acme',
      Website: null,
      BillingAddress: { city: 'Paris', street: null },
      ShippingAddress: null,
      IsDeleted: false,
      SystemModstamp: '2026-03-02T10:00:00.000+0000',
    });
    org.advance(61_500);
    expect(
      (await org.rest('PATCH', `/sobjects/Account/${id.slice(0, 15)}`, { Phone: '1', BillingCity: null })).status,
    ).toBe(204);
    expect((await org.rest('GET', `/sobjects/Account/${id}?fields=Phone,BillingCity,LastModifiedDate`)).body).toEqual({
      attributes: expect.anything(),
      Id: id,
      BillingCity: null,
      Phone: '1',
      LastModifiedDate: '2026-03-02T10:01:01.000+0000',
    });
    expect((await org.rest('DELETE', `/sobjects/Account/${id}`)).status).toBe(204);
    expect((await org.rest('GET', `/sobjects/Account/${id}`)).body).toEqual([
      { errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' },
    ]);
    expect((await org.rest('PATCH', `/sobjects/Account/${id}`, { Phone: '2' })).body).toEqual([
      { message: 'entity is deleted', errorCode: 'ENTITY_IS_DELETED', fields: [] },
    ]);
    expect(await org.query(`SELECT Id, IsDeleted FROM Account`)).toEqual([]);
    expect((await org.query(`SELECT Id, IsDeleted FROM Account`, 'queryAll')).map(bare)).toEqual([
      { Id: id, IsDeleted: true },
    ]);
  });

  it('takes any value in an unrestricted picklist', async () => {
    const org = await openOrg();
    const { body } = await org.rest('POST', '/sobjects/Case', { Status: 'On ice' });
    expect((await org.rest('GET', `/sobjects/Case/${idOf(body)}`)).body).toMatchObject({
      Status: 'On ice',
      Priority: 'Medium',
      CaseNumber: '00001001',
      IsClosed: false,
    });
  });

  it('of a case follows its contact, its status and its comments', async () => {
    const org = await openOrg();
    const [account] = await org.seed('Account', { Name: 'Acme' });
    const [contact] = await org.seed('Contact', {
      LastName: 'Doe',
      AccountId: account ?? '',
      Email: 'doe@acme.example',
    });
    const { body } = await org.rest('POST', '/sobjects/Case', {
      ContactId: contact ?? '',
      Status: 'Closed',
      Comments: 'done',
    });
    expect((await org.rest('GET', `/sobjects/Case/${idOf(body)}`)).body).toMatchObject({
      AccountId: account,
      ContactEmail: 'doe@acme.example',
      IsClosed: true,
      ClosedDate: '2026-03-02T10:00:00.000+0000',
      Comments: null,
    });
    expect((await org.query('SELECT CommentBody, ParentId FROM CaseComment')).map(bare)).toEqual([
      { CommentBody: 'done', ParentId: idOf(body) },
    ]);
    await org.rest('PATCH', `/sobjects/Case/${idOf(body)}`, { Status: 'New' });
    expect((await org.rest('GET', `/sobjects/Case/${idOf(body)}`)).body).toMatchObject({
      IsClosed: false,
      ClosedDate: null,
    });
  });

  it('is found and upserted by an external id', async () => {
    const org = await openOrg();
    await org.control('PUT', 'schema', {
      Account: { fields: [{ name: 'Ext__c', type: 'string', length: 40, externalId: true, unique: true }] },
    });
    const created = await org.rest('PATCH', '/sobjects/Account/Ext__c/A%2F1', { Name: 'Acme' });
    expect([created.status, created.body]).toEqual([
      201,
      { id: expect.any(String), success: true, errors: [], created: true },
    ]);
    const updated = await org.rest('PATCH', '/sobjects/Account/Ext__c/a%2F1', { Name: 'Acme 2' });
    expect([updated.status, updated.body]).toEqual([
      200,
      { id: idOf(created.body), success: true, errors: [], created: false },
    ]);
    expect((await org.rest('PATCH', '/services/data/v45.0/sobjects/Account/Ext__c/A%2F1', { Phone: '1' })).status).toBe(
      204,
    );
    expect((await org.rest('GET', '/sobjects/Account/Ext__c/A%2F1')).body).toMatchObject({
      Name: 'Acme 2',
      Ext__c: 'A/1',
    });
    const taken = await org.rest('POST', '/sobjects/Account', { Name: 'Other', Ext__c: 'a/1' });
    expect(taken.body).toEqual([
      {
        message: `duplicate value found: Ext__c duplicates value on record with id: ${idOf(created.body).slice(0, 15)}`,
        errorCode: 'DUPLICATE_VALUE',
        fields: [],
      },
    ]);
    expect((await org.rest('PATCH', '/sobjects/Account/Ext__c/none?updateOnly=true', { Name: 'x' })).status).toBe(404);
    const child = await org.rest('POST', '/sobjects/Contact', { LastName: 'Doe', Account: { Ext__c: 'A/1' } });
    expect((await org.rest('GET', `/sobjects/Contact/${idOf(child.body)}`)).body).toMatchObject({
      AccountId: idOf(created.body),
    });
    const orphan = await org.rest('POST', '/sobjects/Contact', { LastName: 'Doe', Account: { Ext__c: 'Nope' } });
    expect(orphan.body).toMatchObject([
      {
        errorCode: 'INVALID_FIELD',
        message: 'Foreign key external ID: nope not found for field Ext__c in entity Account',
      },
    ]);
  });

  it('does not come back from the bin while another holds its key', async () => {
    const org = await openOrg();
    await org.control('PUT', 'schema', {
      Account: { fields: [{ name: 'Ext__c', type: 'string', externalId: true, unique: true }] },
    });
    const [id] = await org.seed('Account', { Name: 'a', Ext__c: '1' });
    await org.rest('DELETE', `/sobjects/Account/${id}`);
    await org.seed('Account', { Name: 'b', Ext__c: '1' });
    expect((await org.control('POST', `records/Account/${id}/restore`, {})).body).toMatchObject({
      error: expect.stringContaining('DUPLICATE_VALUE'),
    });
    expect((await org.query('SELECT Name FROM Account')).map(bare)).toEqual([{ Name: 'b' }]);
  });

  it('whose key several rows share answers with all of them', async () => {
    const org = await openOrg();
    await org.control('PUT', 'schema', { Account: { fields: [{ name: 'Ext__c', type: 'string', externalId: true }] } });
    const ids = await org.seed('Account', { Name: 'a', Ext__c: '1' }, { Name: 'b', Ext__c: '1' });
    const several = await org.rest('PATCH', '/sobjects/Account/Ext__c/1', { Name: 'c' });
    expect([several.status, several.body]).toEqual([
      300,
      ids.map((id) => `/services/data/v62.0/sobjects/Account/${id}`),
    ]);
  });

  it('breaks the org’s own rules with the rule’s words', async () => {
    const org = await openOrg();
    await org.control('PUT', 'schema', {
      Account: {
        validationRules: [
          {
            name: 'Phone',
            message: 'A customer needs a phone.',
            field: 'Phone',
            condition: "Type = 'Prospect' AND Phone = null",
          },
        ],
      },
    });
    const refused = await org.rest('POST', '/sobjects/Account', { Name: 'a', Type: 'Prospect' });
    expect(refused.body).toEqual([
      { message: 'A customer needs a phone.', errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', fields: ['Phone'] },
    ]);
    expect((await org.rest('POST', '/sobjects/Account', { Name: 'a', Type: 'Prospect', Phone: '1' })).status).toBe(201);
  });

  it('is refused as a duplicate, unless the client insists', async () => {
    const org = await openOrg();
    await org.seed('Contact', { LastName: 'Doe', Email: 'doe@acme.example' });
    await org.control('PUT', 'schema', { Contact: { duplicateRules: [{ name: 'Same_Email', fields: ['Email'] }] } });
    const record = { LastName: 'Doe', Email: 'DOE@acme.example' };
    const refused = await org.rest('POST', '/sobjects/Contact', record);
    expect([refused.status, refused.body]).toEqual([
      400,
      [
        expect.objectContaining({
          errorCode: 'DUPLICATES_DETECTED',
          duplicateResut: expect.objectContaining({ allowSave: true, duplicateRule: 'Same_Email' }),
        }),
      ],
    ]);
    expect(
      (await org.rest('POST', '/sobjects/Contact', record, { 'sforce-duplicate-rule-header': 'allowSave=true' }))
        .status,
    ).toBe(201);
  });

  it('cannot be deleted while cases hang on it, and takes its contacts along', async () => {
    const org = await openOrg();
    const [account] = await org.seed('Account', { Name: 'Acme' });
    const [contact] = await org.seed('Contact', { LastName: 'Doe', AccountId: account ?? '' });
    const [held] = await org.seed('Case', { AccountId: account ?? '', CaseNumber: '00001005' });
    const refused = await org.rest('DELETE', `/sobjects/Account/${account}`);
    expect(refused.body).toEqual([
      {
        message:
          'Your attempt to delete Acme could not be completed because it is associated with the following cases.: 00001005\n',
        errorCode: 'DELETE_FAILED',
        fields: [],
      },
    ]);
    await org.rest('DELETE', `/sobjects/Case/${held}`);
    expect((await org.rest('DELETE', `/sobjects/Account/${account}`)).status).toBe(204);
    expect((await org.query('SELECT Id FROM Contact WHERE IsDeleted = true', 'queryAll')).map(bare)).toEqual([
      { Id: contact },
    ]);
  });

  it('is guarded by time stamps and, for accounts, by a tag', async () => {
    const org = await openOrg();
    const [id] = await org.seed('Account', { Name: 'Acme' });
    const read = await org.rest('GET', `/sobjects/Account/${id}`);
    const tag = read.headers.get('etag') ?? '';
    const before = read.headers.get('last-modified') ?? '';
    expect((await org.rest('GET', `/sobjects/Account/${id}`, undefined, { 'if-none-match': tag })).status).toBe(304);
    org.advance(5_000);
    expect((await org.rest('PATCH', `/sobjects/Account/${id}`, { Phone: '1' }, { 'if-match': tag })).status).toBe(204);
    expect((await org.rest('PATCH', `/sobjects/Account/${id}`, { Phone: '2' }, { 'if-match': tag })).status).toBe(412);
    expect(
      (await org.rest('PATCH', `/sobjects/Account/${id}`, { Phone: '2' }, { 'if-unmodified-since': before })).status,
    ).toBe(412);
    expect(
      (await org.rest('PATCH', `/sobjects/Account/${id}`, { Phone: '2' }, { 'if-unmodified-since': 'noon' })).status,
    ).toBe(400);
  });

  it('that somebody else locks is refused as such', async () => {
    const org = await openOrg();
    const [id] = await org.seed('Account', { Name: 'Acme' });
    await org.control('PUT', 'settings', { lockedRows: [id ?? ''] });
    expect((await org.rest('PATCH', `/sobjects/Account/${id}`, { Phone: '1' })).body).toMatchObject([
      { errorCode: 'UNABLE_TO_LOCK_ROW' },
    ]);
  });

  it('takes no method that it has not', async () => {
    const org = await openOrg();
    const [id] = await org.seed('Account', { Name: 'Acme' });
    const reply = await org.rest('PUT', `/sobjects/Account/${id}`, {});
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'DELETE,GET,HEAD,PATCH']);
    expect((await org.rest('POST', `/sobjects/Account/${id}?_HttpMethod=PATCH`, { Phone: '1' })).status).toBe(204);
    const head = await org.rest('HEAD', `/sobjects/Account/${id}`);
    expect([head.status, head.text]).toEqual([200, '']);
  });
});
