import type { ObjectType } from '../../model/object-type.ts';
import type { Forecast, Work } from '../kit/system.ts';
import type { Wire } from '../kit/wire.ts';
import { collectionSize, collectionsPerCall, pageSize } from './objects.ts';

const batch = collectionSize * collectionsPerCall;
/** An org works off 200 records, with its triggers, in one to five seconds, and those of one connection one after the other. */
const pieceSeconds = 1;

/**
 * What so much work costs. A call writes a thousand records, or two hundred that are created without a key. A create answers its id, so
 * nothing is read for it; what is updated in two-way fields is read before and after, batch by batch.
 */
export function forecast(
  door: Pick<Wire, 'lasts'>,
  typeOf: (object: string) => ObjectType | undefined,
  work: readonly Work[],
): Forecast {
  let [read, write, pieces] = [0, 0, 0];
  for (const { object, create, update, remove, reread } of work) {
    const marked = (typeOf(object)?.mark ?? null) !== null;
    const updates = Math.ceil(update / batch);
    write += Math.ceil(create / (marked ? batch : collectionSize)) + updates + Math.ceil(remove / batch);
    for (const count of [create, update, remove]) pieces += Math.ceil(count / collectionSize);
    // What is removed is read once more before.
    read += (reread ? 2 * updates : 0) + Math.ceil(remove / pageSize);
  }
  const rate = door.lasts([{ route: 'POST /composite', count: read + write }]);
  const seconds = pieces * pieceSeconds;
  if (rate.seconds > seconds) return { read, write, ...rate };
  return { read, write, seconds, limit: pieces === 0 ? '' : 'records are worked off one after the other' };
}
