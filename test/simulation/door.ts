import type { World } from '../../src/model/world.ts';
import type { Wire } from './wire.ts';

/**
 * The door to the vendors. Many of our requests may be inside at once; while a person does something, nobody of us is, so that what
 * changed meanwhile was the person. A person can be told to come just before the n-th request from now.
 */
export class Door {
  readonly #world: World;
  readonly #visits = new Map<number, () => Promise<void>>();
  #inside = 0;
  #count = 0;
  #idle: (() => void)[] = [];
  #person: Promise<void> = Promise.resolve();

  readonly #saved: (request: Request) => Promise<Request>;
  readonly #wire: Wire;

  /** `saved`: what a vendor makes of what it is sent. */
  constructor(world: World, saved: (request: Request) => Promise<Request>, wire: Wire) {
    this.#world = world;
    this.#saved = saved;
    this.#wire = wire;
  }

  /** The world as Syncline sees it through this door. */
  readonly world = (): World => ({ ...this.#world, fetch: (request) => this.#enter(request) });

  /** Counts requests from here on; visits that nobody came for are dropped. */
  begin(): void {
    this.#count = 0;
    this.#visits.clear();
  }

  /** Calls a person in just before the n-th request (from 1). */
  visitAt(count: number, act: () => Promise<void>): void {
    this.#visits.set(count, act);
  }

  /** Lets a person act alone. */
  alone(act: () => Promise<void>): Promise<void> {
    const turn = this.#person.then(async () => {
      await this.idle();
      await act();
    });
    this.#person = turn.catch(() => undefined);
    return turn;
  }

  /** When none of our requests is under way, also none of the dead. */
  async idle(): Promise<void> {
    while (this.#inside > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #enter(request: Request): Promise<Response> {
    this.#count += 1;
    const visit = this.#visits.get(this.#count);
    this.#visits.delete(this.#count);
    if (visit) await this.alone(visit);
    for (let person: Promise<void> | null = null; person !== this.#person; ) {
      person = this.#person;
      await person;
    }
    this.#inside += 1;
    try {
      return await this.#wire.send(await this.#saved(request), this.#world.fetch);
    } finally {
      this.#inside -= 1;
      if (this.#inside === 0) for (const wake of this.#idle.splice(0)) wake();
    }
  }
}
