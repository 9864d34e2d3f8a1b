import { isBlank } from '../../model/value.ts';
import { domainOf } from '../domain.ts';
import { rounded } from '../normal.ts';
import { phoneOf } from '../phone.ts';
import { instant, isDay, type Zone } from '../zone.ts';
import { Day } from './day.ts';
import { type Pattern, patternOf } from './pattern.ts';

/** Where the record lives: the zone of its connection, and the country of telephone numbers that name none. */
export interface Place {
  readonly zone: Zone;
  readonly country: string | undefined;
}

/** A value that a function cannot work with; the message ends a sentence that names the expression. */
export class ValueError extends Error {}

/** Texts that functions make are no longer than this: an expression may not fill the memory. */
const longest = 131_072;

type Handler = (...values: never[]) => unknown;

/**
 * What expressions can call beside what CEL brings (`size`, `contains`, `startsWith`, `endsWith`, `split`, `join`, `trim`, `substring`,
 * `lowerAscii`, `upperAscii`, `int`, `double`, `string`, `bool`, `timestamp`, `duration`, and the macros over lists), by signature. All of
 * it is pure: there is no clock and no chance in it, so the same record always gives the same value.
 */
export function functionsOf(place: Place): Readonly<Record<string, Handler>> {
  const patterns = new Map<string, Pattern>();
  const moment = 'google.protobuf.Timestamp';
  const dayOf = (at: Date): Day => new Day(place.zone.dayOf(at.getTime()));
  return {
    'blank(dyn): bool': (value: never) => isBlank(value),
    'string.upper(): string': (text: string) => text.toUpperCase(),
    'string.lower(): string': (text: string) => text.toLowerCase(),
    'string.replace(string, string): string': replaced,
    // What ends with _ takes the place of a function of CEL; see expression.ts.
    'string.matches_(string): bool': (text: string, source: string) => {
      const known = patterns.get(source);
      if (known !== undefined) return known.matches(text);
      const found = patternOf(source);
      if (!found.ok) throw new ValueError(`the pattern ${JSON.stringify(source)} is not understood: ${found.why}`);
      patterns.set(source, found.pattern);
      return found.pattern.matches(text);
    },
    'list<string>.join_(): string': (texts: readonly string[]) => joined(texts, ''),
    'list<string>.join_(string): string': joined,
    'domain(string): string': (text: string) => domainOf(text) ?? fail(text, 'has no domain in it'),
    'phone(string): string': (text: string) => phone(text, place.country),
    'phone(string, string): string': phone,
    [`timestamp_(string): ${moment}`]: momentOf,
    [`timestamp_(int): ${moment}`]: (seconds: bigint) => new Date(Number(seconds) * 1000),
    [`timestamp_(date): ${moment}`]: (day: Day) => new Date(place.zone.startOf(day.text) ?? Number.NaN),
    'date(string): date': (text: string) => (isDay(text) ? new Day(text) : dayOf(momentOf(text))),
    'date(date): date': (day: Day) => day,
    [`date(${moment}): date`]: dayOf,
    'string(date): string': (day: Day) => day.text,
    [`string(${moment}): string`]: (at: Date) => instant(at.getTime()) ?? fail(String(at), 'is not a moment'),
    'formatDate(date, string): string': (day: Day, form: string) => formatted(`${day.text}T00:00:00`, form),
    [`formatDate(${moment}, string): string`]: (at: Date, form: string) =>
      formatted(place.zone.clockOf(at.getTime()), form),
    'formatNumber(double, int): string': fixed,
    'formatNumber(int, int): string': (value: bigint, digits: bigint) => fixed(Number(value), digits),
  };
}

type Operator = (left: unknown, right: unknown) => unknown;

/** Whole and decimal numbers meet as people expect, and dates compare; CEL itself has neither. */
export function operatorsOf(): Readonly<Record<string, Operator>> {
  const made: Record<string, Operator> = {};
  for (const [mark, handler] of Object.entries(arithmetic)) {
    made[`int ${mark} double: double`] = (a, b) => handler(Number(a), Number(b));
    made[`double ${mark} int: double`] = (a, b) => handler(Number(a), Number(b));
  }
  const text = (day: unknown): string => (day instanceof Day ? day.text : '');
  made['date == date'] = (a, b) => text(a) === text(b);
  made['date < date'] = (a, b) => text(a) < text(b);
  made['date <= date'] = (a, b) => text(a) <= text(b);
  made['date > date'] = (a, b) => text(a) > text(b);
  made['date >= date'] = (a, b) => text(a) >= text(b);
  return made;
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

/** The first of two values that is not blank. */
export function firstOf(value: never, otherwise: never): unknown {
  return isBlank(value) ? otherwise : value;
}

function fail(value: string, why: string): never {
  throw new ValueError(`${JSON.stringify(value)} ${why}`);
}

function phone(text: string, country: string | undefined): string {
  const found = phoneOf(text, country);
  return found.ok ? found.number : fail(text, `is no telephone number: ${found.why}`);
}

function joined(texts: readonly string[], between: string): string {
  const length = texts.reduce((sum, text) => sum + text.length + between.length, 0);
  if (length > longest) throw new ValueError(`join would make a text of more than ${longest} characters`);
  return texts.join(between);
}

function replaced(text: string, from: string, to: string): string {
  const parts = text.split(from);
  if (text.length + (parts.length - 1) * (to.length - from.length) > longest)
    throw new ValueError(`replace would make a text of more than ${longest} characters`);
  return parts.join(to);
}

/** A moment has a zone: without one, it would depend on the machine which moment is meant. */
function momentOf(text: string): Date {
  const isWhole = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(text);
  const at = isWhole ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at)
    ? fail(text, 'is neither a date such as 2026-01-31 nor a moment such as 2026-01-31T10:00:00Z')
    : new Date(at);
}

function fixed(value: number, digits: bigint): string {
  const scale = Number(digits);
  if (scale < 0 || scale > 20 || !Number.isFinite(value) || Math.abs(value) >= 1e21)
    return fail(`${value}`, `cannot be written with ${digits} digits after the point`);
  return rounded(value, scale).toFixed(scale);
}

/** `clock` is `2026-01-31T10:00:00`; what is no letter of the form stays as it is. */
function formatted(clock: string, form: string): string {
  const parts: Readonly<Record<string, string>> = {
    YYYY: clock.slice(0, 4),
    YY: clock.slice(2, 4),
    MM: clock.slice(5, 7),
    M: String(Number(clock.slice(5, 7))),
    DD: clock.slice(8, 10),
    D: String(Number(clock.slice(8, 10))),
    HH: clock.slice(11, 13),
    mm: clock.slice(14, 16),
    ss: clock.slice(17, 19),
  };
  return form.replace(/YYYY|YY|MM|M|DD|D|HH|mm|ss/g, (letters) => parts[letters] ?? letters);
}
