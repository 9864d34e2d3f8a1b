import { FaultError } from '../../model/fault.ts';
import { attempt } from '../kit/attempt.ts';
import type { RecordRow } from './answers.ts';
import type { Module } from './modules.ts';
import type { CustomTypes } from './objects.ts';
import { type Session, sightKey } from './session.ts';
import { isCustom, shows } from './values.ts';
import type { ListPage } from './wire.ts';

/**
 * Rows of lists are summaries. `fields` makes them show more, but no texts of many lines, no more than 30 fields, and custom fields as a
 * rule not at all; what is still lacking is read record by record.
 */
const mostFields = 30;
/** Every row shows these: when it was changed, and whether it is one at all. */
const always = ['modifiedTime', 'createdTime'] as const;

/** The names to ask a list for. */
export function projection(module: Module, names: Iterable<string>, types: CustomTypes): readonly string[] {
  const wanted = [...names].filter((name) => {
    const type = isCustom(name) ? types.get(name) : module.fields.find((one) => one.name === name)?.type;
    return name !== 'id' && type !== undefined && type !== 'longtext';
  });
  return [...new Set([...always, ...wanted])].slice(0, mostFields);
}

/** One page of a list with as much in its rows as the portal gives. One that does not know a name answers with an error of its own. */
export async function listed(
  session: Session,
  module: Module,
  page: Omit<ListPage, 'fields'>,
  names: Iterable<string>,
  types: CustomTypes,
): Promise<readonly RecordRow[]> {
  const fields = session.sight.bare.has(module.object) ? always : projection(module, names, types);
  const rows = await attempt(() => session.wire.list(module, { ...page, fields }));
  if (rows.ok) return rows.value;
  const { code } = rows.fault;
  if (fields === always || (code !== 'INTERNAL_SERVER_ERROR' && code !== 'UNPROCESSABLE_ENTITY'))
    throw new FaultError(rows.fault);
  const bare = await session.wire.list(module, { ...page, fields: always });
  session.sight.bare.add(module.object);
  session.world.log.warn('Zoho Desk does not list some fields: each changed record is read by itself', {
    connection: session.name,
    object: module.object,
    said: rows.fault.say,
  });
  return bare;
}

/** A whole record; null where it is not there. */
export async function whole(session: Session, module: Module, id: string): Promise<RecordRow | null> {
  const found = await attempt(() => session.wire.one(module, id));
  if (found.ok) return found.value;
  if (found.fault.kind === 'gone') return null;
  throw new FaultError(found.fault);
}

/**
 * The same rows, showing all that is wanted and can be seen; null for a record that is not there any more. What a whole record does not
 * show either is hidden from us, and is not looked for again in the others.
 */
export async function completed(
  session: Session,
  module: Module,
  rows: readonly RecordRow[],
  names: readonly string[],
): Promise<readonly (RecordRow | null)[]> {
  const { unseen } = session.sight;
  const lacks = (row: RecordRow) =>
    names.some((name) => name !== 'id' && !shows(row, name) && !unseen.has(sightKey(module, name)));
  const full = new Map<string, RecordRow | null>();
  for (const row of rows) {
    if (!lacks(row)) continue;
    // The first whole record shows what is to be seen at all; the others then go side by side.
    const found = await whole(session, module, row.id);
    full.set(row.id, found);
    if (found === null) continue;
    for (const name of names) if (name !== 'id' && !shows(found, name)) unseen.add(sightKey(module, name));
    break;
  }
  return Promise.all(
    rows.map(async (row) => {
      const known = full.get(row.id);
      if (known !== undefined) return known;
      return lacks(row) ? whole(session, module, row.id) : row;
    }),
  );
}
