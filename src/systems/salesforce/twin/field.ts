import type { Json, JsonObject } from '../../../twins/json.ts';

export type FieldType =
  | 'id'
  | 'string'
  | 'textarea'
  | 'picklist'
  | 'multipicklist'
  | 'combobox'
  | 'boolean'
  | 'int'
  | 'double'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'
  | 'time'
  | 'email'
  | 'phone'
  | 'url'
  | 'reference'
  | 'address'
  | 'location'
  | 'encryptedstring'
  | 'base64'
  | 'anyType'
  | 'complexvalue';

export const fieldTypes: readonly FieldType[] = [
  ...([
    'id',
    'string',
    'textarea',
    'picklist',
    'multipicklist',
    'combobox',
    'boolean',
    'int',
    'double',
    'currency',
    'percent',
  ] as const),
  ...([
    'date',
    'datetime',
    'time',
    'email',
    'phone',
    'url',
    'reference',
    'address',
    'location',
    'encryptedstring',
    'base64',
  ] as const),
  ...(['anyType', 'complexvalue'] as const),
];

export interface PicklistValue extends JsonObject {
  readonly active: boolean;
  readonly defaultValue: boolean;
  readonly label: string;
  readonly validFor: string | null;
  readonly value: string;
}

/** One entry of `fields` in an sObject describe: exactly the vendor's keys (REST API, "sObject Describe"). */
export interface FieldDescribe extends JsonObject {
  readonly aggregatable: boolean;
  readonly aiPredictionField: boolean;
  readonly autoNumber: boolean;
  readonly byteLength: number;
  readonly calculated: boolean;
  readonly calculatedFormula: string | null;
  readonly cascadeDelete: boolean;
  readonly caseSensitive: boolean;
  readonly compoundFieldName: string | null;
  readonly controllerName: string | null;
  readonly createable: boolean;
  readonly custom: boolean;
  readonly defaultValue: Json;
  readonly defaultValueFormula: string | null;
  readonly defaultedOnCreate: boolean;
  readonly dependentPicklist: boolean;
  readonly deprecatedAndHidden: boolean;
  readonly digits: number;
  readonly displayLocationInDecimal: boolean;
  readonly encrypted: boolean;
  readonly externalId: boolean;
  readonly extraTypeInfo: string | null;
  readonly filterable: boolean;
  readonly filteredLookupInfo: Json;
  readonly formulaTreatNullNumberAsZero: boolean;
  readonly groupable: boolean;
  readonly highScaleNumber: boolean;
  readonly htmlFormatted: boolean;
  readonly idLookup: boolean;
  readonly inlineHelpText: string | null;
  readonly label: string;
  readonly length: number;
  readonly mask: string | null;
  readonly maskType: string | null;
  readonly name: string;
  readonly nameField: boolean;
  readonly namePointing: boolean;
  readonly nillable: boolean;
  readonly permissionable: boolean;
  readonly picklistValues: readonly PicklistValue[];
  readonly polymorphicForeignKey: boolean;
  readonly precision: number;
  readonly queryByDistance: boolean;
  readonly referenceTargetField: string | null;
  readonly referenceTo: readonly string[];
  readonly relationshipName: string | null;
  readonly relationshipOrder: number | null;
  readonly restrictedDelete: boolean;
  readonly restrictedPicklist: boolean;
  readonly scale: number;
  readonly searchPrefilterable: boolean;
  readonly soapType: string;
  readonly sortable: boolean;
  readonly type: FieldType;
  readonly unique: boolean;
  readonly updateable: boolean;
  readonly writeRequiresMasterRead: boolean;
}

export interface FieldDefinition {
  readonly describe: FieldDescribe;
  readonly name: string;
  readonly type: FieldType;
  /** What a parent calls the rows that point at it through this field; null: nothing. */
  readonly childrenName: string | null;
  /** What becomes of this row when the one that it points at is deleted. */
  readonly onParentDelete: 'cascade' | 'restrict' | 'clear';
  /** False: hidden until a permission set grants it, as fields that were made through the API are. */
  readonly everyone: boolean;
}

export interface FieldMore {
  readonly childrenName?: string | null;
  readonly onParentDelete?: FieldDefinition['onParentDelete'];
  readonly everyone?: boolean;
}

/** A whole describe from the few properties that somebody gave; the rest follows from the type as it does in real describes. */
export function createField(
  given: Partial<FieldDescribe> & { readonly name: string; readonly type: FieldType },
  more: FieldMore = {},
): FieldDefinition {
  const { type, length = 0, referenceTo = [], nillable = true, updateable = true, createable = true } = given;
  const isLongText = type === 'textarea' && length !== 255;
  const isKey = type === 'id' || type === 'reference';
  const isNumber = type === 'double' || type === 'currency' || type === 'percent';
  const isCompound = type === 'address' || type === 'location';
  const width = isKey ? 18 : length;
  const overrides: Partial<FieldDescribe> = given;
  const describe: FieldDescribe = {
    aggregatable: type !== 'boolean' && !isLongText && !isCompound && type !== 'multipicklist',
    aiPredictionField: false,
    autoNumber: false,
    byteLength: isKey ? 18 : width * 3,
    calculated: false,
    calculatedFormula: null,
    cascadeDelete: false,
    caseSensitive: false,
    compoundFieldName: null,
    controllerName: null,
    createable,
    custom: given.name.endsWith('__c'),
    defaultValue: type === 'boolean' ? false : null,
    defaultValueFormula: null,
    defaultedOnCreate: type === 'boolean',
    dependentPicklist: false,
    deprecatedAndHidden: false,
    digits: 0,
    displayLocationInDecimal: false,
    encrypted: false,
    externalId: false,
    extraTypeInfo: type === 'textarea' ? 'plaintextarea' : null,
    filterable: !isLongText,
    filteredLookupInfo: null,
    formulaTreatNullNumberAsZero: false,
    groupable:
      !isLongText && !isNumber && !isCompound && type !== 'datetime' && type !== 'combobox' && type !== 'multipicklist',
    highScaleNumber: false,
    htmlFormatted: false,
    idLookup: type === 'id' || given.externalId === true,
    inlineHelpText: null,
    label: given.name,
    length: width,
    mask: null,
    maskType: null,
    name: given.name,
    nameField: false,
    namePointing: referenceTo.length > 1,
    nillable,
    permissionable: nillable && (updateable || isCompound),
    picklistValues: [],
    polymorphicForeignKey: referenceTo.length > 1,
    precision: 0,
    queryByDistance: isCompound,
    referenceTargetField: null,
    referenceTo,
    relationshipName: null,
    relationshipOrder: null,
    restrictedDelete: false,
    restrictedPicklist: false,
    scale: 0,
    searchPrefilterable: type === 'reference' && createable && nillable,
    soapType: soapType(type),
    sortable: !isLongText && !isCompound && type !== 'multipicklist',
    type,
    unique: false,
    updateable,
    writeRequiresMasterRead: false,
    ...overrides,
  };
  return {
    describe: { ...describe, ...(given.byteLength === undefined && !isKey ? { byteLength: describe.length * 3 } : {}) },
    name: describe.name,
    type,
    childrenName: more.childrenName ?? null,
    onParentDelete: more.onParentDelete ?? 'clear',
    everyone: more.everyone ?? true,
  };
}

function soapType(type: FieldType): string {
  if (type === 'id' || type === 'reference') return 'tns:ID';
  if (type === 'double' || type === 'currency' || type === 'percent') return 'xsd:double';
  if (type === 'boolean' || type === 'int' || type === 'date' || type === 'time') return `xsd:${type}`;
  if (type === 'datetime') return 'xsd:dateTime';
  if (type === 'base64') return 'xsd:base64Binary';
  if (type === 'address' || type === 'location') return `urn:${type}`;
  return type === 'complexvalue' ? 'tns:Metadata' : 'xsd:string';
}

/** Must be given when a row is created. */
export function isRequired({ describe }: FieldDefinition): boolean {
  return describe.createable && !describe.nillable && !describe.defaultedOnCreate;
}
