import { describe, expect, it } from 'vitest';
import { isJsonObject } from '../../../twins/json.ts';
import { bare, openOrg } from './testing.ts';

const minute = 60_000;

describe('a commit', () => {
  it('comes after its stamp: a write is answered once it is visible', async () => {
    const org = await openOrg({ commitDelayMs: 1_700 });
    expect((await org.rest('POST', '/sobjects/Account', { Name: 'Acme' })).status).toBe(201);
    expect(org.slept()).toBe(1_700);
    expect((await org.query('SELECT Name, SystemModstamp FROM Account')).map(bare)).toEqual([
      { Name: 'Acme', SystemModstamp: '2026-03-02T10:00:00.000+0000' },
    ]);
  });

  it('does not wait for a clock that is frozen', async () => {
    const org = await openOrg({});
    await org.control('POST', 'clock', { freeze: true });
    await org.rest('POST', '/sobjects/Account', { Name: 'Acme' });
    expect([org.slept(), (await org.query('SELECT Name FROM Account')).map(bare)]).toEqual([0, [{ Name: 'Acme' }]]);
  });

  it('brings a row whose stamp is older than what a reader has seen by then', async () => {
    const org = await openOrg({ commitDelayMs: 2_000, answerBeforeCommit: true });
    await org.rest('POST', '/sobjects/Account', { Name: 'slow' });
    expect(await org.query('SELECT Name FROM Account')).toEqual([]);
    org.advance(1_000);
    await org.control('PUT', 'settings', { commitDelayMs: 0 });
    await org.rest('POST', '/sobjects/Account', { Name: 'fast' });
    expect((await org.query('SELECT Name FROM Account ORDER BY SystemModstamp')).map(bare)).toEqual([{ Name: 'fast' }]);
    org.advance(1_000);
    expect((await org.query('SELECT Name FROM Account ORDER BY SystemModstamp')).map(bare)).toEqual([
      { Name: 'slow' },
      { Name: 'fast' },
    ]);
  });

  it('waits for an earlier one of the same row', async () => {
    const org = await openOrg({ commitDelayMs: 3_000, answerBeforeCommit: true });
    const [id] = await org.seed('Account', { Name: 'a' });
    await org.rest('PATCH', `/sobjects/Account/${id}`, { Name: 'b' });
    await org.control('PUT', 'settings', { commitDelayMs: 0 });
    await org.rest('PATCH', `/sobjects/Account/${id}`, { Phone: '1' });
    expect((await org.rest('GET', `/sobjects/Account/${id}`)).body).toMatchObject({ Name: 'a', Phone: null });
    org.advance(3_000);
    expect((await org.rest('GET', `/sobjects/Account/${id}`)).body).toMatchObject({ Name: 'b', Phone: '1' });
  });

  it('that is still open holds back the date that getUpdated covers', async () => {
    const org = await openOrg({ commitDelayMs: 120_000, answerBeforeCommit: true });
    await org.rest('POST', '/sobjects/Account', { Name: 'slow' });
    org.advance(minute);
    const { body } = await org.rest(
      'GET',
      '/sobjects/Account/updated?start=2026-03-02T09:00:00Z&end=2026-03-02T10:01:00%2B00:00',
    );
    expect(body).toEqual({ ids: [], latestDateCovered: '2026-03-02T10:00:00.000+0000' });
  });
});

describe('getUpdated and getDeleted', () => {
  it('tell what changed and what went, and forget what came back', async () => {
    const org = await openOrg();
    const [one, two] = await org.seed('Account', { Name: 'a' }, { Name: 'b' });
    org.advance(minute);
    await org.rest('DELETE', `/sobjects/Account/${two}`);
    org.advance(minute);
    const range = 'start=2026-03-02T10:00:00Z&end=2026-03-02T10:02:30Z';
    expect((await org.rest('GET', `/sobjects/Account/updated?${range}`)).body).toEqual({
      ids: [one],
      latestDateCovered: '2026-03-02T10:02:00.000+0000',
    });
    expect((await org.rest('GET', `/sobjects/Account/deleted?${range}`)).body).toEqual({
      deletedRecords: [{ id: two, deletedDate: '2026-03-02T10:01:00.000+0000' }],
      earliestDateAvailable: '2026-02-15T10:02:00.000+0000',
      latestDateCovered: '2026-03-02T10:02:00.000+0000',
    });
  });

  it('refuse ranges that are empty or too old', async () => {
    const org = await openOrg();
    for (const range of [
      'start=2026-03-02T10:00:00Z&end=2026-03-02T10:00:30Z',
      'start=2026-01-01T10:00:00Z&end=2026-03-02T10:00:30Z',
    ]) {
      expect((await org.rest('GET', `/sobjects/Account/updated?${range}`)).body).toMatchObject([
        { errorCode: 'INVALID_REPLICATION_DATE' },
      ]);
    }
  });

  it('lose sight of a deletion after fifteen days, with the bin', async () => {
    const org = await openOrg({ commitDelayMs: 0, sessionMs: 10 ** 12 });
    const [id] = await org.seed('Account', { Name: 'a' });
    await org.rest('DELETE', `/sobjects/Account/${id}`);
    org.advance(14 * 86_400_000);
    expect(await org.query('SELECT Id FROM Account', 'queryAll')).toHaveLength(1);
    org.advance(86_400_001);
    expect(await org.query('SELECT Id FROM Account', 'queryAll')).toEqual([]);
  });
});

describe('a field that was made through the API', () => {
  const field = {
    FullName: 'Case.Zendesk_Ticket__c',
    Metadata: { type: 'Text', label: 'Zendesk Ticket', length: 255, externalId: true, unique: true },
  };

  it('is visible to nobody until a permission set that is assigned grants it', async () => {
    const org = await openOrg();
    const created = await org.rest('POST', '/tooling/sobjects/CustomField', field);
    expect([created.status, created.body]).toMatchObject([
      201,
      { id: expect.stringMatching(/^00N/), success: true, errors: [], warnings: [], infos: [] },
    ]);
    expect((await org.rest('GET', '/sobjects/Case/describe')).text).not.toContain('Zendesk_Ticket__c');
    expect((await org.rest('GET', '/query?q=SELECT+Zendesk_Ticket__c+FROM+Case')).body).toMatchObject([
      { errorCode: 'INVALID_FIELD' },
    ]);
    expect((await org.rest('POST', '/sobjects/Case', { Zendesk_Ticket__c: '1' })).body).toMatchObject([
      { errorCode: 'INVALID_FIELD' },
    ]);

    const idOf = async (object: string, body: Record<string, string | boolean>): Promise<string> => {
      const reply = await org.rest('POST', `/sobjects/${object}`, body);
      return isJsonObject(reply.body) ? String(reply.body.id) : reply.text;
    };
    const set = await idOf('PermissionSet', { Name: 'Syncline', Label: 'Syncline' });
    const grant = await idOf('FieldPermissions', {
      ParentId: set,
      SobjectType: 'Case',
      Field: 'Case.Zendesk_Ticket__c',
      PermissionsRead: true,
      PermissionsEdit: false,
    });
    expect((await org.rest('GET', '/sobjects/Case/describe')).text).not.toContain('Zendesk_Ticket__c');
    const again = { ParentId: set, SobjectType: 'Case', Field: 'Case.Zendesk_Ticket__c', PermissionsRead: true };
    expect((await org.rest('POST', '/sobjects/FieldPermissions', again)).body).toMatchObject([
      { errorCode: 'DUPLICATE_VALUE' },
    ]);
    expect((await org.rest('POST', '/sobjects/PermissionSet', { Name: 'syncline', Label: 'x' })).body).toMatchObject([
      { errorCode: 'DUPLICATE_DEVELOPER_NAME' },
    ]);
    const [user] = await org.query("SELECT Id FROM User WHERE Username = 'integration@acme.example'");
    await idOf('PermissionSetAssignment', { AssigneeId: String(user?.Id), PermissionSetId: set });
    expect((await org.rest('GET', '/sobjects/Case/describe')).text).toContain('Zendesk_Ticket__c');
    expect((await org.rest('POST', '/sobjects/Case', { Zendesk_Ticket__c: '1' })).body).toMatchObject([
      { errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE' },
    ]);
    await org.rest('PATCH', `/sobjects/FieldPermissions/${grant}`, { PermissionsEdit: true });
    expect((await org.rest('PATCH', '/sobjects/Case/Zendesk_Ticket__c/1', { Subject: 'Help' })).status).toBe(201);
    await org.rest('PATCH', `/sobjects/FieldPermissions/${grant}`, { PermissionsEdit: false, PermissionsRead: false });
    expect(await org.query('SELECT Id FROM FieldPermissions')).toEqual([]);
  });

  it('is found by a Tooling query, exists once, and can be dropped', async () => {
    const org = await openOrg();
    await org.rest('POST', '/tooling/sobjects/CustomField', field);
    const twice = await org.rest('POST', '/tooling/sobjects/CustomField', field);
    expect([twice.status, twice.body]).toMatchObject([400, [{ errorCode: 'DUPLICATE_DEVELOPER_NAME' }]]);
    const found = await org.rest(
      'GET',
      "/tooling/query?q=SELECT Id, DeveloperName, TableEnumOrId FROM CustomField WHERE TableEnumOrId = 'Case'",
    );
    expect(found.body).toMatchObject({
      totalSize: 1,
      records: [{ DeveloperName: 'Zendesk_Ticket', TableEnumOrId: 'Case' }],
    });
    const id = /"Id":"(\w+)"/.exec(found.text)?.[1];
    expect((await org.rest('GET', `/tooling/sobjects/CustomField/${id}`)).body).toMatchObject({
      FullName: 'Case.Zendesk_Ticket__c',
      Metadata: field.Metadata,
    });
    expect((await org.rest('DELETE', `/tooling/sobjects/CustomField/${id}`)).status).toBe(204);
    expect((await org.rest('POST', '/tooling/sobjects/CustomField', field)).status).toBe(201);
  });

  it('has one of the vendor’s types', async () => {
    const org = await openOrg();
    for (const type of ['Nonsense', 'constructor']) {
      const metadata = { ...field, Metadata: { ...field.Metadata, type } };
      const reply = await org.rest('POST', '/tooling/sobjects/CustomField', metadata);
      expect([reply.status, reply.body]).toMatchObject([400, [{ errorCode: 'FIELD_INTEGRITY_EXCEPTION' }]]);
    }
  });
});

describe('limits', () => {
  it('end at the plan’s daily requests and refill after a day', async () => {
    const org = await openOrg({ commitDelayMs: 0, limits: { dailyApiRequests: 2 }, sessionMs: 10 ** 12 });
    await org.rest('GET', '/limits');
    expect((await org.rest('GET', '/limits')).headers.get('sforce-limit-info')).toMatch(/^api-usage=[0-2]\/2$/);
    const over = await org.rest('GET', '/limits');
    expect([over.status, over.body]).toEqual([
      403,
      [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }],
    ]);
    await org.control('PUT', 'settings', { limits: { off: true } });
    expect((await org.rest('GET', '/limits')).status).toBe(200);
    await org.control('PUT', 'settings', { limits: { off: false } });
    org.advance(86_700_000);
    expect((await org.rest('GET', '/limits')).status).toBe(200);
  });
});

describe('the control surface', () => {
  it('ends sessions as an administrator does', async () => {
    const org = await openOrg();
    expect((await org.control('POST', 'events', { end: 'sessions' })).body).toEqual({ ended: 'sessions' });
    expect((await org.rest('GET', '/limits')).status).toBe(401);
  });

  it('seeds as the vendor would store, with stamps if they are given', async () => {
    const org = await openOrg();
    const [id] = await org.seed('Account', {
      Name: 'Acme',
      CreatedDate: '2025-01-01T00:00:00Z',
      LastModifiedDate: '2025-02-01T00:00:00Z',
    });
    const { body } = await org.control('GET', 'records/Account');
    expect(body).toEqual([
      expect.objectContaining({
        Id: id,
        Name: 'Acme',
        CreatedDate: '2025-01-01T00:00:00.000+0000',
        SystemModstamp: '2025-02-01T00:00:00.000+0000',
        IsDeleted: false,
      }),
    ]);
    const bad = await org.control('PUT', 'seed', { Account: [{ Name: 'b' }, { Nope: 1 }] });
    expect([bad.status, bad.body]).toEqual([
      400,
      { error: "INVALID_FIELD: No such column 'Nope' on sobject of type Account" },
    ]);
    expect(await org.query('SELECT Id FROM Account')).toHaveLength(1);
  });

  it('lets a person edit and delete, whose name the stamps carry', async () => {
    const org = await openOrg();
    const [id] = await org.seed('Account', { Name: 'Acme' });
    org.advance(minute);
    expect((await org.control('PATCH', `records/Account/${id}`, { Phone: '1' })).body).toMatchObject({ Phone: '1' });
    expect((await org.query('SELECT LastModifiedBy.Name, LastModifiedDate FROM Account')).map(bare)).toMatchObject([
      { LastModifiedBy: { Name: 'Ada Admin' }, LastModifiedDate: '2026-03-02T10:01:00.000+0000' },
    ]);
    expect((await org.control('PATCH', `records/Account/${id}`, { Name: null })).body).toEqual({
      error: 'REQUIRED_FIELD_MISSING: Required fields are missing: [Name]',
    });
    await org.control('DELETE', `records/Account/${id}`);
    expect((await org.control('GET', 'records/Account')).body).toMatchObject([{ Id: id, IsDeleted: true }]);
  });

  it('hides fields and rows, and adds objects', async () => {
    const org = await openOrg();
    const [id] = await org.seed('Account', { Name: 'Acme' });
    await org.control('PUT', 'settings', { hiddenFields: ['Account.Phone'], hiddenRows: [id ?? ''] });
    expect((await org.rest('GET', '/sobjects/Account/describe')).text).not.toContain('"name":"Phone"');
    expect((await org.rest('GET', `/sobjects/Account/${id}`)).status).toBe(404);
    expect(await org.query('SELECT Id FROM Account')).toEqual([]);
    await org.control('PUT', 'schema', {
      Machine__c: {
        fields: [{ name: 'Account__c', type: 'reference', referenceTo: ['Account'], childrenName: 'Machines__r' }],
      },
    });
    expect((await org.rest('POST', '/sobjects/Machine__c', { Name: 'M1' })).status).toBe(201);
  });

  it('gives new fields the sizes that they usually have', async () => {
    const org = await openOrg();
    const fields = [
      { name: 'Score__c', type: 'double' },
      { name: 'Memo__c', type: 'textarea' },
      { name: 'Home__c', type: 'url', length: 100 },
    ];
    await org.control('PUT', 'schema', { Account: { fields } });
    const { body } = await org.rest('GET', '/sobjects/Account/describe');
    const described = isJsonObject(body) && Array.isArray(body.fields) ? body.fields.slice(-3) : [];
    expect(described).toMatchObject([
      { name: 'Score__c', precision: 18, scale: 2 },
      { name: 'Memo__c', length: 32_768 },
      { name: 'Home__c', length: 100 },
    ]);
  });

  it('comes back empty from a reset, with the same credentials and people', async () => {
    const org = await openOrg();
    await org.seed('Account', { Name: 'Acme' });
    const before = (await org.control('GET', 'records/User')).text;
    await org.control('POST', 'reset');
    expect((await org.control('GET', 'records/User')).text).toBe(before);
    expect((await org.control('GET', 'records/Account')).body).toEqual([]);
    expect((await org.rest('GET', '/limits')).status).toBe(401);
  });

  it.each([
    ['PUT', 'seed', { Nothing: [{}] }, 400],
    ['PUT', 'schema', { Nothing: {} }, 400],
    ['PUT', 'schema', { Account: { fields: [{ name: 'X__c', type: 'colour' }] } }, 400],
    ['PUT', 'schema', { Account: { validationRules: [{ name: 'r', message: 'm', condition: 'Nope = 1' }] } }, 400],
    ['PUT', 'settings', { commitDelayMs: 'soon' }, 400],
    ['PUT', 'settings', { nope: 1 }, 400],
    ['PATCH', 'records/Account/xyz', { Name: 'a' }, 400],
  ])('%s %s with %j is a plain mistake', async (method, path, body, status) => {
    const reply = await (await openOrg()).control(method, path, body);
    expect([reply.status, isJsonObject(reply.body) && typeof reply.body.error]).toEqual([status, 'string']);
  });
});
