/** Times as this vendor writes them. Inside the twin a datetime is milliseconds since 1970, a date `YYYY-MM-DD`, a time `HH:MM:SS.mmmZ`. */

/** `2021-04-08T15:12:06.000+0000`. */
export function formatDateTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}+0000`;
}

/** Stamps have a resolution of one second. */
export function toSecond(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}

/** Milliseconds, or null where the text is no datetime. A date alone is its midnight in UTC. */
export function parseDateTime(text: string): number | null {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?(?:\.\d{1,9})?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text);
  if (match === null) return null;
  const [, date = '', time = '00:00:00', zone = 'Z'] = match;
  const ms = Date.parse(`${date}T${time}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`);
  return Number.isNaN(ms) ? null : ms;
}

/** `YYYY-MM-DD`, or null where the text is no day of the calendar. A datetime gives its date. */
export function parseDate(text: string): string | null {
  const match = /^(\d{4}-\d{2}-\d{2})(T.*)?$/.exec(text);
  const date = match?.[1];
  if (date === undefined) return null;
  const ms = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date ? null : date;
}

export function parseTime(text: string): string | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3}))?)?(Z|[+-]00:?00)?$/.exec(text);
  if (match === null) return null;
  const [, hours = '', minutes = '', seconds = '00', fraction = '0'] = match;
  return `${hours}:${minutes}:${seconds}.${fraction.padEnd(3, '0')}Z`;
}
