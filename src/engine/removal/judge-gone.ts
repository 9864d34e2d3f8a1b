import { withEnd } from '../../model/link.ts';
import { other, type Side, sides } from '../../model/record.ts';
import { baseKey, flows, type SyncSetup, sideOf } from '../../model/sync.ts';
import { type Fields, same, show } from '../../model/value.ts';
import { judgePair } from '../judge-pair.ts';
import { lockOf } from '../lock.ts';
import { nameOf } from '../name.ts';
import type { DueLink } from '../ports.ts';
import { type Around, type HoldDraft, quiet, type Verdict, type Write } from '../verdict.ts';
import { asBefore, isOurs, memoryOf, remember, removedKey } from './memory.ts';
import {
  canRestore,
  comesBack,
  everAgreed,
  fieldsOf,
  isRemoved,
  isToldToGo,
  type Lack,
  type Moved,
  moves,
  neverTold,
  removalField,
  wordOf,
} from './removal.ts';
import { judgeSet } from './set.ts';

/**
 * A whole link one of whose records is not there. `gone` is that one's side, the other record is the survivor; the first row that fits
 * decides. `left`: the record is there and has left its filter, in a sync that says `leave: remove`; without that it is no removal.
 *
 *   gone                   | the survivor                               | then
 *   hidden                 |                                            | held `hidden`: no evidence; quiet where we have just removed it ourselves
 *   any                    | is gone too, or not seen                   | nothing
 *   merged, converted      |                                            | nothing; held `closed` where edits have nowhere to go
 *   removed by us          | outside its filter                         | nothing
 *   removed by us          | is there (again)                           | put back: out of the bin, else made anew; not seen since: held `closed`
 *   removed, `recreate`    | has an edit that would flow there, and no `skip` | put back likewise
 *   removed, left          | stays: outside its filter, or a person said so | as `keep`
 *   removed, `keep`        |                                            | nothing; held `closed` where edits have nowhere to go; left: nothing
 *   removed, left `unlink` |                                            | the link gives the gone record up (`released`, before this)
 *   removed, left `trash`, `delete` | locked (an agent)                 | held `refused`
 *   removed, left `trash`, `delete` | was refused, and nobody said retry or `go` | held as it was
 *   removed, left `trash`, `delete` | edited since both agreed, never agreed, or brought back by somebody | held `closed`: `go` removes it, `skip` keeps it for good
 *   removed, left `trash`, `delete` | else                              | remove
 *   removed, left `set`    | not set yet                                | one update with those fields; the values before are kept with the link
 *   removed, left `set`    | set                                        | as `keep`: what was set is no edit
 */
export function judgeGone(setup: SyncSetup, due: DueLink, lack: Lack, around: Around): Verdict {
  const { side, seen } = lack;
  const stays = other(side);
  const fields = fieldsOf(due[stays]);
  const isGoneByUs = isOurs(due.link[side]);
  if (seen !== 'left' && seen.gone === 'hidden')
    return isGoneByUs && !(fields && setup.within(stays, fields))
      ? quiet(due.link)
      : held(due, [hiddenHold(setup, due, side)]);
  if (!fields) return quiet(due.link);
  if (!isRemoved(seen)) return keep(setup, due, lack);
  if (seen !== 'left') {
    const memory = memoryOf(due.link[side]);
    if (memory === 'returning') return held(due, [closed(notBack(setup, due, side))]);
    if (isGoneByUs) return setup.within(stays, fields) ? bringBack(setup, due, lack, fields, around) : quiet(due.link);
    if (comesBack(setup, due, lack)) return bringBack(setup, due, lack, fields, around);
  }
  const removal = setup.removal[stays];
  const isKept = memoryOf(due.link[stays]) === 'kept' || !setup.within(stays, fields);
  if (isKept || removal === 'keep' || removal === 'unlink') return keep(setup, due, lack);
  const shut = removalShut(setup, due, lack, fields);
  if (typeof removal === 'object') return judgeSet(setup, due, stays, removal.set, keep(setup, due, lack), shut);
  if (wordOf(due) === 'skip') return quiet(stayed(due, stays));
  if (shut) return held(due, [shut]);
  const why = objection(setup, due, lack);
  return why && !isAnswered(due, why) ? held(due, [why]) : remove(setup, due, stays, removal, fields);
}

/** Nothing is carried over. Edits of the survivor have nowhere to go, which a person should know. */
function keep(setup: SyncSetup, due: DueLink, { side, seen }: Lack): Verdict {
  const skipped = wordOf(due) === 'skip';
  // What a person said of a refused return is meant for good, also when the twin is edited once more.
  if (skipped && refusedHold(due)) return quiet(stayed(due, other(side)));
  if (seen === 'left' || skipped || !setup.update.includes(side)) return quiet(due.link);
  const moved = moves(setup, due, other(side), (rule) => flows(rule.direction, side));
  if (!moved) return quiet(due.link);
  const name = nameOf(sideOf(setup, side), due[side], due.link[side]?.id);
  const kept = nameOf(sideOf(setup, other(side)), due[other(side)]);
  const message = `${name} was deleted, so edits of ${kept} have nowhere to go. Restore it in ${sideOf(setup, side).label}, or answer "skip" to leave it so.`;
  return held(due, [closed(message)]);
}

export function remove(setup: SyncSetup, due: DueLink, side: Side, how: 'trash' | 'delete', fields: Fields): Verdict {
  const end = due.link[side];
  if (!end) return quiet(due.link);
  const { connection, object } = sideOf(setup, side);
  const names = [...new Set(setup.rules.map((rule) => rule[side]))].filter((name) => fields[name] !== undefined);
  const before = names.map(
    (name) => [name, { before: fields[name] ?? null, after: null, rule: removalField }] as const,
  );
  const write: Write = {
    side,
    operation: {
      do: 'remove',
      link: due.link.id,
      ref: { connection, object, id: end.id },
      expect: due[side]?.version ?? null,
      how,
    },
    cause: isToldToGo(due) ? 'answer' : 'removal',
    before: Object.fromEntries(before),
    agreed: { crm: {}, desk: {}, rules: {}, [side]: { [removedKey]: 'ours' } },
  };
  return { ...quiet(withEnd(due.link, side, remember(end, 'going'))), is: 'work', write };
}

/** Out of the vendor's bin; what there is to write to it then is said beforehand, and decided anew once it is back. */
function bringBack(setup: SyncSetup, due: DueLink, lack: Lack, fields: Fields, around: Around): Verdict {
  const { side } = lack;
  const { crm, desk } = due.link;
  const end = due.link[side];
  if (!crm || !desk || !end || !canRestore(setup, lack)) return quiet(due.link);
  if (wordOf(due) === 'skip') return quiet(stayed(due, other(side)));
  const refused = refusedHold(due);
  if (refused && !isToldToGo(due)) return held(due, [refused]);
  const shown = asBefore(due.link[other(side)], fields);
  const seen = side === 'crm' ? { crm: null, desk: shown } : { crm: shown, desk: null };
  const { write: next } = judgePair(setup, due, { crm, desk }, seen, around);
  const { connection, object } = sideOf(setup, side);
  const write: Write = {
    side,
    operation: { do: 'restore', link: due.link.id, ref: { connection, object, id: end.id } },
    cause: isOurs(end) ? 'return' : 'edit',
    before: next?.side === side ? next.before : {},
    agreed: { crm: {}, desk: {}, rules: {}, [side]: { [removedKey]: 'returning' } },
  };
  return { ...quiet(due.link), is: 'work', write };
}

/** A person has said that the survivor stays as it is, from now on. */
function stayed(due: DueLink, side: Side): DueLink['link'] {
  const [end, gone] = [due.link[side], due.link[other(side)]];
  if (!end) return due.link;
  const link = withEnd(due.link, side, remember(end, 'kept'));
  if (!gone || !isOurs(gone)) return link;
  const { [removedKey]: _, ...base } = gone.base;
  return withEnd(link, other(side), { ...gone, base });
}

/** What keeps us from writing to the survivor, whatever a policy says; null where nothing does. */
function removalShut(setup: SyncSetup, due: DueLink, lack: Lack, fields: Fields): HoldDraft | null {
  const stays = other(lack.side);
  const lock = lockOf(sideOf(setup, stays).type, fields);
  if (lock === null) return isToldToGo(due) ? null : refusedHold(due);
  const say = `${nameOf(sideOf(setup, stays), due[stays])} ${lock}, and Syncline never writes such a record: it stays as it is, although ${goneWords(setup, due, lack)}. Unlink them, or answer "skip" to leave it so.`;
  return { ...wholeHold('refused', say), field: removalField };
}

/** What the vendor refused is not sent again by itself. */
function refusedHold(due: DueLink): HoldDraft | null {
  return due.holds.find(({ field, vendorCode }) => field === removalField && vendorCode !== null) ?? null;
}

/** A person has said `go`, of the very values that stand there now: what was edited since, nobody has been asked about. */
function isAnswered(due: DueLink, { values }: HoldDraft): boolean {
  const shown = due.holds.find(({ why, field }) => why === 'closed' && field === removalField);
  return isToldToGo(due) && (!shown || sides.every((side) => same(shown.values[side], values[side])));
}

/** Why the survivor is not removed without a person. */
function objection(setup: SyncSetup, due: DueLink, lack: Lack): HoldDraft | null {
  const stays = other(lack.side);
  const name = nameOf(sideOf(setup, stays), due[stays]);
  const gone = goneWords(setup, due, lack);
  const choose = `Answer "go" to remove ${name} all the same, or "skip" to leave it for good.`;
  if (memoryOf(due.link[stays]) === 'ours')
    return asked(`${name} was removed because ${gone}, and somebody has brought it back. It was left alone. ${choose}`);
  const moved = moves(setup, due, stays, () => true);
  if (moved) {
    const base = due.link[lack.side]?.base[baseKey(moved.rule)] ?? null;
    const values = { crm: base, desk: base, base: moved.base, [stays]: moved.now };
    return { ...asked(`${gone}, but ${movedWords(name, stays, moved)}. Nothing was removed. ${choose}`), values };
  }
  if (!everAgreed(setup, due, stays))
    return asked(`${gone}, but the two have never been in step. Nothing was removed. ${choose}`);
  const untold = neverTold(setup, due, stays);
  if (!untold) return null;
  const say = `${gone}, but the ${untold.rule[stays]} of ${name} is ${show(untold.now)}, on which the two have never agreed`;
  return {
    ...asked(`${say}. Nothing was removed. ${choose}`),
    values: { crm: null, desk: null, base: null, [stays]: untold.now },
  };
}

function movedWords(name: string, side: Side, { rule, now, base }: Moved): string {
  return `${name} was edited since both last agreed: its ${rule[side]} is ${show(now)}, and was ${show(base)}`;
}

function goneWords(setup: SyncSetup, due: DueLink, { side, seen }: Lack): string {
  const place = sideOf(setup, side);
  const name = nameOf(place, due[side], due.link[side]?.id);
  return seen === 'left' ? `${name} has left the filter of the sync` : `${name} was deleted in ${place.label}`;
}

function notBack(setup: SyncSetup, due: DueLink, side: Side): string {
  const place = sideOf(setup, side);
  return `${nameOf(place, due[side], due.link[side]?.id)} was brought back by Syncline and is deleted again, or not shown yet, in ${place.label}. Nothing is written until it is there. Restore it there, or unlink the two.`;
}

function hiddenHold(setup: SyncSetup, due: DueLink, side: Side): HoldDraft {
  const name = nameOf(sideOf(setup, side), due[side], due.link[side]?.id);
  const message = `${name} is not shown to us any more, and nothing says that it was deleted: sharing or a permission may have changed. Nothing is written until it is shown again.`;
  return wholeHold('hidden', message);
}

function closed(message: string): HoldDraft {
  return wholeHold('closed', message);
}

/** A hold that `go` answers. It goes by a name of its own, so that no other answer about the record is taken for that. */
function asked(message: string): HoldDraft {
  return { ...closed(message), field: removalField };
}

function wholeHold(why: HoldDraft['why'], message: string): HoldDraft {
  const values = { crm: null, desk: null, base: null };
  return { why, field: null, values, message, vendorCode: null, candidates: [], wakes: [] };
}

function held(due: DueLink, holds: readonly HoldDraft[]): Verdict {
  return { ...quiet(due.link), is: 'held', holds };
}
