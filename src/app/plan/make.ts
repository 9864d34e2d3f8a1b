import type { Engine } from '../../engine/engine.ts';
import { preview } from '../../engine/preview.ts';
import { sides } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { type BrakeNotes, brakeNotes } from './brake-notes.ts';
import { keepLines, type LinesFile } from './file.ts';
import { type Forecasters, forecast } from './forecast.ts';
import { type Doubles, type PlanHead, planHash } from './head.ts';
import { countLine, linesOf, newCounts, type PlanCounts, type PlanLine, textOf } from './lines.ts';
import { rungNotes } from './notes.ts';
import { removalNotes } from './removal-notes.ts';

/** Of the values that stand in several records, so many are named. */
const doubleExamples = 10;

export interface Made {
  readonly head: PlanHead;
  readonly file: LinesFile;
}

/** The lines of one record. */
export interface PlannedLines {
  readonly sync: string;
  readonly lines: readonly PlanLine[];
}

/** Where a plan's lines come from, if it is not of what is due: an undo. */
export interface PlanSource {
  /** What it undoes, as it is asked for: `--run 01jd…`. */
  readonly undo: string;
  lines(): AsyncIterable<PlannedLines>;
  /** What to know beside the figures, once all lines are there. */
  notes(counts: ReadonlyMap<string, PlanCounts>): readonly string[];
}

async function* dueLines(engine: Engine, brakes: BrakeNotes): AsyncGenerator<PlannedLines> {
  for await (const { setup, decision } of preview(engine)) {
    brakes.add(setup, decision);
    yield { sync: setup.name, lines: linesOf(setup, decision) };
  }
}

/** Writes down what a run would do now with everything that is due (of `engine.only` and `engine.links`). `path` takes the lines. */
export async function makePlan(
  engine: Engine,
  connections: Forecasters,
  path: string,
  options: {
    readonly notes?: readonly string[];
    readonly onLine?: (lines: number) => void;
    /** Absent: what is due, as a run would decide it. */
    readonly source?: PlanSource;
  } = {},
): Promise<Made> {
  const setups = engine.setups.filter(({ name }) => engine.only?.includes(name) ?? true);
  const counts = new Map<string, PlanCounts>(setups.map(({ name }) => [name, newCounts()]));
  const brakes = brakeNotes(engine);
  let lines = 0;
  async function* texts(): AsyncGenerator<string> {
    for await (const { sync, lines: made } of options.source?.lines() ?? dueLines(engine, brakes)) {
      for (const line of made) {
        const count = counts.get(sync);
        if (count) countLine(count, line);
        lines += 1;
        yield textOf(line);
      }
      options.onLine?.(lines);
    }
  }
  const file = await keepLines(path, texts());
  const { calls, seconds, limits } = forecast(setups, counts, connections);
  const head = {
    made: new Date(engine.world.now()).toISOString(),
    syncs: Object.fromEntries(counts),
    calls,
    seconds,
    limits,
    rules: Object.fromEntries(setups.map(({ name, hash }) => [name, hash])),
    notes: [
      ...rungNotes(setups, (sync, side) => counts.get(sync)?.create[side] ?? 0),
      ...(options.source?.notes(counts) ?? removalNotes(setups, (sync, side) => counts.get(sync)?.remove[side] ?? 0)),
      ...(await brakes.notes()),
      ...(options.notes ?? []),
    ],
    ...(options.source ? { undo: options.source.undo } : {}),
    doubles: options.source ? [] : await doublesOf(engine, setups),
  };
  return { head: { hash: planHash(file.hash, head), ...head }, file };
}

/** What would make matching ambiguous: criterion values that several records of one side share. Shown before the first sync. */
async function doublesOf(engine: Engine, setups: readonly SyncSetup[]): Promise<readonly Doubles[]> {
  const found: Doubles[] = [];
  for (const setup of setups) {
    for (const side of sides) {
      const { connection, object } = sideOf(setup, side);
      for (const field of new Set(setup.match.map((criterion) => criterion[side]))) {
        const { values, examples } = await engine.store.doubles(connection, object, field, doubleExamples);
        if (values > 0) found.push({ sync: setup.name, side, field, values, examples });
      }
    }
  }
  return found;
}
