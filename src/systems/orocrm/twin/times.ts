/** Times inside the twin are whole seconds since 1970, as the vendor keeps them; bodies show UTC with `Z`. */
export type Seconds = number;

let lastSeconds = Number.NaN;
let lastText = '';

/** `2024-05-01T10:00:00Z`. Rows of one page mostly share their second, so the last one is remembered. */
export function iso(seconds: Seconds): string {
  if (seconds !== lastSeconds) {
    lastText = `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
    lastSeconds = seconds;
  }
  return lastText;
}

export function toSeconds(ms: number): Seconds {
  return Math.floor(ms / 1000);
}

/** First and last second that a text names. */
export interface Span {
  readonly from: Seconds;
  readonly to: Seconds;
}

const shape =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2})(?::(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[-+]\d{2}(?::?\d{2})?)?)?)?)?)?$/;

/**
 * A time of any precision, `2010` to `2010-11-02T10:12:13+02:00`; without a zone it is UTC, and a blank is the plus sign that a query
 * string lost. Undefined where it is none. Source: OroPlatform, ApiBundle, normalisation of date-time values.
 */
export function parseSpan(text: string): Span | undefined {
  const parts = shape.exec(text.replaceAll(' ', '+'));
  if (parts === null) return undefined;
  const [, year = '', month, day, hour, minute, second, zone = 'Z'] = parts;
  const start = `${year}-${month ?? '01'}-${day ?? '01'}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}`;
  const startMs = Date.parse(`${start}Z`);
  // A 30 February or a 24th hour is another time than it says.
  if (Number.isNaN(startMs) || iso(startMs / 1000) !== `${start}Z`) return undefined;
  const finest = [year, month, day, hour, minute, second].findLastIndex((part) => part !== undefined);
  const next = start.split(/[-T:]/).map((part, index) => Number(part) + (index === finest ? 1 : 0));
  const [y = 0, m = 1, d = 1, h = 0, min = 0, s = 0] = next;
  const shift = zoneSeconds(zone);
  return { from: startMs / 1000 - shift, to: Date.UTC(y, m - 1, d, h, min, s) / 1000 - 1 - shift };
}

function zoneSeconds(zone: string): Seconds {
  const parts = /^([-+])(\d{2}):?(\d{2})?$/.exec(zone);
  if (parts === null) return 0;
  const [, sign, hours, minutes] = parts;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes ?? 0) * 60);
}

/** A full date, `2017-01-01`. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && parseSpan(text) !== undefined;
}
