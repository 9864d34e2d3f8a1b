import type { ObjectType } from './object-type.ts';
import type { Operation, Sent, Traced } from './operation.ts';
import type { Change, Page, Want } from './record.ts';
import type { Fields } from './value.ts';

export interface Identity {
  /** The account as the vendor names it: SF org id (18), Zendesk sub-domain, Zoho orgId, Oro URL and organization. */
  readonly account: string;
  /** The id of the user that we act as. */
  readonly user: string;
  /** A name for people. */
  readonly userName: string;
  readonly environment: 'production' | 'sandbox';
}

/**
 * One account of one system, logged in. This is all that the engine knows of a vendor.
 * Batches in, batches out: one call of a verb is meant to be one call of the vendor (the login aside).
 * Reads throw FaultError; `write`, `collect` and `trace` answer with data and throw only what is a bug.
 */
export interface Connection {
  readonly name: string;
  readonly system: string;
  /** Whom the credentials lead to. Costs a call; the kit remembers it. */
  who(): Promise<Identity>;
  /** What the account has: standard and custom fields, options, lengths. Only the objects asked for. */
  describe(objects: readonly string[]): Promise<readonly ObjectType[]>;
  /**
   * One page of what changed since `cursor` (null: everything that exists). Never filtered by the vendor.
   * The last page has more: false and a cursor from which the next poll goes on.
   */
  changes(want: Want, cursor: string | null): Promise<Page>;
  /** Records by id, same order not promised; an id that is not there answers with `seen: {gone}` as far as the vendor gives evidence. */
  read(want: Want, ids: readonly string[]): Promise<readonly Change[]>;
  /** Exact look-up at the vendor, not in a lagging search index: the records whose `key` fields equal one of `values`. */
  find(want: Want, key: readonly string[], values: readonly Fields[]): Promise<readonly Change[]>;
  /**
   * At most `batch[do]` operations of one object and one verb. The request must have ended before `until` (ms): what cannot be sent
   * in time (a full window, a long time-out) is not sent at all and answers `later` or `limit`.
   */
  write(operations: readonly Operation[], until: number): Promise<Sent>;
  /** The state of several jobs in as few calls as the vendor allows; same length, same order. */
  collect(jobs: readonly Job[]): Promise<readonly Sent[]>;
  /** What became of creates whose answer was lost; `since` is when they were sent (ms). Same length, same order. */
  trace(operations: readonly Operation[], since: number): Promise<readonly Traced[]>;
  /** HTTP calls made since the connection was opened. */
  calls(): Calls;
}

/** A job that `write` answered with, and the operations that it carries. */
export interface Job {
  readonly job: string;
  readonly operations: readonly Operation[];
  /** The place (from 0) that each of them had in the call that was made: vendors name failures by it, and some may be settled already. */
  readonly places: readonly number[];
}

export interface Calls {
  readonly read: number;
  readonly write: number;
  readonly login: number;
}
