import type { HistoryRow } from '../../model/history.ts';
import type { Answer } from '../../model/hold.ts';
import { type Link, newEnd, withEnd } from '../../model/link.ts';
import { type Gone, isGone, other, type Side, type Sighting, sides } from '../../model/record.ts';
import { baseKey, flows, type Rule, type SyncSetup, sideOf, withFrozen } from '../../model/sync.ts';
import { type Fields, isBlank, same, type Value } from '../../model/value.ts';
import { withComputed } from '../computed.ts';
import type { DueLink } from '../ports.ts';
import type { Write } from '../verdict.ts';
import { archiveOf, asBefore, isOurs, type Memory, memoryOf, remember, withArchive } from './memory.ts';

/** Names the removal of a record, or its return, where a hold or history names a rule. */
export const removalField = 'removal';

/** A whole link one of whose records is not there, or (`left`) has left its filter where the sync takes that for a removal. */
export interface Lack {
  readonly side: Side;
  readonly seen: Gone | 'left';
}

/** What is merely hidden goes before what was removed: as long as one side is hidden, nothing is known for certain. */
export function lackOf(setup: SyncSetup, { crm, desk }: Pick<DueLink, 'crm' | 'desk'>): Lack | null {
  const [a, b] = [crm?.seen, desk?.seen];
  if (isGone(b) && b.gone === 'hidden') return { side: 'desk', seen: b };
  if (isGone(a)) return { side: 'crm', seen: a };
  if (isGone(b)) return { side: 'desk', seen: b };
  if (!setup.removal.leaving || !a || !b) return null;
  const inside = { crm: setup.within('crm', a), desk: setup.within('desk', b) };
  // Where both have left, there is nobody to tell.
  if (inside.crm === inside.desk) return null;
  const side: Side = inside.crm ? 'desk' : 'crm';
  const field = sideOf(setup, side).type.becomes?.field;
  // What has become another record (a converted lead) was not removed.
  const isAnother = field !== undefined && !isBlank((side === 'crm' ? a : b)[field] ?? null);
  return isAnother ? null : { side, seen: 'left' };
}

/** Evidence that the record was removed: not merely hidden, and not another one by now (merged, converted). */
export function isRemoved(seen: Lack['seen']): boolean {
  return seen === 'left' || seen.gone === 'trash' || seen.gone === 'purged';
}

/** Whether one of the two was removed: merged ones are still somewhere. */
export function hasRemoved({ crm, desk }: Pick<DueLink, 'crm' | 'desk'>): boolean {
  return [crm?.seen, desk?.seen].some((seen) => isGone(seen) && isRemoved(seen));
}

/** True where the record lies in a bin that the vendor gives it back from. */
export function canRestore(setup: SyncSetup, { side, seen }: Lack): boolean {
  return seen !== 'left' && seen.gone === 'trash' && sideOf(setup, side).type.restores === true;
}

/**
 * A link that gives up the record it lacks, as a half link; any other one as it is. Two reasons: the sync says that such a pair is parted
 * (`unlink`), or the record has to come back and the vendor has nothing to bring back: then it is met or made as any record without a twin.
 */
export function released(setup: SyncSetup, due: DueLink): DueLink {
  const { crm, desk } = due.link;
  const lack = crm && desk ? lackOf(setup, due) : null;
  const memory = lack && releasedAs(setup, withComputed(setup, due).due, lack);
  const end = lack && due.link[other(lack.side)];
  if (!lack || !memory || !end) return due;
  const bare = remember(newEnd(end.id, end.version), memory);
  const archive = archiveOf(end);
  const kept = archive ? withArchive(bare, archive) : bare;
  const link = withEnd(withEnd(due.link, lack.side, null), other(lack.side), kept);
  return { ...due, link, was: due.link, [lack.side]: null };
}

function releasedAs(setup: SyncSetup, due: DueLink, lack: Lack): Memory | null {
  const stays = other(lack.side);
  const seen = fieldsOf(due[stays]);
  // What was asked for back may only not be shown yet.
  if (!seen || !isRemoved(lack.seen) || memoryOf(due.link[lack.side]) === 'returning') return null;
  const isBack = lack.seen !== 'left' && (isOurs(due.link[lack.side]) || comesBack(setup, due, lack));
  if (isBack) return setup.within(stays, seen) && !canRestore(setup, lack) ? 'owed' : null;
  return setup.removal[stays] === 'unlink' ? 'parted' : null;
}

/** True where the sync puts the record back, because its twin has an edit that would flow there, and nobody has said to leave it so. */
export function comesBack(setup: SyncSetup, due: DueLink, { side, seen }: Lack): boolean {
  const fields = fieldsOf(due[other(side)]);
  if (seen === 'left' || !fields || wordOf(due) === 'skip' || !setup.removal.recreate.includes(side)) return false;
  if (memoryOf(due.link[other(side)]) === 'kept') return false;
  return (
    setup.within(other(side), fields) && moves(setup, due, other(side), (rule) => flows(rule.direction, side)) !== null
  );
}

/** What a person said of the removal, or of the whole record. */
export function wordOf({ answers }: Pick<DueLink, 'answers'>): Answer['say'] | undefined {
  return (answers[removalField] ?? answers[''])?.say;
}

/** True where a person has said that it is to be done all the same. */
export function isToldToGo({ answers }: Pick<DueLink, 'answers'>): boolean {
  return answers[removalField]?.say === 'go';
}

export interface Moved {
  readonly rule: Rule;
  readonly now: Value;
  readonly base: Value;
}

/** The first of these rules, frozen ones too, whose field on this side is not what both agreed on; what we set for a removal is no move. */
export function moves(setup: SyncSetup, due: DueLink, side: Side, which: (rule: Rule) => boolean): Moved | null {
  const seen = fieldsOf(due[side]);
  const end = due.link[side];
  if (!seen || !end) return null;
  const fields = asBefore(end, seen);
  for (const rule of withFrozen(setup)) {
    const value = fields[rule[side]];
    const base = end.base[baseKey(rule)];
    // Absent is unknown, and what was never agreed has not moved.
    if (value === undefined || base === undefined || !which(rule)) continue;
    const now = rule.normal(side, value);
    if (!same(now, base)) return { rule, now, base };
  }
  return null;
}

/** The first value of this side that would flow to the other one and that the two have never agreed on: a conflict as they met, say. */
export function neverTold(setup: SyncSetup, due: DueLink, side: Side): Omit<Moved, 'base'> | null {
  const seen = fieldsOf(due[side]);
  const end = due.link[side];
  if (!seen || !end || !setup.update.includes(other(side))) return null;
  const fields = asBefore(end, seen);
  for (const rule of withFrozen(setup)) {
    const now = rule.normal(side, fields[rule[side]] ?? null);
    if (!isBlank(now) && end.base[baseKey(rule)] === undefined && flows(rule.direction, other(side)))
      return { rule, now };
  }
  return null;
}

/** True where both sides have ever agreed on anything. */
export function everAgreed(setup: SyncSetup, due: DueLink, side: Side): boolean {
  return setup.rules.some((rule) => due.link[side]?.base[baseKey(rule)] !== undefined);
}

export function fieldsOf(sighting: Sighting | null): Fields | null {
  return sighting && !isGone(sighting.seen) ? sighting.seen : null;
}

/** A line of history where a link has lost one of its two ends; `like`: what such lines have in common. */
export function partedRow(like: HistoryRow, was: Link, now: Link): readonly HistoryRow[] {
  const lost = sides.find((side) => was[side] && !now[side]);
  if (!was.crm || !was.desk || !lost) return [];
  const isRemoval = memoryOf(now[other(lost)]) === 'parted';
  const side = isRemoval ? lost : 'desk';
  return [{ ...like, do: 'unlink', side, record: was[side]?.id ?? null, cause: isRemoval ? 'removal' : like.cause }];
}

/** After such a write the link is looked at once more: what it was written for is only then all there. */
export function isLookedAtAgain(write: Write): boolean {
  const verb = write.operation.do;
  return verb === 'remove' || verb === 'restore' || write.cause === 'removal' || write.cause === 'return';
}

/** Records that are read again before the write, whatever the vendor guards: an edit that has just landed there must not go with it. */
export function isReadBefore({ operation, cause }: Write): boolean {
  return operation.do === 'remove' || (operation.do === 'update' && cause === 'removal');
}
