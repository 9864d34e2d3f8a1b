import type { FieldDescription } from '../model/object-type.ts';
import { other, type Side, sides } from '../model/record.ts';
import { type Direction, flows } from '../model/sync.ts';
import { checkField, type SoundField } from './check-field.ts';
import { type Ground, inputOf, isMadeOn, objectWords, report } from './input.ts';
import { listed } from './problem.ts';
import type { SoundReference } from './references.ts';
import type { FieldSetting } from './settings.ts';
import { isMany, typeOf, wayOf } from './types.ts';
import { valueMapsOf } from './value-map.ts';

/*
 * A record that another one points to may be made against the direction of its sync: by the same rules, turned round. A rule that cannot be
 * turned round is left out; it says nothing of the record that it would be read from.
 */

/** A rule as it is used for a creation: `of` is the sync's own rule that it stands for; null where it is there for this alone. */
export interface TurnedField extends SoundField {
  readonly of: SoundField | null;
}

/** By the side on which records are made so. */
export type Turned = { readonly [S in Side]?: readonly TurnedField[] };

/** Turns the rules round for each side on which records are called for, and reports the required fields that are left without a value. */
export function checkBackwards(
  ground: Ground,
  fields: readonly SoundField[],
  references: readonly SoundReference[],
): Turned {
  const turned: { [S in Side]?: readonly TurnedField[] } = {};
  for (const side of sides) {
    const calls = (ground.input.calls ?? []).filter((call) => call.side === side);
    const [first] = calls;
    if (first === undefined) continue;
    const own = fields.flatMap((field): readonly TurnedField[] => {
      if (flows(field.direction, side)) return [{ ...field, of: field }];
      const setting = field.setting.direction === undefined ? turnedSetting(field, side) : null;
      return setting === null ? [] : [{ ...field, setting, direction: towards(side), of: field }];
    });
    const written = new Set(own.map((field) => field[side]?.name));
    const more = (ground.input.backwards ?? []).flatMap((setting) =>
      setting[side] === undefined || written.has(setting[side]) ? [] : (extra(ground, setting, side) ?? []),
    );
    turned[side] = [...own, ...more];
    if (!isMadeOn(ground.input, side)) checkNeeded(ground, side, first.by, [...own, ...more], references);
  }
  return turned;
}

export function towards(side: Side): Direction {
  return side === 'crm' ? 'desk-to-crm' : 'crm-to-desk';
}

/** The setting that reads the other way; null where there is none that gives back what the rule was made from. */
function turnedSetting({ setting, crm, desk }: SoundField, side: Side): FieldSetting | null {
  const target = side === 'crm' ? crm : desk;
  const source = side === 'crm' ? desk : crm;
  if (target === null || source === null || setting.from !== undefined || target.settable === 'never') return null;
  const { values, convert, merge } = setting;
  if (convert !== undefined && convert !== 'phone' && convert !== 'number') return null;
  // A long text that began as one line may have become anything.
  if (typeOf(source) === 'longtext' && typeOf(target) !== 'longtext') return null;
  // A set holds what others put there too: which of it came from this field, nobody can tell.
  if (isMany(source.type) && (!isMany(target.type) || merge === 'append' || merge === 'set')) return null;
  const map = values === undefined ? undefined : turnedValues(values, side);
  if (map === null || (map === undefined && wayOf(typeOf(source), typeOf(target)) === null)) return null;
  const { option, tooLong } = setting;
  return {
    crm: crm?.name,
    desk: desk?.name,
    direction: towards(side),
    ...(map === undefined ? {} : { values: map }),
    ...(option === undefined ? {} : { option }),
    ...(tooLong === undefined || typeof tooLong === 'object' ? {} : { tooLong }),
  };
}

/** A map that is one-to-one, turned round: the way back that it has of its own, or the way there read backwards; null where it has none. */
function turnedValues(values: NonNullable<FieldSetting['values']>, side: Side): FieldSetting['values'] | null {
  const { maps, clash } = valueMapsOf(values, 'both');
  const there = side === 'crm' ? maps.toDesk : maps.toCrm;
  const back = side === 'crm' ? maps.toCrm : maps.toDesk;
  const given = typeof values === 'object' && (side === 'crm' ? 'toCrm' : 'toDesk') in values;
  if (back === null || (!given && (clash !== null || there?.other.is === 'value'))) return null;
  return side === 'crm' ? { toCrm: { ...back.entries } } : { toDesk: { ...back.entries } };
}

/** A rule that is there for such creations alone, from a preset; where the account lacks its fields, it is left out. */
function extra(ground: Ground, setting: FieldSetting, side: Side): TurnedField | null {
  const trial: Ground = {
    ...ground,
    input: { ...ground.input, create: [side], direction: towards(side) },
    problems: [],
  };
  const field = checkField(trial, { ...setting, direction: towards(side) }, 0);
  return field === null ? null : { ...field, of: null };
}

function checkNeeded(
  ground: Ground,
  side: Side,
  by: string,
  turned: readonly TurnedField[],
  references: readonly SoundReference[],
): void {
  const { input } = ground;
  const written = new Set([
    ...turned.map((field) => field[side]?.name),
    ...references.map((reference) => reference[side].name),
  ]);
  const named = (field: FieldDescription) => input.fields.find((rule) => rule[side] === field.name);
  // A rule whose custom fields nobody can know offline may well be one that can be turned round.
  const isUnknown = (field: FieldDescription) => ground.known.is === 'standard' && isBeyondKnown(ground, named(field));
  const missing = inputOf(input, side).type.fields.filter(
    (field) => field.required && field.settable !== 'never' && !written.has(field.name) && !isUnknown(field),
  );
  if (missing.length === 0) return;
  const rules = missing.flatMap((field) => {
    const rule = named(field);
    if (rule === undefined) return [];
    const from = rule.from === undefined ? rule[other(side)] : 'an expression';
    return [`the rule for ${field.name} and ${from ?? 'a constant'} cannot be turned round`];
  });
  const names = listed(
    missing.map((field) => `"${field.name}"`),
    'and',
  );
  const because = rules.length > 0 ? rules.join('; ') : `no rule has ${missing.length === 1 ? 'it' : 'them'}`;
  const example = `{ ${side}: ${missing[0]?.name ?? ''}, ${other(side)}: FIELD }`;
  report(
    ground,
    ['fields'],
    `${by} has records created on the ${side} side, where ${objectWords(input, side)} needs ${names}: ${because}.`,
    input.name.includes('.')
      ? `Add a sync for ${objectWords(input, side)} with "mode: referenced" (off, but for what is pointed to) that maps ${names}, such as ${example}; or say create: false in the reference.`
      : `Map ${names} in the sync "${input.name}", such as ${example}, even though that sync may be off; or say create: false in the reference.`,
  );
}

function isBeyondKnown(ground: Ground, rule: FieldSetting | undefined): boolean {
  return sides.some((side) => {
    const name = rule?.[side];
    return name !== undefined && !inputOf(ground.input, side).type.fields.some((field) => field.name === name);
  });
}
