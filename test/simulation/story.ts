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
import { Mishaps } from './mishaps.ts';
import type { Mutation } from './mutations/mutation.ts';
import { Ours } from './ours.ts';
import { outsidersKept } from './outsiders.ts';
import { insist, live, settle } from './people.ts';
import { lookAtRest, type Rest } from './rest.ts';
import { sweptClean } from './swept.ts';
import { Post } from './tickets/post.ts';
import { serve } from './tickets/serve.ts';
import { toldAtRest } from './tickets/told.ts';
import { calm, longestCommitMs, temper, trouble, written } from './vendors.ts';
import { Watch } from './watch.ts';
import { Wire } from './wire.ts';

export interface StoryOptions {
  readonly seed: number;
  /** By name; null: by the seed. */
  readonly configuration: string | null;
  readonly workers: number;
  /** The mistake that is planted; null: none. */
  readonly mutation: Mutation | null;
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
/** Where what every story must hold has not happened by then, it goes on for so many. */
const mostRounds = 16;
/** After this (ms) what a worker took is free for the others. */
const leaseMs = 130_000;
/** Longer than a lease, a call and the pause after a fault. */
const quietMs = 3_600_000;
/** A service that works by itself does so in steps, between which calls and people come in (ms). */
const stepMs = 10_000;
/** After this nothing more comes of what was there before (ms). */
const settleMs = 90_000;
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
    await company.configure();
    const teller = new Teller(company, store, options);
    await teller.begin();
    for (let round = 0; round < rounds || (teller.isOpen && round < mostRounds); round++) await teller.round(round);
    const found = await teller.end();
    return { seed, configuration, counts: company.counts, story: company.story, violations: found };
  } catch (error) {
    const problems = error instanceof AppError ? ` ${JSON.stringify(error.problems)}` : '';
    const said = `${error instanceof Error ? (error.stack ?? error.message) : String(error)}${problems}`;
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
  readonly #mutation: Mutation | null;
  readonly #door: Door;
  readonly #watch = new Watch();
  readonly #wire: Wire;
  readonly #mishaps: Mishaps;
  readonly #ours: Ours;
  /** Where vendors call; null: none does. */
  readonly #post: Post | null;
  #lives = 0;

  constructor(company: Company, store: Store, { seed, workers, mutation }: StoryOptions) {
    this.#post = company.configuration.tickets ? new Post(company.journey, seed) : null;
    this.#company = company;
    this.#store = store;
    this.#workers = workers;
    this.#mutation = mutation;
    this.#wire = new Wire(() => company.journey.world.now());
    this.#door = new Door(company.journey.world, written, this.#wire);
    this.#mishaps = new Mishaps(company, this.#wire, rounds);
    this.#ours = new Ours(company, rounds, (work) => this.#say(work));
  }

  get isOpen(): boolean {
    return this.#mishaps.isOpen;
  }

  async begin(): Promise<void> {
    const company = this.#company;
    await temper(company);
    await settle(company);
    if (company.configuration.tickets)
      await this.#alone((service) => service.doctor({ install: 'package', connection: 'sales' }));
    // Half of the stories stand on Salesforce's own key, half on a trace.
    if (!company.happens(0.5)) return;
    company.tell('installs the keys');
    await this.#alone((service) => service.doctor({ install: 'keys' }));
    company.hasKeys = true;
  }

  async round(round: number): Promise<void> {
    const company = this.#company;
    await this.#ours.round(round);
    await this.#mishaps.arrange(round);
    for (let acts = 1 + company.upTo(5); acts > 0; acts--) await live(company);
    if (company.happens(0.5)) await trouble(company);
    await company.journey.world.pass(company.pick([1000, 20_000, 90_000, 90_000, 600_000]) ?? 0);
    this.#door.begin();
    for (let visits = company.upTo(3); visits > 0; visits--)
      this.#door.visitAt(1 + company.upTo(25), () => live(company));
    company.isRunning = true;
    company.ledger.begin(company.journey.world.now() - longestCommitMs);
    if (this.#post && (company.happens(0.6) || round === 0))
      await this.#serve(this.#post, this.#points(round)[0] ?? null);
    else if (this.#workers > 1) await this.#runTogether(round);
    else await this.#run(this.#points(round));
    await this.#door.idle();
    company.isRunning = false;
    await this.#mishaps.count();
  }

  /** What does not hold once it has become calm. */
  async end(): Promise<readonly string[]> {
    const restless = await this.#rest();
    if (restless.length > 0) return restless;
    const rest = await lookAtRest(this.#company, this.#store, {
      isAlone: this.#workers === 1,
      removals: this.#wire.removals,
      ticketWrites: this.#wire.ticketWrites,
    });
    const settle = async () => {
      await this.#company.journey.world.pass(quietMs);
      await this.#alone((service) => service.run({ syncs: [] }));
    };
    const kept = [...this.#watch.breaches, ...violations(rest), ...(await outsidersKept(this.#company, rest, settle))];
    const told = this.#post ? await this.#told(this.#post, rest) : [];
    return [...kept, ...told, ...(await this.#alone((service) => sweptClean(service, this.#post !== null)))];
  }

  #told(post: Post, rest: Rest): Promise<readonly string[]> {
    return toldAtRest(this.#company, rest, post, {
      serve: async (ms, work) => {
        let isDone = false;
        await serve(this.#company, post, this.#life(null, null), async (pass) => {
          await pass(settleMs);
          if (!isDone) await work();
          isDone = true;
          await pass(ms);
        });
      },
      run: async () => {
        await this.#alone((service) => service.run({ syncs: [] }));
      },
    });
  }

  /** The service works by itself for a while, with its door open, and people go on. */
  async #serve(post: Post, point: CrashPoint | null): Promise<void> {
    const company = this.#company;
    company.counts.runs += 1;
    const life = this.#life(point, null);
    const steps = 2 + company.upTo(12);
    const crashed = life.death.then(() => `crashed at ${JSON.stringify(point)}`);
    const work = serve(company, post, life, async (pass) => {
      for (let step = 0; step < steps; step++) {
        if (company.happens(0.15)) await this.#door.alone(() => live(company));
        await pass(stepMs);
      }
    });
    const end = await Promise.race([work, crashed]);
    post.open(null);
    if (end.startsWith('crashed')) company.counts.crashes += 1;
    company.tell(`service: ${end}`);
  }

  /** No more faults and no more people; what was refused is tried again, until nothing is left to be done. */
  async #rest(): Promise<readonly string[]> {
    const company = this.#company;
    company.tell('calm');
    this.#door.begin();
    this.#wire.calm();
    await this.#ours.end();
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

  /**
   * Several work on one store. Now and then one of them sleeps over what it took, and somebody edits that once more: for a moment, or for
   * longer than it is its own, so that the others take it over and have gone on when it wakes.
   */
  async #runTogether(round: number): Promise<void> {
    const company = this.#company;
    const { world } = company.journey;
    if (company.happens(0.4) || this.#mishaps.isDue('crash', round)) return this.#run(this.#points(round));
    const again = await insist(company);
    await world.pass(longestCommitMs);
    const isLong = company.happens(0.5);
    const { promise, resolve: wake } = Promise.withResolvers<void>();
    const life = this.#life(null, promise);
    const sleeper = this.#live(life, null);
    await Promise.race([life.asleep, sleeper]);
    if (isLong) {
      await world.pass(leaseMs);
      await this.#run(this.#points(round).slice(1));
    }
    await this.#door.alone(again);
    await world.pass(2 * longestCommitMs);
    await this.#run(this.#points(round).slice(1));
    wake();
    company.tell(`the one that slept: ${await sleeper}`);
  }

  #points(round: number): readonly (CrashPoint | null)[] {
    const company = this.#company;
    return Array.from({ length: this.#workers }, (_, i) => {
      const isDue = i === 0 && this.#mishaps.isDue('crash', round);
      if (!isDue && !company.happens(0.4)) return null;
      const at = company.pick(['fetch', 'commit']);
      const when = company.pick(['before', 'after']);
      // No run is so short that it does not come that far, once the rounds run out.
      const most = isDue && round >= rounds - 2 ? 3 : 30;
      return crashPoint(`${at}:${1 + company.upTo(most)}:${when}`);
    });
  }

  /** One run of each worker, at the same time; each may die of its point. */
  async #run(points: readonly (CrashPoint | null)[]): Promise<void> {
    const company = this.#company;
    company.counts.runs += 1;
    for (const end of await Promise.all(points.map((point) => this.#live(this.#life(point, null), point)))) {
      if (end.startsWith('crashed')) company.counts.crashes += 1;
      company.tell(`run: ${end}`);
    }
  }

  /** One run of one process; answers what it says of it. */
  async #live(life: Life, point: CrashPoint | null): Promise<string> {
    const crashed = life.death.then(() => `crashed at ${JSON.stringify(point)}`);
    return Promise.race([life.open().then((service) => this.#try(service)), crashed]);
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

  /** A command by hand; where it cannot be done, the story goes on without it. */
  async #say(work: (service: Service) => Promise<void>): Promise<void> {
    const company = this.#company;
    this.#door.begin();
    company.ledger.begin(company.journey.world.now() - longestCommitMs);
    try {
      await this.#alone(work);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      company.tell(`could not: ${error.message}`);
    }
    await this.#door.idle();
  }

  async #alone<Answer>(work: (service: Service) => Promise<Answer>): Promise<Answer> {
    const service = await this.#life(null, null).open();
    try {
      return await work(service);
    } finally {
      await service.close();
    }
  }

  #life(point: CrashPoint | null, sleep: Promise<void> | null): Life {
    const { folder } = this.#company.journey;
    this.#lives += 1;
    return new Life({
      configPath: join(folder, 'syncline.yaml'),
      dataDir: join(folder, `life-${this.#lives}`),
      world: this.#door.world(),
      store: this.#store,
      point,
      sleep,
      mutation: this.#mutation,
      watch: this.#watch,
      wire: this.#wire,
      isShared: this.#workers > 1,
    });
  }
}
