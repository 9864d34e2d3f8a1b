import { sql } from 'kysely';
import type { Feed, Observed } from '../../engine/ports.ts';
import { jsonb } from './json.ts';
import type { Reach } from './tables.ts';

export async function feed({ db, workspace }: Reach, connection: string, object: string): Promise<Feed | null> {
  const row = await db
    .selectFrom('feed')
    .select(['cursor', 'complete', 'fields', 'read_at'])
    .where('workspace', '=', workspace)
    .where('connection', '=', connection)
    .where('object', '=', object)
    .where('read_at', 'is not', null)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { cursor: row.cursor, complete: row.complete, fields: row.fields, readAt: row.read_at };
}

/** One statement, so two readers cannot both find the feed free. */
export async function leaseFeed(
  { db, workspace }: Reach,
  connection: string,
  object: string,
  lease: string,
  now: number,
  until: number,
): Promise<boolean> {
  const leased = await sql<{ lease: string }>`
    insert into feed (workspace, connection, object, lease, lease_until)
    values (${workspace}::text, ${connection}::text, ${object}::text, ${lease}::text, ${until}::bigint)
    on conflict (workspace, connection, object) do update set lease = excluded.lease, lease_until = excluded.lease_until
    where feed.lease is null or feed.lease = excluded.lease or feed.lease_until <= ${now}::bigint
    returning lease`.execute(db);
  return leased.rows.length === 1;
}

/** Moves the cursor if the lease on the feed is still the page's; the row stays locked until the page is kept. */
export async function moveCursor({ db, workspace }: Reach, page: Observed): Promise<boolean> {
  const moved = await sql<{ lease: string }>`
    update feed set cursor = ${page.cursor}::text, complete = ${page.complete}::boolean,
      fields = ${jsonb(page.fields)}, read_at = ${page.now}::bigint
    where workspace = ${workspace}::text and connection = ${page.connection}::text and object = ${page.object}::text
      and lease = ${page.lease}::text
    returning lease`.execute(db);
  return moved.rows.length === 1;
}
