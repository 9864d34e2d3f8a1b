import type { Engine } from '../../engine/engine.ts';
import { parentsFirst } from '../../engine/parents.ts';
import type { SyncSetup } from '../../model/sync.ts';
import { AppError, type ApplyReport, type Left, type UndoOptions } from '../app.ts';
import { sound } from '../config/load.ts';
import { rowFilter } from '../entries.ts';
import { type Made, makePlan } from '../plan/make.ts';
import { readAll, ready, reportOf, type Workshop, watcher } from '../runs.ts';
import type { Session } from '../session.ts';
import { asksOf, pagesOf, type UndoScope } from './asks.ts';
import { undoPage } from './page.ts';
import { undoLines, undoNotes } from './plan.ts';

interface Opened {
  readonly started: number;
  readonly scope: UndoScope;
  readonly names: readonly string[];
  readonly session: Session;
  readonly engine: Engine;
  /** Whoever points to others goes first: nobody is removed as long as a record that is to go as well still points to it. */
  readonly setups: readonly SyncSetup[];
}

/** Puts back what history says that we wrote, where nobody has changed it since; what was left is named. */
export async function undoOnce(shop: Workshop, options: UndoOptions): Promise<ApplyReport> {
  const { started, scope, names, session, engine, setups } = await open(shop, options);
  const { signal } = options;
  const onState = watcher(engine, options.onProgress);
  await readAll(engine, session, names, signal, onState);
  const left: Left[] = [];
  for (const setup of setups) {
    for await (const page of pagesOf(engine.store, setup.name, scope)) {
      if (signal?.aborted) break;
      const asks = await asksOf(engine.store, page, scope, engine.run);
      left.push(...(await undoPage(engine, setup, asks, { signal, onState })));
    }
  }
  const report = await reportOf(engine, session, names, started, null);
  await engine.store.put('run', report.run, JSON.stringify({ ...report, left: left.length }));
  return { ...report, left };
}

/** The same as a plan: what an undo would write now, and what it would leave. Nothing is written at any vendor. */
export async function previewUndoOnce(shop: Workshop, options: UndoOptions): Promise<Made> {
  const { scope, names, session, engine, setups } = await open(shop, options);
  await readAll(engine, session, names, options.signal, watcher(engine, options.onProgress));
  async function* lines() {
    const going = new Set<string>();
    for (const setup of setups) {
      for await (const page of pagesOf(engine.store, setup.name, scope)) {
        if (options.signal?.aborted) throw new AppError('The preview was called off.');
        yield* undoLines(engine, setup, await asksOf(engine.store, page, scope, engine.run), going);
      }
    }
  }
  const told = (done: number) =>
    options.onProgress?.({ sync: null, doing: 'planning', read: 0, done, underway: 0, wait: null });
  return makePlan(engine, session.connections, shop.planPath(), {
    onLine: told,
    source: { undo: wordsOf(options), lines, notes: (counts) => undoNotes(setups, counts) },
  });
}

/** Opens the syncs that it is about, and no others. Throws AppError where history knows nothing of what is to be undone. */
async function open(shop: Workshop, options: UndoOptions): Promise<Opened> {
  const started = shop.world.now();
  const { run, link, since, sync, field } = options;
  if ([run, link, since].filter((each) => each !== undefined).length !== 1)
    throw new AppError('Say what to undo: one of run, link and since');
  const scope: UndoScope = {
    ...(run === undefined ? {} : { run }),
    ...(link === undefined ? {} : { link }),
    ...(since === undefined ? {} : rowFilter({ since }, started)),
    until: started,
    field: field ?? null,
  };
  const { field: _, ...touched } = scope;
  const store = await shop.store();
  const config = sound(await shop.load());
  const names: string[] = [];
  for (const name of sync === undefined ? Object.keys(config.syncs) : [sync])
    if ((await store.touched({ ...touched, sync: name, after: null, limit: 1 })).length > 0) names.push(name);
  if (names.length === 0 && (sync === undefined || config.syncs[sync]))
    throw new AppError(
      `There is nothing to undo: history knows of nothing that was written ${scopeWords(options)}. It goes back 90 days; \`history\` shows what there is`,
    );
  const { session, engine } = await ready(shop, sync === undefined ? names : [sync], options.onProgress);
  const setups = parentsFirst(engine.setups.filter(({ name }) => names.includes(name))).toReversed();
  const watching = setups.find(({ mode }) => mode === 'watch');
  if (watching)
    throw new AppError(
      `The sync "${watching.name}" only watches, so nothing of it is written, also not by an undo. Give it another mode first`,
    );
  return { started, scope, names, session, engine, setups };
}

function scopeWords({ run, link, since, sync }: UndoOptions): string {
  const what = run !== undefined ? `by the run ${run}` : link !== undefined ? `for the link ${link}` : `since ${since}`;
  return sync === undefined ? what : `${what} in the sync "${sync}"`;
}

/** As it is typed. */
function wordsOf({ run, link, since, sync, field }: UndoOptions): string {
  const words = Object.entries({ run, link, since, sync, field });
  return words
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name} ${/^[\w:.-]+$/.test(value) ? value : `'${value}'`}`],
    )
    .join(' ');
}
