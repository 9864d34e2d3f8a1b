import { type Direction, flows, type Only } from '../model/sync.ts';
import { checkField, type SoundField } from './check-field.ts';
import type { Ground } from './input.ts';
import type { ReferenceSetting } from './settings.ts';

/** A field rule that counts only where a reference has to do without its record (`or: { fields }`). */
export interface OtherField extends SoundField {
  readonly only: Only;
}

/** What is written instead of a reference whose record has a twin by its other sync alone: ordinary rules with a condition. */
export function checkOthers(ground: Ground, setting: ReferenceSetting, index: number): readonly OtherField[] {
  const { or, sync } = setting;
  if (or?.fields === undefined) return [];
  const direction: Direction = setting.direction ?? ground.input.direction;
  const [target, side] = flows(direction, 'crm') ? (['crm', 'desk'] as const) : (['desk', 'crm'] as const);
  const field = setting[side];
  if (field === undefined) return [];
  return Object.entries(or.fields).flatMap(([to, from]) => {
    const before = ground.problems.length;
    const way: Direction = target === 'crm' ? 'desk-to-crm' : 'crm-to-desk';
    const rule = target === 'crm' ? { crm: to, desk: from } : { crm: from, desk: to };
    const found = checkField(ground, { ...rule, direction: way }, 0);
    // They stand under the reference, and that is where a person has to look.
    ground.problems.splice(
      before,
      Number.POSITIVE_INFINITY,
      ...ground.problems
        .slice(before)
        .map((problem) => ({ ...problem, path: ['references', index, 'or', 'fields', to] })),
    );
    return found === null ? [] : [{ ...found, only: { side, field, by: or.sync, not: sync } }];
  });
}
