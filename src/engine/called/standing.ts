import { matchKey } from '../../model/hold.ts';
import { isGone, other, type Side, type Sighting } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import type { Fields } from '../../model/value.ts';
import type { Engine } from '../engine.ts';
import { lockOf } from '../lock.ts';
import { askOf } from '../meet.ts';
import type { Parent } from '../parents.ts';
import type { Kin, KinAsk, Known } from '../ports.ts';
import { pausedAlone } from './call.ts';

/*
 * Records that are pointed to and will get no twin by themselves. One that is gone, is never written, or has nothing to be matched by is of no
 * use: a default stands in for it. One that is never written and still stands for its twin (an agent who is a contact too) means the one record
 * that has the same value, without being linked to it: a link would have us write to it.
 */

/** More than two need not be known to say that there are several. */
export const fewKin = 3;

/** What more is known of these records, by id: those that are of no use, and those that stand for another one. */
export async function findStanding(
  engine: Engine,
  parents: SyncSetup,
  side: Side,
  lone: readonly Known[],
): Promise<ReadonlyMap<string, Partial<Parent>>> {
  const found = new Map<string, Partial<Parent>>();
  const asks: { readonly id: string; readonly ask: KinAsk; readonly field: string }[] = [];
  // While its sync is paused nobody but us hears of what ends a hold there.
  const isPaused = lone.length > 0 && (await pausedAlone(engine, parents));
  for (const { id, sighting } of lone) {
    if (!sighting) continue;
    const useless = uselessFor(parents, side, sighting);
    if (useless !== null) found.set(id, { is: 'lone', useless });
    else if (!isGone(sighting.seen) && standsAlone(parents, side, sighting.seen))
      asks.push(...asksOf(parents, side, sighting.seen).map((each) => ({ id, ...each })));
    else if (isPaused && !isGone(sighting.seen))
      found.set(id, { hears: asksOf(parents, side, sighting.seen).map(({ ask }) => keyOf(ask)) });
  }
  const answers =
    asks.length === 0
      ? []
      : await engine.store.kin(
          asks.map(({ ask }) => ask),
          fewKin,
        );
  const target = other(side);
  asks.forEach(({ id, field }, i) => {
    // The first criterion that finds anybody counts.
    if (found.has(id)) return;
    const there = (answers[i] ?? []).filter((kin) => isUsable(parents, target, kin));
    const [only] = there;
    if (only === undefined) return;
    if (there.length > 1)
      found.set(id, {
        is: 'lone',
        several: `several records of ${sideOf(parents, target).label} have the same ${field}`,
      });
    else found.set(id, { is: 'whole', [target]: only.sighting.ref.id, [side]: id });
  });
  for (const { id, ask } of asks) {
    const known = found.get(id) ?? { is: 'lone' as const };
    found.set(id, { ...known, hears: [...(known.hears ?? []), keyOf(ask)] });
  }
  return found;
}

export function keyOf({ connection, object, field, value }: KinAsk): string {
  return matchKey(connection, object, field, value);
}

/** Why a record can be of no use to who points to it; ends a sentence that begins with its name. */
function uselessFor(parents: SyncSetup, side: Side, { seen }: Sighting): string | null {
  if (isGone(seen)) return seen.gone === 'hidden' || seen.gone === 'merged' ? null : 'was deleted';
  if (!parents.within(side, seen)) return null;
  const { type } = sideOf(parents, side);
  if (!standsAlone(parents, side, seen)) {
    const lock = lockOf(type, seen);
    if (lock !== null) return lock;
  }
  return isFindable(parents, side, seen)
    ? null
    : `has no ${parents.match.map((criterion) => criterion[side]).join(' and no ')}`;
}

/** True where the sync's criteria can find a twin for this record, or have no part in it. */
export function isFindable({ match }: SyncSetup, side: Side, seen: Fields): boolean {
  return match.length === 0 || match.some((criterion) => criterion.keys(side, seen[criterion[side]]).length > 0);
}

/** True where every reason never to write it leaves it what it stands for. */
function standsAlone(parents: SyncSetup, side: Side, seen: Fields): boolean {
  const { type } = sideOf(parents, side);
  const locks = (type.locks ?? []).filter((lock) => lockOf({ ...type, locks: [lock] }, seen) !== null);
  return locks.length > 0 && locks.every(({ stands }) => stands === true);
}

export function asksOf(parents: SyncSetup, side: Side, seen: Fields) {
  const target = other(side);
  return parents.match.flatMap((criterion) =>
    criterion
      .keys(side, seen[criterion[side]])
      .map((value) => ({ ask: askOf(parents, target, criterion[target], value), field: criterion[target] })),
  );
}

export function isUsable(parents: SyncSetup, side: Side, { sighting: { seen } }: Kin): boolean {
  return !isGone(seen) && parents.within(side, seen);
}

/** Into which record of another object this one has turned (a converted lead a contact), by what it says itself. */
export function becameOf(parents: SyncSetup, side: Side, sighting: Sighting | null): string | null {
  const { becomes } = sideOf(parents, side).type;
  const id = becomes && sighting && !isGone(sighting.seen) ? sighting.seen[becomes.field] : null;
  return typeof id === 'string' && id !== '' ? id : null;
}
