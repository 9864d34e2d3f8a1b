import { sql } from 'kysely';
import type { Intent, Known } from '../../engine/ports.ts';
import type { Side } from '../../model/record.ts';
import { manyRows, texts } from './json.ts';
import { type LinkRow, toLink } from './links.ts';
import { readSightings, toSighting } from './sightings.ts';
import type { Reach } from './tables.ts';

export async function known(
  { db, workspace }: Reach,
  connection: string,
  object: string,
  ids: readonly string[],
): Promise<readonly Known[]> {
  if (ids.length === 0) return [];
  const sightings = await readSightings(
    { db, workspace },
    ids.map((id) => ({ connection, object, id })),
  );
  const links = await manyRows<LinkRow & { side: Side; in_flight: number }>(
    db,
    sql`
    select 'crm' as side, link.id, link.sync, link.crm, link.desk, link.in_flight
    from track t join link on link.workspace = t.workspace and link.sync = t.sync and link.pair = t.pair
    where t.workspace = ${workspace}::text and t.crm_connection = ${connection}::text and t.crm_object = ${object}::text
      and link.crm_id = any(${texts(ids)})
    union all
    select 'desk' as side, link.id, link.sync, link.crm, link.desk, link.in_flight
    from track t join link on link.workspace = t.workspace and link.sync = t.sync and link.pair = t.pair
    where t.workspace = ${workspace}::text and t.desk_connection = ${connection}::text and t.desk_object = ${object}::text
      and link.desk_id = any(${texts(ids)})
    order by 2`,
  );
  const seen = new Map(sightings.map((row) => [row.id, toSighting(row)]));
  const linksOf = Map.groupBy(links, (row) => row[row.side]?.id);
  return ids.map((id) => ({
    id,
    sighting: seen.get(id) ?? null,
    links: (linksOf.get(id) ?? []).map((row) => ({ link: toLink(row), side: row.side, inFlight: row.in_flight > 0 })),
  }));
}

export async function awaiting(
  { db, workspace }: Reach,
  connection: string,
  object: string,
  marks: readonly string[],
): Promise<readonly Intent[]> {
  if (marks.length === 0) return [];
  const found = await sql<IntentColumns>`
    select body, state, job, again_at from intent
    where workspace = ${workspace}::text and connection = ${connection}::text and object = ${object}::text
      and mark = any(${texts(marks)})
    order by at, id`.execute(db);
  return found.rows.map(toIntent);
}

export interface IntentColumns {
  readonly body: Intent;
  readonly state: Intent['state'];
  readonly job: string | null;
  readonly again_at: number;
}

/** The body is as it was when the intent was opened; what has changed since stands in columns. */
export function toIntent({ body, state, job, again_at }: IntentColumns): Intent {
  return { ...body, state, job, againAt: again_at };
}
