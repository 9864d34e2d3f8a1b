import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Direction } from '../../model/sync.ts';
import { openMemory } from '../../store/memory.ts';
import { type Bench, type FakeVendor, newBench, textRule } from '../testing.ts';

/** People merge, edit, add and bring back records on both sides at random; we run now and then, and answers are lost. */
type Deed =
  | { readonly do: 'add'; readonly on: 'crm' | 'desk'; readonly which: number }
  | { readonly do: 'edit'; readonly on: 'crm' | 'desk'; readonly which: number }
  | { readonly do: 'merge'; readonly on: 'crm' | 'desk'; readonly which: number; readonly into: number }
  | { readonly do: 'undo'; readonly which: number }
  | { readonly do: 'run' }
  | { readonly do: 'lose an answer' };

const on = fc.constantFrom('crm' as const, 'desk' as const);
const which = fc.nat(9);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('add' as const), on, which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('edit' as const), on, which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('merge' as const), on, which, into: which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undo' as const), which }) },
  { weight: 2, arbitrary: fc.constant({ do: 'run' } as const) },
  { weight: 1, arbitrary: fc.constant({ do: 'lose an answer' } as const) },
);
const story = fc.record({
  direction: fc.constantFrom<Direction>('crm-to-desk', 'desk-to-crm', 'both'),
  deeds: fc.array(deed, { minLength: 3, maxLength: 25 }),
});

/** The n-th record that is there, round and round. */
function pick(vendor: FakeVendor, n: number): string | undefined {
  const there = [...vendor.records.values()].filter(({ gone }) => !gone).map(({ id }) => id);
  return there[n % Math.max(1, there.length)];
}

async function act(bench: Bench, deed: Deed, serial: number): Promise<void> {
  if (deed.do === 'run') await bench.run();
  else if (deed.do === 'lose an answer')
    for (const vendor of [bench.crm, bench.desk])
      vendor.faults.push({ applied: true, fault: { kind: 'unsure', say: 'the line went dead' } });
  else if (deed.do === 'undo') {
    const losers = [...bench.crm.records.values()].filter(({ into }) => into !== undefined);
    const loser = losers[deed.which % Math.max(1, losers.length)];
    if (!loser) return;
    loser.gone = false;
    delete loser.into;
    bench.crm.edit(loser.id, {});
  } else {
    const vendor = bench[deed.on];
    const id = pick(vendor, deed.which);
    if (deed.do === 'add') vendor.add({ name: `Name ${serial}`, note: `note ${serial}`, plan: null });
    else if (id === undefined) return;
    else if (deed.do === 'edit') vendor.edit(id, { note: `note ${serial}` });
    else {
      const into = pick(vendor, deed.into);
      if (into !== undefined && into !== id) vendor.merge(id, into);
    }
  }
}

async function told({ direction, deeds }: { readonly direction: Direction; readonly deeds: readonly Deed[] }) {
  const bench = newBench(openMemory());
  const rules = ['name', 'note', 'plan'].map((name) => textRule(name, direction));
  for (let i = 0; i < 3; i++) bench.crm.add({ name: `First ${i}`, note: 'n', plan: null });
  await bench.run({ direction, rules });
  for (const [serial, each] of deeds.entries()) await act(bench, each, serial);
  await rest(bench);
  return bench;
}

/** Long enough for every pause, and for every lost answer to be traced. */
async function rest(bench: Bench): Promise<void> {
  for (let i = 0; i < 6; i++) {
    await bench.run();
    await bench.world.sleep(1_000_000);
  }
}

async function linksOf(bench: Bench) {
  const crm = await bench.store.known('sales', 'Account', [...bench.crm.records.keys()]);
  return crm.flatMap(({ links }) => links.map(({ link }) => link));
}

const runs = { numRuns: 150, seed: 8 };

describe('merges at random', () => {
  it('I1 quiet: once people stop, a further run writes nothing and nothing is due', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (each) => {
        const bench = await told(each);
        const before = bench.crm.made.write + bench.desk.made.write;
        await bench.run();
        expect(bench.crm.made.write + bench.desk.made.write).toBe(before);
        expect((await bench.store.counts('accounts', bench.world.now())).pending).toBe(0);
      }),
      runs,
    );
  });

  it('I2 agree: what is linked and there on both sides carries every further edit of its source', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (each) => {
        const bench = await told(each);
        const source = each.direction === 'desk-to-crm' ? bench.desk : bench.crm;
        for (const { id, gone } of [...source.records.values()]) if (!gone) source.edit(id, { note: `last of ${id}` });
        await rest(bench);
        const held = new Set((await bench.store.holds({})).map(({ link }) => link));
        for (const { id, crm, desk } of await linksOf(bench)) {
          const [a, b] = [bench.crm.get(crm?.id ?? ''), bench.desk.get(desk?.id ?? '')];
          if (!a || !b || held.has(id)) continue;
          expect(a.note).toBe(b.note);
          // A target that won a merge keeps the name it has: drift, until the source's name moves.
          if (each.direction === 'both') expect(a.name).toBe(b.name);
        }
      }),
      runs,
    );
  });

  it('I4 single: no twin has two records or two marks alike, and who is there alone is held, or waits for nobody', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (each) => {
        const bench = await told(each);
        const links = await linksOf(bench);
        const twins = links.flatMap(({ desk }) => desk?.id ?? []);
        expect(new Set(twins).size).toBe(twins.length);
        for (const vendor of [bench.crm, bench.desk]) {
          const marks = vendor.all().flatMap(({ external_id }) => external_id ?? []);
          expect(new Set(marks).size).toBe(marks.length);
        }
        const held = new Set((await bench.store.holds({})).map(({ link }) => link));
        if (each.direction === 'desk-to-crm') return;
        for (const { id, crm, desk } of links)
          if (bench.crm.get(crm?.id ?? '') && !desk) expect(held.has(id)).toBe(true);
      }),
      runs,
    );
  });
});
