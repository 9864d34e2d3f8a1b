import type { Change, Page, Want } from '../../model/record.ts';
import type { RecordRow } from './answers.ts';
import { readBin } from './bin.ts';
import { type Cursor, type Listing, printOf, readCursor, stampOf } from './cursor.ts';
import { completed, listed } from './details.ts';
import { type Module, moduleFor } from './modules.ts';
import { listLagMs, pageSize } from './objects.ts';
import type { Session } from './session.ts';
import { changeOf } from './values.ts';

/**
 * The change feed: the list of all records, latest change first, read until what was brought before begins; the first load reads it to its
 * end. Every so often the recycle bin follows (bin.ts). The list and not the search, whose index is late by nobody knows how much.
 *
 * - Stamps are whole seconds, and a list may be late. So the last two minutes are read again each time, and a row that looks as it did is
 *   dropped. A row does not show everything: what was read within seconds of its stamp may have been changed once more in the same second,
 *   and its record is read once again at the next poll.
 * - Pages are counted from the top. What is changed meanwhile moves up there, which only makes rows come twice; the next poll brings it.
 *   What is removed meanwhile moves all others up, past us: so pages overlap, and where the overlap does not show, we go back.
 */
const overlapRows = 10;
const step = pageSize - overlapRows;
/** A record that was read this long after its stamp cannot change again with the same stamp, whosever clock is a little wrong. */
const sureAfterMs = 5000;
const unsure = '?';
/** The bin is read this often, and not at every poll: a removal is evidence for later, nobody waits for it. */
const binEveryMs = 300_000;

export async function changes(session: Session, want: Want, text: string | null): Promise<Page> {
  const module = moduleFor(want.object);
  const cursor = readCursor(text);
  if (cursor.in === 'bin') return readBin(session, module, want, cursor);
  const { since, seen, bin } = cursor;
  const at: Listing =
    cursor.in === 'list' ? cursor : { in: 'list', since, seen, bin, next: since, from: 1, before: {}, lastAt: 0 };
  return readList(session, module, want, at);
}

async function readList(session: Session, module: Module, want: Want, at: Listing): Promise<Page> {
  const types = await session.catalog.typesFor(module, want.fields);
  const began = session.world.now();
  const lane = at.since === 0 ? 'load' : 'live';
  const page = { sortBy: '-modifiedTime', from: at.from, lane } as const;
  const rows = await listed(session, module, page, want.fields, types);
  if (isHole(rows, at)) return pageOf([], { ...at, from: Math.max(1, at.from - step) }, true);
  const asOf = session.wire.theirs(began);
  const newer = rows.filter((row) => stampOf(row) >= at.since);
  const fresh = newer.filter((row) => isFresh(row, at));
  const full = await completed(session, module, fresh, want.fields);
  const found = full
    .filter((row) => row !== null)
    .map((row) => changeOf(session.name, module, row, want.fields, types));
  const next = at.from === 1 ? whollySeenAt(rows, asOf, at.since) : at.next;
  const now = noted(newer, fresh, full, asOf, at).filter(([, [stamp]]) => stamp >= next);
  const read: Listing = { ...at, next, seen: { ...at.seen, ...Object.fromEntries(now) } };
  if (rows.length < pageSize || newer.length < rows.length) return ending(session, found, read);
  const following: Listing = {
    ...read,
    from: at.from + step,
    before: Object.fromEntries(rows.map((row) => [row.id, printOf(row)])),
    lastAt: Math.min(...rows.map(stampOf)),
  };
  return pageOf(found, following, true);
}

/** True where records may lie between the page before and this one: it begins later in the list than that one ended. */
function isHole([first]: readonly RecordRow[], { from, lastAt, before }: Listing): boolean {
  return from > 1 && (first === undefined || (stampOf(first) <= lastAt && !(first.id in before)));
}

function isFresh(row: RecordRow, { before, seen }: Listing): boolean {
  const print = printOf(row);
  return before[row.id] !== print && seen[row.id]?.[1] !== print;
}

/**
 * What is known of rows that the next poll lists again. A print that is not sure is marked, so that it never equals a row's: if there is more
 * to a record than its row, it is read again.
 */
function noted(
  newer: readonly RecordRow[],
  fresh: readonly RecordRow[],
  full: readonly (RecordRow | null)[],
  asOf: number,
  { seen }: Listing,
): readonly (readonly [string, [number, string]])[] {
  const read = new Map(fresh.map((row, i) => [row.id, full[i] !== row]));
  return newer.map((row) => {
    const at = stampOf(row);
    const before = read.has(row.id) ? undefined : seen[row.id];
    const sure = read.get(row.id) !== true || asOf - at >= sureAfterMs;
    return [row.id, before ?? [at, sure ? printOf(row) : unsure]] as const;
  });
}

/** Before when nothing can come any more that this reading does not bring. A stamp that is shown tells as well how late it is there. */
function whollySeenAt(rows: readonly RecordRow[], asOf: number, before: number): number {
  return Math.max(before, Math.max(asOf, ...rows.map(stampOf)) - listLagMs);
}

function ending(session: Session, found: readonly Change[], { next, seen, bin }: Listing): Page {
  const again = Object.fromEntries(Object.entries(seen).filter(([, [stamp]]) => stamp >= next));
  const done = { since: next, seen: again, bin };
  if (session.world.now() - bin.at < binEveryMs) return pageOf(found, { in: 'rest', ...done }, false);
  return pageOf(found, { in: 'bin', ...done, from: 0, found: {} }, true);
}

function pageOf(found: readonly Change[], cursor: Cursor, more: boolean): Page {
  return { changes: found, cursor: JSON.stringify(cursor), more };
}
