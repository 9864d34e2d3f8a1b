import type { FieldDescription } from '../model/object-type.ts';
import type { Side } from '../model/record.ts';
import { type Direction, flows } from '../model/sync.ts';
import { type Ground, objectWords, report } from './input.ts';
import { didYouMean, listed, type Problem } from './problem.ts';
import type { FieldSetting, Scalar } from './settings.ts';
import { type ValueMap, valueMapsOf } from './value-map.ts';

type Path = Problem['path'];

/** Value maps: can be turned round where they must be, name options that exist, and there is one for every way in which the field flows. */
export function checkValues(
  ground: Ground,
  setting: FieldSetting,
  path: Path,
  direction: Direction,
  crm: FieldDescription | null,
  desk: FieldDescription | null,
): void {
  if (setting.values === undefined) return;
  const at = [...path, 'values'];
  const { maps, clash, missing } = valueMapsOf(setting.values, direction);
  if (clash !== null)
    report(
      ground,
      at,
      `${listed(clash.keys.map(quote), 'and')} all become ${quote(clash.value)}, so the map cannot be turned round for the way back.`,
      `Say both ways: values: { toDesk: {…}, toCrm: { ${JSON.stringify(clash.value)}: ${JSON.stringify(clash.keys[0] ?? '')}, … } }, or let the field flow one way.`,
    );
  if (missing !== null)
    report(
      ground,
      at,
      `the values say nothing about the way to the ${missing} side.`,
      `Add ${missing === 'desk' ? 'toDesk' : 'toCrm'}.`,
    );
  if (ground.known.is !== 'described') return;
  if (flows(direction, 'desk') && maps.toDesk !== null) checkMap(ground, at, maps.toDesk, 'crm', crm, 'desk', desk);
  // A map that was turned round names the same values: one report is enough.
  const turned = direction === 'both' && !('toCrm' in setting.values);
  if (flows(direction, 'crm') && maps.toCrm !== null && !turned)
    checkMap(ground, at, maps.toCrm, 'desk', desk, 'crm', crm);
}

function checkMap(
  ground: Ground,
  path: Path,
  map: ValueMap,
  from: Side,
  source: FieldDescription | null,
  to: Side,
  target: FieldDescription | null,
): void {
  const check = (side: Side, field: FieldDescription | null, value: Scalar, what: string): void => {
    if (field === null) return;
    const words = `${objectWords(ground.input, side)} "${field.name}"`;
    const known = missingOption(field, value) === null;
    // Records may still have an option that was switched off; to write it is another matter.
    const usable = (field.options ?? []).filter((one) => one.active || side === from);
    const off =
      field.options?.some((one) => one.value === String(value)) && !usable.some((one) => one.value === String(value));
    if (known && off !== true) return;
    const fate = known ? `was an option of ${words} and is switched off` : `is not an option of ${words}`;
    report(
      ground,
      path,
      `${what} ${quote(String(value))} ${fate}.`,
      didYouMean(
        String(value),
        usable.map((one) => one.value),
        'options',
      ),
    );
  };
  for (const [key, value] of Object.entries(map.entries)) {
    check(from, source, key, 'the value');
    check(to, target, value, `${quote(key)} is mapped to a value that does not exist:`);
  }
  if (map.other.is === 'value') check(to, target, map.other.value, '"other" gives a value that does not exist:');
}

/** The value, where the field has options and this is none of them (an inactive one still is). */
export function missingOption(field: FieldDescription, value: Scalar): string | null {
  if (field.options === null || field.options.length === 0 || (field.type !== 'option' && field.type !== 'options'))
    return null;
  const text = String(value);
  return field.options.some((option) => option.value === text) ? null : text;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
