import type { LinkChange, Store } from '../../engine/ports.ts';
import { brakeVerbs } from './brake.ts';
import { commit } from './commit.ts';
import { get, put } from './drawers.ts';
import { feed, leaseFeed } from './feed.ts';
import { handOver, syncsOf } from './hand-over.ts';
import { history, touched } from './history.ts';
import { noteJob, postpone, underway, unsettled } from './intents.ts';
import { doubles, kin } from './kin.ts';
import { awaiting, known } from './known.ts';
import { nextDue, release, releaseAll } from './leases.ts';
import { observe } from './observe.ts';
import { allDue, answer, paused, retry, setPaused } from './people.ts';
import { counts, faults, holds, links } from './reads.ts';
import { sweepVerbs } from './sweep.ts';
import type { Reach } from './tables.ts';
import { peek, take } from './take.ts';
import { dropHistory, dropLostKeys, type Vacuum } from './tidy.ts';
import { dropOldTips, tipVerbs } from './tips.ts';
import { transact } from './transact.ts';

/**
 * The store on a PostgreSQL, the embedded one or a server: every verb is one transaction of a few statements, none stays open between
 * verbs, and what several workers may want is leased by time. It reads the contract as memory.ts says; `commit` even runs its lines.
 */
export function sqlStore(reach: Reach, vacuum: Vacuum, close: () => Promise<void>): Store {
  return {
    feed: (connection, object) => feed(reach, connection, object),
    leaseFeed: (connection, object, lease, now, until) => leaseFeed(reach, connection, object, lease, now, until),
    known: (connection, object, ids) => known(reach, connection, object, ids),
    awaiting: (connection, object, marks) => awaiting(reach, connection, object, marks),
    async observe(page) {
      const result = await transact(reach, (within) => observe(within, page));
      await vacuum.wrote(page.sightings.length + result.due);
      return result;
    },
    async take(ask) {
      const taken = await transact(reach, (within) => take(within, ask));
      await vacuum.wrote(taken.length);
      return taken;
    },
    release: (lease) => transact(reach, (within) => release(within, lease)),
    releaseAll: (now) => transact(reach, (within) => releaseAll(within, now)),
    peek: (ask) => peek(reach, ask),
    nextDue: (syncs, links) => nextDue(reach, syncs, links),
    kin: (asks, limit) => kin(reach, asks, limit),
    doubles: (connection, object, field, limit) => doubles(reach, connection, object, field, limit),
    async commit(changes, lease, now) {
      const committed = await commit(reach, changes, lease, now);
      await vacuum.wrote(changes.reduce((rows, change) => rows + versionsOf(change), 0));
      return committed;
    },
    noteJob: (intents, job, againAt) => noteJob(reach, intents, job, againAt),
    unsettled: (ask) => transact(reach, (within) => unsettled(within, ask)),
    postpone: (intents, state, againAt) => postpone(reach, intents, state, againAt),
    underway: (connections, syncs) => underway(reach, connections, syncs),
    answer: (hold, given, now) => transact(reach, (within) => answer(within, hold, given, now)),
    retry: (ids, now) => transact(reach, (within) => retry(within, ids, now)),
    setPaused: (what, isPaused) => setPaused(reach, what, isPaused),
    paused: () => paused(reach),
    async allDue(sync, now) {
      const made = await allDue(reach, sync, now);
      await vacuum.wrote(made);
      return made;
    },
    async handOver(pair, from, to, now) {
      const moved = await transact(reach, (within) => handOver(within, pair, from, to, now));
      await vacuum.wrote(moved);
      return moved;
    },
    syncsOf: (pair) => syncsOf(reach, pair),
    get: (drawer, name) => get(reach, drawer, name),
    put: (drawer, name, value) => put(reach, drawer, name, value),
    holds: (filter) => holds(reach, filter),
    faults: (filter) => faults(reach, filter),
    history: (filter) => history(reach, filter),
    touched: (ask) => touched(reach, ask),
    counts: (sync, now) => counts(reach, sync, now),
    links: (ids) => links(reach, ids),
    ...sweepVerbs(reach),
    ...brakeVerbs(reach, (rows) => vacuum.wrote(rows)),
    ...tipVerbs(reach),
    async tidy(before) {
      await dropHistory(reach, before);
      await dropLostKeys(reach, before);
      await dropOldTips(reach, before);
      await vacuum.run();
    },
    close,
  };
}

function versionsOf(change: LinkChange): number {
  return 1 + (change.close?.length ?? 0) + (change.sightings?.length ?? 0);
}
