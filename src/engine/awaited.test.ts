import { describe, expect, it } from 'vitest';
import { openMemory } from '../store/memory.ts';
import { newBench } from './testing.ts';

const once = { stay: false } as const;

describe('a record that we are creating', () => {
  it('opens no half link while its job runs, although the feed shows it already', async () => {
    const bench = newBench(openMemory());
    bench.desk.jobMs = 60_000;
    for (const name of ['Acme', 'Beta', 'Gamma']) bench.crm.add({ name });
    await bench.run({}, once);
    await bench.run({}, once);
    const shown = [...bench.desk.records.keys()];
    expect(shown).toHaveLength(3);
    const known = await bench.store.known('support', 'organization', shown);
    expect(known.map(({ sighting, links }) => [sighting !== null, links.length])).toEqual([
      [true, 0],
      [true, 0],
      [true, 0],
    ]);
    await bench.world.sleep(60_000);
    await bench.run();
    const linked = await bench.store.known('support', 'organization', shown);
    expect(linked.map(({ links }) => links.length)).toEqual([1, 1, 1]);
    expect(await bench.store.counts('accounts', bench.world.now())).toMatchObject({ links: 3, due: 0, inFlight: 0 });
  });

  it('is linked by the feed where its answer was lost, and a mark that is not ours counts for nothing', async () => {
    const bench = newBench(openMemory());
    const account = bench.crm.add({ name: 'Acme' });
    bench.desk.faults.push({ applied: true, fault: { kind: 'unsure', say: 'the connection broke', afterMs: 600_000 } });
    await bench.run({}, once);
    bench.desk.add({ name: 'Copied', external_id: 'sales-000099' });
    await bench.run({}, once);
    const created = [...bench.desk.records.values()].find(({ fields }) => fields.external_id === account);
    const [known] = await bench.store.known('support', 'organization', [created?.id ?? '']);
    expect(known?.links).toMatchObject([
      { link: { crm: { id: account }, desk: { id: created?.id } }, inFlight: false },
    ]);
    expect(bench.desk.made.trace).toBe(0);
    expect(await bench.store.counts('accounts', bench.world.now())).toMatchObject({ links: 1, inFlight: 0 });
  });
});
