import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { describe, expect, test } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { migrate } from '../sql/migrate.ts';
import { sqlStore } from '../sql/store.ts';
import type { Database } from '../sql/tables.ts';
import { noVacuum } from '../sql/tidy.ts';
import { keyOf, pair, places, takeAll } from './samples.ts';

/** An empty database of its own, and how to let it go. */
export interface Empty {
  readonly db: Database;
  readonly close: () => Promise<void>;
}

const names = Object.keys(migrations);

/**
 * A change of the schema, as two versions of Syncline meet it: the new one finds what the old one wrote, and the old one works on beside
 * it until it is replaced (docs/architecture.md has the rule).
 */
export function describeMigrations(name: string, open: () => Promise<Empty>): void {
  const on = async (work: (db: Database) => Promise<void>) => {
    const { db, close } = await open();
    await work(db).finally(close);
  };

  describe(`the migrations on ${name}`, () => {
    test('keep what the first schema held', () =>
      on(async (db) => {
        await migrateTo(db, '001-start');
        await write(db, 'data-001.sql');
        await migrate(db, 'the database');
        await readAll(db);
      }));

    test('leave a database to which the version before can still write', () =>
      on(async (db) => {
        await migrate(db, 'the database');
        await write(db, 'data-001.sql');
        await readAll(db);
      }));

    test('take nothing away: each adds what the version before need not know', () =>
      on(async (db) => {
        for (const [i, next] of names.entries()) {
          const before = await columns(db);
          await migrateTo(db, next);
          const after = await columns(db);
          if (i === 0) continue;
          for (const [column, was] of before) expect([column, after.get(column)]).toEqual([column, was]);
          const tables = new Set([...before.keys()].map((column) => column.split('.')[0]));
          const added = [...after].filter(([column]) => !before.has(column) && tables.has(column.split('.')[0]));
          for (const [column, is] of added) expect([column, is.required && !is.hasDefault]).toEqual([column, false]);
        }
      }));

    test('may be begun by several processes at once', () =>
      on(async (db) => {
        await Promise.all(Array.from({ length: 3 }, () => migrate(db, 'the database')));
        const applied = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
        expect(applied.rows.map((row) => row.name)).toEqual(names);
      }));
  });
}

async function migrateTo(db: Database, last: string): Promise<void> {
  const known = Object.fromEntries(Object.entries(migrations).filter(([each]) => each <= last));
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => known } }).migrateToLatest();
  expect(error).toBeUndefined();
}

async function write(db: Database, file: string): Promise<void> {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  for (const statement of text.split(';\n')) if (statement.trim() !== '') await sql.raw(statement).execute(db);
}

/** What data-001.sql says, through the verbs of this build. */
async function readAll(db: Database): Promise<void> {
  const store = sqlStore({ db, workspace: 'main' }, noVacuum, async () => {});
  expect(await store.feed('sales', 'Account')).toMatchObject({ cursor: 'page 2', complete: true, readAt: 1 });
  expect(await store.known('support', 'organization', ['7', '9'])).toMatchObject([
    { sighting: { seen: { name: 'name of 7' } }, links: [{ link: { id: 'link-1', crm: { id: '1' } } }] },
    { sighting: { seen: { gone: 'trash' } }, links: [] },
  ]);
  expect(await store.holds({})).toMatchObject([{ id: 'hold-3', crm: '3', wakes: [keyOf('desk', 'held')] }]);
  expect(await store.faults({})).toMatchObject([{ link: 'link-2', tries: 1, fault: { kind: 'later' } }]);
  expect(await store.history({})).toMatchObject([{ id: 'row-1', link: 'link-3', outcome: 'refused: no' }]);
  expect(await store.underway(['support'])).toMatchObject([{ object: 'organization', state: 'open', count: 1 }]);
  expect(await store.awaiting('support', 'organization', ['mark-intent-4'])).toMatchObject([{ id: 'intent-4' }]);
  expect(await store.paused()).toEqual([{ kind: 'sync', name: 'partners' }]);
  expect(await store.get('meta', 'kept')).toBe('since version 001');
  const [kin] = await store.kin([{ pair, side: 'crm', ...places.crm, field: 'Name', value: 'new' }], 10);
  expect(kin).toMatchObject([{ sighting: { ref: { id: '2' } }, links: [{ id: 'link-2' }] }]);
  expect(await takeAll(store, 60)).toMatchObject([
    { link: { id: 'link-2' }, tries: 1, crm: { seen: { Name: 'new' } } },
  ]);
}

interface Column {
  readonly type: string;
  readonly required: boolean;
  readonly hasDefault: boolean;
}

/** By `table.column`. */
async function columns(db: Database): Promise<ReadonlyMap<string, Column>> {
  const found = await sql<Column & { name: string }>`
    select table_name || '.' || column_name as name, data_type as type, is_nullable = 'NO' as required,
      column_default is not null as "hasDefault"
    from information_schema.columns where table_schema = 'public' and table_name not like 'kysely%'`.execute(db);
  return new Map(found.rows.map(({ name, ...column }) => [name, column]));
}
