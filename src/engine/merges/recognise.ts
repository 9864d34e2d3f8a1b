import { fieldOf, type ObjectType } from '../../model/object-type.ts';
import { type Change, type Gone, isGone, type Ref, type Sighting } from '../../model/record.ts';
import { baseKey, sideOf } from '../../model/sync.ts';
import type { Fields } from '../../model/value.ts';
import { connectionOf, type Engine, type FeedReader } from '../engine.ts';
import { mergedKey, textsOf } from '../keys.ts';
import { askOf } from '../meet.ts';
import type { Known } from '../ports.ts';
import { type Loser, losersBefore, togetherMs } from './late.ts';

/*
 * Who won a merge, before a page is kept. Some vendors name the winner with the loser; others only say that the loser is gone. There it is
 * told by what has gone over to the winner (ObjectType.mergedBy). It is asked for records that are linked, and of nobody else. Where only the
 * feed tells it, either of the two may come first (late.ts).
 */

/** So many losers in a row are followed from one to the next. */
const longestChain = 10;

/** The page with the winners of its merges: as evidence where the vendor gave none, and as records where we have never seen them. */
export async function recognised(
  engine: Engine,
  feed: FeedReader,
  changes: readonly Change[],
): Promise<readonly Change[]> {
  const mergedBy = typeOf(feed)?.mergedBy;
  const isByFeed = mergedBy?.ask === 'feed';
  const countsHidden = mergedBy?.unseen === true || isByFeed;
  const gone = changes.filter(({ seen }) => isGone(seen) && (countsHidden || seen.gone !== 'hidden'));
  const before = isByFeed ? await losersBefore(engine, feed, mergedBy.field, changes) : [];
  if (gone.length + before.length === 0) return changes;
  const known = new Map((await knownOf(engine, feed, gone.map(idOf))).map((each) => [each.id, each]));
  const linked = gone.filter((change) => known.get(idOf(change))?.links.some(({ link }) => link.crm && link.desk));
  if (linked.length + before.length === 0) return changes;
  const found = new Map<string, Gone>();
  const unnamed: Loser[] = [...before];
  for (const change of linked) {
    const was = known.get(idOf(change));
    if (!was || intoOf(change.seen) || !isGone(change.seen)) continue;
    const values = valuesOf(feed, was);
    // A loser may be purged later: that it was merged stays known.
    if (was.sighting && intoOf(was.sighting.seen) && isGone(was.sighting.seen)) found.set(was.id, was.sighting.seen);
    else unnamed.push({ change, values });
    if (isByFeed && values.length > 0 && !found.has(was.id)) found.set(was.id, { ...change.seen, had: values });
  }
  for (const { change, winner } of await winnersOf(engine, feed, unnamed, changes))
    found.set(idOf(change), { gone: 'merged', into: winner });
  const late = before.flatMap(({ change }) => (found.has(idOf(change)) ? [change] : []));
  const told = [...changes, ...late].map((change): Change => {
    const seen = isGone(change.seen) ? found.get(idOf(change)) : undefined;
    return seen ? { ...change, seen } : change;
  });
  const which = new Set(linked.map(idOf));
  return [...told, ...(await unseen(engine, feed, told, which))];
}

/** As it was last seen; where that is gone too, as both sides last agreed. */
function valuesOf(feed: FeedReader, { sighting, links }: Known): readonly string[] {
  const field = typeOf(feed)?.mergedBy?.field;
  if (field === undefined) return [];
  if (sighting && !isGone(sighting.seen)) return textsOf(sighting.seen[field]);
  if (sighting && isGone(sighting.seen) && sighting.seen.had) return sighting.seen.had;
  for (const { link, side } of links) {
    const setup = feed.readers.find((reader) => reader.setup.name === link.sync)?.setup;
    const rule = setup?.rules.find((each) => each[side] === field);
    const texts = rule ? textsOf(link[side]?.base[baseKey(rule)]) : [];
    if (texts.length > 0) return texts;
  }
  return [];
}

export function typeOf({ readers: [reader] }: FeedReader): ObjectType | undefined {
  return reader && sideOf(reader.setup, reader.side).type;
}

async function winnersOf(
  engine: Engine,
  feed: FeedReader,
  losers: readonly Loser[],
  page: readonly Change[],
): Promise<readonly { readonly change: Change; readonly winner: Ref }[]> {
  const type = typeOf(feed);
  const asking = losers.filter(({ values }) => values.length > 0);
  if (!type?.mergedBy || asking.length === 0) return [];
  const { field, ask } = type.mergedBy;
  const shownIn = (ask === 'vendor' ? fieldOf(type, field)?.besideIn : undefined) ?? field;
  const there =
    ask === 'vendor'
      ? await connectionOf(engine, feed.connection).find(
          feed.want,
          [shownIn],
          asking.flatMap(({ values }) => values.map((value) => ({ [shownIn]: value }))),
        )
      : [...page, ...(await keyed(engine, feed, field, asking))];
  return asking.flatMap(({ change, values }) => {
    const holders = there.filter(
      (each) =>
        idOf(each) !== idOf(change) &&
        hasAll(each.seen, shownIn, values) &&
        (ask === 'vendor' || movedTogether(each, change)),
    );
    const winners = new Map(holders.map((each) => [idOf(each), each.ref]));
    const [winner] = winners.values();
    return winner && winners.size === 1 ? [{ change, winner }] : [];
  });
}

/** What we know of records that have one of these values. */
async function keyed(
  engine: Engine,
  { readers: [reader] }: FeedReader,
  field: string,
  losers: readonly Loser[],
): Promise<readonly Sighting[]> {
  if (!reader) return [];
  const texts = new Set(losers.flatMap(({ values }) => values.slice(0, 1)));
  const asks = [...texts].map((value) => askOf(reader.setup, reader.side, mergedKey(field), value));
  return (await engine.store.kin(asks, longestChain)).flat().map(({ sighting }) => sighting);
}

function hasAll(seen: Change['seen'], field: string, values: readonly string[]): boolean {
  if (seen === 'look' || isGone(seen)) return false;
  const has = textsOf(seen[field]);
  return values.every((value) => has.includes(value));
}

function movedTogether(a: Pick<Change, 'at'>, b: Pick<Change, 'at'>): boolean {
  return a.at !== null && b.at !== null && Math.abs(a.at - b.at) < togetherMs;
}

/** Winners of linked losers that no feed has shown us are read, and whoever these were merged into in turn. */
async function unseen(
  engine: Engine,
  feed: FeedReader,
  page: readonly Change[],
  linked: ReadonlySet<string>,
): Promise<readonly Change[]> {
  const shown = new Set(page.map(idOf));
  const read: Change[] = [];
  let losers = page.filter((change) => linked.has(idOf(change)));
  for (let depth = 0; depth < longestChain && losers.length > 0; depth++) {
    const into = new Set(losers.flatMap(({ seen }) => intoOf(seen)?.id ?? []));
    const asked = [...into].filter((id) => !shown.has(id));
    const known = asked.length === 0 ? [] : await knownOf(engine, feed, asked);
    const have = new Set(known.flatMap(({ id, sighting }) => (sighting ? [id] : [])));
    const missing = asked.filter((id) => !have.has(id));
    if (missing.length === 0) break;
    losers = (await connectionOf(engine, feed.connection).read(feed.want, missing)).filter(
      ({ seen }) => seen !== 'look',
    );
    for (const change of losers) shown.add(idOf(change));
    read.push(...losers);
  }
  return read;
}

function knownOf(
  engine: Engine,
  { connection, object }: FeedReader,
  ids: readonly string[],
): Promise<readonly Known[]> {
  return engine.store.known(connection, object, ids);
}

/** Whom a record was merged into. */
export function intoOf(seen: Fields | Gone | 'look' | undefined): Ref | null {
  return isGone(seen) && seen.gone === 'merged' ? (seen.into ?? null) : null;
}

function idOf({ ref }: Pick<Change, 'ref'>): string {
  return ref.id;
}
