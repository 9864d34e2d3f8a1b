import type { FieldDescription } from '../model/object-type.ts';
import type { Side } from '../model/record.ts';
import { type Direction, flows } from '../model/sync.ts';
import { checkValues, missingOption } from './check-values.ts';
import { type Ground, inputOf, lookUp, objectWords, report } from './input.ts';
import { normalise } from './normal.ts';
import { didYouMean, type Problem } from './problem.ts';
import { converterNames, type FieldSetting } from './settings.ts';
import { aType, isMany, named, targetsOf, typeOf, wayOf } from './types.ts';

/** A field rule that is sound as far as is known; a field that cannot be known yet is null, and then the rule cannot be compiled. */
export interface SoundField {
  readonly setting: FieldSetting;
  readonly index: number;
  readonly direction: Direction;
  readonly crm: FieldDescription | null;
  readonly desk: FieldDescription | null;
}

type Path = Problem['path'];

/** Reports everything that is wrong with one field rule; answers the rule where it can be compiled, null where not. */
export function checkField(ground: Ground, setting: FieldSetting, index: number): SoundField | null {
  const before = ground.problems.length;
  const path: Path = ['fields', index];
  const direction = setting.direction ?? (constantSide(setting) === null ? ground.input.direction : toSide(setting));
  if (!checkShape(ground, setting, path, direction)) return null;
  const crm = setting.crm === undefined ? null : lookUp(ground, 'crm', setting.crm, [...path, 'crm']);
  const desk = setting.desk === undefined ? null : lookUp(ground, 'desk', setting.desk, [...path, 'desk']);
  for (const to of ['desk', 'crm'] as const) {
    const source = to === 'desk' ? crm : desk;
    const target = to === 'desk' ? desk : crm;
    if (!flows(direction, to) || target === null) continue;
    checkTarget(ground, setting, path, to, target);
    if (source !== null) checkPair(ground, setting, path, to, source, target);
  }
  checkConverter(ground, setting, path, direction, crm, desk);
  checkValues(ground, setting, path, direction, crm, desk);
  const known = (setting.crm === undefined || crm !== null) && (setting.desk === undefined || desk !== null);
  return known && ground.problems.length === before ? { setting, index, direction, crm, desk } : null;
}

/** The one side that a constant names; null for a pair. */
function constantSide(setting: FieldSetting): Side | null {
  if (setting.crm !== undefined && setting.desk !== undefined) return null;
  return setting.crm !== undefined ? 'crm' : 'desk';
}

function toSide(setting: FieldSetting): Direction {
  return constantSide(setting) === 'crm' ? 'desk-to-crm' : 'crm-to-desk';
}

function checkShape(ground: Ground, setting: FieldSetting, path: Path, direction: Direction): boolean {
  if (setting.from !== undefined) {
    report(
      ground,
      [...path, 'from'],
      'expressions ("from") are not in this version yet.',
      'Leave "from" out and name the source field; a constant is { desk: FIELD, default: VALUE }.',
    );
    return false;
  }
  if (setting.crm === undefined && setting.desk === undefined) {
    report(ground, path, 'a field rule names no field.', 'Name both fields, such as { crm: Name, desk: name }.');
    return false;
  }
  const only = constantSide(setting);
  if (only !== null && setting.default === undefined) {
    const missing = only === 'crm' ? 'desk' : 'crm';
    const name = only === 'crm' ? setting.crm : setting.desk;
    report(
      ground,
      path,
      `the rule for "${name}" names no ${missing} field and no constant.`,
      `Add "${missing}: FIELD", or "default: VALUE" for a constant.`,
    );
    return false;
  }
  if (only !== null && direction !== toSide(setting)) {
    report(
      ground,
      [...path, 'direction'],
      `a constant can only be written to the field that the rule names (${only}).`,
      `Leave "direction" out.`,
    );
    return false;
  }
  if (setting.merge === 'set')
    report(
      ground,
      [...path, 'merge'],
      'merge: set is not in this version yet.',
      'Leave it out; replace applies. append adds and never takes away.',
    );
  if (setting.default !== undefined && direction === 'both')
    report(
      ground,
      [...path, 'default'],
      `a default needs one direction, and ${ruleWords(setting)} flows both ways.`,
      'Give the rule a direction (crm-to-desk or desk-to-crm), or leave the default out.',
    );
  return true;
}

function checkTarget(ground: Ground, setting: FieldSetting, path: Path, to: Side, target: FieldDescription): void {
  const { input, known } = ground;
  const words = `${objectWords(input, to)} "${target.name}"`;
  if (target.settable === 'never')
    report(
      ground,
      [...path, to],
      `${words} cannot be written: ${inputOf(input, to).label} sets it itself.`,
      `Let the rule flow the other way (direction: ${to === 'desk' ? 'desk-to-crm' : 'crm-to-desk'}), or choose another field.`,
    );
  if (target.settable === 'create' && setting.write !== 'create' && input.update.includes(to))
    report(
      ground,
      [...path, to],
      `${words} can be written only when a record is created.`,
      'Add "write: create" to the rule.',
    );
  if (setting.merge === 'append' && !isMany(typeOf(target)))
    report(
      ground,
      [...path, 'merge'],
      `merge: append needs a field that holds several values, and ${words} is ${aType(target)}.`,
      'Leave "merge" out, or say merge: fill to write only where there is nothing.',
    );
  if (!input.update.includes(to) && !input.create.includes(to))
    report(
      ground,
      path,
      `${ruleWords(setting)} writes to the ${to} side, but neither "create" nor "update" allows that side.`,
      `Add ${to} to "update", or give the rule the other direction.`,
    );
  if (setting.default === undefined) return;
  if (!fits(target, setting.default))
    report(
      ground,
      [...path, 'default'],
      `the default ${JSON.stringify(setting.default)} does not fit ${words}, ${aType(target)}.`,
      `Give ${aType(target)}.`,
    );
  const missing = known.is === 'described' ? missingOption(target, setting.default) : null;
  if (missing !== null)
    report(
      ground,
      [...path, 'default'],
      `the default "${missing}" is not an option of ${words}.`,
      didYouMean(
        missing,
        (target.options ?? []).map((one) => one.value),
        'options',
      ),
    );
}

function fits(target: FieldDescription, value: string | number | boolean): boolean {
  const normal = normalise(target, isMany(target.type) ? [String(value)] : value);
  switch (typeOf(target)) {
    case 'integer':
      return typeof normal === 'number' && Number.isSafeInteger(normal);
    case 'decimal':
    case 'currency':
    case 'percent':
      return typeof normal === 'number';
    case 'boolean':
      return typeof normal === 'boolean';
    default:
      return true;
  }
}

function checkPair(
  ground: Ground,
  setting: FieldSetting,
  path: Path,
  to: Side,
  source: FieldDescription,
  target: FieldDescription,
): void {
  const { input } = ground;
  if (wayOf(typeOf(source), typeOf(target), setting.convert) !== null) return;
  const from = to === 'desk' ? 'crm' : 'desk';
  const possible = converterNames.filter((name) => wayOf(typeOf(source), typeOf(target), name) === name);
  const conversion =
    possible.length > 0 ? `, or add "convert: ${possible[0]}", which ${named[possible[0] ?? 'number'].does}` : '';
  const oneWay =
    setting.direction === 'both' || (setting.direction === undefined && input.direction === 'both')
      ? `, or let it flow one way only (direction: ${to === 'desk' ? 'desk-to-crm' : 'crm-to-desk'})`
      : '';
  report(
    ground,
    path,
    `${objectWords(input, from)} "${source.name}" is ${aType(source)}, which cannot be written to ${objectWords(input, to)} "${target.name}", ${aType(target)}.`,
    `Map it to a field of one of these types: ${targetsOf(typeOf(source))}${conversion}${oneWay}.`,
  );
}

function checkConverter(
  ground: Ground,
  setting: FieldSetting,
  path: Path,
  direction: Direction,
  crm: FieldDescription | null,
  desk: FieldDescription | null,
): void {
  if (crm === null || desk === null) return;
  const { convert } = setting;
  const there =
    flows(direction, 'desk') && convert !== undefined && wayOf(typeOf(crm), typeOf(desk), convert) === convert;
  const back =
    flows(direction, 'crm') && convert !== undefined && wayOf(typeOf(desk), typeOf(crm), convert) === convert;
  if (convert !== undefined && !there && !back)
    report(
      ground,
      [...path, 'convert'],
      `convert: ${convert} ${named[convert].does}; that is of no use between ${aType(crm)} and ${aType(desk)}.`,
      'Leave "convert" out.',
    );
  const labelled =
    (flows(direction, 'desk') && crm.options !== null) || (flows(direction, 'crm') && desk.options !== null);
  if (setting.option === 'label' && !labelled && ground.known.is === 'described')
    report(
      ground,
      [...path, 'option'],
      `option: label needs a source field with options, and ${ruleWords(setting)} has none.`,
      'Leave "option" out.',
    );
}

/** `Name → name` as the administrator wrote it. */
function ruleWords(setting: FieldSetting): string {
  return `the rule for ${[setting.crm, setting.desk].filter((name) => name !== undefined).join(' and ')}`;
}
