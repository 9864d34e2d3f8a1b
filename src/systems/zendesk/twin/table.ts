/**
 * Records of one kind. A record is never changed in place: an update puts a new one under the same id, so the search index can go on
 * showing the old one until its lag is over, and an export row can be drawn from whichever version is current.
 */
export class Table<T extends { readonly id: number }> {
  readonly #byId = new Map<number, T>();
  /** Ascending. An id that was removed for good stays until a quarter of the list is stale. */
  #ids: number[] = [];
  #stale = 0;

  get size(): number {
    return this.#byId.size;
  }

  get(id: number | null | undefined): T | undefined {
    return id === null || id === undefined ? undefined : this.#byId.get(id);
  }

  has(id: number): boolean {
    return this.#byId.has(id);
  }

  put(record: T): T {
    if (!this.#byId.has(record.id)) this.#order(record.id);
    this.#byId.set(record.id, record);
    return record;
  }

  /** Forgets the record altogether (purged). */
  remove(id: number): void {
    if (!this.#byId.delete(id)) return;
    this.#stale++;
    if (this.#stale * 4 > this.#ids.length) {
      this.#ids = this.#ids.filter((known) => this.#byId.has(known));
      this.#stale = 0;
    }
  }

  /** In the order of ids. */
  *values(): IterableIterator<T> {
    for (const id of this.#ids) {
      const record = this.#byId.get(id);
      if (record) yield record;
    }
  }

  /** Ids ascending, some of which may be gone: page over it with `get`. */
  get ids(): readonly number[] {
    return this.#ids;
  }

  #order(id: number): void {
    const last = this.#ids.at(-1);
    if (last === undefined || id > last) this.#ids.push(id);
    else if (this.#ids[lowerBound(this.#ids, id)] !== id) this.#ids.splice(lowerBound(this.#ids, id), 0, id);
  }
}

/** The first index whose number is not below `wanted`. */
export function lowerBound(ascending: readonly number[], wanted: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
