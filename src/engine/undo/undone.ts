import type { HistoryField } from '../../model/history.ts';
import type { Hold } from '../../model/hold.ts';
import { type Link, newEnd, withEnd } from '../../model/link.ts';
import { isGone, other, type Side, sides } from '../../model/record.ts';
import { baseKey, flows, isUpdated, type Rule, type SyncSetup, sideOf } from '../../model/sync.ts';
import { same, show, type Value } from '../../model/value.ts';
import { writeBackField } from '../draft.ts';
import type { Move } from '../merge.ts';
import { nameOf } from '../name.ts';
import { equalUnder, type Parents } from '../parents.ts';
import type { DueLink, Intent, LinkChange } from '../ports.ts';
import type { HoldDraft, Verdict } from '../verdict.ts';

/*
 * What was undone stays put. The bases see to that (engine/judge-undo.ts); the holds here say so to a person, who may say "go". A field's
 * hold ends by itself when its source moves or its rule changes, a record's when the rules of its sync change.
 */

function hold(why: Pick<HoldDraft, 'field' | 'values' | 'message'> & Partial<HoldDraft>): HoldDraft {
  return { why: 'undone', vendorCode: null, candidates: [], wakes: [], ...why };
}

const noValues = { crm: null, desk: null, base: null };

const quietly = 'or "skip" to leave it so and hear no more of it';

/** Of a field that an undo puts back; null where its rule would not write it again anyway. */
export function putBackHold(
  setup: SyncSetup,
  due: DueLink,
  rule: Rule,
  side: Side,
  value: Value,
  written: HistoryField | undefined,
  parents: Parents,
): HoldDraft | null {
  const from = other(side);
  const seen = due[from]?.seen;
  const shown =
    seen !== undefined && !isGone(seen) && (rule[from] === '' || seen[rule[from]] !== undefined) ? seen : null;
  const ends = [due.link.crm, due.link.desk];
  const isSame = ends.every((end) => (end?.rules[baseKey(rule)] ?? rule.hash) === rule.hash);
  const isWritten = flows(rule.direction, side) && isUpdated(rule, side) && setup.update.includes(side);
  // A source that is gone, or not shown, may come back as both last agreed on it.
  const source = shown ? rule.normal(from, shown[rule[from]]) : due.link[from]?.base[baseKey(rule)];
  if (!written || !isWritten || !isSame || source === undefined) return null;
  const values = side === 'crm' ? { crm: value, desk: source } : { crm: source, desk: value };
  if (equalUnder(rule, parents, values.crm, values.desk, values)) return null;
  const name = nameOf(sideOf(setup, side), due[side]);
  const message = `${name}: an undo has put ${rule[side]} back to ${show(value)}; Syncline had written ${show(written.before)} (${sourceWords(setup, rule, from)} is ${show(source)}). It stays so until that changes, or the rule does. Answer "go" to have it written again, ${quietly}.`;
  return hold({ field: rule.id, rule: rule.hash, from, values: { ...values, base: written.before }, message });
}

function sourceWords(setup: SyncSetup, rule: Rule, from: Side): string {
  const { label } = sideOf(setup, from);
  return rule[from] === '' || rule[from].startsWith('=')
    ? `what it comes from in ${label}`
    : `${rule[from]} in ${label}`;
}

/** Of an id that an undo takes out of its field; null where it is written but once anyway, or is the right one. */
export function writeBackHold(setup: SyncSetup, due: DueLink, side: Side, written: HistoryField): HoldDraft | null {
  if (setup.writeBack[side]?.when !== 'always' || written.after === due.link[other(side)]?.id) return null;
  const name = nameOf(sideOf(setup, side), due[side]);
  const message = `${name}: an undo has put ${setup.writeBack[side]?.field} back to ${show(written.after)}; Syncline had written ${show(written.before)}. Answer "go" to have it written again, ${quietly}.`;
  return hold({ field: writeBackField, values: noValues, message });
}

/** Of the record whose twin, made by us on `side`, an undo takes back. */
export function madeHold(setup: SyncSetup, due: DueLink, side: Side): HoldDraft {
  const source = other(side);
  const { type, label } = sideOf(setup, side);
  const name = nameOf(sideOf(setup, source), due[source], due.link[source]?.id);
  const what = type.label.toLowerCase();
  const message = `${name}: an undo has taken back the ${what} ${due.link[side]?.id ?? ''} that was made for it in ${label}, and no other one is made until the rules of the sync change. Answer "go" to have it matched or made anew, ${quietly}.`;
  return hold({ field: null, rule: setup.hash, values: noValues, message });
}

/** The hold of a record that was undone, or parted by hand, as long as it stands: until a person answers, or the rules change. */
export function undoneRecord(setup: SyncSetup, { holds, answers }: DueLink): Hold | undefined {
  const word = answers['']?.say;
  if (word !== undefined && word !== 'skip') return undefined;
  return holds.find(
    ({ why, field, rule }) => why === 'undone' && field === null && (rule ?? setup.hash) === setup.hash,
  );
}

/** What is said of a record that was undone; nothing any more where a person has said "skip". */
export function stillUndone(setup: SyncSetup, due: DueLink): readonly Hold[] {
  const held = undoneRecord(setup, due);
  if (!held) return [];
  return due.answers['']?.say === 'skip' ? [{ ...held, quiet: true }] : [held];
}

/** The hold of a field that was undone and has not moved since. */
export function undoneField({ holds }: DueLink, rule: Rule): Hold | undefined {
  return holds.find(({ why, field, rule: hash }) => why === 'undone' && field === rule.id && hash === rule.hash);
}

/** The same of a field that is not shown just now: it is still undone when it is. */
export function undoneUnseen(due: DueLink, rule: Rule): readonly HoldDraft[] {
  const held = undoneField(due, rule);
  return held ? [afterSkip(held, due)] : [];
}

function afterSkip(hold: Hold, { answers }: Pick<DueLink, 'answers'>): HoldDraft {
  return answers[hold.field ?? '']?.say === 'skip' ? { ...hold, quiet: true } : hold;
}

/**
 * A field that was undone and has not moved is left, also by a sweep, until a person says of this very field "go", or "skip" (null: it is
 * as any other field). What is said of the whole record is about something else, such as a brake; and what was said before somebody edited
 * either side is about what was there before. `now`: both sides.
 */
export function moveUndone(
  due: DueLink,
  rule: Rule,
  move: Move,
  now: { readonly crm: Value; readonly desk: Value },
): Move | null {
  const from = undoneField(due, rule)?.from;
  const answer = due.answers[rule.id];
  const isMeant = answer?.about === undefined || sides.every((side) => same(answer.about?.[side], now[side]));
  const word = isMeant ? answer?.say : undefined;
  if (from === undefined || move.is !== 'left' || word === 'skip') return null;
  return word === 'go' ? { is: 'send', to: other(from), why: 'edit', over: null } : move;
}

/**
 * What was undone of a pair that is not compared just now (hidden, merged away, archived, on its way back, outside its filter) is still
 * undone when it is. Of a record that is removed nothing is left to be said.
 */
export function withUndone(verdict: Verdict, due: DueLink): Verdict {
  const kept = due.holds
    .filter(({ why, field }) => why === 'undone' && field !== null)
    .map((each) => afterSkip(each, due));
  const isRemoval = verdict.write?.operation.do === 'remove';
  if (kept.length === 0 || isRemoval || !verdict.link.crm || !verdict.link.desk) return verdict;
  return { ...verdict, is: verdict.is === 'agreed' ? 'held' : verdict.is, holds: [...verdict.holds, ...kept] };
}

/** An id that the vendor refused, or that an undo took out, is not written back as long as this hold stands. */
export function heldWriteBack({ holds, answers }: DueLink): Hold | undefined {
  const own = holds.filter(({ field }) => field === writeBackField);
  const refused = own.find(({ vendorCode }) => vendorCode !== null);
  const undone = own.find(({ why }) => why === 'undone');
  const word = answers[writeBackField]?.say;
  if (refused || !undone || word === 'go') return refused;
  return word === 'skip' ? { ...undone, quiet: true } : undone;
}

/** The link of a record that an undo has removed is a half one from then on. */
export function takenBack({ cause, operation, side }: Intent, link: Link): Pick<LinkChange, 'ends'> {
  if (cause !== 'undo' || operation.do !== 'remove') return {};
  const { crm, desk } = halved(link, side);
  return { ends: { crm, desk } };
}

/** Without the end on that side. The other one begins anew: what both had agreed on is nobody's any more. */
export function halved(link: Link, side: Side): Link {
  const end = link[other(side)];
  return withEnd(withEnd(link, side, null), other(side), end && newEnd(end.id, end.version));
}
