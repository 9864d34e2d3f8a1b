import { expect, test } from 'vitest';
import { FaultError } from '../../model/fault.ts';
import { type AuthorizationSetup, authorization, consented, type Granting } from './authorize.ts';
import type { TokenAnswer } from './login.ts';
import { createTestWorld, testSecrets } from './testing.ts';

const consent = { redirectUri: 'http://localhost:4180/login', state: 's', verifier: 'v'.repeat(43) };
const hourMs = 3_600_000;

/** A vendor that answers what it is told to, and a connection to it. */
function vendor(...answers: readonly (TokenAnswer | string)[]) {
  const world = createTestWorld({ fetch: async () => new Response(null) });
  const secrets = testSecrets();
  const asked: Readonly<Record<string, string | undefined>>[] = [];
  const granting: Granting = {
    ask: async (fields, server) => {
      const answer = answers[asked.length] ?? 'server_error';
      asked.push({ ...fields, ...(server === null ? {} : { server }) });
      if (typeof answer === 'string') throw new FaultError({ kind: 'login', say: 'no', code: answer });
      return answer;
    },
    auth: { clientId: 'app', clientSecret: 'secret' },
    label: 'Acme',
    options: { name: 'sales', secrets, world },
  };
  const setup: AuthorizationSetup = {
    ...granting,
    page: 'https://acme.example/authorize',
    pkce: true,
    withoutRefresh: 'switch them on',
  };
  const keep = (more: Partial<AuthorizationSetup> = {}) =>
    authorization({ ...setup, ...more }).keep(consent, { code: 'c', place: 'eu' });
  return { world, secrets, asked, granting, keep };
}

test('a login without a refresh token is refused, and nothing is kept', async () => {
  const { keep, secrets } = vendor({ access_token: 'a1', expires_in: 3600 });
  await expect(keep()).rejects.toMatchObject({
    fault: { kind: 'login', say: 'Acme gave no refresh token: switch them on' },
  });
  expect(secrets.kept.size).toBe(0);
});

test('a token that never ends needs no refresh token, where the vendor has such tokens', async () => {
  const { keep, granting, world, asked } = vendor({ access_token: 'a1' });
  await expect(vendor({ access_token: 'a1' }).keep()).rejects.toMatchObject({ fault: { kind: 'login' } });
  await expect(vendor({ access_token: 'a1', expires_in: 9 }).keep({ lasting: true })).rejects.toMatchObject({
    fault: { kind: 'login' },
  });
  await keep({ lasting: true });
  await world.pass(1000 * hourMs);
  const grant = consented(granting);
  expect(await grant()).toEqual({ access_token: 'a1' });
  await expect(grant()).rejects.toMatchObject({
    fault: {
      say: 'Connection sales is no longer logged in, since Acme refuses its token: run `syncline login sales`',
    },
  });
  expect(asked).toHaveLength(1);
});

test('a token whose end the vendor does not say is tried once and then renewed', async () => {
  const { keep, granting } = vendor({ access_token: 'a1', refresh_token: 'r1' }, { access_token: 'a2' });
  await keep();
  const grant = consented(granting);
  expect([await grant(), await grant()]).toEqual([{ access_token: 'a1' }, { access_token: 'a2' }]);
});

test('where another process renewed the tokens at the same moment, its pair is used', async () => {
  const first = { access_token: 'a1', refresh_token: 'r1', expires_in: 3600 };
  const { keep, granting, world, secrets } = vendor(first, 'invalid_grant');
  await keep();
  await world.pass(hourMs);
  const ask: Granting['ask'] = async (fields, server) => {
    const theirs = { access: 'a2', refresh: 'r2', endsAt: world.now() + hourMs };
    const before: object = JSON.parse(secrets.kept.get('authorization') ?? '');
    await secrets.put('authorization', JSON.stringify({ ...before, ...theirs }));
    return granting.ask(fields, server);
  };
  expect(await consented({ ...granting, ask })()).toEqual({ access_token: 'a2', expires_in: 3600 });
});

test('a failure that is not about the token is told as it is', async () => {
  const first = { access_token: 'a1', refresh_token: 'r1', expires_in: 3600 };
  const { keep, granting, world } = vendor(first, 'invalid_client');
  await keep();
  await world.pass(hourMs);
  await expect(consented(granting)()).rejects.toMatchObject({ fault: { say: 'no', code: 'invalid_client' } });
});

test('a server that gave the tokens is the one that renews them, and its host the one that is called', async () => {
  const eu = 'https://accounts.acme.eu';
  const host = 'https://acme.eu';
  const { keep, granting, world, asked } = vendor(
    { access_token: 'a1', refresh_token: 'r1', expires_in: 3600, instance_url: host },
    { access_token: 'a2', expires_in: 3600, instance_url: host },
  );
  await keep({ server: ({ place }) => (place === 'eu' ? eu : null) });
  expect((await consented(granting)()).instance_url).toBe(host);
  await world.pass(hourMs);
  expect(await consented(granting)()).toMatchObject({ access_token: 'a2', instance_url: host });
  expect(asked.map(({ server, refresh_token: token }) => [server, token])).toEqual([
    [eu, undefined],
    [eu, 'r1'],
  ]);
});
