import type { Ended } from './product.ts';
import type { Rung } from './rungs.ts';
import type { Stage } from './stage.ts';

/** A load that is killed at one point, and what else goes wrong with it. */
export interface Point {
  /** As in SYNCLINE_CRASH: `fetch:12:before`, `commit:1:after:noteJob`. */
  readonly crash: string;
  /** The answer to the first request whose path has this is lost: applied, and the connection breaks. */
  readonly lose?: string | undefined;
  /** How long it takes until the next run (ms): meanwhile jobs end. Left out: it follows at once. */
  readonly downMs?: number | undefined;
  readonly jobMs?: number | undefined;
}

export interface Survived {
  /** False where the load ended before it came to the point. */
  readonly killed: boolean;
  /** What is not as it would be without the crash; empty where all is well. */
  readonly problems: readonly string[];
}

/** Kills a first load at a point, runs again, and looks at both sides; then a further run, which must write nothing. */
export async function survive(stage: Stage, rung: Rung, point: Point): Promise<Survived> {
  await stage.begin(rung, { jobMs: point.jobMs });
  if (point.lose !== undefined) {
    const match = { path: point.lose };
    for (const host of ['sales', 'support'] as const)
      await stage.control(host, 'POST', 'faults', { match, do: 'lose-answer', times: 1 });
  }
  const first = await stage.run(point.crash);
  const killed = first.signal === 'SIGKILL';
  if (!killed && first.code !== 0) return { killed, problems: [`the load ended with ${ending(first)}`] };
  if (killed && point.downMs !== undefined) await stage.pass(point.downMs);
  const second = killed ? await stage.run() : first;
  const found = [...ended('the next run', second), ...(await twinProblems(stage, rung))];
  const before = await snapshot(stage, rung);
  const third = await stage.run();
  const writes = Object.values(third.report?.calls ?? {}).reduce((sum, { write }) => sum + write, 0);
  const quiet = [
    ...ended('the further run', third),
    ...(writes === 0 ? [] : [`the further run made ${writes} write calls`]),
    ...(before === (await snapshot(stage, rung)) ? [] : ['the further run changed a record']),
  ];
  return { killed, problems: [...found, ...quiet] };
}

function ended(which: string, { code, signal, report, stderr }: Ended): readonly string[] {
  if (code !== 0) return [`${which} ended with ${ending({ code, signal, stderr })}`];
  if (report === null) return [`${which} printed no report`];
  return Object.entries(report.syncs).flatMap(([name, { held, failed }]) =>
    held + failed === 0 ? [] : [`${which} left ${held} held, ${failed} failed of ${name}`],
  );
}

function ending({ code, signal, stderr }: Pick<Ended, 'code' | 'signal' | 'stderr'>): string {
  return `${signal ?? `exit code ${code}`}: ${stderr.trim().slice(-600)}`;
}

async function twinProblems(stage: Stage, rung: Rung): Promise<readonly string[]> {
  const problems = await rung.problems(stage);
  return problems.length > 10 ? [...problems.slice(0, 10), `and ${problems.length - 10} more`] : problems;
}

/** Both sides as they are, stamps included: what is written without need would move one. */
async function snapshot(stage: Stage, { objects }: Rung): Promise<string> {
  const all: unknown[] = [];
  for (const [host, object] of objects) all.push(await stage.records(host, object));
  return JSON.stringify(all);
}
