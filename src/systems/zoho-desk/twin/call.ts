import type { Json, JsonObject } from '../../../twins/json.ts';
import type { Kind } from './kinds.ts';
import type { Portal } from './portal.ts';
import type { DeskRecord, Doer } from './records.ts';
import { badParameter, notFound, outOfRange } from './refusal.ts';

/** What an endpoint answers; without a body it is empty. */
export interface Answer {
  readonly status: number;
  readonly body?: JsonObject;
  /** Sent instead of JSON. */
  readonly bytes?: { readonly content: Uint8Array; readonly type: string };
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below /api/v1, without a slash in front. */
  readonly path: string;
  /** All of these groups are needed, one scope of each. */
  readonly scopes: readonly (readonly string[])[];
  /** Query parameters that it knows; any other is refused. */
  readonly query?: readonly string[];
  /** Credits; 1 unless given. */
  readonly weight?: (call: Call) => number;
  readonly needsNoOrg?: true;
  /** What the body must be; absent: it has none, and one that comes is ignored. */
  readonly body?: 'json' | 'form';
  /** Asks for planted refusals item by item, not once for the call. */
  readonly isMass?: true;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

/** One request, after it was let in. */
export interface CallParts {
  readonly portal: Portal;
  readonly params: ReadonlyMap<string, string>;
  readonly url: URL;
  readonly doer: Doer;
  readonly body: JsonObject;
  readonly raw: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  /** Asked once per written item: the vendor error that a planted fault refuses it with, or null. */
  readonly refuse: () => Json | null;
}

export class Call {
  readonly portal: Portal;
  readonly doer: Doer;
  readonly body: JsonObject;
  readonly raw: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly refuse: () => Json | null;
  /** Scheme and host that the client used. */
  readonly base: string;
  readonly #params: ReadonlyMap<string, string>;
  readonly #query: URLSearchParams;

  constructor({ portal, params, url, doer, body, raw, contentType, refuse }: CallParts) {
    this.portal = portal;
    this.doer = doer;
    this.body = body;
    this.raw = raw;
    this.contentType = contentType;
    this.refuse = refuse;
    this.base = url.origin;
    this.#params = params;
    this.#query = url.searchParams;
  }

  param(name = 'id'): string {
    return this.#params.get(name) ?? '';
  }

  query(name: string): string | null {
    return this.#query.get(name);
  }

  get queryNames(): readonly string[] {
    return [...this.#query.keys()];
  }

  /** A comma list; null where the parameter is absent or empty. */
  words(name: string): readonly string[] | null {
    const text = this.query(name);
    const words = (text ?? '').split(',').map((word) => word.trim());
    return text === null || text === '' ? null : words.filter((word) => word !== '');
  }

  flag(name: string): boolean | null {
    const text = this.query(name);
    if (text === null) return null;
    if (text !== 'true' && text !== 'false') throw badParameter(name);
    return text === 'true';
  }

  /** How many rows were asked for. */
  limit(usual: number, max = 100): number {
    const limit = this.#whole('limit') ?? usual;
    if (limit < 1 || limit > max) throw outOfRange('limit', `1-${max}`);
    return limit;
  }

  /** How many rows come before the page of a list, whose first row is 1 (0 means the same, or nothing, by a switch). */
  get listOffset(): number {
    const from = this.#whole('from') ?? 1;
    if (from === 0 && this.portal.switches.listFromZero === 'refuse') throw badParameter('from');
    return Math.max(0, from - 1);
  }

  /** The same of a search, whose first row is 0. */
  searchOffset(max = 4_999): number {
    const from = this.#whole('from') ?? 0;
    if (from > max) throw outOfRange('from', `0-${max}`);
    return from;
  }

  /** The field of `sortBy`, and whether a minus was before it. */
  sort(allowed: readonly string[]): { readonly field: string; readonly isDescending: boolean } | null {
    const text = this.query('sortBy');
    if (text === null || text === '') return null;
    const isDescending = text.startsWith('-');
    const field = isDescending ? text.slice(1) : text;
    if (!allowed.includes(field)) throw badParameter('sortBy');
    return { field, isDescending };
  }

  /** The record that the path names; one in the bin is there or not by a switch. */
  record(kind: Kind, name = 'id'): DeskRecord {
    const found = this.portal.stores[kind.module].live.get(this.param(name));
    if (found === undefined) throw notFound();
    if (found.trashedMs !== null && this.portal.switches.trashedById === '404') throw notFound();
    return found;
  }

  /** A record that can be written: one in the bin cannot. */
  writable(kind: Kind, name = 'id'): DeskRecord {
    const found = this.record(kind, name);
    if (found.trashedMs !== null) throw notFound();
    return found;
  }

  /** undefined: absent. Whole numbers only, as the vendor's pattern has it. */
  #whole(name: string): number | undefined {
    const text = this.query(name);
    if (text === null || text === '') return undefined;
    if (!/^\d{1,9}$/.test(text)) throw badParameter(name);
    return Number(text);
  }
}

export function ok(body: JsonObject): Answer {
  return { status: 200, body };
}

export const done: Answer = { status: 200 };
export const nothing: Answer = { status: 204 };

/** A list; an empty one is a 204 without a body. */
export function listed(rows: readonly JsonObject[], more: JsonObject = {}): Answer {
  return rows.length === 0 ? nothing : ok({ data: rows, ...more });
}

/** A page of rows that are all at hand. */
export function paged(call: Call, rows: readonly JsonObject[], usual: number, max = 100): Answer {
  const [from, limit] = [call.listOffset, call.limit(usual, max)];
  return listed(rows.slice(from, from + limit));
}
