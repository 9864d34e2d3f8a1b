import { silentLog, type World } from '../../model/world.ts';

/**
 * Two workers on one store, one step at a time: every call of the store and of a vendor waits for its turn, and a seed says whose turn
 * it is. Time stands still while anybody can do something; when all of them sleep, it moves to the first who wakes.
 */
export class Interleaving {
  readonly #steps: (() => void)[] = [];
  readonly #sleepers: { at: number; wake: () => void }[] = [];
  #now = Date.UTC(2026, 10, 20, 9);
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 7919 + 17;
  }

  random(): number {
    this.#state = (this.#state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return this.#state / 2_147_483_648;
  }

  readonly world: World = {
    fetch: async () => {
      throw new Error('nobody makes requests here');
    },
    now: () => this.#now,
    sleep: (ms) => new Promise((wake) => this.#sleepers.push({ at: this.#now + ms, wake })),
    random: () => this.random(),
    log: silentLog,
  };

  turn(): Promise<void> {
    return new Promise((go) => this.#steps.push(go));
  }

  around<Port extends object>(port: Port, slowMs = 0): Port {
    return new Proxy(port, {
      get: (target, name, receiver) => {
        const verb: unknown = Reflect.get(target, name, receiver);
        if (typeof verb !== 'function' || name === 'calls') return verb;
        return async (...args: unknown[]) => {
          await this.turn();
          if (slowMs > 0 && name === 'write') await this.world.sleep(Math.floor(this.random() * slowMs));
          const answer: unknown = await Reflect.apply(verb, target, args);
          await this.turn();
          return answer;
        };
      },
    });
  }

  async run(workers: readonly Promise<unknown>[], limit = 200_000): Promise<void> {
    let running = workers.length;
    const ends = workers.map((worker) => worker.finally(() => running--));
    const all = Promise.all(ends);
    all.catch(() => undefined);
    for (let steps = 0; running > 0; steps++) {
      // Everybody comes as far as the next turn or nap.
      await new Promise((done) => setImmediate(done));
      if (steps > limit) throw new Error('the workers go on for ever');
      const next = this.#steps.splice(Math.floor(this.random() * this.#steps.length), 1)[0];
      if (next) {
        next();
        continue;
      }
      const first = this.#sleepers.sort((a, b) => a.at - b.at).shift();
      if (!first) continue;
      this.#now = Math.max(this.#now, first.at);
      first.wake();
    }
    await all;
  }
}
