import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from '../migrations/index.ts';
import type { Database } from './tables.ts';

/** The database was written by a newer build than this one: touching it could lose what this build does not know of. */
export class NewerDatabase extends Error {
  constructor(where: string, newest: string) {
    super(
      `${where} was written by a newer version of Syncline (its schema is at "${newest}", this version knows up to ` +
        `"${Object.keys(migrations).at(-1)}"). Start the newer version, or use another folder or database`,
    );
    this.name = 'NewerDatabase';
  }
}

/** Brings the schema up to this build. Safe to call from several processes at once: Kysely takes a lock. */
export async function migrate(db: Database, where: string): Promise<void> {
  const newest = await newestApplied(db);
  if (newest !== null && !(newest in migrations)) throw new NewerDatabase(where, newest);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw new Error(`the schema of ${where} could not be brought up to date`, { cause: error });
}

async function newestApplied(db: Database): Promise<string | null> {
  const table = await sql<{ there: boolean }>`select to_regclass('kysely_migration') is not null as there`.execute(db);
  if (table.rows[0]?.there !== true) return null;
  const applied = await sql<{
    name: string;
  }>`select name from kysely_migration order by name collate "C" desc limit 1`.execute(db);
  return applied.rows[0]?.name ?? null;
}
