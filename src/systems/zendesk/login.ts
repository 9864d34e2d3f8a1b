import { z } from 'zod';
import { consented } from '../kit/authorize.ts';
import type { Send } from '../kit/call.ts';
import {
  type AskToken,
  askToken,
  clientCredentials,
  fixedLogin,
  type Login,
  refreshToken,
  renewingLogin,
  type TokenAnswer,
  ticketOf,
} from '../kit/login.ts';
import type { Auth, ConnectOptions } from '../kit/system.ts';
import { tokenPath } from './wire.ts';

/** The ways to log in. Source: Zendesk API reference, topics "OAuth" and "API token", and the guide "Migrating to OAuth". */
const secret = z.string().min(1);

export const zendeskAuth = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('client-credentials'),
    clientId: secret,
    clientSecret: secret,
    scope: z.string().min(1).optional(),
  }),
  z.strictObject({
    type: z.literal('refresh-token'),
    clientId: secret,
    clientSecret: secret.optional(),
    refreshToken: secret,
  }),
  z.strictObject({ type: z.literal('authorization-code'), clientId: secret, clientSecret: secret.optional() }),
  z.strictObject({ type: z.literal('api-token'), email: z.email(), token: secret }),
]);
type ZendeskAuth = z.infer<typeof zendeskAuth>;

export const label = 'Zendesk';

/** `write` does not imply `read`; both are needed, and the exports and audits want them unrestricted. */
export const defaultScope = 'read write';

const tokenWarning =
  'API tokens of Zendesk stop working on 2027-04-30, and since 2026-10-27 no new one can be created. ' +
  'Create an OAuth client in the Admin Center (Apps and integrations > APIs > OAuth clients) and use auth type client-credentials.';

export function warnings(auth: Auth): readonly string[] {
  return auth.type === 'api-token' ? [tokenWarning] : [];
}

type Asking = Pick<ConnectOptions, 'name' | 'secrets' | 'world'>;

export function createLogin(auth: ZendeskAuth, asking: Asking, send: Send): Login {
  if (auth.type === 'api-token') {
    const credentials = Buffer.from(`${auth.email}/token:${auth.token}`, 'utf8').toString('base64');
    return fixedLogin({ authorization: `Basic ${credentials}` });
  }
  const { world } = asking;
  const grant = grantOf(auth, asking, (fields) => askToken(send, tokenPath, 'json', fields));
  return renewingLogin(world, async () => ticketOf(await grant(), world.now()));
}

function grantOf(
  auth: Exclude<ZendeskAuth, { type: 'api-token' }>,
  asking: Asking,
  ask: AskToken,
): () => Promise<TokenAnswer> {
  switch (auth.type) {
    case 'client-credentials':
      return clientCredentials(ask, { ...auth, scope: auth.scope ?? defaultScope });
    case 'refresh-token':
      return refreshToken(ask, auth, asking.secrets);
    case 'authorization-code':
      return consented({ ask, auth, label, options: asking });
  }
}
