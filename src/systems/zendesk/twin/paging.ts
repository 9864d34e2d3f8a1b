import type { Call } from './call.ts';
import { compareKeys, decodeListCursor, encodeListCursor, type Keys } from './cursor.ts';
import type { Json, JsonObject } from './json.ts';
import { badAttribute, badPage } from './refusal.ts';
import type { Table } from './table.ts';

/**
 * Lists. With `page[size]` the vendor pages by cursor, else by page number; both at most 100 rows.
 * Source: Zendesk, "Pagination"; what the last page looks like is from recorded traffic.
 */
export interface Rows<T> {
  /** Positions, some of which may show no row. */
  readonly size: number;
  readonly rowAt: (position: number) => T | undefined;
  /** The typed keys of a position, ascending in the order of the list. */
  readonly keysAt: (position: number) => Keys;
  /** As the cursor names it: `id`, `created_at,id`, `-created_at,id`. */
  readonly order: string;
  readonly isDescending?: boolean;
  /** How many rows there are, where counting them one by one would be slow. */
  readonly count?: () => number;
}

export interface Listing<T> {
  readonly name: string;
  readonly rows: Rows<T>;
  readonly draw: (row: T) => Json;
  /** What side-loads add, for the rows of the page. */
  readonly more?: (rows: readonly T[]) => JsonObject;
}

const largest = 100;
/** Above this many records, pages by number are refused. Source: Zendesk, "Pagination", offset limits. */
const deepest = 10_000;

export function tableRows<T extends { readonly id: number }>(
  table: Table<T>,
  shows: (row: T) => boolean = () => true,
  count?: () => number,
): Rows<T> {
  return {
    size: table.ids.length,
    rowAt: (position) => {
      const row = table.get(table.ids[position]);
      return row !== undefined && shows(row) ? row : undefined;
    },
    keysAt: (position) => [table.ids[position] ?? 0],
    order: 'id',
    ...(count === undefined ? {} : { count }),
  };
}

/** Rows that are already in the order that `keys` describes. */
export function listRows<T>(list: readonly T[], order: string, keys: (row: T) => Keys, isDescending = false): Rows<T> {
  return {
    size: list.length,
    rowAt: (position) => list[position],
    keysAt: (position) => {
      const row = list[position];
      return row === undefined ? [] : keys(row);
    },
    order,
    isDescending,
    count: () => list.length,
  };
}

export function idRows<T extends { readonly id: number }>(list: readonly T[]): Rows<T> {
  return listRows(list, 'id', (row) => [row.id]);
}

/** One page in the way that the query asks for. */
export function page<T>(call: Call, listing: Listing<T>): JsonObject {
  return call.query.has('page[size]') || call.query.has('page[after]') || call.query.has('page[before]')
    ? cursorPage(call, listing)
    : offsetPage(call, listing);
}

export function cursorPage<T>(call: Call, { name, rows, draw, more }: Listing<T>, max = largest): JsonObject {
  const size = pageSize(call.query.get('page[size]') ?? String(max), max);
  const after = call.query.get('page[after]');
  const before = call.query.get('page[before]');
  const mark = after ?? before;
  const cursor = mark === null || mark === '' ? undefined : decodeListCursor(mark);
  if (mark !== null && mark !== '' && cursor?.order !== rows.order) {
    throw badPage('InvalidPaginationParameter', 'page[after] or page[before] is not valid');
  }
  const backwards = after === null && cursor !== undefined;
  const start = cursor === undefined ? 0 : seek(rows, cursor.keys, backwards ? 'at' : 'after');
  const found = backwards ? collectBack(rows, start, size + 1) : collect(rows, start, size + 1);
  const hasMore = found.length > size;
  const shown = hasMore ? (backwards ? found.slice(1) : found.slice(0, size)) : found;
  const first = shown[0];
  const last = shown.at(-1);
  const drawn = { [name]: shown.map(({ row }) => draw(row)), ...more?.(shown.map(({ row }) => row)) };
  if (first === undefined || last === undefined) {
    const meta = { has_more: false, after_cursor: null, before_cursor: null };
    return { ...drawn, meta, links: { prev: null, next: null } };
  }
  const afterCursor = encodeListCursor(rows.order, rows.keysAt(last.position));
  const beforeCursor = encodeListCursor(rows.order, rows.keysAt(first.position));
  return {
    ...drawn,
    meta: { has_more: hasMore, after_cursor: afterCursor, before_cursor: beforeCursor },
    links: {
      prev: link(call, { 'page[before]': beforeCursor, 'page[size]': String(size) }),
      next: link(call, { 'page[after]': afterCursor, 'page[size]': String(size) }),
    },
  };
}

export function offsetPage<T>(call: Call, { name, rows, draw, more }: Listing<T>): JsonObject {
  const number = wholeNumber(call.query.get('page'), 'page') ?? 1;
  const size = Math.min(largest, wholeNumber(call.query.get('per_page'), 'per_page') ?? largest);
  if (number * size > deepest) {
    throw badPage('InvalidPaginationDepth', `Number of records that can be paged by number is limited to ${deepest}`);
  }
  const shown: T[] = [];
  let seen = 0;
  for (let position = 0; position < rows.size && shown.length < size; position++) {
    const row = rows.rowAt(position);
    if (row === undefined) continue;
    if (seen++ >= (number - 1) * size) shown.push(row);
  }
  const count = rows.count?.() ?? countRows(rows);
  return {
    [name]: shown.map(draw),
    ...more?.(shown),
    next_page: number * size < count ? link(call, { page: String(number + 1), per_page: String(size) }) : null,
    previous_page: number > 1 ? link(call, { page: String(number - 1), per_page: String(size) }) : null,
    count,
  };
}

/** The call's own address with other paging parameters; everything else that it asked for stays. */
export function link(call: Call, paging: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(call.query);
  for (const name of ['page', 'per_page', 'page[size]', 'page[after]', 'page[before]']) {
    if (name in paging || name.startsWith('page')) query.delete(name);
  }
  for (const [name, value] of Object.entries(paging)) query.set(name, value);
  return `${call.base}${call.path}?${query}`;
}

export function wholeNumber(text: string | null, name: string): number | null {
  if (text === null || text === '') return null;
  if (!/^\d+$/.test(text)) throw badAttribute(name, 'must be an integer');
  return Math.max(1, Number(text));
}

function pageSize(text: string, max: number): number {
  if (!/^\d+$/.test(text) || Number(text) === 0) {
    throw badPage('InvalidPaginationParameter', 'page[size] is not valid');
  }
  return Math.min(max, Number(text));
}

interface Shown<T> {
  readonly position: number;
  readonly row: T;
}

function collect<T>(rows: Rows<T>, start: number, limit: number): readonly Shown<T>[] {
  const found: Shown<T>[] = [];
  for (let position = start; position < rows.size && found.length < limit; position++) {
    const row = rows.rowAt(position);
    if (row !== undefined) found.push({ position, row });
  }
  return found;
}

function collectBack<T>(rows: Rows<T>, end: number, limit: number): readonly Shown<T>[] {
  const found: Shown<T>[] = [];
  for (let position = end - 1; position >= 0 && found.length < limit; position--) {
    const row = rows.rowAt(position);
    if (row !== undefined) found.push({ position, row });
  }
  return found.reverse();
}

/** The first position at or after these keys, in the order of the list. */
function seek<T>(rows: Rows<T>, keys: Keys, where: 'at' | 'after'): number {
  let low = 0;
  let high = rows.size;
  while (low < high) {
    const middle = (low + high) >> 1;
    const difference = compareKeys(rows.keysAt(middle), keys) * (rows.isDescending ? -1 : 1);
    if (difference < 0 || (difference === 0 && where === 'after')) low = middle + 1;
    else high = middle;
  }
  return low;
}

function countRows<T>(rows: Rows<T>): number {
  let count = 0;
  for (let position = 0; position < rows.size; position++) if (rows.rowAt(position) !== undefined) count++;
  return count;
}
