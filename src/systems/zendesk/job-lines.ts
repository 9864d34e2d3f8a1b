import type { Fault } from '../../model/fault.ts';
import type { Operation, Outcome } from '../../model/operation.ts';
import { attempt } from '../kit/attempt.ts';
import { explained } from './after-refusal.ts';
import type { JobResult, JobRow, RecordRow } from './answers.ts';
import { type Collection, collectionOf } from './collection.ts';
import { lineFault, recordFault } from './faults.ts';
import { isOf, keyOf, objectOf, outcomeOf, sentOf } from './operations.ts';
import { byIds } from './reading.ts';
import type { Session } from './session.ts';

/**
 * The lines of an ended job as outcomes. `completed` does not mean that every record was written: each has its line. Lines of updates and
 * removals name the record, failures name their place. Successful creates name only the new ids, in any order, so which of several
 * creates got which id cannot be read from them. Source: Zendesk API reference, topic "Job Statuses", and recorded jobs.
 */

/** What became of each operation. One that has no line of its own may or may not have been applied. */
export async function outcomesOf(
  session: Session,
  row: JobRow,
  operations: readonly Operation[],
  places: readonly number[],
): Promise<readonly Outcome[]> {
  const first = operations[0];
  const collection = first === undefined ? undefined : collectionOf(objectOf(first));
  if (first === undefined || collection === undefined) return [];
  const lines = row.results ?? [];
  const unsure: Fault = {
    kind: 'unsure',
    say: row.status === 'completed' ? 'The job tells nothing of this record.' : `The job ended as ${row.status}.`,
    ...(row.status === 'completed' ? {} : { code: row.status }),
  };
  const outcomes = new Array<Outcome>(operations.length).fill({ ok: false, fault: unsure });
  const open = new Set(operations.keys());
  const settle = (at: number, outcome: Outcome): void => {
    outcomes[at] = outcome;
    open.delete(at);
  };
  const place = new Map(operations.flatMap((one, at) => (one.do === 'create' ? [] : [[one.ref.id, at] as const])));
  const made: string[] = [];
  for (const line of lines) {
    const known = line.id === null || line.id === undefined ? undefined : place.get(line.id);
    const named = line.index === null || line.index === undefined ? -1 : places.indexOf(line.index);
    const at = known ?? (named < 0 ? undefined : named);
    const operation = at === undefined ? undefined : operations[at];
    if (isFailure(line)) {
      // A failure that names neither place nor record leaves its operation unsure.
      if (at !== undefined && operation !== undefined) {
        const sent = sentOf(collection, operation);
        settle(at, { ok: false, fault: recordFault(lineFault(line, collection, sent), collection, operation, sent) });
      }
    } else if (operation !== undefined && at !== undefined && line.id) {
      settle(at, { ok: true, id: line.id, version: null, now: null });
    } else if (line.id && first.do === 'create') {
      made.push(line.id);
    }
  }
  if (first.do === 'create' && made.length > 0) await assign(session, collection, operations, open, made, settle);
  if (first.do !== 'create') await explain(session, collection, operations, outcomes, settle);
  return outcomes;
}

/** Lines say only in a sentence that the record is not there, or not to be written any more: the refused ones are looked at. */
async function explain(
  session: Session,
  collection: Collection,
  operations: readonly Operation[],
  outcomes: readonly Outcome[],
  settle: (at: number, outcome: Outcome) => void,
): Promise<void> {
  const refused = operations.flatMap((operation, at) => {
    const outcome = outcomes[at];
    const isRefused = outcome?.ok === false && outcome.fault.kind === 'refused';
    if (!isRefused || operation.do === 'create' || operation.do === 'restore') return [];
    const expect = operation.do === 'update' && collection.bound ? operation.expect : null;
    return [{ at, id: operation.ref.id, expect, fault: outcome.fault }];
  });
  const faults = await explained(session, collection, refused);
  for (const [i, { at }] of refused.entries()) {
    const fault = faults[i];
    if (fault !== undefined) settle(at, { ok: false, fault });
  }
}

function isFailure(line: JobResult): boolean {
  return line.success === false || (line.error !== null && line.error !== undefined && line.error !== '');
}

const madeUnknown: Fault = { kind: 'unsure', say: 'It was created; its id is told by the change feed.' };

/**
 * Which create got which id. If one is left, there is no doubt. Creates with a mark are told apart by the change feed or a trace, a
 * hundred to a call, so nothing is asked here. Without a mark a trace would cost a call each; one call for all of the job is cheaper.
 */
async function assign(
  session: Session,
  collection: Collection,
  operations: readonly Operation[],
  open: ReadonlySet<number>,
  made: readonly string[],
  settle: (at: number, outcome: Outcome) => void,
): Promise<void> {
  const left = [...open];
  const [only] = left;
  const [id] = made;
  if (left.length === 1 && made.length === 1 && only !== undefined && id !== undefined) {
    settle(only, { ok: true, id, version: null, now: null });
    return;
  }
  const all = left.length === made.length;
  for (const at of left) if (all) settle(at, { ok: false, fault: madeUnknown });
  if (left.every((at) => keyOf(operations[at]) !== null)) return;
  const names = left
    .flatMap((at) => operations[at] ?? [])
    .flatMap((operation) => Object.keys(sentOf(collection, operation)));
  const looked = await attempt(async () => ({
    rows: await byIds(session, collection, made),
    types: await session.catalog.typesFor(collection, names),
  }));
  if (!looked.ok) return;
  const { rows, types } = looked.value;
  const taken = new Set<RecordRow>();
  for (const at of left) {
    const create = operations[at];
    if (create?.do !== 'create') continue;
    const row = rows.find((one) => !taken.has(one) && isOf(collection, one, create, types));
    if (row === undefined) continue;
    taken.add(row);
    settle(at, outcomeOf(collection, row, types));
  }
}
