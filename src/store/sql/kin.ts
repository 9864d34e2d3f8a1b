import { sql } from 'kysely';
import type { Doubles, Kin, KinAsk } from '../../engine/ports.ts';
import { matchKey } from '../../model/hold.ts';
import type { Side } from '../../model/record.ts';
import { shownRecords } from '../words.ts';
import { indexKey, manyRows, rowsOf } from './json.ts';
import { type SightingRow, toSighting } from './sightings.ts';
import type { Reach } from './tables.ts';

export async function kin(reach: Reach, asks: readonly KinAsk[], limit: number): Promise<readonly (readonly Kin[])[]> {
  if (asks.length === 0) return [];
  const found = await records(reach, asks, limit);
  const links = Map.groupBy(await linksOf(reach, asks, found), ({ ask, record }) => `${ask}\n${record}`);
  const byAsk = Map.groupBy(found, ({ ask }) => ask);
  return asks.map((_, ask) =>
    (byAsk.get(ask) ?? []).map((row) => ({
      sighting: toSighting(row),
      links: (links.get(`${ask}\n${row.id}`) ?? []).map(({ id, sync, whole }) => ({ id, sync, whole })),
    })),
  );
}

type Found = SightingRow & { readonly ask: number };

/**
 * Key by key, then record by record: a plan that the database would choose for itself without statistics walks through all records of
 * the object for every key instead (seen: more than a minute for a page).
 */
async function records({ db, workspace }: Reach, asks: readonly KinAsk[], limit: number): Promise<readonly Found[]> {
  const rows = asks.map(({ connection, object, field, value }, ask) => {
    return { ask, connection, object, key: indexKey(matchKey(connection, object, field, value)) };
  });
  return manyRows<Found>(
    db,
    sql`select a.ask, s.* from ${rowsOf(rows)} as a(ask integer, connection text, object text, key text)
    cross join lateral (
      select record from match_key where workspace = ${workspace}::text and key = a.key
      order by record limit ${limit}::integer
    ) k
    cross join lateral (
      select connection, object, id, version, at, author, seen from sighting
      where workspace = ${workspace}::text and connection = a.connection and object = a.object and id = k.record
      offset 0
    ) s
    order by a.ask, s.id`,
  );
}

async function linksOf({ db, workspace }: Reach, asks: readonly KinAsk[], found: readonly Found[]) {
  const rows = found.flatMap(({ ask, id }) => {
    const asked = asks[ask];
    return asked === undefined ? [] : [{ ask, record: id, pair: asked.pair, side: asked.side }];
  });
  const bySide = Map.groupBy(rows, ({ side }) => side);
  const links = await Promise.all(
    [...bySide].map(async ([side, ends]) => {
      const end = sql.ref(`link.${endColumn[side]}`);
      const result = await sql<{ ask: number; record: string; id: string; sync: string; whole: boolean }>`
        select r.ask, r.record, link.id, link.sync, link.whole
        from ${rowsOf(ends)} as r(ask integer, record text, pair text)
        join track t on t.workspace = ${workspace}::text and t.pair = r.pair
        cross join lateral (
          select id, sync, whole from link
          where link.workspace = ${workspace}::text and link.sync = t.sync and link.pair = t.pair and ${end} = r.record
          offset 0
        ) link
        order by link.id`.execute(db);
      return result.rows;
    }),
  );
  return links.flat();
}

export const endColumn: Readonly<Record<Side, 'crm_id' | 'desk_id'>> = { crm: 'crm_id', desk: 'desk_id' };

/** The body of `doubles`. Keys are compared byte by byte, so all of a field's stand together in the index. */
export async function doubles(
  { db, workspace }: Reach,
  connection: string,
  object: string,
  field: string,
  limit: number,
): Promise<Doubles> {
  const begin = matchKey(connection, object, field, '');
  const found = await sql<{ values: number; examples: readonly { key: string; records: readonly string[] }[] }>`
    with several as (
      select key, array_agg(record order by record) as records from match_key
      where workspace = ${workspace}::text and key >= ${begin}::text and key < ${`${begin}\u{10FFFF}`}::text
      group by key having count(*) > 1)
    select (select count(*) from several)::integer as values, coalesce((select json_agg(
      json_build_object('key', s.key, 'records', to_json(s.records[1:${shownRecords}::integer])) order by s.key)
      from (select * from several order by key limit ${limit}::integer) s), '[]'::json) as examples`.execute(db);
  const [row] = found.rows;
  const examples = (row?.examples ?? []).map(({ key, records }) => ({ value: key.slice(begin.length), records }));
  return { values: row?.values ?? 0, examples };
}
