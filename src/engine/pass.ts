import { FaultError } from '../model/fault.ts';
import type { SyncSetup } from '../model/sync.ts';
import { cycle } from './cycle.ts';
import { type Engine, type FeedReader, feedsOf, roughlyUnderway } from './engine.ts';
import { pauseOf } from './fail.ts';
import { readFeed } from './intake.ts';
import { parentsFirst, pointsBack, pointsTo } from './parents.ts';
import { isWaiting, recover } from './recover.ts';
import { jobsAt } from './send.ts';

/** A retry by itself that is further away than this does not keep a run waiting. */
export const patienceMs = 60_000;
/** A run that gets nothing further for so long (ms) ends: a vendor that always says "later" must not keep it for ever. */
const standstillMs = 5 * 60_000;
/** The shortest nap, so that an expected moment that has just passed is not waited for in a tight loop. */
const napMs = 250;

export interface PassOptions {
  /** Which feeds are read first; all of them if absent. */
  readonly feeds?: readonly FeedReader[];
  /** Names of the syncs that are worked on; all of them if absent. Feeds are read for all, since they are shared. */
  readonly only?: readonly string[];
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

export interface PassEnd {
  /** When the next retry by itself is due (ms); null: none. */
  readonly next: number | null;
  /** Feeds that could not be read to their end, and why: what changed there is not known. */
  readonly unread: readonly Unread[];
}

export interface Unread {
  readonly connection: string;
  readonly object: string;
  readonly reason: string;
}

/**
 * One pass to quiet: every feed is read to its end, then due links are decided and written until nothing is due, jobs are collected and
 * lost answers traced.
 */
export async function pass(given: Engine, options: PassOptions = {}): Promise<PassEnd> {
  const { signal, onState, only } = options;
  const engine: Engine = { ...given, only, ahead: new Set(), called: new Set() };
  let unread = await readFeeds(engine, options.feeds ?? feedsOf(engine.setups), options);
  const end = (next: number | null): PassEnd => ({
    next,
    unread: unread.map(({ feed, reason }) => ({ connection: feed.connection, object: feed.object, reason })),
  });
  let progress = { count: -1, at: engine.world.now() };
  const complete = new Set<string>();
  for (;;) {
    if (signal?.aborted) return end(null);
    if (progress.count !== engine.progress.count) progress = { count: engine.progress.count, at: engine.world.now() };
    const readable = unread.filter(({ feed }) => !isWaiting(engine, feed.connection)).map(({ feed }) => feed);
    if (readable.length > 0) {
      const again = await readFeeds(engine, readable, options);
      unread = [...unread.filter(({ feed }) => !readable.includes(feed)), ...again];
    }
    let moved = await recover(engine);
    const setups = await ready(engine, complete);
    let due = await dueNow(engine, setups);
    for (const setup of setups) {
      if (signal?.aborted) return end(null);
      // What it points to goes first: a record that is made together with its parent needs no second write.
      if (!due.has(setup.name) || ahead(engine, setup).some((name) => due.has(name))) continue;
      onState?.({ doing: 'writing', sync: setup.name, underway: 0, wait: null });
      const taken = await turn(engine, setup);
      moved += taken;
      if (taken > 0) due = await dueNow(engine, setups);
    }
    const standing = engine.world.now() - progress.at;
    if (moved > 0 && standing < standstillMs) continue;
    const next = await nextMoment(
      engine,
      options,
      unread.map(({ feed }) => feed),
    );
    if (!next || options.stay === false) return end(next?.at ?? null);
    const patience = next.patience ? patienceMs : standstillMs;
    if (next.at > engine.world.now() + patience || standing >= standstillMs) return end(next.at);
    onState?.({ doing: 'waiting', sync: null, underway: next.underway, wait: { reason: next.reason, until: next.at } });
    await engine.world.sleep(Math.max(napMs, next.at - engine.world.now()), signal);
  }
}

/** The syncs whose records this one's point to, but for those that point back. */
function ahead({ setups }: Engine, setup: SyncSetup): readonly string[] {
  return pointsTo(setup).filter((name) => {
    const parents = setups.find((each) => each.name === name);
    return parents !== undefined && !pointsBack(setups, parents, setup.name);
  });
}

/** Names of the syncs that have something to do now. */
async function dueNow({ store, world, links }: Engine, setups: readonly SyncSetup[]): Promise<ReadonlySet<string>> {
  const names = setups.map(({ name }) => name);
  const next = names.length === 0 ? [] : [...(await store.nextDue(names, links && [...links]))];
  return new Set(next.flatMap(([name, at]) => (at <= world.now() ? [name] : [])));
}

/** One batch of one sync, unless all of the jobs that its vendor allows are under way. */
async function turn(engine: Engine, setup: SyncSetup): Promise<number> {
  const { crm, desk } = setup;
  const underway = await roughlyUnderway(engine);
  let jobs = 0;
  for (const { connection, type } of [crm, desk]) {
    const running = jobsAt(underway, connection);
    if (type.maxJobs !== undefined && running >= type.maxJobs - jobsPerTurn) return 0;
    jobs += running;
  }
  return cycle(engine, setup, jobs);
}

/** A batch of due links makes at most this many jobs: takeLimit / 100 records each. */
const jobsPerTurn = 10;

interface Failed {
  readonly feed: FeedReader;
  readonly reason: string;
}

/** A feed that could not be read is tried again after this long (ms), where the vendor does not say. */
const feedPauseMs = 15_000;

/** Reads feeds to their ends. A feed that fails makes its connection wait and is answered; the other feeds go on. */
export async function readFeeds(
  engine: Engine,
  feeds: readonly FeedReader[],
  options: PassOptions = {},
): Promise<readonly Failed[]> {
  const failed: (Failed | null)[] = [];
  // The feeds of one connection side by side: a vendor may answer several questions in one call.
  for (const together of Map.groupBy(feeds, ({ connection }) => connection).values()) {
    if (options.signal?.aborted) break;
    options.onState?.({ doing: 'reading', sync: null, underway: 0, wait: null });
    failed.push(...(await Promise.all(together.map((feed) => tryFeed(engine, feed, options.signal)))));
  }
  return failed.filter((each) => each !== null);
}

async function tryFeed(engine: Engine, feed: FeedReader, signal: AbortSignal | undefined): Promise<Failed | null> {
  try {
    await readFeed(engine, feed, signal);
    engine.progress.count += 1;
    return null;
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const { connection, object } = feed;
    const { fault } = error;
    const pauseMs = fault.kind === 'login' ? pauseOf(fault) : (fault.afterMs ?? feedPauseMs);
    engine.waits.set(connection, { until: engine.world.now() + pauseMs, reason: fault.say });
    engine.world.log.warn('a feed could not be read', { connection, object, reason: fault.say });
    return { feed, reason: fault.say };
  }
}

/**
 * Syncs that may be worked on now: both sides read to their end at least once, neither connection waiting. `complete` keeps the feeds
 * that have been, which is never taken back.
 */
async function ready({ setups, only, store, ...engine }: Engine, complete: Set<string>): Promise<readonly SyncSetup[]> {
  const result: SyncSetup[] = [];
  for (const setup of parentsFirst(setups)) {
    const places = [setup.crm, setup.desk];
    if (only && !only.includes(setup.name)) continue;
    if (places.some(({ connection }) => isWaiting(engine, connection))) continue;
    for (const { connection, object } of places) {
      const name = `${connection}/${object}`;
      if (!complete.has(name) && (await store.feed(connection, object))?.complete) complete.add(name);
    }
    if (places.every(({ connection, object }) => complete.has(`${connection}/${object}`))) result.push(setup);
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

/** The next moment at which something can be done, and why not before. What waits for a connection waits for that one alone. */
async function nextMoment(
  engine: Engine,
  { only }: PassOptions,
  unread: readonly FeedReader[],
): Promise<Moment | null> {
  const underway = await engine.store.underway(
    [...engine.connections.keys()],
    engine.setups.map(({ name }) => name),
  );
  const count = underway.reduce((sum, each) => sum + each.count, 0);
  const moments = underway.map((each): Moment => {
    const reason =
      each.state === 'job'
        ? `${each.connection} works on ${each.jobs} jobs`
        : `${each.connection} has to tell what it created`;
    return later(engine, [each.connection], { at: each.nextAt, reason, underway: count, patience: false });
  });
  for (const { connection } of unread) {
    const at = engine.world.now();
    moments.push(
      later(engine, [connection], { at, reason: `${connection} has to be read`, underway: count, patience: true }),
    );
  }
  const working = engine.setups.filter(({ name }) => !only || only.includes(name));
  const next = await engine.store.nextDue(
    working.map(({ name }) => name),
    engine.links && [...engine.links],
  );
  for (const { name, crm, desk } of working) {
    const at = next.get(name);
    if (at === undefined) continue;
    const moment = { at, reason: 'a retry', underway: count, patience: true };
    moments.push(later(engine, [crm.connection, desk.connection], moment));
  }
  return moments.reduce<Moment | null>((a, b) => (a === null || b.at < a.at ? b : a), null);
}

function later(engine: Engine, connections: readonly string[], moment: Moment): Moment {
  let so = moment;
  for (const name of connections) {
    const wait = engine.waits.get(name);
    if (!wait || wait.until <= so.at || wait.until <= engine.world.now()) continue;
    so = { ...moment, at: wait.until, reason: wait.reason, patience: true };
  }
  return so;
}
