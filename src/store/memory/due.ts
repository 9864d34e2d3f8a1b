import type { DueLink, Store } from '../../engine/ports.ts';
import type { Cause } from '../../model/history.ts';
import type { Lane } from '../../model/link.ts';
import type { Side, Sighting } from '../../model/record.ts';
import { causeOf, urgent } from '../words.ts';
import type { Row, State, Track } from './state.ts';

const lanes: readonly Lane[] = ['live', 'load'];

/** The link becomes due, or due once more: its turn rises, so whoever decides on it now does not swallow this. */
export function makeDue(state: State, row: Row, lane: Lane, cause: Cause, now: number): void {
  const before = { lane: row.lane, at: row.dueAt };
  row.turn++;
  row.cause = causeOf(row.lane === null ? null : row.cause, cause);
  row.dueSince = row.lane === null ? now : row.dueSince;
  row.dueAt = row.lane === null ? now : Math.min(row.dueAt, now);
  row.lane = urgent(row.lane, lane);
  if (before.lane !== row.lane || before.at !== row.dueAt) state.enqueue(row);
}

function canBeTaken(row: Row, lane: Lane, at: number): boolean {
  return (
    row.lane === lane && row.dueAt === at && row.inFlight === 0 && !row.paused && (row.lease === null || row.lapsed)
  );
}

/** `despite`: a pause of the sync alone does not count. */
export function isPaused(state: State, track: Track, despite = false): boolean {
  return (
    (!despite && state.paused.has(`sync\n${track.sync}`)) ||
    state.paused.has(`connection\n${track.places.crm.connection}`) ||
    state.paused.has(`connection\n${track.places.desk.connection}`)
  );
}

function tracksOf(state: State, syncs: readonly string[], despite = false): readonly Track[] {
  return [...state.tracks.values()].filter((track) => syncs.includes(track.sync) && !isPaused(state, track, despite));
}

/** The oldest entry whose link can still be taken; those that cannot are dropped on the way. */
function front(state: State, track: Track, lane: Lane): { readonly row: Row; readonly at: number } | null {
  const queue = track.queues[lane];
  for (let entry = queue.peek(); entry !== undefined; entry = queue.peek()) {
    const row = state.rows.get(entry.link);
    if (row !== undefined && canBeTaken(row, lane, entry.at)) return { row, at: entry.at };
    queue.pop();
  }
  return null;
}

export function isBraked({ holds }: Row): boolean {
  return holds.some(({ why }) => why === 'brake');
}

export function dueVerbs(state: State): Pick<Store, 'take' | 'peek' | 'release' | 'releaseAll' | 'nextDue'> {
  return {
    async take({ syncs, links, paused, now, limit, lease, until }) {
      const taken: DueLink[] = [];
      const tracks = tracksOf(state, syncs, paused);
      findLapsed(state, tracks, now);
      if (links !== undefined) {
        for (const { row, lane } of chosen(state, tracks, links)
          .filter(({ row }) => row.dueAt <= now)
          .slice(0, limit)) {
          state.lease(row, lease, now, until);
          taken.push(dueLink(state, row, lane));
        }
        return taken;
      }
      for (const lane of lanes) {
        while (taken.length < limit) {
          const row = oldest(state, tracks, lane, now);
          if (row === null) break;
          state.lease(row, lease, now, until);
          taken.push(dueLink(state, row, lane));
        }
      }
      return taken;
    },

    async peek({ syncs, links, whole = false, braked = false, paused, after, limit }) {
      const tracks = tracksOf(state, syncs, paused);
      const asked = links === undefined ? state.rows.values() : links.flatMap((id) => state.rows.get(id) ?? []);
      const rows = [...asked].filter(
        (row) =>
          (row.lane !== null || (braked && isBraked(row))) &&
          row.inFlight === 0 &&
          !row.paused &&
          (!whole || (row.link.crm !== null && row.link.desk !== null)) &&
          (after === null || row.link.id > after) &&
          tracks.includes(row.track),
      );
      const sorted = rows.toSorted((a, b) => (a.link.id < b.link.id ? -1 : 1)).slice(0, limit);
      return sorted.map((row) =>
        row.lane === null ? { ...dueLink(state, row, 'load'), cause: 'edit' } : dueLink(state, row, row.lane),
      );
    },

    async release(lease) {
      for (const row of [...(state.leases.get(lease) ?? [])]) {
        state.endLease(row);
        state.enqueue(row);
      }
      for (const feed of state.feeds.values()) if (feed.lease === lease) feed.lease = null;
      for (const held of state.intents.values()) if (held.lease === lease) held.lease = null;
    },

    async releaseAll(now) {
      for (const row of [...state.leases.values()].flatMap((rows) => [...rows])) {
        state.endLease(row);
        state.enqueue(row);
      }
      for (const feed of state.feeds.values()) feed.lease = null;
      for (const held of state.intents.values()) {
        held.lease = null;
        if (held.intent.state === 'open') held.intent = { ...held.intent, state: 'unsure', againAt: now };
      }
    },

    async nextDue(syncs, links) {
      const next = new Map<string, number>();
      const tracks = tracksOf(state, syncs);
      const consider = ({ sync }: Track, at: number) => {
        next.set(sync, Math.min(next.get(sync) ?? at, at));
      };
      const waits = (row: Row) => row.lane !== null && row.inFlight === 0 && !row.paused && tracks.includes(row.track);
      const heldUntil = (row: Row) =>
        row.lease === null || row.lapsed ? row.dueAt : Math.max(row.dueAt, row.leaseUntil);
      if (links !== undefined) {
        for (const row of links.flatMap((id) => state.rows.get(id) ?? []))
          if (waits(row)) consider(row.track, heldUntil(row));
        return next;
      }
      for (const track of tracks)
        for (const lane of lanes) {
          const first = front(state, track, lane);
          if (first !== null) consider(track, first.at);
        }
      for (const rows of state.leases.values())
        for (const row of rows) if (waits(row)) consider(row.track, Math.max(row.dueAt, row.leaseUntil));
      return next;
    },
  };
}

/** Those of these links that can be taken when they are due, live lane first, oldest first. */
function chosen(
  state: State,
  tracks: readonly Track[],
  links: readonly string[],
): readonly { readonly row: Row; readonly lane: Lane }[] {
  const found = [...new Set(links)].flatMap((id) => {
    const row = state.rows.get(id);
    if (row === undefined || row.lane === null || !tracks.includes(row.track)) return [];
    return canBeTaken(row, row.lane, row.dueAt) ? [{ row, lane: row.lane }] : [];
  });
  return found.toSorted(
    (a, b) =>
      lanes.indexOf(a.lane) - lanes.indexOf(b.lane) ||
      a.row.dueAt - b.row.dueAt ||
      (a.row.link.id < b.row.link.id ? -1 : 1),
  );
}

function oldest(state: State, tracks: readonly Track[], lane: Lane, now: number): Row | null {
  let first: { readonly row: Row; readonly at: number; readonly track: Track } | null = null;
  for (const track of tracks) {
    const next = front(state, track, lane);
    if (next === null || next.at > now) continue;
    const sooner =
      first === null || next.at < first.at || (next.at === first.at && next.row.link.id < first.row.link.id);
    if (sooner) first = { ...next, track };
  }
  first?.track.queues[lane].pop();
  return first?.row ?? null;
}

/** A lease that ran out ends when somebody else takes the link; until then its holder may still commit. */
function findLapsed(state: State, tracks: readonly Track[], now: number): void {
  for (const rows of state.leases.values()) {
    for (const row of rows) {
      if (row.lapsed || row.leaseUntil > now || !tracks.includes(row.track)) continue;
      row.lapsed = true;
      state.enqueue(row);
    }
  }
}

export function dueLink(state: State, row: Row, lane: Lane): DueLink {
  const answers = Object.entries(row.answers).map(([field, { answer }]) => [field, answer] as const);
  return {
    link: row.link,
    turn: row.turn,
    lane,
    cause: row.cause,
    tries: row.tries,
    askVendor: row.askVendor,
    joinedAt: row.joinedAt,
    dueSince: row.dueSince,
    crm: sightingOf(state, row, 'crm'),
    desk: sightingOf(state, row, 'desk'),
    holds: row.holds.toSorted((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1)),
    answers: Object.fromEntries(answers),
  };
}

function sightingOf(state: State, row: Row, side: Side): Sighting | null {
  const end = row.link[side];
  return end === null ? null : state.sighting(row.track.places[side], end.id);
}
