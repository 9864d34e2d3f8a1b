import type { Json } from '../../../../twins/json.ts';
import { apiError } from '../errors.ts';
import type { FieldDefinition } from '../field.ts';
import { toId18 } from '../ids.ts';
import type { ObjectDefinition } from '../object.ts';
import type { StoredRow } from '../row.ts';
import { parseDate, parseDateTime } from '../time.ts';
import { dateFunction } from './functions.ts';
import { dateLiteral, likePattern, type Stretch, unquote } from './literal.ts';
import type { Leaf, Logic } from './parse.ts';
import { toList } from './parse.ts';
import { type Asker, type Path, resolvePath, splitPath } from './path.ts';

export type Predicate = (row: StoredRow) => boolean;

/** One comparison, resolved: what it reads and what it compares with. The planner looks for indexes in these. */
export interface Comparison {
  readonly path: Path;
  readonly operator: string;
  /** Normalised as `comparable` does; several for IN. Null for stretches of time. */
  readonly values: readonly Json[] | null;
  readonly holds: Predicate;
}

/** Runs a semi-join's inner query and answers its ids. */
export type InnerQuery = (leaf: Leaf) => readonly string[];

export interface Context {
  readonly asker: Asker;
  readonly object: ObjectDefinition;
  readonly alias: string | undefined;
  readonly inner: InnerQuery;
}

export function compileLogic(logic: Logic<Leaf>, context: Context): Logic<Comparison> {
  if (logic.is === 'leaf') return { is: 'leaf', of: compileLeaf(logic.of, context) };
  if (logic.is === 'not') return { is: 'not', of: compileLogic(logic.of, context) };
  return { is: logic.is, of: logic.of.map((part) => compileLogic(part, context)) };
}

export function toPredicate(logic: Logic<Comparison>): Predicate {
  if (logic.is === 'leaf') return logic.of.holds;
  if (logic.is === 'not') {
    const inner = toPredicate(logic.of);
    return (row) => !inner(row);
  }
  const parts = logic.of.map(toPredicate);
  const [one, two] = parts;
  if (logic.is === 'all' && parts.length === 2 && one !== undefined && two !== undefined)
    return (row) => one(row) && two(row);
  return logic.is === 'all' ? (row) => parts.every((part) => part(row)) : (row) => parts.some((part) => part(row));
}

function compileLeaf(leaf: Leaf, { asker, object, alias, inner }: Context): Comparison {
  const path =
    'fn' in leaf
      ? dateFunction(asker, object, alias, leaf.fn)
      : resolvePath(asker, object, splitPath(leaf.field, object, alias));
  const { field } = path;
  const name = 'fn' in leaf ? field.name : leaf.field;
  // A whole address is described as filterable for the sake of DISTANCE alone.
  if (!field.describe.filterable || field.type === 'address')
    throw apiError(400, 'INVALID_FIELD', `field '${name}' can not be filtered in a query call`);
  const operator = leaf.operator.toUpperCase();
  if ('valueQuery' in leaf) return membership(path, operator, [...inner(leaf)]);
  const literals = toList<string>(leaf.value);
  const types = toList<string>(leaf.literalType);
  const typeAt = (i: number): string => types[i] ?? types[0] ?? 'STRING';
  if (operator === 'LIKE') return like(path, literals);
  const stretch = typeAt(0).startsWith('DATE_') ? dateLiteral(literals[0] ?? '', asker.org.clock.now()) : null;
  if (stretch !== null) return within(path, operator, stretch);
  const values = literals.map((literal, i) => literalValue(field, name, literal, typeAt(i)));
  if (operator === 'IN' || operator === 'NOT IN') return membership(path, operator, values);
  if (operator === 'INCLUDES' || operator === 'EXCLUDES') return includes(path, operator, values);
  return comparison(path, operator, values[0] ?? null);
}

/** What is compared, in one form: text in lower case unless the field minds case, ids with 18 characters. */
export function comparable(field: FieldDefinition, value: Json): Json {
  if (typeof value !== 'string') return value;
  if (field.type === 'id' || field.type === 'reference') return value.length === 15 ? (toId18(value) ?? value) : value;
  return field.describe.caseSensitive ? value : value.toLowerCase();
}

function literalValue(field: FieldDefinition, name: string, literal: string, literalType: string): Json {
  if (literalType === 'NULL') return null;
  const quoted = literalType === 'STRING';
  const mustBe = (type: string, quotes: boolean): Error => {
    const tail = quotes ? ' and should not be enclosed in quotes' : '';
    return apiError(
      400,
      'INVALID_FIELD',
      `value of filter criterion for field '${name}' must be of type ${type}${tail}`,
    );
  };
  switch (field.type) {
    case 'boolean':
      if (literalType !== 'BOOLEAN') throw mustBe('boolean', quoted);
      return literal.toUpperCase() === 'TRUE';
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      if (quoted || Number.isNaN(Number(literal))) throw mustBe(field.type === 'int' ? 'int' : 'double', quoted);
      return Number(literal);
    case 'date': {
      const date = quoted ? null : parseDate(literal);
      if (date === null) throw mustBe('date', quoted);
      return date;
    }
    case 'datetime': {
      const ms = quoted || literalType === 'DATE' ? null : parseDateTime(literal);
      if (ms === null) throw mustBe('dateTime', quoted);
      return ms;
    }
    case 'time':
      return unquote(literal);
    default: {
      if (!quoted) throw mustBe('string', false);
      const text = unquote(literal);
      if (
        (field.type === 'id' || field.type === 'reference') &&
        text !== '' &&
        text.length !== 15 &&
        text.length !== 18
      )
        return text;
      return comparable(field, text);
    }
  }
}

function comparison(path: Path, operator: string, value: Json): Comparison {
  const { field, get } = path;
  const read =
    typeof value === 'string' && field.type !== 'date' ? (row: StoredRow): Json => comparable(field, get(row)) : get;
  const holds = ((): Predicate => {
    // An empty text is null in this vendor's rows.
    const target = value === '' ? null : value;
    if (operator === '=') return (row) => read(row) === target;
    if (operator === '!=' || operator === '<>') return (row) => read(row) !== target;
    if (target === null || typeof target === 'object') return () => false;
    const test = orders[operator];
    if (test === undefined)
      throw apiError(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid operator on field '${field.name}'`);
    return (row) => {
      const value = read(row);
      return value !== null && typeof value === typeof target && test(compare(value, target));
    };
  })();
  return { path, operator, values: [value === '' ? null : value], holds };
}

const orders: Readonly<Record<string, (difference: number) => boolean>> = {
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
};

function compare(one: Json, two: Json): number {
  if (typeof one === 'number' && typeof two === 'number') return one - two;
  const [a, b] = [String(one), String(two)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function membership(path: Path, operator: string, values: readonly Json[]): Comparison {
  const set = new Set(values.map((value) => (value === '' ? null : value)));
  const { field, get } = path;
  const isIn = (row: StoredRow): boolean => set.has(comparable(field, get(row)));
  return { path, operator, values: [...set], holds: operator === 'IN' ? isIn : (row) => !isIn(row) };
}

const likeable = new Set(['string', 'textarea', 'picklist', 'combobox', 'email', 'phone', 'url', 'encryptedstring']);

function like(path: Path, literals: readonly string[]): Comparison {
  const { type } = path.field;
  if (!likeable.has(type)) throw apiError(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid operator on ${type} field`);
  const patterns = literals.map(likePattern);
  const { get } = path;
  const holds = (row: StoredRow): boolean => {
    const value = get(row);
    return typeof value === 'string' && patterns.some((pattern) => pattern.test(value));
  };
  return { path, operator: 'LIKE', values: null, holds };
}

/** Each wanted value may name several, joined by `;`, which must all be chosen. */
function includes(path: Path, operator: string, values: readonly Json[]): Comparison {
  const wanted = values.map((value) => String(value).split(';'));
  const { get } = path;
  const has = (row: StoredRow): boolean => {
    const chosen = new Set(
      String(get(row) ?? '')
        .toLowerCase()
        .split(';'),
    );
    return wanted.some((all) => all.every((one) => chosen.has(one.toLowerCase())));
  };
  return { path, operator, values: null, holds: operator === 'INCLUDES' ? has : (row) => !has(row) };
}

function within(path: Path, operator: string, { from, to }: Stretch): Comparison {
  const { get, field } = path;
  const at = (row: StoredRow): number | null => {
    const value = get(row);
    if (typeof value === 'number') return value;
    return typeof value === 'string' && field.type === 'date' ? Date.parse(value) : null;
  };
  const tests: Readonly<Record<string, (ms: number) => boolean>> = {
    '=': (ms) => ms >= from && ms < to,
    '!=': (ms) => ms < from || ms >= to,
    '<': (ms) => ms < from,
    '<=': (ms) => ms < to,
    '>': (ms) => ms >= to,
    '>=': (ms) => ms >= from,
  };
  const test = tests[operator] ?? (() => false);
  const holds = (row: StoredRow): boolean => {
    const ms = at(row);
    return ms === null ? operator === '!=' : test(ms);
  };
  return { path, operator, values: null, holds };
}
