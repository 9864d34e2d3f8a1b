import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { z } from 'zod';
import { FaultError } from '../../model/fault.ts';
import { consented, type Granting } from '../kit/authorize.ts';
import type { Send } from '../kit/call.ts';
import { type AskToken, askToken, clientCredentials, refreshToken, type TokenAnswer } from '../kit/login.ts';
import type { ConnectOptions } from '../kit/system.ts';

const secret = z.string().min(1);

/**
 * The ways to log in (Help, "OAuth Authorization Flows"). Client credentials act as the app's run-as user and need the account's own host
 * (`https://NAME.my.salesforce.com`); a JWT bearer acts as the user that it names; a refresh token, and the authorization code that `login`
 * exchanges for one, act as the person who consented.
 */
export const salesforceAuth = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('client-credentials'),
    clientId: secret,
    clientSecret: secret,
    scope: secret.optional(),
  }),
  z.strictObject({
    type: z.literal('refresh-token'),
    clientId: secret,
    clientSecret: secret.optional(),
    refreshToken: secret,
  }),
  z.strictObject({ type: z.literal('authorization-code'), clientId: secret, clientSecret: secret.optional() }),
  z.strictObject({
    type: z.literal('jwt-bearer'),
    clientId: secret,
    username: secret,
    /** PEM, of the certificate that the app has; `\n` written out is taken for a line's end. */
    privateKey: secret,
    /** The login host, where it is not the environment's own. */
    audience: z.url().optional(),
  }),
]);
export type SalesforceAuth = z.infer<typeof salesforceAuth>;
type Of<Type extends SalesforceAuth['type']> = Extract<SalesforceAuth, { type: Type }>;

export function tokenEndpoint(send: Send, host: string): AskToken {
  return (fields) => askToken(send, `${host}/services/oauth2/token`, 'form', fields);
}

type Asking = Pick<ConnectOptions, 'name' | 'environment' | 'secrets' | 'world'>;

/** How a token is asked for. Throws FaultError `login`. */
export function grantOf(auth: SalesforceAuth, ask: AskToken, asking: Asking): () => Promise<TokenAnswer> {
  switch (auth.type) {
    case 'client-credentials':
      return clientCredentials(ask, auth);
    case 'refresh-token':
      return refreshToken(ask, auth, asking.secrets);
    case 'authorization-code':
      return consented(grantingOf(auth, ask, asking));
    case 'jwt-bearer':
      return async () =>
        ask({
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          assertion: assertionOf(auth, asking.environment, asking.world.now()),
        });
  }
}

/** `invalid_grant` stands for a dozen things; only these are over for good (see login-words.ts). */
const over = /expired (access|authorization)|invalid refresh token/i;

export function grantingOf(auth: Of<'authorization-code'>, ask: AskToken, asking: Asking): Granting {
  return { ask, auth, label: 'Salesforce', options: asking, over: ({ say }) => over.test(say) };
}

const hosts = { production: 'https://login.salesforce.com', sandbox: 'https://test.salesforce.com' } as const;

/** At most three minutes are allowed; what is left is for clocks that differ. */
const assertionMs = 120_000;

/** A signed statement of who asks (RFC 7523 §3; Help, "OAuth 2.0 JWT Bearer Flow"), with RSA and SHA-256. */
function assertionOf(auth: Of<'jwt-bearer'>, environment: 'production' | 'sandbox', now: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: auth.clientId,
    sub: auth.username,
    aud: auth.audience ?? hosts[environment],
    exp: Math.floor((now + assertionMs) / 1000),
  };
  const text = `${part({ alg: 'RS256' })}.${part(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), keyOf(auth.privateKey)).toString('base64url')}`;
}

function keyOf(pem: string): KeyObject {
  const say = 'The private key of the connection is not an RSA key in PEM form (-----BEGIN PRIVATE KEY-----)';
  let key: KeyObject;
  try {
    key = createPrivateKey(pem.replaceAll('\\n', '\n'));
  } catch (cause) {
    throw new FaultError({ kind: 'login', say }, { cause });
  }
  if (key.asymmetricKeyType !== 'rsa') throw new FaultError({ kind: 'login', say });
  return key;
}
