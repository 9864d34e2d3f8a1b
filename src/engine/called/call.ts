import { FaultError } from '../../model/fault.ts';
import { isGone, type Side } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { connectionOf, type Engine, feedAt } from '../engine.ts';
import { keepLooked, rouse } from '../intake.ts';
import type { DueLink, Known } from '../ports.ts';
import { isWaiting } from '../recover.ts';
import { askedBy, sourcesOf } from './pointers.ts';

/** Decides about these links of a sync that is paused, and sends what comes of it: nothing but links and twins that are called for. */
export type WorkOn = (setup: SyncSetup, links: readonly string[]) => Promise<void>;

/**
 * Whom these links' records point to, by references with a word on it, is made ready before they are decided: records that no feed has shown
 * yet are read, all of them in one call, and those without a twin become due. A sync that is paused moves nothing of its own, and still makes
 * what another one points to: that is done now.
 */
export async function callParents(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
  workOn: WorkOn,
): Promise<void> {
  if (setup.mode === 'watch' || engine.undo) return;
  for (const rule of setup.rules) {
    for (const asked of askedBy(rule)) {
      const parents = engine.setups.find(({ name }) => name === asked.sync);
      if (asked.create === undefined || !parents || parents.mode === 'watch' || parents === setup) continue;
      for (const side of sourcesOf(rule))
        await callFrom(engine, parents, side, idsOf(setup, due, rule[side], side), workOn);
    }
  }
}

function idsOf(setup: SyncSetup, due: readonly DueLink[], field: string, side: Side): readonly string[] {
  const ids = due.flatMap((each) => {
    const seen = each[side]?.seen;
    const id = seen && !isGone(seen) && setup.within(side, seen) ? seen[field] : null;
    return typeof id === 'string' && id !== '' ? [id] : [];
  });
  return [...new Set(ids)];
}

async function callFrom(
  engine: Engine,
  parents: SyncSetup,
  side: Side,
  ids: readonly string[],
  workOn: WorkOn,
): Promise<void> {
  const { store } = engine;
  const { connection, object } = sideOf(parents, side);
  if (ids.length === 0) return;
  const known = await withUnknown(engine, connection, object, await store.known(connection, object, ids));
  const isPaused = await pausedAlone(engine, parents);
  const called = engine.called ?? new Set<string>();
  const halves = known.flatMap(({ links }) => {
    const own = links.find(({ link }) => link.sync === parents.name);
    if (!own || own.inFlight || (own.held && !own.due) || (own.link.crm && own.link.desk)) return [];
    const { id } = own.link;
    // Once in a pass: whoever is called for nothing must not be called for ever.
    if (called.has(id) || (own.due && !isPaused) || engine.links?.has(id) === false) return [];
    called.add(id);
    return [id];
  });
  if (halves.length === 0) return;
  const due = halves.map((link) => ({ link, lane: 'live' as const, cause: 'edit' as const }));
  await rouse(engine, { connection, object }, { open: [], due });
  if (!isPaused || !(await isRead(engine, parents))) return;
  await workOn(stilled(parents), halves);
  // What flows besides is still to be decided, once the sync goes on.
  await rouse(engine, { connection, object }, { open: [], due });
}

/** A paused sync, as far as it works: records are linked and made, and nothing of them is updated. */
export function stilled(setup: SyncSetup): SyncSetup {
  return { ...setup, update: [] };
}

/** Who is pointed to may be newer than the last look at its feed: it is read now, so that nobody has to wait for the next one. */
async function withUnknown(
  engine: Engine,
  connection: string,
  object: string,
  known: readonly Known[],
): Promise<readonly Known[]> {
  const unknown = known.flatMap(({ id, sighting }) => (sighting === null ? [id] : []));
  const feed = feedAt(engine.setups, connection, object);
  if (unknown.length === 0 || !feed || isWaiting(engine, connection)) return known;
  if (!(await engine.store.feed(connection, object))?.complete) return known;
  const askedAt = engine.world.now();
  try {
    const changes = await connectionOf(engine, connection).read(feed.want, unknown);
    await keepLooked(engine, feed, changes, askedAt);
  } catch (error) {
    // They are told by the feed a little later.
    if (!(error instanceof FaultError)) throw error;
    engine.world.log.warn('records that are pointed to could not be read', {
      connection,
      object,
      reason: error.fault.say,
    });
    return known;
  }
  return engine.store.known(
    connection,
    object,
    known.map(({ id }) => id),
  );
}

/** True where a person has paused the sync, and neither of its connections. */
export async function pausedAlone({ store }: Engine, { name, crm, desk }: SyncSetup): Promise<boolean> {
  const paused = await store.paused();
  const isConnection = paused.some(
    (each) => each.kind === 'connection' && [crm.connection, desk.connection].includes(each.name),
  );
  return !isConnection && paused.some((each) => each.kind === 'sync' && each.name === name);
}

async function isRead({ store, ...engine }: Engine, { crm, desk }: SyncSetup): Promise<boolean> {
  for (const { connection, object } of [crm, desk])
    if (isWaiting(engine, connection) || !(await store.feed(connection, object))?.complete) return false;
  return true;
}
