import { type Collection, createCollection } from '../../../twins/collection.ts';
import type { Json } from '../../../twins/json.ts';
import type { ResourceType } from './resource.ts';
import type { Seconds } from './times.ts';

/** Where a reference leads: an id, or `type/id` where a relation may point at several types. */
export type Stored = string | null | readonly string[];

/** Immutable: a change makes a new one. */
export interface OroRecord {
  readonly id: string;
  readonly created: Seconds;
  /** null: never changed, for the types that start so. */
  readonly updated: Seconds | null;
  /** By attribute; what is null is left out. */
  readonly values: Readonly<Record<string, Json>>;
  /** By relation that is kept here; what is null or empty is left out. */
  readonly refs: Readonly<Record<string, Stored>>;
  /** The API user may not see it. */
  readonly hidden: boolean;
}

type Keys = (record: OroRecord) => readonly string[];

/** All records of one type, with indexes that are made when something first looks by them. */
export class Shelf {
  readonly rows: Collection<OroRecord, never, 'created' | 'updated'> = createCollection({
    orders: {
      created: { at: (row: OroRecord) => row.created, tie: byNumber },
      updated: { at: (row: OroRecord) => row.updated ?? Number.POSITIVE_INFINITY, tie: byNumber },
    },
  });
  type: ResourceType;
  /** Records that were deleted, as they were last. The vendor keeps no trace of them; the control surface does. */
  readonly graves: OroRecord[] = [];
  lastId = 0;
  readonly #indexes = new Map<string, { readonly keys: Keys; readonly ids: Map<string, string | Set<string>> }>();

  constructor(type: ResourceType) {
    this.type = type;
  }

  put(after: OroRecord): void {
    const before = this.rows.get(after.id);
    this.rows.put(after);
    for (const { keys, ids } of this.#indexes.values()) {
      if (before !== undefined) for (const key of keys(before)) drop(ids, key, before.id);
      for (const key of keys(after)) add(ids, key, after.id);
    }
  }

  remove(id: string): OroRecord | undefined {
    const before = this.rows.remove(id);
    if (before === undefined) return undefined;
    for (const { keys, ids } of this.#indexes.values()) for (const key of keys(before)) drop(ids, key, id);
    return before;
  }

  /** Takes a removal back: the record stands again where its id puts it. */
  bringBack(record: OroRecord): void {
    this.put(record);
    this.rows.restore([...this.rows.values()].sort((a, b) => compareIds(a.id, b.id)));
  }

  /** The records with this key, by id. `name` stands for `keys`: the index is kept under it. */
  find(name: string, keys: Keys, key: string): readonly OroRecord[] {
    const found = this.#index(name, keys).get(key);
    if (found === undefined) return [];
    const ids = typeof found === 'string' ? [found] : [...found].sort((a, b) => compareIds(a, b));
    return ids.map((id) => this.rows.get(id)).filter((row) => row !== undefined);
  }

  #index(name: string, keys: Keys): Map<string, string | Set<string>> {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known.ids;
    const ids = new Map<string, string | Set<string>>();
    for (const row of this.rows.values()) for (const key of keys(row)) add(ids, key, row.id);
    this.#indexes.set(name, { keys, ids });
    return ids;
  }
}

/** Integers as such, codes as texts. */
export function compareIds(a: string, b: string): number {
  if (a.length !== b.length && /^\d+$/.test(a) && /^\d+$/.test(b)) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

function byNumber(row: OroRecord): string {
  return row.id.padStart(12, '0');
}

/** Most keys lead to one record, and a set for each would double the memory. */
function add(ids: Map<string, string | Set<string>>, key: string, id: string): void {
  const there = ids.get(key);
  if (there === undefined) ids.set(key, id);
  else if (typeof there !== 'string') there.add(id);
  else if (there !== id) ids.set(key, new Set([there, id]));
}

function drop(ids: Map<string, string | Set<string>>, key: string, id: string): void {
  const there = ids.get(key);
  if (there === id) ids.delete(key);
  else if (there instanceof Set && there.delete(id) && there.size === 0) ids.delete(key);
}
