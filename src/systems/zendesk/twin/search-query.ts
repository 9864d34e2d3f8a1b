import type { Json } from './json.ts';
import { day, parseTime, type Seconds } from './stamps.ts';

/**
 * The search language: words, phrases in quotes, `field:value` with `: < > <= >=`, `-` in front to leave out, `*` for the rest of a word.
 * Source: Zendesk, "Search API" and "Zendesk Support search reference".
 */
export interface Term {
  /** null: free text. */
  readonly field: string | null;
  readonly operator: ':' | '<' | '>' | '<=' | '>=';
  readonly value: string;
  readonly isExcluded: boolean;
}

export interface Query {
  readonly types: readonly string[];
  readonly terms: readonly Term[];
}

/** What a field of a record is to a search; undefined: no such field. */
export interface Searched {
  readonly value: Json;
  /** Words of it match alone; other values match whole. */
  readonly isText?: boolean;
  readonly isTime?: boolean;
  /** From low to high, for `status<solved`. */
  readonly scale?: readonly string[];
}

const term = /(-?)(?:([\w.]+)(:|<=|>=|<|>))?(?:"([^"]*)"|(\S+))/g;

export function parseQuery(text: string): Query {
  const types: string[] = [];
  const terms: Term[] = [];
  for (const [, minus, field, operator, quoted, plain] of text.matchAll(term)) {
    const value = quoted ?? plain ?? '';
    if (field === 'type' && minus === '') types.push(value.toLowerCase());
    else terms.push({ field: field ?? null, operator: operatorOf(operator), value, isExcluded: minus === '-' });
  }
  return { types, terms };
}

function operatorOf(text: string | undefined): Term['operator'] {
  return text === '<' || text === '>' || text === '<=' || text === '>=' ? text : ':';
}

/** Terms of one field are alternatives, different fields must all hold; free words must all be somewhere. */
export function isMatch(
  query: Query,
  fieldOf: (name: string) => Searched | undefined,
  text: () => string,
  now: Seconds,
): boolean {
  const alternatives = new Map<string, boolean>();
  for (const one of query.terms) {
    const holds = one.field === null ? hasWords(text(), one.value) : fieldHolds(fieldOf(one.field), one, now);
    if (one.isExcluded) {
      if (holds) return false;
    } else if (one.field === null || one.operator !== ':') {
      if (!holds) return false;
    } else alternatives.set(one.field, (alternatives.get(one.field) ?? false) || holds);
  }
  return [...alternatives.values()].every(Boolean);
}

function fieldHolds(searched: Searched | undefined, { operator, value }: Term, now: Seconds): boolean {
  if (searched === undefined) return false;
  const values = Array.isArray(searched.value) ? searched.value : [searched.value];
  if (operator === ':' && value.toLowerCase() === 'none') {
    return values.every((one) => one === null || one === undefined || one === '');
  }
  return values.some((one) => {
    if (one === null || one === undefined) return false;
    if (searched.isTime) return timeHolds(Number(one), operator, value, now);
    if (operator === ':') {
      return searched.isText ? hasWords(String(one), value) : isLike(String(one), value);
    }
    return compareHolds(rank(String(one), searched.scale), rank(value, searched.scale), operator);
  });
}

function rank(text: string, scale: readonly string[] | undefined): number | string {
  if (scale !== undefined) return scale.indexOf(text.toLowerCase());
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text.toLowerCase();
}

function compareHolds(a: number | string, b: number | string, operator: Term['operator']): boolean {
  if (typeof a !== typeof b) return false;
  if (operator === '<') return a < b;
  if (operator === '>') return a > b;
  return operator === '<=' ? a <= b : operator === '>=' ? a >= b : a === b;
}

const units: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day,
  week: 7 * day,
  month: 30 * day,
  year: 365 * day,
};

/** A plain date means the whole day; `updated>4hours` means within the last four hours. */
function timeHolds(at: Seconds, operator: Term['operator'], value: string, now: Seconds): boolean {
  const [, amount, unit = ''] = /^(\d+)\s*(second|minute|hour|day|week|month|year)s?$/.exec(value) ?? [];
  if (amount !== undefined) return compareHolds(at, now - Number(amount) * (units[unit] ?? 1), operator);
  const start = parseTime(value);
  if (start === undefined) return false;
  const end = /^\d{4}-\d{2}-\d{2}$/.test(value) ? start + day - 1 : start;
  if (operator === ':') return at >= start && at <= end;
  if (operator === '>' || operator === '<=') return compareHolds(at, end, operator);
  return compareHolds(at, start, operator);
}

/** Whole, without case; `*` stands for anything. */
function isLike(text: string, pattern: string): boolean {
  if (!pattern.includes('*')) return text.toLowerCase() === pattern.toLowerCase();
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 'is').test(text);
}

/** All words of the pattern are words of the text; a `*` at the end of one leaves the rest open. */
function hasWords(text: string, pattern: string): boolean {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}_@.+-]+/u);
  return pattern
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .every((wanted) =>
      wanted.endsWith('*')
        ? words.some((word) => word.startsWith(wanted.slice(0, -1)))
        : words.includes(wanted) || text.toLowerCase() === wanted,
    );
}
