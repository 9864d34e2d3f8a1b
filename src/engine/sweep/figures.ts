import type { PerSide } from '../../model/tally.ts';
import type { Stood } from './stand.ts';

/**
 * What a sweep found of one sync: every pair is in exactly one of `equal`, `drifted`, `explained` and `differ`, after what could be
 * mended was mended.
 */
export interface SweepFigures {
  /** Links with both ends. */
  readonly pairs: number;
  /** Equal under the mapping, in the directions in which the fields flow. */
  readonly equal: number;
  /** They differ, or are not compared, for a reason that `why` names. */
  readonly explained: number;
  /** A one-way target was edited, and stays so. */
  readonly drifted: number;
  /** They differ and nothing says why: a write of them failed, or is still to come. */
  readonly differ: number;
  /** Pairs of `equal` that were not when they were first looked at. */
  readonly repaired: number;
  /** Records of each side that looked other than was known: changes that no feed and no webhook had brought until then. */
  readonly found: Readonly<PerSide>;
  /** Records inside their filter without a twin, by this sync or another one. */
  readonly orphans: Readonly<PerSide>;
  /** Why pairs are not equal, with their number: drift, lossy, a hold's reason, … */
  readonly why: Readonly<Record<string, number>>;
  /** Why records have no twin, likewise. */
  readonly whyAlone: Readonly<Record<string, number>>;
  /** Links that wait for a person, or fail, pairs or not. */
  readonly waiting: number;
  /** Up to a hundred of those that `why` and `whyAlone` count, pairs first. */
  readonly examples: readonly SweepExample[];
}

export interface SweepExample {
  readonly link: string;
  readonly crm: string | null;
  readonly desk: string | null;
  readonly why: string;
  /** One or two sentences: the records, what stands where, why that is so. */
  readonly say: string;
}

const mostExamples = 100;

/** Counts what was looked at, link by link. */
export class SweepCount {
  #pairs = 0;
  #equal = 0;
  #explained = 0;
  #drifted = 0;
  #differ = 0;
  #repaired = 0;
  #waiting = 0;
  readonly #orphans = { crm: 0, desk: 0 };
  readonly #found = { crm: 0, desk: 0 };
  readonly #why = new Map<string, number>();
  readonly #whyAlone = new Map<string, number>();
  readonly #examples: SweepExample[] = [];
  readonly #alone: SweepExample[] = [];

  /** Whether one more example of such a link would be kept: telling one costs more than counting it. */
  wants({ as }: Pick<Stood, 'as'>): boolean {
    return (as === 'pair' ? this.#examples : this.#alone).length < mostExamples;
  }

  add(stood: Stood, example: SweepExample | null): void {
    const { as, is, why, waits } = stood;
    if (as === null) return;
    if (waits) this.#waiting += 1;
    if (as === 'pair') {
      this.#pairs += 1;
      if (is === 'equal') this.#equal += 1;
      else if (is === 'drifted') this.#drifted += 1;
      else if (is === 'explained') this.#explained += 1;
      else this.#differ += 1;
    } else this.#orphans[as] += 1;
    if (is === 'equal') return;
    const reasons = as === 'pair' ? this.#why : this.#whyAlone;
    reasons.set(why, (reasons.get(why) ?? 0) + 1);
    if (example && this.wants(stood)) (as === 'pair' ? this.#examples : this.#alone).push(example);
  }

  repaired(): void {
    this.#repaired += 1;
  }

  found(side: keyof PerSide, count: number): void {
    this.#found[side] += count;
  }

  figures(): SweepFigures {
    return {
      pairs: this.#pairs,
      equal: this.#equal,
      explained: this.#explained,
      drifted: this.#drifted,
      differ: this.#differ,
      repaired: this.#repaired,
      found: { ...this.#found },
      orphans: { ...this.#orphans },
      why: Object.fromEntries(this.#why),
      whyAlone: Object.fromEntries(this.#whyAlone),
      waiting: this.#waiting,
      examples: [...this.#examples, ...this.#alone].slice(0, mostExamples),
    };
  }
}
