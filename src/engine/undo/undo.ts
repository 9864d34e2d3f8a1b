import type { HistoryField, HistoryRow } from '../../model/history.ts';
import type { Side } from '../../model/record.ts';
import { type Delta, isBlank, same, type Value } from '../../model/value.ts';

/** What is to be undone of one link, and what history knows beside it. */
export interface UndoAsk {
  /** What was done and is to be undone (`ok`), newest first. */
  readonly rows: readonly HistoryRow[];
  /** What was done since and stays, newest first. */
  readonly later: readonly HistoryRow[];
  /** When we last wrote to the record of each side, whatever it was (ms); null: never. */
  readonly wroteAt: { readonly crm: number | null; readonly desk: number | null };
  /** What this undo has tried to write already: `desk Name`, `desk remove`. What is refused then is left. */
  readonly tried: ReadonlySet<string>;
  /** Only this one: the vendor's name of a field, or a rule's id. null: all of it. */
  readonly field: string | null;
}

/** What an undo's writes name as their rule, in plans and in history. */
export const undoRule = 'undo';

/** What has become of one side's record by these rows: it is there because of them, or it is not. */
export interface Fate {
  readonly is: 'made' | 'removed';
  readonly id: string;
  readonly fields: HistoryRow['fields'];
  readonly cause: HistoryRow['cause'];
}

/** Only what changed whether the record is there: made and removed again comes to nothing. */
export function fateOf({ rows, field }: UndoAsk, side: Side): Fate | null {
  if (field !== null) return null;
  const steps = rows.filter((row) => row.side === side && (isMaking(row) || row.do === 'remove'));
  const [last] = steps;
  const first = steps.at(-1);
  if (!first || !last || last.record === null || isMaking(first) !== isMaking(last)) return null;
  return { is: isMaking(last) ? 'made' : 'removed', id: last.record, fields: last.fields, cause: last.cause };
}

function isMaking(row: HistoryRow): boolean {
  return row.do === 'create' || row.do === 'restore';
}

/** Whether these rows joined the two records, or parted them (a person or an undo did); the desk's record. */
export function bondOf({ rows, field }: UndoAsk): { readonly is: 'joined' | 'parted'; readonly desk: string } | null {
  if (field !== null) return null;
  const steps = rows.filter(
    // What a merge at the vendor or a sync that goes first has changed is no choice of ours that could be taken back.
    (row) =>
      (row.do === 'link' && row.cause !== 'merge') ||
      (row.do === 'unlink' && (row.cause === 'undo' || row.cause === 'answer')),
  );
  const [last] = steps;
  if (!last || last.record === null || steps.at(-1)?.do !== last.do) return null;
  return { is: last.do === 'link' ? 'joined' : 'parted', desk: last.record };
}

/** By field, what was written to this record, newest first. What it was created with had nothing before it to be put back. */
export function writtenTo(
  rows: readonly HistoryRow[],
  side: Side,
  id: string,
  only: string | null,
): ReadonlyMap<string, readonly HistoryField[]> {
  const written = new Map<string, HistoryField[]>();
  for (const row of rows) {
    if (row.side !== side || row.record !== id || row.do !== 'update') continue;
    for (const [name, field] of Object.entries(row.fields)) {
      if (only !== null && name !== only && field.rule !== only) continue;
      written.set(name, [...(written.get(name) ?? []), field]);
    }
  }
  return written;
}

export type Back =
  /** It has what it had before already, or again. */
  | { readonly is: 'done' }
  | { readonly is: 'write'; readonly value: Value }
  /** It has neither what we wrote nor what was there before: somebody changed it since. */
  | { readonly is: 'changed' };

/**
 * What a field is to have again. It is gone back step by step, from what stands there now, through what each write had found: where the
 * next older write did not make what this one found, a person had changed it in between, and that edit is kept. Of a field that holds
 * several values (`isSet`) only our own members come and go, so nobody's edit is in the way.
 */
export function backTo(
  now: Value,
  writes: readonly HistoryField[],
  { normal, isSet }: { readonly normal: (value: Value) => Value; readonly isSet: boolean },
): Back {
  const [last, ...older] = writes;
  if (!last) return { is: 'done' };
  if (isSet || isDelta(last.after)) return membersBack(now, writes, normal);
  let before = last.before;
  for (const { after, before: earlier } of older) {
    if (isDelta(after) || !same(normal(after), normal(before))) break;
    before = earlier;
  }
  const shown = normal(now);
  if (same(shown, normal(before))) return { is: 'done' };
  return same(shown, normal(last.after)) ? { is: 'write', value: before } : { is: 'changed' };
}

function membersBack(now: Value, writes: readonly HistoryField[], normal: (value: Value) => Value): Back {
  let members = membersOf(normal(now));
  for (const write of writes) {
    const { add, drop } = deltaOf(write);
    const kept = members.filter((member) => !includes(add, member));
    members = [...kept, ...drop.filter((member) => !includes(kept, member))];
  }
  const before = membersOf(normal(now));
  if (members.length === before.length && members.every((member) => includes(before, member))) return { is: 'done' };
  const blank = writes.at(-1)?.before;
  return { is: 'write', value: members.length === 0 && isBlank(blank) ? (blank ?? null) : members };
}

function deltaOf({ before, after }: HistoryField): Delta {
  if (isDelta(after)) return after;
  const [had, has] = [membersOf(before), membersOf(after)];
  return {
    add: has.filter((member) => !includes(had, member)),
    drop: had.filter((member) => !includes(has, member)),
  };
}

function membersOf(value: Value): readonly Value[] {
  if (isList(value)) return value;
  return isBlank(value) ? [] : [value];
}

function includes(members: readonly Value[], wanted: Value): boolean {
  return members.some((member) => same(member, wanted));
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isDelta(after: Value | Delta): after is Delta {
  return typeof after === 'object' && after !== null && 'add' in after && 'drop' in after;
}
