import { jobsAtATime } from './limits.ts';

/**
 * The jobs that the account works on, as far as this process knows: no bulk call is made that the vendor would refuse because thirty
 * jobs are under way. Another process may collect a job of ours, so what is not heard of for a while is forgotten.
 */
export interface JobBook {
  /** A place for a job that is about to be started; null where all are taken. */
  reserve(): Place | null;
  /** The job is still under way. */
  heard(job: string): void;
  ended(job: string): void;
  /** How many are under way. */
  count(): number;
}

interface Place {
  /** The place is that of this job from now on. */
  started(job: string): void;
  /** Nothing was started. A start whose answer was lost keeps its place until it is forgotten. */
  free(): void;
}

const forgottenAfterMs = 120_000;

export function createJobBook(now: () => number): JobBook {
  const heardAt = new Map<string, number>();
  let starts = 0;

  function count(): number {
    const oldest = now() - forgottenAfterMs;
    for (const [job, at] of heardAt) if (at < oldest) heardAt.delete(job);
    return heardAt.size;
  }

  return {
    reserve() {
      if (count() >= jobsAtATime) return null;
      starts += 1;
      const starting = `start ${starts}`;
      heardAt.set(starting, now());
      return {
        started(job) {
          heardAt.delete(starting);
          heardAt.set(job, now());
        },
        free: () => void heardAt.delete(starting),
      };
    },
    heard: (job) => void heardAt.set(job, now()),
    ended: (job) => void heardAt.delete(job),
    count,
  };
}

const manyJobs = 10;
const gridMs = 3000;

/**
 * How long to wait before a job is asked after. Jobs take seconds; many are asked after in one call, so with many under way their
 * turns fall on common moments, 2.5 to 5.5 s ahead, and one call answers for all that are due. A few are asked after sooner, and less
 * often the older they get.
 */
export function askAgainMs(underWay: number, ageMs: number, now: number): number {
  if (underWay < manyJobs) return Math.min(5500, Math.max(1500, Math.round(ageMs / 2)));
  const soonest = now + 2500;
  return 2500 + ((gridMs - (soonest % gridMs)) % gridMs);
}
