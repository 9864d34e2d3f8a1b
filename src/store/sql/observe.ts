import { sql } from 'kysely';
import type { Observed } from '../../engine/ports.ts';
import { matchKey } from '../../model/hold.ts';
import { newEnd } from '../../model/link.ts';
import { type Sighting, sides, tellsLess } from '../../model/record.ts';
import { placesOf } from '../pair.ts';
import { askedAt, sameSeen, uniqueOpens, uniqueSightings } from '../words.ts';
import { moveCursor } from './feed.ts';
import { indexKey, manyRows, rowsOf, texts } from './json.ts';
import { endColumn } from './kin.ts';
import { type DueMark, raise, sleepers } from './raise.ts';
import { changeKeys, insertSightings, type Kept, lockSightings, updateSightings } from './sightings.ts';
import type { Reach } from './tables.ts';

/** The body of `observe`, in a transaction. The order of the locks is the same everywhere: feed, sightings, links. */
export async function observe(
  reach: Reach,
  page: Observed,
): Promise<{ readonly opened: number; readonly due: number }> {
  if (page.lease !== '' && !(await moveCursor(reach, page))) return { opened: 0, due: 0 };
  const { before, touched, doubtful } = await keepSightings(reach, page);
  const opened = await openLinks(reach, page);
  const due = new Map<string, DueMark>();
  for (const mark of page.due) if (!opened.has(mark.link)) due.set(mark.link, mark);
  for (const mark of await late(reach, page, opened, before)) if (!due.has(mark.link)) due.set(mark.link, mark);
  for (const { link, lane } of await sleepers(reach, touched)) {
    if (!due.has(link) && !opened.has(link)) due.set(link, { link, lane, cause: 'edit' });
  }
  const made = await raise(reach, [...due.values()], page.now);
  await doubt(reach, page, doubtful);
  return { opened: opened.size, due: made };
}

type Before = ReadonlyMap<string, Kept>;

/** Keeps sightings and match keys; answers how the records that were known had looked, and which keys came or went. */
async function keepSightings(reach: Reach, page: Observed) {
  const { connection, object } = page;
  const keysOf = (id: string) => {
    const keys = page.keys[id]?.map((key) => indexKey(matchKey(connection, object, key.field, key.value)));
    return keys === undefined ? undefined : [...new Set(keys)];
  };
  const shown = uniqueSightings(page).map((sighting) => ({
    sighting,
    keys: keysOf(sighting.ref.id) ?? [],
    learnedAt: askedAt(page),
  }));
  const added = await insertSightings(reach, shown);
  const isNew = (id: string) => added.has(`${connection}\n${object}\n${id}`);

  const ids = new Set(
    [...page.sightings.map(({ ref }) => ref.id), ...Object.keys(page.keys)].filter((id) => !isNew(id)),
  );
  const rows = await lockSightings(
    reach,
    [...ids].map((id) => ({ connection, object, id })),
  );
  const before: Before = new Map(rows.map((row) => [row.sighting.ref.id, row]));
  const shownById = new Map(shown.map((kept) => [kept.sighting.ref.id, kept.sighting]));
  const isOutdated = ([id, { learnedAt }]: readonly [string, Kept]) => shownById.has(id) && learnedAt > askedAt(page);
  const isNews = ([id, had]: readonly [string, Kept]) => !saysLess(shownById.get(id), had.sighting);
  const after = [...before]
    .filter((each) => !isOutdated(each) && isNews(each))
    .map(([id, had]) => {
      const sighting = shownById.get(id);
      const keys = keysOf(id) ?? had.keys;
      return sighting === undefined ? { ...had, keys } : { sighting, keys, learnedAt: askedAt(page) };
    });
  const doubtful = [...before]
    .filter((each) => isOutdated(each) && isNews(each))
    .filter(([id, had]) => !sameSeen(had.sighting, shownById.get(id) ?? null))
    .map(([id]) => id);
  await updateSightings(reach, after);

  const gained = [
    ...shown
      .filter(({ sighting }) => isNew(sighting.ref.id))
      .flatMap(({ sighting, keys }) => named(sighting.ref.id, keys)),
    ...after.flatMap(({ sighting: { ref }, keys }) => named(ref.id, without(keys, before.get(ref.id)?.keys ?? []))),
  ];
  const dropped = after.flatMap(({ sighting: { ref }, keys }) =>
    named(ref.id, without(before.get(ref.id)?.keys ?? [], keys)),
  );
  await changeKeys(reach, gained, dropped, page.now);
  return { before, doubtful, touched: [...new Set([...gained, ...dropped].map(({ key }) => key))] };
}

/** A page shows them other than we learnt since it was asked for: who decides about their links is to ask the vendor. */
async function doubt({ db, workspace }: Reach, { connection, object }: Observed, ids: readonly string[]) {
  if (ids.length === 0) return;
  for (const side of sides) {
    await sql`
      update link set ask_vendor = true from track t
      where link.workspace = ${workspace}::text and link.lane is not null and ${sql.ref(`link.${endColumn[side]}`)} = any(${texts(ids)})
        and t.workspace = ${workspace}::text and t.sync = link.sync and t.pair = link.pair
        and ${sql.ref(`t.${side}_connection`)} = ${connection}::text and ${sql.ref(`t.${side}_object`)} = ${object}::text`.execute(
      db,
    );
  }
}

function saysLess(shown: Sighting | undefined, had: Sighting): boolean {
  return shown !== undefined && tellsLess(shown, had);
}

function named(record: string, keys: readonly string[]) {
  return keys.map((key) => ({ key, record }));
}

export function without(keys: readonly string[], others: readonly string[]): readonly string[] {
  return keys.filter((key) => !others.includes(key));
}

/** Opens half links where the record has none in that sync; answers which ones. */
async function openLinks(reach: Reach, page: Observed): Promise<ReadonlySet<string>> {
  const opens = uniqueOpens(page);
  if (opens.length === 0) return new Set();
  await keepTracks(reach, page);
  const rows = opens.map(({ sync, pair, side, id, link, lane }) => ({
    id: link,
    sync,
    pair,
    lane,
    [`${side}_id`]: id,
    [side]: newEnd(id),
  }));
  const opened = await manyRows<{ id: string }>(
    reach.db,
    sql`insert into link (workspace, id, sync, pair, crm_id, desk_id, crm, desk, lane, due_at, due_since, cause)
    select ${reach.workspace}::text, r.id, r.sync, r.pair, r.crm_id, r.desk_id, r.crm, r.desk, r.lane,
      ${page.now}::bigint, ${page.now}::bigint, 'edit'
    from ${rowsOf(rows)} as r(id text, sync text, pair text, crm_id text, desk_id text, crm jsonb, desk jsonb, lane text)
    order by r.id
    on conflict do nothing
    returning id`,
  );
  return new Set(opened.map(({ id }) => id));
}

async function keepTracks({ db, workspace }: Reach, page: Observed): Promise<void> {
  const tracks = new Map(page.open.map(({ sync, pair }) => [`${sync}\n${pair}`, { sync, pair }]));
  for (const { sync, pair } of tracks.values()) {
    const { crm, desk } = placesOf(pair);
    await db
      .insertInto('track')
      .values({
        workspace,
        sync,
        pair,
        crm_connection: crm.connection,
        crm_object: crm.object,
        desk_connection: desk.connection,
        desk_object: desk.object,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Links that somebody else opened since the caller looked: due, if this page brings something new of their record. */
async function late(
  reach: Reach,
  page: Observed,
  opened: ReadonlySet<string>,
  before: Before,
): Promise<readonly DueMark[]> {
  const shown = new Map(page.sightings.map((sighting) => [sighting.ref.id, sighting]));
  const missed = uniqueOpens(page).filter(({ id, link }) => {
    const sighting = shown.get(id) ?? null;
    return !opened.has(link) && sighting !== null && !sameSeen(before.get(id)?.sighting ?? null, sighting);
  });
  if (missed.length === 0) return [];
  const found = await sql<DueMark>`
    select link.id as link, r.lane, 'edit' as cause
    from ${rowsOf(missed)} as r(sync text, side text, id text, lane text)
    join link on link.workspace = ${reach.workspace}::text and link.sync = r.sync
      and ((r.side = 'crm' and link.crm_id = r.id) or (r.side = 'desk' and link.desk_id = r.id))`.execute(reach.db);
  return found.rows;
}
