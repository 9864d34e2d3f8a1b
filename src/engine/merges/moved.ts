import type { HistoryRow } from '../../model/history.ts';
import { type End, type Link, withEnd } from '../../model/link.ts';
import { isGone, other, type Side, sides } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import type { Fields, Value } from '../../model/value.ts';
import type { Decision } from '../decide.ts';
import { writeBackKey } from '../draft.ts';
import type { Engine } from '../engine.ts';
import { markKey } from '../keys.ts';
import { lockOf } from '../lock.ts';
import { markFor } from '../mark.ts';
import { askOf } from '../meet.ts';
import type { DueLink, Moved } from '../ports.ts';
import type { Verdict, Write } from '../verdict.ts';
import type { Followed, Standing } from './merged.ts';

/* A link whose end becomes the winner of a merge (merged.ts), and what is written for that. */

/** Under which an end keeps the mark of ours on its record that names the loser, until the vendor has taken the one that names the winner. */
export const staleMarkKey = '@mark';

/** The winner takes the loser's place in the link, and takes in its own half link. */
export async function moveTo(
  engine: Engine,
  setup: SyncSetup,
  due: DueLink,
  { side, winner, link: half }: Standing,
  again: boolean,
): Promise<Followed> {
  const end = due.link[side];
  const { sighting } = winner;
  if (!end || !sighting) return { due, absorb: undefined, fate: null };
  // What is remembered of the record itself (its keys begin with @) was of the loser.
  const base = without(end.base, (key) => key.startsWith('@'));
  let link = withEnd(due.link, side, { ...end, id: winner.id, version: sighting.version, base, movedAt: {} });
  const far = link[other(side)];
  if (far) {
    // An id that we wrote and that names the loser is written anew; whatever else stands there is somebody's.
    const kept = far.base[writeBackKey] === end.id ? without(far.base, (key) => key === writeBackKey) : far.base;
    const mark = await staleMark(engine, setup, due, side, { loser: end.id, winner: winner.id });
    link = withEnd(link, other(side), { ...far, base: mark === null ? kept : { ...kept, [staleMarkKey]: mark } });
  }
  // A winner that is gone itself was removed: what follows from that is decided once the link is its own.
  const moved = { side, from: end.id, again: again || isGone(sighting.seen) } as const;
  const next = side === 'crm' ? { ...due, link, crm: sighting, moved } : { ...due, link, desk: sighting, moved };
  return { due: next, absorb: half?.id ?? null, fate: null };
}

/** Our mark on the twin, where it names the loser and is to name the winner: unless another record carries that one already. */
async function staleMark(
  engine: Engine,
  setup: SyncSetup,
  due: DueLink,
  side: Side,
  ids: { readonly loser: string; readonly winner: string },
): Promise<string | null> {
  const target = other(side);
  const field = setup.mark[target]?.field;
  const seen = due[target]?.seen;
  const stale = markFor(setup, target, ids.loser);
  const value = markFor(setup, target, ids.winner);
  if (field === undefined || value === null || !seen || isGone(seen) || seen[field] !== stale) return null;
  const [bearers] = await engine.store.kin([askOf(setup, target, markKey(field), value)], 1);
  return bearers?.length ? null : stale;
}

/** The decision about a link that has moved, with the mark that its twin is still to get. What lies outside the filter is not written. */
export function remarked(setup: SyncSetup, due: DueLink, verdict: Verdict): Verdict {
  const { crm, desk } = { crm: due.crm?.seen, desk: due.desk?.seen };
  if (!crm || !desk || isGone(crm) || isGone(desk) || !setup.within('crm', crm) || !setup.within('desk', desk))
    return verdict;
  for (const side of sides) {
    const [end, near, seen] = [due.link[side], due.link[other(side)], side === 'crm' ? crm : desk];
    const stale = end?.base[staleMarkKey];
    const field = setup.mark[side]?.field;
    const value = near && markFor(setup, side, near.id);
    if (!end || !stale || field === undefined || !value || seen[field] !== stale) continue;
    if (due.holds.some(({ why, field: held, vendorCode }) => why === 'refused' && held === null && vendorCode !== null))
      // The vendor would not have it: what else there is to write must not fail for it again.
      return { ...verdict, link: withEnd(verdict.link, side, withoutMark(verdict.link[side])) };
    if (!setup.update.includes(side) || lockOf(sideOf(setup, side).type, seen) !== null) continue;
    const { write, next } = verdict;
    // What goes to the other side first goes first here too.
    if (write && write.side !== side)
      return { ...verdict, next: withMark(setup, due, side, next, { field, stale, value }) };
    return { ...verdict, is: 'work', write: withMark(setup, due, side, write, { field, stale, value }) };
  }
  return verdict;
}

function withoutMark(end: End | null): End | null {
  return end && { ...end, base: without(end.base, (key) => key === staleMarkKey) };
}

/** This write, or one of its own, with the mark. */
function withMark(
  setup: SyncSetup,
  due: DueLink,
  side: Side,
  write: Write | null,
  { field, stale, value }: { readonly field: string; readonly stale: Value; readonly value: string },
): Write | null {
  const { connection, object } = sideOf(setup, side);
  const operation = write?.operation ?? {
    do: 'update' as const,
    link: due.link.id,
    ref: { connection, object, id: due.link[side]?.id ?? '' },
    expect: due[side]?.version ?? null,
    fields: {},
  };
  if (operation.do !== 'update') return write;
  const agreed = write?.agreed ?? { crm: {}, desk: {}, rules: {} };
  return {
    side,
    cause: write?.cause ?? 'merge',
    before: { ...write?.before, [field]: { before: stale, after: value, rule: 'mark' } },
    agreed: { ...agreed, [side]: { ...agreed[side], [staleMarkKey]: null } },
    operation: { ...operation, fields: { ...operation.fields, [field]: value } },
  };
}

/** The half links of winners that are decided in the same batch end with it: they need no twin of their own. */
export function withoutTakenIn(decisions: readonly Decision[]): readonly Decision[] {
  const takenIn = new Set(decisions.flatMap(({ due, absorb }) => (due.moved && absorb ? [absorb] : [])));
  return takenIn.size === 0 ? decisions : decisions.filter(({ due }) => !takenIn.has(due.link.id));
}

/** A link that has moved, as history tells it: whose place was taken by whom. */
export function movedRow(row: HistoryRow, link: Link, { side, from }: Moved): HistoryRow {
  const record = link[side]?.id ?? null;
  return { ...row, side, cause: 'merge', record, fields: { id: { before: from, after: record, rule: 'merge' } } };
}

function without(base: Fields, isLeft: (key: string) => boolean): Fields {
  return Object.fromEntries(Object.entries(base).filter(([key]) => !isLeft(key)));
}
