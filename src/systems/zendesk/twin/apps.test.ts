import { createHmac, createPublicKey, verify } from 'node:crypto';
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

  it('has the app in a frame, and a script for it that knows the ticket', async () => {
    const desk = await openDesk();
    await desk.call('POST', 'tickets', {
      ticket: { subject: '</script>', comment: { body: 'b' }, requester: { name: 'Ada', email: 'ada@demo.com' } },
    });
    const settings = { name: 'Syncline', token: 'very secret' };
    const installation = await desk.call('POST', 'apps/installations', { app_id: 7, settings });
    const query = `installation_id=${number(installation.body.id)}&email=owner@twin.example&ticket_id=1`;
    const page = await desk.call('GET', `/apps/sidebar?url=https://sync.example/card&${query}`);
    expect(page.text).toContain('target="app"');
    expect(page.text).toContain('"ticket.requester.email":"ada@demo.com"');
    expect(page.text.match(/<\/script>/g)).toHaveLength(1);
    expect(page.text).not.toContain('very secret');
    const script = await desk.call('GET', '/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js');
    expect([script.headers.get('content-type'), script.text.includes('ZAFClient')]).toEqual(['text/javascript', true]);
  });

  it('lets the app call out with its settings and a signed token, and call the API as the agent', async () => {
    const asked: Request[] = [];
    const fetch = async (input: Request | string | URL): Promise<Response> => {
      if (input instanceof Request) asked.push(input);
      return Response.json({ fine: true });
    };
    const desk = await openDesk({}, { fetch });
    const settings = { token: 'tok', shared: 'hush' };
    const installation = await desk.call('POST', 'apps/installations', { app_id: 7, settings });
    const shared = { installation_id: number(installation.body.id), email: 'owner@twin.example' };
    const options = {
      url: 'https://sync.example/api',
      type: 'POST',
      secure: true,
      headers: { authorization: 'Bearer {{setting.token}}', 'x-signed': '{{jwt.token}}' },
      data: { a: 1 },
      jwt: { algorithm: 'HS256', secret_key: '{{setting.shared}}', expiry: 60, claims: { sub: 'card' } },
    };
    const reply = await desk.call('POST', '/apps/proxy', { ...shared, options });
    expect(reply.body).toMatchObject({ status: 200, text: '{"fine":true}' });
    const [request] = asked;
    expect([request?.method, request?.headers.get('authorization'), await request?.text()]).toEqual([
      'POST',
      'Bearer tok',
      '{"a":1}',
    ]);
    const [head = '', body = '', signature] = (request?.headers.get('x-signed') ?? '').split('.');
    expect(signature).toBe(createHmac('sha256', 'hush').update(`${head}.${body}`).digest('base64url'));
    const mine = await desk.call('POST', '/apps/proxy', { ...shared, options: '/api/v2/users/me.json' });
    expect(mine.body).toMatchObject({ status: 0 });
    const me = await desk.call('POST', '/apps/proxy', { ...shared, options: { url: '/api/v2/users/me.json' } });
    expect([me.body.status, text(me.body.text).includes('owner@twin.example')]).toEqual([200, true]);
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
