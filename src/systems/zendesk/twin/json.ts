import { isJsonList as isList, isJsonObject as isObject, type Json } from '../../../twins/json.ts';

/**
 * Request bodies as the vendor reads them: tolerant of types, strict only where the vendor is. A text sent as a number becomes a text,
 * a flag sent as "true" becomes true; anything that is not a scalar where one is meant is dropped (and named in X-Zendesk-API-Warn).
 */
export type { Json, JsonObject } from '../../../twins/json.ts';
export { isJsonList as isList, isJsonObject as isObject, parseJson } from '../../../twins/json.ts';

/** undefined: absent or not a scalar, so that nothing is to be written; null: an empty field. */
export function textOf(value: Json | undefined): string | null | undefined {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}

export function flagOf(value: Json | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (value === null || value === false || value === 'false' || value === '' || value === 0 || value === '0')
    return false;
  return typeof value === 'object' ? undefined : true;
}

/** The id of a record: a positive integer, as a number or as its digits. null empties a reference. */
export function idOf(value: Json | undefined): number | null | undefined {
  if (value === null || value === '') return null;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  return undefined;
}

export function listOf(value: Json | undefined): readonly Json[] | undefined {
  return isList(value) ? value : undefined;
}

/** Tags, domains and the like: a list of texts, or one text separated by blanks and commas. Doubles fall together. */
export function wordsOf(value: Json | undefined): readonly string[] | undefined {
  if (value === null) return [];
  if (typeof value === 'string') return unique(value.split(/[\s,]+/).filter((word) => word !== ''));
  const list = listOf(value);
  if (list === undefined) return undefined;
  return unique(list.map((member) => textOf(member) ?? '').filter((word) => word !== ''));
}

/**
 * Tags are lower case and hold no blanks.
 * Source: Zendesk, "About tags": tags cannot contain spaces, upper case is stored as lower case.
 */
export function tagsOf(value: Json | undefined): readonly string[] | undefined {
  const words = wordsOf(value);
  return words && unique(words.map((word) => word.trim().toLowerCase().replaceAll(/\s+/g, '_')));
}

export function unique<T>(members: readonly T[]): readonly T[] {
  return members.length < 2 ? members : [...new Set(members)];
}

export function sameList(a: readonly Json[], b: readonly Json[]): boolean {
  return a.length === b.length && a.every((member, index) => sameJson(member, b[index]));
}

export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b)) return sameList(a, b);
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => sameJson(a[key], b[key]));
  }
  return false;
}
