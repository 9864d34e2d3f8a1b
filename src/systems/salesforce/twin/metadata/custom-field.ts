import { isJsonObject, type Json, type JsonObject } from '../../../../twins/json.ts';
import { fieldFromMetadata } from '../custom-fields.ts';
import { RowError } from '../errors.ts';
import type { FieldDefinition, FieldType } from '../field.ts';
import type { ObjectDefinition } from '../object.ts';
import { type Org, systemRow } from '../org.ts';
import { type StoredRow, withoutNulls } from '../row.ts';
import type { Writer } from '../writer.ts';
import { type Component, type Kind, rowsOf, sameName } from './kind.ts';

/**
 * Custom fields: in the schema, and as rows that the Tooling API shows. A new field is visible to nobody until FieldPermissions grant it,
 * not even to whoever made it. Its definition is live at once.
 */
export const customField: Kind = {
  name: 'CustomField',
  directory: null,
  suffix: null,
  put(writer, fullName, value) {
    const row = rowOf(writer.org, fullName);
    if (row === undefined) return createCustomField(writer, fullName, value);
    changeCustomField(writer, row, value);
    return row.id;
  },
  find(org, fullName) {
    const row = rowOf(org, fullName);
    return row === undefined ? seeded(org, fullName) : toComponent(row);
  },
  all: (org) => rowsOf(org, 'CustomField').map(toComponent),
  drop(writer, fullName) {
    const row = rowOf(writer.org, fullName);
    if (row === undefined) throw noSuchField(fullName);
    dropCustomField(writer, row);
  },
};

/** Answers the id. Throws RowError. */
export function createCustomField(writer: Writer, fullName: string, metadata: JsonObject): string {
  const { org } = writer;
  const [parentName = '', name = ''] = fullName.split('.');
  const parent = org.schema.find(parentName);
  if (parent === undefined || parent.tooling)
    throw new RowError('INVALID_CROSS_REFERENCE_KEY', `Entity not found: ${parentName}`, ['FullName']);
  if (!/^[A-Za-z](?:[A-Za-z0-9]|_(?!_))*__c$/.test(name) || name.length > 43) {
    throw new RowError(
      'FIELD_INTEGRITY_EXCEPTION',
      'The name of a custom field must end in __c, begin with a letter and hold at most 40 letters, digits and single underscores',
      ['FullName'],
    );
  }
  if (parent.byName.has(name.toLowerCase())) {
    throw new RowError(
      'DUPLICATE_DEVELOPER_NAME',
      `There is already a field named ${name.replace(/__c$/, '')} on ${parent.label}.`,
      ['DeveloperName'],
    );
  }
  org.schema.putField(parent.name, checked(org, fieldFromMetadata(name, metadata, { everyone: false })));
  const id = org.ids.next('00N');
  writer.transaction.put(systemRow('CustomField', id, writer.user, writer.at, toRow(parent, name, metadata)));
  return id;
}

export function changeCustomField(writer: Writer, row: StoredRow, metadata: JsonObject): void {
  const { org, at } = writer;
  const { parent, known } = fieldOf(org, row);
  const field = checked(org, fieldFromMetadata(known.name, metadata, { everyone: known.everyone }));
  org.schema.putField(parent.name, field);
  const values = toRow(parent, known.name, metadata);
  writer.transaction.put({ ...row, modifiedAt: at, modifiedBy: writer.user, stampAt: at, values });
}

export function dropCustomField(writer: Writer, row: StoredRow): void {
  const [parentName = '', name = ''] = String(row.values.FullName).split('.');
  writer.org.schema.dropField(parentName, name);
  writer.transaction.purge(row);
}

function checked(org: Org, field: FieldDefinition): FieldDefinition {
  const [target] = field.describe.referenceTo;
  if (target !== undefined && org.schema.find(target) === undefined)
    throw new RowError(
      'FIELD_INTEGRITY_EXCEPTION',
      `referenceTo value of '${target}' does not resolve to a valid sObject type`,
      [],
    );
  return field;
}

function fieldOf(org: Org, row: StoredRow): { parent: ObjectDefinition; known: FieldDefinition } {
  const fullName = String(row.values.FullName);
  const [parentName = '', name = ''] = fullName.split('.');
  const parent = org.schema.find(parentName);
  const known = parent?.byName.get(name.toLowerCase());
  if (parent === undefined || known === undefined) throw noSuchField(fullName);
  return { parent, known };
}

function noSuchField(fullName: string): RowError {
  return new RowError('INVALID_CROSS_REFERENCE_KEY', `no CustomField named ${fullName} found`, []);
}

function rowOf(org: Org, fullName: string): StoredRow | undefined {
  return rowsOf(org, 'CustomField').find(({ values }) => sameName(values.FullName, fullName));
}

function toComponent(row: StoredRow): Component {
  const { FullName, Metadata } = row.values;
  const value = isJsonObject(Metadata) ? Metadata : {};
  return { fullName: String(FullName), row, value };
}

function toRow(parent: ObjectDefinition, name: string, metadata: JsonObject): Readonly<Record<string, Json>> {
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

/** A field that somebody added by hand has no row: its metadata follows from its describe. */
function seeded(org: Org, fullName: string): Component | null {
  const [parentName = '', name = ''] = fullName.split('.');
  const parent = org.schema.find(parentName);
  const field = parent?.byName.get(name.toLowerCase());
  if (parent === undefined || field === undefined || !field.describe.custom) return null;
  const { label, length, externalId, unique, precision, scale } = field.describe;
  const size: JsonObject = precision > 0 ? { precision, scale } : length > 0 ? { length } : {};
  const value = { externalId, label, ...size, required: false, type: metadataTypes[field.type] ?? 'Text', unique };
  const row = systemRow(
    'CustomField',
    `00N${'0'.repeat(15)}`,
    org.people.person,
    org.schema.changedAt(parent.name),
    {},
  );
  return { fullName: `${parent.name}.${field.name}`, row, value };
}

const metadataTypes: Readonly<Partial<Record<FieldType, string>>> = {
  boolean: 'Checkbox',
  currency: 'Currency',
  date: 'Date',
  datetime: 'DateTime',
  double: 'Number',
  email: 'Email',
  multipicklist: 'MultiselectPicklist',
  percent: 'Percent',
  phone: 'Phone',
  picklist: 'Picklist',
  reference: 'Lookup',
  textarea: 'LongTextArea',
  time: 'Time',
  url: 'Url',
};
