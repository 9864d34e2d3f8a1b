import { createHash, timingSafeEqual } from 'node:crypto';
import type { Chance } from '../../../twins/chance.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../../twins/json.ts';
import type { Settings } from './settings.ts';
import { toSeconds } from './times.ts';

/** The OAuth application of the type "client credentials", which acts with the rights of user 1. The same after every reset. */
export const knownClient = { id: 'syncline_twin', secret: 'twin-client-secret' } as const;
/** Those of the type "authorization code": the second is public, and proves itself by PKCE. */
export const browserClient = { id: 'syncline_twin_browser', secret: 'twin-client-secret' } as const;
const publicClient = { id: 'syncline_twin_public', secret: null } as const;
export const apiUserId = '1';

const jsonType = { 'content-type': 'application/json; charset=UTF-8', 'cache-control': 'no-store', pragma: 'no-cache' };
const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** What an approved login waits with until its tokens are fetched. */
interface Code {
  readonly client: string;
  readonly redirectUri: string;
  readonly challenge: { readonly text: string; readonly method: string } | null;
  readonly until: number;
}

interface RefreshToken {
  readonly client: string;
  readonly access: string;
  readonly until: number;
}

const codeLivesMs = 600_000;
const refreshLivesMs = 18_144_000_000;

/**
 * Client credentials, authorization codes, and refresh tokens, each of which works once and takes the tokens before it along. Source:
 * OroPlatform, "OAuth authentication" (API guide); OAuth2ServerBundle, functional tests and default lifetimes.
 */
export class Logins {
  readonly #chance: Chance;
  readonly #nowMs: () => number;
  readonly #settings: () => Settings;
  /** Token → when it stops. */
  readonly #tokens = new Map<string, number>();
  readonly #refresh = new Map<string, RefreshToken>();
  readonly #codes = new Map<string, Code>();

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
    const isOfBrowser = grant === 'authorization_code' || grant === 'refresh_token';
    if (grant !== 'client_credentials' && !isOfBrowser) return unsupported();
    const id = given.get('client_id') ?? basicId;
    if (id === undefined) return missing('client_id');
    const secret = given.get('client_secret') ?? basicSecret ?? '';
    // Each application is of one type: it is unknown to the other grants.
    const clients = isOfBrowser ? [browserClient, publicClient] : [knownClient];
    const client = clients.find((each) => isSame(id, each.id) && (each.secret === null || isSame(secret, each.secret)));
    if (client === undefined || !this.#settings().clientActive) return unknownClient();
    if (grant === 'authorization_code') return this.#fromCode(id, given);
    if (grant === 'refresh_token') return this.#refreshed(id, given);
    return tokenAnswer(this.#newAccess(id));
  }

  /** Whether an application may send a browser here; `secret` null: a public one. */
  browserClient(id: string): { readonly secret: string | null } | undefined {
    return this.#settings().clientActive ? [browserClient, publicClient].find((each) => each.id === id) : undefined;
  }

  issueCode(code: Omit<Code, 'until'>): string {
    const text = `def502${this.#chance.text(200, '0123456789abcdef')}`;
    this.#codes.set(text, { ...code, until: this.#nowMs() + codeLivesMs });
    return text;
  }

  #fromCode(client: string, given: ReadonlyMap<string, string>): Response {
    const text = given.get('code');
    if (text === undefined) return missing('code');
    const code = this.#codes.get(text);
    if (code === undefined) return missing('code', 'Authorization code has been revoked');
    if (code.until <= this.#nowMs()) return missing('code', 'Authorization code has expired');
    if (code.client !== client) return missing('code', 'Authorization code was not issued to this client');
    if (code.redirectUri !== given.get('redirect_uri')) return missing('redirect_uri', 'Invalid redirect URI');
    if (code.challenge !== null) {
      const verifier = given.get('code_verifier');
      if (verifier === undefined) return missing('code_verifier');
      const isS256 = code.challenge.method === 'S256';
      const proof = isS256 ? createHash('sha256').update(verifier).digest('base64url') : verifier;
      if (proof !== code.challenge.text) return badGrant('Failed to verify `code_verifier`.');
    }
    this.#codes.delete(text);
    return this.#answerWithRefresh(client);
  }

  #refreshed(client: string, given: ReadonlyMap<string, string>): Response {
    const text = given.get('refresh_token');
    if (text === undefined) return missing('refresh_token');
    const refresh = this.#refresh.get(text);
    if (refresh === undefined || refresh.client !== client) return badRefresh('Token has been revoked');
    if (refresh.until <= this.#nowMs()) return badRefresh('Token has expired');
    this.#refresh.delete(text);
    this.#tokens.delete(refresh.access);
    return this.#answerWithRefresh(client);
  }

  #answerWithRefresh(client: string): Response {
    const given = this.#newAccess(client);
    const text = `def502${this.#chance.text(400, '0123456789abcdef')}`;
    this.#refresh.set(text, { client, access: given.access_token, until: this.#nowMs() + refreshLivesMs });
    return tokenAnswer({ ...given, refresh_token: text });
  }

  #newAccess(client: string) {
    const { accessTokenSeconds, tokenExpirySkewMs } = this.#settings();
    const token = this.#newToken(client, accessTokenSeconds);
    this.#tokens.set(token, this.#nowMs() + accessTokenSeconds * 1000 - tokenExpirySkewMs);
    return { token_type: 'Bearer', expires_in: accessTokenSeconds, access_token: token };
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

function tokenAnswer(body: JsonObject): Response {
  return new Response(JSON.stringify(body), { status: 200, headers: jsonType });
}

function oauthError(status: number, error: string, description: string, hint?: string): Response {
  const body = { error, error_description: description, message: description, ...(hint === undefined ? {} : { hint }) };
  return new Response(JSON.stringify(body), { status, headers: jsonType });
}

export function missing(name: string, hint = `Check the \`${name}\` parameter`): Response {
  const description =
    'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.';
  return oauthError(400, 'invalid_request', description, hint);
}

function badGrant(hint: string): Response {
  const description =
    'The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.';
  return oauthError(400, 'invalid_grant', description, hint);
}

/** As the library of most releases has it: the code is that of any mistaken request, with another status. */
function badRefresh(hint: string): Response {
  return oauthError(401, 'invalid_request', 'The refresh token is invalid.', hint);
}

export function unsupported(): Response {
  const description = 'The authorization grant type is not supported by the authorization server.';
  return oauthError(
    400,
    'unsupported_grant_type',
    description,
    'Check that all required parameters have been provided',
  );
}

export function unknownClient(): Response {
  return oauthError(401, 'invalid_client', 'Client authentication failed');
}
