import type { Json, JsonObject } from '../../../twins/json.ts';
import type { FieldDefinition } from './field.ts';
import { createObject, describeObject, type ObjectDefinition, withFields } from './object.ts';
import { account } from './objects/account.ts';
import { caseObject } from './objects/case.ts';
import { contact } from './objects/contact.ts';
import { attachment, contentDocument, contentDocumentLink, contentVersion } from './objects/content.ts';
import { event } from './objects/event.ts';
import { lead } from './objects/lead.ts';
import { opportunity } from './objects/opportunity.ts';
import { group, organization, profile, queueSobject, user, userRole } from './objects/people.ts';
import { caseComment, caseStatus, emailMessage, leadStatus, note } from './objects/service.ts';
import {
  customField,
  fieldPermissions,
  managedEventSubscription,
  objectPermissions,
  permissionSet,
  permissionSetAssignment,
  platformEventChannel,
  platformEventChannelMember,
  pushTopic,
  recordType,
} from './objects/setup.ts';
import { task } from './objects/task.ts';

const standard = [
  ...[
    account,
    attachment,
    caseObject,
    caseComment,
    caseStatus,
    contact,
    contentDocument,
    contentDocumentLink,
    contentVersion,
    emailMessage,
    event,
    fieldPermissions,
    group,
    lead,
    leadStatus,
    note,
    objectPermissions,
  ],
  ...[
    opportunity,
    organization,
    permissionSet,
    permissionSetAssignment,
    profile,
    pushTopic,
    queueSobject,
    recordType,
    task,
    user,
    userRole,
    customField,
    platformEventChannel,
    platformEventChannelMember,
    managedEventSubscription,
  ],
];

export interface ChildRelationship {
  readonly parent: string;
  readonly child: ObjectDefinition;
  readonly field: FieldDefinition;
}

/** The objects and fields of the org. `revision` grows with every change, so that what was derived can be kept until then. */
export interface Schema {
  readonly revision: number;
  readonly objects: readonly ObjectDefinition[];
  /** When the object last changed (ms), for conditional describes. */
  changedAt(object: string): number;
  /** By name, in any case. */
  find(name: string): ObjectDefinition | undefined;
  byPrefix(prefix: string): ObjectDefinition | undefined;
  /** Relationships by which other objects point at this one. */
  childrenOf(object: string): readonly ChildRelationship[];
  put(object: ObjectDefinition): void;
  putField(object: string, field: FieldDefinition): void;
  dropField(object: string, field: string): void;
  drop(object: string): void;
  /** Answers what puts all objects back as they are now. */
  snapshot(): () => void;
  reset(): void;
}

export function createSchema(now: () => number): Schema {
  const startedAt = now();
  let revision = 0;
  let objects = new Map<string, ObjectDefinition>();
  let changed = new Map<string, number>();
  let children: ReadonlyMap<string, readonly ChildRelationship[]> | null = null;
  const put = (object: ObjectDefinition): void => {
    objects.set(object.name.toLowerCase(), object);
    changed.set(object.name, now());
    revision++;
    children = null;
  };
  const reset = (): void => {
    objects = new Map(standard.map((text) => [text.name.toLowerCase(), createObject(text)]));
    changed = new Map();
    revision++;
    children = null;
  };
  reset();
  const known = (name: string): ObjectDefinition => {
    const object = objects.get(name.toLowerCase());
    if (object === undefined) throw new Error(`there is no object ${name}`);
    return object;
  };
  return {
    get revision() {
      return revision;
    },
    get objects() {
      return [...objects.values()];
    },
    changedAt: (object) => changed.get(object) ?? startedAt,
    find: (name) => objects.get(name.toLowerCase()),
    byPrefix: (prefix) => [...objects.values()].find((object) => object.keyPrefix === prefix),
    childrenOf(object) {
      children ??= relate([...objects.values()]);
      return children.get(object) ?? [];
    },
    put,
    putField(name, field) {
      const object = known(name);
      const others = object.fields.filter((other) => other.name.toLowerCase() !== field.name.toLowerCase());
      const at = object.fields.findIndex((other) => other.name.toLowerCase() === field.name.toLowerCase());
      put(withFields(object, at < 0 ? [...others, field] : [...others.slice(0, at), field, ...others.slice(at)]));
    },
    drop(name) {
      objects.delete(name.toLowerCase());
      revision++;
      children = null;
    },
    snapshot() {
      const kept = new Map(objects);
      return () => {
        for (const [key, object] of objects) if (kept.get(key) !== object) changed.set(object.name, now());
        objects = kept;
        revision++;
        children = null;
      };
    },
    dropField(name, field) {
      const object = known(name);
      put(
        withFields(
          object,
          object.fields.filter((other) => other.name.toLowerCase() !== field.toLowerCase()),
        ),
      );
    },
    reset,
  };
}

function relate(objects: readonly ObjectDefinition[]): ReadonlyMap<string, readonly ChildRelationship[]> {
  const children = new Map<string, ChildRelationship[]>();
  for (const child of objects) {
    for (const field of child.fields) {
      for (const parent of field.describe.referenceTo) {
        const list = children.get(parent) ?? [];
        list.push({ parent, child, field });
        children.set(parent, list);
      }
    }
  }
  return children;
}

export interface DescribeOptions {
  readonly path: string;
  readonly fields: readonly FieldDefinition[];
  readonly children: readonly ChildRelationship[];
  readonly recordTypeInfos: readonly JsonObject[];
}

/** The full describe of an object, with the fields that the caller may see. */
export function describeFully(
  object: ObjectDefinition,
  { path, fields, children, recordTypeInfos }: DescribeOptions,
): JsonObject {
  const related: Json[] = children
    .filter(({ child }) => !child.tooling)
    .map(({ child, field }) => ({
      cascadeDelete: field.onParentDelete === 'cascade',
      childSObject: child.name,
      deprecatedAndHidden: false,
      field: field.name,
      junctionIdListNames: [],
      junctionReferenceTo: [],
      relationshipName: field.childrenName,
      restrictedDelete: field.onParentDelete === 'restrict',
    }));
  return {
    actionOverrides: [],
    ...describeObject(object, path),
    childRelationships: related,
    compactLayoutable: object.flags.layoutable,
    defaultImplementation: null,
    extendedBy: null,
    extendsInterfaces: null,
    fields: fields.map((field) => field.describe),
    implementedBy: null,
    implementsInterfaces: null,
    listviewable: null,
    lookupLayoutable: null,
    namedLayoutInfos: [],
    networkScopeFieldName: null,
    recordTypeInfos,
    searchLayoutable: object.flags.layoutable,
    sobjectDescribeOption: 'FULL',
    supportedScopes: object.scopes,
  };
}
