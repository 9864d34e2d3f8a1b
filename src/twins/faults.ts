import { z } from 'zod';
import type { Chance } from './chance.ts';
import { type Json, jsonSchema } from './json.ts';

/**
 * Faults that somebody plants, matched against each request of the vendor's API in the order in which they were planted; the first that
 * matches, has turns left and wins its chance strikes.
 *
 *  status       answers `status` and `body` (a string as it is, else JSON) with `retryAfter` (seconds), without applying the request
 *  lose-answer  applies the request, then the connection breaks
 *  drop         the connection breaks, nothing is applied
 *  cut          applies the request, then the connection breaks in the middle of the answer's body
 *  delay        answers after `delayMs`
 *  refuse       without `body`: the connection is refused at once. With `body`: the request is accepted, and each written item in it is
 *               refused with that vendor error (`times` and `chance` then count items)
 *
 * A broken connection is `fetch` rejecting with TypeError('fetch failed') in-process, and a destroyed socket when served.
 */
export const faultSchema = z
  .strictObject({
    match: z.strictObject({ method: z.string().optional(), path: z.string().optional() }).default({}),
    do: z.enum(['status', 'lose-answer', 'drop', 'cut', 'delay', 'refuse']),
    status: z.int().min(200).max(599).default(503),
    body: jsonSchema.optional(),
    headers: z.record(z.string(), z.string()).default({}),
    retryAfter: z.union([z.number(), z.string()]).optional(),
    delayMs: z.number().min(0).max(3_600_000).default(0),
    times: z.int().min(1).optional(),
    chance: z.number().min(0).max(1).default(1),
  })
  .superRefine((fault, context) => {
    try {
      new RegExp(fault.match.path ?? '');
    } catch {
      context.addIssue({ code: 'custom', path: ['match', 'path'], message: 'is not a regular expression' });
    }
    try {
      new Headers({ ...fault.headers, 'retry-after': String(fault.retryAfter ?? '') });
    } catch {
      context.addIssue({ code: 'custom', path: ['headers'], message: 'are no headers that an answer can have' });
    }
  });

export type Fault = z.infer<typeof faultSchema>;

export interface Faults {
  plant(fault: Fault): void;
  clear(): void;
  /** What is planted, with the turns left (absent: for ever). */
  list(): readonly Fault[];
  /** The fault that strikes this request, if any; takes one of its turns. Never one that refuses items. */
  strike(method: string, path: string): Fault | null;
  /** For a request's written items: asked once per item, answers the vendor error to refuse it with, or null. */
  refusals(method: string, path: string): () => Json | null;
}

interface Planted {
  readonly fault: Fault;
  readonly path: RegExp;
  left: number;
}

export function createFaults(chance: Chance): Faults {
  let planted: Planted[] = [];
  const matches = ({ fault, path }: Planted, method: string, at: string): boolean =>
    (fault.match.method === undefined || fault.match.method.toUpperCase() === method) && path.test(at);
  const take = (one: Planted): boolean => {
    if (one.left <= 0 || (one.fault.chance < 1 && !chance.happens(one.fault.chance))) return false;
    one.left--;
    if (one.left <= 0) planted = planted.filter((other) => other !== one);
    return true;
  };
  return {
    plant(fault) {
      planted.push({ fault, path: new RegExp(fault.match.path ?? ''), left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    clear() {
      planted = [];
    },
    list: () => planted.map(({ fault, left }) => (Number.isFinite(left) ? { ...fault, times: left } : fault)),
    strike(method, path) {
      const struck = planted.find((one) => !refusesItems(one.fault) && matches(one, method, path) && take(one));
      return struck?.fault ?? null;
    },
    refusals(method, path) {
      const candidates = planted.filter((one) => refusesItems(one.fault) && matches(one, method, path));
      return () => candidates.find(take)?.fault.body ?? null;
    },
  };
}

function refusesItems(fault: Fault): boolean {
  return fault.do === 'refuse' && fault.body !== undefined;
}

/** What `fetch` rejects with when a connection breaks; the cause carries the code that Node gives. */
export function brokenConnection(code: 'ECONNRESET' | 'ECONNREFUSED'): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
}

export function isBrokenConnection(error: unknown): boolean {
  return error instanceof TypeError && error.message === 'fetch failed';
}
