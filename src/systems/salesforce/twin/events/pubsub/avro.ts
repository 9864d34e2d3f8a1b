import avsc, { type Type } from 'avsc';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../../../../twins/json.ts';
import type { FieldType } from '../../field.ts';
import { avroType, type EventSchema, type SchemaField, toBitmaps } from '../event-schema.ts';

const types = new WeakMap<EventSchema, Type>();

function typeOf(schema: EventSchema): Type {
  const known = types.get(schema);
  if (known !== undefined) return known;
  const type = avsc.Type.forSchema(JSON.parse(schema.json), { wrapUnions: 'auto' });
  types.set(schema, type);
  return type;
}

/** An event's payload, as CometD shows it, in Avro's binary form: without a container, field names of the header as bitmaps. */
export function encodeEvent(schema: EventSchema, payload: JsonObject): Buffer {
  const whole: Record<string, Json> = {};
  for (const field of schema.fields) {
    const value = payload[field.name];
    whole[field.name] = field.name === 'ChangeEventHeader' ? toHeader(schema, value) : toAvro(field, value);
  }
  return typeOf(schema).toBuffer(whole);
}

/** The fields of an event that a client publishes, as a row would be sent; null where the bytes are none of the schema's. */
export function decodeEvent(schema: EventSchema, payload: Uint8Array): JsonObject | null {
  let decoded: Json;
  try {
    decoded = parseJson(JSON.stringify(typeOf(schema).fromBuffer(Buffer.from(payload))));
  } catch {
    return null;
  }
  if (!isJsonObject(decoded)) return null;
  const entries = schema.fields.map(({ name, type }): [string, Json] => {
    const value = isJsonObject(decoded) ? (decoded[name] ?? null) : null;
    return [name, typeof value === 'number' && type !== null ? fromMilliseconds(type, value) : value];
  });
  return Object.fromEntries(entries);
}

function fromMilliseconds(type: FieldType, value: number): Json {
  if (type !== 'datetime' && type !== 'date' && type !== 'time') return value;
  const text = new Date(value).toISOString();
  return type === 'datetime' ? text : type === 'date' ? text.slice(0, 10) : text.slice(11);
}

function toHeader(schema: EventSchema, header: Json | undefined): Json {
  if (header === undefined || !isJsonObject(header)) return null;
  const bitmaps = (names: Json | undefined): Json => toBitmaps(schema, Array.isArray(names) ? names.map(String) : []);
  const { nulledFields, diffFields, changedFields } = header;
  return {
    ...header,
    nulledFields: bitmaps(nulledFields),
    diffFields: bitmaps(diffFields),
    changedFields: bitmaps(changedFields),
  };
}

function toAvro({ type, members }: SchemaField, value: Json | undefined): Json {
  if (value === null || value === undefined) return null;
  if (members.length > 0 && isJsonObject(value))
    return Object.fromEntries(members.map((one) => [one.name, plain(one.type, value[one.name])]));
  return type === null ? null : plain(type, value);
}

function plain(type: FieldType, value: Json | undefined): Json {
  if (value === null || value === undefined) return null;
  switch (avroType(type)) {
    case 'long':
      return milliseconds(type, value);
    case 'string':
      return typeof value === 'string' ? value : JSON.stringify(value);
    default:
      return value;
  }
}

/** A time of day counts from midnight, a day from 1970. */
function milliseconds(type: FieldType, value: Json): Json {
  if (typeof value === 'number') return value;
  const ms = Date.parse(type === 'time' ? `1970-01-01T${String(value)}` : String(value));
  return Number.isNaN(ms) ? null : ms;
}
