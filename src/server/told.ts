import { z } from 'zod';
import type { Progress } from '../app/app.ts';
import { type ProblemDetails, problemDetails } from './problem.ts';
import { progress } from './reports.ts';

/** One line of the answer to a verb that takes long: progress as often as there is some, then the report, or the problem that ended it. */
export type Told<Output> =
  | { readonly progress: Progress }
  | { readonly report: Output }
  | { readonly problem: ProblemDetails };

export function told<Output>(output: z.ZodType<Output>): z.ZodType<Told<Output>> {
  return z.union([
    z.strictObject({ progress }),
    z.strictObject({ report: output }),
    z.strictObject({ problem: problemDetails }),
  ]);
}

/** Said of every verb that answers so. */
export const toldLines =
  'With `Accept: application/x-ndjson` the answer is a stream of lines: progress, then the report or the problem; empty lines keep the connection awake. A client that goes away stops it cleanly.';
