import type { FieldDescription, FieldType, ObjectType } from '../model/object-type.ts';
import { fieldOf } from '../model/object-type.ts';
import { plainField } from '../model/plain-field.ts';
import { type Fields, isBlank, type Value } from '../model/value.ts';
import { normalise } from './normal.ts';
import type { ConditionSetting, FilterSetting, Operator, Scalar } from './settings.ts';
import { isMany, typeOf } from './types.ts';
import { isDay, type Zone } from './zone.ts';

export type Test = (fields: Fields) => boolean;

/**
 * Everything is inside a filter that says nothing. Conditions on fields that the type does not have are left out, since `check` names them;
 * an optional one finds such a field empty.
 */
export function filterOf(filter: FilterSetting | undefined, type: ObjectType, zone: Zone): Test {
  const all = (filter?.all ?? []).flatMap((condition) => testOf(condition, type, zone));
  const any = (filter?.any ?? []).flatMap((condition) => testOf(condition, type, zone));
  return (fields) => all.every((test) => test(fields)) && (any.length === 0 || any.some((test) => test(fields)));
}

function testOf(condition: ConditionSetting, type: ObjectType, zone: Zone): readonly Test[] {
  const field = fieldOf(type, condition.field);
  if (field === undefined) {
    if (condition.optional !== true) return [];
    const inside = conditionOf(condition, plainField(condition.field, 'text'), zone)(null);
    return [() => inside];
  }
  const test = conditionOf(condition, field, zone);
  return [(fields) => test(normalise(field, fields[condition.field]))];
}

/**
 * One condition over a value in its field's normal form. Texts are compared exactly, upper and lower case differ; numbers, check boxes,
 * dates and times as what they are; a date given for a date-and-time field means that day in the connection's zone; a set meets `is` when
 * it has one of the values.
 */
export function conditionOf(
  condition: ConditionSetting,
  field: FieldDescription,
  zone: Zone,
): (value: Value) => boolean {
  const given = valuesOf(condition, field);
  const wanted = given.map((value) => meant(field, value));
  const days = given.map((value) => typeof value === 'string' && isDay(value.trim()));
  const operands = wanted.map((value, index) => ({ value, day: field.type === 'datetime' && days[index] === true }));
  const first = operands[0];
  const second = operands[1];
  const against = (value: Value, operand: { value: Value; day: boolean } | undefined): number | null =>
    operand === undefined ? null : compare(onDay(value, operand.day, zone), operand.value);
  const equals = (value: Value): boolean => operands.some((operand) => against(value, operand) === 0);
  const each = (value: Value): readonly Value[] => (Array.isArray(value) ? value : isBlank(value) ? [] : [value]);
  const texts = wanted.map((value) => String(value));
  switch (condition.op) {
    case 'is':
      return (value) => each(value).some(equals);
    case 'is-not':
      return (value) => !each(value).some(equals);
    case 'contains':
      return isMany(field.type)
        ? (value) => each(value).some(equals)
        : (value) => !isBlank(value) && texts.some((text) => String(value).includes(text));
    case 'starts-with':
      return (value) => each(value).some((member) => texts.some((text) => String(member).startsWith(text)));
    case 'greater':
      return (value) => (against(value, first) ?? 0) > 0;
    case 'less':
      return (value) => (against(value, first) ?? 0) < 0;
    case 'between':
      return (value) => (against(value, first) ?? -1) >= 0 && (against(value, second) ?? 1) <= 0;
    case 'is-empty':
      return (value) => isBlank(value);
    case 'is-not-empty':
      return (value) => !isBlank(value);
  }
}

function onDay(value: Value, day: boolean, zone: Zone): Value {
  if (!day || typeof value !== 'string') return value;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? value : zone.dayOf(ms);
}

/** Less than, equal to or more than zero; null where the two cannot be compared (a blank, different kinds). */
function compare(a: Value, b: Value): number | null {
  if (isBlank(a) || isBlank(b)) return null;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return a === b ? 0 : null;
}

function meant(field: FieldDescription, value: Scalar): Value {
  const text = typeof value === 'string' ? value : String(value);
  if (field.type === 'datetime' && isDay(text.trim())) return text.trim();
  const normal = normalise(field, isMany(field.type) ? [text] : value);
  return Array.isArray(normal) ? (normal[0] ?? null) : normal;
}

/**
 * The values of a condition: a list as it stands; one text with commas and no blanks beside them as several (`Banking,Energy`), unless the
 * whole text is one of the field's options.
 */
export function valuesOf(condition: ConditionSetting, field: FieldDescription): readonly Scalar[] {
  const { value } = condition;
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  if (typeof value !== 'string' || !value.includes(',') || /,\s|\s,|^,|,$|,,/.test(value)) return [value];
  return field.options?.some((option) => option.value === value) === true ? [value] : value.split(',');
}

const texts: readonly FieldType[] = ['id', 'text', 'longtext', 'email', 'phone', 'url', 'option', 'reference'];
const ordered: readonly FieldType[] = ['integer', 'decimal', 'currency', 'percent', 'date', 'datetime', 'time'];

/** The operators that a field of this type can take; none for a field that cannot be filtered at all. */
export function operatorsOf(field: FieldDescription): readonly Operator[] {
  const type = typeOf(field);
  if (type === 'encrypted' || type === 'other') return [];
  const empties: readonly Operator[] = ['is-empty', 'is-not-empty'];
  if (type === 'boolean') return ['is', 'is-not', ...empties];
  if (isMany(type)) return ['is', 'is-not', 'contains', 'starts-with', ...empties];
  if (ordered.includes(type)) return ['is', 'is-not', 'greater', 'less', 'between', ...empties];
  if (texts.includes(type)) return ['is', 'is-not', 'contains', 'starts-with', ...empties];
  return empties;
}
