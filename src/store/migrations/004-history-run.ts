import { type Kysely, sql } from 'kysely';

/** The links of a run: an undo goes through them, however long the history is. A build before this one needs to know nothing of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index history_run on history (workspace, run, link)`.execute(db);
}
