import { describe, expect, it } from 'vitest';
import { openMemory } from '../../store/memory.ts';
import { part } from '../bond.ts';
import { type Bench, newBench } from '../testing.ts';

/** Two records that were one pair, parted by a person's word. */
async function parted(): Promise<{ readonly bench: Bench; readonly crm: string; readonly desk: string }> {
  const bench = newBench(openMemory());
  bench.crm.uniqueName = false;
  bench.desk.uniqueName = false;
  const crm = bench.crm.add({ name: 'Acme', note: 'n', plan: null });
  const engine = await bench.run({ direction: 'both' });
  const [known] = await bench.store.known('sales', 'Account', [crm]);
  const link = known?.links[0]?.link;
  const [setup] = engine.setups;
  if (!link || !setup) throw new Error('nothing was linked');
  const words = (own: string, far: string) => `${own} was parted from ${far}.`;
  await part(engine, setup, [link], { cause: 'answer', words });
  return { bench, crm, desk: link.desk?.id ?? '' };
}

async function twinOf(bench: Bench, crm: string): Promise<string | null> {
  const [known] = await bench.store.known('sales', 'Account', [crm]);
  return known?.links[0]?.link.desk?.id ?? null;
}

describe('a record that was parted from its twin', () => {
  it('is taken by nobody else meanwhile; who would take it is held, and says what can be done', async () => {
    const { bench, crm, desk } = await parted();
    bench.desk.edit(desk, { name: 'Called otherwise' });
    const newcomer = bench.desk.add({ name: 'Acme', note: 'x', plan: null });
    await bench.run();
    expect(await twinOf(bench, crm)).toBeNull();
    const holds = await bench.store.holds({ record: { side: 'desk', id: newcomer } });
    expect(holds).toMatchObject([{ why: 'ambiguous', candidates: [{ side: 'crm', id: crm }] }]);
    expect(holds[0]?.message).toMatch(/was parted from its own and waits for a person\. Nothing is linked or created/);
    expect(bench.crm.all()).toHaveLength(1);
    await bench.store.answer(holds[0]?.id ?? '', { say: 'candidate', id: crm }, bench.world.now());
    await bench.run();
    expect(await twinOf(bench, crm)).toBe(newcomer);
  });

  it('is not taken by a record that a person has said is to be left as it is', async () => {
    const { bench, crm, desk } = await parted();
    bench.desk.edit(desk, { name: 'Called otherwise' });
    const newcomer = bench.desk.add({ name: 'Acme', note: 'x', plan: null });
    await bench.run();
    const [hold] = await bench.store.holds({ record: { side: 'desk', id: newcomer } });
    await bench.store.answer(hold?.id ?? '', { say: 'skip' }, bench.world.now());
    await bench.run();
    expect(await twinOf(bench, crm)).toBeNull();
    expect(await bench.store.holds({ record: { side: 'desk', id: newcomer } })).toEqual([]);
    expect(bench.crm.all()).toHaveLength(1);
  });

  it('is matched anew once a person says so, though its twin’s half has lost its own hold', async () => {
    const { bench, crm, desk } = await parted();
    const [half] = await bench.store.known('support', 'organization', [desk]);
    const change = { link: half?.links[0]?.link.id ?? '', turn: 1, due: 'clear', holds: [] } as const;
    await bench.store.commit([change], null, bench.world.now());
    bench.desk.edit(desk, { note: 'edited' });
    await bench.run();
    expect(await twinOf(bench, crm)).toBeNull();
    const [hold] = await bench.store.holds({ record: { side: 'crm', id: crm } });
    await bench.store.answer(hold?.id ?? '', { say: 'go' }, bench.world.now());
    await bench.run();
    expect(await twinOf(bench, crm)).toBe(desk);
  });
});
