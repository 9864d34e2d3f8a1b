import type { Range } from '../../../../twins/collection.ts';
import type { Json } from '../../../../twins/json.ts';
import type { FieldDefinition } from '../field.ts';
import type { ObjectDefinition } from '../object.ts';
import type { StoredRow } from '../row.ts';
import type { RowOrder } from '../store.ts';
import { type Comparison, comparable } from './condition.ts';
import type { Logic } from './parse.ts';
import type { Asker } from './path.ts';

/** In what order the rows are wanted; only orders that an index has. */
export interface Wanted {
  readonly order: RowOrder;
  readonly descending: boolean;
}

/** Rows among which all matches are, and whether they come in the wanted order already. */
export interface Scan {
  readonly rows: Iterable<StoredRow>;
  readonly sorted: boolean;
}

const orderOfField: Readonly<Record<string, RowOrder>> = {
  SystemModstamp: 'stamp',
  LastModifiedDate: 'modified',
  CreatedDate: 'created',
  Id: 'id',
};

/** Below this many rows a look at every one is cheaper than an index. */
const small = 200;

/**
 * Chooses how to find the rows: by id, by an index on a field that is compared with `=` or IN, by a stretch of an ordered index, or all.
 * Without this a page of a keyset over 500,000 rows would sort them all.
 */
export function chooseScan(
  asker: Asker,
  object: ObjectDefinition,
  logic: Logic<Comparison> | null,
  wanted: Wanted | null,
): Scan {
  const table = asker.org.store.rows(object.name);
  const conjuncts = logic === null ? [] : conjunctsOf(logic);
  for (const { path, operator, values } of conjuncts) {
    if (path.direct && path.field.type === 'id' && values !== null && (operator === '=' || operator === 'IN')) {
      return { rows: values.flatMap((id) => table.get(String(id)) ?? []), sorted: false };
    }
  }
  const byValue = table.size <= small ? null : bestByValue(asker, object, conjuncts);
  const orders = logic === null ? [] : (['stamp', 'modified', 'created', 'id'] as const);
  const bounded = orders.find((order) => isBounded(rangeOf(logic, order)));
  if (byValue !== null && (byValue.length < 2_000 || bounded === undefined)) return { rows: byValue, sorted: false };
  const order = wanted?.order ?? bounded;
  if (order === undefined) return { rows: table.values(), sorted: false };
  // A bound on another index than the wanted order's would skip rows only by sorting the rest.
  const range = rangeOf(logic, order);
  if (bounded !== undefined && !isBounded(range))
    return { rows: table.ordered(bounded, rangeOf(logic, bounded)), sorted: false };
  return {
    rows: wanted?.descending === true ? table.descending(order, range) : table.ordered(order, range),
    sorted: wanted !== null,
  };
}

/** The order that an index can give for the first ORDER BY fields, ties by id. */
export function wantedOrder(
  fields: readonly { readonly name: string; readonly direct: boolean; readonly descending: boolean }[],
): Wanted | null {
  const [first, second] = fields;
  if (first === undefined || !first.direct) return null;
  const order = orderOfField[first.name];
  if (order === undefined) return null;
  const tieFits =
    second === undefined || (second.direct && second.name === 'Id' && second.descending === first.descending);
  return order === 'id' || (tieFits && fields.length <= 2) ? { order, descending: first.descending } : null;
}

/** The comparisons that hold of every match. */
export function conjunctsOf(logic: Logic<Comparison>): readonly Comparison[] {
  if (logic.is === 'leaf') return [logic.of];
  return logic.is === 'all' ? logic.of.flatMap(conjunctsOf) : [];
}

function bestByValue(
  asker: Asker,
  object: ObjectDefinition,
  conjuncts: readonly Comparison[],
): readonly StoredRow[] | null {
  const table = asker.org.store.rows(object.name);
  let best: readonly StoredRow[] | null = null;
  for (const { path, operator, values } of conjuncts) {
    const { field, direct, get } = path;
    if (
      !direct ||
      values === null ||
      (operator !== '=' && operator !== 'IN') ||
      values.includes(null) ||
      !isIndexed(field)
    )
      continue;
    const index = `match:${field.name}`;
    table.ensureIndex(index, (row) => indexKey(comparable(field, get(row))));
    const rows = values.flatMap((value) => table.by(index, indexKey(value) ?? ''));
    if (best === null || rows.length < best.length) best = rows;
  }
  return best;
}

function indexKey(value: Json): string | null {
  return value === null ? null : String(value);
}

/** Values that tell rows apart and lie in the row itself. Datetimes have orders of their own. */
function isIndexed({ type, describe }: FieldDefinition): boolean {
  if (['boolean', 'datetime', 'date', 'address', 'location', 'multipicklist'].includes(type)) return false;
  return describe.createable || describe.updateable || describe.idLookup;
}

function isBounded(range: Range): boolean {
  return range.from !== undefined || range.to !== undefined || range.after !== undefined;
}

/** The stretch of an ordered index outside which the condition cannot hold. */
export function rangeOf(logic: Logic<Comparison> | null, order: RowOrder): Range {
  if (order === 'id') {
    const after = logic === null ? null : idAfter(logic);
    return after === null ? {} : { after: { at: 0, tie: after } };
  }
  const [from, to] = logic === null ? unbounded : bounds(logic, order);
  return { ...(from === Number.NEGATIVE_INFINITY ? {} : { from }), ...(to === Number.POSITIVE_INFINITY ? {} : { to }) };
}

type Bounds = readonly [from: number, to: number];
const unbounded: Bounds = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

function bounds(logic: Logic<Comparison>, order: RowOrder): Bounds {
  if (logic.is === 'not') return unbounded;
  if (logic.is === 'leaf') {
    const { path, operator, values } = logic.of;
    const value = values?.[0];
    if (!path.direct || orderOfField[path.field.name] !== order || typeof value !== 'number') return unbounded;
    if (operator === '=') return [value, value];
    if (operator === '>' || operator === '>=') return [value, Number.POSITIVE_INFINITY];
    return operator === '<' || operator === '<=' ? [Number.NEGATIVE_INFINITY, value] : unbounded;
  }
  const parts = logic.of.map((part) => bounds(part, order));
  const [froms, tos] = [parts.map(([from]) => from), parts.map(([, to]) => to)];
  return logic.is === 'all' ? [Math.max(...froms), Math.min(...tos)] : [Math.min(...froms), Math.max(...tos)];
}

/** The id after which all matches come: `Id > 'x'` as a condition of its own. */
function idAfter(logic: Logic<Comparison>): string | null {
  for (const { path, operator, values } of conjunctsOf(logic)) {
    const value = values?.[0];
    if (path.direct && path.field.type === 'id' && operator === '>' && typeof value === 'string') return value;
  }
  return null;
}
