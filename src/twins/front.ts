import type { World } from '../model/world.ts';
import { createCalls } from './calls.ts';
import type { Chance } from './chance.ts';
import type { TwinClock } from './clock.ts';
import { type ControlAdapter, createControl } from './control.ts';
import { brokenConnection, createFaults, type Fault } from './faults.ts';
import type { Json } from './json.ts';

/** What a vendor's twin gets beside the request. */
export interface Arrival {
  readonly url: URL;
  /** Asked once per written item: the vendor error that a planted fault refuses it with, or null. */
  readonly refuse: () => Json | null;
}

export interface FrontParts {
  readonly adapter: ControlAdapter;
  readonly clock: TwinClock;
  readonly chance: Chance;
  readonly world: Pick<World, 'sleep' | 'log'>;
  /** The vendor's API. GET for a HEAD; bodies arrive unzipped. */
  readonly handle: (request: Request, arrival: Arrival) => Promise<Response> | Response;
  /** Path without query → the same with its ids as `:id`, for the counts by route. */
  readonly route?: (path: string) => string;
}

/** The door of a twin: control surface, counting, faults, HEAD and gzip bodies, then the vendor's API. */
export function createFront({
  adapter,
  clock,
  chance,
  world,
  handle,
  route,
}: FrontParts): (request: Request) => Promise<Response> {
  const faults = createFaults(chance.fork('faults'));
  const calls = createCalls({ now: clock.now, ...(route === undefined ? {} : { route }) });
  const control = createControl({ adapter, clock, faults, calls });
  // A mistake of the twin itself: said in the log, and told apart from the vendor's own errors by its words.
  const guarded = async (method: string, url: URL, answer: () => Promise<Response> | Response): Promise<Response> => {
    try {
      return await answer();
    } catch (error) {
      if (isUnzipping(error)) return Response.json({ error: 'the body is not zipped as it says' }, { status: 400 });
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      world.log.error('the twin failed', { system: adapter.system, method, path: url.pathname, reason });
      return Response.json({ error: 'the twin failed; its log says why' }, { status: 500 });
    }
  };

  return async (request) => {
    const url = new URL(request.url);
    if (url.pathname === '/_twin' || url.pathname.startsWith('/_twin/')) {
      return guarded(request.method, url, () => control(request));
    }
    const answered = calls.arrive(request.method, url);
    const fault = faults.strike(request.method, url.pathname);
    if (fault?.do === 'refuse') throw brokenConnection('ECONNREFUSED');
    if (fault?.do === 'drop') throw brokenConnection('ECONNRESET');
    if (fault?.do === 'status') {
      answered(fault.status);
      return planted(fault);
    }
    if (fault?.do === 'delay') await world.sleep(fault.delayMs, request.signal);
    const refuse = faults.refusals(request.method, url.pathname);
    const answer = await guarded(request.method, url, () => handle(plain(request), { url, refuse }));
    if (fault?.do === 'lose-answer') {
      await answer.arrayBuffer();
      throw brokenConnection('ECONNRESET');
    }
    answered(answer.status);
    if (request.method === 'HEAD') return new Response(null, { status: answer.status, headers: answer.headers });
    return fault?.do === 'cut' ? cut(answer) : answer;
  };
}

function planted(fault: Fault): Response {
  const headers = new Headers(fault.headers);
  if (fault.retryAfter !== undefined) headers.set('retry-after', String(fault.retryAfter));
  if (fault.body === undefined || [204, 205, 304].includes(fault.status))
    return new Response(null, { status: fault.status, headers });
  const isText = typeof fault.body === 'string';
  if (!headers.has('content-type'))
    headers.set('content-type', isText ? 'text/html;charset=utf-8' : 'application/json;charset=UTF-8');
  return new Response(isText ? String(fault.body) : JSON.stringify(fault.body), { status: fault.status, headers });
}

/** As the vendor's own code sees a request: HEAD runs as GET, a gzipped body is unzipped. */
function plain(request: Request): Request {
  const zipped = request.headers.get('content-encoding')?.toLowerCase() === 'gzip';
  if (request.method !== 'HEAD' && !zipped) return request;
  const headers = new Headers(request.headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (!zipped || request.body === null) return new Request(request.url, { method, headers, signal: request.signal });
  const init = { method, headers, signal: request.signal, duplex: 'half' as const };
  return new Request(request.url, { ...init, body: request.body.pipeThrough(new DecompressionStream('gzip')) });
}

/** The whole body of a request; null where it says that it is zipped, and is not or breaks off. */
export async function bodyOf(request: Request): Promise<Uint8Array<ArrayBuffer> | null> {
  if (request.body === null) return new Uint8Array();
  try {
    return new Uint8Array(await request.arrayBuffer());
  } catch (error) {
    if (isUnzipping(error)) return null;
    throw error;
  }
}

function isUnzipping(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('Z_');
}

/** The same answer with a body that breaks off half-way. */
async function cut(answer: Response): Promise<Response> {
  const whole = new Uint8Array(await answer.arrayBuffer());
  const half = whole.subarray(0, Math.floor(whole.length / 2));
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent || half.length === 0) controller.error(brokenConnection('ECONNRESET'));
      else controller.enqueue(half);
      sent = true;
    },
  });
  const headers = new Headers(answer.headers);
  headers.set('content-length', String(whole.length));
  return new Response(body, { status: answer.status, headers });
}
