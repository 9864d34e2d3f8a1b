import { type Kysely, sql } from 'kysely';

/**
 * The brake: which of them is on, and what each has counted, a row a link. `joined_at` says when a link got both its ends: those of a first
 * load are not counted. A build before this one leaves it at 0, long ago, and has no brake.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements: readonly string[] = [
  `create table brake (
    workspace text not null, sync text not null, side text not null, kind text not null, state jsonb,
    primary key (workspace, sync, side, kind))`,

  `create table braked_write (
    workspace text not null, sync text not null, side text not null, kind text not null, link text collate "C" not null,
    at bigint not null,
    primary key (workspace, sync, side, kind, link))`,
  `create index braked_write_at on braked_write (workspace, sync, side, kind, at)`,

  `alter table link add column joined_at bigint not null default 0`,
  `create index hold_brake on hold (workspace, link) where why = 'brake'`,
];
