import type { Claim, Feed, Intent, LinkChange } from '../../engine/ports.ts';
import type { Fault } from '../../model/fault.ts';
import type { Cause, HistoryRow } from '../../model/history.ts';
import type { Answer, Hold } from '../../model/hold.ts';
import { type End, type Lane, type Link, withEnd } from '../../model/link.ts';
import { type Ref, type Side, type Sighting, sides } from '../../model/record.ts';
import { type Place, placesOf } from '../pair.ts';
import { claimKey, markOf, objectOf } from '../words.ts';
import { Multimap } from './multimap.ts';
import { Queue } from './queue.ts';

/** A link and all that is kept with it. The row changes; `link`, the holds and the answers are replaced, never changed. */
export interface Row {
  link: Link;
  track: Track;
  lane: Lane | null;
  dueAt: number;
  dueSince: number;
  turn: number;
  cause: Cause;
  lease: string | null;
  leaseUntil: number;
  /** When it was taken last (ms): what it was decided on is at least as new. */
  takenAt: number;
  /** When it got both its ends (ms); 0: not yet. */
  joinedAt: number;
  /** The lease ran out and the link is in its queue again. */
  lapsed: boolean;
  tries: number;
  fault: Fault | null;
  faultSince: number;
  askVendor: boolean;
  /** Each answer with the turn that it made: a decision uses up only the answers that it has seen. */
  answers: Readonly<Record<string, { readonly answer: Answer; readonly turn: number }>>;
  paused: boolean;
  holds: readonly Hold[];
  /** Keys that the link waits for beside those of its holds. */
  waits: readonly Wait[];
  /** Open intents, and those of them that create a record. */
  inFlight: number;
  creates: number;
  /** Under which keys the link stands among the whole links of its pair. */
  wholeKeys: readonly string[];
}

export type Wait = NonNullable<LinkChange['waits']>[number];

/** The links of one sync between the two places of a pair, and which of them may be due. */
export interface Track {
  readonly sync: string;
  readonly pair: string;
  readonly places: Readonly<Record<Side, Place>>;
  readonly queues: Readonly<Record<Lane, Queue>>;
}

export interface FeedRow {
  feed: Feed | null;
  lease: string | null;
  leaseUntil: number;
}

export interface OpenIntent {
  readonly link: string;
  readonly creates: boolean;
}

export interface IntentRow {
  intent: Intent;
  lease: string | null;
  leaseUntil: number;
}

/** Everything that the memory store knows, with its indexes. Its methods keep the indexes true; the rules are with the verbs. */
export class State {
  readonly feeds = new Map<string, FeedRow>();
  readonly sightings = new Map<string, Sighting>();
  /** When we learnt how a record looks (ms). */
  readonly learnedAt = new Map<string, number>();
  readonly rows = new Map<string, Row>();
  readonly tracks = new Map<string, Track>();
  readonly leases = new Map<string, Set<Row>>();
  /** What a change must know of the intents that it settles. */
  readonly open = new Map<string, OpenIntent>();
  readonly intents = new Map<string, IntentRow>();
  history: HistoryRow[] = [];
  readonly drawers = new Map<string, string>();
  readonly paused = new Map<string, { readonly kind: 'sync' | 'connection'; readonly name: string }>();
  readonly wholes = new Map<string, string>();
  readonly ends = new Map<string, string>();
  readonly holds = new Map<string, Row>();
  readonly wakes = new Multimap<string>();
  readonly claims = new Map<string, string>();
  /** When a record last got or lost a match key (ms). */
  readonly touchedAt = new Map<string, number>();
  readonly #claimsOf = new Multimap<string>();
  readonly #marks = new Multimap<string>();
  /** By place and record: the record's keys. By key: its records. */
  readonly #keysOf = new Map<string, ReadonlySet<string>>();
  readonly #keyed = new Multimap<string>();

  track(sync: string, pair: string): Track {
    const name = `${sync}\n${pair}`;
    let track = this.tracks.get(name);
    if (track === undefined) {
      track = { sync, pair, places: placesOf(pair), queues: { live: new Queue(), load: new Queue() } };
      this.tracks.set(name, track);
    }
    return track;
  }

  sighting(place: Place, id: string): Sighting | null {
    return this.sightings.get(refKey({ ...place, id })) ?? null;
  }

  linkAt(sync: string, side: Side, id: string): Row | undefined {
    const link = this.ends.get(`${sync}\n${side}\n${id}`);
    return link === undefined ? undefined : this.rows.get(link);
  }

  setEnd(row: Row, side: Side, end: End | null): void {
    const old = row.link[side];
    if (old !== null && this.ends.get(`${row.link.sync}\n${side}\n${old.id}`) === row.link.id) {
      this.ends.delete(`${row.link.sync}\n${side}\n${old.id}`);
    }
    if (end !== null) this.ends.set(`${row.link.sync}\n${side}\n${end.id}`, row.link.id);
    row.link = withEnd(row.link, side, end);
    this.#settleWhole(row);
  }

  add(row: Row): void {
    this.rows.set(row.link.id, row);
    for (const side of sides) {
      const end = row.link[side];
      if (end !== null) this.ends.set(`${row.link.sync}\n${side}\n${end.id}`, row.link.id);
    }
    this.#settleWhole(row);
  }

  drop(row: Row): void {
    for (const side of sides) this.setEnd(row, side, null);
    this.setWaking(row, [], []);
    this.dropClaims(row.link.id);
    this.endLease(row);
    this.rows.delete(row.link.id);
  }

  setWaking(row: Row, holds: readonly Hold[], waits: readonly Wait[]): void {
    for (const hold of row.holds) this.holds.delete(hold.id);
    for (const key of wakingKeys(row)) this.wakes.remove(key, row.link.id);
    row.holds = holds;
    row.waits = waits;
    for (const hold of holds) this.holds.set(hold.id, row);
    for (const key of wakingKeys(row)) this.wakes.add(key, row.link.id);
  }

  lease(row: Row, lease: string, now: number, until: number): void {
    this.endLease(row);
    row.takenAt = now;
    row.lease = lease;
    row.leaseUntil = until;
    row.lapsed = false;
    const held = this.leases.get(lease);
    if (held === undefined) this.leases.set(lease, new Set([row]));
    else held.add(row);
  }

  endLease(row: Row): void {
    if (row.lease === null) return;
    const held = this.leases.get(row.lease);
    held?.delete(row);
    if (held?.size === 0) this.leases.delete(row.lease);
    row.lease = null;
  }

  /** To be called whenever a link may have become one that can be taken. */
  enqueue(row: Row): void {
    if (row.lane !== null) row.track.queues[row.lane].push({ at: row.dueAt, link: row.link.id });
  }

  openIntent(row: Row, intent: Intent): void {
    const creates = intent.operation.do === 'create';
    this.open.set(intent.id, { link: row.link.id, creates });
    this.intents.set(intent.id, { intent, lease: null, leaseUntil: 0 });
    row.inFlight++;
    if (creates) row.creates++;
    const mark = markOf(intent);
    if (mark !== null) this.#marks.add(`${intent.connection}\n${objectOf(intent)}\n${mark}`, intent.id);
    this.#settleWhole(row);
  }

  closeIntent(row: Row, id: string): void {
    const open = this.open.get(id);
    if (open === undefined) return;
    this.open.delete(id);
    row.inFlight--;
    if (open.creates) row.creates--;
    this.#settleWhole(row);
    const intent = this.intents.get(id)?.intent;
    const mark = intent === undefined ? null : markOf(intent);
    if (intent !== undefined && mark !== null) {
      this.#marks.remove(`${intent.connection}\n${objectOf(intent)}\n${mark}`, id);
    }
    this.intents.delete(id);
  }

  marked(connection: string, object: string, mark: string): readonly string[] {
    return this.#marks.of(`${connection}\n${object}\n${mark}`);
  }

  claim(link: string, claim: Claim): void {
    this.claims.set(claimKey(claim), link);
    this.#claimsOf.add(link, claimKey(claim));
  }

  dropClaims(link: string): void {
    for (const key of this.#claimsOf.removeAll(link)) this.claims.delete(key);
  }

  keysOf(ref: Ref): readonly string[] {
    return [...(this.#keysOf.get(refKey(ref)) ?? [])];
  }

  /** Replaces the match keys of a record; answers with those that came or went. */
  setKeys(ref: Ref, keys: readonly string[]): readonly string[] {
    const record = refKey(ref);
    const had = this.#keysOf.get(record) ?? new Set<string>();
    const has = new Set(keys);
    for (const key of had) if (!has.has(key)) this.#keyed.remove(key, ref.id);
    for (const key of has) this.#keyed.add(key, ref.id);
    if (has.size === 0) this.#keysOf.delete(record);
    else this.#keysOf.set(record, has);
    return [...had].filter((key) => !has.has(key)).concat([...has].filter((key) => !had.has(key)));
  }

  keyed(key: string): readonly string[] {
    return this.#keyed.of(key);
  }

  /** Keys that begin so and that several records have, in order. */
  doubled(begin: string): readonly { readonly key: string; readonly records: readonly string[] }[] {
    const keys = this.#keyed.keys().filter((key) => key.startsWith(begin));
    return keys
      .map((key) => ({ key, records: this.keyed(key) }))
      .filter(({ records }) => records.length > 1)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  whole(pair: string, side: Side, id: string): string | undefined {
    return this.wholes.get(`${pair}\n${side}\n${id}`);
  }

  #settleWhole(row: Row): void {
    for (const key of row.wholeKeys) if (this.wholes.get(key) === row.link.id) this.wholes.delete(key);
    const { crm, desk } = row.link;
    const whole = (crm !== null && desk !== null) || row.creates > 0;
    row.wholeKeys = whole
      ? sides.flatMap((side) => {
          const end = row.link[side];
          return end === null ? [] : [`${row.track.pair}\n${side}\n${end.id}`];
        })
      : [];
    for (const key of row.wholeKeys) this.wholes.set(key, row.link.id);
  }
}

/** What wakes the link when it is touched. */
export function wakingKeys(row: Pick<Row, 'holds' | 'waits'>): ReadonlySet<string> {
  return new Set([...row.holds.flatMap(({ wakes }) => wakes), ...row.waits.map(({ key }) => key)]);
}

/** The lane in which a touched key makes the link due: its own where it only waits for it, else live. */
export function wakingLane(row: Pick<Row, 'holds' | 'waits'>, key: string): Lane {
  const held = row.holds.some(({ wakes }) => wakes.includes(key));
  return held ? 'live' : (row.waits.find((wait) => wait.key === key)?.lane ?? 'live');
}

export function refKey(ref: Ref): string {
  return `${ref.connection}\n${ref.object}\n${ref.id}`;
}

export function feedKey(connection: string, object: string): string {
  return `${connection}\n${object}`;
}
