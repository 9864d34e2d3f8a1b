import { connectionOf, type Engine, feedAt } from '../engine/engine.ts';
import { keepLooked, rouse } from '../engine/intake.ts';
import { isGone, type Side, sides } from '../model/record.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';
import { systems } from '../systems/index.ts';
import { AppError, type RunOptions } from './app.ts';

/** Ids that are nowhere are named, as many as this. */
const named = 10;

/**
 * The links that a selection means (requirements B-03, L-08), once the feeds have been read; undefined: all. Throws AppError where an id
 * or a record is not there: a typing mistake must not look like "nothing was due".
 */
export async function selectLinks(
  engine: Engine,
  names: readonly string[],
  { ids, count, record }: Pick<RunOptions, 'ids' | 'count' | 'record'>,
  which: { readonly braked?: boolean } = {},
): Promise<ReadonlySet<string> | undefined> {
  if (ids === undefined && count === undefined && record === undefined) return undefined;
  const setups = engine.setups.filter(({ name }) => names.includes(name));
  let links: Set<string> | null = null;
  if (ids !== undefined) links = await byIds(engine, setups, ids);
  if (record !== undefined) links = await byRecord(engine, setups, record);
  if (count === undefined) return links ?? undefined;
  const first = new Set<string>();
  for (const { name } of setups) {
    const due = await engine.store.peek({
      syncs: [name],
      ...which,
      ...(links ? { links: [...links] } : {}),
      after: null,
      limit: count,
    });
    for (const { link } of due) first.add(link.id);
  }
  return first;
}

/** The id as the vendor's API writes it: Salesforce shows 15 characters where its API has 18. */
export function asWritten(setup: SyncSetup, side: Side, id: string): string {
  const { system } = sideOf(setup, side);
  return systems.find(({ name }) => name === system)?.recordAt(id)?.id ?? id;
}

async function byIds(engine: Engine, setups: readonly SyncSetup[], ids: readonly string[]): Promise<Set<string>> {
  const links = new Set<string>();
  const missing = new Set(ids);
  for (const setup of setups) {
    for (const side of sides) {
      const { connection, object } = sideOf(setup, side);
      const asked = new Map(ids.map((id) => [asWritten(setup, side, id), id]));
      for (const known of await engine.store.known(connection, object, [...asked.keys()])) {
        if (!known.sighting) continue;
        missing.delete(asked.get(known.id) ?? '');
        for (const { link } of known.links) if (link.sync === setup.name) links.add(link.id);
      }
    }
  }
  if (missing.size === 0) return links;
  const first = [...missing].slice(0, named).join(', ');
  const more = missing.size > named ? ` and ${missing.size - named} more` : '';
  throw new AppError(`No record of these syncs has the id ${first}${more}; nothing was done`);
}

interface Named {
  readonly setup: SyncSetup;
  readonly side: Side;
  readonly id: string;
}

/** One record, as it is at the vendor now. */
async function byRecord(engine: Engine, setups: readonly SyncSetup[], text: string): Promise<Set<string>> {
  const meant = setups.flatMap((setup) => sides.flatMap((side) => namedOn(setup, side, text)));
  const links = new Set<string>();
  for (const { setup, side, id } of meant) {
    for (const link of await readRecord(engine, setup, side, id)) links.add(link);
  }
  if (links.size > 0) return links;
  throw new AppError(
    meant.length === 0
      ? `record: ${text} is no record of these syncs. Give crm:ID, desk:ID or the record's address`
      : `record: ${text} is not there, or not shown to us`,
  );
}

function namedOn(setup: SyncSetup, side: Side, text: string): readonly Named[] {
  const [, word, id] = /^(crm|desk):(.+)$/.exec(text) ?? [];
  if (id !== undefined) return word === side ? [{ setup, side, id: asWritten(setup, side, id) }] : [];
  const { system, object } = sideOf(setup, side);
  const found = systems.find(({ name }) => name === system)?.recordAt(text);
  return found && (found.object === null || found.object === object) ? [{ setup, side, id: found.id }] : [];
}

/** Reads a record at the vendor and makes its link in this sync due; answers the link's id, none where the record is not there. */
export async function readRecord(engine: Engine, setup: SyncSetup, side: Side, id: string): Promise<readonly string[]> {
  const { connection, object } = sideOf(setup, side);
  const feed = feedAt(engine.setups, connection, object);
  if (!feed) throw new Error(`nobody reads ${connection}/${object}`);
  const askedAt = engine.world.now();
  const changes = await connectionOf(engine, connection).read(feed.want, [id]);
  const there = changes.filter(({ seen }) => seen !== 'look' && !isGone(seen));
  if (there.length === 0) return [];
  await keepLooked(engine, feed, there, askedAt);
  const [known] = await engine.store.known(connection, object, [id]);
  const links = (known?.links ?? []).filter(({ link }) => link.sync === setup.name).map(({ link }) => link.id);
  const due = links.map((link) => ({ link, lane: 'live' as const, cause: 'edit' as const }));
  await rouse(engine, { connection, object }, { open: [], due });
  return links;
}
