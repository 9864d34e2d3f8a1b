import type { World } from '../../../model/world.ts';
import type { Chance } from '../../../twins/chance.ts';
import type { Settings as Kept } from '../../../twins/settings.ts';
import { ActivityLog } from './activities.ts';
import { Agenda } from './agenda.ts';
import { type AppKey, createAppKey } from './app-key.ts';
import { AutomationBook } from './automations.ts';
import { TicketDesk } from './desk.ts';
import { FieldBook } from './field-book.ts';
import { JobBook } from './job-book.ts';
import { createLimiter, type Limiter } from './limits.ts';
import type { Logins } from './logins.ts';
import type { OrganizationMerge } from './organization-merges.ts';
import { OrganizationStore } from './organization-store.ts';
import type { Organization, User } from './records.ts';
import { Refusal } from './refusal.ts';
import { SearchIndex } from './search-index.ts';
import type { Settings } from './settings.ts';
import { day, type Seconds, toSeconds } from './stamps.ts';
import type { Locale } from './texts.ts';
import type { Audit, Ticket } from './ticket-records.ts';
import { TriggerBook } from './triggers.ts';
import { UserStore } from './user-store.ts';
import { WebhookBook } from './webhooks.ts';

export type Change =
  | { readonly noun: 'organization'; readonly before: Organization | undefined; readonly after: Organization }
  | { readonly noun: 'user'; readonly before: User | undefined; readonly after: User }
  | {
      readonly noun: 'ticket';
      readonly before: Ticket | undefined;
      readonly after: Ticket;
      readonly audit: Audit | null;
    };

/** Whose doing a change is, and which call made it. */
export interface Doer {
  readonly user: User;
  /** Names the call: two creates of one name race only when they come from different calls. */
  readonly call: string;
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** All that one account holds. A reset makes a new one. */
export class Account {
  readonly settings: Kept<Settings>;
  readonly chance: Chance;
  readonly world: Pick<World, 'sleep' | 'fetch' | 'log'>;
  readonly clockMs: () => number;
  readonly agenda = new Agenda();
  readonly limiter: Limiter;
  readonly organizations = new OrganizationStore();
  readonly users = new UserStore();
  readonly fields: { readonly user: FieldBook; readonly organization: FieldBook };
  readonly jobs: JobBook;
  readonly logins: Logins;
  readonly desk: TicketDesk;
  readonly triggers = new TriggerBook();
  readonly automations = new AutomationBook();
  readonly activities: ActivityLog;
  readonly webhooks: WebhookBook;
  readonly search: {
    readonly users: SearchIndex<User>;
    readonly organizations: SearchIndex<Organization>;
    readonly tickets: SearchIndex<Ticket>;
  };
  readonly organizationMerges = new Map<string, OrganizationMerge>();
  /** Losers of merges → winners. */
  readonly mergedInto = new Map<number, number>();
  readonly #listeners: ((change: Change, doer: Doer) => void)[] = [];
  readonly #idChance: Chance;
  #appKey: AppKey | null = null;
  #momentMs: number;
  #lastId: number;

  constructor(parts: {
    readonly settings: Kept<Settings>;
    readonly chance: Chance;
    readonly world: Pick<World, 'sleep' | 'fetch' | 'log'>;
    readonly logins: Logins;
    /** The clock itself, which runs on while `nowMs` stands at what is being lived through. */
    readonly clockMs: () => number;
  }) {
    this.settings = parts.settings;
    this.chance = parts.chance;
    this.world = parts.world;
    this.logins = parts.logins;
    this.clockMs = parts.clockMs;
    this.#momentMs = parts.clockMs();
    this.#idChance = parts.chance.fork('ids');
    this.#lastId = 26_155_588_900_000 + this.#idChance.between(0, 999_999);
    const nowMs = (): number => this.#momentMs;
    this.limiter = createLimiter(nowMs, () => this.switches);
    this.jobs = new JobBook(parts.chance.fork('jobs'));
    const makeId = (): number => this.newId();
    this.fields = { user: new FieldBook(makeId), organization: new FieldBook(makeId) };
    this.desk = new TicketDesk(makeId, this.now - 365 * day);
    const time = { nowMs, lagMs: (): number => this.switches.searchLagMs };
    this.search = {
      users: new SearchIndex(this.users.table, (user) => !user.active, time),
      organizations: new SearchIndex(this.organizations.table, (record) => record.deleted !== null, time),
      tickets: new SearchIndex(this.desk.tickets.table, (ticket) => ticket.deleted !== null, time),
    };
    this.activities = new ActivityLog(this);
    this.webhooks = new WebhookBook(this);
  }

  /** Made when it is first asked for: it takes a moment. */
  get appKey(): AppKey {
    this.#appKey ??= createAppKey(this.chance.fork('app key'));
    return this.#appKey;
  }

  get switches(): Settings {
    return this.settings.now;
  }

  /** The moment being lived through: that of the request, or that of something which fell due before it. */
  get nowMs(): number {
    return this.#momentMs;
  }

  get now(): Seconds {
    return toSeconds(this.#momentMs);
  }

  /** Lives through everything that fell due, then stands at `nowMs`. */
  catchUp(nowMs: number): void {
    for (let due = this.agenda.take(nowMs); due !== undefined; due = this.agenda.take(nowMs)) {
      this.#momentMs = Math.min(due.atMs, nowMs);
      try {
        due.run();
      } catch (error) {
        // What was to happen by itself has become impossible meanwhile: nobody is there to be told.
        if (!(error instanceof Refusal)) this.reportBug('in what happens by itself', error);
      }
    }
    this.#momentMs = nowMs;
  }

  reportBug(where: string, error: unknown): void {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.world.log.error(`the Zendesk twin has a bug ${where}`, { message });
  }

  /** Ids grow, with gaps, far beyond 32 bits. `room` keeps as many free after the new one. */
  newId(room = 0): number {
    const id = this.#lastId + this.#idChance.between(1, 40);
    this.#lastId = id + room;
    return id;
  }

  /** 26 characters: ten of time, sixteen of chance, Crockford base 32. */
  newUlid(): string {
    let time = '';
    for (let rest = this.#momentMs, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) {
      time = crockford.charAt(rest % 32) + time;
    }
    return time + this.#idChance.text(16, crockford);
  }

  localeOf(user: User | null): Locale {
    return this.switches.locale ?? (user?.locale.startsWith('es') ? 'es' : 'en-US');
  }

  onChange(listener: (change: Change, doer: Doer) => void): void {
    this.#listeners.push(listener);
  }

  saveOrganization(after: Organization, doer: Doer): Organization {
    const before = this.organizations.table.get(after.id);
    this.organizations.put(after);
    this.search.organizations.add(before, after);
    for (const listener of this.#listeners) listener({ noun: 'organization', before, after }, doer);
    return after;
  }

  /** `audit` is null where nothing was said or done that an audit tells of (deletion, restoring). */
  saveTicket(after: Ticket, doer: Doer, audit: Audit | null): Ticket {
    const before = this.desk.tickets.table.get(after.id);
    this.desk.tickets.put(after);
    this.search.tickets.add(before, after);
    for (const listener of this.#listeners) listener({ noun: 'ticket', before, after, audit }, doer);
    return after;
  }

  saveUser(after: User, doer: Doer): User {
    const before = this.users.table.get(after.id);
    this.users.put(after);
    this.search.users.add(before, after);
    for (const listener of this.#listeners) listener({ noun: 'user', before, after }, doer);
    return after;
  }
}
