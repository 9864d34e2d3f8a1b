import type { Side } from './record.ts';
import type { Value } from './value.ts';

export type HoldReason =
  | 'conflict'
  | 'ambiguous'
  | 'refused'
  | 'required'
  | 'brake'
  | 'loop'
  | 'unsure'
  | 'hidden'
  | 'undone'
  | 'closed';

/** Something that waits for a person. It belongs to one link, and to one field where `field` is set; then the rest of the record goes on. */
export interface Hold {
  readonly id: string;
  readonly sync: string;
  readonly link: string;
  readonly why: HoldReason;
  /** The rule's id (such as `Name → name`) whose field is held; null where the whole record is. */
  readonly field: string | null;
  /** The hash of the rule that a vendor refused a value of: another rule may send another value. Absent: no rule was refused. */
  readonly rule?: string;
  /** What stood where when it was held. A field's hold ends by itself when its source value becomes another one. */
  readonly values: { readonly crm: Value; readonly desk: Value; readonly base: Value };
  /** One or two plain sentences: the record, the field, both values, what to do. */
  readonly message: string;
  readonly vendorCode: string | null;
  readonly candidates: readonly Candidate[];
  /** Match keys whose coming or going may end the hold (see `matchKey`): the link becomes due when one is touched. */
  readonly wakes: readonly string[];
  readonly tries: number;
  /** ms */
  readonly since: number;
}

export interface Candidate {
  readonly side: Side;
  readonly id: string;
  readonly reason: string;
}

/** What a person said about a hold. Kept with the link until the next decision uses it. */
export type Answer =
  | { readonly say: 'crm' | 'desk' | 'skip' | 'go' | 'create' }
  | { readonly say: 'candidate'; readonly id: string }
  | { readonly say: 'value'; readonly value: Value };

/** A criterion's value as it is looked up: `connection/object/field=value`. */
export function matchKey(connection: string, object: string, field: string, value: string): string {
  return `${connection}/${object}/${field}=${value}`;
}
