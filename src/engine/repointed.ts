import { other, type Side } from '../model/record.ts';
import type { Rule } from '../model/sync.ts';
import { isBlank, same } from '../model/value.ts';
import type { FieldState, Move } from './merge.ts';
import { type Parents, parentAt } from './parents.ts';

/**
 * References are compared as links. Where the record that both had agreed on is its parent's twin no more (it was removed or parted, and the
 * parent gets another one), the source says something else by now, though its id is the same; and what the vendor has put in the place of
 * a record that is gone is nobody's edit. Without this a one-way reference that the vendor emptied would count as drift for ever.
 */
export function repointed(rule: Rule, parents: Parents, state: FieldState, move: Move): Move {
  if (move.is !== 'left' || !rule.pointer || state.toCrm === state.toDesk) return move;
  const to: Side = state.toDesk ? 'desk' : 'crm';
  const { now, base } = state[to];
  const source = state[other(to)].now;
  if (isBlank(base) || typeof source !== 'string' || source === '') return move;
  const parent = parentAt(parents, rule.pointer.sync, other(to), source);
  if (!parent || same(rule.normal(to, parent[to]), base)) return move;
  const isEdited = move.why === 'drift' && !isBlank(now);
  return { is: 'send', to, why: 'edit', over: isEdited ? { policy: 'source' } : null };
}
