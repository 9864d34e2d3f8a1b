import type { Learned, Limits, LimitWindow } from '../kit/pace.ts';
import { numberOf } from './faults.ts';

/**
 * How much Zendesk takes. Source: Zendesk API reference, topic "Rate limits": the account's limit depends on the plan (200 to 2,500 a
 * minute) and is told with every answer; until the first one we assume the smallest suite plan. The window is a fixed minute. An answer
 * that tells no limit comes from an account that has none (a test account, a twin); a refusal is believed in any case.
 */

const minuteMs = 60_000;

const account: LimitWindow = {
  name: 'requestsPerMinute',
  perMs: minuteMs,
  calls: 200,
  learn(headers, now) {
    const calls = numberOf(headers.get('x-rate-limit') ?? headers.get('ratelimit-limit'));
    const left = numberOf(headers.get('x-rate-limit-remaining') ?? headers.get('ratelimit-remaining'));
    const reset = numberOf(headers.get('ratelimit-reset'));
    if (left === null) return unlimited(now);
    return { ...(calls === null ? {} : { calls }), left, refillsAt: reset === null ? null : now + reset * 1000 };
  },
};

function unlimited(now: number): Learned {
  return { calls: null, left: Number.POSITIVE_INFINITY, refillsAt: now };
}

/** All incremental exports of the account together, whoever makes them; a first load leaves three of ten to the polls. */
const exportCalls: LimitWindow = {
  name: 'exportsPerMinute',
  perMs: minuteMs,
  calls: 10,
  keep: 3,
  bucket: (route) => (route.includes('/incremental/') ? 'exports' : null),
  learn: (headers, now) => endpointLimit(headers, 'incremental-exports', now) ?? unlimited(now),
};

/** What an answer tells of the limit of its endpoint: `total=10; remaining=9; resets=41`; null where it tells nothing. */
function endpointLimit(headers: Headers, endpoint: string, now: number): Learned | null {
  const told = headers.get(`zendesk-ratelimit-${endpoint}`);
  const part = (name: string): number | null => numberOf(told?.match(new RegExp(`\\b${name}=(\\d+)`))?.[1]);
  const [calls, left, reset] = [part('total'), part('remaining'), part('resets')];
  if (left === null) return null;
  return { ...(calls === null ? {} : { calls }), left, refillsAt: reset === null ? null : now + reset * 1000 };
}

/** Single updates of users: one a second for the account. The calls that create or update many take no place here. */
const userUpdates: LimitWindow = {
  name: 'userUpdatesPerSecond',
  perMs: 1000,
  calls: 1,
  bucket: (route) => (/^PUT \/api\/v2\/users\/\d+$/.test(route) ? 'users' : null),
};

/** One organization, and one user, may be updated five times a minute. No record has the id 0: a forecast puts it for all of them. */
const updatesOfOne: LimitWindow = {
  name: 'updatesOfOneRecordPerMinute',
  perMs: minuteMs,
  calls: 5,
  bucket: (route) => route.match(/^PUT \/api\/v2\/((?:organizations|users)\/[1-9]\d*)$/)?.[1] ?? null,
};

/** Single updates of tickets: a hundred a minute for the account, thirty in ten minutes for one ticket and one user. */
const ticketUpdates: LimitWindow = {
  name: 'ticketUpdatesPerMinute',
  perMs: minuteMs,
  calls: 100,
  bucket: (route) => (/^PUT \/api\/v2\/tickets\/\d+$/.test(route) ? 'tickets' : null),
  learn: (headers, now) => endpointLimit(headers, 'tickets-update', now),
};
/** Look-ups by external id: sandboxes and trials limit them, and say so; production has no limit of its own. */
const ticketLists: LimitWindow = {
  name: 'ticketListsPerMinute',
  perMs: minuteMs,
  calls: null,
  bucket: (route) => (route === 'GET /api/v2/tickets' ? 'ticket lists' : null),
  learn: (headers, now) => endpointLimit(headers, 'tickets-index', now) ?? unlimited(now),
};
const updatesOfOneTicket: LimitWindow = {
  name: 'updatesOfOneTicketPer10Minutes',
  perMs: 10 * minuteMs,
  calls: 30,
  bucket: (route) => route.match(/^PUT \/api\/v2\/(tickets\/[1-9]\d*)$/)?.[1] ?? null,
};

/** Tickets moved to the bin one by one. */
const ticketRemovals: LimitWindow = {
  name: 'ticketRemovalsPerMinute',
  perMs: minuteMs,
  calls: 400,
  bucket: (route) => (/^DELETE \/api\/v2\/tickets\/\d+$/.test(route) ? 'ticket removals' : null),
};

/** Not a rate: a place of their own for the calls that start jobs, so that a pause for them (too many jobs) holds up nothing else. */
const jobStarts: LimitWindow = {
  name: 'jobStarts',
  perMs: minuteMs,
  calls: null,
  bucket: (route) => (/\/(create|update|destroy)_many$/.test(route) ? 'jobs' : null),
};

export const limits: Limits = {
  windows: [
    account,
    exportCalls,
    userUpdates,
    updatesOfOne,
    ticketUpdates,
    ticketLists,
    updatesOfOneTicket,
    ticketRemovals,
    jobStarts,
  ],
  concurrency: 10,
};

/** Jobs that the account takes at a time, queued or running. Source: the same reference, topic "Job Statuses". */
export const jobsAtATime = 30;
