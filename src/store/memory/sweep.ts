import type { Store, SweepStore } from '../../engine/ports.ts';
import { dueLink } from './due.ts';
import { refKey, type State } from './state.ts';

export function sweepVerbs(state: State): Pick<Store, keyof SweepStore> {
  /** By sweep and list. */
  const notes = new Map<string, Map<string, ReadonlySet<string>>>();
  const listOf = (sweep: string, list: string): ReadonlySet<string> => notes.get(sweep)?.get(list) ?? new Set();
  return {
    async sightings(connection, object, ids) {
      return [...new Set(ids)].flatMap((id) => state.sighting({ connection, object }, id) ?? []);
    },

    async standing({ sync, pair, links, after, limit }) {
      const asked = links === undefined ? state.rows.values() : links.flatMap((id) => state.rows.get(id) ?? []);
      const rows = [...new Set(asked)].filter(
        ({ link, track }) => track.sync === sync && track.pair === pair && (after === null || link.id > after),
      );
      return rows
        .toSorted((a, b) => (a.link.id < b.link.id ? -1 : 1))
        .slice(0, limit)
        .map((row) => ({
          link: dueLink(state, row, row.lane ?? 'load'),
          working: row.lane !== null || row.inFlight > 0,
          paused: row.paused,
        }));
    },

    async note(sweep, list, ids) {
      const lists = notes.get(sweep) ?? new Map<string, ReadonlySet<string>>();
      lists.set(list, new Set([...(lists.get(list) ?? []), ...ids]));
      notes.set(sweep, lists);
    },

    async noted({ sweep, list, after, limit }) {
      const found = [...listOf(sweep, list)].filter((id) => after === null || id > after);
      return found.toSorted().slice(0, limit);
    },

    async unnoted({ sweep, list, connection, object, before, after, limit }) {
      const all = [...state.sightings.values()].filter(
        ({ ref }) => ref.connection === connection && ref.object === object && (after === null || ref.id > after),
      );
      const page = all.toSorted((a, b) => (a.ref.id < b.ref.id ? -1 : 1)).slice(0, limit);
      const known = listOf(sweep, list);
      const isOld = (ref: string) => (state.learnedAt.get(ref) ?? Number.NEGATIVE_INFINITY) < before;
      return {
        sightings: page.filter(({ ref }) => !known.has(ref.id) && isOld(refKey(ref))),
        last: page.length < limit ? null : (page.at(-1)?.ref.id ?? null),
      };
    },

    async dropNotes(which) {
      for (const sweep of [...notes.keys()])
        if ('sweep' in which ? sweep === which.sweep : sweep < which.before) notes.delete(sweep);
    },
  };
}
