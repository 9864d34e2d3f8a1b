import { z } from 'zod';
import { FaultError } from '../../model/fault.ts';
import type { Change, Page, Want } from '../../model/record.ts';
import { parseJson } from '../kit/login.ts';
import type { Api, Rows } from './api.ts';
import { changeOf, columnsOf, idOf } from './records.ts';
import { after } from './soql.ts';
import { isoSeconds, type Row, stampMs, type TypeOf } from './values.ts';

/**
 * The change feed: everything in the order SystemModstamp, Id, then whatever comes after the last position.
 *
 * - First load: one query over what exists, page by page. Its cursor keeps the locator, so a crash goes on at the page; a locator lives for
 *   two days, after that the load goes on from the last position.
 * - Poll: one composite request, which the polls of other objects share that are asked for at the same moment. `changed` brings whole rows after the position, deleted ones included. A row gets its stamp when its
 *   statement runs but shows only after its transaction has committed, up to ten minutes later and then *behind* the position; so
 *   `overlap` brings ids and stamps of the ten minutes before the last poll, as rows to look at where the version is new.
 * - Overflow of either goes on page by page; the poll is over when both are.
 *
 * While pages are read, rows may change and come with stamps that are newer than the rows that are still to come. So a later page never
 * takes the position past the moment at which the query was opened.
 */
const position = { t: z.string().nullable(), x: z.string() };
const cursorShape = z.discriminatedUnion('in', [
  /** `opened`: when the load began (ms, Salesforce's clock). */
  z.object({ in: z.literal('load'), ...position, opened: z.number(), next: z.string() }),
  /** `since`, `upTo`: the overlap (ms); `changed`, `overlap`: the pages that are still to be read. */
  z.object({
    in: z.literal('poll'),
    ...position,
    opened: z.number(),
    since: z.number(),
    upTo: z.number(),
    changed: z.string().nullable(),
    overlap: z.string().nullable(),
  }),
  /** Nothing open. `opened`: when the last load or poll began. */
  z.object({ in: z.literal('rest'), ...position, opened: z.number() }),
]);
type Cursor = z.infer<typeof cursorShape>;
type Position = Pick<Cursor, 't' | 'x'>;

const overlapMs = 10 * 60_000;

export interface FeedOptions {
  readonly api: Api;
  readonly connection: string;
  readonly typeOf: TypeOf;
  readonly now: () => number;
}

export async function readChanges(options: FeedOptions, want: Want, cursor: string | null): Promise<Page> {
  const at = cursor === null ? null : parseCursor(cursor);
  if (at === null || (at.in === 'rest' && at.t === null)) return beginLoad(options, want);
  if (at.in === 'load') return goOnLoading(options, want, at);
  if (at.in === 'poll') return goOnPolling(options, want, at);
  return poll(options, want, at);
}

function parseCursor(text: string): Cursor {
  const parsed = cursorShape.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new FaultError({ kind: 'bug', say: `This is no cursor of Salesforce's change feed: ${text.slice(0, 100)}` });
}

function loadQuery(want: Want, from: Position): string {
  const where = from.t === null ? '' : ` WHERE ${after(from.t, from.x)}`;
  return `SELECT ${columnsOf(want, false).join(', ')} FROM ${want.object}${where} ORDER BY SystemModstamp, Id`;
}

async function beginLoad(options: FeedOptions, want: Want): Promise<Page> {
  const rows = await options.api.query({ soql: loadQuery(want, start), all: false }, `reading all of ${want.object}`);
  return loadPage(options, want, rows, advance(start, rows.records, Number.POSITIVE_INFINITY), rows.asOf);
}
const start: Position = { t: null, x: '' };

async function goOnLoading(options: FeedOptions, want: Want, at: Extract<Cursor, { in: 'load' }>): Promise<Page> {
  const what = `reading all of ${want.object}`;
  const rows =
    (await nextPage(options.api, at.next, what)) ??
    (await options.api.query({ soql: loadQuery(want, at), all: false }, what));
  return loadPage(options, want, rows, advance(at, rows.records, at.opened), at.opened);
}

function loadPage(options: FeedOptions, want: Want, rows: Rows, to: Position, opened: number): Page {
  const cursor: Cursor =
    rows.next === null ? { in: 'rest', ...to, opened } : { in: 'load', ...to, opened, next: rows.next };
  return { changes: wholeRows(options, want, rows, opened), cursor: JSON.stringify(cursor), more: rows.next !== null };
}

async function poll(options: FeedOptions, want: Want, at: Extract<Cursor, { in: 'rest' }>): Promise<Page> {
  const upTo = stampMs(at.t) ?? 0;
  // What has committed since the last poll began got its stamp ten minutes before that at the earliest.
  const since = at.opened - overlapMs;
  const asked = [{ soql: changedQuery(want, at), all: true }];
  if (since <= upTo) asked.push({ soql: overlapQuery(want, since, upTo), all: true });
  const [changed, overlap] = await options.api.poll(asked);
  if (changed === undefined) throw new FaultError({ kind: 'bug', say: 'A poll answered less than it asked.' });
  const whole = wholeRows(options, want, changed, changed.asOf);
  const ids = new Set(whole.map((change) => change.ref.id));
  const looks = overlap === undefined ? [] : looksAt(options, want, overlap, overlap.asOf);
  const to = advance(at, changed.records, Number.POSITIVE_INFINITY);
  const pages = { changed: changed.next, overlap: overlap?.next ?? null };
  const open: Polling = { in: 'poll', ...to, opened: changed.asOf, since, upTo, ...pages };
  return pollPage(open, [...whole, ...looks.filter((change) => !ids.has(change.ref.id))]);
}

type Polling = Extract<Cursor, { in: 'poll' }>;

async function goOnPolling(options: FeedOptions, want: Want, at: Polling): Promise<Page> {
  const what = `reading changes of ${want.object}`;
  if (at.changed !== null) {
    const rows =
      (await nextPage(options.api, at.changed, what)) ??
      (await options.api.query({ soql: changedQuery(want, at), all: true }, what));
    const to = advance(at, rows.records, at.opened);
    return pollPage({ ...at, ...to, changed: rows.next }, wholeRows(options, want, rows, at.opened));
  }
  const again = { soql: overlapQuery(want, at.since, at.upTo), all: true };
  const rows =
    (at.overlap === null ? null : await nextPage(options.api, at.overlap, what)) ??
    (await options.api.query(again, what));
  return pollPage({ ...at, overlap: rows.next }, looksAt(options, want, rows, at.opened));
}

function pollPage(open: Polling, changes: readonly Change[]): Page {
  const more = open.changed !== null || open.overlap !== null;
  const cursor: Cursor = more ? open : { in: 'rest', t: open.t, x: open.x, opened: open.opened };
  return { changes, cursor: JSON.stringify(cursor), more };
}

function changedQuery(want: Want, at: Position): string {
  const where = at.t === null ? '' : ` WHERE ${after(at.t, at.x)}`;
  return `SELECT ${columnsOf(want, true).join(', ')} FROM ${want.object}${where} ORDER BY SystemModstamp, Id`;
}

function overlapQuery(want: Want, sinceMs: number, upToMs: number): string {
  const columns = columnsOf({ object: want.object, fields: [] }, true).join(', ');
  const where = `SystemModstamp >= ${isoSeconds(sinceMs)} AND SystemModstamp <= ${isoSeconds(upToMs)}`;
  return `SELECT ${columns} FROM ${want.object} WHERE ${where} ORDER BY SystemModstamp, Id`;
}

/** The next page; null where its locator is not known any more. */
async function nextPage(api: Api, next: string, what: string): Promise<Rows | null> {
  try {
    return await api.more(next, what);
  } catch (error) {
    if (error instanceof FaultError && error.fault.code === 'INVALID_QUERY_LOCATOR') return null;
    throw error;
  }
}

/** The position after these rows, never past `latest`. */
function advance(from: Position, rows: readonly Row[], latest: number): Position {
  // A position and nothing else: what is handed in may be a whole cursor.
  let to: Position = { t: from.t, x: from.x };
  for (const row of rows) {
    const stamp = stampMs(row.SystemModstamp);
    if (stamp === null || stamp > latest || stamp < (stampMs(to.t) ?? Number.NEGATIVE_INFINITY)) continue;
    to = { t: isoSeconds(stamp), x: idOf(row) };
  }
  return to;
}

function wholeRows(options: FeedOptions, want: Want, rows: Rows, opened: number): readonly Change[] {
  const asOf = Math.min(rows.asOf, opened);
  return rows.records.map((row) =>
    changeOf(row, want, { connection: options.connection, asOf, typeOf: options.typeOf }),
  );
}

function looksAt(options: FeedOptions, want: Want, rows: Rows, opened: number): readonly Change[] {
  const asOf = Math.min(rows.asOf, opened);
  return rows.records.map((row) =>
    changeOf(row, want, { connection: options.connection, asOf, typeOf: options.typeOf, look: true }),
  );
}
