import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonical } from '../../mapping/hash.ts';
import type { PlanCounts } from './lines.ts';

/** The first line of a plan. */
export interface PlanHead {
  /** SHA-256 of all the lines below and of this line without its hash, in hexadecimal: the plan is this and nothing else. */
  readonly hash: string;
  /** ISO 8601, UTC. */
  readonly made: string;
  readonly syncs: Readonly<Record<string, PlanCounts>>;
  /** Calls that applying it will make, by connection. */
  readonly calls: Readonly<Record<string, { readonly read: number; readonly write: number }>>;
  /** How long that will take, at least, with the limits as they are known. */
  readonly seconds: number;
  /** What decides how long it takes, by connection, slowest first. */
  readonly limits: readonly LimitForecast[];
  /** The hash of each sync's rules: a plan is of one config. */
  readonly rules: Readonly<Record<string, string>>;
  /** What to know beside the figures, one sentence each: on what creates stand, what a sync leaves out. */
  readonly notes: readonly string[];
  /** What it undoes; absent where it is no undo. Such a plan is not for `apply`: `undo` does it. */
  readonly undo?: string;
  /** Values that more than one record of a side has, where they are to be matched by them. */
  readonly doubles: readonly Doubles[];
}

/** `lines`: the hash of the lines. The order of the keys does not count, since tools write them as they like. */
export function planHash(
  lines: string,
  { hash: _own, ...head }: Omit<PlanHead, 'hash'> & { readonly hash?: string },
): string {
  const text = canonical(JSON.parse(JSON.stringify(head)));
  return createHash('sha256').update(`${lines}\n${text}`).digest('hex');
}

export interface LimitForecast {
  readonly connection: string;
  /** In the vendor's words: `30 jobs at a time`, `exportsPerMinute`. */
  readonly limit: string;
  readonly seconds: number;
}

export interface Doubles {
  readonly sync: string;
  readonly side: 'crm' | 'desk';
  readonly field: string;
  /** How many values stand in more than one record. */
  readonly values: number;
  /** The first few of them, with the records' ids. */
  readonly examples: readonly { readonly value: string; readonly records: readonly string[] }[];
}

const count = z.int().min(0);
const perSide = z.strictObject({ crm: count, desk: count });

export const planHead: z.ZodType<PlanHead> = z.strictObject({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  made: z.iso.datetime(),
  syncs: z.record(
    z.string(),
    z.strictObject({ create: perSide, update: perSide, remove: perSide, link: count, hold: count }),
  ),
  calls: z.record(z.string(), z.strictObject({ read: count, write: count })),
  seconds: z.number().min(0),
  limits: z.array(z.strictObject({ connection: z.string(), limit: z.string(), seconds: z.number() })),
  rules: z.record(z.string(), z.string()),
  notes: z.array(z.string()),
  undo: z.string().exactOptional(),
  doubles: z.array(
    z.strictObject({
      sync: z.string(),
      side: z.enum(['crm', 'desk']),
      field: z.string(),
      values: count,
      examples: z.array(z.strictObject({ value: z.string(), records: z.array(z.string()) })),
    }),
  ),
});
