import type { FieldDescription } from '../model/object-type.ts';
import { other, type Side, sides } from '../model/record.ts';
import type { Removal, Removals } from '../model/removal.ts';
import { flows } from '../model/sync.ts';
import type { Value } from '../model/value.ts';
import { fits } from './check-field.ts';
import { missingOption } from './check-values.ts';
import { type Ground, inputOf, lookUp, objectWords, report } from './input.ts';
import { normalise } from './normal.ts';
import { didYouMean } from './problem.ts';
import type { RemovalSetting, Scalar } from './settings.ts';
import { aType, isMany } from './types.ts';

/** What a sync says about removed records, checked: fields that are set must exist, be writable, and fit. */
export function removalsOf(ground: Ground): Removals {
  const { remove = {}, recreate = [], leave = 'keep' } = ground.input.removal ?? {};
  for (const side of recreate) checkRecreate(ground, side);
  return {
    crm: removalOn(ground, 'crm', remove.crm ?? 'keep'),
    desk: removalOn(ground, 'desk', remove.desk ?? 'keep'),
    recreate,
    leaving: leave === 'remove',
  };
}

/** The fields of one side that removals write; what they hold has to be known before. */
export function setByRemoval(removal: Removal): readonly string[] {
  return typeof removal === 'string' ? [] : Object.keys(removal.set);
}

/** True where nothing is carried over: then a sync is what it was before there was a word for it. */
export function keepsAll({ recreate, leaving, ...removals }: Removals): boolean {
  return recreate.length === 0 && !leaving && sides.every((side) => removals[side] === 'keep');
}

function checkRecreate(ground: Ground, side: Side): void {
  const { input } = ground;
  const reached = [...input.fields, ...(input.references ?? [])].some((one) =>
    flows(one.direction ?? input.direction, side),
  );
  if (reached) return;
  report(
    ground,
    ['recreate'],
    `records are to come back on the ${side} side when their twins change, but nothing flows there.`,
    `Take ${side} out of "recreate", or give a field the direction ${side === 'desk' ? 'crm-to-desk' : 'desk-to-crm'}.`,
  );
}

function removalOn(ground: Ground, side: Side, setting: RemovalSetting): Removal {
  if (typeof setting === 'string') return setting;
  const entries = Object.entries(setting.set);
  const path = ['remove', side, 'set'];
  if (entries.length === 0)
    report(
      ground,
      path,
      `nothing is set on ${objectWords(ground.input, side)} when its ${inputOf(ground.input, other(side)).object} is removed.`,
      'Name a field and its value, or say keep.',
    );
  const set = entries.flatMap(([name, given]): [string, Value][] => {
    const field = lookUp(ground, side, name, [...path, name]);
    if (field === null) return [];
    checkSet(ground, side, field, given, [...path, name]);
    return [[name, normalise(field, isMany(field.type) && given !== null ? listOf(given) : given)]];
  });
  return { set: Object.fromEntries(set) };
}

/** A field of several values takes them with commas, as filters do. */
function listOf(given: Scalar): readonly string[] {
  return String(given)
    .split(',')
    .filter((member) => member !== '');
}

function checkSet(
  ground: Ground,
  side: Side,
  field: FieldDescription,
  given: Scalar | null,
  path: readonly (string | number)[],
): void {
  const words = `${objectWords(ground.input, side)} "${field.name}"`;
  if (field.settable !== 'always') {
    const why =
      field.settable === 'never'
        ? `${inputOf(ground.input, side).label} sets it itself`
        : 'it can be written only when a record is created';
    report(
      ground,
      path,
      `${words} cannot be set when the other record is removed: ${why}.`,
      'Choose a field that can be written at any time.',
    );
    return;
  }
  if (given === null) {
    if (field.required)
      report(ground, path, `${words} must have a value, so it cannot be emptied.`, 'Give it a value.');
    return;
  }
  if (!fits(field, given)) {
    report(ground, path, `${JSON.stringify(given)} does not fit ${words}, ${aType(field)}.`, `Give ${aType(field)}.`);
    return;
  }
  if (ground.known.is !== 'described') return;
  const options = (field.options ?? []).map((one) => one.value);
  for (const one of isMany(field.type) ? listOf(given) : [given]) {
    if (missingOption(field, one) !== null)
      report(ground, path, `"${one}" is not an option of ${words}.`, didYouMean(String(one), options, 'options'));
  }
}
