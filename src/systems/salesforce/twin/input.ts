import { isJsonObject, type Json, type JsonObject } from '../../../twins/json.ts';
import { RowError } from './errors.ts';
import type { FieldDefinition } from './field.ts';
import { masterRecordType, toId18 } from './ids.ts';
import type { ObjectDefinition } from './object.ts';
import { uniqueKey } from './org.ts';
import { isSystemField } from './read.ts';
import type { StoredRow } from './row.ts';
import { convertValue } from './values.ts';
import { sightOf, type Writer } from './writer.ts';

export type Assigned = ReadonlyMap<FieldDefinition, Json>;

/** A record as a client sent it → the values that it assigns, converted and checked one by one. */
export function readInput(
  writer: Writer,
  object: ObjectDefinition,
  input: JsonObject,
  doing: 'create' | 'update',
): Assigned {
  const assigned = new Map<FieldDefinition, Json>();
  const refused: string[] = [];
  for (const name in input) {
    if (name === 'attributes') continue;
    const value = input[name] ?? null;
    const field = writer.org.access.field(object, name, sightOf(writer));
    const related =
      field === undefined && (value === null || isJsonObject(value))
        ? visibleRelation(writer, object, name)
        : undefined;
    const target = field ?? related;
    if (target === undefined)
      throw new RowError('INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`);
    if (!maySet(writer, object, target, doing)) refused.push(target.name);
    else if (related !== undefined)
      assigned.set(related, isJsonObject(value) ? byExternalId(writer, related, value) : null);
    else if (target.type === 'reference') assigned.set(target, reference(writer, object, target, value));
    else assigned.set(target, convertValue(target, value));
  }
  if (refused.length > 0) {
    const why =
      'Please check the security settings of this field and verify that it is read/write for your profile or permission set.';
    throw new RowError(
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      `Unable to create/update fields: ${refused.join(', ')}. ${why}`,
      refused,
    );
  }
  return assigned;
}

function maySet(writer: Writer, object: ObjectDefinition, field: FieldDefinition, doing: 'create' | 'update'): boolean {
  if (writer.trusted) return true;
  const { createable, updateable } = field.describe;
  return (doing === 'create' ? createable : updateable) && writer.org.access.mayEdit(object, field, writer.user);
}

function visibleRelation(writer: Writer, object: ObjectDefinition, name: string): FieldDefinition | undefined {
  const field = object.byRelationship.get(name.toLowerCase());
  return field === undefined ? undefined : writer.org.access.field(object, field.name, sightOf(writer));
}

/** `{"Account":{"Ext__c":"A1"}}`: the parent by a key of its own, `attributes.type` telling which object where there are several. */
function byExternalId(writer: Writer, field: FieldDefinition, value: JsonObject): Json {
  const type = isJsonObject(value.attributes) ? value.attributes.type : undefined;
  const [key, sought] = Object.entries(value).find(([name]) => name !== 'attributes') ?? [];
  const targets = field.describe.referenceTo.filter(
    (name) => type === undefined || String(type).toLowerCase() === name.toLowerCase(),
  );
  for (const name of targets) {
    const parent = writer.org.schema.find(name);
    const found =
      parent === undefined || key === undefined ? undefined : writer.org.access.field(parent, key, sightOf(writer));
    if (parent === undefined || found === undefined || !found.describe.idLookup) continue;
    if (found.type === 'id') return reference(writer, parent, field, sought ?? null);
    const rows = rowsByKey(writer, parent, found, sought ?? null);
    if (rows.length > 1)
      throw new RowError(
        'INVALID_FIELD',
        `More than one record found for external id field: ${rows.map((row) => row.id)}`,
        [],
      );
    const [row] = rows;
    if (row !== undefined) return row.id;
    throw new RowError(
      'INVALID_FIELD',
      `Foreign key external ID: ${String(sought).toLowerCase()} not found for field ${found.name} in entity ${name}`,
      [],
    );
  }
  throw new RowError('INVALID_FIELD', `No such column '${key ?? ''}' on sobject of type ${targets[0] ?? field.name}`);
}

/** Committed rows that a look-up by key finds. */
export function rowsByKey(writer: Writer, object: ObjectDefinition, field: FieldDefinition, value: Json): StoredRow[] {
  const { store, access } = writer.org;
  if (field.type === 'id') {
    const id = toId18(String(value));
    const row = id === null ? undefined : store.visible(object.name, id);
    return row === undefined || row.deleted ? [] : [row];
  }
  const rows = store.rows(object.name);
  rows.ensureIndex(`key:${field.name}`, (row) => (row.deleted ? null : uniqueKey(field, row.values[field.name])));
  const key = uniqueKey(field, convertValue(field, value));
  return key === null ? [] : rows.by(`key:${field.name}`, key).filter((row) => access.maySee(row, sightOf(writer)));
}

/** An id that points at a row of a fitting object which is there and may be seen. */
function reference(writer: Writer, object: ObjectDefinition, field: FieldDefinition, input: Json): Json {
  if (input === null || input === '') return null;
  const { label, referenceTo } = field.describe;
  const text = String(input);
  const id = toId18(text);
  if (field.name === 'RecordTypeId') return recordType(writer, object, label, id, text);
  if (id === null) throw new RowError('MALFORMED_ID', `${label}: id value of incorrect type: ${text}`, [field.name]);
  const target = writer.org.schema.byPrefix(id.slice(0, 3));
  if (target !== undefined && !referenceTo.includes(target.name)) {
    throw new RowError('MALFORMED_ID', `${label}: id value of incorrect type: ${text}`, [field.name]);
  }
  if (writer.trusted && isSystemField(field.name)) return id;
  const row = target === undefined ? undefined : writer.transaction.row(id);
  if (row === undefined) throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []);
  if (row.deleted && !writer.trusted) throw new RowError('ENTITY_IS_DELETED', 'entity is deleted', []);
  if (!writer.org.access.maySee(row, sightOf(writer))) {
    throw new RowError(
      'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
      `insufficient access rights on cross-reference id: ${id.slice(0, 15)}`,
      [],
    );
  }
  return id;
}

function recordType(writer: Writer, object: ObjectDefinition, label: string, id: string | null, text: string): Json {
  if (id === masterRecordType) return null;
  const row = id === null ? undefined : writer.transaction.row(id);
  if (
    row !== undefined &&
    row.object === 'RecordType' &&
    row.values.SobjectType === object.name &&
    row.values.IsActive !== false
  )
    return row.id;
  throw new RowError('INVALID_CROSS_REFERENCE_KEY', `${label}: this ID value isn't valid for the user: ${text}`, [
    'RecordTypeId',
  ]);
}
