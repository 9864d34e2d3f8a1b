import { FaultError } from '../model/fault.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';
import { newId } from '../model/world.ts';
import { type Decision, decide } from './decide.ts';
import type { Engine } from './engine.ts';
import { backOffMs, pauseOf } from './fail.ts';
import { changeFor, intend } from './intend.ts';
import { type Looked, lookAtVendor, reread } from './look.ts';
import type { LinkChange } from './ports.ts';
import { send } from './send.ts';

/** How long a worker may decide about what it took before others take over. */
const leaseMs = 120_000;
/** Memory is bounded by this, never by the number of records. */
const takeLimit = 1000;

/**
 * One batch of due links of one sync, from taking to settling; the only orchestrator:
 *
 *   take (lease) → look (only what is out of date) → meet → judge → plan → commit intents → write → settle
 *
 * Each step holds a transaction *or* talks HTTP, never both. `jobs`: how many the vendors work on already. Answers how many
 * links it took.
 */
export async function cycle(engine: Engine, setup: SyncSetup, jobs = 0): Promise<number> {
  const { store, world } = engine;
  const lease = newId(world);
  const taken = await store.take({
    syncs: [setup.name],
    now: world.now(),
    limit: takeLimit,
    lease,
    until: world.now() + leaseMs,
  });
  if (taken.length === 0) return 0;
  try {
    const looked = await lookAtVendor(engine, setup, taken);
    if (looked.failed.length > 0) await putOff(engine, looked.failed, lease);
    const first = await decide(engine, setup, looked.due);
    const decided = await rereadOrPutOff(engine, setup, first, lease);
    const batches = await intend(engine, setup, decided, lease);
    let sent = jobs;
    for (const batch of batches) await send(engine, batch, sent++);
  } finally {
    await store.release(lease);
  }
  return taken.length;
}

/** What could not be read again before its write is not written now; everything else goes on. */
async function rereadOrPutOff(
  engine: Engine,
  setup: SyncSetup,
  decisions: readonly Decision[],
  lease: string,
): Promise<readonly Decision[]> {
  try {
    return await reread(engine, setup, decisions, (due) => decide(engine, setup, due));
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const { fault } = error;
    const writing = decisions.filter(({ verdict }) => verdict.write?.operation.do === 'update');
    const failed = writing.map(({ due, verdict }) => {
      const { connection } = sideOf(setup, verdict.write?.side ?? 'desk');
      return { due, connection, fault };
    });
    await putOff(engine, failed, lease);
    return decisions.filter((decision) => !writing.includes(decision));
  }
}

/** A read that a decision needed failed: nothing was decided. The links come back later, each a little later than the last time. */
async function putOff(engine: Engine, failed: Looked['failed'], lease: string): Promise<void> {
  const { store, world } = engine;
  const now = world.now();
  const changes = failed.map(({ due, connection, fault }): LinkChange => {
    if (fault.kind === 'limit' || fault.kind === 'login') {
      engine.waits.set(connection, { until: now + pauseOf(fault), reason: fault.say });
    }
    const at = now + Math.max(fault.afterMs ?? 0, backOffMs(world.random, due.tries));
    return { ...changeFor(due), due: { at, tries: due.tries + 1, fault, askVendor: due.askVendor } };
  });
  await store.commit(changes, lease, now);
}
