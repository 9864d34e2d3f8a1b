import { isJsonObject, type Json, type JsonObject, parseJson } from '../../../twins/json.ts';
import type { OperationBook } from './batch.ts';
import { Drawer } from './document.ts';
import type { Office } from './office.ts';
import { parseQuery, type Query, type Takes } from './query.ts';
import { notAllowed, notFound, Refusal, refuse } from './refusal.ts';
import type { Action, Relation, ResourceType } from './resource.ts';
import type { Doer } from './save.ts';

/** What a request is answered with; `body` absent: nothing (204, 401). */
export interface Answer {
  readonly status: number;
  readonly body?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface CallParts {
  readonly office: Office;
  readonly operations: OperationBook;
  readonly by: string;
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly text: string;
  /** Below `/api/`, decoded. */
  readonly segments: readonly string[];
  /** `https://host/api`. */
  readonly base: string;
  readonly refuse: () => Json | null;
}

/** One request of the API, after it was let in. */
export class Call {
  readonly office: Office;
  readonly operations: OperationBook;
  readonly method: string;
  readonly doer: Doer;
  readonly segments: readonly string[];
  readonly base: string;
  readonly headers: Headers;
  /** Words of `X-Include`. */
  readonly include: ReadonlySet<string>;
  readonly #text: string;
  readonly #search: string;

  constructor(parts: CallParts) {
    this.office = parts.office;
    this.operations = parts.operations;
    this.method = parts.method;
    this.segments = parts.segments;
    this.base = parts.base;
    this.headers = parts.headers;
    this.#text = parts.text;
    this.#search = parts.url.search;
    const words = (parts.headers.get('x-include') ?? '').split(';').map((word) => word.trim());
    this.include = new Set(words);
    const isExternal = parts.headers.get('x-integration-type') === 'ext_id' && parts.office.switches.version === '7.0';
    this.doer = { office: parts.office, by: parts.by, externalIds: isExternal, refuse: parts.refuse };
  }

  /** The type that the path names. */
  type(): ResourceType {
    const [name = ''] = this.segments;
    const type = this.office.type(name);
    if (type === undefined) {
      throw new Refusal([{ status: 404, title: 'entity type constraint', detail: `Unknown entity type: ${name}.` }]);
    }
    return type;
  }

  /** Refuses a method whose action the type has not. */
  need(type: ResourceType, action: Action, allowed: string): void {
    if (!this.office.allows(type, action)) throw notAllowed(allowed);
  }

  /** The id of the path as the vendor reads it. */
  id(type: ResourceType): string {
    const id = this.segments[1] ?? '';
    if (this.doer.externalIds && type.attributes.has('externalId')) return id;
    if (type.id === 'integer' && !/^-?\d{1,18}$/.test(id)) {
      throw refuse('entity identifier', `Expected integer value. Given "${id}".`);
    }
    return id;
  }

  relation(type: ResourceType): { readonly name: string; readonly relation: Relation } {
    const name = this.segments[2] === 'relationships' ? (this.segments[3] ?? '') : (this.segments[2] ?? '');
    const relation = type.relations.get(name);
    if (relation === undefined) throw notFound();
    return { name, relation };
  }

  query(takes: Takes): Query {
    return parseQuery(this.#search, takes, this.office.switches.maxPageSize);
  }

  drawer(query: Query): Drawer {
    const hateoas = !this.include.has('noHateoas');
    return new Drawer({ office: this.office, base: this.base, hateoas, externalIds: this.doer.externalIds, query });
  }

  /** The body as an object. Throws Refusal for everything else. */
  body(): JsonObject {
    const body = this.json();
    if (isJsonObject(body)) return body;
    throw refuse('request data', 'The request data should not be empty');
  }

  json(): Json {
    if (this.#text.trim() === '') throw refuse('request data', 'The request data should not be empty');
    const json = this.jsonOrNull();
    if (json !== undefined) return json;
    const detail = `Invalid json message received. ${whereItBreaks(this.#text)}`;
    throw new Refusal([{ status: 400, title: 'bad request http exception', detail }]);
  }

  /** Undefined: the body is not JSON. */
  jsonOrNull(): Json | undefined {
    try {
      return parseJson(this.#text);
    } catch {
      return undefined;
    }
  }
}

/** `Parsing error in [1:22].`: line and column, as the vendor's streaming parser counts them, of where JSON ends to be JSON. */
function whereItBreaks(text: string): string {
  let message = '';
  try {
    JSON.parse(text);
  } catch (error) {
    message = error instanceof Error ? error.message : '';
  }
  const [, offset] = /at position (\d+)/.exec(message) ?? [];
  const before = text.slice(0, offset === undefined ? text.length : Number(offset)).split('\n');
  const got = offset === undefined ? '' : (/^\w+|./su.exec(text.slice(Number(offset)))?.[0] ?? '');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return `Parsing error in [${before.length}:${column}].${got === '' ? '' : ` Unexpected character for value: ${got}.`}`;
}
