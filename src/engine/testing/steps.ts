/** Not a fault and not a bug: the process is gone. */
export class Crash extends Error {}

/** Counts every step that leaves the process (a call of a vendor, a transaction) and ends the process before or after one of them. */
export class Steps {
  count = 0;
  readonly #at: number;
  readonly #when: 'before' | 'after';

  constructor(at: number, when: 'before' | 'after') {
    this.#at = at;
    this.#when = when;
  }

  around<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name, receiver) => {
        const verb: unknown = Reflect.get(target, name, receiver);
        if (typeof verb !== 'function' || name === 'calls') return verb;
        return async (...args: unknown[]) => {
          this.count += 1;
          const here = this.count === this.#at;
          if (here && this.#when === 'before') throw new Crash();
          const answer: unknown = await Reflect.apply(verb, target, args);
          if (here && this.#when === 'after') throw new Crash();
          return answer;
        };
      },
    });
  }
}
