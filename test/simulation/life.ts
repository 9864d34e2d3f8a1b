import { type CrashPoint, crashingStore, crashingWorld } from '../../src/app/crash.ts';
import { openService, type Service } from '../../src/app/service.ts';
import type { Store } from '../../src/engine/ports.ts';
import type { World } from '../../src/model/world.ts';
import { systems } from '../../src/systems/index.ts';
import type { System } from '../../src/systems/kit/system.ts';
import type { Mutation, Planted } from './mutations/mutation.ts';
import type { Watch } from './watch.ts';
import type { Wire } from './wire.ts';

/** Seals the credentials in the store, so that every life can read what the one before it kept. */
const key = '5a'.repeat(32);

/** What a life is given. The store outlives it. */
export interface LifeOptions {
  readonly configPath: string;
  readonly dataDir: string;
  readonly world: World;
  readonly store: Store;
  /** Where it dies; null: it does not. */
  readonly point: CrashPoint | null;
  /** Before it first keeps what it will write, it stands still until this resolves, as a machine does that is put to sleep; null: it does not. */
  readonly sleep: Promise<void> | null;
  /** The mistake that it makes; null: none. */
  readonly mutation: Mutation | null;
  readonly watch: Watch;
  readonly wire: Wire;
  /** True where others work on the same store: then nobody's leases end because one more opens it. */
  readonly isShared: boolean;
}

/**
 * One process of Syncline, without a process. When it dies, whatever it was waiting for never comes: no answer, no transaction, no end of a
 * nap reaches it any more, as after `kill -9`. What the vendor was told before is told.
 */
export class Life {
  readonly #dying = new AbortController();
  readonly #options: LifeOptions;
  /** Resolves when it dies. */
  readonly death: Promise<'crashed'>;
  readonly #nodding = new AbortController();
  /** Resolves when it falls asleep. */
  readonly asleep: Promise<void>;
  readonly #rising = Promise.withResolvers<void>();
  /** Resolves when it begins to look by itself for what is to be done. */
  readonly up: Promise<void> = this.#rising.promise;

  constructor(options: LifeOptions) {
    this.#options = options;
    this.asleep = new Promise((resolve) =>
      this.#nodding.signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    this.death = new Promise((resolve) =>
      this.#dying.signal.addEventListener('abort', () => resolve('crashed'), { once: true }),
    );
  }

  open(): Promise<Service> {
    const { configPath, dataDir, world, store, point, mutation, watch, wire, isShared } = this.#options;
    const planted = mutation?.plant(store) ?? {};
    const crash = (): void => this.#dying.abort();
    const mortalWorld: World = {
      ...world,
      fetch: this.#mortal(world.fetch),
      // A nap of the dead is over: nobody's clock should move for it.
      sleep: this.#mortal((ms, signal) =>
        world.sleep(ms, signal ? AbortSignal.any([signal, this.#dying.signal]) : this.#dying.signal),
      ),
    };
    const kept: Store = {
      ...this.#around(this.#sleeping(watch.around({ ...store, ...planted.store }))),
      close: async () => {},
      ...(isShared ? { releaseAll: async () => {} } : {}),
      tips: this.#mortal(async (limit: number) => {
        this.#rising.resolve();
        return (planted.store?.tips ?? store.tips)(limit);
      }),
    };
    return openService({
      configPath,
      dataDir,
      world: crashingWorld(mortalWorld, point, crash),
      environment: { SYNCLINE_KEY: key },
      command: 'syncline simulate',
      openStore: async () => crashingStore(kept, point, crash),
      systems: systems.map((system) => spoilt(system, planted, wire)),
    });
  }

  #sleeping(store: Store): Store {
    const { sleep } = this.#options;
    let isRested = sleep === null;
    return {
      ...store,
      commit: async (changes, lease, now) => {
        if (!isRested && changes.some(({ open }) => open)) {
          isRested = true;
          this.#nodding.abort();
          await sleep;
        }
        return store.commit(changes, lease, now);
      },
    };
  }

  #around(store: Store): Store {
    const entries = Object.entries(store).map(([name, verb]) => [
      name,
      this.#mortal(async (...args: readonly unknown[]): Promise<unknown> => Reflect.apply(verb, store, args)),
    ]);
    return { ...store, ...Object.fromEntries(entries) };
  }

  #mortal<Args extends readonly unknown[], Answer>(
    verb: (...args: Args) => Promise<Answer>,
  ): (...args: Args) => Promise<Answer> {
    const { signal } = this.#dying;
    const never = new Promise<never>(() => {});
    return async (...args) => {
      if (signal.aborted) return never;
      try {
        const answer = await verb(...args);
        return signal.aborted ? never : answer;
      } catch (error) {
        if (signal.aborted) return never;
        throw error;
      }
    };
  }
}

/** A system whose connections make the planted mistake, and whose feeds may tell something twice. */
function spoilt(system: System, { connection: spoil }: Planted, wire: Wire): System {
  return {
    ...system,
    connect: (options) => {
      const connection = system.connect(options);
      const told = { ...connection, ...wire.around(connection) };
      return { ...told, ...spoil?.(told) };
    },
  };
}
