import { describe, expect, it } from 'vitest';
import { at, grant, openOro, textOf } from './testing.ts';

const json = { 'content-type': 'application/json' };

describe('the token endpoint', () => {
  it('gives a token that lives for an hour of the twin’s time', async () => {
    const oro = await openOro();
    const given = await oro.raw('POST', '/oauth2-token', JSON.stringify(grant), json);
    expect([given.status, given.headers.get('content-type'), given.body.token_type, given.body.expires_in]).toEqual([
      200,
      'application/json; charset=UTF-8',
      'Bearer',
      3600,
    ]);
    const token = textOf(given.body.access_token);
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(claims.aud).toBe('syncline_twin');
    const headers = { authorization: `Bearer ${token}` };
    oro.advance(3_599_000);
    expect((await oro.call('GET', 'accounts', undefined, headers)).status).toBe(200);
    oro.advance(1_000);
    const late = await oro.call('GET', 'accounts', undefined, headers);
    expect([late.status, late.text, late.headers.get('www-authenticate')]).toEqual([
      401,
      '',
      'Basic realm="Secured API"',
    ]);
  });

  it('takes a form, and the client by basic auth', async () => {
    const oro = await openOro();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await oro.raw('POST', '/oauth2-token', new URLSearchParams(grant).toString(), form)).status).toBe(200);
    const basic = Buffer.from(`${grant.client_id}:${grant.client_secret}`).toString('base64');
    const headers = { ...form, authorization: `Basic ${basic}` };
    expect((await oro.raw('POST', '/oauth2-token', 'grant_type=client_credentials', headers)).status).toBe(200);
  });

  it('refuses a wrong, an empty and a deactivated client alike', async () => {
    const oro = await openOro();
    const refusal = {
      error: 'invalid_client',
      error_description: 'Client authentication failed',
      message: 'Client authentication failed',
    };
    for (const change of [{ client_secret: 'x' }, { client_id: 'x' }, { client_id: '' }, { client_secret: '' }]) {
      const answer = await oro.raw('POST', '/oauth2-token', JSON.stringify({ ...grant, ...change }), json);
      expect([answer.status, answer.body]).toEqual([401, refusal]);
    }
    await oro.control('PUT', 'settings', { clientActive: false });
    const answer = await oro.raw('POST', '/oauth2-token', JSON.stringify(grant), json);
    expect([answer.status, answer.body]).toEqual([401, refusal]);
    expect((await oro.call('GET', 'accounts')).status).toBe(401);
  });

  it('names a missing parameter, and refuses other grants and bodies that are none', async () => {
    const oro = await openOro();
    const ask = async (body: string) => oro.raw('POST', '/oauth2-token', body, json);
    const noClient = await ask(JSON.stringify({ grant_type: 'client_credentials' }));
    expect([noClient.status, noClient.body.error, noClient.body.hint]).toEqual([
      400,
      'invalid_request',
      'Check the `client_id` parameter',
    ]);
    expect((await ask('{"grant_type":')).body.hint).toBe('Check the `grant_type` parameter');
    expect((await ask(JSON.stringify({ ...grant, grant_type: 'password' }))).body.error).toBe('unsupported_grant_type');
  });

  it('lets nobody in by a token in the query, an unknown one, or none', async () => {
    const oro = await openOro();
    const token = textOf((await oro.raw('POST', '/oauth2-token', JSON.stringify(grant), json)).body.access_token);
    for (const [path, headers] of [
      [`/api/accounts?access_token=${token}`, {}],
      ['/api/accounts', { authorization: 'Bearer x' }],
      ['/api/accounts', { authorization: `Basic ${token}` }],
      ['/api/nosuch', {}],
    ] as const) {
      expect((await oro.raw('GET', path, undefined, headers)).status).toBe(401);
    }
  });

  it('keeps its credentials over a reset, and what the token opens is empty again', async () => {
    const oro = await openOro();
    await oro.seed('accounts', { name: 'Acme' });
    await oro.control('POST', 'reset');
    expect(at((await oro.call('GET', 'accounts')).body, 'data')).toEqual([]);
  });
});
