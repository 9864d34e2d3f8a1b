import { sql } from 'kysely';
import type { DueLink, Store } from '../../engine/ports.ts';
import type { Cause } from '../../model/history.ts';
import type { Hold } from '../../model/hold.ts';
import type { Lane } from '../../model/link.ts';
import { type Ref, type Side, sides } from '../../model/record.ts';
import { refKey } from '../memory/state.ts';
import { placesOf } from '../pair.ts';
import { manyRows, texts } from './json.ts';
import { type LinkRow, toLink } from './links.ts';
import { readSightings, toSighting } from './sightings.ts';
import type { Answers, Reach } from './tables.ts';

type Ask = Parameters<Store['take']>[0];

/** The body of `take`, in a transaction. */
export async function take(reach: Reach, ask: Ask): Promise<readonly DueLink[]> {
  if (ask.links?.length === 0) return [];
  const live = await lease(reach, ask, 'live', ask.limit);
  const load = live.length < ask.limit ? await lease(reach, ask, 'load', ask.limit - live.length) : [];
  return dueLinks(reach, [...live, ...load]);
}

/** The tracks of these syncs that nobody has paused; `despite`: a pause of the sync alone does not count. */
export function tracks(workspace: string, syncs: readonly string[], despite = false) {
  return sql`
    select t.sync, t.pair from track t
    where t.workspace = ${workspace}::text and t.sync = any(${texts(syncs)}) and not exists (
      select from paused p where p.workspace = t.workspace and (
        (p.kind = 'sync' and p.name = t.sync and not ${despite}::boolean)
        or (p.kind = 'connection' and p.name in (t.crm_connection, t.desk_connection))))`;
}

/**
 * `for update skip locked` stands where the links are found, not on a list that was found before: two takers at once each get their
 * own links instead of the second one getting none. What is locked beyond the limit is free again when this transaction ends.
 */
async function lease({ db, workspace }: Reach, ask: Ask, lane: Lane, limit: number): Promise<readonly DueRow[]> {
  const leased = await manyRows<DueRow & { due_at: number }>(
    db,
    sql`with ready as (
      select l.id, l.due_at from (${tracks(workspace, ask.syncs, ask.paused)}) t cross join lateral (
        select link.id, link.due_at from link
        where link.workspace = ${workspace}::text and link.sync = t.sync and link.pair = t.pair
          and link.lane = ${lane}::text and link.in_flight = 0 and link.due_at <= ${ask.now}::bigint
          and not link.paused and (link.lease is null or link.lease_until <= ${ask.now}::bigint)
          ${among(ask.links)}
        order by link.due_at, link.id limit ${limit}::integer
        for update skip locked
      ) l
      order by l.due_at, l.id limit ${limit}::integer
    )
    update link set lease = ${ask.lease}::text, lease_until = ${ask.until}::bigint, taken_at = ${ask.now}::bigint
    from ready where link.workspace = ${workspace}::text and link.id = ready.id
    returning link.id, link.sync, link.pair, link.crm, link.desk, link.turn, link.lane, link.cause, link.tries, link.ask_vendor,
      link.answers, link.joined_at, link.due_since, link.due_at`,
  );
  return leased.toSorted((a, b) => a.due_at - b.due_at || (a.id < b.id ? -1 : 1));
}

/** Only these links, or all. */
export function among(links: readonly string[] | undefined) {
  return links === undefined ? sql`` : sql`and link.id = any(${texts(links)})`;
}

/** The body of `peek`. */
export async function peek(reach: Reach, ask: Parameters<Store['peek']>[0]): Promise<readonly DueLink[]> {
  const { db, workspace } = reach;
  const isBraked = sql`exists(select from hold h where h.workspace = link.workspace and h.link = link.id and h.why = 'brake')`;
  const isShown = ask.braked ? sql`(link.lane is not null or ${isBraked})` : sql`link.lane is not null`;
  const isWhole = ask.whole ? sql`and link.crm_id is not null and link.desk_id is not null` : sql``;
  const found = await sql<{ rows: readonly DueRow[] }>`
    with t as (${tracks(workspace, ask.syncs, ask.paused)}), found as (
      select link.id, link.sync, link.pair, link.crm, link.desk, link.turn, coalesce(link.lane, 'load') as lane,
        case when link.lane is null then 'edit' else link.cause end as cause, link.tries, link.ask_vendor,
        link.answers, link.joined_at, link.due_since
      from link join t on t.sync = link.sync and t.pair = link.pair
      where link.workspace = ${workspace}::text and ${isShown} and link.in_flight = 0 and not link.paused
        and link.id > ${ask.after ?? ''}::text ${among(ask.links)} ${isWhole}
      order by link.id limit ${ask.limit}::integer)
    select coalesce(json_agg(found order by found.id), '[]'::json) as rows from found`.execute(db);
  return dueLinks(reach, found.rows[0]?.rows ?? []);
}

export interface DueRow extends LinkRow {
  readonly pair: string;
  readonly turn: number;
  readonly lane: Lane;
  readonly cause: Cause;
  readonly tries: number;
  readonly ask_vendor: boolean;
  readonly answers: Answers;
  readonly joined_at?: number;
  readonly due_since: number;
}

/** Plain look-ups by key instead of one join: a database without statistics yet would join in the wrong order. */
async function dueLinks({ db, workspace }: Reach, rows: readonly DueRow[]): Promise<readonly DueLink[]> {
  if (rows.length === 0) return [];
  const refOf = (row: DueRow, side: Side): Ref | null => {
    const end = row[side];
    return end === null ? null : { ...placesOf(row.pair)[side], id: end.id };
  };
  const refs = rows.flatMap((row) => sides.flatMap((side) => refOf(row, side) ?? []));
  const seen = await readSightings({ db, workspace }, refs);
  const sightings = new Map(seen.map(toSighting).map((sighting) => [refKey(sighting.ref), sighting]));
  const sightingOf = (ref: Ref | null) => (ref === null ? null : (sightings.get(refKey(ref)) ?? null));
  const holds = await sql<{ link: string; body: Hold }>`
    select link, body from hold where workspace = ${workspace}::text and link = any(${texts(rows.map(({ id }) => id))})
    order by since, id`.execute(db);
  const holdsOf = Map.groupBy(holds.rows, ({ link }) => link);
  return rows.map((row) =>
    toDueLink(row, {
      crm: sightingOf(refOf(row, 'crm')),
      desk: sightingOf(refOf(row, 'desk')),
      holds: (holdsOf.get(row.id) ?? []).map(({ body }) => body),
    }),
  );
}

/** A link as it is decided about: its row, and what is kept elsewhere of it. */
export function toDueLink(row: DueRow, beside: Pick<DueLink, 'crm' | 'desk' | 'holds'>): DueLink {
  return {
    link: toLink(row),
    turn: row.turn,
    lane: row.lane,
    cause: row.cause,
    tries: row.tries,
    askVendor: row.ask_vendor,
    joinedAt: row.joined_at ?? 0,
    dueSince: row.due_since,
    answers: Object.fromEntries(Object.entries(row.answers).map(([field, { answer }]) => [field, answer])),
    ...beside,
  };
}
