import { sides } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { newId } from '../../model/world.ts';
import { decide } from '../decide.ts';
import { type Engine, feedsOf } from '../engine.ts';
import { rouse } from '../intake.ts';
import { pairOf } from '../meet.ts';
import type { DueLink } from '../ports.ts';
import { SweepCount, type SweepFigures } from './figures.ts';
import { at, listAnew, type SweepState } from './list.ts';
import type { Standing } from './ports.ts';
import { type Stood, stand, tell } from './stand.ts';

/** Links that are compared in one go. */
const pageSize = 1000;
/** Notes of a sweep that began so long ago (ms) are nobody's: no sweep takes a day. */
const abandonedMs = 86_400_000;

/**
 * The slow full comparison, for whatever feeds and webhooks have missed:
 *
 *   list every record of both objects anew → read by id what was not shown → compare every link of the sync with what is known now
 *   → make due what differs → (a pass writes it) → look once more at what was not in step → figures
 *
 * It writes nothing itself: what differs goes through the ordinary path. It is cut into pieces, one page each, by yielding after each; who
 * drives it lets live work go between, and passes over `settling`, until what it made due has been written. Nothing of it outlives
 * it but the figures: a sweep that was broken off is begun anew. Throws FaultError where a side cannot be listed or shows nothing.
 */
export async function* sweep(
  engine: Engine,
  names: readonly string[],
): AsyncGenerator<SweepState, ReadonlyMap<string, SweepFigures>> {
  const { store, world } = engine;
  const id = newId(world);
  await store.dropNotes({ before: newId({ ...world, now: () => world.now() - abandonedMs }) });
  const setups = engine.setups.filter(({ name }) => names.includes(name));
  const counts = new Map(setups.map((setup) => [setup, new SweepCount()]));
  try {
    for (const feed of feedsOf(engine.setups)) {
      const readers = feed.readers.filter(({ setup }) => counts.has(setup));
      if (readers.length === 0) continue;
      const found = yield* listAnew(engine, feed, id);
      for (const { setup, side } of readers) counts.get(setup)?.found(side, found);
    }
    for (const [setup, count] of counts) yield* compareAll(engine, setup, count, id);
    yield at('settling', 0);
    for (const [setup, count] of counts) yield* compareOpen(engine, setup, count, id);
    return new Map([...counts].map(([{ name }, count]) => [name, count.figures()]));
  } finally {
    await store.dropNotes({ sweep: id });
  }
}

async function* compareAll(
  engine: Engine,
  setup: SyncSetup,
  count: SweepCount,
  sweep: string,
): AsyncGenerator<SweepState, void> {
  const pageAfter = (after: string | null) => engine.store.standing({ ...placeOf(setup), after, limit: pageSize });
  let page = await pageAfter(null);
  for (let done = 0; ; ) {
    const last = page.at(-1);
    if (!last) return;
    // A database server reads the next page while we compare this one. What fails is not overlooked: whoever waits for both is told.
    const [next] = await Promise.all([pageAfter(last.link.link.id), compare(engine, setup, page, count, sweep)]);
    done += page.length;
    page = next;
    yield at('comparing', done, setup.name);
  }
}

/** What was not at rest is looked at once more, and counted. */
async function* compareOpen(
  engine: Engine,
  setup: SyncSetup,
  count: SweepCount,
  sweep: string,
): AsyncGenerator<SweepState, void> {
  const { store } = engine;
  for (const kind of ['unequal', 'busy'] as const) {
    const list = listOf(setup, kind);
    for (let after: string | null = null; ; ) {
      const links = await store.noted({ sweep, list, after, limit: pageSize });
      const last = links.at(-1);
      if (last === undefined) break;
      const page = await store.standing({ ...placeOf(setup), links, after: null, limit: pageSize });
      for (const { standing, stood } of await judged(engine, setup, page, true)) {
        if (kind === 'unequal' && stood.as === 'pair' && stood.is === 'equal') count.repaired();
        tally(count, setup, standing, stood);
      }
      after = last;
      yield at('comparing', page.length, setup.name);
    }
  }
}

function placeOf(setup: SyncSetup): { readonly sync: string; readonly pair: string } {
  return { sync: setup.name, pair: pairOf(setup) };
}

/** The links of a sync that are looked at once more: those that would be written, and those that are due for whatever other reason. */
function listOf({ name }: SyncSetup, list: 'unequal' | 'busy'): string {
  return `${list} ${name}`;
}

/** Counts a page of links, but for those that are not at rest: they are noted, to be looked at once more, and made due. */
async function compare(
  engine: Engine,
  setup: SyncSetup,
  page: readonly Standing[],
  count: SweepCount,
  sweep: string,
): Promise<void> {
  const unequal: string[] = [];
  const busy: string[] = [];
  const due: string[] = [];
  for (const { standing, stood } of await judged(engine, setup, page, false)) {
    const { id } = standing.link.link;
    if (stood.is !== 'differs') tally(count, setup, standing, stood);
    else (stood.act ? unequal : busy).push(id);
    if (stood.act && !standing.working) due.push(id);
  }
  await engine.store.note(sweep, listOf(setup, 'unequal'), unequal);
  await engine.store.note(sweep, listOf(setup, 'busy'), busy);
  if (due.length === 0) return;
  const marks = due.map((link) => ({ link, lane: 'load' as const, cause: 'sweep' as const }));
  await rouse(engine, setup.crm, { open: [], due: marks });
}

/** Judged as the sweep would have it: a drift that is to be restored is work. */
async function judged(engine: Engine, setup: SyncSetup, page: readonly Standing[], isLast: boolean) {
  const asked = page.map(({ link }): DueLink => ({ ...link, cause: 'sweep', askVendor: false }));
  const decisions = await decide(engine, setup, asked);
  const all = page.flatMap((standing, i) => {
    const decision = decisions[i];
    return decision ? [{ standing, stood: stand(setup, standing, decision, isLast) }] : [];
  });
  const elsewhere = await linkedElsewhere(engine, setup, all);
  return all.filter(({ standing }) => !elsewhere.has(standing.link.link.id));
}

/** Links of records that have no twin by this sync and one by another one: nobody misses anything. */
async function linkedElsewhere(
  engine: Engine,
  setup: SyncSetup,
  all: readonly { readonly standing: Standing; readonly stood: Stood }[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const side of sides) {
    const { connection, object } = sideOf(setup, side);
    const alone = all.filter(({ stood }) => stood.as === side && stood.is === 'explained' && !stood.waits);
    const links = new Map(alone.map(({ standing: { link } }) => [link.link[side]?.id ?? '', link.link.id]));
    if (links.size === 0) continue;
    for (const { id, links: theirs } of await engine.store.known(connection, object, [...links.keys()])) {
      const isWhole = theirs.some(({ link }) => link.sync !== setup.name && link.crm && link.desk);
      if (isWhole) found.add(links.get(id) ?? '');
    }
  }
  return found;
}

function tally(count: SweepCount, setup: SyncSetup, standing: Standing, stood: Stood): void {
  const isTold = stood.is !== 'equal' && count.wants(stood);
  count.add(stood, isTold ? exampleOf(setup, standing, stood) : null);
}

function exampleOf(setup: SyncSetup, standing: Standing, stood: Stood) {
  const { id, crm, desk } = standing.link.link;
  const say = tell(setup, standing, stood);
  return { link: id, crm: crm?.id ?? null, desk: desk?.id ?? null, why: stood.why, say };
}
