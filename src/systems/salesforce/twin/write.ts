import { isJsonObject, type Json, type JsonObject } from '../../../twins/json.ts';
import { beforeSave } from './automation.ts';
import { checkDuplicates } from './duplicates.ts';
import { RowError } from './errors.ts';
import type { FieldDefinition } from './field.ts';
import { publishVersion } from './files.ts';
import { toId18 } from './ids.ts';
import { type Assigned, readInput, rowsByKey } from './input.ts';
import type { ObjectDefinition } from './object.ts';
import { uniqueKey } from './org.ts';
import { mirrorPerson } from './person-accounts.ts';
import { isSystemField } from './read.ts';
import { type StoredRow, withoutNulls } from './row.ts';
import type { Writer } from './writer.ts';

/** Creates a row; answers it. Throws RowError, then nothing has changed. */
export function insertRow(writer: Writer, object: ObjectDefinition, input: JsonObject): StoredRow {
  refusePlanted(writer);
  if (!writer.trusted && !(object.flags.createable && writer.org.access.rights(object, writer.user).create)) {
    throw new RowError('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', `entity type cannot be inserted: ${object.label}`, []);
  }
  const assigned = readInput(writer, object, input, 'create');
  const next: Record<string, Json> = {};
  for (const field of object.fields) {
    const { defaultValue, defaultedOnCreate } = field.describe;
    if (isSystemField(field.name)) continue;
    if (defaultValue !== null && defaultValue !== false) next[field.name] = defaultValue;
    else if (field.name === 'OwnerId' && defaultedOnCreate) next.OwnerId = writer.user;
  }
  const system = assign(next, assigned);
  const missing = object.required.filter((field) => (next[field.name] ?? null) === null && field.type !== 'boolean');
  if (missing.length > 0 && !(writer.trusted && object.tooling)) throw requiredMissing(missing);
  const given = new Set([...assigned.keys()].map((field) => field.name));
  beforeSave(object.name, next, null, given, writer);
  const comment = takeComment(object, next);
  const id = typeof system.Id === 'string' ? system.Id : writer.org.ids.next(object.keyPrefix);
  const createdAt = stamp(system.CreatedDate) ?? writer.at;
  const modifiedAt = stamp(system.LastModifiedDate) ?? createdAt;
  const row: StoredRow = {
    id,
    object: object.name,
    createdAt,
    createdBy: String(system.CreatedById ?? writer.user),
    modifiedAt,
    modifiedBy: String(system.LastModifiedById ?? system.CreatedById ?? writer.user),
    stampAt: stamp(system.SystemModstamp) ?? modifiedAt,
    deleted: system.IsDeleted === true,
    values: withoutNulls(next),
  };
  if (writer.trusted && writer.transaction.row(id) !== undefined)
    throw new RowError('DUPLICATE_VALUE', `duplicate value found: Id ${id} is taken`, []);
  check(writer, object, row, 'Insert');
  writer.transaction.put(row);
  if (comment !== null) addComment(writer, row.id, comment);
  return object.name === 'ContentVersion' ? publishVersion(writer, row) : mirrorPerson(writer, row);
}

export function updateRow(writer: Writer, object: ObjectDefinition, id: string, input: JsonObject): StoredRow {
  refusePlanted(writer);
  const before = writableRow(writer, object, id);
  if (!writer.trusted && !writer.org.access.rights(object, writer.user).edit) throw insufficientAccess();
  if (object.name === 'Lead' && before.values.IsConverted === true && !writer.trusted) {
    throw new RowError('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', []);
  }
  const assigned = readInput(writer, object, input, 'update');
  const next: Record<string, Json> = { ...before.values };
  const system = assign(next, assigned);
  const emptied = [...assigned].filter(
    ([field, value]) => value === null && !field.describe.nillable && field.type !== 'boolean',
  );
  if (emptied.length > 0) throw requiredMissing(emptied.map(([field]) => field));
  const given = new Set([...assigned.keys()].map((field) => field.name));
  beforeSave(object.name, next, before, given, writer);
  const comment = takeComment(object, next);
  const modifiedAt = stamp(system.LastModifiedDate) ?? writer.at;
  const row: StoredRow = {
    ...before,
    modifiedAt,
    modifiedBy: writer.user,
    // Two statements in one second share a stamp; a later statement never has an earlier one.
    stampAt: Math.max(before.stampAt, modifiedAt),
    values: withoutNulls(next),
  };
  check(writer, object, row, 'Update');
  if (object.name === 'FieldPermissions' && row.values.PermissionsRead !== true) writer.transaction.purge(before);
  else writer.transaction.put(row);
  if (comment !== null) addComment(writer, row.id, comment);
  return mirrorPerson(writer, row);
}

/** Creates or updates by a key: `created` tells which. Several matches are `many`. */
export function upsertRow(
  writer: Writer,
  object: ObjectDefinition,
  field: FieldDefinition,
  key: Json,
  input: JsonObject,
  updateOnly = false,
): { readonly row: StoredRow; readonly created: boolean } | { readonly many: readonly StoredRow[] } {
  const rows = rowsByKey(writer, object, field, key);
  if (rows.length > 1) return { many: rows };
  const [row] = rows;
  if (row !== undefined) return { row: updateRow(writer, object, row.id, input), created: false };
  if (updateOnly) throw new RowError('NOT_FOUND', 'The requested resource does not exist', []);
  if (field.type === 'id') throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []);
  return { row: insertRow(writer, object, { ...input, [field.name]: key }), created: true };
}

/** The latest state of a row that is about to be written. */
export function writableRow(writer: Writer, object: ObjectDefinition, id: string): StoredRow {
  const id18 = toId18(id);
  if (id18 === null) throw new RowError('MALFORMED_ID', `malformed id ${id}`, []);
  const row = writer.transaction.row(id18);
  if (
    row === undefined ||
    row.object !== object.name ||
    !writer.org.access.maySee(row, writer.trusted ? null : writer.user)
  ) {
    throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [], { row: true });
  }
  if (row.deleted) throw new RowError('ENTITY_IS_DELETED', 'entity is deleted', []);
  if (!writer.trusted && writer.org.access.isLocked(row)) {
    throw new RowError(
      'UNABLE_TO_LOCK_ROW',
      `unable to obtain exclusive access to this record or 1 records: ${row.id.slice(0, 15)}`,
      [],
    );
  }
  if (!writer.trusted && writer.org.access.isHeld(row)) {
    throw new RowError('ENTITY_IS_LOCKED', 'the entity is locked for editing', []);
  }
  return row;
}

export function insufficientAccess(): RowError {
  return new RowError('INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id', []);
}

/** A refusal that somebody planted for this item: `{"statusCode" or "errorCode", "message", "fields"}`. */
export function refusePlanted(writer: Writer): void {
  const body = writer.trusted ? null : writer.refuse();
  if (body === null) return;
  const error = isJsonObject(body) ? body : {};
  const fields = Array.isArray(error.fields) ? error.fields.map(String) : [];
  throw new RowError(
    String(error.statusCode ?? error.errorCode ?? 'UNABLE_TO_LOCK_ROW'),
    String(error.message ?? 'unable to obtain exclusive access to this record'),
    fields,
  );
}

/** Puts what is assigned into the row's values; answers what belongs to the system fields instead. */
function assign(next: Record<string, Json>, assigned: Assigned): Readonly<Record<string, Json>> {
  const system: Record<string, Json> = {};
  for (const [{ name }, value] of assigned) {
    if (isSystemField(name)) system[name] = value;
    else next[name] = value;
  }
  return system;
}

function requiredMissing(fields: readonly FieldDefinition[]): RowError {
  const names = fields.map((field) => field.name);
  return new RowError('REQUIRED_FIELD_MISSING', `Required fields are missing: [${names.join(', ')}]`, names);
}

function stamp(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function triggerFailed(name: string, message: string, doing: string): RowError {
  const cause = `caused by: System.DmlException: ${message}`;
  const text = `${name}: execution of Before${doing}\n\n${cause}\n\nTrigger.${name}: line 1, column 1`;
  return new RowError('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', text, []);
}

/** What concerns the row as a whole: the org's rules, then unique values. */
function check(writer: Writer, object: ObjectDefinition, row: StoredRow, doing: 'Insert' | 'Update'): void {
  if (!writer.trusted) {
    for (const rule of writer.org.rules.validation(object.name)) {
      if (!rule.fails(row)) continue;
      if (rule.trigger) throw triggerFailed(rule.name, rule.message, doing);
      throw new RowError('FIELD_CUSTOM_VALIDATION_EXCEPTION', rule.message, rule.field === null ? [] : [rule.field]);
    }
    checkDuplicates(writer, object, row);
  }
  checkUnique(writer, object, row);
}

/** Values that no two living rows share; committed or not, whoever came first holds them. */
export function checkUnique(writer: Writer, object: ObjectDefinition, row: StoredRow): void {
  for (const field of object.unique) {
    const key = uniqueKey(field, row.values[field.name]);
    const holder = key === null ? undefined : writer.org.store.holder(object.name, field.name, key);
    if (holder === undefined || holder === row.id) continue;
    throw new RowError(
      'DUPLICATE_VALUE',
      `duplicate value found: ${field.name} duplicates value on record with id: ${holder.slice(0, 15)}`,
      [],
    );
  }
}

/** Comments of a case are not kept in the case: they become a CaseComment. */
function takeComment(object: ObjectDefinition, next: Record<string, Json>): string | null {
  if (object.name !== 'Case') return null;
  const comment = next.Comments;
  delete next.Comments;
  return typeof comment === 'string' ? comment : null;
}

function addComment(writer: Writer, caseId: string, body: string): void {
  const object = writer.org.schema.find('CaseComment');
  if (object !== undefined)
    insertRow({ ...writer, refuse: () => null }, object, { ParentId: caseId, CommentBody: body });
}
