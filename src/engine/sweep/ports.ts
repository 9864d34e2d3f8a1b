import type { Sighting } from '../../model/record.ts';
import type { DueLink } from '../ports.ts';

/**
 * What the sweep needs kept (engine/sweep.ts). It goes through everything page by page, so each of these verbs reads or writes no more
 * than a page, and nothing becomes due by it. Ids that a sweep must remember are notes: rows that go when it ends.
 */
export interface SweepStore {
  /** How these records last looked to us, without their links; unknown ids are left out. */
  sightings(connection: string, object: string, ids: readonly string[]): Promise<readonly Sighting[]>;
  /**
   * Links of a sync on one pair, quiet ones too, by link id from after `after` on (null: from the first). `links`: only these. Nothing
   * changes.
   */
  standing(ask: {
    readonly sync: string;
    readonly pair: string;
    readonly links?: readonly string[];
    readonly after: string | null;
    readonly limit: number;
  }): Promise<readonly Standing[]>;
  /** Adds ids to a list of a sweep; one that is there already stays there once. */
  note(sweep: string, list: string, ids: readonly string[]): Promise<void>;
  /** The ids of a list in order, from after `after` on. */
  noted(ask: {
    readonly sweep: string;
    readonly list: string;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<readonly string[]>;
  /**
   * Looks through the next `limit` records of an object that we know, by id from after `after` on: those that are not on the list, and
   * of which nothing was learnt since `before` (ms). `last` is where to go on; null at the end.
   */
  unnoted(ask: {
    readonly sweep: string;
    readonly list: string;
    readonly connection: string;
    readonly object: string;
    readonly before: number;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<{ readonly sightings: readonly Sighting[]; readonly last: string | null }>;
  /** Drops the notes of this sweep, or of all whose id sorts before `before`. */
  dropNotes(which: { readonly sweep: string } | { readonly before: string }): Promise<void>;
}

/** A link as it stands. */
export interface Standing {
  /** As it would be taken; its lane is `load` where it is not due. */
  readonly link: DueLink;
  /** Due now or later, or a write of it is under way. */
  readonly working: boolean;
  readonly paused: boolean;
}
