import type { Answer, Hold } from '../model/hold.ts';
import type { End, Link } from '../model/link.ts';
import type { Side } from '../model/record.ts';
import { baseKey, flows, type Rule, type SyncSetup } from '../model/sync.ts';
import { type Fields, same, show, type Value } from '../model/value.ts';
import { type Draft, newDraft, writeBackField, writeBackKey } from './draft.ts';
import { type FieldState, type Move, merge } from './merge.ts';
import { nameOf } from './name.ts';
import type { DueLink } from './ports.ts';
import type { HoldDraft, Verdict } from './verdict.ts';

type Ends = { readonly crm: End; readonly desk: End };
type Seen = { readonly crm: Fields | null; readonly desk: Fields | null };

/** Two records that are there and inside their filters: each field by `merge`, then the ids that are written back. */
export function judgePair(setup: SyncSetup, due: DueLink, ends: Ends, seen: Seen): Verdict {
  const drafts = { crm: newDraft('crm', ends.crm), desk: newDraft('desk', ends.desk) };
  const holds: HoldDraft[] = [];
  const explained = { drift: 0, lossy: 0 };
  for (const rule of setup.rules) {
    const state = stateOf(setup, rule, due, ends, seen);
    // Absent is unknown: a field that a side does not show (no permission, deleted) freezes its rule; nothing is nulled for it.
    if (!state) continue;
    const key = baseKey(rule);
    const agree = () => {
      drafts.crm.agree(key, state.crm.now, rule.hash);
      drafts.desk.agree(key, state.desk.now, rule.hash);
    };
    const answer = due.answers[rule.id] ?? due.answers[''];
    const move = answered(answer, state, merge(state));
    if (answer?.say === 'value' && move.is !== 'nothing' && move.is !== 'agree') {
      giveValue(setup, rule, state, drafts, answer.value);
      continue;
    }
    switch (move.is) {
      case 'nothing':
        break;
      case 'agree':
        agree();
        break;
      case 'left':
        explained[move.why] += 1;
        break;
      case 'conflict':
        holds.push(fieldHold('conflict', rule, state, conflictWords(setup, due, rule, state)));
        drafts.crm.moved(key, state.crm.movedAt);
        drafts.desk.moved(key, state.desk.movedAt);
        break;
      case 'send': {
        if (!setup.update.includes(move.to) || rule.write === 'create') {
          explained.lossy += 1;
          break;
        }
        const refused = due.holds.find((hold) => stillRefused(hold, rule, state));
        if (refused) {
          holds.push(refused);
          break;
        }
        const target = drafts[move.to];
        const source = move.to === 'desk' ? state.crm.now : state.desk.now;
        const current = move.to === 'desk' ? state.desk.now : state.crm.now;
        const converted = rule.convert(move.to, source, target.pending(rule[move.to]) ?? current);
        if (!converted.ok) {
          const name = nameOf(setup[move.to === 'desk' ? 'crm' : 'desk'], due[move.to === 'desk' ? 'crm' : 'desk']);
          holds.push(fieldHold('refused', rule, state, `${name}: ${converted.say}`));
        } else if ('leave' in converted || same(converted.value, current)) {
          agree();
        } else {
          target.send(rule, converted.value, current, source, move.why === 'meeting' ? 'meeting' : 'edit');
        }
        break;
      }
    }
  }
  const refused = due.holds.find(({ field, vendorCode }) => field === writeBackField && vendorCode !== null);
  if (refused) holds.push(refused);
  else for (const side of ['crm', 'desk'] as const) writeBack(setup, drafts[side], side, ends, seen);
  return gather(setup, due, drafts, holds, explained);
}

function gather(
  setup: SyncSetup,
  due: DueLink,
  drafts: { readonly crm: Draft; readonly desk: Draft },
  holds: readonly HoldDraft[],
  explained: Verdict['explained'],
): Verdict {
  const link: Link = { ...due.link, crm: drafts.crm.end(), desk: drafts.desk.end() };
  const desk = drafts.desk.write(due, setup);
  const crm = drafts.crm.write(due, setup);
  const write = desk ?? crm;
  const is = write ? 'work' : holds.length > 0 ? 'held' : 'agreed';
  return { is, link, write, again: desk !== null && crm !== null, holds, claims: [], explained };
}

/** What nobody has shown yet (a record that we have just created) looks as it did when both last agreed. */
function stateOf(setup: SyncSetup, rule: Rule, due: DueLink, ends: Ends, seen: Seen): FieldState | null {
  const key = baseKey(rule);
  // A constant has no field on its source's side: there is nothing to see, and nothing is unknown.
  const crm = rule.crm === '' ? null : seen.crm ? seen.crm[rule.crm] : ends.crm.base[key];
  const desk = rule.desk === '' ? null : seen.desk ? seen.desk[rule.desk] : ends.desk.base[key];
  if (crm === undefined || desk === undefined) return null;
  const crmNow = rule.normal('crm', crm);
  const deskNow = rule.normal('desk', desk);
  const held = due.holds.find((hold) => hold.field === rule.id && hold.why === 'conflict');
  // A value that waits in a conflict moved when it was first seen; any other one with the record's last change.
  const movedAt = (side: Side, now: Value): number | null => {
    const known = held && same(held.values[side], now) ? ends[side].movedAt[key] : undefined;
    return known ?? due[side]?.at ?? null;
  };
  return {
    crm: { now: crmNow, base: ends.crm.base[key], movedAt: movedAt('crm', crmNow) },
    desk: { now: deskNow, base: ends.desk.base[key], movedAt: movedAt('desk', deskNow) },
    equal: rule.equal(crmNow, deskNow),
    sameRules: ends.crm.rules[key] === rule.hash && ends.desk.rules[key] === rule.hash,
    toCrm: flows(rule.direction, 'crm'),
    toDesk: flows(rule.direction, 'desk'),
    conflict: rule.conflict,
    onMatch: setup.onMatch,
  };
}

/** A person's word comes before the policy, where there is something to decide; never against a rule's direction. */
function answered(answer: Answer | undefined, state: FieldState, move: Move): Move {
  if (!answer || move.is === 'nothing' || move.is === 'agree') return move;
  if (answer.say === 'skip') return { is: 'agree' };
  if (answer.say !== 'crm' && answer.say !== 'desk') return move;
  const to: Side = answer.say === 'crm' ? 'desk' : 'crm';
  // "The target's value stays" is a good answer for a one-way field too: both keep what they have.
  return (to === 'desk' ? state.toDesk : state.toCrm)
    ? { is: 'send', to, why: 'conflict', over: answer.say }
    : { is: 'agree' };
}

/** A third value that a person gave: every side that may be written and does not have it yet gets it, one after the other. */
function giveValue(
  setup: SyncSetup,
  rule: Rule,
  state: FieldState,
  drafts: { readonly crm: Draft; readonly desk: Draft },
  given: Value,
): void {
  for (const side of ['crm', 'desk'] as const) {
    const { now } = state[side];
    const value = rule.normal(side, given);
    const allowed = side === 'crm' ? state.toCrm : state.toDesk;
    if (!allowed || !setup.update.includes(side) || same(now, value)) continue;
    drafts[side].send(rule, value, now, state[side === 'crm' ? 'desk' : 'crm'].now, 'answer');
  }
}

/** What the vendor refused is not sent again while both values are the ones that were refused. */
function stillRefused(hold: Hold, rule: Rule, state: FieldState): boolean {
  if (hold.field !== rule.id || hold.why !== 'refused' || hold.vendorCode === null) return false;
  return same(hold.values.crm, state.crm.now) && same(hold.values.desk, state.desk.now);
}

function fieldHold(why: HoldDraft['why'], rule: Rule, state: FieldState, message: string): HoldDraft {
  const values = { crm: state.crm.now, desk: state.desk.now, base: state.crm.base ?? null };
  return { why, field: rule.id, values, message, vendorCode: null, candidates: [], wakes: [] };
}

function conflictWords(setup: SyncSetup, due: DueLink, rule: Rule, state: FieldState): string {
  const crm = `${nameOf(setup.crm, due.crm)} has ${rule.crm} ${show(state.crm.now)}`;
  const desk = `${nameOf(setup.desk, due.desk)} has ${rule.desk} ${show(state.desk.now)}`;
  const why = state.crm.base === undefined ? 'they meet for the first time' : 'both changed since they last agreed';
  return `${crm}, ${desk}, and ${why}. Answer "crm" or "desk" to say which one stays.`;
}

function writeBack(setup: SyncSetup, draft: Draft, side: Side, ends: Ends, seen: Seen): void {
  const rule = setup.writeBack[side];
  const id = (side === 'crm' ? ends.desk : ends.crm).id;
  if (!rule) return;
  const written: Value | undefined = ends[side].base[writeBackKey];
  const current = seen[side] ? (seen[side][rule.field] ?? null) : (written ?? null);
  const wanted = rule.when === 'first' ? written === undefined : current !== id;
  if (!wanted) return;
  if (current === id) draft.agree(writeBackKey, id, 'write-back');
  else draft.sendId(rule.field, id, current);
}
