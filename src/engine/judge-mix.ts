import { other, type Side, sides } from '../model/record.ts';
import type { Rule } from '../model/sync.ts';
import { same } from '../model/value.ts';
import type { Draft } from './draft.ts';
import { mix } from './members.ts';
import type { FieldState } from './merge.ts';
import type { HoldDraft } from './verdict.ts';

export type MixedOut =
  /** Nothing has to be written: both agree as they are. */
  | { readonly is: 'agreed' }
  /** The side `from` has something that the other one cannot take. */
  | { readonly is: 'refused'; readonly from: Side; readonly say: string }
  /** What could be written is in the drafts. `left`: sides that are not to be written, for no reason that a person should know. */
  | { readonly is: 'sent'; readonly holds: readonly HoldDraft[]; readonly left: number };

/**
 * A set that moved on both sides: each side that lacks something of the other one gets it. Where both do, the one that is written first
 * keeps its own moves as moves, so that they are carried next. `bar` says what keeps a side from being written.
 */
export function sendMixed(
  rule: Rule,
  state: FieldState,
  drafts: Readonly<Record<Side, Draft>>,
  bar: (to: Side) => HoldDraft | 'left' | null,
): MixedOut {
  const own = (side: Side) => ({ now: state[side].now, base: state[side].base ?? null });
  const pending = { crm: drafts.crm.pending(rule.crm), desk: drafts.desk.pending(rule.desk) };
  const mixed = mix(rule, { crm: own('crm'), desk: own('desk') }, pending);
  if (!mixed.ok) return { is: 'refused', from: mixed.from, say: mixed.say };
  const wanting = sides.filter((side) => !same(mixed.values[side], state[side].now));
  if (wanting.length === 0) return { is: 'agreed' };
  const bars = wanting.map((to) => ({ to, barred: bar(to) }));
  for (const { to, barred } of bars) {
    const base = wanting.length === 2 ? mixed.bases[to] : undefined;
    if (barred === null) drafts[to].send(rule, mixed.values[to], state[to].now, state[other(to)].now, 'edit', { base });
  }
  const holds = bars.flatMap(({ barred }) => (barred === null || barred === 'left' ? [] : [barred]));
  return { is: 'sent', holds, left: bars.filter(({ barred }) => barred === 'left').length };
}
