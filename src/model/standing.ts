import type { Answer, HoldReason } from './hold.ts';
import type { Side } from './record.ts';
import type { Value } from './value.ts';

/**
 * What a person said once and for always: the answer to every hold of this sync, reason and field from then on. Of a refused value it
 * answers the very value on that side only, so that it reads as one more line of the value map.
 */
export interface StandingAnswer {
  readonly id: string;
  readonly sync: string;
  readonly why: HoldReason;
  /** The rule's id; null where whole records are held. */
  readonly field: string | null;
  /** The side whose value it is about, and that value; null and null where it is about none. */
  readonly from: Side | null;
  readonly value: Value;
  /** Of a value: the hash of the rule that it was refused under. Another rule that can carry the value goes before the answer. */
  readonly rule?: string;
  readonly answer: Answer;
  /** ms */
  readonly since: number;
}

/** The drawer that all of them lie in. */
export const standingDrawer = { drawer: 'meta', name: 'standing-answers' } as const;

/** What the drawer holds, read back; nothing where it is empty. */
export function standingOf(text: string | null): readonly StandingAnswer[] {
  return text === null ? [] : (JSON.parse(text) as readonly StandingAnswer[]);
}
