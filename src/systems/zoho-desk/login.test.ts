import { describe, expect, test } from 'vitest';
import { createTestWorld, jsonResponse, scriptedFetch, testSecrets } from '../kit/testing.ts';
import { zohoDesk } from './system.ts';
import { portal, twinUrl } from './testing.ts';

const want = { object: 'account', fields: ['accountName'] };

describe('logging in', () => {
  test('a token is kept: a restart and another process go on with it, and count for one of ten', async () => {
    const there = await portal();
    const secrets = testSecrets();
    const first = there.connect({ secrets, auth: { ...there.auth, orgId: '3981311' } });
    await first.changes(want, null);
    const second = there.connect({ secrets, auth: { ...there.auth, orgId: '3981311' } });
    await second.changes(want, null);
    expect([first.calls().login, second.calls().login]).toEqual([1, 0]);
  });

  test('a kept token that is refused, over or of another refresh token is not used again', async () => {
    const there = await portal();
    const secrets = testSecrets();
    await there.connect({ secrets }).who();
    await there.world.pass(3_500_000);
    const later = there.connect({ secrets });
    await later.who();
    expect(later.calls().login).toBe(2);
    const stranger = there.connect({ secrets, auth: { ...there.auth, refreshToken: '1000.other' } });
    await expect(stranger.who()).rejects.toMatchObject({ fault: { kind: 'login', code: 'invalid_code' } });
    const body = { errorCode: 'INVALID_OAUTH', message: 'The OAuth Token you provided is invalid.' };
    await there.control('POST', 'faults', { match: { path: 'myinfo' }, do: 'status', status: 401, body, times: 1 });
    const refused = there.connect({ secrets });
    expect((await refused.who()).account).toBe('3981311');
  });

  test.each([
    [{ clientId: 'nobody' }, 'invalid_client'],
    [{ clientSecret: 'wrong' }, 'invalid_client_secret'],
    [{ refreshToken: '1000.gone' }, 'invalid_code'],
  ])('%j is told although the answer is HTTP 200', async (wrong, code) => {
    const there = await portal();
    const connection = there.connect({ auth: { ...there.auth, ...wrong } });
    await expect(connection.who()).rejects.toMatchObject({ fault: { kind: 'login', code } });
  });

  test.each([200, 400])('too many token requests are a limit, not a failed login (HTTP %i)', async (throttleStatus) => {
    const there = await portal({ throttleStatus });
    for (let n = 0; n < 10; n++) await there.connect({ auth: { ...there.auth, orgId: '3981311' } }).who();
    await expect(there.connect().who()).rejects.toMatchObject({ fault: { kind: 'limit', afterMs: 300_000 } });
  });

  test('one connection never asks for an eleventh token in ten minutes', async () => {
    const there = await portal();
    const body = { errorCode: 'INVALID_OAUTH', message: 'invalid' };
    await there.control('POST', 'faults', {
      match: { path: '/accounts$' },
      do: 'status',
      status: 401,
      body,
      times: 100,
    });
    const began = there.world.now();
    for (let n = 0; n < 12; n++) await there.connection.changes(want, null).catch(() => {});
    expect(there.world.now() - began).toBeLessThan(600_000);
    expect(there.connection.calls().login).toBeLessThanOrEqual(11);
  });

  test('another portal than the token’s is a failed login', async () => {
    const there = await portal();
    const connection = there.connect({ auth: { ...there.auth, orgId: '12345' } });
    await expect(connection.changes(want, null)).rejects.toMatchObject({ fault: { kind: 'login' } });
  });

  test('without orgId the only portal of the token is taken, and of several none', async () => {
    const there = await portal();
    expect(await there.connection.who()).toMatchObject({ account: '3981311', userName: 'Olive Owner' });
    const data = [{ id: '1', companyName: 'One' }, { id: '2' }];
    const { fetch } = scriptedFetch(({ path }) =>
      path.endsWith('/token')
        ? jsonResponse(200, { access_token: 'a', expires_in: 3600 })
        : jsonResponse(200, path.endsWith('/organizations') ? { data } : {}),
    );
    const world = createTestWorld({ fetch });
    const common = { name: 'support', environment: 'production', timeZone: 'UTC', secrets: testSecrets() } as const;
    const connection = zohoDesk.connect({ ...common, world, url: twinUrl, auth: there.auth });
    await expect(connection.who()).rejects.toMatchObject({
      fault: { kind: 'login', say: expect.stringContaining('1 (One)') },
    });
  });

  test.each([
    [{ url: 'https://desk.zoho.com', dataCentre: 'eu' }, 'https://accounts.zoho.eu', 'https://desk.zoho.eu'],
    [{ url: 'https://desk.zoho.in' }, 'https://accounts.zoho.in', 'https://desk.zoho.in'],
    [{ url: 'https://desk.zoho.com' }, 'https://accounts.zoho.com', 'https://desk.zoho.com'],
    [{ url: 'https://proxy.acme.test/' }, 'https://proxy.acme.test', 'https://proxy.acme.test'],
  ])('%j goes to %s and %s', async ({ url, ...centre }, accounts, desk) => {
    const asked: string[] = [];
    const world = createTestWorld({
      fetch: async (request) => {
        asked.push(new URL(request.url).origin);
        if (request.url.includes('/oauth/')) return jsonResponse(200, { access_token: 'a', expires_in: 3600 });
        expect(request.headers.get('orgId')).toBe('7');
        return jsonResponse(200, { id: '9' });
      },
    });
    const auth = { type: 'refresh-token', clientId: 'c', clientSecret: 's', refreshToken: 'r', orgId: '7', ...centre };
    const common = { name: 'support', environment: 'production', timeZone: 'UTC', secrets: testSecrets() } as const;
    await zohoDesk.connect({ ...common, world, url, auth }).who();
    expect(asked).toEqual([accounts, desk]);
  });
});
