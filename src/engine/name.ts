import { isGone, type Sighting } from '../model/record.ts';
import type { SideSetup } from '../model/sync.ts';

/** How a record is named to a person: `Account "Acme" (0015g00000XyZAAV)`. */
export function nameOf(side: SideSetup, sighting: Sighting | null, id?: string): string {
  const title = sighting && !isGone(sighting.seen) ? sighting.seen[side.type.title] : undefined;
  const object = side.type.label;
  const key = sighting?.ref.id ?? id ?? '?';
  return typeof title === 'string' && title !== '' ? `${object} "${short(title)}" (${key})` : `${object} ${key}`;
}

/** A subject may be a whole paragraph; its beginning names the record, and the id tells which it is. */
const longestTitle = 80;

function short(title: string): string {
  const signs = [...title];
  return signs.length <= longestTitle
    ? title
    : `${signs
        .slice(0, longestTitle - 1)
        .join('')
        .trimEnd()}…`;
}
