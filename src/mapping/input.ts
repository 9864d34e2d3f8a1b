import type { FieldDescription, ObjectType } from '../model/object-type.ts';
import { fieldOf } from '../model/object-type.ts';
import type { Side } from '../model/record.ts';
import type { Direction, OnMatch, SyncSetup } from '../model/sync.ts';
import type { Language } from './expression/language.ts';
import type { Problem } from './problem.ts';
import { didYouMean } from './problem.ts';
import type {
  CriterionSetting,
  FieldSetting,
  FilterSetting,
  MarkSetting,
  ReferenceSetting,
  RemovalSetting,
  WriteBackSetting,
} from './settings.ts';

/** A sync in the config's words, completed by its preset and the defaults, with what both systems say of the two objects. */
export interface SyncInput {
  readonly name: string;
  readonly mode: SyncSetup['mode'];
  readonly direction: Direction;
  readonly crm: SideInput;
  readonly desk: SideInput;
  readonly create: readonly Side[];
  readonly update: readonly Side[];
  readonly brake: SyncSetup['brake'];
  readonly filter: { readonly crm?: FilterSetting | undefined; readonly desk?: FilterSetting | undefined };
  /** What of it the file itself says; absent: all of it. */
  readonly own?: Own;
  /** None is fine where `byMark` says that it is meant so. */
  readonly match: readonly CriterionSetting[];
  /** True where records are known by what we wrote on them alone, since nothing of their own identifies them. */
  readonly byMark?: boolean;
  /** Conditions for making a new record on the other side; absent: whatever is inside the filter. */
  readonly makes?: { readonly crm?: FilterSetting | undefined; readonly desk?: FilterSetting | undefined } | undefined;
  /** Sides on which a locked record is followed by a new one where its twin's edits have nowhere to go. */
  readonly renew?: readonly Side[];
  /** What a text gets of an option where a rule does not say it; value where it is left out. */
  readonly option?: 'value' | 'label';
  readonly onMatch: OnMatch;
  readonly onMany: SyncSetup['onMany'];
  readonly mark: MarkSetting;
  /** Absent: report. */
  readonly drift?: SyncSetup['drift'] | undefined;
  readonly fields: readonly FieldSetting[];
  readonly writeBack: WriteBackSetting;
  /** Absent: nothing that one side removes is carried over. */
  readonly removal?: {
    readonly remove?: Readonly<Partial<Record<Side, RemovalSetting | undefined>>> | undefined;
    readonly recreate?: readonly Side[] | undefined;
    readonly leave?: 'keep' | 'remove' | undefined;
  };
  readonly references?: readonly ReferenceSetting[];
  /** The ends of the other syncs by name, which references are checked against; absent where nobody knows them. */
  readonly parents?: Readonly<Record<string, { readonly crm: ParentEnd; readonly desk: ParentEnd }>>;
  /** Sides on which references of other syncs have records made of this one: `by` names the reference and its sync. */
  readonly calls?: readonly { readonly side: Side; readonly by: string }[];
  /** Rules for such creations alone, for fields that none of `fields` writes there. */
  readonly backwards?: readonly FieldSetting[] | undefined;
  /** The write-back on that side is for records that others point to, and no other ones. */
  readonly calledBack?: readonly Side[];
  /** Where telephone numbers without an international prefix belong: two letters, such as `FR`. */
  readonly phoneCountry?: string;
  /** Who wins a conflict where a field does not say: crm, desk, newest, ask; anything else is reported. */
  readonly conflict: readonly string[];
}

/** Which settings stand in the file, where a preset fills in others. */
export interface Own {
  /** The sync's keys in the file. */
  readonly keys: readonly string[];
  /** Where a person adds rules. */
  readonly key: 'fields' | 'moreFields';
  /** How many of `fields`, the first ones, stand under `moreFields`. */
  readonly more: number;
  /** The preset's options that are given. */
  readonly options: Readonly<Record<string, unknown>>;
  /** By side: how many of the filter's `all`, the first ones, are the preset's. */
  readonly scope: Readonly<Record<Side, number>>;
}

/** True where records may come into being on that side: for the first time, or again. */
export function isMadeOn({ create, removal, renew }: SyncInput, side: Side): boolean {
  return [create, removal?.recreate, renew].some((made) => made?.includes(side));
}

export interface ParentEnd {
  readonly connection: string;
  readonly object: string;
}

export interface SideInput {
  readonly connection: string;
  readonly system: string;
  /** The account that the connection leads to; '' where nobody has asked yet (`check` without a login). */
  readonly account: string;
  readonly label: string;
  readonly object: string;
  readonly type: ObjectType;
  /** IANA name, such as `Europe/Paris`. */
  readonly timeZone: string;
}

/**
 * How much is known of the two objects. `described`: all that the accounts have. `standard`: only what every account has; then a name that
 * `custom` takes for a custom field may exist, and options are the account's own affair.
 */
export type Known =
  | { readonly is: 'described' }
  | { readonly is: 'standard'; readonly custom: (field: string) => boolean };

/** What the checks share: the input, what is known, and the list of what was found. */
export interface Ground {
  readonly input: SyncInput;
  readonly known: Known;
  readonly problems: Problem[];
  /** The language of expressions over either side's records, once one was needed. */
  readonly languages: Map<Side, Language>;
}

export function report(
  ground: Ground,
  path: Problem['path'],
  problem: string,
  fix: string,
  lacks?: Problem['lacks'],
): void {
  const what = `Sync ${ground.input.name}: ${problem}`;
  ground.problems.push({ path, problem: what, fix, ...(lacks === undefined ? {} : { lacks }) });
}

export function inputOf(input: SyncInput, side: Side): SideInput {
  return side === 'crm' ? input.crm : input.desk;
}

/** `Salesforce Account` */
export function objectWords(input: SyncInput, side: Side): string {
  const { label, object } = inputOf(input, side);
  return `${label} ${object}`;
}

/** Where a setting stands in the file, given where it is in the input: what the preset fills in stands at the preset, or at the option that says it. */
export function asWritten({ own, fields }: Pick<SyncInput, 'own' | 'fields'>, path: Problem['path']): Problem['path'] {
  const [list, index, ...rest] = path;
  if (own === undefined || typeof list !== 'string') return path;
  if (list === 'fields' && typeof index === 'number') {
    if (index < own.more) return ['moreFields', index, ...rest];
    if (own.key === 'fields') return ['fields', index - own.more, ...rest];
    const constant = fields[index]?.default;
    const option = Object.entries(own.options).find(([, value]) => constant !== undefined && value === constant);
    return option === undefined ? ['preset'] : ['options', option[0]];
  }
  if (list === 'fields') return [own.key];
  if (list === 'filter') return inFilter(own, path);
  return typeof index !== 'number' || own.keys.includes(list) ? path : ['preset'];
}

function inFilter({ scope }: Own, path: Problem['path']): Problem['path'] {
  const [list = '', side = '', group = '', index, ...rest] = path;
  if (group !== 'all' || typeof index !== 'number') return path;
  const at = index - scope[side === 'crm' ? 'crm' : 'desk'];
  return at < 0 ? ['preset'] : [list, side, group, at, ...rest];
}

/** The field; null where it is unknown — reported, unless it may be a custom field that only the account knows. */
export function lookUp(ground: Ground, side: Side, name: string, path: Problem['path']): FieldDescription | null {
  const { input, known } = ground;
  const { type } = inputOf(input, side);
  const field = fieldOf(type, name);
  if (field !== undefined) return field;
  if (known.is === 'standard' && known.custom(name)) return null;
  const names = type.fields.map((one) => one.name);
  const fix = didYouMean(name, names, 'fields');
  report(ground, path, `${objectWords(input, side)} has no field "${name}".`, fix, { side, name });
  return null;
}
