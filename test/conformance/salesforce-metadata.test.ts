import { Connection } from '@jsforce/jsforce-node';
import { strToU8 } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/twins/json.ts';
import { type Served, serveTwin } from '../../src/twins/serve.ts';
import { at, expectVendorLike, listOf, openOrg, plain, type SalesforceBench, textAt } from './bench.ts';
import { manifest, permissions, ticketField, ticketPackage, ticketType, xml, zipped } from './testing/packages.ts';

/** Setting an org up: packages by REST and by SOAP, components one by one; with the vendor's client and by hand. */
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

/** `POST /metadata/deployRequest` as the vendor's command line does it. */
async function deploy(files: Readonly<Record<string, Uint8Array>>, options: JsonObject = {}): Promise<Json> {
  const boundary = 'a-boundary';
  const head = JSON.stringify({ deployOptions: { singlePackage: true, rollbackOnError: true, ...options } });
  const body = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="json"\r\nContent-Type: application/json\r\n\r\n${head}\r\n`,
    ),
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="package.zip"\r\nContent-Type: application/zip\r\n\r\n`,
    ),
    zipped(files),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const started = await org.rest('POST', '/metadata/deployRequest', new Uint8Array(body), {
    'content-type': `multipart/form-data; boundary=${boundary}`,
  });
  expect([started.status, at(started.body, 'deployResult.status')]).toEqual([201, 'Pending']);
  const status = await org.rest('GET', `/metadata/deployRequest/${textAt(started.body, 'id')}?includeDetails=true`);
  return at(status.body, 'deployResult') ?? null;
}

const fieldsOf = async (object: string): Promise<readonly string[]> =>
  listOf(at((await org.rest('GET', `/sobjects/${object}/describe`)).body, 'fields')).map((field) =>
    textAt(field, 'name'),
  );

describe('a package by REST', () => {
  it('makes fields, record types and permission sets; the fields are seen by those who are permitted', async () => {
    const result = await deploy({ ...ticketPackage });
    expect(result).toMatchObject({
      done: true,
      success: true,
      status: 'Succeeded',
      checkOnly: false,
      numberComponentErrors: 0,
      numberComponentsDeployed: 4,
      numberComponentsTotal: 4,
      id: expect.stringMatching(/^0Af\w{15}$/),
    });
    const successes = listOf(at(result, 'details.componentSuccesses'));
    expect(successes.map((one) => [at(one, 'componentType'), at(one, 'fullName'), at(one, 'created')])).toEqual([
      ['CustomObject', 'Case', false],
      ['CustomField', 'Case.Zendesk_Support_Ticket_ID__c', true],
      ['RecordType', 'Case.Zendesk_Ticket', true],
      ['PermissionSet', 'Ticket_Sync', true],
    ]);
    expect(await fieldsOf('Case')).not.toContain('Zendesk_Support_Ticket_ID__c');
    expect(await fieldsOf('Case')).toContain('RecordTypeId');
    const [set, user] = [
      await connection.query("SELECT Id FROM PermissionSet WHERE Name = 'Ticket_Sync'"),
      await connection.identity(),
    ];
    await connection.sobject('PermissionSetAssignment').create({
      PermissionSetId: set.records[0]?.Id ?? '',
      AssigneeId: user.user_id,
    });
    expect(await fieldsOf('Case')).toContain('Zendesk_Support_Ticket_ID__c');
    const made = await connection.sobject('Case').create({ Zendesk_Support_Ticket_ID__c: '35436' });
    expect(plain(await connection.sobject('Case').retrieve(made.id ?? ''))).toMatchObject({
      Zendesk_Support_Ticket_ID__c: '35436',
    });
  });

  it('that fails in one component is undone, and says where', async () => {
    const bad = `${ticketField}\n<fields><fullName>Bad__c</fullName><label>Bad</label><type>Text</type></fields>`;
    const files = { ...ticketPackage, 'objects/Case.object': xml('CustomObject', `${bad}${ticketType}`) };
    const result = await deploy(files);
    expect(result).toMatchObject({ done: true, success: false, status: 'Failed', numberComponentErrors: 1 });
    expect(at(result, 'details.componentFailures')).toMatchObject([
      {
        componentType: 'CustomField',
        fullName: 'Case.Bad__c',
        fileName: 'objects/Case.object',
        problem: "Must specify 'length' for a CustomField of type Text",
        problemType: 'Error',
        lineNumber: 4,
        columnNumber: 1,
        success: false,
      },
    ]);
    expect(listOf(plain(await connection.metadata.list({ type: 'CustomField' })))).toEqual([]);
    expect((await connection.query("SELECT Id FROM PermissionSet WHERE Name = 'Ticket_Sync'")).totalSize).toBe(0);
    expect(await fieldsOf('Case')).not.toContain('RecordTypeId');
  });

  it('keeps what is good where that is asked for, and nothing where it is only checked', async () => {
    const files = {
      ...ticketPackage,
      'permissionsets/Ticket_Sync.permissionset': xml(
        'PermissionSet',
        permissions.replace('Ticket_ID__c', 'Nothing__c'),
      ),
    };
    expect(await deploy(files, { rollbackOnError: false })).toMatchObject({
      success: true,
      status: 'SucceededPartial',
      numberComponentErrors: 1,
      numberComponentsDeployed: 3,
      details: {
        componentFailures: [
          { problem: 'In field: field - no CustomField named Case.Zendesk_Support_Nothing__c found' },
        ],
      },
    });
    const other = { ...ticketPackage, 'objects/Lead.object': xml('CustomObject', ticketField) };
    expect(await deploy(other, { checkOnly: true })).toMatchObject({
      success: true,
      status: 'Succeeded',
      checkOnly: true,
    });
    const names = listOf(plain(await connection.metadata.list({ type: 'CustomField' }))).map((one) =>
      at(one, 'fullName'),
    );
    expect(names).toEqual(['Case.Zendesk_Support_Ticket_ID__c']);
  });

  it('takes away what destructiveChanges.xml names, and knows what has not changed', async () => {
    await deploy({ ...ticketPackage });
    const again = await deploy({ ...ticketPackage });
    const changed = listOf(at(again, 'details.componentSuccesses')).map((one) => at(one, 'changed'));
    expect(changed.slice(1)).toEqual([false, false, false]);
    const result = await deploy({
      'package.xml': manifest(),
      'destructiveChanges.xml': manifest(['CustomField', 'Case.Zendesk_Support_Ticket_ID__c', 'Case.Never__c']),
    });
    expect(result).toMatchObject({ success: false, status: 'Failed' });
    const alone = await deploy({
      'package.xml': manifest(),
      'destructiveChanges.xml': manifest(['CustomField', 'Case.Zendesk_Support_Ticket_ID__c']),
    });
    expect(at(alone, 'details.componentSuccesses')).toMatchObject([{ deleted: true, success: true }]);
    expect(listOf(plain(await connection.metadata.list({ type: 'CustomField' })))).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, Uint8Array>>, string]>([
    ['without package.xml', { 'objects/Case.object': xml('CustomObject', '') }, 'No package.xml found'],
    ['whose package.xml is none', { 'package.xml': strToU8('<Package') }, 'Error parsing file: package.xml'],
  ])('%s fails as a whole', async (_what, files, errorMessage) => {
    expect(await deploy(files)).toMatchObject({ status: 'Failed', success: false, errorMessage });
  });

  it.each<[string, Readonly<Record<string, Uint8Array>>, JsonObject]>([
    [
      'names what is not there',
      { 'package.xml': manifest(['CustomField', 'Case.X__c']) },
      {
        problem:
          "An object 'Case.X__c' of type CustomField was named in package.xml, but was not found in zipped directory",
      },
    ],
    [
      'names a type that is none',
      { 'package.xml': manifest(['Nonsense', '*']) },
      { problem: "Unknown type name 'Nonsense' specified in package.xml" },
    ],
    [
      'has a file that cannot be read',
      { 'package.xml': manifest(), 'layouts/Case-Case.layout': strToU8('<Layout><') },
      { componentType: 'Layout', fileName: 'layouts/Case-Case.layout', lineNumber: 1 },
    ],
    [
      'gives a field to an object that is none',
      { 'package.xml': manifest(), 'objects/Nothing.object': xml('CustomObject', ticketField) },
      { problem: 'Entity not found: Nothing' },
    ],
    [
      'permits what everybody has',
      {
        'package.xml': manifest(),
        'permissionsets/P.permissionset': xml(
          'PermissionSet',
          '<label>P</label><fieldPermissions><editable>true</editable><field>Account.Name</field><readable>true</readable></fieldPermissions>',
        ),
      },
      { problem: 'You cannot deploy to a required field: Account.Name' },
    ],
  ])('that %s says so', async (_what, files, failure) => {
    expect(at(await deploy(files), 'details.componentFailures.0')).toMatchObject(failure);
  });

  it('in a folder of its own, with a layout and an object of one’s own, is taken', async () => {
    const machine =
      '<label>Machine</label><pluralLabel>Machines</pluralLabel><nameField><label>Name</label><type>Text</type></nameField><deploymentStatus>Deployed</deploymentStatus><sharingModel>ReadWrite</sharingModel><fields><fullName>Owner_Account__c</fullName><label>Account</label><referenceTo>Account</referenceTo><relationshipName>Machines</relationshipName><type>Lookup</type></fields>';
    const result = await deploy({
      'zip/package.xml': manifest(['CustomObject', 'Machine__c'], ['Layout', 'Machine__c-Machine Layout']),
      'zip/objects/Machine__c.object': xml('CustomObject', machine),
      'zip/layouts/Machine__c-Machine Layout.layout': xml('Layout', '<showEmailCheckbox>false</showEmailCheckbox>'),
    });
    expect(result).toMatchObject({ success: true, numberComponentsDeployed: 3 });
    expect((await connection.sobject('Machine__c').create({ Name: 'Press' })).success).toBe(true);
    expect(plain(await connection.metadata.read('CustomObject', 'Machine__c'))).toMatchObject({
      fullName: 'Machine__c',
      label: 'Machine',
      fields: [{ fullName: 'Owner_Account__c', type: 'Lookup', referenceTo: 'Account' }],
    });
  });

  it('may say which options a record type offers', async () => {
    const offered =
      '<picklistValues><picklist>Priority</picklist><values><fullName>High</fullName><default>true</default></values><values><fullName>Low</fullName><default>false</default></values></picklistValues>';
    const type = ticketType.replace('</recordTypes>', `${offered}</recordTypes>`);
    await deploy({ 'package.xml': manifest(), 'objects/Case.object': xml('CustomObject', type) });
    const row = at(
      (await org.rest('GET', "/query?q=SELECT Id FROM RecordType WHERE DeveloperName = 'Zendesk_Ticket'")).body,
      'records.0',
    );
    const path = `/ui-api/object-info/Case/picklist-values/${textAt(row, 'Id')}`;
    const values = at((await org.rest('GET', path)).body, 'picklistFieldValues');
    expect(listOf(at(values, 'Priority.values')).map((one) => at(one, 'value'))).toEqual(['High', 'Low']);
    expect(at(values, 'Priority.defaultValue.value')).toBe('High');
    expect(listOf(at(values, 'Status.values')).length).toBeGreaterThan(2);
    expect(listOf(at((await org.rest('GET', `${path}/Priority`)).body, 'values'))).toHaveLength(2);
    const master = '/ui-api/object-info/Case/picklist-values/012000000000000AAA/Priority';
    expect(listOf(at((await org.rest('GET', master)).body, 'values'))).toHaveLength(3);
    expect((await org.rest('GET', '/ui-api/object-info/Lead/picklist-values/0124S000000RYACQA4')).status).toBe(400);
    expect((await org.rest('GET', '/ui-api/layout/Case')).status).toBe(404);
  });

  it('can be cancelled until it is done', async () => {
    await org.control('PUT', 'settings', { deployMs: 10_000 });
    const boundary = 'b';
    const body = Buffer.concat([
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="file"\r\nContent-Type: application/zip\r\n\r\n`,
      ),
      zipped(ticketPackage),
      Buffer.from(`\r\n--${boundary}--`),
    ]);
    const type = { 'content-type': `multipart/form-data; boundary=${boundary}` };
    const start = async (): Promise<string> =>
      `/metadata/deployRequest/${textAt((await org.rest('POST', '/metadata/deployRequest', new Uint8Array(body), type)).body, 'id')}`;
    const path = await start();
    org.advance(5_000);
    expect(at((await org.rest('GET', path)).body, 'deployResult.status')).toBe('InProgress');
    const cancel = { deployResult: { status: 'Canceling' } };
    expect((await org.rest('PATCH', path, cancel)).status).toBe(202);
    org.advance(20_000);
    expect((await org.rest('GET', path)).body).toMatchObject({ deployResult: { status: 'Canceled', success: false } });
    const other = await start();
    org.advance(20_000);
    expect(at((await org.rest('PATCH', other, cancel)).body, '0.errorCode')).toBe('INVALID_OPERATION');
    expect((await org.rest('GET', '/metadata/deployRequest/0Af000000000001AAA')).status).toBe(404);
    expect((await org.rest('DELETE', other)).status).toBe(405);
  });

  it('that is no zip, or no multipart, is refused or fails', async () => {
    for (const [body, type] of [
      ['{}', 'application/json'],
      ['', 'multipart/form-data; boundary=x'],
      ['--x\r\n', 'multipart/form-data; boundary=x'],
      ['--x\r\nContent-Disposition: form-data; name="json"\r\n\r\n{\r\n--x--', 'multipart/form-data; boundary=x'],
      [
        '--x\r\nContent-Disposition: form-data; name="json"\r\n\r\n{"deployOptions":{"checkOnly":7}}\r\n--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nPK\r\n--x--',
        'multipart/form-data; boundary=x',
      ],
    ] as const) {
      const reply = await org.rest('POST', '/metadata/deployRequest', body, { 'content-type': type });
      expect(reply.status).toBe(400);
      expectVendorLike(org, reply);
    }
    const body = '--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nno zip\r\n--x--';
    const reply = await org.rest('POST', '/metadata/deployRequest', body, {
      'content-type': 'multipart/form-data; boundary=x',
    });
    const status = await org.rest('GET', `/metadata/deployRequest/${textAt(reply.body, 'id')}`);
    expect(at(status.body, 'deployResult')).toMatchObject({ status: 'Failed', errorMessage: 'Not a valid zip file' });
  });
});
