import { madeOn } from '../../mapping/settings.ts';
import { type Side, sides } from '../../model/record.ts';
import { flows } from '../../model/sync.ts';
import { presets as allPresets } from '../../presets/index.ts';
import type { Preset } from '../../presets/preset.ts';
import type { EffectiveSync } from './effective.ts';
import type { Config, SyncConfig } from './schema.ts';

/*
 * What references of other syncs ask of a sync: that records of it are made, that ids are written into them, and, where the file has no such
 * sync at all, that there is one.
 */

/** A sync that no file has: its name has a dot, which no name in a file may have. */
export function isDerived(name: string): boolean {
  return name.includes('.');
}

/** The sync in the file that a derived one is there for: problems of it are told there. */
export function askerOf(derived: string): string {
  return derived.slice(0, derived.indexOf('.'));
}

/**
 * The config with the syncs that its presets' references need and the file does not have: of their preset, for what is pointed to alone, and
 * by themselves they write nothing. Two syncs that need the same one share it. As soon as the file has a sync of that preset, none is added.
 */
export function withDerived(config: Config, presets: readonly Preset[] = allPresets): Config {
  const syncs: Record<string, SyncConfig> = { ...config.syncs };
  for (const [name, sync] of Object.entries(config.syncs)) {
    const preset = presets.find((each) => each.name === sync.preset);
    if (preset === undefined || sync.references !== undefined) continue;
    const shaped = preset.options.safeParse(sync.options ?? {}).success ? preset.shaped(sync.options ?? {}) : null;
    const wanted = (shaped?.references ?? []).flatMap((reference) => [
      reference,
      ...(reference.or ? [reference.or] : []),
    ]);
    for (const { preset: needed, derive } of wanted) {
      const { crm, desk } = sync;
      if (derive === undefined || Object.values(syncs).some((other) => isMeant(other, needed, sync, presets))) continue;
      syncs[`${name}.${derive}`] = {
        preset: needed,
        mode: 'referenced',
        crm: { connection: crm.connection },
        desk: { connection: desk.connection },
        create: [],
        update: [],
        ...(sync.schedule === undefined ? {} : { schedule: sync.schedule }),
      };
    }
  }
  return { ...config, syncs };
}

/** True where that sync has this preset and lies between the same two connections. */
export function isLike(other: SyncConfig, preset: string, sync: Pick<SyncConfig, 'crm' | 'desk'>): boolean {
  const isBetween = other.crm.connection === sync.crm.connection && other.desk.connection === sync.desk.connection;
  return other.preset === preset && isBetween;
}

/** True where that sync is such a one, or one without a preset of the same records: two of them would be in each other's way. */
export function isMeant(
  other: SyncConfig,
  name: string,
  sync: Pick<SyncConfig, 'crm' | 'desk'>,
  presets: readonly Preset[] = allPresets,
): boolean {
  const preset = presets.find((each) => each.name === name);
  const { crm, desk } = other;
  const isSame = crm.object === preset?.crm.object && desk.object === preset?.desk.object;
  return isLike(isSame && other.preset === undefined ? { ...other, preset: name } : other, name, sync);
}

/** What references ask of a sync. */
export interface Asked {
  readonly calls: readonly { readonly side: Side; readonly by: string }[];
  /** By side: the fields that are to take the id of the record that is pointed to. */
  readonly writeBack: { readonly [S in Side]?: readonly { readonly field: string; readonly by: string }[] };
}

/** `others`: all syncs by name, as they are with their presets. */
export function askedOf(name: string, others: ReadonlyMap<string, EffectiveSync>): Asked {
  const calls: { side: Side; by: string }[] = [];
  const writeBack: { [S in Side]?: readonly { field: string; by: string }[] } = {};
  for (const [from, { direction, references, mode }] of others) {
    for (const { crm, desk, or, direction: own, ...reference } of references) {
      const by = `the reference ${crm ?? desk} of the sync "${from}"`;
      for (const ask of [reference, ...(or ? [or] : [])]) {
        if (ask.sync !== name || mode === 'watch') continue;
        const targets = sides.filter((each) => flows(own ?? direction ?? 'both', each));
        for (const side of madeOn(ask.create, targets)) calls.push({ side, by });
        // Where the reference flows both ways the field is the CRM's: the help desk's records have our mark for that.
        const [target] = targets.length === 1 ? targets : (['crm'] as const);
        if (ask.writeBack !== undefined && target)
          writeBack[target] = [...(writeBack[target] ?? []), { field: ask.writeBack, by }];
      }
    }
  }
  return { calls, writeBack };
}
