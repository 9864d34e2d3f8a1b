import { Connection } from '@jsforce/jsforce-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/twins/json.ts';
import { type Served, serveTwin } from '../../src/twins/serve.ts';
import { at, listOf, openOrg, plain, type SalesforceBench, textAt } from './bench.ts';
import { ticketPackage, zipped } from './testing/packages.ts';

/** The Metadata API through the vendor's own client, over a socket. */
let org: SalesforceBench;
let served: Served;
let connection: Connection;

const settings: JsonObject = { commitDelayMs: 0, deployMs: 0, limits: { off: true } };
beforeEach(async () => {
  org = await openOrg(settings);
  served = await serveTwin(org.twin, { port: 0 });
  const urls = { loginUrl: served.url, instanceUrl: served.url };
  const oauth2 = { loginUrl: served.url, clientId: org.client.id, clientSecret: org.client.secret };
  connection = new Connection({ ...urls, oauth2, version: '62.0' });
  await connection.authorize({ grant_type: 'client_credentials' });
  connection.metadata.pollInterval = 1;
});
afterEach(async () => {
  await served.close();
  expect(org.bugs).toEqual([]);
});

const fieldsOf = async (object: string): Promise<readonly string[]> =>
  listOf(at((await org.rest('GET', `/sobjects/${object}/describe`)).body, 'fields')).map((field) =>
    textAt(field, 'name'),
  );

describe('the vendor’s client', () => {
  it('deploys by both ways, checks first and then goes on with what it checked', async () => {
    const bySoap = await connection.metadata
      .deploy(zipped(ticketPackage), { checkOnly: true, singlePackage: true })
      .complete(true);
    expect(plain(bySoap)).toMatchObject({
      success: true,
      status: 'Succeeded',
      checkOnly: true,
      numberComponentsTotal: 4,
    });
    const id = await connection.metadata.deployRecentValidation({ id: bySoap.id, rest: true });
    expect(plain(await connection.metadata.checkDeployStatus(id, true, true))).toMatchObject({
      success: true,
      checkOnly: false,
    });
    expect((await connection.metadata.deployRest(zipped(ticketPackage), {}).complete(true)).success).toBe(true);
    expect(plain(await connection.metadata.checkDeployStatus(id, true))).toMatchObject({
      details: { componentSuccesses: expect.arrayContaining([expect.objectContaining({ fullName: 'Ticket_Sync' })]) },
    });
  });

  it('creates, reads, changes and deletes components one by one', async () => {
    const field = { fullName: 'Account.Machines__c', label: 'Machines', type: 'Number', precision: 18, scale: 0 };
    expect(plain(await connection.metadata.create('CustomField', field))).toMatchObject({
      fullName: 'Account.Machines__c',
      success: true,
    });
    expect(plain(await connection.metadata.create('CustomField', field))).toMatchObject({
      success: false,
      errors: [{ statusCode: 'DUPLICATE_DEVELOPER_NAME' }],
    });
    expect(plain(await connection.metadata.update('CustomField', { ...field, label: 'Presses' }))).toMatchObject({
      success: true,
    });
    expect(plain(await connection.metadata.read('CustomField', 'Account.Machines__c'))).toMatchObject({
      label: 'Presses',
      precision: 18,
    });
    const set = {
      fullName: 'Machines',
      label: 'Machines',
      fieldPermissions: [{ field: 'Account.Machines__c', editable: true, readable: true }],
      objectPermissions: [
        {
          object: 'Account',
          allowRead: true,
          allowCreate: true,
          allowEdit: true,
          allowDelete: false,
          viewAllRecords: true,
          modifyAllRecords: false,
        },
      ],
    };
    expect(plain(await connection.metadata.upsert('PermissionSet', set))).toMatchObject({
      created: true,
      success: true,
    });
    expect(plain(await connection.metadata.upsert('PermissionSet', [set]))).toMatchObject([
      { created: false, success: true },
    ]);
    expect(plain(await connection.metadata.read('PermissionSet', 'Machines'))).toMatchObject({
      fieldPermissions: [{ field: 'Account.Machines__c', editable: true }],
      objectPermissions: [{ object: 'Account', allowDelete: false, viewAllRecords: true }],
    });
    const admin = {
      fullName: 'Admin',
      fieldPermissions: [{ field: 'Account.Machines__c', editable: true, readable: true }],
    };
    expect(plain(await connection.metadata.update('Profile', admin))).toMatchObject({ success: true });
    expect(await fieldsOf('Account')).toContain('Machines__c');
    expect(plain(await connection.metadata.list([{ type: 'PermissionSet' }, { type: 'CustomField' }]))).toMatchObject([
      {
        fullName: 'Machines',
        type: 'PermissionSet',
        fileName: 'permissionsets/Machines.permissionset',
        id: expect.stringMatching(/^0PS/),
      },
      {
        fullName: 'Account.Machines__c',
        type: 'CustomField',
        fileName: 'objects/Account.object',
        manageableState: 'unmanaged',
      },
    ]);
    expect(
      plain(await connection.metadata.delete('CustomField', ['Account.Machines__c', 'Account.Never__c'])),
    ).toMatchObject([{ success: true }, { success: false, errors: [{ statusCode: 'INVALID_CROSS_REFERENCE_KEY' }] }]);
    expect(await fieldsOf('Account')).not.toContain('Machines__c');
  });

  it('learns which kinds there are, and is refused what is none or too much', async () => {
    const { metadataObjects } = await connection.metadata.describe();
    expect(metadataObjects.map(({ xmlName }) => xmlName)).toEqual(
      expect.arrayContaining(['CustomObject', 'Layout', 'PermissionSet', 'Profile']),
    );
    await expect(connection.metadata.list({ type: 'Nonsense' })).rejects.toThrow('INVALID_TYPE');
    const names = Array.from({ length: 11 }, (_, i) => `Account.F${i}__c`);
    await expect(connection.metadata.read('CustomField', names)).rejects.toThrow('EXCEEDED_ID_LIMIT');
    await expect(connection.metadata.checkDeployStatus('0Af000000000001AAA')).rejects.toThrow('INVALID_ID_FIELD');
    await expect(connection.metadata.retrieve({ apiVersion: 62 })).rejects.toThrow('No operation available');
  });
});
