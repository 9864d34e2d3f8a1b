import { type Change, isGone, other, sides } from '../../model/record.ts';
import type { SyncSetup } from '../../model/sync.ts';
import type { Engine, FeedReader } from '../engine.ts';
import { lostKey, textsOf } from '../keys.ts';
import { askOf } from '../meet.ts';
import type { DueLink } from '../ports.ts';
import { isOurs } from '../removal/memory.ts';
import { isRemoved, wordOf } from '../removal/removal.ts';
import { undoneRecord } from '../undo/undone.ts';

/*
 * Merges whose winner only the feed tells, where it comes in a later page or poll than the loser: what the loser had is kept with its
 * sighting, whoever shows up with all of that within the same minutes is the winner, and what follows from a removal waits as long.
 */

/** A winner that nobody names moves in the feed within so long (ms) of its loser. */
export const togetherMs = 600_000;
/** So many losers are looked for that had the same. */
const mostLosers = 10;

export interface Loser {
  readonly change: Change;
  /** What would have gone over to the winner; none where it had nothing of the kind, or we do not know. */
  readonly values: readonly string[];
}

/** Who went before this page without a known winner, and had something that a record of this page has. */
export async function losersBefore(
  engine: Engine,
  { readers: [reader] }: FeedReader,
  field: string,
  page: readonly Change[],
): Promise<readonly Loser[]> {
  const has = new Set(page.flatMap(({ seen }) => (seen === 'look' || isGone(seen) ? [] : textsOf(seen[field]))));
  if (!reader || has.size === 0) return [];
  const asks = [...has].map((value) => askOf(reader.setup, reader.side, lostKey(field), value));
  const shown = new Set(page.map(({ ref }) => ref.id));
  return (await engine.store.kin(asks, mostLosers)).flat().flatMap(({ sighting }) => {
    const { seen } = sighting;
    return isGone(seen) && seen.had && !shown.has(sighting.ref.id) ? [{ change: sighting, values: seen.had }] : [];
  });
}

/** Until when (ms) nothing follows from a removal, since it may turn out to have been a merge; null: it is what it looks like. */
export function unsettledUntil(setup: SyncSetup, due: DueLink, now: number): number | null {
  // A person has looked at it.
  if (wordOf(due) !== undefined || undoneRecord(setup, due)) return null;
  for (const side of sides) {
    const { at, seen } = due[side] ?? { at: null, seen: undefined };
    if (!isGone(seen) || !seen.had || !isRemoved(seen) || at === null) continue;
    if (isOurs(due.link[side]) || isGone(due[other(side)]?.seen)) continue;
    if (at + togetherMs > now) return at + togetherMs;
  }
  return null;
}
