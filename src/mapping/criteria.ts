import { type FieldDescription, type FieldType, fieldOf, type ObjectType } from '../model/object-type.ts';
import type { Side } from '../model/record.ts';
import type { Criterion } from '../model/sync.ts';
import { isPointer, type Value } from '../model/value.ts';
import { domainOf, isPublicMail } from './domain.ts';
import { hashText } from './hash.ts';
import { normalise } from './normal.ts';
import { phoneOf } from './phone.ts';
import type { CriterionSetting } from './settings.ts';
import { typeOf } from './types.ts';

/** Longer keys are shortened with a hash: a key is an index entry, and databases bound those. */
const longestKey = 200;

/**
 * Two fields that identify a record, with their values made comparable: blanks trimmed and joined, Unicode in one form (NFKC), lower case.
 * A web or e-mail address against a set is compared by domain, with any of the set's members; telephone numbers in their international
 * form, where they can be read (`country` is for those without a prefix), else by their digits. Ids keep their case: at Salesforce, two ids
 * of 15 characters may differ in nothing else ("Object Reference", ID field type).
 */
export function criterionOf(
  setting: CriterionSetting,
  crm: FieldDescription,
  desk: FieldDescription,
  country?: string,
): Criterion {
  const keysOf = comparesDomains(crm, desk)
    ? domainKey
    : [crm, desk].some((field) => field.type === 'phone')
      ? (_: FieldDescription, value: Value) => phoneKey(value, country)
      : [crm, desk].some((field) => field.type === 'id' || field.type === 'reference')
        ? (_: FieldDescription, value: Value) => plainKey(value, false)
        : (_: FieldDescription, value: Value) => plainKey(value);
  const keys = (side: Side, value: Value | undefined): readonly string[] => {
    const field = side === 'crm' ? crm : desk;
    const normal = normalise(field, value);
    if (!Array.isArray(normal)) return keysOf(field, normal);
    return [...new Set(normal.flatMap((member: Value) => keysOf(field, member)))];
  };
  return { crm: setting.crm, desk: setting.desk, keys };
}

export function criteriaOf(
  settings: readonly CriterionSetting[],
  crm: ObjectType,
  desk: ObjectType,
  country?: string,
): readonly Criterion[] {
  return settings.flatMap((setting) => {
    const here = fieldOf(crm, setting.crm);
    const there = fieldOf(desk, setting.desk);
    return here === undefined || there === undefined ? [] : [criterionOf(setting, here, there, country)];
  });
}

function comparesDomains(a: FieldDescription, b: FieldDescription): boolean {
  const address = (field: FieldDescription): boolean => field.type === 'url' || field.type === 'email';
  return (a.type === 'set' && address(b)) || (b.type === 'set' && address(a));
}

function plainKey(value: Value, caseless = true): readonly string[] {
  if (value === null || isPointer(value) || typeof value === 'object') return [];
  const given = String(value);
  const folded = caseless ? given.normalize('NFKC').toLowerCase().normalize('NFKC') : given.normalize('NFKC');
  const text = /\s\s|[^\S ]/.test(folded) ? folded.trim().replace(/\s+/g, ' ') : folded.trim();
  if (text === '') return [];
  return [text.length <= longestKey ? text : `${text.slice(0, longestKey - 17)}#${hashText(text)}`];
}

function phoneKey(value: Value, country: string | undefined): readonly string[] {
  if (typeof value !== 'string') return plainKey(value);
  const found = phoneOf(value, country);
  return plainKey(found.ok ? found.number : value.normalize('NFKC').replace(/\D/g, '') || value);
}

function domainKey(field: FieldDescription, value: Value): readonly string[] {
  const domain = typeof value === 'string' ? domainOf(value) : null;
  return domain === null || (field.type === 'email' && isPublicMail(domain)) ? [] : plainKey(domain);
}

const never: readonly FieldType[] = ['boolean', 'longtext', 'encrypted', 'other', 'options', 'time', 'datetime'];
const numbers: readonly FieldType[] = ['integer', 'decimal', 'currency', 'percent'];

/** Why a field cannot identify a record; null where it can. */
export function notIdentifying(field: FieldDescription): string | null {
  const type = typeOf(field);
  if (!never.includes(type)) return null;
  if (type === 'boolean') return 'a check box has only two values';
  if (type === 'longtext') return 'long texts cannot be looked up';
  if (type === 'encrypted') return 'encrypted texts cannot be read';
  if (type === 'time' || type === 'datetime') return 'a time does not identify a record';
  return 'its values cannot be compared';
}

/** Two fields whose values can be the same: a number and a date, say, never are. */
export function comparable(a: FieldDescription, b: FieldDescription): boolean {
  const kind = (field: FieldDescription): string => {
    const type = typeOf(field);
    return numbers.includes(type) ? 'number' : type === 'date' ? 'date' : 'text';
  };
  const [one, two] = [kind(a), kind(b)];
  return one === two || (one !== 'date' && two !== 'date');
}
