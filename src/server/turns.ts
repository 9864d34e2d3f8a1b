import { AppError } from '../app/app.ts';

/** One after the other, in the order in which they came. */
export interface Turns {
  /** Waits for its turn, then works. Throws AppError where `signal` aborts before. */
  take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take(signal, work) {
      const before = last;
      const mine = before.then(() => {
        if (signal.aborted) throw new AppError('It was called off while another run was under way; nothing was done.');
        return work();
      });
      // The next one waits for this one, however it ends.
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
