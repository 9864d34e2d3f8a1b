import { describe, expect, it } from 'vitest';
import { openMemory } from '../store/memory.ts';
import { type Engine, feedsOf } from './engine.ts';
import { readFeeds } from './pass.ts';
import { preview } from './preview.ts';
import { fakeSetup, newBench } from './testing.ts';

async function planned(engine: Engine): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const { decision } of preview(engine)) {
    const { write, holds } = decision.verdict;
    if (write) all.push(`${write.operation.do} ${Object.keys(write.before).sort().join(' ')}`);
    for (const { why, field } of holds) all.push(`hold ${why} ${field}`);
  }
  return all;
}

async function pairOf(names: readonly [string, string]) {
  const bench = newBench(openMemory());
  const [first, second] = names.map((name) => bench.crm.add({ name, note: 'a' }));
  const { desk } = fakeSetup(bench.crm, bench.desk);
  const fields = desk.type.fields.map((field) => (field.name === 'name' ? { ...field, unique: true } : field));
  const engine = await bench.run({ desk: { ...desk, type: { ...desk.type, fields } } });
  return { bench, engine, first: first ?? '', second: second ?? '' };
}

describe('a rename onto a name that another record has', () => {
  it('is held before anything is sent, names who has it, and the other fields go', async () => {
    const { bench, first } = await pairOf(['Acme', 'Globex']);
    bench.crm.edit(first, { name: 'GLOBEX', note: 'b' });
    const writes = bench.desk.made.write;
    await bench.run();
    expect(bench.desk.made.write).toBe(writes + 1);
    expect(bench.desk.all()).toMatchObject([
      { name: 'Acme', note: 'b' },
      { name: 'Globex', note: 'a' },
    ]);
    const [hold, ...more] = await bench.store.holds({});
    expect(more).toEqual([]);
    expect(hold).toMatchObject({ why: 'refused', vendorCode: null, values: { crm: 'GLOBEX', desk: 'Acme' } });
    expect(hold?.message).toContain(
      'the name "GLOBEX" is taken: organization "Globex" (support-000002) has it, and Support keeps it unique',
    );
    expect(hold?.candidates).toMatchObject([{ side: 'desk' }]);
  });

  it('is written as soon as the other one gives the name up, and by itself', async () => {
    const { bench, first, second } = await pairOf(['Acme', 'Globex']);
    bench.crm.edit(first, { name: 'Globex' });
    await bench.run();
    bench.crm.edit(second, { name: 'Initech' });
    await bench.run();
    expect(bench.desk.all()).toMatchObject([{ name: 'Globex' }, { name: 'Initech' }]);
    expect(await bench.store.holds({})).toEqual([]);
  });

  it('is told by the preview as the run will do it', async () => {
    const { bench, engine, first } = await pairOf(['Acme', 'Globex']);
    bench.crm.edit(first, { name: 'Globex', note: 'b' });
    await readFeeds(engine, feedsOf(engine.setups));
    expect(await planned(engine)).toEqual(['update note', expect.stringMatching(/^hold refused name/)]);
  });

  it('of its own twin in other letters is no such thing', async () => {
    const { bench, first } = await pairOf(['Acme', 'Globex']);
    bench.crm.edit(first, { name: 'ACME' });
    await bench.run();
    expect(bench.desk.all()[0]).toMatchObject({ name: 'ACME' });
    expect(await bench.store.holds({})).toEqual([]);
  });
});
