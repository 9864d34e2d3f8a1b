import { type LogLevel, openWorld } from '../app/world.ts';
import type { World } from '../model/world.ts';

/** One of the two streams that a command writes to. */
export interface Output {
  write(text: string): void;
  readonly terminal: boolean;
  /** Characters in a line of the terminal; infinite where it is a file or a pipe. */
  readonly columns: number;
}

/** Everything that a command sees of where it runs: so that tests run commands in their own process. */
export interface Shell {
  /** Results, and nothing else. */
  readonly stdout: Output;
  /** All that is said to a person beside the result. */
  readonly stderr: Output;
  /** What a person or another program gives; asked for only where a command reads it. */
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The outside; `level` is what is logged where SYNCLINE_LOG does not say. */
  world(level: LogLevel): World;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls back on Ctrl-C and on SIGTERM, instead of ending the process; answers how to stop that. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}

/** The shell that started this process. */
export function realShell(): Shell {
  const output = (stream: NodeJS.WriteStream): Output => ({
    write: (text) => void stream.write(text),
    terminal: stream.isTTY === true,
    // Asked each time, because a window changes its size.
    get columns() {
      return stream.isTTY === true ? stream.columns || 80 : Number.POSITIVE_INFINITY;
    },
  });
  for (const stream of [process.stdout, process.stderr]) stream.on('error', leaveOnBrokenPipe);
  return {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    // Not before it is read: to look at it is to open it.
    get stdin() {
      return process.stdin;
    },
    environment: process.env,
    world: (level) => openWorld({ environment: process.env, stderr: process.stderr, level }),
    now: () => Date.now(),
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
    exit: (code) => process.exit(code),
  };
}

/** `syncline history | head` closes the pipe when it has enough: that is no failure. */
function leaveOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}
