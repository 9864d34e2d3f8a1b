import { z } from 'zod';
import { createSettings, type Settings as Kept } from '../../../twins/settings.ts';
import { centreNames } from './centres.ts';

/**
 * What each edition may: credits a day (base, and more per licensed user), calls under way at once, enabled webhooks.
 * Source: Zoho Desk API, "API credits", "Concurrency"; Zoho Desk, "Webhooks".
 */
export const plans = {
  free: { credits: 5_000, perUser: 0, concurrency: 5, webhooks: 0, edition: 'FREE' },
  express: { credits: 25_000, perUser: 100, concurrency: 10, webhooks: 0, edition: 'EXPRESS' },
  standard: { credits: 50_000, perUser: 250, concurrency: 10, webhooks: 0, edition: 'STANDARD' },
  professional: { credits: 75_000, perUser: 500, concurrency: 15, webhooks: 5, edition: 'PROFESSIONAL' },
  enterprise: { credits: 100_000, perUser: 1_000, concurrency: 25, webhooks: 10, edition: 'ENTERPRISE' },
} as const;

const whole = z.int().min(0);
const rate = z.number().min(0).max(1);
const names = z.array(z.string()).readonly();

export const settingsSchema = z.strictObject({
  plan: z.enum(['free', 'express', 'standard', 'professional', 'enterprise']),
  /** Licensed agents, for the credits. */
  users: whole,
  dataCentre: z.enum(centreNames),
  limits: z.strictObject({
    off: z.boolean(),
    /** Each name: null = as the plan has it. */
    creditsPerDay: whole.nullable(),
    concurrency: whole.nullable(),
    webhooks: whole.nullable(),
    accessTokensPer10Minutes: whole,
    liveAccessTokens: whole,
    refreshTokens: whole,
  }),
  /** How long an answer takes, in ms: what makes calls overlap on a served twin. */
  answerMs: whole,
  searchLagMs: whole,
  /** How stale lists are. */
  listLagMs: whole,
  /** What the authorisation page does: `auto` redirects at once, `ask` shows a form, `deny` refuses. */
  consent: z.enum(['auto', 'ask', 'deny']),
  accessTokenSeconds: whole,
  throttleStatus: z.union([z.literal(400), z.literal(200)]),
  clientCredentials: z.boolean(),
  /** A call without orgId: taken as the token's portal, or refused. */
  missingOrgId: z.enum(['ok', '403']),
  /** created and modified times in whole seconds, as in every published sample, or in milliseconds. */
  stamps: z.enum(['second', 'millisecond']),
  /** A PATCH that changes nothing moves modifiedTime (and fires its event) all the same. */
  touchWithoutChange: z.boolean(),
  commentTouchesTicket: z.boolean(),
  uniqueEmail: z.boolean(),
  /** `""` for a text is stored as null. */
  emptyTextIsNull: z.boolean(),
  cfValues: z.enum(['strings', 'scalars']),
  cfInRows: z.enum(['nested', 'flat', 'null']),
  multiselectSeparator: z.string().min(1),
  /** `from` 0 and 1 are the same first row of a list; `refuse`: 0 is a 422. */
  listFromZero: z.enum(['same', 'refuse']),
  /** Weight of a list call from offset 2,001 to 10,000. */
  listWeightTo10000: z.union([z.literal(5), z.literal(10)]),
  /** A search term without `*`: the whole value, or words of it. */
  searchMatch: z.enum(['whole', 'words']),
  trashedById: z.enum(['record', '404']),
  trashDays: whole,
  trashUnknown: z.enum(['404', '204']),
  restoreRoute: z.boolean(),
  restoreEvent: z.enum(['none', 'Add', 'Update']),
  emptyBin: z.enum(['204', 'list']),
  mergeEvents: z.enum(['update-and-delete', 'delete', 'none']),
  deletePayload: z.enum(['id', 'record']),
  /** Header that carries the UUID of ignoreSourceId; null: not honoured. */
  sourceIdHeader: z.string().nullable(),
  reopenLocked: z.boolean(),
  /** Field-level security of the API user: dropped from answers, ignored in writes. */
  hiddenFields: z.strictObject({ contacts: names, accounts: names, tickets: names }),
  webhook: z.strictObject({
    timeoutMs: whole,
    retries: whole,
    retryDelayMs: whole,
    eventTime: z.enum(['ms', 'iso']),
    tokenTimes: z.enum(['s', 'ms']),
    duplicateRate: rate,
    reorder: rate,
    loseRate: rate,
  }),
});

export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings: Settings = {
  plan: 'enterprise',
  users: 10,
  dataCentre: 'us',
  limits: {
    off: false,
    creditsPerDay: null,
    concurrency: null,
    webhooks: null,
    accessTokensPer10Minutes: 10,
    liveAccessTokens: 10,
    refreshTokens: 20,
  },
  answerMs: 0,
  searchLagMs: 0,
  listLagMs: 0,
  consent: 'ask',
  accessTokenSeconds: 3600,
  throttleStatus: 400,
  clientCredentials: true,
  missingOrgId: 'ok',
  stamps: 'second',
  touchWithoutChange: true,
  commentTouchesTicket: true,
  uniqueEmail: false,
  emptyTextIsNull: true,
  cfValues: 'strings',
  cfInRows: 'nested',
  multiselectSeparator: ';',
  listFromZero: 'same',
  listWeightTo10000: 5,
  searchMatch: 'whole',
  trashedById: 'record',
  trashDays: 60,
  trashUnknown: '404',
  restoreRoute: true,
  restoreEvent: 'none',
  emptyBin: '204',
  mergeEvents: 'update-and-delete',
  deletePayload: 'id',
  sourceIdHeader: 'sourceId',
  reopenLocked: false,
  hiddenFields: { contacts: [], accounts: [], tickets: [] },
  webhook: {
    timeoutMs: 5_000,
    retries: 3,
    retryDelayMs: 60_000,
    eventTime: 'ms',
    tokenTimes: 's',
    duplicateRate: 0,
    reorder: 0,
    loseRate: 0,
  },
};

export function createTwinSettings(): Kept<Settings> {
  return createSettings(settingsSchema, defaultSettings);
}
