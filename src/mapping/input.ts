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
  readonly match: readonly CriterionSetting[];
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
  /** Where telephone numbers without an international prefix belong: two letters, such as `FR`. */
  readonly phoneCountry?: string;
  /** Who wins a conflict where a field does not say: crm, desk, newest, ask; anything else is reported. */
  readonly conflict: readonly string[];
}

/** True where records may come into being on that side: for the first time, or again. */
export function isMadeOn({ create, removal }: SyncInput, side: Side): boolean {
  return create.includes(side) || (removal?.recreate ?? []).includes(side);
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

export function report(ground: Ground, path: Problem['path'], problem: string, fix: string): void {
  ground.problems.push({ path, problem: `Sync ${ground.input.name}: ${problem}`, fix });
}

export function inputOf(input: SyncInput, side: Side): SideInput {
  return side === 'crm' ? input.crm : input.desk;
}

/** `Salesforce Account` */
export function objectWords(input: SyncInput, side: Side): string {
  const { label, object } = inputOf(input, side);
  return `${label} ${object}`;
}

/** The field; null where it is unknown — reported, unless it may be a custom field that only the account knows. */
export function lookUp(ground: Ground, side: Side, name: string, path: Problem['path']): FieldDescription | null {
  const { input, known } = ground;
  const { type } = inputOf(input, side);
  const field = fieldOf(type, name);
  if (field !== undefined) return field;
  if (known.is === 'standard' && known.custom(name)) return null;
  const names = type.fields.map((one) => one.name);
  report(ground, path, `${objectWords(input, side)} has no field "${name}".`, didYouMean(name, names, 'fields'));
  return null;
}
