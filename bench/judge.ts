/**
 * How fast links are judged: `npx node bench/judge.ts [links=10000]`, JSON on stdout. The sightings are at hand, as a batch has them when
 * it is taken; a tenth of the accounts were edited. One core; the time is the middle one of nine rounds after a first one to warm up.
 */
import { withComputed } from '../src/engine/computed.ts';
import { judge } from '../src/engine/judge.ts';
import { nothingAround } from '../src/engine/verdict.ts';
import { pairOfRecords, pairSetup } from './kit/pairs.ts';

const [links = '10000'] = process.argv.slice(2);
const setup = pairSetup();
const due = Array.from({ length: Number(links) }, (_, i) => pairOfRecords(setup, i, i % 10 === 0 ? 'second' : 'first'));

const rounds: number[] = [];
let work = 0;
for (let round = 0; round < 10; round++) {
  const from = performance.now();
  const verdicts = due.map((each) => {
    const { due: shown, failed } = withComputed(setup, each);
    return judge(setup, shown, { ...nothingAround, failed });
  });
  rounds.push(performance.now() - from);
  work = verdicts.filter(({ is }) => is === 'work').length;
}
const [first = 0, ...rest] = rounds;
const middle = rest.toSorted((a, b) => a - b)[4] ?? 0;
process.stdout.write(
  `${JSON.stringify({ links: due.length, work, rules: setup.rules.length, firstMs: Math.round(first), ms: Math.round(middle), perSecond: Math.round((1000 * due.length) / middle) })}\n`,
);
