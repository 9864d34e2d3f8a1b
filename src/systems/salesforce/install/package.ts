import type { FieldDescription, ObjectType } from '../../../model/object-type.ts';
import { attempt } from '../../kit/attempt.ts';
import type { Finding, PackageAsk } from '../../kit/system.ts';
import type { Api } from '../api.ts';
import { type Made, makeFields, type Outcome } from './fields.ts';
import { failureOf, keyField, keysFinding } from './keys.ts';
import { fixOf, fullNameOf } from './permissions.ts';
import { caseOf, installRecordType } from './record-type.ts';
import { kindWords, type TicketField, ticketFields, unfit } from './ticket-fields.ts';

/**
 * The ticket package: the case fields that tickets go into, the key field, and a record type where one is asked for. Safe to repeat: what is
 * there and will do is used as it is, what is there and will not do is said and left alone, and what Salesforce refuses keeps nothing else
 * from being created. What is told in the end is what the org then says of itself.
 */
export async function installPackage(
  api: Api,
  user: () => Promise<string>,
  { recordType, told }: PackageAsk,
): Promise<readonly Finding[]> {
  const before = await attempt(() => caseOf(api));
  if (!before.ok) return [{ check: 'package', ok: false, found: before.fault.say, fix: fixOf(before.fault) }];
  const key = keyField('Case');
  const missing = [...ticketFields, key].filter(({ name }) => fieldIn(before.value, name) === undefined);
  const open = ticketFields.filter((field) => isReadOnly(field, fieldIn(before.value, field.name)));
  const steps = missing.length + (recordType === null ? 0 : 1);
  told(0, steps);
  const made = await makeFields(api, user, missing, open, (done) => told(done, steps));
  const now = missing.length + open.length === 0 ? before : await attempt(() => caseOf(api));
  const after = now.ok ? now.value : before.value;
  const findings = [...fieldFindings(after, made), keyFinding(after, made.get(fullNameOf(key)))];
  if (recordType === null) return findings;
  const type = await installRecordType(api, user, recordType, after);
  told(steps, steps);
  return [...findings, type];
}

function fieldIn(type: ObjectType, name: string): FieldDescription | undefined {
  return type.fields.find((field) => field.name === name);
}

/** There and fit, and our user may only read it. */
function isReadOnly(planned: TicketField, field: FieldDescription | undefined): boolean {
  return field !== undefined && unfit(planned, field) === null && field.settable !== 'always';
}

/** One finding a field; those that failed for the same reason are told together. */
function fieldFindings(type: ObjectType, made: Made): readonly Finding[] {
  const findings: Finding[] = [];
  const failed = new Map<string, { readonly fix: string; readonly fields: TicketField[] }>();
  for (const planned of ticketFields) {
    const outcome = made.get(fullNameOf(planned));
    const finding = stateOf(planned, fieldIn(type, planned.name), outcome);
    if (finding.ok || outcome === undefined || !('fault' in outcome)) {
      findings.push(finding);
      continue;
    }
    const { found, fix } = failureOf(outcome);
    const alike = failed.get(found);
    if (alike === undefined) failed.set(found, { fix, fields: [planned] });
    else alike.fields.push(planned);
  }
  for (const [found, { fix, fields }] of failed) {
    const [only, ...others] = fields;
    if (only !== undefined && others.length === 0)
      findings.push({ check: `package:${fullNameOf(only)}`, ok: false, found, fix });
    else
      findings.push({
        check: `package:${fields.length} fields of Case`,
        ok: false,
        found: `${found.replace(/\.$/, '')}. They are ${fields.map(({ name }) => name).join(', ')}.`,
        fix,
      });
  }
  return findings;
}

function stateOf(planned: TicketField, field: FieldDescription | undefined, outcome: Outcome | undefined): Finding {
  const check = `package:${fullNameOf(planned)}`;
  const wrong = wrongWith(planned, field);
  if (wrong !== null) {
    const left = field === undefined ? '' : ' It was left as it is.';
    return { check, ok: false, found: `${wrong.found}${left}`, fix: wrong.fix };
  }
  const state =
    outcome?.is === 'created' || field === undefined
      ? `Created: ${planned.words}.`
      : `There already: ${kindWords(field)}.`;
  return { check, ok: true, found: outcome?.is === 'known' ? `${state} Our user was given access.` : state, fix: '' };
}

/** What is wrong with the field as the org describes it, and what to do about it; null where it will do. */
function wrongWith(planned: TicketField, field: FieldDescription | undefined): Pick<Finding, 'found' | 'fix'> | null {
  if (field === undefined)
    return {
      found: 'It is not there, or not visible to our user.',
      fix: 'Run "syncline doctor --install package".',
    };
  const wrong = unfit(planned, field);
  if (wrong !== null)
    return {
      found: `A field of this name is there and ${wrong}.`,
      fix: 'Delete it or give it another API name, then run this again; or map the ticket to another field instead.',
    };
  if (field.settable === 'always') return null;
  return {
    found: `It is there (${kindWords(field)}), and our user may not write it.`,
    fix: `Grant our user to edit ${fullNameOf(planned)} (Setup, Object Manager, Case, "Set Field-Level Security").`,
  };
}

function keyFinding(type: ObjectType, outcome: Outcome | undefined): Finding {
  const finding = keysFinding(type);
  return finding.ok || outcome === undefined || !('fault' in outcome) ? finding : { ...finding, ...failureOf(outcome) };
}

/** What is not as it should be among those fields that some sync maps, as one finding; null where none is mapped. */
export function packageFinding(type: ObjectType, mapped: readonly string[]): Finding | null {
  const wanted = ticketFields.filter(({ name }) => mapped.includes(name));
  if (wanted.length === 0) return null;
  const check = 'ticket fields:Case';
  const wrong = wanted.flatMap((planned) => {
    const found = wrongWith(planned, fieldIn(type, planned.name))?.found;
    return found === undefined ? [] : [`${planned.name}: ${found.charAt(0).toLowerCase()}${found.slice(1)}`];
  });
  if (wrong.length === 0) {
    const found = `${areFields(wanted.length)} there and ours to write.`;
    return { check, ok: true, found, fix: '' };
  }
  return {
    check,
    ok: false,
    found: `${areFields(wrong.length)} not as tickets need ${wrong.length === 1 ? 'it' : 'them'}. ${wrong.join(' ')}`,
    fix: 'Run "syncline doctor --install package": it creates what is missing, gives our user access, and says what is to be done about the rest.',
  };
}

function areFields(count: number): string {
  return count === 1 ? '1 mapped field of the ticket package is' : `${count} mapped fields of the ticket package are`;
}
