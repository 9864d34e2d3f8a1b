import { sql } from 'kysely';
import { placesOf } from '../pair.ts';
import { manyRows, texts } from './json.ts';
import { lockLinks, raised } from './raise.ts';
import type { Reach } from './tables.ts';

/** The body of `handOver`, in a transaction. */
export async function handOver(
  { db, workspace }: Reach,
  pair: string,
  from: string,
  to: string,
  now: number,
): Promise<number> {
  const ofPair = sql`link.workspace = ${workspace}::text and link.pair = ${pair}::text`;
  await lockLinks(db, sql`${ofPair} and link.sync in (${from}::text, ${to}::text)`);
  const rival = (sync: string) => sql`exists (select from link other where other.workspace = link.workspace
    and other.pair = link.pair and other.sync = ${sync}::text
    and (other.crm_id = link.crm_id or other.desk_id = link.desk_id))`;
  // Of two links of one record the half one goes; whole ones of one pair never have a record in common.
  const halves = await manyRows<{ id: string }>(
    db,
    sql`delete from link where ${ofPair} and link.sync = ${from}::text and not link.whole and ${rival(to)} returning link.id`,
  );
  const theirs = await manyRows<{ id: string }>(
    db,
    sql`delete from link where ${ofPair} and link.sync = ${to}::text and ${rival(from)} returning link.id`,
  );
  const gone = texts([...halves, ...theirs].map(({ id }) => id));
  for (const table of ['hold', 'wake', 'claim', 'intent'] as const)
    await sql`delete from ${sql.table(table)} where workspace = ${workspace}::text and link = any(${gone})`.execute(db);
  const { crm, desk } = placesOf(pair);
  await sql`insert into track (workspace, sync, pair, crm_connection, crm_object, desk_connection, desk_object)
    values (${workspace}::text, ${to}::text, ${pair}::text, ${crm.connection}::text, ${crm.object}::text,
      ${desk.connection}::text, ${desk.object}::text) on conflict do nothing`.execute(db);
  const moved = await manyRows<{ id: string }>(
    db,
    sql`update link set sync = ${to}::text, lease = null, ${raised(sql`'load'`, sql`'meeting'`, now)}
      where ${ofPair} and link.sync = ${from}::text returning link.id`,
  );
  const ids = texts(moved.map(({ id }) => id));
  for (const table of ['hold', 'intent'] as const)
    await sql`update ${sql.table(table)} set body = jsonb_set(body, '{sync}', to_jsonb(${to}::text))
      where workspace = ${workspace}::text and link = any(${ids})`.execute(db);
  await sql`update intent set sync = ${to}::text
    where workspace = ${workspace}::text and sync is not null and link = any(${ids})`.execute(db);
  return moved.length;
}

export async function syncsOf({ db, workspace }: Reach, pair: string): Promise<readonly string[]> {
  const found = await sql<{ sync: string }>`
    select t.sync from track t where t.workspace = ${workspace}::text and t.pair = ${pair}::text and exists (
      select from link where link.workspace = t.workspace and link.sync = t.sync and link.pair = t.pair)
    order by t.sync collate "C"`.execute(db);
  return found.rows.map(({ sync }) => sync);
}
