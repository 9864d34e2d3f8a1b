import { type RawBuilder, sql } from 'kysely';
import type { FaultRow, HoldRow, RowFilter, SyncCounts } from '../../engine/ports.ts';
import type { Hold } from '../../model/hold.ts';
import type { Link } from '../../model/link.ts';
import { limitOf, showsQuiet } from '../words.ts';
import { texts } from './json.ts';
import { endColumn } from './kin.ts';
import { type LinkRow, toLink } from './links.ts';
import type { Reach } from './tables.ts';

type Condition = RawBuilder<unknown>;

/** A person still wants to hear of it. */
const isLoud = sql`not (hold.body ? 'quiet')`;

function all(conditions: readonly (Condition | null)[]): Condition {
  return sql.join(
    conditions.filter((condition) => condition !== null),
    sql` and `,
  );
}

function ofLinks(workspace: string, { sync, link, record }: RowFilter): readonly (Condition | null)[] {
  return [
    sql`link.workspace = ${workspace}::text`,
    sync === undefined ? null : sql`link.sync = ${sync}::text`,
    link === undefined ? null : sql`link.id = ${link}::text`,
    record === undefined ? null : sql`${sql.ref(`link.${endColumn[record.side]}`)} = ${record.id}::text`,
  ];
}

export async function holds({ db, workspace }: Reach, filter: RowFilter): Promise<readonly HoldRow[]> {
  const where = all([
    ...ofLinks(workspace, filter),
    filter.hold === undefined ? null : sql`hold.id = ${filter.hold}::text`,
    filter.status === undefined ? null : sql`hold.why = ${filter.status}::text`,
    filter.since === undefined ? null : sql`hold.since >= ${filter.since}::bigint`,
    filter.refused ? sql`jsonb_typeof(hold.body -> 'vendorCode') = 'string'` : null,
    showsQuiet(filter) ? null : isLoud,
  ]);
  const found = await sql<{ body: Hold; crm: string | null; desk: string | null }>`
    select hold.body, link.crm_id as crm, link.desk_id as desk
    from hold join link on link.workspace = hold.workspace and link.id = hold.link
    where hold.workspace = ${workspace}::text and ${where}
    order by hold.since desc, hold.id desc limit ${limitOf(filter)}::integer`.execute(db);
  return found.rows.map(({ body, crm, desk }) => ({ ...body, crm, desk }));
}

export async function faults({ db, workspace }: Reach, filter: RowFilter): Promise<readonly FaultRow[]> {
  const where = all([
    ...ofLinks(workspace, filter),
    filter.status === undefined ? null : sql`link.fault ->> 'kind' = ${filter.status}::text`,
    filter.since === undefined ? null : sql`link.fault_since >= ${filter.since}::bigint`,
  ]);
  const found = await sql<FaultRow>`
    select link.id as link, link.sync, link.crm_id as crm, link.desk_id as desk, link.fault, link.tries,
      link.due_at as "nextTry", link.fault_since as since
    from link where ${where} and link.fault is not null and link.lane is not null
    order by link.fault_since desc, link.id desc limit ${limitOf(filter)}::integer`.execute(db);
  return found.rows;
}

export async function counts({ db, workspace }: Reach, sync: string, now: number): Promise<SyncCounts> {
  const isDue = sql`lane is not null and due_at <= ${now}::bigint and in_flight = 0`;
  const found = await sql<SyncCounts>`
    select
      count(*) filter (where crm_id is not null and desk_id is not null)::integer as links,
      count(*) filter (where ${isDue})::integer as due,
      (select count(distinct hold.link)::integer from hold join link l on l.workspace = hold.workspace and l.id = hold.link
        where hold.workspace = ${workspace}::text and l.sync = ${sync}::text and ${isLoud}) as held,
      count(*) filter (where fault is not null)::integer as failed,
      count(*) filter (where in_flight > 0)::integer as "inFlight",
      count(*) filter (where lane is not null or in_flight > 0)::integer as pending,
      coalesce(greatest(0, ${now}::bigint - min(due_since) filter (where ${isDue})), 0)::float8 as "lagMs"
    from link where workspace = ${workspace}::text and sync = ${sync}::text`.execute(db);
  const none: SyncCounts = { links: 0, due: 0, held: 0, failed: 0, inFlight: 0, pending: 0, lagMs: 0 };
  return found.rows[0] ?? none;
}

export async function links({ db, workspace }: Reach, ids: readonly string[]): Promise<readonly Link[]> {
  const found = await sql<LinkRow>`
    select id, sync, crm, desk from link where workspace = ${workspace}::text and id = any(${texts(ids)})`.execute(db);
  return found.rows.map(toLink);
}
