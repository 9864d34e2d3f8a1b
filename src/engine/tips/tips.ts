import { type Fault, FaultError } from '../../model/fault.ts';
import { isGone } from '../../model/record.ts';
import { newId } from '../../model/world.ts';
import { connectionOf, type Engine, type FeedReader, feedsOf } from '../engine.ts';
import { pauseOf } from '../fail.ts';
import { keepLooked } from '../intake.ts';
import type { Tip } from '../ports.ts';
import { isWaiting } from '../recover.ts';

/** As many as the vendors read in one call. */
const tipLimit = 100;
/** How long a reading may take before another process does it as well (ms). */
const leaseMs = 120_000;
/** A reading that failed is tried again after this long (ms), where the vendor does not say. */
const pauseMs = 15_000;

/**
 * Reads the records that were named by a vendor that called us, all that wait for one object in calls of a hundred, and keeps what they look
 * like now: what was told twice, late or in the wrong order is the same. Before a feed has been read to its end it brings them all anyway.
 * Answers how many were read.
 */
export async function readTips(engine: Engine): Promise<number> {
  let count = 0;
  const tips = await engine.store.tips(tipLimit);
  if (tips.length === 0) return count;
  for (const feed of feedsOf(engine.setups)) {
    const named = tips.filter(({ ref }) => ref.connection === feed.connection && ref.object === feed.object);
    if (named.length > 0 && !isWaiting(engine, feed.connection)) count += await readOf(engine, feed);
  }
  return count;
}

async function readOf(engine: Engine, feed: FeedReader): Promise<number> {
  const { store, world } = engine;
  const { connection, object } = feed;
  const lease = newId(world);
  let count = 0;
  let reading: readonly Tip[] = [];
  if (isWaiting(engine, waitOf(feed))) return count;
  if ((await store.feed(connection, object))?.complete !== true) return count;
  try {
    for (;;) {
      const until = world.now() + leaseMs;
      if (!(await store.leaseFeed(':tips', `${connection}/${object}`, lease, world.now(), until))) return count;
      const tips = (await store.tips(tipLimit)).filter(
        ({ ref }) => ref.connection === connection && ref.object === object,
      );
      if (tips.length === 0) return count;
      reading = tips;
      await look(engine, feed, tips);
      count += tips.length;
      if (tips.length < tipLimit) return count;
    }
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    await putOff(engine, feed, reading, error.fault);
    return count;
  } finally {
    await store.release(lease);
  }
}

/** A reading that failed stops nobody else: what it was about comes by the feed as well. But a limit is one of the whole connection. */
async function putOff(engine: Engine, feed: FeedReader, tips: readonly Tip[], fault: Fault): Promise<void> {
  const { store, waits, world } = engine;
  const { connection, object } = feed;
  world.log.warn('records that were said to have changed could not be read', { connection, object, reason: fault.say });
  if (fault.kind === 'limit' || fault.kind === 'login')
    waits.set(connection, { until: world.now() + pauseOf(fault), reason: fault.say });
  else if (fault.kind === 'later' || fault.kind === 'unsure')
    waits.set(waitOf(feed), { until: world.now() + (fault.afterMs ?? pauseMs), reason: fault.say });
  else await store.dropTips(tips);
}

/** Beside the connections, which are named without a colon, the readings of what was named wait for themselves. */
function waitOf({ connection, object }: FeedReader): string {
  return `:tips ${connection}/${object}`;
}

async function look(engine: Engine, feed: FeedReader, tips: readonly Tip[]): Promise<void> {
  const askedAt = engine.world.now();
  const ids = tips.map(({ ref }) => ref.id);
  const changes = await connectionOf(engine, feed.connection).read(feed.want, ids);
  // What is not shown may have been removed since: the feed has the evidence.
  const shown = changes.filter(({ seen }) => !isGone(seen) || seen.gone !== 'hidden');
  if (shown.length > 0) await keepLooked(engine, feed, shown, askedAt);
  await engine.store.dropTips(tips);
}
