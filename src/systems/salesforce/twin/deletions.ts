import type { Store } from './store.ts';

/** The log of deletions: it outlives the recycle bin's rows, which somebody may empty, but not their fifteen days. */
export interface Deletions {
  between(object: string, from: number, to: number): Iterable<{ readonly id: string; readonly at: number }>;
  /** Empties from the bin what has lain there for fifteen days. */
  expire(now: number): void;
  reset(): void;
}

const keptMs = 15 * 86_400_000;

export function createDeletions(store: Store): Deletions {
  /** By id, oldest first. */
  const log = new Map<string, { readonly object: string; readonly at: number }>();
  store.onCommit(({ changes }) => {
    for (const { before, after } of changes) {
      const row = after ?? before;
      if (row === null) continue;
      if (after === null) {
        if (!log.has(row.id)) log.set(row.id, { object: row.object, at: row.stampAt });
      } else if (after.deleted && before?.deleted !== true) {
        log.delete(row.id);
        log.set(row.id, { object: row.object, at: after.stampAt });
      } else if (!after.deleted && before?.deleted === true) log.delete(row.id);
    }
  });
  return {
    *between(object, from, to) {
      for (const [id, entry] of log)
        if (entry.object === object && entry.at >= from && entry.at < to) yield { id, at: entry.at };
    },
    expire(now) {
      for (const [id, { object, at }] of log) {
        if (at > now - keptMs) return;
        log.delete(id);
        const row = store.latest(object, id);
        if (row?.deleted === true) store.rows(object).remove(id);
      }
    },
    reset: () => log.clear(),
  };
}
