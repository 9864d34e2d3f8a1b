import type { ObjectType } from '../model/object-type.ts';
import { type Fields, same } from '../model/value.ts';

/** Why this record is never written (`is an agent`); null where it may be. */
export function lockOf(type: ObjectType, seen: Fields | null): string | null {
  if (!seen) return null;
  const lock = type.locks?.find(({ field, values }) => values.some((value) => same(value, seen[field])));
  return lock?.say ?? null;
}
