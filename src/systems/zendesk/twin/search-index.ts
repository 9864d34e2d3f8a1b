/**
 * The vendor's search index lags: it shows each record as it was some time ago. Records are immutable, so the index holds references
 * to old versions and costs no copies. What waits is let in whenever somebody looks or writes, so the queue never outgrows the lag.
 */
export class SearchIndex<T extends { readonly id: number }> {
  readonly #visible = new Map<number, T>();
  readonly #nowMs: () => number;
  readonly #lagMs: () => number;
  #waiting: { readonly atMs: number; readonly record: T; readonly isGone: boolean }[] = [];
  #head = 0;

  constructor(nowMs: () => number, lagMs: () => number) {
    this.#nowMs = nowMs;
    this.#lagMs = lagMs;
  }

  add(record: T, isGone: boolean): void {
    this.#waiting.push({ atMs: this.#nowMs(), record, isGone });
    this.#letIn();
  }

  /** All that the index shows, in the order in which they became visible. */
  values(): Iterable<T> {
    this.#letIn();
    return this.#visible.values();
  }

  #letIn(): void {
    const until = this.#nowMs() - this.#lagMs();
    for (let next = this.#waiting[this.#head]; next !== undefined && next.atMs <= until; ) {
      if (next.isGone) this.#visible.delete(next.record.id);
      else this.#visible.set(next.record.id, next.record);
      this.#head++;
      next = this.#waiting[this.#head];
    }
    if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
  }
}
