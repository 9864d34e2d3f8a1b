import type { Lock, ObjectType } from '../model/object-type.ts';
import { type Fields, same } from '../model/value.ts';

/** Why this record is never written (`is an agent`); null where it may be. */
export function lockOf(type: ObjectType, seen: Fields | null): string | null {
  return (seen && lockedBy(type, seen)?.say) ?? null;
}

/** The lock that this record is under; undefined where it may be written. */
export function lockedBy(type: ObjectType, seen: Fields): Lock | undefined {
  return type.locks?.find(({ field, values }) => values.some((value) => same(value, seen[field])));
}
