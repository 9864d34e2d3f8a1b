import { exitCodes } from './errors.ts';
import type { Shell } from './shell.ts';

/** npm passes on a Ctrl-C that the terminal has sent to us already: two signals so close together are one key. */
const sameKeyMs = 400;

/**
 * Works until done or until a person stops it: the first Ctrl-C (or SIGTERM) aborts the signal and says so, the second ends the
 * process at once.
 */
export async function interruptible<T>(shell: Shell, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let stoppedAt = 0;
  const off = shell.onInterrupt(() => {
    if (stop.signal.aborted) {
      if (shell.now() - stoppedAt >= sameKeyMs) shell.exit(exitCodes.interrupted);
      return;
    }
    stoppedAt = shell.now();
    stop.abort();
    shell.stderr.write(`${shell.stderr.terminal ? '\r' : ''}Stopping cleanly… Ctrl-C again stops at once.\n`);
  });
  try {
    return await work(stop.signal);
  } finally {
    off();
  }
}
