import type { Side } from './record.ts';
import type { Delta, Value } from './value.ts';

/** Why something was written: an edit that a feed brought, a first meeting, a create, a write-back of an id, a person's word. */
export type Cause = 'edit' | 'meeting' | 'create' | 'write-back' | 'retry' | 'answer';

/** One operation and what became of it: append-only; log, blame and undo are queries over it. */
export interface HistoryRow {
  readonly id: string;
  /** ms */
  readonly at: number;
  readonly run: string;
  readonly sync: string;
  readonly link: string;
  readonly side: Side;
  readonly do: 'create' | 'update' | 'remove' | 'restore' | 'link' | 'unlink';
  readonly cause: Cause;
  /** The vendor's id of the record on `side`; null where a create failed. */
  readonly record: string | null;
  /** By the vendor's field name. `rule` is the rule's id, or `mark`, or `write-back`. */
  readonly fields: Readonly<Record<string, HistoryField>>;
  /** `ok`, `watched` (nothing was written: the sync only watches), or the fault's kind and words. */
  readonly outcome: string;
}

export interface HistoryField {
  readonly before: Value;
  readonly after: Value | Delta;
  readonly rule: string;
}

/** The outcome of what a watching sync would have written. */
export const watchedOutcome = 'watched';
