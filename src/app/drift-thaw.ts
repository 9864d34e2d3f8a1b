import type { Rule } from '../model/sync.ts';
import { isBlank } from '../model/value.ts';

/**
 * A rule whose field was gone and is there again. A field that was made anew is empty in every record, which nobody meant as an edit of
 * each: for the first look at each pair an empty source leaves the other side as it is. A value that is there is carried as always.
 */
export function thawing(rule: Rule): Rule {
  return {
    ...rule,
    ...(rule.pointer ? { pointer: { ...rule.pointer, none: 'keep' as const } } : {}),
    convert: (to, from, current, before) =>
      isBlank(from) && before !== undefined && !isBlank(before)
        ? { ok: true, leave: true }
        : rule.convert(to, from, current, before),
  };
}
