import { type RawBuilder, sql } from 'kysely';
import type { Store } from '../../engine/ports.ts';
import type { Answer, Hold } from '../../model/hold.ts';
import { jsonb, texts } from './json.ts';
import { lockLinks, raised } from './raise.ts';
import type { Reach } from './tables.ts';
import { transact } from './transact.ts';

/** The body of `answer`, in a transaction. */
export async function answer({ db, workspace }: Reach, hold: string, given: Answer, now: number): Promise<boolean> {
  const held = await db
    .selectFrom('hold')
    .select(['link', 'body'])
    .where('workspace', '=', workspace)
    .where('id', '=', hold)
    .executeTakeFirst();
  if (held === undefined) return false;
  const { field }: Hold = held.body;
  const answered = await sql<{ id: string }>`
    update link set ${raised(sql`'live'`, sql`'answer'`, now)},
      answers = link.answers || jsonb_build_object(${field ?? ''}::text, jsonb_build_object('answer', ${jsonb(given)}, 'turn', link.turn + 1))
    where link.workspace = ${workspace}::text and link.id = ${held.link}::text
    returning link.id`.execute(db);
  return answered.rows.length === 1;
}

/** The body of `retry`, in a transaction. Ids are those of holds or of links. */
export async function retry({ db, workspace }: Reach, ids: readonly string[] | null, now: number): Promise<number> {
  const held = sql`select h.link from hold h where h.workspace = ${workspace}::text`;
  const links = ids === null ? null : await linksOf({ db, workspace }, ids);
  const named = (column: RawBuilder<unknown>) => (links === null ? sql`true` : sql`${column} = any(${texts(links)})`);
  const wanted = sql`link.workspace = ${workspace}::text and ${named(sql`link.id`)}
    and (link.fault is not null or link.id in (${held}))`;
  await lockLinks(db, wanted);
  const made = await sql`
    update link set ${raised(sql`'live'`, sql`'retry'`, now)}, tries = 0, fault = null where ${wanted}`.execute(db);
  const refused = sql`select h.id from hold h
    where h.workspace = ${workspace}::text and h.why = 'refused' and ${named(sql`h.link`)}`;
  await sql`delete from wake where workspace = ${workspace}::text and hold in (${refused})`.execute(db);
  await sql`delete from hold where workspace = ${workspace}::text and id in (${refused})`.execute(db);
  return Number(made.numAffectedRows ?? 0);
}

/** The links that these ids mean: their own, or those of holds. */
async function linksOf({ db, workspace }: Reach, ids: readonly string[]): Promise<readonly string[]> {
  const found = await sql<{ link: string }>`
    select link from hold where workspace = ${workspace}::text and id = any(${texts(ids)})`.execute(db);
  return [...new Set([...ids, ...found.rows.map(({ link }) => link)])];
}

/** Links that become due in one transaction at most: others get their turn in between, and no statement takes long. */
const slice = 10_000;

/** In slices by id. A crash half-way leaves some of them due; whoever asked for it asks again. */
export async function allDue(reach: Reach, sync: string, now: number): Promise<number> {
  let made = 0;
  for (let after = ''; ; ) {
    const { count, last } = await transact(reach, (within) => nextDueSlice(within, sync, after, now));
    made += count;
    if (last === null || count < slice) return made;
    after = last;
  }
}

async function nextDueSlice({ db, workspace }: Reach, sync: string, after: string, now: number) {
  const made = await sql<{ count: number; last: string | null }>`
    with slice as (
      select link.id from link
      where link.workspace = ${workspace}::text and link.sync = ${sync}::text and link.id > ${after}::text
      order by link.id limit ${slice}::integer
      for update
    ), made as (
      update link set ${raised(sql`'load'`, sql`'meeting'`, now)}
      from slice where link.workspace = ${workspace}::text and link.id = slice.id
      returning link.id
    )
    select count(*)::integer as count, max(id) as last from made`.execute(db);
  return made.rows[0] ?? { count: 0, last: null };
}

type Pausable = Parameters<Store['setPaused']>[0];

export async function setPaused({ db, workspace }: Reach, { kind, name }: Pausable, paused: boolean): Promise<boolean> {
  if (kind === 'link') {
    const changed = await sql<{ id: string }>`update link set paused = ${paused}::boolean
      where workspace = ${workspace}::text and id = ${name}::text returning id`.execute(db);
    return changed.rows.length === 1;
  }
  if (paused) {
    await db
      .insertInto('paused')
      .values({ workspace, kind, name })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  } else {
    await db
      .deleteFrom('paused')
      .where('workspace', '=', workspace)
      .where('kind', '=', kind)
      .where('name', '=', name)
      .execute();
  }
  return true;
}

export async function paused({ db, workspace }: Reach): Promise<readonly Pausable[]> {
  const found = await sql<Pausable>`
    select kind, name from (
      select kind, name from paused where workspace = ${workspace}::text
      union all
      select 'link', id from link where workspace = ${workspace}::text and paused
    ) p order by kind collate "C", name collate "C"`.execute(db);
  return found.rows;
}
