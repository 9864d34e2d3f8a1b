import { pass } from '../engine/pass.ts';
import type { Store } from '../engine/ports.ts';
import type { SweepFigures } from '../engine/sweep/figures.ts';
import type { SweepState } from '../engine/sweep/list.ts';
import { sweep } from '../engine/sweep/sweep.ts';
import { FaultError } from '../model/fault.ts';
import { AppError, type LastSweep, type Progress, type SweepOptions, type SweepReport } from './app.ts';
import { readAll, ready, type Workshop, watcher } from './runs.ts';
import type { Turns } from './turns.ts';

/**
 * A sweep that a person asks for, from beginning to end. Every piece of it takes a turn of its own, so that a running service goes on
 * with live work in between.
 */
export async function sweepOnce(shop: Workshop, turns: Turns, options: SweepOptions): Promise<SweepReport> {
  const { onProgress, signal } = options;
  const { names, session, engine } = await ready(shop, options.syncs, onProgress);
  const onState = watcher(engine, onProgress);
  await turns(() => readAll(engine, session, names, signal, onState));
  const pieces = sweep(engine, names);
  try {
    for (;;) {
      if (signal?.aborted) throw new AppError('The sweep was stopped; the next one begins anew');
      const piece = await turns(() => pieces.next());
      if (piece.done) return await report(engine.store, piece.value, shop.world.now());
      const { doing, wait } = piece.value;
      onProgress?.(progressOf(piece.value));
      if (doing === 'settling') await turns(() => pass(engine, { only: names, feeds: [], signal, onState }));
      if (wait) await shop.world.sleep(wait.until - shop.world.now(), signal);
    }
  } catch (error) {
    throw error instanceof FaultError ? broken(error) : error;
  } finally {
    await pieces.return(new Map());
  }
}

async function report(store: Store, found: ReadonlyMap<string, SweepFigures>, now: number): Promise<SweepReport> {
  for (const [name, figures] of found) await keepSweep(store, name, figures, now);
  return { syncs: Object.fromEntries(found) };
}

function broken(error: FaultError): AppError {
  const { say, code } = error.fault;
  return new AppError(`The sweep stopped: ${say}${code ? ` [${code}]` : ''}`, [], { cause: error });
}

function progressOf({ doing, sync, done, wait }: SweepState): Progress {
  const how = { sync, read: done, done, underway: 0, wait };
  if (doing === 'waiting') return { ...how, doing };
  return { ...how, doing: doing === 'comparing' ? doing : doing === 'settling' ? 'writing' : 'reading' };
}

/** Kept for `status` until the next one. */
export async function keepSweep(
  store: Store,
  sync: string,
  { examples, ...figures }: SweepFigures,
  now: number,
): Promise<void> {
  const last: LastSweep = { at: new Date(now).toISOString(), ...figures };
  await store.put('sweep', sync, JSON.stringify(last));
}

/** The figures of a sync's last sweep; null where there was none. */
export async function lastSweep(store: Store, sync: string): Promise<LastSweep | null> {
  const text = await store.get('sweep', sync);
  return text === null ? null : JSON.parse(text);
}
