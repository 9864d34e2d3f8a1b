import { expect, it } from 'vitest';
import { type Engine, feedsOf } from '../engine/engine.ts';
import { readFeeds } from '../engine/pass.ts';
import { newBench, stillWorld } from '../engine/testing.ts';
import type { World } from '../model/world.ts';
import { openMemory } from '../store/memory.ts';
import { live } from './live.ts';
import { takeTurns } from './turns.ts';

/** The loop over a bench; `during` is called in each round, when the pass is over. Answers the naps, until there were `rounds` of them. */
async function naps(
  rounds: number,
  during: (round: number, wake: () => void) => Promise<void>,
  told = false,
  before: (bench: ReturnType<typeof newBench>, engine: Engine, id: string) => Promise<void> = async () => {},
) {
  const still = stillWorld();
  const stop = new AbortController();
  let wake = new AbortController();
  const taken: { ms: number; woken: boolean }[] = [];
  const world: World = {
    ...still,
    async sleep(ms, signal) {
      const woken = signal?.aborted === true;
      taken.push({ ms, woken });
      if (!woken) await still.sleep(Math.max(0, ms));
      if (taken.length >= rounds) stop.abort();
    },
  };
  const store = openMemory();
  const bench = newBench(store, world);
  const engine = await bench.run();
  const id = bench.crm.add({ name: 'Acme' });
  await before(bench, engine, id);
  if (told) await store.tip([{ connection: 'sales', object: 'Account', id }], 'mark', world.now());
  let round = 0;
  await live({
    world,
    signal: stop.signal,
    turns: takeTurns(),
    woken: () => wake.signal,
    engine: async () => engine,
    everyMs: () => 3_600_000,
    tidy: async () => {},
    unread: () => {},
    background: () => ({
      async step() {
        round += 1;
        await during(round, () => {
          wake.abort();
          wake = new AbortController();
        });
        return false;
      },
      stop: async () => {},
    }),
  });
  return { taken, desk: bench.desk.all() };
}

it('naps a second at most, and not at all after something was said while it worked', async () => {
  const { taken } = await naps(3, async (round, wake) => {
    if (round === 2) wake();
  });
  expect(taken).toEqual([
    { ms: 1000, woken: false },
    { ms: 1000, woken: true },
    { ms: 1000, woken: false },
  ]);
});

it('writes what a vendor has named at once, and gives those that follow a moment to come together', async () => {
  const { taken, desk } = await naps(2, async () => {}, true);
  expect(desk).toMatchObject([{ name: 'Acme' }]);
  expect(taken).toEqual([
    { ms: 400, woken: false },
    { ms: 1000, woken: false },
  ]);
});

it('polls before it decides what was due when the last process ended, also where a vendor has named something since', async () => {
  const { desk } = await naps(
    2,
    async () => {},
    false,
    async (bench, engine, id) => {
      await readFeeds(engine, feedsOf(engine.setups));
      bench.crm.remove(id);
      const other = bench.crm.add({ name: 'Other' });
      await engine.store.tip([{ connection: 'sales', object: 'Account', id: other }], 'mark', engine.world.now());
    },
  );
  expect(desk).toMatchObject([{ name: 'Other' }]);
});
