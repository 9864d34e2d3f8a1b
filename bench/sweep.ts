/**
 * How fast a sweep is: `npx node bench/sweep.ts [--store memory|pglite|pg] [--pairs N]`, JSON on stdout. The pages that both sides list are
 * local, so that what is measured is ours alone: noting, comparing with what is known, judging every link, the database included. `pglite`
 * is a fresh folder on disk, `pg` a fresh database on the server that test/postgres.ts finds or starts. One pair in a thousand has
 * drifted. Wall time; `cpuUs` is this process's per pair, `longestPieceMs` what live work waits at most.
 */
import { parseArgs } from 'node:util';
import type { Engine } from '../src/engine/engine.ts';
import { sweep } from '../src/engine/sweep/sweep.ts';
import { newTally } from '../src/model/tally.ts';
import { silentLog, type World } from '../src/model/world.ts';
import { keepPairs, pairConnection, pairSetup } from './kit/pairs.ts';
import { openStage } from './kit/stage.ts';

const { values } = parseArgs({
  options: { store: { type: 'string', default: 'pglite' }, pairs: { type: 'string', default: '20000' } },
});
const pairs = Number(values.pairs);
const setup = pairSetup();
const stage = await openStage(values.store);
const store = await stage.open();
try {
  await keepPairs(store, setup, pairs);
  const world: World = {
    fetch: () => Promise.reject(new Error('nothing is asked of a vendor here')),
    now: () => Date.now(),
    sleep: async () => {},
    random: () => Math.random(),
    log: silentLog,
  };
  const engine: Engine = {
    world,
    store,
    connections: new Map(
      (['crm', 'desk'] as const).map((side) => [setup[side].connection, pairConnection(setup, side, pairs)]),
    ),
    setups: [setup],
    run: 'bench',
    tallies: new Map([[setup.name, newTally()]]),
    waits: new Map(),
    progress: { count: 0 },
    glimpse: { at: Number.NEGATIVE_INFINITY, list: [] },
    moments: new Map(),
  };
  process.stdout.write(`${JSON.stringify(await measured(engine), null, 2)}\n`);
} finally {
  await store.close();
  await stage.close();
}

async function measured(engine: Engine) {
  const spent: Record<string, number> = {};
  const cpu = process.cpuUsage();
  const begun = performance.now();
  let longestPieceMs = 0;
  const pieces = sweep(engine, [setup.name]);
  for (;;) {
    const from = performance.now();
    const piece = await pieces.next();
    const ms = performance.now() - from;
    longestPieceMs = Math.max(longestPieceMs, ms);
    const doing = piece.done ? 'tidying' : piece.value.doing;
    spent[doing] = (spent[doing] ?? 0) + ms;
    if (!piece.done) continue;
    const wallMs = performance.now() - begun;
    const { user, system } = process.cpuUsage(cpu);
    const { examples: _, ...figures } = piece.value.get(setup.name) ?? { examples: [] };
    return {
      store: values.store,
      pairs,
      wallMs: Math.round(wallMs),
      pairsPerSecond: Math.round((1000 * pairs) / wallMs),
      cpuUs: Math.round((user + system) / pairs),
      longestPieceMs: Math.round(longestPieceMs),
      usPerPair: Object.fromEntries(
        Object.entries(spent).map(([name, each]) => [name, Math.round((1000 * each) / pairs)]),
      ),
      rssMb: Math.round(process.memoryUsage().rss / 1e6),
      figures,
    };
  }
}
