import { isJsonObject, type Json, type JsonObject, parseJson } from '../../../../twins/json.ts';
import type { Bulk } from '../bulk/routes.ts';
import { type ApiError, apiError, asApiError, notFound, RowError } from '../errors.ts';
import type { ChangeLog } from '../events/change-log.ts';
import type { PushTopics } from '../events/push-topics.ts';
import type { Metadata } from '../metadata/metadata.ts';
import type { ObjectDefinition } from '../object.ts';
import type { Org } from '../org.ts';
import type { Cursors } from '../query-cursors.ts';
import type { Trash } from '../remove.ts';
import type { Transaction } from '../store.ts';
import { toSecond } from '../time.ts';
import type { Writer } from '../writer.ts';

/** What all calls of one org share. */
export interface Api {
  readonly org: Org;
  readonly cursors: Cursors;
  readonly trash: Map<string, Trash>;
  readonly bulk: Bulk;
  readonly changes: ChangeLog;
  readonly topics: PushTopics;
  readonly metadata: Metadata;
}

/** One call of the REST API, or one subrequest of a composite. */
export interface Call {
  readonly api: Api;
  readonly method: string;
  /** Scheme and host that the client used. */
  readonly address: string;
  /** Decoded, below `/services/data/vXX.X`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** Absent where there is none; CSV and forms as text. */
  readonly body: Json | undefined;
  /** The body as it came, for what is no text. */
  readonly bytes: Uint8Array;
  /** Such as `62.0`. */
  readonly version: string;
  readonly user: string;
  readonly origin: string;
  readonly transaction: Transaction;
  readonly refuse: () => Json | null;
}

export interface Answer {
  readonly status: number;
  /** Absent: an empty body. */
  readonly body?: Json;
  /** Instead of JSON; its type is in the headers. */
  readonly text?: string;
  /** Instead of either: what a file holds. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (call: Call) => Answer;

export function writerOf(call: Call): Writer {
  const { org } = call.api;
  return {
    org,
    transaction: call.transaction,
    user: call.user,
    at: toSecond(org.clock.now()),
    trusted: false,
    allowDuplicates: /allowSave\s*=\s*true/i.test(call.headers.get('sforce-duplicate-rule-header') ?? ''),
    refuse: call.refuse,
  };
}

/** Where the API of this call's version lives. */
export function basePath(call: Call): string {
  return `/services/data/v${call.version}`;
}

export function objectOf(call: Call, name: string, tooling = false): ObjectDefinition {
  const object = call.api.org.access.object(name, call.user);
  if (object === undefined || object.tooling !== tooling) throw notFound();
  return object;
}

export function bodyObject(call: Call): JsonObject {
  if (call.body === undefined) {
    throw apiError(400, 'JSON_PARSER_ERROR', 'The HTTP entity body is required, but this request has no entity body.');
  }
  if (isJsonObject(call.body)) return call.body;
  const type = call.headers.get('content-type') ?? '';
  if (/^(text|multipart)\//i.test(type)) {
    throw apiError(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      `Content-Type header specified in HTTP request is not supported: ${type.split(';')[0] ?? type}`,
    );
  }
  throw apiError(
    400,
    'JSON_PARSER_ERROR',
    `Cannot deserialize instance of sobject from ${Array.isArray(call.body) ? 'START_ARRAY value [' : 'VALUE_STRING value'} or request may be missing a required field at [line:1, column:1]`,
  );
}

/** Parses a request's body; empty is absent. */
export function parseBody(text: string): Json | undefined {
  if (text === '') return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    throw parserError(text, error instanceof Error ? error.message : '');
  }
}

/** The vendor's JSON reader names the character it stumbled over, and where. */
function parserError(text: string, reason: string): ApiError {
  const position = stumble(text, reason);
  if (position < 0 || position >= text.length) {
    return apiError(
      400,
      'JSON_PARSER_ERROR',
      `Unexpected end-of-input: expected close marker at [line:1, column:${text.length + 1}]`,
    );
  }
  const before = text.slice(0, position).split('\n');
  const where = `[line:${before.length}, column:${(before.at(-1)?.length ?? 0) + 1}]`;
  const character = text.charAt(position);
  const expected = "was expecting a valid value (number, String, array, object, 'true', 'false' or 'null')";
  return apiError(
    400,
    'JSON_PARSER_ERROR',
    `Unexpected character ('${character}' (code ${character.charCodeAt(0)})): ${expected} at ${where}`,
  );
}

/** Our own parser gives a position, or for short texts only the character. */
function stumble(text: string, reason: string): number {
  const position = /position (\d+)/.exec(reason)?.[1];
  if (position !== undefined) return Number(position);
  const token = /Unexpected token '(.)'/.exec(reason)?.[1];
  const outsideStrings = text.replace(/"(?:[^"\\]|\\.)*"/g, (string) => ' '.repeat(string.length));
  return token === undefined ? -1 : outsideStrings.indexOf(token);
}

/** Runs one written row; its error becomes the whole answer's. What it did before it failed is undone. */
export function oneRow<T>(call: Call, write: (writer: Writer) => T): T {
  const mark = call.transaction.mark();
  try {
    return write(writerOf(call));
  } catch (error) {
    call.transaction.rollback(mark);
    if (error instanceof RowError) throw asApiError(error);
    throw error;
  }
}
