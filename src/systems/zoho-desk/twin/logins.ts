import type { Chance } from '../../../twins/chance.ts';
import { createRollingWindow } from '../../../twins/rate.ts';
import { type Centre, centres } from './centres.ts';
import type { JsonObject } from './json.ts';
import { everyScope, isKnownScope } from './scopes.ts';
import type { Settings } from './settings.ts';

/**
 * Who may come in: clients, codes, refresh and access tokens, all of one data centre. Outlives a reset of the portal, so whoever logged in
 * before stays logged in. Source: Zoho, "OAuth 2.0" (accounts protocol), tokens and limits.
 */
export interface AccessToken {
  readonly text: string;
  readonly scopes: readonly string[];
  readonly expiresMs: number;
}

interface RefreshToken {
  readonly text: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Live ones, oldest first. */
  readonly issued: string[];
}

interface Code {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly isOffline: boolean;
  readonly expiresMs: number;
}

/** What the twin always lets in; shown in its README and by `about`. */
export const knownLogin = {
  clientId: '1000.TWINCLIENTTWINCLIENTTWINCLIENT0',
  clientSecret: 'twin-client-secret',
  refreshToken: '1000.7477696e2d726566726573682d746f6b.656e2d6f662d7468652d706f7274616c',
  orgId: '3981311',
} as const;

/** Errors of the token endpoint come as 200; the one about too many requests has a status of its own. */
export class LoginRefusal extends Error {
  readonly status: number;
  readonly body: JsonObject;
  constructor(body: JsonObject, status = 200) {
    super(JSON.stringify(body));
    this.name = 'LoginRefusal';
    this.status = status;
    this.body = body;
  }
}

const codeLivesMs = 120_000;
const hex = '0123456789abcdef';

export class Logins {
  readonly #chance: Chance;
  readonly #nowMs: () => number;
  readonly #settings: () => Settings;
  readonly #access = new Map<string, AccessToken>();
  /** Oldest first. */
  readonly #refresh = new Map<string, RefreshToken>();
  readonly #codes = new Map<string, Code>();
  readonly #asked: ReturnType<typeof createRollingWindow>;

  constructor(chance: Chance, nowMs: () => number, settings: () => Settings) {
    this.#chance = chance;
    this.#nowMs = nowMs;
    this.#settings = settings;
    this.#asked = createRollingWindow(nowMs, 600_000);
    this.welcome();
  }

  /** The known refresh token is good (again). */
  welcome(): void {
    const { refreshToken: text, clientId } = knownLogin;
    if (!this.#refresh.has(text)) this.#refresh.set(text, { text, clientId, scopes: everyScope, issued: [] });
  }

  /** undefined: unknown, pushed out or expired. */
  access(text: string): AccessToken | undefined {
    const token = this.#access.get(text);
    return token !== undefined && token.expiresMs > this.#nowMs() ? token : undefined;
  }

  issueCode(code: Omit<Code, 'expiresMs' | 'clientId'>): string {
    const text = this.#newToken();
    this.#codes.set(text, { ...code, clientId: knownLogin.clientId, expiresMs: this.#nowMs() + codeLivesMs });
    return text;
  }

  /** The token endpoint. Throws LoginRefusal. */
  grant(form: URLSearchParams, centre: Centre): JsonObject {
    // A client is known in its own data centre alone.
    if (form.get('client_id') !== knownLogin.clientId || centre !== this.#settings().dataCentre)
      throw new LoginRefusal({ error: 'invalid_client' });
    if (form.get('client_secret') !== knownLogin.clientSecret)
      throw new LoginRefusal({ error: 'invalid_client_secret' });
    switch (form.get('grant_type')) {
      case 'refresh_token': {
        const refresh = this.#refresh.get(form.get('refresh_token') ?? '');
        if (refresh === undefined) throw new LoginRefusal({ error: 'invalid_code' });
        return this.#answer(this.#issue(refresh));
      }
      case 'authorization_code':
        return this.#fromCode(form);
      case 'client_credentials':
        return this.#fromClient(form);
      default:
        throw new LoginRefusal({ error: 'unsupported_grant_type' });
    }
  }

  /** A refresh token with all that was issued by it, or one access token. Unknown ones do not matter. */
  revoke(text: string): void {
    this.#access.delete(text);
    for (const issued of this.#refresh.get(text)?.issued ?? []) this.#access.delete(issued);
    this.#refresh.delete(text);
  }

  #fromCode(form: URLSearchParams): JsonObject {
    const text = form.get('code') ?? '';
    const code = this.#codes.get(text);
    this.#codes.delete(text);
    if (code === undefined || code.expiresMs <= this.#nowMs()) throw new LoginRefusal({ error: 'invalid_code' });
    if (code.redirectUri !== form.get('redirect_uri')) throw new LoginRefusal({ error: 'invalid_redirect_uri' });
    const refresh = this.#newRefresh(code.scopes, code.isOffline);
    const answer = this.#answer(this.#issue(refresh));
    return code.isOffline ? { ...answer, refresh_token: refresh.text } : answer;
  }

  #fromClient(form: URLSearchParams): JsonObject {
    if (!this.#settings().clientCredentials) throw new LoginRefusal({ error: 'unsupported_grant_type' });
    const scopes = (form.get('scope') ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
    if (scopes.length === 0 || !scopes.every(isKnownScope)) throw new LoginRefusal({ error: 'invalid_scope' });
    if (form.get('soid') !== `Desk.${knownLogin.orgId}`) throw new LoginRefusal({ error: 'invalid_soid' });
    return this.#answer(this.#issue(this.#newRefresh(scopes, false)));
  }

  /** One more than a user may have of one client kills the oldest, silently; the known one is spared. */
  #newRefresh(scopes: readonly string[], isKept: boolean): RefreshToken {
    const refresh: RefreshToken = { text: this.#newToken(), clientId: knownLogin.clientId, scopes, issued: [] };
    if (!isKept) return refresh;
    this.#refresh.set(refresh.text, refresh);
    const given = [...this.#refresh.keys()].filter((text) => text !== knownLogin.refreshToken);
    if (given.length > this.#settings().limits.refreshTokens) this.revoke(given[0] ?? '');
    return refresh;
  }

  #issue(refresh: RefreshToken): AccessToken {
    const { limits, throttleStatus, accessTokenSeconds } = this.#settings();
    if (!limits.off && this.#asked.used(refresh.text) >= limits.accessTokensPer10Minutes) {
      const description = 'You have made too many requests continuously. Please try again after some time.';
      const body = { error_description: description, error: 'Access Denied', status: 'failure' };
      throw new LoginRefusal(body, throttleStatus);
    }
    this.#asked.add(refresh.text);
    const expiresMs = this.#nowMs() + accessTokenSeconds * 1_000;
    const token: AccessToken = { text: this.#newToken(), scopes: refresh.scopes, expiresMs };
    this.#access.set(token.text, token);
    refresh.issued.push(token.text);
    if (refresh.issued.length > limits.liveAccessTokens) this.#access.delete(refresh.issued.shift() ?? '');
    return token;
  }

  #answer({ text, scopes }: AccessToken): JsonObject {
    return {
      access_token: text,
      scope: scopes.join(' '),
      api_domain: `https://www.${centres[this.#settings().dataCentre].domain}`,
      token_type: 'Bearer',
      expires_in: this.#settings().accessTokenSeconds,
    };
  }

  #newToken(): string {
    return `1000.${this.#chance.text(32, hex)}.${this.#chance.text(32, hex)}`;
  }
}
