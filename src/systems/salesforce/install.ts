import { type Fault, FaultError } from '../../model/fault.ts';
import type { ObjectType } from '../../model/object-type.ts';
import { attempt } from '../kit/attempt.ts';
import type { Finding } from '../kit/system.ts';
import type { Api } from './api.ts';
import { markField, objectTypeOf } from './objects.ts';
import { idOf } from './records.ts';
import { quoted } from './soql.ts';

/**
 * Creates the mark field on each object and lets our user see it. A field that is made over the API is visible to nobody, administrators
 * included, until a permission set grants it (Metadata API Developer Guide, "Field-Level Security"). Each step first looks whether it is
 * done already, so it is safe to repeat.
 */
const permissionSet = 'Syncline';

export async function installKeys(
  api: Api,
  user: () => Promise<string>,
  objects: readonly string[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const missing: string[] = [];
  for (const object of objects) {
    const now = await keysOf(api, object);
    if (now.ok) findings.push(now);
    else missing.push(object);
  }
  if (missing.length === 0) return findings;
  const set = await attempt(() => permissionSetOf(api));
  const assigned = set.ok ? await attempt(async () => assign(api, set.value, await user())) : set;
  for (const object of missing) {
    const added = await attempt(() => addField(api, object));
    const granted = set.ok && added.ok ? await attempt(() => grant(api, set.value, object)) : null;
    const now = await keysOf(api, object);
    const failed = [added, set, assigned, granted].find((step) => step !== null && !step.ok);
    findings.push(
      now.ok || failed === undefined || failed === null || failed.ok
        ? now
        : { ...now, found: failed.fault.say, fix: fixOf(failed.fault) },
    );
  }
  return findings;
}

/** Whether records of this object can be created with our mark. */
export function keysFinding(type: ObjectType): Finding {
  const { object } = type;
  const check = `keys:${object}`;
  if (type.mark !== null)
    return { check, ok: true, found: `${object}.${markField} is there, unique and writable.`, fix: '' };
  const there = type.fields.some((field) => field.name === markField);
  return {
    check,
    ok: false,
    found: there
      ? `${object}.${markField} is there, but it is not a unique external id that we may set.`
      : `${object}.${markField} is not there or not visible to us, so a create whose answer is lost has to be traced by its content.`,
    fix: there
      ? `Make ${object}.${markField} a Text field that is an external id and unique, and grant our user to edit it.`
      : 'Run "syncline doctor --install keys".',
  };
}

async function keysOf(api: Api, object: string): Promise<Finding> {
  const type = await attempt(async () => objectTypeOf(await api.describe(object)));
  return type.ok
    ? keysFinding(type.value)
    : { check: `keys:${object}`, ok: false, found: type.fault.say, fix: fixOf(type.fault) };
}

function fixOf(fault: Fault): string {
  if (fault.kind === 'later' || fault.kind === 'limit') return 'Try again later.';
  return 'Grant our user "Customize Application" and "Manage Profiles and Permission Sets", or create the field by hand.';
}

/** Salesforce says DUPLICATE_DEVELOPER_NAME where the field exists and only is not visible to us. */
async function addField(api: Api, object: string): Promise<void> {
  const metadata = { type: 'Text', label: 'Syncline Key', length: 255, externalId: true, unique: true };
  const added = await attempt(() => api.addField(object, markField, metadata));
  if (!added.ok && !added.fault.code?.startsWith('DUPLICATE')) throw new FaultError(added.fault);
}

async function permissionSetOf(api: Api): Promise<string> {
  const [row] = await find(api, `SELECT Id FROM PermissionSet WHERE Name = ${quoted(permissionSet)}`);
  return (
    row ?? api.insert('PermissionSet', { Name: permissionSet, Label: permissionSet }, 'creating the permission set')
  );
}

async function assign(api: Api, set: string, user: string): Promise<void> {
  const where = `PermissionSetId = ${quoted(set)} AND AssigneeId = ${quoted(user)}`;
  const [row] = await find(api, `SELECT Id FROM PermissionSetAssignment WHERE ${where}`);
  if (row !== undefined) return;
  await api.insert(
    'PermissionSetAssignment',
    { AssigneeId: user, PermissionSetId: set },
    'assigning the permission set',
  );
}

async function grant(api: Api, set: string, object: string): Promise<void> {
  const field = `${object}.${markField}`;
  const access = { PermissionsRead: true, PermissionsEdit: true };
  const [row] = await find(
    api,
    `SELECT Id FROM FieldPermissions WHERE ParentId = ${quoted(set)} AND Field = ${quoted(field)}`,
  );
  const what = `granting ${field}`;
  if (row !== undefined) await api.patch('FieldPermissions', row, access, what);
  else await api.insert('FieldPermissions', { ParentId: set, SobjectType: object, Field: field, ...access }, what);
}

async function find(api: Api, soql: string): Promise<readonly string[]> {
  const rows = await api.query({ soql, all: false }, 'looking at permission sets');
  return rows.records.map(idOf);
}
