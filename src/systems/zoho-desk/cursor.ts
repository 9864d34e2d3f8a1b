import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FaultError } from '../../model/fault.ts';
import { parseJson } from '../kit/login.ts';
import type { RecordRow } from './answers.ts';
import { timeOf } from './values.ts';

/** Where the reading of a change feed is (see changes.ts); kept as JSON. */

/** By id: when the record was changed (ms) and a print of the row that was brought. */
const seenRows = z.record(z.string(), z.tuple([z.number(), z.string()]));

/** The latest rows of the bin by id, with the time of their removal (ms), and when it was read last (ms, ours). */
const binMemory = z.object({ at: z.number(), rows: z.record(z.string(), z.number()) });

const common = {
  /** What was changed before then has been brought (ms, the vendor's clock); 0 before the first load. */
  since: z.number(),
  seen: seenRows,
  bin: binMemory,
};

const cursorShape = z.discriminatedUnion('in', [
  z.object({ in: z.literal('rest'), ...common }),
  z.object({
    in: z.literal('list'),
    ...common,
    /** What `since` becomes when this reading has come to its end. */
    next: z.number(),
    from: z.number().int().positive(),
    /** The page before: prints by id, and the stamp of its last row. */
    before: z.record(z.string(), z.string()),
    lastAt: z.number(),
  }),
  z.object({
    in: z.literal('bin'),
    ...common,
    from: z.number().int().nonnegative(),
    found: z.record(z.string(), z.number()),
  }),
]);
export type Cursor = z.infer<typeof cursorShape>;
export type Listing = Extract<Cursor, { in: 'list' }>;
export type Binning = Extract<Cursor, { in: 'bin' }>;

export const beginning: Cursor = { in: 'rest', since: 0, seen: {}, bin: { at: 0, rows: {} } };

export function readCursor(text: string | null): Cursor {
  if (text === null) return beginning;
  const parsed = cursorShape.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new FaultError({ kind: 'bug', say: `This is no cursor of Zoho Desk's change feed: ${text.slice(0, 100)}` });
}

export function printOf(row: RecordRow): string {
  return createHash('sha256').update(JSON.stringify(row)).digest('base64url').slice(0, 10);
}

export function stampOf(row: RecordRow): number {
  return timeOf(row.modifiedTime) ?? timeOf(row.createdTime) ?? 0;
}
