import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../../twins/json.ts';
import { bare, openOrg, type TestOrg } from './testing.ts';

async function withPeople(): Promise<{ org: TestOrg; recordType: string }> {
  const org = await openOrg();
  await org.control('PUT', 'schema', { Contact: { fields: [{ name: 'Hobby__c', type: 'string', length: 80 }] } });
  await org.control('PUT', 'settings', { personAccounts: true });
  const [row] = await org.query("SELECT Id FROM RecordType WHERE SobjectType = 'Account' AND IsPersonType = true");
  return { org, recordType: String(row?.Id) };
}
const create = async (org: TestOrg, fields: JsonObject) => org.rest('POST', '/sobjects/Account', fields);

describe('person accounts', () => {
  it('are told by describe, where the name is no longer required', async () => {
    const { org } = await withPeople();
    const { body } = await org.rest('GET', '/sobjects/Account/describe');
    const fields = isJsonObject(body) && Array.isArray(body.fields) ? body.fields.filter(isJsonObject) : [];
    expect(fields.find(({ name }) => name === 'Name')).toMatchObject({ nillable: true });
    expect(fields.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['IsPersonAccount', 'PersonContactId', 'PersonEmail', 'PersonMailingCity', 'Hobby__pc']),
    );
    expect((await create(org, {})).body).toMatchObject([{ errorCode: 'REQUIRED_FIELD_MISSING', fields: ['Name'] }]);
    expect((await create(org, { Name: 'Acme' })).status).toBe(201);
  });

  it('have a contact as their other face, and each follows the other', async () => {
    const { org, recordType } = await withPeople();
    const person = {
      RecordTypeId: recordType,
      FirstName: 'Jane',
      LastName: 'Doe',
      PersonEmail: 'jane@doe.example',
      Phone: '1',
      PersonMailingCity: 'Rome',
      Hobby__pc: 'chess',
    };
    const { body } = await create(org, person);
    const id = isJsonObject(body) ? String(body.id) : '';
    expect((await org.rest('GET', `/sobjects/Account/${id}`)).body).toMatchObject({
      Name: 'Jane Doe',
      IsPersonAccount: true,
      PersonMailingAddress: { city: 'Rome' },
    });
    const contacts = 'SELECT Id, Name, Email, Phone, MailingCity, Hobby__c, AccountId, IsPersonAccount FROM Contact';
    const [contact = {}] = await org.query(contacts);
    expect(bare(contact)).toMatchObject({
      Name: 'Jane Doe',
      Email: 'jane@doe.example',
      Phone: '1',
      MailingCity: 'Rome',
      Hobby__c: 'chess',
      AccountId: id,
      IsPersonAccount: true,
    });
    org.advance(5_000);
    await org.rest('PATCH', `/sobjects/Contact/${String(contact.Id)}`, { Email: 'new@doe.example', LastName: 'Roe' });
    expect((await org.rest('GET', `/sobjects/Account/${id}`)).body).toMatchObject({
      Name: 'Jane Roe',
      PersonEmail: 'new@doe.example',
      SystemModstamp: '2026-03-02T10:00:05.000+0000',
    });
    await org.rest('PATCH', `/sobjects/Account/${id}`, { PersonEmail: null });
    expect((await org.query(contacts)).map(bare)).toMatchObject([{ Email: null, Name: 'Jane Roe' }]);
  });

  it('refuse a name of their own, as business accounts refuse a person’s fields', async () => {
    const { org, recordType } = await withPeople();
    expect((await create(org, { RecordTypeId: recordType, LastName: 'Doe', Name: 'x' })).body).toMatchObject([
      { errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE' },
    ]);
    expect((await create(org, { RecordTypeId: recordType })).body).toMatchObject([
      { errorCode: 'REQUIRED_FIELD_MISSING', fields: ['LastName'] },
    ]);
    expect((await create(org, { Name: 'Acme', PersonEmail: 'a@b.example' })).body).toMatchObject([
      { errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE' },
    ]);
  });
});
