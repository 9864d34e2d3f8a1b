import { type Log, silentLog } from '../../../model/world.ts';
import { isJsonList, isJsonObject, type Json, type JsonObject, parseJson } from '../../../twins/json.ts';
import type { Twin, TwinOptions } from '../../../twins/twin.ts';
import { createOrocrmTwin } from './index.ts';
import { knownClient } from './login.ts';

/** An installation for tests: a twin on a clock that only moves when told, spoken to as the API user. */
export interface Oro {
  readonly twin: Twin;
  /** Calls the API with a token and the vendor's media types, unless other headers are given; `path` is below `/api/`. */
  call(method: string, path: string, body?: Json, headers?: Given): Promise<Reply>;
  /** A request as it is, with no headers but those given. */
  raw(method: string, path: string, body?: string | Uint8Array<ArrayBuffer>, headers?: Given): Promise<Reply>;
  /** Uses the control surface. */
  control(method: string, path: string, body?: Json): Promise<Json>;
  /** Seeds records of one type; answers their ids. */
  seed(object: string, ...records: readonly JsonObject[]): Promise<readonly string[]>;
  advance(ms: number): void;
  /** What the twin said of its own mistakes. */
  readonly bugs: readonly string[];
  readonly warnings: readonly string[];
}

type Given = Readonly<Record<string, string>>;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** {} where there is no JSON object. */
  readonly body: JsonObject;
}

export const base = 'https://acme.orocrm.example';
export const mediaType = 'application/vnd.api+json';
/** 2026-11-20T08:30:00Z. */
export const start = Date.UTC(2026, 10, 20, 8, 30, 0);

export async function openOro(
  settings: JsonObject = {},
  more: Partial<TwinOptions['world']> & { readonly seed?: number } = {},
): Promise<Oro> {
  let nowMs = start;
  const { seed: seeded = 1, ...world } = more;
  const bugs: string[] = [];
  const warnings: string[] = [];
  const log: Log = {
    ...silentLog,
    error: (message, details) => bugs.push(`${message} ${JSON.stringify(details)}`),
    warn: (message, details) => warnings.push(`${message} ${JSON.stringify(details)}`),
  };
  const twin = createOrocrmTwin({
    seed: seeded,
    world: {
      now: () => nowMs,
      sleep: () => Promise.resolve(),
      log,
      fetch: () => Promise.reject(new TypeError('fetch failed')),
      ...world,
    },
  });
  const raw: Oro['raw'] = async (method, path, body, headers = {}) => {
    const init = body === undefined ? {} : { body };
    const url = path.startsWith('http') ? path : `${base}${path}`;
    return replyOf(await twin.fetch(new Request(url, { method, headers, ...init })));
  };
  const login = await raw('POST', '/oauth2-token', JSON.stringify(grant), { 'content-type': 'application/json' });
  const token = textOf(login.body.access_token);
  const oro: Oro = {
    twin,
    raw,
    call(method, path, body, headers = {}) {
      const type: Given = body === undefined ? {} : { 'content-type': mediaType };
      const all = { accept: mediaType, authorization: `Bearer ${token}`, ...type, ...headers };
      const content = body === undefined ? undefined : JSON.stringify(body);
      return raw(method, path.startsWith('http') ? path : `/api/${path}`, content, all);
    },
    async control(method, path, body) {
      const content = body === undefined ? undefined : JSON.stringify(body);
      const url = `${base}/_twin/${path}`;
      const response = await twin.fetch(
        new Request(url, { method, ...(content === undefined ? {} : { body: content }) }),
      );
      const answer = parseJson(await response.text());
      if (!response.ok) throw new Error(JSON.stringify(answer));
      return answer;
    },
    async seed(object, ...records) {
      const ids = at(await oro.control('PUT', 'seed', { [object]: records }), object);
      return isJsonList(ids) ? ids.map(String) : [];
    },
    advance(ms) {
      nowMs += ms;
    },
    bugs,
    warnings,
  };
  await oro.control('PUT', 'settings', settings);
  return oro;
}

export const grant = {
  grant_type: 'client_credentials',
  client_id: knownClient.id,
  client_secret: knownClient.secret,
} as const;

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  const body = isJson ? parseJson(text) : {};
  return { status: response.status, headers: response.headers, text, body: isJsonObject(body) ? body : {} };
}

/** A member by its path, `data.0.id`; undefined where there is none. */
export function at(value: Json | undefined, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((inner, key) => {
    if (isJsonList(inner)) return inner[Number(key)];
    return inner !== undefined && isJsonObject(inner) ? inner[key] : undefined;
  }, value);
}

export function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new Error(`${JSON.stringify(value)} is no text`);
}

/** Ids of the rows of an answer. */
export function idsOf({ body }: Reply): readonly string[] {
  return isJsonList(body.data) ? body.data.map((row) => textOf(at(row, 'id'))) : [];
}

/** The errors of an answer, as short as they can be told apart. */
export function errorsOf({ body }: Reply): readonly JsonObject[] {
  return isJsonList(body.errors) ? body.errors.filter(isJsonObject) : [];
}

/** A resource object. */
export function thing(
  type: string,
  attributes: JsonObject,
  relationships: Readonly<Record<string, Json>> = {},
  more: JsonObject = {},
): JsonObject {
  const links = Object.entries(relationships).map(([name, data]): [string, Json] => [name, { data }]);
  return {
    type,
    ...more,
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    ...(links.length === 0 ? {} : { relationships: Object.fromEntries(links) }),
  };
}

/** A new case needs these three. */
export const caseBasics = {
  source: { type: 'casesources', id: 'other' },
  status: { type: 'casestatuses', id: 'open' },
  priority: { type: 'casepriorities', id: 'high' },
} as const;
