import type { Account } from './account.ts';
import { findRecord } from './custom-objects.ts';
import { flagOf, isList, isObject, type Json, type JsonObject, textOf, unique } from './json.ts';
import type { FieldDefinition } from './records.ts';
import { invalid } from './refusal.ts';

/**
 * Values of custom fields on users and organizations. Those of drop-downs, multi-selects and check boxes are tags: writing one adds its
 * tag, changing it takes the old tag away. Source: Zendesk, "User fields" and "Organization fields", on tags.
 */
export interface Profile {
  readonly tags: readonly string[];
  readonly fields: Readonly<Record<string, Json>>;
}

/** `tags` replaces all tags; `fields` writes the named fields. `ignored` receives keys that no field has. */
export function writeProfile(
  account: Account,
  noun: 'user' | 'organization',
  before: Profile,
  change: { readonly tags: readonly string[] | undefined; readonly fields: Json | undefined },
  ignored: (key: string) => void,
): Profile {
  if (change.tags === undefined && change.fields === undefined) return before;
  const book = account.fields[noun];
  const fields: Record<string, Json> = { ...before.fields };
  let tags = change.tags ?? before.tags;
  if (change.tags !== undefined && account.switches.profileTagsClearFields) {
    for (const field of book.all) clearWithoutTags(field, fields, tags);
  }
  if (isObject(change.fields)) {
    for (const [key, given] of Object.entries(change.fields)) {
      const field = book.byKey(key);
      if (field === undefined) {
        ignored(key);
        continue;
      }
      const value = coerce(account, field, given);
      if (value === undefined) continue;
      const old = tagsOfValue(field, fields[key]);
      tags = unique([...tags.filter((tag) => !old.includes(tag)), ...tagsOfValue(field, value)]);
      fields[key] = value;
    }
  }
  return { tags, fields };
}

function clearWithoutTags(field: FieldDefinition, fields: Record<string, Json>, tags: readonly string[]): void {
  const key = field.key ?? '';
  const value = fields[key];
  const lost = tagsOfValue(field, value).filter((tag) => !tags.includes(tag));
  if (lost.length === 0) return;
  if (field.type === 'multiselect' && isList(value)) fields[key] = value.filter((tag) => !lost.includes(String(tag)));
  else fields[key] = field.type === 'checkbox' ? false : null;
}

function tagsOfValue(field: FieldDefinition, value: Json | undefined): readonly string[] {
  if (field.type === 'checkbox') return value === true && field.tag !== null ? [field.tag] : [];
  if (field.type === 'dropdown') return typeof value === 'string' ? [value] : [];
  if (field.type === 'multiselect' && isList(value)) return value.filter((tag) => typeof tag === 'string');
  return [];
}

/** undefined: the value is dropped. */
function coerce(account: Account, field: FieldDefinition, given: Json | undefined): Json | undefined {
  const wrong = (): never => {
    throw invalid({
      field: field.key ?? 'base',
      error: 'InvalidValue',
      label: { title: field.title },
      sentence: 'invalid',
      value: textOf(given) ?? '',
    });
  };
  if (field.type === 'checkbox') return flagOf(given);
  if (field.type === 'multiselect') return multiselect(account, field, given, wrong);
  if (given === null || given === '' || given === undefined) return null;
  const text = textOf(given);
  if (text === undefined || text === null) return undefined;
  switch (field.type) {
    case 'dropdown':
      if (field.options.some((option) => option.value === text)) return text;
      return account.switches.unknownOption === 'drop' ? undefined : wrong();
    case 'integer':
      return /^[+-]?\d+$/.test(text.trim()) ? Number(text) : wrong();
    case 'decimal':
      return /^[+-]?\d*\.?\d+$/.test(text.trim()) ? Number(text) : wrong();
    case 'date': {
      const date = /^(\d{4}-\d{2}-\d{2})/.exec(text)?.[1];
      return date === undefined || Number.isNaN(Date.parse(date)) ? wrong() : date;
    }
    case 'regexp':
      return field.regexp === null || matches(field.regexp, text) ? text : wrong();
    case 'lookup':
      return lookUp(account, field, text) ?? wrong();
    default:
      return text;
  }
}

function multiselect(
  account: Account,
  field: FieldDefinition,
  given: Json | undefined,
  wrong: () => never,
): Json | undefined {
  if (given === null) return [];
  const wanted = isList(given) ? given : given === undefined || given === '' ? [] : [given];
  const known = wanted.filter((value) => field.options.some((option) => option.value === value));
  if (known.length < wanted.length && account.switches.unknownOption === '422') return wrong();
  return unique(known);
}

export function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    // A pattern in a dialect that this engine does not read refuses nothing.
    return true;
  }
}

/** `"123"`, `"external_id:ABC"` or `"name:car1"` (unique names only); the stored value is the id. */
export function lookUp(account: Account, field: FieldDefinition, text: string): string | undefined {
  const [, kind = 'id', rest = text] = /^(external_id|name):(.*)$/.exec(text) ?? [];
  if (field.target === 'zen:organization') {
    if (kind === 'external_id') return idText(account.organizations.withExternalId(rest));
    if (kind === 'name') {
      const [only, other] = account.organizations.named(rest);
      return other === undefined ? idText(only) : undefined;
    }
    return idText(account.organizations.get(Number(rest)));
  }
  if (field.target === 'zen:user') {
    if (kind === 'external_id') return idText(account.users.withExternalId(rest));
    return kind === 'id' ? idText(account.users.getActive(Number(rest))) : undefined;
  }
  const [, key] = /^zen:custom_object:(\w+)$/.exec(field.target ?? '') ?? [];
  const object = account.desk.customObjects.get(key ?? '');
  if (object !== undefined) {
    if (kind === 'external_id') return findRecord(object, { externalId: rest })?.id;
    return findRecord(object, kind === 'name' ? { name: rest } : { id: rest })?.id;
  }
  return kind === 'id' && /^\w+$/.test(rest) ? rest : undefined;
}

function idText(record: { readonly id: number } | undefined): string | undefined {
  return record === undefined ? undefined : String(record.id);
}

/** Every defined key: a check box is false until written, everything else null; dates are shown with a time. */
export function fieldValuesBody(
  definitions: readonly FieldDefinition[],
  values: Readonly<Record<string, Json>>,
): JsonObject {
  const body: Record<string, Json> = {};
  for (const field of definitions) {
    if (field.key === null) continue;
    const value = values[field.key] ?? (field.type === 'checkbox' ? false : null);
    body[field.key] = field.type === 'date' && typeof value === 'string' ? `${value}T00:00:00+00:00` : value;
  }
  return body;
}
