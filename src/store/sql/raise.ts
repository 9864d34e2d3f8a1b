import { type RawBuilder, sql } from 'kysely';
import type { Cause } from '../../model/history.ts';
import type { Lane } from '../../model/link.ts';
import { jsonText, rowsOf } from './json.ts';
import type { Database, Reach } from './tables.ts';

/** What makes a link due, or due once more (memory/due.ts has the same in TypeScript): for the `set` of an update of `link`. */
export function raised(lane: RawBuilder<string>, cause: RawBuilder<string>, now: number): RawBuilder<unknown> {
  return sql`
    turn = link.turn + 1,
    cause = case when link.lane is not null and link.cause = 'answer' then link.cause else ${cause} end,
    due_since = case when link.lane is null then ${now}::bigint else link.due_since end,
    due_at = case when link.lane is null then ${now}::bigint else least(link.due_at, ${now}::bigint) end,
    lane = case when link.lane = 'live' or ${lane} = 'live' then 'live' else 'load' end`;
}

export interface DueMark {
  readonly link: string;
  readonly lane: Lane;
  readonly cause: Cause;
}

/** Makes these links due and answers how many there were. */
export async function raise({ db, workspace }: Reach, marks: readonly DueMark[], now: number): Promise<number> {
  if (marks.length === 0) return 0;
  const rows = rowsOf(marks);
  await lockLinks(
    db,
    sql`link.workspace = ${workspace}::text
      and link.id in (select m ->> 'link' from jsonb_array_elements(${jsonText(marks)}::jsonb) m)`,
  );
  const made = await sql`
    update link set ${raised(sql`m.lane`, sql`m.cause`, now)}
    from ${rows} as m(link text, lane text, cause text)
    where link.workspace = ${workspace}::text and link.id = m.link`.execute(db);
  return Number(made.numAffectedRows ?? 0);
}

/** In the order of their ids, so that two of us never wait for each other; nothing of them leaves the database. */
export async function lockLinks(db: Database, wanted: RawBuilder<unknown>): Promise<void> {
  await sql`select count(*) from (select link.id from link where ${wanted} order by link.id for update) l`.execute(db);
}

/** Keys came or went: which links wait for one of them, by their holds or by themselves, and in which lane do they become due? */
export async function sleepers({ db, workspace }: Reach, keys: readonly string[]) {
  if (keys.length === 0) return [];
  const found = await sql<{ key: string; link: string; lane: Lane }>`
    select wake.key, wake.link, case when bool_and(wake.hold like 'wait:load:%') then 'load' else 'live' end as lane
    from jsonb_array_elements_text(${jsonText(keys)}::jsonb) as k(key)
    join wake on wake.workspace = ${workspace}::text and wake.key = k.key
    group by wake.key, wake.link`.execute(db);
  return found.rows;
}
