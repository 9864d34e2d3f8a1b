import { type Link, withEnd } from '../../model/link.ts';
import { isGone, other, type Side, type Sighting } from '../../model/record.ts';
import { baseKey, type SyncSetup, sideOf } from '../../model/sync.ts';
import { lockOf } from '../lock.ts';
import { nameOf } from '../name.ts';
import type { DueLink } from '../ports.ts';
import { remove } from '../removal/judge-gone.ts';
import { isToldToGo, removalField, wordOf } from '../removal/removal.ts';
import { type HoldDraft, quiet, type Verdict } from '../verdict.ts';
import type { Fate, Followed } from './merged.ts';

/** The key under which an end remembers the winner for which a person has said that it is to be left alone. */
export const mergedKey = '@merged';

/**
 * A link whose one record was merged into (or has become) a record that has a twin of its own. Two links cannot become one here: the
 * record on the other side is left alone, and a person says what becomes of it.
 *
 *   the other record            | and                           | then
 *   is not there                |                               | nothing: whatever was merged here was merged there
 *   there                       | the winner is getting a twin  | wait
 *   there                       | a person has said `go`        | remove it, unless it is locked
 *   there                       | a person has said `skip`      | nothing, from now on, for this winner
 *   there                       | else                          | held `closed` with the winner's twin
 */
export function judgeMerged(setup: SyncSetup, due: DueLink, fate: Fate): Verdict {
  const side = other(fate.side);
  const end = due.link[side];
  const seen = due[side]?.seen;
  if (!end || isGone(seen)) return quiet(due.link);
  if (fate.twin === null) return { ...quiet(due.link), is: 'waits' };
  const place = sideOf(setup, side);
  const lock = lockOf(place.type, seen ?? null);
  if (isToldToGo(due) && lock === null) {
    const how = setup.removal[side] === 'delete' ? 'delete' : 'trash';
    return remove(setup, due, side, how, seen ?? {});
  }
  if (wordOf(due) === 'skip') return quiet(leftFor(due.link, side, fate.winner.ref.id));
  if (end.base[mergedKey] === fate.winner.ref.id) return quiet(due.link);
  // What the vendor would not remove is not tried again by itself, and its words stay.
  const refused = due.holds.find(({ field, vendorCode }) => field === removalField && vendorCode !== null);
  return { ...quiet(due.link), is: 'held', holds: [refused ?? closed(setup, due, fate, fate.twin, lock)] };
}

/** What follows where a link could not go with its record; null where it is judged like any other. */
export function judgeFollowed(setup: SyncSetup, due: DueLink, followed: Followed | undefined): Verdict | null {
  const fate = followed?.fate;
  if (!fate) return null;
  if (fate === 'apart') return quiet(due.link);
  return 'until' in fate ? { ...quiet(due.link), is: 'waits', until: fate.until } : judgeMerged(setup, due, fate);
}

function leftFor(link: Link, side: Side, winner: string): Link {
  const end = link[side];
  return end ? withEnd(link, side, { ...end, base: { ...end.base, [mergedKey]: winner } }) : link;
}

function closed(
  setup: SyncSetup,
  due: DueLink,
  { side, how, winner, place, wakes }: Fate,
  twin: NonNullable<Fate['twin']>,
  lock: string | null,
): HoldDraft {
  const far = sideOf(setup, other(side));
  const left = nameOf(far, due[other(side)], due.link[other(side)]?.id);
  const remove = lock === null ? 'answer "go" to remove it, or ' : '';
  const message = `${lostName(setup, due, side)} was ${how} into ${nameOf(place, winner)}, which is linked to ${twin.name}. ${left} is left as it is: merge it into ${twin.name} in ${far.label}, ${remove}${lock === null ? '' : 'or '}answer "skip" to leave it and be asked no more.`;
  return {
    why: 'closed',
    field: removalField,
    values: { crm: null, desk: null, base: null },
    message,
    vendorCode: null,
    candidates: [
      { side, id: winner.ref.id, reason: `took the place of ${due.link[side]?.id ?? ''}` },
      { side: other(side), id: twin.id, reason: `is linked to ${winner.ref.id}` },
    ],
    wakes,
  };
}

/** A record that is gone, by the name that both sides last agreed on. */
function lostName(setup: SyncSetup, due: DueLink, side: Side): string {
  const place = sideOf(setup, side);
  const end = due.link[side];
  const sighting = due[side];
  if (!end || (sighting && !isGone(sighting.seen))) return nameOf(place, sighting, end?.id);
  const rule = setup.rules.find((each) => each[side] === place.type.title);
  const title = rule ? end.base[baseKey(rule)] : undefined;
  const ref = { connection: place.connection, object: place.object, id: end.id };
  const last: Sighting = { ref, version: null, at: null, by: null, seen: { [place.type.title]: title ?? null } };
  return nameOf(place, last);
}
