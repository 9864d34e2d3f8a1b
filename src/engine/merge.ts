import type { Side } from '../model/record.ts';
import type { OnMatch, Policy } from '../model/sync.ts';
import { isBlank, same, type Value } from '../model/value.ts';

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
 *   yes       | yes        | no    | one-way: the source is sent; two-way: the field's policy
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
  /** `over`: the target's own move is overruled (history keeps its value), and by which policy. */
  | {
      readonly is: 'send';
      readonly to: Side;
      readonly why: 'edit' | 'meeting' | 'conflict';
      readonly over: Policy | OnMatch | 'source' | null;
    }
  | { readonly is: 'conflict' };

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
  if (oneWay) return { is: 'send', to: oneWay, why: 'edit', over: 'source' };
  return decide(state);
}

function meet(state: FieldState): Move {
  const oneWay = oneWayTo(state);
  if (oneWay) return { is: 'send', to: oneWay, why: 'meeting', over: null };
  switch (state.onMatch) {
    case 'crm':
      return { is: 'send', to: 'desk', why: 'meeting', over: 'crm' };
    case 'desk':
      return { is: 'send', to: 'crm', why: 'meeting', over: 'desk' };
    case 'ask':
      return { is: 'conflict' };
    case 'fill':
      if (isBlank(state.desk.now)) return { is: 'send', to: 'desk', why: 'meeting', over: null };
      if (isBlank(state.crm.now)) return { is: 'send', to: 'crm', why: 'meeting', over: null };
      // Both have a value: they agree to differ, and only a later move counts.
      return { is: 'agree' };
    case 'newest': {
      const to = newer(state);
      return to ? { is: 'send', to, why: 'meeting', over: 'newest' } : { is: 'conflict' };
    }
  }
}

/** Both moved, unequal, two-way: the first policy that can tell. */
function decide(state: FieldState): Move {
  for (const policy of state.conflict) {
    if (policy === 'ask') return { is: 'conflict' };
    if (policy === 'crm') return { is: 'send', to: 'desk', why: 'conflict', over: 'crm' };
    if (policy === 'desk') return { is: 'send', to: 'crm', why: 'conflict', over: 'desk' };
    const to = newer(state);
    if (to) return { is: 'send', to, why: 'conflict', over: 'newest' };
  }
  return { is: 'conflict' };
}

/** The side that the newer move is to be sent *to*; null when it is too close to call. */
function newer({ crm, desk }: FieldState): Side | null {
  if (crm.movedAt === null || desk.movedAt === null) return null;
  if (Math.abs(crm.movedAt - desk.movedAt) < tooCloseMs) return null;
  return crm.movedAt > desk.movedAt ? 'desk' : 'crm';
}

function allows(state: FieldState, to: Side): boolean {
  return to === 'desk' ? state.toDesk : state.toCrm;
}

function oneWayTo(state: FieldState): Side | null {
  if (state.toDesk === state.toCrm) return null;
  return state.toDesk ? 'desk' : 'crm';
}
