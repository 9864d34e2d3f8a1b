import type { Json, JsonObject } from '../../../../twins/json.ts';
import type { FieldDefinition } from '../field.ts';
import type { ObjectDefinition } from '../object.ts';
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

/** `Case` → `CaseChangeEvent`, `Machine__c` → `Machine__ChangeEvent`. */
export function eventName(object: string): string {
  return object.endsWith('__c') ? `${object.slice(0, -1)}ChangeEvent` : `${object}ChangeEvent`;
}

/** The change from one committed state of a row to the next; null where nothing is published. */
export function changeBody(org: Org, object: ObjectDefinition, { before, after }: RowChange): ChangeBody | null {
  const was = before !== null && !before.deleted ? before : null;
  const is = after !== null && !after.deleted ? after : null;
  if (is === null)
    return was === null ? null : { changeType: 'DELETE', fields: {}, changedFields: [], nulledFields: [] };
  if (was === null) {
    const fields = publish(org, publishedFields(object), is, (value) => value !== null);
    return {
      changeType: before === null ? 'CREATE' : 'UNDELETE',
      fields: fields.payload,
      changedFields: [],
      nulledFields: [],
    };
  }
  const moved = publishedFields(object).filter((field) => isMoved(org, field, was, is));
  // A converted lead publishes what it was converted into, without its own stamp.
  const isConversion = object.name === 'Lead' && is.values.IsConverted === true && was.values.IsConverted !== true;
  const told = isConversion ? moved.filter((field) => !/^LastModified/.test(field.name)) : moved;
  if (told.length === 0) return null;
  const { payload, names, nulled } = publish(org, told, is, () => true);
  return { changeType: 'UPDATE', fields: payload, changedFields: names, nulledFields: nulled };
}

const published = new WeakMap<ObjectDefinition, readonly FieldDefinition[]>();

function publishedFields(object: ObjectDefinition): readonly FieldDefinition[] {
  const known = published.get(object);
  if (known !== undefined) return known;
  const isPublished = ({ name, type, describe }: FieldDefinition): boolean =>
    !unpublished.has(name) && type !== 'address' && !describe.calculated;
  const fields = object.fields.filter((field) => isPublished(field) && !isWholeName(object, field));
  published.set(object, fields);
  return fields;
}

/** The whole name of a person is made of parts, which are published instead. */
function isWholeName(object: ObjectDefinition, field: FieldDefinition): boolean {
  return field.name === 'Name' && object.byName.has('lastname');
}

function isMoved(org: Org, field: FieldDefinition, was: StoredRow, is: StoredRow): boolean {
  const get = getter(org, field);
  return JSON.stringify(get(was)) !== JSON.stringify(get(is));
}

interface Published {
  readonly payload: JsonObject;
  readonly names: readonly string[];
  readonly nulled: readonly string[];
}

/** Parts of a compound name or address lie inside it: `BillingAddress: {City}`. */
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
    const compound = field.describe.compoundFieldName;
    if (compound === null || compound === field.name) {
      payload[field.name] = value;
      names.push(field.name);
      if (value === null) nulled.push(field.name);
      continue;
    }
    const member = compound === 'Name' ? field.name : field.name.slice(compound.length - 'Address'.length);
    const members = compounds.get(compound) ?? {};
    members[member] = value;
    compounds.set(compound, members);
    payload[compound] = members;
    names.push(`${compound}.${member}`);
    if (value === null) nulled.push(`${compound}.${member}`);
  }
  return { payload, names, nulled };
}

/** Datetimes of events end in Z and leave out the fraction of a second. */
function show(field: FieldDefinition, value: Json): Json {
  return field.type === 'datetime' && typeof value === 'number'
    ? new Date(value).toISOString().replace(/\.000Z$/, 'Z')
    : value;
}
