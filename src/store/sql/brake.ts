import { type RawBuilder, sql } from 'kysely';
import type { BrakeOf, BrakeState, BrakeStore } from '../../engine/ports.ts';
import type { HistoryRow } from '../../model/history.ts';
import { jsonb, manyRows, texts } from './json.ts';
import { lockLinks, raised } from './raise.ts';
import type { Reach } from './tables.ts';
import { transact } from './transact.ts';

/** Links that become due in one transaction at most: others get their turn in between. */
const slice = 10_000;

type Body = 'do' | 'cause' | 'fields';

export function brakeVerbs(reach: Reach, wrote: (rows: number) => Promise<void>): BrakeStore {
  const { db, workspace } = reach;
  return {
    wrote: (of, since, links) => countOf(reach, of, since, links),

    async spend(ask) {
      const isFree = await transact(reach, (within) => spend(within, ask));
      if (isFree) await wrote(ask.links.length);
      return isFree;
    },

    async brake(of) {
      const found = await sql<{ state: BrakeState | null; isHolding: boolean }>`
        select b.state, exists(${held(workspace, of)}) as "isHolding" from brake b where ${ofBrake('b', workspace, of)}`.execute(
        db,
      );
      const [row] = found.rows;
      return row?.state ? { state: row.state, isHolding: row.isHolding } : null;
    },

    async setBrake(of, state) {
      await sql`
        insert into brake (workspace, sync, side, kind, state)
        values (${workspace}::text, ${of.sync}::text, ${of.side}::text, ${of.kind}::text, ${state === null ? sql`null` : jsonb(state)})
        on conflict (workspace, sync, side, kind) do update set state = excluded.state`.execute(db);
    },

    async letGo(of, now) {
      const go = sql`answers = link.answers || jsonb_build_object('',
        jsonb_build_object('answer', ${jsonb({ say: 'go', brake: { side: of.side, kind: of.kind } })}, 'turn', link.turn + 1))`;
      const spoken = sql`select from link l where l.workspace = ${workspace}::text and l.id = h.link
        and l.answers -> '' -> 'answer' -> 'brake' ->> 'side' = ${of.side}::text
        and l.answers -> '' -> 'answer' -> 'brake' ->> 'kind' = ${of.kind}::text`;
      const which = sql`${held(workspace, of)} and not exists (${spoken})`;
      const made = await inSlices(reach, which, sql`${raised(sql`'live'`, sql`'answer'`, now)}, ${go}`);
      await wrote(made);
      return made;
    },

    async rouseBraked(syncs, now, links) {
      const braked = sql`select h.link from hold h where h.workspace = ${workspace}::text and h.why = 'brake'
        and h.body ->> 'sync' = any(${texts(syncs)}) ${links ? sql`and h.link = any(${texts(links)})` : sql``}`;
      const made = await inSlices(reach, braked, raised(sql`'load'`, sql`'edit'`, now));
      await wrote(made);
      return made;
    },

    async settledLinks(sync, joinedBy) {
      const found = await sql<{ count: number }>`
        select count(*)::integer as count from link where workspace = ${workspace}::text and sync = ${sync}::text
          and crm_id is not null and desk_id is not null and joined_at <= ${joinedBy}::bigint`.execute(db);
      return found.rows[0]?.count ?? 0;
    },

    async updatesOf(links, since) {
      const rows = await manyRows<Omit<HistoryRow, Body> & { readonly body: Pick<HistoryRow, Body> }>(
        db,
        sql`select h.id, h.at, h.run, h.sync, h.link, h.side, h.record, h.outcome, h.body
          from jsonb_array_elements_text(${jsonb(links)}) as l(link)
          join history h on h.workspace = ${workspace}::text and h.link = l.link and h.at >= ${since}::bigint
          where h.outcome = 'ok' and h.body ->> 'do' = 'update'
          order by h.at, h.id`,
      );
      return rows.map(({ body, ...row }) => ({ ...row, ...body }));
    },

    async liveRecords(connection, object, limit) {
      const found = await sql<{ count: number }>`
        select count(*)::integer as count from (
          select from sighting where workspace = ${workspace}::text and connection = ${connection}::text
            and object = ${object}::text and seen ->> 'gone' is null limit ${limit}::integer) s`.execute(db);
      return found.rows[0]?.count ?? 0;
    },
  };
}

function ofBrake(table: string, workspace: string, { sync, side, kind }: BrakeOf): RawBuilder<unknown> {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  return sql`${column('workspace')} = ${workspace}::text and ${column('sync')} = ${sync}::text
    and ${column('side')} = ${side}::text and ${column('kind')} = ${kind}::text`;
}

/** The links that this brake holds. */
function held(workspace: string, { sync, side, kind }: BrakeOf): RawBuilder<unknown> {
  return sql`select h.link from hold h where h.workspace = ${workspace}::text and h.why = 'brake'
    and h.body ->> 'sync' = ${sync}::text and h.body -> 'brake' ->> 'side' = ${side}::text
    and h.body -> 'brake' ->> 'kind' = ${kind}::text`;
}

async function countOf({ db, workspace }: Reach, of: BrakeOf, since: number, links: readonly string[]) {
  const within = sql`${ofBrake('w', workspace, of)} and w.at > ${since}::bigint`;
  const found = await sql<{ count: number; known: number }>`
    select (select count(*)::integer from braked_write w where ${within}) as count,
      (select count(*)::integer from braked_write w where ${within} and w.link = any(${texts(links)})) as known`.execute(
    db,
  );
  const { count, known } = found.rows[0] ?? { count: 0, known: 0 };
  return { count, fresh: links.length - known };
}

/** The body of `spend`, in a transaction. Taking the brake's own row first makes workers count one after the other. */
async function spend(
  reach: Reach,
  { of, links, since, now, limit }: Parameters<BrakeStore['spend']>[0],
): Promise<boolean> {
  const { db, workspace } = reach;
  const locked = await sql<{ state: BrakeState | null }>`
    insert into brake (workspace, sync, side, kind)
    values (${workspace}::text, ${of.sync}::text, ${of.side}::text, ${of.kind}::text)
    on conflict (workspace, sync, side, kind) do update set state = brake.state
    returning state`.execute(db);
  if (locked.rows[0]?.state) return false;
  await sql`delete from braked_write w where ${ofBrake('w', workspace, of)} and w.at <= ${since}::bigint`.execute(db);
  const { count, fresh } = await countOf(reach, of, since, links);
  if (limit !== null && count + fresh > limit) return false;
  await sql`
    insert into braked_write (workspace, sync, side, kind, link, at)
    select ${workspace}::text, ${of.sync}::text, ${of.side}::text, ${of.kind}::text, l.link, ${now}::bigint
    from unnest(${texts(links)}) as l(link)
    on conflict (workspace, sync, side, kind, link) do update set at = excluded.at`.execute(db);
  return true;
}

/** Updates the links that `which` names, so many at a time, by id. A crash half-way leaves some as they were; whoever asked asks again. */
async function inSlices(reach: Reach, which: RawBuilder<unknown>, change: RawBuilder<unknown>): Promise<number> {
  const { workspace } = reach;
  let made = 0;
  for (let after = ''; ; ) {
    const next = await transact(reach, async ({ db }) => {
      const ids = await manyRows<{ id: string }>(
        db,
        sql`select w.link as id from (${which}) w where w.link > ${after}::text order by w.link limit ${slice}::integer`,
      );
      const wanted = sql`link.workspace = ${workspace}::text and link.id = any(${texts(ids.map(({ id }) => id))})`;
      await lockLinks(db, wanted);
      await sql`update link set ${change} where ${wanted}`.execute(db);
      return ids;
    });
    made += next.length;
    const last = next.at(-1);
    if (last === undefined || next.length < slice) return made;
    after = last.id;
  }
}
