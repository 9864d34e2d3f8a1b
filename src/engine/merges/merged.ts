import type { Link } from '../../model/link.ts';
import { isGone, other, type Side, type Sighting, sides } from '../../model/record.ts';
import { type SideSetup, type SyncSetup, sideOf } from '../../model/sync.ts';
import type { Engine } from '../engine.ts';
import { bondKey } from '../keys.ts';
import { pairOf } from '../meet.ts';
import type { DueLink, Known } from '../ports.ts';
import { isRemoved, wordOf } from '../removal/removal.ts';
import { keysAt } from '../seniors.ts';
import { findConverted, isApart, named } from './converted.ts';
import { mergedKey } from './judge-merged.ts';
import { unsettledUntil } from './late.ts';
import { moveTo } from './moved.ts';
import { intoOf } from './recognise.ts';

/*
 * Links whose record is not itself any more: it was merged into another one, or, a lead, converted into a contact.
 *
 *   the winner                       | then
 *   has no twin in this pair         | the link moves: its end becomes the winner, whose half link it takes in
 *   is just being given one          | wait
 *   has one, the other record is not | the other record is left alone and held `closed` (judge-merged.ts)
 *   has one, the other record is     | nothing: whatever was merged here was merged there
 *   gone, or merged likewise         |
 *   was removed, where it has one    | as if the loser had been removed: what the sync says of that
 *   may only not have shown up yet   | wait (late.ts)
 *
 * A winner that was merged again is followed to the last one. Where both ends were merged, one moves after the other. The bases stay, so
 * what the winner has differently is an edit of this side.
 */

/** Whom a linked record has become, where its link cannot go with it. */
export interface Fate {
  /** The side on which it happened. */
  readonly side: Side;
  readonly how: 'merged' | 'converted';
  readonly winner: Sighting;
  /** Where the winner is: a contact is no lead. */
  readonly place: SideSetup;
  /** The winner's twin, by name; null while it is being given one. */
  readonly twin: { readonly id: string; readonly name: string } | null;
  /** When one of these is touched, this is decided anew. */
  readonly wakes: readonly string[];
}

export interface Followed {
  /** The link with its new end, to be decided like any other; as it was where it could not move. */
  readonly due: DueLink;
  /** The winner's half link, null where it has none; undefined where nothing has moved. */
  readonly absorb: string | null | undefined;
  /** `apart`: it has become something else and is out of the sync's filter; it was not removed, and stays linked and quiet. */
  readonly fate: Fate | Unsettled | 'apart' | null;
}

/** A record that is gone, and may have been merged: nothing follows before this time (ms), unless its winner shows up. */
export interface Unsettled {
  readonly until: number;
}

/** By link, for those that lost an end to a merge or a conversion. */
export async function findMerged(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
): Promise<ReadonlyMap<string, Followed>> {
  const found = new Map<string, Followed>();
  /** Winners that get a twin by one of these links: the others that lost to them come too late. */
  const given = new Map<string, Link>();
  const winners = {
    crm: await winnersAt(engine, setup, 'crm', due),
    desk: await winnersAt(engine, setup, 'desk', due),
  };
  for (const each of due) {
    const { crm, desk, id } = each.link;
    if (!crm || !desk) continue;
    const merged = sides.flatMap((side) => {
      const winner = winners[side].get(each.link[side]?.id ?? '');
      return winner ? [standingOf(engine, setup, each, side, winner, given)] : [];
    });
    const free = merged.find((standing) => standing.is === 'free' && isThere(each, other(standing.side), merged));
    if (free) {
      const moved = await moveTo(engine, setup, each, free, merged.length > 1);
      found.set(id, moved);
      given.set(`${free.side}/${free.winner.id}`, moved.due.link);
    } else if (merged[0])
      found.set(
        id,
        goneWith(each, merged) ?? { due: each, absorb: undefined, fate: await fateOf(engine, setup, each, merged) },
      );
  }
  const fates = await findConverted(engine, setup, due);
  for (const each of due) {
    if (found.has(each.link.id)) continue;
    const until = each.link.crm && each.link.desk ? unsettledUntil(setup, each, engine.world.now()) : null;
    const fate = until === null ? (fates.get(each.link.id) ?? (isApart(setup, each) ? 'apart' : null)) : { until };
    if (fate) found.set(each.link.id, { due: each, absorb: undefined, fate });
  }
  return found;
}

/** By id of a merged record of this side: the last winner, as we know it. */
async function winnersAt(
  engine: Engine,
  setup: SyncSetup,
  side: Side,
  due: readonly DueLink[],
): Promise<ReadonlyMap<string, Known>> {
  const { connection, object } = sideOf(setup, side);
  const next = new Map<string, string>();
  const known = new Map<string, Known>();
  const note = (id: string, seen: Sighting['seen'] | undefined): string[] => {
    const into = intoOf(seen);
    if (!into || into.object !== object || into.connection !== connection || next.has(id)) return [];
    next.set(id, into.id);
    return [into.id];
  };
  const lost = due.filter(({ link, moved }) => link.crm && link.desk && moved === undefined);
  let open = lost.flatMap((each) => note(each.link[side]?.id ?? '', each[side]?.seen));
  const losers = [...next.keys()];
  while (open.length > 0) {
    const all = await engine.store.known(connection, object, [...new Set(open)]);
    for (const each of all) known.set(each.id, each);
    open = all.flatMap(({ id, sighting }) => note(id, sighting?.seen));
  }
  return new Map(
    losers.flatMap((loser) => {
      const passed = new Set([loser]);
      let last = next.get(loser);
      for (let to = last; to !== undefined && !passed.has(to); to = next.get(to)) {
        passed.add(to);
        last = to;
      }
      const winner = last === undefined ? undefined : known.get(last);
      return winner?.sighting && !intoOf(winner.sighting.seen) ? [[loser, winner] as const] : [];
    }),
  );
}

/** How a winner stands to what its loser was linked to. */
export interface Standing {
  readonly side: Side;
  readonly is: 'free' | 'busy' | 'taken';
  readonly winner: Known;
  /** Its half link in this sync; or the link that gives it a twin. */
  readonly link: Link | undefined;
}

function standingOf(
  engine: Engine,
  setup: SyncSetup,
  { link }: DueLink,
  side: Side,
  winner: Known,
  given: ReadonlyMap<string, Link>,
): Standing {
  const pair = engine.setups.filter((each) => pairOf(each) === pairOf(setup)).map(({ name }) => name);
  const links = winner.links.filter((each) => pair.includes(each.link.sync) && each.link.id !== link.id);
  const whole = links.find((each) => each.link.crm && each.link.desk)?.link;
  const taken = whole ?? given.get(`${side}/${winner.id}`);
  if (taken) return { side, is: 'taken', winner, link: taken };
  const half = links.find((each) => each.link.sync === setup.name);
  const isBusy = links.some(({ inFlight }) => inFlight);
  return { side, is: isBusy ? 'busy' : 'free', winner, link: half?.link };
}

/** A winner takes no twin over that was removed: it may have one of its own. */
function isThere(due: DueLink, side: Side, merged: readonly Standing[]): boolean {
  return !isGone(due[side]?.seen) || merged.some((each) => each.side === side);
}

/**
 * A loser whose winner was removed is as good as removed itself, only that nothing brings it back; null: its winner is there, or a person
 * has said what becomes of its twin.
 */
function goneWith(due: DueLink, [one, ...more]: readonly Standing[]): Followed | null {
  const seen = one?.winner.sighting?.seen;
  const loser = one && due[one.side];
  if (!loser || more.length > 0 || !isGone(seen) || !isRemoved(seen)) return null;
  if (wordOf(due) !== undefined || due.link[other(one.side)]?.base[mergedKey] === one.winner.id) return null;
  return { due: { ...due, [one.side]: { ...loser, seen: { gone: 'purged' } } }, absorb: undefined, fate: null };
}

async function fateOf(
  engine: Engine,
  setup: SyncSetup,
  due: DueLink,
  merged: readonly Standing[],
): Promise<Fate | null> {
  const [one] = merged;
  if (!one?.winner.sighting || merged.length > 1 || isGone(due[other(one.side)]?.seen)) return null;
  const place = sideOf(setup, one.side);
  const winner = one.winner.sighting;
  const twin = one.is === 'taken' ? (one.link?.[other(one.side)]?.id ?? null) : null;
  return {
    side: one.side,
    how: 'merged',
    winner,
    place,
    twin: twin === null ? null : { id: twin, name: await named(engine, sideOf(setup, other(one.side)), twin) },
    wakes: [
      ...(isGone(winner.seen) ? [] : keysAt(setup, one.side, winner.seen)),
      ...(one.link ? [bondKey(one.link.id)] : []),
    ],
  };
}
