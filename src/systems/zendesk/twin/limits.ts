import { createFixedWindow, type RateCounter } from '../../../twins/rate.ts';
import type { JsonObject } from './json.ts';
import { Refusal } from './refusal.ts';
import { type LimitName, requestsPerMinute, type Settings } from './settings.ts';

/**
 * The account's requests per minute and the limits of single endpoints, in fixed windows (recorded resets count 60 → 1).
 * Source: Zendesk, "Rate limits" and "Best practices for avoiding rate limiting". Numbers: default, with High Volume, in a sandbox.
 */
interface Rule {
  readonly windowMs: number;
  readonly standard: number;
  readonly highVolume?: number;
  readonly sandbox?: number;
  /** As in `zendesk-ratelimit-…`; absent where no name is known. */
  readonly header?: string;
  /** The 429's body; JSON of the newer endpoints unless given. */
  readonly body?: JsonObject | string;
}

const minute = 60_000;
const rules: Readonly<Record<Exclude<LimitName, 'requestsPerMinute' | 'jobs'>, Rule>> = {
  incrementalPerMinute: {
    windowMs: minute,
    standard: 10,
    highVolume: 30,
    header: 'incremental-exports',
    body: {
      error: 'APIRateLimitExceeded',
      description: 'Number of allowed incremental export API requests per minute exceeded',
    },
  },
  incrementalSamplePer20Minutes: { windowMs: 20 * minute, standard: 10 },
  userWritesPerSecond: { windowMs: 1000, standard: 1 },
  userUpdatesPerMinute: { windowMs: minute, standard: 5 },
  organizationUpdatesPerMinute: { windowMs: minute, standard: 5 },
  ticketUpdatesPer10Minutes: {
    windowMs: 10 * minute,
    standard: 30,
    header: 'per-ticket-updates',
    body: 'Rate limit for ticket updates exceeded, please wait before updating this ticket again',
  },
  ticketUpdatesPerMinute: {
    windowMs: minute,
    standard: 100,
    highVolume: 300,
    sandbox: 20,
    header: 'tickets-update',
    body: 'Rate limit for ticket updates exceeded, please wait before updating this ticket again',
  },
  ticketListPerMinute: { windowMs: minute, standard: 100_000, sandbox: 100, header: 'tickets-index' },
  ticketDeepPagePerMinute: { windowMs: minute, standard: 50, header: 'tickets-index' },
  ticketDeletesPerMinute: { windowMs: minute, standard: 400 },
  ticketPurgesPerMinute: { windowMs: minute, standard: 1000, header: 'deleted-tickets-destroy' },
  ticketFieldListPerMinute: { windowMs: minute, standard: 300, highVolume: 450, sandbox: 40 },
  ticketFieldUpdatesPerMinute: { windowMs: minute, standard: 75, sandbox: 50 },
  ticketAuditsPerMinute: { windowMs: minute, standard: 500 },
  deletedTicketsPerMinute: { windowMs: minute, standard: 10 },
  userPurgesPer10Minutes: { windowMs: 10 * minute, standard: 700 },
  tagsPerMinute: { windowMs: minute, standard: 2000, sandbox: 100, header: 'tags-index' },
  searchPerMinute: { windowMs: minute, standard: 2500 },
  searchExportPerMinute: { windowMs: minute, standard: 100 },
  sideConversationsPer10Minutes: { windowMs: 10 * minute, standard: 300 },
  sideEventsPer10Minutes: { windowMs: 10 * minute, standard: 600 },
  ticketPurgeJobsPerMinute: { windowMs: minute, standard: 300 },
  attachmentsPerMinute: { windowMs: minute, standard: 2500 },
};
export type EndpointLimit = keyof typeof rules;

/** What every account is capped at, whatever its plan. */
const emergencyCap = 100_000;
const tooManyUpdates: JsonObject = { errors: [{ code: 'TooManyRequests', title: 'Too many requests to update' }] };

export interface Limiter {
  /** Counts one request of the account; throws the 429. Answers the headers that every answer carries. */
  request(): Readonly<Record<string, string>>;
  /** Counts one call of an endpoint (for one record where `key` is given); throws its 429. Answers its header. */
  endpoint(name: EndpointLimit, key?: string): Readonly<Record<string, string>>;
  clear(): void;
}

export function createLimiter(nowMs: () => number, settings: () => Settings): Limiter {
  const account = createFixedWindow(nowMs, minute);
  const windows = new Map<EndpointLimit, RateCounter>();

  const secondsLeft = (window: RateCounter, key: string): number =>
    Math.max(1, Math.ceil((window.resetsAt(key) - nowMs()) / 1000));
  const perMinute = (): number => {
    const { limits, plan } = settings();
    if (limits.off) return emergencyCap;
    return limits.requestsPerMinute ?? requestsPerMinute[plan];
  };
  const allowed = (name: EndpointLimit): number => {
    const { limits, plan, sandbox } = settings();
    const rule = rules[name];
    if (limits.off) return Number.POSITIVE_INFINITY;
    const given = limits[name];
    if (given !== null) return given;
    if (plan === 'hv' || plan === 'enterprise-plus') return rule.highVolume ?? rule.standard;
    return sandbox ? (rule.sandbox ?? rule.standard) : rule.standard;
  };

  return {
    request() {
      const limit = perMinute();
      const isOver = account.used('') >= limit;
      if (!isOver) account.add('');
      const reset = String(secondsLeft(account, ''));
      const left = String(Math.max(0, limit - account.used('')));
      const headers = {
        'x-rate-limit': String(limit),
        'x-rate-limit-remaining': left,
        'ratelimit-limit': String(limit),
        'ratelimit-remaining': left,
        'ratelimit-reset': reset,
      };
      if (isOver) {
        throw new Refusal(429, 'Number of allowed API requests per minute exceeded', {
          headers: { ...headers, 'retry-after': reset },
        });
      }
      return headers;
    },
    endpoint(name, key = '') {
      const limit = allowed(name);
      if (limit === Number.POSITIVE_INFINITY) return {};
      const rule = rules[name];
      const window = windows.get(name) ?? createFixedWindow(nowMs, rule.windowMs);
      windows.set(name, window);
      const isOver = window.used(key) >= limit;
      if (!isOver) window.add(key);
      const reset = secondsLeft(window, key);
      const left = Math.max(0, limit - window.used(key));
      const headers: Readonly<Record<string, string>> =
        rule.header === undefined
          ? {}
          : { [`zendesk-ratelimit-${rule.header}`]: `total=${limit}; remaining=${left}; resets=${reset}` };
      if (isOver) {
        throw new Refusal(429, rule.body ?? tooManyUpdates, { headers: { ...headers, 'retry-after': String(reset) } });
      }
      return headers;
    },
    clear() {
      account.clear();
      windows.clear();
    },
  };
}
