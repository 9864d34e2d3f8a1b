import { isJsonObject, type Json, type JsonObject } from '../../../../twins/json.ts';
import { apiError } from '../errors.ts';
import type { FieldDefinition, PicklistValue } from '../field.ts';
import { masterRecordType, toId18 } from '../ids.ts';
import { listIn, textIn } from '../metadata/kind.ts';
import type { StoredRow } from '../row.ts';
import { type Answer, basePath, type Call, objectOf } from './call.ts';

/**
 * `GET /ui-api/object-info/T/picklist-values/RT[/FIELD]`: which options a record type offers (User Interface API, "Get Values for All
 * Picklist Fields of a Record Type"). Nothing else of that API is here.
 */
export function picklistValues(call: Call): Answer | null {
  const [, info, name = '', what, type = '', fieldName] = call.path;
  if (info?.toLowerCase() !== 'object-info' || what?.toLowerCase() !== 'picklist-values' || type === '') return null;
  const object = objectOf(call, name);
  const { org } = call.api;
  const id = toId18(type);
  const row = id === null ? undefined : org.store.visible('RecordType', id);
  if (id !== masterRecordType && row?.values.SobjectType !== object.name)
    throw apiError(400, 'INVALID_TYPE', `The record type ${type} is not valid for the object ${object.name}`);
  const fields = org.access.fields(object, call.user).filter(({ type }) => /picklist$/.test(type));
  const path = `${basePath(call)}/ui-api/object-info/${object.name}/picklist-values/${id}`;
  const show = (field: FieldDefinition): JsonObject => ({
    controllerValues: {},
    defaultValue: shown(optionsOf(field, row).find(({ defaultValue }) => defaultValue)),
    eTag: tag(org.schema.revision),
    url: `${path}/${field.name}`,
    values: optionsOf(field, row).map(shown),
  });
  if (fieldName === undefined) {
    const picklistFieldValues = Object.fromEntries(fields.map((field) => [field.name, show(field)]));
    return { status: 200, body: { eTag: tag(org.schema.revision), picklistFieldValues } };
  }
  const field = fields.find((one) => one.name.toLowerCase() === fieldName.toLowerCase());
  if (field === undefined)
    throw apiError(400, 'INVALID_FIELD', `The field ${fieldName} is no picklist of ${object.name}`);
  return { status: 200, body: show(field) };
}

/** The active options that a record type names; all of them where it names none of this field. */
function optionsOf({ name, describe }: FieldDefinition, row: StoredRow | undefined): readonly PicklistValue[] {
  const active = describe.picklistValues.filter((option) => option.active);
  const given = row?.values.PicklistValues;
  const lists = Array.isArray(given) ? given.filter((one: Json) => isJsonObject(one)) : [];
  const own = lists.find((one) => textIn(one, 'picklist') === name);
  if (own === undefined) return active;
  const offered = new Map(
    listIn(own, 'values').map((value) => [decode(textIn(value, 'fullName') ?? ''), value.default]),
  );
  return active
    .filter(({ value }) => offered.has(value))
    .map((option) => ({ ...option, defaultValue: offered.get(option.value) === true }));
}

/** Packages write options as parts of an address. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function shown(option: PicklistValue | undefined): Json {
  return option === undefined ? null : { attributes: null, label: option.label, validFor: [], value: option.value };
}

function tag(revision: number): string {
  return revision.toString(16).padStart(32, '0');
}
