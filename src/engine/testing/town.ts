import { type Direction, type Pointing, type Rule, type SyncSetup, sideOf } from '../../model/sync.ts';
import { newTally } from '../../model/tally.ts';
import { isBlank, type Value } from '../../model/value.ts';
import type { World } from '../../model/world.ts';
import { openMemory } from '../../store/memory.ts';
import type { Engine } from '../engine.ts';
import { type PassOptions, pass } from '../pass.ts';
import type { Store } from '../ports.ts';
import { FakeVendor, fakeSetup, stillWorld, textRule } from '../testing.ts';

/** What every record of these tests has; `parent` is a reference. */
export const townFields = ['name', 'note', 'plan', 'parent', 'external_id'] as const;

/**
 * Several objects that point to each other. A fake vendor has one object, so each object is a vendor of its own; the syncs lie between
 * them as they would lie between the objects of two accounts.
 */
export class Town {
  readonly world: World;
  store: Store;
  readonly accounts: FakeVendor;
  readonly contacts: FakeVendor;
  readonly leads: FakeVendor;
  readonly organizations: FakeVendor;
  readonly users: FakeVendor;
  readonly deals: FakeVendor;
  readonly tickets: FakeVendor;
  readonly vendors: readonly FakeVendor[];

  constructor(world: World = movingWorld(), store: Store = openMemory()) {
    this.world = world;
    this.store = store;
    const vendor = (name: string) => new FakeVendor(name, world);
    this.accounts = vendor('accounts');
    this.contacts = vendor('contacts');
    this.leads = vendor('leads');
    this.organizations = vendor('organizations');
    this.users = vendor('users');
    this.deals = vendor('deals');
    this.tickets = vendor('tickets');
    const crm = [this.accounts, this.contacts, this.leads, this.deals];
    for (const each of crm) each.uniqueName = false;
    this.vendors = [...crm, this.organizations, this.users, this.tickets];
  }

  engine(setups: readonly SyncSetup[], more: Partial<Engine> = {}): Engine {
    return {
      world: this.world,
      store: this.store,
      connections: new Map(this.vendors.map((vendor) => [vendor.name, vendor.connection()])),
      setups,
      run: 'run',
      tallies: new Map(setups.map(({ name }) => [name, newTally()])),
      waits: new Map(),
      progress: { count: 0 },
      glimpse: { at: Number.NEGATIVE_INFINITY, list: [] },
      moments: new Map(),
      ...more,
    };
  }

  /** One pass to quiet. */
  async run(setups: readonly SyncSetup[], options: PassOptions = {}): Promise<Engine> {
    const engine = this.engine(setups);
    await pass(engine, options);
    return engine;
  }

  /** Every wait is waited for, however long. */
  async rest(setups: readonly SyncSetup[], options: PassOptions = {}): Promise<void> {
    for (let i = 0; i < 6; i++) {
      await this.run(setups, options);
      await this.world.sleep(1_000_000);
    }
  }

  /** Write calls so far, at all vendors. */
  writes(): number {
    return this.vendors.reduce((sum, vendor) => sum + vendor.made.write, 0);
  }

  /** Accounts and organizations. */
  accountsSync(more: Partial<SyncSetup> = {}): SyncSetup {
    return syncOf('accounts', this.accounts, this.organizations, more);
  }

  /** Contacts and users; a contact's `parent` is an account, a user's an organization. */
  contactsSync(more: Partial<SyncSetup> = {}, pointer: Rule = pointerRule('accounts', more.direction)): SyncSetup {
    const sync = syncOf('contacts', this.contacts, this.users, more);
    return { ...sync, rules: [...sync.rules, pointer] };
  }

  /** Leads and the same users: a contact goes first. */
  leadsSync(more: Partial<SyncSetup> = {}): SyncSetup {
    return syncOf('leads', this.leads, this.users, { yields: ['contacts'], ...more });
  }

  /** Deals and tickets: a third kind, for rings of three. */
  dealsSync(more: Partial<SyncSetup> = {}): SyncSetup {
    return syncOf('deals', this.deals, this.tickets, more);
  }

  /** The record that a record of one side is linked to by a sync; null where it is not. */
  async twin(setup: SyncSetup, side: 'crm' | 'desk', id: string): Promise<string | null> {
    const { connection, object } = sideOf(setup, side);
    const [known] = await this.store.known(connection, object, [id]);
    const link = known?.links.find((each) => each.link.sync === setup.name)?.link;
    return link?.[side === 'crm' ? 'desk' : 'crm']?.id ?? null;
  }

  /** `contacts contacts-000001: required parent`, by the id of the record at the CRM, else at the desk. */
  async holds(): Promise<readonly string[]> {
    const holds = await this.store.holds({ limit: 1000 });
    return holds
      .map(({ sync, why, field, crm, desk }) => `${sync} ${crm ?? desk}: ${why} ${field ?? ''}`.trim())
      .sort();
  }
}

function syncOf(name: string, crm: FakeVendor, desk: FakeVendor, more: Partial<SyncSetup>): SyncSetup {
  const reads = { crm: townFields, desk: townFields };
  // A record whose plan says so is outside the filter.
  return fakeSetup(crm, desk, { name, reads, within: (_side, { plan }) => plan !== 'outside', ...more });
}

/** A field `parent` whose ids the sync `sync` links; it carries by pointers alone. */
export function pointerRule(
  sync: string,
  direction: Direction = 'crm-to-desk',
  pointing: Partial<Pointing> = {},
  more: Partial<Rule> = {},
): Rule {
  return textRule('parent', direction, {
    id: 'parent',
    required: { crm: false, desk: false },
    pointer: { sync, none: 'keep', default: { crm: null, desk: null }, ...pointing },
    convert: () => ({ ok: false, say: 'an id of one side means nothing on the other' }),
    equal: (crm: Value, desk: Value) => isBlank(crm) && isBlank(desk),
    ...more,
  });
}

/** A clock that goes on with every look at it, as a real one does: nothing that follows happens in the same millisecond. */
export function movingWorld(seed = 1): World {
  const still = stillWorld(seed);
  let looks = 0;
  return { ...still, now: () => still.now() + ++looks };
}
