import fc from 'fast-check';
import type { Side } from '../../model/record.ts';
import type { Direction, SyncSetup } from '../../model/sync.ts';
import type { Value } from '../../model/value.ts';
import type { FakeVendor } from '../testing.ts';
import { pointerRule, Town } from './town.ts';

/**
 * Random families: accounts that belong to accounts, contacts and leads that belong to them, and what is there already at the desk under
 * some of the same names. Names are unique at each place, so that nothing is ambiguous but what several syncs share.
 */
interface Person {
  readonly name: string;
  readonly note: string;
  /** Counted from the first account (or organization), round and round; null: nobody; 'ghost': an id that is nobody's. */
  readonly parent: number | null | 'ghost';
}

export interface Family {
  readonly direction: Direction;
  /** True where accounts take part only once somebody points to them; one way only. */
  readonly referenced: boolean;
  readonly accounts: readonly (Person & { readonly outside: boolean })[];
  readonly contacts: readonly Person[];
  readonly leads: readonly Person[];
  readonly organizations: readonly Person[];
  readonly users: readonly Person[];
}

const note = fc.constantFrom('a', 'b', 'c');
const parent = fc.oneof(
  { weight: 5, arbitrary: fc.nat(5) },
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant('ghost' as const) },
);
const named = (names: readonly string[], maxLength: number) =>
  fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), note, parent }), {
    maxLength,
    selector: ({ name }) => name,
  });
const firms = ['Acme', 'Beta', 'Gamma', 'Delta', 'Epsilon'];
const people = ['Ann', 'Bob', 'Cleo', 'Dora', 'Emil'];

export const families: fc.Arbitrary<Family> = fc.record({
  direction: fc.constantFrom<Direction>('crm-to-desk', 'both'),
  referenced: fc.boolean(),
  accounts: fc.uniqueArray(
    fc.record({ name: fc.constantFrom(...firms), note, parent, outside: fc.nat(5).map((n) => n === 0) }),
    { maxLength: 4, selector: ({ name }) => name },
  ),
  contacts: named(people, 4),
  leads: named(people, 2),
  organizations: named(firms, 2),
  users: named(people, 2),
});

export type Edit =
  | { readonly do: 'add'; readonly on: Kind; readonly person: Person }
  | { readonly do: 'note'; readonly on: Kind; readonly which: number; readonly note: string }
  | { readonly do: 'parent'; readonly on: Kind; readonly which: number; readonly parent: Person['parent'] }
  | { readonly do: 'filter'; readonly on: Kind; readonly which: number; readonly plan: 'outside' | null }
  | { readonly do: 'rename'; readonly on: Kind; readonly which: number; readonly name: string }
  | { readonly do: 'remove' | 'restore'; readonly on: Kind; readonly which: number };
type Kind = 'accounts' | 'contacts' | 'leads' | 'organizations' | 'users';

const kind = fc.constantFrom<Kind>('accounts', 'contacts', 'leads', 'organizations', 'users');
const which = fc.nat(9);
const mild = [
  fc.record({
    do: fc.constant('add' as const),
    on: fc.constantFrom<Kind>('accounts', 'contacts'),
    person: fc.record({ name: fc.uuid(), note, parent }),
  }),
  fc.record({ do: fc.constant('note' as const), on: kind, which, note: fc.constantFrom('x', 'y', 'z') }),
  fc.record({ do: fc.constant('parent' as const), on: kind, which, parent }),
];

export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(fc.oneof(...mild), { maxLength: 6 });

/** Also what makes records come, go, and be taken for each other. */
export const upheavals: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.oneof(
    ...mild,
    fc.record({
      do: fc.constant('filter' as const),
      on: kind,
      which,
      plan: fc.constantFrom('outside' as const, null),
    }),
    fc.record({ do: fc.constant('rename' as const), on: kind, which, name: fc.constantFrom(...firms, ...people) }),
    fc.record({ do: fc.constantFrom('remove' as const, 'restore' as const), on: kind, which }),
  ),
  { maxLength: 8 },
);

/** A family at its vendors, and the syncs that carry it. */
export class Household {
  readonly town = new Town();
  readonly syncs: readonly SyncSetup[];

  constructor({ direction, ...family }: Family) {
    const { town } = this;
    const referenced = family.referenced && direction === 'crm-to-desk';
    const accounts = town.accountsSync({ direction, mode: referenced ? 'referenced' : 'all' });
    const pointer = pointerRule('accounts', direction, { summons: referenced });
    this.syncs = [
      town.leadsSync(),
      // Users alone make no contacts: such a contact would go before the lead whose user it is.
      town.contactsSync({ direction, create: ['desk'] }, pointer),
      { ...accounts, rules: [...accounts.rules, pointer] },
    ];
    for (const { outside, ...each } of family.accounts) this.add('accounts', each, outside ? 'outside' : null);
    for (const on of ['organizations', 'contacts', 'leads', 'users'] as const)
      for (const each of family[on]) this.add(on, each);
    // Parents that were not there yet when their children were.
    for (const on of ['accounts', 'organizations'] as const)
      for (const { name, parent } of family[on]) this.#edit(this.town[on], name, this.#parent(on, parent));
  }

  add(on: Kind, { name, note, parent }: Person, plan: string | null = null): void {
    this.town[on].add({ name, note, plan, parent: this.#parent(on, parent) });
  }

  edit(each: Edit): void {
    if (each.do === 'add') {
      this.add(each.on, each.person);
      return;
    }
    const vendor = this.town[each.on];
    const records = [...vendor.records.values()];
    const record = records[each.which % Math.max(1, records.length)];
    if (!record) return;
    if (each.do === 'remove') vendor.remove(record.id);
    else vendor.edit(record.id, this.#fields(each));
    if (each.do === 'restore') record.gone = false;
  }

  /** The twin of a record, where it is there and has not been removed. */
  async twin(setup: SyncSetup, side: Side, id: string): Promise<string | null> {
    const twin = await this.town.twin(setup, side, id);
    const there = this.town.vendors.some((vendor) => twin !== null && vendor.get(twin) !== undefined);
    return there ? twin : null;
  }

  #fields(each: Exclude<Edit, { do: 'add' }>): Record<string, Value> {
    switch (each.do) {
      case 'note':
        return { note: each.note };
      case 'parent':
        return { parent: this.#parent(each.on, each.parent) };
      case 'filter':
        return { plan: each.plan };
      case 'rename':
        return { name: each.name };
      case 'remove':
      case 'restore':
        return {};
    }
  }

  #edit(vendor: FakeVendor, name: string, parent: string | null): void {
    const id = [...vendor.records.values()].find(({ fields }) => fields.name === name)?.id;
    if (id !== undefined) vendor.edit(id, { parent });
  }

  #parent(on: Kind, parent: Person['parent']): string | null {
    const parents = on === 'organizations' || on === 'users' ? this.town.organizations : this.town.accounts;
    if (parent === null) return null;
    const ids = [...parents.records.keys()];
    return parent === 'ghost' || ids.length === 0 ? `${parents.name}-999999` : (ids[parent % ids.length] ?? null);
  }
}
