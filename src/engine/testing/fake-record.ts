import type { Outcome } from '../../model/operation.ts';
import type { Gone, Ref } from '../../model/record.ts';
import type { Value } from '../../model/value.ts';

/** A record at a fake vendor. */
export interface FakeRecord {
  readonly id: string;
  fields: Record<string, Value>;
  stamp: number;
  createdBy: string;
  /** Who changed it last; we are `us`. */
  changedBy: string;
  gone: boolean;
  /** How it is gone, where it is. */
  fate?: 'trash' | 'purged' | 'hidden';
  /** Whom it was merged into. */
  into?: string;
}

/** What the vendor says of a record that is not there; null where it is. */
export function goneAs(record: FakeRecord | undefined, ref: Ref): Gone | null {
  if (record && !record.gone) return null;
  if (record?.into !== undefined) return { gone: 'merged', into: { ...ref, id: record.into } };
  return { gone: record?.fate ?? 'trash' };
}

export const unsure: Outcome = { ok: false, fault: { kind: 'unsure', say: 'created; its id is not told' } };

export function refused(say: string, fields: readonly string[]): Outcome {
  return { ok: false, fault: { kind: 'refused', say, code: 'REFUSED', fields } };
}

export function notThere(say: string): Outcome {
  return { ok: false, fault: { kind: 'gone', say } };
}

/** Letter case does not count. */
export function lower(value: Value | undefined): string {
  return String(value ?? '').toLowerCase();
}
