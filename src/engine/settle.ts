import { FaultError } from '../model/fault.ts';
import { type End, type Link, newEnd, withEnd } from '../model/link.ts';
import type { Outcome } from '../model/operation.ts';
import { isGone, other, type Side, type Sighting } from '../model/record.ts';
import { baseKey, flows, type SyncSetup, sideOf } from '../model/sync.ts';
import { type Fields, same, type Value } from '../model/value.ts';
import { connectionOf, countSide, type Engine, type FeedReader, feedsOf, setupOf } from './engine.ts';
import { backOffMs, failed } from './fail.ts';
import { historyOf } from './history.ts';
import { keysOf, touchesKeys } from './keys.ts';
import { isParent, parentWakes } from './parents.ts';
import type { Intent, Known, LinkChange } from './ports.ts';
import { asRemoved, unseenAfter } from './removal/settled.ts';
import { twinWakes } from './seniors.ts';
import { takenBack } from './undo/undone.ts';

export interface Settled {
  readonly intent: Intent;
  readonly outcome: Outcome;
}

/**
 * What the vendor answered becomes what we know: bases, link, sighting, history, holds, in one transaction. The base moves only to what
 * is known of the far side. An intent that somebody else has settled already is passed over.
 */
export async function settle(engine: Engine, settled: readonly Settled[]): Promise<void> {
  if (settled.length === 0) return;
  const { store, world } = engine;
  const links = new Map((await store.links(settled.map(({ intent }) => intent.link))).map((link) => [link.id, link]));
  const shown = await readBack(engine, settled);
  const feeds = feedsOf(engine.setups);
  const known = await knownTargets(engine, feeds, settled);
  const changes: LinkChange[] = [];
  const counted: Settled[] = [];
  for (const { intent, outcome: told } of settled) {
    const outcome = asRemoved(intent, told);
    const link = links.get(intent.link);
    const setup = setupOf(engine, intent.sync);
    if (!link || !setup) continue;
    if (outcome.ok) {
      changes.push(
        succeeded(
          engine,
          feeds,
          setup,
          link,
          intent,
          { ...outcome, ...shown.get(intent.id) },
          known.get(`${intent.connection}/${outcome.id}`),
        ),
      );
    } else {
      changes.push(await failed(engine, setup, link, intent, outcome.fault));
    }
    counted.push({ intent, outcome });
  }
  const results = await store.commit(changes, null, world.now());
  const lost = counted.filter((_, i) => results[i]?.is === 'lost');
  if (lost.length > 0)
    await store.commit(
      lost.map((item) => decideAnew(engine, item.intent)),
      null,
      world.now(),
    );
  results.forEach((result, i) => {
    const item = counted[i];
    if (result.is !== 'done' || !item?.outcome.ok) return;
    const { intent } = item;
    const verb = intent.operation.do;
    // What comes back is there anew.
    if (verb === 'create' || verb === 'restore') countSide(engine, intent.sync, 'created', intent.side);
    if (verb === 'update') countSide(engine, intent.sync, 'updated', intent.side);
    if (verb === 'remove') countSide(engine, intent.sync, 'removed', intent.side);
  });
}

/** The record has another link meanwhile, or the intent is settled already (then this is refused too, and nothing is lost). */
function decideAnew(engine: Engine, intent: Intent): LinkChange {
  const at = engine.world.now() + backOffMs(engine.world.random, intent.tries);
  return {
    link: intent.link,
    turn: intent.turn,
    close: [intent.id],
    releaseClaims: true,
    due: { at, tries: intent.tries + 1, fault: null, askVendor: true },
  };
}

type Success = Extract<Outcome, { ok: true }>;

function succeeded(
  engine: Engine,
  feeds: readonly FeedReader[],
  setup: SyncSetup,
  link: Link,
  intent: Intent,
  outcome: Success,
  target: Known | undefined,
): LinkChange {
  const { side, operation } = intent;
  const now = engine.world.now();
  const sent: Fields = operation.do === 'create' || operation.do === 'update' ? plain(operation.fields) : {};
  const far = link[side] ?? newEnd(outcome.id);
  const near = link[other(side)];
  const farEnd = based(
    { ...far, id: outcome.id, version: outcome.version ?? far.version },
    shownBase(setup, side, intent, outcome.now),
    intent,
  );
  let next = withEnd(link, side, farEnd);
  if (near) next = withEnd(next, other(side), based(near, intent.agreed[other(side)], intent));

  const mark =
    operation.do === 'create' && operation.mark !== null ? { [setup.mark[side]?.field ?? '']: operation.mark } : {};
  // A reference that was left out is known to be empty: it is written as soon as there is something to point to.
  const pointers = setup.rules.filter((rule) => rule.pointer && flows(rule.direction, side));
  const empty = operation.do === 'create' ? Object.fromEntries(pointers.map((rule) => [rule[side], null])) : {};
  // What was sent into a field that nobody reads any more (an undo, after the rules changed) is not shown, and known all the same.
  const seen: Fields = { ...(outcome.now ? {} : empty), ...sent, ...mark, ...outcome.now };
  const place = sideOf(setup, side);
  const sighting: Sighting = {
    ref: { connection: place.connection, object: place.object, id: outcome.id },
    version: outcome.version,
    // The vendor's clock, never ours: what it says is compared with what it says later. A row from before our write is no news then.
    at: outcome.at ?? target?.sighting?.at ?? null,
    by: null,
    seen,
  };
  const readers = readersOf(feeds, setup, side);
  const before = target?.sighting && !isGone(target.sighting.seen) ? target.sighting.seen : {};
  const rekeyed = operation.do === 'create' || operation.do === 'restore' || touchesKeys(readers, Object.keys(seen));
  const twinOf = (sync: string): string | null => {
    if (sync === setup.name) return near?.id ?? null;
    const own = target?.links.find((each) => each.link.sync === sync);
    return own?.link[other(own.side)]?.id ?? null;
  };
  const half = target?.links.find((each) => each.link.sync === setup.name && each.link.id !== link.id);
  const unseen = unseenAfter(setup, intent, outcome.now, now);
  // It was seen gone meanwhile: a job tells what it did, and not what became of the record since.
  const isGoneSince = operation.do === 'update' && !outcome.now && target?.sighting && isGone(target.sighting.seen);
  return {
    link: link.id,
    turn: intent.turn,
    ends: { crm: next.crm, desk: next.desk },
    ...(half ? { absorb: half.link.id } : {}),
    close: [intent.id],
    releaseClaims: true,
    ...(operation.do === 'create' ? { wakes: wakesOf(engine, setup, next) } : {}),
    // A given value that both sides are to get is needed once more for the second one.
    clearAnswers: !intent.again,
    due:
      intent.again || edited(setup, side, next, outcome.now)
        ? { at: now, tries: 0, fault: null, askVendor: false }
        : 'clear',
    history: [historyOf(engine, intent, outcome.id, 'ok')],
    sightings: [sighting],
    ...(rekeyed ? { keys: { [outcome.id]: keysOf(readers, { ...before, ...seen }, twinOf) } } : {}),
    ...(unseen || isGoneSince ? { sightings: [], keys: {}, ...unseen } : {}),
    ...takenBack(intent, link),
  };
}

/** A record has its twin: who points to it goes on, and who had that twin by a sync that yields looks again. */
function wakesOf({ setups }: Engine, setup: SyncSetup, link: Link): readonly string[] {
  const children = isParent(setups, setup.name) ? parentWakes(setup, link) : [];
  return [...children, ...twinWakes(setups, setup, link.desk?.id)];
}

/** Everybody who matches records of this object: the keys that one sync writes are the keys that another one looks for. */
function readersOf(feeds: readonly FeedReader[], setup: SyncSetup, side: Side): FeedReader['readers'] {
  const { connection, object } = sideOf(setup, side);
  const feed = feeds.find((each) => each.connection === connection && each.object === object);
  return feed?.readers ?? [{ setup, side }];
}

/** What the vendor shows after the write differs from the bases: an edit that landed meanwhile, and nobody else will report. */
function edited(setup: SyncSetup, side: Side, link: Link, now: Fields | null): boolean {
  const end = link[side];
  if (!now || !end || !link[other(side)]) return false;
  return setup.rules.some((rule) => {
    const base = end.base[baseKey(rule)];
    const value = now[rule[side]];
    return base !== undefined && value !== undefined && !same(rule.normal(side, value), base);
  });
}

/** One-way fields: what was sent is the base. Where the vendor showed the record, what it shows is. */
function shownBase(setup: SyncSetup, side: Side, intent: Intent, now: Fields | null): Fields {
  const agreed = intent.agreed[side];
  if (!now) return agreed;
  const base: Record<string, Value> = { ...agreed };
  for (const rule of setup.rules) {
    const key = baseKey(rule);
    const value = now[rule[side]];
    if (!(key in base) || value === undefined) continue;
    const stored = rule.normal(side, value);
    const source = intent.agreed[other(side)][key] ?? null;
    // Another form of what was sent is the base; anything else is somebody's edit after our write, and has to be seen as one.
    if (side === 'crm' ? rule.equal(stored, source) : rule.equal(source, stored)) base[key] = stored;
  }
  return base;
}

function based(end: End, agreed: Fields, intent: Intent): End {
  const keys = Object.keys(agreed);
  if (keys.length === 0) return end;
  const rules = { ...end.rules };
  for (const key of keys) rules[key] = intent.agreed.rules[key] ?? '';
  const movedAt = Object.fromEntries(Object.entries(end.movedAt).filter(([key]) => !(key in agreed)));
  return { ...end, base: { ...end.base, ...agreed }, rules, movedAt };
}

/** Deltas are not sent by judge yet; a whole value is what the record holds afterwards. */
function plain(fields: Readonly<Record<string, unknown>>): Fields {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, Value] => !isDelta(entry[1])));
}

function isDelta(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'add' in value && 'drop' in value;
}

type Shown = Pick<Success, 'now' | 'at'>;

/** Two-way fields: one read of what the vendor made of the write, by intent id; what cannot be read now stays as it was sent. */
async function readBack(engine: Engine, settled: readonly Settled[]): Promise<ReadonlyMap<string, Shown>> {
  const wanted = new Map<string, { intent: Intent; id: string; fields: readonly string[] }[]>();
  for (const { intent, outcome } of settled) {
    const setup = setupOf(engine, intent.sync);
    const verb = intent.operation.do;
    if (!setup || !outcome.ok || outcome.now || verb === 'remove') continue;
    // What was brought back may look otherwise than it ever did to us.
    if (verb !== 'restore' && !setup.rules.some((rule) => rule.direction === 'both')) continue;
    const key = `${intent.connection}/${sideOf(setup, intent.side).object}`;
    wanted.set(key, [...(wanted.get(key) ?? []), { intent, id: outcome.id, fields: setup.reads[intent.side] }]);
  }
  const shown = new Map<string, Shown>();
  for (const [key, items] of wanted) {
    const [connection = '', object = ''] = key.split('/');
    const fields = [...new Set(items.flatMap((item) => item.fields))];
    const byId = new Map<string, Shown>();
    try {
      for (const change of await connectionOf(engine, connection).read(
        { object, fields },
        items.map(({ id }) => id),
      )) {
        if (change.seen !== 'look' && !isGone(change.seen))
          byId.set(change.ref.id, { now: change.seen, at: change.at });
      }
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      engine.world.log.warn('what was written could not be read back', { connection, object, reason: error.fault.say });
    }
    for (const { intent, id } of items) {
      const seen = byId.get(id);
      if (seen) shown.set(intent.id, seen);
    }
  }
  return shown;
}

/** What is known of the records that were written: half links to absorb, and sightings whose match keys change. */
async function knownTargets(
  engine: Engine,
  feeds: readonly FeedReader[],
  settled: readonly Settled[],
): Promise<ReadonlyMap<string, Known>> {
  const ids = new Map<string, { connection: string; object: string; ids: string[] }>();
  for (const { intent, outcome } of settled) {
    const setup = setupOf(engine, intent.sync);
    if (!setup || !outcome.ok) continue;
    const { operation, side, connection } = intent;
    const needed =
      operation.do === 'create' ||
      operation.do === 'restore' ||
      (operation.do === 'update' &&
        (!outcome.now || touchesKeys(readersOf(feeds, setup, side), Object.keys(operation.fields))));
    if (!needed) continue;
    const { object } = sideOf(setup, side);
    const group = ids.get(`${connection}/${object}`) ?? { connection, object, ids: [] };
    group.ids.push(outcome.id);
    ids.set(`${connection}/${object}`, group);
  }
  const known = new Map<string, Known>();
  for (const group of ids.values()) {
    for (const each of await engine.store.known(group.connection, group.object, group.ids))
      known.set(`${group.connection}/${each.id}`, each);
  }
  return known;
}
