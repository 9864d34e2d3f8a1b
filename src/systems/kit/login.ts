import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FaultError } from '../../model/fault.ts';
import type { World } from '../../model/world.ts';
import type { Send } from './call.ts';
import type { Secrets } from './system.ts';

/** What a login gave: the header lines of every call, and where the vendor says that calls go. Never logged. */
export interface Ticket {
  readonly headers: Readonly<Record<string, string>>;
  /** The host of this login, where it differs from the connection's own. */
  readonly url: string | null;
  /** When it ends (ms); null where the vendor does not say. */
  readonly endsAt: number | null;
}

export interface Login {
  ticket(): Promise<Ticket>;
  /** `refused` did not work any more: another one, asked for once however many calls were refused. */
  renew(refused: Ticket): Promise<Ticket>;
}

/** Credentials that are sent as they are, such as an API token. There is nothing to renew. */
export function fixedLogin(headers: Readonly<Record<string, string>>): Login {
  const ticket: Ticket = { headers, url: null, endsAt: null };
  return {
    ticket: async () => ticket,
    async renew() {
      throw new FaultError({ kind: 'login', say: 'The vendor does not accept the credentials.' });
    },
  };
}

/** A ticket that ends within this time is renewed before it is used. */
const almostOverMs = 60_000;

/** Keeps one ticket in memory, and asks for a new one at most once at a time. */
export function renewingLogin(world: Pick<World, 'now'>, obtain: () => Promise<Ticket>): Login {
  let current: Ticket | null = null;
  let asking: Promise<Ticket> | null = null;

  function ask(): Promise<Ticket> {
    asking ??= obtain()
      .then((ticket) => {
        current = ticket;
        return ticket;
      })
      .finally(() => {
        asking = null;
      });
    return asking;
  }

  return {
    ticket() {
      if (asking !== null) return asking;
      const over = current !== null && current.endsAt !== null && current.endsAt - almostOverMs <= world.now();
      return current === null || over ? ask() : Promise.resolve(current);
    },
    renew(refused) {
      return current !== null && current !== refused ? Promise.resolve(current) : ask();
    },
  };
}

/** An OAuth 2 token answer (RFC 6749 §5.1), with what vendors add to it. */
export const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.coerce.number().positive().optional(),
  instance_url: z.string().optional(),
});
export type TokenAnswer = z.infer<typeof tokenAnswer>;

/** Asks a token endpoint once: a form as RFC 6749 has it, or JSON where the vendor wants that. */
export async function askToken(
  send: Send,
  address: string,
  format: 'form' | 'json',
  fields: Readonly<Record<string, string | undefined>>,
): Promise<TokenAnswer> {
  const given = Object.fromEntries(
    Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const reply = await send({
    kind: 'login',
    method: 'POST',
    path: address,
    ...(format === 'form' ? { form: given } : { body: given }),
    answer: tokenAnswer,
    what: 'logging in',
  });
  return reply.body;
}

export function ticketOf(answer: TokenAnswer, now: number): Ticket {
  return {
    headers: { authorization: `Bearer ${answer.access_token}` },
    url: answer.instance_url ?? null,
    endsAt: answer.expires_in === undefined ? null : now + answer.expires_in * 1000,
  };
}

export type AskToken = (fields: Readonly<Record<string, string | undefined>>) => Promise<TokenAnswer>;

/** OAuth 2 client credentials (RFC 6749 §4.4): the app logs in as itself; there is no refresh token. */
export function clientCredentials(
  ask: AskToken,
  auth: { readonly clientId: string; readonly clientSecret: string; readonly scope?: string | undefined },
): () => Promise<TokenAnswer> {
  return () =>
    ask({
      grant_type: 'client_credentials',
      client_id: auth.clientId,
      client_secret: auth.clientSecret,
      scope: auth.scope,
    });
}

const rotatedToken = z.object({ from: z.string(), token: z.string() });
const drawer = 'refresh-token';

/**
 * OAuth 2 refresh token (RFC 6749 §6). A vendor that rotates kills the old token with the answer, so the new one is put away before
 * anything uses the login. What is put away belongs to the token of the config: another token there starts afresh. If another process
 * rotated it meanwhile, ours is refused and its token is tried.
 */
export function refreshToken(
  ask: AskToken,
  auth: { readonly clientId: string; readonly clientSecret?: string | undefined; readonly refreshToken: string },
  secrets: Secrets,
): () => Promise<TokenAnswer> {
  const from = createHash('sha256').update(auth.refreshToken).digest('hex').slice(0, 16);

  async function kept(): Promise<string> {
    const text = await secrets.get(drawer);
    const parsed = text === null ? null : rotatedToken.safeParse(parseJson(text));
    return parsed?.success && parsed.data.from === from ? parsed.data.token : auth.refreshToken;
  }

  async function askWith(token: string): Promise<TokenAnswer> {
    const fields = {
      grant_type: 'refresh_token',
      refresh_token: token,
      client_id: auth.clientId,
      client_secret: auth.clientSecret,
    };
    const answer = await ask(fields);
    if (answer.refresh_token !== undefined && answer.refresh_token !== token) {
      await secrets.put(drawer, JSON.stringify({ from, token: answer.refresh_token }));
    }
    return answer;
  }

  return async () => {
    const token = await kept();
    try {
      return await askWith(token);
    } catch (error) {
      if (!(error instanceof FaultError) || error.fault.kind !== 'login') throw error;
      const newer = await kept();
      if (newer === token) throw error;
      return askWith(newer);
    }
  };
}

/** JSON, or the text itself where it is none: vendors answer failures with HTML and plain text too. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
