/**
 * Counters for rate limits, on whatever clock `now` reads (the twin's, so that advancing it refills a limit). Nothing is scheduled:
 * what has passed is forgotten when somebody asks.
 */
export interface RateCounter {
  /** Counts one (or `weight`) more under `key`. */
  add(key: string, weight?: number): void;
  /** How much is counted now. */
  used(key: string): number;
  /** When the counter will next have forgotten something: the end of the window, or of its oldest slice. Milliseconds since 1970. */
  resetsAt(key: string): number;
  clear(): void;
}

/** Windows that begin at multiples of `windowMs` since 1970, such as the minutes of the clock. */
export function createFixedWindow(now: () => number, windowMs: number): RateCounter {
  const counters = new Map<string, { window: number; used: number }>();
  const current = (key: string): { window: number; used: number } => {
    const window = Math.floor(now() / windowMs);
    const counter = counters.get(key);
    if (counter !== undefined && counter.window === window) return counter;
    const fresh = { window, used: 0 };
    counters.set(key, fresh);
    return fresh;
  };
  return {
    add(key, weight = 1) {
      current(key).used += weight;
    },
    used: (key) => current(key).used,
    resetsAt: () => (Math.floor(now() / windowMs) + 1) * windowMs,
    clear: () => counters.clear(),
  };
}

/** The last `windowMs`, kept in `slices` parts: as exact as windowMs / slices. */
export function createRollingWindow(now: () => number, windowMs: number, slices = 60): RateCounter {
  const sliceMs = windowMs / slices;
  const counters = new Map<string, { at: number; used: number }[]>();
  const current = (key: string): { at: number; used: number }[] => {
    const list = counters.get(key) ?? [];
    counters.set(key, list);
    const oldest = Math.floor(now() / sliceMs) - slices;
    while (list[0] !== undefined && list[0].at <= oldest) list.shift();
    return list;
  };
  return {
    add(key, weight = 1) {
      const list = current(key);
      const at = Math.floor(now() / sliceMs);
      const last = list.at(-1);
      if (last !== undefined && last.at === at) last.used += weight;
      else list.push({ at, used: weight });
    },
    used: (key) => current(key).reduce((sum, slice) => sum + slice.used, 0),
    resetsAt(key) {
      const first = current(key)[0];
      return first === undefined ? now() : (first.at + slices + 1) * sliceMs;
    },
    clear: () => counters.clear(),
  };
}
