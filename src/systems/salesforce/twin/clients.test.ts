import { Connection } from '@jsforce/jsforce-node';
import { StreamingExtension } from '@jsforce/jsforce-node/lib/api/streaming.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../../model/world.ts';
import { type Served, serveTwin } from '../../../twins/serve.ts';
import type { Twin } from '../../../twins/twin.ts';
import { createSalesforceTwin } from './index.ts';

/** The vendor's own client, over sockets, as it is: what it does not understand is wrong here. */
let twin: Twin;
let served: Served;
let connection: Connection;

const control = (method: string, path: string, body: unknown): Promise<Response> =>
  twin.fetch(new Request(`${served.url}/_twin/${path}`, { method, body: JSON.stringify(body) }));

beforeAll(async () => {
  let time = Date.parse('2026-03-02T10:00:00Z');
  const world = {
    now: () => time,
    sleep: async (ms: number) => {
      time += ms;
    },
    log: silentLog,
    fetch: () => Promise.reject(new Error('no network')),
  };
  twin = createSalesforceTwin({ seed: 3, world });
  served = await serveTwin(twin, { port: 0 });
  await control('PUT', 'settings', { jobMs: 0 });
  const { clientId = '', clientSecret = '' } = twin.about(served.url).auth;
  connection = new Connection({
    loginUrl: served.url,
    instanceUrl: served.url,
    oauth2: { loginUrl: served.url, clientId, clientSecret },
    version: '62.0',
  });
  await connection.authorize({ grant_type: 'client_credentials' });
});

afterAll(async () => {
  await served.close();
});

describe('jsforce', () => {
  it('logs in and learns who it is', async () => {
    expect(await connection.identity()).toMatchObject({ username: 'integration@acme.example' });
  });

  it('describes objects', async () => {
    const account = await connection.describe('Account');
    expect(account.fields.map(({ name }) => name)).toContain('BillingCity');
    expect(connection.limitInfo).toMatchObject({ apiUsage: { limit: 110_000 } });
    expect((await connection.describeGlobal()).sobjects.map(({ name }) => name)).toContain('Case');
  });

  it('creates, retrieves, updates and destroys, one and many', async () => {
    const one = await connection.sobject('Account').create({ Name: 'Acme' });
    expect(one).toMatchObject({ success: true });
    const many = await connection.sobject('Account').create([{ Name: 'A' }, { Name: '' }, { Name: 'C' }]);
    expect(many.map(({ success }) => success)).toEqual([true, false, true]);
    const ids = many.flatMap((result) => (result.success ? [result.id] : []));
    expect((await connection.sobject('Account').retrieve(ids)).map((record) => record.Name)).toEqual(['A', 'C']);
    await connection.sobject('Account').update(ids.map((Id) => ({ Id, Phone: '1' })));
    await connection.sobject('Account').destroy(ids);
    expect((await connection.query('SELECT Id FROM Account')).totalSize).toBe(1);
  });

  it('upserts by external id, and learns of several matches', async () => {
    await control('PUT', 'schema', { Contact: { fields: [{ name: 'Ext__c', type: 'string', externalId: true }] } });
    const done = await connection.sobject('Contact').upsert({ LastName: 'Doe', Ext__c: 'x/1' }, 'Ext__c');
    expect(done).toMatchObject({ success: true });
    await connection.sobject('Contact').create({ LastName: 'Doe', Ext__c: 'x/1' });
    await expect(
      connection.sobject('Contact').upsert({ LastName: 'Roe', Ext__c: 'x/1' }, 'Ext__c'),
    ).rejects.toMatchObject({ errorCode: 'MULTIPLE_CHOICES' });
  });

  it('fetches all pages of a query', async () => {
    await control('PUT', 'seed', {
      Lead: Array.from({ length: 4_500 }, (_, i) => ({ LastName: `L${i}`, Company: 'C' })),
    });
    const found = await connection.query('SELECT Id, LastName FROM Lead', { autoFetch: true, maxFetch: 10_000 });
    expect([found.records.length, found.totalSize]).toEqual([4_500, 4_500]);
  });

  it('asks what was updated and deleted', async () => {
    const updated = await connection.sobject('Account').updated('2026-03-02T09:00:00Z', '2026-03-02T12:00:00Z');
    expect(updated.latestDateCovered).toMatch(/^2026-03-02T10:/);
    expect(await connection.sobject('Account').deleted('2026-03-02T09:00:00Z', '2026-03-02T12:00:00Z')).toHaveProperty(
      'deletedRecords',
    );
  });

  it('gets a new session after the old one died', async () => {
    const dying = new Connection({
      instanceUrl: served.url,
      loginUrl: served.url,
      accessToken: 'dead',
      version: '62.0',
      refreshFn: (_old, done) => done(null, connection.accessToken ?? ''),
    });
    expect((await dying.query('SELECT Id FROM User')).totalSize).toBe(2);
  });

  it('runs bulk jobs both ways', async () => {
    const loaded = await connection.bulk2.loadAndWaitForResults({
      object: 'Account',
      operation: 'insert',
      input: [
        { Name: 'Bulk 1', Phone: '1' },
        { Name: '', Phone: '2' },
      ],
      pollInterval: 1,
      pollTimeout: 5_000,
    });
    expect([loaded.successfulResults.length, loaded.failedResults.length]).toEqual([1, 1]);
    const records = await (
      await connection.bulk2.query("SELECT Id, Name FROM Account WHERE Name LIKE 'Bulk%'", {
        pollInterval: 1,
        pollTimeout: 5_000,
      })
    ).toArray();
    expect(records).toMatchObject([{ Name: 'Bulk 1' }]);
  });

  it('merges, converts and undeletes over SOAP', async () => {
    const [winner, loser] = await connection.sobject('Account').create([{ Name: 'Winner' }, { Name: 'Loser' }]);
    const contact = await connection.sobject('Contact').create({ LastName: 'Child', AccountId: loser?.id ?? '' });
    const masterRecord = { type: 'Account', Id: winner?.id ?? '', Phone: '7' };
    const merged = await connection.soap.merge({ masterRecord, recordToMergeIds: [loser?.id ?? ''] });
    expect(merged).toMatchObject({
      success: true,
      id: winner?.id,
      mergedRecordIds: [loser?.id],
      updatedRelatedIds: [contact.id],
    });
    expect(await connection.sobject('Contact').retrieve(contact.id ?? '')).toMatchObject({ AccountId: winner?.id });
    const gone = await connection.query(`SELECT IsDeleted, MasterRecordId FROM Account WHERE Id = '${loser?.id}'`, {
      scanAll: true,
    });
    expect(gone.records).toMatchObject([{ IsDeleted: true, MasterRecordId: winner?.id }]);
    expect(await connection.soap.undelete([loser?.id ?? ''])).toMatchObject([{ success: true, id: loser?.id }]);

    const lead = await connection
      .sobject('Lead')
      .create({ LastName: 'Convert', FirstName: 'Me', Company: 'Convertible', Email: 'me@convertible.example' });
    const request = {
      leadId: lead.id ?? '',
      convertedStatus: 'Closed - Converted',
      doNotCreateOpportunity: false,
      overwriteLeadSource: false,
      sendNotificationEmail: false,
    };
    const converted = await connection.soap.convertLead(request);
    expect(converted).toMatchObject({
      success: true,
      leadId: lead.id,
      accountId: expect.stringMatching(/^001/),
      opportunityId: expect.stringMatching(/^006/),
    });
    expect(await connection.sobject('Contact').retrieve(converted.contactId ?? '')).toMatchObject({
      Name: 'Me Convert',
      AccountId: converted.accountId,
    });
    expect(await connection.sobject('Lead').retrieve(lead.id ?? '')).toMatchObject({
      IsConverted: true,
      ConvertedContactId: converted.contactId,
    });
    await expect(connection.sobject('Lead').update({ Id: lead.id ?? '', Phone: '1' })).rejects.toMatchObject({
      errorCode: 'CANNOT_UPDATE_CONVERTED_LEAD',
    });
    expect(await connection.soap.convertLead(request)).toMatchObject({
      success: false,
      errors: [{ statusCode: 'CANNOT_UPDATE_CONVERTED_LEAD' }],
    });
  });

  it('logs in over SOAP with a password', async () => {
    const other = new Connection({ loginUrl: served.url, instanceUrl: served.url, version: '62.0' });
    await expect(other.login('integration@acme.example', 'wrong')).rejects.toThrow('INVALID_LOGIN');
    const user = await other.login('integration@acme.example', 'password');
    expect(user.organizationId).toMatch(/^00D/);
    expect((await other.query('SELECT Id FROM User')).totalSize).toBe(2);
  });
});

describe('jsforce streaming', () => {
  it('hears of changes as they are published', async () => {
    // Sleeps end when something happens, never by themselves: the long poll is answered by the event alone.
    const sleep = (_ms: number, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
    const world = {
      now: () => Date.parse('2026-03-02T10:00:00Z'),
      sleep,
      log: silentLog,
      fetch: () => Promise.reject(new Error('no network')),
    };
    const own = createSalesforceTwin({ seed: 4, world });
    const door = await serveTwin(own, { port: 0 });
    await own.fetch(
      new Request(`${door.url}/_twin/settings`, { method: 'PUT', body: JSON.stringify({ commitDelayMs: 0 }) }),
    );
    const { clientId = '', clientSecret = '' } = own.about(door.url).auth;
    const listener = new Connection({
      loginUrl: door.url,
      instanceUrl: door.url,
      oauth2: { loginUrl: door.url, clientId, clientSecret },
      version: '62.0',
    });
    await listener.authorize({ grant_type: 'client_credentials' });
    const channel = '/data/AccountChangeEvent';
    const faye = listener.streaming.createClient([new StreamingExtension.Replay(channel, -2)]);
    const { promise: heard, resolve: hear } = Promise.withResolvers<unknown>();
    await faye.subscribe(channel, hear);
    await listener.sobject('Account').create({ Name: 'Acme', BillingCity: 'Paris' });
    expect(await heard).toMatchObject({
      event: { replayId: expect.any(Number) },
      payload: {
        Name: 'Acme',
        BillingAddress: { City: 'Paris' },
        LastModifiedDate: '2026-03-02T10:00:00Z',
        ChangeEventHeader: {
          entityName: 'Account',
          changeType: 'CREATE',
          recordIds: [expect.stringMatching(/^001/)],
          changeOrigin: 'com/salesforce/api/rest/62.0',
        },
      },
    });
    await listener
      .sobject('PushTopic')
      .create({ Name: 'Sites', Query: 'SELECT Id, Name FROM Account', ApiVersion: 62 });
    const { promise: told, resolve: tell } = Promise.withResolvers<unknown>();
    await faye.subscribe('/topic/Sites', tell);
    await listener.sobject('Account').create({ Name: 'Site' });
    expect(await told).toMatchObject({ event: { type: 'created' }, sobject: { Name: 'Site' } });
    if ('disconnect' in faye && typeof faye.disconnect === 'function') faye.disconnect();
    await door.close();
  });
});
