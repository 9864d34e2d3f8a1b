import type { z } from 'zod';
import type { Calls } from '../../model/connection.ts';
import { type Fault, FaultError } from '../../model/fault.ts';
import type { World } from '../../model/world.ts';
import { type Call, type Classified, type Classify, classifyByStatus, type Reply, type Send } from './call.ts';
import { type Login, parseJson, type Ticket } from './login.ts';
import { type Budget, createPace, type Limits, type Pace, retryAfterMs } from './pace.ts';

/**
 * The one door through which a connector talks HTTP.
 *
 * A request takes its place in the pace, carries the login, ends within its time-out, and comes back as a value of the expected shape or
 * as a FaultError. A login that the vendor refuses is renewed once and the request sent once more: a refused request was not applied.
 * Reads wait and try again here, once for all connectors; a write is sent once, and a write whose answer is lost is `unsure`.
 */
export interface Wire {
  request: Send;
  /** HTTP requests that reached the vendor (or may have), as the vendor would count them. */
  calls(): Calls;
  /** What is used and left of the account's main limit. */
  budget(): Budget;
  /** How long so many calls take at least; see Pace. */
  lasts: Pace['lasts'];
}

export interface WireOptions {
  readonly world: World;
  /** The connection's name in the config. */
  readonly name: string;
  /** The host for paths, unless the login names another. */
  readonly url: string;
  /** Given a door without login, for the token endpoint. */
  readonly login: (send: Send) => Login;
  readonly limits: Limits;
  readonly classify: Classify;
}

const defaultTimeOutMs = 30_000;
const readTries = 3;
/** A read waits and tries no longer than this in all. */
const readPatienceMs = 90_000;
const quietWaitMs = 2000;

export function createWire(options: WireOptions): Wire {
  const { world, name } = options;
  const pace = createPace(world, name, options.limits);
  const counted = { read: 0, write: 0, login: 0 };
  const tried = new WeakSet<FaultError>();
  const login = options.login((call) => patiently(call, null));

  async function request<T>(call: Call<T>): Promise<Reply<T>> {
    return call.kind === 'write' ? loggedIn(call, call.until ?? Number.POSITIVE_INFINITY) : patiently(call, login);
  }

  /** Reads and logins: `later` is tried again a few times, `limit` as long as the vendor says, both within the patience. */
  async function patiently<T>(call: Call<T>, as: Login | null): Promise<Reply<T>> {
    const deadline = Math.min(world.now() + readPatienceMs, call.until ?? Number.POSITIVE_INFINITY);
    for (let failures = 1; ; failures++) {
      try {
        return as === null ? await sendOnce(call, null, deadline) : await loggedIn(call, deadline);
      } catch (error) {
        // What a login already tried patiently is not tried again by the read that needed it.
        if (!(error instanceof FaultError) || tried.has(error)) throw error;
        const waitMs = patienceFor(error.fault, failures);
        if (waitMs === null || world.now() + waitMs > deadline) {
          tried.add(error);
          throw error;
        }
        if (waitMs > quietWaitMs) {
          world.log.info('waiting before a read is tried again', {
            connection: name,
            what: call.what,
            because: error.fault.say,
            waitMs,
          });
        }
        await world.sleep(waitMs);
      }
    }
  }

  function patienceFor(fault: Fault, failures: number): number | null {
    if (fault.kind === 'limit') {
      const said = fault.afterMs ?? 0;
      return said > 0 && failures === 1 ? said : Math.max(said, backOffMs(failures));
    }
    if (fault.kind !== 'later' || failures > readTries) return null;
    return fault.afterMs ?? backOffMs(failures);
  }

  /** 1, 2, 4 s …, between half and the whole of it, so that many callers do not come back together. */
  function backOffMs(failures: number): number {
    return Math.round(1000 * 2 ** (failures - 1) * (0.5 + world.random() / 2));
  }

  async function loggedIn<T>(call: Call<T>, until: number): Promise<Reply<T>> {
    const ticket = await login.ticket();
    try {
      return await sendOnce(call, ticket, until);
    } catch (error) {
      if (!(error instanceof LoginOver)) throw error;
      const next = await login.renew(ticket);
      return sendOnce(call, next, until);
    }
  }

  async function sendOnce<T>(call: Call<T>, ticket: Ticket | null, until: number): Promise<Reply<T>> {
    const timeOutMs = call.timeOutMs ?? defaultTimeOutMs;
    // A write must have ended by then; a read may end a little later, but is not begun after it.
    const latest = call.kind === 'write' ? until - timeOutMs : until;
    const address = addressOf(call, ticket?.url ?? options.url);
    const route = `${call.method} ${address.pathname}`;
    if (world.now() > latest) {
      throw new FaultError({ kind: 'later', say: `There was no time left for ${call.what}.` });
    }
    const place = await pace.take(route, { by: latest, ...(call.lane === undefined ? {} : { lane: call.lane }) });
    // The place is given back only when the answer is understood: a pause must be known before somebody else goes.
    let heard: Headers | null = null;
    try {
      const answer = await exchange(call, address, ticket, timeOutMs);
      heard = answer.headers;
      return understood(call, answer, route, ticket !== null);
    } finally {
      place.end(heard);
    }
  }

  function understood<T>(call: Call<T>, answer: Answer, route: string, renewable: boolean): Reply<T> {
    if ((answer.status < 200 || answer.status > 299) && !call.fine?.includes(answer.status)) {
      const failed = classified(call, answer);
      if (failed.fault.kind === 'limit') pace.pause(route, failed.fault.afterMs ?? 1000);
      else if (answer.status === 503 && failed.fault.afterMs !== undefined)
        pace.pause(route, failed.fault.afterMs, true);
      throw failed.renew === true && renewable ? new LoginOver(failed.fault) : new FaultError(failed.fault);
    }
    const parsed = call.answer.safeParse(answer.body);
    if (parsed.success) return { status: answer.status, headers: answer.headers, body: parsed.data };
    world.log.error('an answer could not be read', { connection: name, what: call.what, status: answer.status });
    throw new FaultError({
      // What was written may have been applied: never sent again before somebody has looked.
      kind: call.kind === 'write' ? 'unsure' : 'bug',
      say: `The answer to ${call.what} is not what was expected: ${firstIssue(parsed.error)}. It begins: ${excerptOf(answer.body)}`,
    });
  }

  /** Sends, waits and reads the body, all within the time-out. */
  async function exchange<T>(call: Call<T>, address: URL, ticket: Ticket | null, timeOutMs: number): Promise<Answer> {
    const stop = new AbortController();
    const alarm = new AbortController();
    const began = world.now();
    let reached = true;
    try {
      const tooLate = world.sleep(timeOutMs, alarm.signal).then(() => null);
      const talk = async () => {
        const response = await world.fetch(requestOf(call, address, ticket, stop.signal));
        return { status: response.status, headers: response.headers, body: parseBody(await response.text()) };
      };
      const talking = talk();
      // Whoever loses the race must not end as an unhandled rejection.
      talking.catch(() => {});
      const answer = await Promise.race([talking, tooLate]);
      if (answer === null) throw new FaultError(brokenFault(call, `no answer within ${timeOutMs / 1000} s`, true));
      world.log.debug('call', {
        connection: name,
        route: `${call.method} ${address.pathname}`,
        status: answer.status,
        tookMs: world.now() - began,
      });
      return answer;
    } catch (error) {
      if (error instanceof FaultError) throw error;
      reached = !neverSent(error);
      throw new FaultError(brokenFault(call, messageOf(error), reached), { cause: error });
    } finally {
      stop.abort();
      alarm.abort();
      if (reached) counted[call.kind] += 1;
    }
  }

  function classified<T>(call: Call<T>, answer: Answer): Classified {
    const known = options.classify(answer.status, answer.headers, answer.body, call.kind);
    const found = known ?? classifyByStatus(answer.status, call.kind, call.what, excerptOf(answer.body));
    const afterMs = retryAfterMs(answer.headers, world.now());
    const waits = found.fault.kind === 'limit' || found.fault.kind === 'later';
    return afterMs !== null && waits ? { ...found, fault: { ...found.fault, afterMs } } : found;
  }

  return {
    request,
    calls: () => ({ ...counted }),
    budget: () => pace.budget(),
    lasts: (planned) => pace.lasts(planned),
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** The vendor refused the ticket, not the request. */
class LoginOver extends FaultError {}

function addressOf(call: Pick<Call<unknown>, 'path' | 'query'>, base: string): URL {
  const address = /^https?:\/\//.test(call.path) ? new URL(call.path) : new URL(base.replace(/\/+$/, '') + call.path);
  for (const [key, value] of Object.entries(call.query ?? {})) address.searchParams.set(key, value);
  return address;
}

/** `Accept-Encoding` is left to fetch, which asks for gzip and undoes it; set by hand, an in-process answer would stay packed. */
function requestOf<T>(call: Call<T>, address: URL, ticket: Ticket | null, signal: AbortSignal): Request {
  const headers = new Headers({ accept: 'application/json', ...ticket?.headers, ...call.headers });
  let body: string | null = null;
  if (call.form !== undefined) {
    headers.set('content-type', 'application/x-www-form-urlencoded');
    body = new URLSearchParams(call.form).toString();
  } else if (call.raw !== undefined) {
    headers.set('content-type', call.raw.type);
    body = call.raw.text({ ...ticket?.headers });
  } else if (call.body !== undefined) {
    headers.set('content-type', 'application/json');
    body = JSON.stringify(call.body);
  }
  // A redirect would carry the credentials somewhere else: it is an answer, and a failure.
  return new Request(address, { method: call.method, headers, body, signal, redirect: 'manual' });
}

function parseBody(text: string): unknown {
  return text === '' ? null : parseJson(text);
}

function brokenFault<T>(call: Call<T>, why: string, reached: boolean): Fault {
  const kind = call.kind === 'write' && reached ? 'unsure' : 'later';
  return { kind, say: `The connection broke during ${call.what}: ${why}.`, code: 'network' };
}

/** True where the request cannot have reached the vendor: nobody listens, or the name is unknown (Node's system error codes). */
function neverSent(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 5) return false;
  const code = 'code' in error ? error.code : undefined;
  const during = 'syscall' in error ? error.syscall : undefined;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'UND_ERR_CONNECT_TIMEOUT')
    return true;
  if (during === 'connect' || during === 'getaddrinfo') return true;
  if (error instanceof AggregateError)
    return error.errors.length > 0 && error.errors.every((one) => neverSent(one, depth + 1));
  return neverSent(error.cause, depth + 1);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== ''
    ? `${error.message} (${error.cause.message})`
    : error.message;
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'unknown' : `${issue.path.join('.') || 'the body'}: ${issue.message}`;
}

/** The beginning of an answer for a message: at most 200 characters, tags of an HTML page left out. */
function excerptOf(body: unknown): string {
  if (body === null || body === undefined) return '';
  const text = typeof body === 'string' ? body.replace(/<[^>]*>/g, ' ') : JSON.stringify(body);
  return [...text.replace(/\s+/g, ' ').trim()].slice(0, 200).join('');
}
