import type { Answer, Brake } from '../../model/hold.ts';
import type { Decision } from '../decide.ts';
import type { DueLink } from '../ports.ts';
import type { Write } from '../verdict.ts';

/** How far back a brake looks (ms). */
export const brakeWindowMs = 3_600_000;

/** Causes of writes that nobody has asked for: what waves and loops are made of. */
export const unasked: ReadonlySet<string> = new Set(['edit', 'meeting', 'retry', 'drift', 'return']);

/** What a brake counts a write as; null: a person has asked for it, or it makes no wave. */
export function brakedKind(
  write: Write,
  { due, absorb }: Pick<Decision, 'due' | 'absorb'>,
  now: number,
): Brake['kind'] | null {
  const { operation, cause } = write;
  if (operation.do === 'create') return null;
  const isUnasked = unasked.has(cause) || (cause === 'answer' && saysNothing(due.answers));
  const isRemoval = cause === 'removal' || (operation.do === 'remove' && isUnasked);
  // A first load must just work: whom it has joined is met, and gets its references, without being counted, however long that takes.
  const isFirst = due.joinedAt > 0 && due.dueSince <= due.joinedAt;
  const isNew = absorb !== undefined || isFirst || now - due.joinedAt < brakeWindowMs;
  const isChange = isUnasked && !isNew;
  const kind = isRemoval ? 'removals' : isChange ? 'changes' : null;
  return kind === null || isLetGo(due.answers[''], { side: write.side, kind }) ? null : kind;
}

/** An answer that is used up explains no further write of the same record; nor does a word that let one brake go. */
function saysNothing(answers: DueLink['answers']): boolean {
  return Object.values(answers).every((answer) => answer.brake !== undefined);
}

/** A person's `go` is for the brake that they were told of: a record may be held by that of the other side as well. */
function isLetGo(answer: Answer | undefined, { side, kind }: Brake): boolean {
  if (answer?.say !== 'go') return false;
  return answer.brake === undefined || (answer.brake.side === side && answer.brake.kind === kind);
}
