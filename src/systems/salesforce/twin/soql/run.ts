import type { FieldSubquery, OrderByClause, Query, Subquery } from '@jetstreamapp/soql-parser-js';
import type { Json, JsonObject } from '../../../../twins/json.ts';
import { ApiError, apiError } from '../errors.ts';
import { isPlatformEvent, type ObjectDefinition } from '../object.ts';
import type { Org } from '../org.ts';
import type { Getter } from '../read.ts';
import type { StoredRow } from '../row.ts';
import { aggregateRows, isAggregate, isBareCount } from './aggregate.ts';
import { type Comparison, type Context, compileLogic, toPredicate } from './condition.ts';
import { dateFunction } from './functions.ts';
import { type Leaf, type Logic, parseStatement, quoting, toList, toLogic } from './parse.ts';
import { type Asker, noSuchObject, type Path, resolvePath, splitPath } from './path.ts';
import { chooseScan, conjunctsOf, wantedOrder } from './plan.ts';
import { compileSelect, type Project } from './select.ts';

/** What a query found: rows that are turned into records when their page is asked for, or finished records of an aggregate. */
export interface Found {
  readonly object: ObjectDefinition;
  readonly total: number;
  readonly rows: readonly StoredRow[];
  readonly project: Project;
  /** Records of an aggregate; then there are no rows. */
  readonly records: readonly JsonObject[] | null;
}

export interface RunOptions {
  readonly org: Org;
  readonly user: string | null;
  /** `queryAll`. */
  readonly all: boolean;
  /** Objects of the Tooling API instead of the data API's. */
  readonly tooling: boolean;
  readonly version: string;
}

export function runQuery(text: string, { org, user, all, tooling, version }: RunOptions): Found {
  const statement = parseStatement(text);
  const asker: Asker = { org, user, text, all: all || statement.allRows, version };
  const { query } = statement;
  const name = query.sObject ?? '';
  const object = org.access.object(name, user);
  if (object === undefined || (object.tooling && !tooling) || isPlatformEvent(object)) throw noSuchObject(asker, name);
  checkFields(query, asker);
  if ((query.offset ?? 0) > 2_000)
    throw apiError(400, 'NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset allowed is 2000');
  return find(asker, object, query);
}

/** Rows of the object that fulfil the query's conditions, ordered and cut as it says. */
function find(asker: Asker, object: ObjectDefinition, query: Query): Found {
  const logic = compileWhere(asker, object, query);
  if (object.name === 'ContentDocumentLink') checkLinks(logic);
  if (isAggregate(query)) {
    const rows = matching(asker, chooseScan(asker, object, logic, null).rows, logic);
    if (isBareCount(query))
      return {
        object,
        total: Math.min(rows.length, query.limit ?? rows.length),
        rows: [],
        project: () => ({}),
        records: [],
      };
    const records = aggregateRows(asker, object, query, rows).slice(query.offset ?? 0);
    const cut = records.slice(0, query.limit ?? 2_000);
    return { object, total: cut.length, rows: [], project: () => ({}), records: cut };
  }
  const project = compileSelect(asker, object, query.fields ?? [], query.sObjectAlias, (field, parent) =>
    compileChildren(asker, field, parent),
  );
  const rows = select(asker, object, query, logic);
  return { object, total: rows.length, rows, project, records: null };
}

function select(
  asker: Asker,
  object: ObjectDefinition,
  query: Query | Subquery,
  logic: Logic<Comparison> | null,
  among?: Iterable<StoredRow>,
): StoredRow[] {
  const order = compileOrder(asker, object, query);
  const wanted = wantedOrder(
    order.map(({ path, descending }) => ({ name: path.field.name, direct: path.direct, descending })),
  );
  const scan = among === undefined ? chooseScan(asker, object, logic, wanted) : { rows: among, sorted: false };
  const offset = query.offset ?? 0;
  const end = query.limit === undefined ? Number.POSITIVE_INFINITY : offset + query.limit;
  const unordered = order.length === 0 || scan.sorted;
  const rows = matching(asker, scan.rows, logic, unordered ? end : undefined);
  if (!unordered) rows.sort(comparer(order));
  return offset === 0 && rows.length <= end ? rows : rows.slice(offset, end);
}

/** The rows that match, in the order in which they come, at most so many. A plain loop: a poll looks at every row that is newer. */
function matching(
  asker: Asker,
  rows: Iterable<StoredRow>,
  logic: Logic<Comparison> | null,
  most = Number.POSITIVE_INFINITY,
): StoredRow[] {
  const holds = logic === null ? null : toPredicate(logic);
  const { access, clock } = asker.org;
  const sees = access.seer(asker.user);
  const archivedBefore = clock.now() - 365 * 86_400_000;
  const found: StoredRow[] = [];
  for (const row of rows) {
    if (found.length >= most) break;
    if (!asker.all && (row.deleted || isArchived(row, archivedBefore))) continue;
    if ((holds === null || holds(row)) && (sees === null || sees(row))) found.push(row);
  }
  return found;
}

/** Activities that ended over a year ago are archived: only queryAll shows them. */
export function isArchived(row: StoredRow, before: number): boolean {
  if (row.object !== 'Task' && row.object !== 'Event') return false;
  const { ActivityDate, IsClosed } = row.values;
  return (
    typeof ActivityDate === 'string' &&
    Date.parse(ActivityDate) < before &&
    (row.object === 'Event' || IsClosed === true)
  );
}

function compileWhere(asker: Asker, object: ObjectDefinition, query: Query | Subquery): Logic<Comparison> | null {
  const logic = query.where === undefined ? null : toLogic(query.where, asker.text);
  const context: Context = { asker, object, alias: query.sObjectAlias, inner: (leaf) => innerValues(asker, leaf) };
  const compiled = logic === null ? null : compileLogic(logic, context);
  if (query.usingScope?.toLowerCase() !== 'mine' || asker.user === null) return compiled;
  const path = resolvePath(asker, object, ['OwnerId']);
  const mine: Logic<Comparison> = {
    is: 'leaf',
    of: { path, operator: '=', values: [asker.user], holds: (row) => path.get(row) === asker.user },
  };
  return compiled === null ? mine : { is: 'all', of: [mine, compiled] };
}

/** A condition in SOQL's words as a test of single rows; validation rules use it. Throws ApiError where it cannot be read. */
export function compileCondition(org: Org, object: ObjectDefinition, condition: string): (row: StoredRow) => boolean {
  const text = `SELECT Id FROM ${object.name} WHERE ${condition}`;
  const asker: Asker = { org, user: null, text, all: true, version: '60.0' };
  const logic = compileWhere(asker, object, parseStatement(text).query);
  return logic === null ? () => true : toPredicate(logic);
}

/** A query as a test of single rows, for whoever watches them change. */
export interface Watch {
  readonly object: ObjectDefinition;
  readonly holds: (row: StoredRow) => boolean;
  readonly project: Project;
  readonly selected: readonly Getter[];
  readonly compared: readonly Getter[];
}

/** Null where the statement cannot be watched: it is none, or more than fields of one object under conditions. */
export function compileWatch(org: Org, text: string): Watch | null {
  const asker: Asker = { org, user: null, text, all: true, version: '60.0' };
  try {
    const { query } = parseStatement(text);
    const object = org.schema.find(query.sObject ?? '');
    const fields = query.fields ?? [];
    const isPlain = query.groupBy === undefined && query.limit === undefined && query.orderBy === undefined;
    if (object === undefined || object.tooling || !isPlain || fields.some(({ type }) => type !== 'Field')) return null;
    const logic = compileWhere(asker, object, query);
    const names = fields.flatMap((field) => (field.type === 'Field' ? [field.field] : []));
    return {
      object,
      holds: logic === null ? () => true : toPredicate(logic),
      project: compileSelect(asker, object, fields, query.sObjectAlias, () => () => null),
      selected: names.map((name) => resolvePath(asker, object, [name]).get),
      compared: logic === null ? [] : comparisonsOf(logic).map(({ path }) => path.get),
    };
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

function comparisonsOf(logic: Logic<Comparison>): readonly Comparison[] {
  if (logic.is === 'leaf') return [logic.of];
  return logic.is === 'not' ? comparisonsOf(logic.of) : logic.of.flatMap(comparisonsOf);
}

/** `… IN (SELECT AccountId FROM Contact …)`. */
function innerValues(asker: Asker, leaf: Leaf): readonly string[] {
  if (!('valueQuery' in leaf)) return [];
  const { valueQuery } = leaf;
  const object = asker.org.access.object(valueQuery.sObject ?? '', asker.user);
  if (object === undefined) throw noSuchObject(asker, valueQuery.sObject ?? '');
  const [field] = valueQuery.fields ?? [];
  if (field?.type !== 'Field') throw apiError(400, 'MALFORMED_QUERY', 'a nested query must select one field');
  const { get } = resolvePath(asker, object, [field.field]);
  const values = select(asker, object, valueQuery, compileWhere(asker, object, valueQuery)).map(get);
  return values.filter((value) => typeof value === 'string');
}

function compileChildren(
  asker: Asker,
  { subquery }: FieldSubquery,
  parent: ObjectDefinition,
): (row: StoredRow) => Json {
  const name = subquery.relationshipName;
  const { org, user } = asker;
  const relation = org.schema
    .childrenOf(parent.name)
    .find(({ field }) => field.childrenName?.toLowerCase() === name.toLowerCase());
  if (relation === undefined || relation.child.tooling || org.access.object(relation.child.name, user) === undefined) {
    const hint = `If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name.`;
    throw quoting(
      asker.text,
      name,
      'INVALID_TYPE',
      `Didn't understand relationship '${name}' in FROM part of query call. ${hint} Please reference your WSDL or the describe call for the appropriate names.`,
    );
  }
  const { child, field } = relation;
  const logic = compileWhere(asker, child, subquery);
  const project = compileSelect(asker, child, subquery.fields ?? [], subquery.sObjectAlias, () => () => null);
  const { get } = resolvePath(asker, child, [field.name]);
  const table = asker.org.store.rows(child.name);
  table.ensureIndex(`match:${field.name}`, (row) => {
    const value = get(row);
    return typeof value === 'string' ? value : null;
  });
  return (row) => {
    const rows = select(asker, child, subquery, logic, table.by(`match:${field.name}`, row.id));
    return rows.length === 0 ? null : { totalSize: rows.length, done: true, records: rows.map(project) };
  };
}

interface Order {
  readonly path: Path;
  readonly descending: boolean;
  readonly nullsLast: boolean;
}

function compileOrder(asker: Asker, object: ObjectDefinition, query: Query | Subquery): readonly Order[] {
  return toList<OrderByClause>(query.orderBy).map((clause) => {
    const path =
      'field' in clause
        ? resolvePath(asker, object, splitPath(clause.field, object, query.sObjectAlias))
        : dateFunction(asker, object, query.sObjectAlias, clause.fn);
    if (!path.field.describe.sortable)
      throw apiError(400, 'INVALID_FIELD', `field '${path.field.name}' can not be sorted in a query call`);
    return { path, descending: clause.order === 'DESC', nullsLast: clause.nulls === 'LAST' };
  });
}

function comparer(order: readonly Order[]): (one: StoredRow, two: StoredRow) => number {
  return (one, two) => {
    for (const { path, descending, nullsLast } of order) {
      const [a, b] = [sortKey(path, one), sortKey(path, two)];
      if (a === b) continue;
      if (a === null || b === null) return (a === null) === nullsLast ? 1 : -1;
      return a < b === descending ? 1 : -1;
    }
    return 0;
  };
}

function sortKey({ field, get }: Path, row: StoredRow): string | number | boolean | null {
  const value = get(row);
  if (typeof value === 'string') return field.type === 'id' || field.type === 'reference' ? value : value.toLowerCase();
  return typeof value === 'object' ? null : value;
}

/** Links of files are found from one of their ends alone. */
function checkLinks(logic: Logic<Comparison> | null): void {
  const isEnd = ({ path, operator }: Comparison): boolean =>
    /^(ContentDocumentId|LinkedEntityId)$/.test(path.field.name) && path.direct && /^(=|IN)$/.test(operator);
  if (logic !== null && conjunctsOf(logic).some(isEnd)) return;
  const ends = 'a single Id on ContentDocumentId or LinkedEntityId using the equals operator';
  const text = `Implementation restriction: ContentDocumentLink requires a filter by ${ends} or multiple Id's using the IN operator.`;
  throw apiError(400, 'MALFORMED_QUERY', text);
}

function checkFields(query: Query, asker: Asker): void {
  for (const field of query.fields ?? []) {
    if (field.type !== 'FieldFunctionExpression' || field.functionName.toUpperCase() !== 'FIELDS') continue;
    const standard = String(field.parameters[0]).toUpperCase() === 'STANDARD';
    if (!standard && (query.limit ?? Number.POSITIVE_INFINITY) > 200) {
      throw quoting(
        asker.text,
        'FIELDS',
        'MALFORMED_QUERY',
        'The SOQL FIELDS function must have a LIMIT of at most 200',
      );
    }
  }
}
