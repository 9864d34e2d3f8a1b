import type { Cause, HistoryRow } from '../model/history.ts';
import type { Hold } from '../model/hold.ts';
import type { Link } from '../model/link.ts';
import type { Operation } from '../model/operation.ts';
import type { Side } from '../model/record.ts';
import type { StandingAnswer } from '../model/standing.ts';
import type { Fields } from '../model/value.ts';
import type { Called } from './called/called.ts';
import { type Failed, noneFailed } from './computed.ts';
import { noParents, type Parents, type Planned } from './parents.ts';
import type { Claim } from './ports.ts';
import { nothingTaken, type Taken } from './taken.ts';

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
 * write per link travels at a time; `next` says what is to come once it is settled. `waits`: nothing is decided before a record
 * that it points to has its twin.
 */
export interface Verdict {
  readonly is: 'agreed' | 'work' | 'held' | 'waits';
  readonly link: Link;
  readonly write: Write | null;
  /** What is to be written once that is settled: the other side, or the new record's id, as a pointer. It is decided anew then. */
  readonly next: Write | null;
  readonly holds: readonly HoldDraft[];
  /** Keys that the link waits for: twins of records that it points to (engine/parents.ts). */
  readonly waits: readonly string[];
  /** When it is decided anew, where that is what it waits for (ms). */
  readonly until?: number;
  /** Criterion values reserved before a create. */
  readonly claims: readonly Claim[];
  /** Fields whose both sides differ, with a reason: one-way targets that somebody edited, and values that convert with loss. */
  readonly explained: { readonly drift: number; readonly lossy: number };
}

/** Nothing to do, nothing to say. */
export function quiet(link: Link): Verdict {
  return {
    is: 'agreed',
    link,
    write: null,
    next: null,
    holds: [],
    waits: [],
    claims: [],
    explained: { drift: 0, lossy: 0 },
  };
}

/** What a decision needs to know beside the link itself. */
export interface Around {
  readonly parents: Parents;
  /** What a preview has planned so far. Empty in a run, where a reference waits until such a thing has happened. */
  readonly planned: Planned;
  readonly failed: Failed;
  /** The mark of the record to be created stands on another one already, which is not free: it is created without. */
  readonly isMarkTaken: boolean;
  /** Values of unique fields that other records are known to have (engine/taken.ts). */
  readonly taken: Taken;
  /** What persons have said for always about this sync. */
  readonly standing: readonly StandingAnswer[];
  /** Another record points to this one, by a reference with a word on creating or on its id; and who may have a twin made of it. */
  readonly isNamed: boolean;
  readonly makes: Called['makes'];
}

export const nothingAround: Around = {
  parents: noParents,
  planned: new Map(),
  failed: noneFailed,
  isMarkTaken: false,
  taken: nothingTaken,
  standing: [],
  isNamed: false,
  makes: 'own',
};
