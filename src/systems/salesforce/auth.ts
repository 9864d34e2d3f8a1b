import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { z } from 'zod';
import { FaultError } from '../../model/fault.ts';
import type { Send } from '../kit/call.ts';
import { type AskToken, askToken, clientCredentials, parseJson, refreshToken, type TokenAnswer } from '../kit/login.ts';
import type { Secrets } from '../kit/system.ts';

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

export interface Granting {
  readonly ask: AskToken;
  /** The connection's name, for messages. */
  readonly name: string;
  readonly environment: 'production' | 'sandbox';
  readonly secrets: Secrets;
  readonly world: { readonly now: () => number };
}

/** How a token is asked for. Throws FaultError `login`. */
export function grantOf(auth: SalesforceAuth, granting: Granting): () => Promise<TokenAnswer> {
  const { ask, secrets } = granting;
  switch (auth.type) {
    case 'client-credentials':
      return clientCredentials(ask, auth);
    case 'refresh-token':
      return refreshToken(ask, auth, secrets);
    case 'authorization-code':
      return async () => refreshToken(ask, { ...auth, refreshToken: await keptToken(auth, granting) }, secrets)();
    case 'jwt-bearer':
      return async () =>
        ask({
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          assertion: assertionOf(auth, granting.environment, granting.world.now()),
        });
  }
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

/** Where a person consents, and where their browser is sent afterwards. */
export interface Consent {
  readonly redirectUri: string;
  /** A secret of the one who begins the login, 43 to 128 characters (RFC 7636 §4.1): only who has it can use the code. */
  readonly verifier: string;
}

/** The address to open: the web-server flow with PKCE (Help, "OAuth 2.0 Web Server Flow"). `state` comes back with the code. */
export function authorizationAddress(
  host: string,
  auth: { readonly clientId: string },
  { redirectUri, verifier }: Consent,
  state: string,
): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: auth.clientId,
    redirect_uri: redirectUri,
    scope: 'api refresh_token',
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  return `${host.replace(/\/+$/, '')}/services/oauth2/authorize?${query.toString()}`;
}

const keptAuthorization = z.object({ clientId: z.string(), token: z.string() });
const drawer = 'authorization';

/** Exchanges the code that the browser brought back for a refresh token, and puts that away. Throws FaultError `login`. */
export async function keepAuthorization(
  ask: AskToken,
  auth: Of<'authorization-code'>,
  { redirectUri, verifier }: Consent,
  code: string,
  secrets: Secrets,
): Promise<void> {
  const answer = await ask({
    grant_type: 'authorization_code',
    code,
    client_id: auth.clientId,
    client_secret: auth.clientSecret,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
  if (answer.refresh_token === undefined) {
    const say =
      'Salesforce gave no refresh token: the app must have the scope "Perform requests at any time (refresh_token)"';
    throw new FaultError({ kind: 'login', say });
  }
  await secrets.put(drawer, JSON.stringify({ clientId: auth.clientId, token: answer.refresh_token }));
}

async function keptToken(auth: Of<'authorization-code'>, { secrets, name }: Granting): Promise<string> {
  const text = await secrets.get(drawer);
  const kept = text === null ? null : keptAuthorization.safeParse(parseJson(text));
  // What another app was given does not work for this one.
  if (kept?.success && kept.data.clientId === auth.clientId) return kept.data.token;
  throw new FaultError({ kind: 'login', say: `Nobody has logged in yet: run "syncline login ${name}"` });
}
