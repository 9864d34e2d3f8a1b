import type { Side } from '../model/record.ts';
import { flows, type SyncSetup, sideOf } from '../model/sync.ts';
import type { Fields } from '../model/value.ts';

/**
 * What goes along with a write of these fields so that the vendor does not set it anew by itself (ObjectType.pulls): as it is, or empty in
 * a new record (`seen` null). Only where the sync writes that field; else it is the vendor's.
 */
export function pulledAlong(
  setup: SyncSetup,
  side: Side,
  written: Readonly<Record<string, unknown>>,
  seen: Fields | null,
): Fields {
  const along = Object.entries(sideOf(setup, side).type.pulls ?? {}).flatMap(([field, pulled]) => {
    const isOurs = setup.rules.some((rule) => rule[side] === pulled && flows(rule.direction, side));
    const value = seen === null ? null : seen[pulled];
    return field in written && !(pulled in written) && isOurs && value !== undefined ? [[pulled, value] as const] : [];
  });
  return Object.fromEntries(along);
}
