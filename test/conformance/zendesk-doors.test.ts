import { beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/twins/json.ts';
import { asAgent, at, expectVendorLike, keysOf, numberAt, openDesk, textAt, type ZendeskBench } from './bench.ts';

/** Who comes into a Zendesk account and who does not: API tokens, OAuth, roles and scopes, with the vendor's own words for no. */
let desk: ZendeskBench;
beforeEach(async () => {
  desk = await openDesk({ limits: { off: true } });
});

async function made(path: string, name: string, body: JsonObject): Promise<number> {
  const reply = await desk.call('POST', path, { [name]: body });
  expect([reply.status, reply.text]).toEqual([201, expect.anything()]);
  return numberAt(reply.body, `${name}.id`);
}

describe('somebody who may not come in', () => {
  it.each<[string, Record<string, string>, JsonObject]>([
    ['no credentials', { authorization: '' }, { error: "Couldn't authenticate you" }],
    ['a wrong API token', asAgent('owner@twin.example', 'wrong'), { error: "Couldn't authenticate you" }],
    ['an address that nobody has', asAgent('nobody@twin.example'), { error: "Couldn't authenticate you" }],
    [
      'a password, as it was allowed once',
      { authorization: `Basic ${btoa('owner@twin.example:secret')}` },
      { error: "Couldn't authenticate you" },
    ],
    ['a header that is no base64', { authorization: 'Basic %%%' }, { error: "Couldn't authenticate you" }],
    ['another scheme', { authorization: 'Digest x' }, { error: "Couldn't authenticate you" }],
    [
      'a bad bearer',
      { authorization: 'Bearer nonsense' },
      {
        error: 'invalid_token',
        error_description: 'The access token provided is expired, revoked, malformed or invalid for other reasons.',
      },
    ],
  ])('with %s is answered 401', async (_what, headers, body) => {
    for (const path of [
      'users',
      'organizations/1',
      'tickets.json',
      'incremental/users.json?start_time=0',
      'job_statuses/x',
    ]) {
      const reply = await desk.call('GET', path, undefined, headers);
      expect([reply.status, reply.body]).toEqual([401, body]);
      expect(reply.headers.get('retry-after')).toBeNull();
    }
  });

  it('is anonymous where they ask who they are, without credentials', async () => {
    const reply = await desk.send('GET', '/api/v2/users/me.json');
    expect([reply.status, reply.body]).toMatchObject([200, { user: { id: null, name: 'Anonymous user' } }]);
    expect((await desk.send('GET', '/api/v2/users/me', undefined, { authorization: 'Bearer x' })).status).toBe(401);
  });

  it('is an end user, or an agent who has been deleted, with the account’s token', async () => {
    await desk.seed('user', { name: 'Eve', email: 'eve@demo.example' });
    const agent = await made('users', 'user', { name: 'Al', email: 'al@demo.example', role: 'agent' });
    expect((await desk.call('GET', 'users', undefined, asAgent('eve@demo.example'))).status).toBe(401);
    expect((await desk.call('GET', 'users', undefined, asAgent('al@demo.example'))).status).toBe(200);
    await desk.call('DELETE', `users/${agent}`);
    expect((await desk.call('GET', 'users', undefined, asAgent('al@demo.example'))).status).toBe(401);
  });

  it.each(['incremental/organizations.json?start_time=0', 'webhooks', 'triggers'])(
    'is an agent where only admins may: %s',
    async (path) => {
      await desk.seed('user', { name: 'Al', email: 'al@demo.example', role: 'agent' });
      const reply = await desk.call('GET', path, undefined, asAgent('al@demo.example'));
      expect([reply.status, reply.body]).toEqual([
        403,
        {
          error: {
            title: 'Forbidden',
            message:
              'You do not have access to this page. Please contact the account owner of this help desk for further help.',
          },
        },
      ]);
    },
  );
});

describe('the token endpoint', () => {
  const client = { client_id: 'syncline_twin', client_secret: 'twin-client-secret' };
  const grant = (body: Json | string, type = 'application/json') =>
    desk.send('POST', '/oauth/tokens', body, { 'content-type': type });

  it.each<[string, JsonObject, string]>([
    ['a client of nobody', { grant_type: 'client_credentials', client_id: 'nobody' }, 'invalid_client'],
    ['a wrong secret', { grant_type: 'client_credentials', client_secret: 'wrong' }, 'invalid_client'],
    [
      'a code of nobody',
      { grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://x.example' },
      'invalid_grant',
    ],
    ['a refresh token of nobody', { grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_grant'],
  ])('refuses %s', async (_what, more, error) => {
    const reply = await grant({ ...client, ...more });
    expect([400, 401]).toContain(reply.status);
    expect([at(reply.body, 'error'), keysOf(reply.body)]).toEqual([error, ['error', 'error_description']]);
  });

  it.each<[string, Json | string]>([
    ['nothing', ''],
    ['a list', []],
    ['a text that is no JSON', '{"grant_type":'],
    ['a grant type of nobody', { ...client, grant_type: 'password', username: 'x', password: 'y' }],
    ['a grant type of JavaScript', { ...client, grant_type: 'constructor' }],
    ['a client that is a number', { grant_type: 'client_credentials', client_id: 1 }],
    ['lives that are no numbers', { ...client, grant_type: 'client_credentials', expires_in: 'x' }],
    ['a life that is too short', { ...client, grant_type: 'client_credentials', expires_in: 1 }],
  ])('refuses %s with an error of OAuth’s', async (_what, body) => {
    const reply = await grant(body);
    expectVendorLike(desk, reply);
    expect([reply.status >= 400, keysOf(reply.body)]).toEqual([true, expect.arrayContaining(['error'])]);
  });

  it('takes a form as well', async () => {
    const reply = await grant(
      new URLSearchParams({ ...client, grant_type: 'client_credentials', scope: 'read' }).toString(),
      'application/x-www-form-urlencoded',
    );
    expect([reply.status, at(reply.body, 'scope'), at(reply.body, 'refresh_token')]).toEqual([200, 'read', undefined]);
  });

  it('gives a token of an unknown scope that opens nothing, and one of few scopes that opens few doors', async () => {
    const withScope = async (scope: string) => ({
      authorization: `Bearer ${textAt((await grant({ ...client, grant_type: 'client_credentials', scope })).body, 'access_token')}`,
    });
    expect((await desk.call('GET', 'users', undefined, await withScope('fly'))).status).toBe(403);
    const writer = await withScope('write');
    const refused = await desk.call('GET', 'users', undefined, writer);
    expect([refused.status, at(refused.body, 'description')]).toEqual([
      403,
      'You are missing the following required scopes: read',
    ]);
    expect((await desk.call('POST', 'users', { user: { name: 'A' } }, writer)).status).toBe(201);
    const tickets = await withScope('tickets:read');
    expect((await desk.call('GET', 'tickets', undefined, tickets)).status).toBe(200);
    const ticket = await made('tickets', 'ticket', { subject: 'S', comment: { body: 'b' } });
    expect((await desk.call('GET', `tickets/${ticket}/audits`, undefined, tickets)).status).toBe(403);
    expect((await desk.call('GET', `tickets/${ticket}/audits`, undefined, await withScope('read'))).status).toBe(200);
  });

  it('gives a token that acts as somebody else where it was asked for, and only then', async () => {
    const scopes = async (scope: string) => ({
      authorization: `Bearer ${textAt((await grant({ ...client, grant_type: 'client_credentials', scope })).body, 'access_token')}`,
    });
    const [id = ''] = await desk.seed('user', { name: 'Eve', email: 'eve@demo.example' });
    const as = { 'x-on-behalf-of': 'eve@demo.example' };
    const eve = { ...(await scopes('read write impersonate')), ...as };
    expect(at((await desk.call('GET', 'users/me', undefined, eve)).body, 'user.id')).toBe(Number(id));
    expect((await desk.call('GET', 'users', undefined, eve)).status).toBe(403);
    const plain = await desk.call('GET', 'users/me', undefined, { ...(await scopes('read')), ...as });
    expect([plain.status, at(plain.body, 'description')]).toEqual([
      403,
      'You are missing the following required scopes: impersonate',
    ]);
    const me = numberAt((await desk.call('GET', 'users/me')).body, 'user.id');
    const ticket = {
      subject: 'S',
      comment: { body: 'b' },
      requester_id: Number(id),
      assignee_id: me,
      status: 'solved',
    };
    const made = numberAt((await desk.call('POST', 'tickets', { ticket })).body, 'ticket.id');
    const rating = { satisfaction_rating: { score: 'good' } };
    expect((await desk.call('POST', `tickets/${made}/satisfaction_rating`, rating, eve)).status).toBe(200);
    expect((await desk.call('POST', `tickets/${made}/satisfaction_rating`, rating)).status).toBe(403);
  });

  it('lists, shows and revokes tokens', async () => {
    const token = textAt(
      (await grant({ ...client, grant_type: 'client_credentials', scope: 'read write' })).body,
      'access_token',
    );
    const bearer = { authorization: `Bearer ${token}` };
    const current = await desk.call('GET', 'oauth/tokens/current', undefined, bearer);
    expect(keysOf(at(current.body, 'token'))).toEqual(
      expect.arrayContaining(['client_id', 'created_at', 'expires_at', 'id', 'scopes', 'user_id']),
    );
    expect((await desk.call('DELETE', 'oauth/tokens/current', undefined, bearer)).status).toBe(204);
    expect((await desk.call('GET', 'users', undefined, bearer)).status).toBe(401);
  });
});
