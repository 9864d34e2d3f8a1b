import type { Settings } from '../../../twins/settings.ts';
import type { FieldDefinition } from './field.ts';
import type { ObjectDefinition } from './object.ts';
import { type ObjectRights, rightsOf, setsOf } from './object-rights.ts';
import type { StoredRow } from './row.ts';
import type { Schema } from './schema.ts';
import type { SalesforceSettings } from './settings.ts';
import type { Store } from './store.ts';

/**
 * Who may see which field. Standard fields and fields that the schema was given by hand are for everyone; a field that was made through
 * the API is visible to nobody until a FieldPermissions row of a permission set that the user holds grants it. Hidden is the same as
 * non-existent: in describe, in SOQL and in writes.
 */
export interface Access {
  /** An object by name in any case, where the user may read it: any other is as if it were not there. */
  object(name: string, user: string | null): ObjectDefinition | undefined;
  rights(object: ObjectDefinition, user: string): ObjectRights;
  /** The fields of an object that the user sees; null is the system, which sees all. */
  fields(object: ObjectDefinition, user: string | null): readonly FieldDefinition[];
  /** By name in any case. */
  field(object: ObjectDefinition, name: string, user: string | null): FieldDefinition | undefined;
  mayEdit(object: ObjectDefinition, field: FieldDefinition, user: string | null): boolean;
  /** False where sharing hides the row. */
  maySee(row: StoredRow, user: string | null): boolean;
  /** The same for many rows at once; null where none is hidden. */
  seer(user: string | null): ((row: StoredRow) => boolean) | null;
  isLocked(row: StoredRow): boolean;
  /** True where the row waits for an approval. */
  isHeld(row: StoredRow): boolean;
}

interface Sight {
  readonly fields: readonly FieldDefinition[];
  readonly byName: ReadonlyMap<string, FieldDefinition>;
  readonly readOnly: ReadonlySet<FieldDefinition>;
}

export function createAccess({
  schema,
  store,
  settings,
}: {
  schema: Schema;
  store: Store;
  settings: Settings<SalesforceSettings>;
}): Access {
  let state: readonly unknown[] = [];
  let sights = new Map<string, Sight>();
  let rights = new Map<string, ObjectRights>();
  let hiddenRows: ReadonlySet<string> = new Set();
  let lockedRows: ReadonlySet<string> = new Set();
  let heldRows: ReadonlySet<string> = new Set();

  /** What was worked out is kept until the schema, the switches or the permissions change. */
  const refresh = (): void => {
    const permissions = permissionObjects.map(store.revision);
    const now = [schema.revision, settings.now, ...permissions];
    if (now.every((part, i) => part === state[i])) return;
    state = now;
    sights = new Map();
    rights = new Map();
    hiddenRows = new Set(settings.now.hiddenRows);
    lockedRows = new Set(settings.now.lockedRows);
    heldRows = new Set(settings.now.heldRows);
  };

  const sight = (object: ObjectDefinition, user: string | null): Sight => {
    refresh();
    const key = `${object.name}/${user}`;
    const known = sights.get(key);
    if (known !== undefined) return known;
    const fresh = look(object, user);
    sights.set(key, fresh);
    return fresh;
  };

  const look = (object: ObjectDefinition, user: string | null): Sight => {
    const hidden = new Set(settings.now.hiddenFields.map((name) => name.toLowerCase()));
    const grants = user === null ? null : grantsOf(store, user);
    const readOnly = new Set<FieldDefinition>();
    const fields = object.fields.filter((field) => {
      if (grants === null) return true;
      const name = `${object.name}.${field.name}`.toLowerCase();
      if (hidden.has(name)) return false;
      if (field.everyone) return true;
      const granted = grants.get(name);
      if (granted === 'read') readOnly.add(field);
      return granted !== undefined;
    });
    return { fields, byName: new Map(fields.map((field) => [field.name.toLowerCase(), field])), readOnly };
  };

  const rightsTo = (object: ObjectDefinition, user: string): ObjectRights => {
    refresh();
    const key = `${object.name}/${user}`;
    const known = rights.get(key) ?? rightsOf(store, user, object);
    rights.set(key, known);
    return known;
  };

  return {
    object(name, user) {
      const object = schema.find(name);
      return object === undefined || user === null || rightsTo(object, user).read ? object : undefined;
    },
    rights: rightsTo,
    fields: (object, user) => sight(object, user).fields,
    field: (object, name, user) => sight(object, user).byName.get(name.toLowerCase()),
    mayEdit: (object, field, user) => !sight(object, user).readOnly.has(field),
    maySee(row, user) {
      refresh();
      return user === null || !isAmong(hiddenRows, row);
    },
    seer(user) {
      refresh();
      return user === null || hiddenRows.size === 0 ? null : (row) => !isAmong(hiddenRows, row);
    },
    isLocked(row) {
      refresh();
      return isAmong(lockedRows, row);
    },
    isHeld(row) {
      refresh();
      return isAmong(heldRows, row);
    },
  };
}

/** By either spelling of the id. */
function isAmong(ids: ReadonlySet<string>, { id }: StoredRow): boolean {
  return ids.size > 0 && (ids.has(id) || ids.has(id.slice(0, 15)));
}

/** What rights are made of. */
const permissionObjects = ['FieldPermissions', 'ObjectPermissions', 'PermissionSetAssignment', 'PermissionSet', 'User'];

/** `object.field` in lower case → the best that the user's permission sets grant. */
function grantsOf(store: Store, user: string): ReadonlyMap<string, 'read' | 'edit'> {
  const sets = setsOf(store, user);
  const grants = new Map<string, 'read' | 'edit'>();
  for (const { deleted, values } of store.rows('FieldPermissions').values()) {
    if (deleted || !sets.has(String(values.ParentId))) continue;
    const name = String(values.Field).toLowerCase();
    if (values.PermissionsEdit === true) grants.set(name, 'edit');
    else if (values.PermissionsRead === true && grants.get(name) !== 'edit') grants.set(name, 'read');
  }
  return grants;
}
