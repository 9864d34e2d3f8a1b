import type { Table } from './table.ts';

/**
 * The vendor's search index lags: it shows each record as it was some time ago. It shows what the table has, except for records that
 * changed within the lag: of those it keeps the version before, so that at rest it costs nothing. What waits is let in whenever somebody
 * looks or writes.
 */
export class SearchIndex<T extends { readonly id: number }> {
  readonly #table: Table<T>;
  readonly #isGone: (record: T) => boolean;
  readonly #nowMs: () => number;
  readonly #lagMs: () => number;
  /** What is shown instead of the table's version; null: nothing yet. */
  readonly #shown = new Map<number, T | null>();
  #waiting: { readonly atMs: number; readonly record: T }[] = [];
  #head = 0;

  constructor(
    table: Table<T>,
    isGone: (record: T) => boolean,
    time: { readonly nowMs: () => number; readonly lagMs: () => number },
  ) {
    this.#table = table;
    this.#isGone = isGone;
    this.#nowMs = time.nowMs;
    this.#lagMs = time.lagMs;
  }

  /** `before` is what was shown of the record until now; undefined for a new one. */
  add(before: T | undefined, after: T): void {
    if (!this.#shown.has(after.id)) this.#shown.set(after.id, before ?? null);
    this.#waiting.push({ atMs: this.#nowMs(), record: after });
    this.#letIn();
  }

  /** All that the index shows, in the order of ids. */
  *values(): Iterable<T> {
    this.#letIn();
    for (const current of this.#table.values()) {
      const shown = this.#shown.size === 0 ? current : this.#shown.get(current.id);
      const record = shown === undefined ? current : shown;
      if (record !== null && !this.#isGone(record)) yield record;
    }
  }

  #letIn(): void {
    const until = this.#nowMs() - this.#lagMs();
    for (let next = this.#waiting[this.#head]; next !== undefined && next.atMs <= until; ) {
      const { record } = next;
      if (this.#table.get(record.id) === record) this.#shown.delete(record.id);
      else this.#shown.set(record.id, record);
      this.#head++;
      next = this.#waiting[this.#head];
    }
    if (this.#head === this.#waiting.length || (this.#head > 1024 && this.#head * 2 > this.#waiting.length)) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
  }
}
