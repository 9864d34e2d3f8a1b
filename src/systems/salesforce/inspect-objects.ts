import { z } from 'zod';
import type { ObjectType } from '../../model/object-type.ts';
import { attempt } from '../kit/attempt.ts';
import type { Finding } from '../kit/system.ts';
import type { Api, DuplicateRule } from './api.ts';
import { keysFinding } from './install/keys.ts';
import { packageFinding } from './install/package.ts';
import { objectTypeOf, personField } from './objects.ts';
import { recordTypeField, recordTypesOf, recordTypeWords } from './record-types.ts';

/** What our user may do with the records of an object (describe's own flags follow its permissions). */
const allowed = z.looseObject({
  queryable: z.boolean().default(true),
  createable: z.boolean().default(true),
  updateable: z.boolean().default(true),
});

/**
 * The live checks of one object: access, keys and duplicate rules where records are created on it, person accounts, record types, and the
 * case fields of tickets as far as they are `mapped`. That mapped fields and their options exist at all is a check of the config.
 */
export async function inspectObject(
  api: Api,
  object: string,
  created: boolean,
  mapped: readonly string[],
): Promise<readonly Finding[]> {
  const answer = await attempt(() => api.describe(object));
  const type = answer.ok ? await attempt(async () => objectTypeOf(answer.value)) : answer;
  if (!answer.ok || !type.ok) {
    const fault = answer.ok ? (type.ok ? null : type.fault) : answer.fault;
    return [{ check: `access:${object}`, ok: false, found: fault?.say ?? '', fix: accessFix(object, 'read') }];
  }
  const findings = [access(object, allowed.parse(answer.value), created)];
  if (created) findings.push(keysFinding(type.value), await duplicates(api, object));
  if (type.value.fields.some((field) => field.name === personField)) findings.push(personAccounts(object));
  if (object !== 'Case') return findings;
  const fields = packageFinding(type.value, mapped);
  return [...findings, recordTypes(type.value, mapped), ...(fields === null ? [] : [fields])];
}

function access(object: string, may: z.infer<typeof allowed>, created: boolean): Finding {
  const check = `access:${object}`;
  const rights = [may.queryable && 'read', may.createable && 'create', may.updateable && 'edit'].filter(
    (right) => right !== false,
  );
  const found = `We may ${rights.join(', ') || 'not even read'} ${object}.`;
  const lacking = !may.queryable ? 'read' : created && !may.createable ? 'create' : null;
  return { check, ok: lacking === null, found, fix: lacking === null ? '' : accessFix(object, lacking) };
}

function accessFix(object: string, right: 'read' | 'create'): string {
  const also = right === 'create' ? ' and "Create"' : '';
  return `Grant our user "Read"${also} on ${object}, and "View All" so that sharing hides none of its records.`;
}

/**
 * A rule stops our creates where it blocks, and also where it only alerts: we do not say that the alert may be passed over (REST API
 * Developer Guide, "Duplicate Rule Header").
 */
function stops(rule: DuplicateRule): boolean {
  const alerts = rule.operationsOnInsert?.some((operation) => operation.toLowerCase() === 'alert') === true;
  return rule.active && (rule.actionOnInsert?.toLowerCase() === 'block' || alerts);
}

async function duplicates(api: Api, object: string): Promise<Finding> {
  const check = `duplicates:${object}`;
  const rules = await attempt(() => api.duplicateRules(object));
  if (!rules.ok) {
    const why = rules.fault.kind === 'gone' ? 'Salesforce does not tell them to our user.' : rules.fault.say;
    return { check, ok: true, found: `The duplicate rules of ${object} could not be read: ${why}`, fix: '' };
  }
  const names = rules.value.filter(stops).map((rule) => `"${rule.name}"`);
  if (names.length === 0)
    return { check, ok: true, found: `No duplicate rule stops new records of ${object}.`, fix: '' };
  return {
    check,
    ok: true,
    found: `New records of ${object} that look like others are stopped by ${names.join(', ')}; each of them is held for a person.`,
    fix: '',
  };
}

function personAccounts(object: string): Finding {
  const found =
    object === 'Contact'
      ? 'This org has person accounts: the contact of one is read, and written only through its account.'
      : 'This org has person accounts: each is an account and a contact at once, and both move when one is edited.';
  return { check: `person-accounts:${object}`, ok: true, found, fix: '' };
}

/** Which record types there are, and whether there is one at all where a rule writes it. */
function recordTypes(type: ObjectType, mapped: readonly string[]): Finding {
  const check = `record types:${type.object}`;
  const types = recordTypesOf(type);
  if (types.length > 0) return { check, ok: true, found: `They are ${recordTypeWords(types)}.`, fix: '' };
  const needed = mapped.includes(recordTypeField);
  const fix = 'Run "syncline doctor --install package --record-type", or take the record type out of the sync.';
  return { check, ok: !needed, found: `${type.object} has no record types.`, fix: needed ? fix : '' };
}
