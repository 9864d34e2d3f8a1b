import { SortedMap } from './sorted-map.ts';

/**
 * Records of one kind, in the order of ids. A record is never changed in place: an update puts a new one under the same id, so the search
 * index can go on showing the old one until its lag is over, and an export row can be drawn from whichever version is current.
 */
export class Table<T extends { readonly id: number }> {
  readonly #records = new SortedMap<T>();

  get size(): number {
    return this.#records.size;
  }

  get(id: number | null | undefined): T | undefined {
    return id === null || id === undefined ? undefined : this.#records.get(id);
  }

  has(id: number): boolean {
    return this.#records.get(id) !== undefined;
  }

  put(record: T): T {
    this.#records.set(record.id, record);
    return record;
  }

  /** Forgets the record altogether (purged). */
  remove(id: number): void {
    this.#records.delete(id);
  }

  values(): IterableIterator<T> {
    return this.#records.values();
  }

  /** Ids ascending, some of which may be gone: page over it with `get`. */
  get ids(): readonly number[] {
    return this.#records.keys;
  }
}
