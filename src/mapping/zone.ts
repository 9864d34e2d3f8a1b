/**
 * Dates in a time zone, by Intl alone. The zone is that of the connection whose field holds the date and time.
 */
export interface Zone {
  /** The day (`2026-01-31`) on which the moment (ms since 1970) falls there. */
  dayOf(ms: number): string;
  /** What the clock on the wall shows there: `2026-01-31T10:00:00`. */
  clockOf(ms: number): string;
  /** The moment (ms) at which that day begins there; null where the text is no day. */
  startOf(day: string): number | null;
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Throws RangeError where the name is no time zone: the config's schema has refused it before. */
export function zoneOf(name: string): Zone {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: name,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const wallClock = (ms: number): number => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(ms)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
  return {
    dayOf: (ms) => new Date(wallClock(ms)).toISOString().slice(0, 10),
    clockOf: (ms) => new Date(wallClock(ms)).toISOString().slice(0, 19),
    startOf(day) {
      const wanted = Date.parse(`${day}T00:00:00Z`);
      if (Number.isNaN(wanted)) return null;
      // The offset at the wanted wall clock is not known before the moment is: two steps settle it, also next to a change of the clocks.
      let moment = wanted;
      for (let step = 0; step < 2; step++) moment += wanted - wallClock(moment);
      // Where midnight is skipped by a change of the clocks, the day begins at the first moment that exists.
      while (wallClock(moment) < wanted) moment += 1_800_000;
      return moment;
    },
  };
}

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;
export function isDay(text: string): boolean {
  if (!dayPattern.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** `2026-01-31T10:00:00Z`, without fractions of a second; null where the text is no moment. */
export function moment(text: string): string | null {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return null;
  return instant(ms);
}

export function instant(ms: number): string | null {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return null;
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, -5)}Z`;
}
