import { describe, expect, it } from 'vitest';
import { knownLogin } from './logins.ts';
import { base, type Desk, openDesk } from './testing.ts';

const refreshForm = { grant_type: 'refresh_token', refresh_token: knownLogin.refreshToken };
const callback = 'http://127.0.0.1:4000/callback';

function authorisation(more: Readonly<Record<string, string>> = {}): string {
  const query = {
    response_type: 'code',
    client_id: knownLogin.clientId,
    redirect_uri: callback,
    scope: 'Desk.contacts.ALL,Desk.search.READ',
    access_type: 'offline',
    prompt: 'consent',
    state: 's1',
  };
  return `/oauth/v2/auth?${new URLSearchParams({ ...query, ...more })}`;
}

async function codeFrom(desk: Desk, more: Readonly<Record<string, string>> = {}): Promise<URL> {
  const answer = await desk.send('GET', authorisation(more));
  return new URL(answer.headers.get('location') ?? 'http://nowhere.example');
}

function exchange(desk: Desk, code: string | null) {
  return desk.token({ grant_type: 'authorization_code', code: code ?? '', redirect_uri: callback });
}

function asUser(token: unknown) {
  return { authorization: `Zoho-oauthtoken ${token}`, orgId: knownLogin.orgId };
}

describe('a refresh token', () => {
  it('gives an access token that lives an hour, and no refresh token', async () => {
    const desk = await openDesk();
    const { status, body } = await desk.token(refreshForm);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, api_domain: 'https://www.zohoapis.com' });
    expect(body.access_token).toMatch(/^1000\.[0-9a-f]{32}\.[0-9a-f]{32}$/);
    expect(body).not.toHaveProperty('refresh_token');
    expect((await desk.call('GET', 'myinfo', undefined, asUser(body.access_token))).status).toBe(200);
    desk.advance(3_600_000);
    const late = await desk.call('GET', 'myinfo', undefined, asUser(body.access_token));
    expect([late.status, late.body.errorCode]).toEqual([401, 'INVALID_OAUTH']);
  });

  it('is taken from the query as from the body', async () => {
    const desk = await openDesk();
    const query = new URLSearchParams({
      client_id: knownLogin.clientId,
      client_secret: knownLogin.clientSecret,
      ...refreshForm,
    });
    const answer = await desk.send('POST', `/oauth/v2/token?${query}`);
    expect(answer.body.access_token).toBeTypeOf('string');
  });

  it('is refused with 200 and an error in the body', async () => {
    const desk = await openDesk();
    const cases = [
      [{ ...refreshForm, refresh_token: '1000.x.y' }, 'invalid_code'],
      [{ ...refreshForm, client_id: 'other' }, 'invalid_client'],
      [{ ...refreshForm, client_secret: 'other' }, 'invalid_client_secret'],
    ] as const;
    for (const [form, error] of cases) {
      const answer = await desk.token(form);
      expect([answer.status, answer.body]).toEqual([200, { error }]);
    }
  });

  it('is of no use once it is revoked, until the twin is reset', async () => {
    const desk = await openDesk();
    const revoked = await desk.send('POST', `/oauth/v2/token/revoke?token=${knownLogin.refreshToken}`);
    expect([revoked.status, revoked.body]).toEqual([200, { status: 'success' }]);
    expect((await desk.call('GET', 'myinfo')).body.errorCode).toBe('INVALID_OAUTH');
    expect((await desk.token(refreshForm)).body).toEqual({ error: 'invalid_code' });
    await desk.control('POST', 'reset');
    expect((await desk.token(refreshForm)).body.access_token).toBeTypeOf('string');
  });

  it('is asked at most ten times in ten minutes', async () => {
    const desk = await openDesk();
    for (let i = 1; i < 10; i++) expect((await desk.token(refreshForm)).status).toBe(200);
    const refused = await desk.token(refreshForm);
    expect([refused.status, refused.body.error, refused.body.status]).toEqual([400, 'Access Denied', 'failure']);
    await desk.control('PUT', 'settings', { throttleStatus: 200 });
    expect((await desk.token(refreshForm)).status).toBe(200);
    expect((await desk.token(refreshForm)).body.error).toBe('Access Denied');
    desk.advance(11 * 60_000);
    expect((await desk.token(refreshForm)).body.access_token).toBeTypeOf('string');
  });

  it('has at most ten live access tokens: the eleventh pushes out the first', async () => {
    const desk = await openDesk({ limits: { accessTokensPer10Minutes: 50 } });
    for (let i = 1; i <= 9; i++) await desk.token(refreshForm);
    expect((await desk.call('GET', 'myinfo')).status).toBe(200);
    await desk.token(refreshForm);
    expect((await desk.call('GET', 'myinfo')).status).toBe(401);
  });
});

describe('a code', () => {
  it('comes back with the data centre and its accounts server, and is good once', async () => {
    const desk = await openDesk({ consent: 'auto' });
    const back = await codeFrom(desk);
    expect(back.origin + back.pathname).toBe(callback);
    expect(Object.fromEntries(back.searchParams)).toMatchObject({
      state: 's1',
      location: 'us',
      'accounts-server': base,
    });
    const first = await exchange(desk, back.searchParams.get('code'));
    expect(first.body).toMatchObject({ scope: 'Desk.contacts.ALL Desk.search.READ', expires_in: 3600 });
    expect(first.body.refresh_token).toMatch(/^1000\./);
    expect((await exchange(desk, back.searchParams.get('code'))).body).toEqual({ error: 'invalid_code' });
  });

  it('lives two minutes, and belongs to its redirect address', async () => {
    const desk = await openDesk({ consent: 'auto' });
    const late = await codeFrom(desk);
    desk.advance(120_000);
    expect((await exchange(desk, late.searchParams.get('code'))).body).toEqual({ error: 'invalid_code' });
    const other = await codeFrom(desk);
    const code = other.searchParams.get('code') ?? '';
    const form = { grant_type: 'authorization_code', code, redirect_uri: 'http://127.0.0.1/x' };
    expect((await desk.token(form)).body).toEqual({ error: 'invalid_redirect_uri' });
  });

  it('is refused as a whole for one unknown scope', async () => {
    const desk = await openDesk({ consent: 'auto' });
    const answer = await desk.send('GET', authorisation({ scope: 'Desk.contacts.READ,Desk.nothing.READ' }));
    expect([answer.status, answer.text.includes('Scope does not exist')]).toEqual([400, true]);
  });

  it('waits for a person where consent is asked for', async () => {
    const desk = await openDesk();
    const page = await desk.send('GET', authorisation());
    expect([page.status, page.text.includes('Accept')]).toEqual([200, true]);
    const form = new URLSearchParams(new URL(base + authorisation()).search);
    form.set('decision', 'deny');
    const denied = await desk.send('POST', '/oauth/v2/auth', form.toString());
    expect(denied.headers.get('location')).toContain('error=access_denied');
  });

  it('makes a refresh token; the twenty-first kills the oldest without a word', async () => {
    const desk = await openDesk({ consent: 'auto' });
    const tokens: string[] = [];
    for (let i = 0; i < 21; i++) {
      const back = await codeFrom(desk);
      tokens.push(String((await exchange(desk, back.searchParams.get('code'))).body.refresh_token));
    }
    const [first = '', second = ''] = tokens;
    expect((await desk.token({ ...refreshForm, refresh_token: first })).body).toEqual({ error: 'invalid_code' });
    expect((await desk.token({ ...refreshForm, refresh_token: second })).body.access_token).toBeTypeOf('string');
  });

  it('freezes its scopes: what was not asked for stays closed', async () => {
    const desk = await openDesk({ consent: 'auto' });
    const back = await codeFrom(desk, { scope: 'Desk.contacts.READ' });
    const token = (await exchange(desk, back.searchParams.get('code'))).body.access_token;
    const call = (method: string, path: string, body?: { lastName: string }) =>
      desk.call(method, path, body, asUser(token));
    expect((await call('GET', 'contacts')).status).toBe(204);
    for (const answer of [
      await call('POST', 'contacts', { lastName: 'A' }),
      await call('GET', 'contacts/search?email=abc'),
      await call('GET', 'tickets'),
    ])
      expect([answer.status, answer.body.errorCode]).toEqual([403, 'SCOPE_MISMATCH']);
  });
});

describe('a data centre', () => {
  it('knows neither the tokens nor the clients of another', async () => {
    const desk = await openDesk();
    const elsewhere = await desk.send('GET', 'https://desk.zoho.eu/api/v1/contacts', null, desk.login);
    expect([elsewhere.status, elsewhere.body.errorCode]).toEqual([401, 'INVALID_OAUTH']);
    const form = new URLSearchParams({
      client_id: knownLogin.clientId,
      client_secret: knownLogin.clientSecret,
      ...refreshForm,
    });
    const token = await desk.send('POST', `https://accounts.zoho.eu/oauth/v2/token?${form}`);
    expect([token.status, token.body]).toEqual([200, { error: 'invalid_client' }]);
    const servers = await desk.send('GET', '/oauth/serverinfo');
    expect(servers.body).toMatchObject({ locations: { eu: 'https://accounts.zoho.eu' } });
  });

  it('is the home of the portal at any address that is none of the vendor’s', async () => {
    const desk = await openDesk({ dataCentre: 'in' });
    const served = await desk.send('GET', 'http://127.0.0.1:5001/api/v1/contacts', null, desk.login);
    expect(served.status).toBe(204);
  });
});
