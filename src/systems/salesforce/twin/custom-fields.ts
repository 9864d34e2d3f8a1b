import { z } from 'zod';
import type { JsonObject } from '../../../twins/json.ts';
import { RowError } from './errors.ts';
import {
  createField,
  type FieldDefinition,
  type FieldDescribe,
  type FieldMore,
  type FieldType,
  type PicklistValue,
} from './field.ts';

const optionSchema = z.object({
  fullName: z.string(),
  label: z.string().optional(),
  default: z.boolean().optional(),
  isActive: z.boolean().optional(),
});

/** A custom field as the Metadata API writes it (Metadata API Developer Guide, "CustomField"). */
const metadataSchema = z.object({
  type: z.string(),
  label: z.string().optional(),
  length: z.number().optional(),
  precision: z.number().optional(),
  scale: z.number().optional(),
  externalId: z.boolean().optional(),
  unique: z.boolean().optional(),
  caseSensitive: z.boolean().optional(),
  required: z.boolean().optional(),
  defaultValue: z.union([z.string(), z.boolean()]).nullish(),
  inlineHelpText: z.string().nullish(),
  referenceTo: z.string().optional(),
  relationshipName: z.string().optional(),
  valueSet: z
    .object({
      restricted: z.boolean().optional(),
      valueSetDefinition: z.object({ sorted: z.boolean().optional(), value: z.array(optionSchema) }).optional(),
    })
    .nullish(),
});

const types: Readonly<Record<string, FieldType>> = {
  ...{
    Text: 'string',
    TextArea: 'textarea',
    LongTextArea: 'textarea',
    Html: 'textarea',
    Number: 'double',
    Currency: 'currency',
    Percent: 'percent',
  },
  ...{
    Checkbox: 'boolean',
    Date: 'date',
    DateTime: 'datetime',
    Time: 'time',
    Url: 'url',
    Email: 'email',
    Phone: 'phone',
  },
  ...{
    Picklist: 'picklist',
    MultiselectPicklist: 'multipicklist',
    Lookup: 'reference',
    EncryptedText: 'encryptedstring',
  },
};

/** `Case.Zendesk_Ticket__c` and its metadata → the field. Throws RowError with the vendor's codes. */
export function fieldFromMetadata(name: string, metadata: JsonObject, more: FieldMore): FieldDefinition {
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success)
    throw new RowError('JSON_PARSER_ERROR', `Metadata: ${parsed.error.issues[0]?.message ?? 'cannot be read'}`, []);
  const given = parsed.data;
  const type = Object.hasOwn(types, given.type) ? types[given.type] : undefined;
  if (type === undefined)
    throw new RowError('FIELD_INTEGRITY_EXCEPTION', `The type ${given.type} is not supported`, ['Metadata']);
  const required = (value: number | undefined, field: string): number => {
    if (value === undefined)
      throw new RowError(
        'FIELD_INTEGRITY_EXCEPTION',
        `Must specify '${field}' for a CustomField of type ${given.type}`,
        [field],
      );
    return value;
  };
  const isNumber = type === 'double' || type === 'currency' || type === 'percent';
  const size: Partial<FieldDescribe> = isNumber
    ? { precision: required(given.precision, 'precision'), scale: required(given.scale, 'scale') }
    : { length: lengthOf(given.type, given.length, required) };
  const reference: Partial<FieldDescribe> =
    type === 'reference'
      ? { referenceTo: [given.referenceTo ?? ''], relationshipName: name.replace(/__c$/, '__r') }
      : {};
  const picklistValues = given.valueSet?.valueSetDefinition?.value.map(toOption);
  const field: Partial<FieldDescribe> = {
    label: given.label ?? name,
    nillable: given.required !== true && type !== 'boolean',
    externalId: given.externalId ?? false,
    unique: given.unique ?? false,
    caseSensitive: given.caseSensitive ?? false,
    restrictedPicklist: given.valueSet?.restricted ?? false,
    inlineHelpText: given.inlineHelpText ?? null,
    ...(type === 'boolean' ? { defaultValue: given.defaultValue === true || given.defaultValue === 'true' } : {}),
    ...(picklistValues === undefined
      ? {}
      : { picklistValues, defaultValue: picklistValues.find((one) => one.defaultValue)?.value ?? null }),
    ...size,
    ...reference,
    permissionable: given.required !== true,
  };
  return createField(
    { ...field, name, type },
    { ...more, childrenName: given.relationshipName === undefined ? null : `${given.relationshipName}__r` },
  );
}

function lengthOf(
  type: string,
  length: number | undefined,
  required: (value: number | undefined, field: string) => number,
): number {
  if (type === 'Text' || type === 'LongTextArea' || type === 'Html' || type === 'EncryptedText')
    return required(length, 'length');
  return { TextArea: 255, Url: 255, Email: 80, Phone: 40, Picklist: 255, MultiselectPicklist: 4_099 }[type] ?? 0;
}

function toOption({ fullName, label, default: isDefault, isActive }: z.infer<typeof optionSchema>): PicklistValue {
  return {
    active: isActive ?? true,
    defaultValue: isDefault ?? false,
    label: label ?? fullName,
    validFor: null,
    value: fullName,
  };
}
