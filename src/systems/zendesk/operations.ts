import type { Operation, Outcome } from '../../model/operation.ts';
import type { Delta, Fields, Value } from '../../model/value.ts';
import type { RecordRow } from './answers.ts';
import type { Collection } from './collection.ts';
import { type CustomTypes, fieldsOf } from './values.ts';

/** What writing, collecting and tracing have in common. */

export function objectOf(operation: Operation): string {
  return operation.do === 'create' ? operation.object : operation.ref.object;
}

/** Everything that an operation sends, in our names; a create carries its mark as the key. */
export function sentOf(operation: Operation): Readonly<Record<string, Value | Delta>> {
  if (operation.do === 'update') return operation.fields;
  if (operation.do !== 'create') return {};
  return operation.mark === null ? operation.fields : { ...operation.fields, external_id: operation.mark };
}

/** An operation with what is to be sent of it: sets are whole. */
export interface Prepared {
  readonly operation: Operation;
  readonly sent: Fields;
}

/** A record as the outcome of a write. While the custom types are unknown (none are written or read) only standard fields are told. */
export function outcomeOf(collection: Collection, row: RecordRow, types: CustomTypes | null): Outcome {
  const known = types === null ? { ...row, [collection.custom]: {} } : row;
  const now = fieldsOf(collection, known, types ?? new Map());
  return { ok: true, id: row.id, version: row.updated_at ?? null, now };
}
