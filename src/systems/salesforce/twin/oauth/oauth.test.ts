import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json } from '../../../../twins/json.ts';
import { openOrg, type Reply, startOfTests, type TestOrg } from '../testing.ts';

const host = 'http://acme.my.example';
const app = async (org: TestOrg) => {
  const about = (await import('../index.ts'))
    .createSalesforceTwin({
      seed: 7,
      world: {
        now: () => startOfTests,
        sleep: async () => {},
        log: { debug() {}, info() {}, warn() {}, error() {} },
        fetch: () => Promise.reject(new Error('no network')),
      },
    })
    .about(host);
  const { clientId = '', clientSecret = '' } = about.auth;
  const token = (form: Record<string, string>): Promise<Reply> =>
    org.send(
      'POST',
      '/services/oauth2/token',
      new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form }).toString(),
      {
        'content-type': 'application/x-www-form-urlencoded',
      },
    );
  return { clientId, clientSecret, token };
};
const text = (body: Json, name: string): string => (isJsonObject(body) ? String(body[name]) : '');

describe('logging in', () => {
  it('by client credentials gives a signed token without refresh token or expiry', async () => {
    const org = await openOrg();
    const { token, clientSecret } = await app(org);
    const { status, body } = await token({ grant_type: 'client_credentials' });
    expect([status, body]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^00D\w{12}!AQ/),
        signature: createHmac('sha256', clientSecret)
          .update(text(body, 'id') + text(body, 'issued_at'))
          .digest('base64'),
        scope: 'api',
        instance_url: host,
        id: expect.stringMatching(/^http:\/\/acme\.my\.example\/id\/00D\w{15}\/005\w{15}$/),
        token_type: 'Bearer',
        issued_at: String(startOfTests),
      },
    ]);
    expect(
      (
        await org.send('GET', new URL(text(body, 'id')).pathname, undefined, {
          authorization: `Bearer ${text(body, 'access_token')}`,
        })
      ).body,
    ).toMatchObject({ username: 'integration@acme.example' });
  });

  it('by authorisation code with PKCE, then by refresh token', async () => {
    const org = await openOrg();
    const { token, clientId } = await app(org);
    const verifier = 'v'.repeat(43);
    const ask = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: 'http://localhost:4000/back',
      state: 's',
      scope: 'api refresh_token',
    });
    ask.set('code_challenge', createHash('sha256').update(verifier).digest('base64url'));
    const redirect = await org.send('GET', `/services/oauth2/authorize?${ask}`);
    const back = new URL(redirect.headers.get('location') ?? '');
    expect([redirect.status, back.searchParams.get('state')]).toEqual([302, 's']);
    const code = {
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: 'http://localhost:4000/back',
    };
    expect((await token({ ...code, code_verifier: 'wrong' })).body).toEqual({
      error: 'invalid_request',
      error_description: 'invalid code verifier',
    });
    expect((await token({ ...code, code_verifier: verifier })).body).toMatchObject({ error: 'invalid_grant' });
    const again = new URL((await org.send('GET', `/services/oauth2/authorize?${ask}`)).headers.get('location') ?? '');
    const granted = await token({ ...code, code: again.searchParams.get('code') ?? '', code_verifier: verifier });
    const refresh = {
      grant_type: 'refresh_token',
      refresh_token: text(granted.body, 'refresh_token'),
      code_verifier: 'ignored',
    };
    const refreshed = await token(refresh);
    expect([refreshed.status, Object.keys(isJsonObject(refreshed.body) ? refreshed.body : {})]).toEqual([
      200,
      expect.not.arrayContaining(['refresh_token']),
    ]);
    const bearer = { authorization: `Bearer ${text(refreshed.body, 'access_token')}` };
    expect((await org.send('GET', '/services/oauth2/userinfo', undefined, bearer)).body).toMatchObject({
      preferred_username: 'integration@acme.example',
    });
    expect((await org.send('POST', '/services/oauth2/revoke', `token=${refresh.refresh_token}`)).status).toBe(200);
    expect((await token(refresh)).body).toEqual({
      error: 'invalid_grant',
      error_description: 'expired access/refresh token',
    });
    expect((await org.send('GET', '/services/data/v62.0/limits', undefined, bearer)).status).toBe(401);
  });

  it('rotates refresh tokens if the org says so', async () => {
    const org = await openOrg({ commitDelayMs: 0, rotateRefreshTokens: true });
    const { token, clientId } = await app(org);
    const ask = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: 'http://localhost/back',
      scope: 'api refresh_token',
    });
    const back = new URL((await org.send('GET', `/services/oauth2/authorize?${ask}`)).headers.get('location') ?? '');
    const first = await token({
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: 'http://localhost/back',
    });
    const old = { grant_type: 'refresh_token', refresh_token: text(first.body, 'refresh_token') };
    const next = await token(old);
    expect(text(next.body, 'refresh_token')).not.toBe(old.refresh_token);
    expect((await token(old)).status).toBe(400);
  });

  it('by a signed assertion, whatever form real clients give its claims', async () => {
    const org = await openOrg();
    const { token, clientId } = await app(org);
    const assertion = (claims: Record<string, Json>): string =>
      [
        { alg: 'RS256' },
        {
          iss: clientId,
          sub: 'integration@acme.example',
          aud: 'https://login.salesforce.com/',
          exp: String(startOfTests),
          ...claims,
        },
      ]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .concat('signature')
        .join('.');
    const by = async (claims: Record<string, Json>): Promise<Json> =>
      (await token({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion(claims) })).body;
    expect(await by({})).toMatchObject({ token_type: 'Bearer' });
    expect(await by({ aud: 'https://elsewhere' })).toEqual({
      error: 'invalid_grant',
      error_description: 'audience is invalid',
    });
    expect(await by({ exp: 1 })).toEqual({ error: 'invalid_grant', error_description: 'expired authorization code' });
    expect(await by({ sub: 'nobody' })).toEqual({
      error: 'invalid_grant',
      error_description: "user hasn't approved this consumer",
    });
    expect(await by({ iss: 'nobody' })).toMatchObject({ error: 'invalid_client_id' });
  });

  it.each([
    [{}, 'invalid_request', 'grant type is missing'],
    [{ grant_type: 'password' }, 'unsupported_grant_type', 'grant type not supported'],
    [{ grant_type: 'constructor' }, 'unsupported_grant_type', 'grant type not supported'],
    [
      { grant_type: 'client_credentials', client_secret: 'é'.repeat(64) },
      'invalid_client',
      'invalid client credentials',
    ],
    [{ grant_type: 'client_credentials', client_id: 'x' }, 'invalid_client_id', 'client identifier invalid'],
    [{ grant_type: 'client_credentials', client_secret: 'x' }, 'invalid_client', 'invalid client credentials'],
    [{ grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_grant', 'expired access/refresh token'],
  ])('with %j is refused', async (form, error, description) => {
    const { token } = await app(await openOrg());
    const reply = await token(form);
    expect([reply.status, reply.body]).toEqual([400, { error, error_description: description }]);
  });

  it('may be denied by the person who is asked', async () => {
    const org = await openOrg({ consent: 'deny' });
    const { clientId } = await app(org);
    const reply = await org.send(
      'GET',
      `/services/oauth2/authorize?client_id=${clientId}&redirect_uri=http%3A%2F%2Flocalhost%2F`,
    );
    expect(reply.headers.get('location')).toBe(
      'http://localhost/?error=access_denied&error_description=end-user+denied+authorization',
    );
  });

  it('is limited per hour and user', async () => {
    const org = await openOrg({ commitDelayMs: 0, limits: { loginsPerHour: 2 } });
    const { token } = await app(org);
    expect((await token({ grant_type: 'client_credentials' })).status).toBe(200);
    expect((await token({ grant_type: 'client_credentials' })).body).toEqual({
      error: 'rate_limit_exceeded',
      error_description: 'login rate exceeded',
    });
    org.advance(3_700_000);
    expect((await token({ grant_type: 'client_credentials' })).status).toBe(200);
  });
});

describe('a session', () => {
  it('lives while it is used and dies of two idle hours', async () => {
    const org = await openOrg();
    for (let i = 0; i < 3; i++) {
      org.advance(7_100_000);
      expect((await org.rest('GET', '/limits')).status).toBe(200);
    }
    org.advance(7_200_000);
    const dead = await org.rest('GET', '/limits');
    expect([dead.status, dead.body]).toEqual([
      401,
      [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
    ]);
  });

  it('can be introspected by its own app', async () => {
    const org = await openOrg();
    const { token, clientId } = await app(org);
    const { body } = await token({ grant_type: 'client_credentials' });
    const look = async (id: string): Promise<Json> =>
      (
        await org.send(
          'POST',
          '/services/oauth2/introspect',
          `token=${encodeURIComponent(text(body, 'access_token'))}&client_id=${id}`,
        )
      ).body;
    expect(await look(clientId)).toMatchObject({
      active: true,
      token_type: 'access_token',
      exp: startOfTests / 1_000 + 7_200,
    });
    expect(await look('other')).toEqual({ active: false });
  });
});

describe('versions', () => {
  it('are listed without a log-in, from the oldest living to the newest', async () => {
    const { body } = await (await openOrg()).send('GET', '/services/data/');
    expect(Array.isArray(body) ? [body[0], body.at(-1)] : null).toEqual([
      { label: "Summer '14", url: '/services/data/v31.0', version: '31.0' },
      { label: "Summer '26", url: '/services/data/v67.0', version: '67.0' },
    ]);
  });

  it('that are retired or not yet there answer 410 and 404', async () => {
    const org = await openOrg();
    expect([
      (await org.rest('GET', '/services/data/v30.0/limits')).status,
      (await org.rest('GET', '/services/data/v99.0/limits')).status,
    ]).toEqual([410, 404]);
    expect((await org.rest('GET', '/services//data/v62.0/limits/')).status).toBe(200);
  });
});
