import { z } from 'zod';
import { type Fault, FaultError } from '../../model/fault.ts';
import { consented } from '../kit/authorize.ts';
import type { Send } from '../kit/call.ts';
import { type AskToken, askToken, clientCredentials, type Login, renewingLogin, ticketOf } from '../kit/login.ts';
import type { ConnectOptions } from '../kit/system.ts';

const secret = z.string().min(1);
/** That of the installation, which its API does not tell; it is only believed where it says more than can be seen. */
const version = z
  .string()
  .regex(/^\d+\.\d+(\.\d+)*$/, 'a version is numbers with points, such as 6.1')
  .optional();

/**
 * The ways to log in, each an OAuth application of its own type: "client credentials" acts as the user that it was made for, "authorization
 * code" as the one who consents. Source: Oro documentation, topics "Client Credentials Grant Type" and "Authorization Code Grant Type".
 */
export const orocrmAuth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('client-credentials'), clientId: secret, clientSecret: secret, version }),
  z.strictObject({ type: z.literal('authorization-code'), clientId: secret, clientSecret: secret.optional(), version }),
]);
export type OrocrmAuth = z.infer<typeof orocrmAuth>;

export const label = 'OroCRM';
export const tokenPath = '/oauth2-token';

export function createLogin(auth: OrocrmAuth, options: ConnectOptions, send: Send): Login {
  const { world, url } = options;
  const ask = tokenEndpoint(url, send);
  const grant =
    auth.type === 'client-credentials' ? clientCredentials(ask, auth) : consented({ ask, auth, label, options });
  return renewingLogin(world, async () => ticketOf(await grant(), world.now()));
}

/**
 * The API may live below a path of its own (`/admin`), and the token endpoint at the top of the host: an installation with a storefront has
 * both, and which of them the back office uses is a matter of its set-up.
 */
export function tokenEndpoint(url: string, send: Send): AskToken {
  const top = new URL(tokenPath, url).href;
  const own = `${url.replace(/\/+$/, '')}${tokenPath}`;
  return async (fields) => {
    try {
      return await askToken(send, own, 'form', fields);
    } catch (error) {
      if (own === top || !(error instanceof FaultError) || error.fault.code !== '404') throw error;
      return askToken(send, top, 'form', fields);
    }
  };
}

/** What the codes of the token endpoint mean for whoever set the connection up. Source: the same topics, and RFC 6749 §5.2. */
const words: ReadonlyMap<string, string> = new Map([
  [
    'invalid_client',
    'OroCRM does not know this OAuth application, its secret is another one, or it is switched off (System > User Management > OAuth Applications)',
  ],
  ['invalid_grant', 'OroCRM takes this code or refresh token no longer'],
  ['invalid_request', 'OroCRM misses something in the login: the client id or the secret is empty'],
  ['unauthorized_client', 'This OAuth application may not log in in this way: make one of the type that "auth" says'],
  ['unsupported_grant_type', 'This OroCRM takes no such login: its OAuth server is switched off or too old'],
]);

const refusal = z.looseObject({ error: z.string(), message: z.string().nullish(), hint: z.string().nullish() });

/** Releases differ in the code for a spent one: some call it an invalid request, and say only in words what they mean. */
const spent =
  /(authorization code|refresh token|token) (has|was|is) (been revoked|expired|not issued|invalid)|decrypt/i;

/** A login that was refused, in plain words first and then in the vendor's own. */
export function loginFault(status: number, body: unknown): Fault {
  const told = refusal.safeParse(body);
  const { error, message, hint } = told.success ? told.data : { error: String(status), message: null, hint: null };
  const code = error === 'invalid_request' && spent.test(`${message} ${hint}`) ? 'invalid_grant' : error;
  const say = words.get(code) ?? `There is no login of an OroCRM at this address (HTTP ${status})`;
  return { kind: 'login', code, say: message ? `${say}: ${message}` : say };
}
