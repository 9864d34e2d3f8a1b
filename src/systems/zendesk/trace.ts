import type { Operation, Traced } from '../../model/operation.ts';
import { attempt } from '../kit/attempt.ts';
import type { RecordRow } from './answers.ts';
import { type Collection, collectionOf } from './collection.ts';
import { objectOf, outcomeOf } from './operations.ts';
import { byKeys, bySearch } from './reading.ts';
import type { Session } from './session.ts';
import { type CustomTypes, folded, timeOf } from './values.ts';

/**
 * What became of creates whose answer was lost. With a mark: whatever carries it is ours, a hundred to a call. Without one: names are
 * unique, so what has the name and was made since is ours, or makes no difference: the same record would be met.
 */

/** A job that carries creates may still be queued; once this has passed, what is not there was never applied. */
const settledAfterMs = 30_000;
/** The vendor stamps whole seconds, and its clock is not ours. */
const clocksDifferMs = 5000;

type Create = Extract<Operation, { do: 'create' }>;

export async function trace(
  session: Session,
  operations: readonly Operation[],
  since: number,
): Promise<readonly Traced[]> {
  const first = operations[0];
  if (first === undefined) return [];
  const collection = collectionOf(objectOf(first));
  const creates = operations.filter((operation) => operation.do === 'create');
  if (collection === undefined || creates.length !== operations.length) {
    const say = 'Only creates of an object that Syncline knows at Zendesk can be traced.';
    return operations.map(() => ({ ok: false, fault: { kind: 'bug', say } }));
  }
  const found = await attempt(() => look(session, collection, creates));
  if (!found.ok) {
    const { fault } = found;
    // Not being able to look says nothing of the records.
    const waits = fault.kind === 'later' || fault.kind === 'limit';
    return operations.map((): Traced => (waits ? { waitMs: fault.afterMs ?? 5000 } : { ok: false, fault }));
  }
  const leftMs = since + settledAfterMs - session.world.now();
  const { rows, types } = found.value;
  return creates.map(
    (create) => verdict(collection, create, rows, types, since) ?? (leftMs > 0 ? { waitMs: leftMs } : 'absent'),
  );
}

async function look(
  session: Session,
  collection: Collection,
  creates: readonly Create[],
): Promise<{ rows: readonly RecordRow[]; types: CustomTypes | null }> {
  const types = await session.catalog.typesFor(
    collection,
    creates.flatMap((create) => Object.keys(create.fields)),
  );
  const marks = creates.flatMap(({ mark }) => (mark === null ? [] : [mark]));
  const names = creates.flatMap(({ mark, fields }) =>
    mark === null && typeof fields.name === 'string' ? [fields.name] : [],
  );
  const rows = [
    ...(await byKeys(session, collection, marks)),
    ...(await bySearch(session, collection, 'name', [...new Set(names)])),
  ];
  return { rows, types };
}

/** null: nothing is there (yet). */
function verdict(
  collection: Collection,
  create: Create,
  rows: readonly RecordRow[],
  types: CustomTypes | null,
  since: number,
): Traced | null {
  if (create.mark !== null) {
    const ours = rows.find((row) => folded(row.external_id) === folded(create.mark));
    return ours === undefined ? null : outcomeOf(collection, ours, types);
  }
  const named = rows.filter((row) => folded(row.name) === folded(create.fields.name));
  const once = [...new Map(named.map((row) => [row.id, row])).values()];
  const young = once.filter((row) => (timeOf(row.created_at) ?? 0) >= since - clocksDifferMs);
  if (young.length > 1) return { several: young.map((row) => String(row.id)) };
  const [ours] = young;
  if (ours !== undefined) return outcomeOf(collection, ours, types);
  // An older record has the name: a create would have been refused, and the next one will be, which leads to meeting it.
  return once.length > 0 ? 'absent' : null;
}
