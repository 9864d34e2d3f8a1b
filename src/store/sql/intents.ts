import { sql } from 'kysely';
import type { Intent, Store, Underway } from '../../engine/ports.ts';
import { manyRows, texts } from './json.ts';
import { type IntentColumns, toIntent } from './known.ts';
import type { Reach } from './tables.ts';

export async function noteJob(
  { db, workspace }: Reach,
  intents: readonly string[],
  job: string,
  againAt: number,
): Promise<void> {
  await sql`update intent set state = 'job', job = ${job}::text, again_at = ${againAt}::bigint, lease = null
    where workspace = ${workspace}::text and id = any(${texts(intents)})`.execute(db);
}

export async function postpone(
  { db, workspace }: Reach,
  intents: readonly string[],
  state: Intent['state'],
  againAt: number,
): Promise<void> {
  await sql`update intent set state = ${state}::text, again_at = ${againAt}::bigint, lease = null
    where workspace = ${workspace}::text and id = any(${texts(intents)})`.execute(db);
}

export async function unsettled(
  { db, workspace }: Reach,
  ask: Parameters<Store['unsettled']>[0],
): Promise<readonly Intent[]> {
  const found = await manyRows<IntentColumns & { at: number; id: string }>(
    db,
    sql`with ready as (
      select id from intent
      where workspace = ${workspace}::text and connection = any(${texts(ask.connections)})
        and ${ofSyncs(ask.syncs)} and again_at <= ${ask.now}::bigint
        and (lease is null or lease_until <= ${ask.now}::bigint)
      order by at, id limit ${ask.limit}::integer
      for update skip locked
    )
    update intent set lease = ${ask.lease}::text, lease_until = ${ask.until}::bigint
    from ready where intent.workspace = ${workspace}::text and intent.id = ready.id
    returning intent.id, intent.at, intent.body, intent.state, intent.job, intent.again_at`,
  );
  return found.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).map(toIntent);
}

export async function underway(
  { db, workspace }: Reach,
  connections: readonly string[],
  syncs?: readonly string[],
): Promise<readonly Underway[]> {
  const found = await sql<Omit<Underway, 'nextAt'> & { next_at: number }>`
    select connection, object, state, sum(count)::integer as count, count(job)::integer as jobs, min(next_at) as next_at
    from (
      select connection, object, state, job, count(*) as count,
        min(case when lease is null then again_at else greatest(again_at, lease_until) end) as next_at
      from intent where workspace = ${workspace}::text and connection = any(${texts(connections)})
        and ${ofSyncs(syncs)}
      group by connection, object, state, job
    ) by_job
    group by connection, object, state
    order by connection collate "C", object collate "C", state collate "C"`.execute(db);
  return found.rows.map(({ next_at, ...group }) => ({ ...group, nextAt: next_at }));
}

function ofSyncs(syncs: readonly string[] | undefined) {
  return syncs === undefined
    ? sql`true`
    : sql`(sync = any(${texts(syncs)}) or (sync is null and body->>'sync' = any(${texts(syncs)})))`;
}
