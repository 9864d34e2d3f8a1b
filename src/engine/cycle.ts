import { FaultError } from '../model/fault.ts';
import { type Hold, matchKey } from '../model/hold.ts';
import { isGone, other, type Side } from '../model/record.ts';
import { flows, type SyncSetup, sideOf } from '../model/sync.ts';
import { newId } from '../model/world.ts';
import { connectionOf, count, type Engine, setupOf } from './engine.ts';
import { backOffMs, pauseOf } from './fail.ts';
import { judge } from './judge.ts';
import { type Looked, lookAtVendor, reread } from './look.ts';
import { type Found, type Meeting, meet, outrun, questions, takenElsewhere } from './meet.ts';
import { type Batch, plan } from './plan.ts';
import type { DueLink, Intent, Kin, KinAsk, LinkChange } from './ports.ts';
import { type Settled, settle } from './settle.ts';
import type { HoldDraft, Verdict } from './verdict.ts';

/** How long a worker may decide about what it took, and how long a call may take, before others take over. */
const leaseMs = 120_000;
const callMs = 120_000;
/** A call that could not end before others take it for lost is not begun: less than this left, and it is decided anew. */
const sendWindowMs = 45_000;
/** Memory is bounded by this, never by the number of records. */
export const takeLimit = 1000;
/** Of the namesakes of one record, so many are looked at. */
const kinLimit = 1000;

/**
 * One batch of due links of one sync, from taking to settling; the only orchestrator:
 *
 *   take (lease) → look (only what is out of date) → meet → judge → plan → commit intents → write → settle
 *
 * Each step holds a transaction *or* talks HTTP, never both. Answers how many links it took.
 */
export async function cycle(engine: Engine, setup: SyncSetup, limit: number = takeLimit): Promise<number> {
  const { store, world } = engine;
  const lease = newId(world);
  const taken = await store.take({ syncs: [setup.name], now: world.now(), limit, lease, until: world.now() + leaseMs });
  if (taken.length === 0) return 0;
  try {
    const looked = await lookAtVendor(engine, setup, taken);
    if (looked.failed.length > 0) await putOff(engine, looked.failed, lease);
    const first = await decide(engine, setup, looked.due);
    const decided = await rereadOrPutOff(engine, setup, first, lease);
    const batches = await intend(engine, setup, decided, lease);
    for (const batch of batches) await send(engine, batch);
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
    return { ...same(due), due: { at, tries: due.tries + 1, fault, askVendor: due.askVendor } };
  });
  await store.commit(changes, lease, now);
}

/** One due link with all that was found out about it, and what follows. */
export interface Decision {
  readonly due: DueLink;
  readonly found: readonly Found[];
  readonly absorb: string | null | undefined;
  readonly verdict: Verdict;
}

async function decide(engine: Engine, setup: SyncSetup, due: readonly DueLink[]): Promise<readonly Decision[]> {
  const found = await findKin(engine, setup, due);
  const chosen = await findChosen(engine, setup, due);
  return due.map((each, i) => {
    const kin = found[i] ?? [];
    const meeting: Meeting = isAlone(setup, each)
      ? meet(setup, each, kin, chosen.get(each.link.id) ?? null)
      : { is: 'nobody' };
    if (meeting.is === 'join')
      return { due: meeting.due, found: kin, absorb: meeting.absorb, verdict: judge(setup, meeting.due) };
    if (meeting.is === 'held' && matters(setup, each))
      return { due: each, found: kin, absorb: undefined, verdict: heldBy(each, meeting.hold) };
    if (meeting.is === 'held') return { due: each, found: kin, absorb: undefined, verdict: heldBy(each, null) };
    return { due: each, found: kin, absorb: undefined, verdict: judge(setup, each) };
  });
}

/** A record from which nothing flows has nothing to be held for: it is found when its twin looks for it. */
function matters(setup: SyncSetup, due: DueLink): boolean {
  const side: Side = due.link.crm ? 'crm' : 'desk';
  const seen = due[side]?.seen;
  if (due.answers['']?.say === 'skip' || !seen || isGone(seen)) return false;
  return setup.rules.some((rule) => flows(rule.direction, other(side)));
}

function heldBy(due: DueLink, hold: HoldDraft | null): Verdict {
  return {
    is: hold ? 'held' : 'agreed',
    link: due.link,
    write: null,
    again: false,
    holds: hold ? [hold] : [],
    claims: [],
    explained: { drift: 0, lossy: 0 },
  };
}

/** Looks for a twin: it has none, and the sync carries it. */
function isAlone(setup: SyncSetup, { link, ...sightings }: DueLink): boolean {
  if (link.crm && link.desk) return false;
  const side: Side = link.crm ? 'crm' : 'desk';
  const seen = sightings[side]?.seen;
  return seen !== undefined && !isGone(seen) && setup.within(side, seen);
}

async function findKin(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
): Promise<readonly (readonly Found[])[]> {
  const asked = due.map((each) => (isAlone(setup, each) ? questions(setup, each) : []));
  // Many records of one batch may ask the same: each question is put once.
  const asks = new Map(
    asked.flat().flatMap(({ peers, candidates }) => [peers, candidates].map((ask) => [keyOf(ask), ask])),
  );
  if (asks.size === 0) return due.map(() => []);
  const answers = await engine.store.kin([...asks.values()], kinLimit);
  const kin = new Map([...asks.keys()].map((key, i) => [key, answers[i] ?? []]));
  const answer = (ask: KinAsk) => kin.get(keyOf(ask)) ?? [];
  return asked.map((list) =>
    list.map((question) => ({
      question,
      peers: answer(question.peers),
      candidates: answer(question.candidates),
    })),
  );
}

function keyOf({ connection, object, field, value }: KinAsk): string {
  return matchKey(connection, object, field, value);
}

/** The records that a person named to be linked, by link: whatever they are matched by. */
async function findChosen(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
): Promise<ReadonlyMap<string, Kin>> {
  const chosen = new Map<string, Kin>();
  for (const { link, answers } of due) {
    const answer = answers[''];
    if (answer?.say !== 'candidate') continue;
    const { connection, object } = sideOf(setup, link.crm ? 'desk' : 'crm');
    const [known] = await engine.store.known(connection, object, [answer.id]);
    if (!known?.sighting) continue;
    const links = known.links.map((each) => {
      const whole = each.inFlight || (each.link.crm !== null && each.link.desk !== null);
      return { id: each.link.id, sync: each.link.sync, whole };
    });
    chosen.set(link.id, { sighting: known.sighting, links });
  }
  return chosen;
}

/** Keeps what was decided: joins, bases, holds, claims and intents. Who lost a claim is held, who lost a lease is left to others. */
async function intend(
  engine: Engine,
  setup: SyncSetup,
  decisions: readonly Decision[],
  lease: string,
): Promise<readonly Batch[]> {
  const { store, world } = engine;
  const now = world.now();
  const intents = decisions.map((decision) => intentOf(engine, setup, decision, now));
  const batches = plan(
    engine.setups,
    intents.filter((intent) => intent !== null),
    world,
  );
  const planned = new Map(batches.flatMap((batch) => batch.intents.map((intent) => [intent.id, intent])));
  const changes = decisions.map((decision, i) =>
    changeOf(engine, setup, decision, planned.get(intents[i]?.id ?? '') ?? null, now),
  );
  const results = await store.commit(changes, lease, now);
  const done = new Set<string>();
  const outran: LinkChange[] = [];
  results.forEach((result, i) => {
    const decision = decisions[i];
    const intent = intents[i];
    if (!decision) return;
    if (result.is === 'done') {
      if (intent) done.add(intent.id);
      if (decision.absorb !== undefined) count(engine, setup.name, 'linked');
      if (decision.verdict.is === 'held') engine.progress.count += 1;
      if (decision.verdict.is === 'agreed' && decision.absorb === undefined) count(engine, setup.name, 'unchanged');
    }
    if (result.is === 'lost') {
      // Somebody else was faster with this record: what stands there now is looked at after a pause.
      outran.push(lostTo(engine, setup, decision));
    }
    if (result.is === 'claimed') {
      const hold = outrun(setup, decision.due, decision.found, result.claim.field, result.claim.value);
      outran.push({ ...same(decision.due), due: 'clear', holds: [holdOf(engine, setup, decision.due, hold)] });
    }
  });
  if (outran.length > 0) await store.commit(outran, lease, now);
  return batches
    .map((batch) => ({ ...batch, intents: batch.intents.filter((intent) => done.has(intent.id)) }))
    .filter((batch) => batch.intents.length > 0);
}

/** Looked at again after a pause; where that does not help, another sync has the record, and a person should know. */
function lostTo(engine: Engine, setup: SyncSetup, { due, verdict, found }: Decision): LinkChange {
  const { random, now } = engine.world;
  if (due.tries > 0 && verdict.write?.operation.do === 'create') {
    const hold = takenElsewhere(setup, due, found);
    return { ...same(due), due: 'clear', holds: [holdOf(engine, setup, due, hold)] };
  }
  const at = now() + backOffMs(random, due.tries);
  return { ...same(due), due: { at, tries: due.tries + 1, fault: null, askVendor: false } };
}

function same(due: DueLink): Pick<LinkChange, 'link' | 'turn'> {
  return { link: due.link.id, turn: due.turn };
}

function intentOf(engine: Engine, setup: SyncSetup, decision: Decision, now: number): Intent | null {
  const { verdict, due } = decision;
  if (!verdict.write || setup.mode === 'watch') return null;
  const { side, operation, cause, before, agreed } = verdict.write;
  return {
    id: newId(engine.world),
    run: engine.run,
    sync: setup.name,
    link: due.link.id,
    connection: sideOf(setup, side).connection,
    side,
    operation,
    cause,
    before,
    agreed,
    turn: due.turn,
    tries: due.tries,
    asked: due.askVendor,
    again: verdict.again,
    batch: '',
    place: 0,
    at: now,
    state: 'open',
    job: null,
    againAt: now + callMs,
  };
}

function changeOf(
  engine: Engine,
  setup: SyncSetup,
  decision: Decision,
  intent: Intent | null,
  now: number,
): LinkChange {
  const { due, verdict, absorb } = decision;
  const joined = absorb !== undefined;
  const moved = verdict.link !== due.link || joined;
  const linked = {
    id: newId(engine.world),
    at: now,
    run: engine.run,
    sync: setup.name,
    link: due.link.id,
    side: 'desk',
    do: 'link',
    cause: 'meeting',
    record: verdict.link.desk?.id ?? null,
    fields: {},
    outcome: 'ok',
  } as const;
  return {
    link: due.link.id,
    turn: due.turn,
    ...(moved ? { ends: { crm: verdict.link.crm, desk: verdict.link.desk } } : {}),
    ...(joined ? { absorb, history: [linked] } : {}),
    ...(verdict.claims.length > 0 ? { claims: verdict.claims } : {}),
    ...(intent ? { open: [intent] } : {}),
    holds: verdict.holds.map((hold) => holdOf(engine, setup, due, hold)),
    // With a write, a person's word is used up once the vendor has taken it: a busy vendor must not make us forget it.
    clearAnswers: intent === null,
    due: intent ? 'keep' : 'clear',
  };
}

function holdOf(engine: Engine, setup: SyncSetup, due: DueLink, draft: HoldDraft): Hold {
  return {
    ...draft,
    id: newId(engine.world),
    sync: setup.name,
    link: due.link.id,
    tries: due.tries,
    since: engine.world.now(),
  };
}

/** One vendor call. What came back is settled; a job is noted before anything else happens. */
async function send(engine: Engine, batch: Batch): Promise<void> {
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
    await store.noteJob(
      batch.intents.map((intent) => intent.id),
      sent.job,
      await nextLook(engine, batch.connection, sent.againMs),
    );
    return;
  }
  await settleAll(engine, batch.intents, sent.done);
}

function notNow(afterMs: number, say: string) {
  return { ok: false, fault: { kind: 'limit', say, afterMs } } as const;
}

/** Settles what is known; creates whose answer was lost, or told no id, stay intents until they are traced. */
export async function settleAll(
  engine: Engine,
  intents: readonly Intent[],
  outcomes: readonly Settled['outcome'][],
): Promise<void> {
  const settled: Settled[] = [];
  const unsure: { intent: Intent; afterMs: number }[] = [];
  intents.forEach((intent, i) => {
    const outcome = outcomes[i];
    if (!outcome) return;
    const lost = !outcome.ok && outcome.fault.kind === 'unsure' && intent.operation.do === 'create';
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
      unsure.map(({ intent }) => intent),
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
  const underway = await engine.store.underway([first.connection]);
  const waiting = underway.filter(({ object }) => object === type.object).reduce((sum, each) => sum + each.count, 0);
  if (!feedIsCheaper(waiting, type.traceBatch)) return 0;
  const wait = type.feed.lagMs + 5000;
  engine.moments.set(feedMoment(first.connection, type.object), engine.world.now() + wait);
  return wait;
}

/** When the feed of an object can have brought all that we created there. */
export function feedMoment(connection: string, object: string): string {
  return `feed ${connection}/${object}`;
}

export function feedIsCheaper(count: number, traceBatch: number): boolean {
  return count > 5 * Math.max(1, traceBatch);
}

/**
 * When the jobs of a connection are looked at next, all of them in one call: the more of them there are, the sooner one has ended; with
 * 20 or more the looks come to a fifth of the jobs. A single job is worth a look as soon as it may have ended.
 */
export async function nextLook(engine: Engine, connection: string, againMs: number): Promise<number> {
  const now = engine.world.now();
  const key = `jobs ${connection}`;
  const planned = engine.moments.get(key) ?? 0;
  const jobs = (await engine.store.underway([connection])).reduce((sum, each) => sum + each.jobs, 0);
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
