import { describe, expect, it } from 'vitest';
import { openMemory } from '../store/memory.ts';
import { feedsOf } from './engine.ts';
import { newBench } from './testing.ts';

describe('a record that is read again before a two-way write', () => {
  it('is written as it was read then, though something nobody maps has changed since the feed', async () => {
    const bench = newBench(openMemory());
    bench.desk.checksVersions = true;
    const account = bench.crm.add({ name: 'Acme', note: 'old' });
    const engine = await bench.run({ direction: 'both' });
    const organization = [...bench.desk.records.keys()][0] ?? '';
    bench.desk.edit(organization, { comments: 3 });
    bench.crm.edit(account, { note: 'new' });
    const writes = bench.desk.made.write;
    await bench.run(undefined, { feeds: feedsOf(engine.setups).filter(({ object }) => object === 'Account') });
    expect(bench.desk.get(organization)).toMatchObject({ note: 'new', comments: 3 });
    expect(bench.desk.made.write).toBe(writes + 1);
  });

  it('is decided about anew where a mapped field has moved', async () => {
    const bench = newBench(openMemory());
    bench.desk.checksVersions = true;
    const account = bench.crm.add({ name: 'Acme', note: 'old', plan: 'a' });
    const engine = await bench.run({ direction: 'both' });
    const organization = [...bench.desk.records.keys()][0] ?? '';
    bench.desk.edit(organization, { plan: 'b' });
    bench.crm.edit(account, { note: 'new' });
    await bench.run(undefined, { feeds: feedsOf(engine.setups).filter(({ object }) => object === 'Account') });
    expect(bench.desk.get(organization)).toMatchObject({ note: 'new', plan: 'b' });
    expect(bench.crm.get(account)).toMatchObject({ note: 'new', plan: 'b' });
  });
});
