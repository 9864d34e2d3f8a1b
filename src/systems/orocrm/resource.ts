import type { FieldDescription, FieldType } from '../../model/object-type.ts';
import { accountFields, caseFields, commentFields, contactFields, userFields } from './standard-fields.ts';

/**
 * What differs from one kind of record to the next, as data. The verbs are written once over it.
 * Source: Oro documentation of the resources, and the vendor's functional tests of them.
 */
export interface Resource {
  /** The JSON:API type, which is also its path. */
  readonly object: string;
  readonly label: string;
  readonly title: string;
  readonly fields: readonly FieldDescription[];
  readonly types: ReadonlyMap<string, FieldType>;
  /** Relationships of ours by name, and the type of what they point to. */
  readonly relations: ReadonlyMap<string, string>;
  /** Fields whose values are entries of a list, and the resource that lists them. */
  readonly lists: readonly { readonly field: string; readonly resource: string }[];
  /** True where the vendor takes several records in one call to create or update them. */
  readonly batch: boolean;
  /** False for what Syncline only reads. */
  readonly written: boolean;
  /** The stamps by which changes are found: `updatedAt` of a case is empty until its first edit. */
  readonly stamps: readonly Stamp[];
  /** The relationship that says who changed it last. */
  readonly by: string | null;
  /** The relationship that says who created it. */
  readonly madeBy: string | null;
  /** True where a release has `externalId` on it. */
  readonly keyed: boolean;
  /** Look-ups that differ from `filter[FIELD]=VALUE`, one value a call. */
  readonly lookUps: ReadonlyMap<string, LookUp>;
}

export type Stamp = 'createdAt' | 'updatedAt';

/** The filter that finds a superset, and whether it takes several values with commas between them. */
interface LookUp {
  readonly filter: string;
  readonly several: boolean;
}

export const keyField = 'externalId';

function resource(
  given: Pick<Resource, 'object' | 'label' | 'title' | 'fields'> & Partial<Omit<Resource, 'types' | 'relations'>>,
): Resource {
  const { fields, lists = [] } = given;
  return {
    lists,
    batch: false,
    written: true,
    stamps: ['updatedAt'],
    by: null,
    madeBy: null,
    keyed: true,
    ...given,
    types: new Map(fields.map(({ name, type }) => [name, type])),
    relations: new Map([
      ...fields.flatMap(({ name, refersTo }) => (refersTo?.[0] === undefined ? [] : [[name, refersTo[0]] as const])),
      ...lists.map((list) => [list.field, list.resource] as const),
    ]),
    lookUps: new Map([[keyField, { filter: keyField, several: true }], ...(given.lookUps ?? [])]),
  };
}

const accounts = resource({
  object: 'accounts',
  label: 'Account',
  title: 'name',
  fields: accountFields,
  batch: true,
});

const contacts = resource({
  object: 'contacts',
  label: 'Contact',
  title: 'lastName',
  fields: contactFields,
  lists: [
    { field: 'source', resource: 'contactsources' },
    { field: 'method', resource: 'contactmethods' },
  ],
  batch: true,
  by: 'updatedBy',
  madeBy: 'createdBy',
  // Only the filters by the whole set take several values; the primary one is a member of the set.
  lookUps: new Map([
    ['emails', { filter: 'emails', several: true }],
    ['primaryEmail', { filter: 'emails', several: true }],
    ['phones', { filter: 'phones', several: true }],
    ['primaryPhone', { filter: 'phones', several: true }],
  ]),
});

const cases = resource({
  object: 'cases',
  label: 'Case',
  title: 'subject',
  fields: caseFields,
  lists: [
    { field: 'source', resource: 'casesources' },
    { field: 'status', resource: 'casestatuses' },
    { field: 'priority', resource: 'casepriorities' },
  ],
  stamps: ['createdAt', 'updatedAt'],
});

const users = resource({
  object: 'users',
  label: 'User',
  title: 'username',
  fields: userFields,
  written: false,
});

const comments = resource({
  object: 'casecomments',
  label: 'Case comment',
  title: 'message',
  fields: commentFields,
  written: false,
  by: 'updatedBy',
  keyed: false,
});

export const resources: readonly Resource[] = [accounts, contacts, cases, users, comments];

export function resourceOf(object: string): Resource | undefined {
  return resources.find((one) => one.object === object);
}
