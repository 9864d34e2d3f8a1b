import type { Json, JsonObject } from '../../../twins/json.ts';
import type { FieldDefinition } from './field.ts';
import type { ObjectDefinition } from './object.ts';
import type { Org } from './org.ts';
import type { StoredRow } from './row.ts';
import { formatDateTime } from './time.ts';

export type Getter = (row: StoredRow) => Json;

/** How a field is read from a row, as stored: datetimes in milliseconds. */
export function getter(org: Org, field: FieldDefinition): Getter {
  const { name } = field;
  const system = systemGetters[name];
  if (system !== undefined) return system;
  if (field.type === 'address') return (row) => address(row, name);
  if (field.type === 'boolean') return (row) => row.values[name] ?? false;
  const fromContact = contactFields[name];
  if (fromContact !== undefined)
    return (row) => (row.object === 'Case' ? contactValue(org, row, fromContact) : (row.values[name] ?? null));
  return (row) => row.values[name] ?? null;
}

/** The same as an API of this version answers it; null: the control surface, which shows what files hold. */
export function jsonGetter(org: Org, field: FieldDefinition, version: string | null): Getter {
  const get = getter(org, field);
  // What a file holds is fetched from an address of its own.
  if (field.type === 'base64' && version !== null)
    return (row) =>
      get(row) === null ? null : `/services/data/v${version}/sobjects/${row.object}/${row.id}/${field.name}`;
  if (field.type !== 'datetime') return get;
  return (row) => {
    const value = get(row);
    return typeof value === 'number' ? formatDateTime(value) : value;
  };
}

const systemGetters: Readonly<Record<string, Getter>> = {
  Id: (row) => row.id,
  IsDeleted: (row) => row.deleted,
  CreatedDate: (row) => row.createdAt,
  CreatedById: (row) => row.createdBy,
  LastModifiedDate: (row) => row.modifiedAt,
  LastModifiedById: (row) => row.modifiedBy,
  SystemModstamp: (row) => row.stampAt,
};

export function isSystemField(name: string): boolean {
  return name in systemGetters;
}

/** On a Case these show what the contact has, without any stamp of the case moving. */
const contactFields: Readonly<Record<string, string>> = {
  ContactPhone: 'Phone',
  ContactMobile: 'MobilePhone',
  ContactEmail: 'Email',
  ContactFax: 'Fax',
};

function contactValue(org: Org, row: StoredRow, name: string): Json {
  const contact = row.values.ContactId;
  return typeof contact === 'string' ? (org.store.visible('Contact', contact)?.values[name] ?? null) : null;
}

/** A compound address, or null where all of its parts are empty. */
function address(row: StoredRow, name: string): Json {
  const prefix = name.slice(0, -'Address'.length);
  const part = (field: string): Json => row.values[prefix + field] ?? null;
  const whole = {
    city: part('City'),
    country: part('Country'),
    geocodeAccuracy: part('GeocodeAccuracy'),
    latitude: part('Latitude'),
    longitude: part('Longitude'),
    postalCode: part('PostalCode'),
    state: part('State'),
    street: part('Street'),
  };
  return Object.values(whole).every((value) => value === null) ? null : whole;
}

type Getters = readonly (readonly [string, Getter])[];
const recordGetters = new WeakMap<readonly FieldDefinition[], Map<string | null, Getters>>();

function gettersOf(org: Org, fields: readonly FieldDefinition[], version: string | null): Getters {
  const known = recordGetters.get(fields) ?? new Map<string | null, Getters>();
  recordGetters.set(fields, known);
  const ready = known.get(version);
  if (ready !== undefined) return ready;
  const getters = fields.map((field) => [field.name, jsonGetter(org, field, version)] as const);
  known.set(version, getters);
  return getters;
}

/** A row with these fields, as the row resource answers it. */
export function readRecord(
  org: Org,
  object: ObjectDefinition,
  row: StoredRow,
  fields: readonly FieldDefinition[],
  version: string | null,
): JsonObject {
  const record: Record<string, Json> = version === null ? {} : { attributes: attributes(object.name, row.id, version) };
  for (const [name, get] of gettersOf(org, fields, version)) record[name] = get(row);
  return record;
}

export function attributes(object: string, id: string, version: string): JsonObject {
  return { type: object, url: `/services/data/v${version}/sobjects/${object}/${id}` };
}
