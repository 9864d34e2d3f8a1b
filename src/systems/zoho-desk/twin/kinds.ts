import type { JsonObject } from './json.ts';
import type { Portal } from './portal.ts';
import type { DeskRecord, Module } from './records.ts';

/** A field's type in the vendor's words. `Ids` is a list of ids, `List` any list: they are no types of the vendor's field list. */
export type FieldType =
  | 'Text'
  | 'Textarea'
  | 'Email'
  | 'Phone'
  | 'URL'
  | 'Decimal'
  | 'DateTime'
  | 'Picklist'
  | 'LookUp'
  | 'Ids'
  | 'List';

/** A standard field that clients may write. Source: Zoho Desk's OpenAPI files, the request bodies of each module. */
export interface FieldSpec {
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  /** Characters; for lists, members. */
  readonly max?: number;
  /** Where an update allows another length than a creation. */
  readonly maxOnUpdate?: number;
  readonly isRequired?: true;
  readonly refersTo?: Module | 'agents' | 'departments' | 'products' | 'layouts' | 'teams';
  /** For a Picklist, until the schema is changed. */
  readonly options?: readonly string[];
  /** Accepts a number too, and stores its text. */
  readonly takesNumber?: true;
}

/** What makes one module differ from another; everything else is the same code. */
export interface Kind {
  readonly module: Module;
  readonly singular: 'contact' | 'account' | 'ticket';
  /** `Contact` of Contact_Add. */
  readonly event: string;
  readonly fields: readonly FieldSpec[];
  /** Characters of a custom field's value. */
  readonly cfMax: number;
  /** The body's name for the ids of moveToTrash. */
  readonly trashKey: string;
  readonly defaultLimit: number;
  readonly sorts: readonly string[];
  readonly includes: readonly string[];
  /** Members of a list row; the record as a whole has more. */
  readonly rowFields: readonly string[];
  /** What can be searched: texts take wildcards and need three characters, the others are exact. */
  readonly search: {
    readonly texts: readonly string[];
    readonly exact: readonly string[];
    readonly times: readonly string[];
  };
  /** The scope group of its routes. */
  readonly scope: 'contacts' | 'tickets';
  readonly detail: (portal: Portal, record: DeskRecord) => JsonObject;
  readonly join: (portal: Portal, record: DeskRecord, include: string) => JsonObject;
}
