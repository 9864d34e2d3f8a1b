import type { HistoryRow } from '../../model/history.ts';
import { type Link, withEnd } from '../../model/link.ts';
import { isGone, other, type Side } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import type { Fields } from '../../model/value.ts';
import type { Decision } from '../decide.ts';
import { writeBackKey } from '../draft.ts';
import type { Engine } from '../engine.ts';
import { markKey } from '../keys.ts';
import { lockOf } from '../lock.ts';
import { markFor } from '../mark.ts';
import { askOf } from '../meet.ts';
import type { DueLink, Moved } from '../ports.ts';
import type { Verdict } from '../verdict.ts';
import type { Followed, Standing } from './merged.ts';

/* A link whose end becomes the winner of a merge (merged.ts), and what is written for that. */

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
  // An id that we wrote and that names the loser is written anew; whatever else stands there is somebody's.
  if (far && far.base[writeBackKey] === end.id)
    link = withEnd(link, other(side), { ...far, base: without(far.base, (key) => key === writeBackKey) });
  const mark = await newMark(engine, setup, due, side, { loser: end.id, winner: winner.id });
  const moved = { side, from: end.id, again, mark } as const;
  const next = side === 'crm' ? { ...due, link, crm: sighting, moved } : { ...due, link, desk: sighting, moved };
  return { due: next, absorb: half?.id ?? null, fate: null };
}

/** Our mark on the twin names the loser: then it is to name the winner, unless another record carries that mark already. */
async function newMark(
  engine: Engine,
  setup: SyncSetup,
  due: DueLink,
  side: Side,
  ids: { readonly loser: string; readonly winner: string },
): Promise<Moved['mark']> {
  const target = other(side);
  const field = setup.mark[target]?.field;
  const seen = due[target]?.seen;
  const value = markFor(setup, target, ids.winner);
  if (field === undefined || value === null || !seen || isGone(seen) || !setup.update.includes(target)) return null;
  if (seen[field] !== markFor(setup, target, ids.loser)) return null;
  const [bearers] = await engine.store.kin([askOf(setup, target, markKey(field), value)], 1);
  return bearers?.length ? null : { field, value };
}

/** The decision about a link that has just moved, with the mark that its twin gets. What lies outside the filter is not written. */
export function remarked(setup: SyncSetup, due: DueLink, verdict: Verdict): Verdict {
  const { moved } = due;
  if (!moved?.mark) return verdict;
  const side = other(moved.side);
  const { crm, desk } = { crm: due.crm?.seen, desk: due.desk?.seen };
  if (!crm || !desk || isGone(crm) || isGone(desk) || !setup.within('crm', crm) || !setup.within('desk', desk))
    return verdict;
  const { write } = verdict;
  const seen = side === 'crm' ? crm : desk;
  const end = due.link[side];
  if (!end || lockOf(sideOf(setup, side).type, seen) !== null || (write && write.side !== side)) return verdict;
  const { field, value } = moved.mark;
  const before = { ...write?.before, [field]: { before: seen[field] ?? null, after: value, rule: 'mark' } };
  const { connection, object } = sideOf(setup, side);
  const operation = write?.operation ?? {
    do: 'update' as const,
    link: due.link.id,
    ref: { connection, object, id: end.id },
    expect: due[side]?.version ?? null,
    fields: {},
  };
  if (operation.do !== 'update') return verdict;
  const agreed = write?.agreed ?? { crm: {}, desk: {}, rules: {} };
  const fields = { ...operation.fields, [field]: value };
  return {
    ...verdict,
    is: 'work',
    write: { side, cause: write?.cause ?? 'merge', before, agreed, operation: { ...operation, fields } },
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
