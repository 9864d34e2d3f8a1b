import type { SyncInput } from '../../mapping/input.ts';
import { type Side, sides } from '../../model/record.ts';
import { type Direction, flows } from '../../model/sync.ts';
import type { Preset } from '../../presets/preset.ts';
import { durationMs, type SyncConfig } from './schema.ts';

/** A sync with nothing left out: what the file says, then its preset, then the defaults. */
export interface EffectiveSync
  extends Omit<SyncInput, 'name' | 'crm' | 'desk' | 'direction' | 'filter' | 'writeBack' | 'fields' | 'match'> {
  readonly preset: Preset | null;
  /** null where neither the file nor a preset says it: then the sync cannot run. */
  readonly direction: Direction | null;
  readonly crm: EffectiveSide;
  readonly desk: EffectiveSide;
  readonly filter: SyncInput['filter'];
  readonly match: SyncInput['match'];
  readonly fields: SyncInput['fields'];
  readonly writeBack: SyncInput['writeBack'];
  readonly schedule: {
    /** Milliseconds between two polls. */
    readonly everyMs: number;
    readonly realtime: boolean;
    /** A cron expression. */
    readonly sweep: string;
  };
}

interface EffectiveSide {
  readonly connection: string;
  readonly object: string | null;
}

const defaultEveryMs = 60_000;

export function effectiveSync(sync: SyncConfig, preset: Preset | null): EffectiveSync {
  const direction = sync.direction ?? preset?.settings.direction ?? null;
  // A preset's lists fit its own direction; with another one given they would be refused, and nobody wrote them.
  const settings = direction === preset?.settings.direction ? preset?.settings : undefined;
  const targets = direction === null ? [] : sides.filter((side) => flows(direction, side));
  const fields = sync.fields ?? preset?.settings.fields ?? [];
  return {
    preset,
    mode: sync.mode ?? 'all',
    direction,
    crm: { connection: sync.crm.connection, object: sync.crm.object ?? preset?.crm.object ?? null },
    desk: { connection: sync.desk.connection, object: sync.desk.object ?? preset?.desk.object ?? null },
    create: sync.create ?? settings?.create ?? targets,
    update: widened(sync.update ?? settings?.update ?? targets, targets, sync),
    filter: { crm: sync.filter?.crm, desk: sync.filter?.desk },
    match: sync.match ?? preset?.settings.match ?? [],
    onMatch: sync.onMatch ?? settings?.onMatch ?? sourceOf(direction),
    onMany: sync.onMany ?? preset?.settings.onMany ?? 'hold',
    mark: sync.mark ?? preset?.settings.mark ?? 'auto',
    fields,
    writeBack: sync.writeBack ?? {},
    conflict: listOf(sync.conflict) ?? settings?.conflict ?? ['newest', 'crm'],
    schedule: {
      everyMs: durationMs(sync.schedule?.every ?? '') ?? defaultEveryMs,
      realtime: sync.schedule?.realtime ?? true,
      sweep: sync.schedule?.sweep ?? '0 3 * * *',
    },
  };
}

/**
 * `update` speaks of the sync's own direction. A field that was given another direction by hand is meant to be written on its side too;
 * `[]` says that nothing is ever updated, and stays.
 */
function widened(update: readonly Side[], targets: readonly Side[], sync: SyncConfig): readonly Side[] {
  if (update.length === 0) return update;
  const asked = (sync.fields ?? []).flatMap((field) => field.direction ?? []);
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
