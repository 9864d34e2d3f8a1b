import { z } from 'zod';

/** The figures of a sweep of one sync, as JSON; engine/sweep-figures.ts says what each of them counts. */

const count = z.int().min(0);
const perSide = z.object({ crm: count, desk: count });

const counted = {
  pairs: count,
  equal: count,
  explained: count,
  drifted: count,
  differ: count,
  repaired: count,
  found: perSide,
  orphans: perSide,
  why: z.record(z.string(), count),
  whyAlone: z.record(z.string(), count),
  waiting: count,
};

const example = z.object({
  link: z.string(),
  crm: z.string().nullable(),
  desk: z.string().nullable(),
  why: z.string(),
  say: z.string(),
});

export const sweepFigures = z.object({ ...counted, examples: z.array(example) });

/** `at`: ISO 8601 in UTC. */
export const lastSweep = z.object({ at: z.string(), ...counted });
