import { type Kysely, sql } from 'kysely';

/**
 * When we learnt how a record looks (ms): a page that was asked for before that is older than what we know. A build before this one
 * leaves it as it is, and there any page counts as newer.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table sighting add column learned_at bigint not null default 0`.execute(db);
}
