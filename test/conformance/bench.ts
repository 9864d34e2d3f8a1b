import { expect } from 'vitest';
import { silentLog } from '../../src/model/world.ts';
import { createSalesforceTwin } from '../../src/systems/salesforce/twin/index.ts';
import { createZendeskTwin } from '../../src/systems/zendesk/twin/index.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../src/twins/json.ts';
import { type Served, serveTwin } from '../../src/twins/serve.ts';
import type { CreateTwin, Twin } from '../../src/twins/twin.ts';

/**
 * What the conformance suites share: a twin on a clock that moves only when told, spoken to from outside, by requests alone.
 * What is expected of it comes from the vendors' public documentation and from recorded answers, not from the twin's own code.
 */
export interface Bench {
  readonly twin: Twin;
  /** Where the twin is said to be; the vendor's absolute addresses begin with it. */
  readonly base: string;
  /** One request, with no credentials but those in `headers`. A text is sent as it is, anything else as JSON. */
  send(method: string, path: string, body?: Sent, headers?: Given): Promise<Reply>;
  /** The control surface; what it refuses fails the test. */
  control(method: string, path: string, body?: Json): Promise<Json>;
  /** Seeds records of one object; answers their ids. */
  seed(object: string, ...records: readonly JsonObject[]): Promise<readonly string[]>;
  advance(ms: number): void;
  readonly now: () => number;
  /** What the twin reported of its own mistakes: must stay empty whatever is sent. */
  readonly bugs: readonly string[];
}

export type Sent = Json | Uint8Array<ArrayBuffer>;
export type Given = Readonly<Record<string, string>>;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** null where the answer is no JSON. */
  readonly body: Json;
}

export interface BenchOptions {
  readonly seed?: number;
  readonly base: string;
  readonly startMs: number;
  readonly settings?: JsonObject;
}

export async function openBench(create: CreateTwin, options: BenchOptions): Promise<Bench> {
  let nowMs = options.startMs;
  const bugs: string[] = [];
  const note = (message: string, details?: unknown): void => void bugs.push(`${message} ${JSON.stringify(details)}`);
  const twin = create({
    seed: options.seed ?? 1,
    world: {
      now: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms;
      },
      log: { ...silentLog, error: note },
      fetch: () => Promise.reject(new TypeError('fetch failed')),
    },
  });
  const { base } = options;
  const send: Bench['send'] = async (method, path, body, headers = {}) => {
    const content =
      body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const url = path.startsWith('http') ? path : `${base}${path}`;
    const request = new Request(url, { method, headers, ...(content === undefined ? {} : { body: content }) });
    return readReply(await twin.fetch(request));
  };
  const bench: Bench = {
    twin,
    base,
    send,
    async control(method, path, body) {
      const reply = await send(method, `/_twin/${path}`, body);
      if (reply.status >= 300) throw new Error(`${method} /_twin/${path}: ${reply.status} ${reply.text}`);
      return reply.body;
    },
    async seed(object, ...records) {
      const ids = at(await bench.control('PUT', 'seed', { [object]: records }), object);
      return listOf(ids).map(String);
    },
    advance(ms) {
      nowMs += ms;
    },
    now: () => nowMs,
    bugs,
  };
  if (options.settings !== undefined) await bench.control('PUT', 'settings', options.settings);
  return bench;
}

async function readReply(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: tryJson(text) };
}

/** The text as JSON, or null. */
export function tryJson(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** Puts the bench's twin on a port of this machine for as long as `use` runs. */
export async function overSocket<T>(bench: Pick<Bench, 'twin'>, use: (served: Served) => Promise<T>): Promise<T> {
  const served = await serveTwin(bench.twin, { port: 0 });
  try {
    return await use(served);
  } finally {
    await served.close();
  }
}

/** A member by its path, `a.0.b`; undefined where there is none. */
export function at(value: Json | undefined, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((inner, key) => {
    if (Array.isArray(inner)) return inner[Number(key)];
    return inner !== undefined && isJsonObject(inner) ? inner[key] : undefined;
  }, value);
}

/** A member that has to be a text. */
export function textAt(value: Json | undefined, path: string): string {
  const found = at(value, path);
  if (typeof found === 'string') return found;
  throw new Error(`${path} is no text in ${JSON.stringify(value).slice(0, 400)}`);
}

/** A member that has to be a number. */
export function numberAt(value: Json | undefined, path: string): number {
  const found = at(value, path);
  if (typeof found === 'number') return found;
  throw new Error(`${path} is no number in ${JSON.stringify(value).slice(0, 400)}`);
}

export function listOf(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw new Error(`no list: ${JSON.stringify(value).slice(0, 400)}`);
}

/** The names of an object's members, sorted. */
export function keysOf(value: Json | undefined): readonly string[] {
  if (value !== undefined && isJsonObject(value)) return Object.keys(value).sort();
  throw new Error(`no object: ${JSON.stringify(value).slice(0, 400)}`);
}

/** Whatever was sent, the answer is one that a vendor could have given: no failure of the twin, no trace of its code. */
export function expectVendorLike(bench: Pick<Bench, 'bugs'>, reply: Pick<Reply, 'status' | 'text'>): void {
  expect(bench.bugs).toEqual([]);
  expect(reply.status).toBeLessThan(500);
  expect(reply.text).not.toMatch(/the twin failed|\bat .+:\d+:\d+|node_modules|undefined is not|\[object Object\]/);
}

/** A Salesforce org, and its REST API with a session of the integration user. */
export interface SalesforceBench extends Bench {
  /** `path` below `/services/data/v62.0`, unless it begins with `/services`. */
  rest(method: string, path: string, body?: Sent, headers?: Given): Promise<Reply>;
  /** A POST to the token endpoint with the app's own id and secret, unless the form says otherwise; null leaves one out. */
  token(form: Readonly<Record<string, string | null>>): Promise<Reply>;
  readonly client: { readonly id: string; readonly secret: string };
  readonly session: string;
}

export async function openOrg(settings: JsonObject = { commitDelayMs: 0 }, seed = 7): Promise<SalesforceBench> {
  const base = 'https://acme.my.salesforce.example';
  const startMs = Date.parse('2026-03-02T10:00:00Z');
  const bench = await openBench(createSalesforceTwin, { seed, base, startMs, settings });
  const { clientId: id = '', clientSecret: secret = '' } = bench.twin.about(base).auth;
  const token: SalesforceBench['token'] = (form) => {
    const whole = new URLSearchParams();
    for (const [name, value] of Object.entries({ client_id: id, client_secret: secret, ...form }))
      if (value !== null) whole.set(name, value);
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return bench.send('POST', '/services/oauth2/token', whole.toString(), type);
  };
  const session = textAt((await token({ grant_type: 'client_credentials' })).body, 'access_token');
  return {
    ...bench,
    client: { id, secret },
    session,
    token,
    rest(method, path, body, headers = {}) {
      const address = /^(\/services|http)/.test(path) ? path : `/services/data/v62.0${path}`;
      const json = { authorization: `Bearer ${session}`, 'content-type': 'application/json' };
      return bench.send(method, address, body, { ...json, ...headers });
    },
  };
}

/** A Zendesk account, spoken to as its owner. */
export interface ZendeskBench extends Bench {
  /** `path` below `/api/v2/`, unless it begins with a slash or is a whole address. */
  call(method: string, path: string, body?: Sent, headers?: Given): Promise<Reply>;
  /** Moves the clock until the job that a call started is over. */
  finish(started: Reply): Promise<Json>;
}

/** The owner with the account's API token. */
export const ownerLogin = asAgent('owner@twin.example');

export function asAgent(email: string, token = 'twin-api-token'): Given {
  return { authorization: `Basic ${Buffer.from(`${email}/token:${token}`).toString('base64')}` };
}

export async function openDesk(settings: JsonObject = {}, seed = 1): Promise<ZendeskBench> {
  const base = 'https://acme.zendesk.example';
  const startMs = Date.parse('2026-11-20T08:30:00Z');
  const bench = await openBench(createZendeskTwin, { seed, base, startMs, settings });
  const call: ZendeskBench['call'] = (method, path, body, headers = {}) => {
    const address = path.startsWith('/') || path.startsWith('http') ? path : `/api/v2/${path}`;
    return bench.send(method, address, body, { ...ownerLogin, 'content-type': 'application/json', ...headers });
  };
  return {
    ...bench,
    call,
    async finish(started) {
      const id = textAt(started.body, 'job_status.id');
      for (let seconds = 0; seconds < 30; seconds++) {
        const job = at((await call('GET', `job_statuses/${id}`)).body, 'job_status') ?? null;
        if (at(job, 'status') === 'completed') return job;
        bench.advance(1_000);
      }
      throw new Error(`the job ${id} does not complete`);
    },
  };
}

/** What a client of the vendor's returned, as plain JSON. */
export function plain(value: unknown): Json {
  return value === undefined ? null : parseJson(JSON.stringify(value));
}
