import type { Row } from '../journeys/harness.ts';
import { type Flow, gradeMaps, grades, plainly } from './flows.ts';
import type { Kind } from './ledger.ts';
import { archived } from './removals.ts';
import { type TicketRules, ticketRulesOf, ticketSync } from './tickets/rules.ts';

/** Two kinds of records that are kept in step: what the model has to know of a sync, said a second time and in its own words. */
export interface Pair {
  readonly sync: string;
  readonly crm: Kind;
  readonly desk: Kind;
  readonly isTwoWay: boolean;
  readonly flows: readonly Flow[];
  /** A person's address is added beside what the user has. */
  readonly hasAddress: boolean;
  /** A CRM record with this value takes no part; null: all do. */
  readonly without: { readonly field: string; readonly value: unknown } | null;
  /** Takes only whom tickets point to, and writes to nobody who is there. */
  readonly isCalled?: true;
  /** Who wins where both sides have changed; null: one way, so the CRM does; mixed: there were several policies. */
  readonly policy: 'crm' | 'desk' | 'newest' | 'ask' | 'mixed' | null;
}

/** How removals are carried over. */
export interface Removing {
  /** So many within an hour, on each side. */
  readonly limit: number;
  /** Leaving the filter counts as removed. */
  readonly leaves: boolean;
  /** What is set at the desk instead of removing; null: it is removed. */
  readonly set: { readonly field: string; readonly value: string } | null;
}

/** What runs in a story. */
export interface Configuration {
  readonly name: string;
  /** Lines added to the sync `accounts`. */
  readonly accounts: Row;
  readonly syncs: Readonly<Record<string, Row>>;
  readonly pairs: readonly Pair[];
  /** Holds that the policy itself makes. */
  readonly conflicts: boolean;
  /** What becomes of a record whose twin is removed; null: nothing. */
  readonly removal: Removing | null;
  /** Grades flow, banks take no part, and Zendesk writes notes small. */
  readonly isGraded: boolean;
  /** What people have to do with. */
  readonly kinds: readonly Kind[];
  /** Tickets become cases; null: nobody has any. */
  readonly tickets: TicketRules | null;
}

const fields = [
  { crm: 'Name', desk: 'name' },
  { crm: 'Description', desk: 'details' },
];
const ordinary = {
  syncs: {},
  conflicts: false,
  removal: null,
  isGraded: false,
  kinds: ['Account', 'organization'],
  tickets: null,
} as const;

function accounts(policy: Pair['policy'], flows: readonly { crm: string; desk: string }[]): Pair {
  const isTwoWay = policy !== null;
  return {
    sync: 'accounts',
    crm: 'Account',
    desk: 'organization',
    isTwoWay,
    flows: flows.map((each) => ({ ...each, isTwoWay, equal: plainly })),
    hasAddress: false,
    without: null,
    policy,
  };
}

function twoWay(policy: 'crm' | 'desk' | 'newest' | 'ask'): Configuration {
  const sides = ['crm', 'desk'];
  return {
    ...ordinary,
    name: `two-way-${policy}`,
    accounts: { direction: 'both', create: sides, update: sides, conflict: [policy], onMatch: policy, fields },
    pairs: [accounts(policy, fields)],
    conflicts: policy === 'newest' || policy === 'ask',
  };
}

const withoutBanks = { crm: { all: [{ field: 'Industry', op: 'is-not', value: 'Banking' }] } };
const banks = { field: 'Industry', value: 'Banking' };

/** Removals are carried over both ways, also of who becomes a bank; an account comes back when its organization is edited. */
function removals(): Configuration {
  const { accounts: sync, pairs, ...rest } = twoWay('crm');
  const filter = { ...withoutBanks, leave: 'remove' };
  const remove = { crm: 'trash', desk: 'trash' };
  return {
    ...rest,
    name: 'removals',
    accounts: { ...sync, filter, remove, recreate: ['crm'], brake: { removals: 2 } },
    pairs: pairs.map((pair) => ({ ...pair, without: banks })),
    removal: { limit: 2, leaves: true, set: null },
  };
}

/** One way; an organization is archived when its account is gone, and as it was when that is back. */
function archive(): Configuration {
  const set = { field: 'notes', value: archived };
  const remove = { desk: { set: { [set.field]: set.value } } };
  return {
    ...ordinary,
    name: 'archive',
    accounts: { fields, filter: { ...withoutBanks, leave: 'remove' }, remove, brake: { removals: 2 } },
    pairs: [{ ...accounts(null, fields), without: banks }],
    removal: { limit: 2, leaves: true, set },
  };
}

/** Banks take no part, and a grade is carried that has two forms at the CRM, one at the desk, and that Zendesk writes small. */
function graded(): Configuration {
  const { accounts: sync, pairs, ...desk } = twoWay('desk');
  const filter = withoutBanks;
  return {
    ...desk,
    name: 'graded',
    accounts: { ...sync, filter, fields: [...fields, { crm: grades.crm, desk: grades.desk, values: gradeMaps }] },
    pairs: pairs.map((pair) => ({
      ...pair,
      flows: [...pair.flows, grades],
      without: banks,
    })),
    isGraded: true,
  };
}

const person = { desk: 'user', isTwoWay: false, hasAddress: true, policy: null } as const;
const named: readonly Flow[] = [{ crm: 'LastName', ruled: 'Name', desk: 'name', isTwoWay: false, equal: plainly }];

/** Who is made of a user has a first name as well. */
const wholeName: readonly Flow[] = [{ crm: 'Name', desk: 'name', isTwoWay: false, equal: plainly }];

/** Whom requesters and organizations become, by the syncs of the file or by those that stand in for them. */
function ticketsOf(rules: TicketRules): Configuration {
  const { isDerived } = rules;
  const called = {
    isTwoWay: false,
    flows: [],
    hasAddress: false,
    without: null,
    policy: null,
    isCalled: true,
  } as const;
  return {
    ...ordinary,
    name: 'tickets',
    kinds: ['Account', 'Contact', 'Case', 'organization', 'user', 'ticket'],
    accounts: {},
    syncs: {
      ...(isDerived ? {} : { contacts: { preset: 'salesforce-zendesk/contacts' } }),
      tickets: ticketSync(rules),
    },
    pairs: isDerived
      ? [
          { ...called, sync: 'tickets.organizations', crm: 'Account', desk: 'organization' },
          { ...called, sync: 'tickets.people', crm: 'Contact', desk: 'user' },
        ]
      : [
          accounts(null, fields.slice(0, 1)),
          { ...person, sync: 'contacts', crm: 'Contact', flows: wholeName, without: null },
        ],
    tickets: rules,
  };
}

export const configurations: readonly Configuration[] = [
  { ...ordinary, name: 'one-way', accounts: { fields }, pairs: [accounts(null, fields)] },
  twoWay('crm'),
  twoWay('desk'),
  twoWay('newest'),
  twoWay('ask'),
  graded(),
  removals(),
  archive(),
  {
    ...ordinary,
    name: 'family',
    kinds: ['Account', 'Contact', 'Lead', 'organization', 'user'],
    accounts: {},
    syncs: {
      contacts: { preset: 'salesforce-zendesk/contacts' },
      leads: { preset: 'salesforce-zendesk/leads' },
    },
    pairs: [
      accounts(null, fields.slice(0, 1)),
      { ...person, sync: 'contacts', crm: 'Contact', flows: named, without: null },
      { ...person, sync: 'leads', crm: 'Lead', flows: named, without: { field: 'IsConverted', value: true } },
    ],
  },
  ticketsOf(ticketRulesOf(0)),
];

export function configurationOf(seed: number, name: string | null): Configuration {
  const found =
    name === null ? configurations[seed % configurations.length] : configurations.find((each) => each.name === name);
  if (found) return found.tickets ? ticketsOf(ticketRulesOf(seed)) : found;
  throw new Error(`no configuration ${name}; there are ${configurations.map((each) => each.name).join(', ')}`);
}
