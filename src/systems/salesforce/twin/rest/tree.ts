import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../../../twins/json.ts';
import { apiError, asItemError, RowError } from '../errors.ts';
import type { ObjectDefinition } from '../object.ts';
import { insertRow } from '../write.ts';
import type { Writer } from '../writer.ts';
import { type Answer, bodyObject, type Call, objectOf, writerOf } from './call.ts';

/** `POST /composite/tree/T`: up to 200 nested new records, all or none. */
export function tree(call: Call): Answer {
  const object = objectOf(call, call.path[2] ?? '');
  const { records } = bodyObject(call);
  if (!isJsonList(records))
    throw apiError(400, 'JSON_PARSER_ERROR', 'Missing or invalid value for records at [line:1, column:1]');
  const mark = call.transaction.mark();
  const results: JsonObject[] = [];
  const errors: JsonObject[] = [];
  plant(call, writerOf(call), object, records.filter(isJsonObject), null, 1, { results, errors });
  if (results.length > 200)
    throw apiError(
      400,
      'EXCEEDED_ID_LIMIT',
      'record limit reached. cannot submit more than 200 records into this call',
    );
  if (errors.length === 0) return { status: 201, body: { hasErrors: false, results } };
  call.transaction.rollback(mark);
  return { status: 400, body: { hasErrors: true, results: errors } };
}

interface Harvest {
  readonly results: JsonObject[];
  readonly errors: JsonObject[];
}

function plant(
  call: Call,
  writer: Writer,
  object: ObjectDefinition,
  records: readonly JsonObject[],
  parent: JsonObject | null,
  depth: number,
  harvest: Harvest,
): void {
  if (depth > 5) throw apiError(400, 'INVALID_INPUT', 'A tree may be at most 5 levels deep');
  for (const record of records) {
    const attributes = isJsonObject(record.attributes) ? record.attributes : {};
    const referenceId = attributes.referenceId ?? null;
    const own = new Map<string, Json>(Object.entries(parent ?? {}));
    const children: { name: string; records: readonly Json[] }[] = [];
    for (const [name, value] of Object.entries(record)) {
      if (isJsonObject(value) && isJsonList(value.records)) children.push({ name, records: value.records });
      else if (name !== 'attributes') own.set(name, value);
    }
    try {
      const row = insertRow(writer, object, Object.fromEntries(own));
      harvest.results.push({ referenceId, id: row.id });
      for (const child of children) {
        const relation = call.api.org.schema
          .childrenOf(object.name)
          .find(({ field }) => field.childrenName?.toLowerCase() === child.name.toLowerCase());
        if (relation === undefined)
          throw new RowError('INVALID_FIELD', `No such column '${child.name}' on sobject of type ${object.name}`);
        plant(
          call,
          writer,
          relation.child,
          child.records.filter(isJsonObject),
          { [relation.field.name]: row.id },
          depth + 1,
          harvest,
        );
      }
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      harvest.errors.push({ referenceId, errors: [asItemError(error)] });
    }
  }
}
