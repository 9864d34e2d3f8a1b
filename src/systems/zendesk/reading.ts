import { FaultError } from '../../model/fault.ts';
import type { Change, Want } from '../../model/record.ts';
import { isGone } from '../../model/record.ts';
import type { Fields, Value } from '../../model/value.ts';
import { isBlank } from '../../model/value.ts';
import { chunks } from '../kit/attempt.ts';
import type { RecordRow } from './answers.ts';
import { type Collection, includesFor, type LookUp } from './collection.ts';
import { dressed } from './dressed.ts';
import { collectionFor, type Session } from './session.ts';
import { sideBySide } from './side-by-side.ts';
import { bulkLimit } from './standard.ts';
import { alike, changeOf, folded } from './values.ts';

/** Reading by id, and look-ups. What is found by the search index, which lags by minutes, is compared again here. */

/**
 * A record that is not there is `hidden`: the answer by id leaves it out, and a single read says 404, whether it was deleted, merged
 * away or never existed. The evidence of a removal is in the change feed.
 */
export async function read(session: Session, want: Want, ids: readonly string[]): Promise<readonly Change[]> {
  const collection = collectionFor(want.object);
  const types = (await session.catalog.typesFor(collection, want.fields)) ?? new Map();
  const told = await byIds(session, collection, ids, includesFor(collection, want.fields));
  const rows = await dressed(session, collection, told, want.fields);
  const found = new Map(rows.map((row) => [row.id, row]));
  return [...new Set(ids)].map((id) => {
    const row = found.get(id);
    if (row !== undefined) return changeOf(session.name, collection, row, want.fields, types);
    return {
      ref: { connection: session.name, object: collection.object, id },
      version: null,
      at: null,
      by: null,
      seen: { gone: 'hidden' },
    };
  });
}

export async function byIds(
  session: Session,
  collection: Collection,
  ids: readonly string[],
  include: readonly string[] = [],
): Promise<readonly RecordRow[]> {
  // Ids are integers; anything else cannot be there, and would spoil the call for the others.
  const askable = [...new Set(ids)].filter((id) => /^\d+$/.test(id));
  const rows: RecordRow[] = [];
  for (const piece of chunks(askable, bulkLimit)) {
    rows.push(...(await session.wire.showMany(collection, 'ids', piece, include)));
  }
  return rows;
}

/** External ids stand in the address, which has to stay short of what servers take. */
const addressLimit = 4000;

/** Records by external id, a hundred to a call (tickets: one). One with a comma would be taken for two, so it is looked for alone. */
export async function byKeys(
  session: Session,
  collection: Collection,
  keys: readonly string[],
): Promise<readonly RecordRow[]> {
  const wanted = [...new Set(keys)];
  const listed = collection.lookUps.find(({ field, by }) => field === 'external_id' && by === 'list');
  if (listed !== undefined) return bySearch(session, collection, listed, wanted);
  const rows: RecordRow[] = [];
  for (const piece of pieces(wanted.filter((key) => !key.includes(',')))) {
    rows.push(...(await session.wire.showMany(collection, 'external_ids', piece)));
  }
  const alone = wanted.filter((key) => key.includes(','));
  return [...rows, ...(await bySearch(session, collection, { field: 'external_id', by: 'search' }, alone))];
}

function pieces(keys: readonly string[]): readonly (readonly string[])[] {
  const found: string[][] = [];
  let room = 0;
  for (const key of keys) {
    const length = encodeURIComponent(key).length + 3;
    const last = found.at(-1);
    if (last === undefined || last.length >= bulkLimit || length > room) {
      found.push([key]);
      room = addressLimit - length;
    } else {
      last.push(key);
      room -= length;
    }
  }
  return found;
}

/** Looks up by the best field of the key that the vendor finds exactly, and compares the other fields here. */
export async function find(
  session: Session,
  want: Want,
  key: readonly string[],
  values: readonly Fields[],
): Promise<readonly Change[]> {
  const collection = collectionFor(want.object);
  const lookUp = collection.lookUps.find(({ field }) => key.includes(field));
  if (lookUp === undefined) {
    const known = collection.lookUps.map(({ field }) => field).join(', ');
    throw new FaultError({
      kind: 'refused',
      say: `Zendesk finds a record of ${collection.plural} exactly by ${known}, not by ${key.join(' and ')}.`,
      fields: key,
    });
  }
  const names = new Set([...want.fields, ...key]);
  const types = (await session.catalog.typesFor(collection, names)) ?? new Map();
  const complete = values.filter((fields) => key.every((field) => !isBlank(fields[field])));
  const rows = await lookedUp(session, collection, lookUp, complete, includesFor(collection, names));
  const once = [...new Map(rows.map((row) => [row.id, row])).values()];
  const different = await dressed(session, collection, once, names);
  const whole = key.includes('emails') ? await sideBySide(different, (row) => withAddresses(session, row)) : different;
  const found = whole.map((row) => changeOf(session.name, collection, row, names, types));
  return found.filter(({ ref, seen }) =>
    complete.some((fields) => key.every((name) => has(name === 'id' ? ref.id : told(seen, name), fields[name]))),
  );
}

async function lookedUp(
  session: Session,
  collection: Collection,
  lookUp: LookUp,
  values: readonly Fields[],
  include: readonly string[],
): Promise<readonly RecordRow[]> {
  const given = values.flatMap((fields) => [fields[lookUp.field] ?? null].flat());
  const texts = [...new Map(given.map((value) => [folded(value), String(value)])).values()];
  if (lookUp.by === 'ids') return byIds(session, collection, texts, include);
  if (lookUp.by === 'keys') return byKeys(session, collection, texts);
  return bySearch(session, collection, lookUp, texts, include);
}

export async function bySearch(
  session: Session,
  collection: Collection,
  lookUp: LookUp,
  texts: readonly string[],
  include: readonly string[] = [],
): Promise<readonly RecordRow[]> {
  const found = await sideBySide(texts, (text) => searched(session, collection, lookUp, text, include));
  return found.flat();
}

/** The search shows no more than this of what it finds, 100 to a page. */
const searchPages = 10;

async function searched(
  session: Session,
  collection: Collection,
  lookUp: LookUp,
  text: string,
  include: readonly string[],
): Promise<readonly RecordRow[]> {
  const rows: RecordRow[] = [];
  for (let page = 1; page <= searchPages; page++) {
    const found = await session.wire.search(collection, lookUp, text, page, include);
    rows.push(...found.rows);
    if (!found.more) break;
  }
  return rows;
}

/** A user with all its addresses, which only its identities tell. */
async function withAddresses(session: Session, row: RecordRow): Promise<RecordRow> {
  const identities = await session.wire.identities(row.id);
  return { ...row, emails: identities.filter(({ type }) => type === 'email').map(({ value }) => value) };
}

/** A set has a single value when that is one of its members. */
function has(value: Value | undefined, wanted: Value | undefined): boolean {
  const single = Array.isArray(value) && !Array.isArray(wanted);
  return single ? value.some((member) => alike(member, wanted)) : alike(value, wanted);
}

function told(seen: Change['seen'], name: string): Value | undefined {
  return seen === 'look' || isGone(seen) ? undefined : seen[name];
}
