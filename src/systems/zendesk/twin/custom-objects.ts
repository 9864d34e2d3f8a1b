import type { Account, Doer } from './account.ts';
import { FieldBook } from './field-book.ts';
import { flagOf, isList, isObject, type Json, type JsonObject, textOf } from './json.ts';
import { fold } from './organization-store.ts';
import { matches } from './profile-values.ts';
import type { FieldDefinition } from './records.ts';
import { invalid, notFound } from './refusal.ts';
import { iso, type Seconds } from './stamps.ts';

/** Custom objects and their records. Source: Zendesk, "Custom Objects", "Custom Object Records", "Custom Object Fields". */
export interface CustomObject {
  readonly key: string;
  readonly title: string;
  readonly titlePluralized: string;
  readonly description: string | null;
  readonly created: Seconds;
  readonly updated: Seconds;
  readonly fields: FieldBook;
  /** By id, in the order in which they were made. */
  readonly records: Map<string, CustomRecord>;
}

export interface CustomRecord {
  readonly id: string;
  readonly name: string;
  readonly externalId: string | null;
  readonly fields: Readonly<Record<string, Json>>;
  readonly createdBy: number;
  readonly updatedBy: number;
  readonly created: Seconds;
  readonly updated: Seconds;
}

export function createCustomObject(account: Account, body: JsonObject): CustomObject {
  const key = textOf(body.key) ?? '';
  if (!/^[a-z]\w*$/.test(key) || account.desk.customObjects.has(key)) {
    throw invalid({ field: 'key', error: 'DuplicateValue', label: 'key', sentence: 'taken', value: key });
  }
  const made: CustomObject = {
    key,
    title: textOf(body.title) ?? key,
    titlePluralized: textOf(body.title_pluralized) ?? textOf(body.title) ?? key,
    description: textOf(body.description) ?? null,
    created: account.now,
    updated: account.now,
    fields: new FieldBook(() => account.newId()),
    records: new Map(),
  };
  account.desk.customObjects.set(key, made);
  return made;
}

export function createRecord(account: Account, doer: Doer, object: CustomObject, body: JsonObject): CustomRecord {
  const now = account.now;
  const by = doer.user.id;
  const empty = {
    id: '',
    name: '',
    externalId: null,
    fields: {},
    createdBy: by,
    updatedBy: by,
    created: now,
    updated: now,
  };
  const written = write(object, empty, body);
  const record = { ...written, id: account.newUlid() };
  object.records.set(record.id, record);
  return record;
}

export function updateRecord(
  account: Account,
  doer: Doer,
  object: CustomObject,
  before: CustomRecord,
  body: JsonObject,
): CustomRecord {
  const after = { ...write(object, before, body), updated: account.now, updatedBy: doer.user.id };
  object.records.set(after.id, after);
  return after;
}

/** Exact, without case; a name may be several records', of which the first is meant. */
export function findRecord(
  object: CustomObject,
  key: { readonly id?: string; readonly externalId?: string; readonly name?: string },
): CustomRecord | undefined {
  if (key.id !== undefined) return object.records.get(key.id);
  for (const record of object.records.values()) {
    if (
      key.externalId !== undefined &&
      record.externalId !== null &&
      fold(record.externalId) === fold(key.externalId)
    ) {
      return record;
    }
    if (key.name !== undefined && fold(record.name) === fold(key.name)) return record;
  }
  return undefined;
}

export function removeRecord(object: CustomObject, record: CustomRecord | undefined): CustomRecord {
  if (record === undefined) throw notFound();
  object.records.delete(record.id);
  return record;
}

function write(object: CustomObject, before: CustomRecord, body: JsonObject): CustomRecord {
  const name = body.name === undefined ? before.name : (textOf(body.name) ?? '');
  if (name === '') throw invalid({ field: 'name', error: 'BlankValue', label: 'name', sentence: 'blank' });
  const given = textOf(body.external_id);
  const externalId = given === undefined ? before.externalId : given || null;
  const holder = externalId === null ? undefined : findRecord(object, { externalId });
  if (holder !== undefined && holder.id !== before.id) {
    throw invalid({ field: 'external_id', error: 'DuplicateValue', label: null, sentence: 'externalTaken' });
  }
  const fields: Record<string, Json> = { ...before.fields };
  const values = isObject(body.custom_object_fields) ? body.custom_object_fields : {};
  for (const [key, value] of Object.entries(values)) {
    const field = object.fields.byKey(key);
    if (field !== undefined) fields[key] = coerce(field, value);
  }
  return { ...before, name, externalId, fields };
}

function coerce(field: FieldDefinition, given: Json): Json {
  const text = textOf(given);
  const wrong = () => {
    const complaint = { error: 'InvalidValue', sentence: 'invalid', value: text ?? '' } as const;
    return invalid({ field: field.key ?? 'base', label: { title: field.title }, ...complaint });
  };
  if (field.type === 'checkbox') return flagOf(given) ?? false;
  if (given === null || given === '') return null;
  if (field.type === 'multiselect') return isList(given) ? given : [given];
  if (text === undefined || text === null) throw wrong();
  if (field.type === 'dropdown' && !field.options.some((option) => option.value === text)) throw wrong();
  if (field.type === 'regexp' && field.regexp !== null && !matches(field.regexp, text)) throw wrong();
  if (field.type !== 'integer' && field.type !== 'decimal') return text;
  if (Number.isNaN(Number(text)) || text.trim() === '') throw wrong();
  return Number(text);
}

export function recordBody(object: CustomObject, record: CustomRecord, base: string): JsonObject {
  const values = object.fields.all.map((field) => [field.key ?? '', record.fields[field.key ?? ''] ?? null]);
  return {
    url: `${base}/api/v2/custom_objects/${object.key}/records/${record.id}.json`,
    id: record.id,
    name: record.name,
    custom_object_key: object.key,
    custom_object_fields: Object.fromEntries(values),
    external_id: record.externalId,
    created_by_user_id: String(record.createdBy),
    updated_by_user_id: String(record.updatedBy),
    created_at: iso(record.created),
    updated_at: iso(record.updated),
  };
}

export function customObjectBody(object: CustomObject, base: string): JsonObject {
  return {
    url: `${base}/api/v2/custom_objects/${object.key}.json`,
    key: object.key,
    title: object.title,
    raw_title: object.title,
    title_pluralized: object.titlePluralized,
    raw_title_pluralized: object.titlePluralized,
    description: object.description,
    raw_description: object.description,
    created_at: iso(object.created),
    updated_at: iso(object.updated),
  };
}
