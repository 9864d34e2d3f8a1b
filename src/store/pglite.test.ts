import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../engine/ports.ts';
import { newEnd } from '../model/link.ts';
import { describeAlike } from './contract/alike.ts';
import { describeMigrations } from './contract/migrations.ts';
import { change, historyRow, hold, intent, meetRecord, page, pair, sighting, takeAll } from './contract/samples.ts';
import { describeSchemaContract } from './contract/schema.ts';
import { describeStore } from './contract.ts';
import { openDatabase, openPglite, pgliteStore } from './open.ts';
import { get, put } from './sql/drawers.ts';
import { migrate, NewerDatabase } from './sql/migrate.ts';
import { sqlStore } from './sql/store.ts';
import type { Database } from './sql/tables.ts';
import { createVacuum, noVacuum, type Vacuum } from './sql/tidy.ts';
import { Raced, transact } from './sql/transact.ts';

let opened: Awaited<ReturnType<typeof openDatabase>>;
let empty: Awaited<ReturnType<typeof openDatabase>>;
let workspaces = 0;
beforeAll(async () => {
  opened = await openDatabase(null);
  empty = await openDatabase(null);
});
afterAll(async () => {
  await opened.pglite.close();
  await empty.pglite.close();
});

// One database for the file, one workspace for each test: so the suite also shows that workspaces do not see each other.
const open = async () => {
  workspaces += 1;
  return pgliteStore(opened.db, `workspace ${workspaces}`, async () => {});
};
describeStore('the PGlite', open);

describeAlike('the PGlite store', open);
describeSchemaContract('PGlite', () => opened.db);
/** One database for all who need an empty one: making one takes seconds, emptying it none. */
const emptied = async () => {
  await empty.pglite.exec('drop schema public cascade; create schema public');
  return { db: empty.db, close: async () => {} };
};
describeMigrations('PGlite', emptied);

test('a change that no other one can stand beside stops none of its batch', async () => {
  const store = pgliteStore(opened.db, 'poison', async () => {});
  for (const id of ['1', '2', '3']) await meetRecord(store, { side: 'crm', id, link: `link-${id}` });
  // Two holds of one id: nothing but the database's own key can see it.
  const changes = ['1', '2', '3'].map((id) =>
    change(`link-${id}`, 1, { holds: [hold(id === '3' ? 'h3' : 'same', `link-${id}`)] }),
  );
  expect((await store.commit(changes, null, 2)).map(({ is }) => is)).toEqual(['done', 'lost', 'done']);
  expect((await store.holds({})).map(({ link }) => link).toSorted()).toEqual(['link-1', 'link-3']);
});

test('a transaction that races is tried again, and nothing of the tries is kept', async () => {
  const reach = { db: opened.db, workspace: 'race' };
  const names: string[] = [];
  const body = async (within: typeof reach) => {
    names.push(`try ${names.length + 1}`);
    await put(within, 'meta', names.at(-1) ?? '', 'x');
    if (names.length < 3) throw new Raced('somebody was faster');
    return 'done';
  };
  expect(await transact(reach, body)).toBe('done');
  const kept = await Promise.all(names.map((name) => get(reach, 'meta', name)));
  expect(kept).toEqual([null, null, 'x']);
  const always = async () => {
    throw new Raced('somebody was faster');
  };
  expect(await transact(reach, always, 2, 'given up')).toBe('given up');
  await expect(transact(reach, always, 2)).rejects.toThrow('somebody was faster');
});

test('rows that are written again and again leave room for the next ones', async () => {
  const churn = async (vacuum: (db: Database) => Vacuum) => {
    const { db } = await emptied();
    await migrate(db, 'the database');
    const store = sqlStore({ db, workspace: 'main' }, vacuum(db), async () => {});
    const ids = Array.from({ length: 300 }, (_, i) => `${i}`);
    const open = ids.map((id) => ({ sync: 'accounts', pair, side: 'crm', id, link: id, lane: 'load' }) as const);
    await store.observe(page('crm', 1, { open }));
    const before = await sizeOf(db, 'link');
    for (let now = 2; now < 30; now++) {
      await store.take({ syncs: ['accounts'], now, limit: 300, lease: 'worker', until: now + 10 });
      await store.release('worker');
    }
    return (await sizeOf(db, 'link')) - before;
  };
  const kept = await churn((db) => createVacuum(db, 1_000));
  const grown = await churn(() => noVacuum);
  expect(kept).toBeLessThan(grown / 2);
});

async function sizeOf(db: Database, table: string): Promise<number> {
  const found = await sql<{
    bytes: number;
  }>`select pg_total_relation_size(${table}::regclass)::float8 as bytes`.execute(db);
  return found.rows[0]?.bytes ?? 0;
}

describe('a data folder', () => {
  let home: string;
  const folder = (name: string) => join(home, name);
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'syncline-store-'));
    await (await openPglite(folder('prepared'))).close();
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  test('keeps everything when it is closed and opened again', async () => {
    await cp(folder('prepared'), folder('reopened'), { recursive: true });
    const store = await openPglite(folder('reopened'));
    for (const step of story(store)) await step();
    const before = await everything(store);
    await store.close();
    const again = await openPglite(folder('reopened'));
    expect(await everything(again)).toEqual(before);
    await again.close();
  });

  test('is whole at every commit boundary, also when nobody closes it', async () => {
    await cp(folder('prepared'), folder('living'), { recursive: true });
    const store = await openPglite(folder('living'));
    for (const [i, step] of story(store).entries()) {
      await step();
      // What a crash would leave: the files as they are now, while the database is still open.
      await cp(folder('living'), folder(`crash-${i}`), { recursive: true });
      const survivor = await openPglite(folder(`crash-${i}`));
      expect(await everything(survivor)).toEqual(await everything(store));
      await survivor.close();
      await rm(folder(`crash-${i}`), { recursive: true });
    }
    await store.close();
  });

  test('that a newer build has written is refused, and says what to do', async () => {
    await cp(folder('prepared'), folder('newer'), { recursive: true });
    const { db, pglite } = await openDatabase(folder('newer'));
    await sql`insert into kysely_migration (name, timestamp) values ('999-the-future', '2030-01-01')`.execute(db);
    await pglite.close();
    await expect(openPglite(folder('newer'))).rejects.toThrow(NewerDatabase);
    await expect(openPglite(folder('newer'))).rejects.toThrow(
      `${folder('newer')} was written by a newer version of Syncline (its schema is at "999-the-future"`,
    );
  });
});

/** One link from its first sighting to the settled create, a verb at a time. */
function story(store: Store): readonly (() => Promise<unknown>)[] {
  return [
    async () => {
      await store.leaseFeed('sales', 'Account', 'reader', 1, 1_000);
      await store.observe(page('crm', 1, { lease: 'reader', cursor: 'page 2', complete: true }));
    },
    () => meetRecord(store, { side: 'crm', id: '1', link: 'link-1', keys: ['acme'] }),
    () => takeAll(store, 2, 'worker'),
    () => store.commit([change('link-1', 1, { due: 'keep', open: [intent('intent-1', 'link-1')] })], 'worker', 3),
    () => store.noteJob(['intent-1'], 'job-1', 10),
    () =>
      store.commit(
        [
          change('link-1', 1, {
            close: ['intent-1'],
            ends: { desk: newEnd('7') },
            sightings: [sighting('desk', '7')],
            history: [historyRow('row-1', 20)],
            holds: [hold('hold-1', 'link-1')],
          }),
        ],
        null,
        20,
      ),
  ];
}

async function everything(store: Store) {
  return {
    feed: await store.feed('sales', 'Account'),
    known: await store.known('sales', 'Account', ['1']),
    twin: await store.known('support', 'organization', ['7']),
    next: (await store.nextDue(['accounts'])).get('accounts') ?? null,
    underway: await store.underway(['support']),
    history: await store.history({}),
    holds: await store.holds({}),
    counts: await store.counts('accounts', 30),
  };
}
