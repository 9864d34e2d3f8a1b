import { hash } from '../../../../twins/chance.ts';
import type { Json, JsonObject } from '../../../../twins/json.ts';
import type { FieldDefinition, FieldType } from '../field.ts';
import { isPlatformEvent, type ObjectDefinition } from '../object.ts';
import { eventName, placeOf, publishedFields } from './change-event.ts';

/**
 * The Avro schema of an object's change events, as the Pub/Sub API gives it out: the header first, then the object's fields as unions with
 * null, parts of names and addresses in nested records. Headers name changed fields by their position in it.
 */
export interface EventSchema {
  /** Changes whenever the schema does. */
  readonly id: string;
  readonly json: string;
  /** Fields of the top level in their order, the header being the first. */
  readonly fields: readonly SchemaField[];
}

export interface SchemaField {
  readonly name: string;
  /** Null for the header and for compounds. */
  readonly type: FieldType | null;
  /** Of a compound, by their names inside it. */
  readonly members: readonly { readonly name: string; readonly type: FieldType }[];
}

const known = new WeakMap<ObjectDefinition, EventSchema>();

export function eventSchema(object: ObjectDefinition): EventSchema {
  const ready = known.get(object);
  if (ready !== undefined) return ready;
  const fields = layOut(publishedFields(object));
  const hasHeader = !isPlatformEvent(object);
  const json = JSON.stringify({
    type: 'record',
    name: eventName(object.name),
    namespace: 'com.sforce.eventbus',
    fields: [...(hasHeader ? [{ name: 'ChangeEventHeader', type: header }] : []), ...avroFields(object, fields)],
  });
  const words = Uint32Array.from([0, 1, 2, 3], (salt) => hash(`${salt}/${json}`));
  const id = Buffer.from(words.buffer).toString('base64url');
  const first: readonly SchemaField[] = hasHeader ? [{ name: 'ChangeEventHeader', type: null, members: [] }] : [];
  const schema = { id, json, fields: [...first, ...fields] };
  known.set(object, schema);
  return schema;
}

/** Field names of an event's header → positions as bits: `0x0A` for the second and fourth field, `7-0x03` for parts of the eighth. */
export function toBitmaps({ fields }: EventSchema, names: readonly string[]): string[] {
  const top: number[] = [];
  const inside = new Map<number, number[]>();
  for (const name of names) {
    const [first = '', member] = name.split('.');
    const position = fields.findIndex((field) => field.name === first);
    if (position < 0) continue;
    if (member === undefined) top.push(position);
    else {
      const at = fields[position]?.members.findIndex((one) => one.name === member) ?? -1;
      if (at >= 0) inside.set(position, [...(inside.get(position) ?? []), at]);
    }
  }
  const nested = [...inside].sort(([one], [two]) => one - two).map(([position, bits]) => `${position}-${toHex(bits)}`);
  return top.length === 0 ? nested : [toHex(top), ...nested];
}

function toHex(bits: readonly number[]): string {
  const value = bits.reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n);
  const digits = value.toString(16).toUpperCase();
  return `0x${digits.length % 2 === 0 ? digits : `0${digits}`}`;
}

function layOut(published: readonly FieldDefinition[]): readonly SchemaField[] {
  const fields = new Map<string, SchemaField>();
  for (const field of published) {
    const { top, member } = placeOf(field);
    const before = fields.get(top) ?? { name: top, type: null, members: [] };
    fields.set(
      top,
      member === null
        ? { ...before, type: field.type }
        : { ...before, members: [...before.members, { name: member, type: field.type }] },
    );
  }
  return [...fields.values()];
}

/** A named record is written out once; who comes later refers to it. */
function avroFields(object: ObjectDefinition, fields: readonly SchemaField[]): readonly JsonObject[] {
  const named = new Map<string, string>();
  const recordOf = ({ name, members }: SchemaField): Json => {
    const kind = name === 'Name' ? (object.name === 'Account' ? 'Switchable_PersonName' : 'PersonName') : 'Address';
    const key = JSON.stringify([kind, members]);
    const record = named.get(key);
    if (record !== undefined) return record;
    const recordName = [...named.values()].includes(kind) ? `${kind}${named.size}` : kind;
    named.set(key, recordName);
    return { type: 'record', name: recordName, fields: members.map((one) => nullable(one.name, one.type, [])) };
  };
  return fields.map((field) => nullable(field.name, field.type, field.members.length === 0 ? [] : [recordOf(field)]));
}

function nullable(name: string, type: FieldType | null, records: readonly Json[]): JsonObject {
  const plain = type === null ? [] : [avroType(type)];
  const doc = `Data:${type ?? 'Compound'}`;
  return { name, type: ['null', ...plain, ...records], doc, default: null };
}

/** Dates and times are numbers of milliseconds; text is whatever is nothing else. */
export function avroType(type: FieldType): 'boolean' | 'int' | 'double' | 'long' | 'string' {
  if (type === 'boolean' || type === 'int') return type;
  if (type === 'double' || type === 'currency' || type === 'percent') return 'double';
  return type === 'datetime' || type === 'date' || type === 'time' ? 'long' : 'string';
}

const texts = { type: 'array', items: 'string' };

/** Source: Change Data Capture Developer Guide, "Change Event Header Fields"; the order of the kinds is inferred. */
const header: JsonObject = {
  type: 'record',
  name: 'ChangeEventHeader',
  fields: [
    { name: 'entityName', type: 'string' },
    { name: 'recordIds', type: texts },
    {
      name: 'changeType',
      type: {
        type: 'enum',
        name: 'ChangeType',
        symbols: [
          ...['CREATE', 'UPDATE', 'DELETE', 'UNDELETE', 'GAP_CREATE', 'GAP_UPDATE', 'GAP_DELETE', 'GAP_UNDELETE'],
          ...['GAP_OVERFLOW', 'SNAPSHOT'],
        ],
      },
    },
    { name: 'changeOrigin', type: 'string' },
    { name: 'transactionKey', type: 'string' },
    { name: 'sequenceNumber', type: 'int' },
    { name: 'commitTimestamp', type: 'long' },
    { name: 'commitNumber', type: 'long' },
    { name: 'commitUser', type: 'string' },
    { name: 'nulledFields', type: texts },
    { name: 'diffFields', type: texts },
    { name: 'changedFields', type: texts },
  ],
};
