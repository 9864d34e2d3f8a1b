import { other, type Side } from '../model/record.ts';
import type { Rule } from '../model/sync.ts';
import { isBlank } from '../model/value.ts';

/**
 * A rule whose field was gone on these sides and is there again. A field that was made anew is empty in every record, which nobody meant as
 * an edit of each: at the first look at each pair such an empty source leaves the other side as it is. A value that is there is carried as
 * always, and so is what the other side has.
 */
export function thawing(rule: Rule, sides: readonly Side[]): Rule {
  if (sides.length === 0) return rule;
  return {
    ...rule,
    ...(rule.pointer ? { pointer: { ...rule.pointer, none: 'keep' as const } } : {}),
    convert: (to, from, current, before, record) =>
      sides.includes(other(to)) && isBlank(from) && before !== undefined && !isBlank(before)
        ? { ok: true, leave: true }
        : rule.convert(to, from, current, before, record),
  };
}
