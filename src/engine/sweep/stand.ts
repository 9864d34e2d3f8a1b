import { isGone, other, type Side, type Sighting } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { same, show } from '../../model/value.ts';
import type { Decision } from '../decide.ts';
import { nameOf } from '../name.ts';
import type { Standing } from './ports.ts';

/**
 * How one link stands to the sweep: a pure reading of what would be decided about it.
 *
 *   a link that                               | counts as                  | and is
 *   has both ends, and nothing differs        | pair                       | equal
 *   would be written, joined or newly held    | pair, or orphan            | differs: made due, and looked at once more at the end
 *   is due, or being written                  | pair, or orphan            | differs: looked at once more at the end, then explained `working` or `failing`
 *   has a hold                                | pair, or orphan            | explained by the hold's reason
 *   has an end that was removed, or left      | pair                       | explained `removed`, `outside`
 *   was edited on the target of a one-way field | pair                     | drifted
 *   differs as it did when both last agreed   | pair                       | explained `lossy`
 *   has one end, inside its filter            | orphan                     | explained: why it gets no twin
 *   has one end, gone or outside its filter   | nothing                    |
 *   has two ends, and both were removed       | nothing                    |
 */
export interface Stood {
  readonly as: 'pair' | Side | null;
  readonly is: 'equal' | 'drifted' | 'explained' | 'differs';
  /** One word, '' where it is equal. */
  readonly why: string;
  /** It waits for a person, or fails again and again. */
  readonly waits: boolean;
  /** It would be written, joined or newly held: to be made due, where it is not. */
  readonly act: boolean;
}

const nothing: Stood = { as: null, is: 'equal', why: '', waits: false, act: false };

/** `isLast`: it is not looked at again, so what is still at work is explained by that. */
export function stand(setup: SyncSetup, standing: Standing, decision: Decision, isLast: boolean): Stood {
  const as = kindOf(setup, standing);
  if (as === null) return nothing;
  const reason = writing(setup, standing, decision) ?? held(standing) ?? resting(setup, as, decision);
  if (!standing.working || standing.paused) return { ...nothing, as, ...reason };
  const isFailing = standing.link.tries > 0;
  const why = isFailing ? 'failing' : 'working';
  return { as, is: isLast ? 'explained' : 'differs', why, waits: isFailing, act: reason.act === true };
}

type Reason = Partial<Stood> & Pick<Stood, 'is'>;

function kindOf(setup: SyncSetup, { link: { link, holds, ...seen } }: Standing): Stood['as'] {
  // Where both are gone there is nothing to compare.
  if (link.crm && link.desk) return isRemoved(seen.crm) && isRemoved(seen.desk) && holds.length === 0 ? null : 'pair';
  const side: Side = link.crm ? 'crm' : 'desk';
  return isInside(setup, side, seen[side]) ? side : null;
}

function isRemoved(sighting: Sighting | null): boolean {
  return sighting !== null && isGone(sighting.seen);
}

function isInside(setup: SyncSetup, side: Side, sighting: Sighting | null): boolean {
  return sighting !== null && !isGone(sighting.seen) && setup.within(side, sighting.seen);
}

/** What judging says would change something. A person's word and a pause are respected: then it is explained. */
function writing(setup: SyncSetup, { paused, link: { holds } }: Standing, decision: Decision): Reason | null {
  const { verdict, absorb } = decision;
  const isNewlyHeld = verdict.holds.some(
    (hold) => !holds.some((known) => known.why === hold.why && known.field === hold.field),
  );
  if (verdict.write === null && absorb === undefined && !isNewlyHeld) return null;
  if (paused) return { is: 'explained', why: 'paused' };
  const writes = [verdict.write, verdict.next].filter((write) => write !== null);
  const isBraked = writes.every(({ side }) => holds.some(({ brake }) => brake?.side === side));
  // What a brake stops is decided without it here: that it is held is all there is to say.
  if (isBraked && writes.length > 0 && absorb === undefined && !isNewlyHeld) return null;
  // So is what the vendor has refused as a whole: it is tried again when something moves, or a person says so.
  if (!isNewlyHeld && absorb === undefined && holds.some(({ why, field }) => why === 'refused' && field === null))
    return null;
  if (setup.mode === 'watch' && !isNewlyHeld) return { is: 'explained', why: 'watched' };
  return { is: 'differs', why: 'differs', act: true };
}

function held({ link: { holds } }: Standing): Reason | null {
  const [hold] = holds;
  // What a person has undone stays so: nobody waits for anything.
  return hold ? { is: 'explained', why: hold.why, waits: hold.why !== 'undone' } : null;
}

function resting(setup: SyncSetup, as: 'pair' | Side, { verdict, due }: Decision): Reason {
  if (as !== 'pair') return { is: 'explained', why: aloneFor(setup, as, { verdict, due }) };
  if (isRemoved(due.crm) || isRemoved(due.desk)) return { is: 'explained', why: 'removed' };
  if ((['crm', 'desk'] as const).some((side) => due[side] !== null && !isInside(setup, side, due[side])))
    return { is: 'explained', why: 'outside' };
  if (verdict.waits.length > 0 && verdict.explained.lossy > 0) return { is: 'explained', why: 'waits' };
  if (verdict.explained.drift > 0) return { is: 'drifted', why: 'drift' };
  return verdict.explained.lossy > 0 ? { is: 'explained', why: 'lossy' } : { is: 'equal' };
}

function aloneFor(setup: SyncSetup, side: Side, { verdict, due }: Pick<Decision, 'verdict' | 'due'>): string {
  if (verdict.is === 'waits') return 'waits';
  if (due.answers['']?.say === 'skip') return 'skipped';
  if (!setup.create.includes(other(side))) return 'not-created';
  return setup.mode === 'referenced' ? 'not-referenced' : 'left';
}

const words: Readonly<Record<string, string>> = {
  lossy:
    'they looked so when both last agreed: the mapping cannot carry the difference, or the sync does not write that side.',
  removed: 'one of them was removed, and the sync keeps the other one.',
  outside: 'one of them is outside its filter, so they stay linked and are left alone.',
  waits: 'a record that one of them points to has no twin yet.',
  paused: 'the link is paused.',
  watched: 'the sync only watches.',
  working: 'they are due, or being written just now.',
  failing: 'writing them failed, and is tried again: `failures` says why.',
  differs: 'they differ, and were made due: the next run writes them.',
  skipped: 'a person has said to leave it without a twin.',
  'not-created': 'the sync does not create records there.',
  'not-referenced': 'no record of another sync points to it.',
  left: 'it is left to another sync, or was parted by hand.',
};

/** Why a link stands as it does, in a sentence or two for a person. */
export function tell(setup: SyncSetup, { link: due }: Standing, { as, why }: Stood): string {
  const [hold] = due.holds;
  if (hold && why === hold.why) return hold.message;
  if (as === 'crm' || as === 'desk') {
    const there = sideOf(setup, other(as)).label;
    return `${nameOf(sideOf(setup, as), due[as])} has no twin in ${there}: ${words[why] ?? why}`;
  }
  const pair = `${nameOf(setup.crm, due.crm, due.link.crm?.id)} and ${nameOf(setup.desk, due.desk, due.link.desk?.id)}`;
  const fields = differences(setup, due);
  const differing = fields.length === 0 ? '' : `${fields.join(', ')}; `;
  return `${pair}: ${differing}${why === 'drift' ? driftWords(setup) : (words[why] ?? why)}`;
}

function driftWords(setup: SyncSetup): string {
  return setup.drift === 'restore'
    ? 'a field that flows one way was edited on its target, and is written back.'
    : 'a field that flows one way was edited on its target. It stays until its source changes; `drift: restore` writes it back.';
}

/** The fields in which both sides differ, as they show them: `Phone "1" in Salesforce, phone "2" in Zendesk`. */
function differences(setup: SyncSetup, due: Standing['link']): readonly string[] {
  const seen = (side: Side) => {
    const sighting = due[side];
    return sighting && !isGone(sighting.seen) ? sighting.seen : null;
  };
  const [crm, desk] = [seen('crm'), seen('desk')];
  if (!crm || !desk) return [];
  return setup.rules.flatMap((rule) => {
    const [left, right] = [crm[rule.crm], desk[rule.desk]];
    if (left === undefined || right === undefined || rule.pointer) return [];
    const [here, there] = [rule.normal('crm', left), rule.normal('desk', right)];
    if (same(here, there) || rule.equal(here, there)) return [];
    return [`${rule.crm} ${show(here)} in ${setup.crm.label}, ${rule.desk} ${show(there)} in ${setup.desk.label}`];
  });
}
