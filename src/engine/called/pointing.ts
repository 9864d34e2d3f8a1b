import { isGone, other, type Side } from '../../model/record.ts';
import { flows, type SyncSetup, sideOf } from '../../model/sync.ts';
import type { Engine } from '../engine.ts';
import { kinLimit } from '../kin.ts';
import { pairOf } from '../meet.ts';
import type { Kin, KinAsk } from '../ports.ts';
import { askedBy } from './pointers.ts';

/** What the references that point to a record say of creating. */
type Words = ReadonlySet<boolean | undefined>;

/** One of those who point to a record is mostly enough; only where none of so many counts, all are asked for. */
const fewKin = 10;

/**
 * Which of these records somebody points to who is carried himself, and by what word: in a sync of mode `referenced` that is who has a twin,
 * or is pointed to in turn. A ring of records that only point to each other summons nobody.
 */
export async function pointedTo(
  engine: Engine,
  setup: SyncSetup,
  side: Side,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Words>> {
  const key = (sync: SyncSetup, id: string) => `${sync.name}/${id}`;
  const paused = new Set((await engine.store.paused()).flatMap(({ kind, name }) => (kind === 'sync' ? [name] : [])));
  const summoned = new Set<string>();
  /** By record that has still to be pointed to: whom it points to. */
  const points = new Map<string, string[]>();
  const words = new Map<string, { readonly by: string; readonly create: boolean | undefined }[]>();
  const open = [{ parents: setup, ids }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const child of engine.setups) {
      const found = new Set<string>();
      for (const { id, kin, create } of await pointing(engine, next.parents, child, side, next.ids)) {
        // Nothing is made for records that nobody carries for now, or that are to stay without a twin themselves.
        const isIdle = child.mode === 'watch' || paused.has(child.name) || !isToStay(child, side, kin);
        const word = isIdle && create ? false : create;
        const parent = key(next.parents, id);
        const isCarried =
          child.mode !== 'referenced' || kin.links.some(({ sync, whole }) => sync === child.name && whole);
        const own = key(child, kin.sighting.ref.id);
        words.set(parent, [...(words.get(parent) ?? []), { by: isCarried ? '' : own, create: word }]);
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
  const told = ids.flatMap((id) => {
    const counting = (words.get(key(setup, id)) ?? []).filter(({ by }) => by === '' || summoned.has(by));
    return counting.length === 0 ? [] : [[id, new Set(counting.map(({ create }) => create))] as const];
  });
  return new Map(told);
}

interface Pointer {
  readonly id: string;
  readonly kin: Kin;
  readonly create: boolean | undefined;
}

/** The records of one sync, inside its filter, that point to these: some of them, where there are many. */
async function pointing(
  engine: Engine,
  parents: SyncSetup,
  child: SyncSetup,
  side: Side,
  ids: readonly string[],
): Promise<readonly Pointer[]> {
  const { connection, object } = sideOf(child, side);
  const pair = pairOf(child);
  // A reference that flows the other way is written here, and asks for nothing.
  const asked = child.rules.flatMap((rule) => {
    if (!flows(rule.direction, other(side))) return [];
    const word = askedBy(rule).find(({ sync }) => sync === parents.name);
    if (!word) return [];
    const create = word.create && word.madeOn?.includes(other(side)) === false ? false : word.create;
    return [{ field: rule[side], create }];
  });
  const asks = asked.flatMap(({ field, create }) =>
    ids.map((value) => ({ create, ask: { pair, side, connection, object, field, value } satisfies KinAsk })),
  );
  const first = await kinOf(
    engine,
    asks.map(({ ask }) => ask),
    fewKin,
  );
  const inside = first.map((all) => all.filter(({ sighting: { seen } }) => !isGone(seen) && child.within(side, seen)));
  const open = asks.flatMap((_, i) => (inside[i]?.length === 0 && first[i]?.length === fewKin ? [i] : []));
  const rest = await kinOf(
    engine,
    open.flatMap((i) => asks[i]?.ask ?? []),
    kinLimit,
  );
  open.forEach((at, i) => {
    inside[at] = (rest[i] ?? []).filter(({ sighting: { seen } }) => !isGone(seen) && child.within(side, seen));
  });
  return asks.flatMap(({ ask, create }, i) => (inside[i] ?? []).map((kin) => ({ id: ask.value, kin, create })));
}

/** It has its twin, or may get one. */
function isToStay(child: SyncSetup, side: Side, { sighting: { seen }, links }: Kin): boolean {
  if (links.some(({ sync, whole }) => sync === child.name && whole)) return true;
  return child.create.includes(other(side)) && !isGone(seen) && child.makes(side, seen);
}

async function kinOf(engine: Engine, asks: readonly KinAsk[], limit: number): Promise<(readonly Kin[])[]> {
  return asks.length === 0 ? [] : [...(await engine.store.kin(asks, limit))];
}
