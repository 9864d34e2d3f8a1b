import { fieldOf } from '../../model/object-type.ts';
import { type Change, isGone, type Sighting } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { same } from '../../model/value.ts';
import { connectionOf, type Engine, type FeedReader } from '../engine.ts';
import { keepLooked } from '../intake.ts';
import { at, patiently, type SweepState } from './list.ts';

/**
 * Fields that change without any stamp: formulas, roll-ups, fields of a related record. No feed tells of them, so they are read now and
 * then for every record that is known, and what differs makes links due like any edit.
 *
 * They are read by id, and not listed: Salesforce, which has nearly all such fields, takes 2,000 ids in a call just as it lists 2,000
 * records in a page, and reading by id leaves out what is known to be gone. It never costs more calls than a listing there.
 */

/** The fields without a stamp that anybody reads of this object; those that look-ups alone tell (all of a user's addresses) are none of them. */
export function unstampedIn({ readers, want }: FeedReader): readonly string[] {
  const types = readers.map(({ setup, side }) => sideOf(setup, side).type);
  return want.fields.filter((name) =>
    types.some(
      (type) => fieldOf(type, name)?.stamped === false && !type.fields.some(({ besideIn }) => besideIn === name),
    ),
  );
}

/** What a person should know of a sync that reads such fields every `everyMs`: a sentence a side. */
export function unstampedNotes(setup: SyncSetup, everyMs: number): readonly string[] {
  return (['crm', 'desk'] as const).flatMap((side) => {
    const { connection, object, label } = sideOf(setup, side);
    const reader = { connection, object, want: { object, fields: setup.reads[side] }, readers: [{ setup, side }] };
    const fields = unstampedIn(reader);
    if (fields.length === 0) return [];
    const change = fields.length === 1 ? 'changes' : 'change';
    return [
      `${label} ${object}: ${fields.join(', ')} ${change} without a stamp, so such changes are noticed ${often(everyMs)} (schedule.computed) and by the sweep, not at once.`,
    ];
  });
}

/** `every hour`, `every 90 minutes` */
function often(everyMs: number): string {
  for (const [unit, ms] of units) {
    if (everyMs % ms === 0) return everyMs === ms ? `every ${unit}` : `every ${everyMs / ms} ${unit}s`;
  }
  return `every ${everyMs / 1000} seconds`;
}
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** Reads these fields of every known record, one page a piece. Answers how many records looked other. */
export async function* readUnstamped(
  engine: Engine,
  feed: FeedReader,
  fields: readonly string[],
): AsyncGenerator<SweepState, number> {
  const { store, world } = engine;
  const { connection, object } = feed;
  const limit = Math.max(1, ...feed.readers.map(({ setup, side }) => sideOf(setup, side).type.feed.pageSize));
  const all = { sweep: '', list: '', connection, object, before: Number.MAX_SAFE_INTEGER, limit };
  let [found, done] = [0, 0];
  for (let after: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof store.unnoted>> = await store.unnoted({ ...all, after });
    const known = new Map(page.sightings.filter(({ seen }) => !isGone(seen)).map((each) => [each.ref.id, each]));
    if (known.size > 0) {
      const askedAt = world.now();
      const ids = [...known.keys()];
      const read = yield* patiently(engine, connection, () =>
        connectionOf(engine, connection).read({ object, fields }, ids),
      );
      const moved = read.flatMap((change) => movedIn(known.get(change.ref.id), change) ?? []);
      if (moved.length > 0) await keepLooked(engine, feed, moved, askedAt);
      found += moved.length;
      done += ids.length;
      yield at('reading', done);
    }
    if (page.last === null) return found;
    after = page.last;
  }
}

/**
 * The record with these fields as they are now; null where they are as we know them, and where the record itself has another version:
 * then its feed brings all of it.
 */
function movedIn(known: Sighting | undefined, change: Change): Change | null {
  if (!known || isGone(known.seen) || change.seen === 'look' || isGone(change.seen)) return null;
  if (change.version !== known.version) return null;
  const before = known.seen;
  const isMoved = Object.entries(change.seen).some(([field, value]) => !same(value, before[field]));
  return isMoved ? { ...change, seen: { ...before, ...change.seen } } : null;
}
