import { z } from 'zod';
import type {
  AdoptReport,
  ApplyReport,
  DoctorRow,
  HistoryEntry,
  HoldEntry,
  Problem,
  Progress,
  RunReport,
  StandingEntry,
  StatusReport,
  SweepReport,
} from '../app/app.ts';
import { causes, overrulers } from '../model/history.ts';
import { answerWords, holdReasons, type Offer } from '../model/hold.ts';
import type { Delta, Value } from '../model/value.ts';
import { lastSweep, sweepFigures } from './sweep-report.ts';

/**
 * The JSON that answers are made of: one schema each for the server's description, and for the client that reads them. The types are
 * those of the App interface, so a report that gains a field there does not compile here before it is served.
 */

/** Names under which the description lists these schemas. */
export const registry = z.registry<{ id?: string }>();

function named<T>(id: string, schema: z.ZodType<T>): z.ZodType<T> {
  registry.add(schema, { id });
  return schema;
}

const count = z.int().min(0);
/** ISO 8601 in UTC. */
export const time = z.string();
const perSide = z.object({ crm: count, desk: count });
export const side = z.enum(['crm', 'desk']);

export const value: z.ZodType<Value> = named(
  'Value',
  z.lazy(() =>
    z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(value), z.strictObject({ link: z.string() })]),
  ),
);

const delta: z.ZodType<Delta> = named('Delta', z.strictObject({ add: z.array(value), drop: z.array(value) }));

/** What a field has after a write: a value, or what comes and goes of a set. */
export const change = z.union([value, delta]);

export const problem: z.ZodType<Problem> = named(
  'ConfigProblem',
  z.object({
    path: z.string(),
    line: z.int().nullable(),
    problem: z.string(),
    fix: z.string(),
    warning: z.literal(true).optional(),
  }),
);

export const doctorRow: z.ZodType<DoctorRow> = named(
  'DoctorRow',
  z.object({ check: z.string(), ok: z.boolean(), found: z.string(), fix: z.string() }),
);

const syncReport = z.object({
  seen: count,
  created: perSide,
  updated: perSide,
  removed: perSide,
  linked: count,
  unchanged: count,
  held: count,
  failed: count,
});

const run = z.object({
  run: z.string(),
  tookMs: z.number(),
  syncs: z.record(z.string(), syncReport),
  calls: z.record(z.string(), z.object({ read: count, write: count, login: count })),
  nextRetry: time.nullable(),
});

export const runReport: z.ZodType<RunReport> = named('RunReport', run);

const left = z.object({
  sync: z.string(),
  link: z.string(),
  name: z.string(),
  field: z.string().exactOptional(),
  why: z.string(),
});

export const applyReport: z.ZodType<ApplyReport> = named('ApplyReport', run.extend({ left: z.array(left) }));

export const adoptReport: z.ZodType<AdoptReport> = named(
  'AdoptReport',
  z.object({
    named: count,
    linked: count,
    already: count,
    left: z.array(z.object({ id: z.string(), named: z.string(), why: z.string() })),
    leftCount: count,
  }),
);

export const progress: z.ZodType<Progress> = named(
  'Progress',
  z.object({
    sync: z.string().nullable(),
    doing: z.enum(['checking', 'installing', 'reading', 'comparing', 'planning', 'writing', 'waiting']),
    read: count,
    done: count,
    underway: count,
    left: z.object({ records: count, aboutMs: z.number().nullable() }).optional(),
    wait: z.object({ reason: z.string(), until: z.number() }).nullable(),
  }),
);

export const statusReport: z.ZodType<StatusReport> = named(
  'StatusReport',
  z.object({
    syncs: z.record(
      z.string(),
      z.object({
        mode: z.string(),
        links: count,
        due: count,
        held: count,
        failed: count,
        lagMs: z.number(),
        paused: z.boolean(),
        connections: z.array(z.string()),
        lastSweep: lastSweep.nullable(),
      }),
    ),
    connections: z.record(
      z.string(),
      z.object({
        account: z.string().nullable(),
        environment: z.string(),
        budget: z.object({ used: z.number(), left: z.number().nullable(), refillsAt: time.nullable() }),
        login: z.enum(['ok', 'failed', 'untried']),
      }),
    ),
  }),
);

export const sweepReport: z.ZodType<SweepReport> = named(
  'SweepReport',
  z.object({ syncs: z.record(z.string(), sweepFigures) }),
);

const recordOf = z.object({ id: z.string(), object: z.string() });

const changed = z.object({ by: z.string().nullable(), at: time.nullable() });
const yes = z.literal(true);
const sayings = [...answerWords, 'candidate', 'value'] as const;

const offer: z.ZodType<Offer> = named(
  'Offer',
  z.object({
    say: z.enum(sayings),
    id: z.string().exactOptional(),
    means: z.string(),
    default: yes.exactOptional(),
    always: yes.exactOptional(),
  }),
);

export const standingEntry: z.ZodType<StandingEntry> = named(
  'StandingAnswer',
  z.object({
    id: z.string(),
    sync: z.string(),
    why: z.enum(holdReasons),
    field: z.string().nullable(),
    from: side.nullable(),
    value,
    answer: z.union([
      z.object({ say: z.enum(answerWords), always: yes.optional() }),
      z.object({ say: z.literal('candidate'), id: z.string(), always: yes.optional() }),
      z.object({ say: z.literal('value'), value, always: yes.optional() }),
    ]),
    since: time,
  }),
);

export const holdEntry: z.ZodType<HoldEntry> = named(
  'HoldEntry',
  z.object({
    id: z.string(),
    sync: z.string(),
    link: z.string(),
    crm: recordOf.nullable(),
    desk: recordOf.nullable(),
    why: z.string(),
    field: z.string().nullable(),
    values: z.object({ crm: value, desk: value, base: value }),
    changed: z.object({ crm: changed, desk: changed }).nullable(),
    offers: z.array(offer),
    message: z.string(),
    vendorCode: z.string().nullable(),
    candidates: z.array(z.object({ side, id: z.string(), reason: z.string() })),
    tries: count,
    nextTry: time.nullable(),
    since: time,
  }),
);

const historyField = z.object({
  before: value,
  after: change,
  rule: z.string(),
  over: z.object({ policy: z.enum(overrulers), note: z.string().exactOptional() }).exactOptional(),
});

export const historyEntry: z.ZodType<HistoryEntry> = named(
  'HistoryEntry',
  z.object({
    id: z.string(),
    at: time,
    run: z.string(),
    sync: z.string(),
    link: z.string(),
    side,
    do: z.enum(['create', 'update', 'remove', 'restore', 'link', 'unlink']),
    record: z.string().nullable(),
    cause: z.enum(causes),
    fields: z.record(z.string(), historyField),
    outcome: z.string(),
    source: z.object({ by: z.string().nullable(), at: time.nullable() }).exactOptional(),
  }),
);
