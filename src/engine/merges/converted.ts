import { isGone } from '../../model/record.ts';
import type { SideSetup, SyncSetup } from '../../model/sync.ts';
import type { Engine } from '../engine.ts';
import { nameOf } from '../name.ts';
import type { DueLink } from '../ports.ts';
import { keysAt } from '../seniors.ts';
import type { Fate } from './merged.ts';

/** A pair whose record says that it has become another one, and is not the sync's any more. */
export function isApart(setup: SyncSetup, { link, crm, desk }: DueLink): boolean {
  const seen = crm?.seen;
  const field = setup.crm.type.becomes?.field;
  if (!link.crm || !link.desk || field === undefined || !seen || isGone(seen) || isGone(desk?.seen)) return false;
  return typeof seen[field] === 'string' && seen[field] !== '' && !setup.within('crm', seen);
}

/** Leads that have become a contact with a user of its own: that of the lead belongs to nobody any more. */
export async function findConverted(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
): Promise<ReadonlyMap<string, Fate>> {
  const fates = new Map<string, Fate>();
  const { becomes } = setup.crm.type;
  const senior = engine.setups.find(
    ({ name, crm }) =>
      setup.yields.includes(name) && crm.object === becomes?.object && crm.connection === setup.crm.connection,
  );
  if (!becomes || !senior) return fates;
  const asked = due.flatMap((each) => {
    const seen = each.crm?.seen;
    const id = seen && !isGone(seen) ? seen[becomes.field] : undefined;
    const isWhole = each.link.crm !== null && each.link.desk !== null && !isGone(each.desk?.seen);
    return isWhole && typeof id === 'string' && id !== '' ? [{ due: each, id }] : [];
  });
  if (asked.length === 0) return fates;
  const { crm } = senior;
  const known = await engine.store.known(crm.connection, crm.object, [...new Set(asked.map(({ id }) => id))]);
  const winners = new Map(known.map((each) => [each.id, each]));
  for (const { due: each, id } of asked) {
    const winner = winners.get(id);
    const twin = winner?.links.find(({ link }) => link.sync === senior.name)?.link.desk?.id;
    if (!winner?.sighting || isGone(winner.sighting.seen) || twin === undefined || twin === each.link.desk?.id)
      continue;
    fates.set(each.link.id, {
      side: 'crm',
      how: 'converted',
      winner: winner.sighting,
      place: crm,
      twin: { id: twin, name: await named(engine, setup.desk, twin) },
      wakes: keysAt(senior, 'crm', winner.sighting.seen),
    });
  }
  return fates;
}

/** A record by its name, also one that is only known by its id. */
export async function named(engine: Engine, place: SideSetup, id: string): Promise<string> {
  const [known] = await engine.store.known(place.connection, place.object, [id]);
  return nameOf(place, known?.sighting ?? null, id);
}
