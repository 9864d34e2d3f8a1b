import type { End, Link } from '../../model/link.ts';
import { sides } from '../../model/record.ts';
import { type Fields, same, type Value } from '../../model/value.ts';

/*
 * What a link remembers of removals: among the bases of an end, under names that no pair of fields has. It is kept with the intent, before
 * the call, so that a lost answer leaves us knowing what we were about.
 */

/**
 * Of the end that it is kept with:
 *
 *   going      we are about to remove its record, because its twin was removed
 *   ours       we have removed it for that
 *   returning  we have asked the vendor to bring it back, and have not seen it since
 *   kept       its twin was removed, and a person said that it is left so: it stays, and its twin is not put back
 *   parted     its twin was removed, and it is linked no more: it gets no other one by itself, but may be met
 *   owed       its twin was removed and is to be made anew
 */
export type Memory = 'going' | 'ours' | 'returning' | 'kept' | 'parted' | 'owed';

export const removedKey = '@removed';
export const archivedKey = '@archived';

const memories: readonly Memory[] = ['going', 'ours', 'returning', 'kept', 'parted', 'owed'];

export function memoryOf(end: End | null): Memory | null {
  const kept = end?.base[removedKey];
  return memories.find((each) => each === kept) ?? null;
}

/** True where the record of this end is gone because we removed it, or were about to. */
export function isOurs(end: End | null): boolean {
  const memory = memoryOf(end);
  return memory === 'going' || memory === 'ours';
}

export function remember(end: End, memory: Memory): End {
  return withBase(end, removedKey, memory);
}

/** Both records are there: what was remembered of removals has no meaning any more. */
export function forget(end: End): End {
  if (!(removedKey in end.base) && !(archivedKey in end.base)) return end;
  const { [removedKey]: _memory, [archivedKey]: _archive, ...base } = end.base;
  const { [removedKey]: _rule, [archivedKey]: _other, ...rules } = end.rules;
  return { ...end, base, rules };
}

/** Fields that were set because the twin was removed; `before` undefined: what stood there is not known. */
export interface Archive {
  /** False from the intent on until the vendor has said yes. */
  readonly isDone: boolean;
  readonly fields: readonly ArchivedField[];
}

export interface ArchivedField {
  readonly name: string;
  readonly set: Value;
  readonly before: Value | undefined;
}

/** Stored as `[isDone, [name, set, before]…]`; without `before` where that is not known. */
export function archiveValue({ isDone, fields }: Archive): Value {
  return [isDone, ...fields.map(({ name, set, before }) => [name, set, ...(before === undefined ? [] : [before])])];
}

export function archiveOf(end: End | null): Archive | null {
  const kept = end?.base[archivedKey];
  if (!Array.isArray(kept)) return null;
  const [isDone, ...rows]: readonly Value[] = kept;
  const fields = rows.flatMap((row): ArchivedField[] => {
    if (!Array.isArray(row)) return [];
    const [name, set = null, before]: readonly Value[] = row;
    return typeof name === 'string' ? [{ name, set, before }] : [];
  });
  return { isDone: isDone === true, fields };
}

export function withArchive(end: End, archive: Archive): End {
  return withBase(end, archivedKey, archiveValue(archive));
}

/**
 * The link as it was where it says that a write has begun which nobody makes: in a sync that only watches, or stopped by a brake. What
 * was never sent must not make a person's removal look like ours.
 */
export function unlessBegun(link: Link, was: Link): Link {
  const isBegun = (end: End | null) => memoryOf(end) === 'going' || archiveOf(end)?.isDone === false;
  return sides.some((side) => isBegun(link[side]) && !isBegun(was[side])) ? was : link;
}

/** The record as it would be had we set nothing: what we set is no move of anybody's. What nobody knows is absent. */
export function asBefore(end: End | null, seen: Fields): Fields {
  const fields: Record<string, Value> = { ...seen };
  for (const { name, set, before } of archiveOf(end)?.fields ?? []) {
    if (!same(fields[name], set)) continue;
    if (before === undefined) delete fields[name];
    else fields[name] = before;
  }
  return fields;
}

function withBase(end: End, key: string, value: Value): End {
  return { ...end, base: { ...end.base, [key]: value } };
}
