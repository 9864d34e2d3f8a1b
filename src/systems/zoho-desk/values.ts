import type { FieldType } from '../../model/object-type.ts';
import type { Change, Gone } from '../../model/record.ts';
import { type Delta, type Fields, isPointer, type Value } from '../../model/value.ts';
import type { RecordRow } from './answers.ts';
import type { Module } from './modules.ts';
import type { CustomTypes } from './objects.ts';

/** Between the vendor's values and ours. Custom values travel as texts, whatever their type. */

/** How the names of all custom fields begin, in their definitions and in `cf`. */
const customPrefix = 'cf_';
/** Between the chosen values of a field that takes several. */
const separator = ';';

export function isCustom(name: string): boolean {
  return name.startsWith(customPrefix);
}

export function typeIn(module: Module, name: string, types: CustomTypes): FieldType | undefined {
  return isCustom(name) ? types.get(name) : module.fields.find((one) => one.name === name)?.type;
}

/** A value as it stands in the row; undefined where the row does not show it. Lists show custom fields under `cf` or not at all. */
function rawOf(row: RecordRow, name: string): unknown {
  return isCustom(name) ? (row.cf?.[name] ?? (row.cf && name in row.cf ? null : row[name])) : row[name];
}

/** True where the row tells this field. A list that does not tell custom fields says `cf: null`. */
export function shows(row: RecordRow, name: string): boolean {
  return rawOf(row, name) !== undefined;
}

/** What a row shows of these fields. What it does not show stays absent: it is unknown, not empty. */
export function fieldsOf(module: Module, row: RecordRow, names: Iterable<string>, types: CustomTypes): Fields {
  const fields: Record<string, Value> = {};
  for (const name of names) {
    const value = fromZoho(rawOf(row, name), typeIn(module, name, types));
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

const numbers: ReadonlySet<string> = new Set(['integer', 'decimal', 'currency', 'percent']);

function fromZoho(raw: unknown, type: FieldType | undefined): Value | undefined {
  if (raw === undefined || raw === null) return raw;
  if (type === 'options') return Array.isArray(raw) ? raw.map(String) : membersOf(String(raw));
  if (typeof raw === 'object') return undefined;
  if (type === 'boolean') return raw === true || raw === 'true';
  const text = String(raw);
  if (type !== undefined && numbers.has(type)) return numberOf(text);
  if (type === 'date') return text.slice(0, 10);
  if (type === 'datetime') return text.replace(/\.0+Z$/, 'Z');
  return text;
}

function membersOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(separator).map((member) => member.trim());
}

/** A text that is no number stays as it is, so that nothing is lost. */
function numberOf(text: string): Value {
  if (text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** A value for a body; undefined where it cannot be written as it is: a change of members, a reference without an id. */
function toZoho(value: Value | Delta, type: FieldType | undefined): string | null | undefined {
  if (value === null) return null;
  if (typeof value === 'string') return type === 'datetime' ? stampOf(value) : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isDelta(value) || isPointer(value)) return undefined;
  return value.length === 0 ? null : value.map(String).join(separator);
}

/** Times need milliseconds and a Z. */
function stampOf(text: string): string {
  const at = Date.parse(text);
  return Number.isNaN(at) ? text : new Date(at).toISOString();
}

function isDelta(value: Value | Delta): value is Delta {
  return typeof value === 'object' && value !== null && 'add' in value;
}

/** The body of one record, with exactly the given fields; or the name of the one that cannot be written. */
export function bodyOf(
  module: Module,
  fields: Readonly<Record<string, Value | Delta>>,
  types: CustomTypes,
): { readonly body: Readonly<Record<string, unknown>> } | { readonly cannot: string } {
  const body: Record<string, unknown> = {};
  const custom: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const written = toZoho(value, typeIn(module, name, types));
    if (written === undefined) return { cannot: name };
    if (isCustom(name)) custom[name] = written;
    else body[name] = written;
  }
  return { body: Object.keys(custom).length === 0 ? body : { ...body, cf: custom } };
}

/** Milliseconds of a stamp; null where there is none. */
export function timeOf(stamp: string | null | undefined): number | null {
  const at = stamp ? Date.parse(stamp) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

export function isTrashed(row: RecordRow): boolean {
  return [row.isTrashed, row.isDeleted].some((flag) => flag === true || flag === 'true');
}

/** A row as a change, with the fields that are wanted. */
export function changeOf(
  connection: string,
  module: Module,
  row: RecordRow,
  names: Iterable<string>,
  types: CustomTypes,
): Change {
  if (isTrashed(row) || row.deletedTime)
    return goneChange(connection, module, row.id, 'trash', row.deletedTime ?? null);
  return {
    ref: { connection, object: module.object, id: row.id },
    version: row.modifiedTime ?? null,
    at: timeOf(row.modifiedTime),
    by: null,
    seen: fieldsOf(module, row, names, types),
  };
}

export function goneChange(
  connection: string,
  module: Module,
  id: string,
  gone: Gone['gone'],
  deletedTime: string | null = null,
): Change {
  const at = timeOf(deletedTime);
  return { ref: { connection, object: module.object, id }, version: deletedTime, at, by: null, seen: { gone } };
}

/** How texts are compared here: without regard to case and to blanks at the ends; numbers by their value, sets without order. */
export function alike(a: Value | undefined, b: Value | undefined): boolean {
  if (Array.isArray(a) || Array.isArray(b)) {
    const [left, right] = [a ?? [], b ?? []].map((value) => [value].flat().map(folded).sort());
    return JSON.stringify(left) === JSON.stringify(right);
  }
  return folded(a) === folded(b);
}

export function folded(value: unknown): string {
  if (value === null || value === undefined) return '';
  return String(value).trim().replace(/\s+/g, ' ').toLowerCase();
}
