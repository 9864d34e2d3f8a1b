import type { Account, Doer } from './account.ts';
import { isList, isObject, type Json, type JsonObject } from './json.ts';
import type { EndpointLimit } from './limits.ts';
import type { AccessToken } from './logins.ts';
import type { User } from './records.ts';
import { badAttribute, missingParameter } from './refusal.ts';

/** What an endpoint answers; `body` absent: empty (204). */
export interface Answer {
  readonly status: number;
  readonly body?: JsonObject;
  /** Sent instead of a JSON body. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api/v2, without a slash in front: `organizations/:id`. */
  readonly path: string;
  readonly handle: Handler;
  /** Of the scopes `resource:read` and `resource:write`; absent: only the global ones open it. */
  readonly resource?: string;
  readonly role?: 'admin' | 'agent' | 'anyone';
  /** Counted per account. */
  readonly limit?: EndpointLimit;
}

/** One request, after it was let in. */
export class Call {
  readonly account: Account;
  readonly method: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Scheme and host that the client used: every link is built from it, because clients follow links verbatim. */
  readonly base: string;
  /** Path without `.json`, for links. */
  readonly path: string;
  readonly headers: Headers;
  /** null: anonymous. */
  readonly user: User | null;
  readonly token: AccessToken | null;
  readonly name: string;
  readonly body: JsonObject;
  readonly raw: Uint8Array;
  readonly refuse: () => Json | null;
  readonly unpermitted: string[] = [];
  readonly answerHeaders: Record<string, string> = {};

  constructor(parts: {
    readonly account: Account;
    readonly method: string;
    readonly params: Readonly<Record<string, string>>;
    readonly url: URL;
    readonly headers: Headers;
    readonly user: User | null;
    readonly token: AccessToken | null;
    readonly name: string;
    readonly body: JsonObject;
    readonly raw: Uint8Array;
    readonly refuse: () => Json | null;
  }) {
    this.account = parts.account;
    this.method = parts.method;
    this.params = parts.params;
    this.query = parts.url.searchParams;
    this.base = parts.url.origin;
    this.path = parts.url.pathname;
    this.headers = parts.headers;
    this.user = parts.user;
    this.token = parts.token;
    this.name = parts.name;
    this.body = parts.body;
    this.raw = parts.raw;
    this.refuse = parts.refuse;
  }

  /** Routes that let nobody in anonymously have a user. */
  get doer(): Doer {
    if (this.user === null) throw new Error('an anonymous call does nothing');
    return { user: this.user, call: this.name };
  }

  id(name = 'id'): number {
    const text = this.params[name] ?? '';
    if (!/^\d+$/.test(text)) throw badAttribute(name, 'must be an integer');
    return Number(text);
  }

  /** The body's record under its own name: `{"user":{…}}`. */
  wrapped(name: string): JsonObject {
    const value = this.body[name];
    if (isObject(value)) return value;
    throw missingParameter(name);
  }

  list(name: string): readonly JsonObject[] {
    const value = this.body[name];
    if (isList(value) && value.length > 0) return value.map((member) => (isObject(member) ? member : {}));
    throw missingParameter(name);
  }

  /** Notes what the vendor would ignore: it answers with X-Zendesk-API-Warn. */
  permit(name: string, body: JsonObject, permitted: ReadonlySet<string>): void {
    for (const key of Object.keys(body)) if (!permitted.has(key)) this.unpermitted.push(`${name}.${key}`);
  }

  /** Counts against an endpoint's limit for one record. */
  limit(name: EndpointLimit, key?: string): void {
    Object.assign(this.answerHeaders, this.account.limiter.endpoint(name, key));
  }

  /** A comma list in the query; null where the parameter is absent. */
  words(name: string): readonly string[] | null {
    const text = this.query.get(name) ?? this.query.get(`${name}[]`);
    return text === null
      ? null
      : text
          .split(',')
          .map((word) => word.trim())
          .filter((word) => word !== '');
  }
}

export function ok(body: JsonObject, status = 200): Answer {
  return { status, body };
}

export function created(body: JsonObject, location: string): Answer {
  return { status: 201, body, headers: { location } };
}

export const nothing: Answer = { status: 204 };
