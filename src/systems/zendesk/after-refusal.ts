import type { Fault } from '../../model/fault.ts';
import { attempt } from '../kit/attempt.ts';
import type { RecordRow } from './answers.ts';
import type { Collection } from './collection.ts';
import { byIds } from './reading.ts';
import type { Session } from './session.ts';
import { fieldsOf } from './values.ts';

/** A refused update or removal of the record with that id. */
interface Refused {
  readonly id: string;
  /** The version that the update was bound to; null: to none. */
  readonly expect: string | null;
  readonly fault: Fault;
}

/**
 * Why updates and removals were refused, where the records themselves say it: one is not there any more (`gone`), has another version than
 * the update was bound to, or has become one that is never written, a ticket that was closed meanwhile (`stale`: the next look sees it).
 * Zendesk says so in a sentence only, in the language of the user. The records are read, a hundred to a call, and only when something was
 * refused. A refusal that they do not explain stays.
 */
export async function explained(
  session: Session,
  collection: Collection,
  refused: readonly Refused[],
): Promise<readonly Fault[]> {
  const faults = refused.map(({ fault }) => fault);
  if (refused.length === 0) return faults;
  const ids = refused.map(({ id }) => id);
  const read = await attempt(() => byIds(session, collection, ids));
  if (!read.ok) return faults;
  const there = new Map(read.value.map((row) => [row.id, row]));
  return refused.map(({ id, expect, fault }): Fault => {
    const row = there.get(id);
    if (row === undefined || collection.goneAs(row) !== null) return { kind: 'gone', say: fault.say };
    const isOther = expect !== null && row.updated_at !== expect;
    return isOther || isLocked(collection, row) ? { kind: 'stale', say: fault.say } : fault;
  });
}

function isLocked(collection: Collection, row: RecordRow): boolean {
  const seen = fieldsOf(collection, row, new Map());
  return collection.locks.some(({ field, values }) => values.some((value) => value === seen[field]));
}
