/**
 * An in-memory collection of immutable rows, in insertion order, with named indexes. Written for some 500,000 rows: an index that few
 * rows share costs no set per key, and ordered indexes are appended to, because stamps mostly grow.
 */
export interface Row {
  readonly id: string;
}

export interface CollectionOptions<T extends Row, Index extends string, Order extends string> {
  /** Look-up by equality; `null` leaves the row out of the index. `unique` refuses a second row with the same key. */
  readonly indexes?: Readonly<Record<Index, { readonly key: (row: T) => string | null; readonly unique?: boolean }>>;
  /** Look-up by range: rows by number, ties by text (the id unless given). */
  readonly orders?: Readonly<Record<Order, { readonly at: (row: T) => number; readonly tie?: (row: T) => string }>>;
}

export interface Range {
  /** Inclusive. */
  readonly from?: number;
  /** Inclusive. */
  readonly to?: number;
  /** Only what comes after this place in the order (a keyset cursor). */
  readonly after?: { readonly at: number; readonly tie: string };
}

export interface Collection<T extends Row, Index extends string = string, Order extends string = string> {
  readonly size: number;
  get(id: string): T | undefined;
  has(id: string): boolean;
  /** Adds a row or replaces the one with its id (which keeps its place). Throws DuplicateKey, then nothing has changed. */
  put(row: T): void;
  remove(id: string): T | undefined;
  clear(): void;
  /** All rows in insertion order. */
  values(): IterableIterator<T>;
  /** Adds an index by equality where there is none of this name yet, over the rows that are there and those to come. */
  ensureIndex(index: Index, key: (row: T) => string | null): void;
  /** The rows with this key; not in any promised order. */
  by(index: Index, key: string): readonly T[];
  /** The rows in this order, within the range. Do not write while iterating. */
  ordered(order: Order, range?: Range): Generator<T>;
  /** The same, last first. */
  descending(order: Order, range?: Range): Generator<T>;
  /** Rows are immutable, so a snapshot is only a list. */
  snapshot(): readonly T[];
  restore(snapshot: readonly T[]): void;
}

export class DuplicateKey extends Error {
  readonly index: string;
  readonly key: string;
  /** The id of the row that has the key already. */
  readonly holder: string;
  constructor(index: string, key: string, holder: string) {
    super(`${index}: ${key} is taken by ${holder}`);
    this.name = 'DuplicateKey';
    this.index = index;
    this.key = key;
    this.holder = holder;
  }
}

export function createCollection<T extends Row, Index extends string = never, Order extends string = never>(
  options: CollectionOptions<T, Index, Order> = {},
): Collection<T, Index, Order> {
  const rows = new Map<string, T>();
  const indexes = new Map<string, EqualIndex<T>>();
  const orders = new Map<string, OrderedIndex<T>>();
  for (const [name, { key, unique }] of entries(options.indexes))
    indexes.set(name, new EqualIndex(name, key, unique ?? false));
  for (const [name, { at, tie }] of entries(options.orders)) {
    orders.set(name, new OrderedIndex(at, tie ?? ((row) => row.id)));
  }

  const clear = (): void => {
    rows.clear();
    for (const index of indexes.values()) index.clear();
    for (const order of orders.values()) order.clear();
  };
  const put = (row: T): void => {
    const before = rows.get(row.id);
    for (const index of indexes.values()) index.check(row);
    rows.set(row.id, row);
    for (const index of indexes.values()) index.replace(before, row);
    for (const order of orders.values()) order.replace(before, row);
  };
  return {
    get size() {
      return rows.size;
    },
    get: (id) => rows.get(id),
    has: (id) => rows.has(id),
    put,
    remove(id) {
      const row = rows.get(id);
      if (row === undefined) return undefined;
      rows.delete(id);
      for (const index of indexes.values()) index.replace(row, undefined);
      for (const order of orders.values()) order.replace(row, undefined);
      return row;
    },
    clear,
    values: () => rows.values(),
    ensureIndex(name, key) {
      if (indexes.has(name)) return;
      const index = new EqualIndex<T>(name, key, false);
      for (const row of rows.values()) index.replace(undefined, row);
      indexes.set(name, index);
    },
    by: (index, key) => must(indexes.get(index), index).find(key),
    ordered: (order, range = {}) => must(orders.get(order), order).ascending(range),
    descending: (order, range = {}) => must(orders.get(order), order).descending(range),
    snapshot: () => [...rows.values()],
    restore(snapshot) {
      clear();
      for (const row of snapshot) put(row);
    },
  };
}

/** Key → the one row, or the set of rows once there are several: most keys have one, and a set per key would double the memory. */
class EqualIndex<T extends Row> {
  readonly #rows = new Map<string, T | Set<T>>();
  readonly #name: string;
  readonly #key: (row: T) => string | null;
  readonly #unique: boolean;

  constructor(name: string, key: (row: T) => string | null, unique: boolean) {
    this.#name = name;
    this.#key = key;
    this.#unique = unique;
  }

  check(row: T): void {
    if (!this.#unique) return;
    const key = this.#key(row);
    if (key === null) return;
    const holder = this.#rows.get(key);
    if (holder !== undefined && !(holder instanceof Set) && holder.id !== row.id)
      throw new DuplicateKey(this.#name, key, holder.id);
  }

  replace(before: T | undefined, after: T | undefined): void {
    if (before !== undefined) this.#drop(before);
    if (after !== undefined) this.#add(after);
  }

  find(key: string): readonly T[] {
    const found = this.#rows.get(key);
    if (found === undefined) return [];
    return found instanceof Set ? [...found] : [found];
  }

  clear(): void {
    this.#rows.clear();
  }

  #add(row: T): void {
    const key = this.#key(row);
    if (key === null) return;
    const found = this.#rows.get(key);
    if (found === undefined) this.#rows.set(key, row);
    else if (found instanceof Set) found.add(row);
    else this.#rows.set(key, new Set([found, row]));
  }

  #drop(row: T): void {
    const key = this.#key(row);
    if (key === null) return;
    const found = this.#rows.get(key);
    if (found === row) this.#rows.delete(key);
    else if (found instanceof Set && found.delete(row) && found.size === 0) this.#rows.delete(key);
  }
}

/**
 * A sorted list of rows. A replaced row stays in its place and is skipped when read, until half of the list is stale. A row that belongs
 * before the end waits in a side list, which the next read merges in: a load of old stamps costs one sort, not one shift per row.
 */
class OrderedIndex<T extends Row> {
  #sorted: T[] = [];
  #waiting: T[] = [];
  /** Rows that were replaced or removed and still stand in a list. Few, so that asking costs less than looking every row up. */
  readonly #stale = new Set<T>();
  readonly #at: (row: T) => number;
  readonly #tie: (row: T) => string;

  constructor(at: (row: T) => number, tie: (row: T) => string) {
    this.#at = at;
    this.#tie = tie;
  }

  replace(before: T | undefined, after: T | undefined): void {
    if (before !== undefined && after !== undefined && this.#compare(before, after) === 0 && this.#swap(before, after))
      return;
    if (before !== undefined) this.#stale.add(before);
    // A row that comes back, as when a change is undone, still stands where it stood.
    if (after === undefined || this.#stale.delete(after)) return;
    const last = this.#sorted.at(-1);
    if (last === undefined || this.#compare(last, after) <= 0) this.#sorted.push(after);
    else this.#waiting.push(after);
  }

  /** A row whose place does not change is exchanged where it stands. */
  #swap(before: T, after: T): boolean {
    const found = this.#find((row) => this.#compare(row, before) >= 0);
    for (let i = found; i < this.#sorted.length; i++) {
      const row = this.#sorted[i];
      if (row === before) {
        this.#sorted[i] = after;
        return true;
      }
      if (row === undefined || this.#compare(row, before) !== 0) return false;
    }
    return false;
  }

  *ascending(range: Range): Generator<T> {
    this.#settle();
    const { to = Number.POSITIVE_INFINITY } = range;
    for (let i = this.#start(range); i < this.#sorted.length; i++) {
      const row = this.#sorted[i];
      if (row === undefined || this.#at(row) > to) return;
      if (this.#isCurrent(row)) yield row;
    }
  }

  *descending(range: Range): Generator<T> {
    this.#settle();
    const start = this.#start(range);
    const { to } = range;
    const end = to === undefined ? this.#sorted.length : this.#find((row) => this.#at(row) > to);
    for (let i = end - 1; i >= start; i--) {
      const row = this.#sorted[i];
      if (row !== undefined && this.#isCurrent(row)) yield row;
    }
  }

  clear(): void {
    this.#sorted = [];
    this.#waiting = [];
    this.#stale.clear();
  }

  #isCurrent(row: T): boolean {
    return this.#stale.size === 0 || !this.#stale.has(row);
  }

  #start({ from, after }: Range): number {
    const first = from === undefined ? 0 : this.#find((row) => this.#at(row) >= from);
    if (after === undefined) return first;
    return Math.max(
      first,
      this.#find((row) => {
        const at = this.#at(row);
        return at > after.at || (at === after.at && this.#tie(row) > after.tie);
      }),
    );
  }

  /** The first position for which `holds`, which must hold for all positions after it. */
  #find(holds: (row: T) => boolean): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = this.#sorted[middle];
      if (row !== undefined && holds(row)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #settle(): void {
    if (this.#stale.size > 1_000 && this.#stale.size > this.#sorted.length / 2) {
      this.#sorted = this.#sorted.filter((row) => !this.#stale.has(row));
      this.#waiting = this.#waiting.filter((row) => !this.#stale.has(row));
      this.#stale.clear();
    }
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting.sort((one, two) => this.#compare(one, two));
    const merged: T[] = [];
    let next = 0;
    for (const row of this.#sorted) {
      for (let other = waiting[next]; other !== undefined && this.#compare(other, row) < 0; other = waiting[++next])
        merged.push(other);
      merged.push(row);
    }
    for (; next < waiting.length; next++) {
      const row = waiting[next];
      if (row !== undefined) merged.push(row);
    }
    this.#sorted = merged;
    this.#waiting = [];
  }

  #compare(one: T, two: T): number {
    const difference = this.#at(one) - this.#at(two);
    if (difference !== 0) return difference;
    const [a, b] = [this.#tie(one), this.#tie(two)];
    return a < b ? -1 : a > b ? 1 : 0;
  }
}

function entries<V>(record: Readonly<Record<string, V>> | undefined): [string, V][] {
  return record === undefined ? [] : Object.entries(record);
}

function must<V>(value: V | undefined, name: string): V {
  if (value === undefined) throw new Error(`the collection has no index ${name}`);
  return value;
}
