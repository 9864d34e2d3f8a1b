import { type FieldDescription, fieldOf } from '../model/object-type.ts';
import { type Side, sides } from '../model/record.ts';
import { missingOption } from './check-values.ts';
import { comparable, notIdentifying } from './criteria.ts';
import { operatorsOf, valuesOf } from './filter.ts';
import { type Ground, inputOf, lookUp, objectWords, report } from './input.ts';
import { normalise } from './normal.ts';
import { didYouMean, listed, type Problem } from './problem.ts';
import type { ConditionSetting, Scalar } from './settings.ts';
import { aType, isMany, typeOf, typeWords } from './types.ts';

type Path = Problem['path'];

/** Filters: fields that exist and can be filtered, operators that fit the type, values that can occur. */
export function checkFilters(ground: Ground): void {
  for (const side of sides) {
    const filter = side === 'crm' ? ground.input.filter.crm : ground.input.filter.desk;
    for (const group of ['all', 'any'] as const)
      (filter?.[group] ?? []).forEach((condition, index) => {
        checkCondition(ground, side, condition, ['filter', side, group, index]);
      });
  }
}

function checkCondition(ground: Ground, side: Side, condition: ConditionSetting, path: Path): void {
  const needsValue = condition.op !== 'is-empty' && condition.op !== 'is-not-empty';
  const field =
    condition.optional === true
      ? (fieldOf(inputOf(ground.input, side).type, condition.field) ?? null)
      : lookUp(ground, side, condition.field, [...path, 'field']);
  if (!needsValue && condition.value !== undefined)
    report(ground, [...path, 'value'], `${condition.op} takes no value.`, 'Leave "value" out.');
  if (
    needsValue &&
    (condition.value === undefined ||
      condition.value === '' ||
      (Array.isArray(condition.value) && condition.value.length === 0))
  ) {
    report(
      ground,
      path,
      `the condition on "${condition.field}" has no value for "${condition.op}".`,
      'Add "value"; to find records without one say op: is-empty.',
    );
    return;
  }
  if (field === null) return;
  const words = `${objectWords(ground.input, side)} "${field.name}"`;
  const operators = operatorsOf(field);
  if (operators.length === 0) {
    report(
      ground,
      [...path, 'field'],
      `${words} cannot be filtered: ${aType(field)} cannot be read as a value.`,
      'Filter by another field.',
    );
    return;
  }
  if (!operators.includes(condition.op)) {
    report(
      ground,
      [...path, 'op'],
      `"${condition.op}" does not go with ${words}, ${aType(field)}.`,
      `Use ${listed(operators, 'or')}.`,
    );
    return;
  }
  if (needsValue) checkOperands(ground, condition, field, words, [...path, 'value']);
}

function checkOperands(
  ground: Ground,
  condition: ConditionSetting,
  field: FieldDescription,
  words: string,
  path: Path,
): void {
  const given = valuesOf(condition, field);
  if (condition.op === 'between' && given.length !== 2)
    report(
      ground,
      path,
      `between needs two values, and ${given.length} ${given.length === 1 ? 'is' : 'are'} given.`,
      'Say value: [FROM, TO]; both count as inside.',
    );
  if ((condition.op === 'greater' || condition.op === 'less') && given.length !== 1)
    report(ground, path, `${condition.op} needs one value, and ${given.length} are given.`, 'Give one value.');
  const exact = condition.op !== 'contains' && condition.op !== 'starts-with';
  for (const value of given) {
    const why = exact ? unfit(field, value) : null;
    if (why !== null)
      report(
        ground,
        path,
        `${JSON.stringify(value)} cannot be a value of ${words}: ${why}.`,
        `Give ${example(field)}.`,
      );
    const missing = exact && ground.known.is === 'described' ? missingOption(field, value) : null;
    if (missing !== null)
      report(
        ground,
        path,
        `"${missing}" is not an option of ${words}; values are compared exactly, by their API names.`,
        didYouMean(
          missing,
          (field.options ?? []).map((option) => option.value),
          'options',
        ),
      );
  }
}

function unfit(field: FieldDescription, value: Scalar): string | null {
  const normal = normalise(field, isMany(field.type) ? [String(value)] : value);
  switch (typeOf(field)) {
    case 'integer':
    case 'decimal':
    case 'currency':
    case 'percent':
      return typeof normal === 'number' ? null : 'it is not a number';
    case 'boolean':
      return typeof normal === 'boolean' ? null : 'it is neither true nor false';
    case 'date':
    case 'datetime':
      return typeof normal === 'string' && /^\d{4}-\d{2}-\d{2}/.test(normal) && !Number.isNaN(Date.parse(normal))
        ? null
        : 'it is not a date';
    case 'time':
      return typeof normal === 'string' && /^\d{2}:\d{2}:\d{2}$/.test(normal) ? null : 'it is not a time';
    default:
      return null;
  }
}

function example(field: FieldDescription): string {
  switch (typeOf(field)) {
    case 'boolean':
      return 'true or false';
    case 'date':
      return 'a date such as 2026-01-31';
    case 'datetime':
      return 'a date such as 2026-01-31, or a moment such as 2026-01-31T10:00:00Z';
    case 'time':
      return 'a time such as 09:30:00';
    default:
      return 'a number';
  }
}

/** Match criteria: fields that exist, can identify a record, and can be the same. */
export function checkMatch(ground: Ground): void {
  const { input } = ground;
  if (input.match.length === 0 && input.byMark !== true)
    report(
      ground,
      ['match'],
      'there is no criterion by which existing records are recognised.',
      'Add one, such as match: [{ crm: Name, desk: name }]; match: [] says that each gets a twin of its own.',
    );
  input.match.forEach((setting, index) => {
    const path: Path = ['match', index];
    const crm = lookUp(ground, 'crm', setting.crm, [...path, 'crm']);
    const desk = lookUp(ground, 'desk', setting.desk, [...path, 'desk']);
    for (const [side, field] of [
      ['crm', crm],
      ['desk', desk],
    ] as const) {
      const why = field === null ? null : notIdentifying(field);
      if (field !== null && why !== null)
        report(
          ground,
          [...path, side],
          `${objectWords(input, side)} "${field.name}" (${typeWords(field)}) cannot be a criterion: ${why}.`,
          'Choose a field that identifies a record, such as a name, an e-mail address or a number.',
        );
    }
    if (crm !== null && desk !== null && !comparable(crm, desk))
      report(
        ground,
        path,
        `${objectWords(input, 'crm')} "${crm.name}" is ${aType(crm)} and ${objectWords(input, 'desk')} "${desk.name}" ${aType(desk)}: they are never the same.`,
        'Compare fields of the same kind.',
      );
  });
}
