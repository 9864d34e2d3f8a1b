import { FaultError } from '../../model/fault.ts';
import { type Change, isGone, type Want } from '../../model/record.ts';
import { type Fields, isBlank } from '../../model/value.ts';
import { attempt, chunks } from '../kit/attempt.ts';
import type { RecordRow } from './answers.ts';
import { completed, projection, whole } from './details.ts';
import { type Module, moduleFor } from './modules.ts';
import { type CustomTypes, pageSize } from './objects.ts';
import { groupsOf, termOf } from './search-terms.ts';
import { type Session, sightKey } from './session.ts';
import { alike, changeOf, folded, goneChange, isCustom, shows } from './values.ts';

/** Reading by id, and look-ups. What the search index finds is compared again here. */

/** More pages of the bin than these are not looked through for a record that is not there. */
const binPages = 5;

/**
 * A record that lies in the bin says so. One that is not there at all was deleted for good or merged away, or never was: no answer tells
 * which, so it is looked for in the bin and is `hidden` if that does not have it.
 */
export async function read(session: Session, want: Want, ids: readonly string[]): Promise<readonly Change[]> {
  const module = moduleFor(want.object);
  const types = await session.catalog.typesFor(module, want.fields);
  const wanted = [...new Set(ids)];
  const rows = new Map<string, RecordRow>();
  for (const row of await inGroups(session, module, wanted, want.fields, types)) rows.set(row.id, row);
  const missing: string[] = [];
  await Promise.all(
    wanted.map(async (id) => {
      if (rows.has(id)) return;
      // Ids are numbers; anything else cannot be there.
      const row = /^\d+$/.test(id) ? await whole(session, module, id) : null;
      if (row === null) missing.push(id);
      else rows.set(id, row);
    }),
  );
  const binned = missing.length === 0 ? new Map<string, RecordRow>() : await inBin(session, module, new Set(missing));
  return wanted.map((id) => {
    const row = rows.get(id) ?? binned.get(id);
    if (row === undefined) return goneChange(session.name, module, id, 'hidden');
    return changeOf(session.name, module, row, want.fields, types);
  });
}

/** The records that a call for several tells with all that is wanted; the others are left to calls of their own. */
async function inGroups(
  session: Session,
  module: Module,
  ids: readonly string[],
  names: readonly string[],
  types: CustomTypes,
): Promise<readonly RecordRow[]> {
  const { unseen, bare } = session.sight;
  const fields = projection(module, names, types);
  const visible = names.filter((name) => name !== 'id' && !unseen.has(sightKey(module, name)));
  // What rows cannot show is not asked of them.
  if (
    module.byIds === null ||
    ids.length < 2 ||
    bare.has(groupKey(module)) ||
    !visible.every((name) => fields.includes(name))
  )
    return [];
  const askable = ids.filter((id) => /^\d+$/.test(id));
  const rows: RecordRow[] = [];
  for (const group of chunks(askable, module.byIds.most)) {
    const found = await attempt(() => session.wire.several(module, group, fields));
    if (found.ok) rows.push(...found.value);
    else if (found.fault.code === 'UNPROCESSABLE_ENTITY' || found.fault.code === 'INTERNAL_SERVER_ERROR') {
      bare.add(groupKey(module));
      return rows;
    } else throw new FaultError(found.fault);
  }
  return rows.filter((row) => visible.every((name) => shows(row, name)));
}

function groupKey(module: Module): string {
  return `${module.object} by ids`;
}

async function inBin(
  session: Session,
  module: Module,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, RecordRow>> {
  const found = new Map<string, RecordRow>();
  for (let page = 0; page < binPages && found.size < ids.size; page++) {
    const rows = await session.wire.bin(module, page * pageSize);
    for (const row of rows) if (ids.has(row.id)) found.set(row.id, asBinned(row));
    if (rows.length < pageSize) break;
  }
  return found;
}

/** A row of the bin; whatever else it shows, it is trash. */
export function asBinned(row: RecordRow): RecordRow {
  return { ...row, isTrashed: true };
}

/** Looks up by the best field of the key that the search knows, and compares all of the key here. */
export async function find(
  session: Session,
  want: Want,
  key: readonly string[],
  values: readonly Fields[],
): Promise<readonly Change[]> {
  const module = moduleFor(want.object);
  const complete = values.filter((fields) => key.every((name) => !isBlank(fields[name])));
  const given = (name: string) => [...new Set(complete.map((fields) => String(fields[name] ?? '')))];
  const names = [...new Set([...want.fields, ...key])];
  const matches = ({ ref, seen }: Change) =>
    seen !== 'look' &&
    !isGone(seen) &&
    complete.some((fields) => key.every((name) => alike(name === 'id' ? ref.id : seen[name], fields[name])));
  if (key.includes('id')) return (await read(session, { ...want, fields: names }, given('id'))).filter(matches);
  const by = module.lookUps.find((name) => key.includes(name)) ?? key.find(isCustom);
  if (by === undefined) {
    throw new FaultError({
      kind: 'refused',
      say: `Zoho Desk finds ${module.plural} by ${module.lookUps.join(', ')} or a custom field, not by ${key.join(' and ')}.`,
      fields: key,
    });
  }
  const types = await session.catalog.typesFor(module, names);
  const rows = await searched(session, module, by, given(by));
  // Rows show what they were found by, unless it is a custom field: most of what only looks alike needs no further call.
  const texts = new Set(complete.map((fields) => folded(fields[by])));
  const like = rows.filter((row) => !shows(row, by) || texts.has(folded(row[by])));
  const full = await completed(session, module, like, ['modifiedTime', ...names]);
  return full
    .filter((row) => row !== null)
    .map((row) => changeOf(session.name, module, row, names, types))
    .filter(matches);
}

/** The search shows no more than the first thousand of what it finds. */
const searchPages = 10;

/** Rows that the index has for any of these values, and perhaps for others that look alike. */
export async function searched(
  session: Session,
  module: Module,
  name: string,
  values: readonly string[],
): Promise<readonly RecordRow[]> {
  const found = new Map<string, RecordRow>();
  const terms = values.map(termOf).filter((term) => term !== null);
  await Promise.all(
    groupsOf(terms, isCustom(name) ? 'custom' : 'standard').map(async (term) => {
      const query: Record<string, string> = isCustom(name) ? { customField1: `${name}:${term}` } : { [name]: term };
      for (let page = 0; page < searchPages; page++) {
        const rows = await session.wire.search(module, query, page * pageSize);
        for (const row of rows) found.set(row.id, row);
        if (rows.length < pageSize) return;
      }
    }),
  );
  return [...found.values()];
}
