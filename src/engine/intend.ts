import { type HistoryRow, watchedOutcome } from '../model/history.ts';
import type { Hold } from '../model/hold.ts';
import { isGone, other, type Side } from '../model/record.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';
import { newId } from '../model/world.ts';
import type { Decision } from './decide.ts';
import { count, type Engine } from './engine.ts';
import { backOffMs } from './fail.ts';
import { bondKey } from './keys.ts';
import { outrun, takenElsewhere } from './meet.ts';
import { movedRow } from './merges/moved.ts';
import { aloneWakes, isParent, parentWakes, waitKeys } from './parents.ts';
import { type Batch, plan } from './plan.ts';
import type { DueLink, Intent, LinkChange } from './ports.ts';
import { unlessBegun } from './removal/memory.ts';
import { hasRemoved, isLookedAtAgain, partedRow } from './removal/removal.ts';
import { isRenewal } from './renewal.ts';
import { twinWakes } from './seniors.ts';
import type { HoldDraft, Verdict } from './verdict.ts';

/** A record is not kept waiting for its parent longer than this without a look whether that still makes sense. */
const longestWaitMs = 5 * 60_000;
/** The winner of a merge that is just being given a twin is looked at again after this (ms). */
const shortWaitMs = 5000;
/** How long a call may take, from the intent on, before others take it for lost. */
const callMs = 120_000;

/** Keeps what was decided: joins, bases, holds, claims and intents. Who lost a claim is held, who lost a lease is left to others. */
export async function intend(
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
      const wakes = aloneWakes(engine.setups, setup, decision.due.link);
      const holds = [holdOf(engine, setup, decision.due, hold)];
      outran.push({ ...changeFor(decision.due), due: 'clear', wakes, holds });
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
    const wakes = aloneWakes(engine.setups, setup, due.link);
    return { ...changeFor(due), due: 'clear', wakes, holds: [holdOf(engine, setup, due, hold)] };
  }
  const at = now() + backOffMs(random, due.tries);
  return { ...changeFor(due), due: { at, tries: due.tries + 1, fault: null, askVendor: false } };
}

export function changeFor(due: DueLink): Pick<LinkChange, 'link' | 'turn'> {
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
    ...sourceOf(decision, side),
    again:
      verdict.next !== null ||
      engine.undo !== undefined ||
      due.moved?.again === true ||
      pointsToItself(setup, decision) ||
      isToListen(setup, decision) ||
      isLookedAtAgain(verdict.write) ||
      isRenewal(due),
    batch: '',
    place: 0,
    at: now,
    state: 'open',
    job: null,
    againAt: now + callMs,
  };
}

/** Who had last changed the record that this write comes from. An undo's comes from history. */
function sourceOf({ due, verdict }: Decision, target: Side): Pick<Intent, 'source'> {
  const sighting = due[other(target)];
  if (!sighting || isGone(sighting.seen) || verdict.write?.cause === 'undo') return {};
  return { source: { by: sighting.by, at: sighting.at } };
}

/** A record may point to itself: nobody but it can wake it once it has its twin. */
function pointsToItself(setup: SyncSetup, { verdict, due }: Decision): boolean {
  const own = verdict.waits.length > 0 ? parentWakes(setup, due.link) : [];
  return verdict.waits.some((key) => own.includes(key));
}

/** Who has just got a twin that a sync which goes first may want is looked at once more, to hear of that. */
function isToListen(setup: SyncSetup, { verdict }: Decision): boolean {
  return setup.yields.length > 0 && verdict.write?.operation.do === 'create';
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
  // Decided without getting a twin: who waits for it goes on without.
  const alone = !joined && !intent && verdict.is !== 'waits' ? aloneWakes(engine.setups, setup, verdict.link) : [];
  // Also where it has been whole all along: a twin that was deleted may have come back.
  const isWhole = verdict.link.crm !== null && verdict.link.desk !== null;
  const children = isWhole && isParent(engine.setups, setup.name) ? parentWakes(setup, verdict.link) : alone;
  const juniors = joined ? twinWakes(engine.setups, setup, verdict.link.desk?.id) : [];
  const was = due.was ?? due.link;
  const bond = was.crm && was.desk && (!isWhole || hasRemoved(due)) ? [bondKey(due.link.id)] : [];
  const wakes = [...children, ...juniors, ...bond];
  const link = intent ? verdict.link : unlessBegun(verdict.link, due.link);
  const moved = link !== was || joined;
  const watched = setup.mode === 'watch' ? wouldHave(engine, setup, verdict, now) : [];
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
    ...(moved ? { ends: { crm: link.crm, desk: link.desk } } : {}),
    ...(joined ? { absorb } : {}),
    history: [
      ...(joined ? [due.moved ? movedRow(linked, due.link, due.moved) : linked] : []),
      ...(intent ? [] : partedRow(linked, was, verdict.link)),
      ...watched,
    ],
    ...(intent && verdict.claims.length > 0 ? { claims: verdict.claims } : {}),
    ...(wakes.length > 0 ? { wakes } : {}),
    waits: waitKeys(verdict).map((key) => ({ key, lane: due.lane })),
    ...(intent ? { open: [intent] } : {}),
    holds: verdict.holds.map((hold) => holdOf(engine, setup, due, hold)),
    // With a write, a person's word is used up once the vendor has taken it: a busy vendor must not make us forget it.
    clearAnswers: intent === null,
    due: intent ? 'keep' : dueAfter(setup, decision, now),
  };
}

/**
 * Whoever waits is woken; should nobody be there to do that (a pause, another config), it is looked at again all the same. Who points to
 * itself and has just been joined can be woken by nobody.
 */
function dueAfter(setup: SyncSetup, decision: Decision, now: number): LinkChange['due'] {
  const { verdict, due, absorb } = decision;
  const { tries, askVendor } = due;
  // Nobody wakes who waits for no key.
  const waitMs = verdict.waits.length > 0 ? longestWaitMs : shortWaitMs;
  if (verdict.is === 'waits') return { at: verdict.until ?? now + waitMs, tries, fault: null, askVendor };
  const joinedToItself = absorb !== undefined && pointsToItself(setup, decision);
  return joinedToItself || due.moved?.again ? { at: now, tries: 0, fault: null, askVendor: false } : 'clear';
}

/** Mode `watch`: what would have been written is history, and nothing else. */
function wouldHave(engine: Engine, setup: SyncSetup, verdict: Verdict, now: number): readonly HistoryRow[] {
  return [verdict.write, verdict.next].flatMap((write) => {
    if (!write) return [];
    const { side, operation, cause, before } = write;
    const record = operation.do === 'create' ? null : operation.ref.id;
    const row = { id: newId(engine.world), at: now, run: engine.run, sync: setup.name, link: operation.link };
    return [{ ...row, side, do: operation.do, cause, record, fields: before, outcome: watchedOutcome }];
  });
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
