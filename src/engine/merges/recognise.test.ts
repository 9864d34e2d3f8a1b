import { describe, expect, it } from 'vitest';
import type { ObjectType } from '../../model/object-type.ts';
import type { Change } from '../../model/record.ts';
import { openMemory } from '../../store/memory.ts';
import { feedAt } from '../engine.ts';
import { type Bench, fakeSetup, fakeType, newBench } from '../testing.ts';
import { recognised } from './recognise.ts';

/** A help desk that never names the winner of a merge: `plan` stands for what goes over to it, an address or a domain. */
async function open(mergedBy: ObjectType['mergedBy'], plans: readonly (string | null)[]) {
  const bench = newBench(openMemory());
  const type: ObjectType = { ...fakeType(bench.desk, 'organization'), ...(mergedBy ? { mergedBy } : {}) };
  const setup = { desk: { ...fakeSetup(bench.crm, bench.desk).desk, type } };
  const crm = plans.map((plan, i) => bench.crm.add({ name: `Account ${i}`, note: 'n', plan }));
  await bench.run(setup);
  const known = await bench.store.known('sales', 'Account', crm);
  const desk = known.map(({ links }) => links[0]?.link.desk?.id ?? '');
  return { bench, crm, desk };
}

async function seenAs(bench: Bench, id: string) {
  const [known] = await bench.store.known('support', 'organization', [id]);
  return known?.sighting?.seen;
}

const byVendor = { field: 'plan', ask: 'vendor' } as const;
const into = (id: string) => ({ gone: 'merged', into: { connection: 'support', object: 'organization', id } });

describe('a loser that no winner is named for', () => {
  it('is known as merged when somebody else has what it had, by one look-up for all of a page', async () => {
    const { bench, crm, desk } = await open(byVendor, ['a@x', 'b@x']);
    const winners = ['a@x', 'b@x'].map((plan) => bench.desk.add({ name: `Winner ${plan}`, note: 'w', plan }));
    await bench.run();
    for (const id of desk) bench.desk.remove(id);
    const finds = bench.desk.made.find;
    await bench.run();
    expect(bench.desk.made.find).toBe(finds + 1);
    expect(await Promise.all(desk.map((id) => seenAs(bench, id)))).toEqual(winners.map(into));
    const known = await bench.store.known('sales', 'Account', crm);
    expect(known.map(({ links }) => links[0]?.link.desk?.id)).toEqual(winners);
    expect(await bench.store.holds({})).toEqual([]);
  });

  it('stays so when the feed says once more that it is gone', async () => {
    const { bench, desk } = await open(byVendor, ['a@x', 'b@x']);
    bench.desk.edit(desk[1] ?? '', { plan: 'a@x' });
    await bench.run();
    bench.desk.remove(desk[0] ?? '');
    await bench.run();
    expect(await seenAs(bench, desk[0] ?? '')).toEqual(into(desk[1] ?? ''));
    const holds = await bench.store.holds({});
    expect(holds).toMatchObject([{ why: 'closed' }]);
    bench.desk.remove(desk[0] ?? '');
    await bench.run();
    expect(await seenAs(bench, desk[0] ?? '')).toEqual(into(desk[1] ?? ''));
    expect(await bench.store.holds({})).toEqual(holds);
  });

  it('was removed where nobody has it, several have it, or it had nothing of the kind', async () => {
    for (const case_ of ['nobody', 'several', 'nothing'] as const) {
      const { bench, desk } = await open(byVendor, [case_ === 'nothing' ? null : 'a@x']);
      const others = case_ === 'several' ? 2 : 0;
      for (let i = 0; i < others; i++) bench.desk.add({ name: `Other ${i}`, note: 'o', plan: 'a@x' });
      await bench.run();
      const finds = bench.desk.made.find;
      bench.desk.remove(desk[0] ?? '');
      await bench.run();
      expect({ case_, seen: await seenAs(bench, desk[0] ?? '') }).toEqual({ case_, seen: { gone: 'trash' } });
      expect({ case_, finds: bench.desk.made.find - finds }).toEqual({ case_, finds: case_ === 'nothing' ? 0 : 1 });
    }
  });

  it('costs nothing where it is nobody’s twin, or the vendor names winners', async () => {
    for (const mergedBy of [byVendor, undefined]) {
      const { bench, desk } = await open(mergedBy, ['a@x']);
      const lone = bench.desk.add({ name: 'Lone', note: 'l', plan: 'l@x' });
      await bench.run({ ...fakeSetup(bench.crm, bench.desk), create: [] });
      const before = { ...bench.desk.made };
      bench.desk.remove(lone);
      if (!mergedBy) bench.desk.remove(desk[0] ?? '');
      await bench.run();
      expect([bench.desk.made.find, bench.desk.made.read]).toEqual([before.find, before.read]);
    }
  });

  it('is told by the feed where no look-up finds it, if the other one moved in the same minutes', async () => {
    for (const minutes of [0, 5, 20]) {
      const { bench, desk } = await open({ field: 'plan', ask: 'feed' }, ['a.example', 'b.example']);
      const [one = '', two = ''] = desk;
      const engine = await bench.run();
      const feed = feedAt(engine.setups, 'support', 'organization');
      if (!feed) throw new Error('no feed');
      const finds = bench.desk.made.find;
      const change = { version: null, by: null, ref: { connection: 'support', object: 'organization' } };
      const at = 100_000_000;
      const unnamed = { gone: 'purged', had: ['a.example'] };
      const changes: readonly Change[] = [
        { ...change, ref: { ...change.ref, id: one }, at, seen: { gone: 'purged' } },
        { ...change, ref: { ...change.ref, id: two }, at: at + minutes * 60_000, seen: { plan: 'A.example' } },
      ];
      const [loser] = await recognised(engine, feed, changes);
      expect({ minutes, seen: loser?.seen }).toEqual({ minutes, seen: minutes < 10 ? into(two) : unnamed });
      // The other one may have come in an earlier page.
      bench.desk.edit(two, { plan: 'A.example' });
      await bench.run();
      const [known] = await bench.store.known('support', 'organization', [two]);
      const winnerAt = known?.sighting?.at ?? 0;
      const alone = { ...change, ref: { ...change.ref, id: one }, at: winnerAt + minutes * 60_000 };
      const [later] = await recognised(engine, feed, [{ ...alone, seen: { gone: 'purged' } }]);
      expect({ minutes, seen: later?.seen }).toEqual({ minutes, seen: minutes < 10 ? into(two) : unnamed });
      expect(bench.desk.made.find).toBe(finds);
    }
  });
});

describe('a loser that no feed ever mentions', () => {
  it('is known as merged when it is not there by its id, while one other record has what it had', async () => {
    for (const unseen of [true, undefined] as const) {
      const { bench, desk } = await open({ ...byVendor, ...(unseen ? { unseen } : {}) }, ['a@x']);
      const winner = bench.desk.add({ name: 'Winner', note: 'w', plan: 'A@x' });
      const engine = await bench.run();
      const [one = ''] = desk;
      bench.desk.remove(one);
      const feed = feedAt(engine.setups, 'support', 'organization');
      if (!feed) throw new Error('no feed');
      const ref = { connection: 'support', object: 'organization', id: one };
      const [loser] = await recognised(engine, feed, [
        { ref, version: null, at: null, by: null, seen: { gone: 'hidden' } },
      ]);
      expect({ unseen, seen: loser?.seen }).toEqual({ unseen, seen: unseen ? into(winner) : { gone: 'hidden' } });
    }
  });
});

describe('a winner that no feed has shown', () => {
  it('is read, and so is whoever it was merged into in turn', async () => {
    const { bench, crm, desk } = await open(undefined, [null]);
    const hidden = ['Second', 'Third'].map((name) => bench.crm.add({ name, note: 'n', plan: null }));
    const [second = '', third = ''] = hidden;
    // Out of the feed's sight: as old as what was read long ago.
    for (const id of hidden) {
      const record = bench.crm.records.get(id);
      if (record) record.stamp = 0;
    }
    bench.crm.merge(second, third);
    const record = bench.crm.records.get(second);
    if (record) record.stamp = 0;
    bench.crm.merge(crm[0] ?? '', second);
    await bench.run();
    const [known] = await bench.store.known('sales', 'Account', [third]);
    expect(known?.links[0]?.link.desk?.id).toBe(desk[0]);
    expect(bench.desk.all()).toMatchObject([{ name: 'Third' }]);
  });
});
