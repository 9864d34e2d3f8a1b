import { createCollection } from '../../../twins/collection.ts';
import { Ranked } from './ranked.ts';
import { type DeskRecord, isShown } from './records.ts';

/** What rows are sorted by: a number, or a text without regard to case. */
export type SortKey = (record: DeskRecord) => number | string;

/** Records of one module with whatever indexes and orders somebody has asked for; those are made on first use and kept from then on. */
export class Shelf {
  readonly #rows = createCollection<DeskRecord, string>();
  readonly #orders = new Map<string, Ranked<DeskRecord>>();

  get(id: string): DeskRecord | undefined {
    return this.#rows.get(id);
  }

  get size(): number {
    return this.#rows.size;
  }

  /** In the order of creation, the trashed ones included. */
  all(): Iterable<DeskRecord> {
    return this.#rows.values();
  }

  put(record: DeskRecord): void {
    this.#unrank(this.#rows.get(record.id));
    this.#rows.put(record);
    if (isShown(record)) for (const order of this.#orders.values()) order.add(record);
  }

  remove(id: string): void {
    this.#unrank(this.#rows.remove(id));
  }

  /** Records with this key, the trashed ones included, in the order of their ids. `index` names `keyOf`. */
  having(index: string, keyOf: (record: DeskRecord) => string | null, key: string): readonly DeskRecord[] {
    this.#rows.ensureIndex(index, keyOf);
    return [...this.#rows.by(index, key)].sort((one, two) => compare(one.id, two.id));
  }

  /** Records whose value of this name is `id`: the tickets of a contact, the contacts of an account. */
  pointingAt(name: string, id: string): readonly DeskRecord[] {
    return this.having(`=${name}`, ({ values }) => (typeof values[name] === 'string' ? values[name] : null), id);
  }

  /** Shown records by `key`; ties in ascending id in both directions, as the vendor has them. */
  ordered(name: string, key: SortKey, isDescending: boolean): Ranked<DeskRecord> {
    const full = isDescending ? `-${name}` : name;
    const known = this.#orders.get(full);
    if (known !== undefined) return known;
    const order = new Ranked<DeskRecord>(
      (one, two) =>
        (isDescending ? compare(key(two), key(one)) : compare(key(one), key(two))) || compare(one.id, two.id),
      [...this.#rows.values()].filter(isShown),
    );
    this.#orders.set(full, order);
    return order;
  }

  #unrank(before: DeskRecord | undefined): void {
    if (before !== undefined && isShown(before)) for (const order of this.#orders.values()) order.remove(before);
  }
}

export function compare<T extends number | string>(one: T, two: T): number {
  return one < two ? -1 : one > two ? 1 : 0;
}

interface View {
  readonly shelf: Shelf;
  readonly waiting: { readonly atMs: number; readonly id: string; readonly record: DeskRecord | null }[];
}

export type ViewName = 'search' | 'list';

/** The records of one module as they are, and as lagging views (the search index, a stale list) still show them. */
export class Store {
  readonly live = new Shelf();
  readonly #views: Record<ViewName, View | null> = { search: null, list: null };
  readonly #nowMs: () => number;
  readonly #lagMs: (view: ViewName) => number;

  constructor(nowMs: () => number, lagMs: (view: ViewName) => number) {
    this.#nowMs = nowMs;
    this.#lagMs = lagMs;
  }

  put(record: DeskRecord): void {
    this.#note(record.id, record);
    this.live.put(record);
  }

  remove(id: string): void {
    this.#note(id, null);
    this.live.remove(id);
  }

  /** What this view shows now; without a lag, the records themselves. */
  seen(name: ViewName): Shelf {
    const view = this.#view(name);
    if (view === null) return this.live;
    const until = this.#nowMs() - this.#lagMs(name);
    const fresh = view.waiting.findIndex((one) => one.atMs > until);
    for (const { id, record } of view.waiting.splice(0, fresh < 0 ? view.waiting.length : fresh)) {
      if (record === null) view.shelf.remove(id);
      else view.shelf.put(record);
    }
    return view.shelf;
  }

  #note(id: string, record: DeskRecord | null): void {
    for (const name of ['search', 'list'] as const) this.#view(name)?.waiting.push({ atMs: this.#nowMs(), id, record });
  }

  /** A view exists only while there is a lag: it starts from what is there when the lag is first met. */
  #view(name: ViewName): View | null {
    if (this.#lagMs(name) === 0) {
      this.#views[name] = null;
      return null;
    }
    const known = this.#views[name];
    if (known !== null) return known;
    const view: View = { shelf: new Shelf(), waiting: [] };
    for (const record of this.live.all()) view.shelf.put(record);
    this.#views[name] = view;
    return view;
  }
}
