import { FaultError } from '../../model/fault.ts';
import { isGone } from '../../model/record.ts';
import { newId } from '../../model/world.ts';
import { connectionOf, type Engine, type FeedReader, feedsOf } from '../engine.ts';
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
  if ((await store.feed(connection, object))?.complete !== true) return count;
  try {
    for (;;) {
      const until = world.now() + leaseMs;
      if (!(await store.leaseFeed(':tips', `${connection}/${object}`, lease, world.now(), until))) return count;
      const tips = (await store.tips(tipLimit)).filter(
        ({ ref }) => ref.connection === connection && ref.object === object,
      );
      if (tips.length === 0) return count;
      await look(engine, feed, tips);
      count += tips.length;
      if (tips.length < tipLimit) return count;
    }
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const { fault } = error;
    engine.waits.set(connection, { until: world.now() + (fault.afterMs ?? pauseMs), reason: fault.say });
    world.log.warn('records that were said to have changed could not be read', {
      connection,
      object,
      reason: fault.say,
    });
    return count;
  } finally {
    await store.release(lease);
  }
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
