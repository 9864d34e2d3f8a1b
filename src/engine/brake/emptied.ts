import { FaultError } from '../../model/fault.ts';
import type { Engine, FeedReader } from '../engine.ts';

/** From so many known records on, a side that shows none at all is not believed. */
const fewestBelieved = 10;
/** Nothing is decided with this connection meanwhile (ms); each further poll asks again. */
const pauseMs = 15 * 60_000;

/**
 * A feed that was read from its very beginning to its end and brought nothing: a permission, a sharing rule or the wrong account looks just
 * like this, and what follows from "everything is gone" could be mended by nobody. Throws FaultError where records were known.
 */
export async function refuseEmptied({ store }: Engine, { connection, object, readers }: FeedReader): Promise<void> {
  const known = await store.liveRecords(connection, object, fewestBelieved);
  if (known < fewestBelieved) return;
  const label = readers.map(({ setup, side }) => setup[side].label)[0] ?? connection;
  throw new FaultError({
    kind: 'refused',
    say: `${label} shows not one ${object}, where at least ${known} are known. Nothing was taken over, and nothing is written: most likely the user of connection ${connection} may not see them any more, or the credentials lead elsewhere. Give its rights back or mend the connection; if really all of them are gone, begin with a new data folder (--data)`,
    afterMs: pauseMs,
  });
}
