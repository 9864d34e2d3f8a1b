import type { FieldDescription } from '../model/object-type.ts';
import { type Side, sides } from '../model/record.ts';
import { type Direction, flows } from '../model/sync.ts';
import { type Ground, inputOf, objectWords, report } from './input.ts';
import type { Problem } from './problem.ts';

/** What a field rule or a reference writes, and where it stands in the config: for the checks of both. */
export interface Arrival {
  readonly path: Problem['path'];
  readonly direction: Direction;
  readonly crm: FieldDescription | null;
  readonly desk: FieldDescription | null;
  /** True where the rule only adds members, or takes away its own: several of those get along. */
  readonly adds: boolean;
  /** Where the value comes from, for messages, by the side that it is written on. */
  readonly from: Readonly<Record<Side, string>>;
}

/** A target that can be written, by a sync that may write on that side. `words`: `the rule for Name and name`. */
export function checkArrival(
  ground: Ground,
  words: string,
  path: Problem['path'],
  to: Side,
  target: FieldDescription,
  write: 'always' | 'create',
): void {
  const { input } = ground;
  const field = `${objectWords(input, to)} "${target.name}"`;
  if (target.settable === 'never')
    report(
      ground,
      [...path, to],
      `${field} cannot be written: ${inputOf(input, to).label} sets it itself.`,
      `Let the rule flow the other way (direction: ${to === 'desk' ? 'desk-to-crm' : 'crm-to-desk'}), or choose another field.`,
      { side: to, name: target.name },
    );
  if (target.settable === 'create' && write !== 'create' && input.update.includes(to))
    report(
      ground,
      [...path, to],
      `${field} can be written only when a record is created.`,
      'Add "write: create" to the rule.',
    );
  // A sync that is there for its links alone has its rules for what others point to.
  const isForLinks = input.mode === 'referenced' && input.update.length === 0 && input.create.length === 0;
  if (!isForLinks && !input.update.includes(to) && !input.create.includes(to))
    report(
      ground,
      path,
      `${words} writes to the ${to} side, but neither "create" nor "update" allows that side.`,
      `Add ${to} to "update", or give the rule the other direction.`,
    );
}

/** Two rules onto one target: the last one would silently win, unless all of them only see to members of their own. */
export function checkTargets(ground: Ground, arrivals: readonly Arrival[]): void {
  for (const side of sides) {
    const first = new Map<string, Arrival>();
    for (const one of arrivals) {
      const name = one[side]?.name;
      if (name === undefined || !flows(one.direction, side)) continue;
      const before = first.get(name);
      if (before === undefined) first.set(name, one);
      else if (!before.adds || !one.adds)
        report(
          ground,
          [...one.path, side],
          `two rules write ${objectWords(ground.input, side)} "${name}": from "${before.from[side]}" and from "${one.from[side]}".`,
          'Keep one of them, or say merge: append or merge: set in both where the field holds several values.',
        );
    }
  }
}
