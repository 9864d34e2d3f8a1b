import { expect, test } from 'vitest';
import { FaultError } from '../../model/fault.ts';
import { clientCredentials, refreshToken, renewingLogin, type TokenAnswer, ticketOf } from './login.ts';
import { createTestWorld, testSecrets } from './testing.ts';

const auth = { clientId: 'app', clientSecret: 'secret', refreshToken: 'r1' };
const refused = () => new FaultError({ kind: 'login', say: 'expired access/refresh token', code: 'invalid_grant' });

/** A vendor that gives a new refresh token each time and knows only the newest. */
function rotatingVendor(first: string) {
  let good = first;
  let n = 1;
  const asked: (string | undefined)[] = [];
  return {
    asked,
    ask: async (fields: Readonly<Record<string, string | undefined>>): Promise<TokenAnswer> => {
      asked.push(fields.refresh_token);
      if (fields.refresh_token !== good) throw refused();
      n += 1;
      good = `r${n}`;
      return { access_token: `a${n}`, refresh_token: good };
    },
  };
}

test('a rotated refresh token is put away and used after a restart', async () => {
  const secrets = testSecrets();
  const vendor = rotatingVendor('r1');
  expect((await refreshToken(vendor.ask, auth, secrets)()).access_token).toBe('a2');
  expect((await refreshToken(vendor.ask, auth, secrets)()).access_token).toBe('a3');
  expect(vendor.asked).toEqual(['r1', 'r2']);
});

test('a new refresh token in the config goes before one that was put away for the old', async () => {
  const secrets = testSecrets();
  await refreshToken(rotatingVendor('r1').ask, auth, secrets)();
  const vendor = rotatingVendor('fresh');
  expect((await refreshToken(vendor.ask, { ...auth, refreshToken: 'fresh' }, secrets)()).access_token).toBe('a2');
  expect(vendor.asked).toEqual(['fresh']);
});

test('a token that another process rotated meanwhile is tried instead of ours', async () => {
  const secrets = testSecrets();
  const vendor = rotatingVendor('r1');
  const late = refreshToken(
    async (fields) => {
      if (vendor.asked.length === 0) await refreshToken(vendor.ask, auth, secrets)();
      return vendor.ask(fields);
    },
    auth,
    secrets,
  );
  expect((await late()).access_token).toBe('a3');
  expect(vendor.asked).toEqual(['r1', 'r1', 'r2']);
});

test('a refused refresh token that nobody replaced is a login fault', async () => {
  const vendor = rotatingVendor('other');
  await expect(refreshToken(vendor.ask, auth, testSecrets())()).rejects.toMatchObject({ fault: { kind: 'login' } });
  expect(vendor.asked).toEqual(['r1']);
});

test('client credentials ask with the scope only where one is set', async () => {
  const asked: unknown[] = [];
  const ask = async (fields: Readonly<Record<string, string | undefined>>): Promise<TokenAnswer> => {
    asked.push(fields);
    return { access_token: 'a' };
  };
  await clientCredentials(ask, { clientId: 'i', clientSecret: 's' })();
  expect(asked).toEqual([{ grant_type: 'client_credentials', client_id: 'i', client_secret: 's', scope: undefined }]);
});

test('a ticket is renewed shortly before it ends, once for all who ask', async () => {
  const world = createTestWorld({ fetch: async () => new Response(null) });
  let asked = 0;
  const login = renewingLogin(world, async () => {
    asked += 1;
    return ticketOf({ access_token: `a${asked}`, expires_in: 3600 }, world.now());
  });
  const first = await Promise.all([login.ticket(), login.ticket()]);
  expect([asked, first[0] === first[1]]).toEqual([1, true]);
  await world.pass(3539_000);
  expect((await login.ticket()).headers.authorization).toBe('Bearer a1');
  await world.pass(2000);
  expect((await login.ticket()).headers.authorization).toBe('Bearer a2');
});
