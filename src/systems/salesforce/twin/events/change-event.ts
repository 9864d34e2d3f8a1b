import type { Json, JsonObject } from '../../../../twins/json.ts';
import type { FieldDefinition } from '../field.ts';
import { isPlatformEvent, type ObjectDefinition } from '../object.ts';
import type { Org } from '../org.ts';
import { getter } from '../read.ts';
import type { StoredRow } from '../row.ts';
import type { RowChange } from '../store.ts';

export type ChangeType =
  | 'CREATE'
  | 'UPDATE'
  | 'DELETE'
  | 'UNDELETE'
  | 'GAP_CREATE'
  | 'GAP_UPDATE'
  | 'GAP_DELETE'
  | 'GAP_UNDELETE'
  | 'GAP_OVERFLOW';

/** What one row's change says: the kind, the fields as they are published, and which of them changed or were emptied. */
export interface ChangeBody {
  readonly changeType: ChangeType;
  readonly fields: JsonObject;
  readonly changedFields: readonly string[];
  readonly nulledFields: readonly string[];
}

/** Never published: stamps of the system, and what is derived (Change Data Capture Developer Guide, "Change Event Fields"). */
const unpublished = new Set([
  'Id',
  'IsDeleted',
  'SystemModstamp',
  'LastActivityDate',
  'LastViewedDate',
  'LastReferencedDate',
  'PhotoUrl',
]);

/** `Case` → `CaseChangeEvent`, `Machine__c` → `Machine__ChangeEvent`; a platform event is called by its own name. */
export function eventName(object: string): string {
  if (isPlatformEvent({ name: object })) return object;
  return object.endsWith('__c') ? `${object.slice(0, -1)}ChangeEvent` : `${object}ChangeEvent`;
}

/** The change from one committed state of a row to the next; null where nothing is published. */
export function changeBody(org: Org, object: ObjectDefinition, { before, after }: RowChange): ChangeBody | null {
  const was = before !== null && !before.deleted ? before : null;
  const is = after !== null && !after.deleted ? after : null;
  if (is === null)
    return was === null ? null : { changeType: 'DELETE', fields: {}, changedFields: [], nulledFields: [] };
  const told = publishedFields(object).filter((field) => isOfRow(object, field, is));
  if (was === null) {
    const fields = publish(org, told, is, (value) => value !== null);
    return {
      changeType: before === null ? 'CREATE' : 'UNDELETE',
      fields: fields.payload,
      changedFields: [],
      nulledFields: [],
    };
  }
  const moved = told.filter((field) => isMoved(org, field, was, is));
  // A converted lead publishes what it was converted into, without its own stamp.
  const isConversion = object.name === 'Lead' && is.values.IsConverted === true && was.values.IsConverted !== true;
  const shown = isConversion ? moved.filter((field) => !/^LastModified/.test(field.name)) : moved;
  if (shown.length === 0) return null;
  const { payload, names, nulled } = publish(org, shown, is, () => true);
  return { changeType: 'UPDATE', fields: payload, changedFields: names, nulledFields: nulled };
}

const published = new WeakMap<ObjectDefinition, readonly FieldDefinition[]>();

/** The fields that events of an object may have, in the order of its describe. */
export function publishedFields(object: ObjectDefinition): readonly FieldDefinition[] {
  const known = published.get(object);
  if (known !== undefined) return known;
  const isPublished = ({ name, type, describe }: FieldDefinition): boolean =>
    !unpublished.has(name) && type !== 'address' && type !== 'base64' && !describe.calculated;
  const fields = object.fields.filter((field) => isPublished(field) && !isWholeName(object, field));
  published.set(object, fields);
  return fields;
}

/** The whole name of a person is made of parts, which are published instead; an account may be a person or not. */
function isWholeName(object: ObjectDefinition, field: FieldDefinition): boolean {
  return field.name === 'Name' && object.name !== 'Account' && object.byName.has('lastname');
}

/** The name of an account that is a person is published in parts, that of any other as a whole. */
function isOfRow(object: ObjectDefinition, { name, describe }: FieldDefinition, { values }: StoredRow): boolean {
  if (object.name !== 'Account' || describe.compoundFieldName !== 'Name') return true;
  return (name === 'Name') !== (values.IsPersonAccount === true);
}

/** Where a field lies in an event: inside a compound name or address (`BillingAddress: {City}`), or for itself. */
export function placeOf({ name, describe }: FieldDefinition): { readonly top: string; readonly member: string | null } {
  const compound = describe.compoundFieldName;
  if (compound === null || compound === name) return { top: name, member: null };
  return { top: compound, member: compound === 'Name' ? name : name.slice(compound.length - 'Address'.length) };
}

function isMoved(org: Org, field: FieldDefinition, was: StoredRow, is: StoredRow): boolean {
  const get = getter(org, field);
  return JSON.stringify(get(was)) !== JSON.stringify(get(is));
}

/** What a platform event says: its fields, without a header. */
export function platformEventBody(org: Org, object: ObjectDefinition, row: StoredRow): JsonObject {
  return publish(org, publishedFields(object), row, () => true).payload;
}

interface Published {
  readonly payload: JsonObject;
  readonly names: readonly string[];
  readonly nulled: readonly string[];
}

function publish(
  org: Org,
  fields: readonly FieldDefinition[],
  row: StoredRow,
  keep: (value: Json) => boolean,
): Published {
  const payload: Record<string, Json> = {};
  const compounds = new Map<string, Record<string, Json>>();
  const names: string[] = [];
  const nulled: string[] = [];
  for (const field of fields) {
    const value = show(field, getter(org, field)(row));
    if (!keep(value)) continue;
    const { top, member } = placeOf(field);
    const name = member === null ? top : `${top}.${member}`;
    names.push(name);
    if (value === null) nulled.push(name);
    if (member === null) {
      payload[top] = value;
      continue;
    }
    const members = compounds.get(top) ?? {};
    members[member] = value;
    compounds.set(top, members);
    payload[top] = members;
  }
  return { payload, names, nulled };
}

/** Datetimes of events end in Z and leave out the fraction of a second. */
function show(field: FieldDefinition, value: Json): Json {
  return field.type === 'datetime' && typeof value === 'number'
    ? new Date(value).toISOString().replace(/\.000Z$/, 'Z')
    : value;
}
