/** Times inside the twin are whole seconds since 1970, as the vendor keeps them; only bodies show ISO 8601. */
export type Seconds = number;

let lastSeconds = Number.NaN;
let lastText = '';

/** `2024-09-06T18:52:11Z`. Rows of one page mostly share their second, so the last one is remembered. */
export function iso(seconds: Seconds): string {
  if (seconds !== lastSeconds) {
    lastText = `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
    lastSeconds = seconds;
  }
  return lastText;
}

export function isoOrNull(seconds: Seconds | null): string | null {
  return seconds === null ? null : iso(seconds);
}

/** Webhooks show nanoseconds: `2023-09-18T23:38:14.906338593Z`. The clock gives milliseconds, `below` the other six digits. */
export function isoNanos(ms: number, below: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}${String(below).padStart(6, '0')}Z`;
}

/** `Completed at 2023-10-08 17:22:35 +0000`, as job messages write it. */
export function spaced(seconds: Seconds): string {
  return `${iso(seconds).replace('T', ' ').slice(0, 19)} +0000`;
}

export function toSeconds(ms: number): Seconds {
  return Math.floor(ms / 1000);
}

/** A date or time in any ISO form, in seconds; undefined where it is none. */
export function parseTime(text: string): Seconds | undefined {
  const ms = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  return Number.isNaN(ms) ? undefined : toSeconds(ms);
}

export const day = 86_400;
