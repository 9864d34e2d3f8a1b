import type { HistoryRow } from '../../model/history.ts';
import type { Brake } from '../../model/hold.ts';

/** Which brake: each sync has one for each side and each kind of write. */
export interface BrakeOf extends Brake {
  readonly sync: string;
}

/** Why a brake is on, for the words of its holds. */
export interface BrakeState {
  /** When it went on (ms). */
  readonly at: number;
  /** The sync's rules and limits then: under other ones the wave is looked at anew. */
  readonly hash: string;
  /** Links that would have been written within the hour; at least so many where `isAll` is false. */
  readonly would: number;
  readonly isAll: boolean;
  /** What the limit was, and the links that it is a share of. */
  readonly limit: number;
  readonly links: number;
}

/** What the brake, the oscillation breaker and the guard against an emptied side need kept; a part of the engine's `Store`. */
export interface BrakeStore {
  /** How many links this brake has counted since `since` (ms), and how many of `links` are not among them. */
  wrote(
    of: BrakeOf,
    since: number,
    links: readonly string[],
  ): Promise<{ readonly count: number; readonly fresh: number }>;
  /**
   * Counts writes of these links at `now`, each link once within the time since `since`. Refused, with nothing counted, where the brake is on
   * or where that would come to more than `limit` (null: no limit). One worker at a time: two of them cannot pass the limit together.
   */
  spend(ask: {
    readonly of: BrakeOf;
    readonly links: readonly string[];
    readonly since: number;
    readonly now: number;
    readonly limit: number | null;
  }): Promise<boolean>;
  /** null: it is off. `isHolding`: some link is held by it. */
  brake(of: BrakeOf): Promise<{ readonly state: BrakeState; readonly isHolding: boolean } | null>;
  setBrake(of: BrakeOf, state: BrakeState | null): Promise<void>;
  /**
   * All links that this brake holds become due with the answer `go` to it alone; not who has been given an answer of its own to it, which is
   * still to be decided by. Answers how many.
   */
  letGo(of: BrakeOf, now: number): Promise<number>;
  /**
   * All links of these syncs (of `links`, where given) that a brake holds become due as they are, in the load lane: they are to be decided
   * anew. Answers how many.
   */
  rouseBraked(syncs: readonly string[], now: number, links?: readonly string[]): Promise<number>;
  /** Links of a sync with both ends that were joined at `joinedBy` (ms) or earlier. */
  settledLinks(sync: string, joinedBy: number): Promise<number>;
  /** What was written to these links since `since` (ms) and taken by the vendor: updates, oldest first. */
  updatesOf(links: readonly string[], since: number): Promise<readonly HistoryRow[]>;
  /** How many records of an object are known and not gone, counted up to `limit`. */
  liveRecords(connection: string, object: string, limit: number): Promise<number>;
}
