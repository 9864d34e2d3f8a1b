import { isGone, type Side, type Sighting, sides } from '../model/record.ts';
import type { SyncSetup } from '../model/sync.ts';
import type { Value } from '../model/value.ts';
import type { DueLink } from './ports.ts';

/** Why a computed field has no value, by the field's name; a rule whose source is missing for such a reason holds its field. */
export type Failed = Readonly<Record<Side, Readonly<Record<string, string>>>>;

export const noneFailed: Failed = { crm: {}, desk: {} };

/** A due link whose sightings show the computed fields beside the real ones. A field that cannot be computed stays absent. */
export function withComputed(setup: SyncSetup, due: DueLink): { readonly due: DueLink; readonly failed: Failed } {
  if (setup.computed.crm.length === 0 && setup.computed.desk.length === 0) return { due, failed: noneFailed };
  const failed = { crm: {}, desk: {} } satisfies Record<Side, Record<string, string>>;
  const shown: Record<Side, Sighting | null> = { crm: due.crm, desk: due.desk };
  for (const side of sides) {
    const sighting = due[side];
    if (sighting && !isGone(sighting.seen)) shown[side] = compute(setup, side, sighting, sighting.seen, failed[side]);
  }
  return { due: { ...due, ...shown }, failed };
}

function compute(
  setup: SyncSetup,
  side: Side,
  sighting: Sighting,
  seen: Readonly<Record<string, Value>>,
  failed: Record<string, string>,
): Sighting {
  const fields: Record<string, Value> = { ...seen };
  for (const computed of setup.computed[side]) {
    const result = computed.value(seen);
    if (result.ok) fields[computed.name] = result.value;
    else failed[computed.name] = result.say;
  }
  return { ...sighting, seen: fields };
}
