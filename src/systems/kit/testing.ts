import { setImmediate } from 'node:timers/promises';
import type { Details, World } from '../../model/world.ts';
import type { Secrets } from './system.ts';

/**
 * A world for tests: a clock that stands still until nothing but sleeping is left, and then jumps to the next sleeper. So a minute's wait
 * takes no time, and things that wait at the same time wake in order. Chance comes from a seed.
 */
export interface TestWorld extends World {
  /** What was logged, oldest first. */
  readonly lines: readonly { readonly level: string; readonly message: string; readonly details: Details }[];
  /** Lets time pass, waking whoever sleeps on the way. */
  pass(ms: number): Promise<void>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Turns of the event loop without any activity after which everybody is taken to sleep; more while a request is under way. */
const idleTurns = 5;
const busyTurns = 400;

export function createTestWorld(options: {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly start?: number;
  readonly seed?: number;
}): TestWorld {
  let now = options.start ?? Date.UTC(2026, 0, 15, 12, 0, 0);
  let sleepers: Sleeper[] = [];
  let activity = 0;
  let requests = 0;
  let running = false;
  const lines: { level: string; message: string; details: Details }[] = [];
  const log =
    (level: string) =>
    (message: string, details: Details = {}) => {
      lines.push({ level, message, details });
    };

  async function quiet(): Promise<void> {
    let before = -1;
    for (let turns = 0; turns < (requests > 0 ? busyTurns : idleTurns); turns++) {
      await setImmediate();
      if (before !== activity) turns = 0;
      before = activity;
    }
  }

  async function run(): Promise<void> {
    running = true;
    while (sleepers.length > 0) {
      await quiet();
      const next = sleepers.reduce<Sleeper | null>(
        (first, one) => (first === null || one.at < first.at ? one : first),
        null,
      );
      if (next === null) break;
      sleepers = sleepers.filter((one) => one !== next);
      now = Math.max(now, next.at);
      activity += 1;
      next.wake();
    }
    running = false;
  }

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      activity += 1;
      const sleeper: Sleeper = { at: now + Math.max(0, ms), wake: resolve };
      sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        activity += 1;
        sleepers = sleepers.filter((one) => one !== sleeper);
        resolve();
      });
      if (!running) void run();
    });
  }

  return {
    now: () => now,
    sleep,
    pass: (ms) => sleep(ms),
    random: seededRandom(options.seed ?? 1),
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    lines,
    async fetch(request) {
      activity += 1;
      requests += 1;
      try {
        return await options.fetch(request);
      } finally {
        requests -= 1;
        activity += 1;
      }
    },
  };
}

/** mulberry32: small, seeded, good enough for tests. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Secrets kept in memory. */
export function testSecrets(): Secrets & { readonly kept: ReadonlyMap<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (name) => kept.get(name) ?? null,
    async put(name, value) {
      if (value === null) kept.delete(name);
      else kept.set(name, value);
    },
  };
}

/** JSON as a vendor would answer it. */
export function jsonResponse(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(body === null ? null : JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
  });
}

/** One request as a scripted vendor sees it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** Parsed JSON; the text where it is none; null where empty. */
  readonly body: unknown;
}

/** A vendor as a script: answers each request by a function and keeps what it was asked. */
export function scriptedFetch(answer: (request: SeenRequest, n: number) => Response | Promise<Response>): {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly seen: readonly SeenRequest[];
} {
  const seen: SeenRequest[] = [];
  return {
    seen,
    async fetch(request) {
      const address = new URL(request.url);
      const text = await request.text();
      const json = request.headers.get('content-type')?.includes('json') === true;
      const body: unknown = text === '' ? null : json ? JSON.parse(text) : text;
      const one = {
        method: request.method,
        path: address.pathname,
        query: address.searchParams,
        headers: request.headers,
        body,
      };
      seen.push(one);
      return answer(one, seen.length);
    },
  };
}
