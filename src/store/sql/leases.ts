import { sql } from 'kysely';
import type { Reach } from './tables.ts';
import { among, tracks } from './take.ts';

export async function release({ db, workspace }: Reach, lease: string): Promise<void> {
  for (const table of ['link', 'feed', 'intent'] as const) {
    await sql`update ${sql.table(table)} set lease = null
      where workspace = ${workspace}::text and lease = ${lease}::text`.execute(db);
  }
}

export async function releaseAll({ db, workspace }: Reach, now: number): Promise<void> {
  for (const table of ['link', 'feed', 'intent'] as const) {
    await sql`update ${sql.table(table)} set lease = null
      where workspace = ${workspace}::text and lease is not null`.execute(db);
  }
  await sql`update intent set state = 'unsure', again_at = ${now}::bigint
    where workspace = ${workspace}::text and state = 'open'`.execute(db);
}

/** The free links by the head of each queue; the leased ones, which are few, all of them. */
export async function nextDue(
  { db, workspace }: Reach,
  syncs: readonly string[],
  links?: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const next = await sql<{ sync: string; at: number }>`
    with t as (${tracks(workspace, syncs)})
    select due.sync, min(due.at) as at from (
      select t.sync, (
        select link.due_at from link
        where link.workspace = ${workspace}::text and link.sync = t.sync and link.pair = t.pair and link.lane = lanes.lane
          and link.in_flight = 0 and not link.paused and link.lease is null ${among(links)}
        order by link.due_at limit 1
      ) as at
      from t cross join (values ('live'), ('load')) as lanes(lane)
      union all
      select t.sync, greatest(link.due_at, link.lease_until) as at
      from link join t on t.sync = link.sync and t.pair = link.pair
      where link.workspace = ${workspace}::text and link.lease is not null and link.lane is not null
        and link.in_flight = 0 and not link.paused ${among(links)}
    ) due
    where due.at is not null
    group by due.sync`.execute(db);
  return new Map(next.rows.map(({ sync, at }) => [sync, at]));
}
