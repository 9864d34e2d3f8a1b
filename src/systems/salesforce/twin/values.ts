import type { Json } from '../../../twins/json.ts';
import { RowError } from './errors.ts';
import type { FieldDefinition } from './field.ts';
import { parseDate, parseDateTime, parseTime } from './time.ts';

/** What a client sent for a field → what is stored, or the vendor's error. References are looked at by the caller, which knows the rows. */
export function convertValue(field: FieldDefinition, input: Json): Json {
  if (input === null) return field.type === 'boolean' ? cannotRead('boolean', 'VALUE_NULL', 'null') : null;
  switch (field.type) {
    case 'boolean':
      return toBoolean(input);
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return toNumber(field, input);
    case 'date':
      return typeof input === 'string'
        ? input === ''
          ? null
          : (parseDate(input) ?? cannotRead('date', 'VALUE_STRING', input))
        : wrongToken('date', input);
    case 'datetime':
      if (typeof input !== 'string') return wrongToken('datetime', input);
      return input === '' ? null : (parseDateTime(input) ?? cannotRead('datetime', 'VALUE_STRING', input));
    case 'time':
      if (typeof input !== 'string') return wrongToken('time', input);
      return input === '' ? null : (parseTime(input) ?? cannotRead('time', 'VALUE_STRING', input));
    case 'complexvalue':
    case 'anyType':
      return input;
    default:
      return toText(field, input);
  }
}

function toText(field: FieldDefinition, input: Json): Json {
  const { describe, type } = field;
  // The vendor's reader names the kind of picklist that it could not read.
  if (typeof input === 'object') return wrongToken(type === 'multipicklist' ? type : 'string', input);
  const text = String(input).trim();
  if (text === '') return null;
  if (type === 'picklist') return toOption(field, text);
  if (type === 'multipicklist') return toOptions(field, text);
  if (describe.length > 0 && tooLong(field, text)) {
    throw new RowError(
      'STRING_TOO_LONG',
      `${describe.label}: data value too large: ${text} (max length=${describe.length})`,
      [field.name],
    );
  }
  if (type === 'email' && !looksLikeEmail(text)) {
    throw new RowError('INVALID_EMAIL_ADDRESS', `${describe.label}: invalid email address: ${text}`, [field.name]);
  }
  return text;
}

/** Lengths count characters; a few fields count bytes of UTF-8, which their describe tells by a byteLength that is no multiple. */
function tooLong({ describe, type }: FieldDefinition, text: string): boolean {
  if (text.length <= describe.length && text.length * 3 <= describe.byteLength) return false;
  if (type !== 'base64' && describe.byteLength === describe.length)
    return Buffer.byteLength(text) > describe.byteLength;
  // A character outside the basic plane counts once.
  return text.length > describe.length && [...text].length > describe.length;
}

function toOption({ describe, name }: FieldDefinition, text: string): string {
  const option =
    describe.picklistValues.find(({ value }) => value === text) ??
    describe.picklistValues.find(({ value }) => value.toLowerCase() === text.toLowerCase());
  if (option?.active === true) return option.value;
  if (describe.restrictedPicklist) {
    throw new RowError(
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      `${describe.label}: bad value for restricted picklist field: ${text}`,
      [name],
    );
  }
  const most = Math.max(describe.length, 255);
  if (text.length > most)
    throw new RowError('STRING_TOO_LONG', `${describe.label}: data value too large: ${text} (max length=${most})`, [
      name,
    ]);
  return text;
}

/** Kept in the order of the options, once each. */
function toOptions(field: FieldDefinition, text: string): string | null {
  const chosen = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => toOption(field, part));
  const order = field.describe.picklistValues.map(({ value }) => value);
  const known = order.filter((value) => chosen.includes(value));
  const joined = [...known, ...new Set(chosen.filter((value) => !order.includes(value)))].join(';');
  return joined === '' ? null : joined;
}

function toBoolean(input: Json): boolean {
  if (typeof input === 'boolean') return input;
  if (input === 'true' || input === 'false') return input === 'true';
  if (typeof input === 'string') return cannotRead('boolean', 'VALUE_STRING', input);
  return wrongToken('boolean', input);
}

function toNumber({ describe, name, type }: FieldDefinition, input: Json): number | null {
  if (input === '') return null;
  const isText = typeof input === 'string';
  if (!isText && typeof input !== 'number') return wrongToken(type === 'int' ? 'int' : 'double', input);
  const number = Number(input);
  if (!Number.isFinite(number) || (type === 'int' && !Number.isInteger(number))) {
    return cannotRead(type === 'int' ? 'int' : 'double', isText ? 'VALUE_STRING' : 'VALUE_NUMBER_FLOAT', String(input));
  }
  const whole = type === 'int' ? describe.digits : describe.precision - describe.scale;
  if (whole > 0 && Math.abs(number) >= 10 ** whole) {
    throw new RowError(
      'NUMBER_OUTSIDE_VALID_RANGE',
      `${describe.label}: value outside of valid range on numeric field: ${number}`,
      [name],
    );
  }
  if (type === 'int' || describe.precision === 0) return number;
  return Number(number.toFixed(Math.min(describe.scale, 15)));
}

export function looksLikeEmail(text: string): boolean {
  return /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$/.test(
    text,
  );
}

/** The JSON reader's own error, which the vendor hands through. */
function cannotRead(type: string, token: string, value: string): never {
  const where = '[Source: N/A; line: -1, column: -1][line:-1, column:-1]';
  throw new RowError(
    'JSON_PARSER_ERROR',
    `Cannot deserialize instance of ${type} from ${token} value ${value} or request may be missing a required field at ${where}`,
    [],
  );
}

function wrongToken(type: string, input: Json): never {
  if (Array.isArray(input)) return cannotRead(type, 'START_ARRAY', '[');
  if (typeof input === 'object') return cannotRead(type, 'START_OBJECT', '{');
  return cannotRead(
    type,
    typeof input === 'boolean' ? `VALUE_${String(input).toUpperCase()}` : 'VALUE_NUMBER_INT',
    String(input),
  );
}
