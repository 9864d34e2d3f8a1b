import type { FieldDescription, FieldType, NormalForm } from '../../model/object-type.ts';

/** Salesforce's field types (Object Reference, "Field Types") in our words; `double` depends on its digits, and the rest is `other`. */
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

/** What follows from a type alone; `size` is a text's length in characters, `scale` a number's digits after the point. */
export function plainField(
  name: string,
  label: string,
  vendorType: string,
  size: { readonly length: number; readonly scale: number },
): FieldDescription {
  const type = typeOf(vendorType, size.scale);
  return {
    name,
    label,
    type,
    vendorType,
    required: false,
    settable: 'always',
    stamped: true,
    options: null,
    restricted: false,
    maxLength: size.length > 0 && (texts.has(type) || type === 'options') ? size.length : null,
    scale: numbers.has(type) ? size.scale : null,
    unique: false,
    normal: normalOf(type),
  };
}
