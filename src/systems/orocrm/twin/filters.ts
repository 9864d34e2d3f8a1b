import { attributeOf } from './draft.ts';
import { type Comparable, comparables, readSpans, type Span } from './filter-values.ts';
import type { Office } from './office.ts';
import type { Given, Operator } from './query.ts';
import { badParameter, type Problem } from './refusal.ts';
import type { Attribute, Relation, ResourceType } from './resource.ts';
import type { OroRecord } from './shelf.ts';

/** A filter that a record passes or not; `among` are the only records that can pass, where an index tells. */
export interface Test {
  readonly passes: (record: OroRecord) => boolean;
  readonly among?: () => readonly OroRecord[];
  /** Bounds in seconds, for the stamps: the ordered index can be walked from there, and what lies within them passes. */
  readonly stamp?: { readonly order: 'created' | 'updated'; readonly from: number; readonly to: number };
}

const equality: readonly Operator[] = ['eq', 'neq', 'exists', 'neq_or_null'];
const comparison: readonly Operator[] = [...equality, 'lt', 'lte', 'gt', 'gte'];

/** Undefined, and a problem, where the filter cannot be. A dot leads through relations: `owner.username`. */
export function compileFilter(office: Office, type: ResourceType, given: Given, problems: Problem[]): Test | undefined {
  const [first = '', ...rest] = given.name.split('.');
  const relation = type.relations.get(first);
  if (rest.length > 0 && relation !== undefined && relation.to.length === 1) {
    const target = office.type(relation.to[0] ?? '');
    const inner = target && compileFilter(office, target, { ...given, name: rest.join('.') }, problems);
    return inner && throughRelation(office, type, first, relation, inner);
  }
  if (rest.length === 0) {
    if (relation !== undefined) return relationTest(office, type, first, relation, given, problems);
    const attribute = attributeOf(office, type, first);
    if (attribute !== undefined && attribute.access !== 'secret' && attribute.kind !== 'object') {
      return attributeTest(office, type, first, attribute, given, problems);
    }
    if (first === 'id') return idTest(office, type, given, problems);
  }
  problems.push(badParameter(given.parameter, 'The filter is not supported.'));
  return undefined;
}

function throughRelation(office: Office, type: ResourceType, name: string, relation: Relation, inner: Test): Test {
  return {
    passes: (record) =>
      office.related(type, record, name, relation).some((ref) => {
        const target = office.get(ref);
        return target !== undefined && inner.passes(target);
      }),
  };
}

function idTest(office: Office, type: ResourceType, given: Given, problems: Problem[]): Test | undefined {
  const isInteger = type.id === 'integer';
  const spans = readSpans(isInteger ? 'integer' : 'string', true, given, isInteger ? comparison : equality, problems);
  if (spans === undefined) return undefined;
  const passes = compare(given.operator, spans, (record) => [isInteger ? Number(record.id) : record.id]);
  if (given.operator !== 'eq' || spans.some(({ from, to }) => from !== to)) return { passes };
  const ids = [...new Set(spans.map(({ from }) => String(from)))];
  return {
    passes,
    among: () => ids.map((id) => office.get({ type: type.name, id })).filter((row) => row !== undefined),
  };
}

function relationTest(
  office: Office,
  type: ResourceType,
  name: string,
  relation: Relation,
  given: Given,
  problems: Problem[],
): Test | undefined {
  const target = office.type(relation.to[0] ?? '');
  const kind = target?.id === 'code' || relation.to.length > 1 ? 'string' : 'integer';
  const spans = readSpans(kind, true, given, equality, problems);
  if (spans === undefined) return undefined;
  const read = (record: OroRecord): readonly Comparable[] =>
    office.related(type, record, name, relation).map(({ id }) => (kind === 'integer' ? Number(id) : id));
  const passes = compare(given.operator, spans, read);
  const isExact = given.operator === 'eq' && relation.to.length === 1 && relation.inverse === undefined;
  if (!isExact || spans.some(({ from, to }) => from !== to)) return { passes };
  const refs = spans.map(({ from }) => ({ type: relation.to[0] ?? '', id: String(from) }));
  return { passes, among: () => [...new Set(refs.flatMap((ref) => office.pointing(type, name, ref)))] };
}

function attributeTest(
  office: Office,
  type: ResourceType,
  name: string,
  attribute: Attribute,
  given: Given,
  problems: Problem[],
): Test | undefined {
  const { kind } = attribute;
  const allowed: readonly Operator[] =
    kind === 'text' ? ['exists'] : ['string', 'list', 'boolean'].includes(kind) ? equality : comparison;
  const isSplit = attribute.several === true || (kind !== 'string' && kind !== 'boolean');
  const folds = attribute.isEmail === true || attribute.item === 'email';
  const mode = folds ? office.switches.emailFilter : 'exact';
  const raw = readSpans(kind, isSplit, given, allowed, problems);
  if (raw === undefined) return undefined;
  const fold = (value: Comparable): Comparable =>
    typeof value === 'string' && mode === 'ignore-case' ? value.toLowerCase() : value;
  const spans = raw.map(({ from, to }) => ({ from: fold(from), to: fold(to) }));
  if (name === 'createdAt' || name === 'updatedAt') return stampTest(name, given.operator, spans);
  const read = (record: OroRecord): readonly Comparable[] =>
    comparables(attribute, record.values[name] ?? null).map(fold);
  const passes = compare(given.operator, spans, read);
  const isText = kind === 'string' || kind === 'list';
  if (!isText || given.operator !== 'eq') return { passes };
  const keys = (row: OroRecord): readonly string[] => read(row).map(String);
  const shelf = office.shelf(type.name);
  return {
    passes,
    among: () => [...new Set(spans.flatMap(({ from }) => shelf.find(`${mode} ${name}`, keys, String(from))))],
  };
}

function stampTest(name: 'createdAt' | 'updatedAt', operator: Operator, spans: readonly Span[]): Test {
  const order = name === 'createdAt' ? 'created' : 'updated';
  const passes = compare(operator, spans, (record) => (record[order] === null ? [] : [record[order]]));
  const [first] = spans;
  if (first === undefined || spans.length > 1) return { passes };
  const [from, to] = [Number(first.from), Number(first.to)];
  const end = Number.MAX_SAFE_INTEGER;
  const bounds: ReadonlyMap<Operator, readonly [number, number]> = new Map([
    ['eq', [from, to]],
    ['gte', [from, end]],
    ['gt', [from + 1, end]],
    ['lt', [0, from - 1]],
    ['lte', [0, from]],
  ]);
  const bound = bounds.get(operator);
  return bound === undefined ? { passes } : { passes, stamp: { order, from: bound[0], to: bound[1] } };
}

/** SQL's three-valued logic: what is NULL is neither equal nor unequal to anything. */
function compare(
  operator: Operator,
  spans: readonly Span[],
  read: (record: OroRecord) => readonly Comparable[],
): (record: OroRecord) => boolean {
  const isIn = (value: Comparable): boolean => spans.some(({ from, to }) => value >= from && value <= to);
  const [first] = spans;
  const bound = first?.from ?? 0;
  switch (operator) {
    case 'exists':
      return (record) => read(record).length > 0 === (bound === 1);
    case 'neq':
      return (record) => {
        const values = read(record);
        return values.length > 0 && !values.some(isIn);
      };
    case 'neq_or_null':
      return (record) => !read(record).some(isIn);
    case 'lt':
      return (record) => read(record).some((value) => value < bound);
    case 'lte':
      return (record) => read(record).some((value) => value <= bound);
    case 'gt':
      return (record) => read(record).some((value) => value > bound);
    case 'gte':
      return (record) => read(record).some((value) => value >= bound);
    default:
      return (record) => read(record).some(isIn);
  }
}

/** What a list is sorted by; null sorts where the database puts it. */
export function sortKey(
  office: Office,
  type: ResourceType,
  name: string,
): ((record: OroRecord) => Comparable | null) | undefined {
  if (name === 'id') return (record) => (type.id === 'integer' ? Number(record.id) : record.id);
  if (name === 'createdAt' && type.attributes.has(name)) return (record) => record.created;
  if (name === 'updatedAt' && type.attributes.has(name)) return (record) => record.updated;
  const attribute = attributeOf(office, type, name);
  if (attribute !== undefined && !['list', 'text', 'object'].includes(attribute.kind)) {
    if (attribute.access === 'secret') return undefined;
    return (record) => comparables(attribute, record.values[name] ?? null)[0] ?? null;
  }
  const relation = type.relations.get(name);
  if (relation === undefined || relation.many) return undefined;
  return (record) => office.related(type, record, name, relation)[0]?.id ?? null;
}
