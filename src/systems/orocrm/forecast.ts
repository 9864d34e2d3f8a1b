import type { Forecast, Work } from '../kit/system.ts';
import { batchLimit } from './batch.ts';
import { atATime } from './limits.ts';
import { readBatch } from './read.ts';
import { resourceOf } from './resource.ts';

/**
 * What so much work costs. OroCRM has no limit of its own, so what decides is how fast it works: we take it to need a third of a second
 * for a record and its call, and less for one of a batch. A create answers its id, so nothing is read for it.
 */
const secondsOfCall = 0.3;
const secondsOfRecord = 0.05;

export function forecast(waits: boolean, work: readonly Work[]): Forecast {
  let [read, write, seconds] = [0, 0, 0];
  for (const { object, create, update, remove, reread } of work) {
    const batched = resourceOf(object)?.batch === true;
    const creates = batched && waits ? Math.ceil(create / batchLimit) : create;
    const updates = batched ? Math.ceil(update / batchLimit) : update;
    const calls = creates + updates + Math.ceil(remove / batchLimit);
    // What is removed is read once more before.
    const reads = (reread ? 2 * Math.ceil(update / readBatch) : 0) + Math.ceil(remove / readBatch);
    write += calls;
    read += reads;
    seconds += (calls + reads) * secondsOfCall + (create + update + remove) * secondsOfRecord;
  }
  return {
    read,
    write,
    seconds: Math.ceil(seconds / atATime),
    limit: read + write === 0 ? '' : `${atATime} requests at a time`,
  };
}
