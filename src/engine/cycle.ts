import { FaultError } from '../model/fault.ts';
import type { Hold } from '../model/hold.ts';
import { other, type Side } from '../model/record.ts';
import { flows, type SyncSetup, sideOf } from '../model/sync.ts';
import { newId } from '../model/world.ts';
import { connectionOf, count, type Engine, setupOf } from './engine.ts';
import { judge } from './judge.ts';
import { lookAtVendor, reread } from './look.ts';
import { type Found, type Meeting, meet, outrun, questions } from './meet.ts';
import { type Batch, plan } from './plan.ts';
import type { DueLink, Intent, LinkChange } from './ports.ts';
import { type Settled, settle } from './settle.ts';
import type { HoldDraft, Verdict } from './verdict.ts';

/** How long a worker may decide about what it took, and how long a call may take, before others take over. */
const leaseMs = 120_000;
const callMs = 60_000;
/** Memory is bounded by this, never by the number of records. */
export const takeLimit = 1000;
/** Due links with one match value may have many namesakes: more than this are not listed. */
const kinLimit = 10;

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
    const first = await decide(engine, setup, looked);
    const decided = await reread(engine, setup, first, (due) => decide(engine, setup, due));
    const batches = await intend(engine, setup, decided, lease);
    for (const batch of batches) await send(engine, batch);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    // A read that a decision needed failed: nothing was decided, the links stay due.
    waitFor(engine, setup, error);
  } finally {
    await store.release(lease);
  }
  return taken.length;
}

function waitFor(engine: Engine, setup: SyncSetup, error: FaultError): void {
  const until = engine.world.now() + (error.fault.afterMs ?? 10_000);
  for (const { connection } of [setup.crm, setup.desk])
    engine.waits.set(connection, { until, reason: error.fault.say });
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
  return due.map((each, i) => {
    const kin = found[i] ?? [];
    const half = !each.link.crm || !each.link.desk;
    const meeting: Meeting = half && kin.length > 0 ? meet(setup, each, kin) : { is: 'nobody' };
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
  if (due.answers['']?.say === 'skip' || (seen && 'gone' in seen)) return false;
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

async function findKin(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
): Promise<readonly (readonly Found[])[]> {
  const asked = due.map((each) => (each.link.crm && each.link.desk ? [] : questions(setup, each)));
  const asks = asked.flat().flatMap(({ peers, candidates }) => [peers, candidates]);
  if (asks.length === 0) return due.map(() => []);
  const answers = await engine.store.kin(asks, kinLimit);
  let next = 0;
  return asked.map((list) =>
    list.map((question) => ({ question, peers: answers[next++] ?? [], candidates: answers[next++] ?? [] })),
  );
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
      if (decision.verdict.is === 'agreed' && decision.absorb === undefined) count(engine, setup.name, 'unchanged');
    }
    if (result.is === 'claimed') {
      const hold = outrun(setup, decision.due, decision.found, result.claim.field, result.claim.value);
      outran.push({
        link: decision.due.link.id,
        turn: decision.due.turn,
        due: 'clear',
        holds: [holdOf(engine, setup, decision.due, hold)],
      });
    }
  });
  if (outran.length > 0) await store.commit(outran, lease, now);
  return batches
    .map((batch) => ({ ...batch, intents: batch.intents.filter((intent) => done.has(intent.id)) }))
    .filter((batch) => batch.intents.length > 0);
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
    again: verdict.again,
    batch: '',
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
    clearAnswers: true,
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
  const sent =
    wait && wait.until > world.now()
      ? { done: operations.map(() => notNow(wait.until - world.now(), wait.reason)) }
      : await connection.write(operations, world.now() + callMs);
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
 * as soon as its lag has passed.
 */
async function feedWait(engine: Engine, unsure: readonly Intent[]): Promise<number> {
  const [first] = unsure;
  const setup = first && setupOf(engine, first.sync);
  if (!first || !setup) return 0;
  const { type } = sideOf(setup, first.side);
  const underway = await engine.store.underway([first.connection]);
  const waiting = underway.filter(({ object }) => object === type.object).reduce((sum, each) => sum + each.count, 0);
  return feedIsCheaper(waiting, type.traceBatch) ? type.feed.lagMs + 5000 : 0;
}

export function feedIsCheaper(count: number, traceBatch: number): boolean {
  return count > 5 * Math.max(1, traceBatch);
}

/** Jobs are looked at together: on a grid whose mesh keeps the calls at a fifth of the jobs, as long as there are enough of them. */
export async function nextLook(engine: Engine, connection: string, againMs: number): Promise<number> {
  const now = engine.world.now();
  const jobs = (await engine.store.underway([connection])).reduce((sum, each) => sum + each.jobs, 0);
  if (jobs < 3) return now + againMs;
  const mesh = Math.max(2000, Math.min(5500, Math.round(50_000 / jobs)));
  return Math.ceil((now + mesh / 2) / mesh) * mesh;
}
