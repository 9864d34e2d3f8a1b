import { type Kysely, sql } from 'kysely';

/**
 * What a sweep notes while it lasts: ids of the records that a listing showed, ids of links to be looked at once more. A row is a page of
 * them, with the lowest and the highest: a row for each id would cost more to drop than all the rest of a sweep.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sweep_note (
      workspace text not null, sweep text collate "C" not null, list text not null,
      lowest text collate "C" not null, highest text collate "C" not null, ids text[] collate "C" not null,
      primary key (workspace, sweep, list, lowest, highest))`.execute(db);
}
