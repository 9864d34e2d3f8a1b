import type { FieldDescription, FieldType } from '../../model/object-type.ts';
import { isPointer, type Value } from '../../model/value.ts';
import { normalise } from '../normal.ts';
import { typeOf } from '../types.ts';
import { instant, isDay } from '../zone.ts';
import { Day } from './day.ts';
import { ValueError } from './functions.ts';

/** How fields look inside an expression, by CEL's names of types; null where an expression cannot read the field. */
export function celTypeOf(field: FieldDescription): string | null {
  switch (typeOf(field)) {
    case 'boolean':
      return 'bool';
    case 'integer':
      return 'int';
    case 'decimal':
    case 'currency':
    case 'percent':
      return 'double';
    case 'date':
      return 'date';
    case 'datetime':
      return 'google.protobuf.Timestamp';
    case 'options':
    case 'set':
      return 'list<string>';
    case 'encrypted':
    case 'other':
      return null;
    default:
      return 'string';
  }
}

/**
 * A field's value as the runner takes it: an empty field is null, an empty set an empty list. `field` is null for a custom field that
 * nobody has described yet.
 */
export function toCel(field: FieldDescription | null, given: Value): unknown {
  if (isPointer(given)) throw new ValueError('a reference to another record cannot be read');
  if (field === null) return given;
  const value = normalise(field, given);
  const type = celTypeOf(field);
  if (type === 'list<string>') return Array.isArray(value) ? value.map(String) : [];
  if (value === null) return null;
  if (type === 'string' && typeof value === 'string') return value;
  if (type === 'bool' && typeof value === 'boolean') return value;
  if (type === 'double' && typeof value === 'number') return value;
  if (type === 'int' && typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (type === 'date' && typeof value === 'string' && isDay(value)) return new Day(value);
  if (type === 'google.protobuf.Timestamp' && typeof value === 'string' && !Number.isNaN(Date.parse(value)))
    return new Date(value);
  throw new ValueError('it does not fit its type');
}

/** What an expression gives, as a value. */
export function fromCel(result: unknown): Value {
  if (result === null || typeof result === 'string' || typeof result === 'boolean') return result;
  if (typeof result === 'bigint') {
    if (Number.isSafeInteger(Number(result))) return Number(result);
    throw new ValueError(`${result} is too large for a number`);
  }
  if (typeof result === 'number') {
    if (Number.isFinite(result)) return result;
    throw new ValueError(`the result is no number (${result})`);
  }
  if (result instanceof Day) return result.text;
  if (result instanceof Date) {
    const text = instant(result.getTime());
    if (text !== null) return text;
  }
  if (Array.isArray(result)) return result.map(fromCel);
  throw new ValueError('the result is neither a text, a number, true or false, a date nor a list of those');
}

/**
 * The type that the result counts as in the table of types, given what it is written to: a text may be the value of a choice, a list one of
 * several. null where no field takes it.
 */
export function resultType(celType: string, target: FieldType): FieldType | null {
  if (celType.startsWith('list')) return target === 'options' ? 'options' : 'set';
  switch (celType) {
    case 'string':
      return target === 'option' ? 'option' : target === 'options' ? 'options' : 'text';
    case 'int':
      return 'integer';
    case 'double':
      return 'decimal';
    case 'bool':
      return 'boolean';
    case 'date':
      return 'date';
    case 'google.protobuf.Timestamp':
      return 'datetime';
    case 'dyn':
    case 'null':
      // Only the record decides what it is: then the receiving field looks at each value.
      return target;
    default:
      return null;
  }
}

/** CEL's name of a type for people. */
export function celWords(celType: string): string {
  if (celType === 'google.protobuf.Timestamp') return 'date and time';
  if (celType === 'google.protobuf.Duration') return 'length of time';
  return { string: 'text', int: 'whole number', double: 'decimal number', bool: 'true or false' }[celType] ?? celType;
}
