import { generateKeyPairSync, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { SystemConnection } from '../kit/system.ts';
import { createTestWorld, jsonResponse, scriptedFetch, type TestWorld, testSecrets } from '../kit/testing.ts';
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
  control(path: string, body: unknown, method?: string): Promise<void>;
  connect(auth: Readonly<Record<string, string>>): SystemConnection;
}

async function org(settings: Readonly<Record<string, unknown>> = {}): Promise<Org> {
  let answer: (request: Request) => Promise<Response> = async () => new Response(null, { status: 503 });
  const world = createTestWorld({ fetch: (request) => answer(request) });
  const twin = createSalesforceTwin({ seed: 1, world });
  answer = (request) => twin.fetch(request);
  const control: Org['control'] = async (path, body, method = 'PUT') => {
    const headers = { 'content-type': 'application/json' };
    const sent = await twin.fetch(new Request(`${url}/_twin/${path}`, { method, headers, body: JSON.stringify(body) }));
    expect(sent.ok).toBe(true);
  };
  await control('settings', settings);
  const about = { name: 'sales', world, url, environment: 'production', timeZone: 'UTC' } as const;
  return {
    world,
    control,
    app: app.parse(twin.about(url).auth),
    connect: (auth) => salesforce.connect({ ...about, auth: { type: '', ...auth }, secrets: testSecrets() }),
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
