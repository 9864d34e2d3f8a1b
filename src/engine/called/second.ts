import { isGone, type Side } from '../../model/record.ts';
import type { SyncSetup } from '../../model/sync.ts';
import type { Engine } from '../engine.ts';
import type { DueLink } from '../ports.ts';
import { asksOf, becameOf, fewKin, isUsable, keyOf } from './standing.ts';

/**
 * A reference that may ask a second sync makes nothing by the first one where the second has the record: a requester who is a lead gets no
 * contact beside it, until the lead is one. Of these due links that would have a twin made, by id, those for which that is so, with the keys
 * that tell of its end. It is asked by criteria, since nobody may have linked the two yet.
 */
export async function findSeconds(
  { setups, store }: Engine,
  setup: SyncSetup,
  side: Side,
  due: readonly DueLink[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = new Set(
    setups.flatMap(({ rules }) =>
      rules.flatMap(({ pointer }) => (pointer?.sync === setup.name ? (pointer.or?.sync ?? []) : [])),
    ),
  );
  const found = new Map<string, readonly string[]>();
  const target = side === 'crm' ? 'desk' : 'crm';
  for (const second of setups.filter(({ name, mode }) => names.has(name) && mode !== 'watch')) {
    const asked = due.flatMap(({ link, ...sightings }) => {
      const seen = sightings[side]?.seen;
      if (!seen || isGone(seen) || !second.within(side, seen)) return [];
      return asksOf(second, side, seen).map(({ ask }) => ({ id: link.id, ask }));
    });
    if (asked.length === 0) continue;
    const answers = await store.kin(
      asked.map(({ ask }) => ask),
      fewKin,
    );
    asked.forEach(({ id, ask }, i) => {
      const isThere = (answers[i] ?? []).some(
        (kin) => isUsable(second, target, kin) && becameOf(second, target, kin.sighting) === null,
      );
      if (isThere) found.set(id, [...(found.get(id) ?? []), keyOf(ask)]);
    });
  }
  return found;
}
