import { RowError } from './errors.ts';
import type { ObjectDefinition } from './object.ts';
import type { StoredRow } from './row.ts';
import { checkUnique, insufficientAccess, refusePlanted, writableRow } from './write.ts';
import type { Writer } from './writer.ts';

/** What one deletion took along, so that an undelete can bring it back. */
export interface Trash {
  readonly rows: readonly string[];
  readonly cleared: readonly { readonly id: string; readonly field: string }[];
}

/** Puts a row and what hangs on it into the recycle bin (objects without IsDeleted are gone at once). */
export function deleteRow(writer: Writer, object: ObjectDefinition, id: string, trash: Map<string, Trash>): StoredRow {
  refusePlanted(writer);
  const row = writableRow(writer, object, id);
  if (!writer.trusted && !writer.org.access.rights(object, writer.user).delete) throw insufficientAccess();
  if (!object.flags.deletable)
    throw new RowError('INVALID_TYPE_FOR_OPERATION', `entity type ${object.name} does not support delete`, []);
  const doomed = new Map<string, StoredRow>();
  const cleared: { id: string; field: string }[] = [];
  gather(writer, row, doomed, cleared);
  for (const one of doomed.values()) {
    if (writer.org.schema.find(one.object)?.byName.has('isdeleted') === true)
      writer.transaction.put(stamped(writer, { ...one, deleted: true }));
    else writer.transaction.purge(one);
  }
  for (const { id: child, field } of cleared) {
    const pointing = writer.transaction.row(child);
    if (pointing === undefined || doomed.has(child)) continue;
    const { [field]: _, ...values } = pointing.values;
    // A background change: SystemModstamp moves, LastModifiedDate does not.
    writer.transaction.put({ ...pointing, stampAt: Math.max(pointing.stampAt, writer.at), values });
  }
  trash.set(row.id, { rows: [...doomed.keys()], cleared });
  return row;
}

function gather(
  writer: Writer,
  row: StoredRow,
  doomed: Map<string, StoredRow>,
  cleared: { id: string; field: string }[],
): void {
  if (doomed.has(row.id)) return;
  doomed.set(row.id, row);
  for (const { child, field } of writer.org.schema.childrenOf(row.object)) {
    if (!field.describe.createable && !field.describe.updateable) continue;
    const children = writer.org.store
      .where(child.name, field.name, row.id)
      .filter((one) => !one.deleted && !doomed.has(one.id));
    if (children.length === 0) continue;
    if (field.onParentDelete === 'restrict') {
      const names = children.map((one) => String(one.values.CaseNumber ?? one.values.Name ?? one.id)).join(', ');
      const what = child.labelPlural.toLowerCase();
      const message = `Your attempt to delete ${String(row.values.Name ?? row.id)} could not be completed because it is associated with the following ${what}.: ${names}\n`;
      throw new RowError('DELETE_FAILED', message, []);
    }
    for (const one of children) {
      if (field.onParentDelete === 'cascade') gather(writer, one, doomed, cleared);
      else if (field.describe.nillable) cleared.push({ id: one.id, field: field.name });
    }
  }
}

/** Brings a row back from the recycle bin with its id, and what was deleted along with it. */
export function undeleteRow(writer: Writer, id: string, trash: Map<string, Trash>): StoredRow {
  const row = writer.transaction.row(id);
  if (row === undefined) throw new RowError('INVALID_ID_FIELD', 'id not found in recycle bin', []);
  if (!row.deleted) throw new RowError('UNDELETE_FAILED', 'Entity is not in the recycle bin', []);
  if (writer.org.schema.find(row.object)?.flags.undeletable !== true) {
    throw new RowError('UNDELETE_FAILED', `entity type ${row.object} does not support undelete`, []);
  }
  const { rows = [], cleared = [] } = trash.get(id) ?? {};
  trash.delete(id);
  for (const one of new Set([id, ...rows])) {
    const lying = writer.transaction.row(one);
    if (lying?.deleted !== true) continue;
    const object = writer.org.schema.find(lying.object);
    if (object !== undefined) checkUnique(writer, object, lying);
    const { MasterRecordId: _, ...values } = lying.values;
    writer.transaction.put(stamped(writer, { ...lying, deleted: false, values }));
  }
  for (const { id: child, field } of cleared) {
    const pointing = writer.transaction.row(child);
    if (pointing === undefined || pointing.deleted || pointing.values[field] !== undefined) continue;
    writer.transaction.put({
      ...pointing,
      stampAt: Math.max(pointing.stampAt, writer.at),
      values: { ...pointing.values, [field]: id },
    });
  }
  return writer.transaction.row(id) ?? row;
}

function stamped(writer: Writer, row: StoredRow): StoredRow {
  return { ...row, modifiedAt: writer.at, modifiedBy: writer.user, stampAt: Math.max(row.stampAt, writer.at) };
}
