import { type Fault, FaultError } from '../../../model/fault.ts';
import type { ObjectType, Option } from '../../../model/object-type.ts';
import { type Attempt, attempt } from '../../kit/attempt.ts';
import type { Finding } from '../../kit/system.ts';
import type { Api } from '../api.ts';
import { faultOf } from '../faults.ts';
import type { Component, MetadataType, MetadataVerb } from '../metadata.ts';
import { objectTypeOf } from '../objects.ts';
import { recordTypesOf } from '../record-types.ts';
import { saying } from './keys.ts';
import { assign, fixOf, permissionSetOf } from './permissions.ts';

/**
 * The record type that cases from tickets get, and our user's access to it. It has a permission set of its own: the Metadata API is the one
 * way to grant a record type, and there a permission set is given whole, which would take the field permissions out of the other one
 * (Metadata API Developer Guide, "PermissionSet").
 */
const permissionSet = 'Syncline_Ticket_Record_Type';

export async function installRecordType(
  api: Api,
  user: () => Promise<string>,
  label: string,
  before: ObjectType,
): Promise<Finding> {
  const check = 'record type:Case';
  const fine = (state: string, type: Option): Finding => ({
    check,
    ok: true,
    found: `${state}: "${type.label}", with the id ${type.value}.`,
    fix: '',
  });
  const known = find(before, label);
  if (known?.active === true) return fine('There already', known);
  const name = developerName(label);
  const made = known === undefined ? await attempt(() => create(api, name, label, before)) : null;
  const granted = made?.ok === false ? null : await attempt(() => grant(api, user, name, label));
  const now = await attempt(() => caseOf(api));
  const found = now.ok ? find(now.value, label) : undefined;
  if (found?.active === true) return fine(known === undefined ? 'Created' : 'Opened to our user', found);
  const state = found === undefined ? `"${label}" was not created` : `"${label}" is there and not open to our user`;
  const failed = [made, granted, now].find((step) => step?.ok === false);
  if (failed?.ok === false)
    return { check, ok: false, found: `${state}: ${saying(failed.fault)}`, fix: fixOf(failed.fault) };
  const fix = `Activate it, and assign it to the profile of our user (Setup, Object Manager, Case, Record Types).`;
  return { check, ok: false, found: `${state}.`, fix };
}

/** A case as the org describes it to our user now. */
export async function caseOf(api: Pick<Api, 'describe'>): Promise<ObjectType> {
  return objectTypeOf(await api.describe('Case'));
}

function find(type: ObjectType, label: string): Option | undefined {
  return recordTypesOf(type).find((one) => one.label.toLowerCase() === label.toLowerCase());
}

/** As Salesforce itself makes one of a label: letters, digits and single underscores, beginning with a letter. */
export function developerName(label: string): string {
  const plain = label.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '');
  return /^[A-Za-z]/.test(plain) ? plain : `R_${plain}`.replace(/_$/, '');
}

/** The record types of a case stand on a support process in most orgs: where Salesforce asks for one, it gets one with every status. */
async function create(api: Api, name: string, label: string, type: ObjectType): Promise<void> {
  const properties = { active: true, label, description: 'Cases from tickets, written by Syncline' };
  const fullName = `Case.${name}`;
  const plain = await put(api, 'createMetadata', 'RecordType', { fullName, properties });
  if (plain.ok || isThere(plain.fault)) return;
  if (!/business ?process/i.test(plain.fault.say)) throw new FaultError(plain.fault);
  const statuses = (type.fields.find((field) => field.name === 'Status')?.options ?? []).filter(({ active }) => active);
  const values = statuses.map(({ value }, i) => ({ fullName: value, default: i === 0 }));
  const process = { fullName: `Case.${label}`, properties: { isActive: true, values } };
  const based = await put(api, 'createMetadata', 'BusinessProcess', process);
  if (!based.ok && !isThere(based.fault)) throw new FaultError(based.fault);
  const again = await put(api, 'createMetadata', 'RecordType', {
    fullName,
    properties: { ...properties, businessProcess: label },
  });
  if (!again.ok && !isThere(again.fault)) throw new FaultError(again.fault);
}

function isThere({ code }: Fault): boolean {
  return code?.startsWith('DUPLICATE') === true;
}

async function grant(api: Api, user: () => Promise<string>, name: string, label: string): Promise<void> {
  const properties = {
    label: `Syncline: ${label}`.slice(0, 80),
    recordTypeVisibilities: { recordType: `Case.${name}`, visible: true },
  };
  const given = await put(api, 'upsertMetadata', 'PermissionSet', { fullName: permissionSet, properties });
  if (!given.ok) throw new FaultError(given.fault);
  const set = await permissionSetOf(api, { Name: permissionSet, Label: properties.label });
  await assign(api, set, await user());
}

async function put(api: Api, verb: MetadataVerb, type: MetadataType, component: Component): Promise<Attempt<'done'>> {
  const [result] = await api.putMetadata(verb, type, [component]);
  if (result?.success === true) return { ok: true, value: 'done' };
  const error = result?.errors[0];
  const fault: Fault =
    error === undefined ? { kind: 'refused', say: 'Salesforce refused it without a reason.' } : faultOf(error);
  return { ok: false, fault };
}
