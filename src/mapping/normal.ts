import type { FieldDescription } from '../model/object-type.ts';
import { isPointer, type Value } from '../model/value.ts';
import { isMany } from './types.ts';
import { isDay, moment } from './zone.ts';

/**
 * A value as the field stores it, so that what was sent and what comes back compare equal. Idempotent, and never throws: what makes no
 * sense for the type is left as it is, and the converter says so.
 * Texts compare with plain line ends, since vendors differ in whether they keep a carriage return.
 */
export function normalise(field: FieldDescription, value: Value | undefined): Value {
  if (isPointer(value)) return value;
  if (isMany(field.type)) return members(field, value ?? null);
  const plain = scalarOf(field, value ?? null);
  if (plain === '' && field.normal.emptyIsNull === true && field.normal.nullIsEmpty !== true) return null;
  if (plain === null && field.normal.nullIsEmpty === true) return '';
  if (plain === null && field.type === 'boolean' && field.normal.nullIsFalse === true) return false;
  return plain;
}

function scalarOf(field: FieldDescription, value: Value): Value {
  switch (field.type) {
    case 'integer':
    case 'decimal':
    case 'currency':
    case 'percent':
      return numberOf(field, value);
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : value === '' ? null : value;
    case 'date':
      return dateText(value, (text) => (isDay(text.slice(0, 10)) ? text.slice(0, 10) : text));
    case 'datetime':
      return dateText(value, (text) => moment(text) ?? text);
    case 'time':
      return dateText(value, (text) => (/^\d{2}:\d{2}:\d{2}/.test(text) ? text.slice(0, 8) : text));
    case 'other':
      return value;
    default:
      return textOf(field, value);
  }
}

function dateText(value: Value, shape: (text: string) => string): Value {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  return text === '' ? null : shape(text);
}

function textOf(field: FieldDescription, value: Value): Value {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return value;
  let text = value.includes('\r') ? value.replace(/\r\n?/g, '\n') : value;
  if (field.normal.lowerCase === true) text = text.toLowerCase();
  if (field.normal.trim === true) text = text.trim();
  return text;
}

function numberOf(field: FieldDescription, value: Value): Value {
  if (typeof value === 'string') {
    if (value.trim() === '') return null;
    const number = Number(value);
    return /^\s*[-+]?[\d.]+(e[-+]?\d+)?\s*$/i.test(value) && Number.isFinite(number)
      ? rounded(number, field.scale)
      : value;
  }
  return typeof value === 'number' ? rounded(value, field.scale) : value;
}

/** Rounds half away from zero, in decimal digits: 1.005 with two digits is 1.01, as vendors store it. */
export function rounded(value: number, scale: number | null): number {
  const positive = Math.abs(value);
  if (scale === null || !Number.isFinite(value)) return value === 0 ? 0 : value;
  const shifted = Number(`${positive}e${scale}`);
  const shortened = Number.isFinite(shifted)
    ? Number(`${Math.round(shifted)}e-${scale}`)
    : Number(positive.toFixed(Math.min(scale, 100)));
  const result = Number.isFinite(shortened) ? shortened : positive;
  return result === 0 ? 0 : Math.sign(value) * result;
}

function members(field: FieldDescription, value: Value): Value {
  const list = Array.isArray(value) ? value : value === null ? [] : split(field, value);
  const kept: Value[] = [];
  let inOrder = true;
  let last = '';
  for (const member of list) {
    const one = typeof member === 'string' ? memberText(field, member) : member;
    if (one === null || one === '') continue;
    const key = keyOf(one);
    inOrder &&= last < key;
    last = key;
    kept.push(one);
  }
  if (kept.length === 0) return field.normal.emptyIsNull === true && field.normal.nullIsEmpty !== true ? null : kept;
  return inOrder ? kept : ordered(kept);
}

/** Order does not count in a set, so every set is kept in the same one, without doubles. */
function ordered(members: readonly Value[]): Value {
  const byKey = new Map(members.map((member) => [keyOf(member), member]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, member]) => member);
}

function keyOf(member: Value): string {
  return typeof member === 'string' ? member : JSON.stringify(member);
}

function memberText(field: FieldDescription, member: string): string {
  const text = field.normal.lowerCase === true ? member.toLowerCase() : member;
  return text.trim();
}

function split(field: FieldDescription, value: Value): readonly Value[] {
  return field.type === 'options' && typeof value === 'string' ? value.split(';') : [value];
}
