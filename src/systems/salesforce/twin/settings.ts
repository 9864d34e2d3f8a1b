import { z } from 'zod';
import { createSettings, type Settings } from '../../../twins/settings.ts';

/** Requests in 24 hours by plan, before licences are counted (Salesforce Developer Limits and Allocations, "API Request Limits"). */
const plans = {
  developer: { base: 15_000, perLicence: 0, edition: 'Developer Edition', events: 10_000, subscribers: 20, topics: 40 },
  professional: {
    base: 100_000,
    perLicence: 1_000,
    edition: 'Professional Edition',
    events: 25_000,
    subscribers: 1_000,
    topics: 50,
  },
  enterprise: {
    base: 100_000,
    perLicence: 1_000,
    edition: 'Enterprise Edition',
    events: 25_000,
    subscribers: 1_000,
    topics: 50,
  },
  unlimited: {
    base: 100_000,
    perLicence: 5_000,
    edition: 'Unlimited Edition',
    events: 50_000,
    subscribers: 2_000,
    topics: 100,
  },
  sandbox: {
    base: 5_000_000,
    perLicence: 0,
    edition: 'Enterprise Edition',
    events: 50_000,
    subscribers: 2_000,
    topics: 100,
  },
} as const;

const delaySchema = z.union([z.number().min(0), z.tuple([z.number().min(0), z.number().min(0)])]);

const settingsSchema = z.strictObject({
  plan: z.enum(['developer', 'professional', 'enterprise', 'unlimited', 'sandbox']),
  licences: z.int().min(0),
  /** By name; `off` switches all of them off. Absent names follow the plan. */
  limits: z.strictObject({
    off: z.boolean(),
    dailyApiRequests: z.int().min(0).nullable(),
    loginsPerHour: z.int().min(0),
    dailyBulkRecords: z.int().min(0),
    dailyEvents: z.int().min(0).nullable(),
    /** Subscribers at one time, over CometD and over gRPC. */
    streamingClients: z.int().min(0).nullable(),
    /** Requests that have run for 20 seconds, at one time. */
    longRequests: z.int().min(0).nullable(),
    /** Queries and collections in one composite. */
    compositeQueries: z.int().min(0),
  }),
  /** From a statement's stamp to its commit, in milliseconds: a number, or the two ends of a range. */
  commitDelayMs: delaySchema,
  /** True: writes are answered before they commit. The vendor answers after; this is harsher, and needs no waiting. */
  answerBeforeCommit: z.boolean(),
  /** A session dies when it is unused for so long. */
  sessionMs: z.number().min(1_000),
  consent: z.enum(['auto', 'ask', 'deny']),
  rotateRefreshTokens: z.boolean(),
  /** What users log in with over SOAP. */
  password: z.string(),
  /** PEM; with it, signatures of JWT bearer assertions are checked. */
  jwtPublicKey: z.string().nullable(),
  /** `Object.Field`: hidden from the API user by field-level security. */
  hiddenFields: z.array(z.string()).readonly(),
  /** Ids of rows that sharing hides from the API user. */
  hiddenRows: z.array(z.string()).readonly(),
  /** Ids of rows that somebody else holds a lock on. */
  lockedRows: z.array(z.string()).readonly(),
  /** Ids of rows that are locked because an approval is pending. */
  heldRows: z.array(z.string()).readonly(),
  /** The address that requests seem to come from. */
  clientAddress: z.string(),
  /** True: a session works from the address alone that it was opened from. */
  lockSessionsToAddress: z.boolean(),
  /** Addresses that users may log in from; none named: all. */
  loginAddresses: z.array(z.string()).readonly(),
  /** From upload to result of a bulk job: a number, or the two ends of a range. */
  jobMs: delaySchema,
  /** The same of a deployment of metadata. */
  deployMs: delaySchema,
  /** How long the search index lags behind; what SOQL reads does not. */
  searchLagMs: z.number().min(0),
  /** Known to all twins; this vendor's exports are queries, which do not lag. */
  exportLagMs: z.number().min(0),
  personAccounts: z.boolean(),
  /** Objects whose changes are published. */
  changeEvents: z.array(z.string()).readonly(),
  /** How long a silent long poll of the event stream is held. */
  longPollMs: z.number().min(0),
  /** How long a subscriber over gRPC that waits for events is left without a word. */
  keepAliveMs: z.number().min(1_000),
  /** How long one that has asked for nothing is kept. */
  idleStreamMs: z.number().min(0),
  /** Every call of the Pub/Sub API answers that the service is unavailable. */
  pubSubDown: z.boolean(),
});

export type SalesforceSettings = z.infer<typeof settingsSchema>;

const defaults: SalesforceSettings = {
  plan: 'enterprise',
  licences: 10,
  limits: {
    off: false,
    dailyApiRequests: null,
    loginsPerHour: 3_600,
    dailyBulkRecords: 150_000_000,
    dailyEvents: null,
    streamingClients: null,
    longRequests: null,
    compositeQueries: 5,
  },
  commitDelayMs: [0, 2_000],
  answerBeforeCommit: false,
  sessionMs: 7_200_000,
  consent: 'auto',
  rotateRefreshTokens: false,
  password: 'password',
  jwtPublicKey: null,
  hiddenFields: [],
  hiddenRows: [],
  lockedRows: [],
  heldRows: [],
  clientAddress: '127.0.0.1',
  lockSessionsToAddress: false,
  loginAddresses: [],
  jobMs: [2_000, 10_000],
  deployMs: [2_000, 10_000],
  searchLagMs: 30_000,
  exportLagMs: 0,
  personAccounts: false,
  changeEvents: ['Account', 'Contact', 'Lead', 'Case', 'Opportunity'],
  longPollMs: 110_000,
  keepAliveMs: 270_000,
  idleStreamMs: 60_000,
  pubSubDown: false,
};

export function createSalesforceSettings(): Settings<SalesforceSettings> {
  return createSettings(settingsSchema, defaults);
}

/** Requests allowed in 24 hours. */
export function dailyApiRequests({ plan, licences, limits }: SalesforceSettings): number {
  return limits.dailyApiRequests ?? plans[plan].base + plans[plan].perLicence * licences;
}

export function dailyEvents({ plan, limits }: SalesforceSettings): number {
  return limits.dailyEvents ?? plans[plan].events;
}

export function streamingClients({ plan, limits }: SalesforceSettings): number {
  return limits.streamingClients ?? plans[plan].subscribers;
}

/** PushTopics that an org may have. */
export function pushTopics({ plan }: SalesforceSettings): number {
  return plans[plan].topics;
}

/** Requests that may have been running for 20 seconds or more (Salesforce Developer Limits, "Concurrent API Request Limits"). */
export function longRequests({ plan, limits }: SalesforceSettings): number {
  return limits.longRequests ?? (plan === 'developer' ? 5 : 25);
}

export function edition({ plan }: SalesforceSettings): string {
  return plans[plan].edition;
}
