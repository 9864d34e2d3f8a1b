import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { type Desk, idIn, openDesk, type Reply, rows } from './testing.ts';

/** A receiver: answers with the statuses it is told to, then 200; keeps the bodies of deliveries. */
class Receiver {
  readonly deliveries: JsonObject[][] = [];
  readonly headers: Headers[] = [];
  readonly asked: string[] = [];
  statuses: number[] = [];

  readonly fetch = async (request: Request): Promise<Response> => {
    this.asked.push(request.method);
    const text = await request.text();
    const body: Json = text === '' ? [] : JSON.parse(text);
    if (Array.isArray(body) && body.length > 0) {
      this.deliveries.push(body.filter(isJsonObject));
      this.headers.push(request.headers);
    }
    return new Response(null, { status: this.statuses.shift() ?? 200 });
  };

  get events(): readonly (Json | undefined)[] {
    return this.deliveries.flat().map(({ eventType }) => eventType);
  }
}

async function open(settings: JsonObject = {}): Promise<{ readonly desk: Desk; readonly receiver: Receiver }> {
  const receiver = new Receiver();
  // What waits for an answer waits until there is one; what waits to try again does not.
  const sleep = (_ms: number, signal?: AbortSignal): Promise<void> =>
    signal === undefined
      ? Promise.resolve()
      : new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  const desk = await openDesk(settings, { fetch: receiver.fetch, sleep });
  return { desk, receiver };
}

const url = 'https://sync.example/hooks/desk';
const everything = { Contact_Add: null, Contact_Update: null, Contact_Delete: null };

function subscribe(desk: Desk, more: JsonObject = {}): Promise<Reply> {
  return desk.call('POST', 'webhooks', { url, name: 'Syncline', subscriptions: everything, ...more });
}

/** Deliveries run beside the answers: a few turns of the event loop let them arrive. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('a webhook', () => {
  it('is made once its address answers, by GET or by POST', async () => {
    const { desk, receiver } = await open();
    const made = await subscribe(desk);
    expect([made.status, made.body]).toMatchObject([
      200,
      { url, name: 'Syncline', isEnabled: true, type: 'CUSTOMER_WEBHOOK', subscriptions: everything },
    ]);
    expect(receiver.asked).toEqual(['GET']);
    receiver.statuses = [405];
    expect((await subscribe(desk)).status).toBe(200);
    expect(receiver.asked).toEqual(['GET', 'GET', 'POST']);
    receiver.statuses = [404, 404];
    expect((await subscribe(desk)).body.errorCode).toBe('UNPROCESSABLE_ENTITY');
    expect(rows(await desk.call('GET', 'webhooks')).length).toBe(2);
  });

  it('is asked again when its address changes, and gone when it is deleted', async () => {
    const { desk, receiver } = await open();
    const id = idIn(await subscribe(desk));
    receiver.statuses = [500, 500];
    expect((await desk.call('PATCH', `webhooks/${id}`, { url: `${url}2` })).status).toBe(422);
    expect((await desk.call('PATCH', `webhooks/${id}`, { name: 'Other' })).body).toMatchObject({ url, name: 'Other' });
    const gone = await desk.call('DELETE', `webhooks/${id}`);
    expect([gone.status, gone.text]).toEqual([200, '']);
    expect((await desk.call('GET', `webhooks/${id}`)).status).toBe(404);
    expect((await desk.call('GET', 'webhooks')).status).toBe(204);
  });

  it.each([
    [{ url: 'ftp://x.example' }, '/url'],
    [{ name: 'a-b' }, '/name'],
    [{ subscriptions: {} }, '/subscriptions'],
    [{ subscriptions: { Contact_Nothing: null } }, '/subscriptions/Contact_Nothing'],
    [{ subscriptions: { Contact_Update: { departmentIds: ['1'] } } }, '/subscriptions/Contact_Update/departmentIds'],
    [{ subscriptions: { Contact_Add: { includePrevState: true } } }, '/subscriptions/Contact_Add/includePrevState'],
    [{ subscriptions: { Contact_Update: { fields: Array(6).fill('email') } } }, '/subscriptions/Contact_Update/fields'],
    [{ ignoreSourceId: 'no uuid' }, '/ignoreSourceId'],
    [{ includeEventsFrom: ['ELSEWHERE'] }, '/includeEventsFrom'],
  ])('is refused as %j', async (more, fieldName) => {
    const { desk } = await open();
    expect((await subscribe(desk, more)).body.errors).toMatchObject([{ fieldName }]);
  });

  it('is one of as many as the edition offers', async () => {
    const { desk } = await open({ plan: 'professional' });
    for (let i = 0; i < 5; i++) expect((await subscribe(desk)).status).toBe(200);
    expect((await subscribe(desk)).body.errorCode).toBe('MAX_COUNT_EXCEEDED');
    expect((await subscribe(desk, { isEnabled: false })).status).toBe(200);
    await desk.control('PUT', 'settings', { plan: 'standard' });
    const refused = await subscribe(desk);
    expect([refused.status, refused.body]).toMatchObject([
      403,
      { errorCode: 'LICENSE_ACCESS_LIMITED', editionType: 'STANDARD', feature: 'webhooks' },
    ]);
  });
});

describe('a delivery', () => {
  it('is a list of events with the whole record, the state before where that was asked for', async () => {
    const { desk, receiver } = await open();
    await subscribe(desk, { subscriptions: { ...everything, Contact_Update: { includePrevState: true } } });
    const id = idIn(await desk.call('POST', 'contacts', { lastName: 'Old' }));
    await desk.call('PATCH', `contacts/${id}`, { lastName: 'New' });
    await desk.call('POST', 'contacts/moveToTrash', { contactIds: [id] });
    await settle();
    expect(receiver.deliveries.length).toBe(3);
    expect(receiver.deliveries.flat()).toMatchObject([
      { eventType: 'Contact_Add', orgId: desk.login.orgId, eventTime: String(desk.now()), payload: { id, cf: {} } },
      { eventType: 'Contact_Update', payload: { id, lastName: 'New' }, prevState: { lastName: 'Old' } },
      { eventType: 'Contact_Delete', payload: { id } },
    ]);
    expect(receiver.deliveries.flat()[2]?.payload).toEqual({ id });
  });

  it('brings all that one call caused, and only what was wished for', async () => {
    const { desk, receiver } = await open();
    await subscribe(desk, { subscriptions: { Contact_Update: { fields: ['email', 'mobile'] } } });
    const ids = await desk.seed('contact', { lastName: 'A' }, { lastName: 'B' });
    await desk.call('POST', 'contacts/updateMany', { ids, fieldName: 'mobile', fieldValue: '1' });
    await desk.call('POST', 'contacts/updateMany', { ids, fieldName: 'city', fieldValue: 'Oslo' });
    await settle();
    expect(receiver.deliveries.map((events) => events.length)).toEqual([2]);
  });

  it('is signed by a key that everybody can read', async () => {
    const { desk, receiver } = await open();
    const webhookId = idIn(await subscribe(desk));
    await desk.call('POST', 'contacts', { lastName: 'A' });
    await settle();
    const [head = '', claims = '', signature = ''] = receiver.headers[0]?.get('x-zdesk-jwt')?.split('.') ?? [];
    const { keys } = (await desk.send('GET', '/.well-known/jwks.json')).body;
    const [jwk] = Array.isArray(keys) ? keys : [];
    const key = createPublicKey({ format: 'jwk', key: { ...jwk } });
    const text = Buffer.from(`${head}.${claims}`);
    expect(verify('sha256', text, key, Buffer.from(signature, 'base64url'))).toBe(true);
    const now = desk.now() / 1_000;
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toMatchObject({ alg: 'RS256', kid: jwk.kid });
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
      iss: `orgId:${desk.login.orgId}`,
      aud: `webhookId:${webhookId}`,
      iat: now,
      exp: now + 300,
    });
  });

  it('is tried three more times, then lost', async () => {
    const { desk, receiver } = await open();
    await subscribe(desk);
    receiver.statuses = [500, 503, 200];
    await desk.call('POST', 'contacts', { lastName: 'A' });
    await settle();
    expect(receiver.events).toEqual(['Contact_Add', 'Contact_Add', 'Contact_Add']);
    receiver.statuses = [500, 500, 500, 500, 500];
    await desk.call('POST', 'contacts', { lastName: 'B' });
    await settle();
    expect(receiver.events.length).toBe(7);
  });

  it('that is not answered in time counts as failed', async () => {
    const { promise: never } = Promise.withResolvers<Response>();
    const desk = await openDesk({}, { fetch: () => never });
    expect((await subscribe(desk)).status).toBe(422);
  });

  it('that is answered 410 is the last', async () => {
    const { desk, receiver } = await open();
    await subscribe(desk);
    receiver.statuses = [410];
    await desk.call('POST', 'contacts', { lastName: 'A' });
    await settle();
    await desk.call('POST', 'contacts', { lastName: 'B' });
    await settle();
    expect(receiver.events).toEqual(['Contact_Add']);
    expect((await desk.call('GET', 'webhooks')).status).toBe(204);
  });

  it('can be lost, doubled and late', async () => {
    const { desk, receiver } = await open();
    await subscribe(desk);
    await desk.control('PUT', 'settings', { webhook: { loseRate: 1 } });
    await desk.call('POST', 'contacts', { lastName: 'A' });
    await desk.control('PUT', 'settings', { webhook: { loseRate: 0, duplicateRate: 1, reorder: 1 } });
    await desk.call('POST', 'contacts', { lastName: 'B' });
    await settle();
    expect(receiver.deliveries.flat().map(({ payload }) => isJsonObject(payload) && payload.lastName)).toEqual([
      'B',
      'B',
    ]);
  });

  it('tells of notes and messages on tickets, by department and direction', async () => {
    const { desk, receiver } = await open();
    const [elsewhere = ''] = await desk.seed('department', { name: 'Elsewhere' });
    await subscribe(desk, {
      subscriptions: { Ticket_Comment_Add: null, Ticket_Thread_Add: { direction: 'in' } },
    });
    await subscribe(desk, { subscriptions: { Ticket_Add: { departmentIds: [elsewhere] } } });
    const [contactId = ''] = await desk.seed('contact', { lastName: 'Ada' });
    const [ticket = ''] = await desk.seed('ticket', { subject: 'S', contactId });
    await desk.call('POST', `tickets/${ticket}/comments`, { content: 'noted' });
    await desk.control('POST', `records/ticket/${ticket}/reply`, { content: 'hello' });
    await settle();
    expect(receiver.events).toEqual(['Ticket_Comment_Add', 'Ticket_Thread_Add']);
    await desk.seed('ticket', { subject: 'S', contactId, departmentId: elsewhere });
    await settle();
    expect(receiver.events.at(-1)).toBe('Ticket_Add');
  });
});

describe('an echo', () => {
  it('is not sent for calls under the source id that a webhook ignores; a person’s edits are', async () => {
    const { desk, receiver } = await open();
    const sourceId = 'c0a80101-0000-4000-8000-000000000001';
    await subscribe(desk, { ignoreSourceId: sourceId });
    const made = await desk.call('POST', 'contacts', { lastName: 'A' }, { ...desk.login, sourceId });
    await settle();
    expect(receiver.events).toEqual([]);
    await desk.control('PATCH', `records/contact/${idIn(made)}`, { lastName: 'B' });
    await settle();
    expect(receiver.events).toEqual(['Contact_Update']);
    await desk.control('PUT', 'settings', { sourceIdHeader: null });
    await desk.call('POST', 'contacts', { lastName: 'A' }, { ...desk.login, sourceId });
    await settle();
    expect(receiver.events).toEqual(['Contact_Update', 'Contact_Add']);
  });
});
