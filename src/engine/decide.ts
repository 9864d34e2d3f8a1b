import { matchKey } from '../model/hold.ts';
import { isGone, other, type Side } from '../model/record.ts';
import { flows, type SyncSetup, sideOf } from '../model/sync.ts';
import type { Engine } from './engine.ts';
import { judge } from './judge.ts';
import { type Found, type Meeting, meet, questions } from './meet.ts';
import type { DueLink, Kin, KinAsk } from './ports.ts';
import { type HoldDraft, quiet, type Verdict } from './verdict.ts';

/** Of the namesakes of one record, so many are looked at. */
const kinLimit = 1000;

/** One due link with all that was found out about it, and what follows. */
export interface Decision {
  readonly due: DueLink;
  readonly found: readonly Found[];
  readonly absorb: string | null | undefined;
  readonly verdict: Verdict;
}

/** Meet and judge for a batch: one question to the store, then pure functions. Nothing is kept, nothing is written. */
export async function decide(engine: Engine, setup: SyncSetup, due: readonly DueLink[]): Promise<readonly Decision[]> {
  const found = await findKin(engine, setup, due);
  const chosen = await findChosen(engine, setup, due);
  return due.map((each, i) => {
    const kin = found[i] ?? [];
    const meeting: Meeting = isAlone(setup, each)
      ? meet(setup, each, kin, chosen.get(each.link.id) ?? null)
      : { is: 'nobody' };
    if (meeting.is === 'join')
      return { due: meeting.due, found: kin, absorb: meeting.absorb, verdict: judge(setup, meeting.due) };
    if (meeting.is === 'held' && isSource(setup, each))
      return { due: each, found: kin, absorb: undefined, verdict: heldBy(each, meeting.hold) };
    if (meeting.is === 'held') return { due: each, found: kin, absorb: undefined, verdict: heldBy(each, null) };
    return { due: each, found: kin, absorb: undefined, verdict: judge(setup, each) };
  });
}

/** A record from which nothing flows has nothing to be held for: it is found when its twin looks for it. */
function isSource(setup: SyncSetup, due: DueLink): boolean {
  const side: Side = due.link.crm ? 'crm' : 'desk';
  const seen = due[side]?.seen;
  if (due.answers['']?.say === 'skip' || !seen || isGone(seen)) return false;
  return setup.rules.some((rule) => flows(rule.direction, other(side)));
}

function heldBy(due: DueLink, hold: HoldDraft | null): Verdict {
  return hold ? { ...quiet(due.link), is: 'held', holds: [hold] } : quiet(due.link);
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
