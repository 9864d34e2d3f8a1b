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

/**
 * Room and statistics on a database that does not see to them by itself. The embedded one never vacuums or analyses: rows that are
 * updated again and again would let its files grow without end (seen: ten updates of 20,000 rows made 19 MB 224 MB).
 */
export interface Vacuum {
  /** Row versions that a verb has left behind, roughly. */
  wrote(rows: number): Promise<void>;
  run(): Promise<void>;
}

/** Tables whose rows are rewritten or dropped all the time. */
const busy = sql.raw('link, sighting, match_key, intent, claim, hold, wake, history, feed, drawer, lost_key');

/** Statistics come early, because those of an empty database make bad plans. */
const analyzeAfterRows = 5_000;

export function createVacuum(db: Database, everyRows: number): Vacuum {
  let since = 0;
  let analyzed = false;
  const run = async () => {
    since = 0;
    analyzed = true;
    await sql`vacuum (analyze) ${busy}`.execute(db);
  };
  return {
    run,
    async wrote(rows) {
      since += rows;
      if (since >= everyRows) await run();
      else if (!analyzed && since >= analyzeAfterRows) {
        analyzed = true;
        await sql`analyze ${busy}`.execute(db);
      }
    },
  };
}

/** For a server: its own autovacuum does this. */
export const noVacuum: Vacuum = { async wrote() {}, async run() {} };
