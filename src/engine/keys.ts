import type { Side } from '../model/record.ts';
import type { SyncSetup } from '../model/sync.ts';
import type { Fields } from '../model/value.ts';
import type { Observed } from './ports.ts';

type Keys = Observed['keys'][string];

/** The match keys of one record: every criterion field of every sync that reads it, doubles fallen together. */
export function keysOf(readers: readonly { readonly setup: SyncSetup; readonly side: Side }[], seen: Fields): Keys {
  const keys = new Map<string, Keys[number]>();
  for (const { setup, side } of readers) {
    for (const criterion of setup.match) {
      const field = criterion[side];
      for (const value of criterion.keys(side, seen[field])) keys.set(`${field}=${value}`, { field, value });
    }
  }
  return [...keys.values()];
}

/** True where a write of these fields changes what a record is matched by. */
export function touchesKeys(
  readers: readonly { readonly setup: SyncSetup; readonly side: Side }[],
  fields: readonly string[],
): boolean {
  return readers.some(({ setup, side }) => setup.match.some((criterion) => fields.includes(criterion[side])));
}
