import { z } from 'zod';
import type { Calls } from './calls.ts';
import type { TwinClock } from './clock.ts';
import { ControlError, explain } from './control-error.ts';
import { type Faults, faultSchema } from './faults.ts';
import { type Json, type JsonObject, jsonSchema, parseJson } from './json.ts';
import { page } from './page.ts';

/**
 * What a vendor's twin gives, so that the control surface can be the same for all. Each may throw ControlError for a mistake of the
 * caller (an unknown object, a field that does not exist).
 */
export interface ControlAdapter {
  readonly system: string;
  /** The objects that have records, by the names that the config uses. */
  objects(): readonly string[];
  /** Stores records as the vendor would (defaults, stamps now unless given); answers what belongs in the reply, at least their ids. */
  seed(object: string, records: readonly JsonObject[]): Json;
  /** Adds or changes custom fields and options; `schema` is the vendor's own shape. */
  schema(object: string, schema: JsonObject): Json;
  /** All of them, removed ones flagged; undefined: no such object. */
  records(object: string): Iterable<JsonObject> | undefined;
  /** How many those are, where that is known without drawing each. Absent: they are counted. */
  size?(object: string): number;
  /** A person changes fields of a record by hand, as a user other than the API user; answers the record as it is then. */
  edit(object: string, id: string, fields: JsonObject): JsonObject;
  /** A person removes a record by hand. */
  remove(object: string, id: string): void;
  /** What else a person can do to a record, such as merging it; answers what was done. Absent: nothing. */
  act?(object: string, id: string, action: string, details: JsonObject): Json;
  settings(): Json;
  configure(change: Json): void;
  /** Makes the vendor's event stream do something by itself; answers what it did. Absent: there is none. */
  event?(event: JsonObject): Json;
  /** Empty again, with the same credentials. */
  reset(): void;
}

export interface ControlParts {
  readonly adapter: ControlAdapter;
  readonly clock: TwinClock;
  readonly faults: Faults;
  readonly calls: Calls;
}

type Handler = (request: Request, parameters: readonly string[], url: URL) => Promise<Response> | Response;

const objectSchema = z.record(z.string(), jsonSchema).readonly();
const seedSchema = z.record(z.string(), z.array(objectSchema));
const schemaSchema = z.record(z.string(), objectSchema);
/** A century: beyond, times have no ISO form any more. */
const farthestMs = 100 * 366 * 86_400_000;
const isTime = (text: string): boolean => Math.abs(Date.parse(text)) <= 2 * farthestMs;
const clockSchema = z.union(
  [
    z.strictObject({ advanceMs: z.number().min(-farthestMs).max(farthestMs) }),
    z.strictObject({ set: z.string().refine(isTime, 'a time such as 2026-11-20T09:00:00Z') }),
    z.strictObject({ freeze: z.boolean() }),
  ],
  { error: 'give one of {"advanceMs": milliseconds}, {"set": "2026-11-20T09:00:00Z"}, {"freeze": true or false}' },
);

/** Answers requests under `/_twin`. Bad input is a 400 with one sentence; what does not exist is a 404 that says what does. */
export function createControl({
  adapter,
  clock,
  faults,
  calls,
}: ControlParts): (request: Request) => Promise<Response> {
  const known = (object: string): Iterable<JsonObject> => {
    const records = adapter.records(object);
    if (records === undefined)
      throw new ControlError(404, `no object ${object}; there are ${adapter.objects().join(', ')}`);
    return records;
  };
  const time = (): Json => ({ now: new Date(clock.now()).toISOString(), frozen: clock.frozen });

  const routes: readonly (readonly [method: string, pattern: RegExp, handler: Handler])[] = [
    [
      'GET',
      /^\/_twin\/?$/,
      () => new Response(page(adapter.system), { headers: { 'content-type': 'text/html; charset=utf-8' } }),
    ],
    [
      'PUT',
      /^\/_twin\/seed$/,
      async (request) => {
        const answer: Record<string, Json> = {};
        for (const [object, records] of Object.entries(await body(request, seedSchema)))
          answer[object] = adapter.seed(object, records);
        return json(answer);
      },
    ],
    [
      'PUT',
      /^\/_twin\/schema$/,
      async (request) => {
        const answer: Record<string, Json> = {};
        for (const [object, shape] of Object.entries(await body(request, schemaSchema)))
          answer[object] = adapter.schema(object, shape);
        return json(answer);
      },
    ],
    [
      'GET',
      /^\/_twin\/records$/,
      () => {
        const sizeOf = (object: string): number => adapter.size?.(object) ?? count(adapter.records(object) ?? []);
        return json(Object.fromEntries(adapter.objects().map((object) => [object, sizeOf(object)])));
      },
    ],
    [
      'GET',
      /^\/_twin\/records\/([^/]+)$/,
      (_request, [object = ''], url) => {
        const whole = (name: string, usual: number): number => {
          const text = url.searchParams.get(name) ?? String(usual);
          if (/^(\d{1,15}|Infinity)$/.test(text)) return Number(text);
          throw new ControlError(400, `${name}: a whole number, not ${text.slice(0, 50)}`);
        };
        const [offset, limit] = [whole('offset', 0), whole('limit', Number.POSITIVE_INFINITY)];
        return streamList(having(known(object), url.searchParams.get('search') ?? ''), offset, limit);
      },
    ],
    [
      'PATCH',
      /^\/_twin\/records\/([^/]+)\/([^/]+)$/,
      async (request, [object = '', id = '']) => {
        known(object);
        return json(adapter.edit(object, id, await body(request, objectSchema)));
      },
    ],
    [
      'DELETE',
      /^\/_twin\/records\/([^/]+)\/([^/]+)$/,
      (_request, [object = '', id = '']) => {
        known(object);
        adapter.remove(object, id);
        return json({ removed: id });
      },
    ],
    [
      'POST',
      /^\/_twin\/records\/([^/]+)\/([^/]+)\/([^/]+)$/,
      async (request, [object = '', id = '', action = '']) => {
        known(object);
        if (adapter.act === undefined) throw new ControlError(400, `${adapter.system} has no action ${action}`);
        return json(adapter.act(object, id, action, await body(request, objectSchema)));
      },
    ],
    ['GET', /^\/_twin\/calls$/, () => json(calls.report())],
    [
      'DELETE',
      /^\/_twin\/calls$/,
      () => {
        calls.clear();
        return json(calls.report());
      },
    ],
    ['GET', /^\/_twin\/faults$/, () => json(faults.list())],
    [
      'POST',
      /^\/_twin\/faults$/,
      async (request) => {
        faults.plant(await body(request, faultSchema));
        return json(faults.list());
      },
    ],
    [
      'DELETE',
      /^\/_twin\/faults$/,
      () => {
        faults.clear();
        return json([]);
      },
    ],
    ['GET', /^\/_twin\/clock$/, () => json(time())],
    [
      'POST',
      /^\/_twin\/clock$/,
      async (request) => {
        const change = await body(request, clockSchema);
        if ('advanceMs' in change) clock.advance(change.advanceMs);
        else if ('set' in change) clock.set(Date.parse(change.set));
        else if (change.freeze) clock.freeze();
        else clock.thaw();
        return json(time());
      },
    ],
    ['GET', /^\/_twin\/settings$/, () => json(adapter.settings())],
    [
      'PUT',
      /^\/_twin\/settings$/,
      async (request) => {
        adapter.configure(await body(request, objectSchema));
        return json(adapter.settings());
      },
    ],
    [
      'POST',
      /^\/_twin\/events$/,
      async (request) => {
        const event = await body(request, objectSchema);
        if (adapter.event === undefined) throw new ControlError(400, `${adapter.system} has no event stream`);
        return json(adapter.event(event));
      },
    ],
    [
      'POST',
      /^\/_twin\/reset$/,
      () => {
        clock.reset();
        faults.clear();
        calls.clear();
        adapter.reset();
        return json({ reset: true });
      },
    ],
  ];

  return async (request) => {
    const url = new URL(request.url);
    try {
      const here = routes.filter(([, pattern]) => pattern.test(url.pathname));
      const [, pattern, handler] = here.find(([method]) => method === request.method) ?? [];
      if (pattern === undefined || handler === undefined) {
        if (here.length > 0)
          throw new ControlError(405, `${url.pathname} takes ${here.map(([method]) => method).join(', ')}`);
        throw new ControlError(404, `${url.pathname} is not part of the control surface; GET /_twin shows it`);
      }
      const parameters = (pattern.exec(url.pathname) ?? []).slice(1).map(decodeURIComponent);
      return await handler(request, parameters, url);
    } catch (error) {
      if (error instanceof ControlError) return json({ error: error.message }, error.status);
      if (error instanceof URIError) return json({ error: 'the path is not valid percent-encoding' }, 400);
      throw error;
    }
  };
}

async function body<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  let parsed: Json;
  try {
    parsed = parseJson(await request.text());
  } catch (error) {
    const isDeep = error instanceof SyntaxError && error.message.startsWith('JSON that nests');
    throw new ControlError(400, isDeep ? 'the body nests too deeply' : 'the body is not JSON');
  }
  const checked = schema.safeParse(parsed);
  if (!checked.success) throw new ControlError(400, explain(checked.error));
  return checked.data;
}

function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
}

/** Those that have the text somewhere, whatever its case. */
function* having(records: Iterable<JsonObject>, text: string): Generator<JsonObject> {
  const wanted = text.toLowerCase();
  for (const record of records) {
    if (wanted === '' || JSON.stringify(record).toLowerCase().includes(wanted)) yield record;
  }
}

function count(records: Iterable<JsonObject>): number {
  let size = 0;
  for (const _ of records) size++;
  return size;
}

/** Written as it is read, because half a million records do not fit in one string. */
function streamList(records: Iterable<JsonObject>, offset: number, limit: number): Response {
  const encoder = new TextEncoder();
  const iterator = records[Symbol.iterator]();
  let position = 0;
  let written = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      let chunk = written === 0 && position === 0 ? '[' : '';
      while (chunk.length < 65_536) {
        const next = written < limit ? iterator.next() : { done: true as const, value: undefined };
        if (next.done === true) {
          controller.enqueue(encoder.encode(`${chunk}]`));
          controller.close();
          return;
        }
        if (position++ < offset) continue;
        chunk += (written++ === 0 ? '' : ',') + JSON.stringify(next.value);
      }
      controller.enqueue(encoder.encode(chunk));
    },
  });
  return new Response(stream, { headers: { 'content-type': 'application/json; charset=utf-8' } });
}
