import { other, type Side } from '../../model/record.ts';
import { baseKey, type SyncSetup, sideOf } from '../../model/sync.ts';
import { isBlank, type Value } from '../../model/value.ts';
import type { Engine } from '../engine.ts';
import type { DueLink } from '../ports.ts';
import { isOurs } from './memory.ts';
import { fieldsOf, lackOf } from './removal.ts';

/** A reference of a survivor that is empty by now, and what both had agreed that it points to. */
interface Emptied {
  readonly link: string;
  readonly side: Side;
  readonly field: string;
  readonly id: string;
}

/**
 * A vendor empties references to what is removed. Where we have removed it (an account took its organization along), that is no edit of
 * the records that pointed there: those whose own twin was removed are decided about as if they still did. What a person has removed, or
 * emptied, is an edit like any other. One question per reference and side, for such links alone.
 */
export async function withEmptied(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
): Promise<readonly DueLink[]> {
  const fields = new Map<string, { readonly side: Side; readonly was: Record<string, Value> }>();
  for (const rule of setup.rules) {
    const parents = rule.pointer && engine.setups.find(({ name }) => name === rule.pointer?.sync);
    if (!parents) continue;
    const emptied = due.flatMap((each): Emptied[] => {
      const lack = each.link.crm && each.link.desk ? lackOf(setup, each) : null;
      const side = lack && other(lack.side);
      const seen = side && fieldsOf(each[side]);
      const id = side && each.link[side]?.base[baseKey(rule)];
      if (!side || !seen || typeof id !== 'string' || id === '' || !isBlank(seen[rule[side]])) return [];
      return [{ link: each.link.id, side, field: rule[side], id }];
    });
    for (const [side, all] of Map.groupBy(emptied, (each) => each.side)) {
      const { connection, object } = sideOf(parents, side);
      const known = await engine.store.known(connection, object, [...new Set(all.map(({ id }) => id))]);
      const ours = new Set(
        known.flatMap(({ id, links }) =>
          links.some(({ link }) => link.sync === parents.name && isOurs(link[side])) ? [id] : [],
        ),
      );
      for (const { link, field, id } of all) {
        if (!ours.has(id)) continue;
        fields.set(link, { side, was: { ...fields.get(link)?.was, [field]: id } });
      }
    }
  }
  if (fields.size === 0) return due;
  return due.map((each) => {
    const { side, was } = fields.get(each.link.id) ?? {};
    const sighting = side && each[side];
    const seen = sighting && fieldsOf(sighting);
    return side && seen ? { ...each, [side]: { ...sighting, seen: { ...seen, ...was } } } : each;
  });
}
