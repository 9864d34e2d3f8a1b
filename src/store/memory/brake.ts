import type { BrakeOf, BrakeState, BrakeStore } from '../../engine/ports.ts';
import { isGone } from '../../model/record.ts';
import { isBraked, makeDue } from './due.ts';
import type { Row, State } from './state.ts';

export function brakeVerbs(state: State): BrakeStore {
  const brakes = new Map<string, BrakeState>();
  /** By brake, then by link: when it was counted last (ms). */
  const counted = new Map<string, Map<string, number>>();
  const wrote = (of: BrakeOf, since: number, links: readonly string[]) => {
    const rows = counted.get(nameOf(of)) ?? new Map<string, number>();
    const isCounted = (link: string) => (rows.get(link) ?? Number.NEGATIVE_INFINITY) > since;
    return {
      count: [...rows.values()].filter((at) => at > since).length,
      fresh: links.filter((link) => !isCounted(link)).length,
    };
  };
  const heldBy = (of: BrakeOf): readonly Row[] =>
    [...state.rows.values()].filter(
      ({ link, holds }) => link.sync === of.sync && holds.some(({ brake }) => isSame(brake, of)),
    );
  return {
    async wrote(of, since, links) {
      return wrote(of, since, links);
    },

    async spend({ of, links, since, now, limit }) {
      const { count, fresh } = wrote(of, since, links);
      if (brakes.has(nameOf(of)) || (limit !== null && count + fresh > limit)) return false;
      const rows = counted.get(nameOf(of)) ?? new Map<string, number>();
      for (const link of links) rows.set(link, now);
      counted.set(nameOf(of), rows);
      return true;
    },

    async brake(of) {
      const on = brakes.get(nameOf(of));
      return on === undefined ? null : { state: on, isHolding: heldBy(of).length > 0 };
    },

    async setBrake(of, on) {
      if (on === null) brakes.delete(nameOf(of));
      else brakes.set(nameOf(of), on);
    },

    async letGo(of, now) {
      const rows = heldBy(of).filter(({ answers }) => !isSame(answers['']?.answer.brake, of));
      for (const row of rows) {
        makeDue(state, row, 'live', 'answer', now);
        row.answers = {
          ...row.answers,
          '': { answer: { say: 'go', brake: { side: of.side, kind: of.kind } }, turn: row.turn },
        };
      }
      return rows.length;
    },

    async rouseBraked(syncs, now, links) {
      const chosen = links && new Set(links);
      const rows = [...state.rows.values()].filter(
        (row) => syncs.includes(row.link.sync) && isBraked(row) && (chosen?.has(row.link.id) ?? true),
      );
      for (const row of rows) makeDue(state, row, 'load', 'edit', now);
      return rows.length;
    },

    async settledLinks(sync, joinedBy) {
      const rows = [...state.rows.values()].filter(({ link }) => link.sync === sync && link.crm && link.desk);
      return rows.filter(({ joinedAt }) => joinedAt <= joinedBy).length;
    },

    async updatesOf(links, since) {
      const wanted = new Set(links);
      return state.history
        .filter((row) => wanted.has(row.link) && row.at >= since && row.do === 'update' && row.outcome === 'ok')
        .toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    },

    async liveRecords(connection, object, limit) {
      let count = 0;
      for (const { ref, seen } of state.sightings.values()) {
        if (ref.connection === connection && ref.object === object && !isGone(seen)) count += 1;
        if (count >= limit) break;
      }
      return count;
    },
  };
}

function nameOf({ sync, side, kind }: BrakeOf): string {
  return `${sync}\n${side}\n${kind}`;
}

function isSame(brake: Row['holds'][number]['brake'], of: BrakeOf): boolean {
  return brake?.side === of.side && brake.kind === of.kind;
}
