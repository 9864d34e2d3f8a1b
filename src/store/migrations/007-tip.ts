import { type Kysely, sql } from 'kysely';

/**
 * Records that a vendor which called us said have changed, until they were read. A build before this one takes no such calls, and needs to
 * know nothing of it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table tip (
      workspace text not null, connection text not null, object text not null, id text collate "C" not null,
      mark text not null, at bigint not null,
      primary key (workspace, connection, object, id))`.execute(db);
}
