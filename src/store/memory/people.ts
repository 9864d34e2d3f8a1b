import type { FaultRow, HoldRow, RowFilter, Store, SyncCounts } from '../../engine/ports.ts';
import type { HistoryRow } from '../../model/history.ts';
import { hasStatus, limitOf, showsQuiet } from '../words.ts';
import { makeDue } from './due.ts';
import type { Row, State } from './state.ts';

type PeopleVerbs = Pick<
  Store,
  | 'answer'
  | 'retry'
  | 'setPaused'
  | 'paused'
  | 'allDue'
  | 'holds'
  | 'faults'
  | 'history'
  | 'touched'
  | 'counts'
  | 'links'
>;

export function peopleVerbs(state: State): PeopleVerbs {
  return {
    async answer(hold, answer, now) {
      const row = state.holds.get(hold);
      const held = row?.holds.find((candidate) => candidate.id === hold);
      if (row === undefined || held === undefined) return false;
      makeDue(state, row, 'live', 'answer', now);
      row.answers = { ...row.answers, [held.field ?? '']: { answer, turn: row.turn } };
      return true;
    },

    async retry(ids, now) {
      const named = ids?.map((id) => state.holds.get(id) ?? state.rows.get(id)) ?? [...state.rows.values()];
      const rows = new Set(named.filter((row) => row !== undefined && (row.holds.length > 0 || row.fault !== null)));
      for (const row of rows) {
        if (row === undefined) continue;
        makeDue(state, row, 'live', 'retry', now);
        const refused = row.holds.some((hold) => hold.why === 'refused');
        if (refused)
          state.setWaking(
            row,
            row.holds.filter((hold) => hold.why !== 'refused'),
            row.waits,
          );
        row.tries = 0;
        row.fault = null;
      }
      return rows.size;
    },

    async setPaused({ kind, name }, paused) {
      if (kind === 'link') {
        const row = state.rows.get(name);
        if (row === undefined) return false;
        row.paused = paused;
        state.enqueue(row);
      } else if (paused) state.paused.set(`${kind}\n${name}`, { kind, name });
      else state.paused.delete(`${kind}\n${name}`);
      return true;
    },

    async paused() {
      const links = [...state.rows.values()].filter((row) => row.paused);
      const all = [...state.paused.values(), ...links.map((row) => ({ kind: 'link' as const, name: row.link.id }))];
      return all.toSorted((a, b) => (`${a.kind}\n${a.name}` < `${b.kind}\n${b.name}` ? -1 : 1));
    },

    async allDue(sync, now) {
      const rows = [...state.rows.values()].filter((row) => row.link.sync === sync);
      for (const row of rows) makeDue(state, row, 'load', 'meeting', now);
      return rows.length;
    },

    async holds(filter) {
      const rows = rowsOf(state, filter).flatMap((row) => row.holds.map((hold) => holdRow(row, hold)));
      const wanted = rows.filter(
        (hold) =>
          (filter.hold === undefined || hold.id === filter.hold) &&
          (filter.status === undefined || hold.why === filter.status) &&
          hold.since >= (filter.since ?? 0) &&
          (!filter.refused || hold.vendorCode !== null) &&
          (!hold.quiet || showsQuiet(filter)),
      );
      return wanted.toSorted((a, b) => newestFirst(a.since, a.id, b.since, b.id)).slice(0, limitOf(filter));
    },

    async faults(filter) {
      const rows = rowsOf(state, filter).flatMap((row) => faultRow(row) ?? []);
      const wanted = rows.filter(
        (row) => (filter.status === undefined || row.fault.kind === filter.status) && row.since >= (filter.since ?? 0),
      );
      return wanted.toSorted((a, b) => newestFirst(a.since, a.link, b.since, b.link)).slice(0, limitOf(filter));
    },

    async history(filter) {
      const { record } = filter;
      const own = record === undefined ? null : new Set(rowsOf(state, { record }).map((row) => row.link.id));
      const wanted = state.history.filter(
        (row) =>
          isWanted(row, filter) &&
          (own?.has(row.link) !== false || (row.side === record?.side && row.record === record.id)),
      );
      return wanted.toSorted((a, b) => newestFirst(a.at, a.id, b.at, b.id)).slice(0, limitOf(filter));
    },

    async touched({ after, limit, ...asked }) {
      const rows = state.history.filter((row) => row.outcome === 'ok' && isWanted(row, asked));
      const links = new Set(rows.map((row) => row.link));
      return [...links]
        .filter((link) => after === null || link > after)
        .toSorted()
        .slice(0, limit);
    },

    async counts(sync, now) {
      return count(
        [...state.rows.values()].filter((row) => row.link.sync === sync),
        now,
      );
    },

    async links(ids) {
      return [...new Set(ids)].flatMap((id) => state.rows.get(id)?.link ?? []);
    },
  };
}

function rowsOf(state: State, { sync, link, record }: RowFilter): readonly Row[] {
  return [...state.rows.values()].filter(
    (row) =>
      (sync === undefined || row.link.sync === sync) &&
      (link === undefined || row.link.id === link) &&
      (record === undefined || row.link[record.side]?.id === record.id),
  );
}

/** By everything but the record, which takes a look at links. */
function isWanted(row: HistoryRow, filter: RowFilter): boolean {
  const { before, field, status } = filter;
  return (
    (filter.sync === undefined || row.sync === filter.sync) &&
    (filter.link === undefined || row.link === filter.link) &&
    (filter.links?.includes(row.link) ?? true) &&
    (filter.run === undefined || row.run === filter.run) &&
    (status === undefined || hasStatus(row, status)) &&
    row.at >= (filter.since ?? 0) &&
    row.at <= (filter.until ?? Number.POSITIVE_INFINITY) &&
    (before === undefined || row.at < before.at || (row.at === before.at && row.id < before.id)) &&
    (field === undefined || Object.entries(row.fields).some(([name, { rule }]) => name === field || rule === field))
  );
}

function holdRow(row: Row, hold: Row['holds'][number]): HoldRow {
  return { ...hold, crm: row.link.crm?.id ?? null, desk: row.link.desk?.id ?? null };
}

function faultRow(row: Row): FaultRow | null {
  if (row.fault === null || row.lane === null) return null;
  const { id: link, sync } = row.link;
  const ends = { crm: row.link.crm?.id ?? null, desk: row.link.desk?.id ?? null };
  return { link, sync, ...ends, fault: row.fault, tries: row.tries, nextTry: row.dueAt, since: row.faultSince };
}

function newestFirst(at: number, id: string, thanAt: number, thanId: string): number {
  return thanAt - at || (id < thanId ? 1 : -1);
}

function count(rows: readonly Row[], now: number): SyncCounts {
  const due = rows.filter((row) => row.lane !== null && row.dueAt <= now && row.inFlight === 0);
  const waits = due.map((row) => Math.max(0, now - row.dueSince));
  return {
    links: rows.filter((row) => row.link.crm !== null && row.link.desk !== null).length,
    due: due.length,
    held: rows.filter((row) => row.holds.some(({ quiet }) => !quiet)).length,
    failed: rows.filter((row) => row.fault !== null).length,
    inFlight: rows.filter((row) => row.inFlight > 0).length,
    pending: rows.filter((row) => row.lane !== null || row.inFlight > 0).length,
    lagMs: waits.reduce((longest, wait) => Math.max(longest, wait), 0),
  };
}
