import { type Side, sides } from '../model/record.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';
import type { Engine } from './engine.ts';
import { nameOf } from './name.ts';
import type { DueLink, Kin } from './ports.ts';

/** By link: the name of the record that has one of these candidates for its twin, so that a person finds it. */
export async function findHolders(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
  candidates: (due: DueLink) => readonly Kin[],
): Promise<ReadonlyMap<string, string>> {
  const holders = new Map<string, Side>();
  for (const each of due) {
    const side = each.link.crm ? 'crm' : 'desk';
    for (const { links } of candidates(each)) for (const { id, whole } of links) if (whole) holders.set(id, side);
  }
  const names = new Map<string, string>();
  const links = holders.size === 0 ? [] : await engine.store.links([...holders.keys()]);
  for (const side of sides) {
    const place = sideOf(setup, side);
    const held = links.flatMap((link) => {
      const id = holders.get(link.id) === side ? link[side]?.id : undefined;
      return id === undefined ? [] : [{ link: link.id, id }];
    });
    if (held.length === 0) continue;
    const ids = [...new Set(held.map(({ id }) => id))];
    const known = await engine.store.known(place.connection, place.object, ids);
    const byId = new Map(known.map(({ id, sighting }) => [id, nameOf(place, sighting, id)]));
    for (const { link, id } of held) names.set(link, byId.get(id) ?? nameOf(place, null, id));
  }
  return names;
}
