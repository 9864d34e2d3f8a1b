import { compileFilter, sortKey, type Test } from './filters.ts';
import type { Office } from './office.ts';
import type { Given, Query } from './query.ts';
import { badParameter, type Problem, Refusal } from './refusal.ts';
import type { ResourceType } from './resource.ts';
import { compareIds, type OroRecord } from './shelf.ts';

export interface Listed {
  readonly rows: readonly OroRecord[];
  /** Whether another page follows. */
  readonly more: boolean;
  /** Of all pages; only counted where it was asked for. */
  readonly total: number | null;
}

/** The tests that all rows of a list pass. Throws Refusal. */
export function compileFilters(office: Office, type: ResourceType, filters: readonly Given[]): readonly Test[] {
  const problems: Problem[] = [];
  const tests = filters.map((given) => compileFilter(office, type, given, problems));
  if (problems.length > 0) throw new Refusal(problems);
  return tests.filter((test) => test !== undefined);
}

/**
 * One page. Records that the API user may not see are left out as if they were not there. Walks an ordered index where filter and order
 * allow it, so that reading on from a time costs what is read, not what there is.
 */
export function listRecords(office: Office, type: ResourceType, query: Query, countAll: boolean): Listed {
  const tests = compileFilters(office, type, query.filters);
  return pageOf(type, walk(office, type, tests, query.sort ?? byId), query, countAll);
}

/** The same of records that are at hand already: those that a relation leads to. */
export function listAmong(
  office: Office,
  type: ResourceType,
  records: readonly OroRecord[],
  query: Query,
  countAll: boolean,
): Listed {
  const tests = compileFilters(office, type, query.filters);
  const found = sorted(office, type, [...records], query.sort ?? byId);
  return pageOf(type, { records: found, left: tests }, query, countAll);
}

type Order = NonNullable<Query['sort']>;
const byId: Order = [{ name: 'id', isDescending: false }];

function pageOf(type: ResourceType, { records, left }: Walk, { page }: Query, countAll: boolean): Listed {
  const size = type.isPaged ? (page.size ?? 10) : -1;
  const skip = size > 0 ? (page.number - 1) * size : 0;
  const rows: OroRecord[] = [];
  let total = 0;
  for (const record of records) {
    if (record.hidden || (left.length > 0 && !left.every((test) => test.passes(record)))) continue;
    total++;
    if (total <= skip) continue;
    if (size < 0 || rows.length < size) rows.push(record);
    else if (!countAll) break;
  }
  return { rows, more: total > skip + rows.length && size > 0, total: countAll ? total : null };
}

interface Walk {
  /** In the order of the list. */
  readonly records: Iterable<OroRecord>;
  /** The tests that these records have not passed yet. */
  readonly left: readonly Test[];
}

function walk(office: Office, type: ResourceType, tests: readonly Test[], order: Order): Walk {
  const { rows } = office.shelf(type.name);
  const exact = tests.find((test) => test.among !== undefined);
  const index = indexOf(office, type, order);
  const stamped = tests.filter(({ stamp }) => stamp !== undefined);
  if (exact === undefined && index === 'id' && stamped.length === 0) return { records: rows.values(), left: tests };
  const by = typeof index === 'object' ? index?.by : stamped[0]?.stamp?.order;
  if (exact !== undefined || by === undefined) {
    const found = [...(exact?.among?.() ?? rows.values())].filter((row) => tests.every((test) => test.passes(row)));
    return { records: sorted(office, type, found, order), left: [] };
  }
  const bounds = stamped.flatMap(({ stamp }) => (stamp?.order === by ? [stamp] : []));
  const from = Math.max(0, ...bounds.map((bound) => bound.from));
  const to = Math.min(...bounds.map((bound) => bound.to));
  const range = Number.isFinite(to) ? { from, to } : {};
  const left = tests.filter(({ stamp }) => stamp?.order !== by);
  if (typeof index === 'object' && index !== null) {
    return { records: index.isDescending ? rows.descending(by, range) : rows.ordered(by, range), left };
  }
  const found = [...rows.ordered(by, range)].filter((row) => left.every((test) => test.passes(row)));
  return { records: sorted(office, type, found, order), left: [] };
}

/** The index that has this order already: by id, or by a stamp and then by id in the same direction. */
function indexOf(
  office: Office,
  type: ResourceType,
  order: Order,
): 'id' | null | { readonly by: 'created' | 'updated'; readonly isDescending: boolean } {
  const [first, second, third] = order;
  if (first === undefined) return 'id';
  if (first.name === 'id') return first.isDescending || type.id === 'code' ? null : 'id';
  const by = first.name === 'createdAt' ? 'created' : first.name === 'updatedAt' ? 'updated' : null;
  if (by === null || third !== undefined || !type.attributes.has(first.name)) return null;
  if (by === 'updated' && !type.updatedOnCreate && office.switches.database === 'mysql') return null;
  const isTied = second === undefined || (second.name === 'id' && second.isDescending === first.isDescending);
  return isTied ? { by, isDescending: first.isDescending } : null;
}

function sorted(office: Office, type: ResourceType, records: OroRecord[], order: Order): readonly OroRecord[] {
  const problems: Problem[] = [];
  const nullsHigh = office.switches.database === 'postgresql' ? 1 : -1;
  const steps = order.map(({ name, isDescending }) => {
    const key = sortKey(office, type, name);
    if (key === undefined) {
      problems.push(badParameter('sort', `Sorting by "${name}" field is not supported.`, 'sort constraint'));
    }
    return (a: OroRecord, b: OroRecord): number => {
      const [one, two] = [key?.(a) ?? null, key?.(b) ?? null];
      const sign = one === two ? 0 : one === null ? nullsHigh : two === null ? -nullsHigh : one < two ? -1 : 1;
      return isDescending ? -sign : sign;
    };
  });
  if (problems.length > 0) throw new Refusal(problems);
  return records.sort((a, b) => {
    for (const step of steps) {
      const sign = step(a, b);
      if (sign !== 0) return sign;
    }
    return compareIds(a.id, b.id);
  });
}
