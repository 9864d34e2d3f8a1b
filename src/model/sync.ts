import type { ObjectType } from './object-type.ts';
import type { Side } from './record.ts';
import type { Removals } from './removal.ts';
import type { Fields, Value } from './value.ts';

export type Direction = 'crm-to-desk' | 'desk-to-crm' | 'both';

export type PolicyWord = 'crm' | 'desk' | 'newest' | 'ask';

/** Who wins a conflict; a list of them is tried in turn where the one before cannot tell. */
export type Policy = PolicyWord | PolicyExpression;

/** An expression over both records that answers with one of the words. */
export interface PolicyExpression {
  readonly text: string;
  /** The fields that it reads: a change of one makes a link due, and none of them is written for it. */
  readonly reads: { readonly crm: readonly string[]; readonly desk: readonly string[] };
  /** Pure. `word` null: it cannot tell. Fails where it cannot work with these values; `say` names them, without a full stop. */
  decide(
    contest: Contest,
  ): { readonly ok: true; readonly word: PolicyWord | null } | { readonly ok: false; readonly say: string };
}

/** What an expression decides about: both records (null: not shown) and the field that both sides have changed. */
export interface Contest {
  readonly crm: Fields | null;
  readonly desk: Fields | null;
  readonly crmValue: Value;
  readonly deskValue: Value;
  /** What the CRM had when both last agreed. */
  readonly base: Value;
}

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
  /** Both fields hold several values, and the rule flows both ways: what moved on both sides moves member by member. */
  readonly members?: true;
  /** Written on creation only, where the rule says so; `once`: on that side alone, from which it flows on all the same. */
  readonly write: 'always' | 'create';
  readonly once?: Side;
  /** The target field must have a value on creation. */
  readonly required: { readonly crm: boolean; readonly desk: boolean };
  /** Set where both fields hold references: ids of two records that another sync links. Then the engine converts and compares. */
  readonly pointer?: Pointing;
  /** Set where the rule counts only for records that point to certain others; for the rest it does nothing. */
  readonly only?: Only;
  /**
   * The value that the field on side `to` should have, given the other side's value and what `to` has now (undefined on creation).
   * `before`: the other side's value when both last agreed (undefined: never), so that members which this rule added can be taken away.
   * `record`: the whole record that the value is of, for what ends a text that is cut.
   */
  convert(to: Side, from: Value, current: Value | undefined, before?: Value, record?: Fields): Converted;
  /** Equal under the mapping in at least one of the directions in which the field flows. `before`: the bases, where there are any. */
  equal(
    crm: Value,
    desk: Value,
    before?: { readonly crm: Value | undefined; readonly desk: Value | undefined },
  ): boolean;
  /** A value as the field on that side stores it. undefined reads as null. */
  normal(side: Side, value: Value | undefined): Value;
}

/** Whom a reference points to: records that the sync `sync` links. */
export interface Pointing {
  readonly sync: string;
  /** What an empty reference does on the other side: nothing, empty it too, hold the field, or take `default`. */
  readonly none: 'keep' | 'empty' | 'hold' | 'default';
  /** Ids for `none: default`, by the side that they are written on. */
  readonly default: { readonly crm: string | null; readonly desk: string | null };
  /** True where that sync takes only what is pointed to (mode `referenced`), so that pointing to a record makes it due there. */
  readonly summons?: boolean;
  /**
   * Whether a record that is pointed to and has no twin gets one, whatever its own sync says of creating (true: by that sync's rules used
   * backwards, where they do not flow there; false: only what exists is taken). Absent: that is its sync's own affair.
   */
  readonly create?: boolean;
  /** The sides on which twins are made so; absent: wherever the reference flows. */
  readonly madeOn?: readonly Side[];
  /** Another sync of the same records, asked where the first one has no twin for the record: the field cannot hold that one's ids. */
  readonly or?: Pick<Pointing, 'sync' | 'summons' | 'create' | 'madeOn'>;
}

/** A rule that counts only for some records: those whose `field` on `side` points to a record with a twin by `by`, and none by `not`. */
export interface Only {
  readonly side: Side;
  readonly field: string;
  readonly by: string;
  readonly not: string;
}

export type Converted =
  /** `keeps`: the value is kept beside what the field shows (see FieldDescription.beside), which stays as it is. */
  | { readonly ok: true; readonly value: Value; readonly keeps?: true }
  /** Nothing is to be written (whenEmpty: keep, an unmapped value with other: keep, fill where there is a value already). */
  | { readonly ok: true; readonly leave: true }
  /** The field is held; `say` names the value, why it cannot be written and what to do. */
  | { readonly ok: false; readonly say: string };

/** True where an update may write the rule's field on that side. */
export function isUpdated(rule: Pick<Rule, 'write' | 'once'>, side: Side): boolean {
  return rule.write === 'always' && rule.once !== side;
}

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
  /** Rules that cannot work now, since a field of theirs is gone: nothing flows, and an edit of the other field still is one that nobody has. */
  readonly frozen?: readonly Rule[];
  /** Values made from a whole record, seen from then on as fields of it: expressions. By the side whose record they are made from. */
  readonly computed: { readonly crm: readonly Computed[]; readonly desk: readonly Computed[] };
  /** Hash of all rules, criteria and filters: another one makes every link due, in the load lane. */
  readonly hash: string;
  readonly match: readonly Criterion[];
  readonly onMatch: OnMatch;
  readonly onMany: 'hold' | 'oldest' | 'newest';
  readonly create: readonly Side[];
  readonly update: readonly Side[];
  /** Sides on which a locked record is followed by a new one where its twin's edit of the locking field has nowhere to go. */
  readonly renew: readonly Side[];
  readonly brake: BrakeLimits;
  /** What becomes of a record when its twin is removed: a permission of its own, beside `update`. */
  readonly removal: Removals;
  /** What a sweep does about the target of a one-way field that somebody edited: counts it, or writes it back. */
  readonly drift: 'report' | 'restore';
  /** The field that takes our mark on records that we create there; null: no mark (rung natural or traced). */
  readonly mark: { readonly crm: Mark | null; readonly desk: Mark | null };
  /** The field on that side that takes the other side's id. */
  readonly writeBack: { readonly crm: WriteBack | null; readonly desk: WriteBack | null };
  /**
   * The rules by which a record is created on that side against what the sync says of creating, because another one points to its twin:
   * the sync's own, turned round as far as they can be. By id, hash and fields they are the sync's rules. Absent: none is made so.
   */
  readonly backwards?: { readonly [S in Side]?: readonly Rule[] };
  /** Every field of that side that rules, filters, criteria, marks and write-backs read. */
  readonly reads: { readonly crm: readonly string[]; readonly desk: readonly string[] };
  /** Syncs onto the same records that come first: what they have or could have, this one leaves alone. */
  readonly yields: readonly string[];
  /** True where the record is inside the sync's filter on that side. */
  within(side: Side, fields: Fields): boolean;
  /** False where the record is none for which a new one is made on the other side; it may still be met by one that is there. */
  makes(side: Side, fields: Fields): boolean;
}

/** How much one hour may bring on each side before a person is asked: `removals` a number, `changes` a share of the linked records. */
export interface BrakeLimits {
  readonly removals: number;
  readonly changes: number;
}

/** A field that no vendor has: `name` begins with `=`, so that no vendor's field can be called so. */
export interface Computed {
  readonly name: string;
  /** The real fields that it is made from. */
  readonly reads: readonly string[];
  /** Pure. Fails where the record has values that the expression cannot work with; `say` names them. */
  value(fields: Fields): { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly say: string };
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
  /** True where only records get it that another sync's records point to. */
  readonly called?: true;
}

export function sideOf(setup: SyncSetup, side: Side): SideSetup {
  return side === 'crm' ? setup.crm : setup.desk;
}

/** The rules that cannot work now too: what stands in a field of theirs is nowhere else either. */
export function withFrozen({ rules, frozen = [] }: SyncSetup): readonly Rule[] {
  return [...rules, ...frozen];
}

export function flows(direction: Direction, to: Side): boolean {
  return direction === 'both' || direction === (to === 'desk' ? 'crm-to-desk' : 'desk-to-crm');
}

/** The key under which an end keeps the base of a rule: the pair of fields, whatever the direction. */
export function baseKey(rule: Pick<Rule, 'crm' | 'desk'>): string {
  return `${rule.crm}=${rule.desk}`;
}
