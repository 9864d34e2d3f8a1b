import { FaultError } from '../model/fault.ts';
import type { SyncSetup } from '../model/sync.ts';
import { cycle } from './cycle.ts';
import { type Engine, type FeedReader, feedsOf } from './engine.ts';
import { readFeed } from './intake.ts';
import type { Underway } from './ports.ts';
import { isWaiting, recover } from './recover.ts';

/** A retry by itself that is further away than this does not keep a run waiting. */
export const patienceMs = 60_000;
/** The shortest nap, so that an expected moment that has just passed is not waited for in a tight loop. */
const napMs = 250;

export interface PassOptions {
  /** Which feeds are read first; all of them if absent. */
  readonly feeds?: readonly FeedReader[];
  /** False: never waits; what is under way is left to the next pass. */
  readonly stay?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onState?: ((state: PassState) => void) | undefined;
}

export interface PassState {
  readonly doing: 'reading' | 'writing' | 'waiting';
  readonly sync: string | null;
  readonly underway: number;
  readonly wait: { readonly reason: string; readonly until: number } | null;
}

/**
 * One pass to quiet: every feed is read to its end, then due links are decided and written until nothing is due, jobs are collected and
 * lost answers traced. Answers when the next retry by itself is due (ms), or null.
 */
export async function pass(engine: Engine, options: PassOptions = {}): Promise<number | null> {
  const { signal, onState } = options;
  await readFeeds(engine, options.feeds ?? feedsOf(engine.setups), options);
  for (;;) {
    if (signal?.aborted) return null;
    let moved = await recover(engine);
    for (const setup of await ready(engine)) {
      if (signal?.aborted) return null;
      onState?.({ doing: 'writing', sync: setup.name, underway: 0, wait: null });
      moved += await turn(engine, setup);
    }
    if (moved > 0) continue;
    const next = await nextMoment(engine);
    if (!next || options.stay === false || (next.patience && next.at > engine.world.now() + patienceMs))
      return next?.at ?? null;
    onState?.({ doing: 'waiting', sync: null, underway: next.underway, wait: { reason: next.reason, until: next.at } });
    await engine.world.sleep(Math.max(napMs, next.at - engine.world.now()), signal);
  }
}

/** One batch of one sync, unless all of the jobs that its vendor allows are under way. */
async function turn(engine: Engine, setup: SyncSetup): Promise<number> {
  const { crm, desk } = setup;
  const underway = await engine.store.underway([crm.connection, desk.connection]);
  for (const { connection, type } of [crm, desk]) {
    if (type.maxJobs !== undefined && jobsAt(underway, connection) >= type.maxJobs - jobsPerTurn) return 0;
  }
  return cycle(engine, setup);
}

/** A batch of due links makes at most this many jobs: takeLimit / 100 records each. */
const jobsPerTurn = 10;

function jobsAt(underway: readonly Underway[], connection: string): number {
  return underway.filter((each) => each.connection === connection).reduce((sum, each) => sum + each.jobs, 0);
}

/** Reads feeds to their ends. A feed that fails makes its connection wait; the other feeds go on. */
export async function readFeeds(
  engine: Engine,
  feeds: readonly FeedReader[],
  options: PassOptions = {},
): Promise<void> {
  for (const feed of feeds) {
    if (options.signal?.aborted) return;
    options.onState?.({ doing: 'reading', sync: null, underway: 0, wait: null });
    try {
      await readFeed(engine, feed, options.signal);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      const until = engine.world.now() + (error.fault.afterMs ?? 30_000);
      engine.waits.set(feed.connection, { until, reason: error.fault.say });
      engine.world.log.warn('a feed could not be read', {
        connection: feed.connection,
        object: feed.object,
        reason: error.fault.say,
      });
    }
  }
}

/** Syncs that may be worked on now: both sides read to their end at least once, neither connection waiting. */
async function ready(engine: Engine): Promise<readonly SyncSetup[]> {
  const result: SyncSetup[] = [];
  for (const setup of engine.setups) {
    const places = [setup.crm, setup.desk];
    if (setup.mode === 'watch' || places.some(({ connection }) => isWaiting(engine, connection))) continue;
    const feeds = await Promise.all(places.map(({ connection, object }) => engine.store.feed(connection, object)));
    if (feeds.every((feed) => feed?.complete)) result.push(setup);
  }
  return result;
}

interface Moment {
  readonly at: number;
  readonly reason: string;
  readonly underway: number;
  /** True where it may be left to the next run. */
  readonly patience: boolean;
}

async function nextMoment(engine: Engine): Promise<Moment | null> {
  const underway = await engine.store.underway([...engine.connections.keys()]);
  const count = underway.reduce((sum, each) => sum + each.count, 0);
  const moments: Moment[] = underway.map((each) => ({
    at: each.nextAt,
    reason:
      each.state === 'job'
        ? `${each.connection} works on ${each.jobs} jobs`
        : `${each.connection} has to tell what it created`,
    underway: count,
    patience: false,
  }));
  const due = await engine.store.nextDue(engine.setups.map(({ name }) => name));
  if (due !== null) moments.push({ at: due, reason: 'a retry', underway: count, patience: true });
  if (moments.length === 0) return null;
  const next = moments.reduce((a, b) => (a.at <= b.at ? a : b));
  const wait = Math.max(
    0,
    ...[...engine.waits.values()].map(({ until }) => until).filter((until) => until > engine.world.now()),
  );
  const blocked = [...engine.waits.values()].find(({ until }) => until === wait);
  return blocked && wait > next.at ? { ...next, at: wait, reason: blocked.reason, patience: true } : next;
}
