import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject, parseJson } from './json.ts';
import { basicLogin, type Desk, number, object, openDesk, text } from './testing.ts';

const clientId = 'syncline_twin';
const clientSecret = 'twin-client-secret';

function grant(desk: Desk, body: JsonObject) {
  return desk.call('POST', '/oauth/tokens', { client_id: clientId, client_secret: clientSecret, ...body }, {});
}

function bearer(answer: JsonObject): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${text(answer.access_token)}` };
}

describe('logins', () => {
  it('lets client credentials in, for half an hour', async () => {
    const desk = await openDesk();
    const granted = await grant(desk, { grant_type: 'client_credentials', scope: 'read write' });
    expect([granted.status, granted.body]).toMatchObject([
      200,
      { token_type: 'bearer', scope: 'read write', expires_in: 1800 },
    ]);
    expect('refresh_token' in granted.body).toBe(false);
    const me = await desk.call('GET', 'users/me.json', undefined, bearer(granted.body));
    expect(object(me.body, 'user')).toMatchObject({ role: 'admin', email: 'owner@twin.example' });
    const current = await desk.call('GET', 'oauth/tokens/current.json', undefined, bearer(granted.body));
    expect(object(current.body, 'token')).toMatchObject({
      scopes: ['read', 'write'],
      expires_at: '2026-11-20T09:00:00Z',
    });
    desk.advance(1_800_000);
    const late = await desk.call('GET', 'organizations', undefined, bearer(granted.body));
    expect([late.status, late.body.error]).toEqual([401, 'invalid_token']);
  });

  it('gives a code for consent and tokens for the code, once; a refresh kills both old tokens', async () => {
    const desk = await openDesk({ consent: 'auto' });
    const redirect = 'https://sync.example/callback';
    const page = await desk.call(
      'GET',
      `/oauth/authorizations/new?response_type=code&client_id=${clientId}&redirect_uri=${encodeURIComponent(redirect)}&scope=read%20write&state=s1`,
      undefined,
      {},
    );
    const target = new URL(text(page.headers.get('location')));
    expect([page.status, target.searchParams.get('state')]).toEqual([302, 's1']);
    const body = { grant_type: 'authorization_code', code: target.searchParams.get('code'), redirect_uri: redirect };
    const first = await grant(desk, body);
    expect(first.body).toMatchObject({ expires_in: 1800, refresh_token_expires_in: 2_592_000 });
    expect([(await grant(desk, body)).status, (await grant(desk, body)).body.error]).toEqual([400, 'invalid_grant']);
    const refresh = { grant_type: 'refresh_token', refresh_token: text(first.body.refresh_token) };
    const second = await grant(desk, refresh);
    expect((await desk.call('GET', 'organizations', undefined, bearer(first.body))).status).toBe(401);
    expect((await grant(desk, refresh)).status).toBe(400);
    expect((await desk.call('GET', 'organizations', undefined, bearer(second.body))).status).toBe(200);
  });

  it('checks the proof key of a public client', async () => {
    const desk = await openDesk({ consent: 'auto' });
    const redirect = 'http://127.0.0.1:7777/callback';
    const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
    const code = async () => {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: 'syncline_twin_public',
        redirect_uri: redirect,
        scope: 'read',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      });
      const page = await desk.call('GET', `/oauth/authorizations/new?${query}`, undefined, {});
      return new URL(text(page.headers.get('location'))).searchParams.get('code');
    };
    const trade = async (verifier: string) =>
      desk.call(
        'POST',
        '/oauth/tokens',
        {
          grant_type: 'authorization_code',
          client_id: 'syncline_twin_public',
          code: await code(),
          redirect_uri: redirect,
          code_verifier: verifier,
        },
        {},
      );
    expect((await trade('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).status).toBe(200);
    expect((await trade('something else')).status).toBe(400);
  });

  it('keeps to the scopes of the token; write does not imply read', async () => {
    const desk = await openDesk();
    const writer = bearer((await grant(desk, { grant_type: 'client_credentials', scope: 'write' })).body);
    const refused = await desk.call('GET', 'organizations', undefined, writer);
    expect([refused.status, refused.body]).toEqual([
      403,
      { error: 'Forbidden', description: 'You are missing the following required scopes: read' },
    ]);
    const narrow = bearer((await grant(desk, { grant_type: 'client_credentials', scope: 'users:read' })).body);
    expect((await desk.call('GET', 'users', undefined, narrow)).status).toBe(200);
    expect((await desk.call('GET', 'organizations', undefined, narrow)).status).toBe(403);
  });

  it('answers nobody with 401, and who they are with an anonymous user', async () => {
    const desk = await openDesk();
    const nobody = await desk.call('GET', 'organizations', undefined, {});
    expect([nobody.status, nobody.body]).toEqual([401, { error: "Couldn't authenticate you" }]);
    const me = await desk.call('GET', 'users/me.json', undefined, {});
    expect([me.status, object(me.body, 'user').id]).toEqual([200, null]);
    const wrong = await desk.call('GET', 'users/me.json', undefined, { authorization: 'Bearer nonsense' });
    expect(wrong.status).toBe(401);
  });

  it('refuses an agent what only admins may do', async () => {
    const desk = await openDesk();
    await desk.control('PUT', 'seed', { user: [{ name: 'Agent', email: 'agent@twin.example', role: 'agent' }] });
    const agent = {
      authorization: `Basic ${Buffer.from('agent@twin.example/token:twin-api-token').toString('base64')}`,
    };
    const refused = await desk.call('GET', 'incremental/users.json?start_time=0', undefined, agent);
    expect([refused.status, object(refused.body, 'error').title]).toEqual([403, 'Forbidden']);
    expect((await desk.call('GET', 'users', undefined, agent)).status).toBe(200);
  });
});

describe('transport', () => {
  it('carries the headers of the account’s limit and of the API', async () => {
    const desk = await openDesk();
    const answer = await desk.call('GET', 'organizations');
    const headers = Object.fromEntries(answer.headers);
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'max-age=0, private, must-revalidate',
      'x-zendesk-api-version': 'v2',
      'x-rate-limit': '700',
      'x-rate-limit-remaining': '699',
      'ratelimit-limit': '700',
      'ratelimit-remaining': '699',
      'ratelimit-reset': '60',
    });
    expect(headers['retry-after']).toBeUndefined();
    const same = await desk.call('GET', 'organizations', undefined, {
      authorization: basicLogin,
      'if-none-match': text(headers.etag),
    });
    expect([same.status, same.text]).toEqual([304, '']);
  });

  it('answers the request beyond the plan with a plain text and when to come back', async () => {
    const desk = await openDesk({ plan: 'team' });
    for (let i = 0; i < 200; i++) expect((await desk.call('GET', 'organizations/count')).status).toBe(200);
    desk.advance(20_000);
    const over = await desk.call('GET', 'organizations/count');
    expect([over.status, over.text, over.headers.get('retry-after')]).toEqual([
      429,
      'Number of allowed API requests per minute exceeded',
      '40',
    ]);
    desk.advance(40_000);
    expect((await desk.call('GET', 'organizations/count')).status).toBe(200);
  });

  it.each([
    ['GET', 'nowhere', undefined],
    ['GET', '/api/v3/users', undefined],
    ['PATCH', 'users/1', {}],
  ] as const)('knows no %s %s', async (method, path, body) => {
    const desk = await openDesk();
    const answer = await desk.call(method, path, body);
    expect([answer.status, answer.body]).toEqual([404, { error: 'InvalidEndpoint', description: 'Not found' }]);
  });

  it('survives any body', async () => {
    const desk = await openDesk();
    const bodies = [
      '{',
      '[]',
      '1',
      'null',
      '{"organization":null}',
      '{"organization":[1]}',
      '{"organizations":{}}',
      '',
    ];
    for (const path of ['organizations', 'organizations/create_many', 'users', 'users/create_or_update_many']) {
      for (const body of bodies) {
        const answer = await desk.twin.fetch(
          new Request(`https://acme.zendesk.com/api/v2/${path}`, {
            method: 'POST',
            headers: { authorization: basicLogin },
            body,
          }),
        );
        const error = parseJson(await answer.text());
        expect([400, 422]).toContain(answer.status);
        expect(isObject(error) && 'error' in error).toBe(true);
      }
    }
    const odd = {
      name: { a: 1 },
      tags: 5,
      organization_fields: 'x',
      domain_names: null,
      external_id: [1],
      group_id: 'x',
    };
    expect((await desk.call('POST', 'organizations', { organization: odd })).status).toBe(422);
    expect((await desk.call('POST', 'organizations', { organization: { ...odd, name: 1 } })).status).toBe(201);
  });

  it('refuses a body that says it is zipped and is not', async () => {
    const desk = await openDesk();
    const headers = { authorization: basicLogin, 'content-encoding': 'gzip' };
    const answer = await desk.call('POST', 'organizations', { organization: { name: 'A' } }, headers);
    expect([answer.status, answer.body.error]).toEqual([422, 'Unprocessable Entity']);
  });

  it('gives the same answers for the same seed', async () => {
    const tell = async () => {
      const desk = await openDesk({}, { seed: 7 });
      const queued = await desk.call('POST', 'organizations/create_many', {
        organizations: [{ name: 'A' }, { name: 'B' }],
      });
      return [queued.text, JSON.stringify(await desk.finish(queued))];
    };
    expect(await tell()).toEqual(await tell());
  });

  it('is empty again after a reset, and its credentials still work', async () => {
    const desk = await openDesk();
    const token = bearer((await grant(desk, { grant_type: 'client_credentials' })).body);
    await desk.call('POST', 'organizations', { organization: { name: 'A' } });
    await desk.control('POST', 'reset');
    const answer = await desk.call('GET', 'organizations', undefined, token);
    expect([answer.status, number(answer.body.count)]).toEqual([200, 0]);
  });
});
