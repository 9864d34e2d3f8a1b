import type { Chance } from '../../../twins/chance.ts';

/**
 * Ids: decimal texts of 18 digits, so beyond what a JavaScript number holds. They begin with the portal's own digits and grow with gaps;
 * all have one length, so they compare as texts.
 */
export class IdMaker {
  readonly #chance: Chance;
  readonly #portal: string;
  #counter: number;

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#portal = String(chance.between(189_200, 998_999));
    this.#counter = chance.between(40_000, 49_999);
  }

  next(): string {
    this.#counter += this.#chance.between(1, 9);
    return this.#portal + String(this.#counter).padStart(12, '0');
  }
}
