import type { Changed } from './hold.ts';
import type { Side } from './record.ts';
import type { Delta, Value } from './value.ts';

/**
 * Why something was written: an edit that a feed brought, a first meeting, a create, a write-back of an id, a person's word, the removal
 * of its twin, that twin's return, or a target that had drifted. A link may be due because a sweep found that it differs.
 */
export const causes = [
  'edit',
  'meeting',
  'create',
  'write-back',
  'retry',
  'answer',
  'removal',
  'return',
  'merge',
  'undo',
  'sweep',
  'drift',
] as const;
export type Cause = (typeof causes)[number];

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
  /** Who had last changed the record that this came from, and when, as far as its vendor says it. Absent: it came from nobody's record. */
  readonly source?: Changed;
}

export interface HistoryField {
  readonly before: Value;
  readonly after: Value | Delta;
  readonly rule: string;
  /** Why the value before, which was somebody's edit, gave way. Absent: nobody had edited it. */
  readonly over?: Overruled;
}

export const overrulers = ['crm', 'desk', 'newest', 'expression', 'source', 'answer', 'onMatch'] as const;

/** The policy that overruled a value: `source` in a one-way field, `onMatch` when two records met, `answer` a person's word. */
export interface Overruled {
  readonly policy: (typeof overrulers)[number];
  /** What went before in the list, or what was said: `newest: too close to call (0.4 s apart), then crm`. */
  readonly note?: string;
}

/** The outcome of what a watching sync would have written. */
export const watchedOutcome = 'watched';
