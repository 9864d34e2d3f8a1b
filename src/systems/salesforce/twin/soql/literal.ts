import { apiError } from '../errors.ts';

/** Text of a SOQL string literal, its quotes and escapes removed. */
export function unquote(literal: string): string {
  const inner = literal.startsWith("'") ? literal.slice(1, -1) : literal;
  if (inner.length > 4_000)
    throw apiError(400, 'INVALID_QUERY_FILTER_OPERATOR', 'filter value is longer than 4000 characters');
  return inner.replace(/\\(u[0-9A-Fa-f]{4}|[\s\S]|$)/g, (whole, code: string) => {
    if (code.startsWith('u') && code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    const meant = escapes.get(code);
    if (meant === undefined)
      throw apiError(400, 'MALFORMED_QUERY', `Illegal character sequence '${whole}' in string literal`);
    return meant;
  });
}

/** A backslash before anything else is an error. Source: SOQL and SOSL Reference, "Quoted String Escape Sequences". */
const escapes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ n: '\n', N: '\n', r: '\r', R: '\r', t: '\t', T: '\t', b: '\b', B: '\b', f: '\f', F: '\f' },
    ...{ '"': '"', "'": "'", '\\': '\\', _: '_', '%': '%' },
  }),
);

/** LIKE's pattern: `%` any text, `_` one character, a backslash takes either as it is. Case does not matter. */
export function likePattern(literal: string): RegExp {
  const inner = literal.slice(1, -1);
  let pattern = '';
  for (let i = 0; i < inner.length; i++) {
    const character = inner.charAt(i);
    if (character === '%') pattern += '[^]*';
    else if (character === '_') pattern += '[^]';
    else if (character !== '\\') pattern += escapeRegExp(character);
    else {
      const code = inner.slice(i, i + (inner.charAt(i + 1) === 'u' ? 6 : 2));
      pattern += escapeRegExp(unquote(`'${code}'`));
      i += code.length - 1;
    }
  }
  return new RegExp(`^${pattern}$`, 'iu');
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** The stretch of time that a date literal names: from inclusive, to exclusive, in milliseconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const day = 86_400_000;

/** `TODAY`, `LAST_N_DAYS:3` and the like, for a user whose days are those of UTC and whose weeks begin on Sunday. */
export function dateLiteral(literal: string, now: number): Stretch | null {
  const [name = '', count] = literal.toUpperCase().split(':');
  const today = Math.floor(now / day) * day;
  const n = Number(count ?? 0);
  const date = new Date(today);
  const weekStart = today - date.getUTCDay() * day;
  const month = (offset: number): number => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1);
  const quarter = (offset: number): number =>
    Date.UTC(date.getUTCFullYear(), (Math.floor(date.getUTCMonth() / 3) + offset) * 3, 1);
  const year = (offset: number): number => Date.UTC(date.getUTCFullYear() + offset, 0, 1);
  const unit: Readonly<Record<string, (offset: number) => number>> = {
    DAY: (offset) => today + offset * day,
    WEEK: (offset) => weekStart + offset * 7 * day,
    MONTH: month,
    QUARTER: quarter,
    YEAR: year,
    FISCAL_QUARTER: quarter,
    FISCAL_YEAR: year,
  };
  const stretch = (name: string, from: number, to: number): Stretch | null => {
    const start = unit[name];
    return start === undefined ? null : { from: start(from), to: start(to) };
  };
  if (name === 'TODAY') return stretch('DAY', 0, 1);
  if (name === 'YESTERDAY') return stretch('DAY', -1, 0);
  if (name === 'TOMORROW') return stretch('DAY', 1, 2);
  if (name === 'LAST_90_DAYS') return stretch('DAY', -90, 1);
  if (name === 'NEXT_90_DAYS') return stretch('DAY', 1, 91);
  const ago = /^N_(\w+)S_AGO$/.exec(name)?.[1];
  if (ago !== undefined) return stretch(ago, -n, -n + 1);
  // LAST_N_DAYS counts today in; the other units begin with the last whole one.
  const last = /^LAST_N_(\w+)S$/.exec(name)?.[1];
  if (last !== undefined) return stretch(last, -n, last === 'DAY' ? 1 : 0);
  const next = /^NEXT_N_(\w+)S$/.exec(name)?.[1];
  if (next !== undefined) return stretch(next, 1, n + 1);
  const [, which = '', single = ''] = /^(LAST|THIS|NEXT)_(\w+)$/.exec(name) ?? [];
  const offset = { LAST: -1, THIS: 0, NEXT: 1 }[which];
  return offset === undefined ? null : stretch(single, offset, offset + 1);
}
