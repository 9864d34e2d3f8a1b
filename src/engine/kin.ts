import { isGone, other, type Side, sides } from '../model/record.ts';
import { flows, type SyncSetup, sideOf } from '../model/sync.ts';
import type { Engine } from './engine.ts';
import { markKey } from './keys.ts';
import { markedId } from './mark.ts';
import { askOf, type Found, isAlone, pairOf } from './meet.ts';
import type { DueLink, Kin, KinAsk, Known } from './ports.ts';

/*
 * Who counts before a record without a twin is matched by its criteria: the record that a person named, the one that its mark names, the
 * records that point to it, and records of a sync that goes first.
 */

/** The records that a person named to be linked, by link: whatever they are matched by. */
export async function findChosen(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
): Promise<ReadonlyMap<string, Kin>> {
  const chosen = new Map<string, Kin>();
  for (const { link, answers } of due) {
    const answer = answers[''];
    if (answer?.say !== 'candidate') continue;
    const { connection, object } = sideOf(setup, link.crm ? 'desk' : 'crm');
    const [known] = await engine.store.known(connection, object, [answer.id]);
    const kin = known ? kinOf(engine, setup, known) : null;
    if (kin) chosen.set(link.id, kin);
  }
  return chosen;
}

/**
 * Records whose mark says which record they were made from, by link. So links are found again when our database was lost: what it named
 * goes before every criterion.
 */
export async function findMarked(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
): Promise<ReadonlyMap<string, Found>> {
  const marked = new Map<string, Found>();
  for (const side of sides) {
    const field = setup.mark[side]?.field;
    if (field === undefined) continue;
    const named = new Map<string, { readonly link: string; readonly mark: string }>();
    for (const each of due) {
      const seen = each[side]?.seen;
      const mark = seen && !isGone(seen) ? seen[field] : undefined;
      const id = typeof mark === 'string' ? markedId(setup, side, mark) : null;
      if (id !== null && typeof mark === 'string' && !each.link[other(side)])
        named.set(id, { link: each.link.id, mark });
    }
    if (named.size === 0) continue;
    const { connection, object } = sideOf(setup, other(side));
    for (const known of await engine.store.known(connection, object, [...named.keys()])) {
      const of = named.get(known.id);
      const kin = kinOf(engine, setup, known);
      if (!of || !kin) continue;
      const criterion = { crm: side === 'crm' ? field : 'id', desk: side === 'desk' ? field : 'id', keys: () => [] };
      const peers = askOf(setup, side, markKey(field), of.mark);
      marked.set(of.link, {
        question: { criterion, value: of.mark, byMark: true, peers, candidates: null },
        peers: [],
        candidates: [kin],
      });
    }
  }
  // A clone carries the mark too: then it says nothing.
  const asks = [...marked].flatMap(([link, { question }]) => (question.peers ? [{ link, ask: question.peers }] : []));
  const answers =
    asks.length === 0
      ? []
      : await engine.store.kin(
          asks.map(({ ask }) => ask),
          kinLimit,
        );
  return new Map(
    asks.flatMap(({ link }, i) => {
      const found = marked.get(link);
      return found ? [[link, { ...found, peers: answers[i] ?? [] }] as const] : [];
    }),
  );
}

/**
 * Of these candidates the ones whose mark names a record of ours that is there, with that record's id: a twin that was made from another
 * record is not free, whatever it is called now.
 */
export async function findOthers(
  engine: Engine,
  setup: SyncSetup,
  found: readonly Found[],
): Promise<ReadonlyMap<string, string>> {
  const others = new Map<string, string>();
  for (const side of sides) {
    const field = setup.mark[side]?.field;
    if (field === undefined) continue;
    const named = new Map<string, string>();
    for (const { question, candidates } of found) {
      if (question.candidates?.side !== side) continue;
      for (const { sighting } of candidates) {
        const mark = isGone(sighting.seen) ? undefined : sighting.seen[field];
        const id = typeof mark === 'string' ? markedId(setup, side, mark) : null;
        if (id !== null) named.set(sighting.ref.id, id);
      }
    }
    if (named.size === 0) continue;
    const { connection, object } = sideOf(setup, other(side));
    const known = await engine.store.known(connection, object, [...new Set(named.values())]);
    const there = new Set(known.flatMap(({ id, sighting }) => (sighting && !isGone(sighting.seen) ? [id] : [])));
    for (const [record, id] of named) if (there.has(id)) others.set(record, id);
  }
  return others;
}

/** A known record as a candidate, with its links among the syncs on the same two objects. */
export function kinOf(engine: Engine, setup: SyncSetup, known: Known): Kin | null {
  if (!known.sighting) return null;
  const pair = pairOf(setup);
  const rivals = new Set(engine.setups.filter((each) => pairOf(each) === pair).map(({ name }) => name));
  const links = known.links
    .filter(({ link }) => rivals.has(link.sync))
    .map(({ link, inFlight }) => ({
      id: link.id,
      sync: link.sync,
      whole: inFlight || (link.crm !== null && link.desk !== null),
    }));
  return { sighting: known.sighting, links };
}

/**
 * In mode `referenced` a record takes part once a record of another sync points to it, which that one carries. Answers whether one does;
 * every other mode takes all.
 */
export async function findSummoned(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
): Promise<(due: DueLink) => boolean> {
  if (setup.mode !== 'referenced') return () => true;
  const summoned = new Set<string>();
  for (const side of sides) {
    const alone = due.filter((each) => isAlone(setup, each) && (each.link.crm ? 'crm' : 'desk') === side);
    const ids = alone.flatMap(({ link }) => link[side]?.id ?? []);
    const pointed = await pointedTo(engine, setup, side, ids);
    for (const { link } of alone) if (pointed.has(link[side]?.id ?? '')) summoned.add(link.id);
  }
  return ({ link }) => (link.crm !== null && link.desk !== null) || summoned.has(link.id);
}

/**
 * Which of these records somebody points to who is carried himself: in a sync of mode `referenced` that is who has a twin, or is pointed
 * to in turn. A ring of records that only point to each other summons nobody.
 */
async function pointedTo(
  engine: Engine,
  setup: SyncSetup,
  side: Side,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const key = (sync: SyncSetup, id: string) => `${sync.name}/${id}`;
  const summoned = new Set<string>();
  /** By record that has still to be pointed to: whom it points to. */
  const points = new Map<string, string[]>();
  const open = [{ parents: setup, ids }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const child of engine.setups) {
      const found = new Set<string>();
      for (const { id, kin } of await pointing(engine, next.parents, child, side, next.ids)) {
        const parent = key(next.parents, id);
        const isCarried =
          child.mode !== 'referenced' || kin.links.some(({ sync, whole }) => sync === child.name && whole);
        const own = key(child, kin.sighting.ref.id);
        if (isCarried) summoned.add(parent);
        else if (points.has(own)) points.get(own)?.push(parent);
        else {
          points.set(own, [parent]);
          found.add(kin.sighting.ref.id);
        }
      }
      if (found.size > 0) open.push({ parents: child, ids: [...found] });
    }
  }
  // Sets are gone through in the order in which they grow.
  for (const each of summoned) for (const parent of points.get(each) ?? []) summoned.add(parent);
  return new Set(ids.filter((id) => summoned.has(key(setup, id))));
}

/** The records of one sync, inside its filter, that point to these. */
async function pointing(
  engine: Engine,
  parents: SyncSetup,
  child: SyncSetup,
  side: Side,
  ids: readonly string[],
): Promise<readonly { readonly id: string; readonly kin: Kin }[]> {
  const { connection, object } = sideOf(child, side);
  const pair = pairOf(child);
  // A reference that flows the other way is written here, and asks for nothing.
  const rules = child.rules.filter(
    ({ pointer, direction }) => pointer?.sync === parents.name && flows(direction, other(side)),
  );
  const asks = rules.flatMap((rule) =>
    ids.map((value): KinAsk => ({ pair, side, connection, object, field: rule[side], value })),
  );
  const answers = asks.length === 0 ? [] : await engine.store.kin(asks, kinLimit);
  return answers.flatMap((all, i) => {
    const inside = all.filter(({ sighting: { seen } }) => !isGone(seen) && child.within(side, seen));
    return inside.map((kin) => ({ id: asks[i]?.value ?? '', kin }));
  });
}

/** Of the namesakes of one record, so many are looked at. */
export const kinLimit = 1000;
