import type { FieldDescription } from '../model/object-type.ts';
import type { Side } from '../model/record.ts';
import { type Converted, type Direction, flows, type Policy, type Rule } from '../model/sync.ts';
import { isBlank, isPointer, same, show, type Value } from '../model/value.ts';
import { type Converter, converterOf } from './convert.ts';
import { hashOf, type Plain } from './hash.ts';
import { type Merge, meet } from './meets.ts';
import { normalise } from './normal.ts';
import type { FieldSetting } from './settings.ts';
import { isMany } from './types.ts';
import { mapValue, type ValueMap, valueMapsOf } from './value-map.ts';
import type { Zone } from './zone.ts';

/** One end of a rule: the field, and the side's label (`Salesforce`) for messages. `field` is null where the rule is a constant. */
export interface RuleEnd {
  readonly label: string;
  readonly field: FieldDescription | null;
  readonly zone: Zone;
  /** The zone's name, for the hash. */
  readonly timeZone: string;
}

export interface RuleInput {
  readonly id: string;
  readonly setting: FieldSetting;
  readonly direction: Direction;
  readonly conflict: readonly Policy[];
  readonly crm: RuleEnd;
  readonly desk: RuleEnd;
}

const leave: Converted = { ok: true, leave: true };

/** Compiles a rule that `check` has found sound. What it was given at run time never makes it throw: it answers with a reason. */
export function ruleOf(input: RuleInput): Rule {
  const { setting, direction, crm, desk } = input;
  const { maps } = valueMapsOf(setting.values, direction);
  const ways = { crm: wayTo('crm', input, maps.toCrm), desk: wayTo('desk', input, maps.toDesk) };
  const normal = (side: Side, value: Value | undefined): Value => {
    const { field } = side === 'crm' ? crm : desk;
    return field === null ? (value ?? null) : normalise(field, value);
  };
  const convert = (to: Side, from: Value, current: Value | undefined): Converted =>
    flows(direction, to) ? ways[to](from, current) : leave;
  // A way in which nothing would be written must not hide that the other way would write; see requirement "how values meet".
  const strict = setting.merge === 'append' || setting.merge === 'fill';
  const equal = (crmValue: Value, deskValue: Value): boolean => {
    const found = (['desk', 'crm'] as const)
      .filter((to) => flows(direction, to))
      .map((to) => differs(to, to === 'desk' ? crmValue : deskValue, to === 'desk' ? deskValue : crmValue));
    return (!strict && found.includes('equal')) || found.every((one) => one !== 'differs');
  };
  const differs = (to: Side, from: Value, target: Value): 'equal' | 'leave' | 'differs' => {
    const result = convert(to, from, target);
    if (!result.ok) return 'differs';
    if ('leave' in result) return 'leave';
    return same(normal(to, result.value), normal(to, target)) ? 'equal' : 'differs';
  };
  const required = (side: Side): boolean =>
    ((side === 'crm' ? crm : desk).field?.required ?? false) && flows(direction, side);
  return {
    id: input.id,
    hash: hashOf(content(input)),
    crm: crm.field?.name ?? '',
    desk: desk.field?.name ?? '',
    direction,
    conflict: input.conflict,
    write: setting.write ?? 'always',
    required: { crm: required('crm'), desk: required('desk') },
    convert,
    equal,
    normal,
  };
}

/** The pure function that carries a value one way. */
function wayTo(
  to: Side,
  { setting, crm, desk }: RuleInput,
  map: ValueMap | null,
): (from: Value, current: Value | undefined) => Converted {
  const source = to === 'desk' ? crm : desk;
  const target = to === 'desk' ? desk : crm;
  const field = target.field;
  if (field === null) return () => leave;
  const converter = source.field === null ? null : carrier(source, target, setting);
  const merge: Merge = setting.merge === 'append' || setting.merge === 'fill' ? setting.merge : 'replace';
  return (from, current) => {
    if (setting.write === 'create' && current !== undefined) return leave;
    const now = current === undefined ? undefined : normalise(field, current);
    const refuse = (value: Value, why: string): Converted => ({
      ok: false,
      say: refusal(source, target, value, now, why),
    });
    const value = source.field === null ? null : normalise(source.field, from);
    let wanted: Value;
    if (isBlank(value)) {
      if (setting.default !== undefined) wanted = setting.default;
      else if (setting.whenEmpty === 'keep' || merge === 'append') return leave;
      else wanted = null;
    } else if (!isPlain(value)) {
      return refuse(value, 'it is a reference or a group of values');
    } else if (map !== null) {
      const mapped = throughMap(map, value, field);
      if (mapped.is === 'keep') return leave;
      if (mapped.is === 'unmapped')
        return refuse(value, `${mapped.named} has no entry under "values"; add one, or say other: keep`);
      wanted = mapped.value;
    } else {
      const result = converter === null ? null : converter(value);
      if (result === null) return refuse(value, 'the types of the two fields do not fit');
      if (!result.ok) return refuse(value, result.why);
      wanted = result.value;
    }
    const fitted = shortened(normalise(field, wanted), field, setting.tooLong ?? 'hold');
    if (!fitted.ok) return refuse(value, fitted.why);
    if (field.required && isBlank(fitted.value) && current !== undefined)
      return refuse(value, 'it must not be empty there; fill it in, or give the rule a default');
    const met = meet(merge, fitted.value, now);
    return met.leave ? leave : { ok: true, value: normalise(field, met.value) };
  };
}

function carrier(source: RuleEnd, target: RuleEnd, setting: FieldSetting): Converter | null {
  if (source.field === null || target.field === null) return null;
  // A day is a day of the connection that holds the date and time; the other side's zone has no say.
  const zone = source.field.type === 'datetime' ? source.zone : target.zone;
  return converterOf(source.field, target.field, {
    zone,
    converter: setting.convert,
    option: setting.option ?? 'value',
  });
}

/** A text, number or check box, or a list of those: all that a converter can do something with. */
function isPlain(value: Value): boolean {
  const scalar = (one: Value): boolean => one === null || typeof one !== 'object';
  return Array.isArray(value) ? value.every(scalar) : scalar(value);
}

type Through =
  | { readonly is: 'value'; readonly value: Value }
  | { readonly is: 'keep' }
  | { readonly is: 'unmapped'; readonly named: string };

function throughMap(map: ValueMap, value: Value, target: FieldDescription): Through {
  const found: Value[] = [];
  for (const member of Array.isArray(value) ? value : [value]) {
    const mapped = mapValue(map, member);
    if (mapped.is === 'keep') return mapped;
    if (mapped.is === 'unmapped') return { is: 'unmapped', named: show(member) };
    found.push(mapped.value);
  }
  if (isMany(target.type)) return { is: 'value', value: found };
  const [only] = found;
  return { is: 'value', value: found.length === 1 && only !== undefined ? only : found.map(String).join(';') };
}

type Fitted = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly why: string };

function shortened(value: Value, field: FieldDescription, tooLong: 'hold' | 'cut'): Fitted {
  const longest = field.maxLength;
  if (typeof value !== 'string' || longest === null || value.length <= longest) return { ok: true, value };
  const length = [...value].length;
  if (tooLong === 'cut') return { ok: true, value: normalise(field, cut(value, longest)) };
  // Vendors differ in whether a sign outside the basic plane counts once or twice: in doubt it is theirs to refuse.
  if (length <= longest) return { ok: true, value };
  return { ok: false, why: `it has ${length} characters and ${longest} fit; shorten it, or say tooLong: cut` };
}

/** At most `longest` UTF-16 units, the last of them an ellipsis; no sign is cut in half. */
export function cut(text: string, longest: number): string {
  let kept = '';
  for (const sign of text) {
    if (kept.length + sign.length > longest - 1) break;
    kept += sign;
  }
  return longest < 1 ? '' : `${kept.trimEnd()}…`;
}

function refusal(source: RuleEnd, target: RuleEnd, value: Value, now: Value | undefined, why: string): string {
  const from = source.field === null ? 'the constant' : `${source.label} ${source.field.name}`;
  const there = now === undefined ? '' : ` (now ${isPointer(now) ? 'a reference' : show(now)})`;
  return `${from} ${show(value)} cannot be written to ${target.label} ${target.field?.name ?? ''}${there}: ${why}.`;
}

/**
 * What decides what the rule writes. Options that a vendor adds or removes, and who wins a conflict, are not part of it: they would make
 * every difference look like a first meeting. They are part of the sync's hash, which makes links due.
 */
function content({ setting, direction, crm, desk }: RuleInput): Plain {
  const { conflict: _, ...rest } = setting;
  const end = (one: RuleEnd): Plain => {
    if (one.field === null) return null;
    const { name, type, scale, maxLength, options, normal } = one.field;
    return {
      name,
      type,
      scale,
      maxLength: setting.tooLong === 'cut' ? maxLength : null,
      options: setting.option === 'label' ? (options ?? []).map((option) => [option.value, option.label]) : null,
      normal: { ...normal },
      timeZone: type === 'datetime' || type === 'date' ? one.timeZone : null,
    };
  };
  return { version: 1, setting: rest, direction, crm: end(crm), desk: end(desk) };
}
