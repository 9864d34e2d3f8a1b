import type { Fields } from './value.ts';

export type Side = 'crm' | 'desk';
export const sides: readonly Side[] = ['crm', 'desk'];
export function other(side: Side): Side {
  return side === 'crm' ? 'desk' : 'crm';
}

/** Where a record lives: the name of the connection, the object in the vendor's words, the vendor's id. */
export interface Ref {
  readonly connection: string;
  readonly object: string;
  readonly id: string;
}

/** Evidence that a record is no longer there. Something that is merely missing is `hidden`, never `trash`. */
export interface Gone {
  readonly gone: 'trash' | 'purged' | 'merged' | 'converted' | 'hidden';
  readonly into?: Ref;
  /** Where a winner is told by what goes over to it (ObjectType.mergedBy), and none is known yet: what this record had of that. */
  readonly had?: readonly string[];
}

/** Which fields of which object somebody reads: the union over all syncs of one connection. */
export interface Want {
  readonly object: string;
  readonly fields: readonly string[];
}

/**
 * One record as a feed or a read showed it.
 * `version` is the vendor's own (a stamp, an etag), compared only for equality; `at` and `by` are when and by whom the vendor says
 * that it was last changed. `seen` is 'look' where the feed tells only *that* something may have changed.
 */
export interface Change {
  readonly ref: Ref;
  readonly version: string | null;
  readonly at: number | null;
  readonly by: string | null;
  readonly seen: Fields | Gone | 'look';
}

/** One page of a feed. `cursor` is opaque and is kept; `more` says that the next page is there already. */
export interface Page {
  readonly changes: readonly Change[];
  readonly cursor: string;
  readonly more: boolean;
}

/** How a record last looked to us. `seen` has no 'look': that was read before it was kept. */
export interface Sighting {
  readonly ref: Ref;
  readonly version: string | null;
  readonly at: number | null;
  readonly by: string | null;
  readonly seen: Fields | Gone;
}

export function isGone(seen: Fields | Gone | 'look' | undefined): seen is Gone {
  return typeof seen === 'object' && 'gone' in seen && typeof seen.gone === 'string' && goneKinds.has(seen.gone);
}
const goneKinds: ReadonlySet<string> = new Set(['trash', 'purged', 'merged', 'converted', 'hidden']);

/** That a record is not shown is no news of one that is known to be gone: what became of it stays known. */
export function tellsLess(now: Sighting, before: Sighting | null): boolean {
  return isGone(now.seen) && now.seen.gone === 'hidden' && before !== null && isGone(before.seen);
}
