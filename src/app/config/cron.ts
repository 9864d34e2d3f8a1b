import { Cron } from 'croner';

/** Never by itself. */
const off = 'off';

/** A cron expression of five fields (a sixth in front counts seconds), or `off`. */
export function isCron(pattern: string): boolean {
  if (pattern === off) return true;
  try {
    // It is only read: without a function nothing is ever scheduled.
    return new Cron(pattern, { paused: true }).nextRun(new Date(0)) !== null;
  } catch {
    return false;
  }
}

/** The next moment (ms) after `after` at which the expression comes true in a time zone (IANA name); null: never. */
export function nextTime(pattern: string, timeZone: string, after: number): number | null {
  if (pattern === off) return null;
  return new Cron(pattern, { timezone: timeZone, paused: true }).nextRun(new Date(after))?.getTime() ?? null;
}
