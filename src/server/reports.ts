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
  StatusReport,
} from '../app/app.ts';
import type { Delta, Value } from '../model/value.ts';

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
const time = z.string();
const perSide = z.object({ crm: count, desk: count });
const side = z.enum(['crm', 'desk']);

export const value: z.ZodType<Value> = named(
  'Value',
  z.lazy(() =>
    z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(value), z.strictObject({ link: z.string() })]),
  ),
);

const delta: z.ZodType<Delta> = named('Delta', z.strictObject({ add: z.array(value), drop: z.array(value) }));

export const problem: z.ZodType<Problem> = named(
  'ConfigProblem',
  z.object({ path: z.string(), line: z.int().nullable(), problem: z.string(), fix: z.string() }),
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

const left = z.object({ sync: z.string(), link: z.string(), name: z.string(), why: z.string() });

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
    doing: z.enum(['checking', 'reading', 'planning', 'writing', 'waiting']),
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
        lastSweep: z.null(),
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

const recordOf = z.object({ id: z.string(), object: z.string() });

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
    message: z.string(),
    vendorCode: z.string().nullable(),
    candidates: z.array(z.object({ side, id: z.string(), reason: z.string() })),
    tries: count,
    nextTry: time.nullable(),
    since: time,
  }),
);

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
    cause: z.enum(['edit', 'meeting', 'create', 'write-back', 'retry', 'answer']),
    fields: z.record(z.string(), z.object({ before: value, after: z.union([value, delta]), rule: z.string() })),
    outcome: z.string(),
  }),
);
