import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../model/operation.ts';
import type { Side } from '../model/record.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';
import { plan } from './plan.ts';
import type { Intent } from './ports.ts';
import { FakeVendor, fakeSetup, stillWorld } from './testing.ts';

const world = stillWorld();
const [sales, partners, support] = [
  new FakeVendor('sales', world),
  new FakeVendor('partners', world),
  new FakeVendor('support', world),
];

function sized(setup: SyncSetup, name: string, sizes: { create: number; update: number; remove: number }): SyncSetup {
  const side = (which: Side) => ({ ...setup[which], type: { ...setup[which].type, batch: sizes } });
  return { ...setup, name, crm: side('crm'), desk: side('desk') };
}

const setups = [
  sized(fakeSetup(sales, support), 'accounts', { create: 3, update: 4, remove: 2 }),
  sized(fakeSetup(partners, support), 'partners', { create: 3, update: 4, remove: 2 }),
];

function operation(verb: Operation['do'], link: string, setup: SyncSetup, side: Side): Operation {
  const { connection, object } = sideOf(setup, side);
  const ref = { connection, object, id: `${link}-id` };
  switch (verb) {
    case 'create':
      return { do: verb, link, object, mark: null, fields: {} };
    case 'update':
      return { do: verb, link, ref, expect: null, fields: {} };
    case 'remove':
      return { do: verb, link, ref, expect: null, how: 'trash' };
    case 'restore':
      return { do: verb, link, ref };
  }
}

interface Wish {
  readonly sync: number;
  readonly side: Side;
  readonly verb: Operation['do'];
}

function intents(wishes: readonly Wish[]): readonly Intent[] {
  return wishes.flatMap(({ sync, side, verb }, i): Intent[] => {
    const setup = setups[sync];
    if (!setup) return [];
    const id = `I${i}`;
    return [
      {
        id,
        run: 'run',
        sync: setup.name,
        link: `L${i}`,
        connection: sideOf(setup, side).connection,
        side,
        cause: 'edit',
        operation: operation(verb, `L${i}`, setup, side),
        before: {},
        agreed: { crm: {}, desk: {}, rules: {} },
        turn: 1,
        tries: 0,
        again: false,
        batch: '',
        place: 0,
        at: 1,
        state: 'open',
        job: null,
        againAt: 2,
        asked: false,
      },
    ];
  });
}

const wishes = fc.array(
  fc.record({
    sync: fc.constantFrom(0, 1),
    side: fc.constantFrom<Side>('crm', 'desk'),
    verb: fc.constantFrom<Operation['do']>('create', 'update', 'remove', 'restore'),
  }),
  { maxLength: 40 },
);
const seeded = { seed: 20_261_120, numRuns: 300 } as const;

describe('a plan', () => {
  it('carries every write exactly once, under the name of the batch that it travels in', () => {
    fc.assert(
      fc.property(wishes, (list) => {
        const given = intents(list);
        const batches = plan(setups, given, world);
        expect(batches.flatMap((batch) => batch.intents.map(({ id }) => id)).sort()).toEqual(
          given.map(({ id }) => id).sort(),
        );
        for (const batch of batches) for (const intent of batch.intents) expect(intent.batch).toBe(batch.id);
        expect(new Set(batches.map(({ id }) => id)).size).toBe(batches.length);
      }),
      seeded,
    );
  });

  it('makes calls of one verb on one object of one connection, never larger than the vendor takes, and as few as that allows', () => {
    fc.assert(
      fc.property(wishes, (list) => {
        const batches = plan(setups, intents(list), world);
        const sizes = { create: 3, update: 4, remove: 2, restore: 2 };
        const calls = new Map<string, number[]>();
        for (const { connection, object, intents: all } of batches) {
          const verbs = new Set(all.map((intent) => intent.operation.do));
          expect(verbs.size).toBe(1);
          expect(new Set(all.map((intent) => intent.connection))).toEqual(new Set([connection]));
          const [verb = 'create'] = verbs;
          expect(all.length).toBeLessThanOrEqual(sizes[verb]);
          const key = `${connection} ${object} ${verb}`;
          calls.set(key, [...(calls.get(key) ?? []), all.length]);
        }
        for (const [key, lengths] of calls) {
          const verb = key.split(' ').at(-1);
          const size = verb === 'create' ? sizes.create : verb === 'update' ? sizes.update : sizes.remove;
          expect({ key, calls: lengths.length }).toEqual({
            key,
            calls: Math.ceil(lengths.reduce((sum, each) => sum + each, 0) / size),
          });
        }
      }),
      seeded,
    );
  });

  it('sends creates before updates, and both before removals; within one kind, in the order of the decisions', () => {
    fc.assert(
      fc.property(wishes, (list) => {
        const order = ['create', 'update', 'restore', 'remove'];
        const sent = plan(setups, intents(list), world).flatMap((batch) => batch.intents);
        const ranks = sent.map((intent) => order.indexOf(intent.operation.do));
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
        const lanes = new Map<string, number[]>();
        for (const intent of sent) {
          const lane = `${intent.connection} ${sideOf(setups.find(({ name }) => name === intent.sync) ?? setups[0] ?? fakeSetup(sales, support), intent.side).object} ${intent.operation.do}`;
          lanes.set(lane, [...(lanes.get(lane) ?? []), Number(intent.id.slice(1))]);
        }
        for (const numbers of lanes.values()) expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      }),
      seeded,
    );
  });

  it('of two syncs that write the same objects shares their calls', () => {
    const batches = plan(
      setups,
      intents([
        { sync: 0, side: 'desk', verb: 'create' },
        { sync: 1, side: 'desk', verb: 'create' },
      ]),
      world,
    );
    expect(batches.map(({ intents: all }) => all.map(({ sync }) => sync))).toEqual([['accounts', 'partners']]);
  });

  it('leaves out what belongs to no sync that is set up, and of nothing makes nothing', () => {
    const [intent] = intents([{ sync: 0, side: 'desk', verb: 'create' }]);
    expect(plan([], intent ? [intent] : [], world)).toEqual([]);
    expect(plan(setups, [], world)).toEqual([]);
  });
});
