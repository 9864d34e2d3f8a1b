import { type Collection, createCollection } from '../../../twins/collection.ts';
import type { Json } from '../../../twins/json.ts';
import type { StoredRow } from './row.ts';

/**
 * Rows and transactions. A transaction's rows carry the stamp of the moment when its statement ran, and become visible together when it
 * commits, which is later: that is why a cursor on SystemModstamp alone loses rows. Writers see the latest state, readers only what is
 * committed. A purge has `after: null`.
 */
export interface RowChange {
  readonly before: StoredRow | null;
  readonly after: StoredRow | null;
}

export interface Commit {
  /** When it became visible (ms). */
  readonly at: number;
  readonly user: string;
  /** What the client called itself in `Sforce-Call-Options`, as change events tell it. */
  readonly origin: string;
  readonly changes: readonly RowChange[];
}

export type RowOrder = 'stamp' | 'modified' | 'created' | 'id';

export interface Transaction {
  /** The latest state of a row, this transaction's own changes included. */
  row(id: string): StoredRow | undefined;
  put(row: StoredRow): void;
  purge(row: StoredRow): void;
  /** A savepoint: hand it to `rollback`. */
  mark(): number;
  rollback(mark: number): void;
  readonly size: number;
  /** Runs a reader that sees this transaction's own changes as if they were committed. */
  peek<T>(read: () => T): T;
  /** Makes the changes visible at `at`, or later where a row waits for an earlier transaction; answers when. */
  commit(at: number): number;
}

export interface Store {
  /** Committed rows of an object. */
  rows(object: string): Collection<StoredRow, string, RowOrder>;
  /** The committed row of any object. */
  visible(object: string, id: string): StoredRow | undefined;
  /** The latest state of a row, committed or not. */
  latest(object: string, id: string): StoredRow | undefined;
  /** The latest state of all rows of an object. */
  all(object: string): Iterable<StoredRow>;
  /** Rows whose field has this value in their latest state; an index is built when first asked. */
  where(object: string, field: string, value: Json): StoredRow[];
  /** The row that holds this key in a unique field, committed or not. */
  holder(object: string, field: string, key: string): string | undefined;
  begin(user: string, origin: string): Transaction;
  /** Commits what is due by `now`. */
  settle(now: number): void;
  /** The earliest statement whose transaction has not committed yet (ms), or null. */
  openSince(): number | null;
  /** Grows whenever a committed row of the object changes. */
  revision(object: string): number;
  onCommit(listener: (commit: Commit) => void): void;
  reset(): void;
}

export interface StoreOptions {
  readonly objectOfId: (id: string) => string | undefined;
  /** Unique fields of an object, with the key that a row holds in each. */
  readonly keys: (
    object: string,
  ) => readonly { readonly field: string; readonly key: (row: StoredRow) => string | null }[];
}

interface Pending {
  readonly commit: Commit;
}

export function createStore({ objectOfId, keys }: StoreOptions): Store {
  let tables = new Map<string, Collection<StoredRow, string, RowOrder>>();
  let holders = new Map<string, Map<string, string>>();
  /** The latest state of rows with changes that are not committed; null where the row is gone. */
  let overlay = new Map<string, StoredRow | null>();
  /** When the last transaction of a row that has not committed yet will. */
  let dueAt = new Map<string, number>();
  let pending: Pending[] = [];
  let revisions = new Map<string, number>();
  const listeners: ((commit: Commit) => void)[] = [];

  const rows = (object: string): Collection<StoredRow, string, RowOrder> => {
    const known = tables.get(object);
    if (known !== undefined) return known;
    const table = createCollection<StoredRow, string, RowOrder>({
      orders: {
        stamp: { at: (row) => row.stampAt },
        modified: { at: (row) => row.modifiedAt },
        created: { at: (row) => row.createdAt },
        id: { at: () => 0 },
      },
    });
    tables.set(object, table);
    return table;
  };
  const latest = (object: string, id: string): StoredRow | undefined => {
    const over = overlay.get(id);
    return over === undefined ? rows(object).get(id) : (over ?? undefined);
  };
  const holdersOf = (object: string, field: string): Map<string, string> => {
    const name = `${object}.${field}`;
    const known = holders.get(name);
    if (known !== undefined) return known;
    const fresh = new Map<string, string>();
    holders.set(name, fresh);
    return fresh;
  };
  /** Moves the unique keys of a row from one state to the next. */
  const moveKeys = (object: string, from: StoredRow | null, to: StoredRow | null): void => {
    for (const { field, key } of keys(object)) {
      const [left, taken] = [
        from === null || from.deleted ? null : key(from),
        to === null || to.deleted ? null : key(to),
      ];
      if (left === taken) continue;
      const held = holdersOf(object, field);
      if (left !== null && held.get(left) === from?.id) held.delete(left);
      if (taken !== null && to !== null) held.set(taken, to.id);
    }
  };
  const setLatest = (object: string, id: string, row: StoredRow | null): void => {
    const isCommitted = (rows(object).get(id) ?? null) === row;
    // While a transaction of the row is still to come, the committed state is not its latest.
    if (isCommitted && !dueAt.has(id)) overlay.delete(id);
    else overlay.set(id, row);
  };
  const apply = ({ commit }: Pending): void => {
    for (const { before, after } of commit.changes) {
      const row = must(after ?? before);
      if (after === null) rows(row.object).remove(row.id);
      else rows(row.object).put(after);
      if ((dueAt.get(row.id) ?? 0) <= commit.at) {
        dueAt.delete(row.id);
        // A transaction that is still being written may have gone on from here.
        if (overlay.get(row.id) === after) overlay.delete(row.id);
      }
      revisions.set(row.object, (revisions.get(row.object) ?? 0) + 1);
    }
    for (const listener of listeners) listener(commit);
  };
  const settle = (now: number): void => {
    if (!pending.some(({ commit }) => commit.at <= now)) return;
    const due = pending.filter(({ commit }) => commit.at <= now).sort((one, two) => one.commit.at - two.commit.at);
    pending = pending.filter(({ commit }) => commit.at > now);
    for (const one of due) apply(one);
  };

  const begin = (user: string, origin: string): Transaction => {
    const changes: RowChange[] = [];
    const record = (object: string, id: string, after: StoredRow | null): void => {
      const before = latest(object, id) ?? null;
      changes.push({ before, after });
      moveKeys(object, before, after);
      setLatest(object, id, after);
    };
    return {
      get size() {
        return changes.length;
      },
      row(id) {
        const object = objectOfId(id);
        return object === undefined ? undefined : latest(object, id);
      },
      put: (row) => record(row.object, row.id, row),
      purge: (row) => record(row.object, row.id, null),
      mark: () => changes.length,
      rollback(mark) {
        for (const { before, after } of changes.splice(mark).reverse()) {
          const row = must(after ?? before);
          moveKeys(row.object, after, before);
          setLatest(row.object, row.id, before);
        }
      },
      peek(read) {
        if (changes.length === 0) return read();
        const shown = changes.map(({ before, after }) => {
          const { object, id } = must(after ?? before);
          const committed = rows(object).get(id);
          if (after === null) rows(object).remove(id);
          else rows(object).put(after);
          return { object, id, committed };
        });
        try {
          return read();
        } finally {
          for (const { object, id, committed } of shown.reverse()) {
            if (committed === undefined) rows(object).remove(id);
            else rows(object).put(committed);
          }
        }
      },
      commit(at) {
        const ids = changes.map(({ before, after }) => must(after ?? before).id);
        const visibleAt = ids.reduce((latest, id) => Math.max(latest, dueAt.get(id) ?? 0), at);
        for (const id of ids) dueAt.set(id, visibleAt);
        if (changes.length > 0) pending.push({ commit: { at: visibleAt, user, origin, changes: changes.splice(0) } });
        return visibleAt;
      },
    };
  };

  const valueKey = (value: Json | undefined): string | null =>
    value === null || value === undefined ? null : String(value);
  return {
    rows,
    visible: (object, id) => rows(object).get(id),
    latest,
    *all(object) {
      for (const row of rows(object).values()) {
        const now = latest(object, row.id);
        if (now !== undefined) yield now;
      }
      for (const row of overlay.values()) {
        if (row !== null && row.object === object && !rows(object).has(row.id)) yield row;
      }
    },
    where(object, field, value) {
      const table = rows(object);
      table.ensureIndex(`value:${field}`, (row) => valueKey(row.values[field]));
      const found = new Map(table.by(`value:${field}`, String(value)).map((row) => [row.id, row]));
      for (const row of overlay.values()) if (row !== null && row.object === object) found.set(row.id, row);
      return [...found.keys()].flatMap((id) => {
        const row = latest(object, id);
        return row !== undefined && row.values[field] === value ? [row] : [];
      });
    },
    holder: (object, field, key) => holdersOf(object, field).get(key),
    begin,
    settle,
    openSince() {
      let earliest: number | null = null;
      for (const { commit } of pending) {
        for (const { after } of commit.changes) {
          if (after !== null && (earliest === null || after.stampAt < earliest)) earliest = after.stampAt;
        }
      }
      return earliest;
    },
    revision: (object) => revisions.get(object) ?? 0,
    onCommit: (listener) => void listeners.push(listener),
    reset() {
      tables = new Map();
      holders = new Map();
      overlay = new Map();
      dueAt = new Map();
      pending = [];
      revisions = new Map();
    },
  };
}

function must(row: StoredRow | null): StoredRow {
  if (row === null) throw new Error('a change has a row before or after it');
  return row;
}
