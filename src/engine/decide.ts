import { matchKey } from '../model/hold.ts';
import { newEnd } from '../model/link.ts';
import { isGone, other, type Side } from '../model/record.ts';
import type { StandingAnswer } from '../model/standing.ts';
import { flows, type SyncSetup } from '../model/sync.ts';
import { decideStanding, findStanding } from './answers/standing.ts';
import { freezeLoops } from './brake/loop.ts';
import { asMaker } from './called/backwards.ts';
import { findCalled } from './called/called.ts';
import { withComputed } from './computed.ts';
import type { Engine } from './engine.ts';
import { findHolders } from './holders.ts';
import { judge } from './judge.ts';
import { findChosen, findMarked, findOthers, kinLimit } from './kin.ts';
import { type Found, isAlone, type Meeting, markQuestion, meet, questions } from './meet.ts';
import { judgeFollowed } from './merges/judge-merged.ts';
import { type Followed, findMerged } from './merges/merged.ts';
import { remarked, withoutTakenIn } from './merges/moved.ts';
import { findParents, type Planned } from './parents.ts';
import type { DueLink, KinAsk } from './ports.ts';
import { withEmptied } from './removal/emptied.ts';
import { released } from './removal/removal.ts';
import { holdShared } from './removal/shared.ts';
import { isRenewal, renewed } from './renewal.ts';
import { findHandedOver, findOwners, findSeniors, type Senior, twinWait, yielded } from './seniors.ts';
import { findTaken, nothingTaken, type Taken } from './taken.ts';
import { decideUndo } from './undo/decide-undo.ts';
import { findParted, isParted, unlessParted } from './undo/parted.ts';
import { stillUndone, undoneRecord, withUndone } from './undo/undone.ts';
import { type HoldDraft, nothingAround, quiet, type Verdict } from './verdict.ts';

/** One due link with all that was found out about it, and what follows. */
export interface Decision {
  readonly due: DueLink;
  readonly found: readonly Found[];
  readonly absorb: string | null | undefined;
  readonly verdict: Verdict;
  /** Its record has no twin yet, and another one points to it by a reference with a word on that. */
  readonly isCalled?: true;
}

/**
 * Meet and judge for a batch: a few questions to the store, then pure functions. Nothing is kept, nothing is written. `planned`: what
 * a preview has planned so far; null in a run, where a reference waits until that has happened.
 */
export async function decide(
  engine: Engine,
  setup: SyncSetup,
  given: readonly DueLink[],
  planned: Planned | null = null,
): Promise<readonly Decision[]> {
  if (engine.undo) return decideUndo(engine, setup, given, engine.undo);
  const taken = await withEmptied(engine, setup, given);
  const standing = await findStanding(engine, setup);
  const merged = await findMerged(engine, setup, taken);
  const moved = taken.map((each) => {
    const { due, fate } = merged.get(each.link.id) ?? { due: each, fate: null };
    return fate || due.moved || undoneRecord(setup, due) ? due : renewed(setup, released(setup, due));
  });
  const decided = await decideStanding(standing, moved, async (due) =>
    holdShared(engine, setup, await decideOn(engine, setup, due, planned, standing, merged)),
  );
  return freezeLoops(engine, setup, withoutTakenIn(decided));
}

async function decideOn(
  engine: Engine,
  setup: SyncSetup,
  taken: readonly DueLink[],
  planned: Planned | null,
  standing: readonly StandingAnswer[],
  merged: ReadonlyMap<string, Followed>,
): Promise<readonly Decision[]> {
  const called = await findCalled(engine, setup, taken);
  const seniors = await findSeniors(engine, setup, taken);
  const isLooking = (each: DueLink) =>
    isAlone(setup, each) &&
    called(each).takes &&
    !seniors.has(each.link.id) &&
    !isParted(setup, each) &&
    !isRenewal(each);
  const marked = await findMarked(engine, setup, taken.filter(isLooking));
  const found = await findKin(engine, setup, taken, isLooking);
  const others = await findOthers(engine, setup, found.flat());
  const chosen = await findChosen(engine, setup, taken);
  const owners = await findOwners(engine, setup, taken, found);
  const handed = await findHandedOver(engine, setup, taken.filter(isLooking));
  const byLink = new Map(taken.map(({ link }, i) => [link.id, found[i] ?? []]));
  const candidates = ({ link: { id } }: DueLink) => {
    const named = [handed.get(id), marked.get(id), ...(byLink.get(id) ?? [])];
    return [chosen.get(id), ...named.flatMap((each) => each?.candidates ?? [])].filter((kin) => kin !== undefined);
  };
  const holders = await findHolders(engine, setup, taken, candidates);
  const parted = await findParted(engine, setup, taken.flatMap(candidates));
  const met = taken.map((due, i) => {
    const named = handed.get(due.link.id) ?? marked.get(due.link.id);
    const all = [...(named ? [named] : []), ...(found[i] ?? [])];
    // What a sync that goes first has taken bears an old mark: it says nothing any more, and cannot be given twice.
    const isTaken = ({ question, candidates }: Found) =>
      question.byMark === true && candidates.some(({ sighting }) => owners.has(sighting.ref.id));
    const kin = all.filter((each) => !isTaken(each));
    const isMarkTaken = kin.length < all.length || isRenewal(due);
    const nobody: Meeting = { is: 'nobody' };
    const maker = called(due).makes === 'backwards' ? asMaker(setup, due.link.crm ? 'crm' : 'desk') : setup;
    const drawn = isLooking(due) ? meet(maker, due, kin, chosen.get(due.link.id) ?? null, others, holders) : nobody;
    const looked = unlessParted(setup, due, drawn, parted);
    const twin = looked.is === 'join' ? looked.due.link.desk?.id : due.link.desk?.id;
    const senior = seniors.get(due.link.id);
    const owner = owners.get(twin ?? '');
    const meeting = senior || owner ? nobody : looked;
    // Only now both records of a pair that has just met are known: what they point to, and what is computed from them.
    return {
      kin,
      meeting,
      senior,
      owner,
      isMarkTaken,
      ...withComputed(setup, meeting.is === 'join' ? meeting.due : due),
    };
  });
  const parents = await findParents(
    engine,
    setup,
    met.map(({ due }) => due),
    planned,
  );
  const decided = ({ due, failed, kin, meeting, senior, owner, isMarkTaken }: (typeof met)[number], inUse: Taken) => {
    const { takes, isNamed, makes, hears = [] } = called(due);
    const seen = { parents, planned: planned ?? nothingAround.planned, failed, isMarkTaken, taken: inUse, standing };
    const around = { ...seen, isNamed, makes };
    const lost = merged.get(due.link.id);
    // A winner that belongs to a sync which goes first stays where it is.
    const winner = owner && due.moved?.side === 'desk' ? undefined : lost?.absorb;
    const absorb = meeting.is === 'join' ? meeting.absorb : winner;
    const verdict = (): Verdict => {
      if (owner) return parting(setup, due, owner);
      if (senior) return heldBy(due, isSource(setup, due) ? yielded(setup, due, senior) : null);
      if (isParted(setup, due)) return { ...quiet(due.link), is: 'held', holds: stillUndone(setup, due) };
      if (isAlone(setup, due) && !takes) return quiet(due.link);
      if (meeting.is === 'held') return heldBy(due, isHeard(setup, due, isNamed) ? meeting.hold : null);
      const followed = judgeFollowed(setup, due, lost);
      const judged = followed ? withUndone(followed, due) : remarked(setup, due, judge(setup, due, around));
      const own = setup.yields.length > 0 ? judged.link.desk?.id : undefined;
      const waits = [...(own === undefined ? [] : [twinWait(setup, own)]), ...heardOf(setup, judged, kin, hears)];
      return waits.length === 0 ? judged : { ...judged, waits: [...judged.waits, ...waits] };
    };
    const isCalled = isNamed && (meeting.is === 'join' || isAlone(setup, due)) ? { isCalled: true as const } : {};
    return { due, found: kin, absorb, verdict: verdict(), ...isCalled };
  };
  const first = met.map((each): Decision => decided(each, nothingTaken));
  const occupied = await findTaken(engine, setup, first);
  if (occupied.size === 0) return first;
  return met.map((each, i) => {
    const own = occupied.get(each.due.link.id);
    return own ? decided(each, own) : (first[i] ?? decided(each, nothingTaken));
  });
}

/** Somebody who goes first has the twin: who had it, has it no more, and nobody writes to it in his name. */
function parting(setup: SyncSetup, due: DueLink, owner: Senior): Verdict {
  const side: Side = due.link.crm ? 'crm' : 'desk';
  const seen = due[side]?.seen;
  const isOurs = isSource(setup, due) && seen !== undefined && !isGone(seen) && setup.within(side, seen);
  const held = heldBy(due, isOurs ? yielded(setup, due, owner) : null);
  const { crm, desk } = due.link;
  return crm && desk ? { ...held, link: { ...due.link, crm: newEnd(crm.id, crm.version), desk: null } } : held;
}

/** A record from which nothing flows has nothing to be held for: it is found when its twin looks for it. */
function isSource(setup: SyncSetup, due: DueLink): boolean {
  const side: Side = due.link.crm ? 'crm' : 'desk';
  const seen = due[side]?.seen;
  if (due.answers['']?.say === 'skip' || !seen || isGone(seen)) return false;
  return setup.rules.some((rule) => flows(rule.direction, other(side)));
}

/** Nor has one that nobody points to, unless something flows from it. */
function isHeard(setup: SyncSetup, due: DueLink, isNamed: boolean): boolean {
  return (isNamed && due.answers['']?.say !== 'skip') || isSource(setup, due);
}

/**
 * Who is pointed to and has no twin hears of one that comes: that one is pointed to by nobody, so by itself it takes no part and looks for
 * nobody.
 */
function heardOf(
  { mode }: SyncSetup,
  { is, link }: Verdict,
  found: readonly Found[],
  more: readonly string[],
): readonly string[] {
  if (is !== 'agreed' || (link.crm && link.desk)) return [];
  if (mode !== 'referenced') return more;
  return [...more, ...found.flatMap(({ question: { candidates } }) => (candidates ? [keyOf(candidates)] : []))];
}

function heldBy(due: DueLink, hold: HoldDraft | null): Verdict {
  return hold ? { ...quiet(due.link), is: 'held', holds: [hold] } : quiet(due.link);
}

async function findKin(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
  isLooking: (due: DueLink) => boolean,
): Promise<readonly (readonly Found[])[]> {
  const asked = due.map((each) => {
    if (!isLooking(each)) return [];
    const byMark = markQuestion(setup, each);
    return [...(byMark ? [byMark] : []), ...questions(setup, each)];
  });
  // Many records of one batch may ask the same: each question is put once.
  const asks = new Map(
    asked
      .flat()
      .flatMap(({ peers, candidates }) => [peers, candidates].flatMap((ask) => (ask ? [[keyOf(ask), ask]] : []))),
  );
  if (asks.size === 0) return due.map(() => []);
  const answers = await engine.store.kin([...asks.values()], kinLimit);
  const kin = new Map([...asks.keys()].map((key, i) => [key, answers[i] ?? []]));
  const answer = (ask: KinAsk | null) => (ask ? (kin.get(keyOf(ask)) ?? []) : []);
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
