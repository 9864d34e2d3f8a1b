import { type RawBuilder, sql } from 'kysely';
import type { RowFilter, Store } from '../../engine/ports.ts';
import type { HistoryRow } from '../../model/history.ts';
import { limitOf } from '../words.ts';
import { texts } from './json.ts';
import { endColumn } from './kin.ts';
import type { Reach } from './tables.ts';

type Condition = RawBuilder<unknown>;

interface HistoryColumns extends Omit<HistoryRow, 'do' | 'cause' | 'fields' | 'source'> {
  readonly body: Pick<HistoryRow, 'do' | 'cause' | 'fields' | 'source'>;
}

/**
 * Each way of finding rows has its index: by time, link, run, or record. Of a record there are two: what was written to it, and what its
 * links did on the other side; asked for as one `or` they would be looked for in the whole of history, so each is found by itself. A
 * record's links are found sync by sync, as their index begins.
 */
export async function history(reach: Reach, filter: RowFilter): Promise<readonly HistoryRow[]> {
  const { db, workspace } = reach;
  const limit = limitOf(filter);
  const where = both([sql`h.workspace = ${workspace}::text`, ...conditions(filter)]);
  const found = (from: Condition) => sql`select h.* from history h where ${from} and ${where}
    order by h.at desc, h.id desc limit ${limit}::integer`;
  const { record } = filter;
  const rows =
    record === undefined
      ? found(sql`true`)
      : sql`
        (${found(sql`h.side = ${record.side}::text and h.record = ${record.id}::text`)})
        union
        (${found(sql`h.link = any(array(select link.id from track
          join link on link.workspace = track.workspace and link.sync = track.sync
            and ${sql.ref(`link.${endColumn[record.side]}`)} = ${record.id}::text
          where track.workspace = ${workspace}::text))`)})`;
  const answered = await sql<HistoryColumns>`
    select h.id, h.at, h.run, h.sync, h.link, h.side, h.record, h.outcome, h.body from (${rows}) h
    order by h.at desc, h.id desc limit ${limit}::integer`.execute(db);
  return answered.rows.map(({ body, ...row }) => ({ ...row, ...body }));
}

function both(conditions: readonly Condition[]): Condition {
  return sql.join(conditions, sql` and `);
}

function conditions({ sync, link, links, run, field, since, until, before, status }: RowFilter): readonly Condition[] {
  return [
    ...(sync === undefined ? [] : [sql`h.sync = ${sync}::text`]),
    ...(link === undefined ? [] : [sql`h.link = ${link}::text`]),
    ...(links === undefined ? [] : [sql`h.link = any(${texts(links)})`]),
    ...(run === undefined ? [] : [sql`h.run = ${run}::text`]),
    ...(since === undefined ? [] : [sql`h.at >= ${since}::bigint`]),
    ...(until === undefined ? [] : [sql`h.at <= ${until}::bigint`]),
    ...(before === undefined ? [] : [sql`(h.at, h.id) < (${before.at}::bigint, ${before.id}::text collate "C")`]),
    ...(field === undefined
      ? []
      : [
          sql`exists (select from jsonb_each(h.body -> 'fields') f where f.key = ${field}::text or f.value ->> 'rule' = ${field}::text)`,
        ]),
    ...(status === undefined
      ? []
      : [status === 'failed' ? sql`h.outcome <> 'ok'` : sql`starts_with(h.outcome, ${status}::text)`]),
  ];
}

export async function touched(
  { db, workspace }: Reach,
  { sync, run, link, since, until, after, limit }: Parameters<Store['touched']>[0],
): Promise<readonly string[]> {
  const where = both([
    sql`h.workspace = ${workspace}::text and h.sync = ${sync}::text and h.at <= ${until}::bigint and h.outcome = 'ok'`,
    ...(run === undefined ? [] : [sql`h.run = ${run}::text`]),
    ...(link === undefined ? [] : [sql`h.link = ${link}::text`]),
    ...(since === undefined ? [] : [sql`h.at >= ${since}::bigint`]),
    ...(after === null ? [] : [sql`h.link > ${after}::text collate "C"`]),
  ]);
  const found = await sql<{ link: string }>`
    select distinct h.link from history h where ${where} order by h.link limit ${limit}::integer`.execute(db);
  return found.rows.map((row) => row.link);
}
