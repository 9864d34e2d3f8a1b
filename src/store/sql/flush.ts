import { sql } from 'kysely';
import type { Committed, LinkChange } from '../../engine/ports.ts';
import type { Link } from '../../model/link.ts';
import { type Ref, sides } from '../../model/record.ts';
import { type Row, refKey, type State } from '../memory/state.ts';
import { claimKey, markOf, objectOf } from '../words.ts';
import { indexKey, rowsOf, texts } from './json.ts';
import { without } from './observe.ts';
import { changeKeys, insertSightings, type Kept, noteLost, updateSightings } from './sightings.ts';
import { waitName } from './slice.ts';
import type { Reach } from './tables.ts';
import { Raced } from './transact.ts';

/** How things stood when the slice was loaded, for what has to be compared. */
export interface Before {
  readonly links: ReadonlyMap<string, Link>;
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

/** Writes back what the applied changes did to the slice, in an order that no unique index minds. */
export async function flush(
  reach: Reach,
  state: State,
  before: Before,
  changes: readonly LinkChange[],
  committed: readonly Committed[],
  now: number,
): Promise<void> {
  const done = changes.filter((_, i) => committed[i]?.is === 'done');
  if (done.length === 0) return;
  const absorbed = done.flatMap(({ absorb }) => (typeof absorb === 'string' ? [absorb] : []));
  const rows = [...new Set(done.map(({ link }) => link))].flatMap((link) => state.rows.get(link) ?? []);
  await dropLinks(reach, absorbed);
  await updateLinks(reach, rows, before.links);
  await changeIntents(reach, done);
  await changeClaims(reach, state, done, absorbed);
  await changeHolds(reach, rows, done, absorbed);
  await addHistory(reach, done);
  await keepTold(reach, state, before, done, now);
  await noteLost(reach, done.flatMap(({ wakes }) => wakes ?? []).map(indexKey), now);
}

async function dropLinks({ db, workspace }: Reach, links: readonly string[]): Promise<void> {
  if (links.length === 0) return;
  await sql`delete from link where workspace = ${workspace}::text and id = any(${texts(links)})`.execute(db);
}

async function updateLinks({ db, workspace }: Reach, rows: readonly Row[], before: Before['links']): Promise<void> {
  if (rows.length === 0) return;
  // An end that goes elsewhere is let go first, so that another row of the batch may have its record.
  const moved = rows.filter((row) => sides.some((side) => replaced(row, before.get(row.link.id), side)));
  if (moved.length > 0) {
    await sql`update link set crm_id = null, desk_id = null, whole = false
      where workspace = ${workspace}::text and id = any(${texts(moved.map(({ link }) => link.id))})`.execute(db);
  }
  const update = (group: readonly Row[], ends: boolean) =>
    sql`
      update link set ${ends ? sql`crm = r.crm, desk = r.desk,` : sql``} crm_id = r.crm_id, desk_id = r.desk_id, whole = r.whole,
        lane = r.lane, due_at = r.due_at, due_since = r.due_since, turn = r.turn, cause = r.cause, lease = r.lease,
        joined_at = r.joined_at, in_flight = r.in_flight, creates = r.creates, tries = r.tries, fault = r.fault, fault_since = r.fault_since,
        ask_vendor = r.ask_vendor, answers = r.answers
      from ${rowsOf(group.map((row) => columnsOf(row, ends)))} as r(id text, crm jsonb, desk jsonb, crm_id text, desk_id text,
        whole boolean, lane text, due_at bigint, due_since bigint, turn integer, cause text, lease text, joined_at bigint, in_flight integer,
        creates integer, tries integer, fault jsonb, fault_since bigint, ask_vendor boolean, answers jsonb)
      where link.workspace = ${workspace}::text and link.id = r.id`.execute(db);
  const [same, changed] = [true, false].map((is) =>
    rows.filter((row) => (before.get(row.link.id) === row.link) === is),
  );
  if (same !== undefined && same.length > 0) await update(same, false);
  if (changed !== undefined && changed.length > 0) await update(changed, true);
}

function replaced(row: Row, before: Link | undefined, side: 'crm' | 'desk'): boolean {
  const old = before?.[side] ?? null;
  return old !== null && old.id !== row.link[side]?.id;
}

function columnsOf(row: Row, ends: boolean) {
  return {
    id: row.link.id,
    ...(ends ? { crm: row.link.crm, desk: row.link.desk } : {}),
    crm_id: row.link.crm?.id ?? null,
    desk_id: row.link.desk?.id ?? null,
    whole: row.wholeKeys.length > 0,
    lane: row.lane,
    due_at: row.dueAt,
    due_since: row.dueSince,
    turn: row.turn,
    cause: row.cause,
    lease: row.lease,
    joined_at: row.joinedAt,
    in_flight: row.inFlight,
    creates: row.creates,
    tries: row.tries,
    fault: row.fault,
    fault_since: row.faultSince,
    ask_vendor: row.askVendor,
    answers: row.answers,
  };
}

async function changeIntents({ db, workspace }: Reach, done: readonly LinkChange[]): Promise<void> {
  const closed = new Set(done.flatMap(({ close }) => close ?? []));
  if (closed.size > 0) {
    await sql`delete from intent where workspace = ${workspace}::text and id = any(${texts([...closed])})`.execute(db);
  }
  const opened = done.flatMap(({ open }) => open ?? []).filter(({ id }) => !closed.has(id));
  if (opened.length === 0) return;
  const rows = opened.map((intent) => ({
    id: intent.id,
    link: intent.link,
    sync: intent.sync,
    connection: intent.connection,
    object: objectOf(intent),
    mark: markOf(intent),
    creates: intent.operation.do === 'create',
    at: intent.at,
    state: intent.state,
    job: intent.job,
    again_at: intent.againAt,
    body: intent,
  }));
  await sql`
    insert into intent (workspace, id, link, sync, connection, object, mark, creates, at, state, job, again_at, body)
    select ${workspace}::text, r.* from ${rowsOf(rows)} as r(id text, link text, sync text, connection text, object text, mark text,
      creates boolean, at bigint, state text, job text, again_at bigint, body jsonb)`.execute(db);
}

async function changeClaims(
  { db, workspace }: Reach,
  state: State,
  done: readonly LinkChange[],
  absorbed: readonly string[],
) {
  const released = [...absorbed, ...done.filter((change) => change.releaseClaims).map(({ link }) => link)];
  if (released.length > 0) {
    await sql`delete from claim where workspace = ${workspace}::text and link = any(${texts(released)})`.execute(db);
  }
  const claims = new Map(
    done
      .flatMap((change) => change.claims ?? [])
      .flatMap((claim) => {
        const link = state.claims.get(claimKey(claim));
        return link === undefined ? [] : [[indexKey(claimKey(claim)), link] as const];
      }),
  );
  if (claims.size === 0) return;
  const rows = [...claims].map(([key, link]) => ({ key, link }));
  const kept = await sql<{ link: string }>`
    insert into claim (workspace, key, link)
    select ${workspace}::text, r.key, r.link from ${rowsOf(rows)} as r(key text, link text) order by r.key
    on conflict (workspace, key) do update set link = excluded.link where claim.link = excluded.link
    returning link`.execute(db);
  if (kept.rows.length < rows.length) throw new Raced('a claim was taken meanwhile');
}

async function changeHolds(
  { db, workspace }: Reach,
  rows: readonly Row[],
  done: readonly LinkChange[],
  absorbed: readonly string[],
) {
  const held = new Set(
    done.filter((change) => change.holds !== undefined || change.waits !== undefined).map(({ link }) => link),
  );
  const links = [...held, ...absorbed];
  if (links.length === 0) return;
  for (const table of ['hold', 'wake'] as const) {
    await sql`delete from ${sql.table(table)} where workspace = ${workspace}::text and link = any(${texts(links)})`.execute(
      db,
    );
  }
  const kept = rows.filter((row) => held.has(row.link.id));
  await addHolds({ db, workspace }, kept);
  const wakes = kept.flatMap(({ link, holds, waits }) => [
    ...holds.flatMap((hold) => hold.wakes.map((key) => ({ key: indexKey(key), hold: hold.id, link: link.id }))),
    ...waits.map(({ key, lane }) => ({ key: indexKey(key), hold: waitName(link.id, lane), link: link.id })),
  ]);
  if (wakes.length === 0) return;
  await sql`
    insert into wake (workspace, key, hold, link)
    select ${workspace}::text, r.key, r.hold, r.link from ${rowsOf(wakes)} as r(key text, hold text, link text)
    on conflict do nothing`.execute(db);
}

async function addHolds({ db, workspace }: Reach, rows: readonly Row[]): Promise<void> {
  const holds = rows.flatMap((row) => row.holds.map((hold) => ({ row, hold })));
  if (holds.length === 0) return;
  const kept = holds.map(({ row, hold }) => ({
    id: hold.id,
    link: row.link.id,
    why: hold.why,
    since: hold.since,
    body: hold,
  }));
  await sql`
    insert into hold (workspace, id, link, why, since, body)
    select ${workspace}::text, r.* from ${rowsOf(kept)} as r(id text, link text, why text, since bigint, body jsonb)`.execute(
    db,
  );
}

async function addHistory({ db, workspace }: Reach, done: readonly LinkChange[]): Promise<void> {
  const rows = done
    .flatMap(({ history }) => history ?? [])
    .map(({ do: verb, cause, fields, source, ...row }) => ({
      ...row,
      body: { do: verb, cause, fields, ...(source ? { source } : {}) },
    }));
  if (rows.length === 0) return;
  await sql`
    insert into history (workspace, at, id, run, sync, link, side, record, outcome, body)
    select ${workspace}::text, r.* from ${rowsOf(rows)} as r(at bigint, id text, run text, sync text, link text, side text,
      record text, outcome text, body jsonb)
    on conflict do nothing`.execute(db);
}

/** Sightings and match keys. Keys of a record that was never seen are nobody's: without a sighting it can match nothing. */
async function keepTold(
  reach: Reach,
  state: State,
  before: Before,
  done: readonly LinkChange[],
  now: number,
): Promise<void> {
  const told = new Map<string, Ref>();
  for (const change of done) for (const { ref } of change.sightings ?? []) told.set(refKey(ref), ref);
  for (const [key, sighting] of state.sightings) {
    const had = before.keys.get(key);
    const has = state.keysOf(sighting.ref);
    if (had !== undefined && (without(has, had).length > 0 || without(had, has).length > 0))
      told.set(key, sighting.ref);
  }
  const kept: readonly Kept[] = [...told].flatMap(([key, ref]) => {
    const sighting = state.sightings.get(key);
    return sighting === undefined
      ? []
      : [{ sighting, keys: state.keysOf(ref), learnedAt: state.learnedAt.get(key) ?? now }];
  });
  const isKnown = ({ sighting }: Kept) => before.keys.has(refKey(sighting.ref));
  const fresh = kept.filter((each) => !isKnown(each));
  const added = await insertSightings(reach, fresh);
  if (added.size < fresh.length) throw new Raced('a record was seen for the first time meanwhile');
  await updateSightings(reach, kept.filter(isKnown));
  const changed = kept.map(({ sighting: { ref }, keys }) => ({
    record: ref.id,
    keys,
    had: before.keys.get(refKey(ref)) ?? [],
  }));
  await changeKeys(
    reach,
    changed.flatMap(({ record, keys, had }) => without(keys, had).map((key) => ({ key, record }))),
    changed.flatMap(({ record, keys, had }) => without(had, keys).map((key) => ({ key, record }))),
    now,
  );
}
