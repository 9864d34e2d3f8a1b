/**
 * Everything that is not a pure function reaches the outside through one World: the network, the clock, chance and the log.
 * That is why the whole product can run against twins without sockets, on simulated time, from one seed.
 */
export interface World {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after `ms` milliseconds of this world's time, earlier if `signal` aborts (it never rejects). */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

export interface Log {
  debug(message: string, details?: Details): void;
  info(message: string, details?: Details): void;
  warn(message: string, details?: Details): void;
  error(message: string, details?: Details): void;
}

/** Structured and flat; never a credential, never a whole record. */
export type Details = Readonly<Record<string, string | number | boolean | null | undefined>>;

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new id that sorts by time: 10 characters of milliseconds, 12 of chance (60 bits), Crockford base 32. */
export function newId(world: Pick<World, 'now' | 'random'>): string {
  let id = '';
  let time = world.now();
  for (let i = 0; i < 10; i++) {
    id = alphabet.charAt(time % 32) + id;
    time = Math.floor(time / 32);
  }
  for (let i = 0; i < 12; i++) id += alphabet.charAt(Math.floor(world.random() * 32));
  return id;
}
