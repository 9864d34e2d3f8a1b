import { sql } from 'kysely';
import type { Claim, LinkChange } from '../../engine/ports.ts';
import type { Fault } from '../../model/fault.ts';
import type { Cause } from '../../model/history.ts';
import type { Hold } from '../../model/hold.ts';
import { type End, type Lane, newEnd } from '../../model/link.ts';
import { type Ref, type Side, sides } from '../../model/record.ts';
import { type OpenIntent, type Row, refKey, State } from '../memory/state.ts';
import { claimKey, placedKeys } from '../words.ts';
import { indexKey, jsonText, manyRows, rowsOf, texts } from './json.ts';
import { endColumn } from './kin.ts';
import type { LinkRow } from './links.ts';
import { lockSightings, touchedAt } from './sightings.ts';
import type { Answers, Reach } from './tables.ts';

/**
 * The part of the database that a batch of changes can touch, locked and read into the memory store's own state, so that both stores
 * apply changes by the same lines. Its size is bounded by the batch. Locks are taken in the order that `observe` takes them.
 * With `owners: 'trust'` nobody is asked whether a record that is joined is free: mostly it is, and else a unique index says so.
 */
export async function loadSlice(
  reach: Reach,
  changes: readonly LinkChange[],
  owners: 'trust' | 'read',
): Promise<State> {
  const state = new State();
  const told = changes.flatMap((change) => change.sightings ?? []).map(({ ref }) => ref);
  await loadSightings(reach, state, told);
  const rows = await loadLinks(reach, state, changes);
  if (owners === 'read') await loadOwners(reach, state, changes, rows);
  await loadSightings(reach, state, unplaced(changes, rows, state));
  await loadIntents(reach, state, changes);
  await loadClaims(reach, state, changes);
  await loadHolds(reach, state, changes);
  await loadTouches(reach, state, changes);
  return state;
}

async function loadSightings(reach: Reach, state: State, refs: readonly Ref[]): Promise<void> {
  const wanted = new Map(refs.map((ref) => [refKey(ref), ref]));
  for (const { sighting, keys, learnedAt } of await lockSightings(reach, [...wanted.values()])) {
    state.sightings.set(refKey(sighting.ref), sighting);
    state.learnedAt.set(refKey(sighting.ref), learnedAt);
    state.setKeys(sighting.ref, keys);
  }
}

/** Records that a change gives match keys for without saying how they look. */
function unplaced(changes: readonly LinkChange[], rows: ReadonlyMap<string, Row>, state: State): readonly Ref[] {
  return changes.flatMap((change) => {
    const row = rows.get(change.link);
    if (change.keys === undefined || row === undefined) return [];
    const ends = sides.flatMap((side) => {
      const ids = [row.link[side]?.id, change.ends?.[side]?.id].filter((id) => id !== undefined);
      return ids.map((id) => ({ ...row.track.places[side], id }));
    });
    return placedKeys(change.keys, change.sightings, ends)
      .map(({ ref }) => ref)
      .filter((ref) => !state.sightings.has(refKey(ref)));
  });
}

const columns = sql`link.id, link.sync, link.pair, link.crm_id, link.desk_id, link.lane, link.due_at, link.due_since, link.turn, link.cause,
  link.lease, link.lease_until, link.taken_at, link.joined_at, link.in_flight, link.creates, link.tries, link.fault, link.fault_since, link.ask_vendor,
  link.answers, link.paused`;

interface FullRow {
  readonly id: string;
  readonly sync: string;
  readonly crm_id: string | null;
  readonly desk_id: string | null;
  /** Absent where no change needs more of the ends than whose they are. */
  readonly crm?: End | null;
  readonly desk?: End | null;
  readonly pair: string;
  readonly lane: Lane | null;
  readonly due_at: number;
  readonly due_since: number;
  readonly turn: number;
  readonly cause: Cause;
  readonly lease: string | null;
  readonly lease_until: number;
  readonly taken_at: number;
  readonly joined_at: number;
  readonly in_flight: number;
  readonly creates: number;
  readonly tries: number;
  readonly fault: Fault | null;
  readonly fault_since: number;
  readonly ask_vendor: boolean;
  readonly answers: Answers;
  readonly paused: boolean;
}

async function loadLinks(
  reach: Reach,
  state: State,
  changes: readonly LinkChange[],
): Promise<ReadonlyMap<string, Row>> {
  const ids = new Set(changes.flatMap(({ link, absorb }) => (typeof absorb === 'string' ? [link, absorb] : [link])));
  const found = await manyRows<FullRow>(
    reach.db,
    sql`select ${columns} from link
      where link.workspace = ${reach.workspace}::text and link.id = any(${texts([...ids])})
      order by link.id for update`,
  );
  const ends = await loadEnds(reach, changes);
  for (const row of found) addRow(state, { ...row, ...ends.get(row.id) });
  return state.rows;
}

/** Bases are large. They are read only where a change keeps one of them: it gives the one end, or absorbs the other. */
async function loadEnds({ db, workspace }: Reach, changes: readonly LinkChange[]) {
  const keeping = changes.filter(({ ends, absorb }) => {
    const given = sides.filter((side) => ends?.[side] !== undefined).length;
    return typeof absorb === 'string' ? given < 2 : given === 1;
  });
  const ids = keeping.flatMap(({ link, absorb }) => (typeof absorb === 'string' ? [link, absorb] : [link]));
  if (ids.length === 0) return new Map<string, LinkRow>();
  const found = await sql<LinkRow>`
    select id, sync, crm, desk from link where workspace = ${workspace}::text and id = any(${texts(ids)})`.execute(db);
  return new Map(found.rows.map((row) => [row.id, row]));
}

/**
 * Who has the records that these changes join? An end that is new to its link must have no other link of the sync, and every end of a
 * link that becomes whole no other whole link of the pair. Read without a lock: the unique indexes catch whoever comes in between.
 */
async function loadOwners(
  reach: Reach,
  state: State,
  changes: readonly LinkChange[],
  rows: ReadonlyMap<string, Row>,
): Promise<void> {
  const joined = changes.flatMap((change): readonly Joined[] => {
    const row = rows.get(change.link);
    if (row === undefined) return [];
    const isWhole = row.wholeKeys.length > 0;
    return sides.flatMap((side) => {
      const has = row.link[side]?.id;
      const gets = change.ends?.[side]?.id;
      const place = { link: change.link, sync: row.link.sync, pair: row.track.pair, side };
      const gained = gets === undefined || gets === has ? [] : [{ ...place, id: gets, isNew: true }];
      const own = has === undefined || isWhole || !mayBecomeWhole(change) ? [] : [{ ...place, id: has, isNew: false }];
      return [...gained, ...own];
    });
  });
  await addOwners(reach, state, joined);
}

function mayBecomeWhole(change: LinkChange): boolean {
  const creates = change.open?.some((intent) => intent.operation.do === 'create') === true;
  return creates || change.ends !== undefined || typeof change.absorb === 'string';
}

interface Joined {
  readonly link: string;
  readonly sync: string;
  readonly pair: string;
  readonly side: Side;
  readonly id: string;
  readonly isNew: boolean;
}

async function addOwners(reach: Reach, state: State, joined: readonly Joined[]): Promise<void> {
  const owners = new Set<string>();
  for (const side of sides) {
    const ends = joined.filter((end) => end.side === side);
    if (ends.length === 0) continue;
    const end = sql.ref(`link.${endColumn[side]}`);
    const found = await sql<{ id: string }>`
      select link.id from ${rowsOf(ends.filter(({ isNew }) => isNew))} as r(link text, sync text, id text)
      join link on link.workspace = ${reach.workspace}::text and link.sync = r.sync and ${end} = r.id and link.id <> r.link
      union all
      select link.id from ${rowsOf(ends)} as r(link text, pair text, id text)
      join link on link.workspace = ${reach.workspace}::text and link.pair = r.pair and ${end} = r.id and link.whole
        and link.id <> r.link`.execute(reach.db);
    for (const { id } of found.rows) if (!state.rows.has(id)) owners.add(id);
  }
  if (owners.size === 0) return;
  const rows = await sql<FullRow>`
    select ${columns} from link
    where link.workspace = ${reach.workspace}::text and link.id = any(${texts([...owners])})`.execute(reach.db);
  for (const row of rows.rows) addRow(state, row);
}

function addRow(state: State, row: FullRow): void {
  state.add({
    link: { id: row.id, sync: row.sync, crm: endOf(row.crm, row.crm_id), desk: endOf(row.desk, row.desk_id) },
    track: state.track(row.sync, row.pair),
    lane: row.lane,
    dueAt: row.due_at,
    dueSince: row.due_since,
    turn: row.turn,
    cause: row.cause,
    lease: row.lease,
    leaseUntil: row.lease_until,
    takenAt: row.taken_at,
    joinedAt: row.joined_at,
    lapsed: false,
    tries: row.tries,
    fault: row.fault,
    faultSince: row.fault_since,
    askVendor: row.ask_vendor,
    answers: row.answers,
    paused: row.paused,
    holds: [],
    waits: [],
    inFlight: row.in_flight,
    creates: row.creates,
    wholeKeys: [],
  });
}

function endOf(end: End | null | undefined, id: string | null): End | null {
  return end ?? (id === null ? null : newEnd(id));
}

async function loadIntents({ db, workspace }: Reach, state: State, changes: readonly LinkChange[]): Promise<void> {
  const ids = changes.flatMap((change) => change.close ?? []);
  if (ids.length === 0) return;
  const found = await manyRows<{ id: string } & OpenIntent>(
    db,
    sql`select id, link, creates from intent
    where workspace = ${workspace}::text and id = any(${texts(ids)}) order by id for update`,
  );
  for (const { id, link, creates } of found) state.open.set(id, { link, creates });
}

async function loadClaims({ db, workspace }: Reach, state: State, changes: readonly LinkChange[]): Promise<void> {
  const claims = new Map(
    changes.flatMap((change) => change.claims ?? []).map((claim) => [indexKey(claimKey(claim)), claim]),
  );
  if (claims.size === 0) return;
  const found = await sql<{ key: string; link: string }>`
    select key, link from claim where workspace = ${workspace}::text and key = any(${texts([...claims.keys()])})`.execute(
    db,
  );
  for (const { key, link } of found.rows) {
    const claim: Claim | undefined = claims.get(key);
    if (claim !== undefined) state.claim(link, claim);
  }
}

async function loadTouches(reach: Reach, state: State, changes: readonly LinkChange[]): Promise<void> {
  const wakes = new Set(
    changes.flatMap(({ holds, waits }) => [
      ...(holds ?? []).flatMap((hold) => hold.wakes),
      ...(waits ?? []).map(({ key }) => key),
    ]),
  );
  const times = await touchedAt(reach, [...wakes].map(indexKey));
  for (const key of wakes) {
    const at = times.get(indexKey(key));
    if (at !== undefined) state.touchedAt.set(key, at);
  }
}

/** Whom a row of `wake` wakes: a hold by its id, or a link that only waits, in a lane. */
export function waitName(link: string, lane: Lane): string {
  return `wait:${lane}:${link}`;
}

export function waitLane(hold: string): Lane {
  return hold.startsWith('wait:load:') ? 'load' : 'live';
}

async function loadHolds({ db, workspace }: Reach, state: State, changes: readonly LinkChange[]): Promise<void> {
  const links = changes
    .filter((change) => change.holds !== undefined || change.waits !== undefined)
    .map((change) => change.link);
  if (links.length === 0) return;
  const found = await sql<{ link: string; body: Hold }>`
    select link, body from hold
    where workspace = ${workspace}::text and link = any(${texts(links)}) order by since, id`.execute(db);
  const waiting = await sql<{ link: string; key: string; hold: string }>`
    select wake.link, wake.key, wake.hold from jsonb_array_elements_text(${jsonText(links)}::jsonb) as l(link)
    cross join lateral (
      select link, key, hold from wake where workspace = ${workspace}::text and wake.link = l.link and hold like 'wait:%'
      offset 0
    ) wake`.execute(db);
  const holds = Map.groupBy(found.rows, (row) => row.link);
  const waits = Map.groupBy(waiting.rows, (row) => row.link);
  for (const link of new Set([...holds.keys(), ...waits.keys()])) {
    const row = state.rows.get(link);
    if (row === undefined) continue;
    state.setWaking(
      row,
      (holds.get(link) ?? []).map(({ body }) => body),
      (waits.get(link) ?? []).map(({ key, hold }) => ({ key, lane: waitLane(hold) })),
    );
  }
}
