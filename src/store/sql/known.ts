import { sql } from 'kysely';
import type { Intent, Known } from '../../engine/ports.ts';
import { type Side, sides } from '../../model/record.ts';
import { jsonText, manyRows, texts } from './json.ts';
import { endColumn } from './kin.ts';
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
  const links = (await Promise.all(sides.map((side) => linksAt({ db, workspace }, connection, object, side, ids))))
    .flat()
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const seen = new Map(sightings.map((row) => [row.id, toSighting(row)]));
  const linksOf = Map.groupBy(links, (row) => row[row.side]?.id);
  return ids.map((id) => ({
    id,
    sighting: seen.get(id) ?? null,
    links: (linksOf.get(id) ?? []).map((row) => {
      const { side, due, held, tries } = row;
      return { link: toLink(row), side, inFlight: row.in_flight > 0, due, held, tries };
    }),
  }));
}

interface StandingRow extends LinkRow {
  readonly side: Side;
  readonly in_flight: number;
  readonly due: boolean;
  readonly held: boolean;
  readonly tries: number;
}

/**
 * Record by record, by the key that it has in each sync: a plan that the database would choose for itself without statistics reads the
 * whole table instead (seen: 0.6 s for 2,000 records of 40,000).
 */
async function linksAt(
  { db, workspace }: Reach,
  connection: string,
  object: string,
  side: Side,
  ids: readonly string[],
) {
  const [end, atConnection, atObject] = [endColumn[side], `${side}_connection`, `${side}_object`] as const;
  return manyRows<StandingRow>(
    db,
    sql`
    select ${side}::text as side, l.* from track t
    cross join jsonb_array_elements_text(${jsonText(ids)}::jsonb) as i(id)
    cross join lateral (
      select link.id, link.sync, link.crm, link.desk, link.in_flight, link.lane is not null and not link.paused as due, link.tries,
        exists (select from hold where hold.workspace = link.workspace and hold.link = link.id) as held
      from link where link.workspace = ${workspace}::text and link.sync = t.sync and link.pair = t.pair
        and ${sql.ref(`link.${end}`)} = i.id
      limit 1
    ) l
    where t.workspace = ${workspace}::text and ${sql.ref(`t.${atConnection}`)} = ${connection}::text
      and ${sql.ref(`t.${atObject}`)} = ${object}::text`,
  );
}

export async function awaiting(
  { db, workspace }: Reach,
  connection: string,
  object: string,
  marks: readonly string[],
): Promise<readonly Intent[]> {
  if (marks.length === 0) return [];
  const found = await manyRows<IntentColumns>(
    db,
    sql`
    select body, state, job, again_at from intent
    where workspace = ${workspace}::text and connection = ${connection}::text and object = ${object}::text
      and mark = any(${texts(marks)})
    order by at, id`,
  );
  return found.map(toIntent);
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
