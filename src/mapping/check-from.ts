import type { FieldDescription } from '../model/object-type.ts';
import { plainField } from '../model/plain-field.ts';
import { other, type Side } from '../model/record.ts';
import { type Computed, type Direction, flows } from '../model/sync.ts';
import { show } from '../model/value.ts';
import { expressionOf } from './expression/expression.ts';
import { type Language, languageOf } from './expression/language.ts';
import { celWords, resultType } from './expression/values.ts';
import { type Ground, inputOf, objectWords, report } from './input.ts';
import type { Problem } from './problem.ts';
import type { FieldSetting } from './settings.ts';
import { aType, typeOf } from './types.ts';
import { zoneOf } from './zone.ts';

/** A value made from a whole record, with its result described as if it were a field, so that all that follows treats it as one. */
export interface Made {
  readonly computed: Computed;
  readonly field: FieldDescription;
}

/** The side that a rule with an expression writes; null where it does not say that plainly. Reports why. */
export function checkFromShape(
  ground: Ground,
  setting: FieldSetting,
  path: Problem['path'],
  direction: Direction,
): Side | null {
  const { crm, desk } = setting;
  if ((crm === undefined) === (desk === undefined)) {
    report(
      ground,
      path,
      crm === undefined
        ? 'a rule with an expression names no field to write.'
        : `the rule for ${crm} and ${desk} has an expression as well: its value would come from two places.`,
      'Name one field, the one that is written, such as { desk: tags, from: "[\'vip\']" }.',
    );
    return null;
  }
  const to: Side = crm === undefined ? 'desk' : 'crm';
  const way = to === 'desk' ? 'crm-to-desk' : 'desk-to-crm';
  if (direction === 'both' || !flows(direction, to)) {
    report(
      ground,
      [...path, 'direction'],
      `an expression goes one way, and ${direction === 'both' ? 'the rule does not say which' : `the rule flows ${direction}, away from the field that it writes`}.`,
      `Add "direction: ${way}" to the rule.`,
    );
    return null;
  }
  return to;
}

/** Checks an expression and its result; `target` is null where the field that it writes is not known. */
export function checkFrom(
  ground: Ground,
  text: string,
  path: Problem['path'],
  to: Side,
  target: FieldDescription | null,
): Made | null {
  const { input, known } = ground;
  const side = other(to);
  const { type } = inputOf(input, side);
  const at = [...path, 'from'];
  const words = objectWords(input, side);
  const custom = (name: string): boolean => known.is === 'standard' && known.custom(name);
  const made = expressionOf(text, { side, words, type, custom }, languageFor(ground, side));
  if (!made.ok) {
    for (const { problem, fix } of made.mistakes) report(ground, at, `the expression ${show(text)} ${problem}.`, fix);
    return null;
  }
  if (
    target === null ||
    made.computed.reads.some((name) => custom(name) && !type.fields.some((one) => one.name === name))
  )
    return null;
  const result = resultType(made.celType, typeOf(target));
  if (result === null) {
    report(
      ground,
      at,
      `the expression ${show(text)} gives a ${celWords(made.celType)}, which no field takes; ${objectWords(input, to)} "${target.name}" is ${aType(target)}.`,
      'Make a text, a number, true or false, a date or a list of texts of it.',
    );
    return null;
  }
  // It changes with any stamp only where everything that it reads does.
  const stamped = type.fields.every((field) => field.stamped || !made.computed.reads.includes(field.name));
  return { computed: made.computed, field: { ...plainField(made.computed.name, result), stamped } };
}

/** Built when the first expression needs it: most syncs have none. */
export function languageFor(ground: Ground, side: Side): Language {
  const known = ground.languages.get(side);
  if (known !== undefined) return known;
  const made = languageOf({ zone: zoneOf(inputOf(ground.input, side).timeZone), country: ground.input.phoneCountry });
  ground.languages.set(side, made);
  return made;
}
