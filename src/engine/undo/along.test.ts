import { describe, expect, it } from 'vitest';
import { type Fault, FaultError } from '../../model/fault.ts';
import { newTally } from '../../model/tally.ts';
import { openMemory } from '../../store/memory.ts';
import type { Engine } from '../engine.ts';
import { FakeVendor, fakeSetup, stillWorld } from '../testing.ts';
import { removalKey, underOf } from './along.ts';

/** A vendor that removes people together with the account that their `note` names. */
function scene() {
  const world = stillWorld();
  const crm = new FakeVendor('sales', world);
  const plain = fakeSetup(crm, new FakeVendor('support', world));
  const takesAlong = [{ object: 'Person', field: 'note', title: 'name' }];
  const place = { ...plain.crm, type: { ...plain.crm.type, takesAlong } };
  const engine = (fault?: Fault): Engine => {
    const port = crm.connection();
    const failing = async () => {
      if (fault) throw new FaultError(fault);
      return [];
    };
    return {
      world,
      store: openMemory(),
      connections: new Map([['sales', fault ? { ...port, find: failing } : port]]),
      setups: [],
      run: 'undo',
      tallies: new Map([['accounts', newTally()]]),
      waits: new Map(),
      progress: { count: 0 },
      glimpse: { at: Number.NEGATIVE_INFINITY, list: [] },
      moments: new Map(),
    };
  };
  return { crm, place, engine };
}

const wrote = (at: number) => new Map(['A1', 'A2'].map((id) => [id, at]));

describe('what lies under a record and would be removed along with it', () => {
  it('is an obstacle and named, the first of it and how many more; what came with our own write, or the undo removes first, is none', async () => {
    const { crm, place, engine } = scene();
    const bob = crm.add({ name: 'Bob', note: 'A1' });
    crm.add({ name: 'Our automation', note: 'A1' }, 'us');
    const ask = (...going: readonly string[]) => {
      const keys = going.map((id) => removalKey({ connection: 'sales', object: 'Person', id }));
      return underOf(engine(), place, wrote(2000), 'us', new Set(keys));
    };
    const one = `Person "Bob" (${bob}) under it, which Sales would remove together with it`;
    expect([...(await ask())]).toEqual([['A1', one]]);
    expect([...(await ask(bob))]).toEqual([]);
    crm.add({ name: null, note: 'A1' });
    expect((await ask()).get('A1')).toBe(one.replace(' under', ' and 1 more under'));
    expect((await underOf(engine(), place, wrote(-100_000), 'us', new Set())).get('A1')).toMatch(/ and 2 more under/);
    crm.remove(bob);
    expect((await ask()).get('A1')).toMatch(/^Person sales-\d+ under it/);
  });

  it('is asked about in one call for all records, and not where the vendor takes nothing along', async () => {
    const { crm, place, engine } = scene();
    await underOf(engine(), place, wrote(0), 'us', new Set());
    expect(crm.made.find).toBe(1);
    await underOf(engine(), { ...place, type: { ...place.type, takesAlong: [] } }, wrote(0), 'us', new Set());
    expect(crm.made.find).toBe(1);
  });

  it('is passed over where the vendor shows us no such records, and keeps the undo waiting where it could not be asked', async () => {
    const { place, engine } = scene();
    const ask = (kind: Fault['kind']) => underOf(engine({ kind, say: 'no' }), place, wrote(0), 'us', new Set());
    for (const kind of ['refused', 'gone'] as const) expect((await ask(kind)).size).toBe(0);
    for (const kind of ['later', 'limit', 'login'] as const) await expect(ask(kind)).rejects.toThrow('no');
  });
});
