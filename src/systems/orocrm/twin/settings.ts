import { z } from 'zod';
import { createSettings, type Settings as Kept } from '../../../twins/settings.ts';
import { versions } from './resource.ts';

const whole = z.int().min(0);
/** README.md says what each switch means, and what is known of the vendor's own behaviour. */
export const settingsSchema = z.strictObject({
  version: z.enum(versions),
  /** In front of `/api`, such as `/admin`; empty where there is none. */
  prefix: z.string().regex(/^(\/[\w-]+)*$/),
  /** From the request to the end of an asynchronous operation, in ms; a pair is drawn from. */
  jobMs: z.union([whole, z.tuple([whole, whole])]),
  /** `stalled`: the message queue has no consumer, operations stay `new` and webhooks unsent. */
  queue: z.enum(['running', 'stalled']),
  /** What an operation ends as when none of its items could be saved. */
  allFailedStatus: z.enum(['success', 'failed']),
  /** Synchronous batches fall back to the 202 form. */
  syncFallback: z.boolean(),
  /** Whether resources take `meta.validate` (6.1+): each has to be marked so by whoever runs the vendor's software. */
  validateOperation: z.boolean(),
  /** What the authorisation page does: `auto` redirects at once, `ask` shows a form, `deny` refuses. */
  consent: z.enum(['auto', 'ask', 'deny']),
  accessTokenSeconds: whole,
  /** Tokens die this much before (or, negative, after) what `expires_in` promised. */
  tokenExpirySkewMs: z.int(),
  /** False: the OAuth application is deactivated. */
  clientActive: z.boolean(),
  limits: z.strictObject({
    off: z.boolean(),
    /** Of the proxy in front; null: none, as the vendor ships. */
    requestsPerMinute: whole.nullable(),
    /** What the proxy answers with. */
    status: z.union([z.literal(429), z.literal(503)]),
  }),
  /** -1: unlimited. */
  maxPageSize: z.int().min(-1),
  maxRelated: z.int().min(1),
  /** Whether NULL sorts last (PostgreSQL) or first (MySQL). */
  database: z.enum(['postgresql', 'mysql']),
  emailFilter: z.enum(['exact', 'ignore-case']),
  textInput: z.enum(['trim', 'keep']),
  emptyText: z.enum(['null', 'keep']),
  /** The primary e-mail or phone is not in a new set that names no primary. */
  primaryDropped: z.enum(['refuse', 'first']),
  /** The e-mail or phone that a new `primaryEmail` or `primaryPhone` replaces. */
  primaryReplaced: z.enum(['drop', 'keep']),
  /** A change of a to-many relation, of e-mails or phones, or a new comment moves the stamps of the record that has them. */
  collectionsTouch: z.boolean(),
  idMismatch: z.union([z.literal(400), z.literal(409)]),
  unknownInclude: z.enum(['ignore', 'refuse']),
  /** How a reference to a record that the API user may not see is shown. */
  hiddenReference: z.enum(['id', 'null']),
  /** What the API user may not do with any record of a type: `contacts.delete`. */
  denied: z.array(z.string().regex(/^\w+\.(view|create|edit|delete)$/)),
  webhook: z.strictObject({
    /** Types whose changes are announced; the vendor flags users alone. */
    types: z.array(z.string()),
    delayMs: whole,
    retries: whole,
    retryDelayMs: whole,
    timeoutMs: whole,
  }),
});

export type Settings = z.infer<typeof settingsSchema>;

const defaultSettings: Settings = {
  version: '7.0',
  prefix: '',
  jobMs: [2000, 10_000],
  queue: 'running',
  allFailedStatus: 'success',
  syncFallback: false,
  validateOperation: true,
  consent: 'ask',
  accessTokenSeconds: 3600,
  tokenExpirySkewMs: 0,
  clientActive: true,
  limits: { off: false, requestsPerMinute: null, status: 429 },
  maxPageSize: -1,
  maxRelated: 1000,
  database: 'postgresql',
  emailFilter: 'exact',
  textInput: 'trim',
  emptyText: 'null',
  primaryDropped: 'refuse',
  primaryReplaced: 'drop',
  collectionsTouch: false,
  idMismatch: 400,
  unknownInclude: 'ignore',
  hiddenReference: 'id',
  denied: [],
  webhook: { types: ['users'], delayMs: 1000, retries: 3, retryDelayMs: 1000, timeoutMs: 10_000 },
};

export function createTwinSettings(): Kept<Settings> {
  return createSettings(settingsSchema, defaultSettings);
}
