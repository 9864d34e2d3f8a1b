import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject, type Json } from '../../src/twins/json.ts';
import { at, listOf, textAt } from './bench.ts';
import {
  code,
  connectPubSub,
  openStreamedOrg,
  type PubSubClient,
  type StreamedOrg,
  take,
} from './testing/pubsub-client.ts';

/** Salesforce's Pub/Sub API: gRPC over TLS on a port of its own, events in Avro, flow control by the client. */
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
/** The number inside a replay id. */
const replayNumber = (id: Buffer): number => Number(id.readBigUInt64BE());
/** The names of fields at the positions that a bitmap has bits for. */
const namesOf = async (schemaId: string, bitmaps: Json | undefined): Promise<string[]> => {
  const { schema_json } = await client.call('GetSchema', { schema_id: schemaId });
  const { fields } = JSON.parse(String(schema_json));
  return listOf(bitmaps).flatMap((bitmap) => {
    const [, position, hex = ''] = /^(?:(\d+)-)?0x([0-9A-F]+)$/.exec(String(bitmap)) ?? [];
    const record = position === undefined ? null : fields[Number(position)];
    const inner = record?.type.find((one: Json) => typeof one === 'object') ?? null;
    const names: string[] = (inner?.fields ?? fields).map((field: { name: string }) => field.name);
    const bits = BigInt(`0x${hex}`);
    return names
      .filter((_, i) => (bits >> BigInt(i)) & 1n)
      .map((name) => (record === null ? name : `${record.name}.${name}`));
  });
};

describe('a topic', () => {
  it('has a schema: the header, then nullable fields, names and addresses inside', async () => {
    const topic = await client.call('GetTopic', { topic_name: '/data/ContactChangeEvent' });
    expect(topic).toMatchObject({
      topic_name: '/data/ContactChangeEvent',
      tenant_guid: org.organization,
      can_publish: false,
      can_subscribe: true,
      rpc_id: expect.stringMatching(/\w/),
    });
    const { schema_json, schema_id } = await client.call('GetSchema', { schema_id: topic.schema_id ?? '' });
    expect(schema_id).toBe(topic.schema_id);
    const schema: Json = JSON.parse(String(schema_json));
    expect(schema).toMatchObject({ type: 'record', name: 'ContactChangeEvent', namespace: 'com.sforce.eventbus' });
    const fields = listOf(at(schema, 'fields'));
    expect(fields[0]).toMatchObject({ name: 'ChangeEventHeader', type: { name: 'ChangeEventHeader', type: 'record' } });
    expect(fields.slice(1).every((field) => at(field, 'type.0') === 'null' && at(field, 'default') === null)).toBe(
      true,
    );
    const byName = new Map(fields.filter(isJsonObject).map((field) => [field.name, field]));
    expect(byName.get('Name')).toMatchObject({ type: ['null', { type: 'record', name: 'PersonName' }] });
    // A named record is written out where it comes first.
    expect(byName.get('OtherAddress')).toMatchObject({ type: ['null', { type: 'record', name: 'Address' }] });
    expect(byName.get('MailingAddress')).toMatchObject({ type: ['null', 'Address'] });
    expect([byName.has('SystemModstamp'), byName.has('IsDeleted'), byName.has('Id')]).toEqual([false, false, false]);
  });

  it.each<[string, 'GetTopic' | 'GetSchema', object, number, string]>([
    ['is not there', 'GetTopic', { topic_name: '/data/NothingChangeEvent' }, 5, 'topic.not.found'],
    ['has no name', 'GetTopic', {}, 3, 'topic.validation.empty'],
    ['is written in another case', 'GetTopic', { topic_name: '/data/accountchangeevent' }, 5, 'topic.not.found'],
    ['has no such schema', 'GetSchema', { schema_id: 'nothing' }, 5, 'schema.meta.permission'],
    ['has a schema without an id', 'GetSchema', {}, 3, 'schema.validation.failed'],
  ])('that %s is refused by the vendor’s code', async (_what, name, request, status, short) => {
    await expect(client.call(name, request)).rejects.toEqual({ status, code: code(short) });
  });
});

describe('a subscriber', () => {
  it('is known by three headers, or refused', async () => {
    for (const [headers, short] of [
      [{ accesstoken: '' }, 'service.auth.headers.invalid'],
      [{ tenantid: '' }, 'service.auth.headers.invalid'],
      [{ instanceurl: '' }, 'service.auth.headers.invalid'],
      [{ accesstoken: 'dead' }, 'service.auth.error'],
      [{ tenantid: '00D000000000000AAA' }, 'service.auth.error'],
    ] as const) {
      const other = connectPubSub(org, headers);
      const failure = { status: 16, code: code(short) };
      await expect(other.call('GetTopic', { topic_name: accounts })).rejects.toEqual(failure);
      const stream = other.open('Subscribe', { topic_name: accounts, num_requested: 1 });
      expect(await stream.ended).toEqual(failure);
      other.close();
    }
  });

  it('reads the same events as over CometD, with the same replay ids, changed fields as bitmaps', async () => {
    const stream = client.open('Subscribe', { topic_name: accounts, replay_preset: 'EARLIEST', num_requested: 10 });
    const id = await create('Account', { Name: 'Acme', BillingCity: 'Paris', AnnualRevenue: 12.5 });
    await org.rest('PATCH', `/sobjects/Account/${id}`, { Phone: '1', BillingCity: null, BillingStreet: 'Rue 1' });
    const { events } = await take(stream, 2);
    const [made, changed] = await Promise.all(events.map((event) => client.decode(event)));
    expect(made).toMatchObject({
      Name: 'Acme',
      BillingAddress: { City: 'Paris', Street: null },
      AnnualRevenue: 13,
      CreatedDate: Date.parse('2026-03-02T10:00:00Z'),
      ChangeEventHeader: { changeType: 'CREATE', recordIds: [id], changedFields: [], entityName: 'Account' },
    });
    expect(changed).toMatchObject({ Phone: '1', Name: null, BillingAddress: { City: null, Street: 'Rue 1' } });
    const header = at(changed, 'ChangeEventHeader');
    expect(header).toMatchObject({ changeType: 'UPDATE', commitUser: expect.stringMatching(/^005/) });
    const schemaId = events[1]?.event.schema_id ?? '';
    expect((await namesOf(schemaId, at(header, 'changedFields'))).sort()).toEqual(
      ['BillingAddress.City', 'BillingAddress.Street', 'Phone'].sort(),
    );
    expect(await namesOf(schemaId, at(header, 'nulledFields'))).toEqual(['BillingAddress.City']);
    const [one, two] = events.map((event) => replayNumber(event.replay_id));
    expect(one).toBeLessThan(two ?? 0);
    stream.cancel();
  });

  it('gets as many events as it asked for, and no more until it asks again', async () => {
    const stream = client.open('Subscribe', { topic_name: accounts, num_requested: 2 });
    await org.advance(0);
    await client.call('GetTopic', { topic_name: accounts });
    for (const Name of ['a', 'b', 'c', 'd']) await create('Account', { Name });
    const first = await take(stream, 2);
    expect([first.events.length, first.pending_num_requested]).toEqual([2, 0]);
    stream.fetch({ num_requested: 1_000 });
    const rest = await take(stream, 2);
    expect([rest.events.length, rest.pending_num_requested]).toEqual([2, 98]);
    const names = await Promise.all(
      [first, rest].flatMap(({ events }) => events).map(async (event) => at(await client.decode(event), 'Name')),
    );
    expect(names).toEqual(['a', 'b', 'c', 'd']);
    stream.cancel();
  });

  it('goes on from a replay id, given in eight bytes or in the server’s own', async () => {
    const first = client.open('Subscribe', { topic_name: accounts, replay_preset: 'EARLIEST', num_requested: 100 });
    for (const Name of ['a', 'b', 'c']) await create('Account', { Name });
    const { events } = await take(first, 3);
    first.cancel();
    const replayId = events[0]?.replay_id ?? Buffer.alloc(0);
    for (const replay_id of [replayId, replayId.subarray(0, 8)]) {
      const again = client.open('Subscribe', {
        topic_name: accounts,
        replay_preset: 'CUSTOM',
        replay_id,
        num_requested: 9,
      });
      const { events: rest, latest_replay_id } = await take(again, 2);
      expect(rest.map((event) => event.replay_id)).toEqual(events.slice(1).map((event) => event.replay_id));
      expect(latest_replay_id).toEqual(events[2]?.replay_id);
      again.cancel();
    }
  });

  it.each<[string, object, number, string]>([
    [
      'from an id that is none',
      { replay_preset: 'CUSTOM', replay_id: Buffer.from('x'), num_requested: 1 },
      3,
      'subscription.fetch.replayid.corrupted',
    ],
    [
      'from the future',
      { replay_preset: 'CUSTOM', replay_id: Buffer.alloc(8, 0x0f), num_requested: 1 },
      3,
      'subscription.fetch.replayid.corrupted',
    ],
    ['from no id', { replay_preset: 'CUSTOM', num_requested: 1 }, 3, 'subscription.fetch.replayid.validation.failed'],
    ['without events', { num_requested: 0 }, 3, 'subscription.fetch.requested.events.invalid'],
    ['of less than none', { num_requested: -1 }, 3, 'subscription.fetch.requested.events.invalid'],
    ['of nothing', { topic_name: '/data/NothingChangeEvent', num_requested: 1 }, 5, 'topic.not.found'],
  ])('that asks for events %s is refused', async (_what, request, status, short) => {
    const stream = client.open('Subscribe', { topic_name: accounts, ...request });
    expect(await stream.ended).toEqual({ status, code: code(short) });
  });

  it('cannot go back further than 72 hours, nor change its topic', async () => {
    await org.control('PUT', 'settings', { sessionMs: 10 ** 12 });
    const first = client.open('Subscribe', { topic_name: accounts, num_requested: 1, replay_preset: 'EARLIEST' });
    await create('Account', { Name: 'a' });
    const [event] = (await first.next()).events;
    first.fetch({ topic_name: '/data/CaseChangeEvent', num_requested: 1 });
    expect(await first.ended).toEqual({ status: 3, code: code('subscription.fetch.topic.mismatch') });
    await create('Account', { Name: 'b' });
    await org.control('POST', 'clock', { advanceMs: 72 * 3_600_000 + 1_000 });
    const late = { topic_name: accounts, replay_preset: 'CUSTOM', replay_id: event?.replay_id, num_requested: 1 };
    const failure = { status: 3, code: code('subscription.fetch.replayid.corrupted') };
    expect(await client.open('Subscribe', late).ended).toEqual(failure);
  });

  it('hears from the server while nothing happens, and is hung up on when it asks for nothing', async () => {
    const quiet = client.open('Subscribe', { topic_name: accounts, num_requested: 5 });
    await client.call('GetTopic', { topic_name: accounts });
    await create('Case', { Subject: 'of another channel' });
    await org.advance(271_000);
    const kept = await quiet.next();
    expect([kept.events, kept.pending_num_requested]).toEqual([[], 5]);
    expect(replayNumber(kept.latest_replay_id)).toBeGreaterThan(0);
    quiet.cancel();
    const done = client.open('Subscribe', { topic_name: accounts, num_requested: 1 });
    await client.call('GetTopic', { topic_name: accounts });
    await create('Account', { Name: 'a' });
    expect((await done.next()).events).toHaveLength(1);
    await org.advance(62_000);
    expect(await done.ended).toBeNull();
  });

  it('is told of gaps and overflows without fields', async () => {
    const stream = client.open('Subscribe', {
      topic_name: '/data/ChangeEvents',
      num_requested: 5,
      replay_preset: 'EARLIEST',
    });
    await org.control('POST', 'events', { gap: 'UPDATE', object: 'Account', ids: ['001x'] });
    await org.control('POST', 'events', { gap: 'OVERFLOW', object: 'Case' });
    const { events } = await take(stream, 2);
    expect(await Promise.all(events.map((event) => client.decode(event)))).toMatchObject([
      { Name: null, ChangeEventHeader: { changeType: 'GAP_UPDATE', recordIds: ['001x'], entityName: 'Account' } },
      { Subject: null, ChangeEventHeader: { changeType: 'GAP_OVERFLOW', recordIds: ['500000000000000AAA'] } },
    ]);
    stream.cancel();
  });

  it('is cut off when its session dies, the service fails, or the day’s events are spent', async () => {
    const ask = { topic_name: accounts, num_requested: 5, replay_preset: 'EARLIEST' };
    const open = async () => {
      const stream = client.open('Subscribe', ask);
      await client.call('GetTopic', { topic_name: accounts });
      return stream;
    };
    const broken = await open();
    await org.control('POST', 'events', { end: 'streams' });
    expect(await broken.ended).toEqual({ status: 14, code: code('service.unavailable') });
    await org.control('PUT', 'settings', { limits: { dailyEvents: 1 } });
    const spent = await open();
    await create('Account', { Name: 'a' });
    expect((await spent.next()).events).toHaveLength(1);
    await org.advance(1_000);
    expect(await spent.ended).toEqual({ status: 8, code: code('subscription.limit.exceeded') });
    await org.control('PUT', 'settings', { limits: { dailyEvents: null, streamingClients: 1 } });
    const only = await open();
    expect(await client.open('Subscribe', ask).ended).toEqual({
      status: 8,
      code: code('concurrent.client.limit.exceeded'),
    });
    await org.control('POST', 'events', { end: 'sessions' });
    await org.advance(1_000);
    expect(await only.ended).toEqual({ status: 16, code: code('service.auth.error') });
    await org.control('PUT', 'settings', { pubSubDown: true });
    await expect(client.call('GetTopic', { topic_name: accounts })).rejects.toEqual({
      status: 14,
      code: code('service.unavailable'),
    });
  });
});
