import { type Engine, feedsOf } from '../engine/engine.ts';
import type { Store } from '../engine/ports.ts';
import type { SweepFigures } from '../engine/sweep/figures.ts';
import type { SweepState } from '../engine/sweep/list.ts';
import { sweep } from '../engine/sweep/sweep.ts';
import { readUnstamped, unstampedIn } from '../engine/sweep/unstamped.ts';
import { newId, type World } from '../model/world.ts';
import { nextTime } from './config/cron.ts';
import { effectiveOf } from './config/resolve.ts';
import type { Config } from './config/schema.ts';
import { keepSweep } from './sweep.ts';

/** What a running service does when there is nothing more urgent: sweeps at night, fields without a stamp every hour. */
export interface Background {
  /** Does one piece, if any is due. Answers true where the next one can follow at once. */
  step(): Promise<boolean>;
  /** Gives up what is under way. */
  stop(): Promise<void>;
}

export interface BackgroundOptions {
  readonly world: World;
  readonly store: Store;
  readonly engine: () => Promise<Engine>;
  readonly schedule: (sync: string) => Schedule;
}

export interface Schedule {
  /** A cron expression, or `off`. */
  readonly sweep: string;
  /** IANA name. */
  readonly timeZone: string;
  /** How often fields without a stamp are read (ms). */
  readonly computedMs: number;
}

export function scheduleOf(config: Config, sync: string): Schedule {
  const { schedule, crm } = effectiveOf(config, sync);
  const timeZone = config.connections[crm.connection]?.timeZone ?? 'UTC';
  return { sweep: schedule.sweep, computedMs: schedule.computedMs, timeZone };
}

/** How often it is looked whether something is due (ms). */
const lookEveryMs = 30_000;
/** A piece must not take longer than this (ms), or another process may begin the same work. */
const leaseMs = 10 * 60_000;

/** One thing that is under way, of which one piece after the other is done. */
interface Work {
  readonly what: string;
  readonly lease: string;
  /** What others must not do at the same time: names of leases. */
  readonly places: readonly Place[];
  readonly pieces: AsyncGenerator<SweepState, unknown>;
}

interface Place {
  readonly kind: 'sweep' | 'computed';
  readonly name: string;
}

/**
 * One piece of work at a time, leased so that of several processes one does it. When something was begun is kept: what broke off is not
 * begun again before its next time, and what came due while nobody ran is made up for.
 */
export function createBackground(options: BackgroundOptions): Background {
  const { world, store } = options;
  let work: Work | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let until = 0;

  const end = async ({ lease, pieces }: Work): Promise<void> => {
    work = null;
    await pieces.return(null);
    await store.release(lease);
  };

  return {
    async step() {
      if (work === null && world.now() - lookedAt >= lookEveryMs) {
        lookedAt = world.now();
        work = await nextWork(options);
        until = 0;
      }
      if (work === null || world.now() < until) return false;
      const current: Work = work;
      try {
        if (!(await leased(store, world, current))) {
          await end(current);
          return false;
        }
        const piece = await current.pieces.next();
        if (piece.done) await end(current);
        else until = piece.value.wait?.until ?? 0;
        return piece.done !== true && piece.value.doing !== 'settling';
      } catch (error) {
        world.log.error(`${current.what} broke off`, {
          reason: error instanceof Error ? error.message : String(error),
        });
        await end(current);
        return false;
      }
    },
    async stop() {
      if (work !== null) await end(work);
    },
  };
}

async function leased(store: Store, world: World, { lease, places }: Work): Promise<boolean> {
  for (const place of places)
    if (!(await store.leaseFeed(`:${place.kind}`, place.name, lease, world.now(), world.now() + leaseMs))) return false;
  return true;
}

async function nextWork(options: BackgroundOptions): Promise<Work | null> {
  const engine = await options.engine();
  return (await nextSweep(options, engine)) ?? (await nextReading(options, engine));
}

/** When this was last begun (ms); the first time that anybody asks, it counts as begun now. */
async function begunAt({ store, world }: BackgroundOptions, { kind, name }: Place): Promise<number> {
  const text = await store.get('sweep', `:${kind} ${name}`);
  if (text !== null) return Number(text);
  await begin(store, { kind, name }, world.now());
  return world.now();
}

async function begin(store: Store, { kind, name }: Place, now: number): Promise<void> {
  await store.put('sweep', `:${kind} ${name}`, String(now));
}

/** All syncs whose time has come, in one sweep: an object that several of them read is listed once. */
async function nextSweep(options: BackgroundOptions, engine: Engine): Promise<Work | null> {
  const { world, store, schedule } = options;
  const paused = new Set((await store.paused()).map(({ kind, name }) => `${kind} ${name}`));
  const due: Place[] = [];
  for (const { name, crm, desk } of engine.setups) {
    const stopped = [`sync ${name}`, `connection ${crm.connection}`, `connection ${desk.connection}`];
    if (stopped.some((each) => paused.has(each))) continue;
    const place: Place = { kind: 'sweep', name };
    const { sweep: pattern, timeZone } = schedule(name);
    const at = nextTime(pattern, timeZone, await begunAt(options, place));
    if (at === null || at > world.now()) continue;
    // Nothing is compared with a side that has never been read to its end.
    const feeds = await Promise.all([crm, desk].map(({ connection, object }) => store.feed(connection, object)));
    if (feeds.every((feed) => feed?.complete)) due.push(place);
  }
  if (due.length === 0) return null;
  for (const place of due) await begin(store, place, world.now());
  const names = due.map(({ name }) => name);
  const pieces = sweptAndKept(options, engine, names);
  return { what: `the sweep of ${names.join(', ')}`, lease: newId(world), places: due, pieces };
}

async function* sweptAndKept(
  { store, world }: BackgroundOptions,
  engine: Engine,
  names: readonly string[],
): AsyncGenerator<SweepState, void> {
  const found = yield* sweep(engine, names);
  for (const [name, figures] of found) {
    await keepSweep(store, name, figures, world.now());
    world.log.info('a sync was swept', plain(name, figures));
  }
}

function plain(sync: string, { pairs, equal, explained, drifted, differ, repaired }: SweepFigures) {
  return { sync, pairs, equal, explained, drifted, differ, repaired };
}

/** The object whose fields without a stamp have not been read for longest, if that is long enough ago. */
async function nextReading(options: BackgroundOptions, engine: Engine): Promise<Work | null> {
  const { world, store, schedule } = options;
  for (const feed of feedsOf(engine.setups)) {
    const fields = unstampedIn(feed);
    if (fields.length === 0) continue;
    const place: Place = { kind: 'computed', name: `${feed.connection}/${feed.object}` };
    const everyMs = Math.min(...feed.readers.map(({ setup }) => schedule(setup.name).computedMs));
    if (world.now() - (await begunAt(options, place)) < everyMs) continue;
    await begin(store, place, world.now());
    const pieces = readUnstamped(engine, feed, fields);
    return { what: `reading ${fields.join(', ')} of ${place.name}`, lease: newId(world), places: [place], pieces };
  }
  return null;
}
