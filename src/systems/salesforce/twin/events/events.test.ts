import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../../../twins/json.ts';
import { openOrg, type TestOrg } from '../testing.ts';

/** A subscriber that speaks Bayeux by hand. */
async function listen(org: TestOrg, channel: string, replay: number) {
  const { authorization } = await login(org);
  const send = async (message: JsonObject): Promise<JsonObject[]> => {
    const { body } = await org.send('POST', '/cometd/62.0', [message], { authorization });
    return Array.isArray(body) ? body.filter(isJsonObject) : [];
  };
  const [shaken] = await send({
    channel: '/meta/handshake',
    version: '1.0',
    supportedConnectionTypes: ['long-polling'],
  });
  const clientId = shaken?.clientId ?? null;
  const [subscribed] = await send({
    channel: '/meta/subscribe',
    clientId,
    subscription: channel,
    ext: { replay: { [channel]: replay } },
  });
  const poll = async (timeout?: number): Promise<JsonObject[]> =>
    send({ channel: '/meta/connect', clientId, ...(timeout === undefined ? {} : { advice: { timeout } }) });
  const events = async (): Promise<JsonObject[]> =>
    (await poll(0)).flatMap(({ data }) => (isJsonObject(data) ? [data] : []));
  return { send, subscribed, poll, events, clientId };
}

async function login(org: TestOrg): Promise<{ authorization: string }> {
  const { createSalesforceTwin } = await import('../index.ts');
  const world = {
    now: () => 0,
    sleep: async () => {},
    log: { debug() {}, info() {}, warn() {}, error() {} },
    fetch: () => Promise.reject(new Error('no network')),
  };
  const { clientId = '', clientSecret = '' } = createSalesforceTwin({ seed: 7, world }).about(
    'http://acme.my.example',
  ).auth;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const { body } = await org.send('POST', '/services/oauth2/token', form.toString(), {
    'content-type': 'application/x-www-form-urlencoded',
  });
  return { authorization: `OAuth ${isJsonObject(body) ? String(body.access_token) : ''}` };
}

const header = (event: JsonObject | undefined): Json =>
  isJsonObject(event?.payload) ? (event.payload.ChangeEventHeader ?? null) : null;
const idOf = (body: Json): string => (isJsonObject(body) ? String(body.id) : '');

describe('change events', () => {
  it('tell creation, change, deletion and return of a row, and who made them', async () => {
    const org = await openOrg();
    const listener = await listen(org, '/data/ContactChangeEvent', -1);
    const client = { 'sforce-call-options': 'client=Syncline' };
    const id = idOf(
      (await org.rest('POST', '/sobjects/Contact', { LastName: 'Doe', MailingCity: 'Paris' }, client)).body,
    );
    await org.rest('PATCH', `/sobjects/Contact/${id}`, { FirstName: 'Jane', MailingCity: null });
    org.advance(1_000);
    await org.control('PATCH', `records/Contact/${id}`, { Phone: '1' });
    await org.rest('DELETE', `/sobjects/Contact/${id}`);
    await org.control('POST', `records/Contact/${id}/restore`, {});
    const events = await listener.events();
    expect(events.map(header)).toMatchObject([
      {
        changeType: 'CREATE',
        recordIds: [id],
        changeOrigin: 'com/salesforce/api/rest/62.0;client=Syncline',
        changedFields: [],
        sequenceNumber: 1,
      },
      {
        changeType: 'UPDATE',
        changeOrigin: 'com/salesforce/api/rest/62.0',
        changedFields: ['Name.FirstName', 'MailingAddress.City'],
        nulledFields: ['MailingAddress.City'],
      },
      {
        changeType: 'UPDATE',
        changedFields: ['Phone', 'LastModifiedDate', 'LastModifiedById'],
        commitTimestamp: Date.parse('2026-03-02T10:00:01Z'),
      },
      { changeType: 'DELETE', recordIds: [id] },
      { changeType: 'UNDELETE', recordIds: [id] },
    ]);
    expect(events[0]?.payload).toMatchObject({ Name: { LastName: 'Doe' }, MailingAddress: { City: 'Paris' } });
    expect(events[0]?.payload).not.toHaveProperty('SystemModstamp');
    expect(events[1]?.payload).toMatchObject({ Name: { FirstName: 'Jane' }, MailingAddress: { City: null } });
    const ids = events.map(({ event }) => (isJsonObject(event) ? Number(event.replayId) : 0));
    expect([...ids].sort((one, two) => one - two)).toEqual(ids);
    expect(new Set(ids).size).toBe(5);
  });

  it('of one transaction share its key, in order, and come only after its commit', async () => {
    const org = await openOrg({ commitDelayMs: 1_000, answerBeforeCommit: true });
    const listener = await listen(org, '/data/ChangeEvents', -1);
    await org.rest('POST', '/composite/sobjects', {
      records: ['a', 'b'].map((Name) => ({ attributes: { type: 'Account' }, Name })),
    });
    expect(await listener.events()).toEqual([]);
    org.advance(1_000);
    const headers = (await listener.events()).map(header);
    expect(headers).toMatchObject([{ sequenceNumber: 1 }, { sequenceNumber: 2 }]);
    const keys = headers.map((one) => (isJsonObject(one) ? one.transactionKey : null));
    expect(keys[0]).toBe(keys[1]);
  });

  it('are published for selected objects alone, and not for what is seeded', async () => {
    const org = await openOrg({ commitDelayMs: 0, changeEvents: ['Case'] });
    const listener = await listen(org, '/data/ChangeEvents', -1);
    await org.seed('Case', { Subject: 'old' });
    await org.rest('POST', '/sobjects/Account', { Name: 'unheard' });
    await org.rest('POST', '/sobjects/Case', { Subject: 'new' });
    expect((await listener.events()).map(header)).toMatchObject([{ entityName: 'Case', changeType: 'CREATE' }]);
  });

  it('are selected through the Tooling API, five objects at most', async () => {
    const org = await openOrg({ commitDelayMs: 0, changeEvents: ['Account', 'Contact', 'Lead', 'Opportunity'] });
    const select = (object: string) =>
      org.rest('POST', '/tooling/sobjects/PlatformEventChannelMember', {
        FullName: `ChangeEvents_${object}ChangeEvent`,
        Metadata: { eventChannel: 'ChangeEvents', selectedEntity: `${object}ChangeEvent` },
      });
    const listener = await listen(org, '/data/ChangeEvents', -1);
    expect((await select('Case')).status).toBe(201);
    expect((await select('Task')).body).toMatchObject([{ errorCode: 'LIMIT_EXCEEDED' }]);
    await org.rest('POST', '/sobjects/Case', { Subject: 'heard' });
    expect((await listener.events()).map(header)).toMatchObject([{ entityName: 'Case' }]);
    const found = await org.rest(
      'GET',
      '/tooling/query?q=SELECT SelectedEntity FROM PlatformEventChannelMember ORDER BY SelectedEntity LIMIT 1',
    );
    expect(found.body).toMatchObject({ records: [{ SelectedEntity: 'AccountChangeEvent' }] });
  });

  it('are replayed for 72 hours, by id or all that are left', async () => {
    const org = await openOrg({ commitDelayMs: 0, sessionMs: 10 ** 12 });
    await org.rest('POST', '/sobjects/Account', { Name: 'a' });
    await org.rest('POST', '/sobjects/Account', { Name: 'b' });
    const all = await (await listen(org, '/data/AccountChangeEvent', -2)).events();
    expect(all).toHaveLength(2);
    const first = isJsonObject(all[0]?.event) ? Number(all[0].event.replayId) : 0;
    expect(await (await listen(org, '/data/AccountChangeEvent', first)).events()).toHaveLength(1);
    org.advance(72 * 3_600_000 + 1_000);
    expect(await (await listen(org, '/data/AccountChangeEvent', -2)).events()).toEqual([]);
    expect((await listen(org, '/data/AccountChangeEvent', first)).subscribed).toMatchObject({
      successful: false,
      error: `400::The replayId {${first}} you provided was invalid. Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`,
    });
  });

  it('may have gaps, which somebody can make', async () => {
    const org = await openOrg();
    const listener = await listen(org, '/data/ChangeEvents', -1);
    expect((await org.control('POST', 'events', { gap: 'UPDATE', object: 'Account', ids: ['001x'] })).status).toBe(200);
    await org.control('POST', 'events', { gap: 'OVERFLOW', object: 'Case' });
    expect((await listener.events()).map(({ payload }) => payload)).toMatchObject([
      {
        ChangeEventHeader: { changeType: 'GAP_UPDATE', entityName: 'Account', recordIds: ['001x'], sequenceNumber: 1 },
      },
      { ChangeEventHeader: { changeType: 'GAP_OVERFLOW', recordIds: ['500000000000000AAA'] } },
    ]);
    expect((await org.control('POST', 'events', { gap: 'SIDEWAYS', object: 'Case' })).status).toBe(400);
  });

  it('of a converted lead say what it became', async () => {
    const org = await openOrg();
    const [lead] = await org.seed('Lead', { LastName: 'Doe', Company: 'Acme' });
    const listener = await listen(org, '/data/ChangeEvents', -1);
    await org.control('POST', `records/Lead/${lead}/convert`, {});
    const headers = (await listener.events()).map(header);
    expect(headers).toMatchObject([
      { entityName: 'Account', changeType: 'CREATE' },
      { entityName: 'Contact', changeType: 'CREATE' },
      { entityName: 'Opportunity', changeType: 'CREATE' },
      {
        entityName: 'Lead',
        changedFields: [
          'Status',
          'IsConverted',
          'ConvertedDate',
          'ConvertedAccountId',
          'ConvertedContactId',
          'ConvertedOpportunityId',
        ],
      },
    ]);
  });
});

describe('a subscriber', () => {
  it('is held until its poll is over', async () => {
    const org = await openOrg();
    const listener = await listen(org, '/data/ChangeEvents', -1);
    const [reply] = await listener.poll();
    expect(reply).toMatchObject({
      channel: '/meta/connect',
      successful: true,
      advice: { interval: 0, timeout: 110_000, reconnect: 'retry' },
    });
    expect(org.slept()).toBe(110_000);
  });

  it('without a session, with a dead one, or that stayed away is told so', async () => {
    const org = await openOrg();
    const denied = await org.send('POST', '/cometd/62.0', [{ channel: '/meta/handshake' }], {
      authorization: 'OAuth none',
    });
    expect(denied.body).toMatchObject([
      {
        error: '403::Handshake denied',
        successful: false,
        advice: { reconnect: 'none' },
        ext: { sfdc: { failureReason: '401::Authentication invalid' } },
      },
    ]);
    const listener = await listen(org, '/data/ChangeEvents', -1);
    org.advance(150_001);
    expect(await listener.poll(0)).toMatchObject([
      { error: '403::Unknown client', advice: { reconnect: 'handshake' } },
    ]);
    const other = await listen(org, '/data/ChangeEvents', -1);
    await org.control('POST', 'reset');
    expect(await other.poll(0)).toMatchObject([
      { error: '401::Authentication invalid', advice: { reconnect: 'none' } },
    ]);
  });

  it('is refused what is not there, and what is too much', async () => {
    const org = await openOrg();
    expect((await listen(org, '/data/NothingChangeEvent', -1)).subscribed).toMatchObject({
      successful: false,
      error: '403:denied_by_security_policy:create_denied',
    });
    expect((await org.send('GET', '/cometd/62.0')).status).toBe(400);
    expect((await org.send('POST', '/cometd/62.0', `[${' '.repeat(32_768)}]`)).status).toBe(413);
    await org.control('PUT', 'settings', { limits: { dailyEvents: 1 } });
    const listener = await listen(org, '/data/ChangeEvents', -1);
    await org.rest('POST', '/sobjects/Account', { Name: 'a' });
    expect(await listener.events()).toHaveLength(1);
    expect(await listener.poll(0)).toMatchObject([{ error: '403::Organization total events daily limit exceeded' }]);
  });
});

describe('a PushTopic', () => {
  const topic = (more: JsonObject = {}): JsonObject => ({
    Name: 'Hot',
    Query: "SELECT Id, Subject FROM Case WHERE Priority = 'High'",
    ApiVersion: 62,
    ...more,
  });

  it('tells of rows that fulfil its query, by what became of them', async () => {
    const org = await openOrg();
    await org.rest('POST', '/sobjects/PushTopic', topic());
    const listener = await listen(org, '/topic/Hot', -1);
    const id = idOf((await org.rest('POST', '/sobjects/Case', { Subject: 'a', Priority: 'High' })).body);
    await org.rest('POST', '/sobjects/Case', { Subject: 'cool', Priority: 'Low' });
    await org.rest('PATCH', `/sobjects/Case/${id}`, { Description: 'not asked for' });
    await org.rest('PATCH', `/sobjects/Case/${id}`, { Subject: 'b' });
    await org.rest('DELETE', `/sobjects/Case/${id}`);
    await org.control('POST', `records/Case/${id}/restore`, {});
    expect(await listener.events()).toMatchObject([
      { event: { type: 'created', createdDate: '2026-03-02T10:00:00.000Z' }, sobject: { Id: id, Subject: 'a' } },
      { event: { type: 'updated' }, sobject: { Subject: 'b' } },
      { event: { type: 'deleted' }, sobject: { Id: id } },
      { event: { type: 'undeleted' }, sobject: { Subject: 'b' } },
    ]);
  });

  it('keeps what it told for 24 hours', async () => {
    const org = await openOrg({ commitDelayMs: 0, sessionMs: 10 ** 12 });
    await org.rest('POST', '/sobjects/PushTopic', topic({ NotifyForFields: 'All', Query: 'SELECT Id FROM Account' }));
    await org.rest('POST', '/sobjects/Account', { Name: 'a' });
    expect(await (await listen(org, '/topic/Hot', -2)).events()).toHaveLength(1);
    org.advance(24 * 3_600_000 + 1_000);
    expect(await (await listen(org, '/topic/Hot', -2)).events()).toEqual([]);
    expect((await listen(org, '/topic/Hot', 0)).subscribed).toMatchObject({ successful: false });
    expect((await listen(org, '/topic/Cold', -1)).subscribed).toMatchObject({ successful: false });
  });

  it.each([
    ['whose query is none', topic({ Query: 'SELECT' }), 'INVALID_FIELD'],
    ['whose query counts', topic({ Query: 'SELECT COUNT() FROM Account' }), 'INVALID_FIELD'],
    ['with a long name', topic({ Name: 'x'.repeat(26) }), 'STRING_TOO_LONG'],
  ])('%s is refused', async (_what, values, errorCode) => {
    const org = await openOrg();
    expect((await org.rest('POST', '/sobjects/PushTopic', values)).body).toMatchObject([{ errorCode }]);
  });
});

describe('too many subscribers', () => {
  it('are refused their handshake, until others have gone', async () => {
    const org = await openOrg({ commitDelayMs: 0, limits: { streamingClients: 1 } });
    await listen(org, '/data/ChangeEvents', -1);
    const { authorization } = await login(org);
    const refused = await org.send('POST', '/cometd/62.0', [{ channel: '/meta/handshake' }], { authorization });
    expect(refused.body).toMatchObject([
      { successful: false, error: '403::Organization concurrent user limit exceeded' },
    ]);
    org.advance(200_000);
    const taken = await org.send('POST', '/cometd/62.0', [{ channel: '/meta/handshake' }], { authorization });
    expect(taken.body).toMatchObject([{ successful: true }]);
  });
});
