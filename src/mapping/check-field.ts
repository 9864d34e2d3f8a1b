import { type FieldDescription, fieldOf } from '../model/object-type.ts';
import { other, type Side, sides } from '../model/record.ts';
import { type Computed, type Direction, flows } from '../model/sync.ts';
import { show } from '../model/value.ts';
import { type Arrival, checkArrival } from './arrival.ts';
import { checkFrom, checkFromShape } from './check-from.ts';
import { checkValues, missingOption } from './check-values.ts';
import { nameOf } from './expression/expression.ts';
import { type Ground, inputOf, lookUp, objectWords, report } from './input.ts';
import { normalise } from './normal.ts';
import { notAnOption } from './option-words.ts';
import type { Problem } from './problem.ts';
import { converterNames, type FieldSetting, isOnce } from './settings.ts';
import { aType, cellOf, isMany, named, targetsOf, typeOf, wayOf } from './types.ts';
import { valueMapsOf } from './value-map.ts';

/** A field rule that is sound as far as is known; a field that cannot be known yet is null, and then the rule cannot be compiled. */
export interface SoundField extends Arrival {
  readonly setting: FieldSetting;
  /** The value that an expression makes; its field is described on the side whose record it reads. */
  readonly computed: Computed | null;
}

type Path = Problem['path'];

/** Reports everything that is wrong with one field rule; answers the rule where it can be compiled, null where not. */
export function checkField(ground: Ground, setting: FieldSetting, index: number): SoundField | null {
  const before = ground.problems.length;
  const path: Path = ['fields', index];
  const isConstant = setting.from === undefined && constantSide(setting) !== null;
  const direction = setting.direction ?? (isConstant ? toSide(setting) : ground.input.direction);
  if (!checkShape(ground, setting, path, direction)) return null;
  const named = {
    crm: setting.crm === undefined ? null : lookUp(ground, 'crm', setting.crm, [...path, 'crm']),
    desk: setting.desk === undefined ? null : lookUp(ground, 'desk', setting.desk, [...path, 'desk']),
  };
  const to: Side = setting.crm === undefined ? 'desk' : 'crm';
  const made = setting.from === undefined ? null : checkFrom(ground, setting.from, path, to, named[to]);
  const crm = to === 'desk' && made !== null ? made.field : named.crm;
  const desk = to === 'crm' && made !== null ? made.field : named.desk;
  for (const side of sides) {
    const source = side === 'desk' ? crm : desk;
    const target = side === 'desk' ? desk : crm;
    if (!flows(direction, side) || target === null) continue;
    checkArrival(ground, ruleWords(setting), path, side, target, isOnce(setting.write, side) ? 'create' : 'always');
    checkCut(ground, setting, path, side, direction);
    checkMerge(ground, setting, path, side, target);
    checkDefault(ground, setting, path, side, target);
    if (source !== null) checkPair(ground, setting, path, side, source, target);
  }
  checkConverter(ground, setting, path, direction, crm, desk);
  checkValues(ground, setting, path, direction, crm, desk);
  const known =
    (setting.crm === undefined || crm !== null) &&
    (setting.desk === undefined || desk !== null) &&
    (setting.from === undefined || made !== null);
  if (!known || ground.problems.length > before) return null;
  const constant = `the constant ${JSON.stringify(setting.default)}`;
  const expression = setting.from === undefined ? constant : nameOf(setting.from);
  return {
    setting,
    path,
    direction,
    crm,
    desk,
    computed: made?.computed ?? null,
    adds: setting.merge === 'append' || setting.merge === 'set',
    from: { crm: setting.desk ?? expression, desk: setting.crm ?? expression },
  };
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
  if (setting.from !== undefined && checkFromShape(ground, setting, path, direction) === null) return false;
  if (setting.crm === undefined && setting.desk === undefined) {
    report(ground, path, 'a field rule names no field.', 'Name both fields, such as { crm: Name, desk: name }.');
    return false;
  }
  const only = setting.from === undefined ? constantSide(setting) : null;
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
  if (setting.default !== undefined && direction === 'both')
    report(
      ground,
      [...path, 'default'],
      `a default needs one direction, and ${ruleWords(setting)} flows both ways.`,
      'Give the rule a direction (crm-to-desk or desk-to-crm), or leave the default out.',
    );
  return true;
}

/** Adding needs a place for what is added: several values, or one that is kept beside the one that is shown. */
function checkMerge(ground: Ground, setting: FieldSetting, path: Path, to: Side, target: FieldDescription): void {
  const { merge } = setting;
  if ((merge !== 'append' && merge !== 'set') || isMany(typeOf(target))) return;
  if (merge === 'append' && target.beside === true) return;
  report(
    ground,
    [...path, 'merge'],
    `merge: ${merge} needs a field that holds several values, and ${objectWords(ground.input, to)} "${target.name}" is ${aType(target)}, which holds one.`,
    target.beside === true
      ? 'Say merge: append: a further value is kept beside the one that is shown.'
      : 'Leave "merge" out, or say merge: fill to write only where there is nothing.',
  );
}

/** What ends a text that is cut is a field of its own record: in a field that flows both ways, of one of the two. */
function checkCut(ground: Ground, setting: FieldSetting, path: Path, to: Side, direction: Direction): void {
  if (typeof setting.tooLong !== 'object') return;
  const name = setting.tooLong.cut;
  const at = [...path, 'tooLong', 'cut'];
  if (direction === 'both' && sides.some((side) => fieldOf(inputOf(ground.input, side).type, name) !== undefined))
    return;
  const end = lookUp(ground, other(to), name, at);
  if (end === null || ['text', 'url', 'id', 'email'].includes(end.type)) return;
  report(ground, at, `"${name}" is ${aType(end)}, which cannot end a text.`, 'Name a text or a web address.');
}

function checkDefault(ground: Ground, setting: FieldSetting, path: Path, to: Side, target: FieldDescription): void {
  const { input, known } = ground;
  const words = `${objectWords(input, to)} "${target.name}"`;
  if (setting.default === undefined) return;
  if (!fits(target, setting.default))
    report(
      ground,
      [...path, 'default'],
      `the default ${JSON.stringify(setting.default)} does not fit ${words}, ${aType(target)}.`,
      `Give ${aType(target)}.`,
    );
  const missing = known.is === 'described' ? missingOption(target, setting.default) : null;
  if (missing === null) return;
  const { because, fix } = notAnOption(target, missing);
  report(ground, [...path, 'default'], `the default "${missing}" is not an option of ${words}${because}.`, fix);
}

/** Whether a value of the config can be written to a field of this type. */
export function fits(target: FieldDescription, value: string | number | boolean): boolean {
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
  if (wayOf(typeOf(source), typeOf(target), setting.convert) !== null || isNamed(ground, setting, to, source, target))
    return;
  const from = to === 'desk' ? 'crm' : 'desk';
  const sourceWords =
    setting.from === undefined
      ? `${objectWords(input, from)} "${source.name}" is`
      : `the expression ${show(setting.from)} gives`;
  const possible = converterNames.filter((name) => wayOf(typeOf(source), typeOf(target), name) === name);
  const conversion =
    possible.length > 0 ? `, or add "convert: ${possible[0]}", which ${named[possible[0] ?? 'number'].does}` : '';
  const oneWay =
    setting.direction === 'both' || (setting.direction === undefined && input.direction === 'both')
      ? `, or let it flow one way only (direction: ${to === 'desk' ? 'desk-to-crm' : 'crm-to-desk'})`
      : '';
  const pair = `${sourceWords} ${aType(source)}, which cannot be written to ${objectWords(input, to)} "${target.name}", ${aType(target)}`;
  if (isSealed(source) || isSealed(target)) {
    const why =
      'what an encrypted field holds is shown masked, so nobody can read it, or tell whether both are the same';
    report(ground, path, `${pair}: ${why}.`, 'Take the rule out, or map a field that is not encrypted.');
    return;
  }
  report(
    ground,
    path,
    `${pair}.`,
    `Map it to a field of one of these types: ${targetsOf(typeOf(source))}${conversion}${oneWay}.`,
  );
}

/** Whatever has a text's worth of a value goes into a list with choices where the rule says which value is which choice. */
function isNamed(
  ground: Ground,
  setting: FieldSetting,
  to: Side,
  source: FieldDescription,
  target: FieldDescription,
): boolean {
  if (target.type !== 'option' || cellOf(typeOf(source), 'text') === null || isMany(source.type)) return false;
  const { maps } = valueMapsOf(setting.values, setting.direction ?? ground.input.direction);
  return (to === 'desk' ? maps.toDesk : maps.toCrm) !== null;
}

function isSealed({ type }: FieldDescription): boolean {
  return type === 'encrypted';
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
