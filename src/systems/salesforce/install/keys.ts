import type { Fault } from '../../../model/fault.ts';
import type { ObjectType } from '../../../model/object-type.ts';
import { attempt } from '../../kit/attempt.ts';
import type { Finding } from '../../kit/system.ts';
import type { Api } from '../api.ts';
import { markField, objectTypeOf } from '../objects.ts';
import { makeFields, type Outcome, type PlannedField } from './fields.ts';
import { fixOf, fullNameOf } from './permissions.ts';

/** The field that makes a create safe to repeat. */
export function keyField(object: string): PlannedField {
  return {
    object,
    name: markField,
    properties: { type: 'Text', label: 'Syncline Key', length: 255, externalId: true, unique: true },
  };
}

/** Creates the mark field on each object and lets our user see it; safe to repeat. */
export async function installKeys(
  api: Api,
  user: () => Promise<string>,
  objects: readonly string[],
): Promise<readonly Finding[]> {
  const before = await Promise.all(objects.map((object) => keysOf(api, object)));
  const missing = objects.filter((_, i) => before[i]?.ok !== true);
  if (missing.length === 0) return before;
  const made = await makeFields(api, user, missing.map(keyField), [], () => {});
  return Promise.all(
    objects.map(async (object, i) => {
      const known = before[i];
      if (known?.ok === true) return known;
      const now = await keysOf(api, object);
      const outcome = made.get(fullNameOf(keyField(object)));
      return now.ok || outcome === undefined || !('fault' in outcome) ? now : { ...now, ...failureOf(outcome) };
    }),
  );
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

/** What is said of a field that could not be made, or not be opened to our user. */
export function failureOf({ is, fault }: Extract<Outcome, { fault: Fault }>): Pick<Finding, 'found' | 'fix'> {
  const what = is === 'refused' ? 'Not created' : 'It is there, and our user was not given access';
  return { found: `${what}: ${saying(fault)}`, fix: fixOf(fault) };
}

/** Salesforce's own words, with its code. */
export function saying({ say, code }: Fault): string {
  return code === undefined || say.includes(code) ? say : `${say} [${code}]`;
}
