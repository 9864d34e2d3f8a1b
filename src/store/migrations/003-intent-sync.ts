import { type Kysely, sql } from 'kysely';

/**
 * The sync of an intent in a column: it is asked for all the time, and inside the body it costs the reading of the whole. A build before
 * this one leaves it empty; then it is looked for in the body.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table intent add column sync text`.execute(db);
}
