import type { Side } from '../model/record.ts';

/** Where one side of a pair lives. */
export interface Place {
  readonly connection: string;
  readonly object: string;
}

/**
 * A pair is named by its two places, CRM first: `connection/object|connection/object`. The store takes the name apart because a link
 * keeps only the ids of its ends, and vendors count from 1 in every object: without the place, ticket 5 and organization 5 are one.
 */
export function pairName(crm: Place, desk: Place): string {
  return `${crm.connection}/${crm.object}|${desk.connection}/${desk.object}`;
}

/** The opposite of `pairName`; throws on a name that it did not make. */
export function placesOf(pair: string): Readonly<Record<Side, Place>> {
  const bar = pair.indexOf('|');
  const crm = placeOf(pair.slice(0, Math.max(bar, 0)));
  const desk = placeOf(pair.slice(bar + 1));
  if (bar < 0 || crm === null || desk === null) {
    throw new Error(`the pair "${pair}" is not named connection/object|connection/object`);
  }
  return { crm, desk };
}

function placeOf(text: string): Place | null {
  const slash = text.lastIndexOf('/');
  if (slash <= 0 || slash === text.length - 1) return null;
  return { connection: text.slice(0, slash), object: text.slice(slash + 1) };
}
