import type { Budget, Planned } from '../kit/pace.ts';
import type { Forecast, Work } from '../kit/system.ts';
import type { Wire } from '../kit/wire.ts';
import { atOnce, weights } from './limits.ts';
import { apiPath } from './login.ts';
import { moduleFor } from './modules.ts';
import { trashBatch } from './objects.ts';

/** About what a call takes there and back; not measured at the vendor, so times are only a lower bound. */
const callSeconds = 0.4;
const daySeconds = 86_400;
/** The credits of a day of the smallest edition with which the vendor's own sync works: 50,000, without those of its users. */
const leastCreditsPerDay = 50_000;
/** Marks in one question before records are created, on the average of a batch. */
const marksPerSearch = 8;

/**
 * What so much work costs. Each record is a call and a credit; before records are created their marks are looked for, a few to a search of
 * three credits; a record in the bin is six. Two-way fields are read before the write (its answer shows them afterwards): twenty contacts to
 * a call where no text of many lines is read, which is not known here, so one.
 */
export function forecast(
  door: { readonly lasts: Wire['lasts']; readonly budget: () => Budget },
  work: readonly Work[],
): Forecast {
  const calls: Planned[] = [];
  let [read, write, credits] = [0, 0, 0];
  for (const { object, create, update, remove, reread } of work) {
    const { plural } = moduleFor(object);
    const searches = Math.ceil(create / marksPerSearch);
    // What is removed is read once more before.
    const lookedAt = (reread ? update : 0) + remove;
    const reads = searches + lookedAt;
    const writes = create + update + Math.ceil(remove / trashBatch);
    read += reads;
    write += writes;
    credits += searches * weights.search + lookedAt + create + update + remove * weights.trash;
    calls.push({ route: `POST ${apiPath}/${plural}`, count: reads + writes });
  }
  if (read + write === 0) return { read, write, seconds: 0, limit: '' };
  const { left } = door.budget();
  const days = left === null || credits <= left ? 0 : Math.ceil((credits - left) / leastCreditsPerDay);
  const byPace = door.lasts(calls);
  const byCalls = { seconds: Math.ceil(((read + write) / atOnce) * callSeconds), limit: `${atOnce} calls at once` };
  if (days > 0) {
    const limit = `${credits} credits, ${left ?? 'an unknown number'} of the day are left`;
    return { read, write, seconds: days * daySeconds, limit };
  }
  return { read, write, ...(byPace.seconds > byCalls.seconds ? byPace : byCalls) };
}
