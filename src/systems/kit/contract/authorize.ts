import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { CreateTwin } from '../../../twins/twin.ts';
import type { Authorization, Back, Consent } from '../authorize.ts';
import type { Auth, ConnectOptions, System, SystemConnection } from '../system.ts';
import { createTestWorld, type TestWorld, testSecrets } from '../testing.ts';

/** The suite that every system's login in the browser passes: against its twin, in-process and on simulated time. */

const url = 'http://127.0.0.1:4790';
const consent: Consent = {
  redirectUri: 'http://localhost:4180/login',
  state: 'the-state-of-this-login',
  verifier: 'a-verifier-that-has-at-least-forty-three-characters',
};

export interface AuthorizationUnderTest {
  readonly system: System;
  readonly createTwin: CreateTwin;
  /** The app for logins in the browser, where it is not the one that the twin tells. */
  readonly app?: { readonly clientId: string; readonly clientSecret: string };
  /** How this connection logs in without a browser. */
  readonly unattended: Auth;
  readonly pkce: boolean;
  /** Longer than an access token lives (ms). */
  readonly livesMs: number;
  /** A refresh token is ended by an address that revokes it, or else by being used at this one. */
  readonly tokenPath: string;
  readonly revokePath?: string;
}

interface Account {
  readonly world: TestWorld;
  readonly secrets: ReturnType<typeof testSecrets>;
  readonly auth: Auth;
  readonly authorization: Authorization;
  /** As after a restart, with what was put away. */
  connect(): SystemConnection;
  /** A person opens the vendor's page and consents: what their browser is sent back with. */
  visit(address: string): Promise<Back>;
  set(settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** Somebody else calls the vendor. */
  post(path: string, form: Readonly<Record<string, string>>): Promise<void>;
}

async function account({ system, createTwin, app }: AuthorizationUnderTest): Promise<Account> {
  const world: TestWorld = createTestWorld({ fetch: (request) => twin.fetch(request) });
  const twin = createTwin({ seed: 1, world });
  const secrets = testSecrets();
  const { clientId = '', clientSecret = '' } = { ...twin.about(url).auth, ...app };
  const auth: Auth = { type: 'authorization-code', clientId, clientSecret };
  const about = { name: 'there', world, url, environment: 'production', timeZone: 'UTC' } as const;
  const options: ConnectOptions = { ...about, auth, secrets };
  const authorization = system.authorize(options);
  if (authorization === null) throw new Error(`${system.name} does not log in in the browser`);
  const set: Account['set'] = async (settings) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(settings);
    const sent = await twin.fetch(new Request(`${url}/_twin/settings`, { method: 'PUT', headers, body }));
    expect(sent.ok).toBe(true);
  };
  await set({ consent: 'auto' });
  return {
    world,
    secrets,
    auth,
    authorization,
    set,
    connect: () => system.connect(options),
    async visit(address) {
      const sent = await twin.fetch(new Request(address, { redirect: 'manual' }));
      const back = URL.parse(sent.headers.get('location') ?? '');
      expect(back && back.origin + back.pathname).toBe(consent.redirectUri);
      return Object.fromEntries(back?.searchParams ?? []);
    },
    async post(path, form) {
      const sent = await twin.fetch(new Request(`${url}${path}`, { method: 'POST', body: new URLSearchParams(form) }));
      expect(sent.ok).toBe(true);
    },
  };
}

const tokensOf = ({ secrets }: Account): { access: string; refresh: string } =>
  JSON.parse(secrets.kept.get('authorization') ?? '{}');

async function loggedIn(one: AuthorizationUnderTest): Promise<Account> {
  const there = await account(one);
  const { state: _, ...back } = await there.visit(there.authorization.address(consent));
  await there.authorization.keep(consent, back);
  return there;
}

/** A test that only some systems can have: for the others it does not exist. */
const when = (has: boolean): ((title: string, body: () => Promise<void>) => void) => (has ? test : () => {});

export function authorizationContract(title: string, one: AuthorizationUnderTest): void {
  describe(`${title}: login in the browser`, () => {
    test('the page gets our state, and the proof that only we can use the code where the vendor takes it', async () => {
      const { authorization, auth } = await account(one);
      const asked = new URL(authorization.address(consent)).searchParams;
      expect([asked.get('response_type'), asked.get('client_id'), asked.get('redirect_uri')]).toEqual([
        'code',
        auth.clientId,
        consent.redirectUri,
      ]);
      expect(asked.get('state')).toBe(consent.state);
      const challenge = createHash('sha256').update(consent.verifier).digest('base64url');
      expect([asked.get('code_challenge'), asked.get('code_challenge_method')]).toEqual(
        one.pkce ? [challenge, 'S256'] : [null, null],
      );
      expect(authorization.address(consent)).not.toContain(consent.verifier);
    });

    test('before it, the connection says which command logs it in, and asks the vendor nothing', async () => {
      const there = await account(one);
      const connection = there.connect();
      await expect(connection.who()).rejects.toMatchObject({
        fault: { kind: 'login', say: 'Connection there has not been logged in yet: run `syncline login there`' },
      });
      expect(connection.calls()).toEqual({ read: 0, write: 0, login: 0 });
    });

    test('one consent, and from then on we log in without the person: after a restart too, and when the token is over', async () => {
      const there = await loggedIn(one);
      const connection = there.connect();
      const who = await connection.who();
      expect(who.userName).not.toBe('');
      expect(await there.connect().who()).toEqual(who);
      const before = tokensOf(there);
      await there.world.pass(one.livesMs);
      expect(await there.connect().who()).toEqual(who);
      expect(tokensOf(there).access).not.toBe(before.access);
      await there.world.pass(one.livesMs);
      expect(await there.connect().who()).toEqual(who);
    });

    test('two processes go on with one login, whoever renews it', async () => {
      const there = await loggedIn(one);
      const want = { object: one.system.standard[0]?.object ?? '', fields: [] };
      const [first, second] = [there.connect(), there.connect()];
      for (const connection of [first, second, first]) {
        await there.world.pass(one.livesMs);
        await connection.read(want, ['1']);
        await second.read(want, ['1']);
      }
      expect((await there.connect().who()).userName).not.toBe('');
    });

    test('a person who says no is told so by the vendor', async () => {
      const there = await account(one);
      await there.set({ consent: 'deny' });
      const back = await there.visit(there.authorization.address(consent));
      expect([back.error, back.state, back.code]).toEqual(['access_denied', consent.state, undefined]);
    });

    test('a code works once, and what it gave stays good', async () => {
      const there = await account(one);
      const back = await there.visit(there.authorization.address(consent));
      await there.authorization.keep(consent, back);
      await expect(there.authorization.keep(consent, back)).rejects.toMatchObject({
        fault: { kind: 'login', say: expect.stringContaining('a code works once') },
      });
      expect((await there.connect().who()).userName).not.toBe('');
    });

    when(one.pkce)('a code is of no use to somebody who has not begun the login', async () => {
      const there = await account(one);
      const back = await there.visit(there.authorization.address(consent));
      const thief = { ...consent, verifier: 'another-verifier-of-at-least-forty-three-characters' };
      await expect(there.authorization.keep(thief, back)).rejects.toMatchObject({ fault: { kind: 'login' } });
      expect(there.secrets.kept.size).toBe(0);
    });

    test('a login that was taken back says so, and which command mends it', async () => {
      const there = await loggedIn(one);
      const { refresh } = tokensOf(there);
      const { clientId = '', clientSecret = '' } = there.auth;
      await (one.revokePath
        ? there.post(one.revokePath, { token: refresh })
        : there.post(one.tokenPath, {
            grant_type: 'refresh_token',
            refresh_token: refresh,
            client_id: clientId,
            client_secret: clientSecret,
          }));
      await there.world.pass(one.livesMs);
      await expect(there.connect().who()).rejects.toMatchObject({
        fault: {
          kind: 'login',
          say: expect.stringMatching(/^Connection there is no longer logged in, .*: run `syncline login there`$/),
        },
      });
    });

    test('another app has no part in it, and a wrong secret is called that', async () => {
      const there = await loggedIn(one);
      const about = { name: 'there', world: there.world, url, environment: 'production', timeZone: 'UTC' } as const;
      const as = (auth: Auth) => one.system.connect({ ...about, auth, secrets: there.secrets });
      await expect(as({ ...there.auth, clientId: 'another' }).who()).rejects.toMatchObject({
        fault: { kind: 'login', say: expect.stringContaining('has not been logged in yet') },
      });
      await there.world.pass(one.livesMs);
      await expect(as({ ...there.auth, clientSecret: 'wrong' }).who()).rejects.toMatchObject({
        fault: { kind: 'login', code: expect.stringContaining('invalid_client') },
      });
    });

    test('no token, code or secret is in the log', async () => {
      const there = await loggedIn(one);
      await there.world.pass(one.livesMs);
      await there.connect().who();
      const log = JSON.stringify(there.world.lines);
      const { access, refresh } = tokensOf(there);
      for (const secret of [access, refresh, there.auth.clientSecret ?? '', consent.verifier])
        expect(log).not.toContain(secret);
    });

    test('a connection that logs in by itself has no page', () => {
      const world = createTestWorld({ fetch: async () => new Response(null) });
      const about = { name: 'there', world, url, environment: 'production', timeZone: 'UTC' } as const;
      expect(one.system.authorize({ ...about, auth: one.unattended, secrets: testSecrets() })).toBeNull();
    });
  });
}
