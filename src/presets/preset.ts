import type { ZodObject, z } from 'zod';
import type { SyncInput } from '../mapping/input.ts';
import type { FilterSetting, ReferenceSetting } from '../mapping/settings.ts';

/** What a preset fills in, key by key. */
export interface PresetSettings
  extends Pick<
    SyncInput,
    | 'direction'
    | 'create'
    | 'update'
    | 'match'
    | 'onMatch'
    | 'onMany'
    | 'mark'
    | 'fields'
    | 'conflict'
    | 'makes'
    | 'renew'
    | 'option'
  > {
  /** Records outside are never the sync's business, whatever filter is given beside it. */
  readonly scope: { readonly crm?: Scope; readonly desk?: Scope };
  readonly references: readonly PresetReference[];
  /** Rules for records that are made against the direction, for fields that no rule turned round writes. */
  readonly backwards?: SyncInput['backwards'];
  readonly phoneCountry?: string;
  /** How often fields that change without a stamp are read, such as `24h`, where a config does not say it. */
  readonly computed?: string;
}

/** Conditions that all have to be met. */
export interface Scope {
  readonly all: NonNullable<FilterSetting['all']>;
}

/**
 * A reference to the records of a sync that has this preset on the same connections. Where there is none it is left out, unless `derive`
 * names what stands in then: a sync of that preset that takes only what is pointed to, called after this one, `tickets.people`.
 */
export interface PresetReference extends Omit<ReferenceSetting, 'sync' | 'or'> {
  readonly preset: string;
  readonly derive?: string;
  readonly or?: Omit<NonNullable<ReferenceSetting['or']>, 'sync'> & {
    readonly preset: string;
    readonly derive?: string;
  };
}

/**
 * A ready-made sync, as data: it fills everything that an administrator leaves out, and what they give overrides it, key by key (a given
 * list of fields replaces the preset's). It works with no edits on any account of its two systems, so it names standard fields only.
 */
export interface Preset {
  /** As in the config: `salesforce-zendesk/accounts`. */
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  readonly crm: { readonly system: string; readonly object: string };
  readonly desk: { readonly system: string; readonly object: string };
  readonly settings: PresetSettings;
  /** What a person should know of a sync as it is configured, before it writes: one sentence each. */
  readonly notes?: (settings: Pick<SyncInput, 'fields' | 'references'>) => readonly string[];
  /** Presets onto the same records whose syncs come first, where both are on. */
  readonly yields: readonly string[];
  /** What can be said under `options:`; strict, so that an unknown option is an error. */
  readonly options: ZodObject;
  /** The settings with these options, which `options` has accepted. */
  readonly shaped: (options: unknown) => PresetSettings;
}

/** Ties a preset's options to what they do: `shape` gets them as the schema reads them. */
export function definePreset<Options extends ZodObject>(
  preset: Omit<Preset, 'options' | 'shaped'> & {
    readonly options: Options;
    readonly shape?: (settings: PresetSettings, options: z.infer<Options>) => PresetSettings;
  },
): Preset {
  const { shape, ...rest } = preset;
  return { ...rest, shaped: (options) => shape?.(preset.settings, preset.options.parse(options)) ?? preset.settings };
}
