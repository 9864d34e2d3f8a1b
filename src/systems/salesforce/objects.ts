import { z } from 'zod';
import { FaultError } from '../../model/fault.ts';
import type { FieldDescription, FieldType, NormalForm, ObjectType, Option } from '../../model/object-type.ts';

/** The custom field that `doctor --install keys` creates: a unique external id, into which our mark is written on create. */
export const markField = 'Syncline_Key__c';

/** Records in one call of the sObject Collections resource, and in one page of a query (REST API Developer Guide). */
export const collectionSize = 200;
export const pageSize = 2000;

/** A row shows in queries when its transaction has committed: seconds as a rule. What commits later is found by the overlap. */
const usualCommitMs = 10_000;

/** Objects of which two can be merged: their losers name the winner. */
const mergeable: ReadonlySet<string> = new Set(['Account', 'Contact', 'Lead', 'Case']);

/** Fields that tell what became of a record, beside its own: which exist depends on the object alone. */
export function fateFields(object: string): readonly string[] {
  return [
    ...(mergeable.has(object) ? ['MasterRecordId'] : []),
    ...(object === 'Lead' ? ['IsConverted', 'ConvertedContactId'] : []),
  ];
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
});
type DescribedField = z.infer<typeof describedField>;

const described = z.looseObject({ name: z.string(), label: z.string(), fields: z.array(describedField) });

const types: Readonly<Record<string, FieldType>> = {
  id: 'id',
  string: 'text',
  textarea: 'longtext',
  picklist: 'option',
  combobox: 'text',
  multipicklist: 'options',
  boolean: 'boolean',
  int: 'integer',
  currency: 'currency',
  percent: 'percent',
  date: 'date',
  datetime: 'datetime',
  time: 'time',
  email: 'email',
  phone: 'phone',
  url: 'url',
  reference: 'reference',
  encryptedstring: 'encrypted',
};

export function typeOf(vendorType: string, scale: number): FieldType {
  if (vendorType === 'double') return scale === 0 ? 'integer' : 'decimal';
  return types[vendorType] ?? 'other';
}

const texts: ReadonlySet<FieldType> = new Set(['text', 'longtext', 'email', 'phone', 'url', 'option', 'encrypted']);
const numbers: ReadonlySet<FieldType> = new Set(['integer', 'decimal', 'currency', 'percent']);

/** Salesforce cuts blanks around texts and keeps an empty text as null; an unticked box is never null. */
export function normalOf(type: FieldType): NormalForm {
  if (texts.has(type)) return { trim: true, emptyIsNull: true };
  if (type === 'boolean') return { nullIsFalse: true };
  if (type === 'options') return { unordered: true };
  return {};
}

/** What a field's `describe` says, in our words. A field that may be updated but not created with is left alone: creates would fail. */
function fieldOf(field: DescribedField): FieldDescription {
  const type = typeOf(field.type, field.scale);
  const options: readonly Option[] | null =
    type === 'option' || type === 'options'
      ? (field.picklistValues ?? []).map((one) => ({
          value: one.value,
          label: one.label ?? one.value,
          active: one.active,
        }))
      : null;
  return {
    name: field.name,
    label: field.label,
    type,
    vendorType: field.type,
    required: field.createable && !field.nillable && !field.defaultedOnCreate,
    settable: field.createable ? (field.updateable ? 'always' : 'create') : 'never',
    stamped: !field.calculated,
    options,
    restricted: field.restrictedPicklist,
    maxLength: field.length > 0 && (texts.has(type) || type === 'options') ? field.length : null,
    scale: numbers.has(type) ? field.scale : null,
    unique: field.unique,
    normal: normalOf(type),
  };
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
  const { name, label, fields } = parsed.data;
  const mark = fields.find((field) => field.name === markField);
  return declareObject({
    object: name,
    label,
    fields: fields.filter((field) => !compound.has(field.type)).map(fieldOf),
    marked: mark?.externalId === true && mark.unique && mark.createable,
    title: fields.find((field) => field.nameField)?.name ?? 'Id',
  });
}

/** What holds for every object of Salesforce, together with what is its own. */
export function declareObject(own: {
  readonly object: string;
  readonly label: string;
  readonly fields: readonly FieldDescription[];
  readonly marked: boolean;
  readonly title: string;
}): ObjectType {
  return {
    object: own.object,
    label: own.label,
    fields: own.fields,
    mark: own.marked ? { field: markField, style: 'full' } : null,
    withoutMark: 'traced',
    batch: { create: collectionSize, update: collectionSize, remove: collectionSize },
    traceBatch: collectionSize,
    feed: { lagMs: usualCommitMs, pageSize },
    // If-Unmodified-Since guards a single row by whole seconds, and collections not at all.
    guarded: false,
    title: own.title,
  };
}
