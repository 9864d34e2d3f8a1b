import type { Overruled } from '../model/history.ts';
import type { Side } from '../model/record.ts';
import type { OnMatch, Policy, PolicyWord } from '../model/sync.ts';
import { type Fields, isBlank, same, type Value } from '../model/value.ts';

/**
 * One field of one link: what follows from how both sides look now, each against its own base.
 *
 * A side has moved when it differs from *its own* base, so a conversion that loses detail never looks like an edit. Equality between
 * the sides is equality under the mapping, in at least one of the directions in which the field flows. The table:
 *
 *   crm moved | desk moved | equal | then
 *   –         | –          | yes   | nothing
 *   –         | –          | no    | agreed to differ under these rules: left (lossy). Under other rules, or never agreed: first meeting
 *   one       |            | no    | sent, if the direction allows; a moved target of a one-way field is drift
 *   any       | any        | yes   | both become the base, nothing is written
 *   yes       | yes        | no    | one-way: the source is sent; two-way: a set is mixed, else the field's policy
 */
export interface FieldState {
  readonly crm: SideState;
  readonly desk: SideState;
  readonly equal: boolean;
  /** Agreed under the rule as it is now. */
  readonly sameRules: boolean;
  readonly toCrm: boolean;
  readonly toDesk: boolean;
  readonly conflict: readonly Policy[];
  readonly onMatch: OnMatch;
  /** Both fields hold several values: what moved on both sides is mixed member by member. */
  readonly isSet: boolean;
  /** Both records, for policies that are expressions; null: not shown. */
  readonly records: { readonly crm: Fields | null; readonly desk: Fields | null };
}

/** `base` undefined: never agreed. `movedAt`: the vendor's time (ms) of the move; null where it is unknown. */
export interface SideState {
  readonly now: Value;
  readonly base: Value | undefined;
  readonly movedAt: number | null;
}

export type Move =
  | { readonly is: 'nothing' }
  /** Both become the base; nothing is written. */
  | { readonly is: 'agree' }
  /** Unequal, and explained: nothing is written, the bases stay. */
  | { readonly is: 'left'; readonly why: 'lossy' | 'drift' }
  /** `over`: the target's own value is overruled (history keeps it), and by which policy. */
  | {
      readonly is: 'send';
      readonly to: Side;
      readonly why: 'edit' | 'meeting' | 'conflict';
      readonly over: Overruled | null;
    }
  /** Both sides of a set moved: each gets what the other one got and lost (members.ts). */
  | { readonly is: 'mix' }
  /** `notes`: what the policies that could not tell have to say. */
  | { readonly is: 'conflict'; readonly notes: readonly string[] };

/** Closer than this, or unknown, and the vendors' clocks cannot say which move was the newer one. */
export const tooCloseMs = 2000;

export function merge(state: FieldState): Move {
  const { crm, desk } = state;
  if (crm.base === undefined || desk.base === undefined) return state.equal ? { is: 'agree' } : meet(state);
  const crmMoved = !same(crm.now, crm.base);
  const deskMoved = !same(desk.now, desk.base);
  if (state.equal) return crmMoved || deskMoved || !state.sameRules ? { is: 'agree' } : { is: 'nothing' };
  if (!crmMoved && !deskMoved) return state.sameRules ? { is: 'left', why: 'lossy' } : meet(state);
  if (crmMoved !== deskMoved) {
    const to: Side = crmMoved ? 'desk' : 'crm';
    return allows(state, to) ? { is: 'send', to, why: 'edit', over: null } : { is: 'left', why: 'drift' };
  }
  const oneWay = oneWayTo(state);
  if (oneWay) return { is: 'send', to: oneWay, why: 'edit', over: { policy: 'source' } };
  return state.isSet ? { is: 'mix' } : decide(state);
}

function meet(state: FieldState): Move {
  const oneWay = oneWayTo(state);
  if (oneWay) return { is: 'send', to: oneWay, why: 'meeting', over: null };
  const { onMatch } = state;
  switch (onMatch) {
    case 'crm':
      return meetingTo(state, 'desk', onMatch);
    case 'desk':
      return meetingTo(state, 'crm', onMatch);
    case 'ask':
      return { is: 'conflict', notes: [] };
    case 'fill':
      if (isBlank(state.desk.now)) return meetingTo(state, 'desk', onMatch);
      if (isBlank(state.crm.now)) return meetingTo(state, 'crm', onMatch);
      // Both have a value: they agree to differ, and only a later move counts.
      return { is: 'agree' };
    case 'newest': {
      const to = newer(state);
      return to ? meetingTo(state, to, onMatch) : { is: 'conflict', notes: [tooClose(state)] };
    }
  }
}

/** Where the target has nothing, nothing gives way. */
function meetingTo(state: FieldState, to: Side, onMatch: OnMatch): Move {
  const over = isBlank(state[to].now) ? null : ({ policy: 'onMatch', note: `onMatch: ${onMatch}` } as const);
  return { is: 'send', to, why: 'meeting', over };
}

/** Both moved, unequal, two-way: the first policy that can tell. */
function decide(state: FieldState): Move {
  const notes: string[] = [];
  for (const policy of state.conflict) {
    const said = typeof policy === 'string' ? policy : worked(policy, state, notes);
    if (said === 'ask') break;
    const to = said === null ? null : sentTo(said, state, notes);
    if (said === null || to === null) continue;
    if (typeof policy !== 'string') notes.push(`the expression says ${said}`);
    else if (notes.length > 0) notes.push(said);
    const note = notes.length > 0 ? { note: notes.join(', then ') } : {};
    const over: Overruled = { policy: typeof policy === 'string' ? said : 'expression', ...note };
    return { is: 'send', to, why: 'conflict', over };
  }
  return { is: 'conflict', notes };
}

/** What an expression answers; null where it cannot tell, and `notes` says why. */
function worked(policy: Exclude<Policy, PolicyWord>, state: FieldState, notes: string[]): PolicyWord | null {
  const { crm, desk, records } = state;
  const said = policy.decide({ ...records, crmValue: crm.now, deskValue: desk.now, base: crm.base ?? null });
  if (!said.ok) notes.push(said.say);
  else if (said.word === null) notes.push('the expression cannot tell');
  return said.ok ? said.word : null;
}

/** The side that the winner's value is sent *to*; null where the word cannot tell, and `notes` says why. */
function sentTo(word: Exclude<PolicyWord, 'ask'>, state: FieldState, notes: string[]): Side | null {
  if (word !== 'newest') return word === 'crm' ? 'desk' : 'crm';
  const to = newer(state);
  if (to === null) notes.push(tooClose(state));
  return to;
}

/** The side that the newer move is to be sent *to*; null when it is too close to call. */
function newer({ crm, desk }: FieldState): Side | null {
  if (crm.movedAt === null || desk.movedAt === null) return null;
  if (Math.abs(crm.movedAt - desk.movedAt) < tooCloseMs) return null;
  return crm.movedAt > desk.movedAt ? 'desk' : 'crm';
}

function tooClose({ crm, desk }: FieldState): string {
  const apart =
    crm.movedAt === null || desk.movedAt === null
      ? 'a time is not known'
      : `${(Math.floor(Math.abs(crm.movedAt - desk.movedAt) / 100) / 10).toFixed(1)} s apart`;
  return `newest: too close to call (${apart})`;
}

function allows(state: FieldState, to: Side): boolean {
  return to === 'desk' ? state.toDesk : state.toCrm;
}

function oneWayTo(state: FieldState): Side | null {
  if (state.toDesk === state.toCrm) return null;
  return state.toDesk ? 'desk' : 'crm';
}
