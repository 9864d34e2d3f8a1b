/**
 * An expected failure, as data. The kind alone decides what happens next (engine/fail.ts has the one table):
 *  later    the vendor could not do it now (5xx, a lock, a lost connection before anything was sent): again with back-off
 *  limit    a limit: again after `afterMs`
 *  stale    what we know of the other side is out of date (already taken, changed meanwhile): look again, then decide again
 *  gone     the record is not there any more
 *  refused  the vendor will not have it: a hold, until a value changes or a person says retry
 *  login    the credentials do not work: the connection stops
 *  unsure   the answer was lost after the request may have been applied: never sent again before it is traced
 *  bug      an answer that we cannot read, or our own mistake: a hold, and a line in the log
 */
export type FaultKind = 'later' | 'limit' | 'stale' | 'gone' | 'refused' | 'login' | 'unsure' | 'bug';

export interface Fault {
  readonly kind: FaultKind;
  /** One plain sentence: what happened, with the vendor's own words where they help. */
  readonly say: string;
  /** The vendor's own code, such as `STRING_TOO_LONG` or `DuplicateValue`. */
  readonly code?: string;
  /** The vendor's fields that it complains of. */
  readonly fields?: readonly string[];
  /** Milliseconds to wait before the next try. */
  readonly afterMs?: number;
}

/** Thrown by reads (writes answer with outcomes); caught at three doors only: the wire, the job, the HTTP handler. */
export class FaultError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault, options?: { cause?: unknown }) {
    super(fault.say, options);
    this.name = 'FaultError';
    this.fault = fault;
  }
}

/** What Syncline itself stands on is away, its database: nobody's bug and no vendor's fault. The message says what to do; safe to try again. */
export class OutageError extends Error {
  override name = 'OutageError';
}
