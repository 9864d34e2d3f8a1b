import type { HistoryRow } from '../../src/model/history.ts';
import type { Pair } from './configurations.ts';
import { type Flow, plain } from './flows.ts';
import type { Edit, Seen } from './ledger.ts';
import type { Rest } from './rest.ts';
import { isSpokenOf } from './words.ts';

/**
 * I3: what a person left in a field that flows from there is there. Else history names what overruled it and keeps it, and that was entitled
 * to: something that a person left on the other side and that had not been carried before, as the policy says.
 */
export function kept(rest: Rest): readonly string[] {
  return rest.couples.flatMap(({ pair, link, crm, desk }) =>
    pair.flows.flatMap((flow) => [
      ...lost(rest, { pair, flow, side: 'crm', seen: crm, link: link.id }),
      ...(flow.isTwoWay ? lost(rest, { pair, flow, side: 'desk', seen: desk, link: link.id }) : []),
    ]),
  );
}

/** How long a vendor may be at a write after it was sent (ms). */
export const longestJobMs = 45_000;

/** A field of one record, on the side from which an edit may have been lost. */
interface Place {
  readonly pair: Pair;
  readonly flow: Flow;
  readonly side: 'crm' | 'desk';
  readonly seen: Seen;
  readonly link: string;
}

function lost(rest: Rest, place: Place): readonly string[] {
  const { flow, side, seen } = place;
  const field = flow[side];
  const edit = rest.ledger.last(`${seen.kind}/${seen.id}`, field);
  if (!edit || plain(edit.value) === plain(seen.row[field])) return [];
  const rows = rowsOf(rest, side, seen.id, field);
  // What a person has decided since goes before what was edited.
  if (isSpokenOf(rest, { sync: place.pair.sync, link: place.link }, flow, edit.at)) return [];
  const why = overruled(rest, place, edit, rows);
  if (why === null) return [];
  return [
    `I3 kept: ${seen.kind}/${seen.id} ${field} was left as "${plain(edit.value)}" and is "${plain(seen.row[field])}"; ${why}`,
  ];
}

/** Writes of ours into a field of a record, oldest first. */
function rowsOf({ history }: Rest, side: 'crm' | 'desk', id: string, field: string): readonly HistoryRow[] {
  return history.filter((row) => row.side === side && row.record === id && field in row.fields).toReversed();
}

/** null where the edit was overruled as it should be; else what is wrong with it. */
function overruled(rest: Rest, place: Place, edit: Edit, rows: readonly HistoryRow[]): string | null {
  const { pair, flow, side } = place;
  const field = flow[side];
  const row = rows.findLast(({ at, fields }) => at >= edit.at && plain(fields[field]?.before) === plain(edit.value));
  // The race that the spec names: our write was on its way, and has not seen this edit.
  if (!row)
    return edit.isRacing && rows.some(({ at }) => at >= edit.at - longestJobMs) ? null : 'history does not say why';
  const other = side === 'crm' ? 'desk' : 'crm';
  const taken = row.fields[field]?.after;
  const says = (value: unknown) => (side === 'crm' ? flow.equal(taken, value) : flow.equal(value, taken));
  const rivals = rest.ledger.ofKind(pair[other], flow[other]).filter(({ value }) => says(value));
  if (rivals.length === 0 && cameWithWinner(rest, place, taken)) return null;
  if (rivals.length === 0) return `it was overruled by "${plain(taken)}", which nobody had left on the other side`;
  // Two records that meet have agreed on nothing: there the policy decides, whatever is older.
  const isOld =
    row.cause !== 'meeting' && edit.before !== undefined && flow.equal(edit.before, taken) && rivals.length === 1;
  // Unless somebody on the other side has left it once more since.
  if (isOld && !edit.isRacing && !rivals.some(({ order }) => order > edit.order))
    return `it was overruled by "${plain(taken)}", which had been there before it`;
  // Somebody who saw this edit on the other side, and changed it there, is no rival of it.
  const hasArrived = wasThere(rest, place, edit.value);
  if (!hasArrived && !edit.isRacing && !rivals.some(({ isRacing }) => isRacing) && isWinner(pair, side))
    return `it was overruled by "${plain(taken)}", against the policy ${pair.policy}`;
  return null;
}

/** The twin is now the winner of a merge, with what we had carried to it from a record of this side before. */
function cameWithWinner({ history, ledger, links }: Rest, place: Place, taken: unknown): boolean {
  const { pair, flow, side, link } = place;
  const other = side === 'crm' ? 'desk' : 'crm';
  const winner = (links.get(pair.sync) ?? []).find(({ id }) => id === link)?.[other]?.id;
  const hasMoved = history.some((row) => row.link === link && row.do === 'link' && row.cause === 'merge');
  const isOurs = history.some(
    (row) => row.side === other && row.record === winner && plain(row.fields[flow[other]]?.after) === plain(taken),
  );
  return hasMoved && isOurs && ledger.ofKind(pair[side], flow[side]).some(({ value }) => plain(value) === plain(taken));
}

/** The side whose edits nothing but a later edit may overrule. */
function isWinner({ policy }: Pair, side: 'crm' | 'desk'): boolean {
  return policy === 'ask' || policy === side || (policy === null && side === 'crm');
}

/** Whether a value has been on the other side: we wrote it there, or somebody there edited it away. */
function wasThere(rest: Rest, { pair, flow, side }: Place, value: unknown): boolean {
  const other = side === 'crm' ? 'desk' : 'crm';
  const says = (there: unknown) => (side === 'crm' ? flow.equal(value, there) : flow.equal(there, value));
  const written = rest.history.some(
    (row) => row.side === other && flow[other] in row.fields && says(row.fields[flow[other]]?.after),
  );
  return written || rest.ledger.ofKind(pair[other], flow[other]).some(({ before }) => says(before));
}
