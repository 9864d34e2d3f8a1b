import type { Company } from './company.ts';
import { arranged } from './tickets/people.ts';
import type { Mishap, Wire } from './wire.ts';

/** How long Zendesk may be at a job (ms). */
const longestJobMs = 45_000;

/** What every story holds once at least. */
export type Must = 'crash' | 'lost' | 'doubled';

const musts: readonly Must[] = ['crash', 'lost', 'doubled'];

/** When each of what a story must hold is due: from its round on it is arranged until it has happened. */
export class Mishaps {
  readonly #company: Company;
  readonly #wire: Wire;
  readonly #rounds: Readonly<Record<Must, number>>;

  constructor(company: Company, wire: Wire, rounds: number) {
    this.#company = company;
    this.#wire = wire;
    this.#rounds = {
      crash: company.upTo(rounds),
      lost: company.upTo(rounds),
      doubled: company.upTo(rounds),
    };
  }

  get isOpen(): boolean {
    return musts.some((must) => this.#happened(must) === 0);
  }

  isDue(must: Must, round: number): boolean {
    return this.#happened(must) === 0 && round >= this.#rounds[must];
  }

  /** What goes wrong in this round on the way between us and the vendors. */
  async arrange(round: number): Promise<void> {
    const company = this.#company;
    const lost = this.isDue('lost', round);
    const doubled = this.isDue('doubled', round);
    if (lost || company.happens(0.1)) this.#request('lost', lost ? 1 : 1 + company.upTo(3));
    if (doubled || company.happens(0.15)) {
      if (company.happens(0.5))
        this.#request(company.happens(0.5) ? 'first' : 'second', doubled ? 1 : 1 + company.upTo(3));
      else this.#page(company.happens(0.5) ? 0 : company.upTo(6));
    }
    // Something there is to be written and to be told.
    if (!lost && !doubled) return;
    if (company.configuration.tickets) return arranged(company);
    const row = { Name: company.text('Firm') };
    await company.act(`adds Account ${JSON.stringify(row)}`, () => company.journey.seed('sales', 'Account', [row]));
  }

  /** Takes over what has happened by now. */
  async count(): Promise<void> {
    const { counts, journey, planted } = this.#company;
    const still = JSON.stringify([
      await journey.control('sales', 'GET', 'faults'),
      await journey.control('support', 'GET', 'faults'),
    ]);
    const left = still.split(/"do":"(?:lose-answer|cut)"/).length - 1;
    const before = counts.lostAnswers + counts.doubled;
    counts.lostAnswers = this.#wire.counts.lost + planted - left;
    counts.doubled = this.#wire.counts.doubled;
    // Whoever took the request may work on it for a while, whether or not we know of it.
    if (counts.lostAnswers + counts.doubled > before) this.#company.busyUntil = journey.world.now() + longestJobMs;
  }

  #request(mishap: Mishap, nth: number): void {
    this.#company.tell(
      `! write ${nth} of this run: ${mishap === 'lost' ? 'its answer is lost' : `sent twice, the ${mishap} answer counts`}`,
    );
    this.#wire.arrange(mishap, nth);
  }

  #page(age: number): void {
    this.#company.tell(`! a feed tells a page again: ${age === 0 ? 'the last one' : `${age} before the last one`}`);
    this.#wire.tellAgain(age);
  }

  #happened(must: Must): number {
    const { counts } = this.#company;
    return must === 'crash' ? counts.crashes : must === 'lost' ? counts.lostAnswers : counts.doubled;
  }
}
