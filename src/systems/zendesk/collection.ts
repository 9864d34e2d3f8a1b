import type { FieldDescription, FieldType, ObjectType } from '../../model/object-type.ts';
import type { Fields } from '../../model/value.ts';
import type { RecordRow } from './answers.ts';
import { organizationType } from './standard.ts';
import { userType } from './user-type.ts';

/**
 * What differs from one kind of record to the next, as data: the vendor's words for it. The verbs (changes, read, find, write, jobs)
 * are written once over it, so that another object is an entry here and its exceptions beside it.
 */
export interface Collection {
  readonly object: string;
  /** The wrapper of one record in a body. */
  readonly singular: string;
  /** The wrapper of several, and the word in the paths. */
  readonly plural: string;
  /** The key of the custom fields, in the record and in the path of their definitions. */
  readonly custom: string;
  /** Types of the standard fields by name: how a value is read and written. */
  readonly types: ReadonlyMap<string, FieldType>;
  /** Fields whose new values are kept beside the one that is shown. */
  readonly beside: ReadonlySet<string>;
  /** What a create carries unless it says otherwise. */
  readonly onCreate: Fields;
  /** What empties a field that null does not. */
  readonly emptied: Fields;
  /** Fields by which the vendor finds records, best first: `ids` and `keys` a hundred to a call, `search` one value a call. */
  readonly lookUps: readonly LookUp[];
  /** The field of which the vendor keeps no two alike, whatever the case: it tells creates apart that carry no mark. */
  readonly natural: string;
  /** Where a create without a mark is looked for: by an exact search for the natural field, or in what the feed brought since. */
  readonly tracedBy: 'search' | 'feed';
  /** The export that is the change feed: both go on from a place, the one from a second and the other from a cursor of the vendor's. */
  readonly feed: 'time' | 'cursor';
  /** True for a row of a record that is not there any more. */
  readonly isGone: (row: RecordRow) => boolean;
  /** The object with these custom fields beside its standard ones. */
  readonly describe: (custom: readonly FieldDescription[]) => ObjectType;
}

export interface LookUp {
  readonly field: string;
  readonly by: 'ids' | 'keys' | 'search';
  /** The query of a search for a value; absent: the field's own name with the value, which is exact. */
  readonly query?: (value: string) => Readonly<Record<string, string>>;
}

function collection(
  describe: Collection['describe'],
  given: Omit<Collection, 'object' | 'singular' | 'describe' | 'types' | 'beside'>,
): Collection {
  const { object, fields } = describe([]);
  return {
    ...given,
    object,
    singular: object,
    describe,
    types: new Map(fields.map((field) => [field.name, field.type])),
    beside: new Set(fields.filter((field) => field.beside === true).map((field) => field.name)),
  };
}

export const organizations = collection(organizationType, {
  plural: 'organizations',
  custom: 'organization_fields',
  onCreate: {},
  emptied: {},
  lookUps: [
    { field: 'id', by: 'ids' },
    { field: 'external_id', by: 'keys' },
    { field: 'name', by: 'search' },
  ],
  natural: 'name',
  tracedBy: 'search',
  feed: 'time',
  isGone: (row) => Boolean(row.deleted_at),
});

/** A value in the language of the search index; what it finds is compared again here. */
const indexed = (field: string) => (value: string) => ({ query: `${field}:"${value.replaceAll('"', ' ')}"` });

export const users = collection(userType, {
  plural: 'users',
  custom: 'user_fields',
  // No e-mail goes out to a new user unless somebody asked for it.
  onCreate: { skip_verify_email: true },
  emptied: { phone: '' },
  // There is no exact look-up of users by address or name: only the search index has them, minutes late.
  lookUps: [
    { field: 'id', by: 'ids' },
    { field: 'external_id', by: 'keys' },
    { field: 'email', by: 'search', query: indexed('email') },
    { field: 'emails', by: 'search', query: indexed('email') },
    { field: 'name', by: 'search', query: indexed('name') },
  ],
  natural: 'email',
  tracedBy: 'feed',
  feed: 'cursor',
  // Soft deleted, merged into another one, or purged: nothing of it can be written, and nothing brings it back.
  isGone: (row) => row.active === false || row.permanently_deleted === true,
});

export const collections: readonly Collection[] = [organizations, users];

export function collectionOf(object: string): Collection | undefined {
  return collections.find((one) => one.object === object);
}
