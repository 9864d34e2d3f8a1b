import { isJsonObject, type JsonObject } from '../../../../twins/json.ts';
import { RowError } from '../errors.ts';
import { createCustomObject } from '../object.ts';
import type { Org } from '../org.ts';
import type { StoredRow } from '../row.ts';
import type { Writer } from '../writer.ts';
import { type Component, type Kind, putRow, rowsOf, sameName, textIn } from './kind.ts';

/** Objects: new custom ones; of standard ones, only what lies inside their file is looked at. */
export const customObject: Kind = {
  name: 'CustomObject',
  directory: 'objects',
  suffix: 'object',
  put(writer, fullName, value) {
    const { org } = writer;
    const before = rowOf(org, fullName);
    const known = org.schema.find(fullName);
    if (known === undefined) makeObject(writer, fullName, value);
    else if (known.custom && value.label !== undefined)
      org.schema.put({ ...known, label: String(value.label), labelPlural: String(value.pluralLabel ?? value.label) });
    const { fields: _, recordTypes: _types, ...own } = value;
    return putRow(writer, 'CustomObjectComponent', '01I', before, { FullName: known?.name ?? fullName, Value: own });
  },
  find(org, fullName) {
    const object = org.schema.find(fullName);
    if (object === undefined || object.tooling) return null;
    const row = rowOf(org, fullName);
    const value = { label: object.label, pluralLabel: object.labelPlural };
    return row === undefined ? { fullName: object.name, row: standing(org), value } : toComponent(row, value);
  },
  all: (org) =>
    org.schema.objects.filter(({ tooling }) => !tooling).flatMap(({ name }) => customObject.find(org, name) ?? []),
  drop(writer, fullName) {
    const { org, transaction } = writer;
    const object = org.schema.find(fullName);
    if (object === undefined)
      throw new RowError('INVALID_CROSS_REFERENCE_KEY', `no CustomObject named ${fullName} found`, []);
    if (!object.custom) throw new RowError('CANNOT_DELETE_MANAGED_OBJECT', `${fullName} is a standard object`, []);
    for (const row of rowsOf(org, object.name)) transaction.purge(row);
    const row = rowOf(org, fullName);
    if (row !== undefined) transaction.purge(row);
    org.schema.drop(object.name);
  },
};

function makeObject({ org }: Writer, fullName: string, value: JsonObject): void {
  if (!/^[A-Za-z](?:[A-Za-z0-9]|_(?!_))*__c$/.test(fullName))
    throw new RowError('INVALID_CROSS_REFERENCE_KEY', `Entity not found: ${fullName}`, []);
  for (const name of ['label', 'pluralLabel', 'nameField', 'deploymentStatus', 'sharingModel']) {
    if (value[name] === undefined)
      throw new RowError('FIELD_INTEGRITY_EXCEPTION', `Must specify a non-empty ${name} for the CustomObject`, [name]);
  }
  const label = textIn(value, 'label') ?? fullName;
  const object = createCustomObject(fullName, label, freePrefix(org, 'a'));
  org.schema.put({ ...object, labelPlural: textIn(value, 'pluralLabel') ?? object.labelPlural });
}

/** The next key prefix that no object has: `a00`, `a01` …; those of platform events begin with an e. */
export function freePrefix(org: Org, letter: 'a' | 'e'): string {
  for (let number = 0; ; number++) {
    const prefix = `${letter}${number.toString(36).toUpperCase().padStart(2, '0')}`;
    if (org.schema.byPrefix(prefix) === undefined) return prefix;
  }
}

function rowOf(org: Org, fullName: string): StoredRow | undefined {
  return rowsOf(org, 'CustomObjectComponent').find(({ values }) => sameName(values.FullName, fullName));
}

function toComponent(row: StoredRow, more: JsonObject): Component {
  const { FullName, Value } = row.values;
  const own = isJsonObject(Value) ? Value : {};
  return { fullName: String(FullName), row, value: { ...own, ...more } };
}

/** What is there since the org is, was made by nobody in particular. */
function standing(org: Org): StoredRow {
  const user = org.people.person;
  const stamps = { createdAt: 0, createdBy: user, modifiedAt: 0, modifiedBy: user, stampAt: 0 };
  return { id: '', object: 'CustomObjectComponent', ...stamps, deleted: false, values: {} };
}
