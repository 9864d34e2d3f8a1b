/**
 * What will happen by itself: items of running jobs, answers to deletions, merges. Nothing is scheduled with the machine; when a request
 * comes in, everything that fell due since is lived through in its own order and at its own moment.
 */
export class Agenda {
  readonly #heap: { readonly atMs: number; readonly order: number; readonly run: () => void }[] = [];
  #order = 0;

  add(atMs: number, run: () => void): void {
    const entry = { atMs, order: this.#order++, run };
    let at = this.#heap.length;
    this.#heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.#heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      this.#heap[at] = above;
      at = parent;
    }
    this.#heap[at] = entry;
  }

  /** When the next thing is due; undefined where nothing is. */
  get nextMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  /** Takes the first entry that is due at `nowMs`. */
  take(nowMs: number): { readonly atMs: number; readonly run: () => void } | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.atMs > nowMs) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(entry: { readonly atMs: number; readonly order: number; readonly run: () => void }): void {
    let at = 0;
    for (;;) {
      const left = this.#heap[at * 2 + 1];
      const right = this.#heap[at * 2 + 2];
      const isRight = right !== undefined && left !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (child === undefined || !isBefore(child, entry)) break;
      this.#heap[at] = child;
      at = at * 2 + (isRight ? 2 : 1);
    }
    this.#heap[at] = entry;
  }
}

function isBefore(
  one: { readonly atMs: number; readonly order: number },
  two: { readonly atMs: number; readonly order: number },
): boolean {
  return one.atMs < two.atMs || (one.atMs === two.atMs && one.order < two.order);
}
