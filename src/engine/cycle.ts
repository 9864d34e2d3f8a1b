import { FaultError } from '../model/fault.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';
import { newId } from '../model/world.ts';
import { brake } from './brake/brake.ts';
import { callParents } from './called/call.ts';
import { lookBeforeMaking } from './called/look.ts';
import { type Decision, decide } from './decide.ts';
import type { Engine } from './engine.ts';
import { backOffMs, pauseOf } from './fail.ts';
import { changeFor, intend } from './intend.ts';
import { type Looked, lookAtVendor, reread } from './look.ts';
import { aloneWakes, patientTries } from './parents.ts';
import type { DueLink, LinkChange } from './ports.ts';
import { putAside } from './renewal.ts';
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
  const take = (limit: number): Promise<readonly DueLink[]> =>
    store.take({
      syncs: [setup.name],
      ...(engine.links ? { links: [...engine.links] } : {}),
      ...(engine.despitePause ? { paused: true } : {}),
      now: world.now(),
      limit,
      lease,
      until: world.now() + leaseMs,
    });
  const first = await take(takeLimit);
  if (first.length === 0) return 0;
  let count = first.length;
  try {
    const decided = [...(await decideOn(engine, setup, first, lease))];
    // A call that takes a hundred should not go with ninety-seven because three of the links needed none.
    for (let missing = room(setup, decided); missing > 0 && count >= takeLimit; missing = room(setup, decided)) {
      const more = await take(missing);
      if (more.length === 0) break;
      count += more.length;
      decided.push(...(await decideOn(engine, setup, more, lease)));
    }
    const batches = await intend(engine, setup, decided, lease);
    await putAside(
      engine,
      setup,
      decided.map(({ due }) => due),
    );
    let sent = jobs;
    for (const batch of batches) await send(engine, batch, sent++);
  } finally {
    await store.release(lease);
  }
  return count;
}

/** What is to become of these links, looked at and read again as far as that needs it. */
async function decideOn(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
  lease: string,
): Promise<readonly Decision[]> {
  await callParents(engine, setup, due, async (parents, links) => {
    await cycle({ ...engine, links: new Set(links), despitePause: true }, parents);
  });
  const looked = await lookAtVendor(engine, setup, due);
  if (looked.failed.length > 0) await putOff(engine, setup, looked.failed, lease);
  const made = await lookBeforeMaking(
    engine,
    setup,
    await decide(engine, setup, await putAside(engine, setup, looked.due)),
    (again) => decide(engine, setup, again),
  );
  if (made.failed.length > 0) await putOff(engine, setup, made.failed, lease);
  const first = made.decisions;
  // An undo has just read both records itself, and a person has asked for it.
  const decided = engine.undo ? first : await brake(engine, setup, await rereadOrPutOff(engine, setup, first, lease));
  return engine.gate ? engine.gate(setup, decided) : decided;
}

/** How many creates still fit into the last call that these decisions need; 0 where it is full, or there is none. */
function room(setup: SyncSetup, decisions: readonly Decision[]): number {
  const creates = decisions.flatMap(({ verdict }) =>
    verdict.write?.operation.do === 'create' ? [verdict.write.side] : [],
  );
  const [side] = creates;
  if (side === undefined || setup.mode === 'watch') return 0;
  const size = Math.min(sideOf(setup, side).type.batch.create, takeLimit);
  const over = creates.filter((each) => each === side).length % size;
  return over === 0 ? 0 : size - over;
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
    const writing = decisions.filter(
      ({ verdict: { write } }) => write?.operation.do === 'update' || write?.operation.do === 'remove',
    );
    const failed = writing.map(({ due, verdict }) => {
      const { connection } = sideOf(setup, verdict.write?.side ?? 'desk');
      return { due, connection, fault };
    });
    await putOff(engine, setup, failed, lease);
    return decisions.filter((decision) => !writing.includes(decision));
  }
}

/** A read that a decision needed failed: nothing was decided. The links come back later, each a little later than the last time. */
async function putOff(engine: Engine, setup: SyncSetup, failed: Looked['failed'], lease: string): Promise<void> {
  const { store, world } = engine;
  const now = world.now();
  const changes = failed.map(({ due, connection, fault }): LinkChange => {
    if (fault.kind === 'limit' || fault.kind === 'login') {
      engine.waits.set(connection, { until: now + pauseOf(fault), reason: fault.say });
    }
    const at = now + Math.max(fault.afterMs ?? 0, backOffMs(world.random, due.tries));
    const wakes = due.tries + 1 >= patientTries ? aloneWakes(engine.setups, setup, due.link) : [];
    return { ...changeFor(due), wakes, due: { at, tries: due.tries + 1, fault, askVendor: due.askVendor } };
  });
  await store.commit(changes, lease, now);
}
