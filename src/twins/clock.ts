/** A twin's time: the world's, plus what was advanced, unless it is frozen. Milliseconds since 1970. */
export interface TwinClock {
  now(): number;
  /** Also moves a frozen clock. */
  advance(ms: number): void;
  /** Jumps to an instant; runs on from there, unless frozen. */
  set(at: number): void;
  freeze(): void;
  /** A frozen clock runs on from where it stood. */
  thaw(): void;
  readonly frozen: boolean;
  /** Back to the world's time. */
  reset(): void;
}

export function createTwinClock(world: { readonly now: () => number }): TwinClock {
  let aheadMs = 0;
  let frozenAt: number | null = null;
  const now = (): number => frozenAt ?? world.now() + aheadMs;
  return {
    now,
    advance(ms) {
      if (frozenAt === null) aheadMs += ms;
      else frozenAt += ms;
    },
    set(at) {
      if (frozenAt === null) aheadMs = at - world.now();
      else frozenAt = at;
    },
    freeze() {
      frozenAt = now();
    },
    thaw() {
      if (frozenAt === null) return;
      aheadMs = frozenAt - world.now();
      frozenAt = null;
    },
    get frozen() {
      return frozenAt !== null;
    },
    reset() {
      aheadMs = 0;
      frozenAt = null;
    },
  };
}
