import { FaultError } from '../../model/fault.ts';
import { type Change, isGone, type Ref } from '../../model/record.ts';
import type { SideSetup } from '../../model/sync.ts';
import { show } from '../../model/value.ts';
import { connectionOf, type Engine } from '../engine.ts';
import { skewMs } from './record.ts';

/* What lies under a record that an undo would remove, and would go along with it (ObjectType.takesAlong). */

/** Records that are looked up in the store at a time. */
const knownAtOnce = 500;

/** What an undo removes before it comes to the records above; see `removalKey`. */
export type Going = ReadonlySet<string>;

export function removalKey({ connection, object, id }: Ref): string {
  return `${connection}\n${object}\n${id}`;
}

/**
 * By the ids of records that are to be removed: what is under them and goes along with them, in words that follow `has`. No obstacle are
 * records that the same undo removes first (`going`), and what came with our own write: what runs at the vendor as we make a record runs
 * as our user (`us`) and at that time (`parents`: when we last wrote to each, ms), and no sync has joined it. An object that our user is
 * not shown is passed over. Throws FaultError where the vendor could not be asked just now.
 */
export async function underOf(
  engine: Engine,
  place: SideSetup,
  parents: ReadonlyMap<string, number | null>,
  us: string | null,
  going: Going,
): Promise<ReadonlyMap<string, string>> {
  const cameAlong = ({ by, at, seen }: Change, field: string): boolean => {
    if (by === null || by !== us || at === null || seen === 'look' || isGone(seen)) return false;
    const wrote = parents.get(String(seen[field])) ?? null;
    return wrote !== null && at <= wrote + skewMs;
  };
  const under = new Map<string, { readonly first: string; readonly more: number }>();
  for (const { object, field, title } of place.type.takesAlong ?? []) {
    const found = await findUnder(engine, place, { object, field, title }, [...parents.keys()]);
    const staying = found.filter((change) => !isGone(change.seen) && !going.has(removalKey(change.ref)));
    const joined = await joinedAmong(
      engine,
      place.connection,
      object,
      staying.filter((change) => cameAlong(change, field)).map(({ ref }) => ref.id),
    );
    for (const change of staying) {
      const { ref, seen } = change;
      if (seen === 'look' || isGone(seen) || (cameAlong(change, field) && !joined.has(ref.id))) continue;
      const parent = seen[field];
      if (typeof parent !== 'string') continue;
      const before = under.get(parent);
      const name = seen[title];
      const first =
        typeof name === 'string' && name !== '' ? `${object} ${show(name)} (${ref.id})` : `${object} ${ref.id}`;
      under.set(parent, before ? { ...before, more: before.more + 1 } : { first, more: 0 });
    }
  }
  return new Map(
    [...under].map(([id, { first, more }]) => {
      const what = more === 0 ? first : `${first} and ${more} more`;
      return [id, `${what} under it, which ${place.label} would remove together with it`];
    }),
  );
}

async function findUnder(
  engine: Engine,
  { connection }: SideSetup,
  { object, field, title }: { readonly object: string; readonly field: string; readonly title: string },
  ids: readonly string[],
): Promise<readonly Change[]> {
  try {
    const values = ids.map((id) => ({ [field]: id }));
    return await connectionOf(engine, connection).find({ object, fields: [field, title] }, [field], values);
  } catch (error) {
    if (error instanceof FaultError && (error.fault.kind === 'refused' || error.fault.kind === 'gone')) return [];
    throw error;
  }
}

/** Those of which a sync has joined both records. */
async function joinedAmong(
  engine: Engine,
  connection: string,
  object: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const joined = new Set<string>();
  for (let from = 0; from < ids.length; from += knownAtOnce) {
    for (const { id, links } of await engine.store.known(connection, object, ids.slice(from, from + knownAtOnce)))
      if (links.some(({ link }) => link.crm !== null && link.desk !== null)) joined.add(id);
  }
  return joined;
}
