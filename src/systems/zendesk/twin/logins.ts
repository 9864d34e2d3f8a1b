import { createHash } from 'node:crypto';
import type { Chance } from '../../../twins/chance.ts';
import { type JsonObject, textOf } from './json.ts';
import { Refusal } from './refusal.ts';
import type { Settings } from './settings.ts';
import { iso, type Seconds, toSeconds } from './stamps.ts';

/**
 * Who may come in: OAuth clients, codes, access and refresh tokens, and the account's API token. Outlives a reset of the account, so a
 * client that logged in before stays logged in. Source: Zendesk, "Using OAuth authentication", "OAuth tokens for grant types".
 */
export interface Client {
  readonly id: number;
  readonly identifier: string;
  /** null: a public client, which proves itself by PKCE. */
  readonly secret: string | null;
  readonly name: string;
  readonly redirectUris: readonly string[] | null;
  readonly userId: number;
  /** null: no ceiling. */
  readonly scopes: readonly string[] | null;
}

export interface AccessToken {
  readonly id: number;
  readonly token: string;
  readonly client: Client;
  readonly userId: number;
  readonly scopes: readonly string[];
  readonly created: Seconds;
  readonly expiresMs: number | null;
}

interface RefreshToken {
  readonly token: string;
  readonly access: AccessToken;
  readonly expiresMs: number;
  readonly lastsSeconds: number;
}

interface Code {
  readonly client: Client;
  readonly userId: number;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: { readonly text: string; readonly method: string } | null;
  readonly expiresMs: number;
}

/** What the twin always lets in; shown in its README and by `about`. */
export const knownLogin = {
  clientId: 'syncline_twin',
  clientSecret: 'twin-client-secret',
  publicClientId: 'syncline_twin_public',
  email: 'owner@twin.example',
  apiToken: 'twin-api-token',
} as const;

const codeLivesMs = 120_000;

export class Logins {
  readonly #chance: Chance;
  readonly #nowMs: () => number;
  readonly #settings: () => Settings;
  readonly #clients = new Map<string, Client>();
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, RefreshToken>();
  readonly #codes = new Map<string, Code>();
  #lastId = 26_155_000_000_000;

  constructor(chance: Chance, nowMs: () => number, settings: () => Settings) {
    this.#chance = chance;
    this.#nowMs = nowMs;
    this.#settings = settings;
  }

  addClient(client: Omit<Client, 'id'>): Client {
    const added = { ...client, id: ++this.#lastId };
    this.#clients.set(client.identifier, added);
    return added;
  }

  get clients(): readonly Client[] {
    return [...this.#clients.values()];
  }

  client(identifier: string): Client | undefined {
    return this.#clients.get(identifier);
  }

  changeClient(client: Client): Client {
    this.#clients.set(client.identifier, client);
    return client;
  }

  /** Its tokens die with it. */
  removeClient(client: Client): void {
    this.#clients.delete(client.identifier);
    for (const token of this.#access.values()) if (token.client.id === client.id) this.revoke(token);
  }

  /** A token that somebody makes for themselves: it does not expire. */
  makeToken(client: Client, userId: number, scopes: readonly string[]): AccessToken {
    return this.#keep(client, userId, scopes, null);
  }

  newSecret(): string {
    return this.#chance.text(64, '0123456789abcdef');
  }

  issueCode(code: Omit<Code, 'expiresMs'>): string {
    const text = this.#chance.text(40, '0123456789abcdef');
    this.#codes.set(text, { ...code, expiresMs: this.#nowMs() + codeLivesMs });
    return text;
  }

  /** undefined: unknown, revoked or expired. */
  access(token: string): AccessToken | undefined {
    const found = this.#access.get(token);
    if (found === undefined) return undefined;
    if (found.expiresMs !== null && found.expiresMs - this.#settings().tokenExpirySkewMs <= this.#nowMs()) {
      this.#access.delete(token);
      return undefined;
    }
    return found;
  }

  tokensOf(userId: number): readonly AccessToken[] {
    return [...this.#access.values()].filter((token) => token.userId === userId);
  }

  revoke(token: AccessToken): void {
    this.#access.delete(token.token);
    for (const refresh of this.#refresh.values()) {
      if (refresh.access.id === token.id) this.#refresh.delete(refresh.token);
    }
  }

  /** POST /oauth/tokens. */
  grant(body: JsonObject): JsonObject {
    const client = this.#clients.get(textOf(body.client_id) ?? '');
    const secret = textOf(body.client_secret) ?? null;
    if (client === undefined || (client.secret !== null && client.secret !== secret)) {
      const description = 'Client authentication failed due to unknown client, or invalid client authentication.';
      throw new Refusal(401, { error: 'invalid_client', error_description: description });
    }
    switch (textOf(body.grant_type)) {
      case 'client_credentials': {
        if (client.secret === null) throw this.#refusal('unauthorized_client', 'Public clients cannot use this grant.');
        return this.#issue(client, client.userId, this.#scopes(client, body, ['read', 'write']), body, false);
      }
      case 'refresh_token':
        return this.#refreshed(client, body);
      case 'authorization_code':
        return this.#fromCode(client, body);
      default:
        throw this.#refusal('unsupported_grant_type', 'The authorization grant type is not supported.');
    }
  }

  #refreshed(client: Client, body: JsonObject): JsonObject {
    const refresh = this.#refresh.get(textOf(body.refresh_token) ?? '');
    if (refresh === undefined || refresh.access.client.id !== client.id || refresh.expiresMs <= this.#nowMs()) {
      throw this.#badGrant();
    }
    const scopes = this.#scopes(client, body, refresh.access.scopes);
    // Rotation: both old tokens die at once. A replay of the old one does not harm its successor.
    this.revoke(refresh.access);
    return this.#issue(client, refresh.access.userId, scopes, body, true, refresh.lastsSeconds);
  }

  #fromCode(client: Client, body: JsonObject): JsonObject {
    const text = textOf(body.code) ?? '';
    const code = this.#codes.get(text);
    this.#codes.delete(text);
    const isGood =
      code !== undefined &&
      code.client.id === client.id &&
      code.expiresMs > this.#nowMs() &&
      code.redirectUri === textOf(body.redirect_uri) &&
      provesChallenge(code, textOf(body.code_verifier) ?? '');
    if (!isGood) throw this.#badGrant();
    return this.#issue(client, code.userId, code.scopes, body, true);
  }

  #scopes(client: Client, body: JsonObject, usual: readonly string[]): readonly string[] {
    const asked = (textOf(body.scope) ?? '').split(/\s+/).filter((scope) => scope !== '');
    if (asked.length === 0) return client.scopes ?? usual;
    this.checkCeiling(client, asked);
    return asked;
  }

  checkCeiling(client: Client, asked: readonly string[]): void {
    const ceiling = client.scopes;
    if (ceiling === null || asked.every((scope) => ceiling.includes(scope))) return;
    const description = 'The requested scope is invalid, unknown, or malformed.';
    throw new Refusal(400, { error: 'invalid_scope', error_description: description });
  }

  #issue(
    client: Client,
    userId: number,
    scopes: readonly string[],
    body: JsonObject,
    withRefresh: boolean,
    usualRefresh: number = this.#settings().refreshTokenSeconds,
  ): JsonObject {
    const expires = this.#lifetime(body, 'expires_in', this.#settings().accessTokenSeconds, 300, 172_800);
    const lasts = this.#lifetime(body, 'refresh_token_expires_in', usualRefresh, 604_800, 7_776_000);
    const nowMs = this.#nowMs();
    const access = this.#keep(client, userId, scopes, nowMs + expires * 1000);
    const shared = {
      access_token: access.token,
      token_type: 'bearer',
      scope: scopes.join(' '),
      expires_in: expires,
    };
    if (!withRefresh) return shared;
    const refresh = this.#chance.text(64, '0123456789abcdef');
    this.#refresh.set(refresh, { token: refresh, access, expiresMs: nowMs + lasts * 1000, lastsSeconds: lasts });
    return { ...shared, refresh_token: refresh, refresh_token_expires_in: lasts };
  }

  #keep(client: Client, userId: number, scopes: readonly string[], expiresMs: number | null): AccessToken {
    const id = ++this.#lastId;
    const created = toSeconds(this.#nowMs());
    const access = { id, token: this.newSecret(), client, userId, scopes, created, expiresMs };
    this.#access.set(access.token, access);
    return access;
  }

  /** `above` < asked < `below`, in seconds. Source: Zendesk, "OAuth tokens for grant types". */
  #lifetime(body: JsonObject, name: string, usual: number, above: number, below: number): number {
    const asked = body[name];
    if (asked === undefined || asked === null) return usual;
    const seconds = Number(asked);
    if (Number.isInteger(seconds) && seconds > above && seconds < below) return seconds;
    throw this.#refusal('invalid_request', `${name} is out of range.`);
  }

  #badGrant(): Refusal {
    return this.#refusal(
      'invalid_grant',
      'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
    );
  }

  #refusal(error: string, description: string): Refusal {
    return new Refusal(this.#settings().oauthErrorStatus, { error, error_description: description });
  }
}

function provesChallenge(code: Code, verifier: string): boolean {
  if (code.challenge === null) return code.client.secret !== null;
  const proof = code.challenge.method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;
  return proof === code.challenge.text;
}

export function tokenBody(token: AccessToken, base: string): JsonObject {
  return {
    url: `${base}/api/v2/oauth/tokens/${token.id}.json`,
    id: token.id,
    user_id: token.userId,
    client_id: token.client.id,
    token: token.token.slice(0, 10),
    created_at: iso(token.created),
    expires_at: token.expiresMs === null ? null : iso(toSeconds(token.expiresMs)),
    used_at: null,
    scopes: token.scopes,
    refresh_token: null,
    refresh_token_expires_at: null,
  };
}

export function clientBody(client: Client, base: string, secret: string | null): JsonObject {
  return {
    url: `${base}/api/v2/oauth/clients/${client.id}.json`,
    id: client.id,
    name: client.name,
    identifier: client.identifier,
    kind: client.secret === null ? 'public' : 'confidential',
    redirect_uri: client.redirectUris ?? [],
    user_id: client.userId,
    secret: secret ?? (client.secret === null ? null : client.secret.slice(0, 10)),
  };
}
