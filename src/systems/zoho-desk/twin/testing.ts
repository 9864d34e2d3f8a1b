import { z } from 'zod';
import { type Log, silentLog } from '../../../model/world.ts';
import type { Twin, TwinOptions } from '../../../twins/twin.ts';
import { createZohoDeskTwin } from './index.ts';
import { isJsonList, isJsonObject, type Json, type JsonObject } from './json.ts';
import { knownLogin } from './logins.ts';

/** A help desk for tests: a twin on a clock that only moves when told, spoken to with an access token of the known client. */
export interface Desk {
  readonly twin: Twin;
  /** Calls below /api/v1 with the token and orgId, unless other headers are given; a text is sent as it is. */
  call(method: string, path: string, body?: Json, headers?: Given): Promise<Reply>;
  /** Any address, no headers but those given. */
  send(method: string, url: string, body?: string | Uint8Array<ArrayBuffer> | null, headers?: Given): Promise<Reply>;
  /** The control surface; what it refuses fails the test. */
  control(method: string, path: string, body?: Json): Promise<Json>;
  /** Seeds records of one object; answers their ids. */
  seed(object: string, ...records: readonly JsonObject[]): Promise<readonly string[]>;
  /** A form to the token endpoint; the client's own id and secret unless others are given. */
  token(form: Given): Promise<Reply>;
  readonly login: Given;
  advance(ms: number): void;
  now(): number;
  /** What the twin reported of its own mistakes, and of unknown addresses. */
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

export const base = 'http://127.0.0.1:7443';

/** 2026-11-20T16:00:00Z: eight in the morning where the credits of the US centre are counted. */
export const start = Date.UTC(2026, 10, 20, 16);

export async function openDesk(
  settings: JsonObject = {},
  more: Partial<TwinOptions['world']> & { readonly seed?: number } = {},
): Promise<Desk> {
  let nowMs = start;
  const { seed: seedNumber = 1, ...world } = more;
  const bugs: string[] = [];
  const warnings: string[] = [];
  const log: Log = {
    ...silentLog,
    error: (message, details) => void bugs.push(`${message} ${JSON.stringify(details)}`),
    warn: (message, details) => void warnings.push(`${message} ${JSON.stringify(details)}`),
  };
  const twin = createZohoDeskTwin({
    seed: seedNumber,
    world: {
      now: () => nowMs,
      sleep: () => Promise.resolve(),
      log,
      fetch: () => Promise.reject(new TypeError('fetch failed')),
      ...world,
    },
  });
  const send: Desk['send'] = async (method, url, body = null, headers = {}) => {
    const address = url.startsWith('http') ? url : `${base}${url}`;
    return reply(await twin.fetch(new Request(address, { method, headers, body })));
  };
  const token: Desk['token'] = (form) => {
    const whole = { client_id: knownLogin.clientId, client_secret: knownLogin.clientSecret, ...form };
    return send('POST', '/oauth/v2/token', new URLSearchParams(whole).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    });
  };
  const control: Desk['control'] = async (method, path, body) => {
    const answer = await send(method, `/_twin/${path}`, body === undefined ? null : JSON.stringify(body));
    if (answer.status !== 200) throw new Error(answer.text);
    const parsed: Json = JSON.parse(answer.text);
    return parsed;
  };
  await control('PUT', 'settings', settings);
  const granted = await token({ grant_type: 'refresh_token', refresh_token: knownLogin.refreshToken });
  const login = { authorization: `Zoho-oauthtoken ${granted.body.access_token}`, orgId: knownLogin.orgId };
  return {
    twin,
    send,
    token,
    control,
    login,
    bugs,
    warnings,
    async call(method, path, body, headers = login) {
      const content = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
      const type: Given = content === undefined ? {} : { 'content-type': 'application/json' };
      return send(method, `/api/v1/${path}`, content ?? null, { ...type, ...headers });
    },
    async seed(object, ...records) {
      const answer = await control('PUT', 'seed', { [object]: records });
      return z.record(z.string(), z.array(z.string())).parse(answer)[object] ?? [];
    },
    advance(ms) {
      nowMs += ms;
    },
    now: () => nowMs,
  };
}

async function reply(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
  const body: Json = isJson ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, text, body: isJsonObject(body) ? body : {} };
}

/** The rows of a list; none where the answer is empty. */
export function rows(answer: Reply): readonly JsonObject[] {
  if (answer.status === 204) return [];
  const { data } = answer.body;
  if (!isJsonList(data)) throw new Error(`no list in ${answer.text.slice(0, 400)}`);
  return data.filter(isJsonObject);
}

/** One member of every row. */
export function column(answer: Reply, name: string): readonly Json[] {
  return rows(answer).map((row) => row[name] ?? null);
}

/** An id that has to be there. */
export function idIn(answer: Reply): string {
  return z.string({ error: answer.text }).parse(answer.body.id);
}
