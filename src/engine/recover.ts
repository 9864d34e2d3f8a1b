import { FaultError } from '../model/fault.ts';
import type { Link } from '../model/link.ts';
import type { Traced } from '../model/operation.ts';
import { sideOf } from '../model/sync.ts';
import { newId } from '../model/world.ts';
import { connectionOf, type Engine, feedAt, roughlyUnderway, setupOf } from './engine.ts';
import { historyOf } from './history.ts';
import { readFeed } from './intake.ts';
import { lostWrites } from './lost.ts';
import { aloneWakes } from './parents.ts';
import type { Intent, LinkChange } from './ports.ts';
import { feedIsCheaper, feedMoment, lookPlanned, nextLook, settleAll } from './send.ts';
import { type Settled, settle } from './settle.ts';

/** How many unsettled intents are looked at in one go, and for how long they are ours. */
const lookLimit = 5000;
const leaseMs = 120_000;
/** A call that nobody answered for is looked at again after this (ms), when a look failed or said: too early. */
const lookAgainMs = 5000;

/**
 * Intents without an outcome, whoever made them: jobs are collected, updates whose answer was lost are read again, creates are traced.
 * Nothing is ever sent again before that. Answers how many intents it got further with.
 */
export async function recover(engine: Engine): Promise<number> {
  const { store, world } = engine;
  const lease = newId(world);
  const connections = [...engine.connections.keys()].filter((name) => !isWaiting(engine, name));
  // The writes of a sync that is not in this pass are somebody else's, or wait until it is in the config again.
  const syncs = engine.setups.map(({ name }) => name);
  const now = world.now();
  const intents = await store.unsettled({ connections, syncs, now, limit: lookLimit, lease, until: now + leaseMs });
  let moved = 0;
  for (const [connection, all] of groupBy(intents, ({ connection }) => connection)) {
    try {
      moved += await collect(
        engine,
        connection,
        all.filter(({ state }) => state === 'job'),
      );
      moved += await resolve(
        engine,
        connection,
        all.filter(({ state }) => state !== 'job'),
      );
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      const afterMs = error.fault.afterMs ?? lookAgainMs;
      if (error.fault.kind === 'limit' || error.fault.kind === 'login') {
        engine.waits.set(connection, { until: world.now() + afterMs, reason: error.fault.say });
      }
      const open = all.filter(({ state }) => state !== 'job').map(({ id }) => id);
      const jobs = all.filter(({ state }) => state === 'job').map(({ id }) => id);
      await store.postpone(open, 'unsure', world.now() + afterMs);
      await store.postpone(jobs, 'job', world.now() + afterMs);
    }
  }
  return moved;
}

export function isWaiting(engine: Pick<Engine, 'waits' | 'world'>, connection: string): boolean {
  return (engine.waits.get(connection)?.until ?? 0) > engine.world.now();
}

async function collect(engine: Engine, connection: string, intents: readonly Intent[]): Promise<number> {
  if (intents.length === 0) return 0;
  const planned = lookPlanned(engine, connection);
  if (planned !== null) {
    await engine.store.postpone(
      intents.map(({ id }) => id),
      'job',
      planned,
    );
    return 0;
  }
  const jobs = [...groupBy(intents, ({ job }) => job ?? '')].map(
    ([job, all]) => [job, [...all].sort((a, b) => a.place - b.place)] as const,
  );
  const answers = await connectionOf(engine, connection).collect(
    jobs.map(([job, all]) => ({
      job,
      operations: all.map(({ operation }) => operation),
      places: all.map(({ place }) => place),
    })),
  );
  let settled = 0;
  const running: Intent[] = [];
  let againMs = 0;
  for (const [i, [, all]] of jobs.entries()) {
    const answer = answers[i];
    if (!answer || 'job' in answer) {
      running.push(...all);
      againMs = Math.max(againMs, answer?.againMs ?? lookAgainMs);
      continue;
    }
    await settleAll(engine, all, answer.done);
    settled += all.length;
  }
  if (running.length > 0) {
    const left = new Set(running.map(({ job }) => job)).size;
    const at = nextLook(engine, connection, againMs, left);
    await engine.store.postpone(
      running.map(({ id }) => id),
      'job',
      at,
    );
  }
  return settled;
}

/** Calls whose answer was lost, or whose process died: what are they now? */
async function resolve(engine: Engine, connection: string, intents: readonly Intent[]): Promise<number> {
  const creates = intents.filter(({ operation }) => operation.do === 'create');
  const others = intents.filter(({ operation }) => operation.do !== 'create');
  const { settled, waiting } = await lostWrites(engine, connectionOf(engine, connection), others);
  await settle(engine, settled);
  for (const [waitMs, all] of Map.groupBy(waiting, (each) => each.waitMs)) {
    const ids = all.map(({ intent }) => intent.id);
    await engine.store.postpone(ids, 'unsure', engine.world.now() + waitMs);
  }
  let moved = settled.length;
  for (const [object, all] of groupBy(creates, ({ operation }) =>
    operation.do === 'create' ? operation.object : '',
  )) {
    moved += await resolveCreates(engine, connection, object, all);
  }
  return moved;
}

async function resolveCreates(
  engine: Engine,
  connection: string,
  object: string,
  intents: readonly Intent[],
): Promise<number> {
  const { store, world } = engine;
  const setup = intents[0] && setupOf(engine, intents[0].sync);
  if (!setup || !intents[0]) return 0;
  const { type } = sideOf(setup, intents[0].side);
  const all = (await roughlyUnderway(engine)).filter(
    (each) => each.connection === connection && each.object === object,
  );
  const waiting = all.reduce((sum, each) => sum + each.count, 0);
  let left = intents;
  let moved = 0;
  if (feedIsCheaper(waiting, type.traceBatch)) {
    // The feed is read once it can bring a full page, or all that there is.
    const at = engine.moments.get(feedMoment(connection, object)) ?? 0;
    if (intents.length < type.feed.pageSize && at > world.now()) {
      await store.postpone(
        intents.map(({ id }) => id),
        'unsure',
        at,
      );
      return 0;
    }
    const feed = feedAt(engine.setups, connection, object);
    if (feed) await readFeed(engine, feed);
    // What the feed brought has settled its intents: their links are whole now.
    const links = await store.links(intents.map(({ link }) => link));
    const whole = new Set(links.flatMap(({ id, crm, desk }) => (crm && desk ? [id] : [])));
    left = intents.filter(({ link }) => !whole.has(link));
    moved += intents.length - left.length;
    if (left.length > 0 && at > world.now()) {
      // The feed lags behind what was created last: it will bring these too.
      await store.postpone(
        left.map(({ id }) => id),
        'unsure',
        at,
      );
      return moved;
    }
  }
  const size = Math.max(1, type.traceBatch);
  for (const group of bySince(left)) {
    for (let from = 0; from < group.length; from += size)
      moved += await trace(engine, connection, group.slice(from, from + size));
  }
  return moved;
}

/** Traced together: what was sent at the same moment, so that the vendor's window counts from there for each of them. */
function bySince(intents: readonly Intent[]): readonly (readonly Intent[])[] {
  return [...groupBy(intents, ({ at }) => String(at)).values()];
}

async function trace(engine: Engine, connection: string, intents: readonly Intent[]): Promise<number> {
  const since = intents[0]?.at ?? 0;
  const traced = await connectionOf(engine, connection).trace(
    intents.map(({ operation }) => operation),
    since,
  );
  const { store, world } = engine;
  const settled: Settled[] = [];
  const changes: LinkChange[] = [];
  const doubtful = intents.filter((_, i) => typeof traced[i] === 'object' && 'several' in (traced[i] ?? {}));
  const links = new Map((await store.links(doubtful.map(({ link }) => link))).map((link) => [link.id, link]));
  const waiting = new Map<number, string[]>();
  const wait = (ms: number, { id }: Intent) => waiting.set(ms, [...(waiting.get(ms) ?? []), id]);
  intents.forEach((intent, i) => {
    const answer: Traced = traced[i] ?? { waitMs: lookAgainMs };
    if (answer === 'absent') changes.push(sendAgain(engine, intent));
    else if ('several' in answer) changes.push(several(engine, intent, answer.several, links.get(intent.link)));
    else if ('waitMs' in answer) wait(answer.waitMs, intent);
    // Tracing that cannot tell either: nothing is sent before it can.
    else if (!answer.ok && answer.fault.kind === 'unsure') wait(answer.fault.afterMs ?? 2 * lookAgainMs, intent);
    else settled.push({ intent, outcome: answer });
  });
  await settle(engine, settled);
  if (changes.length > 0) await store.commit(changes, null, world.now());
  for (const [waitMs, ids] of waiting) await store.postpone(ids, 'unsure', world.now() + Math.max(500, waitMs));
  return settled.length + changes.length;
}

/** Nothing of it is there, and nothing of it can come any more: the link is decided about anew. */
function sendAgain(engine: Engine, intent: Intent): LinkChange {
  const marked = intent.operation.do === 'create' && intent.operation.mark !== null;
  return {
    link: intent.link,
    turn: intent.turn,
    close: [intent.id],
    releaseClaims: true,
    // A key answers for good; without one, the twin is looked for once more by what it is matched by.
    due: { at: engine.world.now(), tries: intent.tries, fault: null, askVendor: !marked },
    history: [historyOf(engine, intent, null, 'unsure: the answer was lost; nothing was created, so it is sent again')],
  };
}

function several(engine: Engine, intent: Intent, ids: readonly string[], link: Link | undefined): LinkChange {
  const setup = setupOf(engine, intent.sync);
  const now = engine.world.now();
  const message =
    'The answer to a create was lost, and more than one record looks like what was sent. Link the right one by hand (answer --candidate ID), or answer "create".';
  return {
    link: intent.link,
    turn: intent.turn,
    close: [intent.id],
    releaseClaims: true,
    due: 'clear',
    wakes: setup && link ? aloneWakes(engine.setups, setup, link) : [],
    holds: [
      {
        id: newId(engine.world),
        sync: intent.sync,
        link: intent.link,
        why: 'unsure',
        field: null,
        values: { crm: null, desk: null, base: null },
        message,
        vendorCode: null,
        candidates: ids.map((id) => ({
          side: intent.side,
          id,
          reason: 'was created by us at that time, with the same content',
        })),
        wakes: [],
        tries: intent.tries,
        since: now,
      },
    ],
    history: [historyOf(engine, intent, null, 'unsure: several records could be it')],
  };
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
