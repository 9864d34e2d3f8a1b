import { join } from 'node:path';
import { AppError } from '../../src/app/app.ts';
import { type CrashPoint, crashPoint } from '../../src/app/crash.ts';
import type { Service } from '../../src/app/service.ts';
import type { Store } from '../../src/engine/ports.ts';
import { newJourney } from '../journeys/harness.ts';
import { Company, type Counts } from './company.ts';
import { type Configuration, configurationOf } from './configurations.ts';
import { Door } from './door.ts';
import { violations } from './invariants.ts';
import { Life } from './life.ts';
import { live, settle } from './people.ts';
import { calm, temper, trouble } from './vendors.ts';

export interface StoryOptions {
  readonly seed: number;
  /** By name; null: by the seed. */
  readonly configuration: string | null;
  readonly workers: number;
  /** An empty store for this seed. */
  readonly openStore: (seed: number) => Promise<Store>;
}

export interface Ending {
  readonly seed: number;
  readonly configuration: Configuration;
  readonly counts: Counts;
  /** What happened, line by line. */
  readonly story: readonly string[];
  /** What does not hold at rest; empty: all is well. */
  readonly violations: readonly string[];
}

const rounds = 8;
/** Longer than a lease, a call and the pause after a fault. */
const quietMs = 3_600_000;
/** Runs after which all must be at rest. */
const patience = 8;

/** Lives through one seed: people, vendors and crashes as chance has it; then rest, and what must hold. */
export async function tellStory(options: StoryOptions): Promise<Ending> {
  const { seed } = options;
  const configuration = configurationOf(seed, options.configuration);
  const store = await options.openStore(seed);
  const journey = await newJourney({ store, seed });
  const company = new Company(journey, store, configuration, seed);
  try {
    await journey.configure(configuration.accounts, { syncs: configuration.syncs });
    const teller = new Teller(company, store, options.workers);
    await teller.begin();
    for (let round = 0; round < rounds; round++) await teller.round();
    const restless = await teller.rest();
    const found = restless.length > 0 ? restless : await violations(company, store);
    return { seed, configuration, counts: company.counts, story: company.story, violations: found };
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, configuration, counts: company.counts, story: company.story, violations: [`broke off: ${said}`] };
  } finally {
    await journey.close();
    await store.close();
  }
}

class Teller {
  readonly #company: Company;
  readonly #store: Store;
  readonly #workers: number;
  readonly #door: Door;
  #lives = 0;

  constructor(company: Company, store: Store, workers: number) {
    this.#company = company;
    this.#store = store;
    this.#workers = workers;
    this.#door = new Door(company.journey.world);
  }

  async begin(): Promise<void> {
    const company = this.#company;
    await temper(company);
    await settle(company);
    // Half of the stories stand on Salesforce's own key, half on a trace.
    if (!company.happens(0.5)) return;
    company.tell('installs the keys');
    await this.#alone((service) => service.doctor({ install: 'keys' }));
  }

  async round(): Promise<void> {
    const company = this.#company;
    for (let acts = 1 + company.upTo(5); acts > 0; acts--) await live(company);
    if (company.happens(0.5)) await trouble(company);
    await company.journey.world.pass(company.pick([1000, 20_000, 90_000, 90_000, 600_000]) ?? 0);
    this.#door.begin();
    for (let visits = company.upTo(3); visits > 0; visits--)
      this.#door.visitAt(1 + company.upTo(25), () => live(company));
    company.isRunning = true;
    await this.#run(this.#points());
    await this.#door.idle();
    company.isRunning = false;
  }

  /** No more faults and no more people; what was refused is tried again, until nothing is left to be done. */
  async rest(): Promise<readonly string[]> {
    const company = this.#company;
    company.tell('calm');
    this.#door.begin();
    await calm(company);
    await company.journey.world.pass(quietMs);
    await this.#alone((service) => service.run({ syncs: [] }));
    await this.#alone((service) => service.retry(null));
    let writes = 0;
    for (let runs = 0; runs < patience; runs++) {
      await company.journey.world.pass(quietMs);
      const { calls } = await this.#alone((service) => service.run({ syncs: [] }));
      const before = writes;
      writes = Object.values(calls).reduce((sum, { write }) => sum + write, 0);
      company.tell(`a run at rest: ${writes} writes`);
      // Nothing is written, and once more nothing.
      if (runs > 0 && before === 0 && writes === 0) return this.#failing();
    }
    return [`I1 quiet: after ${patience} runs without any edit there are still ${writes} writes`];
  }

  async #failing(): Promise<readonly string[]> {
    const faults = await this.#store.faults({ limit: 1000 });
    return faults.map(({ sync, link, fault }) => `I1 quiet: ${sync} ${link} still fails: ${fault.kind} ${fault.say}`);
  }

  #points(): readonly (CrashPoint | null)[] {
    const company = this.#company;
    return Array.from({ length: this.#workers }, () => {
      if (!company.happens(0.4)) return null;
      const at = company.pick(['fetch', 'commit']);
      const when = company.pick(['before', 'after']);
      return crashPoint(`${at}:${1 + company.upTo(30)}:${when}`);
    });
  }

  /** One run of each worker, at the same time; each may die of its point. */
  async #run(points: readonly (CrashPoint | null)[]): Promise<void> {
    const company = this.#company;
    company.counts.runs += 1;
    const lives = points.map((point) => this.#life(point));
    const opened: (Service | 'crashed')[] = [];
    for (const life of lives) opened.push(await Promise.race([life.open(), life.death]));
    const ends = await Promise.all(
      opened.map(async (service, i) => {
        const end = service === 'crashed' ? service : await Promise.race([this.#try(service), lives[i]?.death]);
        return `${end}${end === 'crashed' ? ` at ${JSON.stringify(points[i])}` : ''}`;
      }),
    );
    for (const end of ends) {
      if (end.startsWith('crashed')) company.counts.crashes += 1;
      company.tell(`run: ${end}`);
    }
  }

  async #try(service: Service): Promise<string> {
    try {
      const { calls, syncs } = await service.run({ syncs: [] });
      return JSON.stringify({ calls, syncs });
    } catch (error) {
      // What a command cannot do it says, and the next one goes on; anything else is a bug.
      if (error instanceof AppError) return `could not: ${error.message}`;
      throw error;
    } finally {
      await service.close();
    }
  }

  async #alone<Answer>(work: (service: Service) => Promise<Answer>): Promise<Answer> {
    const service = await this.#life(null).open();
    try {
      return await work(service);
    } finally {
      await service.close();
    }
  }

  #life(point: CrashPoint | null): Life {
    const { folder } = this.#company.journey;
    this.#lives += 1;
    return new Life({
      configPath: join(folder, 'syncline.yaml'),
      dataDir: join(folder, `life-${this.#lives}`),
      world: this.#door.world(),
      store: this.#store,
      point,
      isShared: this.#workers > 1,
    });
  }
}
