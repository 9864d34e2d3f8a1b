import type { Seconds } from './stamps.ts';

/**
 * Which record changed when, in the order (generated second, id) that the exports go by. A change appends one entry; the entry of the
 * record's earlier change stays behind, is skipped when read (the record's own stamp has moved on) and swept when most are stale.
 * Time runs forward, so an entry nearly always belongs at the end; seeding old stamps only marks the line for sorting before it is read.
 */
export class Timeline {
  readonly #generatedOf: (id: number) => Seconds | undefined;
  #seconds: Seconds[] = [];
  #ids: number[] = [];
  #unsorted = false;
  #live = 0;

  /** `generatedOf` tells a record's current stamp, undefined once it is gone. */
  constructor(generatedOf: (id: number) => Seconds | undefined) {
    this.#generatedOf = generatedOf;
  }

  add(second: Seconds, id: number, isNew: boolean): void {
    if (isNew) this.#live++;
    let at = this.#seconds.length;
    while (at > 0 && this.#seconds.length - at < 64 && this.#isAfter(at - 1, second, id)) at--;
    if (at > 0 && this.#isAfter(at - 1, second, id)) {
      this.#unsorted = true;
      at = this.#seconds.length;
    }
    if (at === this.#seconds.length) {
      this.#seconds.push(second);
      this.#ids.push(id);
    } else {
      this.#seconds.splice(at, 0, second);
      this.#ids.splice(at, 0, id);
    }
    if (this.#seconds.length > 1024 && this.#seconds.length > this.#live * 2) this.#sweep();
  }

  /**
   * Ids from the first entry at or after (`second`, `id`), up to and including `until`; at most `limit`. `more` says that further
   * entries are waiting before `until`.
   */
  read(
    from: { readonly second: Seconds; readonly id: number },
    until: Seconds,
    limit: number,
  ): { readonly rows: readonly { readonly second: Seconds; readonly id: number }[]; readonly more: boolean } {
    if (this.#unsorted) this.#sweep();
    const rows: { second: Seconds; id: number }[] = [];
    for (let at = this.#firstAt(from.second, from.id); at < this.#seconds.length; at++) {
      const second = this.#seconds[at] ?? 0;
      const id = this.#ids[at] ?? 0;
      if (second > until) break;
      if (this.#generatedOf(id) !== second) continue;
      if (this.#ids[at - 1] === id && this.#seconds[at - 1] === second) continue;
      if (rows.length === limit) return { rows, more: true };
      rows.push({ second, id });
    }
    return { rows, more: false };
  }

  #isAfter(at: number, second: Seconds, id: number): boolean {
    const there = this.#seconds[at] ?? 0;
    return there > second || (there === second && (this.#ids[at] ?? 0) > id);
  }

  #firstAt(second: Seconds, id: number): number {
    let low = 0;
    let high = this.#seconds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const there = this.#seconds[middle] ?? 0;
      if (there < second || (there === second && (this.#ids[middle] ?? 0) < id)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #sweep(): void {
    const entries: { second: Seconds; id: number }[] = [];
    this.#seconds.forEach((second, at) => {
      const id = this.#ids[at] ?? 0;
      if (this.#generatedOf(id) === second) entries.push({ second, id });
    });
    entries.sort((a, b) => a.second - b.second || a.id - b.id);
    const kept = entries.filter(
      (entry, at) => entries[at - 1]?.id !== entry.id || entries[at - 1]?.second !== entry.second,
    );
    this.#seconds = kept.map((entry) => entry.second);
    this.#ids = kept.map((entry) => entry.id);
    this.#live = kept.length;
    this.#unsorted = false;
  }
}
