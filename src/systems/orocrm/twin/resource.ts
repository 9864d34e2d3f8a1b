import type { Json } from '../../../twins/json.ts';

/** Versions of OroPlatform that the twin can be, oldest first. What each brought: README.md, "Versions". */
export const versions = ['4.2', '5.0', '5.1', '6.0', '6.1', '7.0'] as const;
export type Version = (typeof versions)[number];

export function isAtLeast(version: Version, since: Version): boolean {
  return versions.indexOf(version) >= versions.indexOf(since);
}

/** `list` is `[{"email":"…"}]`, with the member's name in `item`. Money and decimals are texts, percents numbers where 1 is 100 %. */
export type Kind =
  | 'string'
  | 'text'
  | 'integer'
  | 'float'
  | 'money'
  | 'percent'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'list'
  | 'object';

export interface Attribute {
  readonly kind: Kind;
  /** What is sent to a read-only one is ignored without a word; a secret one is never shown. */
  readonly access: 'write' | 'read' | 'secret';
  readonly required?: boolean;
  /** In characters. */
  readonly max?: number;
  readonly choices?: readonly string[];
  readonly isEmail?: boolean;
  readonly isUrl?: boolean;
  /** No two records share a value; what is said to the second one. */
  readonly unique?: string;
  readonly item?: 'email' | 'phone';
  /** A comma in a filter separates values; elsewhere in texts it is a comma. */
  readonly several?: boolean;
  readonly initial?: Json;
  readonly since?: Version;
}

export interface Relation {
  /** More than one type: the target may be any of them. */
  readonly to: readonly string[];
  readonly many: boolean;
  readonly access: 'write' | 'read';
  readonly required?: boolean;
  /** Can only be set on create. */
  readonly fixed?: boolean;
  /** The relation at the other type that keeps it; absent: kept here. */
  readonly inverse?: string;
  /** What a record is given when it is created without: the API user, its organization, or a code. */
  readonly initial?: string;
  /** Deleting the target deletes the records that point at it; else they are left without. */
  readonly cascade?: boolean;
}

export type Action = 'get' | 'get_list' | 'create' | 'update' | 'delete' | 'delete_list' | 'update_list';

export interface ResourceType {
  readonly name: string;
  /** Ids are counted up, or are codes such as `in_progress`. */
  readonly id: 'integer' | 'code';
  readonly actions: ReadonlySet<Action>;
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly relations: ReadonlyMap<string, Relation>;
  /** False: `updatedAt` is null until the first change. */
  readonly updatedOnCreate: boolean;
  /** Lists of enum options come whole: they know no `page` filter. */
  readonly isPaged: boolean;
  /** Attributes that `meta=title` joins. */
  readonly title: readonly string[];
  readonly since?: Version;
}

export interface ResourceShape {
  readonly actions: readonly Action[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly relations?: Readonly<Record<string, Relation>>;
  readonly title?: readonly string[];
  readonly id?: 'integer' | 'code';
  readonly updatedOnCreate?: boolean;
  readonly isPaged?: boolean;
  readonly since?: Version;
}

export function resource(name: string, shape: ResourceShape): ResourceType {
  return {
    name,
    id: shape.id ?? 'integer',
    actions: new Set(shape.actions),
    attributes: new Map(Object.entries(shape.attributes ?? {})),
    relations: new Map(Object.entries(shape.relations ?? {})),
    updatedOnCreate: shape.updatedOnCreate ?? true,
    isPaged: shape.isPaged ?? true,
    title: shape.title ?? [],
    ...(shape.since === undefined ? {} : { since: shape.since }),
  };
}

export const reading: readonly Action[] = ['get', 'get_list'];
export const writing: readonly Action[] = [...reading, 'create', 'update', 'delete', 'delete_list'];
export const batching: readonly Action[] = [...writing, 'update_list'];

const write = { access: 'write' } as const;
const read = { access: 'read' } as const;

/** A text of one line; 255 characters unless said. */
export function line(more: Partial<Attribute> = {}): Attribute {
  return { kind: 'string', max: 255, ...write, ...more };
}

export function value(kind: Kind, more: Partial<Attribute> = {}): Attribute {
  return { kind, ...write, ...more };
}

export function shown(kind: Kind): Attribute {
  return { kind, ...read };
}

export function one(to: string | readonly string[], more: Partial<Relation> = {}): Relation {
  return { to: typeof to === 'string' ? [to] : to, many: false, ...write, ...more };
}

export function many(to: string, more: Partial<Relation> = {}): Relation {
  return { to: [to], many: true, ...write, ...more };
}

/** Kept by the relation `inverse` of the other type. */
export function kept(to: string, inverse: string, more: Partial<Relation> = {}): Relation {
  return many(to, { inverse, ...more });
}

export const stamps = { createdAt: shown('datetime'), updatedAt: shown('datetime') } as const;

/** Since 7.0: an id of another system, unique per type. */
export const externalId: Attribute = line({
  several: true,
  unique: 'Value for field "externalId" must be unique',
  since: '7.0',
});

export const owned = {
  owner: one('users', { initial: 'user' }),
  organization: one('organizations', { initial: 'organization' }),
} as const;

export const names = {
  namePrefix: line(),
  firstName: line(),
  middleName: line(),
  lastName: line(),
  nameSuffix: line(),
} as const;

/** E-mails and phones of a record, one of each the primary one. Source: OroCRM, "Contact" (API resources): fields. */
export const contactPoints = {
  primaryEmail: line({ isEmail: true }),
  primaryPhone: line(),
  emails: value('list', { item: 'email', several: true }),
  phones: value('list', { item: 'phone', several: true }),
} as const;
