import type { Brake } from '../../model/hold.ts';
import type { Decision } from '../decide.ts';
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
  if (operation.do === 'create' || due.answers['']?.say === 'go') return null;
  if (cause === 'removal' || (operation.do === 'remove' && unasked.has(cause))) return 'removals';
  // A first load must just work: whom it has joined is met, and gets its references, without being counted.
  const isNew = absorb !== undefined || now - due.joinedAt < brakeWindowMs;
  return unasked.has(cause) && !isNew ? 'changes' : null;
}
