import type { Operation, Outcome } from '../../model/operation.ts';
import type { Delta, Fields, Value } from '../../model/value.ts';
import { isBlank } from '../../model/value.ts';
import type { RecordRow } from './answers.ts';
import type { Body, Collection } from './collection.ts';
import { alike, bodyOf, type CustomTypes, fieldsOf, folded, timeOf } from './values.ts';

/** What writing, collecting and tracing have in common. */

export type Create = Extract<Operation, { do: 'create' }>;

export function objectOf(operation: Operation): string {
  return operation.do === 'create' ? operation.object : operation.ref.object;
}

export function isDelta(value: Value | Delta): value is Delta {
  return typeof value === 'object' && value !== null && 'add' in value;
}

const keyField = 'external_id';

/** The mark that a create carries as its key; null where it has none, or puts it into a field by which nothing can be looked up. */
export function keyOf(operation: Operation | undefined): string | null {
  return operation?.do === 'create' && (operation.markField ?? keyField) === keyField ? operation.mark : null;
}

/** Everything that an operation sends, in our names; a create carries its mark. */
export function sentOf(collection: Collection, operation: Operation): Readonly<Record<string, Value | Delta>> {
  if (operation.do === 'update') return operation.fields;
  if (operation.do !== 'create') return {};
  const fields = { ...collection.onCreate, ...operation.fields };
  return operation.mark === null ? fields : { ...fields, [operation.markField ?? keyField]: operation.mark };
}

/** An operation with what its own call sends of it: sets are whole, and what takes a call of another kind (see further.ts) is left out. */
export interface Prepared {
  readonly operation: Operation;
  readonly sent: Fields;
  readonly body: Body;
}

/** True where a record's own call has nothing to say: all that is to be done takes calls of another kind. */
export function isEmpty({ operation, sent }: Prepared): boolean {
  return operation.do === 'update' && Object.keys(sent).length === 0 && Object.keys(operation.fields).length > 0;
}

/** The body of a record's own call. A further address gets no e-mail that asks its owner to confirm it. */
export function bodyFor(collection: Collection, operation: Operation, sent: Fields, types: CustomTypes): Body {
  const empty = Object.entries(collection.emptied).filter(([name]) => sent[name] === null);
  const fields = bodyOf(collection, { ...sent, ...Object.fromEntries(empty) }, types);
  const body = operation.do === 'update' && 'email' in sent ? { ...fields, ...collection.onCreate } : fields;
  return collection.shaped === null ? body : collection.shaped(operation, body);
}

/** A record as the outcome of a write. While the custom types are unknown (none are written or read) only standard fields are told. */
export function outcomeOf(collection: Collection, row: RecordRow, types: CustomTypes | null): Outcome {
  const known = types === null ? { ...row, [collection.custom]: {} } : row;
  const now = fieldsOf(collection, known, types ?? new Map());
  return { ok: true, id: row.id, version: row.updated_at ?? null, now, at: timeOf(row.updated_at) };
}

/**
 * A new record and the create that made it: by its key; else by the field of which there are no two alike; else, where that is empty,
 * by everything that was sent and can be read back.
 */
export function isOf(collection: Collection, row: RecordRow, create: Create, types: CustomTypes | null): boolean {
  const key = keyOf(create);
  if (key !== null) return folded(row[keyField]) === folded(key);
  const natural = collection.natural === null ? null : create.fields[collection.natural];
  if (!isBlank(natural)) return folded(row[collection.natural ?? '']) === folded(natural);
  const there = fieldsOf(collection, row, types ?? new Map());
  return Object.entries(create.fields).every(([name, value]) => there[name] === undefined || alike(there[name], value));
}
