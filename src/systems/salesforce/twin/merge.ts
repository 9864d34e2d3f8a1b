import type { JsonObject } from '../../../twins/json.ts';
import { RowError } from './errors.ts';
import type { ObjectDefinition } from './object.ts';
import type { Trash } from './remove.ts';
import type { StoredRow } from './row.ts';
import { updateRow, writableRow } from './write.ts';
import type { Writer } from './writer.ts';

export interface Merged {
  readonly id: string;
  readonly mergedIds: readonly string[];
  /** Children that point at the winner now. */
  readonly movedIds: readonly string[];
}

/**
 * Merges up to two losers into a winner: their children move over, they go to the bin with `MasterRecordId` telling where they went.
 * Values are the winner's, but for those that the caller gives.
 */
export function mergeRows(
  writer: Writer,
  object: ObjectDefinition,
  masterId: string,
  fields: JsonObject,
  loserIds: readonly string[],
  trash: Map<string, Trash>,
): Merged {
  if (!object.flags.mergeable)
    throw new RowError('INVALID_TYPE_FOR_OPERATION', `entity type ${object.name} does not support merge`, []);
  if (loserIds.length === 0 || loserIds.length > 2)
    throw new RowError('NUMBER_OUTSIDE_VALID_RANGE', 'a merge takes one or two records beside the master', []);
  const master = updateRow(writer, object, masterId, fields);
  const moved: string[] = [];
  const merged: string[] = [];
  for (const loserId of loserIds) {
    const loser = writableRow(writer, object, loserId);
    if (loser.id === master.id) throw new RowError('INVALID_ID_FIELD', 'a record cannot be merged into itself', []);
    moved.push(...moveChildren(writer, object, loser, master));
    writer.transaction.put({
      ...loser,
      deleted: true,
      modifiedAt: writer.at,
      modifiedBy: writer.user,
      stampAt: Math.max(loser.stampAt, writer.at),
      values: { ...loser.values, MasterRecordId: master.id },
    });
    trash.set(loser.id, { rows: [loser.id], cleared: [] });
    merged.push(loser.id);
  }
  return { id: master.id, mergedIds: merged, movedIds: moved };
}

function moveChildren(writer: Writer, object: ObjectDefinition, from: StoredRow, to: StoredRow): string[] {
  const moved: string[] = [];
  for (const { child, field } of writer.org.schema.childrenOf(object.name)) {
    if (!field.describe.createable && !field.describe.updateable) continue;
    for (const row of writer.org.store.where(child.name, field.name, from.id)) {
      if (row.deleted) continue;
      const target = row.id === to.id ? undefined : to.id;
      const { [field.name]: _, ...values } = row.values;
      // The winner never becomes its own parent.
      const next = target === undefined ? values : { ...values, [field.name]: target };
      writer.transaction.put({ ...row, stampAt: Math.max(row.stampAt, writer.at), values: next });
      moved.push(row.id);
    }
  }
  return moved;
}
