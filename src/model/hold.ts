import type { Side } from './record.ts';
import type { Value } from './value.ts';

export const holdReasons = [
  'conflict',
  'ambiguous',
  'refused',
  'required',
  'brake',
  'loop',
  'unsure',
  'hidden',
  'undone',
  'closed',
] as const;
export type HoldReason = (typeof holdReasons)[number];

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
  /** Of a conflict: who changed each side and when, as far as the vendor says it. */
  readonly changed?: Readonly<Record<Side, Changed>>;
  /** The side whose value was refused, where a field's value was; where a vendor refused a whole write, the side that it came from. */
  readonly from?: Side;
  /** What a vendor refused, which may be another value than the source's: one that a person gave. */
  readonly sent?: Value;
  /** One or two plain sentences: the record, the field, both values, what to do. */
  readonly message: string;
  readonly vendorCode: string | null;
  readonly candidates: readonly Candidate[];
  /** Of a hold `brake`: which one holds it. */
  readonly brake?: Brake;
  /** Of a hold `loop`: a person has said that it is to be left so and shown no more. */
  readonly quiet?: true;
  /** Match keys whose coming or going may end the hold (see `matchKey`): the link becomes due when one is touched. */
  readonly wakes: readonly string[];
  readonly tries: number;
  /** ms */
  readonly since: number;
}

/** `by`: the vendor's id or name of a user; `at`: the vendor's time (ms). null where it does not say. */
export interface Changed {
  readonly by: string | null;
  readonly at: number | null;
}

/** One of a sync's brakes: on which side it stops which kind of write. */
export interface Brake {
  readonly side: Side;
  readonly kind: 'removals' | 'changes';
}

export interface Candidate {
  readonly side: Side;
  readonly id: string;
  readonly reason: string;
}

/** Answers that are one word. */
export const answerWords = ['crm', 'desk', 'skip', 'go', 'create'] as const;

/** What a person said about a hold. Kept with the link until the next decision uses it. */
export type Answer = (
  | { readonly say: (typeof answerWords)[number] }
  | { readonly say: 'candidate'; readonly id: string }
  | { readonly say: 'value'; readonly value: Value }
) & {
  /** It answers every such hold of the sync from now on (model/standing.ts). */
  readonly always?: true | undefined;
  /** Of `go`, said of a brake's hold: that brake alone lets the record pass. */
  readonly brake?: Brake;
  /** Of a field's hold: what both sides had when it was said. Once they have something else, nobody has said anything of that. */
  readonly about?: { readonly crm: Value; readonly desk: Value };
};

/** One thing that a person can say to a hold. */
export interface Offer {
  readonly say: Answer['say'];
  /** The record that a `candidate` means. */
  readonly id?: string;
  /** One short sentence: what comes of it. */
  readonly means: string;
  /** What is most likely meant. */
  readonly default?: true;
  /** It can be said for always: of every such hold of the sync from now on. */
  readonly always?: true;
}

/** A criterion's value as it is looked up: `connection/object/field=value`. */
export function matchKey(connection: string, object: string, field: string, value: string): string {
  return `${connection}/${object}/${field}=${value}`;
}
