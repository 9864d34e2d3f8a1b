import type { Side } from './record.ts';
import type { Fields } from './value.ts';

/**
 * One side of a link. `base` is how this side looked, mapped field by mapped field, when both last agreed. Its keys are `baseKey(rule)`
 * and not field names: one field may feed two rules, of which one was refused; then it has moved for that one and not for the other.
 * A key that is absent has never been agreed. `rules` has, per key, the hash of the rule under which it was agreed; `movedAt` the
 * vendor's time (ms) of the sighting that first showed the moved value.
 */
export interface End {
  readonly id: string;
  readonly version: string | null;
  readonly base: Fields;
  readonly rules: Readonly<Record<string, string>>;
  readonly movedAt: Readonly<Record<string, number>>;
}

/** Two ends that are the same thing. A half link has one end. */
export interface Link {
  readonly id: string;
  readonly sync: string;
  readonly crm: End | null;
  readonly desk: End | null;
}

/** Live work goes before a load. */
export type Lane = 'live' | 'load';

export function newEnd(id: string, version: string | null = null): End {
  return { id, version, base: {}, rules: {}, movedAt: {} };
}

export function withEnd(link: Link, side: Side, end: End | null): Link {
  return side === 'crm' ? { ...link, crm: end } : { ...link, desk: end };
}
