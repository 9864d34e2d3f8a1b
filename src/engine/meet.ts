import { matchKey } from '../model/hold.ts';
import { newEnd, withEnd } from '../model/link.ts';
import { isGone, other, type Side, type Sighting } from '../model/record.ts';
import { type Criterion, flows, type SyncSetup, sideOf } from '../model/sync.ts';
import { show } from '../model/value.ts';
import { markKey } from './keys.ts';
import { lockOf } from './lock.ts';
import { markFor } from './mark.ts';
import { nameOf } from './name.ts';
import type { DueLink, Kin, KinAsk } from './ports.ts';
import type { HoldDraft } from './verdict.ts';

/**
 * Unlinked records → links, by ranked criteria. For each half link the store is asked, per criterion value, who else on its own side
 * has it (peers) and who on the other side has it (candidates). Then:
 *
 *   candidates | peers           | then
 *   none       | –               | the next criterion; after the last one: nobody (judge may create)
 *   outside    | –               | held `ambiguous`: its twin is outside the filter, a second one must not be made
 *   one, free  | none            | join
 *   one, taken | –               | held `ambiguous`: already linked, or made from another record, or never written (an agent)
 *   one, free  | some            | held `ambiguous`, and so will each of them be: more than one in the other direction
 *   several    | –               | held `ambiguous`, unless the sync says which one (`onMany`)
 *   none at all| one is linked   | held `ambiguous`: a second record for the same name would be made
 */
export type Meeting =
  | { readonly is: 'join'; readonly due: DueLink; readonly absorb: string | null }
  | { readonly is: 'nobody' }
  | { readonly is: 'held'; readonly hold: HoldDraft };

/** One criterion value of one half link, with what is to be asked of the store about it. */
export interface Question {
  readonly criterion: Criterion;
  readonly value: string;
  /** True where it is no criterion but the mark that says which record another one was made from. */
  readonly byMark?: true;
  /** What says that the two belong together, where it is neither a criterion nor a mark: `it was converted from Lead "Ada" (00Q…)`. */
  readonly because?: string;
  /** null: nobody is to be asked. */
  readonly peers: KinAsk | null;
  readonly candidates: KinAsk | null;
}

export function pairOf(setup: SyncSetup): string {
  return `${setup.crm.connection}/${setup.crm.object}|${setup.desk.connection}/${setup.desk.object}`;
}

export function questions(setup: SyncSetup, due: DueLink): readonly Question[] {
  const side: Side = due.link.crm ? 'crm' : 'desk';
  const seen = due[side]?.seen;
  if (!seen || isGone(seen)) return [];
  return setup.match.flatMap((criterion) =>
    criterion.keys(side, seen[criterion[side]]).map((value): Question => {
      const [peers, candidates] = [side, other(side)].map((on) => askOf(setup, on, criterion[on], value));
      return { criterion, value, peers: peers ?? null, candidates: candidates ?? null };
    }),
  );
}

/** Who carries the mark that this record's twin would get? Such a record was made from it, whatever has become of our memory. */
export function markQuestion(setup: SyncSetup, due: DueLink): Question | null {
  const side: Side = due.link.crm ? 'crm' : 'desk';
  const target = other(side);
  const field = setup.mark[target]?.field;
  const mark = markFor(setup, target, due.link[side]?.id ?? '');
  if (field === undefined || mark === null) return null;
  const criterion = { crm: side === 'crm' ? 'id' : field, desk: side === 'desk' ? 'id' : field, keys: () => [] };
  const candidates = askOf(setup, target, markKey(field), mark);
  return { criterion, value: mark, byMark: true, peers: null, candidates };
}

export function askOf(setup: SyncSetup, side: Side, field: string, value: string): KinAsk {
  const { connection, object } = sideOf(setup, side);
  return { pair: pairOf(setup), side, connection, object, field, value };
}

/** Looks for a twin: it has none, and the sync carries it. */
export function isAlone(setup: SyncSetup, { link, ...sightings }: DueLink): boolean {
  if (link.crm && link.desk) return false;
  const side: Side = link.crm ? 'crm' : 'desk';
  const seen = sightings[side]?.seen;
  return seen !== undefined && !isGone(seen) && setup.within(side, seen);
}

export interface Found {
  readonly question: Question;
  readonly peers: readonly Kin[];
  readonly candidates: readonly Kin[];
}

/**
 * `chosen` is the record that a person named, if it was found at the vendor or in what we know. `marked`: candidates that carry the mark
 * of a record that is there, with that one's id. `holders`: by link, who has a candidate for its twin.
 */
export function meet(
  setup: SyncSetup,
  due: DueLink,
  found: readonly Found[],
  chosen: Kin | null = null,
  marked: ReadonlyMap<string, string> = new Map(),
  holders: ReadonlyMap<string, string> = new Map(),
): Meeting {
  const side: Side = due.link.crm ? 'crm' : 'desk';
  const target = other(side);
  const self = due.link[side]?.id;
  const answer = due.answers[''];
  const others = (kin: readonly Kin[]) =>
    kin.filter((each) => each.sighting.ref.id !== self && usable(setup, side, each));

  const taken = found
    .flatMap(({ peers }) => peers)
    .find((kin) => kin.sighting.ref.id === self)
    ?.links.find(({ whole, id }) => whole && id !== due.link.id);
  if (taken) return held(setup, due, found, `it is already linked by the sync "${taken.sync}"`, []);

  // Its twin could only write to it, and a locked record is never written.
  const locked = lockedOut(setup, side, due[side]);
  if (locked !== null) return held(setup, due, found, `it ${locked}, and Syncline never writes such a record`, []);
  if (answer?.say === 'create') return { is: 'nobody' };
  if (answer?.say === 'candidate') {
    const named =
      found.flatMap(({ candidates }) => candidates).find((kin) => kin.sighting.ref.id === answer.id) ?? chosen;
    if (!named || isGone(named.sighting.seen)) {
      return held(setup, due, found, `it was to be linked to ${answer.id}, which is not there`, []);
    }
    const holder = named.links.find(({ whole }) => whole);
    if (!holder) return join(due, target, named, setup);
    return held(setup, due, found, alreadyLinked(setup, side, named, holder, holders), []);
  }
  for (const { question, peers, candidates } of found) {
    const there = candidates.filter((kin) => usable(setup, target, kin));
    const outside = candidates.find((kin) => !isGone(kin.sighting.seen) && !usable(setup, target, kin));
    // A mark may be an old one: who has a twin, or is nobody's business, is looked for by the criteria.
    if (question.byMark && (there.length === 0 || there.some(({ links }) => links.some(({ whole }) => whole))))
      continue;
    if (there.length === 0 && outside) {
      const reason = `${nameOf(sideOf(setup, target), outside.sighting)}, which is outside the filter`;
      return held(setup, due, found, `it matches ${reason}`, reasons(target, [outside], 'is outside the filter'));
    }
    if (there.length === 0) continue;
    const match =
      question.because ??
      `its ${question.criterion[side]} matches ${question.criterion[target]} ${show(question.value)}`;
    const one = there.length === 1 ? there[0] : pick(setup.onMany, there);
    if (!one) return held(setup, due, found, `${match} of ${there.length} records`, reasons(target, there, match));
    const holder = one.links.find(({ whole }) => whole);
    if (holder) {
      const reason = alreadyLinked(setup, side, one, holder, holders);
      return held(setup, due, found, `${match}, but ${reason}`, reasons(target, [one], reason), true);
    }
    const owner = marked.get(one.sighting.ref.id);
    if (owner !== undefined && owner !== self) {
      const reason = `${nameOf(sideOf(setup, target), one.sighting)} carries the mark of ${sideOf(setup, side).type.label} ${owner}`;
      return held(
        setup,
        due,
        found,
        `${match}, but ${reason}`,
        reasons(target, [one], `carries the mark of ${owner}`),
        true,
      );
    }
    const lock = lockedOut(setup, target, one.sighting);
    if (lock !== null) {
      const reason = `${nameOf(sideOf(setup, target), one.sighting)} ${lock}, and Syncline never writes such a record`;
      return held(setup, due, found, `${match}, but ${reason}`, reasons(target, [one], lock), true);
    }
    const rivals = others(peers);
    if (rivals.length > 0 && pick(setup.onMany, [...rivals, ...own(peers, self)])?.sighting.ref.id !== self) {
      const reason = `has the same ${question.criterion[side]}`;
      return held(setup, due, found, `${match}, and so does ${names(setup, side, rivals)}`, [
        ...reasons(target, [one], match),
        ...reasons(side, rivals, reason),
      ]);
    }
    return join(due, target, one, setup);
  }
  const bearer = found.find(({ question }) => question.byMark)?.candidates.find((kin) => usable(setup, target, kin));
  const holder = bearer?.links.find(({ whole }) => whole);
  if (bearer && holder && setup.create.includes(target)) {
    const reason = alreadyLinked(setup, side, bearer, holder, holders);
    const say = `${nameOf(sideOf(setup, target), bearer.sighting)} carries its mark, but ${reason}`;
    return held(setup, due, found, say, reasons(target, [bearer], reason), true);
  }
  const rival = found.flatMap(({ peers }) => others(peers)).find((kin) => kin.links.some(({ whole }) => whole));
  if (rival && setup.create.includes(target)) {
    const field = found.find(({ peers }) => peers.includes(rival))?.question.criterion[side] ?? '';
    const say = `it has the same ${field} as ${nameOf(sideOf(setup, side), rival.sighting)}, which has a twin already`;
    return held(setup, due, found, say, reasons(side, [rival], `has the same ${field}`));
  }
  return { is: 'nobody' };
}

function alreadyLinked(
  setup: SyncSetup,
  side: Side,
  one: Kin,
  { id, sync }: Kin['links'][number],
  holders: ReadonlyMap<string, string>,
): string {
  const by = holders.get(id) ?? `another record (link ${id})`;
  const whose = sync === setup.name ? '' : ` by the sync "${sync}"`;
  return `${nameOf(sideOf(setup, other(side)), one.sighting)} is already linked to ${by}${whose}`;
}

/** Another link was faster: it has reserved one of the values that this record's twin would have. */
export function outrun(
  setup: SyncSetup,
  due: DueLink,
  found: readonly Found[],
  field: string,
  value: string,
): HoldDraft {
  const say = `it would need a twin with ${field} ${show(value)}, which another record is just getting`;
  return heldDraft(setup, due, found, say, []);
}

/** Another sync on the same two objects has this record. */
export function takenElsewhere(setup: SyncSetup, due: DueLink, found: readonly Found[]): HoldDraft {
  return heldDraft(setup, due, found, 'it is already linked by another sync on the same objects', []);
}

function join(due: DueLink, target: Side, one: Kin, setup: SyncSetup): Meeting {
  const half = one.links.find(({ sync }) => sync === setup.name);
  const link = withEnd(due.link, target, newEnd(one.sighting.ref.id, one.sighting.version));
  const joined: DueLink = target === 'crm' ? { ...due, link, crm: one.sighting } : { ...due, link, desk: one.sighting };
  return { is: 'join', due: joined, absorb: half?.id ?? null };
}

/** A record that is never written is no twin for one that would only be written to. */
function lockedOut(setup: SyncSetup, target: Side, sighting: Sighting | null): string | null {
  if (!sighting || isGone(sighting.seen) || setup.rules.some((rule) => flows(rule.direction, other(target))))
    return null;
  return lockOf(sideOf(setup, target).type, sighting.seen);
}

/** A record counts when it is there and inside the filter: what the sync does not carry cannot make a match ambiguous. */
function usable(setup: SyncSetup, side: Side, kin: Kin): boolean {
  return !isGone(kin.sighting.seen) && setup.within(side, kin.sighting.seen);
}

function own(peers: readonly Kin[], self: string | undefined): readonly Kin[] {
  return peers.filter((kin) => kin.sighting.ref.id === self);
}

/** Ids rise with time at the vendors that we know; letters and digits compare as text, numbers as numbers. */
function pick(onMany: SyncSetup['onMany'], kin: readonly Kin[]): Kin | undefined {
  if (onMany === 'hold') return undefined;
  const sorted = [...kin].sort((a, b) => compareIds(a.sighting.ref.id, b.sighting.ref.id));
  return onMany === 'oldest' ? sorted[0] : sorted.at(-1);
}

function compareIds(a: string, b: string): number {
  if (/^\d+$/.test(a) && /^\d+$/.test(b)) return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
  return a < b ? -1 : a > b ? 1 : 0;
}

function names(setup: SyncSetup, side: Side, kin: readonly Kin[]): string {
  const [first] = kin;
  const rest = kin.length - 1;
  const name = first ? nameOf(sideOf(setup, side), first.sighting) : '';
  return rest > 0 ? `${name} and ${rest} more` : name;
}

function reasons(side: Side, kin: readonly Kin[], reason: string): HoldDraft['candidates'] {
  return kin.map((each) => ({ side, id: each.sighting.ref.id, reason }));
}

function held(
  setup: SyncSetup,
  due: DueLink,
  found: readonly Found[],
  say: string,
  candidates: HoldDraft['candidates'],
  isShut = false,
): Meeting {
  return { is: 'held', hold: heldDraft(setup, due, found, say, candidates, isShut) };
}

function heldDraft(
  setup: SyncSetup,
  due: DueLink,
  found: readonly Found[],
  say: string,
  candidates: HoldDraft['candidates'],
  isShut = false,
): HoldDraft {
  const side: Side = due.link.crm ? 'crm' : 'desk';
  const target = other(side);
  const seen = due[side]?.seen;
  const first = found.find(({ question }) => !question.byMark)?.question;
  const value = first && seen && !isGone(seen) ? (seen[first.criterion[side]] ?? null) : null;
  const there = candidates.some((candidate) => candidate.side === target);
  const choose = isShut
    ? 'Unlink the other one'
    : there
      ? 'Answer "--candidate ID" to link one of them'
      : setup.create.includes(target)
        ? 'Answer "create" to make one all the same'
        : 'Link it by hand';
  const message = `${nameOf(sideOf(setup, side), due[side])}: ${say}. Nothing was written. ${choose}, or change the ${first?.criterion[side] ?? 'record'}.`;
  return {
    why: 'ambiguous',
    field: null,
    values: { crm: side === 'crm' ? value : null, desk: side === 'desk' ? value : null, base: null },
    message,
    vendorCode: null,
    candidates,
    wakes: found.flatMap(({ question }) =>
      [question.peers, question.candidates].flatMap((ask) =>
        ask ? [matchKey(ask.connection, ask.object, ask.field, ask.value)] : [],
      ),
    ),
  };
}
