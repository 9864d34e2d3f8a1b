import { isGone, type Sighting } from '../model/record.ts';
import { same } from '../model/value.ts';
import { connectionOf, type Engine, type FeedReader } from './engine.ts';
import type { Known } from './ports.ts';

/**
 * Vendors stamp by the second, so of two rows of one moment nothing says which is the newer one: a second save, or a page that is told once
 * more. Records that a page shows otherwise than they are known, with the stamp that is known, are read by id. Who is gone by then is left
 * to the feed, which says what became of it.
 */
export async function withoutDoubt(
  engine: Engine,
  { connection, want }: FeedReader,
  page: readonly Sighting[],
  known: ReadonlyMap<string, Known>,
): Promise<readonly Sighting[]> {
  const doubtful = page.filter((each) => isDoubtful(each, known.get(each.ref.id)?.sighting ?? null));
  if (doubtful.length === 0) return page;
  const ids = doubtful.map(({ ref }) => ref.id);
  const read = new Map<string, Sighting>();
  for (const { ref, version, at, by, seen } of await connectionOf(engine, connection).read(want, ids))
    if (seen !== 'look' && !isGone(seen)) read.set(ref.id, { ref, version, at, by, seen });
  return page.flatMap((each) => (ids.includes(each.ref.id) ? (read.get(each.ref.id) ?? []) : [each]));
}

function isDoubtful({ at, seen }: Sighting, before: Sighting | null): boolean {
  if (at === null || before?.at !== at || isGone(seen) || isGone(before.seen)) return false;
  const was = before.seen;
  return Object.entries(seen).some(([field, value]) => was[field] !== undefined && !same(value, was[field]));
}
