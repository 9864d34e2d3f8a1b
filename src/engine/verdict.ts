import type { Cause, HistoryRow } from '../model/history.ts';
import type { Hold } from '../model/hold.ts';
import type { Link } from '../model/link.ts';
import type { Operation } from '../model/operation.ts';
import type { Side } from '../model/record.ts';
import type { Fields } from '../model/value.ts';
import type { Claim } from './ports.ts';

/** A hold before it has an id: the store's row keeps its id and its `since` as long as field and reason stay the same. */
export type HoldDraft = Omit<Hold, 'id' | 'sync' | 'link' | 'tries' | 'since'>;

/** One write that judge decided, with all that settling it will need. */
export interface Write {
  readonly side: Side;
  readonly operation: Operation;
  readonly cause: Cause;
  /** What each field held before and which rule writes it. */
  readonly before: HistoryRow['fields'];
  /** What becomes the base of each side, by base key, once the vendor has said yes. */
  readonly agreed: { readonly crm: Fields; readonly desk: Fields; readonly rules: Readonly<Record<string, string>> };
}

/**
 * What judge says of one due link. `link` carries the bases that need no write (fields that agree) and the times of moves. At most one
 * write per link travels at a time; `again` says that more is to come once it is settled.
 */
export interface Verdict {
  readonly is: 'agreed' | 'work' | 'held';
  readonly link: Link;
  readonly write: Write | null;
  readonly again: boolean;
  readonly holds: readonly HoldDraft[];
  /** Criterion values reserved before a create. */
  readonly claims: readonly Claim[];
  /** Fields whose both sides differ, with a reason: one-way targets that somebody edited, and values that convert with loss. */
  readonly explained: { readonly drift: number; readonly lossy: number };
}

/** Nothing to do, nothing to say. */
export function quiet(link: Link): Verdict {
  return { is: 'agreed', link, write: null, again: false, holds: [], claims: [], explained: { drift: 0, lossy: 0 } };
}
