import { describe, expect, it } from 'vitest';
import { openMemory } from '../../store/memory.ts';
import { type Bench, newBench } from '../testing.ts';

/** A sync between accounts and organizations in step, and the feeds are read anew from here on: another field is asked for. */
async function readAnew(bench: Bench, count: number): Promise<{ run: () => ReturnType<Bench['run']> }> {
  for (let i = 0; i < count; i++) bench.crm.add({ name: `Account ${i}`, note: 'old' });
  await bench.run();
  const more = ['name', 'note', 'plan', 'external_id', 'more'];
  return { run: () => bench.run({ reads: { crm: more, desk: more } }) };
}

describe('a side that shows nothing any more', () => {
  it('stops everything where ten records were known, says why, and goes on once they are shown again', async () => {
    const bench = newBench(openMemory());
    const { run } = await readAnew(bench, 10);
    const records = new Map(bench.desk.records);
    bench.desk.records.clear();
    for (const [id] of bench.crm.records) bench.crm.edit(id, { note: 'new' });
    const writes = bench.desk.made.write + bench.crm.made.write;
    const engine = await run();
    expect(bench.desk.made.write + bench.crm.made.write).toBe(writes);
    expect(engine.waits.get('support')?.reason).toMatch(
      /^Support shows not one organization, where at least 10 are known\. Nothing was taken over, and nothing is written/,
    );
    expect(await bench.store.counts('accounts', bench.world.now())).toMatchObject({ links: 10, held: 0 });
    for (const [id, record] of records) bench.desk.records.set(id, record);
    await bench.world.sleep(20 * 60_000);
    await run();
    expect(bench.desk.all().map(({ note }) => note)).toEqual(Array.from({ length: 10 }, () => 'new'));
  });

  it('is believed where fewer were known', async () => {
    const bench = newBench(openMemory());
    const { run } = await readAnew(bench, 9);
    bench.desk.records.clear();
    const engine = await run();
    expect(engine.waits.size).toBe(0);
  });

  it('is believed where it has been empty all along', async () => {
    const bench = newBench(openMemory());
    for (let i = 0; i < 30; i++) bench.crm.add({ name: `Account ${i}` });
    await bench.run();
    expect(bench.desk.all()).toHaveLength(30);
  });
});
