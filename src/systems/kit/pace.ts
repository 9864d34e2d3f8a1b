import { FaultError } from '../../model/fault.ts';
import type { Lane } from '../../model/link.ts';
import type { World } from '../../model/world.ts';

/**
 * The shared pace of one connection: every request takes a place before it is sent and gives it back when it has ended.
 *
 * A place is counted from when it is taken until `perMs` after its request has *ended*. The vendor counted the request somewhere between
 * the two, so no window of the vendor's, sliding or fixed, ever holds more of our requests than `calls`: as long as nobody else uses the
 * account, a refusal for rate cannot happen. Where somebody does, the vendor's headers say so, and what they say goes before our count.
 */
export interface LimitWindow {
  /** As people know it, such as `requestsPerMinute`. */
  readonly name: string;
  readonly perMs: number;
  /** Requests within `perMs`; null where only the vendor's headers tell. */
  readonly calls: number | null;
  /** Which routes (`GET /path`) it counts, and under which key; null: not this one. Absent: all of them together. */
  readonly bucket?: (route: string) => string | null;
  /** Places that only live work may take, so that a first load cannot starve it. */
  readonly keep?: number;
  /** What the headers of an answer say of this window. */
  readonly learn?: (headers: Headers, now: number) => Learned | null;
}

export interface Learned {
  /** The window's size for this account, where the vendor says it; null: there is no such limit. */
  readonly calls?: number | null;
  readonly left: number;
  /** When the vendor fills it up again (ms); null where it does not say. */
  readonly refillsAt: number | null;
}

/** From general to special: what a connection may do, as data. */
export interface Limits {
  readonly windows: readonly LimitWindow[];
  /** Requests under way at the same time. */
  readonly concurrency: number;
}

/** What is used and left of the first window; null where it is not known (yet). */
export interface Budget {
  readonly used: number;
  readonly left: number | null;
  readonly refillsAt: number | null;
}

export interface TakeOptions {
  readonly lane?: Lane;
  /** A place after this moment (ms) is of no use: `limit` is thrown as soon as that is certain. */
  readonly by?: number;
}

/** A place in the pace; `end` is called once, when the request has ended, with the answer's headers if one came. */
export interface Place {
  end(headers: Headers | null): void;
}

export interface Pace {
  take(route: string, options?: TakeOptions): Promise<Place>;
  /** Nothing on this route for so long: its most special window rests, or with `everything` the whole connection. */
  pause(route: string, forMs: number, everything?: boolean): void;
  budget(): Budget;
  /** How long so many calls take at least (s), and the window that decides; nothing is taken. */
  lasts(calls: readonly Planned[]): { readonly seconds: number; readonly limit: string };
}

/** Calls that are going to be made: how many of a route, such as `POST /api/v2/users/create_many`. */
export interface Planned {
  readonly route: string;
  readonly count: number;
}

interface Waiter {
  readonly route: string;
  readonly lane: Lane;
  readonly by: number;
  readonly resolve: (place: Place) => void;
  readonly reject: (error: FaultError) => void;
  told: boolean;
}

/** Ours and the vendor's clocks tick in steps; a place is free again only a little after it surely is. */
const marginMs = 25;
/** Waits longer than this are logged. */
const quietWaitMs = 2000;
/** What the vendor said without saying when it changes is believed for so long. */
const unknownRefillMs = 60_000;

/** One count of one window: the requests that ended (gathered in slots, so that a day's window stays small) and those under way. */
class Meter {
  readonly window: LimitWindow;
  pausedUntil = 0;
  private slots: { at: number; count: number }[] = [];
  private flying = 0;
  private size: number | null;
  private known: { left: number; refillsAt: number } | null = null;

  constructor(window: LimitWindow) {
    this.window = window;
    this.size = window.calls;
  }

  /** When the next place is free (ms): `now` or earlier if it is, Infinity if only the end of a request can tell. */
  freeAt(now: number, lane: Lane): number {
    const keep = lane === 'load' ? (this.window.keep ?? 0) : 0;
    let at = this.pausedUntil;
    if (this.known !== null && this.known.refillsAt <= now) this.known = null;
    if (this.known !== null && this.known.left - keep <= 0) at = Math.max(at, this.known.refillsAt);
    if (this.size === null) return at;
    let over = this.used(now) - (this.size - keep) + 1;
    for (const slot of this.slots) {
      if (over <= 0) break;
      over -= slot.count;
      at = Math.max(at, slot.at + this.window.perMs + marginMs);
    }
    return over > 0 ? Number.POSITIVE_INFINITY : at;
  }

  begin(): void {
    this.flying += 1;
    if (this.known !== null) this.known = { ...this.known, left: this.known.left - 1 };
  }

  end(now: number, headers: Headers | null): void {
    this.flying -= 1;
    const last = this.slots.at(-1);
    if (last !== undefined && now - last.at < this.window.perMs / 1000) {
      last.count += 1;
      last.at = now;
    } else {
      this.slots.push({ at: now, count: 1 });
    }
    const learned = headers === null ? null : (this.window.learn?.(headers, now) ?? null);
    if (learned !== null) this.believe(learned, now);
  }

  budget(now: number): Budget {
    const used = this.used(now);
    if (this.known !== null && this.known.refillsAt > now) {
      const left = Math.max(0, this.known.left);
      return { used: this.size === null ? used : Math.max(0, this.size - left), left, refillsAt: this.known.refillsAt };
    }
    const first = this.slots[0];
    const refillsAt = first === undefined ? null : first.at + this.window.perMs;
    return { used, left: this.size === null ? null : Math.max(0, this.size - used), refillsAt };
  }

  /** What is left now goes at once; the rest window by window. */
  lastsMs(count: number, now: number): number {
    const { left } = this.budget(now);
    if (this.size === null || left === null || count <= left) return 0;
    return Math.ceil((count - left) / Math.max(1, this.size)) * this.window.perMs;
  }

  private used(now: number): number {
    while (this.slots[0] !== undefined && this.slots[0].at + this.window.perMs + marginMs <= now) this.slots.shift();
    return this.slots.reduce((sum, slot) => sum + slot.count, this.flying);
  }

  /** Requests under way may or may not be in what the vendor counted, so they are taken off. Older answers may arrive later. */
  private believe(learned: Learned, now: number): void {
    if (learned.calls !== undefined) this.size = learned.calls;
    const left = learned.left - this.flying;
    if (learned.refillsAt === null) {
      this.known = { left, refillsAt: now + unknownRefillMs };
      return;
    }
    const sameTurn = this.known !== null && Math.abs(this.known.refillsAt - learned.refillsAt) < 2000;
    this.known = {
      left: sameTurn && this.known !== null ? Math.min(this.known.left, left) : left,
      refillsAt: learned.refillsAt,
    };
  }
}

export function createPace(world: Pick<World, 'now' | 'sleep' | 'log'>, name: string, limits: Limits): Pace {
  const meters = new Map<string, Meter>();
  let waiting: Waiter[] = [];
  let flying = 0;
  let pausedUntil = 0;
  let alarm: AbortController | null = null;

  function metersOf(route: string): readonly Meter[] {
    const found: Meter[] = [];
    for (const window of limits.windows) {
      const key = window.bucket === undefined ? '' : window.bucket(route);
      if (key === null) continue;
      const id = `${window.name}\n${key}`;
      const meter = meters.get(id) ?? new Meter(window);
      meters.set(id, meter);
      found.push(meter);
    }
    return found;
  }

  function freeAt(waiter: Waiter, now: number): { at: number; because: string } {
    let at = pausedUntil;
    let because = 'the vendor asked for a pause';
    for (const meter of metersOf(waiter.route)) {
      const free = meter.freeAt(now, waiter.lane);
      if (free > at) {
        at = free;
        because = meter.window.name;
      }
    }
    if (flying >= limits.concurrency) return { at: Number.POSITIVE_INFINITY, because: 'requests under way' };
    return { at, because };
  }

  function grant(waiter: Waiter): void {
    const taken = metersOf(waiter.route);
    for (const meter of taken) meter.begin();
    flying += 1;
    let ended = false;
    waiter.resolve({
      end(headers) {
        if (ended) return;
        ended = true;
        flying -= 1;
        for (const meter of taken) meter.end(world.now(), headers);
        turn();
      },
    });
  }

  /** Lets everybody go whose place is free, live work first, and sets the alarm for the next one. */
  function turn(): void {
    const now = world.now();
    let next = Number.POSITIVE_INFINITY;
    const stay: Waiter[] = [];
    for (const lane of ['live', 'load'] as const) {
      for (const waiter of waiting) {
        if (waiter.lane !== lane) continue;
        const { at, because } = freeAt(waiter, now);
        if (at <= now) {
          grant(waiter);
        } else if (now > waiter.by || (at !== Number.POSITIVE_INFINITY && at > waiter.by)) {
          waiter.reject(tooLate(because, at === Number.POSITIVE_INFINITY ? now : at, now));
        } else {
          tell(waiter, at, because, now);
          next = Math.min(next, at, waiter.by + 1);
          stay.push(waiter);
        }
      }
    }
    waiting = stay;
    alarm?.abort();
    alarm = null;
    if (next !== Number.POSITIVE_INFINITY) wakeAt(next, now);
  }

  function wakeAt(at: number, now: number): void {
    const mine = new AbortController();
    alarm = mine;
    void world.sleep(at - now, mine.signal).then(() => {
      if (alarm === mine) turn();
    });
  }

  function tell(waiter: Waiter, at: number, because: string, now: number): void {
    if (waiter.told || at === Number.POSITIVE_INFINITY || at - now <= quietWaitMs) return;
    waiter.told = true;
    world.log.info('waiting for a place', { connection: name, route: waiter.route, because, waitMs: at - now });
  }

  function tooLate(because: string, at: number, now: number): FaultError {
    const afterMs = Math.max(at - now, 1000);
    return new FaultError({ kind: 'limit', say: `${name}: no call is free in time (${because}).`, afterMs });
  }

  return {
    take(route, options = {}) {
      return new Promise<Place>((resolve, reject) => {
        const { lane = 'live', by = Number.POSITIVE_INFINITY } = options;
        waiting.push({ route, lane, by, resolve, reject, told: false });
        turn();
      });
    },
    pause(route, forMs, everything = false) {
      const until = world.now() + forMs;
      const meter = everything ? undefined : metersOf(route).at(-1);
      if (meter === undefined) pausedUntil = Math.max(pausedUntil, until);
      else meter.pausedUntil = Math.max(meter.pausedUntil, until);
      turn();
    },
    budget() {
      const first = limits.windows[0];
      const meter = first === undefined ? undefined : [...meters.values()].find((one) => one.window === first);
      return meter?.budget(world.now()) ?? { used: 0, left: first?.calls ?? null, refillsAt: null };
    },
    lasts(calls) {
      const now = world.now();
      const wanted = new Map<Meter, number>();
      for (const { route, count } of calls)
        for (const meter of metersOf(route)) wanted.set(meter, (wanted.get(meter) ?? 0) + count);
      let longest = { seconds: 0, limit: '' };
      for (const [meter, count] of wanted) {
        const seconds = meter.lastsMs(count, now) / 1000;
        if (seconds > longest.seconds) longest = { seconds, limit: meter.window.name };
      }
      return longest;
    },
  };
}

/** `Retry-After` in ms: seconds (fractions allowed) or an HTTP date; null where there is none that can be read. */
export function retryAfterMs(headers: Headers, now: number): number | null {
  const text = headers.get('retry-after')?.trim();
  if (text === undefined || text === '') return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
