import { fieldOf, type ObjectType } from '../model/object-type.ts';
import type { Gone, Side } from '../model/record.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';
import type { Fields, Value } from '../model/value.ts';
import { summons } from './called/pointers.ts';
import { markFor } from './mark.ts';
import type { Observed } from './ports.ts';

type Keys = Observed['keys'][string];

/**
 * The match keys of one record, doubles fallen together: every criterion field of every sync that reads it, the references by which it
 * summons other records, and, unless it is linked with just that one (`twinOf`), the mark that says which record it was made from.
 */
export function keysOf(
  readers: readonly { readonly setup: SyncSetup; readonly side: Side }[],
  seen: Fields,
  twinOf: (sync: string) => string | null,
): Keys {
  const keys = new Map<string, Keys[number]>();
  const add = (field: string, value: unknown): void => {
    if (typeof value === 'string' && value !== '') keys.set(`${field}=${value}`, { field, value });
  };
  for (const { setup, side } of readers) {
    for (const criterion of setup.match) {
      const field = criterion[side];
      for (const value of criterion.keys(side, seen[field])) add(field, value);
      for (const one of besideOf(setup, side, field, seen))
        for (const value of criterion.keys(side, one)) add(field, value);
    }
    for (const rule of setup.rules) if (summons(rule)) add(rule[side], seen[rule[side]]);
    const become = sideOf(setup, side).type.becomes?.field;
    if (become !== undefined) add(becameKey(become), seen[become]);
    const { mergedBy } = sideOf(setup, side).type;
    if (mergedBy?.ask === 'feed')
      for (const text of textsOf(seen[mergedBy.field])) add(mergedKey(mergedBy.field), text);
    const mark = setup.mark[side]?.field;
    const twin = twinOf(setup.name);
    const own = twin === null ? null : markFor(setup, side, twin);
    if (mark !== undefined && (own === null || seen[mark] !== own)) add(markKey(mark), seen[mark]);
  }
  return [...keys.values()];
}

/** Whom a record has become is looked up under a name of its own too. */
export function becameKey(field: string): string {
  return `>${field}`;
}

/** What goes over to the winner of a merge is looked up under a name of its own. */
export function mergedKey(field: string): string {
  return `+${field}`;
}

/** Who is gone without a known winner is looked up by the first of what would go over to that one. */
export function lostKeysOf(type: ObjectType | undefined, { had }: Gone): Keys {
  const field = type?.mergedBy?.field;
  const [value] = had ?? [];
  return field === undefined || value === undefined ? [] : [{ field: lostKey(field), value }];
}

export function lostKey(field: string): string {
  return `-${field}`;
}

/** The texts of a field of one value or several, without regard to letter case. */
export function textsOf(value: Value | undefined): readonly string[] {
  const all = Array.isArray(value) ? value : [value];
  return all.flatMap((one) => (typeof one === 'string' && one.trim() !== '' ? [one.trim().toLowerCase()] : []));
}

/** Marks are no field's values: they are looked up under a name that no field has. */
export function markKey(field: string): string {
  return `@${field}`;
}

/** What those wait for who are held because two records are linked: touched when that link gives one of them up, or one was removed. */
export function bondKey(link: string): string {
  return `bond:${link}`;
}

/** True where a write of these fields changes what a record is matched by. */
export function touchesKeys(
  readers: readonly { readonly setup: SyncSetup; readonly side: Side }[],
  fields: readonly string[],
): boolean {
  return readers.some(
    ({ setup, side }) =>
      setup.match.some((criterion) => fields.includes(criterion[side])) ||
      setup.rules.some((rule) => summons(rule) && fields.includes(rule[side])),
  );
}

/** All values that a record has in a field, where a look-up told more than the one that is shown. */
export function besideOf(setup: SyncSetup, side: Side, field: string, seen: Fields): readonly Value[] {
  const all = fieldOf(sideOf(setup, side).type, field)?.besideIn;
  const values = all === undefined ? undefined : seen[all];
  return Array.isArray(values) ? values : [];
}
