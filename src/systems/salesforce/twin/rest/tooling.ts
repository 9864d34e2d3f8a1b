import { isJsonObject } from '../../../../twins/json.ts';
import { RowError } from '../errors.ts';
import { changeCustomField, createCustomField, dropCustomField } from '../metadata/custom-field.ts';
import { describeObject, type ObjectDefinition } from '../object.ts';
import { readRecord } from '../read.ts';
import { type Answer, basePath, bodyObject, type Call, objectOf, oneRow } from './call.ts';
import { findById, notAllowed } from './rows.ts';
import { changeEventSetup, createEventSetup } from './tooling-events.ts';

/**
 * `/tooling/sobjects`. CustomField is the way to make fields without a deployment. A new field is visible to nobody until FieldPermissions
 * grant it, not even to whoever made it.
 */
export function toolingFields(call: Call): Answer {
  const name = call.path[2];
  if (name === undefined) {
    const sobjects = call.api.org.schema.objects
      .filter(({ tooling }) => tooling)
      .map((object) => describeObject(object, `${basePath(call)}/tooling/sobjects`));
    return { status: 200, body: { encoding: 'UTF-8', maxBatchSize: 200, sobjects } };
  }
  const object = objectOf(call, name, true);
  const id = call.path[3];
  const isField = object.name === 'CustomField';
  if (id === undefined) {
    if (call.method !== 'POST') throw notAllowed(call.method, 'POST');
    return isField ? createFieldByCall(call) : createEventSetup(call, object);
  }
  if (call.method === 'GET') {
    const row = findById(call, object, id);
    return { status: 200, body: readRecord(call.api.org, object, row, object.fields, call.version) };
  }
  if (call.method === 'PATCH')
    return isField ? changeFieldByCall(call, object, id) : changeEventSetup(call, object, id);
  if (call.method === 'DELETE') {
    const row = findById(call, object, id);
    oneRow(call, (writer) => (isField ? dropCustomField(writer, row) : writer.transaction.purge(row)));
    return { status: 204 };
  }
  throw notAllowed(call.method, 'DELETE,GET,HEAD,PATCH');
}

function createFieldByCall(call: Call): Answer {
  const { FullName, Metadata } = bodyObject(call);
  const id = oneRow(call, (writer) => {
    if (!isJsonObject(Metadata) || typeof FullName !== 'string' || !FullName.includes('.')) {
      throw new RowError('REQUIRED_FIELD_MISSING', 'Required fields are missing: [FullName, Metadata]', [
        'FullName',
        'Metadata',
      ]);
    }
    return createCustomField(writer, FullName, Metadata);
  });
  return { status: 201, body: { id, success: true, errors: [], warnings: [], infos: [] } };
}

function changeFieldByCall(call: Call, object: ObjectDefinition, id: string): Answer {
  const row = findById(call, object, id);
  const { Metadata } = bodyObject(call);
  oneRow(call, (writer) => {
    if (!isJsonObject(Metadata))
      throw new RowError('REQUIRED_FIELD_MISSING', 'Required fields are missing: [Metadata]', ['Metadata']);
    changeCustomField(writer, row, Metadata);
  });
  return { status: 204 };
}
