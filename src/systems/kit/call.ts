import type { ZodType } from 'zod';
import type { Fault } from '../../model/fault.ts';
import type { Lane } from '../../model/link.ts';

/** One HTTP request of a connector, as data. */
export interface Call<T> {
  /** What it is for the count of calls. Reads are retried and writes never are. */
  readonly kind: 'read' | 'write' | 'login';
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the connection's host (`/services/data`), or a whole address. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as a form; at most one of `body`, `form` and `raw`. */
  readonly form?: Readonly<Record<string, string>>;
  readonly raw?: Raw;
  /** The shape of an answer. An empty body is null, one that is not JSON is a string. */
  readonly answer: ZodType<T>;
  /** Statuses outside 200–299 that are answers too and no failures. */
  readonly fine?: readonly number[];
  /** For a write: the moment (ms) before which it must have ended; it is not sent if that is not certain. */
  readonly until?: number;
  readonly timeOutMs?: number;
  readonly lane?: Lane;
  /** What it does, in plain words for messages: `reading changed accounts`. */
  readonly what: string;
}

/** A message of another kind than JSON. `login`: the headers of the login, for interfaces that want the session inside of the message. */
export interface Raw {
  readonly type: string;
  text(login: Readonly<Record<string, string>>): string;
}

export interface Reply<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** How a system reads a failed answer. `renew`: the credentials' ticket is over, a new one may help. */
export interface Classified {
  readonly fault: Fault;
  readonly renew?: boolean;
}

/** null: the system has nothing to say of it, and the kit decides by the status alone. */
export type Classify = (
  status: number,
  headers: Headers,
  body: unknown,
  kind: 'read' | 'write' | 'login',
) => Classified | null;

export type Send = <T>(call: Call<T>) => Promise<Reply<T>>;

/** What every system agrees on. A 5xx to a write may have been applied, a 503 was not. */
export function classifyByStatus(
  status: number,
  kind: 'read' | 'write' | 'login',
  what: string,
  excerpt: string,
): Classified {
  const said = excerpt === '' ? '' : `: ${excerpt}`;
  const fault = (kindOf: Fault['kind']): Classified => ({
    fault: { kind: kindOf, say: `The answer to ${what} was HTTP ${status}${said}`, code: String(status) },
  });
  if (status === 429) return fault('limit');
  if (status === 503) return fault('later');
  if (status >= 500 || status === 408 || status === 420) return fault(kind === 'write' ? 'unsure' : 'later');
  if (kind === 'login') return fault('login');
  if (status === 401) return { ...fault('login'), renew: true };
  if (status === 404 || status === 410) return fault('gone');
  if (status === 409 || status === 412) return fault('stale');
  return fault('refused');
}
