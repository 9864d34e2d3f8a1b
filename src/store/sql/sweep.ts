import { sql } from 'kysely';
import type { Standing, SweepStore } from '../../engine/ports.ts';
import type { Hold } from '../../model/hold.ts';
import type { Side, Sighting } from '../../model/record.ts';
import { placesOf } from '../pair.ts';
import { jsonText, manyRows, texts } from './json.ts';
import { endColumn } from './kin.ts';
import { type SightingRow, toSighting } from './sightings.ts';
import type { Reach } from './tables.ts';
import { among, type DueRow, toDueLink } from './take.ts';

type Verbs = { readonly [Verb in keyof SweepStore]: SweepStore[Verb] };

/** The verbs of the sweep; none of them needs more than one statement to be right. */
export function sweepVerbs(reach: Reach): Verbs {
  const { db, workspace } = reach;
  return {
    async sightings(connection, object, ids) {
      const rows = await manyRows<Omit<SightingRow, 'connection' | 'object'>>(
        db,
        sql`select id, version, at, author, seen from sighting
        where workspace = ${workspace}::text and connection = ${connection}::text and object = ${object}::text
          and id = any(${texts(ids)})`,
      );
      return rows.map((row) => toSighting({ connection, object, ...row }));
    },

    async standing({ sync, pair, links, after, limit }) {
      const places = placesOf(pair);
      const seenAt = (side: Side) => sql`
        left join lateral (
          select version, at, author, seen from sighting
          where workspace = ${workspace}::text and connection = ${places[side].connection}::text
            and object = ${places[side].object}::text and id = ${sql.ref(`page.${endColumn[side]}`)}
          offset 0
        ) ${sql.ref(`${side}_seen`)} on true`;
      const rows = await manyRows<StandingRow>(
        db,
        sql`
        select page.*, crm_seen, desk_seen, (
            select json_agg(hold.body order by hold.since, hold.id) from hold
            where hold.workspace = ${workspace}::text and hold.link = page.id
          ) as holds
        from (
          select link.id, link.sync, link.pair, link.crm_id, link.desk_id, link.crm, link.desk, link.turn, coalesce(link.lane, 'load') as lane,
            link.cause, link.tries, link.ask_vendor, link.answers, link.joined_at,
            link.due_since, link.lane is not null or link.in_flight > 0 as working,
            link.paused
          from link
          where link.workspace = ${workspace}::text and link.sync = ${sync}::text and link.pair = ${pair}::text
            and link.id > ${after ?? ''}::text ${among(links)}
          order by link.id limit ${limit}::integer
        ) page ${seenAt('crm')} ${seenAt('desk')}
        order by page.id`,
      );
      return rows.map((row): Standing => {
        const sightingOf = (side: Side): Sighting | null => {
          const [id, seen] = [row[endColumn[side]], row[`${side}_seen`]];
          return id === null || seen === null ? null : toSighting({ ...places[side], id, ...seen });
        };
        const link = toDueLink(row, { crm: sightingOf('crm'), desk: sightingOf('desk'), holds: row.holds ?? [] });
        return { link, working: row.working, paused: row.paused };
      });
    },

    async note(sweep, list, ids) {
      if (ids.length === 0) return;
      await sql`
        insert into sweep_note (workspace, sweep, list, lowest, highest, ids)
        select ${workspace}::text, ${sweep}::text, ${list}::text, min(i.id collate "C"), max(i.id collate "C"), array_agg(i.id)
        from jsonb_array_elements_text(${jsonText(ids)}::jsonb) as i(id)
        on conflict (workspace, sweep, list, lowest, highest) do update set ids = sweep_note.ids || excluded.ids`.execute(
        db,
      );
    },

    async noted({ sweep, list, after, limit }) {
      const found = await sql<{ id: string }>`
        select distinct i.id from sweep_note n cross join lateral unnest(n.ids) as i(id)
        where n.workspace = ${workspace}::text and n.sweep = ${sweep}::text and n.list = ${list}::text
          and n.highest > ${after ?? ''}::text and i.id > ${after ?? ''}::text
        order by i.id limit ${limit}::integer`.execute(db);
      return found.rows.map(({ id }) => id);
    },

    // A difference of two lists is linear whatever is known of the tables; asked row by row it depends on statistics that a new one has not.
    async unnoted({ sweep, list, connection, object, before, after, limit }) {
      const found = await sql<{ last: string | null; count: number; rows: readonly SightingRow[] }>`
        with page as materialized (
          select id, learned_at from sighting
          where workspace = ${workspace}::text and connection = ${connection}::text and object = ${object}::text
            and id > ${after ?? ''}::text
          order by id limit ${limit}::integer
        ), ends as materialized (
          select max(id) as last, count(*)::integer as count from page
        ), missing as materialized (
          select id from page where learned_at < ${before}::bigint
          except
          select unnest(ids) from sweep_note
          where workspace = ${workspace}::text and sweep = ${sweep}::text and list = ${list}::text
            and highest > ${after ?? ''}::text and lowest <= (select last from ends)
        )
        select last, count, coalesce((
          select json_agg(row_to_json(s) order by s.id) from missing m cross join lateral (
            select connection, object, id, version, at, author, seen from sighting
            where workspace = ${workspace}::text and connection = ${connection}::text and object = ${object}::text
              and id = m.id
            offset 0) s), '[]'::json) as rows
        from ends`.execute(db);
      const [page] = found.rows;
      return {
        sightings: (page?.rows ?? []).map(toSighting),
        last: page === undefined || page.count < limit ? null : page.last,
      };
    },

    async dropNotes(which) {
      const meant = 'sweep' in which ? sql`sweep = ${which.sweep}::text` : sql`sweep < ${which.before}::text`;
      await sql`delete from sweep_note where workspace = ${workspace}::text and ${meant}`.execute(db);
    },
  };
}

interface StandingRow extends DueRow {
  readonly crm_id: string | null;
  readonly desk_id: string | null;
  readonly crm_seen: Seen | null;
  readonly desk_seen: Seen | null;
  readonly holds: readonly Hold[] | null;
  readonly working: boolean;
  readonly paused: boolean;
}

type Seen = Omit<SightingRow, 'connection' | 'object' | 'id'>;
