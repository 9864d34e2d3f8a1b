/**
 *   npm run simulate -- [--seeds N] [--from M] [--seed N] [--soak MINUTES] [--store memory|pglite|pg] [--workers N] [--configuration NAME]
 *   npm run simulate -- --mutation [NAME]
 *
 * Lives through seeds, one world after the other (README.md beside this file). What they held is printed at the end; a seed that breaks an
 * invariant prints its whole story and how to repeat it, and the exit code is 1. With `--mutation`, a mistake is planted that has to be
 * noticed: then 1 is the good answer. Without a name, it says which mistakes there are.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { openWorld } from '../../src/app/world.ts';
import { configurations } from './configurations.ts';
import { mutations } from './mutations/index.ts';
import { notice } from './mutations/notice.ts';
import { openStoreOf, stores } from './stores.ts';
import { type Ending, tellStory } from './story.ts';

const args = process.argv.slice(2);
const named = args.indexOf('--mutation') + 1;
if (named > 0 && (args[named] ?? '--').startsWith('--')) {
  for (const { name, says } of mutations) process.stdout.write(`${name.padEnd(20)}${says}\n`);
  process.exit(0);
}

const { values } = parseArgs({
  args,
  options: {
    seeds: { type: 'string', default: '40' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
    soak: { type: 'string' },
    store: { type: 'string', default: 'memory' },
    workers: { type: 'string', default: '1' },
    configuration: { type: 'string' },
    mutation: { type: 'string' },
  },
});
const count = z.coerce.number().int().min(0);
const asked = z
  .object({
    seeds: count,
    from: count,
    seed: count.optional(),
    soak: z.coerce.number().positive().optional(),
    store: z.enum(stores),
    workers: z.coerce.number().int().min(1),
    configuration: z.enum(configurations.map(({ name }) => name)).optional(),
    mutation: z.enum(mutations.map(({ name }) => name)).optional(),
  })
  .safeParse(values);
if (!asked.success) {
  process.stderr.write(`${z.prettifyError(asked.error)}\n`);
  process.exit(2);
}
const { seed: single, soak, store, workers, configuration = null, mutation, ...range } = asked.data;

// The clock of a soak is the real one; what is simulated has its own.
const world = openWorld({ environment: { SYNCLINE_LOG: 'silent' }, stderr: process.stderr, level: 'silent' });
const began = world.now();
const isOver = (told: number): boolean =>
  soak !== undefined ? world.now() - began >= soak * 60_000 : told >= (single === undefined ? range.seeds : 1);

const openStore = openStoreOf(store, process.env.DATABASE_URL);
const mistake = mutations.find(({ name }) => name === mutation);
if (mistake) {
  const noticed = await notice(mistake, openStore, (line) => process.stdout.write(`${line}\n`));
  process.exit(noticed > 0 ? 1 : 0);
}

const total: Record<string, number> = {};
const failed: number[] = [];
let told = 0;
for (let seed = single ?? range.from; !isOver(told); seed++) {
  const ending = await tellStory({ seed, configuration, workers, mutation: null, openStore });
  told += 1;
  for (const [name, each] of Object.entries(ending.counts)) total[name] = (total[name] ?? 0) + each;
  if (ending.violations.length === 0 && single === undefined) continue;
  if (ending.violations.length > 0) failed.push(seed);
  process.stdout.write(`${storyOf(ending)}\n`);
}
const held = Object.entries(total).map(([name, each]) => `${each} ${name}`);
const seconds = ((world.now() - began) / 1000).toFixed(1);
process.stdout.write(`${told} seeds, ${failed.length} failed: ${held.join(', ')} in ${seconds} s\n`);
process.exitCode = failed.length > 0 ? 1 : 0;

function storyOf({ seed, configuration: { name }, story, violations }: Ending): string {
  const repeat = `npm run simulate -- --seed ${seed} --configuration ${name} --store ${store} --workers ${workers}`;
  const end = violations.length === 0 ? ['all is well'] : [...violations, `again: ${repeat}`];
  return [`seed ${seed}, ${name}`, ...story, ...end, ''].join('\n');
}
