import { isBlank, type Value } from '../model/value.ts';

/** How a value meets what the target has: see requirement "how values meet, per field". */
export type Merge = 'replace' | 'append' | 'fill';

export type Met = { readonly leave: true } | { readonly leave: false; readonly value: Value };

const leave: Met = { leave: true };

/**
 * The value that the target should have. `current` is what it has (undefined on creation); both are in the target's normal form.
 * append adds what is missing and never takes away; fill writes only where there is nothing.
 */
export function meet(merge: Merge, wanted: Value, current: Value | undefined): Met {
  switch (merge) {
    case 'replace':
      return { leave: false, value: wanted };
    case 'fill':
      return isBlank(current) ? { leave: false, value: wanted } : leave;
    case 'append': {
      const has = listOf(current ?? null);
      const missing = listOf(wanted).filter((member) => !has.includes(member));
      return missing.length === 0 ? leave : { leave: false, value: [...has, ...missing] };
    }
  }
}

function listOf(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  return isBlank(value) ? [] : [value];
}
