import { seededRandom } from '../../../src/systems/kit/testing.ts';
import type { Journey } from '../../journeys/harness.ts';

/** Where Zendesk is told to call, and where whoever is at work behind that address listens. */
const ports = { outside: 4000, inside: 4001 };
export const publicUrl = `http://127.0.0.1:${ports.outside}`;

/** Answers a call; the process that does so may die of it. */
type Door = (request: Request) => Promise<Response>;

interface Letter {
  readonly at: number;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
  /** Nobody but Zendesk could have written it. */
  readonly isGenuine: boolean;
}

/** How the calls of a vendor fare: as chance has it, all of them well, or none of them at all. */
export type Weather = 'rough' | 'fair' | 'none';

/**
 * The way of a vendor's calls to us. Some get lost, come twice, come late or after those that were made later; now and then somebody forges
 * one. A call that comes while nobody is at work is lost.
 */
export class Post {
  weather: Weather = 'rough';
  readonly counts = { taken: 0, lost: 0, doubled: 0, late: 0, forged: 0 };
  /** Forged calls that were believed. */
  readonly breaches: string[] = [];
  readonly #journey: Journey;
  readonly #random: () => number;
  #letters: Letter[] = [];
  #door: Door | null = null;

  constructor(journey: Journey, seed: number) {
    this.#journey = journey;
    // Of its own, so that a call draws nothing from what people and vendors do.
    this.#random = seededRandom(seed + 7919);
    journey.listen(ports.outside, async (request) => {
      await this.#post(request);
      return new Response(null, { status: 202 });
    });
    journey.listen(
      ports.inside,
      async (request) => (await this.#door?.(request)) ?? new Response(null, { status: 502 }),
    );
  }

  /** Somebody is at work; null: nobody any more. */
  open(door: Door | null): void {
    this.#door = door;
  }

  /** Hands on what has come by now. */
  async deliver(): Promise<void> {
    const now = this.#journey.world.now();
    const due = this.#letters.filter(({ at }) => at <= now);
    this.#letters = this.#letters.filter(({ at }) => at > now);
    for (const letter of due) await this.#hand(letter);
  }

  async #hand({ path, headers, body, isGenuine }: Letter): Promise<void> {
    if (this.#door === null) {
      if (isGenuine) this.counts.lost += 1;
      return;
    }
    const url = `http://127.0.0.1:${ports.inside}${path}`;
    const { status } = await this.#journey.world.fetch(new Request(url, { method: 'POST', headers, body }));
    if (status === 202) this.counts.taken += 1;
    if (!isGenuine && status < 300) this.breaches.push(`tickets: a forged call was answered ${status}: ${body}`);
  }

  async #post(request: Request): Promise<void> {
    const body = await request.text();
    const at = this.#journey.world.now();
    const path = new URL(request.url).pathname;
    const letter: Letter = { at, path, headers: request.headers, body, isGenuine: true };
    if (this.weather === 'none') return;
    if (this.weather === 'fair') {
      this.#letters.push(letter);
      return;
    }
    const draw = this.#random();
    if (this.#random() < 0.1) this.#letters.push(this.#forged(letter));
    if (draw < 0.2) this.counts.lost += 1;
    else if (draw < 0.35) {
      this.counts.doubled += 1;
      this.#letters.push(letter, { ...letter, at: at + this.#upTo(60_000) });
    } else if (draw < 0.6) {
      // Those that are made meanwhile come before it; after five minutes it is not believed any more.
      this.counts.late += 1;
      this.#letters.push({ ...letter, at: at + this.#upTo(400_000) });
    } else this.#letters.push(letter);
  }

  /** By somebody who has seen a call but not what it is signed with, or who has not even seen the address. */
  #forged(letter: Letter): Letter {
    this.counts.forged += 1;
    const other = `{"ticket_id": ${1 + this.#upTo(20)}, "salesforce_org_id": "00D000000000000AAA"}`;
    if (this.#random() < 0.3) return { ...letter, path: '/hooks/support/guessed', isGenuine: false };
    return { ...letter, body: this.#random() < 0.5 ? other : `${letter.body} `, isGenuine: false };
  }

  #upTo(count: number): number {
    return Math.floor(this.#random() * count);
  }
}
