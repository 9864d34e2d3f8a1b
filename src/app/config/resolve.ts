import type { SyncInput } from '../../mapping/compile.ts';
import type { ReferenceSetting } from '../../mapping/settings.ts';
import type { ObjectType } from '../../model/object-type.ts';
import { type Side, sides } from '../../model/record.ts';
import { presets as allPresets } from '../../presets/index.ts';
import type { Preset } from '../../presets/preset.ts';
import type { System } from '../../systems/kit/system.ts';
import { type EffectiveSync, effectiveSync } from './effective.ts';
import { askedOf } from './pointed.ts';
import type { Config } from './schema.ts';

/** What both systems say of themselves: the two objects as described, and the accounts that the connections lead to. */
export interface Described {
  readonly crm: { readonly type: ObjectType; readonly account: string };
  readonly desk: { readonly type: ObjectType; readonly account: string };
}

const defaultTimeZone = 'UTC';

/**
 * A sync of a checked config, resolved into what `compileSync` takes. Throws where the config has not passed `checkConfig`: that is our own
 * mistake, not the administrator's.
 */
export function resolveSync(
  config: Config,
  name: string,
  systems: readonly System[],
  described: Described,
  presets: readonly Preset[] = allPresets,
): SyncInput {
  const {
    schedule: _schedule,
    preset: _preset,
    yields: _yields,
    direction,
    crm,
    desk,
    ...settings
  } = effectiveOf(config, name, presets);
  if (direction === null) throw new Error(`Sync ${name} has no direction: the config was not checked.`);
  const sideOf = (end: EffectiveSync['crm'], side: Described['crm']): SyncInput['crm'] => {
    const connection = config.connections[end.connection];
    const system = systems.find((one) => one.name === connection?.system);
    if (connection === undefined || system === undefined || end.object === null)
      throw new Error(`Sync ${name} cannot use connection ${end.connection}: the config was not checked.`);
    return {
      connection: end.connection,
      system: system.name,
      account: side.account,
      label: system.label,
      object: end.object,
      type: side.type,
      timeZone: connection.timeZone ?? defaultTimeZone,
    };
  };
  const { calls, writeBack } = askedOf(name, allEffective(config, presets));
  const asked = sides.filter((side) => settings.writeBack[side] === undefined && writeBack[side] !== undefined);
  return {
    ...settings,
    references: settings.references.map((reference) => withIds(config, reference, { crm, desk, direction }, systems)),
    calls,
    calledBack: asked,
    writeBack: {
      ...settings.writeBack,
      ...Object.fromEntries(
        asked.map((side) => [side, { field: writeBack[side]?.[0]?.field ?? '', when: 'first' as const }]),
      ),
    },
    name,
    direction,
    crm: sideOf(crm, described.crm),
    desk: sideOf(desk, described.desk),
    parents: parentsOf(config, presets),
  };
}

/** Ids that stand in, as the vendor's API writes them: Salesforce shows 15 characters where its API has 18. */
function withIds(
  config: Config,
  reference: ReferenceSetting,
  ends: Pick<EffectiveSync, 'crm' | 'desk' | 'direction'>,
  systems: readonly System[],
): ReferenceSetting {
  const { default: given } = reference;
  const direction = reference.direction ?? ends.direction;
  const written = (side: Side, id: string | undefined): string | undefined => {
    const system = systems.find(({ name }) => name === config.connections[ends[side].connection]?.system);
    return id === undefined ? undefined : (system?.recordAt(id)?.id ?? id);
  };
  if (given === undefined) return reference;
  if (typeof given === 'object')
    return { ...reference, default: { crm: written('crm', given.crm), desk: written('desk', given.desk) } };
  return { ...reference, default: written(direction === 'crm-to-desk' ? 'desk' : 'crm', given) };
}

function allEffective(config: Config, presets: readonly Preset[]): ReadonlyMap<string, EffectiveSync> {
  return new Map(Object.keys(config.syncs).map((name) => [name, effectiveOf(config, name, presets)]));
}

/** The ends of every sync, for references. */
function parentsOf(config: Config, presets: readonly Preset[]): NonNullable<SyncInput['parents']> {
  const ends = Object.keys(config.syncs).map((name) => {
    const { crm, desk } = effectiveOf(config, name, presets);
    const end = ({ connection, object }: EffectiveSync['crm']) => ({ connection, object: object ?? '' });
    return [name, { crm: end(crm), desk: end(desk) }] as const;
  });
  return Object.fromEntries(ends);
}

/** Which other syncs this one needs to know: those that its references name, those that come first, and theirs. */
export function neededBy(
  config: Config,
  names: readonly string[],
  presets: readonly Preset[] = allPresets,
): readonly string[] {
  const needed = new Set<string>();
  const open = [...names];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (needed.has(next) || config.syncs[next] === undefined) continue;
    needed.add(next);
    const { references, yields } = effectiveOf(config, next, presets);
    open.push(...references.flatMap(({ sync, or }) => (or ? [sync, or.sync] : [sync])), ...yields);
  }
  return [...needed];
}

/** A sync with its preset and the defaults. Throws where there is no such sync. */
export function effectiveOf(config: Config, name: string, presets: readonly Preset[] = allPresets): EffectiveSync {
  const sync = config.syncs[name];
  if (sync === undefined) throw new Error(`There is no sync ${name} in the config.`);
  return effectiveSync(sync, presets.find((preset) => preset.name === sync.preset) ?? null, config.syncs);
}

/** Which objects of which connection any of these syncs reads: what has to be described before they can run. */
export function objectsByConnection(
  config: Config,
  names: readonly string[] = Object.keys(config.syncs),
  presets: readonly Preset[] = allPresets,
): ReadonlyMap<string, readonly string[]> {
  const objects = new Map<string, readonly string[]>();
  for (const name of names) {
    const { crm, desk } = effectiveOf(config, name, presets);
    for (const { connection, object } of [crm, desk]) {
      const known = objects.get(connection) ?? [];
      if (object !== null && !known.includes(object)) objects.set(connection, [...known, object]);
    }
  }
  return objects;
}
