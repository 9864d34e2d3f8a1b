import type { FieldDescription, FieldType } from './object-type.ts';

/** A field of which nothing special is known: it can be read, and takes any value of its type. What a vendor says of it is put over this. */
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
