import type { Fault } from '../model/fault.ts';
import type { Cause, HistoryRow } from '../model/history.ts';
import type { Answer, Hold } from '../model/hold.ts';
import type { End, Lane, Link } from '../model/link.ts';
import type { Operation } from '../model/operation.ts';
import type { Side, Sighting } from '../model/record.ts';
import type { Fields } from '../model/value.ts';
import type { BrakeStore } from './brake/ports.ts';
import type { HandOverStore } from './called/ports.ts';
import type { SweepStore } from './sweep/ports.ts';
import type { SyncCounts } from './sync-counts.ts';
import type { TipStore } from './tips/ports.ts';
import type { UndoStore } from './undo/ports.ts';

export type { BrakeOf, BrakeState, BrakeStore } from './brake/ports.ts';
export type { Standing, SweepStore } from './sweep/ports.ts';
export type { SyncCounts } from './sync-counts.ts';
export type { Tip, TipStore } from './tips/ports.ts';

/**
 * What the engine needs kept. Every verb is one transaction, in batches; none talks HTTP. Two stores fulfil it: SQL and memory, held to
 * the same contract suite (store/contract/). All of it lives in one workspace, which is first in every key.
 *
 * States of a link row: quiet (lane null) · due (lane set, dueAt passed) · leased (a worker decides) · in flight (has open intents:
 * never taken, whoever leases what, until every intent is settled). `turn` rises whenever the link becomes due again, so that an
 * edit that lands while a worker decides is not swallowed when that worker is done.
 */
export interface Store extends SweepStore, BrakeStore, UndoStore, TipStore, HandOverStore {
  // Feeds: how far each connection's object has been read. One reader at a time.
  feed(connection: string, object: string): Promise<Feed | null>;
  /** True if the lease is ours now (or was already). Held feeds are read by nobody else until `until` (ms). */
  leaseFeed(connection: string, object: string, lease: string, now: number, until: number): Promise<boolean>;

  // Intake: what is known of these records, and keeping what a page says of them.
  known(connection: string, object: string, ids: readonly string[]): Promise<readonly Known[]>;
  /** Open creates at this connection and object that carry one of these marks. */
  awaiting(connection: string, object: string, marks: readonly string[]): Promise<readonly Intent[]>;
  /** One page: sightings, match keys, half links, due marks, cursor. Answers how many half links were opened and links made due. */
  observe(page: Observed): Promise<{ readonly opened: number; readonly due: number }>;

  // Due links.
  /**
   * Leases up to `limit` due links of these syncs, live lane first, oldest first; skips leased, paused and in-flight ones. `links`: only
   * these (absent: all).
   */
  take(ask: {
    syncs: readonly string[];
    links?: readonly string[];
    /** Also of syncs that are paused, though not of paused connections or links. */
    paused?: boolean;
    now: number;
    limit: number;
    lease: string;
    until: number;
  }): Promise<readonly DueLink[]>;
  /**
   * The same links to look at only: whatever is due now or later, leased or not, but not paused and not in flight; by link id, from
   * after `after` on (null: from the first). Nothing changes. Memory is bounded by `limit`. `whole`: only links with both ends. `braked`:
   * also links that a brake holds, as if they had become due (lane load, cause edit).
   */
  peek(ask: {
    syncs: readonly string[];
    links?: readonly string[];
    whole?: boolean;
    braked?: boolean;
    /** As for `take`. */
    paused?: boolean;
    after: string | null;
    limit: number;
  }): Promise<readonly DueLink[]>;
  /** Gives back what this lease still holds, unchanged. */
  release(lease: string): Promise<void>;
  /**
   * All leases end, and open intents are unsure from `now` on: for a store that one process owns, when it opens after a crash.
   */
  releaseAll(now: number): Promise<void>;
  /**
   * When the next link of each of these syncs is due (ms), also in the past; a sync that has none is left out. In-flight links do not
   * count. `links`: only these.
   */
  nextDue(syncs: readonly string[], links?: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The records of an object that have this match key, one answer per ask, each at most `limit` records. */
  kin(asks: readonly KinAsk[], limit: number): Promise<readonly (readonly Kin[])[]>;

  /** Match keys of one field that more than one record of an object has: how many, and the first `limit` of them with their records. */
  doubles(connection: string, object: string, field: string, limit: number): Promise<Doubles>;

  // Deciding and writing.
  /**
   * Applies each change as a whole or not at all, all in one transaction. A change is refused (and nothing of it is applied) when its
   * link is not leased by `lease` any more (`lost`), when an intent that it settles is settled already (`lost`), when the half link
   * that it absorbs is in flight, leased by somebody else or gone, or the record it joins has a link already (`lost`), or when one of
   * its claims belongs to another link (`claimed`). `lease` null skips the lease check (settling intents names the intents instead).
   */
  commit(changes: readonly LinkChange[], lease: string | null, now: number): Promise<readonly Committed[]>;
  /** The vendor took the batch as a job: kept before anything else happens. */
  noteJob(intents: readonly string[], job: string, againAt: number): Promise<void>;
  /**
   * Unsettled intents whose `againAt` has passed, oldest first: jobs to collect, unsure ones to trace. Leases them until `until`.
   * `syncs`: only theirs (absent: all).
   */
  unsettled(ask: {
    connections: readonly string[];
    syncs?: readonly string[];
    now: number;
    limit: number;
    lease: string;
    until: number;
  }): Promise<readonly Intent[]>;
  /** Puts off the next look at these intents and ends our lease on them. */
  postpone(intents: readonly string[], state: Intent['state'], againAt: number): Promise<void>;
  /** When the next unsettled intent wants a look (ms), and how many there are, by connection, object and state; `syncs` as above. */
  underway(connections: readonly string[], syncs?: readonly string[]): Promise<readonly Underway[]>;

  // A person's words.
  /** The link becomes due with this answer for that field ('' for the whole record); the hold stays until the next decision. */
  answer(hold: string, answer: Answer, now: number): Promise<boolean>;
  /** The links of these holds and faults (null: of all) become due and their refusals are forgotten. Answers how many. */
  retry(ids: readonly string[] | null, now: number): Promise<number>;
  setPaused(what: { kind: 'sync' | 'connection' | 'link'; name: string }, paused: boolean): Promise<boolean>;
  paused(): Promise<readonly { kind: 'sync' | 'connection' | 'link'; name: string }[]>;
  /** All links of a sync become due in the load lane (its rules changed). */
  allDue(sync: string, now: number): Promise<number>;

  // Small drawers: account pins, rules' hashes, run records, encrypted secrets.
  get(drawer: Drawer, name: string): Promise<string | null>;
  put(drawer: Drawer, name: string, value: string | null): Promise<void>;

  // Reads for people.
  holds(filter: RowFilter): Promise<readonly HoldRow[]>;
  faults(filter: RowFilter): Promise<readonly FaultRow[]>;
  history(filter: RowFilter): Promise<readonly HistoryRow[]>;
  counts(sync: string, now: number): Promise<SyncCounts>;
  /** Same order not promised; unknown ids are left out. */
  links(ids: readonly string[]): Promise<readonly Link[]>;

  /** Drops history older than `before` (ms) and tidies up; to be called when idle. */
  tidy(before: number): Promise<void>;
  close(): Promise<void>;
}

export type Drawer = 'pin' | 'rules' | 'secret' | 'run' | 'meta' | 'sweep';

export interface Feed {
  readonly cursor: string | null;
  /** True once the feed has been read to its end since it was first opened. Until then nothing is met or created. */
  readonly complete: boolean;
  /** What it was read for (fields, syncs); anything else means that it has to be read anew. */
  readonly fields: readonly string[];
  /** When it was last read (ms). */
  readonly readAt: number | null;
}

export interface Known {
  readonly id: string;
  readonly sighting: Sighting | null;
  /** Its links, one per sync at most. */
  readonly links: readonly KnownLink[];
}

export interface KnownLink {
  readonly link: Link;
  readonly side: Side;
  readonly inFlight: boolean;
  /** Due, now or later, and not paused. */
  readonly due: boolean;
  readonly held: boolean;
  /** How often in a row it failed. */
  readonly tries: number;
}

export interface Observed {
  readonly connection: string;
  readonly object: string;
  /** The page is kept only while this lease on the feed is ours; '' for records that were read outside a feed (then no cursor moves). */
  readonly lease: string;
  readonly cursor: string | null;
  readonly complete: boolean;
  readonly fields: readonly string[];
  readonly now: number;
  /** When it was asked for (ms): what we learnt of a record after that is newer, and its links ask the vendor. Absent: `now`. */
  readonly askedAt?: number;
  readonly sightings: readonly Sighting[];
  /** Match keys by record id: they replace the ones that the record had. */
  readonly keys: Readonly<Record<string, readonly { readonly field: string; readonly value: string }[]>>;
  /** Half links to open and make due, where the record has no link in that sync. `pair` names the two objects (see LinkChange). */
  readonly open: readonly {
    readonly sync: string;
    readonly pair: string;
    readonly side: Side;
    readonly id: string;
    readonly link: string;
    readonly lane: Lane;
  }[];
  readonly due: readonly { readonly link: string; readonly lane: Lane; readonly cause: Cause }[];
}

export interface DueLink {
  readonly link: Link;
  /** The link as it is kept, where it is decided about as another one (engine/removal.ts). */
  readonly was?: Link;
  readonly turn: number;
  readonly lane: Lane;
  readonly cause: Cause;
  /** How often in a row it failed. */
  readonly tries: number;
  /** True where the last try said that what we know of the other side is out of date: ask the vendor, not our sightings. */
  readonly askVendor: boolean;
  /** When it got both its ends (ms); 0: long ago, or not yet. */
  readonly joinedAt: number;
  /** Since when it has been due without a rest (ms). */
  readonly dueSince: number;
  readonly crm: Sighting | null;
  readonly desk: Sighting | null;
  readonly holds: readonly Hold[];
  /** By field ('' for the whole record). */
  readonly answers: Readonly<Record<string, Answer>>;
  /** Set as it is decided: the end that has just become the winner of a merge (engine/merged.ts). */
  readonly moved?: Moved;
}

/**
 * The record that an end was before it was merged away. `again`: once this is kept, there is more to decide: the other end has to
 * move too, or the winner is gone itself.
 */
export interface Moved {
  readonly side: Side;
  readonly from: string;
  readonly again: boolean;
}

/** `pair` as in LinkChange: links of other syncs on the same two objects are reported too. */
export interface KinAsk {
  readonly pair: string;
  readonly side: Side;
  readonly connection: string;
  readonly object: string;
  readonly field: string;
  readonly value: string;
}

export interface Kin {
  readonly sighting: Sighting;
  /** Its links among the syncs of the pair. `whole`: both ends are there or one is being created. */
  readonly links: readonly { readonly id: string; readonly sync: string; readonly whole: boolean }[];
}

export interface Doubles {
  readonly values: number;
  readonly examples: readonly { readonly value: string; readonly records: readonly string[] }[];
}

export interface Claim {
  readonly connection: string;
  readonly object: string;
  readonly field: string;
  readonly value: string;
}

/** A write that was decided (one at a time per link): kept before the call is made, settled when its outcome is known. */
export interface Intent {
  readonly id: string;
  readonly run: string;
  readonly sync: string;
  readonly link: string;
  readonly connection: string;
  readonly side: Side;
  readonly operation: Operation;
  readonly cause: Cause;
  /** What each written field held before, and by which rule it is written; becomes history. */
  readonly before: HistoryRow['fields'];
  /** The source fields (in their own normal form) that were read for this write: they become the source end's base. */
  readonly agreed: { readonly crm: Fields; readonly desk: Fields; readonly rules: Readonly<Record<string, string>> };
  /** The link's turn when it was decided. A link has at most one open intent at a time. */
  readonly turn: number;
  /** How often in a row the link had failed when it was decided. */
  readonly tries: number;
  /** True where the vendor was asked about the other side just before it was decided. */
  readonly asked: boolean;
  /** True where more is to be written once this is settled (the other side, an id to write back): the link becomes due again. */
  readonly again: boolean;
  /** Who had last changed the record that this comes from, and when; becomes history. */
  readonly source?: HistoryRow['source'];
  /** The vendor call it travels in (intents of one batch share it), and its place in it, from 0. */
  readonly batch: string;
  readonly place: number;
  /** ms */
  readonly at: number;
  /** open: the call is about to be made · job: the vendor works on it · unsure: the answer was lost or tells no id */
  readonly state: 'open' | 'job' | 'unsure';
  readonly job: string | null;
  /** Not looked at before (ms). For `open`: the time by which the call must have ended; after that it is unsure. */
  readonly againAt: number;
}

export interface LinkChange {
  readonly link: string;
  /** The turn at which it was decided; `due: 'clear'` clears only if it still is the link's turn. */
  readonly turn: number;
  /** New ends; absent ones stay as they are. */
  readonly ends?: { readonly crm?: End | null; readonly desk?: End | null };
  /** The half link (or null: none was opened yet) whose record becomes our other end; it is deleted with its due mark and holds. */
  readonly absorb?: string | null;
  readonly claims?: readonly Claim[];
  /** The link's claims are not needed any more. */
  readonly releaseClaims?: boolean;
  /**
   * Keys that were touched without any record's change (a value that a failed create had reserved, a link that got its twin): holds
   * and waiting links that name them wake.
   */
  readonly wakes?: readonly string[];
  /**
   * The keys that the link waits for from now on beside its holds' (absent: as before). When one is touched, also while the link was
   * being decided, it becomes due in that lane.
   */
  readonly waits?: readonly { readonly key: string; readonly lane: Lane }[];
  readonly open?: readonly Intent[];
  /** Ids of the intents that this settles. */
  readonly close?: readonly string[];
  /** The holds that the link has from now on (absent: as before). A hold keeps its id and `since` where field and why are the same. */
  readonly holds?: readonly Hold[];
  /** Answers are used up. */
  readonly clearAnswers?: boolean;
  /**
   * 'clear': nothing more to do if the turn is unchanged, else due at once. 'keep': as it is. Otherwise due again at `at`, with the
   * fault that explains the wait; tries is the new count.
   */
  readonly due:
    | 'clear'
    | 'keep'
    | { readonly at: number; readonly tries: number; readonly fault: Fault | null; readonly askVendor: boolean };
  readonly history?: readonly HistoryRow[];
  /** What the records look like now, as far as the write told; merged into the sightings, field by field. */
  readonly sightings?: readonly Sighting[];
  readonly keys?: Observed['keys'];
}

export type Committed =
  | { readonly is: 'done' }
  | { readonly is: 'lost' }
  | { readonly is: 'claimed'; readonly claim: Claim; readonly by: string };

export interface Underway {
  readonly connection: string;
  readonly object: string;
  readonly state: Intent['state'];
  readonly count: number;
  /** The number of different jobs. */
  readonly jobs: number;
  readonly nextAt: number;
}

/**
 * `since` and `until` in ms, both included; `record` is `crm:ID` or `desk:ID`. Newest first; `limit` defaults to 100. Of history alone:
 * `links`, `run`, `field` (the vendor's name of it, or the rule's id) and `before` (only what is older than this row).
 */
export interface RowFilter {
  readonly sync?: string;
  readonly since?: number;
  readonly until?: number;
  readonly links?: readonly string[];
  readonly run?: string;
  readonly field?: string;
  readonly before?: { readonly at: number; readonly id: string };
  readonly status?: string;
  readonly record?: { readonly side: Side; readonly id: string };
  readonly link?: string;
  /** Of holds alone: the one with this id. */
  readonly hold?: string;
  /** Of holds alone: those that a vendor's refusal made (they have its code). */
  readonly refused?: boolean;
  readonly limit?: number;
}

export interface HoldRow extends Hold {
  readonly crm: string | null;
  readonly desk: string | null;
}

/** A link that is tried again by itself. */
export interface FaultRow {
  readonly link: string;
  readonly sync: string;
  readonly crm: string | null;
  readonly desk: string | null;
  readonly fault: Fault;
  readonly tries: number;
  readonly nextTry: number;
  readonly since: number;
}
