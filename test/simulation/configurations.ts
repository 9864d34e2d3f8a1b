import type { Row } from '../journeys/harness.ts';
import type { Kind } from './ledger.ts';

/** A field of a pair, and how it flows. */
export interface Flow {
  readonly crm: string;
  readonly desk: string;
  readonly isTwoWay: boolean;
}

/** Two kinds of records that are kept in step: what the model has to know of a sync, said a second time and in its own words. */
export interface Pair {
  readonly sync: string;
  readonly crm: Kind;
  readonly desk: Kind;
  readonly isTwoWay: boolean;
  readonly flows: readonly Flow[];
  /** A person's address is added beside what the user has. */
  readonly hasAddress: boolean;
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
}

const fields = [
  { crm: 'Name', desk: 'name' },
  { crm: 'Description', desk: 'details' },
];

function accounts(isTwoWay: boolean, flows: readonly { crm: string; desk: string }[]): Pair {
  return {
    sync: 'accounts',
    crm: 'Account',
    desk: 'organization',
    isTwoWay,
    flows: flows.map((each) => ({ ...each, isTwoWay })),
    hasAddress: false,
  };
}

function twoWay(policy: 'crm' | 'desk' | 'newest' | 'ask'): Configuration {
  const sides = ['crm', 'desk'];
  return {
    name: `two-way-${policy}`,
    accounts: { direction: 'both', create: sides, update: sides, conflict: [policy], onMatch: policy, fields },
    syncs: {},
    pairs: [accounts(true, fields)],
    conflicts: policy === 'newest' || policy === 'ask',
  };
}

const person = { desk: 'user', isTwoWay: false, hasAddress: true } as const;
const named: readonly Flow[] = [{ crm: 'LastName', desk: 'name', isTwoWay: false }];

export const configurations: readonly Configuration[] = [
  { name: 'one-way', accounts: { fields }, syncs: {}, pairs: [accounts(false, fields)], conflicts: false },
  twoWay('crm'),
  twoWay('desk'),
  twoWay('newest'),
  twoWay('ask'),
  {
    name: 'family',
    accounts: {},
    syncs: {
      contacts: { preset: 'salesforce-zendesk/contacts' },
      leads: { preset: 'salesforce-zendesk/leads' },
    },
    pairs: [
      accounts(false, fields.slice(0, 1)),
      { ...person, sync: 'contacts', crm: 'Contact', flows: named },
      { ...person, sync: 'leads', crm: 'Lead', flows: named },
    ],
    conflicts: false,
  },
];

export function configurationOf(seed: number, name: string | null): Configuration {
  const found =
    name === null ? configurations[seed % configurations.length] : configurations.find((each) => each.name === name);
  if (found) return found;
  throw new Error(`no configuration ${name}; there are ${configurations.map((each) => each.name).join(', ')}`);
}
