import type { CustomType, Field } from './field-book.ts';
import { idOf, isJsonList, isJsonObject, type Json, type JsonObject, member } from './json.ts';
import type { FieldSpec, Kind } from './kinds.ts';
import type { Portal } from './portal.ts';
import type { CustomValues, Doer } from './records.ts';
import { type Flaw, flaw, invalidData, unprocessable } from './refusal.ts';
import { parseTime } from './stamps.ts';

/** What a client wants written, after every check: only what it named. */
export interface Wanted {
  readonly values: Readonly<Record<string, Json>>;
  readonly cf: CustomValues;
}

/**
 * Checks the body of a create or an update as the vendor does: unknown members are refused, hidden ones ignored, values held against
 * length, type and options, references against what exists. Throws Refusal with every flaw found.
 */
export function readBody(portal: Portal, doer: Doer, kind: Kind, body: JsonObject, isCreate: boolean): Wanted {
  const hidden = new Set(portal.hiddenFrom(doer.agentId, kind.module));
  const values: Record<string, Json> = {};
  const cf: Record<string, string | null> = {};
  const flaws: Flaw[] = [];
  for (const [name, given] of Object.entries(body)) {
    if (hidden.has(name)) continue;
    if (name === 'cf' || name === 'customFields') {
      readCustom(portal, kind, name, given, cf, flaws);
      continue;
    }
    const spec = kind.fields.find((one) => one.name === name);
    if (spec === undefined) throw unprocessable(`Extra parameter '${name}' is present in the input.`);
    const value = readValue(portal, kind, spec, given, isCreate);
    if (value === undefined) flaws.push(flaw(`/${name}`, 'invalid'));
    else if (value !== null || spec.isRequired !== true) values[name] = value;
    else if (!isCreate) flaws.push(flaw(`/${name}`, 'missing'));
  }
  for (const name of hidden) delete cf[name];
  if (isCreate) flaws.push(...missing(portal, kind, body, values, cf, hidden));
  if (flaws.length > 0) throw invalidData(flaws);
  return { values, cf };
}

/** What the module needs, and what its layout makes mandatory. */
function missing(
  portal: Portal,
  kind: Kind,
  body: JsonObject,
  values: Wanted['values'],
  cf: Wanted['cf'],
  hidden: ReadonlySet<string>,
): readonly Flaw[] {
  return portal.fields[kind.module].all.flatMap(({ apiName, isMandatory, isCustom }) => {
    if (!isMandatory || hidden.has(apiName)) return [];
    if (!isCustom && Object.hasOwn(body, apiName) && body[apiName] !== null && body[apiName] !== '') return [];
    const value = isCustom ? cf[apiName] : values[apiName];
    return value === undefined || value === null ? [flaw(isCustom ? `/cf/${apiName}` : `/${apiName}`, 'missing')] : [];
  });
}

/** undefined: not acceptable. */
function readValue(portal: Portal, kind: Kind, spec: FieldSpec, given: Json, isCreate: boolean): Json | undefined {
  if (given === null) return null;
  if (spec.type === 'LookUp') return readReference(portal, spec, given);
  if (spec.type === 'Ids' || spec.type === 'List') return readList(spec, given);
  const text = spec.takesNumber === true && typeof given === 'number' ? String(given) : given;
  if (typeof text !== 'string') return undefined;
  if (text === '') return portal.switches.emptyTextIsNull ? null : text;
  if (text.length > ((isCreate ? undefined : spec.maxOnUpdate) ?? spec.max ?? 255)) return undefined;
  if (spec.type === 'Picklist') {
    const options = portal.fields[kind.module].get(spec.name)?.options ?? [];
    return options.some(({ value }) => value === text) ? text : undefined;
  }
  return isOfType(spec.type, text) ? text : undefined;
}

function readReference(portal: Portal, spec: FieldSpec, given: Json): Json | undefined {
  if (given === '') return null;
  const id = idOf(given);
  if (id === null || spec.refersTo === undefined) return undefined;
  return portal.exists(spec.refersTo, id) ? id : undefined;
}

function readList(spec: FieldSpec, given: Json): Json | undefined {
  if (!isJsonList(given) || given.length > (spec.max ?? 100)) return undefined;
  if (spec.type === 'List') return given;
  const ids = given.map(idOf);
  return ids.every((id) => id !== null) ? ids : undefined;
}

function readCustom(
  portal: Portal,
  kind: Kind,
  name: 'cf' | 'customFields',
  given: Json,
  into: Record<string, string | null>,
  flaws: Flaw[],
): void {
  if (given === null) return;
  if (!isJsonObject(given)) {
    flaws.push(flaw(`/${name}`, 'invalid'));
    return;
  }
  const book = portal.fields[kind.module];
  for (const [key, value] of Object.entries(given)) {
    const field = name === 'cf' ? book.custom(key) : book.labelled(key);
    const read = field === undefined ? undefined : customValue(portal, kind, field, value);
    if (field === undefined || read === undefined) flaws.push(flaw(`/${name}/${key}`, 'invalid'));
    else into[field.apiName] = read;
  }
}

/** Custom values travel as texts. Source: Zoho Desk's OpenAPI files, `cf` of each body. */
function customValue(portal: Portal, kind: Kind, field: Field, given: Json): string | null | undefined {
  if (given === null || given === '') return null;
  const scalar = typeof given === 'number' || typeof given === 'boolean';
  const text = scalar && portal.switches.cfValues === 'scalars' ? String(given) : given;
  if (typeof text !== 'string') return undefined;
  const isLong = field.type === 'Textarea' || field.type === 'LargeText';
  if (text.length > (field.max ?? (isLong ? 65_535 : kind.cfMax))) return undefined;
  const allowed = new Set(field.options.map(({ value }) => value));
  if (field.type === 'Picklist') return allowed.has(text) ? text : undefined;
  if (field.type === 'Multiselect')
    return text.split(portal.switches.multiselectSeparator).every((one) => allowed.has(one)) ? text : undefined;
  return isOfType(field.type, text) ? text : undefined;
}

/** Also refused: two dots in a row, a dot before the @, an underscore in the domain. Source: Zoho Desk, "Validating email IDs". */
const email = /^(?!.*\.\.)[^\s@<>(),;:"]+(?<!\.)@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,22}$/u;

const shapes: Readonly<Partial<Record<FieldSpec['type'] | CustomType, (text: string) => boolean>>> = {
  Email: (text) => email.test(text),
  Number: (text) => /^-?\d{1,18}$/.test(text),
  Decimal: isDecimal,
  Percent: isDecimal,
  Currency: isDecimal,
  Date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  DateTime: (text) => parseTime(text) !== null,
  Boolean: (text) => text === 'true' || text === 'false',
  LookUp: (text) => idOf(text) !== null,
  AutoNumber: () => false,
  Formula: () => false,
};

function isDecimal(text: string): boolean {
  return /^-?\d{1,13}(\.\d*)?$/.test(text);
}

function isOfType(type: FieldSpec['type'] | CustomType, text: string): boolean {
  return shapes[type]?.(text) ?? true;
}

/** A list of ids under this name; anything else is refused. */
export function idsIn(body: JsonObject, name: string, max = 100): readonly string[] {
  const given = member(body, name);
  const ids = isJsonList(given) ? given.map(idOf) : [];
  if (given === undefined) throw invalidData([flaw(`/${name}`, 'missing')]);
  if (ids.length === 0 || ids.length > max) throw invalidData([flaw(`/${name}`, 'invalid')]);
  return ids.map((id, index) => {
    if (id === null) throw invalidData([flaw(`/${name}/${index}`, 'invalid')]);
    return id;
  });
}

/** Members that a body of this route does not have are refused. */
export function onlyMembers(body: JsonObject, names: readonly string[]): void {
  const extra = Object.keys(body).find((name) => !names.includes(name));
  if (extra !== undefined) throw unprocessable(`Extra parameter '${extra}' is present in the input.`);
}
