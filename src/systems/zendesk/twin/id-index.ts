type Ids = number | Set<number>;

interface IdIndexStore<Key> {
  get(key: Key): Ids | undefined;
  set(key: Key, ids: Ids): unknown;
  delete(key: Key): boolean;
}

/**
 * Which records share a key, in the order in which they got it. Most keys have one record, so a set is made only for the second: a set
 * per key would cost more than the records.
 */
export class IdIndex<Key extends string | number> {
  readonly #ids: IdIndexStore<Key>;

  /** Keys that mostly come in ascending order take less room in a `SortedMap`. */
  constructor(ids: IdIndexStore<Key> = new Map<Key, Ids>()) {
    this.#ids = ids;
  }

  get(key: Key): readonly number[] {
    const found = this.#ids.get(key);
    if (found === undefined) return [];
    return typeof found === 'number' ? [found] : [...found];
  }

  count(key: Key): number {
    const found = this.#ids.get(key);
    return found === undefined ? 0 : typeof found === 'number' ? 1 : found.size;
  }

  add(key: Key, id: number): void {
    const found = this.#ids.get(key);
    if (found === undefined) this.#ids.set(key, id);
    else if (typeof found === 'number') this.#ids.set(key, new Set([found, id]));
    else found.add(id);
  }

  drop(key: Key, id: number): void {
    const found = this.#ids.get(key);
    if (found === id) this.#ids.delete(key);
    else if (found instanceof Set && found.delete(id) && found.size === 0) this.#ids.delete(key);
  }

  /** From one key to another; null: under none. A key that stays keeps the record's place. */
  move(id: number, from: Key | null | undefined, to: Key | null | undefined): void {
    if (from === to) return;
    if (from !== null && from !== undefined) this.drop(from, id);
    if (to !== null && to !== undefined) this.add(to, id);
  }
}
