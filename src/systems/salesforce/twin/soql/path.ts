import type { Json } from '../../../../twins/json.ts';
import { createField, type FieldDefinition } from '../field.ts';
import type { ObjectDefinition } from '../object.ts';
import type { Org } from '../org.ts';
import { type Getter, getter } from '../read.ts';
import type { StoredRow } from '../row.ts';
import { quoting } from './parse.ts';

/** Who asks, and in what words: needed wherever a name is looked up. */
export interface Asker {
  readonly org: Org;
  /** Null is the system, which sees all. */
  readonly user: string | null;
  /** The whole statement, for messages. */
  readonly text: string;
  /** Rows in the recycle bin and archived ones too. */
  readonly all: boolean;
  readonly version: string;
}

/** A field reached from an object, perhaps over relationships. */
export interface Path {
  readonly field: FieldDefinition;
  /** As stored: datetimes in milliseconds. Null where a relationship on the way is empty. */
  readonly get: Getter;
  /** True where the field lies on the object itself. */
  readonly direct: boolean;
}

/** A step over a relationship: the field that holds the id, and the objects that it may lead to. */
export interface Step {
  readonly name: string;
  readonly field: FieldDefinition;
  readonly targets: readonly ObjectDefinition[];
  readonly follow: (row: StoredRow) => StoredRow | null;
}

export function resolvePath(asker: Asker, object: ObjectDefinition, parts: readonly string[]): Path {
  const [name = '', ...rest] = parts;
  if (rest.length === 0) {
    const field = asker.org.access.field(object, name, asker.user);
    if (field === undefined) throw noSuchColumn(asker, name, object.name);
    return { field, get: getter(asker.org, field), direct: true };
  }
  const step = resolveStep(asker, object, name);
  const [first] = step.targets;
  if (first === undefined) throw noRelationship(asker, name);
  const isPolymorphic = step.targets.length > 1;
  // A polymorphic relationship offers what its targets have under one roof: Id, Name, Type and the like.
  if (isPolymorphic && rest.length === 1 && rest[0]?.toLowerCase() === 'type') {
    return { field: objectType, get: (row) => step.follow(row)?.object ?? null, direct: false };
  }
  const paths = new Map<string, Path>();
  for (const target of step.targets) {
    try {
      paths.set(target.name, resolvePath(asker, target, isPolymorphic ? underOneRoof(target, rest) : rest));
    } catch (error) {
      if (step.targets.length === 1) throw error;
    }
  }
  const [any] = paths.values();
  if (any === undefined) throw noSuchColumn(asker, rest.at(-1) ?? '', step.targets.length > 1 ? 'Name' : first.name);
  const get = (row: StoredRow): Json => {
    const parent = step.follow(row);
    return parent === null ? null : (paths.get(parent.object)?.get(parent) ?? null);
  };
  return { field: any.field, get, direct: false };
}

const objectType = createField({ name: 'Type', type: 'picklist', length: 40 });

/** To whoever points at several objects, each is called by what stands for its name: a case by its number. */
export function underOneRoof(target: ObjectDefinition, parts: readonly string[]): readonly string[] {
  return parts.length === 1 && parts[0]?.toLowerCase() === 'name' && target.nameField !== null
    ? [target.nameField]
    : parts;
}

export function resolveStep(asker: Asker, object: ObjectDefinition, name: string): Step {
  const { org, user } = asker;
  const field = object.byRelationship.get(name.toLowerCase());
  if (field === undefined || org.access.field(object, field.name, user) === undefined)
    throw noRelationship(asker, name);
  const targets = field.describe.referenceTo.flatMap((target) => org.access.object(target, user) ?? []);
  const id = getter(org, field);
  return {
    name: field.describe.relationshipName ?? name,
    field,
    targets,
    follow(row) {
      const value = id(row);
      if (typeof value !== 'string') return null;
      const target = targets.length === 1 ? targets[0] : org.schema.byPrefix(value.slice(0, 3));
      const parent = target === undefined ? undefined : org.store.visible(target.name, value);
      return parent === undefined || !org.access.maySee(parent, user) ? null : parent;
    },
  };
}

/** Names may be prefixed with the object's alias or its own name. */
export function splitPath(text: string, object: ObjectDefinition, alias: string | undefined): readonly string[] {
  const parts = text.split('.');
  const prefix = parts[0]?.toLowerCase();
  const isPrefix =
    parts.length > 1 &&
    (prefix === alias?.toLowerCase() || (prefix === object.name.toLowerCase() && !object.byRelationship.has(prefix)));
  return isPrefix ? parts.slice(1) : parts;
}

function noSuchColumn(asker: Asker, name: string, object: string): Error {
  const hint = `If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. ${reference}`;
  return quoting(asker.text, name, 'INVALID_FIELD', `No such column '${name}' on entity '${object}'. ${hint}`);
}

function noRelationship(asker: Asker, name: string): Error {
  const hint = `If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. ${reference}`;
  return quoting(asker.text, name, 'INVALID_FIELD', `Didn't understand relationship '${name}' in field path. ${hint}`);
}

export function noSuchObject(asker: Pick<Asker, 'text'>, name: string): Error {
  const hint = `If you are attempting to use a custom object, be sure to append the '__c' after the entity name. ${reference}`;
  return quoting(asker.text, name, 'INVALID_TYPE', `sObject type '${name}' is not supported. ${hint}`);
}

const reference = 'Please reference your WSDL or the describe call for the appropriate names.';
