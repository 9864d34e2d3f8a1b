import type { Changed, Hold } from '../model/hold.ts';
import type { Side } from '../model/record.ts';
import { type Rule, type SyncSetup, sideOf } from '../model/sync.ts';
import { same, show } from '../model/value.ts';
import type { FieldState } from './merge.ts';
import { nameOf } from './name.ts';
import type { DueLink } from './ports.ts';
import type { HoldDraft } from './verdict.ts';

/** Both sides moved, and nobody but a person can say which value stays. `notes`: why no policy could. */
export function conflictHold(
  setup: SyncSetup,
  due: DueLink,
  rule: Rule,
  state: FieldState,
  notes: readonly string[],
): HoldDraft {
  const held = conflictOf(due.holds, rule);
  const changed = { crm: changedOn('crm', due, state, held), desk: changedOn('desk', due, state, held) };
  const side = (on: Side): string =>
    `${nameOf(sideOf(setup, on), due[on])} has ${rule[on]} ${show(state[on].now)}${byWhom(changed[on])}`;
  const why = state.crm.base === undefined ? 'they meet for the first time' : 'both changed since they last agreed';
  const reason = notes.length === 0 ? '' : ` (${notes.join(', then ')})`;
  return {
    why: 'conflict',
    field: rule.id,
    values: { crm: state.crm.now, desk: state.desk.now, base: state.crm.base ?? null },
    changed,
    message: `${side('crm')}, ${side('desk')}, and ${why}${reason}. Answer "crm" or "desk" to say which one stays.`,
    vendorCode: null,
    candidates: [],
    wakes: [],
  };
}

export function conflictOf(holds: readonly Hold[], rule: Rule): Hold | undefined {
  return holds.find((hold) => hold.field === rule.id && hold.why === 'conflict');
}

/** Who changed the value is who changed the record when it was first seen: later edits of other fields are somebody else's. */
function changedOn(side: Side, due: DueLink, state: FieldState, held: Hold | undefined): Changed {
  const known = held && same(held.values[side], state[side].now) ? held.changed?.[side] : undefined;
  return known ?? { by: due[side]?.by ?? null, at: state[side].movedAt };
}

function byWhom({ by, at }: Changed): string {
  const when = at === null ? '' : ` at ${new Date(at).toISOString().slice(0, 19)}Z`;
  return by === null ? (when === '' ? '' : ` (changed${when})`) : ` (changed by ${by}${when})`;
}
