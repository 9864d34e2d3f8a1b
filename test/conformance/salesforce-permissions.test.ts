import { beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/twins/json.ts';
import { at, listOf, openOrg, type SalesforceBench, textAt } from './bench.ts';

/** Who may do what, from where, and how much at a time. */
let org: SalesforceBench;
beforeEach(async () => {
  org = await openOrg({ commitDelayMs: 0 });
});

const soql = (text: string): string => `/query?q=${encodeURIComponent(text)}`;
const first = async (text: string): Promise<Json> => at((await org.rest('GET', soql(text))).body, 'records.0') ?? null;

/** Gives the integration user the standard profile, which may not modify all data. */
async function becomeOrdinary(): Promise<string> {
  const profile = textAt(await first("SELECT Id FROM Profile WHERE Name = 'Standard User'"), 'Id');
  const user = textAt(await first("SELECT Id FROM User WHERE Username = 'integration@acme.example'"), 'Id');
  const set = textAt(await first(`SELECT Id FROM PermissionSet WHERE ProfileId = '${profile}'`), 'Id');
  await org.control('PATCH', `records/User/${user}`, { ProfileId: profile });
  return set;
}

/** Changes what the profile grants on accounts. */
async function grant(set: string, rights: JsonObject): Promise<void> {
  const row = await first(`SELECT Id FROM ObjectPermissions WHERE ParentId = '${set}' AND SobjectType = 'Account'`);
  await org.control('PATCH', `records/ObjectPermissions/${textAt(row, 'Id')}`, rights);
}

describe('rights to an object', () => {
  it('come with the profile, and are what describes say', async () => {
    const set = await becomeOrdinary();
    expect((await org.rest('POST', '/sobjects/Account', { Name: 'A' })).status).toBe(201);
    await grant(set, { PermissionsCreate: false, PermissionsDelete: false });
    expect((await org.rest('GET', '/sobjects/Account/describe')).body).toMatchObject({
      createable: false,
      updateable: true,
      deletable: false,
    });
  });

  it('that are missing refuse creation, change and deletion by the vendor’s codes', async () => {
    const [id] = await org.seed('Account', { Name: 'A' });
    await grant(await becomeOrdinary(), { PermissionsCreate: false, PermissionsEdit: false, PermissionsDelete: false });
    const created = await org.rest('POST', '/sobjects/Account', { Name: 'B' });
    expect([created.status, created.body]).toMatchObject([
      400,
      [{ errorCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY' }],
    ]);
    const forbidden = [
      { errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY', message: 'insufficient access rights on object id', fields: [] },
    ];
    const changed = await org.rest('PATCH', `/sobjects/Account/${id}`, { Name: 'B' });
    expect([changed.status, changed.body]).toEqual([403, forbidden]);
    const deleted = await org.rest('DELETE', `/sobjects/Account/${id}`);
    expect([deleted.status, deleted.body]).toEqual([403, forbidden]);
    expect((await org.rest('GET', `/sobjects/Account/${id}`)).status).toBe(200);
  });

  it('that do not even include reading make the object unknown', async () => {
    const [id] = await org.seed('Account', { Name: 'A' });
    await grant(await becomeOrdinary(), { PermissionsRead: false });
    expect((await org.rest('GET', '/sobjects/Account/describe')).status).toBe(404);
    expect((await org.rest('GET', `/sobjects/Account/${id}`)).status).toBe(404);
    expect(at((await org.rest('GET', soql('SELECT Id FROM Account'))).body, '0.errorCode')).toBe('INVALID_TYPE');
    expect(at((await org.rest('GET', soql('SELECT Account.Name FROM Contact'))).body, '0.errorCode')).toBe(
      'INVALID_FIELD',
    );
    expect(
      at((await org.rest('GET', soql('SELECT Id, (SELECT Id FROM Contacts) FROM Case'))).body, '0.errorCode'),
    ).toBe('INVALID_TYPE');
    const names = listOf(at((await org.rest('GET', '/sobjects')).body, 'sobjects')).map((one) => at(one, 'name'));
    expect([names.includes('Account'), names.includes('Contact')]).toEqual([false, true]);
    const job = await org.rest('POST', '/jobs/ingest', { object: 'Account', operation: 'insert' });
    expect(at(job.body, '0.errorCode')).toBe('INVALIDJOB');
  });

  it('are added by an assigned permission set', async () => {
    await grant(await becomeOrdinary(), { PermissionsRead: false, PermissionsCreate: false });
    await org.control('PUT', 'seed', { PermissionSet: [{ Name: 'Reader', Label: 'Reader' }] });
    const set = textAt(await first("SELECT Id FROM PermissionSet WHERE Name = 'Reader'"), 'Id');
    const user = textAt(await first("SELECT Id FROM User WHERE Username = 'integration@acme.example'"), 'Id');
    await org.seed('ObjectPermissions', { ParentId: set, SobjectType: 'Account', PermissionsRead: true });
    await org.seed('PermissionSetAssignment', { PermissionSetId: set, AssigneeId: user });
    expect((await org.rest('GET', soql('SELECT Id FROM Account'))).status).toBe(200);
    expect((await org.rest('POST', '/sobjects/Account', { Name: 'B' })).status).toBe(400);
  });
});

describe('a row', () => {
  it('that waits for an approval is locked', async () => {
    const [id = ''] = await org.seed('Case', { Subject: 'a' });
    await org.control('PUT', 'settings', { heldRows: [id] });
    const reply = await org.rest('PATCH', `/sobjects/Case/${id}`, { Subject: 'b' });
    expect([reply.status, at(reply.body, '0.errorCode')]).toEqual([400, 'ENTITY_IS_LOCKED']);
  });

  it('that a trigger of the org throws at is refused with the trigger’s name', async () => {
    const trigger = { name: 'CaseGuard', condition: "Subject = 'bad'", message: 'no', trigger: true };
    await org.control('PUT', 'schema', { Case: { validationRules: [trigger] } });
    expect((await org.rest('POST', '/sobjects/Case', { Subject: 'bad' })).body).toMatchObject([
      {
        errorCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
        message: expect.stringMatching(/^CaseGuard: execution of BeforeInsert\n\ncaused by: /),
      },
    ]);
  });
});

describe('a session', () => {
  it('that is locked to an address is dead from any other, and a log-in from there works', async () => {
    await org.control('PUT', 'settings', { lockSessionsToAddress: true, clientAddress: '203.0.113.9' });
    const reply = await org.rest('GET', '/limits');
    expect([reply.status, reply.body]).toEqual([
      401,
      [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
    ]);
    const token = textAt((await org.token({ grant_type: 'client_credentials' })).body, 'access_token');
    expect((await org.rest('GET', '/limits', undefined, { authorization: `Bearer ${token}` })).status).toBe(200);
    await org.control('PUT', 'settings', { clientAddress: '127.0.0.1' });
    expect((await org.rest('GET', '/limits')).status).toBe(200);
  });

  it('is not opened for an address outside of those that are allowed', async () => {
    await org.control('PUT', 'settings', { loginAddresses: ['203.0.113.9'] });
    const refused = await org.token({ grant_type: 'client_credentials' });
    expect([refused.status, refused.body]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'ip restricted' },
    ]);
  });
});

describe('long requests', () => {
  it('are limited in their number; short ones are not', async () => {
    await org.control('PUT', 'settings', { limits: { longRequests: 1 }, commitDelayMs: 30_000 });
    // The clock of the bench moves as somebody waits: the first request has run for long while it commits.
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const slow = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await released;
        controller.enqueue(new TextEncoder().encode('{"Name":"A"}'));
        controller.close();
      },
    });
    const headers = { authorization: `Bearer ${org.session}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: slow, duplex: 'half' as const };
    const running = org.twin.fetch(new Request(`${org.base}/services/data/v62.0/sobjects/Account`, init));
    await org.rest('GET', '/limits');
    org.advance(20_000);
    const refused = await org.rest('GET', '/limits');
    expect([refused.status, refused.body]).toMatchObject([
      403,
      [
        {
          errorCode: 'REQUEST_LIMIT_EXCEEDED',
          message: 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
        },
      ],
    ]);
    release();
    expect((await running).status).toBe(201);
    expect((await org.rest('GET', '/limits')).status).toBe(200);
  });
});
