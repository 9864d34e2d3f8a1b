import { z } from 'zod';
import { createSettings, type Settings as Kept } from '../../../twins/settings.ts';

/** Requests per minute of each plan. Source: Zendesk, "Rate limits", table of plans. `hv` is Enterprise with the High Volume add-on. */
export const requestsPerMinute = {
  team: 200,
  growth: 400,
  professional: 400,
  enterprise: 700,
  'enterprise-plus': 2500,
  'support-essential': 10,
  'support-team': 200,
  'support-professional': 400,
  'support-enterprise': 700,
  hv: 2500,
} as const;

const whole = z.int().min(0);
const rate = z.number().min(0).max(1);
const plans = z.enum([
  'team',
  'growth',
  'professional',
  'enterprise',
  'enterprise-plus',
  'support-essential',
  'support-team',
  'support-professional',
  'support-enterprise',
  'hv',
]);

const limitsSchema = z.strictObject({
  off: z.boolean(),
  /** Each name: null = as the plan has it. */
  requestsPerMinute: whole.nullable(),
  incrementalPerMinute: whole.nullable(),
  incrementalSamplePer20Minutes: whole.nullable(),
  userWritesPerSecond: whole.nullable(),
  userUpdatesPerMinute: whole.nullable(),
  organizationUpdatesPerMinute: whole.nullable(),
  ticketUpdatesPer10Minutes: whole.nullable(),
  ticketUpdatesPerMinute: whole.nullable(),
  ticketListPerMinute: whole.nullable(),
  ticketDeepPagePerMinute: whole.nullable(),
  ticketDeletesPerMinute: whole.nullable(),
  ticketPurgesPerMinute: whole.nullable(),
  ticketFieldListPerMinute: whole.nullable(),
  ticketFieldUpdatesPerMinute: whole.nullable(),
  ticketAuditsPerMinute: whole.nullable(),
  deletedTicketsPerMinute: whole.nullable(),
  userPurgesPer10Minutes: whole.nullable(),
  tagsPerMinute: whole.nullable(),
  searchPerMinute: whole.nullable(),
  searchExportPerMinute: whole.nullable(),
  sideConversationsPer10Minutes: whole.nullable(),
  sideEventsPer10Minutes: whole.nullable(),
  ticketPurgeJobsPerMinute: whole.nullable(),
  attachmentsPerMinute: whole.nullable(),
  /** Queued or running. */
  jobs: whole.nullable(),
});

export const settingsSchema = z.strictObject({
  plan: plans,
  sandbox: z.boolean(),
  limits: limitsSchema,
  /** From the POST to `completed`, in ms; a pair is drawn from. */
  jobMs: z.union([whole, z.tuple([whole, whole])]),
  exportLagMs: whole,
  searchLagMs: whole,
  /** What an authorisation page does: `auto` redirects at once, `ask` shows a form, `deny` refuses. */
  consent: z.enum(['auto', 'ask', 'deny']),
  /** null: that of the calling user. */
  locale: z.enum(['en-US', 'es']).nullable(),
  wrongTokenOnMe: z.enum(['401', 'anonymous']),
  tokenStatus: z.union([z.literal(200), z.literal(201)]),
  oauthErrorStatus: z.int().min(400).max(499),
  accessTokenSeconds: whole,
  refreshTokenSeconds: whole,
  /** Tokens die this much before (or, negative, after) what `expires_in` promised. */
  tokenExpirySkewMs: z.int(),
  malformedJsonStatus: z.union([z.literal(400), z.literal(422)]),
  tooManyJobsStatus: z.int().min(400).max(499),
  jobPartialFailure: rate,
  /** Results of create_or_update_many name `external_id` and `email` of the item. */
  upsertResultKeys: z.boolean(),
  /** Creates of one name, this close together and in different calls, both succeed (the documented race). */
  organizationNameRaceMs: whole,
  organizationDeletedAt: z.boolean(),
  /** An unknown option of a dropdown on users and organizations. */
  unknownOption: z.enum(['drop', '422']),
  /** Replacing the tags of a user or organization empties the fields whose tags went. */
  profileTagsClearFields: z.boolean(),
  /** A write that changes nothing moves `updated_at` all the same. */
  touchWithoutChange: z.boolean(),
  phoneValidation: z.boolean(),
  bulkImports: z.enum(['on', 'off']),
  /** create_or_update by e-mail of a user who has another external_id. */
  emailMatchOtherExternalId: z.enum(['422', 'rewrite']),
  membershipTouchesUser: z.boolean(),
  identityTouchesUser: z.boolean(),
  exportTypeInQuery: z.enum(['ok', '422']),
  startTimeTooRecentText: z.string(),
  safeUpdateText: z.string(),
  holdStatus: z.boolean(),
  /** A new ticket has the tags of its requester and organization. */
  inheritTags: z.boolean(),
  /** The stock automation; 0: never. */
  closeAfterSolvedMs: whole,
  backToNew: z.enum(['ok', '422']),
  placeholders: z.enum(['json', 'plain']),
  deleteUsedWebhook: z.enum(['refuse', 'ok']),
  webhook: z.strictObject({
    timeoutMs: whole,
    retry: z.strictObject({ 409: whole, '429/503': whole, timeout: whole }),
    retryDelayMs: whole,
    breaker: z.strictObject({ ratio: rate, errors: whole, windowS: whole, pauseMs: whole, atLeast: whole }),
    duplicateRate: rate,
    reorder: rate,
  }),
});

export type Settings = z.infer<typeof settingsSchema>;
export type LimitName = Exclude<keyof Settings['limits'], 'off'>;

export const defaultSettings: Settings = {
  plan: 'enterprise',
  sandbox: false,
  limits: {
    off: false,
    requestsPerMinute: null,
    incrementalPerMinute: null,
    incrementalSamplePer20Minutes: null,
    userWritesPerSecond: null,
    userUpdatesPerMinute: null,
    organizationUpdatesPerMinute: null,
    ticketUpdatesPer10Minutes: null,
    ticketUpdatesPerMinute: null,
    ticketListPerMinute: null,
    ticketDeepPagePerMinute: null,
    ticketDeletesPerMinute: null,
    ticketPurgesPerMinute: null,
    ticketFieldListPerMinute: null,
    ticketFieldUpdatesPerMinute: null,
    ticketAuditsPerMinute: null,
    deletedTicketsPerMinute: null,
    userPurgesPer10Minutes: null,
    tagsPerMinute: null,
    searchPerMinute: null,
    searchExportPerMinute: null,
    sideConversationsPer10Minutes: null,
    sideEventsPer10Minutes: null,
    ticketPurgeJobsPerMinute: null,
    attachmentsPerMinute: null,
    jobs: null,
  },
  jobMs: [2000, 10_000],
  exportLagMs: 60_000,
  searchLagMs: 30_000,
  consent: 'ask',
  locale: null,
  wrongTokenOnMe: '401',
  tokenStatus: 200,
  oauthErrorStatus: 400,
  accessTokenSeconds: 1800,
  refreshTokenSeconds: 2_592_000,
  tokenExpirySkewMs: 0,
  malformedJsonStatus: 422,
  tooManyJobsStatus: 429,
  jobPartialFailure: 0,
  upsertResultKeys: true,
  organizationNameRaceMs: 0,
  organizationDeletedAt: true,
  unknownOption: 'drop',
  profileTagsClearFields: true,
  touchWithoutChange: false,
  phoneValidation: false,
  bulkImports: 'on',
  emailMatchOtherExternalId: '422',
  membershipTouchesUser: true,
  identityTouchesUser: false,
  exportTypeInQuery: '422',
  startTimeTooRecentText: 'Too recent start_time. Use a start_time older than 60 seconds',
  safeUpdateText:
    'Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data and try again.',
  holdStatus: true,
  inheritTags: true,
  closeAfterSolvedMs: 4 * 86_400_000,
  backToNew: '422',
  placeholders: 'json',
  deleteUsedWebhook: 'refuse',
  webhook: {
    timeoutMs: 12_000,
    retry: { 409: 3, '429/503': 3, timeout: 5 },
    retryDelayMs: 1000,
    breaker: { ratio: 0.7, errors: 1000, windowS: 300, pauseMs: 5000, atLeast: 100 },
    duplicateRate: 0,
    reorder: 0,
  },
};

export function createTwinSettings(): Kept<Settings> {
  return createSettings(settingsSchema, defaultSettings);
}
