import type { Json, JsonObject } from '../../../twins/json.ts';
import { type FieldDefinition, isRequired } from './field.ts';
import { type ObjectText, parseFields } from './object-text.ts';

/** The flags of an object in the global describe, beside names and prefix. */
export interface ObjectFlags {
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly deletable: boolean;
  readonly undeletable: boolean;
  readonly mergeable: boolean;
  readonly feedEnabled: boolean;
  readonly layoutable: boolean;
  readonly triggerable: boolean;
  readonly searchable: boolean;
  readonly mruEnabled: boolean;
  readonly deepCloneable: boolean;
}

const usual: ObjectFlags = {
  createable: true,
  updateable: true,
  deletable: true,
  undeletable: true,
  mergeable: false,
  feedEnabled: false,
  layoutable: true,
  triggerable: true,
  searchable: true,
  mruEnabled: true,
  deepCloneable: false,
};

/** An object of the org. Immutable: a changed schema has new objects. */
export interface ObjectDefinition {
  readonly name: string;
  readonly label: string;
  readonly labelPlural: string;
  readonly keyPrefix: string;
  readonly custom: boolean;
  /** Belongs to the Tooling API, not to the data API. */
  readonly tooling: boolean;
  readonly flags: ObjectFlags;
  readonly scopes: readonly JsonObject[];
  readonly fields: readonly FieldDefinition[];
  /** By name in lower case: the vendor does not mind the case of names. */
  readonly byName: ReadonlyMap<string, FieldDefinition>;
  /** By relationship name in lower case. */
  readonly byRelationship: ReadonlyMap<string, FieldDefinition>;
  readonly nameField: string | null;
  readonly required: readonly FieldDefinition[];
  /** Fields whose values no two rows share. */
  readonly unique: readonly FieldDefinition[];
}

export function createObject(text: ObjectText): ObjectDefinition {
  const words = text.words.split(' ').filter((word) => word !== '');
  const flags: Record<string, boolean> = { ...usual };
  for (const word of words) flags[word.replace(/^-/, '')] = !word.startsWith('-');
  const scopes = text.scopes
    .split('; ')
    .filter((scope) => scope !== '')
    .map((scope) => ({ label: scope.slice(scope.indexOf(':') + 1), name: scope.slice(0, scope.indexOf(':')) }));
  const base = {
    name: text.name,
    label: text.label,
    labelPlural: text.labelPlural,
    keyPrefix: text.keyPrefix,
    custom: /__[ce]$/.test(text.name),
    tooling: words.includes('tooling'),
    flags: { ...usual, ...flags },
    scopes,
  };
  return withFields(base, parseFields(text.fields));
}

export function withFields(
  object: Omit<ObjectDefinition, 'fields' | 'byName' | 'byRelationship' | 'nameField' | 'required' | 'unique'>,
  fields: readonly FieldDefinition[],
): ObjectDefinition {
  const related = fields.filter((field) => field.describe.relationshipName !== null && field.type === 'reference');
  return {
    ...object,
    fields,
    byName: new Map(fields.map((field) => [field.name.toLowerCase(), field])),
    byRelationship: new Map(related.map((field) => [String(field.describe.relationshipName).toLowerCase(), field])),
    nameField: fields.find((field) => field.describe.nameField)?.name ?? null,
    required: fields.filter(isRequired),
    unique: fields.filter((field) => field.describe.unique),
  };
}

/** A new custom object with the fields that every one has. */
export function createCustomObject(name: string, label: string, keyPrefix: string): ObjectDefinition {
  return createObject({
    name,
    label,
    labelPlural: `${label}s`,
    keyPrefix,
    words: '-mruEnabled',
    scopes: 'everything:All records',
    fields: customFields,
  });
}

/** A platform event, `Notice__e`: what is created is published and not kept. */
export function createPlatformEvent(name: string, label: string, keyPrefix: string): ObjectDefinition {
  return createObject({
    name,
    label,
    labelPlural: `${label}s`,
    keyPrefix,
    words: '-updateable -deletable -undeletable -layoutable -searchable -mruEnabled',
    scopes: '',
    fields: `
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
`,
  });
}

export function isPlatformEvent({ name }: Pick<ObjectDefinition, 'name'>): boolean {
  return name.endsWith('__e');
}

const customFields = `
Id | id | d | Record ID
OwnerId | reference | cud | Owner ID | to=Group,User as=Owner
IsDeleted | boolean | d | Deleted
Name | string(80) | cund | Name | nameField idLookup
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp
LastViewedDate | datetime | n | Last Viewed Date
LastReferencedDate | datetime | n | Last Referenced Date
`;

/** What both describes say of an object, without its fields. `path` is `/services/data/vXX.X/sobjects`. */
export function describeObject(object: ObjectDefinition, path: string): JsonObject {
  const here = `${path}/${object.name}`;
  const urls: Record<string, Json> = {
    compactLayouts: `${here}/describe/compactLayouts`,
    rowTemplate: `${here}/{ID}`,
    describe: `${here}/describe`,
    layouts: `${here}/describe/layouts`,
    sobject: here,
    ...(object.flags.mruEnabled
      ? { listviews: `${here}/listviews`, approvalLayouts: `${here}/describe/approvalLayouts` }
      : {}),
    ...(object.flags.layoutable ? { quickActions: `${here}/quickActions` } : {}),
  };
  return {
    activateable: false,
    associateEntityType: null,
    associateParentEntity: null,
    createable: object.flags.createable,
    custom: object.custom,
    customSetting: false,
    deepCloneable: object.flags.deepCloneable,
    deletable: object.flags.deletable,
    deprecatedAndHidden: false,
    feedEnabled: object.flags.feedEnabled,
    hasSubtypes: false,
    isInterface: false,
    isSubtype: false,
    keyPrefix: object.keyPrefix,
    label: object.label,
    labelPlural: object.labelPlural,
    layoutable: object.flags.layoutable,
    mergeable: object.flags.mergeable,
    mruEnabled: object.flags.mruEnabled,
    name: object.name,
    queryable: true,
    replicateable: true,
    retrieveable: true,
    searchable: object.flags.searchable,
    triggerable: object.flags.triggerable,
    undeletable: object.flags.undeletable,
    updateable: object.flags.updateable,
    urls,
  };
}
