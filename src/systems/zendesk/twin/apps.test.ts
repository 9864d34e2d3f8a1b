import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isObject, parseJson } from './json.ts';
import { list, number, object, openDesk, text } from './testing.ts';

describe('signed apps', () => {
  it('posts a token that the public key of the account proves', async () => {
    const desk = await openDesk();
    const installation = await desk.call('POST', 'apps/installations', { app_id: 7, settings: { name: 'Syncline' } });
    const id = number(installation.body.id);
    const card = encodeURIComponent('https://sync.example/zendesk/card');
    const page = await desk.call('GET', `/apps/sidebar?url=${card}&installation_id=${id}&email=owner@twin.example`);
    expect(page.text).toContain('action="https://sync.example/zendesk/card?origin=https%3A%2F%2Facme.zendesk.com');
    const token = /name="token" value="([\w.-]+)"/.exec(page.text)?.[1] ?? '';
    const [head = '', body = '', signature = ''] = token.split('.');
    const pem = await desk.call('GET', 'apps/7/public_key.pem');
    const key = createPublicKey(pem.text);
    expect(verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
    const claims = parseJson(Buffer.from(body, 'base64url').toString());
    expect(isObject(claims) && claims).toMatchObject({
      iss: 'acme.zendesk.com',
      aud: `https://acme.zendesk.com/api/v2/apps/installations/${id}.json`,
      iat: desk.nowSeconds(),
      context: { product: 'support', location: 'ticket_sidebar' },
    });
  });
});

describe('side conversations', () => {
  it('begins one, answers it, closes it and tells what happened', async () => {
    const desk = await openDesk();
    await desk.call('POST', 'tickets', { ticket: { subject: 's', comment: { body: 'b' } } });
    const message = { subject: 'Question', body: 'Could you look?', to: [{ email: 'partner@demo.com' }] };
    const made = await desk.call('POST', 'tickets/1/side_conversations', { message });
    const one = object(made.body, 'side_conversation');
    expect([made.status, one]).toMatchObject([201, { state: 'open', subject: 'Question', ticket_id: 1 }]);
    const path = `tickets/1/side_conversations/${text(one.id)}`;
    expect((await desk.call('POST', `${path}/reply`, { message: { body: 'Thanks' } })).status).toBe(201);
    const closed = await desk.call('PUT', path, { side_conversation: { state: 'closed' } });
    expect(object(closed.body, 'side_conversation').state).toBe('closed');
    const events = list((await desk.call('GET', `${path}/events`)).body, 'events');
    expect(events.map((event) => event.type)).toEqual(['create', 'reply', 'update']);
    const exported = await desk.call('GET', 'tickets/side_conversations/events?unix_time=0');
    expect(exported.body.count).toBe(3);
  });
});
