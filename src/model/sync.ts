import type { ObjectType } from './object-type.ts';
import type { Side } from './record.ts';
import type { Fields, Value } from './value.ts';

export type Direction = 'crm-to-desk' | 'desk-to-crm' | 'both';

/** Who wins a conflict; a list of them is tried in turn where the one before cannot tell. */
export type Policy = 'crm' | 'desk' | 'newest' | 'ask';

/** What a first meeting of two existing records does where both have a value. */
export type OnMatch = 'crm' | 'desk' | 'newest' | 'fill' | 'ask';

/**
 * One mapped pair of fields, compiled: its functions are pure and know both fields' types, options and normal forms.
 * A rule may have only one field where the value comes from a constant; then the other name is ''.
 */
export interface Rule {
  /** Unique in its sync and readable: `Name → name`, `Priority ↔ priority`. */
  readonly id: string;
  /** Changes when anything about the rule changes that could change what it writes. */
  readonly hash: string;
  readonly crm: string;
  readonly desk: string;
  readonly direction: Direction;
  readonly conflict: readonly Policy[];
  /** Written on creation only, where the rule says so. */
  readonly write: 'always' | 'create';
  /** The target field must have a value on creation. */
  readonly required: { readonly crm: boolean; readonly desk: boolean };
  /** The value that the field on side `to` should have, given the other side's value and what `to` has now (undefined on creation). */
  convert(to: Side, from: Value, current: Value | undefined): Converted;
  /** Equal under the mapping in at least one of the directions in which the field flows. */
  equal(crm: Value, desk: Value): boolean;
  /** A value as the field on that side stores it. undefined reads as null. */
  normal(side: Side, value: Value | undefined): Value;
}

export type Converted =
  | { readonly ok: true; readonly value: Value }
  /** Nothing is to be written (whenEmpty: keep, an unmapped value with other: keep, fill where there is a value already). */
  | { readonly ok: true; readonly leave: true }
  /** The field is held; `say` names the value, why it cannot be written and what to do. */
  | { readonly ok: false; readonly say: string };

/** Two fields that identify a record on both sides. `keys` gives the normalised values to compare; none for a blank field. */
export interface Criterion {
  readonly crm: string;
  readonly desk: string;
  keys(side: Side, value: Value | undefined): readonly string[];
}

export interface SideSetup {
  readonly connection: string;
  readonly system: string;
  /** The account that the connection leads to, for marks. */
  readonly account: string;
  readonly object: string;
  readonly type: ObjectType;
  /** The vendor's label for messages: `Salesforce`. */
  readonly label: string;
}

/** A sync, ready to run: the config's words resolved against what both systems say of themselves. */
export interface SyncSetup {
  readonly name: string;
  readonly mode: 'all' | 'referenced' | 'watch';
  readonly direction: Direction;
  readonly crm: SideSetup;
  readonly desk: SideSetup;
  readonly rules: readonly Rule[];
  /** Hash of all rules, criteria and filters: another one makes every link due, in the load lane. */
  readonly hash: string;
  readonly match: readonly Criterion[];
  readonly onMatch: OnMatch;
  readonly onMany: 'hold' | 'oldest' | 'newest';
  readonly create: readonly Side[];
  readonly update: readonly Side[];
  /** The field that takes our mark on records that we create there; null: no mark (rung natural or traced). */
  readonly mark: { readonly crm: Mark | null; readonly desk: Mark | null };
  /** The field on that side that takes the other side's id. */
  readonly writeBack: { readonly crm: WriteBack | null; readonly desk: WriteBack | null };
  /** Every field of that side that rules, filters, criteria, marks and write-backs read. */
  readonly reads: { readonly crm: readonly string[]; readonly desk: readonly string[] };
  /** True where the record is inside the sync's filter on that side. */
  within(side: Side, fields: Fields): boolean;
}

export interface Mark {
  readonly field: string;
  /** `id`: the other record's id alone; `full`: `system:account:id`. */
  readonly style: 'id' | 'full';
}

export interface WriteBack {
  readonly field: string;
  /** `first`: once, when the link first has both ends; `always`: whenever it differs. */
  readonly when: 'first' | 'always';
}

export function sideOf(setup: SyncSetup, side: Side): SideSetup {
  return side === 'crm' ? setup.crm : setup.desk;
}

export function flows(direction: Direction, to: Side): boolean {
  return direction === 'both' || direction === (to === 'desk' ? 'crm-to-desk' : 'desk-to-crm');
}

/** The key under which an end keeps the base of a rule: the pair of fields, whatever the direction. */
export function baseKey(rule: Pick<Rule, 'crm' | 'desk'>): string {
  return `${rule.crm}=${rule.desk}`;
}
