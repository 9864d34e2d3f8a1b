import type { HistoryRow } from '../../model/history.ts';
import type { Hold } from '../../model/hold.ts';
import { isGone, other, type Side } from '../../model/record.ts';
import { type Rule, type SyncSetup, sideOf } from '../../model/sync.ts';
import { type Delta, isPointer, same, show, type Value } from '../../model/value.ts';
import type { Decision } from '../decide.ts';
import type { Engine } from '../engine.ts';
import { nameOf } from '../name.ts';
import type { DueLink } from '../ports.ts';
import type { HoldDraft, Verdict, Write } from '../verdict.ts';
import { unasked } from './kind.ts';

/**
 * The oscillation breaker: a field that we write again and again, because another automation keeps rewriting it, is frozen; the rest of the
 * record goes on. Within the last hour, and since a person last answered for that field,
 *
 *   put back    it was written on that side five times or more, and three of these writes put back a value that we had written there before
 *   ping-pong   it was written ten times in strict turns, once here and once there, whatever the values: each side makes something
 *               else of what it is given
 *
 * Only updates that edits led to count, and that the vendor took. A frozen field stays so until a person answers, its rule becomes another
 * one, or both sides agree.
 */
const windowMs = 3_600_000;
const fewestWrites = 5;
const fewestPutBack = 3;
const fewestTurns = 10;

export interface Loop {
  readonly is: 'put back' | 'ping-pong';
  readonly times: number;
  /** From the first of these writes to the last (ms). */
  readonly spanMs: number;
}

/** Whether a write of the rule's field on that side would go on with a loop. `rows`: the link's updates, oldest first. */
export function loopOf(
  rows: readonly HistoryRow[],
  rule: Pick<Rule, 'crm' | 'desk'>,
  side: Side,
  now: number,
): Loop | null {
  const recent = rows.filter((row) => row.at > now - windowMs && row.do === 'update' && row.outcome === 'ok');
  const ofRule = recent.filter((row) => row.fields[rule[row.side]] !== undefined);
  const answered = ofRule.findLastIndex((row) => row.cause === 'answer');
  const writes = ofRule.slice(answered + 1).filter((row) => unasked.has(row.cause));
  const here = writes.filter((row) => row.side === side);
  const values = here.map((row) => row.fields[rule[side]]?.after ?? null);
  const putBack = values.filter((value, i) => values.slice(0, i).some((before) => sameWrite(before, value)));
  if (here.length >= fewestWrites && putBack.length >= fewestPutBack)
    return { is: 'put back', times: here.length, spanMs: spanOf(here) };
  const turns = writes.slice(-fewestTurns);
  const inTurns = turns.every((row, i) => i === 0 || row.side !== turns[i - 1]?.side);
  return turns.length === fewestTurns && inTurns && turns.at(-1)?.side !== side
    ? { is: 'ping-pong', times: turns.length, spanMs: spanOf(turns) }
    : null;
}

function spanOf(rows: readonly HistoryRow[]): number {
  return (rows.at(-1)?.at ?? 0) - (rows[0]?.at ?? 0);
}

function sameWrite(a: Value | Delta, b: Value | Delta): boolean {
  return isDelta(a) || isDelta(b) ? false : same(a, b);
}

function isDelta(value: Value | Delta): value is Delta {
  return typeof value === 'object' && value !== null && 'add' in value;
}

/** Takes the fields that loop out of what is to be written, each with a hold. One query for a batch, none where nothing is updated. */
export async function freezeLoops(
  engine: Engine,
  setup: SyncSetup,
  decisions: readonly Decision[],
): Promise<readonly Decision[]> {
  const asking = decisions.filter(
    ({ verdict }) => verdict.write?.operation.do === 'update' && unasked.has(verdict.write.cause),
  );
  const now = engine.world.now();
  const links = asking.map(({ due }) => due.link.id);
  const rows = links.length === 0 ? [] : await engine.store.updatesOf(links, now - windowMs);
  const byLink = Map.groupBy(rows, ({ link }) => link);
  return decisions.map((decision) => {
    const { due, verdict } = decision;
    const known = byLink.get(due.link.id) ?? [];
    if (known.length < fewestWrites && !due.holds.some(({ why }) => why === 'loop')) return decision;
    return { ...decision, verdict: frozen(setup, due, verdict, known, now) };
  });
}

/** The verdict without the fields that loop. */
export function frozen(
  setup: SyncSetup,
  due: DueLink,
  verdict: Verdict,
  rows: readonly HistoryRow[],
  now: number,
): Verdict {
  const holds: HoldDraft[] = [];
  const stop = (write: Write | null): Write | null => {
    if (write?.operation.do !== 'update') return write;
    const looping = setup.rules.filter((rule) => {
      if (!(rule[write.side] in write.before)) return false;
      const hold = freeze(setup, due, rule, write, rows, now);
      if (hold) holds.push(hold);
      return hold !== null;
    });
    return looping.length === 0 ? write : without(write, setup, looping);
  };
  const [write = null, next = null] = [stop(verdict.write), stop(verdict.next)].filter((each) => each !== null);
  const all = [...verdict.holds, ...holds, ...silenced(setup, due, holds)];
  if (all.length === verdict.holds.length) return verdict;
  const is = write ? 'work' : verdict.is === 'waits' ? 'waits' : all.length > 0 ? 'held' : verdict.is;
  return { ...verdict, is, write, next, holds: all };
}

/** The hold that keeps this rule's field from being written; null where it may be. */
function freeze(
  setup: SyncSetup,
  due: DueLink,
  rule: Rule,
  write: Write,
  rows: readonly HistoryRow[],
  now: number,
): HoldDraft | null {
  if (due.answers[rule.id] !== undefined) return null;
  const kept = due.holds.find((hold) => isLoop(hold, rule));
  const loop = loopOf(rows, rule, write.side, now);
  if (kept?.quiet || (kept && !loop)) return kept;
  if (!loop || !unasked.has(write.cause)) return null;
  const side = write.side;
  const valueOn = (each: Side): Value => {
    const seen = due[each]?.seen;
    return seen === undefined || isGone(seen) ? null : rule.normal(each, seen[rule[each]]);
  };
  const values = {
    crm: valueOn('crm'),
    desk: valueOn('desk'),
    base: due.link.crm?.base[`${rule.crm}=${rule.desk}`] ?? null,
  };
  const message = loopWords(setup, due, rule, side, loop, values);
  return { why: 'loop', field: rule.id, rule: rule.hash, values, message, vendorCode: null, candidates: [], wakes: [] };
}

function isLoop(hold: Hold, rule: Rule): boolean {
  return hold.why === 'loop' && hold.field === rule.id && hold.rule === rule.hash;
}

/** What a person has said to leave so stays known, whatever is decided otherwise, until the rule is another one. */
function silenced(setup: SyncSetup, due: DueLink, fresh: readonly HoldDraft[]): readonly HoldDraft[] {
  return setup.rules.flatMap((rule): readonly HoldDraft[] => {
    const kept = due.holds.find((hold) => isLoop(hold, rule));
    const said = due.answers[rule.id]?.say;
    if (!kept || fresh.some(({ field }) => field === rule.id)) return [];
    if (said === 'skip') return [{ ...kept, quiet: true }];
    return kept.quiet && said === undefined ? [kept] : [];
  });
}

/** The same write without the fields of these rules, and without what would have been agreed by them; null where nothing is left. */
function without(write: Write, setup: SyncSetup, rules: readonly Rule[]): Write | null {
  const { operation, side } = write;
  if (operation.do !== 'update') return write;
  const fields = new Set(rules.map((rule) => rule[side]));
  const keys = new Set(setup.rules.filter((rule) => fields.has(rule[side])).map((rule) => `${rule.crm}=${rule.desk}`));
  const kept = omit(operation.fields, fields);
  if (Object.keys(kept).length === 0) return null;
  const { crm, desk, rules: hashes } = write.agreed;
  return {
    ...write,
    operation: { ...operation, fields: kept },
    before: omit(write.before, fields),
    agreed: { crm: omit(crm, keys), desk: omit(desk, keys), rules: omit(hashes, keys) },
  };
}

function omit<Each>(all: Readonly<Record<string, Each>>, names: ReadonlySet<string>): Readonly<Record<string, Each>> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.has(name)));
}

function loopWords(
  setup: SyncSetup,
  due: DueLink,
  rule: Rule,
  side: Side,
  loop: Loop,
  values: HoldDraft['values'],
): string {
  const here = sideOf(setup, side);
  const there = sideOf(setup, other(side));
  const minutes = Math.max(1, Math.round(loop.spanMs / 60_000));
  const span = `within ${minutes} minute${minutes === 1 ? '' : 's'}`;
  const by = due[side]?.by ?? null;
  const who = by === null ? `${here.label} does not say by whom` : `last by ${show(by)}`;
  const what =
    loop.is === 'put back'
      ? `was written ${loop.times} times ${span}, and was changed again each time (${who})`
      : `went from one side to the other ${loop.times} times ${span}: each makes something else of it (${here.label} ${who === `last by ${show(by)}` ? who : 'does not say by whom'})`;
  const [ours, theirs] = [values[side], values[other(side)]].map(shown);
  return `${nameOf(here, due[side], due.link[side]?.id)}: ${rule[side]} ${what}. It is left alone now: ${here.label} has ${ours}, ${there.label} has ${theirs}. Find the automation that rewrites it, then answer "go" to try again; or "crm" or "desk" to write that side's value once, or "skip" to leave it so.`;
}

function shown(value: Value): string {
  return isPointer(value) ? `the record of link ${value.link}` : show(value);
}
