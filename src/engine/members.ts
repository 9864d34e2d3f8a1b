import { other, type Side } from '../model/record.ts';
import type { Rule } from '../model/sync.ts';
import { isBlank, type Value } from '../model/value.ts';

/** One side of a two-way set: what it has, and what it had when both last agreed. */
export interface SetSide {
  readonly now: Value;
  readonly base: Value;
}

export type Mixed =
  /** `bases`: each side with the other one's moves alone, so that its own are still seen as moves until they are carried. */
  | { readonly ok: true; readonly values: Readonly<Record<Side, Value>>; readonly bases: Readonly<Record<Side, Value>> }
  /** The value on `from` has a member that the other side cannot take. */
  | { readonly ok: false; readonly from: Side; readonly say: string };

/**
 * A set that moved on both sides, member by member: what one side has got or lost since both last agreed, each against its own base, is got
 * and lost by the other one too. Somebody's new member never costs another one, so there is no conflict to decide. Pure.
 */
export function mix(
  rule: Pick<Rule, 'convert' | 'normal'>,
  sides: Readonly<Record<Side, SetSide>>,
  pending: Readonly<Record<Side, Value | undefined>> = { crm: undefined, desk: undefined },
): Mixed {
  const values = { crm: sides.crm.now, desk: sides.desk.now };
  const bases = { crm: sides.crm.base, desk: sides.desk.base };
  for (const to of ['crm', 'desk'] as const) {
    const from = other(to);
    const before = rule.convert(to, sides[from].base, undefined);
    const had = before.ok && !('leave' in before) ? members(before.value) : [];
    // What the rule makes of that now: it may add alone, or leave the other side as it is where the source is empty.
    const after = rule.convert(to, sides[from].now, had, sides[from].base);
    if (!after.ok) return { ok: false, from, say: after.say };
    const has = 'leave' in after ? had : members(after.value);
    const base = members(sides[to].base);
    const move = (value: Value): Value => rule.normal(to, moved(members(value), base, had, has));
    values[to] = move(pending[to] ?? sides[to].now);
    bases[to] = move(sides[to].base);
  }
  return { ok: true, values, bases };
}

/**
 * `own` with what came between `had` and `has` added, and what went between them taken away, unless it is new there (`base`): what one
 * side has got outlives what the other one has lost.
 */
function moved(
  own: readonly Value[],
  base: readonly Value[],
  had: readonly Value[],
  has: readonly Value[],
): readonly Value[] {
  const gone = had.filter((member) => !has.includes(member) && base.includes(member));
  const left = own.filter((member) => !gone.includes(member));
  return [...left, ...has.filter((member) => !had.includes(member) && !left.includes(member))];
}

/** Of a field that holds several values; a single one is a set of one. */
export function members(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  return isBlank(value) ? [] : [value];
}
