import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '../../src/twins/json.ts';
import { at, textAt } from './bench.ts';
import {
  code,
  connectPubSub,
  openStreamedOrg,
  type PubSubClient,
  type StreamedOrg,
  take,
} from './testing/pubsub-client.ts';

/** What is set up for event streams: subscriptions whose place is kept, channels and events of one's own. */
let org: StreamedOrg;
let client: PubSubClient;
beforeEach(async () => {
  org = await openStreamedOrg();
  client = connectPubSub(org);
});
afterEach(async () => {
  client.close();
  await org.close();
  expect(org.bugs).toEqual([]);
});

const accounts = '/data/AccountChangeEvent';
const create = async (object: string, fields: Json): Promise<string> =>
  textAt(await org.rest('POST', `/sobjects/${object}`, fields), 'id');

describe('a managed subscription', () => {
  const make = async (metadata: Json = {}): Promise<string> => {
    const given = {
      label: 'Sync',
      topicName: accounts,
      defaultReplay: 'EARLIEST',
      ...(isJsonObject(metadata) ? metadata : {}),
    };
    return textAt(
      await org.rest('POST', '/tooling/sobjects/ManagedEventSubscription', { FullName: 'Sync', Metadata: given }),
      'id',
    );
  };

  it('goes on where its last client committed, whoever comes', async () => {
    const subscription_id = await make();
    for (const Name of ['a', 'b', 'c']) await create('Account', { Name });
    const first = client.open('ManagedSubscribe', { developer_name: 'Sync', num_requested: 2 });
    const { events } = await take(first, 2);
    expect(events).toHaveLength(2);
    const commit = { commit_request_id: 'one', replay_id: events[0]?.replay_id };
    first.fetch({ commit_replay_id_request: commit });
    expect((await first.next()).commit_response).toMatchObject({ commit_request_id: 'one', error: null });
    first.fetch({ commit_replay_id_request: { commit_request_id: 'two', replay_id: Buffer.alloc(8, 9) } });
    expect((await first.next()).commit_response).toMatchObject({ commit_request_id: 'two', error: { code: 'COMMIT' } });
    const rival = client.open('ManagedSubscribe', { subscription_id, num_requested: 1 });
    expect(await rival.ended).toEqual({ status: 8, code: code('managed.subscription.already.active') });
    first.cancel();
    await client.call('GetTopic', { topic_name: accounts });
    const next = client.open('ManagedSubscribe', { subscription_id, num_requested: 5 });
    const names = await Promise.all(
      (await take(next, 2)).events.map(async (event) => at(await client.decode(event), 'Name')),
    );
    expect(names).toEqual(['b', 'c']);
    next.cancel();
  });

  it.each<[string, Json, object, number, string]>([
    ['is stopped', { state: 'STOP' }, { developer_name: 'Sync' }, 3, 'config.stopped'],
    ['is unknown by name', {}, { developer_name: 'Other' }, 5, 'developer.name.not.found'],
    ['is unknown by id', {}, { subscription_id: '18x000000000001AAA' }, 5, 'subscription.id.not.found'],
    ['has no proper id', {}, { subscription_id: '1' }, 3, 'subscription.id.invalid'],
    ['is not named', {}, {}, 3, 'id.or.developer.name.empty'],
    [
      'commits before it has read',
      {},
      { developer_name: 'Sync', commit_replay_id_request: {} },
      3,
      'fetch.request.commit.request.restricted',
    ],
    [
      'asks for less than nothing',
      {},
      { developer_name: 'Sync', num_requested: -1 },
      3,
      'fetch.request.events.invalid',
    ],
  ])('that %s is refused', async (_what, metadata, request, status, short) => {
    await make(metadata);
    const stream = client.open('ManagedSubscribe', { num_requested: 1, ...request });
    expect(await stream.ended).toEqual({ status, code: code(`managed.subscription.${short}`) });
  });
});

describe('a channel of one’s own', () => {
  it('carries what is selected for it alone', async () => {
    await org.rest('POST', '/tooling/sobjects/PlatformEventChannel', {
      FullName: 'Sales__chn',
      Metadata: { channelType: 'data', label: 'Sales' },
    });
    await org.rest('POST', '/tooling/sobjects/PlatformEventChannelMember', {
      FullName: 'Sales_chn_LeadChangeEvent',
      Metadata: { eventChannel: 'Sales__chn', selectedEntity: 'LeadChangeEvent' },
    });
    const topic = await client.call('GetTopic', { topic_name: '/data/Sales__chn' });
    expect([topic.can_subscribe, topic.schema_id]).toEqual([true, '']);
    const stream = client.open('Subscribe', {
      topic_name: '/data/Sales__chn',
      num_requested: 5,
      replay_preset: 'EARLIEST',
    });
    await create('Account', { Name: 'a' });
    await create('Lead', { LastName: 'l', Company: 'c' });
    const [event] = (await stream.next()).events;
    expect(event === undefined ? null : at(await client.decode(event), 'ChangeEventHeader.entityName')).toBe('Lead');
    stream.cancel();
  });
});

describe('a platform event', () => {
  const topic = '/event/Notice__e';
  const publishedSchema = z.object({
    results: z.array(
      z.object({
        correlation_key: z.string(),
        replay_id: z.instanceof(Buffer),
        error: z.object({ code: z.string() }).nullable(),
      }),
    ),
  });
  const define = () =>
    org.control('PUT', 'schema', {
      Notice__e: {
        fields: [
          { name: 'Text__c', type: 'string' },
          { name: 'At__c', type: 'datetime' },
        ],
      },
    });

  it('is published over this API or by creating it, and heard by both kinds of subscribers', async () => {
    await define();
    const { can_publish, schema_id } = await client.call('GetTopic', { topic_name: topic });
    expect(can_publish).toBe(true);
    const stream = client.open('Subscribe', { topic_name: topic, num_requested: 5, replay_preset: 'EARLIEST' });
    const payload = await client.encode(String(schema_id), {
      Text__c: 'one',
      At__c: 1_772_445_600_000,
      CreatedDate: null,
      CreatedById: null,
    });
    const answer = await client.call('Publish', {
      topic_name: topic,
      events: [
        { id: 'a', schema_id, payload },
        { id: 'b', schema_id, payload: Buffer.from([255]) },
      ],
    });
    const { results } = publishedSchema.parse(answer);
    expect(results.map(({ correlation_key, error }) => [correlation_key, error?.code ?? null])).toEqual([
      ['a', null],
      ['b', 'PUBLISH'],
    ]);
    await create('Notice__e', { Text__c: 'two' });
    const { events } = await take(stream, 2);
    expect(events[0]?.replay_id).toEqual(results[0]?.replay_id);
    expect(await Promise.all(events.map((event) => client.decode(event)))).toMatchObject([
      { Text__c: 'one', At__c: 1_772_445_600_000, CreatedById: expect.stringMatching(/^005/) },
      { Text__c: 'two', At__c: null },
    ]);
    stream.cancel();
    await expect(org.rest('GET', '/query?q=SELECT+CreatedById+FROM+Notice__e')).rejects.toThrow('INVALID_TYPE');
  });

  it('is published many times over one stream, and not where changes of records are told', async () => {
    await define();
    const { schema_id } = await client.call('GetTopic', { topic_name: topic });
    const payload = await client.encode(String(schema_id), {
      Text__c: 'x',
      At__c: null,
      CreatedDate: null,
      CreatedById: null,
    });
    const heard = client.open('Subscribe', { topic_name: topic, num_requested: 5, replay_preset: 'EARLIEST' });
    const stream = client.publishing();
    stream.send({ topic_name: topic, events: [{ id: 'a', schema_id, payload }] });
    stream.send({ topic_name: topic, events: [{ id: 'b', schema_id, payload }] });
    expect((await take(heard, 2)).events).toHaveLength(2);
    stream.end();
    expect(await stream.ended).toBeNull();
    const refused = { status: 7, code: code('topic.meta.permission') };
    await expect(client.call('Publish', { topic_name: accounts, events: [{ id: 'a' }] })).rejects.toEqual(refused);
    const none = { status: 3, code: code('publish.event.count.invalid') };
    await expect(client.call('Publish', { topic_name: topic, events: [] })).rejects.toEqual(none);
    heard.cancel();
  });
});

it('the same seed gives the same events, byte for byte', async () => {
  const tell = async (from: StreamedOrg) => {
    const listener = connectPubSub(from);
    await from.rest('POST', '/sobjects/Account', { Name: 'a', BillingCity: 'Paris' });
    await from.rest('POST', '/sobjects/Lead', { LastName: 'l', Company: 'c' });
    const stream = listener.open('Subscribe', {
      topic_name: '/data/ChangeEvents',
      num_requested: 2,
      replay_preset: 'EARLIEST',
    });
    const { events, latest_replay_id } = await take(stream, 2);
    stream.cancel();
    listener.close();
    return { events, latest_replay_id };
  };
  const twin = await openStreamedOrg();
  const [one, two] = [await tell(org), await tell(twin)];
  await twin.close();
  expect(one).toEqual(two);
});

describe('a subscriber', () => {
  const asOrdinary = async (rights: JsonObject): Promise<void> => {
    const first = async (soql: string) =>
      textAt(await org.rest('GET', `/query?q=${encodeURIComponent(soql)}`), 'records.0.Id');
    const profile = await first("SELECT Id FROM Profile WHERE Name = 'Standard User'");
    const user = await first("SELECT Id FROM User WHERE Username = 'integration@acme.example'");
    const set = await first(`SELECT Id FROM PermissionSet WHERE ProfileId = '${profile}'`);
    const row = await first(`SELECT Id FROM ObjectPermissions WHERE ParentId = '${set}' AND SobjectType = 'Account'`);
    await org.control('PATCH', `records/ObjectPermissions/${row}`, rights);
    await org.control('PATCH', `records/User/${user}`, { ProfileId: profile });
  };

  it('hears of objects alone of which the user sees all rows', async () => {
    await asOrdinary({ PermissionsViewAllRecords: true });
    const denied = { status: 7, code: code('subscription.topic.cannot.subscribe') };
    for (const topic_name of ['/data/CaseChangeEvent', '/data/ChangeEvents'])
      expect(await client.open('Subscribe', { topic_name, num_requested: 1 }).ended).toEqual(denied);
    const stream = client.open('Subscribe', { topic_name: accounts, num_requested: 1, replay_preset: 'EARLIEST' });
    await create('Account', { Name: 'a' });
    expect((await take(stream, 1)).events).toHaveLength(1);
    stream.cancel();
  });

  it('hears nothing of fields that are hidden from the user', async () => {
    const [id] = Object.values((await org.control('PUT', 'seed', { Account: [{ Name: 'a' }] })) ?? {}).flat();
    await org.control('PATCH', `records/Account/${String(id)}`, {
      Phone: '1',
      BillingCity: 'Paris',
      BillingStreet: 'Rue 1',
      Fax: '2',
    });
    await org.control('PUT', 'settings', { hiddenFields: ['Account.Phone', 'Account.BillingCity'] });
    const stream = client.open('Subscribe', { topic_name: accounts, num_requested: 1, replay_preset: 'EARLIEST' });
    const [event] = (await take(stream, 1)).events;
    const payload = event === undefined ? null : await client.decode(event);
    expect(payload).toMatchObject({ Phone: null, Fax: '2', BillingAddress: { City: null, Street: 'Rue 1' } });
    stream.cancel();
  });
});
