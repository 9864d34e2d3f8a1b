import type { Overruled } from '../model/history.ts';
import type { Answer, Hold } from '../model/hold.ts';
import type { End, Link } from '../model/link.ts';
import { other, type Side, sides } from '../model/record.ts';
import { baseKey, flows, isUpdated, type Rule, type SyncSetup, sideOf } from '../model/sync.ts';
import { type Fields, isBlank, same, show, type Value } from '../model/value.ts';
import { unfitWords, withUnfit } from './answers/fits.ts';
import { refusedAnswer } from './answers/standing.ts';
import { valuesOf, wordOn } from './answers/word.ts';
import { conflictHold, conflictOf } from './conflict.ts';
import { type Draft, newDraft, writeBackKey } from './draft.ts';
import { sendMixed } from './judge-mix.ts';
import { besideOf } from './keys.ts';
import { lockOf } from './lock.ts';
import { members } from './members.ts';
import { type FieldState, type Move, merge } from './merge.ts';
import { nameOf } from './name.ts';
import { carry, equalUnder, isIdle } from './parents.ts';
import type { DueLink } from './ports.ts';
import { pulledAlong } from './pulled.ts';
import { fieldsOf } from './removal/removal.ts';
import { repointed } from './repointed.ts';
import { restored } from './sweep/drift.ts';
import { takenHold } from './taken.ts';
import { heldWriteBack, moveUndone, undoneField, undoneUnseen } from './undo/undone.ts';
import { type Around, type HoldDraft, nothingAround, type Verdict, type Write } from './verdict.ts';

type Ends = { readonly crm: End; readonly desk: End };
type Locked = { readonly crm: string | null; readonly desk: string | null };
type Seen = { readonly crm: Fields | null; readonly desk: Fields | null };

/** Two records that are there and inside their filters: each field by `merge`, then the ids that are written back. */
export function judgePair(
  setup: SyncSetup,
  due: DueLink,
  ends: Ends,
  seen: Seen,
  around: Around = nothingAround,
): Verdict {
  const drafts = { crm: newDraft('crm', ends.crm), desk: newDraft('desk', ends.desk) };
  const holds: HoldDraft[] = [];
  const waits: string[] = [];
  const explained = { drift: 0, lossy: 0 };
  const mixed = new Set<Rule>();
  const sent = new Set<Rule>();
  const unfits = new Map<string, string>();
  const locked = { crm: lockOf(setup.crm.type, seen.crm), desk: lockOf(setup.desk.type, seen.desk) };
  for (const rule of setup.rules) {
    if (isIdle(rule, around.parents, seen)) continue;
    const state = stateOf(setup, rule, due, ends, seen, around);
    if (!state) {
      // Absent is unknown: a field that a side does not show (no permission, deleted) freezes its rule; nothing is nulled for it.
      const why = around.failed.crm[rule.crm] ?? around.failed.desk[rule.desk];
      if (why !== undefined && due.answers[rule.id]?.say !== 'skip') holds.push(computedHold(setup, rule, due, why));
      else if (why === undefined) holds.push(...undoneUnseen(due, rule));
      continue;
    }
    const key = baseKey(rule);
    const agree = () => {
      drafts.crm.agree(key, state.crm.now, rule.hash);
      drafts.desk.agree(key, state.desk.now, rule.hash);
    };
    const merged = merge(state);
    const source = merged.is === 'send' ? other(merged.to) : null;
    const standing = source && refusedAnswer(around.standing, rule, source, state[source].now);
    const now = { crm: state.crm.now, desk: state.desk.now };
    const word = wordOn(due, rule, now);
    const said = word ?? standing ?? undefined;
    // A value that stands for another one from now on is the target's alone; one for this record is everybody's.
    const to = said?.always && source ? [other(source)] : sides;
    const given = said?.say === 'value' ? valuesOf(rule, said.value, to) : null;
    const unfit = given && unfitWords(setup, rule, given, to);
    if (unfit) unfits.set(rule.id, unfit);
    const answer = unfit ? undefined : said;
    const wanted = repointed(rule, around.parents, state, answered(answer, state, merged));
    const move = moveUndone(due, rule, merged, now) ?? restored(setup, due, state, wanted);
    if (answer && given && move.is !== 'nothing' && move.is !== 'agree') {
      const tried = word ? undefined : due.holds.find((hold) => isTried(hold, rule, state, given, to));
      if (tried) {
        holds.push(tried);
        continue;
      }
      if (to.every((side) => same(state[side].now, given[side]))) agree();
      const shut = giveValue(setup, rule, state, drafts, answer, given, to, locked);
      if (shut)
        holds.push(fieldHold('refused', rule, state, lockWords(setup, due, rule, state, shut, locked[shut] ?? '')));
      continue;
    }
    const barred = (to: Side): HoldDraft | 'left' | null => {
      if (!setup.update.includes(to) || !isUpdated(rule, to)) return 'left';
      const lock = locked[to];
      if (lock !== null) return fieldHold('refused', rule, state, lockWords(setup, due, rule, state, to, lock));
      return due.holds.find((hold) => stillRefused(hold, rule, state, to)) ?? null;
    };
    switch (move.is) {
      case 'nothing':
        break;
      case 'agree':
        agree();
        break;
      case 'left': {
        const undone = undoneField(due, rule);
        if (undone) holds.push(undone);
        else explained[move.why] += 1;
        break;
      }
      case 'conflict':
        holds.push(conflictHold(setup, due, rule, state, move.notes));
        drafts.crm.moved(key, state.crm.movedAt);
        drafts.desk.moved(key, state.desk.movedAt);
        break;
      case 'mix': {
        const out = sendMixed(rule, state, drafts, barred);
        if (out.is === 'agreed') agree();
        if (out.is === 'refused') holds.push(refusedHold(setup, due, rule, state, out.from, out.say));
        if (out.is !== 'sent') break;
        holds.push(...out.holds);
        explained.lossy += out.left;
        mixed.add(rule);
        break;
      }
      case 'send': {
        const bar = barred(move.to);
        if (bar === 'left') explained.lossy += 1;
        else if (bar) holds.push(bar);
        if (bar) break;
        const target = drafts[move.to];
        const source = move.to === 'desk' ? state.crm.now : state.desk.now;
        const current = move.to === 'desk' ? state.desk.now : state.crm.now;
        const before = ends[other(move.to)].base[key];
        const now = target.pending(rule[move.to]) ?? current;
        const converted = carry(rule, around, move.to, source, now, before, seen[other(move.to)]);
        if ('waits' in converted) {
          // Nothing is written and nothing agreed: once the other record has its twin, this is decided anew.
          waits.push(...converted.waits);
          explained.lossy += 1;
        } else if ('hears' in converted && converted.hears) {
          // It stands in for now, and never for what somebody has put there meanwhile.
          waits.push(...converted.hears);
          const isTouched = state[move.to].base !== undefined && !same(current, state[move.to].base ?? null);
          if (!converted.ok) holds.push(refusedHold(setup, due, rule, state, other(move.to), converted.say));
          else if (isTouched || same(converted.value, current)) explained.lossy += 1;
          else target.send(rule, converted.value, current, null, move.why === 'conflict' ? 'edit' : move.why);
        } else if (!converted.ok) {
          holds.push(refusedHold(setup, due, rule, state, other(move.to), converted.say));
        } else if (
          'leave' in converted ||
          same(converted.value, current) ||
          isBeside(setup, rule, move.to, seen, converted.value)
        ) {
          agree();
        } else if (around.taken.has(rule[move.to])) {
          holds.push(takenHold(setup, rule, state, due, move.to, converted.value, around.taken));
        } else {
          const why = move.why === 'conflict' ? 'edit' : move.why;
          const base = 'keeps' in converted && converted.keeps ? current : undefined;
          target.send(rule, converted.value, current, source, why, { base, over: move.over });
          sent.add(rule);
        }
        break;
      }
    }
  }
  for (const rule of setup.frozen ?? []) holds.push(...undoneUnseen(due, rule));
  for (const rule of setup.rules)
    if (!mixed.has(rule)) addShared(setup, rule, due, ends, seen, around, drafts, sent.has(rule));
  const refused = heldWriteBack(due);
  if (refused) holds.push(refused);
  else
    for (const side of ['crm', 'desk'] as const)
      if (locked[side] === null) writeBack(setup, drafts[side], side, ends, seen, around.isNamed);
  return gather(setup, due, drafts, withUnfit(due.holds, holds, unfits), waits, explained);
}

function gather(
  setup: SyncSetup,
  due: DueLink,
  drafts: { readonly crm: Draft; readonly desk: Draft },
  holds: readonly HoldDraft[],
  waits: readonly string[],
  explained: Verdict['explained'],
): Verdict {
  const link: Link = { ...due.link, crm: drafts.crm.end(), desk: drafts.desk.end() };
  const desk = writeOf(setup, due, drafts, 'desk');
  const crm = writeOf(setup, due, drafts, 'crm');
  // What the vendor has refused as a whole lets the other side go first.
  const isStuck = due.holds.some(({ why, field, from }) => why === 'refused' && field === null && from === 'crm');
  const [write = null, next = null] = (isStuck ? [crm, desk] : [desk, crm]).filter((each) => each !== null);
  const is = write ? 'work' : holds.length > 0 ? 'held' : 'agreed';
  return { is, link, write, next, holds, waits, claims: [], explained };
}

function writeOf(
  setup: SyncSetup,
  due: DueLink,
  drafts: { readonly crm: Draft; readonly desk: Draft },
  side: Side,
): Write | null {
  const write = drafts[side].write(due, setup);
  if (write?.operation.do !== 'update') return write;
  const { operation } = write;
  const fields = { ...pulledAlong(setup, side, operation.fields, fieldsOf(due[side])), ...operation.fields };
  return { ...write, operation: { ...operation, fields } };
}

/** What nobody has shown yet (a record that we have just created) looks as it did when both last agreed. */
function stateOf(
  setup: SyncSetup,
  rule: Rule,
  due: DueLink,
  ends: Ends,
  seen: Seen,
  around: Around,
): FieldState | null {
  const key = baseKey(rule);
  // A constant has no field on its source's side: there is nothing to see, and nothing is unknown.
  const crm = rule.crm === '' ? null : seen.crm ? seen.crm[rule.crm] : ends.crm.base[key];
  const desk = rule.desk === '' ? null : seen.desk ? seen.desk[rule.desk] : ends.desk.base[key];
  if (crm === undefined || desk === undefined) return null;
  const crmNow = rule.normal('crm', crm);
  const deskNow = rule.normal('desk', desk);
  const held = conflictOf(due.holds, rule);
  // A value that waits in a conflict moved when it was first seen; any other one with the record's last change.
  const movedAt = (side: Side, now: Value): number | null => {
    const known = held && same(held.values[side], now) ? ends[side].movedAt[key] : undefined;
    return known ?? due[side]?.at ?? null;
  };
  return {
    crm: { now: crmNow, base: ends.crm.base[key], movedAt: movedAt('crm', crmNow) },
    desk: { now: deskNow, base: ends.desk.base[key], movedAt: movedAt('desk', deskNow) },
    equal: equalUnder(rule, around.parents, crmNow, deskNow, { crm: ends.crm.base[key], desk: ends.desk.base[key] }),
    sameRules: ends.crm.rules[key] === rule.hash && ends.desk.rules[key] === rule.hash,
    toCrm: flows(rule.direction, 'crm') && rule.once !== 'crm',
    toDesk: flows(rule.direction, 'desk') && rule.once !== 'desk',
    conflict: rule.conflict,
    onMatch: setup.onMatch,
    isSet: rule.members !== undefined,
    records: seen,
  };
}

/** A person's word comes before the policy, where there is something to decide; never against a rule's direction. */
function answered(answer: Answer | undefined, state: FieldState, move: Move): Move {
  if (!answer || move.is === 'nothing' || move.is === 'agree') return move;
  if (answer.say === 'skip') return { is: 'agree' };
  if (answer.say !== 'crm' && answer.say !== 'desk') return move;
  const to: Side = answer.say === 'crm' ? 'desk' : 'crm';
  // "The target's value stays" is a good answer for a one-way field too: both keep what they have.
  if (!(to === 'desk' ? state.toDesk : state.toCrm)) return { is: 'agree' };
  return { is: 'send', to, why: 'conflict', over: overBy(answer, state[to].now) };
}

function overBy(answer: Answer, value: Value): Overruled | null {
  if (isBlank(value)) return null;
  return answer.always ? { policy: 'answer', note: 'answered for always' } : { policy: 'answer' };
}

/**
 * A third value that a person gave: every one of these sides that may be written and does not have it yet gets it, one after the other.
 * Where one of them is locked, nothing is written; answers which.
 */
function giveValue(
  setup: SyncSetup,
  rule: Rule,
  state: FieldState,
  drafts: { readonly crm: Draft; readonly desk: Draft },
  answer: Answer,
  given: Readonly<Record<Side, Value>>,
  to: readonly Side[],
  locked: Locked,
): Side | null {
  const wanting = to.filter((side) => {
    const allowed = side === 'crm' ? state.toCrm : state.toDesk;
    return allowed && setup.update.includes(side) && !same(state[side].now, given[side]);
  });
  const shut = wanting.find((side) => locked[side] !== null);
  if (shut) return shut;
  for (const side of wanting) {
    const { now } = state[side];
    const over = overBy(answer, now);
    drafts[side].send(rule, given[side], now, state[other(side)].now, 'answer', { over });
  }
  return null;
}

/** What the vendor refused is not sent there again while both values are the ones that were refused. */
function stillRefused(hold: Hold, rule: Rule, state: FieldState, to: Side): boolean {
  if (hold.field !== rule.id || hold.why !== 'refused' || hold.vendorCode === null || hold.from === to) return false;
  if (hold.rule !== undefined && hold.rule !== rule.hash) return false;
  return same(hold.values.crm, state.crm.now) && same(hold.values.desk, state.desk.now);
}

/** Nor is what a person gave for always, and the vendor refused as well. */
function isTried(hold: Hold, rule: Rule, state: FieldState, given: Readonly<Record<Side, Value>>, to: readonly Side[]) {
  const { sent } = hold;
  return sent !== undefined && to.some((side) => stillRefused(hold, rule, state, side) && same(sent, given[side]));
}

function fieldHold(why: HoldDraft['why'], rule: Rule, state: FieldState, message: string): HoldDraft {
  const values = { crm: state.crm.now, desk: state.desk.now, base: state.crm.base ?? null };
  return { why, field: rule.id, values, message, vendorCode: null, candidates: [], wakes: [] };
}

/** What the side `from` has, and the other one cannot take. */
function refusedHold(
  setup: SyncSetup,
  due: DueLink,
  rule: Rule,
  state: FieldState,
  from: Side,
  say: string,
): HoldDraft {
  const message = `${nameOf(setup[from], due[from])}: ${say}`;
  return { ...fieldHold('refused', rule, state, message), rule: rule.hash, from };
}

/** The record is known to have the value already, beside the one that the field shows. */
function isBeside(setup: SyncSetup, rule: Rule, to: Side, seen: Seen, value: Value): boolean {
  const fields = seen[to];
  return fields !== null && besideOf(setup, to, rule[to], fields).some((one) => same(rule.normal(to, one), value));
}

/**
 * Several rules may each add and take away their own members of one set. What one of them takes away another one may still want, so
 * whatever is about to be written is asked once more of all of them. A rule that sends nothing itself (`isSent`) gets back what was there,
 * and no more: what it is not to write, because that was undone, waits for a person, or drifted, does not travel with another rule.
 */
function addShared(
  setup: SyncSetup,
  rule: Rule,
  due: DueLink,
  ends: Ends,
  seen: Seen,
  around: Around,
  drafts: { readonly crm: Draft; readonly desk: Draft },
  isSent: boolean,
): void {
  for (const to of ['crm', 'desk'] as const) {
    const pending = drafts[to].pending(rule[to]);
    const sharers = setup.rules.filter((each) => each[to] === rule[to] && flows(each.direction, to));
    if (pending === undefined || sharers.length < 2 || !sharers.includes(rule)) continue;
    const state = stateOf(setup, rule, due, ends, seen, around);
    if (!state) continue;
    const source = state[other(to)].now;
    const before = ends[other(to)].base[baseKey(rule)];
    const converted = rule.convert(to, source, pending, before);
    if (!converted.ok || 'leave' in converted) continue;
    const [left, had] = [members(pending), members(state[to].now)];
    const back = members(converted.value).filter((one) => !left.includes(one) && (isSent || had.includes(one)));
    if (back.length === 0) continue;
    const value = Array.isArray(converted.value) ? rule.normal(to, [...left, ...back]) : converted.value;
    drafts[to].send(rule, value, state[to].now, source, 'edit');
  }
}

/** An expression that cannot work with this record's values holds its field alone. */
function computedHold(setup: SyncSetup, rule: Rule, due: DueLink, why: string): HoldDraft {
  const side: Side = rule.crm.startsWith('=') ? 'crm' : 'desk';
  const message = `${nameOf(setup[side], due[side])}: ${why}. ${rule[other(side)]} stays as it is. Change the record, or the expression.`;
  const values = { crm: null, desk: null, base: null };
  return { why: 'refused', field: rule.id, values, message, vendorCode: null, candidates: [], wakes: [] };
}

function lockWords(setup: SyncSetup, due: DueLink, rule: Rule, state: FieldState, side: Side, lock: string): string {
  const there = sideOf(setup, other(side)).label;
  return `${nameOf(setup[side], due[side])} ${lock}, and Syncline never writes such a record: ${rule[side]} stays ${show(state[side].now)}, ${there} has ${show(state[other(side)].now)}. Unlink them, or answer "skip" to leave it so.`;
}

function writeBack(setup: SyncSetup, draft: Draft, side: Side, ends: Ends, seen: Seen, isNamed: boolean): void {
  const rule = setup.writeBack[side];
  const id = (side === 'crm' ? ends.desk : ends.crm).id;
  if (!rule || (rule.called && !isNamed)) return;
  const written: Value | undefined = ends[side].base[writeBackKey];
  const current = seen[side] ? (seen[side][rule.field] ?? null) : (written ?? null);
  const wanted = rule.when === 'first' ? written === undefined : current !== id;
  if (!wanted) return;
  if (current === id) draft.agree(writeBackKey, id, 'write-back');
  else draft.sendId(rule.field, id, current);
}
