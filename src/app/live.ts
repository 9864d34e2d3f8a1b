import { type Engine, type FeedReader, feedsOf } from '../engine/engine.ts';
import { pass } from '../engine/pass.ts';
import { readTips } from '../engine/tips/tips.ts';
import { sideOf } from '../model/sync.ts';
import type { World } from '../model/world.ts';
import type { Background } from './background.ts';
import type { Turns } from './turns.ts';

export interface LiveOptions {
  readonly world: World;
  readonly signal: AbortSignal;
  readonly turns: Turns;
  /** Aborts when a person has said something that makes links due. */
  readonly woken: () => AbortSignal;
  /** An engine for one pass; each pass is a run of its own in history. */
  readonly engine: () => Promise<Engine>;
  /** How often a sync's feeds are polled (ms). */
  readonly everyMs: (sync: string) => number;
  readonly tidy: () => Promise<void>;
  /** A feed could not be read. */
  readonly unread: () => void;
  /** What is done when there is nothing more urgent, with such an engine. */
  readonly background: (engine: () => Promise<Engine>) => Background;
}

/** Nothing is so far off that we would not look again after this long (ms): a due link costs one query to find. */
const longestNapMs = 1000;
/** Records that vendors name are read no more often than this (ms), so that many of them do not cost many calls. */
const batchMs = 400;
const tidyEveryMs = 10 * 60_000;

/**
 * The loop of `start`: polls what is due to be polled, then decides and writes until nothing moves, then naps until the next expected
 * moment. It keeps no state of its own: the due table is the memory.
 */
export async function live(options: LiveOptions): Promise<void> {
  const { world, signal, turns } = options;
  const polledAt = new Map<string, number>();
  let tidiedAt = world.now();
  // What one pass learned of waits and planned looks counts for the next one.
  const waits: Engine['waits'] = new Map();
  const moments: Engine['moments'] = new Map();
  const engineNow = async (): Promise<Engine> => ({ ...(await options.engine()), waits, moments });
  const background = options.background(engineNow);
  while (!signal.aborted) {
    let isBusy = false;
    let told = 0;
    const began = world.now();
    // Taken before the work: a word that is said meanwhile must not wait for a nap to end.
    const woken = options.woken();
    try {
      await turns(async () => {
        const engine = await engineNow();
        told = await readTips(engine);
        // What somebody waits for is written before anything is polled, and then one feed is, so that nobody waits for all of them.
        // But what was due when the last process ended may be of long ago: nothing is decided before it was polled for.
        const isFresh = polledAt.size === 0;
        if (told > 0 && !isFresh) await pass(engine, { feeds: [], stay: false, signal });
        const now = world.now();
        const overdue = feedsOf(engine.setups).filter(
          (feed) => now - (polledAt.get(keyOf(feed)) ?? 0) >= pollEvery(feed, options),
        );
        const feeds = told > 0 && !isFresh ? overdue.slice(0, 1) : overdue;
        for (const feed of feeds) polledAt.set(keyOf(feed), now);
        if (told > 0 && feeds.length === 0) return;
        const { unread } = await pass(engine, { feeds, stay: false, signal });
        if (unread.length > 0) options.unread();
      });
      // One page at most before live work has its turn again.
      isBusy = !signal.aborted && (await turns(() => background.step()));
      if (world.now() - tidiedAt > tidyEveryMs) {
        await options.tidy();
        tidiedAt = world.now();
      }
    } catch (error) {
      // The job's door: one pass that broke must not end the service; what it had taken becomes due again by itself.
      world.log.error('a pass broke off', {
        reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
      await world.sleep(longestNapMs * 5, signal);
    }
    // What a quiet service is told of is read at once; what a busy one is told of meanwhile is read together.
    if (told > 0) await world.sleep(began + batchMs - world.now(), signal);
    await world.sleep(isBusy ? 0 : longestNapMs, AbortSignal.any([signal, woken]));
  }
  await background.stop();
}

function keyOf(feed: FeedReader): string {
  return `${feed.connection}/${feed.object}`;
}

/**
 * A feed that shows changes late is not worth asking more often than a few times in that lag; everything else as often as the most
 * impatient sync that reads it wants.
 */
function pollEvery(feed: FeedReader, options: LiveOptions): number {
  const wanted = Math.min(...feed.readers.map(({ setup }) => options.everyMs(setup.name)));
  const lagMs = Math.max(...feed.readers.map(({ setup, side }) => sideOf(setup, side).type.feed.lagMs));
  return Math.max(wanted, lagMs / 4);
}
