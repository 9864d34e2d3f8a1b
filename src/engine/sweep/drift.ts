import type { Overruled } from '../../model/history.ts';
import type { Side } from '../../model/record.ts';
import type { SyncSetup } from '../../model/sync.ts';
import type { FieldState, Move } from '../merge.ts';
import type { DueLink } from '../ports.ts';

/** What `merge` says, or that a target is written back because it drifted. */
export type Judged = Move | { readonly is: 'send'; readonly to: Side; readonly why: 'drift'; readonly over: Overruled };

/**
 * `drift: restore`: a one-way target that somebody edited gets its source's value again, but only where a sweep has found it (the link
 * is due for that). Live operation leaves drift alone: whoever edits the target should not be overruled within a minute, and a target
 * that another automation keeps rewriting must not cost a write each time. What a brake has stopped of it waits for a person's word, a
 * preview or an `apply`, and is restored by these too.
 */
export function restored(
  setup: SyncSetup,
  { cause, holds }: Pick<DueLink, 'cause' | 'holds'>,
  state: FieldState,
  move: Move,
): Judged {
  if (move.is !== 'left' || move.why !== 'drift' || setup.drift !== 'restore') return move;
  const to: Side = state.toDesk ? 'desk' : 'crm';
  const isStopped = holds.some(({ brake }) => brake?.side === to && brake.kind === 'changes');
  if (cause !== 'sweep' && !isStopped) return move;
  return { is: 'send', to, why: 'drift', over: { policy: 'source', note: 'drift' } };
}
