import { isDeepStrictEqual } from 'node:util';
import type { Claim, Intent, Observed, RowFilter } from '../engine/ports.ts';
import type { Cause, HistoryRow } from '../model/history.ts';
import { type Hold, matchKey } from '../model/hold.ts';
import type { Lane } from '../model/link.ts';
import { isGone, type Ref, type Sighting } from '../model/record.ts';

// What both stores must read the same way in the contract of engine/ports.ts.

/** Rows that a read for people answers with unless told otherwise. */
export const defaultLimit = 100;

/** Of the records that share a match key, so many are named. */
export const shownRecords = 10;

/** Live work goes before a load: a link that is due in both lanes is due in the live one. */
export function urgent(a: Lane | null, b: Lane): Lane {
  return a === 'live' || b === 'live' ? 'live' : 'load';
}

/** A feed that brings an edit does not hide that a person has answered and is waiting. */
export function causeOf(waiting: Cause | null, next: Cause): Cause {
  return waiting === 'answer' ? waiting : next;
}

/** The object that an intent writes. */
export function objectOf(intent: Intent): string {
  return intent.operation.do === 'create' ? intent.operation.object : intent.operation.ref.object;
}

export function markOf(intent: Intent): string | null {
  return intent.operation.do === 'create' ? intent.operation.mark : null;
}

export function claimKey(claim: Claim): string {
  return matchKey(claim.connection, claim.object, claim.field, claim.value);
}

/**
 * What is known of a record after a write told a part of it: fields that it does not name stay as they were seen. Its version, time
 * and author are those of the write even where they are null, because the old ones are not the record's any more.
 */
export function mergeSighting(known: Sighting | null, told: Sighting): Sighting {
  if (known === null || isGone(known.seen) || isGone(told.seen)) return told;
  return { ...told, seen: { ...known.seen, ...told.seen } };
}

/** The same content; who said so and when does not count. */
export function sameSeen(a: Sighting | null, b: Sighting | null): boolean {
  return a === null || b === null ? a === b : isDeepStrictEqual(a.seen, b.seen);
}

/** The holds that a link has from now on: one that it had already for the same field and reason keeps its id and its `since`. */
export function renewHolds(had: readonly Hold[], has: readonly Hold[]): readonly Hold[] {
  const held = new Map(had.map((hold) => [holdKey(hold), hold]));
  const renewed = new Map<string, Hold>();
  for (const hold of has) {
    const old = held.get(holdKey(hold));
    if (renewed.has(holdKey(hold))) continue;
    renewed.set(holdKey(hold), old === undefined ? hold : { ...hold, id: old.id, since: old.since });
  }
  return [...renewed.values()];
}

function holdKey(hold: Hold): string {
  return `${hold.why}\n${hold.field ?? ''}\n${hold.field === null}`;
}

/**
 * The match keys of a change name records by id alone; the record is the first sighting with that id, else the end of the link.
 */
export function placedKeys(
  keys: Observed['keys'] | undefined,
  sightings: readonly Sighting[] | undefined,
  ends: readonly Ref[],
): readonly { readonly ref: Ref; readonly keys: Observed['keys'][string] }[] {
  return Object.entries(keys ?? {}).flatMap(([id, list]) => {
    const ref = sightings?.find((sighting) => sighting.ref.id === id)?.ref ?? ends.find((end) => end.id === id);
    return ref === undefined ? [] : [{ ref, keys: list }];
  });
}

/** One entry per record and sync: a page may show a record twice. */
export function uniqueOpens(page: Observed): Observed['open'] {
  return [...new Map(page.open.map((open) => [`${open.sync}\n${open.side}\n${open.id}`, open])).values()];
}

/**
 * When a page was asked for (ms); where it does not say so, it counts as asked for when it is kept. What we learnt of a record after
 * that is newer than what the page shows of it: another process may have written it meanwhile.
 */
export function askedAt(page: Observed): number {
  return page.askedAt ?? page.now;
}

/** A page's sightings, the last one of each record. */
export function uniqueSightings(page: Pick<Observed, 'sightings'>): readonly Sighting[] {
  return [...new Map(page.sightings.map((sighting) => [JSON.stringify(sighting.ref), sighting])).values()];
}

/** `ok`, `failed` (anything else), or a fault's kind. */
export function hasStatus(row: HistoryRow, status: string): boolean {
  return status === 'failed' ? row.outcome !== 'ok' : row.outcome.startsWith(status);
}

export function limitOf(filter: RowFilter): number {
  return filter.limit ?? defaultLimit;
}

/** A hold that a person wants to hear no more of is told to who asks for its kind, its link, or itself. */
export function showsQuiet({ status, link, hold }: RowFilter): boolean {
  return status !== undefined || link !== undefined || hold !== undefined;
}
