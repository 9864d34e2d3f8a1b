import type { Limits, LimitWindow } from '../kit/pace.ts';
import { apiPath, tokenPath } from './login.ts';

/**
 * How much Zoho Desk takes. Source: Zoho Desk API document, topic "API limits": credits per portal and day by edition and number of users,
 * each call with its weight; what is left is told with every answer. Zoho accounts, "OAuth 2.0": ten access tokens in ten minutes.
 */
const dayMs = 86_400_000;

/** What a first load leaves of the day's credits to everybody else. */
const keptCredits = 500;

/** The vendor does not say how many there are in all, only what is left: our own count of calls is no count of credits. */
const credits: LimitWindow = {
  name: 'creditsPerDay',
  perMs: dayMs,
  calls: null,
  keep: keptCredits,
  bucket: (route) => (route.includes(apiPath) ? 'credits' : null),
  learn(headers) {
    const left = headers.get('x-rate-limit-remaining-v3');
    return left !== null && /^\d+$/.test(left) ? { left: Number(left), refillsAt: null } : null;
  },
};

const tokens: LimitWindow = {
  name: 'accessTokensPer10Minutes',
  perMs: 600_000,
  calls: 10,
  bucket: (route) => (route.includes(tokenPath) ? 'tokens' : null),
};

/** Calls at once for the whole portal, by edition: 5 (free), 10, 15, 25. The least of them leaves room for others everywhere else. */
export const atOnce = 5;

export const limits: Limits = { windows: [credits, tokens], concurrency: atOnce };

/** Credits of what costs more than the one of a plain read or write of a record. */
export const weights = { search: 3, trash: 6 } as const;
