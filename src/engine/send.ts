import { sideOf } from '../model/sync.ts';
import { connectionOf, type Engine, roughlyUnderway, setupOf } from './engine.ts';
import type { Batch } from './plan.ts';
import type { Intent, Underway } from './ports.ts';
import { type Settled, settle } from './settle.ts';
import { madeByOtherCopy } from './twice.ts';

/** A call that could not end before others take it for lost is not begun: less than this left (ms), and it is decided anew. */
const sendWindowMs = 45_000;

/** One vendor call; `jobs` are under way there already. What came back is settled; a job is noted before anything else happens. */
export async function send(engine: Engine, batch: Batch, jobs: number): Promise<void> {
  const { world, store } = engine;
  const connection = connectionOf(engine, batch.connection);
  const operations = batch.intents.map((intent) => intent.operation);
  const wait = engine.waits.get(batch.connection);
  const until = Math.min(...batch.intents.map((intent) => intent.againAt));
  const sent =
    wait && wait.until > world.now()
      ? { done: operations.map(() => notNow(wait.until - world.now(), wait.reason)) }
      : until - world.now() < sendWindowMs
        ? { done: operations.map(() => notNow(0, 'the calls before it took too long')) }
        : await connection.write(operations, until);
  if ('job' in sent) {
    // One more place at the vendor is taken: whoever counts them has to look again.
    engine.glimpse.at = Number.NEGATIVE_INFINITY;
    await store.noteJob(
      batch.intents.map((intent) => intent.id),
      sent.job,
      nextLook(engine, batch.connection, sent.againMs, jobs + 1),
    );
    return;
  }
  await settleAll(engine, batch.intents, sent.done);
}

function notNow(afterMs: number, say: string) {
  return { ok: false, fault: { kind: 'limit', say, afterMs } } as const;
}

/** Settles what is known; writes whose answer was lost, and creates that told no id, stay intents until they are traced or read again. */
export async function settleAll(
  engine: Engine,
  intents: readonly Intent[],
  outcomes: readonly Settled['outcome'][],
): Promise<void> {
  const settled: Settled[] = [];
  const unsure: { intent: Intent; afterMs: number }[] = [];
  const told = await madeByOtherCopy(engine, intents, outcomes);
  intents.forEach((intent, i) => {
    const outcome = told[i];
    if (!outcome) return;
    const { do: verb } = intent.operation;
    const lost = !outcome.ok && outcome.fault.kind === 'unsure' && verb !== 'restore';
    if (lost) unsure.push({ intent, afterMs: outcome.fault.afterMs ?? 0 });
    else settled.push({ intent, outcome });
  });
  await settle(engine, settled);
  if (unsure.length === 0) return;
  const now = engine.world.now();
  const wait = Math.max(
    ...unsure.map(({ afterMs }) => afterMs),
    await feedWait(
      engine,
      unsure.flatMap(({ intent }) => (intent.operation.do === 'create' ? [intent] : [])),
    ),
  );
  await engine.store.postpone(
    unsure.map(({ intent }) => intent.id),
    'unsure',
    now + wait,
  );
}

/**
 * A few unsure creates are traced at once. Many are cheaper to wait for: the change feed brings them with their marks, a page at a time,
 * as soon as its lag has passed since the last of them.
 */
async function feedWait(engine: Engine, unsure: readonly Intent[]): Promise<number> {
  const [first] = unsure;
  const setup = first && setupOf(engine, first.sync);
  if (!first || !setup) return 0;
  const { type } = sideOf(setup, first.side);
  const name = feedMoment(first.connection, type.object);
  const wait = type.feed.lagMs + 5000;
  const { now } = engine.world;
  if ((engine.moments.get(name) ?? 0) > now()) {
    // The feed is waited for already: it brings these too.
    engine.moments.set(name, now() + wait);
    return wait;
  }
  const underway = await roughlyUnderway(engine);
  const waiting = underway
    .filter(({ connection, object }) => connection === first.connection && object === type.object)
    .reduce((sum, each) => sum + each.count, 0);
  if (!feedIsCheaper(waiting, type.traceBatch)) return 0;
  engine.moments.set(name, now() + wait);
  return wait;
}

/** When the feed of an object can have brought all that we created there. */
export function feedMoment(connection: string, object: string): string {
  return `feed ${connection}/${object}`;
}

export function feedIsCheaper(count: number, traceBatch: number): boolean {
  return count > 5 * Math.max(1, traceBatch);
}

/** Jobs that the vendor works on; what has ended and only has to tell its ids takes no place there. */
export function jobsAt(underway: readonly Underway[], connection: string): number {
  const running = underway.filter((each) => each.connection === connection && each.state === 'job');
  return running.reduce((sum, each) => sum + each.jobs, 0);
}

/**
 * When the jobs of a connection are looked at next, all of them in one call: the more of them there are, the sooner one has ended; with
 * 20 or more the looks come to a fifth of the jobs. A single job is worth a look as soon as it may have ended. `jobs`: how many there are.
 */
export function nextLook(engine: Engine, connection: string, againMs: number, jobs: number): number {
  const now = engine.world.now();
  const key = `jobs ${connection}`;
  const planned = engine.moments.get(key) ?? 0;
  const mesh = jobs < 3 ? againMs : Math.max(2000, Math.min(5500, Math.round(50_000 / jobs)));
  // While a look is planned, jobs that are added wait for it, unless that was planned for a few of them and the many can wait longer.
  const at = planned > now ? Math.max(planned, now + mesh) : now + mesh;
  engine.moments.set(key, at);
  return at;
}

/** True while a look at this connection's jobs is planned for later: then nobody looks before. */
export function lookPlanned(engine: Engine, connection: string): number | null {
  const planned = engine.moments.get(`jobs ${connection}`) ?? 0;
  return planned > engine.world.now() ? planned : null;
}
