import { type Details, silentLog } from '../../../model/world.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../../twins/json.ts';
import { createSalesforceTwin } from './index.ts';

/** For tests: a twin on a clock of its own, and short ways to talk to it. */
export interface TestOrg {
  readonly fetch: (request: Request) => Promise<Response>;
  /** The raw door: no token unless given. */
  send(method: string, path: string, body?: Json | string, headers?: Record<string, string>): Promise<Reply>;
  /** The REST API of version 62.0 with a token. */
  rest(method: string, path: string, body?: Json | string, headers?: Record<string, string>): Promise<Reply>;
  /** All pages of a query. */
  query(soql: string, resource?: 'query' | 'queryAll'): Promise<JsonObject[]>;
  control(method: string, path: string, body?: Json): Promise<Reply>;
  /** Seeds rows of one object; answers their ids. */
  seed(object: string, ...records: JsonObject[]): Promise<string[]>;
  advance(ms: number): void;
  readonly slept: () => number;
  /** What the twin reported of its own mistakes. */
  readonly failures: readonly string[];
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Json;
}

export const startOfTests = Date.parse('2026-03-02T10:00:00Z');

export async function openOrg(settings: JsonObject = { commitDelayMs: 0 }): Promise<TestOrg> {
  let time = startOfTests;
  let slept = 0;
  const failures: string[] = [];
  const testLog = {
    ...silentLog,
    error: (message: string, details?: Details) => void failures.push(`${message} ${JSON.stringify(details)}`),
  };
  const sleep = async (ms: number): Promise<void> => {
    slept += ms;
    time += ms;
  };
  const twin = createSalesforceTwin({
    seed: 7,
    world: { now: () => time, sleep, log: testLog, fetch: () => Promise.reject(new Error('no network')) },
  });
  const send: TestOrg['send'] = async (method, path, body, headers = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const request = new Request(`http://acme.my.example${path}`, {
      method,
      headers,
      ...(text === undefined ? {} : { body: text }),
    });
    return reply(await twin.fetch(request));
  };
  const control: TestOrg['control'] = (method, path, body) => send(method, `/_twin/${path}`, body);
  await control('PUT', 'settings', settings);
  const { clientId, clientSecret } = twin.about('http://acme.my.example').auth;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId ?? '',
    client_secret: clientSecret ?? '',
  });
  const login = await send('POST', '/services/oauth2/token', form.toString(), {
    'content-type': 'application/x-www-form-urlencoded',
  });
  const token = isJsonObject(login.body) ? String(login.body.access_token) : '';
  const rest: TestOrg['rest'] = (method, path, body, headers = {}) => {
    const address = path.startsWith('/services') ? path : `/services/data/v62.0${path}`;
    return send(method, address, body, {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...headers,
    });
  };
  return {
    fetch: twin.fetch,
    send,
    rest,
    control,
    async query(soql, resource = 'query') {
      const records: JsonObject[] = [];
      let path: string | null = `/${resource}?q=${encodeURIComponent(soql)}`;
      while (path !== null) {
        const { status, text, body }: Reply = await rest('GET', path);
        if (status !== 200 || !isJsonObject(body) || !Array.isArray(body.records)) throw new Error(`${status} ${text}`);
        records.push(...body.records.filter(isJsonObject));
        path = typeof body.nextRecordsUrl === 'string' ? body.nextRecordsUrl : null;
      }
      return records;
    },
    async seed(object, ...records) {
      const { status, text, body } = await control('PUT', 'seed', { [object]: records });
      const ids = isJsonObject(body) ? body[object] : undefined;
      if (status !== 200 || !Array.isArray(ids)) throw new Error(`${status} ${text}`);
      return ids.map(String);
    },
    advance(ms) {
      time += ms;
    },
    slept: () => slept,
    failures,
  };
}

async function reply(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? parseJson(text) : null,
  };
}

/** The record without `attributes`, for comparing. */
export function bare(record: JsonObject): JsonObject {
  const { attributes: _, ...rest } = record;
  return rest;
}
