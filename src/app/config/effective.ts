import type { SyncInput } from '../../mapping/input.ts';
import type { FieldSetting, FilterSetting, ReferenceSetting } from '../../mapping/settings.ts';
import { other, type Side, sides } from '../../model/record.ts';
import { type Direction, flows } from '../../model/sync.ts';
import type { Preset, PresetReference, PresetSettings, Scope } from '../../presets/preset.ts';
import { isLike, isMeant } from './pointed.ts';
import { durationMs, type SyncConfig } from './schema.ts';

/** A sync with nothing left out: what the file says, then its preset, then the defaults. */
export interface EffectiveSync
  extends Omit<SyncInput, 'name' | 'crm' | 'desk' | 'direction' | 'references' | 'parents'> {
  readonly preset: Preset | null;
  readonly references: readonly ReferenceSetting[];
  /** Names of the syncs onto the same records that come first. */
  readonly yields: readonly string[];
  /** null where neither the file nor a preset says it: then the sync cannot run. */
  readonly direction: Direction | null;
  readonly crm: EffectiveSide;
  readonly desk: EffectiveSide;
  readonly schedule: {
    /** Milliseconds between two polls. */
    readonly everyMs: number;
    readonly realtime: boolean;
    /** A cron expression, or `off`. */
    readonly sweep: string;
    /** How often fields that change without a stamp are read (ms). */
    readonly computedMs: number;
  };
}

interface EffectiveSide {
  readonly connection: string;
  readonly object: string | null;
}

const defaultEveryMs = 60_000;
const defaultComputedMs = 3_600_000;

/** `others`: the config's other syncs, among which a preset finds those that it goes together with. */
export function effectiveSync(sync: SyncConfig, preset: Preset | null, others: Others = {}): EffectiveSync {
  const shaped = preset === null ? undefined : shapedBy(preset, sync.options ?? {});
  const direction = sync.direction ?? shaped?.direction ?? null;
  // A preset's lists fit its own direction; with another one given they would be refused, and nobody wrote them.
  const settings = direction === shaped?.direction ? shaped : undefined;
  const targets = direction === null ? [] : sides.filter((side) => flows(direction, side));
  const match = sync.match ?? shaped?.match;
  const fields = withMore(sync.moreFields ?? [], sync.fields ?? shaped?.fields ?? [], direction);
  return {
    preset,
    mode: sync.mode ?? 'all',
    direction,
    crm: { connection: sync.crm.connection, object: sync.crm.object ?? preset?.crm.object ?? null },
    desk: { connection: sync.desk.connection, object: sync.desk.object ?? preset?.desk.object ?? null },
    create: sync.create ?? settings?.create ?? targets,
    update: widened(sync.update ?? settings?.update ?? targets, targets, sync),
    filter: {
      crm: both(shaped?.scope.crm, sync.filter?.crm),
      desk: both(shaped?.scope.desk, sync.filter?.desk),
    },
    match: match ?? [],
    ...(match?.length === 0 ? { byMark: true } : {}),
    ...(shaped?.makes === undefined ? {} : { makes: shaped.makes }),
    ...(shaped?.renew === undefined ? {} : { renew: shaped.renew }),
    ...(shaped?.option === undefined ? {} : { option: shaped.option }),
    onMatch: sync.onMatch ?? settings?.onMatch ?? sourceOf(direction),
    onMany: sync.onMany ?? shaped?.onMany ?? 'hold',
    mark: sync.mark ?? shaped?.mark ?? 'auto',
    fields,
    own: {
      keys: Object.keys(sync),
      key: preset !== null && sync.fields === undefined ? 'moreFields' : 'fields',
      more: sync.moreFields?.length ?? 0,
      options: sync.options ?? {},
      scope: { crm: shaped?.scope.crm?.all.length ?? 0, desk: shaped?.scope.desk?.all.length ?? 0 },
    },
    references: sync.references ?? (shaped?.references ?? []).flatMap((reference) => found(reference, sync, others)),
    yields: (preset?.yields ?? []).flatMap((name) => withPreset(name, sync, others)),
    backwards: shaped?.backwards,
    ...(shaped?.phoneCountry === undefined ? {} : { phoneCountry: shaped.phoneCountry }),
    writeBack: sync.writeBack ?? {},
    drift: sync.drift,
    removal: { remove: sync.remove, recreate: sync.recreate, leave: sync.filter?.leave },
    brake: { removals: sync.brake?.removals ?? 50, changes: sync.brake?.changes ?? 0.5 },
    conflict: listOf(sync.conflict) ?? settings?.conflict ?? ['newest', 'crm'],
    schedule: {
      everyMs: durationMs(sync.schedule?.every ?? '') ?? defaultEveryMs,
      realtime: sync.schedule?.realtime ?? true,
      sweep: sync.schedule?.sweep ?? '0 3 * * *',
      computedMs: durationMs(sync.schedule?.computed ?? shaped?.computed ?? '') ?? defaultComputedMs,
    },
  };
}

type Others = Readonly<Record<string, SyncConfig>>;

/** Options that the preset refuses are reported by the check; until then the preset is as it comes. */
function shapedBy(preset: Preset, options: object): PresetSettings {
  return preset.options.safeParse(options).success ? preset.shaped(options) : preset.settings;
}

/** A preset's reference, once it is known which syncs of this config it means. */
function found(
  { preset, derive, or, ...reference }: PresetReference,
  sync: SyncConfig,
  others: Others,
): readonly ReferenceSetting[] {
  // One that would bring a sync of its own goes by any that there is for these records.
  const is = derive === undefined ? isLike : isMeant;
  const [name] = withPreset(preset, sync, others, is);
  if (name === undefined) return [];
  if (or === undefined) return [{ ...reference, sync: name }];
  const { preset: further, derive: _derive, ...rest } = or;
  const [second] = withPreset(further, sync, others, is);
  return [{ ...reference, sync: name, ...(second === undefined ? {} : { or: { ...rest, sync: second } }) }];
}

/** The other syncs that have this preset between the same two connections. */
function withPreset(preset: string, sync: SyncConfig, others: Others, is = isLike): readonly string[] {
  return Object.entries(others)
    .filter(([, other]) => other !== sync && is(other, preset, sync))
    .map(([name]) => name);
}

/** The given ones first, so that each keeps its place in the file; of the others those onto the same fields are left out. */
function withMore(
  more: readonly FieldSetting[],
  others: readonly FieldSetting[],
  direction: Direction | null,
): readonly FieldSetting[] {
  const written = (field: FieldSetting): readonly string[] =>
    sides.flatMap((side) => {
      const name = field[side];
      const isTarget = field[other(side)] === undefined || flows(field.direction ?? direction ?? 'both', side);
      return name !== undefined && isTarget ? [`${side} ${name}`] : [];
    });
  const taken = new Set(more.flatMap(written));
  return [...more, ...others.filter((field) => !written(field).some((target) => taken.has(target)))];
}

/** A preset's scope and a given filter: a record has to be inside both. */
function both(scope: Scope | undefined, given: FilterSetting | undefined): FilterSetting | undefined {
  return scope === undefined ? given : { ...given, all: [...scope.all, ...(given?.all ?? [])] };
}

/**
 * `update` speaks of the sync's own direction. A field or reference that was given another direction by hand is meant to be written on its side too;
 * `[]` says that nothing is ever updated, and stays.
 */
function widened(update: readonly Side[], targets: readonly Side[], sync: SyncConfig): readonly Side[] {
  if (update.length === 0) return update;
  const given = [...(sync.fields ?? []), ...(sync.moreFields ?? []), ...(sync.references ?? [])];
  const asked = given.flatMap((each) => each.direction ?? []);
  const against = (side: Side) => !targets.includes(side) && asked.some((direction) => flows(direction, side));
  return sides.filter((side) => update.includes(side) || against(side));
}

/** The first meeting follows the source; where there is none, a person is asked. */
function sourceOf(direction: Direction | null): SyncInput['onMatch'] {
  return direction === 'crm-to-desk' ? 'crm' : direction === 'desk-to-crm' ? 'desk' : 'ask';
}

function listOf(setting: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof setting === 'string' ? [setting] : setting;
}
