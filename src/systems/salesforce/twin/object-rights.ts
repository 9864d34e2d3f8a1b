import type { JsonObject } from '../../../twins/json.ts';
import { isPlatformEvent, type ObjectDefinition } from './object.ts';
import type { Store } from './store.ts';

/** What a user may do with the rows of an object. */
export interface ObjectRights {
  readonly read: boolean;
  readonly create: boolean;
  readonly edit: boolean;
  readonly delete: boolean;
  /** All rows, whoever owns them: what subscribers to changes need. */
  readonly viewAll: boolean;
}

const everything: ObjectRights = { read: true, create: true, edit: true, delete: true, viewAll: true };
const nothing: ObjectRights = { read: false, create: false, edit: false, delete: false, viewAll: false };

/** Standard objects whose rows are governed by permissions; what hangs on them follows them, set-up is open to all. */
const governed = new Set(['Account', 'Contact', 'Lead', 'Case', 'Opportunity']);

function isGoverned(object: ObjectDefinition): boolean {
  return (object.custom && !isPlatformEvent(object)) || governed.has(object.name);
}

/** The permission sets of a user: the one of the profile, and those that are assigned. */
export function setsOf(store: Store, user: string): ReadonlySet<string> {
  const profile = store.visible('User', user)?.values.ProfileId;
  const sets = new Set<string>();
  for (const row of store.rows('PermissionSet').values())
    if (row.values.ProfileId === profile && profile !== undefined) sets.add(row.id);
  for (const row of store.rows('PermissionSetAssignment').values())
    if (!row.deleted && row.values.AssigneeId === user) sets.add(String(row.values.PermissionSetId));
  return sets;
}

/** The best that a user's permission sets grant together; "Modify All Data" and "View All Data" pass over objects. */
export function rightsOf(store: Store, user: string, object: ObjectDefinition): ObjectRights {
  if (!isGoverned(object)) return everything;
  const sets = setsOf(store, user);
  let rights = nothing;
  for (const id of sets) {
    const { PermissionsModifyAllData: modify, PermissionsViewAllData: view } =
      store.visible('PermissionSet', id)?.values ?? {};
    if (modify === true) return everything;
    if (view === true) rights = { ...rights, read: true, viewAll: true };
  }
  for (const { deleted, values } of store.rows('ObjectPermissions').values()) {
    if (deleted || values.SobjectType !== object.name || !sets.has(String(values.ParentId))) continue;
    const all = values.PermissionsModifyAllRecords === true;
    rights = {
      read: rights.read || all || values.PermissionsRead === true,
      create: rights.create || values.PermissionsCreate === true,
      edit: rights.edit || all || values.PermissionsEdit === true,
      delete: rights.delete || all || values.PermissionsDelete === true,
      viewAll: rights.viewAll || all || values.PermissionsViewAllRecords === true,
    };
  }
  return rights;
}

/** A describe as it looks to whoever has these rights. */
export function narrowed(describe: JsonObject, rights: ObjectRights): JsonObject {
  if (rights.create && rights.edit && rights.delete) return describe;
  const both = (name: string, right: boolean): boolean => describe[name] === true && right;
  return {
    ...describe,
    createable: both('createable', rights.create),
    updateable: both('updateable', rights.edit),
    deletable: both('deletable', rights.delete),
    undeletable: both('undeletable', rights.delete),
    mergeable: both('mergeable', rights.edit && rights.delete),
  };
}
