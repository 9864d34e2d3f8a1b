import { z } from 'zod';
import { silentLog } from '../../../model/world.ts';
import type { Twin, TwinOptions } from '../../../twins/twin.ts';
import { createZendeskTwin } from './index.ts';
import { isList, isObject, type Json, type JsonObject, parseJson } from './json.ts';
import { knownLogin } from './logins.ts';

/** A desk for tests: a twin on a clock that only moves when told, spoken to as its owner. */
export interface Desk {
  readonly twin: Twin;
  /** Calls the vendor's API as the owner unless other headers are given. */
  call(method: string, path: string, body?: Json, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  /** Uses the control surface. */
  control(method: string, path: string, body?: Json): Promise<Json>;
  advance(ms: number): void;
  nowSeconds(): number;
  /** Waits for a job by moving the clock. */
  finish(job: Reply): Promise<JsonObject>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** {} where there is no JSON object. */
  readonly body: JsonObject;
}

export const base = 'https://acme.zendesk.com';
export const basicLogin = `Basic ${Buffer.from(`${knownLogin.email}/token:${knownLogin.apiToken}`).toString('base64')}`;

/** 2026-11-20T08:30:00Z: the first second of a minute, so a test's calls share one rate window. */
export const start = Date.UTC(2026, 10, 20, 8, 30, 0);

export async function openDesk(
  settings: JsonObject = {},
  more: Partial<TwinOptions['world']> & { readonly seed?: number } = {},
): Promise<Desk> {
  let nowMs = start;
  const { seed = 1, ...world } = more;
  const twin = createZendeskTwin({
    seed,
    world: {
      now: () => nowMs,
      sleep: () => Promise.resolve(),
      log: silentLog,
      fetch: () => Promise.reject(new TypeError('fetch failed')),
      ...world,
    },
  });
  const desk: Desk = {
    twin,
    async call(method, path, body, headers = { authorization: basicLogin }) {
      const init = body === undefined ? {} : { body: JSON.stringify(body) };
      const type: Readonly<Record<string, string>> = body === undefined ? {} : { 'content-type': 'application/json' };
      const url = path.startsWith('http') ? path : `${base}${path.startsWith('/') ? path : `/api/v2/${path}`}`;
      const response = await twin.fetch(new Request(url, { method, headers: { ...type, ...headers }, ...init }));
      return reply(response);
    },
    async control(method, path, body) {
      const init = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await twin.fetch(new Request(`${base}/_twin/${path}`, { method, ...init }));
      const answer = parseJson(await response.text());
      if (!response.ok) throw new Error(JSON.stringify(answer));
      return answer;
    },
    advance(ms) {
      nowMs += ms;
    },
    nowSeconds: () => Math.floor(nowMs / 1000),
    async finish(job) {
      const id = text(object(job.body, 'job_status').id);
      for (let i = 0; i < 30; i++) {
        const status = object((await desk.call('GET', `job_statuses/${id}.json`)).body, 'job_status');
        if (status.status === 'completed') return status;
        nowMs += 1000;
      }
      throw new Error('the job does not complete');
    },
  };
  await desk.control('PUT', 'settings', settings);
  return desk;
}

async function reply(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
  const body = isJson ? parseJson(text) : {};
  return { status: response.status, headers: response.headers, text, body: isObject(body) ? body : {} };
}

/** Reads what a test expects to be there; fails with its name where it is not. */
export function object(body: JsonObject, name: string): JsonObject {
  const value = body[name];
  if (!isObject(value)) throw new Error(`${name} is no object in ${JSON.stringify(body).slice(0, 500)}`);
  return value;
}

export function list(body: JsonObject, name: string): readonly JsonObject[] {
  const value = body[name];
  if (!isList(value)) throw new Error(`${name} is no list in ${JSON.stringify(body).slice(0, 500)}`);
  return value.map((member) => (isObject(member) ? member : { value: member }));
}

export function number(value: Json | undefined): number {
  return z.number().parse(value);
}

export function text(value: Json | undefined): string {
  return z.string().parse(value);
}
