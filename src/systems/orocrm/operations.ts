import type { Operation, Outcome } from '../../model/operation.ts';
import type { Fields } from '../../model/value.ts';
import { inAgreement } from './points.ts';
import { keyField, type Resource } from './resource.ts';
import { fieldsOf, versionOf } from './values.ts';
import type { Written } from './wire.ts';

/** What writing and tracing have in common. */

export type Create = Extract<Operation, { do: 'create' }>;

/** An operation with the fields that its call sends, complete and in whole sets. */
export interface Prepared {
  readonly operation: Exclude<Operation, { do: 'remove' | 'restore' }>;
  readonly fields: Fields;
}

/** A create is sent, and its request has ended, within this time: tracing counts on it. */
export const createPatienceMs = 60_000;

export function objectOf(operation: Operation): string {
  return operation.do === 'create' ? operation.object : operation.ref.object;
}

/** What a create sends: its fields, complete, and its mark. */
export function sentBy({ fields, mark, markField = keyField }: Create): Fields {
  return inAgreement(mark === null ? fields : { ...fields, [markField]: mark }, undefined);
}

/** The mark of a create that is unique at the vendor; null where it has none, or one in a field that is not. */
export function keyOf(create: Create): string | null {
  return (create.markField ?? keyField) === keyField ? create.mark : null;
}

export function outcomeOf(resource: Resource, { row, asOf }: Written): Outcome {
  return { ok: true, id: row.id, version: versionOf(row, asOf), now: fieldsOf(resource, row) };
}
