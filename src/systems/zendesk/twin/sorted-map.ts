/**
 * Number → value, in the order of the numbers. Ids mostly grow, so a pair of lists does what a hash table would at a third of its memory;
 * a number that comes late is put in between. What was removed leaves a hole until a quarter of the list is holes.
 */
export class SortedMap<V> {
  #keys: number[] = [];
  #values: (V | undefined)[] = [];
  #holes = 0;

  get size(): number {
    return this.#keys.length - this.#holes;
  }

  /** Ascending, some of which may be gone: page over it with `get`. */
  get keys(): readonly number[] {
    return this.#keys;
  }

  get(key: number): V | undefined {
    const at = this.#find(key);
    return this.#keys[at] === key ? this.#values[at] : undefined;
  }

  set(key: number, value: V): void {
    const at = this.#find(key);
    if (this.#keys[at] === key) {
      if (this.#values[at] === undefined) this.#holes--;
      this.#values[at] = value;
    } else if (at === this.#keys.length) {
      this.#keys.push(key);
      this.#values.push(value);
    } else {
      this.#keys.splice(at, 0, key);
      this.#values.splice(at, 0, value);
    }
  }

  delete(key: number): boolean {
    const at = this.#find(key);
    if (this.#keys[at] !== key || this.#values[at] === undefined) return false;
    this.#values[at] = undefined;
    this.#holes++;
    if (this.#holes * 4 > this.#keys.length) this.#sweep();
    return true;
  }

  *values(): IterableIterator<V> {
    for (const value of this.#values) if (value !== undefined) yield value;
  }

  /** The first position whose key is not below. */
  #find(key: number): number {
    let low = 0;
    let high = this.#keys.length;
    // New ids come last.
    if (high > 0 && (this.#keys[high - 1] ?? 0) < key) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #sweep(): void {
    const isThere = (_: unknown, at: number): boolean => this.#values[at] !== undefined;
    this.#keys = this.#keys.filter(isThere);
    this.#values = this.#values.filter(isThere);
    this.#holes = 0;
  }
}
