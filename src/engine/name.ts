import { isGone, type Sighting } from '../model/record.ts';
import type { SideSetup } from '../model/sync.ts';

/** How a record is named to a person: `Account "Acme" (0015g00000XyZAAV)`. */
export function nameOf(side: SideSetup, sighting: Sighting | null, id?: string): string {
  const title = sighting && !isGone(sighting.seen) ? sighting.seen[side.type.title] : undefined;
  const object = side.type.label;
  const key = sighting?.ref.id ?? id ?? '?';
  return typeof title === 'string' && title !== '' ? `${object} "${title}" (${key})` : `${object} ${key}`;
}
