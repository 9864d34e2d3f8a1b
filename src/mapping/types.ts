import type { FieldDescription, FieldType } from '../model/object-type.ts';
import type { ConverterName } from './settings.ts';

/**
 * Which type may be mapped to which (source → target), as data. `vendor`: the pair is in the type table that the vendor of the desk
 * publishes for its own data sync ("Configuring data sync from Salesforce to Zendesk", field mapping). `beyond`: we do it as well.
 * A pair that is not here is refused when the sync is saved, unless a named converter takes it. The same table serves both ways.
 */
export type Cell = 'vendor' | 'beyond';
type Row = Readonly<Partial<Record<FieldType, Cell>>>;

function row(vendor: readonly FieldType[], beyond: readonly FieldType[] = []): Row {
  const cells: Partial<Record<FieldType, Cell>> = {};
  for (const type of vendor) cells[type] = 'vendor';
  for (const type of beyond) cells[type] = 'beyond';
  return cells;
}

const table: Readonly<Record<FieldType, Row>> = {
  id: row(['text', 'longtext']),
  text: row(['text', 'longtext'], ['email', 'phone', 'url', 'set']),
  longtext: row([], ['text', 'longtext']),
  email: row(['text', 'longtext'], ['email', 'set']),
  phone: row(['text', 'longtext'], ['phone', 'set']),
  url: row([], ['text', 'longtext', 'url', 'set']),
  boolean: row(['text', 'longtext', 'boolean']),
  integer: row(['text', 'longtext', 'integer'], ['decimal', 'currency', 'percent']),
  decimal: row(['text', 'longtext', 'decimal'], ['currency', 'percent']),
  currency: row(['text', 'longtext', 'decimal'], ['currency']),
  percent: row([], ['text', 'longtext', 'decimal', 'percent']),
  date: row(['text', 'longtext', 'date'], ['datetime']),
  datetime: row(['text', 'longtext', 'date'], ['datetime']),
  time: row([], ['text', 'longtext', 'time']),
  option: row(['text', 'longtext', 'option'], ['options', 'set']),
  options: row(['text', 'longtext'], ['options', 'set']),
  set: row([], ['text', 'longtext', 'set', 'options']),
  reference: row([], ['text', 'longtext']),
  encrypted: row([]),
  other: row([]),
};

function isFieldType(name: string): name is FieldType {
  return Object.hasOwn(table, name);
}

export const fieldTypes: readonly FieldType[] = Object.keys(table).filter(isFieldType);

/** The type that a field counts as: a decimal number without digits after the point is a whole number. */
export function typeOf(field: FieldDescription): FieldType {
  return field.type === 'decimal' && field.scale === 0 ? 'integer' : field.type;
}

export function cellOf(source: FieldType, target: FieldType): Cell | null {
  return table[source][target] ?? null;
}

const oneText: readonly FieldType[] = ['text', 'longtext', 'email', 'phone', 'url', 'option'];
const numbers: readonly FieldType[] = ['integer', 'decimal', 'currency', 'percent'];

/** The pairs that a converter takes when it is named in the rule, beyond the table. */
export const named: Readonly<
  Record<ConverterName, { from: readonly FieldType[]; to: readonly FieldType[]; does: string }>
> = {
  number: { from: oneText, to: numbers, does: 'reads a number out of a text' },
  round: { from: ['decimal', 'currency', 'percent'], to: ['integer'], does: 'rounds to a whole number' },
  domain: {
    from: ['text', 'url', 'email'],
    to: ['text', 'longtext', 'url', 'set'],
    does: 'takes the domain out of an address',
  },
  phone: {
    from: ['text', 'longtext', 'phone'],
    to: ['text', 'longtext', 'phone', 'set'],
    does: 'writes a telephone number in its international form (E.164)',
  },
  lower: { from: [...oneText, 'set'], to: [...oneText, 'set'], does: 'writes in lower case' },
  upper: { from: [...oneText, 'set'], to: [...oneText, 'set'], does: 'writes in upper case' },
};

/** How a value gets from one type to the other: by the named converter, by the table, or not at all (null). */
export function wayOf(source: FieldType, target: FieldType, converter?: ConverterName): ConverterName | Cell | null {
  if (converter !== undefined) {
    const { from, to } = named[converter];
    const needsTable = converter === 'lower' || converter === 'upper';
    if (from.includes(source) && to.includes(target) && (!needsTable || cellOf(source, target) !== null))
      return converter;
  }
  return cellOf(source, target);
}

const words: Readonly<Record<FieldType, string>> = {
  id: 'id',
  text: 'text',
  longtext: 'long text',
  email: 'e-mail address',
  phone: 'phone number',
  url: 'web address',
  boolean: 'check box',
  integer: 'whole number',
  decimal: 'decimal number',
  currency: 'amount of money',
  percent: 'percentage',
  date: 'date',
  datetime: 'date and time',
  time: 'time of day',
  option: 'list with one choice',
  options: 'list with several choices',
  set: 'set of texts',
  reference: 'reference to another record',
  encrypted: 'encrypted text',
  other: 'compound or unknown type',
};

/** The type for messages, with the vendor's own word: `list with one choice (picklist)`. */
export function typeWords(field: FieldDescription): string {
  const word = words[typeOf(field)];
  return field.vendorType === '' || field.vendorType === word ? word : `${word} (${field.vendorType})`;
}

/** The same with its article: `an amount of money (currency)`. */
export function aType(field: FieldDescription): string {
  const word = typeWords(field);
  return `${/^[aei]/.test(word) ? 'an' : 'a'} ${word}`;
}

/** The types that a field of this type may be mapped to, in words, for the message that refuses another one. */
export function targetsOf(type: FieldType): string {
  const targets = fieldTypes.filter((target) => cellOf(type, target) !== null).map((target) => words[target]);
  return targets.length === 0 ? 'nothing' : targets.join(', ');
}

export function isText(type: FieldType): boolean {
  return type === 'text' || type === 'longtext';
}

export function isMany(type: FieldType): boolean {
  return type === 'set' || type === 'options';
}
