import type { FieldType } from '../../model/object-type.ts';
import { isPointer, type Value } from '../../model/value.ts';
import { isoSeconds, stampMs, type TypeOf } from './values.ts';

/** A text as a SOQL literal (SOQL and SOSL Reference, "Quoted String Escape Sequences"). */
export function quoted(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `'${escaped}'`;
}

/** A value as a literal: texts are quoted, dates and numbers are not. undefined where SOQL has none for it. */
export function literal(value: Value, type: FieldType | undefined): string | undefined {
  if (value === null || value === '') return 'null';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || isPointer(value)) return undefined;
  if (type === 'date') return /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined;
  if (type === 'datetime') {
    const at = stampMs(value);
    return at === null ? undefined : isoSeconds(at);
  }
  if (type === 'integer' || type === 'decimal' || type === 'currency' || type === 'percent') {
    return /^-?\d+(\.\d+)?$/.test(value) ? value : undefined;
  }
  return quoted(value);
}

/** One condition per record: all of its key fields equal. undefined where a value cannot be asked for: nothing can match it. */
export function equals(
  key: readonly string[],
  values: Readonly<Record<string, Value>>,
  typeOf: TypeOf,
): string | undefined {
  const parts: string[] = [];
  for (const field of key) {
    const text = literal(values[field] ?? null, typeOf(field));
    if (text === undefined) return undefined;
    parts.push(`${field} = ${text}`);
  }
  return parts.length === 1 ? parts[0] : `(${parts.join(' AND ')})`;
}

/** Rows after a position in the order SystemModstamp, Id: many rows may share a stamp, which has one second's resolution. */
export function after(stamp: string, id: string): string {
  return `(SystemModstamp = ${stamp} AND Id > ${quoted(id)}) OR SystemModstamp > ${stamp}`;
}

/** Gathers terms into groups whose statements stay below `limit` characters once they are encoded for a URL. */
export function groups(terms: readonly string[], limit: number): readonly (readonly string[])[] {
  const found: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const term of terms) {
    const weight = encodeURIComponent(term).length + 12;
    if (length + weight > limit) {
      found.push([]);
      length = 0;
    }
    found.at(-1)?.push(term);
    length += weight;
  }
  return found;
}
