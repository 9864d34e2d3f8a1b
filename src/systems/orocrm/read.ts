import type { Change, Want } from '../../model/record.ts';
import { isGone } from '../../model/record.ts';
import { type Fields, isBlank, type Value } from '../../model/value.ts';
import { chunks } from '../kit/attempt.ts';
import type { Row } from './answers.ts';
import type { Resource } from './resource.ts';
import { resourceFor, type Session, sparse } from './session.ts';
import { alike, changeOf } from './values.ts';

/** Ids in one read: an address stays short of what servers take. */
export const readBatch = 200;
/** Values in one look-up; e-mails are longer than ids. */
const valuesAtOnce = 50;
/** What one look-up shows at most: more records with one value than this are ambiguous in any case. */
const foundAtOnce = 1000;

interface Found {
  readonly row: Row;
  readonly asOf: number;
}

/** The records that are there and that we may see. */
export async function byIds(
  session: Session,
  resource: Resource,
  ids: readonly string[],
  names: Iterable<string>,
): Promise<readonly Found[]> {
  // Ids are integers; anything else cannot be there, and would spoil the call for the others.
  const askable = [...new Set(ids)].filter((id) => /^\d+$/.test(id));
  const fields = sparse(resource, names);
  const found: Found[] = [];
  for (const piece of chunks(askable, readBatch)) {
    // An installation may give fewer rows to a page than were asked for: then the rest is asked for again.
    for (let left = piece, more = true; more; ) {
      const query = { 'filter[id]': left.join(','), 'page[size]': String(left.length), ...fields };
      const page = await session.wire.list(resource.object, query, `reading ${resource.object}`);
      found.push(...page.rows.map((row) => ({ row, asOf: page.asOf })));
      const had = new Set(page.rows.map(({ id }) => id));
      left = left.filter((id) => !had.has(id));
      more = page.more;
    }
  }
  return found;
}

/**
 * A list leaves out what was removed and what we may not see. Only the address of the record itself tells the two apart: 404 where there
 * is none any more, 403 where there is one. Source: Oro documentation, topic "Response status codes", and the vendor's tests of it.
 */
export async function read(session: Session, want: Want, ids: readonly string[]): Promise<readonly Change[]> {
  const resource = resourceFor(want.object);
  const found = await byIds(session, resource, ids, want.fields);
  const there = new Set(found.map(({ row }) => row.id));
  const missing = [...new Set(ids)].filter((id) => !there.has(id));
  const seen = ({ row, asOf }: Found) => changeOf({ connection: session.name, resource, asOf }, row, want.fields);
  const others = missing.map(async (id): Promise<Change> => {
    const ref = { connection: session.name, object: resource.object, id };
    const one = /^\d+$/.test(id) ? await session.wire.one(resource.object, id, sparse(resource, want.fields)) : hidden;
    return one.is === 'there' ? seen(one) : { ref, version: null, at: null, by: null, seen: { gone: one.is } };
  });
  return [...found.map(seen), ...(await Promise.all(others))];
}
const hidden = { is: 'hidden' } as const;

/** Looks up by the first field of the key that the vendor filters by, and compares all of them here. */
export async function find(
  session: Session,
  want: Want,
  key: readonly string[],
  values: readonly Fields[],
): Promise<readonly Change[]> {
  const resource = resourceFor(want.object);
  const names = [...new Set([...want.fields, ...key])];
  const complete = values.filter((fields) => key.every((name) => !isBlank(fields[name])));
  const by = key.find((name) => name === 'id' || resource.lookUps.has(name)) ?? key[0];
  if (by === undefined || complete.length === 0) return [];
  const given = [...new Set(complete.flatMap((fields) => textsOf(fields[by])))];
  const rows =
    by === 'id' ? await byIds(session, resource, given, names) : await having(session, resource, by, given, names);
  const once = [...new Map(rows.map((one) => [one.row.id, one])).values()];
  const found = once.map(({ row, asOf }) => changeOf({ connection: session.name, resource, asOf }, row, names));
  return found.filter(({ seen }) =>
    complete.some((fields) => key.every((name) => alike(told(seen, name), fields[name]))),
  );
}

function textsOf(value: Value | undefined): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** The records that have one of these values in a field: several values to a call where the vendor takes them. */
export async function having(
  session: Session,
  resource: Resource,
  field: string,
  values: readonly string[],
  names: Iterable<string>,
): Promise<readonly Found[]> {
  const { filter = field, several = false } = resource.lookUps.get(field) ?? {};
  // A filter is exact, also in upper and lower case; addresses are mostly kept in lower case, whoever types them how.
  const wanted = several ? [...new Set(values.flatMap((value) => [value, value.toLowerCase()]))] : values;
  const fields = sparse(resource, names);
  const ask = async (piece: readonly string[]): Promise<readonly Found[]> => {
    const query = { [`filter[${filter}]`]: piece.join(','), 'page[size]': String(foundAtOnce), ...fields };
    const { rows, asOf, more } = await session.wire.list(
      resource.object,
      query,
      `looking for ${resource.object} by ${field}`,
    );
    // More than fits a page: fewer values at once, so that none is found by chance.
    return more && piece.length > 1
      ? all(chunks(piece, Math.ceil(piece.length / 2)))
      : rows.map((row) => ({ row, asOf }));
  };
  const all = async (pieces: readonly (readonly string[])[]) => (await Promise.all(pieces.map(ask))).flat();
  return all(chunks(wanted, several ? valuesAtOnce : 1));
}

function told(seen: Change['seen'], name: string): Value | undefined {
  return seen === 'look' || isGone(seen) ? undefined : seen[name];
}
