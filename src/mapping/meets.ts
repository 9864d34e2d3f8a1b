import { isBlank, type Value } from '../model/value.ts';

/** How a value meets what the target has: see requirement "how values meet, per field". */
export type Merge = 'replace' | 'append' | 'set' | 'fill';

/** What a value meets; all of it in the target's normal form. */
export interface Meeting {
  readonly wanted: Value;
  /** What the target has; undefined on creation. */
  readonly current: Value | undefined;
  /** What the rule wanted when both sides last agreed: the members that it contributed. */
  readonly contributed: Value;
  /** Members of a set that stand for something else on the same record, and go only where the rule itself contributed them. */
  readonly kept: ReadonlySet<string>;
}

export type Met = { readonly leave: true } | { readonly leave: false; readonly value: Value };

const leave: Met = { leave: true };

/**
 * The value that the target should have.
 * replace: the source's value. append: what is missing is added, nothing is ever taken away. set: likewise, and members that this rule
 * contributed go when its source has them no more; others' members stay. fill: written only where there is nothing.
 */
export function meet(merge: Merge, { wanted, current, contributed, kept }: Meeting): Met {
  switch (merge) {
    case 'replace': {
      const others = kept.size === 0 ? [] : listOf(current).filter((one) => isKept(one, kept));
      const missing = others.filter((one) => !listOf(wanted).includes(one) && !listOf(contributed).includes(one));
      return { leave: false, value: missing.length === 0 ? wanted : [...listOf(wanted), ...missing] };
    }
    case 'fill':
      return isBlank(current) ? { leave: false, value: wanted } : leave;
    case 'append':
    case 'set': {
      const has = listOf(current);
      const wants = listOf(wanted);
      const missing = wants.filter((member) => !has.includes(member));
      const over =
        merge === 'set' ? listOf(contributed).filter((one) => has.includes(one) && !wants.includes(one)) : [];
      if (missing.length === 0 && over.length === 0) return leave;
      return { leave: false, value: [...has.filter((member) => !over.includes(member)), ...missing] };
    }
  }
}

function isKept(member: Value, kept: ReadonlySet<string>): boolean {
  return typeof member === 'string' && kept.has(member);
}

function listOf(value: Value | undefined): readonly Value[] {
  if (Array.isArray(value)) return value;
  return value === undefined || isBlank(value) ? [] : [value];
}
