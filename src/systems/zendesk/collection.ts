import type { FieldDescription, FieldType, ObjectType } from '../../model/object-type.ts';
import { organizationFields, organizationType } from './standard.ts';

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
  /** Fields by which the vendor finds records exactly, best first: `ids` and `keys` a hundred to a call, `search` one value a call. */
  readonly lookUps: readonly LookUp[];
  /** The object with these custom fields beside its standard ones. */
  readonly describe: (custom: readonly FieldDescription[]) => ObjectType;
}

export interface LookUp {
  readonly field: string;
  readonly by: 'ids' | 'keys' | 'search';
}

const typesOf = (fields: readonly FieldDescription[]): ReadonlyMap<string, FieldType> =>
  new Map(fields.map((field) => [field.name, field.type]));

export const organizations: Collection = {
  object: 'organization',
  singular: 'organization',
  plural: 'organizations',
  custom: 'organization_fields',
  types: typesOf(organizationFields),
  lookUps: [
    { field: 'id', by: 'ids' },
    { field: 'external_id', by: 'keys' },
    { field: 'name', by: 'search' },
  ],
  describe: organizationType,
};

const collections: ReadonlyMap<string, Collection> = new Map([[organizations.object, organizations]]);

export function collectionOf(object: string): Collection | undefined {
  return collections.get(object);
}
