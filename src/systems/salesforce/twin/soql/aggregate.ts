import type {
  FieldFunctionExpression,
  FieldType,
  GroupByClause,
  HavingClause,
  OrderByClause,
  Query,
} from '@jetstreamapp/soql-parser-js';
import type { Json, JsonObject } from '../../../../twins/json.ts';
import { apiError } from '../errors.ts';
import type { ObjectDefinition } from '../object.ts';
import type { StoredRow } from '../row.ts';
import { formatDateTime } from '../time.ts';
import { dateFunction } from './functions.ts';
import { toList } from './parse.ts';
import { type Asker, type Path, resolvePath, splitPath } from './path.ts';

export function isAggregate(query: Query): boolean {
  return query.groupBy !== undefined || (query.fields ?? []).some(isAggregateField);
}

/** `SELECT COUNT() FROM …`: answered by totalSize alone. */
export function isBareCount(query: Query): boolean {
  const [field, ...more] = query.fields ?? [];
  return (
    field?.type === 'FieldFunctionExpression' &&
    more.length === 0 &&
    field.functionName.toUpperCase() === 'COUNT' &&
    field.parameters.length === 0
  );
}

function isAggregateField(field: FieldType): boolean {
  return aggregateOf(field) !== null;
}

function aggregateOf(field: FieldType): { readonly fn: FieldFunctionExpression; readonly aggregate: Aggregate } | null {
  if (field.type !== 'FieldFunctionExpression') return null;
  const aggregate = aggregates[field.functionName.toUpperCase()];
  return aggregate === undefined ? null : { fn: field, aggregate };
}

type Aggregate = (rows: readonly StoredRow[], path: Path | null) => Json;

const valuesOf = (rows: readonly StoredRow[], path: Path | null): Json[] =>
  path === null ? [] : rows.map(path.get).filter((value) => value !== null);
const numbersOf = (rows: readonly StoredRow[], path: Path | null): number[] => valuesOf(rows, path).map(Number);
const show = (path: Path | null, value: Json): Json =>
  path?.field.type === 'datetime' && typeof value === 'number' ? formatDateTime(value) : value;
const extreme = (rows: readonly StoredRow[], path: Path | null, sign: 1 | -1): Json => {
  let best: Json = null;
  for (const value of valuesOf(rows, path)) {
    const isBetter =
      best === null ||
      (typeof value === 'number' && typeof best === 'number'
        ? (value - best) * sign > 0
        : (String(value) > String(best) ? 1 : -1) === sign);
    if (isBetter) best = value;
  }
  return show(path, best);
};

const aggregates: Readonly<Record<string, Aggregate>> = {
  COUNT: (rows, path) => (path === null ? rows.length : valuesOf(rows, path).length),
  COUNT_DISTINCT: (rows, path) =>
    new Set(valuesOf(rows, path).map((value) => (typeof value === 'string' ? value.toLowerCase() : value))).size,
  SUM: (rows, path) =>
    valuesOf(rows, path).length === 0 ? null : numbersOf(rows, path).reduce((sum, value) => sum + value, 0),
  AVG: (rows, path) =>
    valuesOf(rows, path).length === 0
      ? null
      : numbersOf(rows, path).reduce((sum, value) => sum + value, 0) / valuesOf(rows, path).length,
  MIN: (rows, path) => extreme(rows, path, -1),
  MAX: (rows, path) => extreme(rows, path, 1),
};

/** One record per group, `expr0`, `expr1`… where a function has no alias. */
export function aggregateRows(
  asker: Asker,
  object: ObjectDefinition,
  query: Query,
  rows: readonly StoredRow[],
): JsonObject[] {
  const alias = query.sObjectAlias;
  const resolve = (name: string): Path => resolvePath(asker, object, splitPath(name, object, alias));
  const clauses = toList(query.groupBy);
  const subtotals = clauses.map(subtotalsOf).find((found) => found !== null) ?? null;
  if (subtotals !== null && clauses.length > 1)
    throw apiError(400, 'MALFORMED_QUERY', 'ROLLUP and CUBE cannot be combined with other fields in GROUP BY');
  const keys: Keys =
    subtotals === null
      ? clauses.map((clause) =>
          'field' in clause
            ? { text: clause.field, path: resolve(clause.field) }
            : {
                text: clause.fn.rawValue ?? String(clause.fn.functionName),
                path: dateFunction(asker, object, alias, clause.fn),
              },
        )
      : subtotals.fields.map((text) => ({ text, path: resolve(text) }));
  for (const { path, text } of keys) {
    if (!path.field.describe.groupable)
      throw apiError(400, 'INVALID_FIELD', `field '${text}' can not be grouped in a query call`);
  }
  const columns = columnsOf(query.fields ?? [], keys, resolve);
  const groups = groupRows(rows, keys, subtotals?.kind ?? null);
  const keeps = query.having === undefined ? () => true : compileHaving(query.having, keys, resolve);
  const kept = groups.filter(keeps).sort(compileOrder(toList(query.orderBy), columns, keys, resolve));
  return kept.map((group) => {
    const record: Record<string, Json> = { attributes: { type: 'AggregateResult' } };
    for (const { name, value } of columns) record[name] = value(group);
    return record;
  });
}

interface Subtotals {
  readonly kind: 'ROLLUP' | 'CUBE';
  readonly fields: readonly string[];
}

/** `ROLLUP(a, b)` and `CUBE(a, b)` (SOQL and SOSL Reference, "GROUP BY ROLLUP"); three fields at most. */
function subtotalsOf(clause: GroupByClause): Subtotals | null {
  if ('field' in clause) return null;
  const kind = String(clause.fn.functionName).toUpperCase();
  if (kind !== 'ROLLUP' && kind !== 'CUBE') return null;
  const fields = (clause.fn.parameters ?? []).map(String);
  if (fields.length === 0 || fields.length > 3)
    throw apiError(400, 'MALFORMED_QUERY', `${kind} takes one to three fields`);
  return { kind, fields };
}

/** Rows by equal keys; with subtotals, also by some of the keys and by none. */
function groupRows(rows: readonly StoredRow[], keys: Keys, kind: Subtotals['kind'] | null): readonly Group[] {
  const positions = keys.map((_, i) => i);
  const sets: readonly (readonly number[])[] =
    kind === null
      ? [positions]
      : kind === 'ROLLUP'
        ? [...positions, keys.length].map((length) => positions.slice(0, length)).reverse()
        : Array.from({ length: 2 ** keys.length }, (_, bits) => positions.filter((i) => (bits & (1 << i)) === 0));
  return sets.flatMap((set) => {
    const over = new Set(keys.filter((_, i) => !set.includes(i)).map(({ text }) => text.toLowerCase()));
    const groups = new Map<string, StoredRow[]>();
    // Without a key there is one group, though it be empty.
    if (set.length === 0 && (keys.length === 0 || rows.length > 0)) groups.set('[]', []);
    for (const row of rows) {
      const key = JSON.stringify(set.map((i) => lower(keys[i]?.path.get(row) ?? null)));
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [row]);
      else group.push(row);
    }
    return [...groups.values()].map((group) => ({ rows: group, over }));
  });
}

/** By a grouped field, an aggregate or the alias of a column; nulls first unless it is said otherwise. */
function compileOrder(
  clauses: readonly OrderByClause[],
  columns: readonly Column[],
  keys: Keys,
  resolve: Resolve,
): (one: Group, two: Group) => number {
  const order = clauses.map((clause) => {
    const text = 'field' in clause ? clause.field : String(clause.fn.rawValue ?? clause.fn.functionName);
    const key = keys.find((one) => one.text.toLowerCase() === text.toLowerCase());
    const column = columns.find(({ name }) => name.toLowerCase() === text.toLowerCase());
    const sign = clause.order === 'DESC' ? -1 : 1;
    const nulls = clause.nulls === 'LAST' ? 1 : -1;
    return { sign, nulls, value: groupValue(clause, key?.path, column, resolve, text) };
  });
  return (one, two) => {
    for (const { sign, nulls, value } of order) {
      const [a, b] = [lower(value(one)), lower(value(two))];
      if (a === b) continue;
      if (a === null || b === null) return a === null ? nulls : -nulls;
      return a < b ? -sign : sign;
    }
    return 0;
  };
}

function groupValue(
  clause: OrderByClause,
  key: Path | undefined,
  column: Column | undefined,
  resolve: Resolve,
  text: string,
): (group: Group) => Json {
  if (key !== undefined) return keyValue(text, key);
  if (column !== undefined) return column.value;
  if ('fn' in clause && String(clause.fn.functionName).toUpperCase() === 'GROUPING')
    return isTotal(String(clause.fn.parameters?.[0]));
  const aggregate = 'fn' in clause ? aggregates[String(clause.fn.functionName).toUpperCase()] : undefined;
  if (aggregate === undefined || !('fn' in clause))
    throw apiError(400, 'MALFORMED_QUERY', `Ordered field must be grouped or aggregated: ${text}`);
  const [argument] = clause.fn.parameters ?? [];
  const path = argument === undefined ? null : resolve(String(argument));
  return (group) => aggregate(group.rows, path);
}

interface Group {
  readonly rows: readonly StoredRow[];
  /** Keys, in lower case, that this group takes together: a subtotal. */
  readonly over: ReadonlySet<string>;
}
interface Column {
  readonly name: string;
  readonly value: (group: Group) => Json;
}
type Keys = readonly { readonly text: string; readonly path: Path }[];
type Resolve = (name: string) => Path;

function columnsOf(fields: readonly FieldType[], keys: Keys, resolve: Resolve): readonly Column[] {
  let unnamed = 0;
  return fields.map((field) => {
    const known = aggregateOf(field);
    if (known !== null) {
      const name = known.fn.alias ?? `expr${unnamed++}`;
      const [argument] = known.fn.parameters;
      const path = argument === undefined ? null : resolve(String(argument));
      return { name, value: (group) => known.aggregate(group.rows, path) };
    }
    const text = field.type === 'Field' ? field.field : 'rawValue' in field ? String(field.rawValue) : '';
    if ('functionName' in field && field.functionName.toUpperCase() === 'GROUPING')
      return { name: field.alias ?? `expr${unnamed++}`, value: isTotal(String(field.parameters[0])) };
    const key = keys.find((one) => one.text.toLowerCase() === text.toLowerCase());
    if (key === undefined) throw apiError(400, 'MALFORMED_QUERY', `Field must be grouped or aggregated: ${text}`);
    const named = 'alias' in field && typeof field.alias === 'string' ? field.alias : undefined;
    const name = named ?? ('functionName' in field ? `expr${unnamed++}` : key.path.field.name);
    const value = keyValue(key.text, key.path);
    return { name, value: (group) => show(key.path, value(group)) };
  });
}

/** What all rows of a group share; null where it is taken together with others. */
function keyValue(text: string, path: Path): (group: Group) => Json {
  return ({ rows: [row], over }) => (row === undefined || over.has(text.toLowerCase()) ? null : path.get(row));
}

/** `GROUPING(field)`: 1 where the row is a subtotal over the field. */
function isTotal(text: string): (group: Group) => Json {
  return ({ over }) => (over.has(text.toLowerCase()) ? 1 : 0);
}

/** Comparisons of aggregates or group fields with a literal, joined by AND or OR from left to right. */
function compileHaving(having: HavingClause, keys: Keys, resolve: Resolve): (group: Group) => boolean {
  const { left } = having;
  const test = (group: Group): boolean => {
    if ('fn' in left) {
      const [argument] = left.fn.parameters ?? [];
      const value =
        aggregates[String(left.fn.functionName).toUpperCase()]?.(
          group.rows,
          argument === undefined ? null : resolve(String(argument)),
        ) ?? null;
      return holds(value, left.operator, toList<string>(left.value)[0] ?? '');
    }
    if (!('field' in left) || !('value' in left)) return true;
    const key = keys.find(({ text }) => text.toLowerCase() === left.field.toLowerCase());
    const [row] = group.rows;
    return (
      key !== undefined &&
      row !== undefined &&
      holds(keyValue(key.text, key.path)(group), left.operator, toList<string>(left.value)[0] ?? '')
    );
  };
  if (!('right' in having)) return test;
  const rest = compileHaving(having.right, keys, resolve);
  return having.operator === 'OR' ? (group) => test(group) || rest(group) : (group) => test(group) && rest(group);
}

function holds(value: Json, operator: string, literal: string): boolean {
  const target = literal.startsWith("'") ? literal.slice(1, -1).toLowerCase() : Number(literal);
  const own = typeof target === 'string' ? lower(value) : Number(value);
  if (operator === '=') return own === target;
  if (operator === '!=') return own !== target;
  if (own === null || typeof own !== typeof target) return false;
  if (operator === '>') return own > target;
  if (operator === '>=') return own >= target;
  return operator === '<' ? own < target : own <= target;
}

function lower(value: Json): Json {
  return typeof value === 'string' ? value.toLowerCase() : value;
}
