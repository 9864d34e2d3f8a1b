import type { FieldDescription, FieldType } from '../model/object-type.ts';

/** A field that no vendor describes: it can be read, and takes any value of its type. */
export function plainField(name: string, type: FieldType): FieldDescription {
  return {
    name,
    label: name,
    type,
    vendorType: '',
    required: false,
    settable: 'never',
    stamped: true,
    options: null,
    restricted: false,
    maxLength: null,
    scale: null,
    unique: false,
    normal: {},
  };
}
