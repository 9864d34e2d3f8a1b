import type { Account } from './account.ts';
import { flagOf, isList, isObject, type Json, type JsonObject, textOf, unique } from './json.ts';
import { lookUp, matches } from './profile-values.ts';
import { invalid, type Refusal } from './refusal.ts';
import type { TicketField } from './ticket-records.ts';

/**
 * Values of a ticket's custom fields, addressed by field id. Those of drop-downs, multi-selects and check boxes are tags: writing one
 * adds its tag; replacing the tags empties the fields whose tags went. Source: Zendesk, "Tickets", on custom fields and tags.
 */
export interface TicketValues {
  readonly tags: readonly string[];
  readonly fields: Readonly<Record<string, Json>>;
}

export function writeTicketValues(
  account: Account,
  before: TicketValues,
  change: {
    readonly tags?: readonly string[] | undefined;
    readonly add?: readonly string[] | undefined;
    readonly drop?: readonly string[] | undefined;
    readonly fields?: readonly (readonly [id: number, value: Json])[];
  },
): TicketValues {
  const { tags: given, add = [], drop, fields: values = [] } = change;
  const book = account.desk.fields;
  if (given === undefined && drop === undefined && add.length + values.length === 0) return before;
  const fields: Record<string, Json> = { ...before.fields };
  let tags = given ?? before.tags;
  if (drop !== undefined) tags = tags.filter((tag) => !drop.includes(tag));
  if (given !== undefined || drop !== undefined) {
    for (const id of Object.keys(fields)) {
      const field = book.get(Number(id));
      if (field !== undefined) clearLost(field, fields, tags);
    }
  }
  tags = unique([...tags, ...add]);
  for (const [id, written] of values) {
    const field = book.get(id);
    if (field === undefined || field.system) continue;
    const value = coerce(account, field, written);
    if (value === undefined) continue;
    const old = tagsOfValue(field, fields[id]);
    tags = unique([...tags.filter((tag) => !old.includes(tag)), ...tagsOfValue(field, value)]);
    fields[id] = value;
  }
  return { tags, fields };
}

/** `custom_fields` (or `fields`) as `[{"id","value"}]`, or the older object form `{"id": value}`. */
export function customFieldsOf(body: JsonObject): readonly (readonly [id: number, value: Json])[] {
  const given = body.custom_fields ?? body.fields;
  if (isObject(given)) return Object.entries(given).map(([id, value]) => [Number(id), value]);
  if (!isList(given)) return [];
  return given.filter(isObject).flatMap((one) => (one.value === undefined ? [] : [[Number(one.id), one.value]]));
}

function clearLost(field: TicketField, fields: Record<string, Json>, tags: readonly string[]): void {
  const value = fields[field.id];
  const lost = tagsOfValue(field, value).filter((tag) => !tags.includes(tag));
  if (lost.length === 0) return;
  if (isList(value)) fields[field.id] = value.filter((tag) => !lost.includes(String(tag)));
  else fields[field.id] = field.type === 'checkbox' ? false : null;
}

function tagsOfValue(field: TicketField, value: Json | undefined): readonly string[] {
  if (field.type === 'checkbox') return value === true && field.tag !== null ? [field.tag] : [];
  if (field.type === 'tagger') return typeof value === 'string' ? [value] : [];
  if (field.type === 'multiselect' && isList(value)) return value.filter((tag) => typeof tag === 'string');
  return [];
}

/** undefined: the value is dropped. */
function coerce(account: Account, field: TicketField, given: Json): Json | undefined {
  if (field.type === 'checkbox') return flagOf(given) ?? false;
  if (field.type === 'multiselect') {
    const wanted = isList(given) ? given : given === null || given === '' ? [] : [given];
    const known = wanted.filter((value) => field.options.some((option) => option.value === value));
    if (known.length < wanted.length && account.switches.unknownOption === '422') throw wrong(field, given);
    return unique(known);
  }
  if (given === null || given === '') return null;
  const text = textOf(given);
  if (text === undefined || text === null) return undefined;
  switch (field.type) {
    case 'tagger':
      if (field.options.some((option) => option.value === text)) return text;
      if (account.switches.unknownOption === 'drop') return undefined;
      throw wrong(field, given);
    case 'integer':
      if (!/^[+-]?\d+$/.test(text.trim())) throw wrong(field, given);
      return Number(text);
    case 'decimal':
      if (!/^[+-]?\d*\.?\d+$/.test(text.trim())) throw wrong(field, given);
      return text.trim();
    case 'date':
      if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(Date.parse(text.slice(0, 10)))) throw wrong(field, given);
      return text.slice(0, 10);
    case 'regexp':
      if (field.regexp !== null && !matches(field.regexp, text)) throw wrong(field, given);
      return text;
    case 'partialcreditcard':
      return `${'X'.repeat(12)}${text.replaceAll(/\D/g, '').slice(-4)}`;
    case 'lookup': {
      const id = lookUp(account, field, text);
      if (id === undefined) throw wrong(field, given);
      return id;
    }
    default:
      return text;
  }
}

function wrong(field: TicketField, given: Json): Refusal {
  return invalid({
    field: 'base',
    error: 'InvalidValue',
    label: { title: field.title },
    sentence: 'invalid',
    value: textOf(given) ?? '',
    extra: { ticket_field_id: field.id, ticket_field_type: fieldClass(field.type) },
  });
}

/** `FieldTagger`, `FieldAssignee`: how errors name a field's type. */
export function fieldClass(type: string): string {
  return `Field${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

export function ticketFieldValues(
  definitions: readonly TicketField[],
  values: Readonly<Record<string, Json>>,
): readonly JsonObject[] {
  return definitions.map((field) => ({
    id: field.id,
    value: values[field.id] ?? (field.type === 'checkbox' ? false : null),
  }));
}
