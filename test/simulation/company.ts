import type { Service } from '../../src/app/service.ts';
import type { Store } from '../../src/engine/ports.ts';
import { seededRandom } from '../../src/systems/kit/testing.ts';
import type { Journey, Row } from '../journeys/harness.ts';
import type { Configuration } from './configurations.ts';
import { gradeCount } from './flows.ts';
import { hostOf, type Kind, Ledger, type Picture, type Seen } from './ledger.ts';
import { ticketRow } from './tickets/rules.ts';
import { prepareTickets, writtenFields } from './tickets/set-up.ts';
import type { Word } from './words.ts';

/** What a seed held. */
export interface Counts {
  edits: number;
  faults: number;
  lostAnswers: number;
  doubled: number;
  crashes: number;
  /** What whoever runs Syncline did, and the holds that were answered. */
  ours: number;
  words: number;
  runs: number;
}

/** One seed's world: both vendors, chance, the model, and the story as it is told. */
export class Company {
  readonly journey: Journey;
  configuration: Configuration;
  /** When the rules were last changed (ms). */
  rulesChangedAt = 0;
  /** Fields by which Syncline may ever have written, as `kind field`. */
  readonly everOurs = new Set<string>();
  readonly words: Word[] = [];
  /** Something was undone. */
  hasUndone = false;
  /** A field was hidden from us, and shown again. */
  isThawed = false;
  /** The customer's own field of tickets, by its id. */
  regionField = 0;
  /** How long Zendesk's jobs take (ms), or from when to when. */
  jobMs: number | readonly number[] = 0;
  /** What is done after so many rounds. */
  readonly later: { readonly rounds: number; readonly what: string; act(service: Service): Promise<void> }[] = [];
  readonly random: () => number;
  readonly ledger = new Ledger();
  readonly story: string[] = [];
  readonly counts: Counts = { edits: 0, faults: 0, lostAnswers: 0, doubled: 0, crashes: 0, ours: 0, words: 0, runs: 0 };
  /** Whether Salesforce has the field for our key. */
  hasKeys = false;
  /** Accounts that sharing hides from us, now or at any time. */
  readonly hidden = { now: new Set<string>(), ever: new Set<string>() };
  /** Ids of records that a person has told us to remove, whatever the brake and their edits say. */
  readonly allowed = new Set<string>();
  #texts = 0;
  #grades = 0;
  /** Faults of the vendors that lose an answer, struck or not. */
  planted = 0;
  /** Until then (ms) a vendor may still be at a write whose answer was lost, or that it got twice. */
  busyUntil = 0;
  /** True while a run is under way. */
  isRunning = false;

  readonly #store: Store;

  constructor(journey: Journey, store: Store, configuration: Configuration, seed: number) {
    this.journey = journey;
    this.#store = store;
    this.configuration = configuration;
    this.random = seededRandom(seed);
  }

  /** Writes the config as it is to be from now on. */
  async configure(): Promise<void> {
    const { accounts, syncs, pairs } = this.configuration;
    for (const { crm, desk, flows } of pairs)
      for (const flow of flows) {
        this.everOurs.add(`${desk} ${flow.desk}`);
        if (flow.isTwoWay) this.everOurs.add(`${crm} ${flow.crm}`);
      }
    for (const field of writtenFields(this.configuration)) this.everOurs.add(field);
    if (this.configuration.tickets) await prepareTickets(this);
    else await this.journey.configure(accounts, { syncs });
  }

  tell(line: string): void {
    const at = new Date(this.journey.world.now()).toISOString().slice(11, 19);
    this.story.push(`${at} ${this.isRunning ? '  ' : ''}${line}`);
  }

  /** From 0 up to, not including, `count`. */
  upTo(count: number): number {
    return Math.floor(this.random() * count);
  }

  happens(chance: number): boolean {
    return this.random() < chance;
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[this.upTo(list.length)];
  }

  /** A text that nobody else has, so that it can be told whose edit stands where. */
  text(word: string): string {
    this.#texts += 1;
    return `${word} ${this.#texts}`;
  }

  /** A grade that nobody has, as long as there are any. */
  grade(form: 'A' | 'B' | 'x'): string {
    this.#grades = (this.#grades + 1) % gradeCount;
    return `${form}${this.#grades}`;
  }

  /** Everything at both vendors now. */
  async picture(): Promise<Picture> {
    const records = new Map<string, Seen>();
    // Without people in the config nobody has to do with them.
    const { kinds } = this.configuration;
    const isFamily = kinds.includes('user');
    for (const kind of kinds)
      for (const told of await this.journey.records(hostOf(kind), kind)) {
        const row = kind === 'ticket' ? ticketRow(told) : told;
        const id = String(row.Id ?? row.id);
        const isThere = row.IsDeleted !== true && row.removed !== true;
        records.set(`${kind}/${id}`, { kind, id, row, isThere });
      }
    const memberships = isFamily ? await this.journey.records('support', 'organization_membership') : [];
    const identities = isFamily ? await this.journey.records('support', 'identity') : [];
    return {
      records,
      memberships: new Set(memberships.map((row) => `${row.user_id}/${row.organization_id}`)),
      identities: identities
        .filter(({ type }) => type === 'email')
        .map((row) => ({ user: String(row.user_id), value: String(row.value) })),
    };
  }

  /** Whoever is at a new vendor's account already, such as its owner, is not ours. */
  async meet(): Promise<void> {
    const nobody = { records: new Map(), memberships: new Set<string>(), identities: [] };
    this.ledger.note(nobody, await this.picture(), this.journey.world.now(), false);
  }

  /** A person does something; what the vendor refuses is left, and the model takes whatever came of it. */
  async act(what: string, work: () => Promise<unknown>): Promise<void> {
    const before = await this.picture();
    const isRacing = this.isRunning || (await this.isUnderway());
    const refusal = await work().then(
      () => null,
      (error: unknown) => {
        if (error instanceof Error && /: [45]\d\d |fetch failed/.test(error.message)) return error.message;
        throw error;
      },
    );
    this.tell(refusal === null ? what : `${what} — ${refusal.slice(0, 120)}`);
    this.ledger.note(before, await this.picture(), this.journey.world.now(), isRacing);
    this.counts.edits += 1;
  }

  /** True while a vendor may still be at what was sent before: a job, or a call of a run that died. */
  async isUnderway(): Promise<boolean> {
    if (this.journey.world.now() < this.busyUntil) return true;
    return (await this.#store.underway(['sales', 'support'])).length > 0;
  }

  async there(kind: Kind): Promise<readonly Seen[]> {
    return (await this.all(kind)).filter(({ isThere }) => isThere);
  }

  async all(kind: Kind): Promise<readonly Seen[]> {
    return [...(await this.picture()).records.values()].filter((seen) => seen.kind === kind);
  }

  /** Sharing at Salesforce hides one more account from us. */
  async hide(id: string): Promise<void> {
    this.tell(`hides Account ${id}`);
    this.hidden.now.add(id);
    this.hidden.ever.add(id);
    await this.journey.control('sales', 'PUT', 'settings', { hiddenRows: [...this.hidden.now] });
  }

  /** Everything is shown again. */
  async unhide(): Promise<void> {
    this.tell('hides nothing any more');
    this.hidden.now.clear();
    await this.journey.control('sales', 'PUT', 'settings', { hiddenRows: [] });
  }

  /** The vendor's control surface: what a person does beside typing. */
  async perform(kind: Kind, id: string, action: string, details: Row = {}): Promise<void> {
    await this.journey.control(hostOf(kind), 'POST', `records/${kind}/${id}/${action}`, details);
  }
}
