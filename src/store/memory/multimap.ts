/**
 * Several values per key, in insertion order. Most keys of the store's indexes have one value: those cost no set of their own, which
 * keeps 200,000 records small.
 */
export class Multimap<V extends string> {
  readonly #entries = new Map<string, V | Set<V>>();

  add(key: string, value: V): void {
    const held = this.#entries.get(key);
    if (held === undefined) this.#entries.set(key, value);
    else if (held instanceof Set) held.add(value);
    else if (held !== value) this.#entries.set(key, new Set([held, value]));
  }

  remove(key: string, value: V): void {
    const held = this.#entries.get(key);
    if (held instanceof Set) {
      held.delete(value);
      if (held.size === 0) this.#entries.delete(key);
    } else if (held === value) this.#entries.delete(key);
  }

  removeAll(key: string): readonly V[] {
    const values = this.of(key);
    this.#entries.delete(key);
    return values;
  }

  keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** A copy: safe to change the map while going through it. */
  of(key: string): readonly V[] {
    const held = this.#entries.get(key);
    if (held === undefined) return [];
    return held instanceof Set ? [...held] : [held];
  }
}
