import { isJsonObject, type Json, type JsonObject } from '../../../../twins/json.ts';
import { fieldFromMetadata } from '../custom-fields.ts';
import { notFound, RowError } from '../errors.ts';
import { eventName } from '../events/change-event.ts';
import { isSelected, mostSelected } from '../events/selection.ts';
import { describeObject, type ObjectDefinition } from '../object.ts';
import { systemRow } from '../org.ts';
import { readRecord } from '../read.ts';
import { withoutNulls } from '../row.ts';
import type { Writer } from '../writer.ts';
import { type Answer, basePath, bodyObject, type Call, objectOf, oneRow } from './call.ts';
import { findById, notAllowed } from './rows.ts';

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
    return isField ? createCustomField(call, object) : selectEntity(call, object);
  }
  if (call.method === 'GET') {
    const row = findById(call, object, id);
    return { status: 200, body: readRecord(call.api.org, object, row, object.fields, call.version) };
  }
  if (call.method === 'PATCH' && isField) return changeCustomField(call, object, id);
  if (call.method === 'DELETE') return isField ? dropCustomField(call, object, id) : unselectEntity(call, object, id);
  throw notAllowed(call.method, 'DELETE,GET,HEAD,PATCH');
}

function createCustomField(call: Call, object: ObjectDefinition): Answer {
  const { org } = call.api;
  const { FullName, Metadata } = bodyObject(call);
  const id = oneRow(call, (writer) => {
    const [parentName = '', fieldName = ''] = String(FullName ?? '').split('.');
    if (!isJsonObject(Metadata) || fieldName === '') {
      throw new RowError('REQUIRED_FIELD_MISSING', 'Required fields are missing: [FullName, Metadata]', [
        'FullName',
        'Metadata',
      ]);
    }
    const parent = org.schema.find(parentName);
    if (parent === undefined || parent.tooling)
      throw new RowError('INVALID_CROSS_REFERENCE_KEY', `Entity not found: ${parentName}`, ['FullName']);
    if (!/^[A-Za-z](?:[A-Za-z0-9]|_(?!_))*__c$/.test(fieldName) || fieldName.length > 43) {
      throw new RowError(
        'FIELD_INTEGRITY_EXCEPTION',
        'The name of a custom field must end in __c, begin with a letter and hold at most 40 letters, digits and single underscores',
        ['FullName'],
      );
    }
    if (parent.byName.has(fieldName.toLowerCase())) {
      throw new RowError(
        'DUPLICATE_DEVELOPER_NAME',
        `There is already a field named ${fieldName.replace(/__c$/, '')} on ${parent.label}.`,
        ['DeveloperName'],
      );
    }
    return addCustomField(writer, parent, fieldName, Metadata, object.keyPrefix);
  });
  return { status: 201, body: { id, success: true, errors: [], warnings: [], infos: [] } };
}

/** The field and the Tooling API's row of it. Field metadata is live at once, there is nothing to commit. */
function addCustomField(
  writer: Writer,
  parent: ObjectDefinition,
  name: string,
  metadata: JsonObject,
  prefix: string,
): string {
  const { org } = writer;
  const field = fieldFromMetadata(name, metadata, { everyone: false });
  org.schema.putField(parent.name, field);
  const id = org.ids.next(prefix);
  writer.transaction.put(systemRow('CustomField', id, writer.user, writer.at, fieldRow(parent, name, metadata)));
  return id;
}

function fieldRow(parent: ObjectDefinition, name: string, metadata: JsonObject): Readonly<Record<string, Json>> {
  return withoutNulls({
    DeveloperName: name.replace(/__c$/, ''),
    FullName: `${parent.name}.${name}`,
    ManageableState: 'unmanaged',
    TableEnumOrId: parent.name,
    EntityDefinitionId: parent.name,
    Length: metadata.length ?? null,
    Precision: metadata.precision ?? null,
    Scale: metadata.scale ?? null,
    InlineHelpText: metadata.inlineHelpText ?? null,
    Metadata: metadata,
  });
}

function changeCustomField(call: Call, object: ObjectDefinition, id: string): Answer {
  const { org } = call.api;
  const row = findById(call, object, id);
  const { Metadata } = bodyObject(call);
  const [parentName = '', name = ''] = String(row.values.FullName).split('.');
  const parent = org.schema.find(parentName);
  const known = parent?.byName.get(name.toLowerCase());
  if (parent === undefined || known === undefined) throw notFound();
  oneRow(call, (writer) => {
    if (!isJsonObject(Metadata))
      throw new RowError('REQUIRED_FIELD_MISSING', 'Required fields are missing: [Metadata]', ['Metadata']);
    org.schema.putField(parent.name, fieldFromMetadata(name, Metadata, { everyone: known.everyone }));
    writer.transaction.put({
      ...row,
      modifiedAt: writer.at,
      modifiedBy: writer.user,
      stampAt: writer.at,
      values: fieldRow(parent, name, Metadata),
    });
  });
  return { status: 204 };
}

function dropCustomField(call: Call, object: ObjectDefinition, id: string): Answer {
  const row = findById(call, object, id);
  const [parentName = '', name = ''] = String(row.values.FullName).split('.');
  call.api.org.schema.dropField(parentName, name);
  oneRow(call, (writer) => writer.transaction.purge(row));
  return { status: 204 };
}

/** `PlatformEventChannelMember`: the changes of an object are published from now on. */
function selectEntity(call: Call, object: ObjectDefinition): Answer {
  const { org } = call.api;
  const { Metadata } = bodyObject(call);
  const id = oneRow(call, (writer) => {
    const entity = isJsonObject(Metadata) ? String(Metadata.selectedEntity) : '';
    const published = org.schema.objects.find(({ name, tooling }) => !tooling && eventName(name) === entity);
    if (published === undefined)
      throw new RowError('INVALID_CROSS_REFERENCE_KEY', `no change events for ${entity}`, ['SelectedEntity']);
    if (isSelected(org, published.name))
      throw new RowError('DUPLICATE_DEVELOPER_NAME', `${entity} is selected already`, ['DeveloperName']);
    if (org.store.rows(object.name).size >= mostSelected)
      throw new RowError('LIMIT_EXCEEDED', `You can select up to ${mostSelected} entities`, []);
    const values = { DeveloperName: `ChangeEvents_${entity}`, EventChannel: 'ChangeEvents', SelectedEntity: entity };
    const member = org.ids.next(object.keyPrefix);
    writer.transaction.put(systemRow(object.name, member, writer.user, writer.at, values));
    return member;
  });
  return { status: 201, body: { id, success: true, errors: [], warnings: [], infos: [] } };
}

function unselectEntity(call: Call, object: ObjectDefinition, id: string): Answer {
  const row = findById(call, object, id);
  oneRow(call, (writer) => writer.transaction.purge(row));
  return { status: 204 };
}
