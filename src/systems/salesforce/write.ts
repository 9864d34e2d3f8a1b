import type { Fault } from '../../model/fault.ts';
import type { ObjectType } from '../../model/object-type.ts';
import type { Operation, Outcome, Sent } from '../../model/operation.ts';
import type { Delta, Value } from '../../model/value.ts';
import { type Attempt, attempt, chunks } from '../kit/attempt.ts';
import type { Api, Save, Saved } from './api.ts';
import { withAccounts } from './case-account.ts';
import { faultOf } from './faults.ts';
import { collectionSize, markField } from './objects.ts';
import { withRecordTypeWords } from './record-types.ts';
import { id18, type Row, type TypeOf, toSalesforce } from './values.ts';

export interface WriteOptions {
  readonly api: Pick<Api, 'save' | 'undelete' | 'retrieve'>;
  /** The types of an object's fields, as far as they are known. */
  readonly typesOf: (object: string) => TypeOf;
  /** What the last description of an object said. */
  readonly told: (object: string) => ObjectType | undefined;
}

/**
 * Writes by the sObject Collections resource: up to 200 records in one piece, each with its own outcome (`allOrNone` is off), and up to
 * five pieces in one call.
 *
 * A create with a mark is an upsert on the mark field, so sending it twice makes one record; without a mark it is an insert, and its piece
 * travels alone: it is not safe to repeat. A removal goes to the recycle bin, whichever way was asked for: REST cannot delete past it. It comes out of the bin by
 * SOAP, which is the one way that there is.
 */
export async function writeRecords(options: WriteOptions, asked: readonly Operation[], until: number): Promise<Sent> {
  if (asked.some(({ do: verb }) => verb === 'restore')) return { done: await restoreRecords(options, asked, until) };
  const operations = await withAccounts(options.api, asked);
  const outcomes: Outcome[] = operations.map(() => ({ ok: false, fault: bug('This operation was not sent.') }));
  const kinds = new Map<string, { place: number; prepared: Prepared }[]>();
  for (const [place, operation] of operations.entries()) {
    const prepared = prepare(operation, options.typesOf(objectOf(operation)));
    if ('fault' in prepared) {
      outcomes[place] = { ok: false, fault: prepared.fault };
      continue;
    }
    const kind = kinds.get(prepared.kind);
    if (kind === undefined) kinds.set(prepared.kind, [{ place, prepared }]);
    else kind.push({ place, prepared });
  }
  const pieces = [...kinds.values()].flatMap((each) => chunks(each, collectionSize));
  const saved = await options.api.save(
    pieces.map((piece) => saveOf(piece.map(({ prepared }) => prepared))),
    until,
  );
  for (const [i, piece] of pieces.entries()) {
    const results = outcomesOf(saved[i], piece.length);
    for (const [k, { place }] of piece.entries()) {
      const operation = operations[place];
      const outcome = results[k];
      if (operation === undefined || outcome === undefined) continue;
      const worded = withRecordTypeWords(outcome, operation, options.told(objectOf(operation)));
      outcomes[place] = worded.ok && worded.id === '' ? { ...worded, id: givenId(operation) } : worded;
    }
  }
  return { done: outcomes };
}

/** A record that is ready to go; those of one `kind` may share a piece. */
type Prepared =
  | { readonly kind: string; readonly do: 'insert' | 'update'; readonly alone: boolean; readonly record: Row }
  | {
      readonly kind: string;
      readonly do: 'upsert';
      readonly alone: boolean;
      readonly object: string;
      readonly key: string;
      readonly record: Row;
    }
  | { readonly kind: string; readonly do: 'delete'; readonly id: string };

function prepare(operation: Operation, typeOf: TypeOf): Prepared | { readonly fault: Fault } {
  if (operation.do === 'restore') return { fault: bug('Operations of one kind go together.') };
  if (operation.do === 'remove') return { kind: 'delete', do: 'delete', id: operation.ref.id };
  const object = objectOf(operation);
  const record: Record<string, unknown> = { attributes: { type: object } };
  let refers = false;
  for (const [name, value] of Object.entries(operation.fields)) {
    const written = isDelta(value) ? undefined : toSalesforce(value, typeOf(name));
    if (written === undefined) return { fault: bug(`The value of ${name} cannot be written to Salesforce as it is.`) };
    refers ||= typeof written === 'string' && written.includes('@{');
    record[name] = written;
  }
  // A composite request would take `@{…}` in a text for a reference to another part of it.
  const apart = refers ? ' apart' : '';
  if (operation.do === 'update') {
    record.id = operation.ref.id;
    return { kind: `update${apart}`, do: 'update', alone: refers, record };
  }
  if (operation.mark === null) return { kind: 'insert', do: 'insert', alone: true, record };
  const key = operation.markField ?? markField;
  record[key] = operation.mark;
  return { kind: `upsert ${object} ${key}${apart}`, do: 'upsert', alone: refers, object, key, record };
}

/** Out of the recycle bin, two hundred at a time. */
async function restoreRecords(
  { api }: WriteOptions,
  operations: readonly Operation[],
  until: number,
): Promise<readonly Outcome[]> {
  const done: Outcome[] = [];
  for (const piece of chunks(operations, collectionSize)) {
    const saved = await attempt(() => api.undelete(piece.map(givenId), until));
    done.push(...outcomesOf(saved, piece.length).map(notInBin));
  }
  return done;
}

/** One piece of records of one kind. */
function saveOf(piece: readonly Prepared[]): Save {
  const [first] = piece;
  const records = piece.flatMap((each) => (each.do === 'delete' ? [] : [each.record]));
  if (first?.do === 'insert' || first?.do === 'update') return { do: first.do, alone: first.alone, records };
  if (first?.do === 'upsert') {
    return { do: 'upsert', alone: first.alone, object: first.object, key: first.key, records };
  }
  return { do: 'delete', alone: false, ids: piece.flatMap((each) => (each.do === 'delete' ? [each.id] : [])) };
}

function objectOf(operation: Operation): string {
  return operation.do === 'create' ? operation.object : operation.ref.object;
}

function isDelta(value: Value | Delta): value is Delta {
  return typeof value === 'object' && value !== null && 'add' in value;
}

function outcomesOf(saved: Attempt<Saved> | undefined, length: number): readonly Outcome[] {
  const all = (fault: Fault): readonly Outcome[] => Array.from({ length }, () => ({ ok: false, fault }));
  if (saved === undefined) return all(bug('This operation was not sent.'));
  if (!saved.ok) return all(saved.fault);
  if (saved.value.length !== length) {
    return all({ kind: 'unsure', say: `Salesforce answered ${saved.value.length} results for ${length} records.` });
  }
  return saved.value.map((one): Outcome => {
    if (one.success) return { ok: true, id: id18(one.id ?? ''), version: null, now: null };
    const error = one.errors[0];
    return { ok: false, fault: error === undefined ? bug('Salesforce refused it without a reason.') : faultOf(error) };
  });
}

/** Asked for out of the bin, and not there: somebody was faster, or it is gone for good. The code differs from object to object. */
function notInBin(outcome: Outcome): Outcome {
  if (outcome.ok || outcome.fault.kind !== 'refused' || !/recycle bin/i.test(outcome.fault.say)) return outcome;
  return { ok: false, fault: { ...outcome.fault, kind: 'gone' } };
}

function givenId(operation: Operation): string {
  return operation.do === 'create' ? '' : operation.ref.id;
}

function bug(say: string): Fault {
  return { kind: 'bug', say };
}
