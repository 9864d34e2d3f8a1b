import {
  createField,
  type FieldDefinition,
  type FieldDescribe,
  type FieldType,
  fieldTypes,
  type PicklistValue,
} from './field.ts';

/**
 * A standard object as a short text: one line per field, `name | type(length or precision,scale) | flags | label | words | options`.
 * Flags: c createable, u updateable, n nillable, d defaulted on create; `-` none. Words set what does not follow from the type
 * (`idLookup`, `-permissionable`, `in=CompoundField`, `to=Object,Object`, `as=RelationshipName`, `children=NameAtTheParent`, `cascade`,
 * `restrict`, `extra=`, `bytes=`). Options: `value`, `value~label`, `*` the default.
 */
export interface ObjectText {
  readonly name: string;
  readonly label: string;
  readonly labelPlural: string;
  readonly keyPrefix: string;
  /** Object flags that differ from the usual ones. */
  readonly words: string;
  /** `name:label; …`. */
  readonly scopes: string;
  readonly fields: string;
}

export function parseFields(text: string): FieldDefinition[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseField);
}

export function parseField(line: string): FieldDefinition {
  const [name = '', shape = '', flags = '', label = '', words = '', options = ''] = line
    .split('|')
    .map((part) => part.trim());
  const [, word = '', size = ''] = /^(\w+)(?:\(([\d,]+)\))?$/.exec(shape) ?? [];
  const type = fieldTypes.find((known) => known === word);
  if (type === undefined) throw new Error(`${name}: ${shape} is no field type`);
  const picklistValues = options === '' ? [] : options.split(';').map((option) => parseOption(option.trim()));
  const chosen = picklistValues.find((value) => value.defaultValue);
  const { told, ...more } = parseWords(words);
  return createField(
    {
      name,
      type,
      label,
      createable: flags.includes('c'),
      updateable: flags.includes('u'),
      nillable: flags.includes('n'),
      defaultedOnCreate: flags.includes('d'),
      ...parseSize(type, size),
      ...(picklistValues.length === 0 ? {} : { picklistValues }),
      ...(chosen === undefined ? {} : { defaultValue: chosen.value }),
      ...told,
    },
    more,
  );
}

function parseSize(type: FieldType, size: string): Partial<FieldDescribe> {
  if (size === '') return {};
  if (type === 'int') return { digits: Number(size) };
  const [precision, scale] = size.split(',').map(Number);
  if (scale !== undefined) return { precision: precision ?? 0, scale };
  return { length: Number(size) };
}

function parseOption(text: string): PicklistValue {
  const isDefault = text.endsWith('*');
  const [value = '', label] = (isDefault ? text.slice(0, -1) : text).split('~');
  return { active: true, defaultValue: isDefault, label: label ?? value, validFor: null, value };
}

function parseWords(words: string): {
  told: Partial<FieldDescribe>;
  childrenName: string | null;
  onParentDelete: FieldDefinition['onParentDelete'];
} {
  const told: Record<string, string | number | boolean | null | readonly string[]> = {};
  let childrenName: string | null = null;
  let onParentDelete: FieldDefinition['onParentDelete'] = 'clear';
  for (const word of words.split(' ').filter((one) => one !== '')) {
    const [key = '', value] = word.split('=');
    if (key === 'in') told.compoundFieldName = value ?? null;
    else if (key === 'to') told.referenceTo = value?.split(',') ?? [];
    else if (key === 'as') told.relationshipName = value ?? null;
    else if (key === 'children') childrenName = value ?? null;
    else if (key === 'cascade' || key === 'restrict') onParentDelete = key;
    else if (key === 'extra') told.extraTypeInfo = value ?? null;
    else if (key === 'bytes') told.byteLength = Number(value);
    else if (key.startsWith('-')) told[key.slice(1)] = false;
    else told[key] = true;
  }
  return { told, childrenName, onParentDelete };
}
