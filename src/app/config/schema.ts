import { z } from 'zod';
import * as words from '../../mapping/settings.ts';
import { isTimeZone } from '../../mapping/zone.ts';
import { isCron } from './cron.ts';

/**
 * The config: one schema for the file, the API and the console's forms. Unknown keys are errors at every level. Nothing is filled in here:
 * a preset and the defaults do that (effective.ts), so that what a person wrote can be told from what they left out.
 * Some keys are known and not served in this version; later.ts says which, and `check` refuses them.
 */
const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'a name has letters, digits, "-" and "_", and begins with a letter or digit');

const duration = z
  .string()
  .regex(/^[1-9]\d*(s|m|h|d)$/, 'a duration is a number with s, m, h or d, such as 60s')
  .describe('a duration such as 60s, 5m, 1h');

const cron = z
  .string()
  .refine(isCron, { message: 'a time is five fields of cron, such as "0 3 * * *" for three in the morning, or off' })
  .describe('when everything is compared: cron, or off');

const webAddress = z.string().refine(isSafeAddress, {
  message:
    'an address begins with https:// (http:// only on this machine) and holds no user name, password, query or fragment',
});

/** https, or http on loopback; without credentials, which would end up in logs. */
function isSafeAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && isLoopback(url.hostname);
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** The shape that every way to log in shares; each system's own schema checks the rest. */
const auth = z.object({ type: z.string().min(1) }).catchall(z.string());

export const connectionSchema = z.strictObject({
  system: z.string().min(1).describe('salesforce | zendesk | zoho-desk | orocrm'),
  environment: z.enum(['production', 'sandbox']).optional().describe('picks the login host; url overrides it'),
  url: webAddress.optional(),
  auth,
  timeZone: z
    .string()
    .refine(isTimeZone, { message: 'a time zone is an IANA name, such as Europe/Paris' })
    .optional()
    .describe('for dates that have no zone; UTC where it is left out'),
  budget: z.strictObject({ dailyShare: z.number().gt(0).lte(1).optional() }).optional(),
});
export type ConnectionConfig = z.infer<typeof connectionSchema>;

const sideSchema = z.strictObject({ connection: name, object: z.string().min(1).optional() });

/** What mapping reads, and what no version serves yet (later.ts). */
const reference = words.reference.extend({
  sync: name,
  secondary: z.strictObject({ desk: z.string().min(1), remove: z.boolean().optional() }).optional(),
});

const sideList = z.array(words.side);

export const syncSchema = z.strictObject({
  preset: z.string().min(1).optional(),
  mode: z.enum(['all', 'referenced', 'watch']).optional(),
  crm: sideSchema,
  desk: sideSchema,
  direction: words.direction.optional(),
  create: sideList.optional().describe('sides on which records may be created; [] = update only'),
  update: sideList.optional(),
  filter: z
    .strictObject({
      crm: words.filterGroup.optional(),
      desk: words.filterGroup.optional(),
      leave: z.enum(['keep', 'remove']).optional(),
    })
    .optional(),
  match: z.array(words.criterion).optional().describe('ranked criteria by which existing records are recognised'),
  onMatch: words.onMatch.optional().describe('whose values count when two existing records meet'),
  onMany: words.onMany.optional(),
  mark: words.mark.optional(),
  fields: z.array(words.fieldRule).optional(),
  moreFields: z
    .array(words.fieldRule)
    .optional()
    .describe("beside the preset's fields; a rule onto a field that the preset writes takes its place"),
  references: z.array(reference).optional(),
  writeBack: words.writeBack.optional(),
  conflict: words.policies.optional(),
  drift: z.enum(['report', 'restore']).optional(),
  remove: z.strictObject({ crm: words.removal.optional(), desk: words.removal.optional() }).optional(),
  recreate: sideList.optional(),
  brake: z
    .strictObject({ removals: z.number().int().gte(0).optional(), changes: z.number().gt(0).lte(1).optional() })
    .optional(),
  schedule: z
    .strictObject({
      every: duration.optional(),
      realtime: z.boolean().optional(),
      sweep: cron.optional(),
      computed: duration.optional().describe('how often fields are read that change without a stamp, such as formulas'),
    })
    .optional(),
  options: z
    .record(z.string(), z.union([words.scalar, z.array(words.scalar), z.record(z.string(), words.scalar)]))
    .optional()
    .describe("the preset's own options"),
});
export type SyncConfig = z.infer<typeof syncSchema>;

export const configSchema = z.strictObject({
  version: z.literal(1),
  server: z.strictObject({ publicUrl: webAddress.optional().describe('absent: no webhooks, polling only') }).optional(),
  connections: z.record(name, connectionSchema),
  syncs: z.record(name, syncSchema),
});
export type Config = z.infer<typeof configSchema>;

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a duration that the schema has accepted; null where it is none. */
export function durationMs(text: string): number | null {
  const [, count, unit] = /^([1-9]\d*)(s|m|h|d)$/.exec(text) ?? [];
  if (count === undefined || !(unit === 's' || unit === 'm' || unit === 'h' || unit === 'd')) return null;
  return Number(count) * unitMs[unit];
}
