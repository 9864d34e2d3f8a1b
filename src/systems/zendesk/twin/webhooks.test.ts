import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject, parseJson } from './json.ts';
import { type Desk, list, number, object, openDesk, text } from './testing.ts';
import { signatureOf } from './webhooks.ts';

interface Received {
  readonly headers: Headers;
  readonly body: string;
}

/** A desk whose webhooks arrive at `receive`. */
async function listening(
  settings: JsonObject = {},
  receive: (received: Received, count: number) => Response = () => new Response('ok'),
) {
  const received: Received[] = [];
  const desk = await openDesk(settings, {
    fetch: async (request) => {
      const one = { headers: request.headers, body: await request.text() };
      received.push(one);
      return receive(one, received.length);
    },
    // Never: nothing in these tests takes too long.
    sleep: (ms) => (ms === 12_000 ? new Promise(() => {}) : Promise.resolve()),
  });
  return { desk, received };
}

async function makeWebhook(desk: Desk, subscriptions: readonly string[]): Promise<string> {
  const made = await desk.call('POST', 'webhooks', {
    webhook: {
      name: 'Hook',
      endpoint: 'https://sync.example/hooks/1',
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions,
      authentication: { type: 'bearer_token', data: { token: 'secret' }, add_position: 'header' },
    },
  });
  expect(made.status).toBe(201);
  const webhook = object(made.body, 'webhook');
  expect(webhook.authentication).toEqual({ type: 'bearer_token', data: {}, add_position: 'header' });
  return text(webhook.id);
}

/** Deliveries run beside the answers: a few turns of the event loop let them end. */
async function delivered(received: readonly Received[], count: number): Promise<void> {
  for (let i = 0; i < 200 && received.length < count; i++) await new Promise((resolve) => setImmediate(resolve));
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  expect(received.length).toBe(count);
}

describe('webhooks', () => {
  it('signs as documented', () => {
    const body = '{"ticket_id": 35436, "salesforce_org_id": "0015g00000XyZ"}';
    expect(signatureOf('dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==', '2026-11-20T08:30:00Z', body)).toBe(
      'YBIGrfFdsjOMuK9uNPhyidbhDRH+y5vSKuU2GjyRS8Y=',
    );
  });

  it('tells those who subscribed, signed with the secret of the webhook', async () => {
    const { desk, received } = await listening();
    const id = await makeWebhook(desk, ['zen:event-type:user.created', 'zen:event-type:user.deleted']);
    const user = object((await desk.call('POST', 'users', { user: { name: 'U', email: 'u@demo.com' } })).body, 'user');
    await desk.call('PUT', `users/${number(user.id)}`, { user: { notes: 'nobody subscribed to this' } });
    await delivered(received, 1);
    const [{ headers, body } = { headers: new Headers(), body: '' }] = received;
    const event = parseJson(body);
    expect(isObject(event) && event).toMatchObject({
      type: 'zen:event-type:user.created',
      subject: `zen:user:${number(user.id)}`,
      event: {},
      detail: { id: String(user.id), email: 'u@demo.com', organization_id: '0', external_id: '' },
      zendesk_event_version: '2022-11-06',
    });
    const signing = object((await desk.call('GET', `webhooks/${id}/signing_secret`)).body, 'signing_secret');
    const timestamp = text(headers.get('x-zendesk-webhook-signature-timestamp'));
    expect(headers.get('x-zendesk-webhook-signature')).toBe(signatureOf(text(signing.secret), timestamp, body));
    expect(headers.get('authorization')).toBe('Bearer secret');
    expect(headers.get('x-zendesk-webhook-id')).toBe(id);
  });

  it('fires triggers with their placeholders filled, and changes the ticket as they say', async () => {
    const { desk, received } = await listening();
    const id = await makeWebhook(desk, ['conditional_ticket_events']);
    const made = await desk.call('POST', 'triggers', {
      trigger: {
        title: 'Tell Syncline',
        all: [{ field: 'update_type', operator: 'is', value: 'Create' }],
        actions: [
          { field: 'priority', value: 'high' },
          {
            field: 'notification_webhook',
            value: [id, '{"ticket_id": {{ticket.id}}, "organization": "{{ticket.organization.external_id}}"}'],
          },
        ],
      },
    });
    expect([made.status, object(made.body, 'trigger')]).toMatchObject([
      201,
      {
        conditions: { all: [{ field: 'update_type', operator: 'is', value: 'Create' }], any: [] },
        category_id: expect.any(String),
        position: 1,
      },
    ]);
    await desk.control('PUT', 'seed', { organization: [{ name: 'Acme', external_id: 'sf:001' }] });
    const organization = list((await desk.call('GET', 'organizations')).body, 'organizations')[0];
    const user = object(
      (await desk.call('POST', 'users', { user: { name: 'R', organization_id: organization?.id ?? null } })).body,
      'user',
    );
    const ticket = await desk.call('POST', 'tickets', {
      ticket: { subject: 's', comment: { body: 'b' }, requester_id: user.id ?? null },
    });
    expect(object(ticket.body, 'ticket').priority).toBe('high');
    const types = list(object(ticket.body, 'audit'), 'events').map((event) => event.type);
    expect(types.slice(-2)).toEqual(['Change', 'Notification']);
    await desk.call('PUT', 'tickets/1', { ticket: { subject: 'again' } });
    await delivered(received, 1);
    expect(received[0]?.body).toBe('{"ticket_id": 1, "organization": "sf:001"}');
    expect((await desk.call('DELETE', `webhooks/${id}`)).status).toBe(400);
  });

  it('tries again where that is promised, under one invocation id', async () => {
    const { desk, received } = await listening({}, (_, count) => new Response('', { status: count < 3 ? 409 : 200 }));
    const id = await makeWebhook(desk, ['zen:event-type:organization.created']);
    await desk.call('POST', 'organizations', { organization: { name: 'A' } });
    await delivered(received, 3);
    const ids = received.map((one) => one.headers.get('x-zendesk-webhook-invocation-id'));
    expect(new Set(ids).size).toBe(1);
    const invocations = list((await desk.call('GET', `webhooks/${id}/invocations`)).body, 'invocations');
    expect(invocations).toMatchObject([{ id: ids[0], status: 'success', status_code: 200 }]);
    const attempts = await desk.call('GET', `webhooks/${id}/invocations/${ids[0]}/attempts`);
    expect(list(attempts.body, 'attempts').map((attempt) => attempt.status)).toEqual([
      'client error',
      'client error',
      'success',
    ]);
  });

  it('gives up on a receiver that never answers after five more tries', async () => {
    let asked = 0;
    const desk = await openDesk(
      {},
      {
        fetch: () => {
          asked++;
          return new Promise(() => {});
        },
        // Time flies: every wait is over at once.
        sleep: () => Promise.resolve(),
      },
    );
    const id = await makeWebhook(desk, ['zen:event-type:organization.created']);
    await desk.call('POST', 'organizations', { organization: { name: 'A' } });
    for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
    const invocations = list((await desk.call('GET', `webhooks/${id}/invocations`)).body, 'invocations');
    expect([asked, invocations[0]]).toMatchObject([6, { status: 'timeout', status_code: null }]);
  });

  it('comes back when a busy receiver says so', async () => {
    const busy = () => new Response('', { status: 429, headers: { 'retry-after': '5' } });
    const { desk, received } = await listening({}, (_, count) => (count === 1 ? busy() : new Response('ok')));
    await makeWebhook(desk, ['zen:event-type:organization.created']);
    await desk.call('POST', 'organizations', { organization: { name: 'A' } });
    await delivered(received, 2);
  });

  it('takes a 403 as the last word', async () => {
    const { desk, received } = await listening({}, () => new Response('', { status: 403 }));
    const id = await makeWebhook(desk, ['zen:event-type:organization.created']);
    await desk.call('POST', 'organizations', { organization: { name: 'A' } });
    await delivered(received, 1);
    const invocations = list((await desk.call('GET', `webhooks/${id}/invocations`)).body, 'invocations');
    expect(invocations).toMatchObject([{ status: 'terminated', status_code: 403 }]);
  });

  it('loses what happens while the circuit is broken', async () => {
    const settings = { webhook: { breaker: { atLeast: 3, pauseMs: 5000 } } };
    const { desk, received } = await listening(settings, () => new Response('', { status: 500 }));
    const id = await makeWebhook(desk, ['zen:event-type:organization.created']);
    const make = (name: string) => desk.call('POST', 'organizations', { organization: { name } });
    for (const [index, name] of ['a', 'b', 'c'].entries()) {
      await make(name);
      await delivered(received, index + 1);
    }
    await make('d');
    await delivered(received, 3);
    const statuses = list((await desk.call('GET', `webhooks/${id}/invocations`)).body, 'invocations');
    expect(statuses.map((one) => one.status)).toEqual([
      'circuit broken',
      'server error',
      'server error',
      'server error',
    ]);
    desk.advance(6000);
    await make('e');
    await delivered(received, 4);
  });

  it('delivers twice when told to', async () => {
    const { desk, received } = await listening({ webhook: { duplicateRate: 1 } });
    await makeWebhook(desk, ['zen:event-type:organization.created']);
    await desk.call('POST', 'organizations', { organization: { name: 'A' } });
    await delivered(received, 2);
    const ids = received.map((one) => one.headers.get('x-zendesk-webhook-invocation-id'));
    expect(ids[0]).toBe(ids[1]);
  });

  it('tests an endpoint and shows what it answered', async () => {
    const { desk } = await listening({}, () => new Response('pong', { status: 202 }));
    const answer = await desk.call('POST', 'webhooks/test', {
      request: { endpoint: 'https://sync.example/x', http_method: 'POST', request_format: 'json', payload: '{}' },
    });
    expect([answer.status, object(answer.body, 'response')]).toMatchObject([
      200,
      { status_code: 202, payload: 'pong' },
    ]);
  });
});
