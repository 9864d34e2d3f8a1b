import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Fault, FaultError } from '../../model/fault.ts';
import type { Send } from './call.ts';
import { fixedLogin, parseJson, type TokenAnswer } from './login.ts';
import type { ConnectOptions } from './system.ts';
import { createWire, type WireOptions } from './wire.ts';

/**
 * OAuth 2 with a person in the browser (RFC 6749 §4.1, RFC 7636): they consent once at the vendor's page, the code that their browser brings
 * back is exchanged for tokens, and from then on Syncline logs in without them. The tokens live in one drawer of the connection, the newest
 * pair at a time: whoever renews them, in whichever process, puts the new pair there before it is used.
 */

/** A login that a person has begun. */
export interface Consent {
  /** Where their browser is sent afterwards; the vendor has to know it. */
  readonly redirectUri: string;
  /** Comes back with the code: who began the login knows it again. */
  readonly state: string;
  /** A secret of the one who began it, 43 to 128 characters (RFC 7636 §4.1): only who has it can use the code. */
  readonly verifier: string;
}

/** What the browser brought back: `code`, and what a vendor adds to it. */
export type Back = Readonly<Record<string, string>>;

/** How a connection of the type `authorization-code` is logged in. */
export interface Authorization {
  /** The vendor's page to open. */
  address(consent: Consent): string;
  /** Exchanges the code for tokens and puts them away. Throws FaultError. */
  keep(consent: Consent, back: Back): Promise<void>;
}

/** The door to a token endpoint, for who has no login yet. */
export function loginDoor(options: Omit<WireOptions, 'login'>): Send {
  return createWire({ ...options, login: () => fixedLogin({}) }).request;
}

/** Asks a token endpoint; `server` is the one that gave the tokens, where it is not the connection's own. */
export type AskTokenOf = (
  fields: Readonly<Record<string, string | undefined>>,
  server: string | null,
) => Promise<TokenAnswer>;

/** What the two halves of the flow, the login and the renewals, need of a system. */
export interface Granting {
  readonly ask: AskTokenOf;
  readonly auth: { readonly clientId: string; readonly clientSecret?: string | undefined };
  readonly label: string;
  readonly options: Pick<ConnectOptions, 'name' | 'secrets' | 'world'>;
  /** True where a refused code or token is over for good; a vendor that uses `invalid_grant` for many things tells them apart. */
  readonly over?: (fault: Fault) => boolean;
}

export interface AuthorizationSetup extends Granting {
  /** The page where a person consents. */
  readonly page: string;
  readonly scope?: string;
  /** What else the page wants in its query. */
  readonly query?: Readonly<Record<string, string>>;
  /** False where the vendor does not take PKCE for clients of this kind. */
  readonly pkce: boolean;
  /** What else is sent with the code. */
  readonly with?: Readonly<Record<string, string>>;
  /** Which server gave the code. Throws FaultError where it is none that may see our secret. */
  readonly server?: (back: Back) => string | null;
  /** What to do where no refresh token came. */
  readonly withoutRefresh: string;
  /** True where a token may be good for ever: then no refresh token is missed. */
  readonly lasting?: boolean;
}

export function authorization(setup: AuthorizationSetup): Authorization {
  const { auth, label } = setup;
  return {
    address({ redirectUri, state, verifier }) {
      const address = new URL(setup.page);
      const query = {
        response_type: 'code',
        client_id: auth.clientId,
        redirect_uri: redirectUri,
        ...(setup.scope === undefined ? {} : { scope: setup.scope }),
        state,
        ...setup.query,
        ...(setup.pkce ? { code_challenge: challengeOf(verifier), code_challenge_method: 'S256' } : {}),
      };
      for (const [key, value] of Object.entries(query)) address.searchParams.set(key, value);
      return address.href;
    },
    async keep({ redirectUri, verifier }, back) {
      const server = setup.server?.(back) ?? null;
      const fields = {
        grant_type: 'authorization_code',
        code: back.code,
        client_id: auth.clientId,
        client_secret: auth.clientSecret,
        redirect_uri: redirectUri,
        code_verifier: setup.pkce ? verifier : undefined,
        ...setup.with,
      };
      const answer = await setup.ask(fields, server).catch((error: unknown) => {
        if (!isOver(error, setup)) throw error;
        const say = `${label} does not accept the code that the browser brought: a code works once, for a few minutes, and only for the login that it was given to`;
        throw new FaultError({ ...error.fault, say }, { cause: error });
      });
      const endless = setup.lasting === true && answer.expires_in === undefined;
      if (answer.refresh_token === undefined && !endless) {
        throw new FaultError({ kind: 'login', say: `${label} gave no refresh token: ${setup.withoutRefresh}` });
      }
      await putAway(setup, answer, null, server);
    },
  };
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

const tokens = z.object({
  clientId: z.string(),
  refresh: z.string().nullable(),
  access: z.string(),
  /** ms; null where the vendor does not say. */
  endsAt: z.number().nullable(),
  /** The host of this login, and the server that gave it, where they are not the connection's own. */
  url: z.string().nullable(),
  server: z.string().nullable(),
});
type Tokens = z.infer<typeof tokens>;

const drawer = 'authorization';
/** A token with less left than this is not taken from the drawer: the kit renews one a minute before its end. */
const enoughMs = 120_000;

async function putAway(
  { auth, options: { secrets, world } }: Granting,
  answer: TokenAnswer,
  before: Tokens | null,
  server: string | null,
): Promise<Tokens> {
  const pair: Tokens = {
    clientId: auth.clientId,
    refresh: answer.refresh_token ?? before?.refresh ?? null,
    access: answer.access_token,
    endsAt: answer.expires_in === undefined ? null : world.now() + answer.expires_in * 1000,
    url: answer.instance_url ?? null,
    server,
  };
  await secrets.put(drawer, JSON.stringify(pair));
  return pair;
}

/** Tokens of a login in the browser: those that are put away, renewed when they are over. Throws FaultError `login`. */
export function consented(granting: Granting): () => Promise<TokenAnswer> {
  const { ask, auth, label } = granting;
  const { name, secrets, world } = granting.options;
  let handedOut: string | null = null;

  async function kept(): Promise<Tokens> {
    const found = tokens.safeParse(parseJson((await secrets.get(drawer)) ?? ''));
    // What another app was given does not work for this one.
    if (found.success && found.data.clientId === auth.clientId) return found.data;
    throw needed(name, 'has not been logged in yet');
  }

  function hand(pair: Tokens): TokenAnswer {
    handedOut = pair.access;
    return {
      access_token: pair.access,
      ...(pair.endsAt === null ? {} : { expires_in: (pair.endsAt - world.now()) / 1000 }),
      ...(pair.url === null ? {} : { instance_url: pair.url }),
    };
  }

  return async () => {
    const before = await kept();
    // One that nobody said the end of may be over: it is tried once, and then renewed, where that can be.
    const isFresh =
      before.endsAt === null ? handedOut === null || before.refresh === null : before.endsAt - enoughMs > world.now();
    // The one that we handed out is asked for again because it was refused, or is over.
    if (isFresh && before.access !== handedOut) return hand(before);
    if (before.refresh === null) throw needed(name, `is no longer logged in, since ${label} refuses its token`);
    const fields = {
      grant_type: 'refresh_token',
      refresh_token: before.refresh,
      client_id: auth.clientId,
      client_secret: auth.clientSecret,
    };
    try {
      return hand(await putAway(granting, await ask(fields, before.server), before, before.server));
    } catch (error) {
      if (!isOver(error, granting)) throw error;
      // Another process may have renewed them meanwhile, or a person has logged in again.
      const newer = await kept();
      if (newer.access !== before.access) return hand(newer);
      const reason = `is no longer logged in, since ${label} refuses its refresh token: it was revoked, replaced or has run out`;
      throw needed(name, `${reason}${error.fault.code === undefined ? '' : ` (${error.fault.code})`}`, error);
    }
  };
}

/** The code of a fault that only a login ends; its sentence names the connection and the command. */
const loginNeeded = 'login_needed';

function needed(name: string, what: string, cause?: unknown): FaultError {
  const say = `Connection ${name} ${what}: run \`syncline login ${name}\``;
  return new FaultError({ kind: 'login', code: loginNeeded, say }, { cause });
}

export function isLoginNeeded({ code }: Fault): boolean {
  return code === loginNeeded;
}

function isOver(error: unknown, { over }: Granting): error is FaultError {
  if (!(error instanceof FaultError) || error.fault.kind !== 'login') return false;
  return over === undefined ? error.fault.code === 'invalid_grant' : over(error.fault);
}
