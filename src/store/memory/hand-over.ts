import type { Store } from '../../engine/ports.ts';
import { sides } from '../../model/record.ts';
import { makeDue } from './due.ts';
import type { Row, State } from './state.ts';

export function handOverVerbs(state: State): Pick<Store, 'handOver' | 'syncsOf'> {
  return {
    async handOver(pair, from, to, now) {
      const rows = [...state.rows.values()].filter(({ link, track }) => link.sync === from && track.pair === pair);
      return rows.filter((row) => moveTo(state, row, to, now)).length;
    },

    async syncsOf(pair) {
      const rows = [...state.rows.values()].filter(({ track }) => track.pair === pair);
      return [...new Set(rows.map(({ link }) => link.sync))].toSorted();
    },
  };
}

/** False where the other sync has a link of the record already, and this one is only half. */
function moveTo(state: State, row: Row, to: string, now: number): boolean {
  const rivals = sides.flatMap((side) => {
    const end = row.link[side];
    return (end && state.linkAt(to, side, end.id)) ?? [];
  });
  if (rivals.length > 0 && row.wholeKeys.length === 0) {
    state.drop(row);
    return false;
  }
  for (const rival of rivals) state.drop(rival);
  const { link } = row;
  for (const side of sides) state.setEnd(row, side, null);
  row.link = { ...row.link, sync: to };
  row.track = state.track(to, row.track.pair);
  for (const side of sides) state.setEnd(row, side, link[side]);
  state.setWaking(
    row,
    row.holds.map((hold) => ({ ...hold, sync: to })),
    row.waits,
  );
  for (const kept of state.intents.values())
    if (kept.intent.link === link.id) kept.intent = { ...kept.intent, sync: to };
  state.endLease(row);
  makeDue(state, row, 'load', 'meeting', now);
  return true;
}
