import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../../../twins/json.ts';
import { type ApiError, apiError, asItemError, RowError } from '../errors.ts';
import { toId18 } from '../ids.ts';
import type { ObjectDefinition } from '../object.ts';
import { readRecord } from '../read.ts';
import { deleteRow } from '../remove.ts';
import { insertRow, updateRow, upsertRow } from '../write.ts';
import type { Writer } from '../writer.ts';
import { type Answer, bodyObject, type Call, objectOf, writerOf } from './call.ts';
import { keyField, notAllowed } from './rows.ts';

const most = 200;

/** `POST|PATCH|DELETE /composite/sobjects`: always 200, one result per record in their order. */
export function collections(call: Call): Answer {
  if (call.method === 'DELETE') return removeMany(call);
  if (call.method !== 'POST' && call.method !== 'PATCH') throw notAllowed(call.method, 'DELETE,PATCH,POST');
  const { records, allOrNone } = readRecords(call);
  checkChunks(records);
  const results = writeEach(call, records, allOrNone, (writer, record) => {
    const object = typeOf(call, record);
    if (call.method === 'POST') return { id: insertRow(writer, object, withoutId(record)).id };
    const id = record.id ?? record.Id;
    if (typeof id !== 'string') throw new RowError('MISSING_ARGUMENT', 'Id not specified in an update call', []);
    return { id: updateRow(writer, object, id, withoutId(record)).id };
  });
  return { status: 200, body: results };
}

/** `/composite/sobjects/T`: retrieve; `/composite/sobjects/T/EXT`: upsert. */
export function collectionsOfType(call: Call): Answer {
  const object = objectOf(call, call.path[2] ?? '');
  const name = call.path[3];
  if (name === undefined) return retrieve(call, object);
  if (call.method !== 'PATCH') throw notAllowed(call.method, 'PATCH');
  const field = keyField(call, object, name);
  const { records, allOrNone } = readRecords(call);
  const results = writeEach(
    call,
    records,
    allOrNone,
    (writer, record) => {
      const given = Object.keys(record).find((one) => one.toLowerCase() === field.name.toLowerCase());
      const key = given === undefined ? undefined : record[given];
      if (key === undefined || key === null || key === '')
        throw new RowError('MISSING_ARGUMENT', `${field.name} not specified`, []);
      const { [given ?? '']: _, ...rest } = record;
      const done = upsertRow(writer, typeOf(call, record, object), field, key, rest);
      if ('many' in done) {
        throw new RowError(
          'DUPLICATE_EXTERNAL_ID',
          `${field.name}: more than one record found for external id field: [${done.many.map(({ id }) => id)}]`,
          [field.name],
        );
      }
      return { id: done.row.id, created: done.created };
    },
    true,
  );
  return { status: 200, body: results };
}

function readRecords(call: Call): { records: readonly JsonObject[]; allOrNone: boolean } {
  const body = bodyObject(call);
  const { records } = body;
  // One that is no object would leave its place in the answer empty.
  if (!isJsonList(records) || !records.every(isJsonObject))
    throw apiError(
      400,
      'JSON_PARSER_ERROR',
      'Cannot deserialize instance of collection from VALUE_NULL value null or request may be missing a required field at [line:1, column:1]',
    );
  if (records.length > most) throw tooMany();
  return { records, allOrNone: body.allOrNone === true };
}

function tooMany(): ApiError {
  return apiError(
    400,
    'EXCEEDED_ID_LIMIT',
    `record limit reached. cannot submit more than ${most} records into this call`,
  );
}

/** Records of mixed types are worked on in runs of one type, of which there may be ten. */
function checkChunks(records: readonly JsonObject[]): void {
  let runs = 0;
  let last: Json | undefined;
  for (const { attributes } of records) {
    const type = isJsonObject(attributes) ? attributes.type : undefined;
    if (type !== last) runs++;
    last = type;
  }
  if (runs > 10)
    throw apiError(
      400,
      'INVALID_BATCH_SIZE',
      'Too many chunks: Cannot have more than 10 chunks in a single operation. Please rearrange the data to reduce chunking.',
    );
}

function typeOf(call: Call, record: JsonObject, fallback?: ObjectDefinition): ObjectDefinition {
  const type = isJsonObject(record.attributes) ? record.attributes.type : undefined;
  if (type === undefined && fallback !== undefined) return fallback;
  const object = typeof type === 'string' ? call.api.org.access.object(type, call.user) : undefined;
  if (object === undefined || object.tooling)
    throw new RowError('INVALID_TYPE', `sObject type '${String(type ?? '')}' is not supported.`, []);
  return object;
}

function withoutId(record: JsonObject): JsonObject {
  const { id: _, Id: __, ...rest } = record;
  return rest;
}

type Done = { readonly id: string; readonly created?: boolean };

function writeEach(
  call: Call,
  records: readonly JsonObject[],
  allOrNone: boolean,
  write: (writer: Writer, record: JsonObject) => Done,
  upsert = false,
): Json[] {
  const writer = writerOf(call);
  const start = call.transaction.mark();
  const results: (JsonObject & { readonly success: boolean })[] = [];
  for (const record of records) {
    const mark = call.transaction.mark();
    try {
      const { id, created } = write(writer, record);
      results.push({ id, success: true, errors: [], ...(created === undefined ? {} : { created }) });
    } catch (error) {
      call.transaction.rollback(mark);
      if (!(error instanceof RowError)) throw error;
      results.push({ success: false, errors: [asItemError(error)] });
    }
  }
  if (!allOrNone || results.every(({ success }) => success)) return results;
  call.transaction.rollback(start);
  const rolledBack = new RowError(
    'ALL_OR_NONE_OPERATION_ROLLED_BACK',
    'Record rolled back because not all records were valid and the request was using AllOrNone header',
    [],
  );
  return results.map((result) => ({
    success: false,
    errors: result.success ? [asItemError(rolledBack)] : (result.errors ?? []),
    // A rolled-back upsert says `created` of every entry.
    ...(upsert ? { created: true } : {}),
  }));
}

function removeMany(call: Call): Answer {
  const ids = (call.query.get('ids') ?? '').split(',').filter((id) => id !== '');
  if (ids.length > most) throw tooMany();
  if (ids.length === 0) throw apiError(400, 'MISSING_ARGUMENT', 'ids parameter must be specified');
  const records = ids.map((id) => ({ id }));
  const results = writeEach(call, records, call.query.get('allOrNone') === 'true', (writer, { id }) => {
    const id18 = toId18(String(id));
    const object = id18 === null ? undefined : call.api.org.schema.byPrefix(id18.slice(0, 3));
    if (id18 === null || object === undefined) throw new RowError('MALFORMED_ID', `malformed id ${String(id)}`, []);
    return { id: deleteRow(writer, object, id18, call.api.trash).id };
  });
  return { status: 200, body: results };
}

/** Rows by id in the order asked for; null for what is unknown, deleted or hidden. */
function retrieve(call: Call, object: ObjectDefinition): Answer {
  const { ids, fields } = retrieved(call);
  if (ids.length > 2_000)
    throw apiError(
      400,
      'EXCEEDED_ID_LIMIT',
      'record limit reached. cannot submit more than 2000 records into this call',
    );
  const { org } = call.api;
  const chosen = fields.map((name) => {
    const field = org.access.field(object, name, call.user);
    if (field === undefined)
      throw apiError(
        400,
        'INVALID_FIELD',
        `No such column '${name}' on entity '${object.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
      );
    return field;
  });
  const body = ids.map((id) => {
    const id18 = toId18(id);
    const row = id18 === null ? undefined : org.store.visible(object.name, id18);
    if (row === undefined || row.deleted || !org.access.maySee(row, call.user)) return null;
    return readRecord(org, object, row, chosen, call.version);
  });
  return { status: 200, body };
}

function retrieved(call: Call): { ids: readonly string[]; fields: readonly string[] } {
  if (call.method === 'GET') {
    const list = (name: string): string[] => (call.query.get(name) ?? '').split(',').filter((part) => part !== '');
    return { ids: list('ids'), fields: list('fields') };
  }
  if (call.method !== 'POST') throw notAllowed(call.method, 'GET,POST');
  const { ids, fields } = bodyObject(call);
  if (!isJsonList(ids) || !isJsonList(fields))
    throw apiError(400, 'MISSING_ARGUMENT', 'ids and fields must be specified');
  return { ids: ids.map(String), fields: fields.map(String) };
}
