import { FaultError } from '../../model/fault.ts';
import type { FieldType } from '../../model/object-type.ts';
import type { Change } from '../../model/record.ts';
import { type Fields, isPointer, type Value } from '../../model/value.ts';
import type { Row } from './answers.ts';
import type { Resource } from './resource.ts';

/** The sets whose members travel in objects of one key: `[{"email": "a@b.c"}]`. */
const wrapped: ReadonlyMap<string, string> = new Map([
  ['emails', 'email'],
  ['phones', 'phone'],
]);

/** A vendor's value in our words; undefined where it is of no kind that we have a word for. */
function toValue(name: string, type: FieldType | undefined, raw: unknown): Value | undefined {
  if (Array.isArray(raw)) {
    const key = wrapped.get(name);
    const members = raw.map((member) => scalar(key === undefined ? member : memberOf(member, key)));
    return members.every((member) => member !== undefined) ? members : undefined;
  }
  // Decimals and amounts travel as texts.
  const numeric = type === 'decimal' || type === 'currency' || type === 'percent' || type === 'integer';
  if (numeric && typeof raw === 'string' && raw.trim() !== '' && Number.isFinite(Number(raw))) return Number(raw);
  return scalar(raw);
}

function memberOf(member: unknown, key: string): unknown {
  return typeof member === 'object' && member !== null
    ? Object.entries(member).find(([name]) => name === key)?.[1]
    : member;
}

function scalar(raw: unknown): null | boolean | number | string | undefined {
  const plain = raw === null || typeof raw === 'boolean' || typeof raw === 'number' || typeof raw === 'string';
  return plain ? raw : undefined;
}

/** Everything that a row tells, in our names: attributes as they are, relationships as ids. */
export function fieldsOf(resource: Resource, row: Row): Fields {
  const told: [string, Value | undefined][] = [['id', row.id]];
  for (const [name, raw] of Object.entries(row.attributes))
    told.push([name, toValue(name, resource.types.get(name), raw)]);
  for (const [name, { data }] of Object.entries(row.relationships)) {
    if (data !== undefined) told.push([name, Array.isArray(data) ? data.map(({ id }) => id) : (data?.id ?? null)]);
  }
  return Object.fromEntries(told.filter(isTold));
}

function isTold(entry: [string, Value | undefined]): entry is [string, Value] {
  return entry[1] !== undefined;
}

/** Only the named fields; what the row does not tell stays absent. */
function pick(fields: Fields, names: Iterable<string>): Fields {
  return Object.fromEntries([...names].map((name): [string, Value | undefined] => [name, fields[name]]).filter(isTold));
}

/** Milliseconds of a stamp; null where there is none. */
export function timeOf(stamp: unknown): number | null {
  const at = typeof stamp === 'string' ? Date.parse(stamp) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** As the vendor writes and filters times: whole seconds, UTC. */
export function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** When a row was last changed: a case that nobody has edited has only its creation. */
export function stampOf(row: Row): number | null {
  return timeOf(row.attributes.updatedAt) ?? timeOf(row.attributes.createdAt);
}

/**
 * Stamps have whole seconds, so a row that was read while its second was not over may change again under the same stamp. Such a version
 * is marked; a later poll shows the plain one, and the record is read once more.
 */
export function versionOf(row: Row, asOf: number): string | null {
  const stamp = stampOf(row);
  if (stamp === null) return null;
  return stamp + 1000 > asOf ? `${isoSeconds(stamp)}~` : isoSeconds(stamp);
}

export interface Seeing {
  readonly connection: string;
  readonly resource: Resource;
  /** The vendor's time of the answer (ms). */
  readonly asOf: number;
}

/** A row as a change; without `names` only its stamps were read. */
export function changeOf({ connection, resource, asOf }: Seeing, row: Row, names: Iterable<string> | null): Change {
  const fields = fieldsOf(resource, row);
  const by = resource.by === null ? null : fields[resource.by];
  return {
    ref: { connection, object: resource.object, id: row.id },
    version: versionOf(row, asOf),
    at: stampOf(row),
    by: typeof by === 'string' ? by : null,
    seen: names === null ? 'look' : pick(fields, names),
  };
}

export interface Body {
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly relationships?: Readonly<Record<string, unknown>>;
}

/** The document of one record, with exactly the given fields and nothing else. Throws FaultError `bug` for a pointer without an id. */
export function bodyOf(resource: Resource, fields: Fields): Body {
  const attributes: Record<string, unknown> = {};
  const relationships: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (isPointer(value))
      throw new FaultError({ kind: 'bug', say: `The reference in ${name} has no id yet.`, fields: [name] });
    const to = resource.relations.get(name);
    if (to !== undefined) relationships[name] = { data: linkage(to, value, resource.types.get(name) === 'set') };
    else attributes[name] = onWire(name, value, resource.types.get(name));
  }
  return {
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    ...(Object.keys(relationships).length === 0 ? {} : { relationships }),
  };
}

function linkage(type: string, value: Value, several: boolean): unknown {
  if (several) return (Array.isArray(value) ? value : []).map((id) => ({ type, id: String(id) }));
  return value === null || value === '' ? null : { type, id: String(value) };
}

function onWire(name: string, value: Value, type: FieldType | undefined): unknown {
  const key = wrapped.get(name);
  if (key !== undefined) return (Array.isArray(value) ? value : []).map((member) => ({ [key]: member }));
  // A check box has no empty state.
  return type === 'boolean' && value === null ? false : value;
}

/** Whether a field has a value: a set has each of its members. Texts are compared in the given form. */
export function alike(there: Value | undefined, wanted: Value | undefined, form = folded): boolean {
  if (Array.isArray(there) && !Array.isArray(wanted)) return there.some((member) => alike(member, wanted, form));
  if (Array.isArray(there) && Array.isArray(wanted)) {
    return there.length === wanted.length && wanted.every((member) => alike(there, member, form));
  }
  return typeof there === 'boolean' || typeof wanted === 'boolean' ? there === wanted : form(there) === form(wanted);
}

/** Blanks around a text are cut by the vendor, and an empty one is kept as null. */
export function trimmed(value: unknown): string {
  const plain = typeof value === 'string' || typeof value === 'number';
  return plain ? String(value).trim().replaceAll('\r\n', '\n') : '';
}

/** Without regard to case, as some of the vendor's databases compare. */
export function folded(value: unknown): string {
  return trimmed(value).toLowerCase();
}
