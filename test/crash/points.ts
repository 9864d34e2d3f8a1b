/**
 * Kills a first load at every request and every transaction, before and after each, with real processes on the embedded database, and
 * looks each time at what the next run makes of it. A line for each point, then a summary; exit code 1 where anything is not as it should.
 *
 *   npx node test/crash/points.ts [--rung NAME]… [--every N] [--at fetch|commit] [--from N] [--lose PATH] [--down MS] [--job-ms MS]
 *
 * `--every 5` tries one point of five, `--from 12` begins with the twelfth request or transaction. `--lose create_many` loses the answer
 * to the first such request besides. `--down 60000` lets a minute go by before the next run: without it, each point at which creates
 * were under way waits until the vendor cannot be working on them any more (Zendesk 30 s, Salesforce 50 s).
 */
import { parseArgs } from 'node:util';
import { openWorld } from '../../src/app/world.ts';
import { type Point, survive } from './point.ts';
import { type Rung, rungNamed, rungs } from './rungs.ts';
import { openStage, type Stage } from './stage.ts';

const options = {
  rung: { type: 'string', multiple: true },
  every: { type: 'string', default: '1' },
  at: { type: 'string', multiple: true },
  from: { type: 'string', default: '1' },
  lose: { type: 'string' },
  down: { type: 'string' },
  'job-ms': { type: 'string' },
} as const;

const { values } = parseArgs({ options });
const every = counting('--every', values.every);
const from = counting('--from', values.from);
for (const at of values.at ?? []) if (!/^(fetch|commit)$/.test(at)) throw new Error('--at is fetch or commit');
const more: Omit<Point, 'crash'> = {
  lose: values.lose,
  downMs: values.down === undefined ? undefined : counting('--down', values.down),
  jobMs: values['job-ms'] === undefined ? undefined : counting('--job-ms', values['job-ms']),
};

function counting(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${option} is a whole number from 1 on`);
  return number;
}

/** Points in order, until the load ends by itself before it comes to one; that load is looked at, too. */
async function walk(stage: Stage, rung: Rung, at: string, tried: (point: string, problems: readonly string[]) => void) {
  const whens = ['before', 'after'] as const;
  for (let step = 2 * (from - 1); ; step += every) {
    const crash = `${at}:${1 + Math.floor(step / 2)}:${whens[step % 2]}`;
    const { killed, problems } = await survive(stage, rung, { ...more, crash });
    tried(killed ? crash : `${crash} (not reached)`, problems);
    if (!killed) return;
  }
}

const world = openWorld({ environment: {}, stderr: process.stderr, level: 'silent' });
const started = world.now();
const seconds = (since: number): string => `${((world.now() - since) / 1000).toFixed(1)} s`;
const failed: string[] = [];
let count = 0;
const stage = await openStage();
try {
  for (const rung of values.rung?.map(rungNamed) ?? rungs) {
    for (const at of values.at ?? ['fetch', 'commit']) {
      let since = world.now();
      await walk(stage, rung, at, (point, problems) => {
        count += 1;
        if (problems.length > 0) failed.push(`${rung.name} ${point}`);
        console.log(`${rung.name} ${point}: ${problems.length === 0 ? 'ok' : problems.join('; ')} (${seconds(since)})`);
        since = world.now();
      });
    }
  }
} finally {
  await stage.close();
}
console.log(
  `${count} points in ${seconds(started)}, ${failed.length} failed${failed.map((each) => `\n  ${each}`).join('')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
