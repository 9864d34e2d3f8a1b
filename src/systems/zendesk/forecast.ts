import type { Planned } from '../kit/pace.ts';
import type { Forecast, Work } from '../kit/system.ts';
import type { Wire } from '../kit/wire.ts';
import { collectionOf } from './collection.ts';
import { jobsAtATime } from './limits.ts';
import { bulkLimit, exportLagMs, exportPageSize } from './standard.ts';

/**
 * What so much work costs. Records are written a hundred to a job, or one to a call where the account takes no bulk calls on them; every
 * five jobs are asked after once; the ids of a large load come with the export, a thousand to a page, of a small one a hundred to a call.
 */

/** A job takes 2 to 10 s. Source: recorded jobs. */
const jobSeconds = 6;
/** Above so many creates the export is waited for (engine/send.ts). */
const fewCreates = 5 * bulkLimit;

export function forecast(
  door: Pick<Wire, 'lasts'>,
  isSingle: (object: string, verb: 'create' | 'update' | 'remove') => boolean,
  work: readonly Work[],
): Forecast {
  const writes: Planned[] = [];
  const reads: Planned[] = [];
  let jobs = 0;
  let waitsForExport = false;
  for (const { object, create, update, remove, reread } of work) {
    const plural = collectionOf(object)?.plural ?? object;
    const path = `/api/v2/${plural}`;
    const many = (count: number): number => Math.ceil(count / bulkLimit);
    const add = (verb: 'create' | 'update' | 'remove', count: number, bulk: string, single: string): void => {
      if (count === 0) return;
      if (isSingle(object, verb)) writes.push({ route: single, count });
      else {
        writes.push({ route: bulk, count: many(count) });
        jobs += many(count);
      }
    };
    add('create', create, `POST ${path}/create_many`, `POST ${path}`);
    add('update', update, `PUT ${path}/update_many`, `PUT ${path}/0`);
    add('remove', remove, `DELETE ${path}/destroy_many`, `DELETE ${path}/0`);
    if (create > fewCreates && !isSingle(object, 'create')) {
      reads.push({ route: `GET /api/v2/incremental/${plural}/cursor`, count: Math.ceil(create / exportPageSize) });
      waitsForExport = true;
    } else if (create > 1 && !isSingle(object, 'create'))
      reads.push({ route: `GET ${path}/show_many`, count: many(create) });
    if (reread) reads.push({ route: `GET ${path}/show_many`, count: 2 * many(update) });
    // What is removed is read once more before.
    if (remove > 0) reads.push({ route: `GET ${path}/show_many`, count: many(remove) });
  }
  if (jobs > 0) reads.push({ route: 'GET /api/v2/job_statuses/show_many', count: Math.ceil(jobs / 5) });
  const sum = (calls: readonly Planned[]): number => calls.reduce((total, { count }) => total + count, 0);
  const rate = door.lasts([...writes, ...reads]);
  const byJobs = {
    seconds: Math.ceil(jobs / jobsAtATime) * jobSeconds,
    limit: `${jobsAtATime} jobs at a time`,
  };
  const decides = rate.seconds > byJobs.seconds ? rate : byJobs;
  return {
    read: sum(reads),
    write: sum(writes),
    seconds: decides.seconds + (waitsForExport ? exportLagMs / 1000 : 0),
    limit: jobs === 0 && writes.length === 0 ? '' : decides.limit,
  };
}
