import { z } from 'zod';
import { FaultError } from '../../model/fault.ts';
import type { FieldDescription, Lock, ObjectType, Option } from '../../model/object-type.ts';
import { childRelationships, takenAlong } from './along.ts';
import { plainField } from './fields.ts';
import { type LookUp, pathsOf } from './paths.ts';
import { recordTypeInfos, withRecordTypes } from './record-types.ts';

/** The custom field that `doctor --install keys` creates: a unique external id, into which our mark is written on create. */
export const markField = 'Syncline_Key__c';

/** Records in one sObject Collections request, such requests in one composite request, and rows in one page of a query (REST API Developer Guide). */
export const collectionSize = 200;
export const collectionsPerCall = 5;
export const pageSize = 2000;

/** A row shows in queries when its transaction has committed: seconds as a rule. What commits later is found by the overlap. */
export const usualCommitMs = 10_000;

/** Objects of which two can be merged: their losers name the winner. */
const mergeable: ReadonlySet<string> = new Set(['Account', 'Contact', 'Lead', 'Case']);

/** Fields that tell what became of a record, beside its own: which exist depends on the object alone. */
export function fateFields(object: string): readonly string[] {
  return mergeable.has(object) ? ['MasterRecordId'] : [];
}

const describedField = z.looseObject({
  name: z.string(),
  label: z.string(),
  type: z.string(),
  createable: z.boolean(),
  updateable: z.boolean(),
  nillable: z.boolean(),
  defaultedOnCreate: z.boolean(),
  calculated: z.boolean().default(false),
  externalId: z.boolean().default(false),
  unique: z.boolean().default(false),
  nameField: z.boolean().default(false),
  restrictedPicklist: z.boolean().default(false),
  length: z.number().default(0),
  scale: z.number().default(0),
  picklistValues: z
    .array(z.looseObject({ active: z.boolean(), label: z.string().nullable(), value: z.string() }))
    .nullish(),
  referenceTo: z.array(z.string()).default([]),
  relationshipName: z.string().nullish(),
});
type DescribedField = z.infer<typeof describedField>;

const described = z.looseObject({
  name: z.string(),
  label: z.string(),
  undeletable: z.boolean().default(false),
  fields: z.array(describedField),
  childRelationships,
  recordTypeInfos,
});

/** What a field's `describe` says, in our words. A field that may be updated but not created with is left alone: creates would fail. */
function fieldOf(field: DescribedField): FieldDescription {
  const plain = plainField(field.name, field.label, field.type, { length: field.length, scale: field.scale });
  const options: readonly Option[] | null =
    plain.type === 'option' || plain.type === 'options'
      ? (field.picklistValues ?? []).map(({ value, label, active }) => ({ value, label: label ?? value, active }))
      : null;
  return {
    ...plain,
    required: field.createable && !field.nillable && !field.defaultedOnCreate,
    settable: field.createable ? (field.updateable ? 'always' : 'create') : 'never',
    // Said to be null, it stays empty: the default is for what is left out (REST API Developer Guide, "Create a Record").
    ...(field.createable && field.nillable && field.defaultedOnCreate ? { defaulted: true } : {}),
    stamped: !field.calculated,
    options,
    restricted: field.restrictedPicklist,
    unique: field.unique,
    ...(plain.type === 'reference' ? { refersTo: field.referenceTo } : {}),
  };
}

function lookUpsOf(fields: readonly DescribedField[]): readonly LookUp[] {
  return fields.flatMap(({ relationshipName, label, referenceTo }): readonly LookUp[] =>
    typeof relationshipName === 'string' && referenceTo.length > 0
      ? [{ relationship: relationshipName, label: label.replace(/ ID$/, ''), refersTo: referenceTo }]
      : [],
  );
}

/** Compound fields (`BillingAddress`, a location) are no fields of ours: their parts are listed beside them. */
const compound: ReadonlySet<string> = new Set(['address', 'location']);

/** A describe answer (REST API Developer Guide, "sObject Describe") as an ObjectType. Hidden fields are absent from it. */
export function objectTypeOf(answer: unknown): ObjectType {
  const parsed = described.safeParse(answer);
  if (!parsed.success) {
    throw new FaultError({
      kind: 'bug',
      say: `Salesforce's description is not readable: ${parsed.error.issues[0]?.message ?? ''}`,
    });
  }
  const { name, label, undeletable, fields, childRelationships: below, recordTypeInfos: types } = parsed.data;
  const mark = fields.find((field) => field.name === markField);
  return declareObject({
    object: name,
    label,
    fields: fields.filter((field) => !compound.has(field.type)).map((field) => withRecordTypes(fieldOf(field), types)),
    lookUps: lookUpsOf(fields),
    marked: mark?.externalId === true && mark.unique && mark.createable,
    title: fields.find((field) => field.nameField)?.name ?? 'Id',
    restores: undeletable,
    takesAlong: takenAlong(below),
  });
}

/** In an org with person accounts both Account and Contact have this field. */
export const personField = 'IsPersonAccount';

/** Records that Salesforce lets nobody write, whatever their permissions (Object Reference, "Lead"; "Person Account Record Types"). */
const lockedBy: Readonly<Record<string, readonly Lock[]>> = {
  Lead: [{ field: 'IsConverted', values: [true], say: 'is converted' }],
  Contact: [{ field: personField, values: [true], say: 'is a person account: it is written through the account' }],
};

/** What a converted record says of the one that it has become (Object Reference, "Lead"). */
const becomes: Readonly<Record<string, NonNullable<ObjectType['becomes']>>> = {
  Lead: { field: 'ConvertedContactId', object: 'Contact' },
};

/** A case that gets another contact gets that one's account, unless it is said (Object Reference, "Case"). */
const pulls: Readonly<Record<string, NonNullable<ObjectType['pulls']>>> = { Case: { ContactId: 'AccountId' } };

/** What holds for every object of Salesforce, together with what is its own. */
export function declareObject(own: {
  readonly object: string;
  readonly label: string;
  readonly fields: readonly FieldDescription[];
  readonly lookUps: readonly LookUp[];
  readonly marked: boolean;
  readonly title: string;
  readonly restores: boolean;
  readonly takesAlong?: ObjectType['takesAlong'];
}): ObjectType {
  const locks = lockedBy[own.object]?.filter((lock) => own.fields.some((field) => field.name === lock.field)) ?? [];
  const atOnce = collectionSize * collectionsPerCall;
  const became = becomes[own.object];
  const pulled = pulls[own.object];
  return {
    object: own.object,
    label: own.label,
    fields: [...own.fields, ...pathsOf(own.lookUps)],
    mark: own.marked ? { field: markField, style: 'full' } : null,
    withoutMark: 'traced',
    // An insert without a key is not safe to repeat: the fewer records an answer is lost for, the better.
    batch: { create: own.marked ? atOnce : collectionSize, update: atOnce, remove: atOnce },
    traceBatch: collectionSize,
    feed: { lagMs: usualCommitMs, pageSize },
    // If-Unmodified-Since guards a single row by whole seconds, and collections not at all.
    guarded: false,
    title: own.title,
    ...(pulled ? { pulls: pulled } : {}),
    restores: own.restores,
    ...(own.takesAlong === undefined || own.takesAlong.length === 0 ? {} : { takesAlong: own.takesAlong }),
    ...(locks.length > 0 ? { locks } : {}),
    ...(became && own.fields.some(({ name }) => name === became.field) ? { becomes: became } : {}),
  };
}
