import { sql } from 'kysely';
import type { Ref, Sighting } from '../../model/record.ts';
import { jsonText, manyRows, rowsOf } from './json.ts';
import type { Reach } from './tables.ts';

/** A record as it is kept: how it looked, and the match keys that it has. */
export interface Kept {
  readonly sighting: Sighting;
  readonly keys: readonly string[];
  /** When we learnt that (ms). */
  readonly learnedAt: number;
}

export interface SightingRow {
  readonly connection: string;
  readonly object: string;
  readonly id: string;
  readonly version: string | null;
  readonly at: number | null;
  readonly author: string | null;
  readonly seen: Sighting['seen'];
}

export function toSighting({ connection, object, id, version, at, author, seen }: SightingRow): Sighting {
  return { ref: { connection, object, id }, version, at, by: author, seen };
}

function toRow({ sighting: { ref, version, at, by, seen }, keys, learnedAt }: Kept) {
  return { ...ref, version, at, author: by, seen, keys, learned_at: learnedAt };
}

const columns = sql`connection text, object text, id text, version text, at bigint, author text, seen jsonb, keys jsonb, learned_at bigint`;

/** Keeps the records that were never seen before; answers which ones those were, as `connection\nobject\nid`. */
export async function insertSightings({ db, workspace }: Reach, kept: readonly Kept[]): Promise<ReadonlySet<string>> {
  if (kept.length === 0) return new Set();
  const added = await manyRows<Ref>(
    db,
    sql`insert into sighting (workspace, connection, object, id, version, at, author, seen, keys, learned_at)
    select ${workspace}::text, r.connection, r.object, r.id, r.version, r.at, r.author, r.seen, r.keys,
      r.learned_at
    from ${rowsOf(kept.map(toRow))} as r(${columns}) order by r.connection, r.object, r.id
    on conflict (workspace, connection, object, id) do nothing
    returning connection, object, id`,
  );
  return new Set(added.map((ref) => `${ref.connection}\n${ref.object}\n${ref.id}`));
}

export async function readSightings({ db, workspace }: Reach, refs: readonly Ref[]): Promise<readonly SightingRow[]> {
  if (refs.length === 0) return [];
  return manyRows<SightingRow>(
    db,
    sql`select s.* from ${rowsOf(refs)} as r(connection text, object text, id text)
      cross join lateral (
        select connection, object, id, version, at, author, seen from sighting
        where workspace = ${workspace}::text and connection = r.connection and object = r.object and id = r.id
        offset 0
      ) s`,
  );
}

/** What is kept of these records, locked in the order of their ids. */
export async function lockSightings({ db, workspace }: Reach, refs: readonly Ref[]): Promise<readonly Kept[]> {
  if (refs.length === 0) return [];
  const rows = await manyRows<SightingRow & { readonly keys: readonly string[]; readonly learned_at: number }>(
    db,
    sql`select s.connection, s.object, s.id, s.version, s.at, s.author, s.seen, s.keys, s.learned_at
      from ${rowsOf(refs)} as r(connection text, object text, id text)
      join sighting s on s.workspace = ${workspace}::text and s.connection = r.connection
        and s.object = r.object and s.id = r.id
      order by s.connection, s.object, s.id for update of s`,
  );
  return rows.map((row) => ({ sighting: toSighting(row), keys: row.keys, learnedAt: row.learned_at }));
}

export async function updateSightings({ db, workspace }: Reach, kept: readonly Kept[]): Promise<void> {
  if (kept.length === 0) return;
  await sql`
    update sighting set version = r.version, at = r.at, author = r.author, seen = r.seen, keys = r.keys,
      learned_at = r.learned_at
    from ${rowsOf(kept.map(toRow))} as r(${columns})
    where sighting.workspace = ${workspace}::text and sighting.connection = r.connection
      and sighting.object = r.object and sighting.id = r.id`.execute(db);
}

export interface KeyOf {
  readonly key: string;
  readonly record: string;
}

/** Gives records match keys and takes others from them; both leave their time. */
export async function changeKeys(
  { db, workspace }: Reach,
  added: readonly KeyOf[],
  dropped: readonly KeyOf[],
  now: number,
): Promise<void> {
  if (dropped.length > 0) {
    await sql`
      delete from match_key using ${rowsOf(dropped)} as r(key text, record text)
      where match_key.workspace = ${workspace}::text and match_key.key = r.key and match_key.record = r.record`.execute(
      db,
    );
    await noteLost(
      { db, workspace },
      dropped.map(({ key }) => key),
      now,
    );
  }
  if (added.length > 0) {
    await sql`
      insert into match_key (workspace, key, record, at)
      select ${workspace}::text, r.key, r.record, ${now}::bigint
      from ${rowsOf(added)} as r(key text, record text) order by r.key, r.record
      on conflict do nothing`.execute(db);
  }
}

export async function noteLost({ db, workspace }: Reach, keys: readonly string[], now: number): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    insert into lost_key (workspace, key, at)
    select distinct ${workspace}::text, k.key, ${now}::bigint
    from jsonb_array_elements_text(${jsonText(keys)}::jsonb) as k(key) order by 2
    on conflict (workspace, key) do update set at = excluded.at`.execute(db);
}

/** When each of these keys last came to a record or went from one (ms). */
export async function touchedAt(
  { db, workspace }: Reach,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (keys.length === 0) return new Map();
  const found = await sql<{ key: string; at: number }>`
    select t.key, max(t.at) as at from (
      select m.key, m.at from jsonb_array_elements_text(${jsonText(keys)}::jsonb) as k(key)
      join match_key m on m.workspace = ${workspace}::text and m.key = k.key
      union all
      select l.key, l.at from jsonb_array_elements_text(${jsonText(keys)}::jsonb) as k(key)
      join lost_key l on l.workspace = ${workspace}::text and l.key = k.key
    ) t group by t.key`.execute(db);
  return new Map(found.rows.map(({ key, at }) => [key, at]));
}
