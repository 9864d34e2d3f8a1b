import type { FieldDescription, FieldType, Lock, ObjectType } from '../../model/object-type.ts';
import type { Operation } from '../../model/operation.ts';
import type { Fields } from '../../model/value.ts';
import type { RecordRow } from './answers.ts';
import { organizationType } from './standard.ts';
import { ticketBody } from './ticket-body.ts';
import { flatTickets, goneTicket, includes } from './ticket-rows.ts';
import { ticketType } from './ticket-type.ts';
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
  /** The key of the custom fields in the record. */
  readonly custom: string;
  /** The word for their definitions, in the path and the answer, and what of a definition names the field in the record. */
  readonly definitions: string;
  readonly customBy: 'key' | 'id';
  /** Types of the standard fields by name: how a value is read and written. */
  readonly types: ReadonlyMap<string, FieldType>;
  /** Standard fields that hold ids, which are integers on the wire. */
  readonly ids: ReadonlySet<string>;
  /** Fields whose new values are kept beside the one that is shown. */
  readonly beside: ReadonlySet<string>;
  /** What a create carries unless it says otherwise. */
  readonly onCreate: Fields;
  /** What empties a field that null does not. */
  readonly emptied: Fields;
  /** Fields that an update cannot empty, and what to say of it. */
  readonly keeps: Readonly<Record<string, string>>;
  /** Fields by which the vendor finds records, best first: `ids` and `keys` a hundred to a call, `search` one value a call. */
  readonly lookUps: readonly LookUp[];
  /** The field of which the vendor keeps no two alike, whatever the case: it tells creates apart that carry no mark; null: none. */
  readonly natural: string | null;
  /** Where a create without a mark is looked for: by an exact search for the natural field, or in what the feed brought since. */
  readonly tracedBy: 'search' | 'feed';
  /** The export that is the change feed: both go on from a place, the one from a second and the other from a cursor of the vendor's. */
  readonly feed: 'time' | 'cursor';
  /** What became of a record that is not there any more; null while it is. */
  readonly goneAs: (row: RecordRow) => 'trash' | 'purged' | null;
  /** Verbs that are a call a record in any case, because the bulk call could write a record twice. */
  readonly singly: ReadonlySet<'create' | 'update' | 'remove'>;
  /** Rows of an answer completed by what came beside them; null: nothing does. */
  readonly flat: ((answer: unknown) => (row: RecordRow) => RecordRow) | null;
  /** The side-load that tells the fields that begin with a word (`requester.name`). */
  readonly includes: ReadonlyMap<string, string>;
  /** Fields that hold the id of one of a few things that the account has. */
  readonly choices: readonly Choice[];
  /** The body of a record's own call, where it is not simply its fields. */
  readonly shaped: ((operation: Operation, body: Body) => Body) | null;
  /** What makes a record one that is never written. */
  readonly locks: readonly Lock[];
  /** True where a removed record can be brought back. */
  readonly restores: boolean;
  /** True where an update can be bound to the version of the record that it was decided on. */
  readonly bound: boolean;
  /** Words for the object in the addresses of pages, beside its plural. */
  readonly pages: readonly string[];
  /** The object with these custom fields beside its standard ones. */
  readonly describe: (custom: readonly FieldDescription[]) => ObjectType;
}

export type Body = Readonly<Record<string, unknown>>;

export interface Choice {
  readonly field: string;
  /** The list of them: its path, and its word in the answer. */
  readonly list: string;
  /** The field that tells the name of the one; null where none does. */
  readonly shownAs: string | null;
}

export interface LookUp {
  readonly field: string;
  /** `ids` and `keys`: many to a call. `search` and `list`: one value a call, from the search or by a filter of the plain list. */
  readonly by: 'ids' | 'keys' | 'search' | 'list';
  /** The query of a search for a value; absent: the field's own name with the value, which is exact. */
  readonly query?: (value: string) => Readonly<Record<string, string>>;
}

type Derived = 'object' | 'singular' | 'describe' | 'types' | 'ids' | 'beside' | 'singly' | 'locks' | 'restores';
type Common = 'customBy' | 'keeps' | 'flat' | 'includes' | 'choices' | 'shaped' | 'bound' | 'pages';
/** What most objects do without. */
const common: Pick<Collection, Common> = {
  customBy: 'key',
  keeps: {},
  flat: null,
  includes: new Map(),
  choices: [],
  shaped: null,
  bound: false,
  pages: [],
};

function collection(
  describe: Collection['describe'],
  given: Omit<Collection, Derived | Common> & Partial<Pick<Collection, Common>>,
): Collection {
  const { object, fields, single = [], locks = [], restores = false } = describe([]);
  const integers = fields.filter(({ vendorType, type }) => vendorType === 'integer' && type !== 'id');
  return {
    ...common,
    ...given,
    object,
    singular: object,
    describe,
    singly: new Set(single),
    locks,
    restores,
    types: new Map(fields.map((field) => [field.name, field.type])),
    ids: new Set(integers.map(({ name }) => name)),
    beside: new Set(fields.filter((field) => field.beside === true).map((field) => field.name)),
  };
}

export const organizations = collection(organizationType, {
  plural: 'organizations',
  custom: 'organization_fields',
  definitions: 'organization_fields',
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
  goneAs: (row) => (row.deleted_at ? 'purged' : null),
});

/** A value in the language of the search index; what it finds is compared again here. */
const indexed = (field: string) => (value: string) => ({ query: `${field}:"${value.replaceAll('"', ' ')}"` });

export const users = collection(userType, {
  plural: 'users',
  custom: 'user_fields',
  definitions: 'user_fields',
  // No e-mail goes out to a new user unless somebody asked for it.
  onCreate: { skip_verify_email: true },
  emptied: { phone: '' },
  keeps: {
    organization_id:
      'Syncline takes no organization away from a user: Zendesk would end the membership. Do it there by hand.',
    email: 'An update cannot take the e-mail address away from a user of Zendesk. Do it there by hand.',
  },
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
  goneAs: (row) => (row.active === false || row.permanently_deleted === true ? 'purged' : null),
});

export const tickets = collection(ticketType, {
  plural: 'tickets',
  custom: 'custom_fields',
  definitions: 'ticket_fields',
  customBy: 'id',
  onCreate: {},
  emptied: {},
  keeps: {
    priority: 'Zendesk cannot take the priority away from a ticket. Map the empty value to one of its priorities.',
    status: 'A ticket of Zendesk has a status at any time. Map the empty value to one of its statuses.',
  },
  // The list filters by external id exactly; there is no look-up of several of them in a call.
  lookUps: [
    { field: 'id', by: 'ids' },
    { field: 'external_id', by: 'list' },
  ],
  natural: null,
  tracedBy: 'feed',
  feed: 'cursor',
  goneAs: goneTicket,
  flat: flatTickets,
  includes,
  choices: [
    { field: 'custom_status_id', list: 'custom_statuses', shownAs: null },
    { field: 'brand_id', list: 'brands', shownAs: 'brand.name' },
    { field: 'ticket_form_id', list: 'ticket_forms', shownAs: 'form.name' },
  ],
  shaped: ticketBody,
  bound: true,
  pages: ['requests'],
});

export const collections: readonly Collection[] = [organizations, users, tickets];

export function collectionOf(object: string): Collection | undefined {
  return collections.find((one) => one.object === object);
}

/** The side-loads that fields of these names need; no others are asked for. */
export function includesFor({ includes: known }: Collection, names: Iterable<string>): readonly string[] {
  const needed = [...names].flatMap((name) => (name.includes('.') ? (known.get(name.split('.')[0] ?? '') ?? []) : []));
  return [...new Set(needed)];
}
