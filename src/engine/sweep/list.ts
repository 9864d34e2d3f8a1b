import { type Fault, FaultError } from '../../model/fault.ts';
import { type Change, isGone, type Page, type Sighting } from '../../model/record.ts';
import { same } from '../../model/value.ts';
import { connectionOf, type Engine, type FeedReader } from '../engine.ts';
import { keepLooked } from '../intake.ts';

/** Where a sweep is. A piece is a page: between two of them live work goes on. */
export interface SweepState {
  readonly doing: 'listing' | 'reading' | 'comparing' | 'settling' | 'waiting';
  readonly sync: string | null;
  /** Records or links that were gone through so far. */
  readonly done: number;
  /** While `waiting`: until when (ms), and for whom. */
  readonly wait: { readonly until: number; readonly reason: string } | null;
}

export function at(doing: SweepState['doing'], done: number, sync: string | null = null): SweepState {
  return { doing, sync, done, wait: null };
}

/** Known records that are looked through in one go for those that a listing did not show. */
const knownLimit = 10_000;
/** Records that are read by id in one go. */
const readLimit = 500;
/** A call that fails so often in a row ends the sweep. */
const patience = 8;
/** How long a vendor is left alone where it does not say (ms). */
const pauseMs = 15_000;
/** A listing without any record is believed where there were fewer than this. */
const believable = 10;

/**
 * Every record of an object, listed anew at the vendor, while the feed's own cursor stays where it is. What looks other than we knew is
 * taken in like any change; what we know and the listing did not show is read by id. Answers how many records looked other.
 */
export async function* listAnew(engine: Engine, feed: FeedReader, sweep: string): AsyncGenerator<SweepState, number> {
  const { store, world } = engine;
  const { connection, object, want } = feed;
  const list = `${connection}/${object}`;
  const began = world.now();
  let [found, shown, done] = [0, 0, 0];
  for (let cursor: string | null = null; ; ) {
    const from: string | null = cursor;
    const askedAt = world.now();
    const page: Page = yield* patiently(engine, connection, () => connectionOf(engine, connection).changes(want, from));
    // A row that only hints at a change is read by id with those that were not shown.
    const whole = page.changes.filter(({ seen }) => seen !== 'look');
    const ids = whole.map(({ ref }) => ref.id);
    const [others] = await Promise.all([takeIn(engine, feed, whole, askedAt), store.note(sweep, list, ids)]);
    shown += whole.filter(({ seen }) => !isGone(seen)).length;
    done += whole.length;
    found += others;
    yield at('listing', done);
    if (!page.more) break;
    cursor = page.cursor;
  }
  if (shown === 0) yield* refuseEmpty(engine, feed, sweep, list);
  const missing = (after: string | null) =>
    store.unnoted({ sweep, list, connection, object, before: began, after, limit: knownLimit });
  for (let after: string | null = null; ; ) {
    const { sightings, last } = await missing(after);
    const ids = sightings.filter(({ seen }) => !isGone(seen) || seen.gone === 'hidden').map(({ ref }) => ref.id);
    for (let start = 0; start < ids.length; start += readLimit) {
      const some = ids.slice(start, start + readLimit);
      const askedAt = world.now();
      const read = yield* patiently(engine, connection, () => connectionOf(engine, connection).read(want, some));
      const answered = new Set(read.map(({ ref }) => ref.id));
      // Nothing at all is no evidence of a removal: then it is hidden from us, and never taken for removed.
      const hidden = some
        .filter((id) => !answered.has(id))
        .map((id): Change => {
          return { ref: { connection, object, id }, version: null, at: null, by: null, seen: { gone: 'hidden' } };
        });
      found += await takeIn(engine, feed, [...read, ...hidden], askedAt);
      done += some.length;
      yield at('reading', done);
    }
    if (last === null) return found;
    after = last;
    yield at('reading', done);
  }
}

/** Takes in what is not as we knew it; nothing is written for the rest. Answers how many looked other. */
async function takeIn(engine: Engine, feed: FeedReader, changes: readonly Change[], askedAt: number): Promise<number> {
  const { connection, object } = feed;
  const ids = changes.map(({ ref }) => ref.id);
  const known = new Map((await engine.store.sightings(connection, object, ids)).map((each) => [each.ref.id, each]));
  const looks = new Map(changes.map((change) => [change, compared(known.get(change.ref.id), change)]));
  const news = changes.filter((change) => looks.get(change) !== 'same');
  if (news.length > 0) await keepLooked(engine, feed, news, askedAt);
  return news.filter((change) => looks.get(change) === 'other').length;
}

/** `more`: nothing that we knew is otherwise, but there is something that we did not know, such as a version or a field. */
function compared(known: Sighting | undefined, { seen, version }: Change): 'same' | 'more' | 'other' {
  if (!known || seen === 'look') return 'other';
  if (isGone(seen) || isGone(known.seen))
    return isGone(seen) && isGone(known.seen) && seen.gone === known.seen.gone ? 'same' : 'other';
  const before = known.seen;
  const news = Object.entries(seen).filter(([field, value]) => !same(value, before[field]));
  if (news.some(([field]) => before[field] !== undefined)) return 'other';
  return news.length > 0 || version !== known.version ? 'more' : 'same';
}

/**
 * An object that suddenly has no record at all is a lost permission or another account, and never a removal of everything. A listing may
 * merely lag (what was changed within a minute is withheld), so a few of the records are asked for by their ids first.
 */
async function* refuseEmpty(
  engine: Engine,
  { connection, object, want }: FeedReader,
  sweep: string,
  list: string,
): AsyncGenerator<SweepState, void> {
  const live: string[] = [];
  for (let after: string | null = null; ; ) {
    const ask = { sweep, list, connection, object, before: Number.MAX_SAFE_INTEGER, after, limit: knownLimit };
    const page: Awaited<ReturnType<typeof engine.store.unnoted>> = await engine.store.unnoted(ask);
    live.push(...page.sightings.filter(({ seen }) => !isGone(seen)).map(({ ref }) => ref.id));
    if (page.last === null || live.length >= believable) break;
    after = page.last;
  }
  if (live.length < believable) return;
  const ids = live.slice(0, readLimit);
  const read = yield* patiently(engine, connection, () => connectionOf(engine, connection).read(want, ids));
  if (read.some(({ seen }) => seen !== 'look' && !isGone(seen))) return;
  throw new FaultError({
    kind: 'refused',
    say: `${connection} lists no ${object} at all, where at least ${live.length} are known. Nothing is taken for removed, and the sweep stops here. Look whether the credentials still lead to the same account, and whether their user may still read ${object}; then sweep again`,
  });
}

/** A call of the vendor, after any wait that it asks for; a fault that may pass is waited for as well. */
export async function* patiently<Answer>(
  engine: Engine,
  connection: string,
  call: () => Promise<Answer>,
): AsyncGenerator<SweepState, Answer> {
  const { waits, world } = engine;
  for (let tries = 1; ; ) {
    const wait = waits.get(connection);
    if (wait && wait.until > world.now()) {
      yield { ...at('waiting', 0), wait };
      continue;
    }
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof FaultError) || !passes(error.fault) || tries >= patience) throw error;
      tries += 1;
      waits.set(connection, { until: world.now() + (error.fault.afterMs ?? pauseMs), reason: error.fault.say });
    }
  }
}

function passes({ kind }: Fault): boolean {
  return kind === 'later' || kind === 'limit' || kind === 'unsure';
}
