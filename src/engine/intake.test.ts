import { describe, expect, it } from 'vitest';
import type { Connection } from '../model/connection.ts';
import { FaultError } from '../model/fault.ts';
import type { Change, Page } from '../model/record.ts';
import type { SyncSetup } from '../model/sync.ts';
import { newTally } from '../model/tally.ts';
import type { Fields } from '../model/value.ts';
import { openMemory } from '../store/memory.ts';
import { type Engine, feedsOf } from './engine.ts';
import { keepLooked, readFeed } from './intake.ts';
import { pairOf } from './meet.ts';
import { pass } from './pass.ts';
import type { Store } from './ports.ts';
import { byName, FakeVendor, fakeSetup, stillWorld, textRule } from './testing.ts';

const row = (id: string, version: string | null, seen: Change['seen'], at: number | null = null): Change => ({
  ref: { connection: 'sales', object: 'Account', id },
  version,
  at,
  by: null,
  seen,
});
const fields = (name: string, note: string | null = null): Fields => ({ external_id: null, name, note, plan: null });

/** The feed of accounts, with these pages to come; whatever it reads by id it takes from `byId`. */
function newFeed(more: Partial<SyncSetup> = {}, store: Store = openMemory()) {
  const world = stillWorld();
  const [crm, desk] = [new FakeVendor('sales', world), new FakeVendor('support', world)];
  const setup = fakeSetup(crm, desk, more);
  const pages: Page[] = [];
  const asked: { cursors: (string | null)[]; ids: string[] } = { cursors: [], ids: [] };
  const byId = new Map<string, Change>();
  const sales: Connection = {
    ...crm.connection(),
    changes: async (_want, cursor) => {
      asked.cursors.push(cursor);
      return pages.shift() ?? { changes: [], cursor: cursor ?? '', more: false };
    },
    read: async (_want, ids) => {
      asked.ids.push(...ids);
      return ids.flatMap((id) => byId.get(id) ?? []);
    },
  };
  const engine: Engine = {
    world,
    store,
    connections: new Map([
      [sales.name, sales],
      [desk.name, desk.connection()],
    ]),
    setups: [setup],
    run: 'run',
    tallies: new Map([[setup.name, newTally()]]),
    waits: new Map(),
    progress: { count: 0 },
    glimpse: { at: Number.NEGATIVE_INFINITY, list: [] },
    moments: new Map(),
  };
  const [feed] = feedsOf([setup]);
  if (!feed) throw new Error('no feed');
  return {
    engine,
    store,
    world,
    setup,
    desk,
    byId,
    asked,
    feed,
    /** Reads these pages, one after the other, to the end. */
    async read(...lists: readonly (readonly Change[])[]) {
      lists.forEach((changes, i) => {
        pages.push({ changes, cursor: `c${asked.cursors.length + i + 1}`, more: i < lists.length - 1 });
      });
      return readFeed(engine, feed);
    },
    /** Keeps these records as a look by id would show them. */
    look: (changes: readonly Change[]) => keepLooked(engine, feed, changes, world.now()),
    seen: async (id: string) => (await store.known('sales', 'Account', [id]))[0]?.sighting ?? null,
    links: async (id: string) => (await store.known('sales', 'Account', [id]))[0]?.links ?? [],
    due: async () => (await store.counts('accounts', world.now())).due,
    /** Decides what is due, so that only what comes later is due. */
    async quiet() {
      const taken = await store.take({
        syncs: ['accounts'],
        now: world.now(),
        limit: 100,
        lease: 'q',
        until: world.now() + 1,
      });
      await store.commit(
        taken.map(({ link, turn }) => ({ link: link.id, turn, due: 'clear' as const })),
        'q',
        world.now(),
      );
    },
  };
}

describe('a page of a feed', () => {
  it('becomes sightings, half links that are due, match keys and a cursor', async () => {
    const { read, store, setup, seen, links, due } = newFeed();
    expect(await read([row('A1', '1', fields('Acme')), row('A2', '1', fields('Beta'))])).toBe(true);
    expect(await seen('A1')).toMatchObject({ version: '1', seen: { name: 'Acme' } });
    expect(await links('A1')).toMatchObject([
      { link: { sync: 'accounts', crm: { id: 'A1' }, desk: null }, side: 'crm' },
    ]);
    expect(await due()).toBe(2);
    expect(await store.feed('sales', 'Account')).toMatchObject({ cursor: 'c1', complete: true });
    const ask = {
      pair: pairOf(setup),
      side: 'crm',
      connection: 'sales',
      object: 'Account',
      field: 'name',
      value: 'beta',
    } as const;
    expect(await store.kin([ask], 9)).toMatchObject([[{ sighting: { ref: { id: 'A2' } } }]]);
  });

  it('that comes twice makes nothing due the second time', async () => {
    const { read, quiet, due, links } = newFeed();
    await read([row('A1', '1', fields('Acme'))]);
    await quiet();
    await read([row('A1', '1', fields('Acme'))]);
    expect(await due()).toBe(0);
    expect(await links('A1')).toHaveLength(1);
  });

  it('that shows a record twice counts once, as it looked last', async () => {
    const { read, seen, links, due } = newFeed();
    await read([row('A1', '1', fields('Acme')), row('A1', '2', fields('Acme North'))]);
    expect(await seen('A1')).toMatchObject({ version: '2', seen: { name: 'Acme North' } });
    expect(await links('A1')).toHaveLength(1);
    expect(await due()).toBe(1);
  });

  it('that comes out of order, older rows after newer ones, does not turn the record back', async () => {
    const { read, seen } = newFeed();
    await read([row('A1', '2', fields('Acme', 'new'), 2_000_000)], [row('A1', '1', fields('Acme', 'old'), 1_000_000)]);
    expect(await seen('A1')).toMatchObject({ version: '2', seen: { note: 'new' } });
  });

  it('that tells a record again as it was before it went does not bring it back; who is restored is back', async () => {
    const { read, seen } = newFeed();
    await read([row('A1', '1', fields('Acme'), 1_000_000)], [row('A1', '2', { gone: 'trash' }, 2_000_000)]);
    await read([row('A1', '1', fields('Acme'), 1_000_000)]);
    expect(await seen('A1')).toMatchObject({ seen: { gone: 'trash' } });
    await read([row('A1', '3', fields('Acme'), 2_000_000)]);
    expect(await seen('A1')).toMatchObject({ seen: { name: 'Acme' } });
  });

  it('starts where the last one ended, page after page', async () => {
    const { read, asked, store } = newFeed();
    await read([row('A1', '1', fields('Acme'))], [row('A2', '1', fields('Beta'))], []);
    await read([]);
    expect(asked.cursors).toEqual([null, 'c1', 'c2', 'c3']);
    expect((await store.feed('sales', 'Account'))?.complete).toBe(true);
  });

  it('is not complete before the last page, and never incomplete again after it', async () => {
    const { read, engine, feed, store } = newFeed();
    const signal = AbortSignal.abort();
    await readFeed(engine, feed, signal);
    expect(await store.feed('sales', 'Account')).toBeNull();
    await read([row('A1', '1', fields('Acme'))]);
    await read([row('A1', '2', fields('Acme'))], []);
    expect((await store.feed('sales', 'Account'))?.complete).toBe(true);
  });

  it('of an edit makes the link due; of a field that nothing reads it does not', async () => {
    const { read, quiet, due } = newFeed();
    await read([row('A1', '1', { ...fields('Acme'), colour: 'green' })]);
    await quiet();
    await read([row('A1', '2', { ...fields('Acme'), colour: 'green' })]);
    expect(await due()).toBe(0);
    await read([row('A1', '3', fields('Acme', 'edited'))]);
    expect(await due()).toBe(1);
  });

  it('is read anew from the start when other fields are wanted, and only then', async () => {
    const store = openMemory();
    const first = newFeed({}, store);
    await first.read([row('A1', '1', fields('Acme'))]);
    const same = newFeed({}, store);
    await same.read([]);
    expect(same.asked.cursors).toEqual(['c1']);
    const reads = { crm: ['name', 'note', 'plan', 'external_id', 'phone'], desk: ['name'] };
    const wider = newFeed({ reads }, store);
    await wider.read([row('A1', '1', { ...fields('Acme'), phone: '1' })]);
    expect(wider.asked.cursors).toEqual([null]);
    expect(await wider.seen('A1')).toMatchObject({ seen: { phone: '1' } });
  });
});

describe('a row that only says that something may have changed', () => {
  it('is read, unless its version was seen already or the page shows the record anyway', async () => {
    const { read, seen, byId, asked, due, quiet } = newFeed();
    byId.set('A1', row('A1', '2', fields('Acme', 'read')));
    await read([row('A1', '2', 'look')]);
    expect(asked.ids).toEqual(['A1']);
    expect(await seen('A1')).toMatchObject({ version: '2', seen: { note: 'read' } });
    await quiet();
    await read([row('A1', '2', 'look')]);
    await read([row('A1', '3', 'look'), row('A1', '3', fields('Acme', 'shown'))]);
    expect(asked.ids).toEqual(['A1']);
    expect(await seen('A1')).toMatchObject({ version: '3', seen: { note: 'shown' } });
    expect(await due()).toBe(1);
  });

  it('is read each time where it has no version', async () => {
    const { read, byId, asked } = newFeed();
    byId.set('A1', row('A1', null, fields('Acme')));
    await read([row('A1', null, 'look')]);
    await read([row('A1', null, 'look')]);
    expect(asked.ids).toEqual(['A1', 'A1']);
  });
});

describe('a row of a record that is gone', () => {
  it('makes its link due, takes its match keys away, and a restored record is due again', async () => {
    const { read, quiet, due, store, setup, seen } = newFeed();
    await read([row('A1', '1', fields('Acme'))]);
    await quiet();
    await read([row('A1', null, { gone: 'trash' })]);
    expect(await due()).toBe(1);
    expect(await seen('A1')).toMatchObject({ seen: { gone: 'trash' } });
    const ask = {
      pair: pairOf(setup),
      side: 'crm',
      connection: 'sales',
      object: 'Account',
      field: 'name',
      value: 'acme',
    } as const;
    expect(await store.kin([ask], 9)).toEqual([[]]);
    await quiet();
    await read([row('A1', null, { gone: 'trash' })]);
    expect(await due()).toBe(0);
    await read([row('A1', '1', fields('Acme'))]);
    expect(await due()).toBe(1);
    expect(await store.kin([ask], 9)).toHaveLength(1);
  });

  it('that only says that it is not shown changes nothing of what became of it, and everything of a record that was there', async () => {
    const { read, look, quiet, due, seen } = newFeed();
    await read([row('A1', '1', fields('Acme')), row('A2', '1', fields('Beta'))]);
    for (const gone of ['trash', 'purged', 'merged', 'converted'] as const) {
      await read([row('A1', null, { gone })]);
      await quiet();
      await look([row('A1', null, { gone: 'hidden' })]);
      expect(await seen('A1')).toMatchObject({ seen: { gone } });
      expect(await due()).toBe(0);
    }
    await look([row('A2', null, { gone: 'hidden' })]);
    expect(await seen('A2')).toMatchObject({ seen: { gone: 'hidden' } });
    expect(await due()).toBe(1);
    await look([row('A2', null, { gone: 'trash' })]);
    expect(await seen('A2')).toMatchObject({ seen: { gone: 'trash' } });
  });

  it('of a record that nobody knew opens nothing', async () => {
    const { read, due, links } = newFeed();
    await read([row('A9', null, { gone: 'trash' })]);
    expect(await due()).toBe(0);
    expect(await links('A9')).toEqual([]);
  });
});

describe('two readers of one feed', () => {
  it('do not read it at the same time', async () => {
    const { read, store, world } = newFeed();
    await store.leaseFeed('sales', 'Account', 'somebody else', world.now(), world.now() + 1000);
    expect(await read([row('A1', '1', fields('Acme'))])).toBe(false);
    await world.sleep(1000);
    expect(await read([row('A1', '1', fields('Acme'))])).toBe(true);
  });

  it('lose no page when the first one was so slow that the second took over, and failed', async () => {
    const { engine, feed, store, world, seen } = newFeed();
    const sales = engine.connections.get('sales');
    if (!sales) throw new Error('no connection');
    let slow = true;
    const connection = {
      ...sales,
      changes: async (_want: unknown, cursor: string | null): Promise<Page> => {
        if (cursor !== null) return { changes: [row('A2', '1', fields('Beta'))], cursor: 'end', more: false };
        if (slow) {
          slow = false;
          await world.sleep(130_000);
          await readFeed(
            {
              ...engine,
              connections: new Map([
                [
                  'sales',
                  {
                    ...sales,
                    changes: async () => {
                      throw new FaultError({ kind: 'later', say: 'down' });
                    },
                  },
                ],
              ]),
            },
            feed,
          ).catch(() => false);
        }
        return { changes: [row('A1', '1', fields('Acme'))], cursor: 'c1', more: true };
      },
    };
    const mine = { ...engine, connections: new Map([...engine.connections, ['sales', connection]]) };
    await readFeed(mine, feed);
    await readFeed(mine, feed);
    expect(await seen('A1')).not.toBeNull();
    expect(await seen('A2')).not.toBeNull();
    expect((await store.feed('sales', 'Account'))?.complete).toBe(true);
  });
});

describe('two syncs that read one feed', () => {
  /** Accounts to support (both ways) and accounts to the partners’ desk (one way), each with a field of its own. */
  function shared(fieldsOf: { readonly support: readonly string[]; readonly partners: readonly string[] }) {
    const world = stillWorld();
    const store = openMemory();
    const crm = new FakeVendor('sales', world);
    const [support, partners] = [new FakeVendor('support', world), new FakeVendor('partners', world)];
    const sync = (
      name: string,
      desk: FakeVendor,
      direction: 'both' | 'crm-to-desk',
      mapped: readonly string[],
    ): SyncSetup => ({
      ...fakeSetup(crm, desk, {
        direction,
        match: [byName],
        rules: mapped.map((field) => textRule(field, direction)),
        reads: { crm: mapped, desk: [...mapped, 'external_id'] },
      }),
      name,
    });
    const all = [
      sync('support', support, 'both', fieldsOf.support),
      sync('partners', partners, 'crm-to-desk', fieldsOf.partners),
    ];
    const run = (setups: readonly SyncSetup[] = all) =>
      pass({
        world,
        store,
        setups,
        run: 'run',
        waits: new Map(),
        progress: { count: 0 },
        glimpse: { at: Number.NEGATIVE_INFINITY, list: [] },
        moments: new Map(),
        connections: new Map([crm, support, partners].map((vendor) => [vendor.name, vendor.connection()])),
        tallies: new Map(setups.map(({ name }) => [name, newTally()])),
      });
    return { store, crm, support, partners, all, run };
  }

  it('each get their edit, although one of them reads the record once more before it writes', async () => {
    const { crm, support, partners, run } = shared({ support: ['name', 'note'], partners: ['name', 'plan'] });
    const account = crm.add({ name: 'Acme', note: 'a', plan: 'p' });
    await run();
    support.edit([...support.records.keys()][0] ?? '', { note: 'b' });
    crm.edit(account, { plan: 'q' });
    const connect = crm.connection.bind(crm);
    crm.connection = () => {
      const connection = connect();
      return {
        ...connection,
        read: async (want, ids) => {
          // Somebody touches the record between the poll and the second read.
          crm.edit(account, { colour: 'green' });
          return connection.read(want, ids);
        },
      };
    };
    await run();
    await run();
    expect(crm.get(account)).toMatchObject({ note: 'b' });
    expect(partners.all()).toMatchObject([{ plan: 'q' }]);
  });

  it('lose nothing when a run was asked for one of them only', async () => {
    const { crm, support, partners, all, run } = shared({ support: ['name', 'note'], partners: ['name', 'note'] });
    const account = crm.add({ name: 'Acme', note: 'a' });
    await run();
    crm.edit(account, { note: 'b' });
    crm.add({ name: 'Beta', note: 'n' });
    await run(all.slice(0, 1));
    expect(support.all()).toMatchObject([{ note: 'b' }, { name: 'Beta' }]);
    await run();
    expect(partners.all()).toMatchObject([{ note: 'b' }, { name: 'Beta' }]);
  });
});
