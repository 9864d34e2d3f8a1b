import type { FieldDescription, FieldType, NormalForm, ObjectType } from '../../model/object-type.ts';
import type { FieldRow, LayoutRow } from './answers.ts';
import { atOnce } from './limits.ts';
import type { Module } from './modules.ts';
import { field } from './standard-fields.ts';

/** The type in our words of each of the vendor's. Source: Zoho Desk API document, topic "Fields". */
const kinds: Readonly<Record<string, FieldType>> = {
  Text: 'text',
  Textarea: 'longtext',
  LargeText: 'longtext',
  Email: 'email',
  Phone: 'phone',
  Fax: 'phone',
  URL: 'url',
  Number: 'integer',
  Decimal: 'decimal',
  Percent: 'percent',
  Currency: 'currency',
  Date: 'date',
  DateTime: 'datetime',
  Boolean: 'boolean',
  Picklist: 'option',
  Multiselect: 'options',
};
/** Types whose values the vendor makes itself, and those that change without a stamp. */
const made: ReadonlySet<string> = new Set(['AutoNumber', 'Formula']);

/** The field that `doctor --install keys` creates: our mark goes into it when a record is created. */
export const markField = 'cf_syncline_key';
export const markLabel = 'Syncline Key';
/** Texts in custom fields of contacts and accounts. */
export const customLength = 100;

/** Rows in one page of a list; the most that the vendor gives. */
export const pageSize = 100;
/** How late lists are, as far as anybody can say: the vendor does not. What comes later than this is found at the next edit. */
export const listLagMs = 120_000;

/** Records in one `write`: each of them is a call, so many at once; a batch ends well within its lease. */
const batch = 5 * atOnce;
/** Records in one call that moves them to the bin. */
export const trashBatch = 50;

function typeOf(row: FieldRow): FieldType {
  return row.isEncryptedField ? 'encrypted' : (kinds[row.type] ?? 'other');
}

function normalOf(type: FieldType): NormalForm {
  if (type === 'boolean') return { nullIsFalse: true };
  if (type === 'options') return { unordered: true };
  return { emptyIsNull: true };
}

function customField(row: FieldRow): FieldDescription {
  const type = typeOf(row);
  const options = type === 'option' || type === 'options' ? (row.allowedValues ?? []) : null;
  const written = type !== 'other' && type !== 'encrypted' && !made.has(row.type);
  return field(row.apiName, row.displayLabel, type, isText(type) ? (row.maxLength ?? customLength) : null, {
    vendorType: row.type,
    required: row.isMandatory,
    settable: written ? 'always' : 'never',
    stamped: row.type !== 'Formula',
    options: options?.map(({ value }) => ({ value, label: value, active: true })) ?? null,
    restricted: options !== null,
    scale: type === 'integer' ? 0 : null,
    normal: normalOf(type),
  });
}

function isText(type: FieldType): boolean {
  return type === 'text' || type === 'longtext' || type === 'email' || type === 'phone' || type === 'url';
}

/** A standard field as this portal has it: its label, what it demands, a smaller length, and options where it is a list here. */
function asTold(standard: FieldDescription, row: FieldRow | undefined): FieldDescription {
  if (row === undefined) return standard;
  const values = row.allowedValues ?? [];
  const lengths = [standard.maxLength, row.maxLength ?? null].filter((length) => length !== null);
  return {
    ...standard,
    label: row.displayLabel,
    vendorType: row.type,
    required: standard.required || row.isMandatory,
    maxLength: lengths.length === 0 ? null : Math.min(...lengths),
    options: values.length === 0 ? null : values.map(({ value }) => ({ value, label: value, active: true })),
  };
}

/** The types of custom fields by name. */
export type CustomTypes = ReadonlyMap<string, FieldType>;

export function customTypes(rows: readonly FieldRow[]): CustomTypes {
  return new Map(rows.filter((row) => row.isCustomField).map((row) => [row.apiName, typeOf(row)]));
}

/**
 * A module as an object: what every portal has, as the portal's own field definitions and default layout say it. A record that is created
 * over the API gets the default layout, so what that one demands is required.
 */
export function objectType(module: Module, rows: readonly FieldRow[], layouts: readonly LayoutRow[]): ObjectType {
  const told = new Map(rows.map((row) => [row.apiName, row]));
  const layout = layouts.find((one) => one.isDefaultLayout)?.sections.flatMap(({ fields }) => fields) ?? [];
  const demanded = new Set(layout.filter((one) => one.isMandatory).map(({ apiName }) => apiName));
  const standard = module.fields.map((one) => asTold(one, told.get(one.name)));
  const custom = rows.filter((row) => row.isCustomField).map(customField);
  const fields = [...standard, ...custom].map((one) =>
    demanded.has(one.name) && one.settable === 'always' ? { ...one, required: true } : one,
  );
  const mark = fields.find(({ name }) => name === markField);
  return {
    object: module.object,
    label: module.label,
    fields,
    mark: mark?.type === 'text' && mark.settable === 'always' ? { field: markField, style: 'full' } : null,
    withoutMark: 'traced',
    batch: { create: batch, update: batch, remove: trashBatch },
    single: ['create', 'update'],
    traceBatch: pageSize,
    feed: { lagMs: listLagMs, pageSize },
    restores: true,
    // PATCH knows no condition.
    guarded: false,
    title: module.title,
    ...(module.mergedBy === undefined
      ? {}
      : { mergedBy: { field: module.mergedBy, ask: 'vendor' as const, unseen: true as const } }),
  };
}
