import { type Kysely, sql } from 'kysely';

/**
 * The first schema. Every key starts with `workspace`, so that a distributed PostgreSQL can keep each workspace's rows together; there
 * are no sequences and no foreign keys. Times are milliseconds since 1970. Ids and match keys sort by bytes (`collate "C"`): the order
 * must not depend on the locale that a database was created with.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements: readonly string[] = [
  `create table feed (
    workspace text not null, connection text not null, object text not null,
    cursor text, complete boolean not null default false, fields jsonb not null default '[]', read_at bigint,
    lease text, lease_until bigint,
    primary key (workspace, connection, object))`,

  `create table sighting (
    workspace text not null, connection text not null, object text not null, id text collate "C" not null,
    version text, at bigint, author text, seen jsonb not null, keys jsonb not null default '[]',
    primary key (workspace, connection, object, id)) with (fillfactor = 80)`,

  `create table match_key (
    workspace text not null, key text collate "C" not null, record text collate "C" not null, at bigint not null,
    primary key (workspace, key, record))`,

  // When a match key was last taken from a record; forgotten after a while.
  `create table lost_key (
    workspace text not null, key text collate "C" not null, at bigint not null,
    primary key (workspace, key))`,

  `create table track (
    workspace text not null, sync text not null, pair text not null,
    crm_connection text not null, crm_object text not null, desk_connection text not null, desk_object text not null,
    primary key (workspace, sync, pair))`,

  `create table link (
    workspace text not null, id text collate "C" not null, sync text not null, pair text not null,
    crm_id text collate "C", desk_id text collate "C", crm jsonb, desk jsonb, whole boolean not null default false,
    lane text, due_at bigint not null, due_since bigint not null, turn integer not null default 1, cause text not null,
    lease text, lease_until bigint not null default 0, taken_at bigint not null default 0,
    in_flight integer not null default 0, creates integer not null default 0,
    tries integer not null default 0, fault jsonb, fault_since bigint not null default 0,
    ask_vendor boolean not null default false, answers jsonb not null default '{}', paused boolean not null default false,
    primary key (workspace, id)) with (fillfactor = 70)`,
  // A record has one link per sync, and one whole link per pair of objects.
  `create unique index link_crm on link (workspace, sync, crm_id) where crm_id is not null`,
  `create unique index link_desk on link (workspace, sync, desk_id) where desk_id is not null`,
  `create unique index link_whole_crm on link (workspace, pair, crm_id) where whole and crm_id is not null`,
  `create unique index link_whole_desk on link (workspace, pair, desk_id) where whole and desk_id is not null`,
  `create index link_due on link (workspace, sync, lane, due_at, id) where lane is not null and in_flight = 0`,
  `create index link_lease on link (workspace, lease) where lease is not null`,
  `create index link_fault on link (workspace, fault_since) where fault is not null`,
  `create index link_paused on link (workspace, id) where paused`,

  `create table claim (
    workspace text not null, key text collate "C" not null, link text collate "C" not null,
    primary key (workspace, key))`,
  `create index claim_link on claim (workspace, link)`,

  `create table intent (
    workspace text not null, id text collate "C" not null, link text collate "C" not null,
    connection text not null, object text not null, mark text, creates boolean not null,
    at bigint not null, state text not null, job text, again_at bigint not null, body jsonb not null,
    lease text, lease_until bigint not null default 0,
    primary key (workspace, id)) with (fillfactor = 70)`,
  `create index intent_again on intent (workspace, connection, again_at)`,
  `create index intent_mark on intent (workspace, connection, object, mark) where mark is not null`,

  `create table hold (
    workspace text not null, id text collate "C" not null, link text collate "C" not null,
    why text not null, since bigint not null, body jsonb not null,
    primary key (workspace, id))`,
  `create index hold_link on hold (workspace, link)`,
  `create index hold_since on hold (workspace, since, id)`,

  `create table wake (
    workspace text not null, key text collate "C" not null, hold text collate "C" not null, link text collate "C" not null,
    primary key (workspace, key, hold))`,
  `create index wake_link on wake (workspace, link)`,

  `create table history (
    workspace text not null, at bigint not null, id text collate "C" not null, run text not null,
    sync text not null, link text collate "C" not null, side text not null, record text collate "C",
    outcome text not null, body jsonb not null,
    primary key (workspace, at, id))`,
  `create index history_link on history (workspace, link, at)`,
  `create index history_record on history (workspace, record, at) where record is not null`,

  `create table drawer (
    workspace text not null, drawer text not null, name text not null, value text not null,
    primary key (workspace, drawer, name))`,

  `create table paused (
    workspace text not null, kind text not null, name text not null,
    primary key (workspace, kind, name))`,
];
