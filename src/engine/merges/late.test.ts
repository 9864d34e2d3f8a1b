import { describe, expect, it } from 'vitest';
import type { Change } from '../../model/record.ts';
import { keepAll } from '../../model/removal.ts';
import type { SyncSetup } from '../../model/sync.ts';
import type { Fields } from '../../model/value.ts';
import { openMemory } from '../../store/memory.ts';
import { pass } from '../pass.ts';
import { type Bench, fakeSetup, fakeType, newBench } from '../testing.ts';

const minute = 60_000;
const [loserWas, winnerIs] = ['a.example', 'A.example'];

/** What the help desk's feed tells in one poll, page by page. */
type Poll = readonly (readonly Change[])[];

/** A pair, and a help desk that only says who is gone; `plan` stands for what goes over to the winner of a merge, a domain. */
async function open(removal: SyncSetup['removal']['crm'], plan: string | null = loserWas) {
  const bench = newBench(openMemory());
  const type = { ...fakeType(bench.desk, 'organization'), mergedBy: { field: 'plan', ask: 'feed' } } as const;
  const setup: Partial<SyncSetup> = {
    desk: { ...fakeSetup(bench.crm, bench.desk).desk, type },
    create: [],
    removal: { ...keepAll, crm: removal },
  };
  const account = bench.crm.add({ name: 'Acme', note: 'n', plan: null });
  await bench.run({ ...setup, create: ['desk'], removal: keepAll });
  const [known] = await bench.store.known('sales', 'Account', [account]);
  const loser = known?.links[0]?.link.desk?.id ?? '';
  bench.desk.edit(loser, { plan });
  const winner = bench.desk.add({ name: 'Winner', note: 'w', plan: null });
  const engine = await bench.run(setup);
  const start = bench.world.now();
  const row = (id: string, seconds: number, seen: Change['seen']): Change => {
    const ref = { connection: 'support', object: 'organization', id };
    return { ref, version: `${start}/${seconds}`, at: start + seconds * 1000, by: 'person', seen };
  };
  const there = (fields: Fields) => ({ name: 'Winner', note: 'w', external_id: null, ...fields });
  return {
    bench,
    account,
    winner,
    gone: row(loser, 0, { gone: 'purged' }),
    /** The winner, so many seconds later, with what it has by then. */
    won: (seconds: number, domain: string = winnerIs) => row(winner, seconds, there({ plan: domain })),
    /** One pass, in which the help desk's feed tells this. Answers when it wants to be looked at again (ms after the start). */
    async poll(pages: Poll): Promise<number | null> {
      const connections = new Map(engine.connections);
      const rest = [...pages];
      connections.set('support', {
        ...bench.desk.connection(),
        changes: async (_want, cursor) => {
          const changes = rest.shift() ?? [];
          return { changes, cursor: cursor ?? '', more: rest.length > 0 };
        },
      });
      const { next } = await pass({ ...engine, connections });
      return next === null ? null : next - start;
    },
  };
}

async function twinOf(bench: Bench, account: string): Promise<string | null> {
  const [known] = await bench.store.known('sales', 'Account', [account]);
  return known?.links[0]?.link.desk?.id ?? null;
}

/** The account is there, belongs to the winner, nobody is asked anything, and nothing is to be done later. */
async function expectMoved({ bench, account, winner, poll }: Awaited<ReturnType<typeof open>>) {
  expect(bench.crm.all()).toHaveLength(1);
  expect(await twinOf(bench, account)).toBe(winner);
  expect(await bench.store.holds({})).toEqual([]);
  expect(await poll([])).toBeNull();
  await bench.world.sleep(20 * minute);
  expect(await poll([])).toBeNull();
  expect(bench.crm.all()).toHaveLength(1);
}

describe('a merge whose winner only the feed tells', () => {
  it.each(['trash', 'unlink', 'keep'] as const)(
    'is one whether the winner comes in a page before, with or after the loser, whatever follows from removals (%s)',
    async (removal) => {
      for (const order of ['before', 'with', 'after'] as const) {
        const scene = await open(removal);
        const pages = { before: [[scene.won(1)], [scene.gone]], with: [[scene.gone, scene.won(1)]] };
        await scene.poll(order === 'after' ? [[scene.gone], [scene.won(1)]] : pages[order]);
        await expectMoved(scene);
      }
    },
  );

  it.each(['trash', 'unlink'] as const)(
    'is one when the winner comes in a later poll: nothing follows from the removal until then (%s)',
    async (removal) => {
      const scene = await open(removal);
      const { bench } = scene;
      for (const told of [[[scene.gone]], [], [[scene.gone]]]) {
        expect(await scene.poll(told)).toBe(10 * minute);
        expect(bench.crm.all()).toHaveLength(1);
        expect(await twinOf(bench, scene.account)).toBe(scene.gone.ref.id);
        expect(await bench.store.holds({})).toEqual([]);
        await bench.world.sleep(minute);
      }
      await scene.poll([[scene.won(1)]]);
      await expectMoved(scene);
    },
  );

  it('is none where nobody with all of what the loser had shows up within ten minutes', async () => {
    for (const seconds of [1, 601]) {
      const scene = await open('trash');
      await scene.poll([[scene.gone]]);
      await scene.poll([[seconds === 1 ? scene.won(1, 'b.example') : scene.won(601)]]);
      expect({ seconds, left: scene.bench.crm.all().length }).toEqual({ seconds, left: 1 });
      await scene.bench.world.sleep(10 * minute);
      await scene.poll([]);
      expect({ seconds, left: scene.bench.crm.all().length }).toEqual({ seconds, left: 0 });
      expect(await scene.bench.store.holds({})).toEqual([]);
    }
  });

  it('keeps nobody waiting who had nothing that could go over, or went long ago', async () => {
    for (const why of ['nothing', 'long ago'] as const) {
      const { bench, gone, poll } = await open('trash', why === 'nothing' ? null : loserWas);
      if (why === 'long ago') await bench.world.sleep(10 * minute);
      await poll([[gone]]);
      expect({ why, left: bench.crm.all().length }).toEqual({ why, left: 0 });
    }
  });
});
