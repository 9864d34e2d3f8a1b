import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/twins/json.ts';
import { at, keysOf, openOrg, type Reply, type SalesforceBench, textAt } from './bench.ts';

/** Tokens of a Salesforce org: the OAuth flows of its help, their errors (always 400) and the death of sessions. */
const assertionGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const callback = 'http://127.0.0.1:7777/callback';
// The pair of RFC 7636, appendix B.
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

let org: SalesforceBench;
beforeEach(async () => {
  org = await openOrg();
});

async function approve(more: Readonly<Record<string, string>> = {}): Promise<string> {
  const ask = {
    response_type: 'code',
    client_id: org.client.id,
    redirect_uri: callback,
    scope: 'api refresh_token',
    ...more,
  };
  const page = await org.send('GET', `/services/oauth2/authorize?${new URLSearchParams(ask)}`);
  expect(page.status).toBe(302);
  return new URL(page.headers.get('location') ?? '').searchParams.get('code') ?? '';
}

function byCode(code: string, more: Readonly<Record<string, string | null>> = {}): Promise<Reply> {
  return org.token({ grant_type: 'authorization_code', code, redirect_uri: callback, ...more });
}

function refused(reply: Reply, error: string): void {
  expect([reply.status, keysOf(reply.body)]).toEqual([400, ['error', 'error_description']]);
  expect(at(reply.body, 'error')).toBe(error);
}

describe('a token', () => {
  it('has the members of the recordings: issued_at in milliseconds as a text, signed, and no expiry', async () => {
    const reply = await byCode(await approve());
    expect(reply.status).toBe(200);
    expect(keysOf(reply.body)).toEqual(
      ['access_token', 'refresh_token', 'signature', 'scope', 'instance_url', 'id', 'token_type', 'issued_at'].sort(),
    );
    const [id, issued] = [textAt(reply.body, 'id'), textAt(reply.body, 'issued_at')];
    expect(id).toMatch(/\/id\/00D\w{15}\/005\w{15}$/);
    expect(issued).toMatch(/^\d{13}$/);
    expect(textAt(reply.body, 'access_token')).toMatch(/^00D\w{12}!/);
    expect(textAt(reply.body, 'signature')).toBe(
      createHmac('sha256', org.client.secret)
        .update(id + issued)
        .digest('base64'),
    );
    expect(reply.body).toMatchObject({ token_type: 'Bearer', instance_url: org.base });
  });

  it('from a refresh has no refresh token unless they rotate', async () => {
    const first = await byCode(await approve());
    const refresh = { grant_type: 'refresh_token', refresh_token: textAt(first.body, 'refresh_token') };
    const again = await org.token(refresh);
    expect([again.status, at(again.body, 'refresh_token')]).toEqual([200, undefined]);
    await org.control('PUT', 'settings', { rotateRefreshTokens: true });
    const rotated = await org.token(refresh);
    expect(textAt(rotated.body, 'refresh_token')).not.toBe(refresh.refresh_token);
    const late = await org.token(refresh);
    expect([late.status, late.body]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'expired access/refresh token' },
    ]);
  });

  it('may be asked for with the secret as HTTP Basic', async () => {
    const basic = Buffer.from(`${org.client.id}:${org.client.secret}`).toString('base64');
    const reply = await org.send('POST', '/services/oauth2/token', 'grant_type=client_credentials', {
      authorization: `Basic ${basic}`,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([reply.status, at(reply.body, 'refresh_token')]).toEqual([200, undefined]);
  });
});

describe('a code', () => {
  it('works once', async () => {
    const code = await approve();
    expect((await byCode(code)).status).toBe(200);
    refused(await byCode(code), 'invalid_grant');
  });

  it('that was asked for with a proof key needs it, in whatever way the challenge was announced', async () => {
    for (const more of [{}, { code_challenge_method: 'S256' }]) {
      const open = () => approve({ code_challenge: challenge, ...more });
      refused(await byCode(await open()), 'invalid_grant');
      refused(
        await byCode(await open(), { code_verifier: 'something-else-of-the-right-length-0000000000' }),
        'invalid_request',
      );
      expect((await byCode(await open(), { code_verifier: verifier })).status).toBe(200);
    }
  });

  it('lets a refresh come with a verifier that nobody asked for', async () => {
    const first = await byCode(await approve({ code_challenge: challenge }), { code_verifier: verifier });
    const refresh_token = textAt(first.body, 'refresh_token');
    const again = await org.token({ grant_type: 'refresh_token', refresh_token, code_verifier: 'whatever' });
    expect(again.status).toBe(200);
  });

  it('goes only where it was sent', async () => {
    refused(await byCode(await approve(), { redirect_uri: 'http://127.0.0.1:9999/' }), 'redirect_uri_mismatch');
  });
});

describe('an assertion', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encode = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const assertion = (claims: JsonObject): string => {
    const body = `${encode({ alg: 'RS256' })}.${encode(claims)}`;
    return `${body}.${sign('RSA-SHA256', Buffer.from(body), privateKey).toString('base64url')}`;
  };
  const claims = (more: JsonObject = {}): JsonObject => ({
    iss: org.client.id,
    sub: 'integration@acme.example',
    aud: 'https://login.salesforce.com',
    exp: Math.floor(org.now() / 1_000) + 180,
    ...more,
  });
  const ask = (given: JsonObject): Promise<Reply> =>
    org.token({ grant_type: assertionGrant, assertion: assertion(given), client_id: null, client_secret: null });

  beforeEach(async () => {
    await org.control('PUT', 'settings', {
      jwtPublicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    });
  });

  it('opens a session without a refresh token, whatever form real clients give it', async () => {
    for (const more of [
      {},
      { aud: 'https://test.salesforce.com/' },
      { aud: org.base },
      { exp: String(4_000_000_000) },
      { exp: 4e12 },
    ]) {
      const reply = await ask(claims(more));
      expect([reply.status, at(reply.body, 'refresh_token')]).toEqual([200, undefined]);
    }
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['has expired', { exp: 1 }, { error: 'invalid_grant', error_description: 'expired authorization code' }],
    [
      'speaks for nobody',
      { sub: 'nobody@acme.example' },
      { error: 'invalid_grant', error_description: "user hasn't approved this consumer" },
    ],
    [
      'is meant for another',
      { aud: 'https://elsewhere.example' },
      { error: 'invalid_grant', error_description: 'audience is invalid' },
    ],
  ])('that %s is refused', async (_what, more, error) => {
    const reply = await ask(claims(more));
    expect([reply.status, reply.body]).toEqual([400, error]);
  });

  it('by an unknown app, or with a signature that is none, is refused', async () => {
    const unknown = await ask(claims({ iss: 'nobody' }));
    expect([unknown.status, at(unknown.body, 'error_description')]).toEqual([400, 'client identifier invalid']);
    const [head, body] = assertion(claims()).split('.');
    for (const forged of [`${head}.${body}.AAAA`, `${head}.${body}.`, `${head}.${body}`, 'x', '..', '']) {
      refused(await org.token({ grant_type: assertionGrant, assertion: forged }), 'invalid_grant');
    }
  });
});

describe('the token endpoint', () => {
  it.each([
    ['no grant type', {}, 'invalid_request'],
    ['an empty grant type', { grant_type: '' }, 'invalid_request'],
    ['a grant type of nobody', { grant_type: 'device' }, 'unsupported_grant_type'],
    ['a grant type that is a word of JavaScript', { grant_type: 'constructor' }, 'unsupported_grant_type'],
    ['another such word', { grant_type: '__proto__' }, 'unsupported_grant_type'],
    ['an unknown app', { grant_type: 'client_credentials', client_id: 'nobody' }, 'invalid_client_id'],
    ['a wrong secret', { grant_type: 'client_credentials', client_secret: 'wrong' }, 'invalid_client'],
    [
      'a secret in other letters',
      { grant_type: 'client_credentials', client_secret: 'é'.repeat(64) },
      'invalid_client',
    ],
    ['no secret', { grant_type: 'client_credentials', client_secret: null }, 'invalid_client'],
    ['a refresh token of nobody', { grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_grant'],
    ['no refresh token', { grant_type: 'refresh_token' }, 'invalid_grant'],
    ['no code', { grant_type: 'authorization_code' }, 'invalid_grant'],
  ])('refuses %s', async (_what, form, error) => {
    refused(await org.token(form), error);
    expect(org.bugs).toEqual([]);
  });

  it.each(['Basic %', 'Basic', 'Basic JXp6OiV6eg==', 'Bearer x', ''])(
    'takes %j for no secret',
    async (authorization) => {
      const reply = await org.send('POST', '/services/oauth2/token', 'grant_type=client_credentials', {
        authorization,
      });
      expect([reply.status, org.bugs]).toEqual([400, []]);
      expect(keysOf(reply.body)).toEqual(['error', 'error_description']);
    },
  );

  it('refuses a body that is no form', async () => {
    const reply = await org.send('POST', '/services/oauth2/token', { grant_type: 'client_credentials' });
    refused(reply, 'invalid_request');
  });
});

describe('a session', () => {
  const dead = [401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]];

  it.each(['Bearer nonsense', 'OAuth nonsense', 'Bearer', 'Basic eDp5', ''])(
    'is not opened by %j',
    async (authorization) => {
      for (const path of ['/sobjects', '/query?q=x', '/jobs/ingest', '/composite', '/nowhere']) {
        const reply = await org.rest('GET', path, undefined, { authorization });
        expect([reply.status, reply.body]).toEqual(dead);
      }
    },
  );

  it('is told apart by both words of the header', async () => {
    for (const word of ['Bearer', 'OAuth', 'bearer'])
      expect((await org.rest('GET', '/limits', undefined, { authorization: `${word} ${org.session}` })).status).toBe(
        200,
      );
  });

  it('of an app that may not use the API is refused in other words than a dead one', async () => {
    const token = textAt((await byCode(await approve({ scope: 'openid' }))).body, 'access_token');
    const reply = await org.rest('GET', '/sobjects', undefined, { authorization: `Bearer ${token}` });
    expect([401, 403]).toContain(reply.status);
    expect(reply.body).toEqual([
      { errorCode: 'INVALID_SESSION_ID', message: 'This session is not valid for use with the REST API' },
    ]);
  });

  it('dies with the refresh token that it came from, and takes it along', async () => {
    const revoke = (token: string) =>
      org.send('POST', '/services/oauth2/revoke', `token=${encodeURIComponent(token)}`, {
        'content-type': 'application/x-www-form-urlencoded',
      });
    for (const which of ['refresh_token', 'access_token']) {
      const { body } = await byCode(await approve());
      const revoked = await revoke(textAt(body, which));
      expect([revoked.status, revoked.text]).toEqual([200, '']);
      const after = await org.rest('GET', '/limits', undefined, {
        authorization: `Bearer ${textAt(body, 'access_token')}`,
      });
      expect([after.status, after.body]).toEqual(dead);
      refused(
        await org.token({ grant_type: 'refresh_token', refresh_token: textAt(body, 'refresh_token') }),
        'invalid_grant',
      );
    }
    expect((await revoke('nonsense')).status).toBe(400);
  });

  it('introspects: its own members while it lives, one word afterwards or for a stranger', async () => {
    const introspect = (token: string, id = org.client.id) => {
      const form = new URLSearchParams({ token, client_id: id, client_secret: org.client.secret });
      return org.send('POST', '/services/oauth2/introspect', form.toString(), {
        'content-type': 'application/x-www-form-urlencoded',
      });
    };
    const alive = await introspect(org.session);
    expect(alive.body).toMatchObject({ active: true, client_id: org.client.id, token_type: 'access_token' });
    expect(keysOf(alive.body)).toEqual(
      ['active', 'scope', 'client_id', 'username', 'sub', 'token_type', 'exp', 'iat', 'nbf'].sort(),
    );
    for (const reply of [await introspect('nonsense'), await introspect(org.session, 'somebody else')])
      expect([reply.status, reply.body]).toEqual([200, { active: false }]);
  });

  it('knows whose it is', async () => {
    const headers = { authorization: `Bearer ${org.session}` };
    const info = await org.send('GET', '/services/oauth2/userinfo', undefined, headers);
    expect(info.body).toMatchObject({
      user_id: expect.stringMatching(/^005\w{15}$/),
      organization_id: expect.stringMatching(/^00D\w{15}$/),
      preferred_username: 'integration@acme.example',
    });
    const path = `/id/${textAt(info.body, 'organization_id')}/${textAt(info.body, 'user_id')}`;
    for (const identity of [
      await org.send('GET', path, undefined, headers),
      await org.send('GET', `${path}?format=json&oauth_token=${encodeURIComponent(org.session)}`),
    ])
      expect(identity.body).toMatchObject({
        asserted_user: true,
        user_id: at(info.body, 'user_id') ?? null,
        urls: { rest: expect.stringContaining('{version}') },
      });
    expect((await org.send('GET', path, undefined, { authorization: 'Bearer x' })).status).toBe(403);
    expect((await org.send('GET', '/services/oauth2/userinfo')).status).toBe(403);
  });
});

describe('the authorisation page', () => {
  it('sends no person to an address that it cannot read, or for an app that it does not know', async () => {
    for (const query of [
      '',
      `client_id=${org.client.id}`,
      `client_id=${org.client.id}&redirect_uri=x`,
      'client_id=x&redirect_uri=http://localhost/',
    ]) {
      const reply = await org.send('GET', `/services/oauth2/authorize?${query}`);
      expect([reply.status, reply.headers.get('location'), org.bugs]).toEqual([400, null, []]);
    }
  });
});
