import { createHash, createHmac, createVerify, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../../../../twins/json.ts';
import type { Org } from '../org.ts';
import type { Session, Sessions } from './sessions.ts';

/** Token errors are always a 400 of this shape. */
export class TokenError extends Error {
  readonly error: string;
  constructor(error: string, description: string) {
    super(description);
    this.name = 'TokenError';
    this.error = error;
  }
}

export interface TokenAsk {
  readonly org: Org;
  readonly sessions: Sessions;
  readonly form: URLSearchParams;
  readonly headers: Headers;
  /** Where the client reached us: its My Domain. */
  readonly origin: string;
}

const grants: ReadonlyMap<string, (ask: TokenAsk) => Record<string, string>> = new Map([
  ['client_credentials', byClientCredentials],
  ['refresh_token', byRefreshToken],
  ['authorization_code', byCode],
  ['urn:ietf:params:oauth:grant-type:jwt-bearer', byAssertion],
]);

/** `POST /services/oauth2/token`. */
export function grantToken(ask: TokenAsk): Record<string, string> {
  const type = ask.form.get('grant_type');
  if (type === null || type === '') throw new TokenError('invalid_request', 'grant type is missing');
  const grant = grants.get(type);
  if (grant === undefined) throw new TokenError('unsupported_grant_type', 'grant type not supported');
  return grant(ask);
}

/** Acts as the app's own user; no refresh token. Only at a My Domain. */
function byClientCredentials(ask: TokenAsk): Record<string, string> {
  if (/^https?:\/\/(login|test)\.salesforce\.com/i.test(ask.origin))
    throw new TokenError('invalid_grant', 'request not supported on this domain');
  checkClient(ask, true);
  const { org } = ask;
  return answer(ask, open(ask, org.people.api, org.people.clientId, 'api', null));
}

function byRefreshToken(ask: TokenAsk): Record<string, string> {
  checkClient(ask, false);
  const { sessions, org, form } = ask;
  const grant = sessions.granted(form.get('refresh_token') ?? '');
  if (grant === null) throw new TokenError('invalid_grant', 'expired access/refresh token');
  if (!org.settings.now.rotateRefreshTokens)
    return answer(ask, open(ask, grant.user, grant.clientId, grant.scope, grant.refreshToken));
  const next = sessions.grant(grant.user, grant.clientId, grant.scope);
  sessions.revoke(grant.refreshToken);
  return {
    ...answer(ask, open(ask, next.user, next.clientId, next.scope, next.refreshToken)),
    refresh_token: next.refreshToken,
  };
}

function byCode(ask: TokenAsk): Record<string, string> {
  checkClient(ask, false);
  const { sessions, form } = ask;
  const code = sessions.takeCode(form.get('code') ?? '');
  if (code === null) throw new TokenError('invalid_grant', 'expired authorization code');
  if (code.redirectUri !== (form.get('redirect_uri') ?? ''))
    throw new TokenError('redirect_uri_mismatch', 'redirect_uri must match configuration');
  if (code.challenge !== null) {
    const verifier = form.get('code_verifier');
    if (verifier === null || verifier === '') throw new TokenError('invalid_grant', 'code verifier is missing');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    if (challenge !== code.challenge) throw new TokenError('invalid_request', 'invalid code verifier');
  }
  const wantsRefresh = /\b(refresh_token|offline_access)\b/.test(code.scope);
  const refresh = wantsRefresh ? sessions.grant(code.user, code.clientId, code.scope).refreshToken : null;
  const session = open(ask, code.user, code.clientId, code.scope, refresh);
  return { ...answer(ask, session), ...(refresh === null ? {} : { refresh_token: refresh }) };
}

const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.string(),
  exp: z.union([z.number(), z.string()]),
});

/** RFC 7523. The audience may end with a slash, `exp` may be text or in milliseconds: real clients send both. */
function byAssertion(ask: TokenAsk): Record<string, string> {
  const { org, form, origin } = ask;
  const [head = '', body = '', signature = ''] = (form.get('assertion') ?? '').split('.');
  const claims = claimsSchema.safeParse(tryJson(Buffer.from(body, 'base64url').toString()));
  if (!claims.success || signature === '') throw new TokenError('invalid_grant', 'invalid assertion');
  const { iss, sub, aud, exp } = claims.data;
  if (iss !== org.people.clientId) throw new TokenError('invalid_client_id', 'client identifier invalid');
  const allowed = ['https://login.salesforce.com', 'https://test.salesforce.com', origin];
  if (!allowed.includes(aud.replace(/\/$/, ''))) throw new TokenError('invalid_grant', 'audience is invalid');
  if (!(Number(exp) * 1_000 > org.clock.now())) throw new TokenError('invalid_grant', 'expired authorization code');
  const { jwtPublicKey } = org.settings.now;
  if (
    jwtPublicKey !== null &&
    !createVerify('RSA-SHA256').update(`${head}.${body}`).verify(jwtPublicKey, signature, 'base64url')
  ) {
    throw new TokenError('invalid_grant', 'invalid assertion');
  }
  const user = [...org.store.rows('User').values()].find(
    (row) => String(row.values.Username).toLowerCase() === sub.toLowerCase(),
  );
  if (user === undefined) throw new TokenError('invalid_grant', "user hasn't approved this consumer");
  return answer(ask, open(ask, user.id, iss, 'api', null));
}

function tryJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** Id and secret come in the form or as HTTP Basic. Without `secretNeeded` a public client may leave the secret out. */
function checkClient({ org, form, headers }: TokenAsk, secretNeeded: boolean): void {
  const basic = /^Basic (.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  const [basicId, basicSecret] =
    basic === undefined ? [] : Buffer.from(basic, 'base64').toString().split(':').map(decode);
  const id = basicId ?? form.get('client_id') ?? '';
  const secret = basicSecret ?? form.get('client_secret');
  if (id !== org.people.clientId) throw new TokenError('invalid_client_id', 'client identifier invalid');
  if (secret === null || secret === undefined ? secretNeeded : !sameText(secret, org.people.clientSecret)) {
    throw new TokenError('invalid_client', 'invalid client credentials');
  }
}

/** Id and secret are form-encoded before they are joined (RFC 6749, 2.3.1); what is not is taken as it stands. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function sameText(one: string, two: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(two)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function open(
  { org, sessions }: TokenAsk,
  user: string,
  clientId: string,
  scope: string,
  refreshToken: string | null,
): Session {
  if (org.store.visible('User', user)?.values.IsActive !== true)
    throw new TokenError('inactive_user', 'user is inactive');
  const { loginAddresses, clientAddress } = org.settings.now;
  if (loginAddresses.length > 0 && !loginAddresses.includes(clientAddress))
    throw new TokenError('invalid_grant', 'ip restricted');
  if (!sessions.countLogin(user)) throw new TokenError('rate_limit_exceeded', 'login rate exceeded');
  return sessions.open(user, clientId, scope, refreshToken);
}

/** The signature covers id and issued_at with the consumer secret, so that the client can tell who answered. */
function answer({ org, origin }: TokenAsk, session: Session): Record<string, string> {
  const id = `${origin}/id/${org.people.organization}/${session.user}`;
  const issued = String(session.issuedAt);
  return {
    access_token: session.token,
    signature: createHmac('sha256', org.people.clientSecret)
      .update(id + issued)
      .digest('base64'),
    scope: session.scope,
    instance_url: origin,
    id,
    token_type: 'Bearer',
    issued_at: issued,
  };
}
