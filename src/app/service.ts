import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import type { Store } from '../engine/ports.ts';
import { newTally } from '../model/tally.ts';
import { newId, type World } from '../model/world.ts';
import { openSecrets, WrongKey } from '../store/encryption.ts';
import { openPglite } from '../store/open.ts';
import { systems as everySystem } from '../systems/index.ts';
import type { System, SystemConnection } from '../systems/kit/system.ts';
import { type App, AppError } from './app.ts';
import { createBackground, scheduleOf } from './background.ts';
import { blame } from './blame.ts';
import { adoptLinks, linkByHand, unlinkByHand } from './by-hand.ts';
import { checkConfig } from './config/check.ts';
import { type Loaded, loadConfig, sound } from './config/load.ts';
import { effectiveOf, objectsByConnection } from './config/resolve.ts';
import type { Config } from './config/schema.ts';
import { describeObjects, identify, missingAt, type Opening, openConnection } from './connections.ts';
import { crashingStore, crashingWorld, crashPoint } from './crash.ts';
import { examine } from './doctor.ts';
import { footingsOf, frozenHolds, refuseFrozen } from './drift-store.ts';
import { checkHolds, faultEntry, historyEntry, holdEntry, rowFilter } from './entries.ts';
import { openFolder } from './folder.ts';
import { createHooks, type HookReceiver } from './hooks.ts';
import { live } from './live.ts';
import { beginLogin, endLogin } from './login.ts';
import type { PlanHead } from './plan/head.ts';
import type { Made } from './plan/make.ts';
import { applyOnce, keepHistoryMs, onSync, previewOnce, runOnce, type Workshop } from './runs.ts';
import { openSession, type Session } from './session.ts';
import { answerHold, forgetAnswer, standingAnswers } from './standing.ts';
import { statusOf } from './status.ts';
import { sweepOnce } from './sweep.ts';
import { takeTurns } from './turns.ts';
import { previewUndoOnce, undoOnce } from './undo/undo.ts';

export interface ServiceOptions {
  readonly configPath: string;
  readonly dataDir: string;
  readonly world: World;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Who opens the folder, for whoever finds it in use: `syncline run`. */
  readonly command: string;
  /** Another store than the data folder's database, for tests and simulation. */
  readonly openStore?: (path: string) => Promise<Store>;
  /** Other systems than the ones that there are, likewise. */
  readonly systems?: readonly System[];
}

/** The App over a data folder that this process owns, and the loop that keeps syncs in step by itself. */
export interface Service extends App {
  /** Polls and reconciles until `signal` aborts. Throws AppError where it cannot begin. */
  start(signal: AbortSignal): Promise<void>;
  readonly warnings: readonly string[];
  readonly hooks: HookReceiver;
}

/** A sync whose connection failed is opened again this often while the service runs (ms). */
const reopenMs = 60_000;
/** The accounts are asked anew what they have this often while the service runs (ms): fields come, go and change. */
const describeMs = 3_600_000;

/**
 * Composes everything: data folder, database, config, systems, engine. The folder is locked until `close`. The config is read anew for
 * every command, so that a mended file counts at once; a running loop keeps the one that it began with.
 */
export async function openService(options: ServiceOptions): Promise<Service> {
  const point = crashPoint(options.environment.SYNCLINE_CRASH);
  const crash = () => process.kill(process.pid, 'SIGKILL');
  const world = crashingWorld(options.world, point, crash);
  const systems = options.systems ?? everySystem;
  const folder = await openFolder({
    path: options.dataDir,
    command: options.command,
    environment: options.environment,
    now: world.now,
  });
  let opened: Promise<Store> | null = null;
  const store = (): Promise<Store> => {
    opened ??= openStore(folder.file('database')).then((each) => crashingStore(each, point, crash));
    return opened;
  };
  const openStore = async (path: string): Promise<Store> => {
    const database = await (options.openStore ?? openPglite)(path);
    // The folder is ours alone: whatever was leased or being sent when the last process ended is nobody's now.
    await database.releaseAll(world.now());
    return database;
  };
  const load = () => readConfigFile(options);
  const turns = takeTurns();
  let wake = new AbortController();
  const woken = () => {
    wake.abort();
    wake = new AbortController();
  };
  /** Connections that this process has opened, for what `status` says of budgets and logins. */
  const open = new Map<string, SystemConnection>();
  const logins = new Map<string, 'ok' | 'failed'>();
  /** A person has logged in: a running loop opens its connections anew. */
  let reopen = false;

  const opening = async (config: Config): Promise<Opening> => {
    const kept = await store();
    try {
      return { config, systems, store: kept, world, secrets: await openSecrets(kept, await folder.key()) };
    } catch (error) {
      if (!(error instanceof WrongKey)) throw error;
      throw new AppError(
        'The stored credentials were sealed with another key than this one. Put the right key back (SYNCLINE_KEY, or the file "key" in the data folder), or begin a new data folder with --data',
        [],
        { cause: error },
      );
    }
  };

  const session = async (loaded: Loaded, names: readonly string[]): Promise<Session> => {
    const config = sound(loaded);
    const problems = await checkConfig(config, { systems, source: loaded.source });
    if (problems.length > 0) throw new AppError('The config has problems; nothing was run', problems);
    const asking = await opening(config);
    const wanted = [...objectsByConnection(config, names).keys()];
    for (const name of wanted) logins.set(name, 'failed');
    const ready = await openSession(asking, loaded, names);
    for (const [name, connection] of ready.connections) {
      open.set(name, connection);
      logins.set(name, 'ok');
    }
    return ready;
  };

  const engineOf = async ({ connections, setups }: Session, run: string): Promise<Engine> => ({
    world,
    store: await store(),
    connections,
    setups,
    run,
    tallies: new Map(setups.map(({ name }) => [name, newTally()])),
    waits: new Map(),
    progress: { count: 0 },
    glimpse: { at: Number.NEGATIVE_INFINITY, list: [] },
    moments: new Map(),
  });

  const workshop: Workshop = {
    world,
    load,
    session,
    store,
    engine: engineOf,
    planPath: () => folder.file(`plan-${newId(world)}`),
  };
  const warnings = await warningsOf(load);
  const hooks = createHooks(world, async () => opening(sound(await load())), woken);

  return {
    warnings,
    hooks,

    async check({ live: asksVendors }) {
      const loaded = await load();
      if (!loaded.config) return loaded.problems;
      const config = loaded.config;
      const problems = await checkConfig(config, { systems, source: loaded.source });
      if (problems.length > 0 || !asksVendors) return problems;
      const asking = await opening(config);
      const describe = async (name: string, objects: readonly string[]) => {
        const connection = openConnection(asking, name);
        await identify(asking, name, connection);
        return describeObjects(connection, objects);
      };
      const footings = await footingsOf(await store(), Object.keys(config.syncs));
      const missing = missingAt((name) => openConnection(asking, name));
      return checkConfig(config, { systems, describe, missing, source: loaded.source, footings });
    },

    async doctor(options) {
      const loaded = await load();
      return examine(await opening(sound(loaded)), loaded, options).finally(hooks.forget);
    },

    async run(asked) {
      return turns(() => runOnce(workshop, asked));
    },

    async preview(asked, take) {
      // Only the making takes a turn: whoever reads the plan slowly must not keep the passes waiting.
      return handOut(await turns(() => previewOnce(workshop, asked)), take);
    },

    async apply(asked, lines) {
      return turns(() => applyOnce(workshop, asked, lines));
    },

    async undo(asked) {
      const report = await turns(() => undoOnce(workshop, asked));
      woken();
      return report;
    },

    async previewUndo(asked, take) {
      return handOut(await turns(() => previewUndoOnce(workshop, asked)), take);
    },

    async link({ sync, crm, desk }) {
      const link = await turns(() =>
        onSync(workshop, sync, (engine, setup) => linkByHand(engine, setup, { crm, desk })),
      );
      woken();
      return { link };
    },

    async unlink(link) {
      const [known] = await (await store()).links([link]);
      if (!known) throw new AppError(`There is no link ${link}`);
      await turns(() => onSync(workshop, known.sync, (engine) => unlinkByHand(engine, link)));
    },

    async adopt(asked) {
      const report = await turns(() =>
        onSync(workshop, asked.sync, (engine, setup) => adoptLinks(engine, setup, asked), asked),
      );
      woken();
      return report;
    },

    async beginLogin(consent) {
      const loaded = await load();
      return beginLogin(await opening(sound(loaded)), loaded, consent);
    },

    async endLogin(ask) {
      const loaded = await load();
      const report = await endLogin(await opening(sound(loaded)), loaded, ask);
      logins.set(ask.connection, 'ok');
      reopen = true;
      woken();
      return report;
    },

    sweep: (asked) => sweepOnce(workshop, turns, asked),

    async status() {
      const loaded = await load();
      return statusOf(sound(loaded), await store(), world, open, logins);
    },

    async history(filter) {
      return (await (await store()).history(rowFilter(filter, world.now()))).map(historyEntry);
    },

    async blame(asked) {
      return blame(await store(), sound(await load()), asked);
    },

    async holds(filter) {
      const config = sound(await load());
      const rows = rowFilter(filter, world.now());
      const frozen = await frozenHolds(await store(), Object.keys(config.syncs), rows);
      const held = await (await store()).holds(rows);
      if (frozen.length + held.length === 0) checkHolds(config, filter);
      return [...frozen, ...held].slice(0, filter.limit ?? 100).map((row) => holdEntry(config, row));
    },

    async failures(filter) {
      const config = sound(await load());
      const kept = await store();
      const rows = rowFilter(filter, world.now());
      const holds = await kept.holds({ ...rows, refused: true });
      const faults = await kept.faults(rows);
      return [...holds.map((row) => holdEntry(config, row)), ...faults.map((row) => faultEntry(config, row))].slice(
        0,
        filter.limit ?? 100,
      );
    },

    async retry(ids) {
      const retried = await (await store()).retry(ids, world.now());
      woken();
      return { retried };
    },

    async answer(hold, answer) {
      const kept = await store();
      const answered = await answerHold(kept, world, hold, answer);
      if (!answered) await refuseFrozen(kept, Object.keys(sound(await load()).syncs), hold, answer);
      woken();
      return { answered };
    },

    answers: async () => standingAnswers(await store()),
    forget: async (answer) => forgetAnswer(await store(), answer),

    async pause(what) {
      await (await store()).setPaused(await existing(what), true);
    },

    async resume(what) {
      await (await store()).setPaused(await existing(what), false);
      woken();
    },

    async start(signal) {
      const loaded = await load();
      const names = Object.keys(sound(loaded).syncs);
      const openAll = async (): Promise<Session> => {
        const all = await session(loaded, names);
        for (const [name, { message }] of all.failed)
          world.log.error('a sync stands still', { sync: name, reason: message });
        await hooks.activate(all.connections);
        return all;
      };
      let ready = await openAll();
      let opened = world.now();
      /** A feed could not be read: a field that is asked for may be gone. */
      let isUnread = false;
      const kept = await store();
      await live({
        world,
        signal,
        turns,
        woken: () => wake.signal,
        engine: async () => {
          const age = world.now() - opened;
          if (reopen || age > describeMs || ((isUnread || ready.failed.size > 0) && age > reopenMs)) {
            reopen = false;
            opened = world.now();
            // What cannot be opened now is tried again like a feed that could not be read; until then what there is goes on.
            isUnread = true;
            ready = await openAll();
            isUnread = false;
          }
          return engineOf(ready, newId(world));
        },
        unread: () => {
          isUnread = true;
        },
        everyMs: (sync) => effectiveOf(sound(loaded), sync).schedule.everyMs,
        tidy: () => kept.tidy(world.now() - keepHistoryMs),
        background: (engine) =>
          createBackground({ world, store: kept, engine, schedule: (sync) => scheduleOf(sound(loaded), sync) }),
      });
    },

    async close() {
      if (opened) await (await opened).close();
      await folder.close();
    },
  };

  async function existing(what: { kind: 'sync' | 'connection' | 'link'; name: string }) {
    const config = sound(await load());
    const known = what.kind === 'sync' ? config.syncs : what.kind === 'connection' ? config.connections : null;
    if (known && !(what.name in known)) {
      throw new AppError(
        `There is no ${what.kind} "${what.name}". The config has: ${Object.keys(known).join(', ') || 'none'}`,
      );
    }
    if (!known && (await (await store()).links([what.name])).length === 0)
      throw new AppError(`There is no link ${what.name}`);
    return what;
  }
}

/** A plan is there for as long as somebody takes it. */
async function handOut<Taken>(
  { head, file }: Made,
  take: (head: PlanHead, lines: AsyncIterable<string>) => Promise<Taken>,
): Promise<Taken> {
  try {
    return await take(head, file.texts());
  } finally {
    await file.remove();
  }
}

async function readConfigFile(options: ServiceOptions): Promise<Loaded> {
  const file = resolve(options.configPath);
  try {
    return loadConfig(await readFile(file, 'utf8'), options.configPath, options.environment);
  } catch (error) {
    throw new AppError(`${options.configPath} cannot be read`, [], { cause: error });
  }
}

async function warningsOf(load: () => Promise<Loaded>): Promise<readonly string[]> {
  const { config } = await load();
  return Object.entries(config?.connections ?? {}).flatMap(([name, { system, auth }]) => {
    const declared = everySystem.find((each) => each.name === system);
    const parsed = declared?.auth.safeParse(auth);
    return declared && parsed?.success ? declared.warnings(parsed.data).map((warning) => `${name}: ${warning}`) : [];
  });
}
