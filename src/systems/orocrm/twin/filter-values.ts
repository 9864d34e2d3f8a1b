import type { Json } from '../../../twins/json.ts';
import { itemsOf } from './contact-points.ts';
import type { Given, Operator } from './query.ts';
import { badParameter, type Problem } from './refusal.ts';
import type { Attribute, Kind } from './resource.ts';
import { isDate, parseSpan } from './times.ts';

/** What the database compares: null where there is nothing. */
export type Comparable = number | string;
/** First and last value that pass. */
export interface Span {
  readonly from: Comparable;
  readonly to: Comparable;
}

/** Values of a filter; 1 or 0 for `exists`. Undefined, and a problem, where they are none. */
export function readSpans(
  kind: Kind,
  isSplit: boolean,
  { operator, value, parameter }: Given,
  allowed: readonly Operator[],
  problems: Problem[],
): readonly Span[] | undefined {
  const fail = (detail: string): undefined => {
    problems.push(badParameter(parameter, detail));
  };
  if (!allowed.includes(operator)) return fail(`The operator "${operator}" is not supported.`);
  if (operator === 'exists') {
    const flag = readFlag(value);
    return flag === undefined ? fail(`Expected boolean value. Given "${value}".`) : [{ from: flag, to: flag }];
  }
  const read = spanReaders[kind];
  const isRange = isSplit && kind !== 'string' && kind !== 'list' && value.includes('..');
  if (isRange) {
    const at = value.indexOf('..');
    const [low, high] = [read(value.slice(0, at)), read(value.slice(at + 2))];
    if (low !== undefined && high !== undefined) return [{ from: low.from, to: high.to }];
    const word = words[kind] ?? 'string';
    return fail(`Expected a pair of ${word}s (${word}..${word}). Given "${value}".`);
  }
  const parts = isSplit ? value.split(',') : [value];
  const spans = parts.map(read);
  const known = spans.filter((span) => span !== undefined);
  if (known.length === spans.length) return known;
  const word = words[kind] ?? 'string';
  return fail(
    parts.length === 1
      ? `Expected ${word} value. Given "${value}".`
      : `Expected an array of ${word}s. Given "${value}".`,
  );
}

const words: Readonly<Partial<Record<Kind, string>>> = {
  integer: 'integer',
  float: 'number',
  percent: 'number',
  money: 'number',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
};

type SpanReader = (text: string) => Span | undefined;
const exactly = (value: Comparable): Span => ({ from: value, to: value });
const asText: SpanReader = (text) => exactly(text);
const asNumber: SpanReader = (text) => (/^[-+]?\d+(\.\d+)?$/.test(text) ? exactly(Number(text)) : undefined);

const spanReaders: Readonly<Record<Kind, SpanReader>> = {
  string: asText,
  text: asText,
  list: asText,
  object: asText,
  integer: (text) => (/^[-+]?\d+$/.test(text) ? exactly(Number(text)) : undefined),
  float: asNumber,
  percent: asNumber,
  money: asNumber,
  boolean(text) {
    const flag = readFlag(text);
    return flag === undefined ? undefined : exactly(flag);
  },
  date: (text) => (isDate(text) || /^\d{4}(-\d{2})?$/.test(text) ? parseSpan(text) : undefined),
  datetime: parseSpan,
};

function readFlag(text: string): 0 | 1 | undefined {
  if (['true', 'yes', '1'].includes(text)) return 1;
  return ['false', 'no', '0'].includes(text) ? 0 : undefined;
}

/** A stored value as the database compares it; none where it is null. */
export function comparables({ kind, item }: Attribute, value: Json): readonly Comparable[] {
  if (value === null) return [];
  if (kind === 'list') return itemsOf(value, item ?? 'email');
  if (kind === 'date' || kind === 'datetime') {
    const span = typeof value === 'string' ? parseSpan(value) : undefined;
    return span === undefined ? [] : [span.from];
  }
  if (typeof value === 'boolean') return [value ? 1 : 0];
  if (kind === 'money') return [Number(value)];
  return typeof value === 'number' || typeof value === 'string' ? [value] : [];
}
