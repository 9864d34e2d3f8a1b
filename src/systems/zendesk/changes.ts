import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FaultError } from '../../model/fault.ts';
import type { Page, Want } from '../../model/record.ts';
import { parseJson } from '../kit/login.ts';
import type { ExportPage, RecordRow } from './answers.ts';
import { changesAfter, noCursor } from './cursor-feed.ts';
import { collectionFor, type Session } from './session.ts';
import { exportLagMs, exportPageSize } from './standard.ts';
import { changeOf, timeOf } from './values.ts';

/**
 * The change feed of organizations: the time-based incremental export. Source: Zendesk API reference, topic "Incremental Exports", and recorded pages.
 *
 * A page holds up to 1,000 records by time, and says in `end_time` where the next one begins: at the second of its last record, so that
 * second comes again, or one second later if all of the page share one second (then the page holds all of that second). The end of
 * the stream repeats its last second for ever. So the cursor keeps fingerprints of the rows of that second, and a row that comes again
 * unchanged is dropped. The whole row is in the fingerprint, since some changes move the record in the feed and not its `updated_at`.
 */
const cursorShape = z.object({
  /** Epoch second from which the next page is read. */
  from: z.number().int().nonnegative(),
  /** Fingerprints of rows that have been brought and may come again. */
  seen: z.array(z.string()),
  /** True until the end of the stream was reached for the first time. */
  load: z.boolean(),
});
type Cursor = z.infer<typeof cursorShape>;

const beginning: Cursor = { from: 0, seen: [], load: true };

/** A start time must be older than a minute; a little more, because our clock and the vendor's differ. */
const tooRecentMs = exportLagMs + 2000;
/** Where a refused start time can only mean that the vendor's clock (or an older account's five minutes) finds it too recent. */
const perhapsTooRecentMs = 600_000;

export async function changes(session: Session, want: Want, text: string | null): Promise<Page> {
  const collection = collectionFor(want.object);
  if (collection.feed === 'cursor') return changesAfter(session, collection, want, text);
  const cursor = text === null ? beginning : readCursor(text);
  // Nothing after this second can be in the feed yet: there is nothing to ask.
  if (session.world.now() - cursor.from * 1000 < tooRecentMs) return nothing(cursor);
  const types = (await session.catalog.typesFor(collection, want.fields)) ?? new Map();
  const page = await exported(session, collection, cursor);
  if (page === null) return nothing(cursor);
  const { fresh, next, more } = follow(cursor, page);
  return {
    changes: fresh.map((row) => changeOf(session.name, collection, row, want.fields, types)),
    cursor: JSON.stringify(next),
    more,
  };
}

async function exported(
  session: Session,
  collection: Parameters<Session['wire']['exported']>[0],
  cursor: Cursor,
): Promise<ExportPage | null> {
  try {
    return await session.wire.exported(collection, cursor.from, cursor.load ? 'load' : 'live');
  } catch (error) {
    const tooRecent =
      error instanceof FaultError &&
      error.fault.code === 'InvalidValue' &&
      session.world.now() - cursor.from * 1000 < perhapsTooRecentMs;
    if (tooRecent) return null;
    throw error;
  }
}

function nothing(cursor: Cursor): Page {
  return { changes: [], cursor: JSON.stringify(cursor), more: false };
}

function readCursor(text: string): Cursor {
  const parsed = cursorShape.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw noCursor(text);
}

/** What a page brings beyond what was brought before, and where the next one begins. */
export function follow(cursor: Cursor, page: ExportPage): { fresh: readonly RecordRow[]; next: Cursor; more: boolean } {
  const before = new Set(cursor.seen);
  const prints = page.rows.map(fingerprint);
  const fresh = page.rows.filter((_, i) => !before.has(prints[i] ?? ''));
  // Without a time the page was empty; the feed never goes back.
  const from = Math.max(cursor.from, page.end_time ?? cursor.from);
  const ended = page.end_of_stream ?? page.rows.length < exportPageSize;
  const more = !ended && from > cursor.from;
  // Standing still, every row is of the second that comes again; having moved, only the rows at the end of the page are.
  const repeated = from === cursor.from ? prints : prints.slice(lastSecond(page.rows, from));
  const seen = from === cursor.from && repeated.length === 0 ? cursor.seen : repeated;
  return { fresh, next: { from, seen, load: cursor.load && more }, more };
}

/**
 * Where the rows begin that the next page may repeat. The feed is ordered by a time of its own that rows do not tell, and `updated_at`
 * is never later than that: the first row that was updated in the last second begins it. The last row is always part of it.
 */
function lastSecond(rows: readonly RecordRow[], second: number): number {
  const first = rows.findIndex((row) => (timeOf(row.updated_at) ?? 0) >= second * 1000);
  return first === -1 ? Math.max(0, rows.length - 1) : first;
}

function fingerprint(row: RecordRow): string {
  return createHash('sha256').update(JSON.stringify(row)).digest('base64url').slice(0, 12);
}
