import { z } from 'zod';
import type { RunOptions } from '../app/app.ts';

/** Of all records, which ones: as a run or a preview is asked for them. */
export type Selection = Pick<RunOptions, 'syncs' | 'ids' | 'count' | 'record'>;

export const selection: z.ZodType<Selection> = z.strictObject({
  syncs: z.array(z.string().min(1)).default([]),
  ids: z.array(z.string().min(1)).min(1).exactOptional(),
  count: z.int().min(1).exactOptional(),
  record: z.string().min(1).exactOptional(),
});

/** Bytes: hundreds of thousands of ids. */
export const largestSelection = 16 * 1024 * 1024;

export const selectionSays =
  'Only these syncs (none named: all), only these records by `ids` on either side, only the first `count` of each sync, or one `record`: `crm:ID`, `desk:ID` or its address in the vendor’s pages.';
