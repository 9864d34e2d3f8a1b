import type { Engine } from '../engine/engine.ts';
import { feedsOf } from '../engine/engine.ts';
import { type PassState, pass, readFeeds, type Unread } from '../engine/pass.ts';
import type { Store } from '../engine/ports.ts';
import { unstampedNotes } from '../engine/sweep/unstamped.ts';
import type { SyncSetup } from '../model/sync.ts';
import type { Tally } from '../model/tally.ts';
import { newId, type World } from '../model/world.ts';
import {
  AppError,
  type ApplyOptions,
  type ApplyReport,
  type Progress,
  type RunOptions,
  type RunReport,
  type SyncReport,
} from './app.ts';
import { type Loaded, sound } from './config/load.ts';
import { isDerived } from './config/pointed.ts';
import { effectiveOf, neededBy } from './config/resolve.ts';
import type { Config } from './config/schema.ts';
import { frozenCount } from './drift-store.ts';
import { applyPlan } from './plan/apply.ts';
import { readPlan } from './plan/file.ts';
import type { PlanHead } from './plan/head.ts';
import { type Made, makePlan } from './plan/make.ts';
import { selectLinks } from './select.ts';
import { effectiveSides, type Session } from './session.ts';

/** What a person asks for, one at a time: a run, a preview, a plan applied, something done by hand on one sync. */

/** All that such work needs of the service. The config is read anew each time, so that a mended file counts at once. */
export interface Workshop {
  readonly world: World;
  readonly load: () => Promise<Loaded>;
  readonly session: (loaded: Loaded, names: readonly string[]) => Promise<Session>;
  readonly engine: (session: Session, run: string) => Promise<Engine>;
  readonly store: () => Promise<Store>;
  /** A path in the data folder where nothing is yet. */
  readonly planPath: () => string;
}

/** History is kept this long (requirement H-01). */
export const keepHistoryMs = 90 * 86_400_000;

interface Ready {
  readonly names: readonly string[];
  readonly session: Session;
  readonly engine: Engine;
}

export async function ready(
  shop: Workshop,
  asked: readonly string[],
  onProgress?: (progress: Progress) => void,
): Promise<Ready> {
  const loaded = await shop.load();
  const config = sound(loaded);
  const unknown = asked.find((name) => !config.syncs[name]);
  if (unknown !== undefined) {
    throw new AppError(
      `There is no sync "${unknown}". The config has: ${Object.keys(config.syncs).join(', ') || 'none'}`,
    );
  }
  // What stands in for a sync that the file does not have goes with the one that needs it.
  const own = neededBy(config, asked).filter((name) => isDerived(name) && !asked.includes(name));
  const names = asked.length > 0 ? [...asked, ...own] : Object.keys(config.syncs);
  onProgress?.({ sync: null, doing: 'checking', read: 0, done: 0, underway: 0, wait: null });
  const session = await shop.session(loaded, sharing(config, names));
  return { names, session, engine: { ...(await shop.engine(session, newId(shop.world))), only: names } };
}

export async function runOnce(shop: Workshop, options: RunOptions): Promise<RunReport> {
  const started = shop.world.now();
  const { names, session, engine } = await ready(shop, options.syncs, options.onProgress);
  const onState = watcher(engine, options.onProgress);
  const how = { only: names, signal: options.signal, onState };
  const chosen = isChosen(options);
  if (chosen) await readAll(engine, session, names, options.signal, onState);
  const links = chosen ? await selectLinks(engine, names, options) : undefined;
  const { next, unread } = await pass({ ...engine, links }, { ...how, ...(chosen ? { feeds: [] } : {}) });
  const report = await reportOf(engine, session, names, started, next);
  await engine.store.put('run', report.run, JSON.stringify(report));
  await engine.store.tidy(shop.world.now() - keepHistoryMs);
  refuseUnread(session, names, unread, {
    closed: 'was not run (the others were)',
    unread: 'What was due is done; the next run reads on from there',
  });
  return report;
}

export async function previewOnce(shop: Workshop, options: RunOptions): Promise<Made> {
  const { names, session, engine } = await ready(shop, options.syncs, options.onProgress);
  await readAll(engine, session, names, options.signal, watcher(engine, options.onProgress));
  // What a brake holds is seen as it would be written, and may then be applied.
  const links = await selectLinks(engine, names, options, { braked: true });
  const told = (done: number) =>
    options.onProgress?.({ sync: null, doing: 'planning', read: 0, done, underway: 0, wait: null });
  const config = sound(await shop.load());
  const notes = names.flatMap((name) => notesOf(config, engine.setups, name));
  return makePlan({ ...engine, links }, session.connections, shop.planPath(), { notes, onLine: told });
}

export async function applyOnce(
  shop: Workshop,
  options: ApplyOptions,
  lines: AsyncIterable<string>,
): Promise<ApplyReport> {
  const started = shop.world.now();
  const { head, file } = await readPlan(shop.planPath(), lines);
  try {
    const { names, session, engine } = await ready(shop, Object.keys(head.syncs), options.onProgress);
    refuseOtherRules(head, engine.setups);
    const onState = watcher(engine, options.onProgress);
    await readAll(engine, session, names, options.signal, onState);
    const left = await applyPlan(engine, file, { names, signal: options.signal, onState });
    const report = await reportOf(engine, session, names, started, null);
    await engine.store.put('run', report.run, JSON.stringify({ ...report, left: left.length }));
    return { ...report, left };
  } finally {
    await file.remove();
  }
}

/** Something done by hand on one sync, once both of its sides have been read. */
export async function onSync<Done>(
  shop: Workshop,
  sync: string,
  work: (engine: Engine, setup: SyncSetup) => Promise<Done>,
  { onProgress, signal }: Pick<RunOptions, 'onProgress' | 'signal'> = {},
): Promise<Done> {
  const { names, session, engine } = await ready(shop, [sync], onProgress);
  const setup = engine.setups.find(({ name }) => name === sync);
  if (!setup) throw new Error(`sync ${sync} was not opened`);
  await readAll(engine, session, names, signal, watcher(engine, onProgress));
  return work(engine, setup);
}

/** What a preset says of the sync as it is configured, and which of its fields change without a stamp. */
function notesOf(config: Config, setups: readonly SyncSetup[], name: string): readonly string[] {
  const { preset, ...settings } = effectiveOf(config, name);
  const unstamped = setups
    .filter((setup) => setup.name === name)
    .flatMap((setup) => unstampedNotes(setup, settings.schedule.computedMs));
  // Nobody has chosen a sync that only stands in.
  const notes = isDerived(name) ? [] : (preset?.notes?.(settings) ?? []);
  return [...notes, ...unstamped].map((note) => `${name}: ${note}`);
}

function isChosen({ ids, count, record }: RunOptions): boolean {
  return ids !== undefined || count !== undefined || record !== undefined;
}

/** Reads every feed to its end; what cannot be read is told before anything is decided on half of it. */
export async function readAll(
  engine: Engine,
  session: Session,
  names: readonly string[],
  signal?: AbortSignal,
  onState?: (state: PassState) => void,
): Promise<void> {
  const failed = await readFeeds(engine, feedsOf(engine.setups), { signal, onState });
  refuseUnread(
    session,
    names,
    failed.map(({ feed, reason }) => ({ connection: feed.connection, object: feed.object, reason })),
  );
}

/** What is left is counted at most so often (ms): that reads every link. */
const countEveryMs = 10_000;

/** Tells a person how far it is; how long it will take follows from the pace since there was most to do. */
export function watcher(engine: Engine, onProgress: RunOptions['onProgress']): (state: PassState) => void {
  let left: NonNullable<Progress['left']> | null = null;
  let most = { records: 0, at: 0 };
  let askedAt = Number.NEGATIVE_INFINITY;
  const count = async (): Promise<void> => {
    const names = engine.only ?? engine.setups.map(({ name }) => name);
    const counts = await Promise.all(names.map((name) => engine.store.counts(name, engine.world.now())));
    const records = counts.reduce((sum, { pending }) => sum + pending, 0);
    const now = engine.world.now();
    if (records >= most.records) most = { records, at: now };
    const paceMs = most.records > records ? (now - most.at) / (most.records - records) : null;
    left = { records, aboutMs: paceMs === null ? null : Math.round(paceMs * records) };
  };
  return (state) => {
    if (!onProgress) return;
    if (state.doing !== 'reading' && engine.world.now() - askedAt >= countEveryMs) {
      askedAt = engine.world.now();
      // It is told with the next line; a count that fails says nothing, and the work itself will fail too.
      count().catch(() => undefined);
    }
    onProgress({ ...progressOf(engine, state), ...(left ? { left } : {}) });
  };
}

/** A plan is of one config: with other rules the same records would get other values. */
function refuseOtherRules(head: PlanHead, setups: readonly SyncSetup[]): void {
  const other = Object.entries(head.rules).find(
    ([name, hash]) => setups.find((each) => each.name === name)?.hash !== hash,
  );
  if (other)
    throw new AppError(
      `The sync "${other[0]}" is not the one that this plan was made of: its rules, or the fields of the two systems, have changed since ${head.made}. Make a new preview`,
    );
}

/** These syncs, those that they need to know, and those that read the same objects: a feed is read once for all of its readers. */
function sharing(config: Config, names: readonly string[]): readonly string[] {
  const feeds = (name: string) =>
    Object.values(effectiveSides(config, name)).map(({ connection, object }) => `${connection}/${object}`);
  const needed = neededBy(config, names);
  const wanted = new Set(needed.flatMap(feeds));
  return Object.keys(config.syncs).filter((name) => feeds(name).some((feed) => wanted.has(feed)));
}

/** Whatever was done is kept; but what could not read all that it should must not end as if all were in step. */
function refuseUnread(
  { failed }: Session,
  names: readonly string[],
  unread: readonly Unread[],
  then = { closed: 'could not be opened, and nothing was done', unread: 'Nothing was done' },
): void {
  const [broken] = [...failed].filter(([name]) => names.includes(name));
  if (broken) {
    const [name, reason] = broken;
    throw new AppError(`Sync ${name} ${then.closed}: ${reason.message}`, reason.problems, { cause: reason });
  }
  const [first] = unread;
  if (first)
    throw new AppError(
      `Connection ${first.connection} could not be read to the end (${first.object}): ${first.reason}. ${then.unread}`,
    );
}

function progressOf(engine: Engine, state: PassState) {
  const tallies = [...engine.tallies.values()];
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const both = (sides: { crm: number; desk: number }) => sides.crm + sides.desk;
  return {
    ...state,
    read: sum(({ seen }) => seen),
    done: sum(({ created, updated, removed, unchanged }) => both(created) + both(updated) + both(removed) + unchanged),
  };
}

export async function reportOf(
  engine: Engine,
  ready: Session,
  names: readonly string[],
  started: number,
  next: number | null,
): Promise<RunReport> {
  const { store, world } = engine;
  const syncs: Record<string, SyncReport> = {};
  for (const [name, tally] of engine.tallies) {
    if (!names.includes(name)) continue;
    const { held, failed } = await store.counts(name, world.now());
    syncs[name] = { ...tally, held: held + (await frozenCount(store, name)), failed };
  }
  return {
    run: engine.run,
    tookMs: world.now() - started,
    syncs,
    calls: Object.fromEntries([...ready.connections].map(([name, connection]) => [name, connection.calls()])),
    nextRetry: next === null ? null : new Date(next).toISOString(),
  };
}
