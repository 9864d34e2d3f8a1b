import type { Change, Gone, Want } from '../../model/record.ts';
import type { Value } from '../../model/value.ts';
import { fateFields } from './objects.ts';
import { fromSalesforce, id18, isoSeconds, pick, type Row, stampMs, type TypeOf } from './values.ts';

/** The columns that a change needs, beside those that somebody wants. */
export function columnsOf(want: Want, deleted: boolean): readonly string[] {
  const own = [
    'Id',
    'SystemModstamp',
    'LastModifiedDate',
    'LastModifiedById',
    ...(deleted ? ['IsDeleted'] : []),
    ...fateFields(want.object),
  ];
  const known = new Set(own.map((name) => name.toLowerCase()));
  return [...own, ...want.fields.filter((name) => !known.has(name.toLowerCase()) && known.add(name.toLowerCase()))];
}

/**
 * How long after its own stamp a row may still change under that stamp (ms): the rest of the second, and the time until the last
 * transaction of that second has committed. Ordinary transactions have 10 s of CPU at most (Apex Developer Guide, "Execution Governors
 * and Limits"); the rare one that takes longer is left to whatever compares everything.
 */
const settlingMs = 11_000;

/**
 * `SystemModstamp` has whole seconds and is there before the transaction has committed, so a row that was read soon after its stamp may
 * change again under the same one. Such a version is marked, and the overlap of a later poll, which shows the plain stamp, makes it look
 * changed: it is then read once more, and only once.
 */
export function versionOf(stamp: number, asOf: number): string {
  return stamp + settlingMs > asOf ? `${isoSeconds(stamp)}~` : isoSeconds(stamp);
}

/**
 * What became of a row that is not a plain record any more; null where it is one. A converted lead stays a record: its own fields say
 * what it became.
 */
export function fateOf(row: Row, connection: string, object: string): Gone | null {
  if (row.IsDeleted !== true) return null;
  return typeof row.MasterRecordId === 'string'
    ? { gone: 'merged', into: { connection, object, id: id18(row.MasterRecordId) } }
    : { gone: 'trash' };
}

/** A row as a change. `look`: the row was read only for its stamp. */
export function changeOf(
  row: Row,
  want: Want,
  about: { readonly connection: string; readonly asOf: number; readonly typeOf: TypeOf; readonly look?: boolean },
): Change {
  const stamp = stampMs(row.SystemModstamp);
  const by = row.LastModifiedById;
  // Which side edited last is told by LastModifiedDate; the stamp also moves when the system does housekeeping.
  const at = row.LastModifiedDate === row.SystemModstamp ? stamp : (stampMs(row.LastModifiedDate) ?? stamp);
  return {
    ref: { connection: about.connection, object: want.object, id: idOf(row) },
    version: stamp === null ? null : versionOf(stamp, about.asOf),
    at,
    by: typeof by === 'string' ? id18(by) : null,
    seen:
      fateOf(row, about.connection, want.object) ?? (about.look === true ? 'look' : fieldsOf(row, want, about.typeOf)),
  };
}

export function idOf(row: Row): string {
  return typeof row.Id === 'string' ? id18(row.Id) : '';
}

function fieldsOf(row: Row, want: Want, typeOf: TypeOf): Readonly<Record<string, Value>> {
  const fields: Record<string, Value> = {};
  for (const name of want.fields) {
    const value = fromSalesforce(pick(row, name), typeOf(name));
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}
