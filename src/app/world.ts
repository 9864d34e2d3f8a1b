import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import type { Details, Log, World } from '../model/world.ts';

export interface WorldOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the log goes: stderr. On a terminal it reads as lines of text, elsewhere as JSON lines. */
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  /** What is logged where SYNCLINE_LOG does not say: `warn` for a command that ends, `info` for a service. */
  readonly level: LogLevel;
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Names under which a credential could come by mistake: their values never reach the log. */
const secretNames = [
  'auth',
  'authorization',
  'token',
  'accessToken',
  'refreshToken',
  'clientSecret',
  'privateKey',
  'password',
  'secret',
  'key',
];

/**
 * The real world. The network is the runtime's `fetch`, which keeps connections alive; the log is pino on stderr, because stdout
 * belongs to results. An unknown SYNCLINE_LOG falls back to the given level rather than stopping a service over a typing mistake.
 */
export function openWorld(options: WorldOptions): World {
  return {
    // Without a window (which there is none of here) the runtime keeps no copy of a body that is sent in pieces.
    fetch: (request) => fetch(request, { window: null }),
    now: () => Date.now(),
    sleep,
    random,
    log: openLog(options),
  };
}

/** A timer holds at most 2^31 - 1 ms (24.8 days); a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  let left = ms;
  while (left > 0 && signal?.aborted !== true) {
    const part = Math.min(left, longestTimerMs);
    // An abort is an early end, not an error: the caller looks at its signal.
    await wait(part, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    left -= part;
  }
}

const pool = new Uint32Array(256);
let drawn = pool.length;

/** Cryptographic, because ids of links and runs must not be guessable from one another; drawn in bulk, because ids are many. */
function random(): number {
  if (drawn >= pool.length) {
    crypto.getRandomValues(pool);
    drawn = 0;
  }
  return (pool[drawn++] ?? 0) / 2 ** 32;
}

function openLog({ environment, stderr, level }: WorldOptions): Log {
  const asked = environment.SYNCLINE_LOG;
  const logger = pino(
    {
      level: logLevels.find((known) => known === asked) ?? level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretNames, censor: 'hidden' },
      messageKey: 'message',
    },
    // A line of progress may stand there, without an end: it gives way, and is painted anew after this.
    { write: (line: string) => stderr.write(stderr.isTTY === true ? `\r\u{1b}[2K${readable(line)}` : line) },
  );
  return {
    debug: (message, details) => logger.debug(details ?? {}, message),
    info: (message, details) => logger.info(details ?? {}, message),
    warn: (message, details) => logger.warn(details ?? {}, message),
    error: (message, details) => logger.error(details ?? {}, message),
  };
}

/** `10:31:07 warn  the vendor asks to wait  connection=sales ms=2000` */
function readable(line: string): string {
  const { time, level, message, ...details }: Details = JSON.parse(line);
  const pairs = Object.entries(details).map(([name, value]) => `${name}=${value}`);
  const words = [
    String(time).slice(11, 19),
    String(level).padEnd(5),
    ` ${message}`,
    ...(pairs.length > 0 ? [''] : []),
    ...pairs,
  ];
  return `${words.join(' ')}\n`;
}
