import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Store } from '../engine/ports.ts';
import { describeAlike } from './contract/alike.ts';
import { describeMigrations } from './contract/migrations.ts';
import { idsOf, meetRecord, page, pair, sighting, takeAll } from './contract/samples.ts';
import { describeSchemaContract } from './contract/schema.ts';
import { describeStore } from './contract.ts';
import { type Connected, connect, connectPool, DatabaseUnreachable, openPostgres } from './postgres.ts';
import { get, put } from './sql/drawers.ts';
import { NewerDatabase } from './sql/migrate.ts';
import { sqlStore } from './sql/store.ts';
import { noVacuum } from './sql/tidy.ts';
import { freshDatabase } from './testing.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let opened: Connected;
let workspaces = 0;
beforeAll(async () => {
  database = await freshDatabase();
  opened = await connect(database.url);
});
afterAll(async () => {
  await opened.close();
  await database.drop();
});

// One database for the file, one workspace for each test: so the suite also shows that workspaces do not see each other.
const open = async () => {
  workspaces += 1;
  return sqlStore({ db: opened.db, workspace: `workspace ${workspaces}` }, noVacuum, async () => {});
};
describeStore('the PostgreSQL', open);
describeAlike('the PostgreSQL store', open);
describeSchemaContract('PostgreSQL', () => opened.db);
describeMigrations('PostgreSQL', async () => {
  const { url, drop } = await freshDatabase();
  const { db, close } = connectPool(url, { max: 3 });
  return { db, close: () => close().then(drop) };
});

describe('a PostgreSQL that several processes share', () => {
  test('is opened by all of them at once, on a database that is still empty', async () => {
    const { url, drop } = await freshDatabase();
    const stores = await Promise.all(Array.from({ length: 4 }, () => openPostgres(url, 'main')));
    await stores[0]?.put('meta', 'said by', 'the first');
    expect(await stores[3]?.get('meta', 'said by')).toBe('the first');
    for (const store of stores) await store.close();
    await drop();
  });

  test('gives each its own links, and all of them somebody’s', async () => {
    const [one, other] = await twoProcesses();
    const ids = Array.from({ length: 300 }, (_, i) => `${i}`);
    const links = ids.map((id) => {
      return { sync: 'accounts', pair, side: 'crm', id, link: `link-${id}`, lane: 'live' } as const;
    });
    await one.observe(page('crm', 1, { open: links }));
    const ask = { syncs: ['accounts'], now: 10, limit: 40, until: 100 };
    const taken = await Promise.all(
      ids.slice(0, 10).map((id, i) => (i % 2 === 0 ? one : other).take({ ...ask, lease: `worker ${id}` })),
    );
    expect(taken.flatMap(idsOf).toSorted()).toEqual(links.map(({ link }) => link).toSorted());
  });

  test('leaves the others’ leases alone when one more opens it', async () => {
    const [one, other] = await twoProcesses();
    await meetRecord(one, { side: 'crm', id: '1', link: 'link-1' });
    expect(idsOf(await takeAll(one, 10, 'worker one', 100))).toEqual(['link-1']);
    await other.releaseAll(20);
    expect(await takeAll(other, 20, 'worker two', 200)).toEqual([]);
    expect(idsOf(await takeAll(other, 100, 'worker two', 200))).toEqual(['link-1']);
  });

  test('tells a transaction that its connection is gone, keeps nothing of it, and goes on with a new one', async () => {
    const reach = { db: opened.db, workspace: 'broken' };
    const broken = opened.db.transaction().execute(async (db) => {
      await put({ db, workspace: 'broken' }, 'meta', 'half', 'done');
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(db);
    });
    await expect(broken).rejects.toThrow(DatabaseUnreachable);
    expect(await get(reach, 'meta', 'half')).toBeNull();
  });

  test('that takes too long for a statement says so, in words that tell what to look at', async () => {
    const { db, close } = connectPool(database.url, { max: 1, statement_timeout: 20 });
    onTestFinished(close);
    const slow = sql`select pg_sleep(10)`.execute(db);
    await expect(slow).rejects.toThrow(
      /^the database .* took too long: .*statement timeout\. Look what else keeps it busy\./,
    );
    await expect(slow).rejects.toThrow(DatabaseUnreachable);
  });

  test('is told its statistics as soon as there is something to tell, before its own autovacuum comes by', async () => {
    const [store] = await twoProcesses();
    const analyzed = async () => {
      const found = await sql<{ rows: number }>`
        select reltuples::float8 as rows from pg_class where relname = 'sighting'`.execute(opened.db);
      return found.rows[0]?.rows ?? 0;
    };
    const before = await analyzed();
    for (let at = 0; at < 5; at += 1) {
      const ids = Array.from({ length: 1_000 }, (_, i) => `${at}-${i}`);
      await store.observe(page('crm', at + 1, { sightings: ids.map((id) => sighting('crm', id)) }));
    }
    expect(await analyzed()).toBeGreaterThanOrEqual(before + 5_000);
  });

  test('gives whole numbers as numbers, however large', async () => {
    const store = await open();
    const at = Date.parse('2026-11-20T12:00:00Z');
    await meetRecord(store, { side: 'crm', id: '1', link: 'link-1', now: at });
    expect((await store.nextDue(['accounts'])).get('accounts') ?? null).toBe(at);
    expect(await store.counts('accounts', at + 5)).toMatchObject({ due: 1, lagMs: 5 });
  });
});

describe('a database that cannot be opened', () => {
  test('is named with the reason and without its password', async () => {
    const nobody = openPostgres('postgres://syncline:secret@127.0.0.1:1/nowhere', 'main');
    await expect(nobody).rejects.toThrow(/^the database 127\.0\.0\.1:1\/nowhere cannot be reached: .*ECONNREFUSED/);
    await expect(nobody).rejects.toThrow(DatabaseUnreachable);
  });

  test('is told by what its address should look like', async () => {
    await expect(openPostgres('mysql://127.0.0.1/x', 'main')).rejects.toThrow(
      'DATABASE_URL is not an address such as postgres://user:password@host:5432/database',
    );
  });

  test('because a newer build has written it is left alone', async () => {
    const { url, drop } = await freshDatabase();
    const newer = await connect(url);
    await sql`insert into kysely_migration (name, timestamp) values ('999-the-future', '2030-01-01')`.execute(newer.db);
    await newer.close();
    await expect(openPostgres(url, 'main')).rejects.toThrow(NewerDatabase);
    await drop();
  });
});

/** Two stores on one workspace, each with connections of its own, as two processes have them. */
async function twoProcesses(): Promise<readonly [Store, Store]> {
  workspaces += 1;
  const stores = [0, 1].map(() => openPostgres(database.url, `workspace ${workspaces}`));
  const [one, other] = await Promise.all(stores);
  if (one === undefined || other === undefined) throw new Error('two were opened');
  onTestFinished(async () => {
    await one.close();
    await other.close();
  });
  return [one, other];
}
