import type { Json } from '../../../../twins/json.ts';
import { ApiError, apiError, notFound } from '../errors.ts';
import type { FieldDefinition } from '../field.ts';
import { toId18 } from '../ids.ts';
import { rowsByKey } from '../input.ts';
import type { ObjectDefinition } from '../object.ts';
import { readRecord } from '../read.ts';
import { deleteRow } from '../remove.ts';
import type { StoredRow } from '../row.ts';
import { insertRow, updateRow, upsertRow } from '../write.ts';
import { blobOf, inputOf } from './blobs.ts';
import { type Answer, basePath, type Call, objectOf, oneRow, writerOf } from './call.ts';
import { isUnchanged, rowTag } from './conditional.ts';

/** `POST /sobjects/T`. */
export function createRow(call: Call): Answer {
  const object = objectOf(call, call.path[1] ?? '');
  const input = inputOf(call);
  if (Object.keys(input).some((name) => name.toLowerCase() === 'id')) {
    throw apiError(400, 'INVALID_FIELD', 'The Id field should not be specified in the sobject data.');
  }
  const row = oneRow(call, (writer) => insertRow(writer, object, input));
  const location = `${basePath(call)}/sobjects/${object.name}/${row.id}`;
  return { status: 201, body: { id: row.id, success: true, errors: [] }, headers: { location } };
}

/** `/sobjects/T/ID`, and `/sobjects/T/Id` to which POST creates. */
export function rowById(call: Call): Answer {
  const object = objectOf(call, call.path[1] ?? '');
  const id = call.path[2] ?? '';
  if (id.toLowerCase() === 'id' && call.method === 'POST') return createRow(call);
  const method = call.method === 'POST' ? (call.query.get('_HttpMethod') ?? 'POST') : call.method;
  if (method === 'GET') return { ...getRow(call, object, findById(call, object, id)) };
  if (method === 'DELETE') return removeRow(call, object, id);
  if (method !== 'PATCH') throw notAllowed(call.method, 'DELETE,GET,HEAD,PATCH');
  const input = inputOf(call);
  if (Object.keys(input).some((name) => name.toLowerCase() === 'id')) {
    throw apiError(400, 'INVALID_FIELD', 'The Id field should not be specified in the sobject data.');
  }
  checkPrecondition(call, object, id);
  oneRow(call, (writer) => updateRow(writer, object, id, input));
  return { status: 204 };
}

/** `/sobjects/T/FIELD/VALUE`: by external id. */
export function rowByKey(call: Call): Answer {
  const object = objectOf(call, call.path[1] ?? '');
  const name = call.path[2] ?? '';
  const key = call.path.slice(3).join('/');
  const blob = blobOf(call, object, name, key);
  if (blob !== null) return blob;
  const field = keyField(call, object, name);
  const method = call.method === 'POST' ? (call.query.get('_HttpMethod') ?? 'POST') : call.method;
  if (method === 'GET' || method === 'DELETE') {
    const rows = oneRow(call, (writer) => rowsByKey(writer, object, field, key));
    if (rows.length > 1) return several(call, object, rows);
    const [row] = rows;
    if (row === undefined) throw notFound();
    return method === 'GET' ? getRow(call, object, row) : removeRow(call, object, row.id);
  }
  if (method !== 'PATCH') throw notAllowed(call.method, 'DELETE,GET,HEAD,PATCH');
  const input = inputOf(call);
  if (Object.keys(input).some((given) => given.toLowerCase() === field.name.toLowerCase())) {
    throw apiError(400, 'INVALID_FIELD', `The ${field.name} field should not be specified in the sobject data.`);
  }
  const updateOnly = call.query.get('updateOnly') === 'true';
  const done = oneRow(call, (writer) => upsertRow(writer, object, field, key, input, updateOnly));
  if ('many' in done) return several(call, object, done.many);
  const body = {
    id: done.row.id,
    success: true,
    errors: [],
    ...(Number(call.version) >= 46 ? { created: done.created } : {}),
  };
  if (done.created)
    return { status: 201, body, headers: { location: `${basePath(call)}/sobjects/${object.name}/${done.row.id}` } };
  return Number(call.version) >= 46 ? { status: 200, body } : { status: 204 };
}

export function keyField(call: Call, object: ObjectDefinition, name: string): FieldDefinition {
  const field = call.api.org.access.field(object, name, call.user);
  if (field?.describe.idLookup === true) return field;
  throw notFound(`Provided external ID field does not exist or is not accessible: ${name}`);
}

export function findById(call: Call, object: ObjectDefinition, id: string): StoredRow {
  const id18 = toId18(id);
  if (id18 === null) throw apiError(400, 'MALFORMED_ID', `malformed id ${id}`);
  const row = call.api.org.store.visible(object.name, id18);
  // The recycle bin is not shown here: a deleted row is as unknown as one that never was.
  if (row === undefined || row.deleted || !call.api.org.access.maySee(row, call.user)) throw notFound();
  return row;
}

function getRow(call: Call, object: ObjectDefinition, row: StoredRow): Answer {
  const { org } = call.api;
  const headers: Record<string, string> = { 'last-modified': new Date(row.modifiedAt).toUTCString() };
  if (object.name === 'Account') headers.etag = rowTag(row);
  if (isUnchanged(call.headers, row.modifiedAt, object.name === 'Account' ? rowTag(row) : null))
    return { status: 304, headers };
  const record = readRecord(org, object, row, chosenFields(call, object), call.version);
  return { status: 200, body: record, headers };
}

function chosenFields(call: Call, object: ObjectDefinition): readonly FieldDefinition[] {
  const names = call.query.get('fields');
  const { access } = call.api.org;
  if (names === null) return access.fields(object, call.user);
  const wanted = new Set(['id', ...names.split(',').map((name) => name.trim().toLowerCase())]);
  for (const name of wanted) {
    if (access.field(object, name, call.user) === undefined) {
      throw apiError(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`);
    }
  }
  return access.fields(object, call.user).filter((field) => wanted.has(field.name.toLowerCase()));
}

function removeRow(call: Call, object: ObjectDefinition, id: string): Answer {
  oneRow(call, (writer) => deleteRow(writer, object, id, call.api.trash));
  return { status: 204 };
}

function several(call: Call, object: ObjectDefinition, rows: readonly StoredRow[]): Answer {
  const body: Json = rows.map((row) => `${basePath(call)}/sobjects/${object.name}/${row.id}`);
  return { status: 300, body };
}

/** A weak lock: stamps have a resolution of one second. */
function checkPrecondition(call: Call, object: ObjectDefinition, id: string): void {
  const { headers } = call;
  const since = headers.get('if-unmodified-since');
  const match = object.name === 'Account' ? headers.get('if-match') : null;
  const modified = headers.get('if-modified-since');
  if (since === null && match === null && modified === null) return;
  for (const date of [since, modified]) {
    if (date !== null && Number.isNaN(Date.parse(date)))
      throw apiError(400, 'INVALID_FIELD', `Invalid date header: ${date}`);
  }
  const id18 = toId18(id);
  const row = id18 === null ? undefined : writerOf(call).transaction.row(id18);
  if (row === undefined) return;
  const isStale =
    (since !== null && row.modifiedAt > Date.parse(since)) ||
    (match !== null && match !== '*' && match !== rowTag(row));
  const isUntouched = modified !== null && row.modifiedAt <= Date.parse(modified);
  if (isStale || isUntouched)
    throw new ApiError(412, [{ message: 'The resource has been modified since', errorCode: 'PRECONDITION_FAILED' }]);
}

export function notAllowed(method: string, allowed: string): ApiError {
  const body = [
    { errorCode: 'METHOD_NOT_ALLOWED', message: `HTTP Method '${method}' not allowed. Allowed are ${allowed}` },
  ];
  return new ApiError(405, body, { allow: allowed });
}
