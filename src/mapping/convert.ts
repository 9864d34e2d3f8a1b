import type { FieldDescription, FieldType, Option } from '../model/object-type.ts';
import { isBlank, type Value } from '../model/value.ts';
import { domainOf } from './domain.ts';
import { rounded } from './normal.ts';
import { phoneOf } from './phone.ts';
import type { ConverterName } from './settings.ts';
import { isMany, typeOf, wayOf } from './types.ts';
import { instant, isDay, type Zone } from './zone.ts';

/** A value on its way: what it has become, or why it cannot (the end of a sentence that names both fields). */
type Result = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly why: string };
export type Converter = (value: Value) => Result;

const ok = (value: Value): Result => ({ ok: true, value });
const refuse = (why: string): Result => ({ ok: false, why });

/**
 * How values of `source` become values of `target`; null where the pair is refused. The converter gets values in the source's normal
 * form that are not blank. `zone` is where the connection that holds the date and time lives.
 */
export function converterOf(
  source: FieldDescription,
  target: FieldDescription,
  how: {
    readonly zone: Zone;
    readonly converter?: ConverterName | undefined;
    readonly option: 'value' | 'label';
    readonly phoneCountry?: string | undefined;
  },
): Converter | null {
  const way = wayOf(typeOf(source), typeOf(target), how.converter);
  if (way === null) return null;
  const before = how.option === 'label' ? labels(source) : ok;
  const step =
    way === 'vendor' || way === 'beyond' ? ok : way === 'phone' ? phones(target, how.phoneCountry) : steps[way];
  const after = byTarget(typeOf(target), how.zone, target, how.option);
  return (value) => then(then(before(value), step), after);
}

function then(result: Result, next: Converter): Result {
  return result.ok ? next(result.value) : result;
}

const steps: Readonly<Record<Exclude<ConverterName, 'phone'>, Converter>> = {
  number(value) {
    const text = String(value).trim();
    return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(text) ? ok(Number(text)) : refuse('it is not a number');
  },
  round: (value) => (typeof value === 'number' ? ok(rounded(value, 0)) : refuse('it is not a number')),
  domain(value) {
    const domain = domainOf(String(value));
    return domain === null ? refuse('there is no domain in it') : ok(domain);
  },
  lower: (value) => ok(eachText(value, (text) => text.toLowerCase())),
  upper: (value) => ok(eachText(value, (text) => text.toUpperCase())),
};

/** A field of telephone numbers may be validated by its vendor; a text takes what cannot be read as it is. */
function phones(target: FieldDescription, country: string | undefined): Converter {
  return (value) => {
    const found = phoneOf(String(value), country);
    if (found.ok) return ok(found.number);
    return target.type === 'phone' ? refuse(found.why) : ok(value);
  };
}

function eachText(value: Value, change: (text: string) => string): Value {
  if (typeof value === 'string') return change(value);
  return Array.isArray(value) ? value.map((member: Value) => eachText(member, change)) : value;
}

function labels(source: FieldDescription): Converter {
  const label = new Map((source.options ?? []).map((option) => [option.value, option.label]));
  return (value) => ok(eachText(value, (text) => label.get(text) ?? text));
}

function byTarget(type: FieldType, zone: Zone, target: FieldDescription, option: 'value' | 'label'): Converter {
  switch (type) {
    case 'text':
    case 'longtext':
    case 'email':
    case 'phone':
    case 'url':
      return toText;
    case 'integer':
      return (value) => {
        if (typeof value !== 'number') return refuse('it is not a whole number');
        return Number.isSafeInteger(value) ? ok(value) : refuse('it is not a whole number');
      };
    case 'decimal':
    case 'currency':
    case 'percent':
      return (value) =>
        typeof value === 'number' && Number.isFinite(value) ? ok(value) : refuse('it is not a number');
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? ok(value) : refuse('it is neither true nor false'));
    case 'date':
      return (value) => toDate(value, zone);
    case 'datetime':
      return (value) => toMoment(value, zone);
    case 'option':
    case 'options':
    case 'set':
      return (value) => toOptions(value, type, target, option);
    default:
      return (value) => (typeof value === 'string' ? ok(value) : refuse('it is not a text'));
  }
}

function toText(value: Value): Result {
  if (typeof value === 'string') return ok(value);
  if (typeof value === 'number') return Number.isFinite(value) ? ok(String(value)) : refuse('it is not a number');
  if (typeof value === 'boolean') return ok(String(value));
  if (Array.isArray(value)) return ok(value.map((member) => String(member)).join(';'));
  return refuse('it is not a text');
}

function toDate(value: Value, zone: Zone): Result {
  if (typeof value !== 'string') return refuse('it is not a date');
  if (isDay(value)) return ok(value);
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? refuse('it is not a date') : ok(zone.dayOf(ms));
}

function toMoment(value: Value, zone: Zone): Result {
  if (typeof value !== 'string') return refuse('it is not a date and time');
  const ms = isDay(value) ? zone.startOf(value) : Date.parse(value);
  const text = ms === null ? null : instant(ms);
  return text === null ? refuse('it is not a date and time') : ok(text);
}

function toOptions(value: Value, type: FieldType, target: FieldDescription, by: 'value' | 'label'): Result {
  const list = Array.isArray(value) ? value : [value];
  const found: Value[] = [];
  for (const member of list) {
    const text = String(member);
    const option = optionBy(target.options, text, by);
    if (option === undefined && target.restricted && target.options !== null && type !== 'set')
      return refuse(`${quoted(text)} is not one of its options; map it under "values"`);
    found.push(option?.value ?? text);
  }
  if (isMany(type)) return ok(found);
  const [only] = found;
  return only === undefined || isBlank(only) ? ok(null) : ok(only);
}

function optionBy(options: readonly Option[] | null, text: string, by: 'value' | 'label'): Option | undefined {
  return options?.find((option) => (by === 'label' ? option.label === text : option.value === text));
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
