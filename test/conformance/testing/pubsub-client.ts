import { fileURLToPath } from 'node:url';
import {
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import avsc, { type Type } from 'avsc';
import { z } from 'zod';
import { silentLog } from '../../../src/model/world.ts';
import { createSalesforceTwin } from '../../../src/systems/salesforce/twin/index.ts';
import type { Json } from '../../../src/twins/json.ts';
import { openDoors } from '../../../src/twins/serve.ts';
import { textAt, tryJson } from '../bench.ts';

/** A client of the Pub/Sub API with its own copy of the vendor's messages, against a twin whose clock moves only when told. */
export interface StreamedOrg {
  readonly address: string;
  readonly certificate: string;
  readonly token: string;
  readonly organization: string;
  readonly bugs: readonly string[];
  rest(method: string, path: string, body?: Json): Promise<Json>;
  control(method: string, path: string, body?: Json): Promise<Json>;
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

export async function openStreamedOrg(settings: Json = {}): Promise<StreamedOrg> {
  let nowMs = Date.parse('2026-03-02T10:00:00Z');
  const sleepers = new Set<{ readonly until: number; wake(): void }>();
  const bugs: string[] = [];
  const twin = createSalesforceTwin({
    seed: 7,
    world: {
      now: () => nowMs,
      sleep(ms, signal) {
        if (signal?.aborted === true) return Promise.resolve();
        const { promise, resolve } = Promise.withResolvers<void>();
        const sleeper = { until: nowMs + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => resolve(), { once: true });
        return promise.finally(() => sleepers.delete(sleeper));
      },
      log: { ...silentLog, error: (message, details) => void bugs.push(`${message} ${JSON.stringify(details)}`) },
      fetch: () => Promise.reject(new TypeError('fetch failed')),
    },
  });
  const base = 'http://acme.my.salesforce.example';
  const send = async (method: string, path: string, body?: Json | string, headers = {}): Promise<Json> => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const init = text === undefined ? {} : { body: text };
    const response = await twin.fetch(new Request(`${base}${path}`, { method, headers, ...init }));
    const answer = await response.text();
    if (response.status >= 400) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
    return tryJson(answer) ?? answer;
  };
  const control: StreamedOrg['control'] = (method, path, body) => send(method, `/_twin/${path}`, body);
  await control('PUT', 'settings', { commitDelayMs: 0, ...(typeof settings === 'object' ? settings : {}) });
  const { clientId = '', clientSecret = '' } = twin.about(base).auth;
  const grant = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const login = await send('POST', '/services/oauth2/token', new URLSearchParams(grant).toString(), form);
  const token = textAt(login, 'access_token');
  const doors = await openDoors(twin);
  return {
    address: doors.endpoints.pubsub ?? '',
    certificate: String(await control('GET', 'pubsub-certificate')),
    token,
    organization: /\/id\/(\w+)\//.exec(textAt(login, 'id'))?.[1] ?? '',
    bugs,
    rest: (method, path, body) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      return send(method, `/services/data/v62.0${path}`, body, headers);
    },
    control,
    async advance(ms) {
      // In steps, so that whoever sleeps a second at a time does so in turn.
      for (const end = nowMs + ms; nowMs < end; ) {
        nowMs = Math.min(end, nowMs + 1_000);
        for (const sleeper of [...sleepers]) if (sleeper.until <= nowMs) sleeper.wake();
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    },
    close: doors.close,
  };
}

const service = loadSync(fileURLToPath(new URL('pubsub.proto', import.meta.url)), {
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
})['eventbus.v1.PubSub'];

function method(name: string): MethodDefinition<object, object> {
  const found = service !== undefined && name in service ? Reflect.get(service, name) : undefined;
  return found;
}

const eventSchema = z.object({
  event: z.object({ id: z.string(), schema_id: z.string(), payload: z.instanceof(Buffer) }),
  replay_id: z.instanceof(Buffer),
});
const responseSchema = z.object({
  events: z.array(eventSchema),
  latest_replay_id: z.instanceof(Buffer),
  pending_num_requested: z.number(),
  commit_response: z
    .object({ commit_request_id: z.string(), error: z.object({ code: z.string(), msg: z.string() }).nullable() })
    .nullish(),
});
export type Response = z.infer<typeof responseSchema>;
export type ConsumerEvent = z.infer<typeof eventSchema>;

/** How an RPC failed: the gRPC status, and the vendor's code from the trailers. */
export interface Failure {
  readonly status: number;
  readonly code: string;
}

export interface Subscription {
  fetch(request: object): void;
  /** The next message of the server; what is not read waits. */
  next(): Promise<Response>;
  /** How the stream ended: null where the server hung up in peace. */
  readonly ended: Promise<Failure | null>;
  cancel(): void;
}

export interface PubSubClient {
  call(name: 'GetTopic' | 'GetSchema' | 'Publish', request: object): Promise<Readonly<Record<string, unknown>>>;
  open(name: 'Subscribe' | 'ManagedSubscribe', first: object): Subscription;
  /** A stream of publications; their answers are not looked at. */
  publishing(): { send(request: object): void; end(): void; readonly ended: Promise<Failure | null> };
  /** A payload in the schema with this id. */
  encode(schemaId: string, payload: object): Promise<Buffer>;
  /** The event's payload as the schema that it names has it. */
  decode(event: ConsumerEvent): Promise<Json>;
  close(): void;
}

export function connectPubSub(org: StreamedOrg, headers: Readonly<Record<string, string>> = {}): PubSubClient {
  const client = new Client(org.address, credentials.createSsl(Buffer.from(org.certificate)), {
    'grpc.ssl_target_name_override': 'localhost',
  });
  const metadata = new Metadata();
  const given = { accesstoken: org.token, instanceurl: 'http://acme.example', tenantid: org.organization, ...headers };
  for (const [name, value] of Object.entries(given)) if (value !== '') metadata.set(name, value);
  const types = new Map<string, Type>();
  const call: PubSubClient['call'] = (name, request) => {
    const { path, requestSerialize, responseDeserialize } = method(name);
    const { promise, resolve, reject } = Promise.withResolvers<Readonly<Record<string, unknown>>>();
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, (error, answer) => {
      if (error === null) resolve({ ...answer });
      else reject(toFailure(error));
    });
    return promise;
  };
  const typeOf = async (id: string): Promise<Type> => {
    const known = types.get(id);
    if (known !== undefined) return known;
    const { schema_json } = await call('GetSchema', { schema_id: id });
    const type = avsc.Type.forSchema(JSON.parse(String(schema_json)), { wrapUnions: 'auto' });
    types.set(id, type);
    return type;
  };
  const dial = (name: string): ClientDuplexStream<object, object> => {
    const { path, requestSerialize, responseDeserialize } = method(name);
    return client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
  };
  return {
    call,
    open(name, first) {
      const stream = dial(name);
      stream.write(first);
      return listen(stream);
    },
    publishing() {
      const stream = dial('PublishStream');
      stream.resume();
      return { send: (request) => void stream.write(request), end: () => stream.end(), ended: endOf(stream) };
    },
    encode: async (schemaId, payload) => (await typeOf(schemaId)).toBuffer(payload),
    decode: async ({ event }) => JSON.parse(JSON.stringify((await typeOf(event.schema_id)).fromBuffer(event.payload))),
    close: () => client.close(),
  };
}

function listen(stream: ClientDuplexStream<object, object>): Subscription {
  const arrived: Response[] = [];
  const waiting: ((response: Response) => void)[] = [];
  const ended = endOf(stream);
  stream.on('data', (message: object) => {
    const response = responseSchema.parse(message);
    const waiter = waiting.shift();
    if (waiter === undefined) arrived.push(response);
    else waiter(response);
  });
  return {
    fetch: (request) => void stream.write(request),
    next() {
      const ready = arrived.shift();
      if (ready !== undefined) return Promise.resolve(ready);
      const { promise, resolve: take } = Promise.withResolvers<Response>();
      waiting.push(take);
      return promise;
    },
    ended,
    cancel: () => stream.cancel(),
  };
}

function endOf(stream: ClientDuplexStream<object, object>): Promise<Failure | null> {
  const { promise, resolve } = Promise.withResolvers<Failure | null>();
  stream.on('error', (error: ServiceError) => resolve(toFailure(error)));
  stream.on('end', () => resolve(null));
  return promise;
}

function toFailure(error: ServiceError): Failure {
  return { status: error.code, code: String(error.metadata.get('error-code')[0] ?? '') };
}

/** The vendor's code for an error, as trailers carry it. */
export const code = (name: string): string => `sfdc.platform.eventbus.grpc.${name}`;

/** So many events, however many messages they come in; and the last of these. */
export const take = async (stream: Subscription, count: number): Promise<Response> => {
  const events: ConsumerEvent[] = [];
  for (;;) {
    const message = await stream.next();
    events.push(...message.events);
    if (events.length >= count) return { ...message, events };
  }
};
