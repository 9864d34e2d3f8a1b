import type { Kin, Known, Observed, Store } from '../../engine/ports.ts';
import type { Cause } from '../../model/history.ts';
import { matchKey } from '../../model/hold.ts';
import { type Lane, type Link, newEnd } from '../../model/link.ts';
import { type Ref, type Side, type Sighting, sides, tellsLess } from '../../model/record.ts';
import { askedAt, sameSeen, shownRecords, uniqueOpens } from '../words.ts';
import { makeDue } from './due.ts';
import { feedKey, type Row, refKey, type State, type Track, wakingLane } from './state.ts';

export function intakeVerbs(
  state: State,
): Pick<Store, 'feed' | 'leaseFeed' | 'known' | 'awaiting' | 'observe' | 'kin' | 'doubles'> {
  return {
    async feed(connection, object) {
      return state.feeds.get(feedKey(connection, object))?.feed ?? null;
    },

    async leaseFeed(connection, object, lease, now, until) {
      const row = state.feeds.get(feedKey(connection, object)) ?? { feed: null, lease: null, leaseUntil: 0 };
      if (row.lease !== null && row.lease !== lease && row.leaseUntil > now) return false;
      row.lease = lease;
      row.leaseUntil = until;
      state.feeds.set(feedKey(connection, object), row);
      return true;
    },

    async known(connection, object, ids) {
      const tracks = tracksAt(state, connection, object);
      return ids.map((id): Known => {
        const links = tracks.flatMap(({ track, side }) => {
          const row = state.linkAt(track.sync, side, id);
          if (row?.track !== track) return [];
          const { link, inFlight, lane, holds, tries, paused } = row;
          return [{ link, side, inFlight: inFlight > 0, due: lane !== null && !paused, held: holds.length > 0, tries }];
        });
        const sorted = links.toSorted((a, b) => (a.link.id < b.link.id ? -1 : 1));
        return { id, sighting: state.sighting({ connection, object }, id), links: sorted };
      });
    },

    async awaiting(connection, object, marks) {
      return [...new Set(marks)].flatMap((mark) =>
        state.marked(connection, object, mark).flatMap((id) => state.intents.get(id)?.intent ?? []),
      );
    },

    async observe(page) {
      return observe(state, page);
    },

    async doubles(connection, object, field, limit) {
      const begin = matchKey(connection, object, field, '');
      const found = state.doubled(begin);
      const examples = found.slice(0, limit).map(({ key, records }) => ({
        value: key.slice(begin.length),
        records: records.toSorted().slice(0, shownRecords),
      }));
      return { values: found.length, examples };
    },

    async kin(asks, limit) {
      return asks.map((ask) => {
        const key = matchKey(ask.connection, ask.object, ask.field, ask.value);
        const tracks = [...state.tracks.values()].filter((track) => track.pair === ask.pair);
        const found = state
          .keyed(key)
          .toSorted()
          .flatMap((id): readonly Kin[] => {
            const sighting = state.sighting(ask, id);
            if (sighting === null) return [];
            const rows = tracks.flatMap((track) => {
              const row = state.linkAt(track.sync, ask.side, id);
              return row?.track === track ? [row] : [];
            });
            const links = rows.map((row) => ({
              id: row.link.id,
              sync: row.link.sync,
              whole: row.wholeKeys.length > 0,
            }));
            return [{ sighting, links: links.toSorted((a, b) => (a.id < b.id ? -1 : 1)) }];
          });
        return found.slice(0, limit);
      });
    },
  };
}

/** On which tracks, and on which side of them, the records of an object stand. */
function tracksAt(state: State, connection: string, object: string): readonly { track: Track; side: Side }[] {
  return [...state.tracks.values()].flatMap((track) =>
    sides
      .filter((side) => track.places[side].connection === connection && track.places[side].object === object)
      .map((side) => ({ track, side })),
  );
}

function observe(state: State, page: Observed): { readonly opened: number; readonly due: number } {
  const feed = state.feeds.get(feedKey(page.connection, page.object));
  if (page.lease !== '') {
    if (feed === undefined || feed.lease !== page.lease) return { opened: 0, due: 0 };
    feed.feed = { cursor: page.cursor, complete: page.complete, fields: [...page.fields], readAt: page.now };
  }
  const due = new Map<string, { readonly lane: Lane; readonly cause: Cause }>();
  for (const mark of page.due) due.set(mark.link, mark);

  const shown = new Map(page.sightings.map((sighting) => [sighting.ref.id, sighting]));
  const opened = new Set<string>();
  for (const open of uniqueOpens(page)) {
    const there = state.linkAt(open.sync, open.side, open.id);
    if (there === undefined) {
      state.add(halfRow(state, open, page.now));
      opened.add(open.link);
    } else if (!due.has(there.link.id)) {
      // Somebody opened it since the caller looked. If this page brings something new of the record, it must not be lost.
      const sighting = shown.get(open.id) ?? null;
      const before = state.sighting(page, open.id);
      if (sighting !== null && !sameSeen(before, sighting)) due.set(there.link.id, { lane: open.lane, cause: 'edit' });
    }
  }
  const outdated = new Set(
    [...shown.values()].filter((sighting) => isOutdated(state, sighting, page)).map(({ ref }) => ref.id),
  );
  for (const [id, sighting] of shown) if (tellsLess(sighting, state.sighting(page, id))) shown.delete(id);
  const doubtful = [...outdated].filter(
    (id) => shown.has(id) && !sameSeen(state.sighting(page, id), shown.get(id) ?? null),
  );
  for (const [id, sighting] of shown) {
    if (outdated.has(id)) continue;
    state.sightings.set(refKey(sighting.ref), sighting);
    state.learnedAt.set(refKey(sighting.ref), askedAt(page));
  }
  for (const [id, keys] of Object.entries(page.keys)) {
    if (outdated.has(id)) continue;
    const ref = { connection: page.connection, object: page.object, id };
    for (const key of touch(state, ref, keys, page.now)) {
      for (const link of state.wakes.of(key)) {
        const row = state.rows.get(link);
        if (row !== undefined && !due.has(link)) due.set(link, { lane: wakingLane(row, key), cause: 'edit' });
      }
    }
  }
  let made = 0;
  for (const [link, { lane, cause }] of due) {
    const row = state.rows.get(link);
    if (row === undefined || opened.has(link)) continue;
    makeDue(state, row, lane, cause, page.now);
    made++;
  }
  for (const link of opened) {
    const row = state.rows.get(link);
    if (row !== undefined) state.enqueue(row);
  }
  for (const row of tracksAt(state, page.connection, page.object).flatMap(({ track, side }) =>
    doubtful.map((id) => state.linkAt(track.sync, side, id)),
  )) {
    if (row !== undefined && row.lane !== null) row.askVendor = true;
  }
  return { opened: opened.size, due: made };
}

function isOutdated(state: State, sighting: Sighting, page: Observed): boolean {
  return (state.learnedAt.get(refKey(sighting.ref)) ?? Number.NEGATIVE_INFINITY) > askedAt(page);
}

/** Replaces a record's match keys; answers with those that came or went. */
export function touch(state: State, ref: Ref, keys: Observed['keys'][string], now: number): readonly string[] {
  const names = keys.map((key) => matchKey(ref.connection, ref.object, key.field, key.value));
  const touched = state.setKeys(ref, names);
  for (const key of touched) state.touchedAt.set(key, now);
  return touched;
}

function halfRow(state: State, open: Observed['open'][number], now: number): Row {
  const end = newEnd(open.id);
  const link: Link = {
    id: open.link,
    sync: open.sync,
    crm: open.side === 'crm' ? end : null,
    desk: open.side === 'desk' ? end : null,
  };
  return {
    link,
    track: state.track(open.sync, open.pair),
    lane: open.lane,
    dueAt: now,
    dueSince: now,
    turn: 1,
    cause: 'edit',
    lease: null,
    leaseUntil: 0,
    takenAt: 0,
    joinedAt: 0,
    lapsed: false,
    tries: 0,
    fault: null,
    faultSince: 0,
    askVendor: false,
    answers: {},
    paused: false,
    holds: [],
    waits: [],
    inFlight: 0,
    creates: 0,
    wholeKeys: [],
  };
}
