import { sql } from 'kysely';
import type { Database, Reach } from './tables.ts';

/** Rows that one statement deletes at most: others get their turn in between. */
const slice = 10_000;

export async function dropHistory({ db, workspace }: Reach, before: number): Promise<void> {
  for (;;) {
    const dropped = await sql<{ id: string }>`
      delete from history h using (
        select at, id from history where workspace = ${workspace}::text and at < ${before}::bigint order by at, id limit ${slice}::integer
      ) old
      where h.workspace = ${workspace}::text and h.at = old.at and h.id = old.id`.execute(db);
    if (Number(dropped.numAffectedRows ?? 0) < slice) return;
  }
}

/** Only a decision that was begun before a key was lost asks for it, and none takes as long as history is kept. */
export async function dropLostKeys({ db, workspace }: Reach, before: number): Promise<void> {
  await db.deleteFrom('lost_key').where('workspace', '=', workspace).where('at', '<', before).execute();
}

/**
 * Room and statistics on a database that does not see to them by itself. The embedded one never vacuums or analyses: rows that are
 * updated again and again would let its files grow without end (seen: ten updates of 20,000 rows made 19 MB 224 MB).
 */
export interface Vacuum {
  /** Row versions that a verb has left behind, roughly. */
  wrote(rows: number): Promise<void>;
  /** To be called when idle: does it now, if anything was written at all. */
  run(): Promise<void>;
}

/** Tables whose rows are rewritten or dropped all the time. */
const busy = sql.raw(
  'link, sighting, match_key, intent, claim, hold, wake, history, feed, drawer, lost_key, sweep_note, braked_write, tip',
);

/** Statistics come early, because those of an empty database make bad plans. */
const analyzeAfterRows = 5_000;

/** `everyRows` or, in a large database, as many as there are rows: dead ones never outnumber the living by much. */
export function createVacuum(db: Database, everyRows: number): Vacuum {
  let since = 0;
  let next = everyRows;
  let analyzed = false;
  const run = async () => {
    since = 0;
    analyzed = true;
    await sql`vacuum (analyze) ${busy}`.execute(db);
    const size = await sql<{ rows: number }>`
      select coalesce(sum(reltuples), 0)::float8 as rows from pg_class
      where relkind = 'r' and relnamespace = current_schema()::regnamespace`.execute(db);
    next = Math.max(everyRows, size.rows[0]?.rows ?? 0);
  };
  return {
    async run() {
      if (since > 0) await run();
    },
    async wrote(rows) {
      since += rows;
      if (since >= next) await run();
      else if (!analyzed && since >= analyzeAfterRows) {
        analyzed = true;
        await sql`analyze ${busy}`.execute(db);
      }
    },
  };
}

/** For a server: its own autovacuum does the rest, but comes by once a minute, when a first load is far into bad plans. */
export function createFirstAnalyze(db: Database): Vacuum {
  let since = 0;
  return {
    async run() {},
    async wrote(rows) {
      const before = since;
      since += rows;
      if (before < analyzeAfterRows && since >= analyzeAfterRows) await sql`analyze ${busy}`.execute(db);
    },
  };
}

export const noVacuum: Vacuum = { async wrote() {}, async run() {} };
