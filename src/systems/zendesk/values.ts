import { z } from 'zod';
import type { FieldType } from '../../model/object-type.ts';
import type { Change } from '../../model/record.ts';
import type { Fields, Value } from '../../model/value.ts';
import { isPointer } from '../../model/value.ts';
import { idText, type RecordRow } from './answers.ts';
import type { Body, Collection } from './collection.ts';

/** The type of each custom field by its key: what is needed to read a value without guessing. */
export type CustomTypes = ReadonlyMap<string, FieldType>;

/** A vendor's value in our words. `undefined` stays absent and `null` stays empty; a check box has no empty state. */
export function toValue(type: FieldType | undefined, raw: unknown): Value | undefined {
  if (raw === undefined) return undefined;
  if (raw === null) return type === 'boolean' ? false : null;
  if (Array.isArray(raw)) return raw.map(plain);
  switch (type) {
    case 'date':
      // Written as 2020-08-19, read back as 2020-08-19T00:00:00+00:00 (recorded traffic): the day is the value.
      return typeof raw === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(raw) ? raw.slice(0, 10) : plain(raw);
    case 'integer':
    case 'decimal': {
      // Some fields tell decimals as texts.
      const number = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
      return typeof number === 'number' && Number.isFinite(number) ? number : plain(raw);
    }
    case 'id':
    case 'reference':
    case 'option':
    case 'text':
    case 'longtext':
    case 'phone':
      return typeof raw === 'number' ? String(raw) : plain(raw);
    default:
      return plain(raw);
  }
}

function plain(raw: unknown): null | boolean | number | string {
  if (raw === null || typeof raw === 'boolean' || typeof raw === 'number' || typeof raw === 'string') return raw;
  return JSON.stringify(raw);
}

/** The whole record in our names: everything that the row tells. Custom fields are dotted, `organization_fields.industry`, `custom_fields.360001`. */
export function fieldsOf(collection: Collection, row: RecordRow, types: CustomTypes): Fields {
  const told: [string, Value | undefined][] = [];
  for (const [name, type] of collection.types) told.push([name, toValue(type, row[name])]);
  for (const [key, raw] of Object.entries(customOf(collection, row))) {
    told.push([`${collection.custom}.${key}`, toValue(types.get(key), raw)]);
  }
  return Object.fromEntries(told.filter(isTold));
}

const listed = z.array(z.object({ id: idText, value: z.unknown() }));

/** Custom values by what names them: a ticket lists them, `[{"id": 360001, "value": "gold"}]`. */
function customOf({ custom, customBy }: Collection, row: RecordRow): object {
  const told = row[custom];
  if (customBy === 'key') return typeof told === 'object' && told !== null ? told : {};
  const values = listed.safeParse(told);
  return values.success ? Object.fromEntries(values.data.map(({ id, value }) => [id, value])) : {};
}

function isTold(entry: [string, Value | undefined]): entry is [string, Value] {
  return entry[1] !== undefined;
}

/** Only the named fields; what the record does not tell stays absent. */
export function pick(fields: Fields, names: Iterable<string>): Fields {
  return Object.fromEntries([...names].map((name): [string, Value | undefined] => [name, fields[name]]).filter(isTold));
}

/** The key of a custom field by our name for it; null for a standard field. */
export function customKey(collection: Collection, name: string): string | null {
  const prefix = `${collection.custom}.`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : null;
}

/** Milliseconds of a stamp; null where there is none. */
export function timeOf(stamp: string | null | undefined): number | null {
  const at = stamp ? Date.parse(stamp) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/**
 * A row as a change. Only a deleted ticket is in the trash; what else is deleted is purged, nothing brings it back. A merged record looks
 * the same: no row names the winner, nor who changed it.
 */
export function changeOf(
  connection: string,
  collection: Collection,
  row: RecordRow,
  names: Iterable<string>,
  types: CustomTypes,
): Change {
  const gone = collection.goneAs(row);
  return {
    ref: { connection, object: collection.object, id: row.id },
    version: row.updated_at ?? null,
    at: timeOf(row.updated_at),
    by: null,
    seen: gone !== null ? { gone } : pick(fieldsOf(collection, row, types), names),
  };
}

/** Pointers are turned into ids before a write; one that is left is a mistake of ours, told by name. */
export class UnresolvedPointer extends Error {
  constructor(field: string) {
    super(`the reference in ${field} has no id yet`);
    this.name = 'UnresolvedPointer';
  }
}

/** The body of one record, with exactly the given fields and nothing else. A ticket's decimals are texts on the wire. */
export function bodyOf(collection: Collection, fields: Fields, types: CustomTypes): Body {
  const body: Record<string, unknown> = {};
  const custom: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (isPointer(value)) throw new UnresolvedPointer(name);
    const key = customKey(collection, name);
    if (key !== null) custom[key] = value;
    else body[name] = collection.ids.has(name) ? idNumber(value) : value;
  }
  const keys = Object.keys(custom);
  if (keys.length === 0) return body;
  const list = keys.map((id) => ({
    id: idNumber(id),
    value: types.get(id) === 'decimal' && typeof custom[id] === 'number' ? String(custom[id]) : custom[id],
  }));
  return { ...body, [collection.custom]: collection.customBy === 'key' ? custom : list };
}

/** Ids of standard references are integers on the wire. */
export function idNumber<T>(value: T): T | number {
  return typeof value === 'string' && /^\d{1,16}$/.test(value) && Number.isSafeInteger(Number(value))
    ? Number(value)
    : value;
}

/** Texts without regard to case, as the vendor compares them; sets without regard to order either. */
export function alike(a: Value | undefined, b: Value | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    const there = new Set(b.map(folded));
    return a.length === b.length && a.every((member) => there.has(folded(member)));
  }
  return typeof a === 'boolean' || typeof b === 'boolean' ? a === b : folded(a) === folded(b);
}

/** How Zendesk compares names, addresses and external ids: without regard to case. */
export function folded(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).toLowerCase() : '';
}
