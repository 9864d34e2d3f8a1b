import { joined, type Parting, part } from '../engine/bond.ts';
import { connectionOf, type Engine, setupOf } from '../engine/engine.ts';
import { markedId } from '../engine/mark.ts';
import { pairOf } from '../engine/meet.ts';
import { nameOf } from '../engine/name.ts';
import type { KnownLink, LinkChange } from '../engine/ports.ts';
import { isGone, other, type Side } from '../model/record.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';
import { type AdoptOptions, type AdoptReport, AppError } from './app.ts';
import { asWritten, readRecord } from './select.ts';

/* What a person does with links by hand (requirement M-07): join, part, and take over what another tool has joined. */

/** Joins two records whatever they are matched by. Both are read first. Answers the link's id. */
export async function linkByHand(
  engine: Engine,
  setup: SyncSetup,
  ids: Readonly<Record<Side, string>>,
): Promise<string> {
  const crm = await standing(engine, setup, 'crm', ids.crm);
  const desk = await standing(engine, setup, 'desk', ids.desk);
  if (crm.own.link.id === desk.own.link.id) return crm.own.link.id;
  for (const { name, holder, side } of [crm, desk]) {
    if (!holder) continue;
    const twin = holder.link[other(side)]?.id;
    throw new AppError(
      `${name} is already linked${twin === undefined ? '' : ` with ${twin}`} by the sync "${holder.link.sync}" (link ${holder.link.id}). Unlink them first`,
    );
  }
  const link = { ...crm.own.link, desk: desk.own.link.desk };
  const change = joined(engine, setup, link, desk.own.link.id);
  const [result] = await engine.store.commit([change], null, engine.world.now());
  if (result?.is !== 'done')
    throw new AppError(
      `${crm.name} and ${desk.name} could not be linked: one of them is just being worked on. Try again`,
    );
  return link.id;
}

interface Standing {
  readonly side: Side;
  readonly name: string;
  readonly own: KnownLink;
  /** The link that already gives it a twin in this pair of objects. */
  readonly holder: KnownLink | undefined;
}

async function standing(engine: Engine, setup: SyncSetup, side: Side, typed: string): Promise<Standing> {
  const id = asWritten(setup, side, typed);
  const place = sideOf(setup, side);
  if ((await readRecord(engine, setup, side, id)).length === 0)
    throw new AppError(`${place.label} shows no ${place.type.label.toLowerCase()} ${typed}`);
  const [known] = await engine.store.known(place.connection, place.object, [id]);
  const name = nameOf(place, known?.sighting ?? null, id);
  const own = known?.links.find(({ link }) => link.sync === setup.name);
  if (!own) throw new AppError(`${name} is not known to the sync "${setup.name}" yet; run it first`);
  const pair = engine.setups.filter((each) => pairOf(each) === pairOf(setup)).map((each) => each.name);
  const holder = known?.links.find((each) => isWhole(each) && pair.includes(each.link.sync));
  return { side, name, own, holder };
}

function isWhole({ link, inFlight }: KnownLink): boolean {
  return inFlight || (link.crm !== null && link.desk !== null);
}

/** Parts two records. Each of them waits for a person from then on, so that they are not matched again at once. */
export async function unlinkByHand(engine: Engine, id: string): Promise<void> {
  const { store } = engine;
  const [link] = await store.links([id]);
  const setup = link && setupOf(engine, link.sync);
  if (!link || !setup) throw new AppError(`There is no link ${id}`);
  if (!link.crm || !link.desk) throw new AppError(`Link ${id} has only one record; there is nothing to part`);
  const [known] = await store.known(setup.desk.connection, setup.desk.object, [link.desk.id]);
  if (known?.links.some((each) => each.link.id === id && each.inFlight))
    throw new AppError(`Link ${id} is just being written to. Try again in a moment`);
  if ((await part(engine, setup, [link], partedByHand)).size === 0)
    throw new AppError(`Link ${id} is just being worked on. Try again`);
}

const partedByHand: Parting = {
  cause: 'answer',
  words: (own, far, twin) =>
    `${own} was parted by hand from ${far}. Both stay as they are. Answer "--candidate ${twin}" to link them again, or "go" to have it matched anew.`,
};

/** Of what could not be joined, so many are named. */
const namedLeft = 100;

/**
 * Joins records by ids that a field of one side has, as another tool has left them there. Goes through all records of that side once;
 * nothing is written at any vendor.
 */
export async function adoptLinks(
  engine: Engine,
  setup: SyncSetup,
  { from, signal, onProgress }: AdoptOptions,
): Promise<AdoptReport> {
  const { side, field } = from;
  const place = sideOf(setup, side);
  const connection = connectionOf(engine, place.connection);
  const report = { named: 0, linked: 0, already: 0, leftCount: 0 };
  const left: { id: string; named: string; why: string }[] = [];
  const leave = (id: string, named: string, why: string): void => {
    report.leftCount += 1;
    if (left.length < namedLeft) left.push({ id, named, why });
  };
  let cursor: string | null = null;
  for (;;) {
    if (signal?.aborted) break;
    const page = await connection.changes({ object: place.object, fields: [field] }, cursor);
    const asked = new Map<string, string>();
    for (const { ref, seen } of page.changes) {
      const value = seen === 'look' || isGone(seen) ? null : seen[field];
      if (typeof value === 'string' && value.trim() !== '')
        asked.set(ref.id, namedBy(setup, side, field, value.trim()));
    }
    report.named += asked.size;
    await adoptPage(engine, setup, side, asked, report, leave);
    onProgress?.({
      sync: setup.name,
      doing: 'reading',
      read: report.named,
      done: report.linked,
      underway: 0,
      wait: null,
    });
    if (!page.more) break;
    cursor = page.cursor;
  }
  return { ...report, left };
}

/** The id that a field names: as it stands there, or inside a mark of ours. */
function namedBy(setup: SyncSetup, side: Side, field: string, value: string): string {
  const marked = setup.mark[side]?.field === field ? markedId(setup, side, value) : null;
  return asWritten(setup, other(side), marked ?? value);
}

async function adoptPage(
  engine: Engine,
  setup: SyncSetup,
  side: Side,
  asked: ReadonlyMap<string, string>,
  report: { linked: number; already: number },
  leave: (id: string, named: string, why: string) => void,
): Promise<void> {
  if (asked.size === 0) return;
  const own = await linksAt(engine, setup, side, [...asked.keys()]);
  const theirs = await linksAt(engine, setup, other(side), [...new Set(asked.values())]);
  const changes: { readonly id: string; readonly named: string; readonly change: LinkChange }[] = [];
  for (const [id, named] of asked) {
    const mine = own.get(id);
    const twin = theirs.get(named);
    if (mine && twin && mine.link.id === twin.link.id) report.already += 1;
    else if (!twin) leave(id, named, 'the other side shows no such record');
    else if (!mine) leave(id, named, 'it is not known to the sync');
    else if (isWhole(mine))
      leave(id, named, `it is already linked with ${mine.link[other(side)]?.id ?? 'another record'}`);
    else if (isWhole(twin))
      leave(id, named, `that one is already linked with ${twin.link[side]?.id ?? 'another record'}`);
    else {
      const ends = { crm: mine.link.crm ?? twin.link.crm, desk: mine.link.desk ?? twin.link.desk };
      changes.push({ id, named, change: joined(engine, setup, { ...mine.link, ...ends }, twin.link.id) });
    }
  }
  const results = await engine.store.commit(
    changes.map(({ change }) => change),
    null,
    engine.world.now(),
  );
  changes.forEach(({ id, named }, i) => {
    if (results[i]?.is === 'done') report.linked += 1;
    else leave(id, named, 'another record names the same one, or one of them is just being worked on');
  });
}

async function linksAt(
  engine: Engine,
  setup: SyncSetup,
  side: Side,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KnownLink>> {
  const { connection, object } = sideOf(setup, side);
  const known = await engine.store.known(connection, object, ids);
  return new Map(
    known.flatMap(({ id, sighting, links }) => {
      const link = links.find((each) => each.link.sync === setup.name);
      return link && sighting && !isGone(sighting.seen) ? [[id, link] as const] : [];
    }),
  );
}
