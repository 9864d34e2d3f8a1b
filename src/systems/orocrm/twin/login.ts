import { createHash, timingSafeEqual } from 'node:crypto';
import type { Chance } from '../../../twins/chance.ts';
import { isJsonObject, type Json, parseJson } from '../../../twins/json.ts';
import type { Settings } from './settings.ts';
import { toSeconds } from './times.ts';

/** The OAuth application, which acts with the rights of user 1. The same after every reset. */
export const knownClient = { id: 'syncline_twin', secret: 'twin-client-secret' } as const;
export const apiUserId = '1';

const jsonType = { 'content-type': 'application/json; charset=UTF-8', 'cache-control': 'no-store', pragma: 'no-cache' };
const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Client credentials. Source: OroPlatform, "OAuth authentication" (API guide); OAuth2ServerBundle, functional tests. */
export class Logins {
  readonly #chance: Chance;
  readonly #nowMs: () => number;
  readonly #settings: () => Settings;
  /** Token → when it stops. */
  readonly #tokens = new Map<string, number>();

  constructor(chance: Chance, nowMs: () => number, settings: () => Settings) {
    this.#chance = chance;
    this.#nowMs = nowMs;
    this.#settings = settings;
  }

  /** `POST /oauth2-token`, as a form or as JSON, the client in the body or in basic auth. */
  async grant(request: Request): Promise<Response> {
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
    const given = await readForm(request);
    const [basicId, basicSecret] = basicOf(request.headers.get('authorization'));
    const grant = given.get('grant_type') ?? '';
    if (grant === '') return missing('grant_type');
    if (grant !== 'client_credentials') return unsupported();
    const id = given.get('client_id') ?? basicId;
    if (id === undefined) return missing('client_id');
    const secret = given.get('client_secret') ?? basicSecret ?? '';
    const isKnown = isSame(id, knownClient.id) && isSame(secret, knownClient.secret);
    if (!isKnown || !this.#settings().clientActive) return unknownClient();
    const { accessTokenSeconds, tokenExpirySkewMs } = this.#settings();
    const token = this.#newToken(id, accessTokenSeconds);
    this.#tokens.set(token, this.#nowMs() + accessTokenSeconds * 1000 - tokenExpirySkewMs);
    const body = { token_type: 'Bearer', expires_in: accessTokenSeconds, access_token: token };
    return new Response(JSON.stringify(body), { status: 200, headers: jsonType });
  }

  /** The user behind a bearer token; undefined: nobody. */
  userOf(header: string | null): string | undefined {
    const [, token] = /^Bearer\s+(\S+)$/i.exec(header ?? '') ?? [];
    const until = token === undefined ? undefined : this.#tokens.get(token);
    return until !== undefined && this.#nowMs() < until && this.#settings().clientActive ? apiUserId : undefined;
  }

  /** Looks like the vendor's (RS256, the client as audience); its signature is chance, because only the twin itself checks it. */
  #newToken(aud: string, lifeSeconds: number): string {
    const iat = toSeconds(this.#nowMs());
    const claims = { aud, jti: this.#chance.text(80, '0123456789abcdef'), iat, nbf: iat, exp: iat + lifeSeconds };
    const part = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = part({ ...claims, sub: '', scopes: [] });
    return `${part({ typ: 'JWT', alg: 'RS256' })}.${body}.${this.#chance.text(342, base64url)}`;
  }
}

async function readForm(request: Request): Promise<ReadonlyMap<string, string>> {
  const text = await request.text();
  if (!/\bjson\b/.test(request.headers.get('content-type') ?? '')) return new Map(new URLSearchParams(text));
  let body: Json;
  try {
    body = parseJson(text);
  } catch {
    return new Map();
  }
  if (!isJsonObject(body)) return new Map();
  return new Map(
    Object.entries(body).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])),
  );
}

function basicOf(header: string | null): readonly [id?: string, secret?: string] {
  const [, encoded] = /^Basic\s+(\S+)$/i.exec(header ?? '') ?? [];
  if (encoded === undefined) return [];
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
}

function isSame(one: string, two: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(two));
}

function oauthError(status: number, error: string, description: string, hint?: string): Response {
  const body = { error, error_description: description, message: description, ...(hint === undefined ? {} : { hint }) };
  return new Response(JSON.stringify(body), { status, headers: jsonType });
}

function missing(name: string): Response {
  const description =
    'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.';
  return oauthError(400, 'invalid_request', description, `Check the \`${name}\` parameter`);
}

function unsupported(): Response {
  const description = 'The authorization grant type is not supported by the authorization server.';
  return oauthError(
    400,
    'unsupported_grant_type',
    description,
    'Check that all required parameters have been provided',
  );
}

function unknownClient(): Response {
  return oauthError(401, 'invalid_client', 'Client authentication failed');
}
