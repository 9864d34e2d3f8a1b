import { expect, test } from 'vitest';
import { authorizationContract } from '../kit/contract/authorize.ts';
import { createTestWorld, jsonResponse, testSecrets } from '../kit/testing.ts';
import { zohoDesk } from './system.ts';
import { createZohoDeskTwin } from './twin/index.ts';

authorizationContract('Zoho Desk', {
  system: zohoDesk,
  createTwin: createZohoDeskTwin,
  unattended: { type: 'refresh-token', clientId: 'app', clientSecret: 'secret', refreshToken: 'token' },
  pkce: false,
  livesMs: 2 * 3_600_000,
  tokenPath: '/oauth/v2/token',
  revokePath: '/oauth/v2/token/revoke',
});

const consent = { redirectUri: 'http://localhost:4180/login', state: 's', verifier: 'v'.repeat(43) };
const eu = { code: 'c', location: 'eu', 'accounts-server': 'https://accounts.zoho.eu' };

/** A connection as configured, at a Zoho that gives a token to everybody; `asked` are the hosts that were called. */
function desk(given: { readonly url?: string; readonly dataCentre?: string } = {}) {
  const asked: string[] = [];
  const world = createTestWorld({
    fetch: async (request) => {
      const { origin, pathname } = new URL(request.url);
      asked.push(`${origin}${pathname}`);
      if (pathname.startsWith('/oauth/'))
        return jsonResponse(200, { access_token: 'a', refresh_token: 'r', expires_in: 3600 });
      return jsonResponse(200, { id: '9', firstName: 'Ada' });
    },
  });
  const { url = 'https://desk.zoho.com', ...place } = given;
  const auth = { type: 'authorization-code', clientId: 'c', clientSecret: 's', orgId: '7', ...place };
  const about = { name: 'support', world, environment: 'production', timeZone: 'UTC' } as const;
  const options = { ...about, url, auth, secrets: testSecrets() };
  const authorization = zohoDesk.authorize(options);
  if (authorization === null) throw new Error('no login in the browser');
  return { asked, authorization, connection: zohoDesk.connect(options), secrets: options.secrets };
}

test('where the config leaves the data centre open, the one of the user who logged in is used from then on', async () => {
  const { asked, authorization, connection } = desk();
  expect(new URL(authorization.address(consent)).origin).toBe('https://accounts.zoho.com');
  await authorization.keep(consent, eu);
  expect((await connection.who()).userName).toBe('Ada');
  expect(asked).toEqual(['https://accounts.zoho.eu/oauth/v2/token', 'https://desk.zoho.eu/api/v1/myinfo']);
});

test('the page of the configured data centre is opened', () => {
  expect(new URL(desk({ dataCentre: 'in' }).authorization.address(consent)).origin).toBe('https://accounts.zoho.in');
});

test.each([{ dataCentre: 'us' }, { url: 'https://desk.zoho.in' }])(
  'a user of another data centre than %j says is told to set it, and the code is not sent anywhere',
  async (given) => {
    const { asked, authorization } = desk(given);
    await expect(authorization.keep(consent, eu)).rejects.toMatchObject({
      fault: { kind: 'login', say: expect.stringContaining('lives in the data centre "eu"') },
    });
    expect(asked).toEqual([]);
  },
);

test.each(['https://accounts.zoho.evil.example', 'http://accounts.zoho.eu', 'nothing'])(
  'our secret is never sent to %s, whatever the browser brings',
  async (server) => {
    const { asked, authorization, secrets } = desk();
    await expect(authorization.keep(consent, { ...eu, 'accounts-server': server })).rejects.toMatchObject({
      fault: { kind: 'login' },
    });
    expect([asked, secrets.kept.size]).toEqual([[], 0]);
  },
);
