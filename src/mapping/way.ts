import type { FieldDescription } from '../model/object-type.ts';
import type { Side } from '../model/record.ts';
import type { Converted, Direction } from '../model/sync.ts';
import { type Fields, isBlank, isPointer, same, show, type Value } from '../model/value.ts';
import { type Converter, converterOf } from './convert.ts';
import { cut, isCutOf } from './cut.ts';
import { type Merge, meet } from './meets.ts';
import { normalise } from './normal.ts';
import { type FieldSetting, isOnce } from './settings.ts';
import { isMany, isText } from './types.ts';
import { mapValue, type ValueMap } from './value-map.ts';
import type { Zone } from './zone.ts';

/** One end of a rule: the field, and the side's label (`Salesforce`) for messages. `field` is null where the rule is a constant. */
export interface RuleEnd {
  readonly label: string;
  readonly field: FieldDescription | null;
  readonly zone: Zone;
  /** The zone's name, for the hash. */
  readonly timeZone: string;
  /** Members of this set that stand for other fields of the record (see `keptBy`); empty where the field is no set. */
  readonly kept: ReadonlySet<string>;
}

/** A value on its way to one side. `before`: the source's value when both sides last agreed; undefined: never. */
export type Way = (from: Value, current: Value | undefined, before?: Value, record?: Fields) => Converted;

export interface WayInput {
  readonly setting: FieldSetting;
  readonly direction: Direction;
  readonly crm: RuleEnd;
  readonly desk: RuleEnd;
  readonly phoneCountry: string | undefined;
  /** What a text gets of an option where the rule does not say it. */
  readonly option?: 'value' | 'label' | undefined;
}

export const leave: Converted = { ok: true, leave: true };

/** What the source's value comes to before it meets what is there: a value in the target's normal form, nothing, or a refusal. */
type Carried =
  | { readonly is: 'value'; readonly value: Value }
  | { readonly is: 'nothing' }
  | { readonly is: 'refused'; readonly value: Value; readonly why: string };

/** The pure function that carries a value one way. */
export function wayTo(to: Side, input: WayInput, map: ValueMap | null): Way {
  const { setting } = input;
  const source = to === 'desk' ? input.crm : input.desk;
  const target = to === 'desk' ? input.desk : input.crm;
  const field = target.field;
  if (field === null) return () => leave;
  const merge: Merge = setting.merge ?? 'replace';
  const carry = carrierOf(source, target, field, input, map);
  // An address that is added beside the one that is shown.
  const beside = merge === 'append' && !isMany(field.type);
  const remembers = merge === 'set' || (merge === 'replace' && target.kept.size > 0);
  return (from, current, before, record) => {
    if (isOnce(setting.write, to) && current !== undefined) return leave;
    const now = current === undefined ? undefined : normalise(field, current);
    const refuse = (value: Value, why: string): Converted => ({
      ok: false,
      say: refusal(source, target, value, now, why),
    });
    const carried = carry(from, now, record);
    if (carried.is === 'nothing') return leave;
    if (carried.is === 'refused') return refuse(carried.value, carried.why);
    const wanted = carried.value;
    if (field.required && isBlank(wanted) && current !== undefined && merge !== 'set')
      return refuse(from, 'it must not be empty there; fill it in, or give the rule a default');
    if (beside) {
      if (isBlank(now)) return { ok: true, value: wanted };
      return same(now, wanted) ? leave : { ok: true, value: wanted, keeps: true };
    }
    const agreed = before === undefined || !remembers ? null : carry(before);
    const contributed = agreed?.is === 'value' ? agreed.value : null;
    const met = meet(merge, { wanted, current: now, contributed, kept: target.kept });
    return met.leave ? leave : { ok: true, value: normalise(field, met.value) };
  };
}

function carrierOf(
  source: RuleEnd,
  target: RuleEnd,
  field: FieldDescription,
  { setting, direction, phoneCountry, option }: WayInput,
  map: ValueMap | null,
): (from: Value, now?: Value, record?: Fields) => Carried {
  // A day is a day of the connection that holds the date and time; the other side's zone has no say.
  const zone = source.field?.type === 'datetime' ? source.zone : target.zone;
  const converter: Converter | null =
    source.field === null
      ? null
      : converterOf(source.field, field, {
          zone,
          converter: setting.convert,
          option: setting.option ?? (isText(field.type) ? option : undefined) ?? 'value',
          phoneCountry,
        });
  // What `replace` never takes away on the way there is nobody's choice of ours on the way back, unless the map names it.
  const ownMembers = (value: Value): Value =>
    direction === 'both' && Array.isArray(value) && source.kept.size > 0
      ? value.filter(
          (one) => !source.kept.has(String(one)) || (map !== null && Object.hasOwn(map.entries, String(one))),
        )
      : value;
  return (from, now, record) => {
    const value = source.field === null ? null : ownMembers(normalise(source.field, from));
    const refused = (why: string): Carried => ({ is: 'refused', value, why });
    let wanted: Value;
    if (isBlank(value)) {
      if (setting.default !== undefined) wanted = setting.default;
      else if (setting.whenEmpty === 'keep' || setting.merge === 'append') return { is: 'nothing' };
      else wanted = null;
    } else if (!isPlain(value)) {
      return refused('it is a reference or a group of values');
    } else if (map !== null) {
      const mapped = throughMap(map, value, field);
      if (mapped.is === 'keep') return { is: 'nothing' };
      if (mapped.is === 'unmapped')
        return refused(`${mapped.named} has no entry under "values"; add one, or say other: keep`);
      wanted = mapped.value;
    } else {
      const result = converter === null ? null : converter(value);
      if (result === null) return refused('the types of the two fields do not fit');
      if (!result.ok) return refused(result.why);
      wanted = result.value;
    }
    const fitted = shortened(normalise(field, wanted), field, setting.tooLong ?? 'hold', now, record);
    return fitted.ok ? { is: 'value', value: fitted.value } : refused(fitted.why);
  };
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

/** What stands there as this very text, cut with whatever ended it then, stays: a page that moves to another address is no edit. */
function shortened(
  value: Value,
  field: FieldDescription,
  tooLong: NonNullable<FieldSetting['tooLong']>,
  now: Value | undefined,
  record: Fields | undefined,
): Fitted {
  const longest = field.maxLength;
  if (typeof value !== 'string' || longest === null || value.length <= longest) return { ok: true, value };
  const length = [...value].length;
  if (typeof tooLong === 'object') {
    if (typeof now === 'string' && isCutOf(now, value, longest)) return { ok: true, value: now };
    const end = record?.[tooLong.cut];
    return { ok: true, value: normalise(field, cut(value, longest, typeof end === 'string' ? end : '')) };
  }
  if (tooLong === 'cut') return { ok: true, value: normalise(field, cut(value, longest)) };
  // Vendors differ in whether a sign outside the basic plane counts once or twice: in doubt it is theirs to refuse.
  if (length <= longest) return { ok: true, value };
  return { ok: false, why: `it has ${length} characters and ${longest} fit; shorten it, or say tooLong: cut` };
}

/** `Salesforce Name`, `Zendesk custom_fields.360001 ("Area")`; an expression has no system of its own. */
function fieldWords(label: string, field: FieldDescription): string {
  if (field.name.startsWith('=')) return `the result of ${field.name.slice(1)}:`;
  return `${label} ${field.name}${/\.\d+$/.test(field.name) ? ` ("${field.label}")` : ''}`;
}

function refusal(source: RuleEnd, target: RuleEnd, value: Value, now: Value | undefined, why: string): string {
  const from = source.field === null ? 'the constant' : fieldWords(source.label, source.field);
  const there = now === undefined ? '' : ` (now ${isPointer(now) ? 'a reference' : show(now)})`;
  return `${from} ${show(value)} cannot be written to ${target.field === null ? target.label : fieldWords(target.label, target.field)}${there}: ${why}.`;
}
