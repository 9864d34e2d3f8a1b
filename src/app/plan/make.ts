import type { Engine } from '../../engine/engine.ts';
import { preview } from '../../engine/preview.ts';
import { sides } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { keepLines, type LinesFile } from './file.ts';
import { type Forecasters, forecast } from './forecast.ts';
import { type Doubles, type PlanHead, planHash } from './head.ts';
import { countLine, linesOf, newCounts, type PlanCounts, textOf } from './lines.ts';
import { rungNotes } from './notes.ts';

/** Of the values that stand in several records, so many are named. */
const doubleExamples = 10;

export interface Made {
  readonly head: PlanHead;
  readonly file: LinesFile;
}

/** Writes down what a run would do now with everything that is due (of `engine.only` and `engine.links`). `path` takes the lines. */
export async function makePlan(
  engine: Engine,
  connections: Forecasters,
  path: string,
  options: { readonly notes?: readonly string[]; readonly onLine?: (lines: number) => void } = {},
): Promise<Made> {
  const setups = engine.setups.filter(({ name }) => engine.only?.includes(name) ?? true);
  const counts = new Map<string, PlanCounts>(setups.map(({ name }) => [name, newCounts()]));
  let lines = 0;
  async function* texts(): AsyncGenerator<string> {
    for await (const { setup, decision } of preview(engine)) {
      for (const line of linesOf(setup, decision)) {
        const count = counts.get(setup.name);
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
    notes: [...rungNotes(setups, (sync, side) => counts.get(sync)?.create[side] ?? 0), ...(options.notes ?? [])],
    doubles: await doublesOf(engine, setups),
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
