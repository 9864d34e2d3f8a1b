import { sql } from 'kysely';
import type { TipStore } from '../../engine/ports.ts';
import { manyRows, rowsOf } from './json.ts';
import type { Reach } from './tables.ts';

export function tipVerbs({ db, workspace }: Reach): TipStore {
  return {
    async tip(refs, mark, now) {
      // A statement may meet a row once only.
      const once = [...new Map(refs.map((ref) => [JSON.stringify(ref), ref])).values()];
      if (once.length === 0) return;
      await sql`
        insert into tip (workspace, connection, object, id, mark, at)
        select ${workspace}::text, t.connection, t.object, t.id, ${mark}::text, ${now}::bigint
        from ${rowsOf(once)} as t(connection text, object text, id text)
        on conflict (workspace, connection, object, id) do update set mark = excluded.mark`.execute(db);
    },

    async tips(limit) {
      const rows = await manyRows<{ connection: string; object: string; id: string; mark: string }>(
        db,
        sql`select connection, object, id, mark from (
            select *, row_number() over (partition by connection, object order by at, id) as place
            from tip where workspace = ${workspace}::text
          ) ordered where place <= ${limit}::integer order by connection, object, place`,
      );
      return rows.map(({ mark, ...ref }) => ({ ref, mark }));
    },

    async dropTips(tips) {
      const told = tips.map(({ ref, mark }) => ({ ...ref, mark }));
      await sql`
        delete from tip using ${rowsOf(told)} as t(connection text, object text, id text, mark text)
        where tip.workspace = ${workspace}::text and tip.connection = t.connection and tip.object = t.object
          and tip.id = t.id and tip.mark = t.mark`.execute(db);
    },
  };
}

/** What nobody reads: of a sync that is not in the config any more. */
export async function dropOldTips({ db, workspace }: Reach, before: number): Promise<void> {
  await db.deleteFrom('tip').where('workspace', '=', workspace).where('at', '<', before).execute();
}
