import type { JsonObject } from '../../../twins/json.ts';
import type { IdSource } from './ids.ts';
import type { Found } from './soql/run.ts';

/** Open query results, paged through by locators such as `01g…-2000`, whose suffix is the offset. */
export interface Cursors {
  /** The first page, and the way to the next. */
  first(found: Found, size: number, user: string): QueryPage;
  /** The page at a locator; null where it is unknown, expired or another user's. */
  next(locator: string, user: string): QueryPage | null;
  reset(): void;
}

export interface QueryPage {
  readonly totalSize: number;
  readonly records: readonly JsonObject[];
  /** The locator of the next page; null on the last. */
  readonly next: string | null;
}

interface Cursor {
  readonly found: Found;
  readonly size: number;
  readonly user: string;
  readonly openedAt: number;
}

const lifeMs = 2 * 86_400_000;
/** A user has ten open cursors; opening another releases the oldest. */
const cursorsPerUser = 10;

export function createCursors({ ids, now }: { ids: IdSource; now: () => number }): Cursors {
  const cursors = new Map<string, Cursor>();
  const page = (id: string, { found, size }: Cursor, offset: number): QueryPage => {
    const { rows, project, records, total } = found;
    const end = offset + size;
    const part = records === null ? rows.slice(offset, end).map(project) : records.slice(offset, end);
    return { totalSize: total, records: part, next: end < (records ?? rows).length ? `${id}-${end}` : null };
  };
  return {
    first(found, size, user) {
      const cursor = { found, size, user, openedAt: now() };
      if ((found.records ?? found.rows).length <= size) return page('', cursor, 0);
      const own = [...cursors].filter(([, other]) => other.user === user);
      if (own.length >= cursorsPerUser) cursors.delete(own[0]?.[0] ?? '');
      const id = ids.next('01g');
      cursors.set(id, cursor);
      return page(id, cursor, 0);
    },
    next(locator, user) {
      const [, id = '', offset = ''] = /^([0-9A-Za-z]{18})-(\d+)$/.exec(locator) ?? [];
      const cursor = cursors.get(id);
      if (cursor === undefined || cursor.user !== user || now() - cursor.openedAt > lifeMs) return null;
      return page(id, cursor, Number(offset));
    },
    reset: () => cursors.clear(),
  };
}
