import type { Hold } from '../../model/hold.ts';
import { fieldOf } from '../../model/object-type.ts';
import { isGone, other, type Side } from '../../model/record.ts';
import { baseKey, type Rule, type SyncSetup, sideOf, withFrozen } from '../../model/sync.ts';
import { type Fields, isBlank, same, show, type Value } from '../../model/value.ts';
import { withComputed } from '../computed.ts';
import { writeBackField } from '../draft.ts';
import { lockOf } from '../lock.ts';
import { nameOf } from '../name.ts';
import type { Parents } from '../parents.ts';
import type { DueLink } from '../ports.ts';
import type { HoldDraft, Write } from '../verdict.ts';
import type { LeftBack } from './judge-undo.ts';
import { timeOf, withoutStop } from './record.ts';
import { backTo, isDelta, type UndoAsk, undoRule, writtenTo } from './undo.ts';
import { putBackHold, writeBackHold } from './undone.ts';

/** What of one side's fields is put back. `settles`: the fields whose hold `undone`, if there is one, this decides anew. */
export interface PutBack {
  readonly write: Write | null;
  readonly holds: readonly HoldDraft[];
  readonly settles: ReadonlySet<string | null>;
  readonly left: readonly LeftBack[];
}

/** Every field that these rows wrote and that still has what we wrote gets what was there before; the others are left, with the reason. */
export function putBack(setup: SyncSetup, due: DueLink, side: Side, ask: UndoAsk, parents: Parents): PutBack {
  const end = due.link[side];
  const place = sideOf(setup, side);
  const left: LeftBack[] = [];
  const nothing: PutBack = { write: null, holds: [], settles: new Set(), left };
  const written = writtenTo(ask.rows, side, end?.id ?? '', ask.field);
  if (!end || written.size === 0) return nothing;
  const leave = (field: string | null, why: string): void => {
    left.push({ side, field, why: `${nameOf(place, due[side], end.id)} ${why}` });
  };
  const seen = due[side]?.seen;
  if (seen === undefined || isGone(seen)) {
    leave(null, isGone(seen) && seen.gone !== 'hidden' ? 'was deleted since' : 'is not shown to us');
    return nothing;
  }
  const lock = lockOf(place.type, seen);
  const fields: Record<string, Value> = {};
  const before: Record<string, Write['before'][string]> = {};
  for (const [name, writes] of written) {
    const now = seen[name];
    const [last] = writes;
    if (now === undefined || !last) {
      leave(name, `does not show its ${name}, so it stays as it is`);
      continue;
    }
    const rule = withFrozen(setup).find((each) => each[side] === name);
    const type = fieldOf(place.type, name);
    const normal = (value: Value): Value => (rule ? rule.normal(side, value) : value);
    const back = backTo(now, writes, { normal, isSet: type?.type === 'set' || type?.type === 'options' });
    const refused = ask.tried.has(`${side} ${name}`) && refusedHold(due.holds, rule);
    if (back.is === 'changed') {
      leave(
        name,
        `has ${name} ${show(now)}, and Syncline had written ${show(last.after)}: ${changedBy(due, side, name, now, ask)}`,
      );
    } else if (back.is === 'done') {
      const isBeside =
        type?.beside && !isBlank(last.before) && !isDelta(last.after) && !same(normal(now), normal(last.after));
      if (isBeside)
        leave(name, `has ${show(last.after)} beside the ${name} that it shows: take it away in ${place.label}`);
    } else if (lock !== null) {
      leave(name, `${lock}, and Syncline never writes such a record: ${name} stays ${show(now)}`);
    } else if (refused) {
      leave(name, `could not get ${name} ${show(back.value)} back. ${withoutStop(refused.message)}`);
    } else {
      fields[name] = back.value;
      before[name] = { before: now, after: back.value, rule: undoRule };
    }
  }
  if (Object.keys(fields).length === 0) return nothing;
  const touched = touchedRules(setup, due, side, { ...seen, ...fields });
  const holds = touched.map(({ rule, value }) =>
    putBackHold(setup, due, rule, side, value, before[rule[side]], parents),
  );
  const back = before[setup.writeBack[side]?.field ?? ''];
  if (back) holds.push(writeBackHold(setup, due, side, back));
  const ref = { connection: place.connection, object: place.object, id: end.id };
  return {
    left,
    holds: holds.filter((hold) => hold !== null),
    settles: new Set([...touched.map(({ rule }) => rule.id), ...(back ? [writeBackField] : [])]),
    write: {
      side,
      operation: { do: 'update', link: due.link.id, ref, expect: due[side]?.version ?? null, fields },
      cause: 'undo',
      before,
      agreed: agreed(due, side, touched),
    },
  };
}

function refusedHold(holds: readonly Hold[], rule: Rule | undefined): Hold | undefined {
  const names = [null, rule?.id ?? writeBackField];
  return holds.find(({ why, field }) => why === 'refused' && names.includes(field));
}

/** Who has changed a field since we wrote it: a later write of our own, or somebody at the vendor. */
function changedBy(due: DueLink, side: Side, name: string, now: Value, { later }: UndoAsk): string {
  const own = later.find((row) => row.side === side && row.fields[name] !== undefined);
  const after = own?.fields[name]?.after;
  if (own && after !== undefined && (show(after) === show(now) || after === now))
    return `the run ${own.run} has written it again since`;
  const { by = null, at = null } = due[side] ?? {};
  const who = `${by === null ? '' : ` by ${by}`}${at === null ? '' : ` at ${timeOf(at)}`}`;
  return `it was changed since${who === '' ? '' : ` (the record last${who})`}`;
}

interface Touched {
  readonly rule: Rule;
  /** What the rule will find on the side that is written, in its normal form. */
  readonly value: Value;
  readonly other: Value | undefined;
}

/** Rules that will find another value on this side, computed fields and rules that cannot work now among them. */
function touchedRules(setup: SyncSetup, due: DueLink, side: Side, after: Fields): readonly Touched[] {
  const sighting = due[side];
  if (!sighting || isGone(sighting.seen)) return [];
  const before = sighting.seen;
  const shown = withComputed(setup, { ...due, [side]: { ...sighting, seen: after } }).due[side]?.seen ?? {};
  const there = due[other(side)]?.seen;
  return withFrozen(setup).flatMap((rule) => {
    const value = isGone(shown) ? undefined : shown[rule[side]];
    if (value === undefined || same(rule.normal(side, value), rule.normal(side, before[rule[side]]))) return [];
    const far = there === undefined || isGone(there) ? undefined : there[rule[other(side)]];
    const normal = far === undefined ? undefined : rule.normal(other(side), far);
    return [{ rule, value: rule.normal(side, value), other: normal }];
  });
}

/**
 * What was put back is what this side agrees to, under the rule that wrote it last: another rule by now decides anew. The source keeps
 * the base that it has, so that an edit of it which nobody has carried yet still is one.
 */
function agreed(due: DueLink, side: Side, touched: readonly Touched[]): Write['agreed'] {
  const here: Record<string, Value> = {};
  const there: Record<string, Value> = {};
  const rules: Record<string, string> = {};
  for (const { rule, value, other: far } of touched) {
    const key = baseKey(rule);
    here[key] = value;
    rules[key] = due.link[side]?.rules[key] ?? rule.hash;
    if (far !== undefined && due.link[other(side)]?.base[key] === undefined) there[key] = far;
  }
  return side === 'crm' ? { crm: here, desk: there, rules } : { crm: there, desk: here, rules };
}
