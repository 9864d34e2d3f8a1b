import type { Json, JsonObject } from '../../../../twins/json.ts';
import { RowError } from '../errors.ts';
import type { Org } from '../org.ts';
import { type StoredRow, withoutNulls } from '../row.ts';
import type { Writer } from '../writer.ts';
import { type Component, isTrue, type Kind, listIn, putRow, rowsOf, sameName, textIn } from './kind.ts';

/** Permission sets: what a deployed one grants replaces what it granted before. */
export const permissionSet: Kind = {
  name: 'PermissionSet',
  directory: 'permissionsets',
  suffix: 'permissionset',
  put(writer, fullName, value) {
    const label = textIn(value, 'label');
    if (label === undefined)
      throw new RowError('REQUIRED_FIELD_MISSING', 'Required field is missing: label', ['label']);
    const before = rowOf(writer.org, fullName);
    const values = withoutNulls({
      ...before?.values,
      Name: fullName,
      Label: label,
      Description: textIn(value, 'description') ?? null,
      IsCustom: true,
      IsOwnedByProfile: false,
      Type: 'Regular',
      RecordTypeVisibilities: value.recordTypeVisibilities ?? null,
    });
    const id = putRow(writer, 'PermissionSet', '0PS', before, values);
    grant(writer, id, value, true);
    return id;
  },
  find(org, fullName) {
    const row = rowOf(org, fullName);
    return row === undefined ? null : toComponent(org, row, String(row.values.Name));
  },
  all: (org) =>
    rowsOf(org, 'PermissionSet')
      .filter(({ values }) => values.IsOwnedByProfile !== true)
      .map((row) => toComponent(org, row, String(row.values.Name))),
  drop(writer, fullName) {
    const row = rowOf(writer.org, fullName);
    if (row === undefined)
      throw new RowError('INVALID_CROSS_REFERENCE_KEY', `no PermissionSet named ${fullName} found`, []);
    for (const object of ['FieldPermissions', 'ObjectPermissions'])
      for (const one of rowsOf(writer.org, object)) if (one.values.ParentId === row.id) writer.transaction.purge(one);
    for (const one of rowsOf(writer.org, 'PermissionSetAssignment'))
      if (one.values.PermissionSetId === row.id) writer.transaction.purge(one);
    writer.transaction.purge(row);
  },
};

/** Profiles as packages name them: what is granted is added to the permission set that every profile owns. */
export const profile: Kind = {
  name: 'Profile',
  directory: 'profiles',
  suffix: 'profile',
  put(writer, fullName, value) {
    const row = ownedBy(writer.org, fullName);
    if (row === undefined)
      throw new RowError('INVALID_CROSS_REFERENCE_KEY', `In field: profile - no Profile named ${fullName} found`, []);
    grant(writer, row.id, value, false);
    return String(row.values.ProfileId);
  },
  find(org, fullName) {
    const row = ownedBy(org, fullName);
    return row === undefined ? null : toComponent(org, row, fullName);
  },
  all: (org) => Object.keys(profileNames).flatMap((name) => profile.find(org, name) ?? []),
  drop(_writer, fullName) {
    throw new RowError('CANNOT_DELETE_MANAGED_OBJECT', `${fullName} is a standard profile`, []);
  },
};

/** Standard profiles have other names in packages. Source: Metadata API Developer Guide, "Profile". */
const profileNames: Readonly<Record<string, string>> = { Admin: 'System Administrator', Standard: 'Standard User' };

function ownedBy(org: Org, fullName: string): StoredRow | undefined {
  const name = Object.hasOwn(profileNames, fullName) ? profileNames[fullName] : fullName;
  const owner = rowsOf(org, 'Profile').find(({ values }) => values.Name === name);
  return rowsOf(org, 'PermissionSet').find(({ values }) => owner !== undefined && values.ProfileId === owner.id);
}

function rowOf(org: Org, fullName: string): StoredRow | undefined {
  return rowsOf(org, 'PermissionSet').find(
    ({ values }) => values.IsOwnedByProfile !== true && sameName(values.Name, fullName),
  );
}

/** Field and object permissions as rows. `replace`: what is not named is taken away. */
function grant(writer: Writer, parent: string, value: JsonObject, replace: boolean): void {
  const { org } = writer;
  const fields = listIn(value, 'fieldPermissions').map((one) => fieldPermission(org, parent, one));
  const objects = listIn(value, 'objectPermissions').map((one) => objectPermission(org, parent, one));
  putAll(writer, 'FieldPermissions', '01k', parent, 'Field', fields, replace);
  putAll(writer, 'ObjectPermissions', '110', parent, 'SobjectType', objects, replace);
}

type Values = Readonly<Record<string, Json>>;

function putAll(
  writer: Writer,
  object: string,
  prefix: string,
  parent: string,
  by: string,
  wanted: readonly Values[],
  replace: boolean,
): void {
  const before = new Map(
    rowsOf(writer.org, object)
      .filter(({ values }) => values.ParentId === parent)
      .map((row) => [String(row.values[by]).toLowerCase(), row]),
  );
  for (const values of wanted) {
    const key = String(values[by]).toLowerCase();
    const known = before.get(key);
    before.delete(key);
    if (values.PermissionsRead === true) putRow(writer, object, prefix, known, values);
    else if (known !== undefined) writer.transaction.purge(known);
  }
  if (replace) for (const row of before.values()) writer.transaction.purge(row);
}

function fieldPermission(org: Org, parent: string, given: JsonObject): Values {
  const name = textIn(given, 'field') ?? '';
  const [objectName = '', fieldName = ''] = name.split('.');
  const object = org.schema.find(objectName);
  const field = object?.byName.get(fieldName.toLowerCase());
  if (object === undefined || field === undefined)
    throw new RowError('INVALID_CROSS_REFERENCE_KEY', `In field: field - no CustomField named ${name} found`, [
      'field',
    ]);
  if (!field.describe.permissionable)
    throw new RowError('FIELD_INTEGRITY_EXCEPTION', `You cannot deploy to a required field: ${name}`, ['field']);
  const edit = isTrue(given.editable);
  return {
    ParentId: parent,
    SobjectType: object.name,
    Field: `${object.name}.${field.name}`,
    PermissionsEdit: edit,
    PermissionsRead: edit || isTrue(given.readable),
  };
}

function objectPermission(org: Org, parent: string, given: JsonObject): Values {
  const name = textIn(given, 'object') ?? '';
  const object = org.schema.find(name);
  if (object === undefined)
    throw new RowError('INVALID_CROSS_REFERENCE_KEY', `In field: object - no CustomObject named ${name} found`, [
      'object',
    ]);
  return {
    ParentId: parent,
    SobjectType: object.name,
    PermissionsCreate: isTrue(given.allowCreate),
    PermissionsRead: isTrue(given.allowRead),
    PermissionsEdit: isTrue(given.allowEdit),
    PermissionsDelete: isTrue(given.allowDelete),
    PermissionsViewAllRecords: isTrue(given.viewAllRecords),
    PermissionsModifyAllRecords: isTrue(given.modifyAllRecords),
  };
}

function toComponent(org: Org, row: StoredRow, fullName: string): Component {
  const own = (object: string) => rowsOf(org, object).filter(({ values }) => values.ParentId === row.id);
  const { Label, Description, IsOwnedByProfile, RecordTypeVisibilities } = row.values;
  const value = withoutNulls({
    description: Description ?? null,
    fieldPermissions: own('FieldPermissions').map(({ values }) => ({
      editable: values.PermissionsEdit === true,
      field: values.Field ?? null,
      readable: values.PermissionsRead === true,
    })),
    hasActivationRequired: IsOwnedByProfile === true ? null : false,
    label: IsOwnedByProfile === true ? null : (Label ?? null),
    objectPermissions: own('ObjectPermissions').map(({ values }) => ({
      allowCreate: values.PermissionsCreate === true,
      allowDelete: values.PermissionsDelete === true,
      allowEdit: values.PermissionsEdit === true,
      allowRead: values.PermissionsRead === true,
      modifyAllRecords: values.PermissionsModifyAllRecords === true,
      object: values.SobjectType ?? null,
      viewAllRecords: values.PermissionsViewAllRecords === true,
    })),
    recordTypeVisibilities: RecordTypeVisibilities ?? null,
  });
  return { fullName, row, value };
}
