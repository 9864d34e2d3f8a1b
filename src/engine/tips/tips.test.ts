import { expect, it } from 'vitest';
import type { Connection } from '../../model/connection.ts';
import { FaultError, type FaultKind } from '../../model/fault.ts';
import type { Ref } from '../../model/record.ts';
import { openMemory } from '../../store/memory.ts';
import { pass } from '../pass.ts';
import { newBench } from '../testing.ts';
import { readTips } from './tips.ts';

const account = (id: string): Ref => ({ connection: 'sales', object: 'Account', id });

/** Records that a vendor names: read before any feed shows them, and written as ever. */
async function begun() {
  const store = openMemory();
  const bench = newBench(store);
  const engine = await bench.run();
  const told = async (...ids: readonly string[]) =>
    store.tip(ids.map(account), `mark-${ids.join()}`, bench.world.now());
  const work = async () => {
    const count = await readTips(engine);
    await pass(engine, { feeds: [] });
    return count;
  };
  return { ...bench, engine, told, work };
}

it('a record that is named is read and written at once, and named no more', async () => {
  const { crm, desk, store, told, work } = await begun();
  const id = crm.add({ name: 'Acme', note: 'a' });
  await told(id);
  expect(await work()).toBe(1);
  expect(desk.all()).toMatchObject([{ name: 'Acme', note: 'a' }]);
  crm.edit(id, { note: 'b' });
  await told(id);
  await work();
  expect(desk.all()).toMatchObject([{ name: 'Acme', note: 'b' }]);
  expect(await store.tips(10)).toEqual([]);
  expect(await work()).toBe(0);
});

it('many are read a hundred at a time', async () => {
  const { crm, desk, told, work } = await begun();
  const ids = Array.from({ length: 250 }, (_, i) => crm.add({ name: `Customer ${i}` }));
  await told(...ids);
  const before = crm.made.read;
  expect(await work()).toBe(250);
  expect(crm.made.read - before).toBe(3);
  expect(desk.all()).toHaveLength(250);
});

it('one that is named again, or has been written by us, costs no write', async () => {
  const { crm, desk, told, work } = await begun();
  const id = crm.add({ name: 'Acme' });
  await told(id);
  await work();
  const before = desk.made.write;
  for (let time = 0; time < 3; time++) {
    await told(id);
    await work();
  }
  expect(desk.made.write).toBe(before);
});

it('one that is not shown is left to the feed, which knows why', async () => {
  const { crm, desk, store, told, work } = await begun();
  const id = crm.add({ name: 'Acme' });
  await told(id);
  await work();
  crm.remove(id, 'hidden');
  await told(id, 'nobody');
  await work();
  expect(await store.holds({})).toEqual([]);
  expect(await store.tips(10)).toEqual([]);
  expect(desk.all()).toHaveLength(1);
});

it('nothing is read before the feed has been read to its end: it brings everything', async () => {
  const store = openMemory();
  const bench = newBench(store);
  const engine = await bench.run({}, { feeds: [] });
  await store.tip([account(bench.crm.add({ name: 'Acme' }))], 'mark', 1);
  expect(await readTips(engine)).toBe(0);
  expect(await store.tips(10)).toHaveLength(1);
});

it('what cannot be read is kept, and the connection waits as its vendor says', async () => {
  const { crm, engine, store, told, world } = await begun();
  const broken: Connection = {
    ...crm.connection(),
    read: async () => {
      throw new FaultError({ kind: 'limit', say: 'too many calls', afterMs: 30_000 });
    },
  };
  const failing = { ...engine, connections: new Map([...engine.connections, ['sales', broken]]) };
  const id = crm.add({ name: 'Acme' });
  await told(id);
  expect(await readTips(failing)).toBe(0);
  expect(engine.waits.get('sales')).toEqual({ until: world.now() + 30_000, reason: 'too many calls' });
  expect(await readTips(engine)).toBe(0);
  expect(await store.tips(10)).toHaveLength(1);
  await world.sleep(30_000);
  expect(await readTips(engine)).toBe(1);
});

/** The bench's CRM, which is asked for records by their ids in vain. */
function unable({ crm, engine }: Pick<Awaited<ReturnType<typeof begun>>, 'crm' | 'engine'>, kind: FaultKind) {
  const broken: Connection = {
    ...crm.connection(),
    read: async () => {
      throw new FaultError({ kind, say: 'it did not work' });
    },
  };
  return { ...engine, connections: new Map([...engine.connections, ['sales', broken]]) };
}

it('what cannot be read stops nobody else: the feed brings it, and everything that no one named', async () => {
  const { crm, desk, engine, store, told } = await begun();
  const failing = unable({ crm, engine }, 'later');
  await told(crm.add({ name: 'Acme' }));
  crm.add({ name: 'Bolt' });
  for (let time = 0; time < 2; time++) expect(await readTips(failing)).toBe(0);
  await pass(failing, { stay: false });
  expect(
    desk
      .all()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(['Acme', 'Bolt']);
  expect(await store.tips(10)).toHaveLength(1);
});

it('what the vendor will not have asked is left to the feed', async () => {
  const { crm, engine, store, told } = await begun();
  await told('what is this');
  expect(await readTips(unable({ crm, engine }, 'refused'))).toBe(0);
  expect(await store.tips(10)).toEqual([]);
  expect(engine.waits.size).toBe(0);
});

it('two processes read each record once', async () => {
  const { crm, engine, told } = await begun();
  await told(crm.add({ name: 'Acme' }), crm.add({ name: 'Bolt' }));
  const before = crm.made.read;
  const counts = await Promise.all([readTips(engine), readTips({ ...engine })]);
  expect(counts.toSorted()).toEqual([0, 2]);
  expect(crm.made.read - before).toBe(1);
});

it('one that is named while it is read is read again', async () => {
  const { crm, desk, engine, store, told, work } = await begun();
  const id = crm.add({ name: 'Acme', note: 'before' });
  const plain = crm.connection();
  const slow: Connection = {
    ...plain,
    async read(want, ids) {
      const shown = await plain.read(want, ids);
      crm.edit(id, { note: 'after' });
      await store.tip([account(id)], 'again', 2);
      return shown;
    },
  };
  await told(id);
  await readTips({ ...engine, connections: new Map([...engine.connections, ['sales', slow]]) });
  expect(await store.tips(10)).toEqual([{ ref: account(id), mark: 'again' }]);
  await work();
  expect(desk.all()).toMatchObject([{ note: 'after' }]);
});
