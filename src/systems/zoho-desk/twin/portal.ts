import type { World } from '../../../model/world.ts';
import type { Chance } from '../../../twins/chance.ts';
import { kinds } from './all-kinds.ts';
import { centres } from './centres.ts';
import { FieldBook } from './field-book.ts';
import { Files } from './files.ts';
import { IdMaker } from './ids.ts';
import type { Json, JsonObject } from './json.ts';
import type { FieldSpec } from './kinds.ts';
import { createLimiter, type Limiter } from './limits.ts';
import { type Module, modules } from './records.ts';
import type { Settings } from './settings.ts';
import { dayMs } from './stamps.ts';
import { Store } from './store.ts';
import { Talks } from './talks.ts';
import { WebhookBook } from './webhooks.ts';

export interface Agent {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
}

/** A department or a product: only its id and name matter here. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** One more account of a contact, beside its primary one. */
export interface SecondAccount {
  readonly accountId: string;
  readonly mappingId: string;
  readonly isViewable: boolean;
}

/** All that one help desk portal holds. A reset makes a new one. */
export class Portal {
  readonly orgId: string;
  readonly chance: Chance;
  readonly ids: IdMaker;
  readonly world: Pick<World, 'sleep' | 'fetch' | 'log'>;
  readonly limiter: Limiter;
  readonly stores: Readonly<Record<Module, Store>>;
  readonly fields: Readonly<Record<Module, FieldBook>>;
  readonly talks = new Talks();
  readonly files: Files;
  readonly webhooks: WebhookBook;
  /** The API user, and the person whose hand edits through the control surface. */
  readonly agents: readonly [Agent, Agent];
  readonly departments: Named[];
  readonly products: Named[] = [];
  readonly #settings: () => Settings;
  readonly #clockMs: () => number;
  readonly #secondAccounts = new Map<string, readonly SecondAccount[]>();
  /** In the order of trashing, so the oldest is first. */
  readonly #trash = new Map<string, { readonly module: Module; readonly atMs: number }>();
  #ticketNumber = 100;

  constructor(parts: {
    readonly orgId: string;
    readonly settings: () => Settings;
    readonly chance: Chance;
    readonly world: Pick<World, 'sleep' | 'fetch' | 'log'>;
    readonly clockMs: () => number;
  }) {
    const { chance, clockMs } = parts;
    this.orgId = parts.orgId;
    this.#settings = parts.settings;
    this.#clockMs = clockMs;
    this.chance = chance;
    this.world = parts.world;
    this.ids = new IdMaker(chance.fork('ids'));
    this.limiter = createLimiter(clockMs, parts.settings);
    const lagMs = (view: 'search' | 'list'): number =>
      view === 'search' ? this.switches.searchLagMs : this.switches.listLagMs;
    const store = (): Store => new Store(clockMs, lagMs);
    this.stores = { contacts: store(), accounts: store(), tickets: store() };
    const book = (module: Module): FieldBook => new FieldBook(kinds[module], this.ids);
    this.fields = { contacts: book('contacts'), accounts: book('accounts'), tickets: book('tickets') };
    const agent = (firstName: string, lastName: string, email: string): Agent => ({
      ...{ id: this.ids.next(), firstName, lastName, email },
    });
    this.agents = [agent('Olive', 'Owner', 'owner@twin.example'), agent('Petra', 'Person', 'person@twin.example')];
    this.departments = [{ id: this.ids.next(), name: 'Support' }];
    this.files = new Files(this.ids);
    this.webhooks = new WebhookBook(this);
  }

  get switches(): Settings {
    return this.#settings();
  }

  get nowMs(): number {
    return this.#clockMs();
  }

  /** Now, as records are stamped. */
  get stampMs(): number {
    const now = this.nowMs;
    return this.switches.stamps === 'second' ? Math.floor(now / 1_000) * 1_000 : now;
  }

  get deskHost(): string {
    return centres[this.switches.dataCentre].desk;
  }

  nextTicketNumber(): string {
    return String(++this.#ticketNumber);
  }

  /** Fields that field-level security keeps from this agent: it binds the API user, not the person at the control surface. */
  hiddenFrom(agentId: string, module: Module): readonly string[] {
    return agentId === this.agents[0].id ? this.switches.hiddenFields[module] : [];
  }

  webUrl(tab: string, id: string): string {
    return `https://${this.deskHost}/support/twin/ShowHomePage.do#${tab}/dv/${id}`;
  }

  /** Whether a reference to it would be taken. */
  exists(what: NonNullable<FieldSpec['refersTo']>, id: string): boolean {
    switch (what) {
      case 'agents':
        return this.agents.some((one) => one.id === id);
      case 'departments':
      case 'products':
        return this[what].some((one) => one.id === id);
      case 'layouts':
        return modules.some((module) => this.fields[module].layout.id === id);
      case 'teams':
        return false;
      default:
        return this.stores[what].live.get(id)?.trashedMs === null;
    }
  }

  accountsOf(contactId: string): readonly SecondAccount[] {
    const known = this.#secondAccounts.get(contactId) ?? [];
    return known.filter(({ accountId }) => this.stores.accounts.live.get(accountId) !== undefined);
  }

  setAccountsOf(contactId: string, accounts: readonly SecondAccount[]): void {
    this.#secondAccounts.set(contactId, accounts);
  }

  /** Contacts that have this one as a further account, by contact id. */
  *secondContactsOf(accountId: string): Generator<readonly [string, SecondAccount]> {
    for (const [contactId, accounts] of this.#secondAccounts) {
      const found = accounts.find((one) => one.accountId === accountId);
      if (found !== undefined) yield [contactId, found];
    }
  }

  binned(module: Module, id: string): void {
    this.#trash.delete(id);
    this.#trash.set(id, { module, atMs: this.nowMs });
  }

  unbinned(id: string): void {
    this.#trash.delete(id);
  }

  /** What has lain in the bin long enough is gone for good. */
  emptyBin(): void {
    for (const [id, { module, atMs }] of this.#trash) {
      if (atMs + this.switches.trashDays * dayMs > this.nowMs) return;
      this.#trash.delete(id);
      this.stores[module].remove(id);
      this.talks.forget(id);
    }
  }

  ownerBody(id: Json | undefined): JsonObject | null {
    const agent = this.agents.find((one) => one.id === id);
    return agent === undefined ? null : { id: agent.id, firstName: agent.firstName, lastName: agent.lastName };
  }

  accountBody(id: Json | undefined): JsonObject | null {
    const account = this.stores.accounts.live.get(String(id));
    if (account === undefined) return null;
    const { accountName = null, website = null } = account.values;
    return { id: account.id, accountName, website };
  }

  contactBody(id: Json | undefined): JsonObject | null {
    const contact = this.stores.contacts.live.get(String(id));
    if (contact === undefined) return null;
    const {
      firstName = null,
      lastName = null,
      email = null,
      phone = null,
      mobile = null,
      type = null,
    } = contact.values;
    const account = this.accountBody(contact.values.accountId);
    return { id: contact.id, firstName, lastName, email, phone, mobile, type, account };
  }

  nameBody(list: readonly Named[], id: Json | undefined): JsonObject | null {
    const found = list.find((one) => one.id === id);
    return found === undefined ? null : { id: found.id, name: found.name };
  }
}
