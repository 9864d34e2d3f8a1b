import { describe, expect, it } from 'vitest';
import { openMemory } from '../store/memory.ts';
import { newBench } from './testing.ts';

const names = (records: readonly Record<string, unknown>[]) => records.map((record) => record.name).sort();

describe('a first pass', () => {
  it('creates a twin for every record, marked with its id, and a second pass writes nothing', async () => {
    const bench = newBench(openMemory());
    for (let i = 0; i < 120; i++) bench.crm.add({ name: `Account ${i}`, note: i % 2 ? 'odd' : null });
    const engine = await bench.run();
    expect(names(bench.desk.all())).toEqual(names(bench.crm.all()));
    expect(bench.desk.all().every((record) => typeof record.external_id === 'string')).toBe(true);
    expect(engine.tallies.get('accounts')?.created).toEqual({ crm: 0, desk: 120 });
    const before = { ...bench.desk.made };
    await bench.run();
    expect(bench.desk.made.write).toBe(before.write);
    expect(await bench.store.counts('accounts', bench.world.now())).toMatchObject({
      links: 120,
      due: 0,
      held: 0,
      failed: 0,
      inFlight: 0,
    });
  });

  it('links what exists on both sides, and the source fills the differences in', async () => {
    const bench = newBench(openMemory());
    bench.crm.add({ name: 'Acme', note: 'from sales' });
    const org = bench.desk.add({ name: 'ACME', note: 'from support', plan: null });
    const engine = await bench.run();
    expect(bench.desk.all()).toHaveLength(1);
    expect(bench.desk.get(org)).toMatchObject({ name: 'Acme', note: 'from sales' });
    expect(engine.tallies.get('accounts')).toMatchObject({ linked: 1, created: { desk: 0 }, updated: { desk: 1 } });
  });

  it('learns the ids of what a job created from the feed or by tracing', async () => {
    const bench = newBench(openMemory());
    bench.desk.jobMs = 4000;
    for (let i = 0; i < 300; i++) bench.crm.add({ name: `Account ${i}` });
    await bench.run();
    expect(bench.desk.all()).toHaveLength(300);
    expect(await bench.store.counts('accounts', bench.world.now())).toMatchObject({ links: 300, inFlight: 0 });
    expect(bench.desk.made.write).toBe(15);
  });
});

describe('edits', () => {
  it('go where the direction says, and come back as no edit', async () => {
    const bench = newBench(openMemory());
    const account = bench.crm.add({ name: 'Acme', note: 'old' });
    await bench.run();
    bench.crm.edit(account, { note: 'new' });
    await bench.run();
    expect(bench.desk.all()[0]).toMatchObject({ note: 'new' });
    const writes = bench.desk.made.write;
    await bench.run();
    await bench.run();
    expect(bench.desk.made.write).toBe(writes);
    expect(bench.crm.made.write).toBe(0);
  });

  it('of a field that nothing maps write nothing', async () => {
    const bench = newBench(openMemory());
    const account = bench.crm.add({ name: 'Acme' });
    await bench.run();
    const writes = bench.desk.made.write;
    bench.crm.edit(account, { colour: 'green' });
    await bench.run();
    expect(bench.desk.made.write).toBe(writes);
  });

  it('travel both ways where the sync says so, and different fields never conflict', async () => {
    const bench = newBench(openMemory());
    const both = { direction: 'both' } as const;
    const account = bench.crm.add({ name: 'Acme', note: 'a', plan: 'x' });
    await bench.run(both);
    const org = [...bench.desk.records.keys()][0] ?? '';
    bench.crm.edit(account, { note: 'b' });
    bench.desk.edit(org, { plan: 'y' });
    await bench.run();
    expect(bench.crm.get(account)).toMatchObject({ note: 'b', plan: 'y' });
    expect(bench.desk.get(org)).toMatchObject({ note: 'b', plan: 'y' });
  });

  it('of a target that somebody changed are drift: left alone until the source moves', async () => {
    const bench = newBench(openMemory());
    const account = bench.crm.add({ name: 'Acme', note: 'a' });
    await bench.run();
    const org = [...bench.desk.records.keys()][0] ?? '';
    bench.desk.edit(org, { note: 'changed by an agent' });
    await bench.run();
    expect(bench.desk.get(org)).toMatchObject({ note: 'changed by an agent' });
    bench.crm.edit(account, { note: 'b' });
    await bench.run();
    expect(bench.desk.get(org)).toMatchObject({ note: 'b' });
    const [row] = await bench.store.history({ sync: 'accounts', limit: 1 });
    expect(row?.fields.note).toMatchObject({ before: 'changed by an agent', after: 'b' });
  });
});

describe('names that meet', () => {
  it('two records for one name make one twin; the other one is held with the reason', async () => {
    const bench = newBench(openMemory());
    bench.crm.add({ name: 'Acme' });
    bench.crm.add({ name: 'ACME' });
    await bench.run();
    expect(bench.desk.all()).toHaveLength(1);
    const holds = await bench.store.holds({});
    expect(holds).toHaveLength(1);
    expect(holds[0]).toMatchObject({ why: 'ambiguous', field: null });
    expect(holds[0]?.message).toContain('Account "ACME"');
  });

  it('two records for one twin that exists: nothing is written, both are held; a person chooses', async () => {
    const bench = newBench(openMemory());
    bench.crm.add({ name: 'Acme' });
    bench.crm.add({ name: 'ACME' });
    const org = bench.desk.add({ name: 'acme' });
    await bench.run();
    expect(bench.desk.made.write).toBe(0);
    const holds = await bench.store.holds({});
    expect(holds).toHaveLength(2);
    const hold = holds.find((each) => each.message.startsWith('Account "Acme"'));
    expect(hold?.candidates).toContainEqual(expect.objectContaining({ side: 'desk', id: org }));
    await bench.store.answer(hold?.id ?? '', { say: 'candidate', id: org }, bench.world.now());
    await bench.run();
    expect(bench.desk.get(org)).toMatchObject({ name: 'Acme' });
    const left = await bench.store.holds({});
    expect(left).toHaveLength(1);
    await bench.store.answer(left[0]?.id ?? '', { say: 'candidate', id: org }, bench.world.now());
    await bench.run();
    expect(await bench.store.holds({})).toMatchObject([
      { why: 'ambiguous', message: expect.stringContaining('already linked') },
    ]);
    expect(bench.desk.get(org)).toMatchObject({ name: 'Acme' });
  });

  it('a hold ends by itself when the other record takes another name', async () => {
    const bench = newBench(openMemory());
    bench.crm.add({ name: 'Acme' });
    const second = bench.crm.add({ name: 'ACME' });
    bench.desk.add({ name: 'acme' });
    await bench.run();
    bench.crm.edit(second, { name: 'Acme North' });
    await bench.run();
    expect(await bench.store.holds({})).toEqual([]);
    expect(names(bench.desk.all())).toEqual(['Acme', 'Acme North']);
  });

  it('a name that the feed has not shown yet is refused by the vendor, looked up once by its mark and once by its name, and linked', async () => {
    const bench = newBench(openMemory());
    bench.crm.add({ name: 'Acme' });
    await bench.run({ create: [] });
    const hidden = bench.desk.add({ name: 'acme' });
    const record = bench.desk.records.get(hidden);
    if (record) record.stamp = 0;
    await bench.run({ create: ['desk'], hash: 'h2' });
    await bench.store.allDue('accounts', bench.world.now());
    await bench.run();
    expect(bench.desk.all()).toHaveLength(1);
    expect(bench.desk.made.find).toBe(2);
    expect(await bench.store.counts('accounts', bench.world.now())).toMatchObject({ links: 1, held: 0 });
  });
});

describe('what the vendor refuses', () => {
  it('holds that field with both values and the code; the rest of the record and the others go on', async () => {
    const bench = newBench(openMemory());
    const account = bench.crm.add({ name: 'Acme', note: 'fine' });
    bench.crm.add({ name: 'Beta', note: 'fine' });
    await bench.run();
    bench.desk.refused.set('note', 'bad');
    bench.crm.edit(account, { note: 'bad', plan: 'gold' });
    await bench.run();
    expect(bench.desk.all().find((record) => record.name === 'Acme')).toMatchObject({ note: 'fine', plan: 'gold' });
    const holds = await bench.store.holds({});
    expect(holds).toHaveLength(1);
    expect(holds[0]).toMatchObject({ why: 'refused', vendorCode: 'REFUSED', values: { crm: 'bad', desk: 'fine' } });
    expect(holds[0]?.message).toContain('"bad"');
    const writes = bench.desk.made.write;
    await bench.run();
    expect(bench.desk.made.write).toBe(writes);
    bench.desk.refused.clear();
    await bench.store.retry(
      holds.map(({ id }) => id),
      bench.world.now(),
    );
    await bench.run();
    expect(bench.desk.all().find((record) => record.name === 'Acme')).toMatchObject({ note: 'bad' });
    expect(await bench.store.holds({})).toEqual([]);
  });

  it('is left out of a create, and the record is created all the same', async () => {
    const bench = newBench(openMemory());
    bench.desk.refused.set('plan', 'platinum');
    bench.crm.add({ name: 'Acme', plan: 'platinum' });
    await bench.run();
    expect(bench.desk.all()[0]).toMatchObject({ name: 'Acme' });
    expect(await bench.store.holds({})).toMatchObject([{ why: 'refused', values: { crm: 'platinum' } }]);
  });

  it('a missing required value holds the record and names it', async () => {
    const bench = newBench(openMemory());
    bench.crm.add({ name: null, note: 'x' });
    bench.crm.add({ name: 'Beta' });
    await bench.run();
    expect(names(bench.desk.all())).toEqual(['Beta']);
    expect(await bench.store.holds({})).toMatchObject([{ why: 'required' }]);
  });
});

describe('lost answers', () => {
  const lost = { kind: 'unsure', say: 'the connection broke' } as const;
  for (const rung of ['keyed', 'traced'] as const) {
    for (const applied of [true, false]) {
      it(`a create whose answer was lost ${applied ? 'after' : 'before'} it was applied makes one record (${rung})`, async () => {
        const bench = newBench(openMemory());
        bench.desk.uniqueName = false;
        if (rung === 'traced') bench.desk.markField = null;
        bench.crm.add({ name: 'Acme' });
        bench.crm.add({ name: 'Beta' });
        bench.desk.faults.push({ applied, fault: lost });
        await bench.run();
        expect(names(bench.desk.all())).toEqual(['Acme', 'Beta']);
        expect(await bench.store.counts('accounts', bench.world.now())).toMatchObject({
          links: 2,
          inFlight: 0,
          due: 0,
        });
      });
    }
  }

  it('an update whose answer was lost is read again before anything is sent', async () => {
    const bench = newBench(openMemory());
    const account = bench.crm.add({ name: 'Acme', note: 'a' });
    await bench.run();
    bench.crm.edit(account, { note: 'b' });
    bench.desk.faults.push({ applied: true, fault: lost });
    const writes = bench.desk.made.write;
    await bench.run();
    expect(bench.desk.all()[0]).toMatchObject({ note: 'b' });
    expect(bench.desk.made.write).toBe(writes + 1);
  });

  it('a vendor that is busy is waited for, not hammered', async () => {
    const bench = newBench(openMemory());
    bench.crm.add({ name: 'Acme' });
    bench.desk.faults.push({ applied: false, fault: { kind: 'limit', say: 'too many', afterMs: 30_000 } });
    const started = bench.world.now();
    await bench.run();
    expect(bench.desk.all()).toHaveLength(1);
    expect(bench.desk.made.write).toBe(2);
    expect(bench.world.now() - started).toBeGreaterThanOrEqual(30_000);
  });
});
