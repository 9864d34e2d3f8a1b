import { z } from 'zod';
import { type Fault, FaultError } from '../../model/fault.ts';
import type { World } from '../../model/world.ts';
import type { Send } from '../kit/call.ts';
import { askToken, clientCredentials, type Login, renewingLogin, type TokenAnswer, ticketOf } from '../kit/login.ts';

/**
 * The one way to log in: an OAuth application of the type "client credentials", which acts as the user that it was made for.
 * `version` is that of the installation, which its API does not tell; it is only believed where it says more than can be seen.
 * Source: Oro documentation, topic "Client Credentials Grant Type: Generate Token".
 */
export const orocrmAuth = z.strictObject({
  type: z.literal('client-credentials'),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  version: z
    .string()
    .regex(/^\d+\.\d+(\.\d+)*$/, 'a version is numbers with points, such as 6.1')
    .optional(),
});
export type OrocrmAuth = z.infer<typeof orocrmAuth>;

const tokenPath = '/oauth2-token';

export function createLogin(auth: OrocrmAuth, url: string, world: World, send: Send): Login {
  return renewingLogin(world, async () => ticketOf(await token(auth, url, send), world.now()));
}

/**
 * The API may live below a path of its own (`/admin`), and the token endpoint at the top of the host: an installation with a storefront has
 * both, and which of them the back office uses is a matter of its set-up.
 */
async function token(auth: OrocrmAuth, url: string, send: Send): Promise<TokenAnswer> {
  const ask = (address: string) => clientCredentials((fields) => askToken(send, address, 'form', fields), auth)();
  const top = new URL(tokenPath, url).href;
  const own = `${url.replace(/\/+$/, '')}${tokenPath}`;
  try {
    return await ask(own);
  } catch (error) {
    if (own === top || !(error instanceof FaultError) || error.fault.code !== '404') throw error;
    return ask(top);
  }
}

/** What the codes of the token endpoint mean for whoever set the connection up. Source: the same topic, and RFC 6749 §5.2. */
const words: ReadonlyMap<string, string> = new Map([
  [
    'invalid_client',
    'OroCRM does not know this OAuth application, its secret is another one, or it is switched off (System > User Management > OAuth Applications)',
  ],
  ['invalid_request', 'OroCRM misses something in the login: the client id or the secret is empty'],
  ['unauthorized_client', 'This OAuth application may not log in by client credentials: make one of that type'],
  ['unsupported_grant_type', 'This OroCRM takes no client credentials: its OAuth server is switched off or too old'],
]);

const refusal = z.looseObject({ error: z.string(), message: z.string().nullish() });

/** A login that was refused, in plain words first and then in the vendor's own. */
export function loginFault(status: number, body: unknown): Fault {
  const told = refusal.safeParse(body);
  const { error, message } = told.success ? told.data : { error: String(status), message: null };
  const say = words.get(error) ?? `There is no login of an OroCRM at this address (HTTP ${status})`;
  return { kind: 'login', code: error, say: message ? `${say}: ${message}` : say };
}
