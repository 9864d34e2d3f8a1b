import { z } from 'zod';
import { FaultError } from '../../model/fault.ts';
import type { Change, Page, Want } from '../../model/record.ts';
import { parseJson } from '../kit/login.ts';
import type { Row } from './answers.ts';
import { byIds } from './read.ts';
import type { Resource, Stamp } from './resource.ts';
import { resourceFor, type Session, sparse } from './session.ts';
import { changeOf, isoSeconds, stampOf } from './values.ts';

/**
 * The change feed, made of lists.
 *
 * - First load: everything by id, each page from the last id on. Ids do not move, so no edit shifts a page.
 * - Poll: ids and stamps of what changed since, oldest first; whole rows are then read by id where the stamp is newer than all that was
 *   seen, and the rest are rows to look at where the version is new. Each page goes on from the last one's stamp, never from a page
 *   number, since an edit moves its row to the end and would shift the others. So a quiet poll costs one call.
 *
 * Where a poll begins: stamps have whole seconds, and a row gets its stamp a moment before its transaction has committed. So it begins
 * two minutes before the last one, and never after the newest stamp that was seen, whatever the clocks say.
 *
 * `updatedAt` of a case is empty until somebody edits it: new ones are found by `createdAt`, in a pass of their own.
 * Source: Oro documentation, topic "Filters"; the case entity's lifecycle.
 */
const position = { opened: z.number(), newest: z.number().nullable() };
const cursorShape = z.discriminatedUnion('in', [
  /** `opened`: when the load or poll began (ms, the vendor's clock; null before its first answer); `newest`: the newest stamp seen (ms). */
  z.object({ in: z.literal('load'), ...position, after: z.string() }),
  /** `known`: the newest stamp before this poll; `pass`: which of the stamps; `from`: a second (ms), and in it only ids after `after`. */
  z.object({
    in: z.literal('poll'),
    ...position,
    opened: z.number().nullable(),
    known: z.number().nullable(),
    since: z.number(),
    pass: z.number(),
    from: z.number(),
    after: z.string().nullable(),
  }),
  z.object({ in: z.literal('rest'), ...position }),
]);
type Cursor = z.infer<typeof cursorShape>;
type Loading = Extract<Cursor, { in: 'load' }>;
type Polling = Extract<Cursor, { in: 'poll' }>;

const overlapMs = 120_000;
export const loadPageSize = 500;
const pollPageSize = 1000;

export async function changes(session: Session, want: Want, text: string | null): Promise<Page> {
  const resource = resourceFor(want.object);
  const cursor = text === null ? null : parsed(text);
  if (cursor === null || cursor.in === 'load') return load(session, resource, want, cursor);
  return poll(session, resource, want, cursor.in === 'poll' ? cursor : begun(cursor));
}

function parsed(text: string): Cursor {
  const cursor = cursorShape.safeParse(parseJson(text));
  if (cursor.success) return cursor.data;
  throw new FaultError({ kind: 'bug', say: `This is no cursor of OroCRM's change feed: ${text.slice(0, 80)}` });
}

async function load(session: Session, resource: Resource, want: Want, at: Loading | null): Promise<Page> {
  const query = {
    ...(at === null ? {} : { 'filter[id][gt]': at.after }),
    sort: 'id',
    'page[size]': String(loadPageSize),
    ...sparse(resource, want.fields),
  };
  const { rows, more, asOf } = await session.wire.list(
    resource.object,
    query,
    `reading all of ${resource.object}`,
    'load',
  );
  const seen = { opened: at?.opened ?? asOf, newest: newestOf(rows, at?.newest ?? null) };
  const last = rows.at(-1);
  const seeing = { connection: session.name, resource, asOf };
  return {
    changes: rows.map((row) => changeOf(seeing, row, want.fields)),
    ...onwards(more && last !== undefined ? { in: 'load', ...seen, after: last.id } : { in: 'rest', ...seen }),
  };
}

function begun({ opened, newest }: Extract<Cursor, { in: 'rest' }>): Polling {
  const from = Math.min(newest ?? 0, opened - overlapMs);
  return { in: 'poll', opened: null, newest, known: newest, since: from, pass: 0, from, after: null };
}

async function poll(session: Session, resource: Resource, want: Want, at: Polling): Promise<Page> {
  const stamp = resource.stamps[at.pass] ?? 'updatedAt';
  const query = { ...stampsQuery(resource, stamp, at), 'page[size]': String(pollPageSize), ...sparse(resource, []) };
  const listed = await session.wire.list(resource.object, query, `reading changes of ${resource.object}`);
  const { asOf, rows } = listed;
  const isNew = (row: Row) => at.known === null || (stampOf(row) ?? 0) > at.known;
  const seeing = { connection: session.name, resource, asOf };
  const looks = rows.filter((row) => !isNew(row)).map((row) => changeOf(seeing, row, null));
  const whole = await wholeRows(session, resource, want, rows.filter(isNew));
  const seen = { ...at, opened: at.opened ?? asOf, newest: newestOf(rows, at.newest) };
  return { changes: [...looks, ...whole], ...onwards(next(resource, seen, rows, listed.more)) };
}

function stampsQuery(resource: Resource, stamp: Stamp, { from, after }: Polling): Readonly<Record<string, string>> {
  // What was edited since is found by its edit.
  const unedited =
    stamp === 'createdAt' && resource.stamps.includes('updatedAt') ? { 'filter[updatedAt][exists]': 'no' } : {};
  return after === null
    ? { [`filter[${stamp}][gte]`]: isoSeconds(from), ...unedited, sort: `${stamp},id` }
    : { [`filter[${stamp}]`]: isoSeconds(from), 'filter[id][gt]': after, ...unedited, sort: 'id' };
}

async function wholeRows(
  session: Session,
  resource: Resource,
  want: Want,
  rows: readonly Row[],
): Promise<readonly Change[]> {
  const found = await byIds(
    session,
    resource,
    rows.map(({ id }) => id),
    want.fields,
  );
  // What was removed between the two calls is told when somebody reads it.
  return found.map(({ row, asOf }) => changeOf({ connection: session.name, resource, asOf }, row, want.fields));
}

/** Where to go on after a page: from its last stamp, or after its last id where all of it is of one second. */
function next(
  resource: Resource,
  at: Polling & { readonly opened: number },
  rows: readonly Row[],
  more: boolean,
): Cursor {
  const last = rows.at(-1);
  if (more && last !== undefined) {
    const reached = stampOf(last) ?? at.from;
    const stuck = at.after !== null || reached <= at.from;
    return stuck ? { ...at, after: last.id } : { ...at, from: reached };
  }
  if (at.after !== null) return { ...at, from: at.from + 1000, after: null };
  if (at.pass + 1 < resource.stamps.length) return { ...at, pass: at.pass + 1, from: at.since };
  return { in: 'rest', opened: at.opened, newest: at.newest };
}

function newestOf(rows: readonly Row[], before: number | null): number | null {
  return rows.reduce((newest: number | null, row) => {
    const stamp = stampOf(row);
    return stamp === null || (newest !== null && stamp <= newest) ? newest : stamp;
  }, before);
}

function onwards(cursor: Cursor): Pick<Page, 'cursor' | 'more'> {
  return { cursor: JSON.stringify(cursor), more: cursor.in !== 'rest' };
}
