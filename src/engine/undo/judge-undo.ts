import type { Link } from '../../model/link.ts';
import { isGone, type Side, sides } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import type { Parents } from '../parents.ts';
import type { DueLink } from '../ports.ts';
import { type HoldDraft, quiet, type Verdict, type Write } from '../verdict.ts';
import { putBack } from './fields.ts';
import { restore, unmake } from './record.ts';
import { type Fate, fateOf, type UndoAsk } from './undo.ts';
import { halved, madeHold } from './undone.ts';

/** What an undo does about one link now, and what of it cannot be done. */
export interface Undone {
  readonly verdict: Verdict;
  readonly left: readonly LeftBack[];
  /** The hold of a record whose twin an undo took away for good, as this undoes that one: it is to be answered `go`. */
  readonly anew: { readonly side: Side; readonly hold: string } | null;
}

/** `field` null: the whole record. `why` names the record, both values where there are two, and what hinders; without a full stop. */
export interface LeftBack {
  readonly side: Side;
  readonly field: string | null;
  readonly why: string;
}

export interface AroundUndo {
  readonly parents: Parents;
  /** Whom the vendor calls us; null where that was not asked. */
  readonly us: Readonly<Record<Side, string | null>>;
  /** Syncs beside this one that have linked the record on that side. */
  readonly others: Readonly<Record<Side, readonly string[]>>;
  /** What would be removed along with the record on that side, in words that follow `has`; null: nothing that is anybody's. */
  readonly under: Readonly<Record<Side, string | null>>;
}

/**
 * One link of an undo → verdict, as a pure function of its history and of how both records look now:
 *
 *   history says           | the record                                      | then
 *   a field was written    | still has what we wrote                         | what was there before is written
 *                          | has what was there before                       | nothing: it is undone
 *                          | has anything else, is locked, or is gone        | left, with the reason
 *   the record was created | is as we left it                                | removed; its link becomes a half one, held `undone`
 *                          | was changed since, or another sync has it too   | left, with the reason
 *                          | has something under it that would go along      | left, naming that
 *                          | is gone                                         | the same half link; nothing is written
 *   the record was removed | lies in a bin from which we can bring it back   | restored, then its fields as above
 *                          | is gone for good, by an undo                    | matched or made anew by the next run, as if a person said `go`
 *                          | is gone for good                                | left: it cannot be brought back
 *
 * Bases are set so that ordinary judging finds two sides that have agreed to differ: nothing flows back, and a source that moves is
 * sent as ever. One write travels at a time: the fields first, the desk's before the CRM's, and a removal last.
 */
export function judgeUndo(setup: SyncSetup, due: DueLink, ask: UndoAsk, around: AroundUndo): Undone {
  const left: LeftBack[] = [];
  const writes: Write[] = [];
  const removals: Write[] = [];
  let holds: readonly HoldDraft[] = due.holds;
  let link: Link = due.link;
  let anew: Undone['anew'] = null;
  for (const side of sides) {
    const fate = fateOf(ask, side);
    if (fate?.is === 'made') {
      const out = unmake(setup, due, side, fate, ask, around);
      if (out.is === 'left') left.push(out);
      else {
        // Kept together with the intent: whatever becomes of the call, nobody takes the removal for somebody's and carries it over.
        holds = [...holds.filter(({ why }) => why !== 'undone'), madeHold(setup, due, side)];
        if (out.is === 'write') removals.push(out.write);
        else if (due.link[side]) link = halved(due.link, side);
      }
    } else if (fate?.is === 'removed' && !isThere(due, side)) {
      anew ??= takenForGood(setup, due, side, fate);
      if (anew) continue;
      const out = restore(setup, due, side, fate, ask);
      if (out.is === 'left') left.push(out);
      else {
        holds = holds.filter(({ why, field }) => why !== 'undone' || field !== null);
        writes.push(out.write);
      }
    } else {
      const out = putBack(setup, due, side, ask, around.parents);
      left.push(...out.left);
      if (out.write) writes.push(out.write);
      holds = [...holds.filter(({ why, field }) => why !== 'undone' || !out.settles.has(field)), ...out.holds];
    }
  }
  const [write = null, next = null] = [...writes.reverse(), ...removals];
  const is = write ? 'work' : link === due.link ? 'agreed' : 'held';
  return { verdict: { ...quiet(link), is, write, next, holds }, left, anew };
}

/** Without a bin nothing is restored: that an undo is undone then means that its hold stands no more. */
function takenForGood(setup: SyncSetup, due: DueLink, side: Side, { cause }: Fate): Undone['anew'] {
  const hold = due.holds.find(({ why, field }) => why === 'undone' && field === null);
  const isForGood = cause === 'undo' && due.link[side] === null && !sideOf(setup, side).type.restores;
  return hold && isForGood ? { side, hold: hold.id } : null;
}

function isThere(due: DueLink, side: Side): boolean {
  const seen = due[side]?.seen;
  return due.link[side] !== null && seen !== undefined && !isGone(seen);
}
