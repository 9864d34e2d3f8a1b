import type { Lane, Link } from '../model/link.ts';
import { type Change, isGone, other, type Side, type Sighting, sides, tellsLess } from '../model/record.ts';
import { baseKey, type SyncSetup, sideOf } from '../model/sync.ts';
import { type Fields, same } from '../model/value.ts';
import { newId } from '../model/world.ts';
import { refuseEmptied } from './brake/emptied.ts';
import { lacksId } from './called/called.ts';
import { askedBy, summons } from './called/pointers.ts';
import { connectionOf, count, type Engine, type FeedReader } from './engine.ts';
import { keysOf, lostKeysOf } from './keys.ts';
import { pairOf } from './meet.ts';
import { recognised, typeOf } from './merges/recognise.ts';
import type { Known, Observed } from './ports.ts';
import { withoutDoubt } from './same-moment.ts';
import { type Settled, settle } from './settle.ts';

/** How long a reader of a feed may be silent before another one takes over. */
const feedLeaseMs = 120_000;

/**
 * Reads a feed to its end: page after page becomes sightings, due marks and the next cursor, one transaction a page. Nothing is decided
 * here. A page that was read but not kept is read again. Answers false if somebody else is reading it.
 */
export async function readFeed(engine: Engine, feed: FeedReader, signal?: AbortSignal): Promise<boolean> {
  const lease = newId(engine.world);
  try {
    return await readToEnd(engine, feed, lease, signal);
  } finally {
    await engine.store.release(lease);
  }
}

async function readToEnd(engine: Engine, feed: FeedReader, lease: string, signal?: AbortSignal): Promise<boolean> {
  const { store, world } = engine;
  const { connection, object, want } = feed;
  const kept = await store.feed(connection, object);
  // A reader or a field that the feed was never read for has missed what came before: then all of it is read again.
  const sameFields = kept !== null && readFor(feed).every((each) => kept.fields.includes(each));
  let cursor = sameFields ? kept.cursor : null;
  let complete = sameFields && kept.complete;
  let isEmpty = cursor === null;
  for (;;) {
    if (signal?.aborted) return true;
    if (!(await store.leaseFeed(connection, object, lease, world.now(), world.now() + feedLeaseMs))) return false;
    const askedAt = world.now();
    const page = await connectionOf(engine, connection).changes(want, cursor);
    const changes = await readLooks(engine, feed, page.changes);
    isEmpty &&= changes.length === 0;
    if (isEmpty && page.more) {
      // Nothing of an empty beginning is kept: should it go on so to the end, the next look begins anew.
      cursor = page.cursor;
      continue;
    }
    if (isEmpty) await refuseEmptied(engine, feed);
    complete ||= !page.more;
    // Reading may have taken long: a page that would not be kept must not be passed over.
    if (!(await store.leaseFeed(connection, object, lease, world.now(), world.now() + feedLeaseMs))) return false;
    await keep(engine, feed, changes, {
      lease,
      askedAt,
      cursor: page.cursor,
      complete,
      loading: !(kept?.complete && sameFields),
    });
    if (!page.more) return true;
    cursor = page.cursor;
  }
}

/** Keeps records that were read outside a feed (a look-up before a decision): they become sightings and due marks like any others. */
export async function keepLooked(
  engine: Engine,
  feed: FeedReader,
  changes: readonly Change[],
  askedAt: number,
): Promise<void> {
  const kept = await engine.store.feed(feed.connection, feed.object);
  await keep(engine, feed, changes, {
    lease: '',
    askedAt,
    cursor: null,
    complete: kept?.complete ?? false,
    loading: false,
  });
}

/** What a feed is read for: its fields, and who reads them. */
function readFor(feed: FeedReader): readonly string[] {
  return [
    ...feed.want.fields,
    ...feed.readers.flatMap(({ setup, side }) => [
      `for ${setup.name} as ${side}`,
      // What summons others is looked up by its references, which are indexed as the records are read.
      ...setup.rules.flatMap((rule) => (summons(rule) ? [`for ${setup.name} by ${rule[side]}`] : [])),
    ]),
  ];
}

/** What a feed only hints at is read now, unless the version says that we have seen it. */
async function readLooks(engine: Engine, feed: FeedReader, changes: readonly Change[]): Promise<readonly Change[]> {
  const looks = changes.filter((change) => change.seen === 'look');
  if (looks.length === 0) return changes;
  const shown = new Set(changes.filter((change) => change.seen !== 'look').map((change) => change.ref.id));
  const known = await engine.store.known(
    feed.connection,
    feed.object,
    looks.map((change) => change.ref.id),
  );
  const versions = new Map(known.map(({ id, sighting }) => [id, sighting?.version]));
  const unknown = looks.filter(
    ({ ref, version }) => !shown.has(ref.id) && (version === null || versions.get(ref.id) !== version),
  );
  const read =
    unknown.length === 0
      ? []
      : await connectionOf(engine, feed.connection).read(
          feed.want,
          unknown.map(({ ref }) => ref.id),
        );
  return [...changes.filter((change) => change.seen !== 'look'), ...read];
}

interface Keeping {
  readonly lease: string;
  readonly askedAt: number;
  readonly cursor: string | null;
  readonly complete: boolean;
  readonly loading: boolean;
}

async function keep(engine: Engine, feed: FeedReader, changes: readonly Change[], how: Keeping): Promise<void> {
  const { store, world } = engine;
  const shown = latest(await recognised(engine, feed, changes));
  const awaited = await settleAwaited(engine, feed, shown);
  const knownById = new Map(
    (
      await store.known(
        feed.connection,
        feed.object,
        shown.map(({ ref }) => ref.id),
      )
    ).map((each) => [each.id, each]),
  );
  // What was read by id is no page.
  const sightings = how.lease === '' ? shown : await withoutDoubt(engine, feed, shown, knownById);
  const open: Observed['open'][number][] = [];
  const due: Observed['due'][number][] = [];
  const keys: Record<string, Observed['keys'][string]> = {};
  const lane = how.loading ? 'load' : 'live';
  const moved: Sighting[] = [];
  for (const sighting of sightings) {
    const before = knownById.get(sighting.ref.id);
    const fresh = !before?.sighting || !sameSeen(before.sighting, sighting);
    if (isOlder(sighting, before?.sighting ?? null) || tellsLess(sighting, before?.sighting ?? null)) continue;
    const known = !how.loading && before?.sighting?.version === sighting.version;
    if (!fresh && known && linkedEverywhere(feed, before)) continue;
    moved.push(sighting);
    keys[sighting.ref.id] = isGone(sighting.seen)
      ? lostKeysOf(typeOf(feed), sighting.seen)
      : keysOf(feed.readers, sighting.seen, (sync) => twinOf(before, sync));
    for (const { setup, side } of feed.readers) {
      const linked = before?.links.find(({ link }) => link.sync === setup.name);
      if (linked) {
        // Read anew, a record may hold an edit that nobody was there to be told of.
        if (!(fresh || how.loading) || !matters(setup, side, linked, before?.sighting ?? null, sighting)) continue;
        due.push({ link: linked.link.id, lane, cause: 'edit' });
        count(engine, setup.name, 'seen');
      } else if (!isGone(sighting.seen) && !awaited.has(sighting.ref.id)) {
        open.push({ sync: setup.name, pair: pairOf(setup), side, id: sighting.ref.id, link: newId(world), lane });
        count(engine, setup.name, 'seen');
      }
    }
  }
  due.push(...(await summoned(engine, feed, moved, lane)));
  const { connection, object } = feed;
  await store.observe({
    connection,
    object,
    lease: how.lease,
    cursor: how.cursor,
    complete: how.complete,
    fields: readFor(feed),
    now: world.now(),
    askedAt: how.askedAt,
    sightings: moved,
    keys,
    open,
    due,
  });
}

function twinOf(known: Known | undefined, sync: string): string | null {
  const own = known?.links.find(({ link }) => link.sync === sync);
  return own?.link[other(own.side)]?.id ?? null;
}

/**
 * Records that take part only when somebody points to them (mode `referenced`) are due once one of these does; and so are the ones that
 * those point to in turn.
 */
async function summoned(
  engine: Engine,
  feed: FeedReader,
  sightings: readonly Sighting[],
  lane: Lane,
): Promise<readonly Observed['due'][number][]> {
  const due = new Map<string, Observed['due'][number]>();
  const open = feed.readers.map(({ setup, side }) => ({ setup, side, sightings }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { side } = next;
    for (const { rule, asked } of next.setup.rules.flatMap((each) =>
      askedBy(each).map((one) => ({ rule: each, asked: one })),
    )) {
      const parents = asked.summons && engine.setups.find(({ name }) => name === asked.sync);
      const ids = parents ? idsIn(next.sightings, rule[side]) : [];
      if (!parents || ids.length === 0) continue;
      const { connection, object } = sideOf(parents, side);
      const called: Sighting[] = [];
      for (const { sighting, links } of await engine.store.known(connection, object, ids)) {
        const half = links.find(({ link }) => link.sync === parents.name && isToBeCalled(parents, link));
        if (!half || half.inFlight || due.has(half.link.id)) continue;
        due.set(half.link.id, { link: half.link.id, lane, cause: 'edit' });
        if (sighting && !(half.link.crm && half.link.desk)) called.push(sighting);
      }
      if (called.length > 0) open.push({ setup: parents, side, sightings: called });
    }
  }
  return [...due.values()];
}

/** Who has no twin yet, or whose twin lacks the id that it is to be given. */
function isToBeCalled(parents: SyncSetup, link: Link): boolean {
  return !(link.crm && link.desk) || sides.some((side) => lacksId(parents, link, side));
}

function idsIn(sightings: readonly Sighting[], field: string): readonly string[] {
  const ids = sightings.flatMap(({ seen }) => {
    const id = isGone(seen) ? null : seen[field];
    return typeof id === 'string' && id !== '' ? [id] : [];
  });
  return [...new Set(ids)];
}

/** A list may lag behind what was read directly, or tell a page again: an older state of a record is no edit back, and no return. */
function isOlder(now: Sighting, before: Sighting | null): boolean {
  return now.at !== null && before !== null && before.at !== null && now.at < before.at;
}

/** A page may show a record twice (a boundary second, an overlap): the later row counts. */
function latest(changes: readonly Change[]): readonly Sighting[] {
  const byId = new Map<string, Sighting>();
  for (const { ref, version, at, by, seen } of changes)
    if (seen !== 'look') byId.set(ref.id, { ref, version, at, by, seen });
  return [...byId.values()];
}

function sameSeen(a: Sighting, b: Sighting): boolean {
  if (isGone(a.seen) || isGone(b.seen))
    return isGone(a.seen) && isGone(b.seen) && a.seen.gone === b.seen.gone && a.seen.into?.id === b.seen.into?.id;
  const before = a.seen;
  return Object.entries(b.seen).every(([field, value]) => same(value, before[field]));
}

function linkedEverywhere(feed: FeedReader, known: Known): boolean {
  return feed.readers.every(({ setup }) => known.links.some(({ link }) => link.sync === setup.name));
}

/**
 * Whether a change can make a difference to this link. What comes back equal to the base is our own write, or an edit that was undone;
 * a field that nothing maps is nobody's business. What filters, criteria and write-backs read counts when it differs from before.
 */
function matters(
  setup: SyncSetup,
  side: Side,
  linked: Known['links'][number],
  before: Sighting | null,
  now: Sighting,
): boolean {
  const end = linked.link[side];
  if (isGone(now.seen) || !before || isGone(before.seen) || !end || linked.inFlight) return true;
  if (!linked.link.crm || !linked.link.desk || linked.held) return true;
  const seen = now.seen;
  // Who comes back inside may look just as both last agreed, and has missed what happened meanwhile.
  if (setup.within(side, before.seen) !== setup.within(side, seen)) return true;
  // A title that nothing maps is there for messages: our own creates never know it.
  const mapped = new Set([sideOf(setup, side).type.title]);
  for (const rule of setup.rules) {
    mapped.add(rule[side]);
    if (seen[rule[side]] !== undefined && !same(rule.normal(side, seen[rule[side]]), end.base[baseKey(rule)]))
      return true;
  }
  for (const { reads } of setup.computed[side]) for (const field of reads) mapped.delete(field);
  return othersMoved(setup.reads[side], mapped, before.seen, seen);
}

function othersMoved(reads: readonly string[], mapped: ReadonlySet<string>, before: Fields, now: Fields): boolean {
  return reads.some((field) => !mapped.has(field) && now[field] !== undefined && !same(before[field], now[field]));
}

/**
 * Records that carry the mark of a create whose answer told no id: this is its answer. Only marks that our own ledger knows count.
 * Answers the ids of records whose create is still under way: they open no half link, their link is just getting them.
 */
async function settleAwaited(
  engine: Engine,
  feed: FeedReader,
  sightings: readonly Sighting[],
): Promise<ReadonlySet<string>> {
  const byMark = new Map<string, { readonly sighting: Sighting; readonly seen: Fields }>();
  const fields = new Set(feed.readers.flatMap(({ setup, side }) => setup.mark[side]?.field ?? []));
  for (const sighting of sightings) {
    if (isGone(sighting.seen)) continue;
    for (const field of fields) {
      const mark = sighting.seen[field];
      if (typeof mark === 'string' && mark !== '') byMark.set(mark, { sighting, seen: sighting.seen });
    }
  }
  const underway = new Set<string>();
  if (byMark.size === 0) return underway;
  const settled: Settled[] = [];
  for (const intent of await engine.store.awaiting(feed.connection, feed.object, [...byMark.keys()])) {
    const mark = intent.operation.do === 'create' ? intent.operation.mark : null;
    const shown = mark === null ? undefined : byMark.get(mark);
    if (!shown) continue;
    // A call or a job that still runs will tell more (which of its records failed): only what nobody else will answer is settled here.
    if (intent.state !== 'unsure') underway.add(shown.sighting.ref.id);
    else {
      const { ref, version, at } = shown.sighting;
      settled.push({ intent, outcome: { ok: true, id: ref.id, version, now: shown.seen, at } });
    }
  }
  await settle(engine, settled);
  return underway;
}

/** Half links opened, or links made due, without anything new being known of their records: a person's word. */
export async function rouse(
  { store, world }: Engine,
  place: { readonly connection: string; readonly object: string },
  what: Pick<Observed, 'open' | 'due'>,
): Promise<void> {
  const { connection, object } = place;
  const nothing = { lease: '', cursor: null, complete: true, fields: [], sightings: [], keys: {} } as const;
  await store.observe({ connection, object, ...nothing, ...what, now: world.now() });
}
