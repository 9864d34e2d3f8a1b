import { isGone, other, sides } from '../model/record.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';
import type { Engine } from './engine.ts';
import { markKey } from './keys.ts';
import { markedId } from './mark.ts';
import { askOf, type Found, pairOf } from './meet.ts';
import type { DueLink, Kin, Known } from './ports.ts';

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

/** Of the namesakes of one record, so many are looked at. */
export const kinLimit = 1000;
