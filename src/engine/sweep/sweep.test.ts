import { beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../model/connection.ts';
import { FaultError } from '../../model/fault.ts';
import type { SyncSetup } from '../../model/sync.ts';
import type { Value } from '../../model/value.ts';
import { sweptTown } from '../testing/sweeping.ts';
import { Town } from '../testing/town.ts';

let town: Town;
let setup: SyncSetup;
beforeEach(() => {
  town = new Town();
  setup = town.accountsSync();
});

const isOf = (side: 'crm' | 'desk', connection: Connection) =>
  connection.name === (side === 'crm' ? 'accounts' : 'organizations');

/** Something changes at the vendor, and no feed ever says so. */
function editUnseen(vendor: Town['accounts'], id: string, fields: Readonly<Record<string, Value>>): void {
  const record = vendor.records.get(id);
  if (!record) throw new Error(`no ${id}`);
  record.fields = { ...record.fields, ...fields };
}

async function loaded(count = 3): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, i) =>
    town.accounts.add({ name: `Account ${i}`, note: 'n', plan: null }),
  );
  // Once more, so that what was created has been shown by its feed.
  for (let i = 0; i < 2; i++) await town.run([setup]);
  return ids;
}

const twinOf = async (id: string) => (await town.twin(setup, 'crm', id)) ?? '';

const swept = async (around?: (connection: Connection) => Connection) => {
  const { accounts } = await sweptTown(town, [setup], around);
  if (!accounts) throw new Error('nothing was swept');
  return accounts;
};

describe('a sweep of two sides that are in step', () => {
  it('finds every pair equal, whatever the page size, and writes nothing', async () => {
    await loaded(2300);
    const writes = town.writes();
    expect(await swept()).toMatchObject({
      pairs: 2300,
      equal: 2300,
      explained: 0,
      drifted: 0,
      differ: 0,
      repaired: 0,
      found: { crm: 0, desk: 0 },
      orphans: { crm: 0, desk: 0 },
      why: {},
      examples: [],
    });
    expect(town.writes()).toBe(writes);
    expect(await town.store.counts('accounts', town.world.now())).toMatchObject({ due: 0, pending: 0 });
  });

  it('leaves where the feed stands as it is', async () => {
    await loaded();
    const before = await town.store.feed('accounts', 'Account');
    await swept();
    expect(await town.store.feed('accounts', 'Account')).toMatchObject({ cursor: before?.cursor, complete: true });
  });
});

describe('what no feed has told', () => {
  it('of an edit is found and brought over', async () => {
    const [first = ''] = await loaded();
    editUnseen(town.accounts, first, { note: 'missed' });
    await town.run([setup]);
    expect(town.organizations.get(await twinOf(first))).toMatchObject({ note: 'n' });
    expect(await swept()).toMatchObject({ pairs: 3, equal: 3, repaired: 1, found: { crm: 1, desk: 0 } });
    expect(town.organizations.get(await twinOf(first))).toMatchObject({ note: 'missed' });
  });

  it('of a new record is found, and it gets its twin', async () => {
    await loaded();
    const id = town.accounts.add({ name: 'Never told', note: 'n', plan: null });
    const record = town.accounts.records.get(id);
    // Its stamp lies behind the cursor, so that no poll brings it.
    if (record) record.stamp = 1;
    await town.run([setup]);
    expect(await town.twin(setup, 'crm', id)).toBeNull();
    expect(await swept()).toMatchObject({
      pairs: 4,
      equal: 4,
      found: { crm: 1, desk: 0 },
      orphans: { crm: 0, desk: 0 },
    });
    expect(town.organizations.get(await twinOf(id))).toMatchObject({ name: 'Never told' });
  });

  it('of a hard delete is found by reading what the listing did not show', async () => {
    const [first = ''] = await loaded();
    town.accounts.records.delete(first);
    const figures = await swept();
    expect(figures).toMatchObject({
      pairs: 3,
      equal: 2,
      explained: 1,
      why: { removed: 1 },
      found: { crm: 1, desk: 0 },
    });
    expect(figures.examples[0]?.say).toContain('one of them was removed, and the sync keeps the other one');
    const [known] = await town.store.known('accounts', 'Account', [first]);
    expect(known?.sighting?.seen).toEqual({ gone: 'trash' });
    expect(town.organizations.get(await twinOf(first))).toBeDefined();
  });

  it('is no removal where the vendor shows the record when it is asked for by its id', async () => {
    const [first = ''] = await loaded();
    const figures = await swept((connection) => ({
      ...connection,
      changes: async (want, cursor) => {
        const page = await connection.changes(want, cursor);
        return { ...page, changes: page.changes.filter(({ ref }) => ref.id !== first) };
      },
    }));
    expect(figures).toMatchObject({ pairs: 3, equal: 3, found: { crm: 0, desk: 0 } });
  });
});

describe('a record that nothing shows any more', () => {
  const hiding = (id: string) => (connection: Connection) => ({
    ...connection,
    changes: async (want: Parameters<Connection['changes']>[0], cursor: string | null) => {
      const page = await connection.changes(want, cursor);
      return { ...page, changes: page.changes.filter(({ ref }) => ref.id !== id) };
    },
    read: async (want: Parameters<Connection['read']>[0], ids: readonly string[]) =>
      (await connection.read(want, ids)).filter(({ ref }) => ref.id !== id),
  });

  it('is held as hidden, and its twin stays', async () => {
    const [first = ''] = await loaded();
    const figures = await swept(hiding(first));
    expect(figures).toMatchObject({ pairs: 3, equal: 2, explained: 1, why: { hidden: 1 }, waiting: 1 });
    expect(figures.examples[0]?.say).toContain('is not shown to us any more');
    expect(town.organizations.get(await twinOf(first))).toBeDefined();
    expect(await town.holds()).toEqual([`accounts ${first}: hidden`]);
  });

  it('is in step again once a sweep is shown it', async () => {
    const [first = ''] = await loaded();
    await swept(hiding(first));
    expect(await swept()).toMatchObject({ pairs: 3, equal: 3, why: {}, waiting: 0 });
    expect(await town.holds()).toEqual([]);
  });
});

describe('a side that lists nothing', () => {
  const empty = (side: 'crm' | 'desk') => (connection: Connection) =>
    isOf(side, connection)
      ? { ...connection, changes: async () => ({ changes: [], cursor: '0', more: false }), read: async () => [] }
      : connection;

  it('where there were ten or more stops the sweep: nothing is taken for removed', async () => {
    const ids = await loaded(10);
    const writes = town.writes();
    await expect(swept(empty('desk'))).rejects.toThrow(FaultError);
    await expect(swept(empty('desk'))).rejects.toThrow(
      'organizations lists no organization at all, where at least 10 are known. Nothing is taken for removed',
    );
    expect(await town.holds()).toEqual([]);
    expect(town.writes()).toBe(writes);
    expect(await swept()).toMatchObject({ pairs: ids.length, equal: ids.length });
  });

  it('and yet shows its records when they are asked for by id only lags', async () => {
    await loaded(12);
    const lagging = (connection: Connection) =>
      isOf('desk', connection)
        ? { ...connection, changes: async () => ({ changes: [], cursor: '0', more: false }) }
        : connection;
    expect(await swept(lagging)).toMatchObject({ pairs: 12, equal: 12, found: { crm: 0, desk: 0 } });
  });

  it('where there were fewer is believed, and each record is read by its id', async () => {
    await loaded(9);
    expect(await swept(empty('desk'))).toMatchObject({ pairs: 9, why: { hidden: 9 } });
  });
});

describe('a one-way target that somebody edited', () => {
  const drifted = async (drift: SyncSetup['drift']) => {
    setup = town.accountsSync({ drift });
    const [first = ''] = await loaded();
    const twin = await twinOf(first);
    town.organizations.edit(twin, { note: 'by an agent' });
    await town.run([setup]);
    expect(town.organizations.get(twin)).toMatchObject({ note: 'by an agent' });
    return { first, twin };
  };

  it('is counted and told, and stays', async () => {
    const { twin } = await drifted('report');
    const figures = await swept();
    expect(figures).toMatchObject({ pairs: 3, equal: 2, drifted: 1, explained: 0, why: { drift: 1 }, waiting: 0 });
    expect(figures.examples[0]?.say).toContain('note "n" in Sales, note "by an agent" in Support');
    expect(town.organizations.get(twin)).toMatchObject({ note: 'by an agent' });
  });

  it('is written back by the sweep, and by nothing else, where the sync says restore', async () => {
    const { twin } = await drifted('restore');
    expect(await swept()).toMatchObject({ pairs: 3, equal: 3, drifted: 0, repaired: 1, why: {} });
    expect(town.organizations.get(twin)).toMatchObject({ note: 'n' });
    const [row] = await town.store.history({ limit: 1 });
    expect(row).toMatchObject({ cause: 'drift', fields: { note: { before: 'by an agent', after: 'n' } } });
    const writes = town.writes();
    await swept();
    expect(town.writes()).toBe(writes);
  });
});

describe('records that are not in step for a reason', () => {
  it('are counted by it: held, outside the filter, without a twin', async () => {
    setup = town.accountsSync({ create: [] });
    town.accounts.add({ name: 'Alone', note: 'n', plan: null });
    for (const note of ['a', 'b']) town.accounts.add({ name: 'Twice', note, plan: null });
    for (const name of ['Twice', 'Pair', 'Left']) town.organizations.add({ name, note: 'n', plan: null });
    town.accounts.add({ name: 'Pair', note: 'n', plan: null });
    const left = town.accounts.add({ name: 'Left', note: 'n', plan: null });
    await town.run([setup]);
    town.accounts.edit(left, { plan: 'outside' });
    await town.run([setup]);
    const figures = await swept();
    expect(figures).toMatchObject({
      pairs: 2,
      equal: 1,
      explained: 1,
      why: { outside: 1 },
      orphans: { crm: 3, desk: 1 },
      whyAlone: { ambiguous: 2, 'not-created': 2 },
      waiting: 2,
    });
    expect(figures.examples.map(({ why }) => why).toSorted()).toEqual([
      'ambiguous',
      'ambiguous',
      'not-created',
      'not-created',
      'outside',
    ]);
    for (const { say } of figures.examples) expect(say).toMatch(/"(Alone|Twice|Left)" \(/);
  });

  it('are told as paused, watched or failing', async () => {
    const [first = '', second = ''] = await loaded();
    for (const id of [first, second]) editUnseen(town.accounts, id, { note: 'missed' });
    const [known] = await town.store.known('accounts', 'Account', [first]);
    const link = known?.links[0]?.link.id ?? '';
    await town.store.setPaused({ kind: 'link', name: link }, true);
    for (let i = 0; i < 50; i++)
      town.organizations.faults.push({ applied: false, fault: { kind: 'later', say: 'busy', afterMs: 3_600_000 } });
    expect(await swept()).toMatchObject({
      pairs: 3,
      equal: 1,
      explained: 2,
      why: { paused: 1, failing: 1 },
      waiting: 1,
    });
    setup = town.accountsSync({ mode: 'watch' });
    town.organizations.faults.splice(0);
    await town.store.setPaused({ kind: 'link', name: link }, false);
    await town.rest([setup]);
    expect(await swept()).toMatchObject({ pairs: 3, equal: 1, explained: 2, why: { watched: 2 }, waiting: 0 });
  });

  it('are shown in a hundred examples at most, pairs first', async () => {
    const ids = await loaded(120);
    for (const id of ids) town.organizations.edit(await twinOf(id), { note: 'by an agent' });
    for (let i = 0; i < 5; i++) town.organizations.add({ name: `Alone ${i}`, note: 'n', plan: null });
    await town.run([setup]);
    const figures = await swept();
    expect(figures).toMatchObject({ drifted: 120, orphans: { desk: 5 } });
    expect(figures.examples).toHaveLength(100);
    expect(figures.examples.every(({ why }) => why === 'drift')).toBe(true);
  });
});

describe('a sweep that is disturbed', () => {
  it('waits for a vendor that is busy, and goes on with the page that failed', async () => {
    await loaded(120);
    let asked = 0;
    const figures = await swept((connection) => ({
      ...connection,
      changes: async (want, cursor) => {
        asked += 1;
        if (asked === 2) throw new FaultError({ kind: 'limit', say: 'slow down', afterMs: 60_000 });
        return connection.changes(want, cursor);
      },
    }));
    expect(figures).toMatchObject({ pairs: 120, equal: 120 });
  });

  it('ends where the vendor goes on refusing', async () => {
    await loaded();
    const refusing = (connection: Connection) => ({
      ...connection,
      changes: async () => {
        throw new FaultError({ kind: 'later', say: 'try later' });
      },
    });
    await expect(swept(refusing)).rejects.toThrow('try later');
  });

  it('and then begun anew leaves no notes behind', async () => {
    const [first = ''] = await loaded();
    let id = '';
    const store = town.store;
    const dying = async () => {
      throw new Error('the process died');
    };
    town.store = {
      ...store,
      note: (sweep, list, ids) => {
        id = sweep;
        return store.note(sweep, list, ids);
      },
      standing: dying,
      dropNotes: (which) => ('sweep' in which ? dying() : store.dropNotes(which)),
    };
    await expect(swept()).rejects.toThrow('the process died');
    town.store = store;
    const notes = () => store.noted({ sweep: id, list: 'accounts/Account', after: null, limit: 10 });
    expect(await notes()).toContain(first);
    await town.world.sleep(2 * 86_400_000);
    await swept();
    expect(await notes()).toEqual([]);
  });
});

describe('a record without a twin by this sync', () => {
  it('that another sync has linked misses nothing, and pairs that are both removed are no pairs', async () => {
    const contacts = town.contactsSync();
    const leads = { ...town.contactsSync({ create: [], within: (side) => side === 'desk' }), name: 'leads' };
    town.contacts.add({ name: 'Ann', note: null, plan: null });
    for (let i = 0; i < 2; i++) await town.run([contacts, leads]);
    const alone = await sweptTown(town, [contacts, leads]);
    expect(alone.contacts).toMatchObject({ pairs: 1, equal: 1, orphans: { crm: 0, desk: 0 } });
    expect(alone.leads).toMatchObject({ pairs: 0, orphans: { crm: 0, desk: 0 }, examples: [] });

    town.contacts.remove('contacts-000001');
    town.users.remove('users-000001');
    await town.run([contacts, leads]);
    const { contacts: after } = await sweptTown(town, [contacts, leads]);
    expect(after).toMatchObject({ pairs: 0, explained: 0, why: {}, examples: [] });
  });
});
