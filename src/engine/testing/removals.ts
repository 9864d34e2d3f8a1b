import { expect } from 'vitest';
import type { Answer } from '../../model/hold.ts';
import { keepAll, type Removals } from '../../model/removal.ts';
import type { SyncSetup } from '../../model/sync.ts';
import type { Fields } from '../../model/value.ts';
import { openMemory } from '../../store/memory.ts';
import { type Bench, newBench, textRule } from '../testing.ts';

/** A bench with one linked pair, whose feeds have told of both. */
export async function linked(removal: Partial<Removals>, more: Partial<SyncSetup> = {}) {
  const bench = newBench(openMemory());
  const setup: Partial<SyncSetup> = {
    direction: 'both',
    rules: [textRule('name', 'both'), textRule('note', 'both')],
    removal: { ...keepAll, ...removal },
    within: (_side, { plan }) => plan !== 'outside',
    ...more,
  };
  const account = bench.crm.add({ name: 'Acme', note: 'a', plan: null });
  await bench.run(setup);
  await bench.run();
  const [organization = ''] = [...bench.desk.records.keys()];
  const answer = async (given: Answer) => {
    const [hold] = await bench.store.holds({});
    await bench.store.answer(hold?.id ?? '', given, bench.world.now());
    await bench.run();
  };
  return { bench, account, organization, answer, run: () => bench.run() };
}

/** What stands at both sides, in one line each. */
export function standing({ crm, desk }: Bench) {
  const words = (records: readonly Fields[]) =>
    records.map(({ name, note, plan }) => `${name} ${note} ${plan ?? null}`);
  return { crm: words(crm.all()), desk: words(desk.all()) };
}

export const holdsOf = async ({ store }: Bench) =>
  (await store.holds({})).map(({ why, field }) => (field ? `${why} ${field}` : why));

/** A further run makes no write call. */
export async function isQuiet(bench: Bench): Promise<void> {
  const before = bench.crm.made.write + bench.desk.made.write;
  await bench.run();
  expect(bench.crm.made.write + bench.desk.made.write).toBe(before);
}
