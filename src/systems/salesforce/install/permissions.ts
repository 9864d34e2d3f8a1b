import { type Fault, FaultError } from '../../../model/fault.ts';
import type { Api, Save, Saved } from '../api.ts';
import { faultOf } from '../faults.ts';
import { idOf } from '../records.ts';
import { quoted } from '../soql.ts';
import type { Row } from '../values.ts';

/**
 * A field that is made over the API is visible to nobody, administrators included, until a permission set grants it (Metadata API Developer
 * Guide, "Field-Level Security"). Ours is made once, assigned to our user and to nobody else. Each step looks first whether it is done.
 */
const permissionSet = 'Syncline';

/** A field as permission sets name it: `Case.Syncline_Key__c`. */
export interface NamedField {
  readonly object: string;
  readonly name: string;
}

export function fullNameOf({ object, name }: NamedField): string {
  return `${object}.${name}`;
}

/** Lets our user read and edit the fields. Answers what was refused, by full name; throws FaultError where nothing could be done at all. */
export async function grantFields(
  api: Api,
  user: string,
  fields: readonly NamedField[],
): Promise<ReadonlyMap<string, Fault>> {
  const set = await permissionSetOf(api, { Name: permissionSet, Label: permissionSet });
  await assign(api, set, user);
  const held = await grantedBy(api, set);
  const access = { PermissionsRead: true, PermissionsEdit: true };
  const fresh = fields.filter((field) => !held.has(fullNameOf(field)));
  const raised = fields.filter((field) => held.get(fullNameOf(field))?.PermissionsEdit === false);
  const inserts = fresh.map((field) => ({
    attributes: { type: 'FieldPermissions' },
    ParentId: set,
    SobjectType: field.object,
    Field: fullNameOf(field),
    ...access,
  }));
  const updates = raised.map((field) => ({
    attributes: { type: 'FieldPermissions' },
    id: idOf(held.get(fullNameOf(field)) ?? {}),
    ...access,
  }));
  const refused = new Map<string, Fault>();
  for (const [verb, records, about] of [
    ['insert', inserts, fresh],
    ['update', updates, raised],
  ] as const) {
    if (records.length === 0) continue;
    const results = await saved(api, { do: verb, alone: true, records });
    for (const [i, field] of about.entries()) {
      const error = results[i]?.success === true ? undefined : results[i]?.errors[0];
      if (error !== undefined) refused.set(fullNameOf(field), faultOf(error));
    }
  }
  return refused;
}

async function saved(api: Api, piece: Save): Promise<Saved> {
  const [only] = await api.save([piece], Number.POSITIVE_INFINITY);
  if (only?.ok === true) return only.value;
  throw new FaultError(only?.fault ?? { kind: 'bug', say: 'The permissions were not sent.' });
}

/** What the set grants already, by the field's full name. */
async function grantedBy(api: Api, set: string): Promise<ReadonlyMap<string, Row>> {
  const soql = `SELECT Id, Field, PermissionsEdit FROM FieldPermissions WHERE ParentId = ${quoted(set)}`;
  const { records } = await api.query({ soql, all: false }, 'looking at field permissions');
  return new Map(records.map((row) => [String(row.Field), row]));
}

export async function permissionSetOf(api: Api, row: { readonly Name: string; readonly Label: string }) {
  const found = await firstId(api, `SELECT Id FROM PermissionSet WHERE Name = ${quoted(row.Name)}`);
  return found ?? api.insert('PermissionSet', row, 'creating the permission set');
}

export async function assign(api: Api, set: string, user: string): Promise<void> {
  const where = `PermissionSetId = ${quoted(set)} AND AssigneeId = ${quoted(user)}`;
  if ((await firstId(api, `SELECT Id FROM PermissionSetAssignment WHERE ${where}`)) !== null) return;
  await api.insert(
    'PermissionSetAssignment',
    { AssigneeId: user, PermissionSetId: set },
    'assigning the permission set',
  );
}

async function firstId(api: Api, soql: string): Promise<string | null> {
  const { records } = await api.query({ soql, all: false }, 'looking at permission sets');
  return records[0] === undefined ? null : idOf(records[0]);
}

/** What a person does about a step that Salesforce refused. */
export function fixOf(fault: Fault): string {
  if (fault.kind === 'later' || fault.kind === 'limit' || fault.kind === 'unsure')
    return 'Run it again later: what was done stays, and only the rest is done then.';
  if (fault.kind === 'login' || lacksRights.test(`${fault.code ?? ''} ${fault.say}`))
    return 'Grant our user "Customize Application", "Modify Metadata Through Metadata API Functions" and "Manage Profiles and Permission Sets", or have an administrator create it by hand.';
  return 'Mend what Salesforce says and run it again: what was done stays.';
}

const lacksRights = /INSUFFICIENT_ACCESS|insufficient (access|rights)|permission|not (authorized|allowed)/i;
