import type { FieldType } from '../../model/object-type.ts';
import { isPointer, type Value } from '../../model/value.ts';

/** One row of a query or a retrieve, as Salesforce answers it. */
export type Row = Readonly<Record<string, unknown>>;

/** The type of a field where it is known. */
export type TypeOf = (field: string) => FieldType | undefined;

const checksumAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/**
 * Salesforce's ids have 15 characters that differ by case; the 18-character form adds three that tell which are capitals, and is what the
 * API answers with (topic "ID field type" of the Object Reference). Anything else is left as it is.
 */
export function id18(id: string): string {
  if (!/^[0-9A-Za-z]{15}$/.test(id)) return id;
  let checksum = '';
  for (let group = 0; group < 15; group += 5) {
    let bits = 0;
    for (let k = 0; k < 5; k++) if (/[A-Z]/.test(id.charAt(group + k))) bits |= 1 << k;
    checksum += checksumAlphabet.charAt(bits);
  }
  return id + checksum;
}

/** `2021-04-08T15:12:06.000+0000`, as REST answers a date/time, in ms; null where it is none. */
export function stampMs(text: unknown): number | null {
  if (typeof text !== 'string' || !datetimeShape.test(text)) return null;
  const at = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(at) ? null : at;
}
const datetimeShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

/** The form in which we keep a date/time, and in which SOQL takes it. */
export function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** What a row holds under a name; `Account.Name` is looked up through the relationship. Absent stays undefined. */
export function pick(row: Row, name: string): unknown {
  if (Object.hasOwn(row, name)) return row[name];
  let value: unknown = row;
  for (const step of name.split('.')) {
    if (value === null) return null;
    if (typeof value !== 'object' || value === undefined) return undefined;
    value = member(value, step);
  }
  return value;
}

/** Salesforce answers in its own spelling, whatever that of the question was. */
function member(value: object, step: string): unknown {
  const exact: unknown = Reflect.get(value, step);
  if (exact !== undefined) return exact;
  return Object.entries(value).find(([key]) => key.toLowerCase() === step.toLowerCase())?.[1];
}

/** A value from Salesforce in our terms. Without a known type only what cannot be mistaken is translated. */
export function fromSalesforce(raw: unknown, type: FieldType | undefined): Value | undefined {
  if (raw === undefined) return undefined;
  if (raw === null) return type === 'options' ? [] : null;
  if (typeof raw === 'number' || typeof raw === 'boolean') return raw;
  if (typeof raw !== 'string') return undefined;
  if (type === 'options') return raw.split(';').filter((member) => member !== '');
  if (type === 'time') return raw.slice(0, 8);
  if (type === 'reference' || type === 'id') return id18(raw);
  if (type === undefined || type === 'datetime') {
    const at = stampMs(raw);
    if (at !== null) return isoSeconds(Math.floor(at / 1000) * 1000);
  }
  return raw;
}

const plainTime = /^\d\d:\d\d:\d\d$/;

/** A value of ours as Salesforce stores it. undefined: it cannot be written (a reference that was not turned into an id). */
export function toSalesforce(value: Value, type: FieldType | undefined): string | number | boolean | null | undefined {
  // A check box is ticked or not: there is no third thing to write.
  if (type === 'boolean' && (value === null || value === '')) return false;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    if (value === '') return null;
    // A time of day has no zone to us; the API writes it with one (REST API Developer Guide, "Valid Date and DateTime Formats").
    return type === 'time' && plainTime.test(value) ? `${value}.000Z` : value;
  }
  if (isPointer(value)) return undefined;
  const members = value.filter((member) => typeof member === 'string');
  if (members.length !== value.length) return undefined;
  return members.length === 0 ? null : members.join(';');
}

/**
 * The form in which two values are the same to Salesforce: blanks around texts are cut, an empty text is null, a date/time is its moment,
 * an id has 18 characters, an unticked box is false, a multi-select has no order.
 */
export function normalForm(value: Value | undefined, type: FieldType | undefined): string | number | boolean | null {
  if (value === undefined || value === null) return type === 'boolean' ? false : null;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    const text = value.trim().replaceAll('\r\n', '\n');
    if (text === '') return null;
    if (type === 'reference' || type === 'id') return id18(text);
    if (type === 'option' || type === 'text' || type === 'longtext') return text;
    const at = stampMs(text);
    return at === null ? text : isoSeconds(Math.floor(at / 1000) * 1000);
  }
  if (isPointer(value)) return JSON.stringify(value);
  const members = value.map((member) => String(normalForm(member, undefined)));
  return members.length === 0 ? null : [...new Set(members)].toSorted().join(';');
}
