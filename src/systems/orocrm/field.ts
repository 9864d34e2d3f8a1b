import type { FieldDescription, FieldType, NormalForm, Option } from '../../model/object-type.ts';
import { plainField } from '../../model/plain-field.ts';

/** Forms of the vendor cut blanks around texts and keep an empty one as null; where one does not, the two still mean the same. */
const text: NormalForm = { trim: true, emptyIsNull: true };
const normalForms: Partial<Record<FieldType, NormalForm>> = {
  text,
  longtext: text,
  email: text,
  phone: text,
  url: text,
  boolean: { nullIsFalse: true },
  set: { unordered: true },
};

export function field(
  name: string,
  label: string,
  type: FieldType,
  given: Partial<FieldDescription> = {},
): FieldDescription {
  return {
    ...plainField(name, type),
    label,
    vendorType: type,
    settable: 'always',
    maxLength: type === 'text' || type === 'email' || type === 'phone' ? 255 : null,
    scale: type === 'integer' ? 0 : null,
    normal: normalForms[type] ?? {},
    ...given,
  };
}

export const readOnly = { settable: 'never' } as const;

export function reference(name: string, label: string, to: string, given: Partial<FieldDescription> = {}) {
  return field(name, label, 'reference', { vendorType: 'to-one relationship', refersTo: [to], ...given });
}

/** Ids of several records. An edit of them need not move the stamp of the record that has them. */
export function references(name: string, label: string, to: string, given: Partial<FieldDescription> = {}) {
  return field(name, label, 'set', { vendorType: 'to-many relationship', refersTo: [to], stamped: false, ...given });
}

/** One of the entries of a list of the vendor's; `known` are those that every installation begins with. */
export function option(name: string, label: string, known: readonly string[], given: Partial<FieldDescription> = {}) {
  const options = known.map((value): Option => ({ value, label: labelOf(value), active: true }));
  return field(name, label, 'option', { vendorType: 'enumeration', options, restricted: true, ...given });
}

function labelOf(value: string): string {
  const words = value.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
