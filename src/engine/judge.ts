import { type Gone, isGone, other, type Side, type Sighting } from '../model/record.ts';
import { baseKey, flows, type SyncSetup, sideOf } from '../model/sync.ts';
import { type Fields, same } from '../model/value.ts';
import { judgeCreate } from './judge-create.ts';
import { judgePair } from './judge-pair.ts';
import { nameOf } from './name.ts';
import type { DueLink } from './ports.ts';
import { type Around, type HoldDraft, nothingAround, quiet, type Verdict } from './verdict.ts';

/**
 * One due link → verdict: the whole policy, as a pure function of what is known. It decides; nothing is done here.
 *
 *   the link has | and                               | then
 *   one end      | its record is gone or not shown   | nothing: there is nothing to be in step with
 *   one end      | outside the filter                | nothing
 *   one end      | creating is not allowed there     | nothing: it waits for a twin
 *   one end      | creating is allowed there         | create, unless a required value is missing (held `required`)
 *   two ends     | one was removed                   | nothing; held `closed` where the other one's edits have nowhere to go
 *   two ends     | one is hidden                     | held `hidden`: no evidence that it was removed
 *   two ends     | one is outside its filter         | nothing; they stay linked
 *   two ends     | both are there                    | each field by `merge`; ids are written back
 */
export function judge(setup: SyncSetup, due: DueLink, around: Around = nothingAround): Verdict {
  const { link } = due;
  if (link.crm && link.desk) {
    const crm = due.crm?.seen;
    const desk = due.desk?.seen;
    const gone = goneSide(crm, desk);
    if (gone) return judgeGone(setup, due, gone.side, gone.seen);
    if (isGone(crm) || isGone(desk)) return quiet(link);
    if (crm && !setup.within('crm', crm)) return quiet(link);
    if (desk && !setup.within('desk', desk)) return quiet(link);
    return judgePair(setup, due, { crm: link.crm, desk: link.desk }, { crm: crm ?? null, desk: desk ?? null }, around);
  }
  const side: Side = link.crm ? 'crm' : 'desk';
  const fields = fieldsOf(due[side]);
  const word = due.answers['']?.say;
  // Of two records that could both be the lost create, a person has to say which: until then there must not be a third.
  const unsure = due.holds.find(({ why }) => why === 'unsure');
  if (unsure && word === undefined) return { ...quiet(link), is: 'held', holds: [unsure] };
  if (word === 'skip') return quiet(link);
  if (!fields || !setup.within(side, fields)) return quiet(link);
  if (!setup.create.includes(other(side))) return quiet(link);
  return judgeCreate(setup, due, side, fields, around);
}

/** What is merely hidden goes before what was removed: as long as one side is hidden, nothing is known for certain. */
function goneSide(crm: Seen, desk: Seen): { readonly side: Side; readonly seen: Gone } | null {
  if (isGone(desk) && desk.gone === 'hidden') return { side: 'desk', seen: desk };
  if (isGone(crm)) return { side: 'crm', seen: crm };
  return isGone(desk) ? { side: 'desk', seen: desk } : null;
}

type Seen = Sighting['seen'] | undefined;

function fieldsOf(sighting: Sighting | null): Fields | null {
  return sighting && !isGone(sighting.seen) ? sighting.seen : null;
}

function judgeGone(setup: SyncSetup, due: DueLink, side: Side, seen: Gone): Verdict {
  const name = nameOf(sideOf(setup, side), due[side], due.link[side]?.id);
  if (seen.gone === 'hidden') {
    const message = `${name} is not shown to us any more, and nothing says that it was deleted: sharing or a permission may have changed. Nothing is written until it is shown again.`;
    return heldWhole(due, 'hidden', message);
  }
  if (due.answers['']?.say === 'skip' || !setup.update.includes(side) || !hasMoved(setup, due, other(side)))
    return quiet(due.link);
  const kept = nameOf(sideOf(setup, other(side)), due[other(side)]);
  const message = `${name} was deleted, so edits of ${kept} have nowhere to go. Restore it in ${sideOf(setup, side).label}, or answer "skip" to leave it so.`;
  return heldWhole(due, 'closed', message);
}

/** Whether this side has an edit that would flow to the other one. */
function hasMoved(setup: SyncSetup, due: DueLink, side: Side): boolean {
  const fields = fieldsOf(due[side]);
  const end = due.link[side];
  if (!fields || !end) return false;
  return setup.rules.some((rule) => {
    const now = fields[rule[side]];
    const base = end.base[baseKey(rule)];
    // Absent is unknown, and what was never agreed has not moved.
    if (now === undefined || base === undefined || !flows(rule.direction, other(side))) return false;
    return !same(rule.normal(side, now), base);
  });
}

function heldWhole(due: DueLink, why: HoldDraft['why'], message: string): Verdict {
  const values = { crm: null, desk: null, base: null };
  const hold: HoldDraft = { why, field: null, values, message, vendorCode: null, candidates: [], wakes: [] };
  return { ...quiet(due.link), is: 'held', holds: [hold] };
}
