import { kinds } from './all-kinds.ts';
import { type Answer, type Call, listed } from './call.ts';
import { textOf } from './json.ts';
import type { Kind } from './kinds.ts';
import { sortKey } from './lists.ts';
import type { Portal } from './portal.ts';
import { type DeskRecord, isShown } from './records.ts';
import { badParameter, outOfRange, unprocessable } from './refusal.ts';
import { rowBody, rowStyle } from './rows.ts';
import { parseTime } from './stamps.ts';
import { compare, type Shelf } from './store.ts';

/**
 * Search within a module: criteria AND together, a comma inside of one means OR, `*` at either end is a wildcard, `${empty}` and
 * `${notempty}` ask for absence and presence. It sees the records as its index does. Source: Zoho Desk API, "Search".
 */
interface Criterion {
  readonly name: string;
  readonly read: (record: DeskRecord) => string | null;
  readonly isOwn: boolean;
  readonly terms: readonly Term[];
}

/** One side of an OR, in lower case. */
interface Term {
  readonly match: 'empty' | 'present' | 'open' | keyof typeof lengthy;
  readonly text: string;
}

/** Matches that compare texts, and so want some length of them. */
const lengthy = {
  whole: (value: string, text: string): boolean => value === text,
  words: (value: string, text: string): boolean => words(value).includes(words(text)),
  start: (value: string, text: string): boolean => value.startsWith(text),
  end: (value: string, text: string): boolean => value.endsWith(text),
  inside: (value: string, text: string): boolean => value.includes(text),
};

const marks: Readonly<Record<string, Term['match']>> = Object.assign(Object.create(null), {
  '${empty}': 'empty',
  '${notempty}': 'present',
  '${open}': 'open',
});

interface Range {
  readonly field: 'createdTime' | 'modifiedTime' | 'dueDate';
  readonly fromMs: number;
  readonly toMs: number;
}

export function weightOfSearch(call: Call): number {
  return call.query('id') === null ? 3 : 1;
}

export function search(call: Call, kind: Kind): Answer {
  const style = rowStyle(call, kind);
  const from = call.searchOffset();
  const limit = call.limit(kind.defaultLimit);
  const criteria = criteriaOf(call, kind);
  const ranges = kind.search.times.flatMap((name) => rangeOf(call, name));
  const sorts = ['relevance', 'createdTime', 'modifiedTime', ...kind.sorts];
  const { field = 'relevance', isDescending = false } = call.sort(sorts) ?? {};
  const shelf = call.portal.stores[kind.module].seen('search');
  const found = hits(shelf, criteria, ranges, field, isDescending, from, limit);
  const rows = found.page.map((record) => rowBody(call.portal, kind, record, style));
  return listed(rows, { count: found.count });
}

/** Across modules: `searchStr` anywhere in a record. */
export function searchEverywhere(call: Call): Answer {
  const from = call.searchOffset();
  const limit = call.limit(10);
  const text = call.query('searchStr') ?? '';
  checkLength('searchStr', text.replaceAll('*', ''), 100);
  const module = call.query('module');
  const department = call.query('departmentId');
  const isIn = ({ values }: DeskRecord): boolean => department === null || values.departmentId === department;
  const wanted = Object.values(kinds).filter((kind) => module === null || kind.module === module);
  if (wanted.length === 0) throw badParameter('module');
  const rows = wanted.flatMap((kind) => {
    const everywhere = anywhere(text);
    const shelf = call.portal.stores[kind.module].seen('search');
    return [...shelf.all()]
      .filter((record) => isShown(record) && isIn(record) && meets(record, everywhere))
      .map((record) => ({
        ...rowBody(call.portal, kind, record, { include: [], fields: null }),
        module: kind.module,
      }));
  });
  return listed(rows.slice(from, from + limit), { count: rows.length });
}

/**
 * The page and the number of all hits. A range of times alone, sorted by that time, is read by position: it is what a poll asks for, and
 * must not cost more the more records there are.
 */
function hits(
  shelf: Shelf,
  criteria: readonly Criterion[],
  ranges: readonly Range[],
  field: string,
  isDescending: boolean,
  from: number,
  limit: number,
): { readonly page: readonly DeskRecord[]; readonly count: number } {
  const [range] = ranges;
  if (range !== undefined && range.field !== 'dueDate') {
    const ms = ({ createdMs, modifiedMs }: DeskRecord): number =>
      range.field === 'createdTime' ? createdMs : modifiedMs;
    const isSorted = field === range.field || field === 'relevance';
    const isReverse = field === 'relevance' ? !isDescending : isSorted && isDescending;
    const order = shelf.ordered(range.field, sortKey(range.field), isReverse);
    const start = order.rank((record) => (isReverse ? ms(record) <= range.toMs : ms(record) >= range.fromMs));
    const end = order.rank((record) => (isReverse ? ms(record) < range.fromMs : ms(record) > range.toMs));
    const count = Math.max(0, end - start);
    if (isSorted && criteria.length === 0 && ranges.length === 1)
      return { page: order.slice(start + from, Math.max(0, Math.min(limit, count - from))), count };
    return sorted(filtered(order.slice(start, count), criteria, ranges), field, isDescending, from, limit);
  }
  return sorted(filtered(candidates(shelf, criteria), criteria, ranges), field, isDescending, from, limit);
}

function filtered(
  records: Iterable<DeskRecord>,
  criteria: readonly Criterion[],
  ranges: readonly Range[],
): DeskRecord[] {
  return [...records].filter(
    (record) =>
      isShown(record) &&
      ranges.every((range) => isWithin(record, range)) &&
      criteria.every((criterion) => meets(record, criterion)),
  );
}

function sorted(records: DeskRecord[], field: string, isDescending: boolean, from: number, limit: number) {
  // Relevance has no rule that anybody published: the latest first.
  const key = sortKey(field === 'relevance' ? 'modifiedTime' : field);
  const isDown = field === 'relevance' ? !isDescending : isDescending;
  records.sort((one, two) => {
    const difference = isDown ? compare(key(two), key(one)) : compare(key(one), key(two));
    return difference || compare(one.id, two.id);
  });
  return { page: records.slice(from, from + limit), count: records.length };
}

/** An index answers for a criterion whose terms are whole values of the record's own; otherwise every record is looked at. */
function candidates(shelf: Shelf, criteria: readonly Criterion[]): Iterable<DeskRecord> {
  const id = criteria.find(({ name }) => name === 'id');
  if (id !== undefined) return id.terms.flatMap(({ text }) => shelf.get(text) ?? []);
  const exact = criteria.find(({ isOwn, terms }) => isOwn && terms.every(({ match }) => match === 'whole'));
  if (exact === undefined) return shelf.all();
  return new Set(exact.terms.flatMap(({ text }) => [...shelf.having(`~${exact.name}`, exact.read, text)]));
}

function criteriaOf(call: Call, kind: Kind): readonly Criterion[] {
  const criteria: Criterion[] = [];
  for (const name of [...kind.search.texts, ...kind.search.exact]) {
    const given = call.query(name);
    if (given === null) continue;
    const isText = kind.search.texts.includes(name);
    const terms = termsOf(call.portal, given, isText);
    if (isText) for (const { match, text } of terms) if (match in lengthy) checkLength(name, text, 255);
    criteria.push({ name, ...valueFor(call.portal, kind, name), terms });
  }
  for (let i = 1; i <= 10; i++) {
    const given = call.query(`customField${i}`);
    if (given === null) continue;
    const [, apiName = '', text = ''] = /^([^:]+):(.*)$/s.exec(given) ?? [];
    if (call.portal.fields[kind.module].custom(apiName) === undefined) throw badParameter(`customField${i}`);
    const custom = ({ cf }: DeskRecord): string | null => cf[apiName]?.toLowerCase() ?? null;
    criteria.push({ name: apiName, read: custom, isOwn: true, terms: termsOf(call.portal, text, true) });
  }
  const all = call.query('_all');
  if (all === null) return criteria;
  checkLength('_all', all.replaceAll('*', ''), 100);
  return [...criteria, anywhere(all)];
}

function termsOf(portal: Portal, given: string, isText: boolean): readonly Term[] {
  const usual = isText && portal.switches.searchMatch === 'words' ? 'words' : 'whole';
  return given
    .toLowerCase()
    .split(',')
    .map((term) => term.trim())
    .filter((term) => term !== '')
    .map((term): Term => {
      const asked = marks[term];
      if (asked !== undefined) return { match: asked, text: '' };
      const text = term.replace(/^\*|\*$/g, '');
      if (term.startsWith('*')) return { match: term.endsWith('*') ? 'inside' : 'end', text };
      return { match: term.endsWith('*') ? 'start' : usual, text };
    });
}

function anywhere(text: string): Criterion {
  const all = ({ values, cf }: DeskRecord): string =>
    [...Object.values(values), ...Object.values(cf)]
      .filter((value) => typeof value === 'string')
      .join('\n')
      .toLowerCase();
  const term: Term = { match: 'inside', text: text.toLowerCase().replaceAll('*', '') };
  return { name: '_all', read: all, isOwn: false, terms: [term] };
}

/** The vendor wants three characters. */
function checkLength(name: string, text: string, max: number): void {
  if (text.length < 3 || text.length > max) throw outOfRange(name, `3-${max}`);
}

/** What a criterion looks at, in lower case; `isOwn`: a value of the record itself, which an index can follow. */
function valueFor(portal: Portal, kind: Kind, name: string): Pick<Criterion, 'read' | 'isOwn'> {
  const lower = (value: unknown): string | null => (typeof value === 'string' ? value.toLowerCase() : null);
  const whole = ({ values }: DeskRecord): string =>
    [values.firstName, values.lastName].filter((one) => typeof one === 'string').join(' ');
  if (name === 'id') return { isOwn: true, read: ({ id }) => id };
  if (name === 'fullName') return { isOwn: true, read: (record) => lower(whole(record)) };
  if (name === 'accountName' && kind.module !== 'accounts')
    return { isOwn: false, read: ({ values }) => lower(portal.accountBody(values.accountId)?.accountName) };
  if (name === 'contactName')
    return { isOwn: false, read: ({ values }) => lower(portal.contactBody(values.contactId)?.lastName) };
  return { isOwn: true, read: ({ values }) => lower(values[name]) };
}

function meets(record: DeskRecord, { read, terms }: Criterion): boolean {
  const value = read(record);
  return terms.some(({ match, text }) => {
    if (match === 'empty') return value === null || value === '';
    if (match === 'open') return record.values.statusType !== 'Closed';
    if (value === null || value === '') return false;
    return match === 'present' || lengthy[match](value, text);
  });
}

function words(text: string): string {
  const found = text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  return ` ${found.join(' ')} `;
}

function rangeOf(call: Call, name: string): readonly Range[] {
  const text = call.query(name);
  if (text === null) return [];
  const [from, to, ...more] = text.split(',').map((part) => parseTime(part.trim()));
  if (typeof from !== 'number' || typeof to !== 'number' || more.length > 0)
    throw unprocessable(`The value passed for the '${name}' query parameter is invalid.`);
  const fields = { createdTimeRange: 'createdTime', modifiedTimeRange: 'modifiedTime' } as const;
  const field = name === 'createdTimeRange' || name === 'modifiedTimeRange' ? fields[name] : 'dueDate';
  return [{ field, fromMs: from, toMs: to }];
}

function isWithin({ createdMs, modifiedMs, values }: DeskRecord, { field, fromMs, toMs }: Range): boolean {
  const due = parseTime(textOf(values.dueDate) ?? '');
  const ms = { createdTime: createdMs, modifiedTime: modifiedMs, dueDate: due }[field];
  return ms !== null && ms >= fromMs && ms <= toMs;
}
