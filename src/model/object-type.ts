import type { Value } from './value.ts';

/**
 * Field types in our words. A system says which of its own types is which (`vendorType` keeps the vendor's word for messages).
 *  text: one line · longtext: many lines · option: one of `options` · options: several of them · set: a set of free texts (tags, domains)
 *  date: YYYY-MM-DD · datetime: ISO 8601 UTC, `2026-01-31T10:00:00Z` · time: HH:MM:SS · reference: the id of another record
 */
export type FieldType =
  | 'id'
  | 'text'
  | 'longtext'
  | 'email'
  | 'phone'
  | 'url'
  | 'boolean'
  | 'integer'
  | 'decimal'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'
  | 'time'
  | 'option'
  | 'options'
  | 'set'
  | 'reference'
  | 'encrypted'
  | 'other';

export interface Option {
  /** The API value. */
  readonly value: string;
  readonly label: string;
  readonly active: boolean;
}

export interface FieldDescription {
  /** The API name, dotted where it lies inside another, such as `organization_fields.industry`. */
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  /** The vendor's word for the type, such as `picklist`, `tagger`: named in messages and in the table of requirement K-01. */
  readonly vendorType: string;
  /** Must have a value when a record is created. */
  readonly required: boolean;
  readonly settable: 'always' | 'create' | 'never';
  /** True where the vendor fills it by itself in a new record that says nothing of it, and it may be empty all the same. */
  readonly defaulted?: boolean;
  /** False for computed fields that change without any stamp (formulas, roll-ups). */
  readonly stamped: boolean;
  readonly options: readonly Option[] | null;
  /** True where only the listed options are accepted. */
  readonly restricted: boolean;
  /** What a value is that is none of the options, told by how it begins: `00D` → `the id of an org`. */
  readonly mistaken?: Readonly<Record<string, string>>;
  /** Characters; null where unlimited or not text. */
  readonly maxLength: number | null;
  /** Digits after the decimal point, for numbers. */
  readonly scale: number | null;
  readonly unique: boolean;
  /** For references: the objects whose ids it holds, in the vendor's words. */
  readonly refersTo?: readonly string[];
  /** True where a value written on an update is kept beside the one that is shown (a user's further e-mail address), which stays. */
  readonly beside?: boolean;
  /** The field that shows all of them, the shown one included: told by exact look-ups alone. */
  readonly besideIn?: string;
  /** True where an update writes it by a call of its own, which may be taken where the others are not, and the other way round. */
  readonly apart?: boolean;
  /** The tag that the record bears while this check box is ticked: taking the tag away would empty the box. */
  readonly tag?: string;
  /** How the vendor stores what it is given. Applied by mapping's `normalise`, so that what comes back compares equal. */
  readonly normal: NormalForm;
}

export interface NormalForm {
  /** Leading and trailing blanks are cut. */
  readonly trim?: boolean;
  /** An empty text is kept as null. */
  readonly emptyIsNull?: boolean;
  readonly lowerCase?: boolean;
  /** null cannot be stored and reads back as '' (Zendesk `alias`). */
  readonly nullIsEmpty?: boolean;
  /** null reads back as false (check boxes). */
  readonly nullIsFalse?: boolean;
  /** A set: order does not count, doubles fall together. */
  readonly unordered?: boolean;
}

export interface ObjectType {
  readonly object: string;
  readonly label: string;
  readonly fields: readonly FieldDescription[];
  /** The field into which our mark is written on create; null where there is none (yet). `style`: see engine/mark.ts. */
  readonly mark: { readonly field: string; readonly style: 'id' | 'full' } | null;
  /**
   * What makes a create safe without a mark when its answer is lost (with one, the key does). natural: the vendor refuses a second one.
   * traced: nothing is sent again before what we created meanwhile, with the same content, has been looked for.
   */
  readonly withoutMark: 'natural' | 'traced';
  /** Records in one write call. */
  readonly batch: { readonly create: number; readonly update: number; readonly remove: number };
  /** How many jobs the vendor lets us have under way at once; absent where writes are no jobs. */
  readonly maxJobs?: number;
  /** A write whose answer was lost may come to its work so long after it was sent (ms), as a job that was queued; absent: not later. */
  readonly lateMs?: number;
  /** Records in one `trace` call; 0 where tracing costs a call per record. */
  readonly traceBatch: number;
  /** How late the change feed shows a change, at most, in ms; and whether its rows carry the mark field. */
  readonly feed: { readonly lagMs: number; readonly pageSize: number };
  /** True where the vendor guards a row by a version (`expect`), so that no re-read is needed before a two-way write. */
  readonly guarded: boolean;
  /** Field → another one that the vendor sets anew by itself when that field is written and it is not. */
  readonly pulls?: Readonly<Record<string, string>>;
  /** The field that names a record to a person. */
  readonly title: string;
  /** Verbs that cost a call per record although they are given in batches, for the forecast. */
  readonly single?: readonly ('create' | 'update' | 'remove')[];
  /** The field by which a record says that it has become one of another object (a converted lead a contact), with that one's id. */
  readonly becomes?: { readonly field: string; readonly object: string };
  /**
   * Where two records can be merged and nothing names the winner: the field whose values go over to it (an e-mail address, domain names).
   * `vendor`: who has them is looked up exactly at the vendor. `feed`: the vendor knows no such look-up, but the winner moves in the feed
   * as the loser goes. `unseen`: the feed does not say that the loser is gone; that it is not there by its id is all that is ever told.
   */
  readonly mergedBy?: { readonly field: string; readonly ask: 'vendor' | 'feed'; readonly unseen?: true };
  /** What makes a record one that is never written (an agent, a closed ticket); the other direction goes on. */
  readonly locks?: readonly Lock[];
  /** Of each of these lists of fields a new record needs at least one, where rules write any of them. */
  readonly oneOf?: readonly (readonly string[])[];
  /** True where a removed record lies in a recycle bin from which we can bring it back (operation `restore`). */
  readonly restores?: boolean;
  /**
   * What the vendor removes together with a record of this object, as far as people keep such records: those of `object` whose reference
   * `field` names it. `title`: the field that names one to a person.
   */
  readonly takesAlong?: readonly { readonly object: string; readonly field: string; readonly title: string }[];
}

/** A record whose `field` has one of `values` is never written; `say` ends a sentence that begins with its name: `is an agent`. */
export interface Lock {
  readonly field: string;
  readonly values: readonly Value[];
  readonly say: string;
  /** True where such a record still stands for its twin: who points to it means the one record that its criteria find. */
  readonly stands?: true;
}

export function fieldOf(type: ObjectType, name: string): FieldDescription | undefined {
  return type.fields.find((field) => field.name === name);
}
