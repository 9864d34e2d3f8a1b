/** Which requests are being worked on: the vendor limits those that run for long, short ones are free. */
export interface Running {
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Those that have been running for 20 seconds or more. */
  long(): number;
}

const longMs = 20_000;

export function createRunning(now: () => number): Running {
  const startedAt = new Set<{ readonly at: number }>();
  return {
    async during(work) {
      const one = { at: now() };
      startedAt.add(one);
      try {
        return await work();
      } finally {
        startedAt.delete(one);
      }
    },
    long: () => [...startedAt].filter(({ at }) => now() - at >= longMs).length,
  };
}
