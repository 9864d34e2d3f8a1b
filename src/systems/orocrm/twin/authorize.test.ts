import { describe, expect, it } from 'vitest';
import { type Oro, openOro, textOf } from './testing.ts';

const browser = { client_id: 'syncline_twin_browser', client_secret: 'twin-client-secret' };
const redirect = 'http://localhost:4180/login';
const verifier = 'P5CelXPAESKVn2ArcXGjFcOmEWLoO0IjR3ubUXHb9EI';
const challenge = 'dkimRr35tjRdwIqRLCENZkVa5p-EoH3i9-VbnNXlnuY';
const page = (given: Readonly<Record<string, string>> = {}): string =>
  `/oauth2-token/authorize?${new URLSearchParams({ response_type: 'code', client_id: browser.client_id, redirect_uri: redirect, state: 's', ...given })}`;

async function codeOf(oro: Oro, given: Readonly<Record<string, string>> = {}): Promise<string> {
  const { headers } = await oro.raw('GET', page(given));
  return URL.parse(headers.get('location') ?? '')?.searchParams.get('code') ?? '';
}

const exchange = (oro: Oro, given: Readonly<Record<string, string>>) =>
  oro.raw(
    'POST',
    '/oauth2-token',
    new URLSearchParams({ grant_type: 'authorization_code', redirect_uri: redirect, ...browser, ...given }).toString(),
    { 'content-type': 'application/x-www-form-urlencoded' },
  );

describe('the authorisation page', () => {
  it('waits for a person, and sends the browser back with a code and the state, or with the denial', async () => {
    const oro = await openOro();
    const shown = await oro.raw('GET', page());
    expect([shown.status, shown.text.includes('grantAccess')]).toEqual([200, true]);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const granted = await oro.raw('POST', page(), 'grantAccess=true', form);
    const back = new URL(granted.headers.get('location') ?? '');
    expect([granted.status, back.origin + back.pathname, back.searchParams.get('state')]).toEqual([302, redirect, 's']);
    expect(back.searchParams.get('code')).toMatch(/^def502/);
    const denied = new URL((await oro.raw('POST', page(), 'grantAccess=false', form)).headers.get('location') ?? '');
    expect([denied.searchParams.get('error'), denied.searchParams.get('hint')]).toEqual([
      'access_denied',
      'The user denied the request',
    ]);
  });

  it('is below the prefix of the back office', async () => {
    const oro = await openOro({ prefix: '/admin', consent: 'auto' });
    expect((await oro.raw('GET', `/admin${page()}`)).status).toBe(302);
    expect((await oro.raw('GET', page())).status).toBe(404);
  });

  it('refuses what it does not know: another response, client or redirect, a plain or missing challenge', async () => {
    const oro = await openOro({ consent: 'auto' });
    const ask = async (given: Readonly<Record<string, string>>) => {
      const { status, body } = await oro.raw('GET', page(given));
      return [status, body.error, body.hint ?? null];
    };
    expect((await ask({ response_type: 'token' }))[1]).toBe('unsupported_grant_type');
    expect(await ask({ client_id: 'syncline_twin' })).toEqual([401, 'invalid_client', null]);
    expect(await ask({ redirect_uri: 'nowhere' })).toEqual([401, 'invalid_client', null]);
    expect(await ask({ client_id: 'syncline_twin_public' })).toEqual([
      400,
      'invalid_request',
      'Code challenge must be provided for public clients',
    ]);
    expect(await ask({ code_challenge: verifier, code_challenge_method: 'plain' })).toEqual([
      400,
      'invalid_request',
      'Plain code challenge method is not allowed for this client',
    ]);
  });
});

describe('the tokens of a code', () => {
  it('come once, for who has the verifier, with the address that was asked for', async () => {
    const oro = await openOro({ consent: 'auto' });
    const asked = { code_challenge: challenge, code_challenge_method: 'S256' };
    const code = await codeOf(oro, asked);
    expect((await exchange(oro, { code })).body.hint).toBe('Check the `code_verifier` parameter');
    expect((await exchange(oro, { code, code_verifier: 'x'.repeat(43) })).body.error).toBe('invalid_grant');
    expect((await exchange(oro, { code, redirect_uri: 'http://localhost/' })).body.hint).toBe('Invalid redirect URI');
    const given = await exchange(oro, { code, code_verifier: verifier });
    expect([given.status, given.body.token_type, given.body.expires_in]).toEqual([200, 'Bearer', 3600]);
    const headers = { authorization: `Bearer ${textOf(given.body.access_token)}` };
    expect((await oro.call('GET', 'accounts', undefined, headers)).status).toBe(200);
    expect((await exchange(oro, { code, code_verifier: verifier })).body.hint).toBe(
      'Authorization code has been revoked',
    );
  });

  it('end after ten minutes where nobody fetched them', async () => {
    const oro = await openOro({ consent: 'auto' });
    const code = await codeOf(oro);
    oro.advance(600_000);
    expect((await exchange(oro, { code })).body.hint).toBe('Authorization code has expired');
  });

  it('are renewed by a refresh token that works once and takes the old access token along', async () => {
    const oro = await openOro({ consent: 'auto' });
    const first = (await exchange(oro, { code: await codeOf(oro) })).body;
    const refresh = { grant_type: 'refresh_token', refresh_token: textOf(first.refresh_token) };
    const second = await exchange(oro, refresh);
    expect(textOf(second.body.refresh_token)).not.toBe(refresh.refresh_token);
    const old = { authorization: `Bearer ${textOf(first.access_token)}` };
    expect((await oro.call('GET', 'accounts', undefined, old)).status).toBe(401);
    const replayed = await exchange(oro, refresh);
    expect([replayed.status, replayed.body.error, replayed.body.hint]).toEqual([
      401,
      'invalid_request',
      'Token has been revoked',
    ]);
  });
});
