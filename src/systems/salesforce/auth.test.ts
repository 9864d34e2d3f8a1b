import { generateKeyPairSync, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ConnectOptions, SystemConnection } from '../kit/system.ts';
import { createTestWorld, jsonResponse, scriptedFetch, type TestWorld, testSecrets } from '../kit/testing.ts';
import { authorizationAddress } from './auth.ts';
import { logIn } from './log-in.ts';
import { salesforce } from './system.ts';
import { createSalesforceTwin } from './twin/index.ts';

const url = 'http://127.0.0.1:4712';
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const app = z.object({ type: z.string(), clientId: z.string(), clientSecret: z.string() });

interface Org {
  readonly world: TestWorld;
  readonly app: z.infer<typeof app>;
  readonly secrets: ReturnType<typeof testSecrets>;
  control(path: string, body: unknown, method?: string): Promise<void>;
  options(auth: Readonly<Record<string, string>>): ConnectOptions;
  connect(auth: Readonly<Record<string, string>>): SystemConnection;
  /** A person opens an address and consents: where their browser is sent then. */
  visit(address: string): Promise<URL>;
}

async function org(settings: Readonly<Record<string, unknown>> = {}): Promise<Org> {
  let answer: (request: Request) => Promise<Response> = async () => new Response(null, { status: 503 });
  const world = createTestWorld({ fetch: (request) => answer(request) });
  const twin = createSalesforceTwin({ seed: 1, world });
  answer = (request) => twin.fetch(request);
  const secrets = testSecrets();
  const control: Org['control'] = async (path, body, method = 'PUT') => {
    const headers = { 'content-type': 'application/json' };
    const sent = await twin.fetch(new Request(`${url}/_twin/${path}`, { method, headers, body: JSON.stringify(body) }));
    expect(sent.ok).toBe(true);
  };
  await control('settings', settings);
  const options: Org['options'] = (auth) => ({
    name: 'sales',
    world,
    url,
    environment: 'production',
    auth: { type: '', ...auth },
    timeZone: 'UTC',
    secrets,
  });
  return {
    world,
    secrets,
    control,
    options,
    app: app.parse(twin.about(url).auth),
    connect: (auth) => salesforce.connect(options(auth)),
    async visit(address) {
      const sent = await twin.fetch(new Request(address, { redirect: 'manual' }));
      return new URL(sent.headers.get('location') ?? '');
    },
  };
}

const jwt = (clientId: string, given: Readonly<Record<string, string>> = {}) => ({
  type: 'jwt-bearer',
  clientId,
  username: 'integration@acme.example',
  privateKey,
  ...given,
});

test('a JWT bearer is signed with the private key and logs in as the user that it names', async () => {
  const { connect, app: own } = await org({ jwtPublicKey: publicKey });
  expect(await connect(jwt(own.clientId)).who()).toMatchObject({ userName: 'integration@acme.example' });
  const oneLine = privateKey.replaceAll('\n', '\\n');
  expect(await connect(jwt(own.clientId, { privateKey: oneLine })).who()).toMatchObject({
    userName: 'integration@acme.example',
  });
});

test.each([
  { environment: 'production', given: {}, aud: 'https://login.salesforce.com' },
  { environment: 'sandbox', given: {}, aud: 'https://test.salesforce.com' },
  { environment: 'sandbox', given: { audience: 'https://acme.my.site.com' }, aud: 'https://acme.my.site.com' },
] as const)(
  'an assertion in a $environment org is for $aud and for two minutes',
  async ({ environment, given, aud }) => {
    const { fetch, seen } = scriptedFetch(() => jsonResponse(200, { access_token: 'x' }));
    const world = createTestWorld({ fetch });
    const connection = salesforce.connect({
      name: 'sales',
      world,
      url,
      environment,
      auth: jwt('app', given),
      timeZone: 'UTC',
      secrets: testSecrets(),
    });
    await expect(connection.who()).rejects.toMatchObject({ fault: { kind: 'bug' } });
    const form = new URLSearchParams(String(seen[0]?.body));
    const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ alg: 'RS256' });
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
      iss: 'app',
      sub: 'integration@acme.example',
      aud,
      exp: world.now() / 1000 + 120,
    });
    const signed = Buffer.from(`${head}.${claims}`);
    expect(verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
  },
);

test('a key that is none is a login fault that says so, before anything is sent', async () => {
  const { connect, app: own } = await org();
  const connection = connect(jwt(own.clientId, { privateKey: 'secret' }));
  await expect(connection.who()).rejects.toMatchObject({
    fault: { kind: 'login', say: expect.stringContaining('not an RSA key in PEM form') },
  });
  expect(connection.calls().login).toBe(0);
});

test.each([
  { code: 'invalid_grant', said: "user hasn't approved this consumer", mean: 'has not approved the app' },
  { code: 'invalid_grant', said: 'audience is invalid', mean: 'https://test.salesforce.com' },
  { code: 'invalid_client_id', said: 'client identifier invalid', mean: 'consumer key' },
  { code: 'invalid_grant', said: 'expired authorization code', mean: 'clock of this machine' },
  { code: 'invalid_grant', said: 'expired access/refresh token', mean: 'log in again' },
  { code: 'invalid_grant', said: 'ip restricted', mean: 'login IP ranges' },
  { code: 'invalid_grant', said: 'no client credentials user enabled', mean: 'run-as user' },
  { code: 'invalid_grant', said: 'request not supported on this domain', mean: 'https://NAME.my.salesforce.com' },
  { code: 'something_new', said: 'a reason', mean: 'Salesforce does not let us in: a reason' },
])('"$said" is told in plain words', async ({ code, said, mean }) => {
  const { fetch } = scriptedFetch(() => jsonResponse(400, { error: code, error_description: said }));
  const auth = { type: 'client-credentials', clientId: 'app', clientSecret: 'secret' };
  const world = createTestWorld({ fetch });
  const about = { name: 'sales', world, url, environment: 'production', timeZone: 'UTC' } as const;
  const connection = salesforce.connect({ ...about, auth, secrets: testSecrets() });
  const failed: unknown = await connection.who().catch((error: unknown) => error);
  expect(failed).toMatchObject({ fault: { kind: 'login', code, say: expect.stringContaining(mean) } });
  expect(failed).toMatchObject({ fault: { say: expect.stringContaining(said) } });
});

const consent = {
  redirectUri: 'http://localhost:4000/login/back',
  verifier: 'a-verifier-that-has-at-least-forty-three-characters',
};

test.each([{ rotateRefreshTokens: false }, { rotateRefreshTokens: true }])(
  'a person logs in once in the browser, and from then on we log in without them (%o)',
  async (settings) => {
    const { app: own, secrets, options, connect, visit, control } = await org(settings);
    const auth = { type: 'authorization-code', clientId: own.clientId, clientSecret: own.clientSecret };
    await expect(connect(auth).who()).rejects.toMatchObject({
      fault: { kind: 'login', say: expect.stringContaining('syncline login sales') },
    });
    const back = await visit(authorizationAddress(url, auth, consent, 'a-state'));
    expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([consent.redirectUri, 'a-state']);
    await logIn(options(auth), consent, back.searchParams.get('code') ?? '');
    const who = await connect(auth).who();
    expect(who.userName).not.toBe('');
    await control('events', { end: 'sessions' }, 'POST');
    expect(await connect(auth).who()).toEqual(who);
    expect([...secrets.kept.keys()]).toContain('authorization');
    await expect(connect({ ...auth, clientId: 'another app' }).who()).rejects.toMatchObject({
      fault: { kind: 'login' },
    });
  },
);

test('a code is of no use to somebody who has not begun the login', async () => {
  const { app: own, options, visit, secrets } = await org();
  const auth = { type: 'authorization-code', clientId: own.clientId, clientSecret: own.clientSecret };
  const back = await visit(authorizationAddress(url, auth, consent, 'a-state'));
  const code = back.searchParams.get('code') ?? '';
  const thief = { ...consent, verifier: 'another-verifier-of-at-least-forty-three-characters' };
  await expect(logIn(options(auth), thief, code)).rejects.toMatchObject({ fault: { kind: 'login' } });
  expect(secrets.kept.size).toBe(0);
});

test('a session that ends is renewed once; where the new one is refused too, the fault says what to look at', async () => {
  const { app: own, connect, control } = await org();
  const connection = connect(own);
  const want = { object: 'Account', fields: ['Name'] };
  await connection.changes(want, null);
  await control('events', { end: 'sessions' }, 'POST');
  expect((await connection.changes(want, null)).more).toBe(false);
  expect(connection.calls().login).toBe(2);
  const refused = {
    match: { path: '/query' },
    do: 'status',
    status: 401,
    body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
    times: 2,
  };
  await control('faults', refused, 'POST');
  await expect(connection.changes(want, null)).rejects.toMatchObject({
    fault: { kind: 'login', code: 'INVALID_SESSION_ID', say: expect.stringContaining('locked to the address') },
  });
  expect(connection.calls().login).toBe(3);
});
