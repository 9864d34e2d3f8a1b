import type { Row } from '../journeys/harness.ts';
import { type Flow, gradeMaps, grades, plainly } from './flows.ts';
import type { Kind } from './ledger.ts';

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
  /** Who wins where both sides have changed; null: one way, so the CRM does. */
  readonly policy: 'crm' | 'desk' | 'newest' | 'ask' | null;
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
  /** Grades flow, banks take no part, and Zendesk writes notes small. */
  readonly isGraded: boolean;
}

const fields = [
  { crm: 'Name', desk: 'name' },
  { crm: 'Description', desk: 'details' },
];
const ordinary = { syncs: {}, conflicts: false, isGraded: false } as const;

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

/** Banks take no part, and a grade is carried that has two forms at the CRM, one at the desk, and that Zendesk writes small. */
function graded(): Configuration {
  const { accounts: sync, pairs, ...desk } = twoWay('desk');
  const filter = { crm: { all: [{ field: 'Industry', op: 'is-not', value: 'Banking' }] } };
  return {
    ...desk,
    name: 'graded',
    accounts: { ...sync, filter, fields: [...fields, { crm: grades.crm, desk: grades.desk, values: gradeMaps }] },
    pairs: pairs.map((pair) => ({
      ...pair,
      flows: [...pair.flows, grades],
      without: { field: 'Industry', value: 'Banking' },
    })),
    isGraded: true,
  };
}

const person = { desk: 'user', isTwoWay: false, hasAddress: true, policy: null } as const;
const named: readonly Flow[] = [{ crm: 'LastName', desk: 'name', isTwoWay: false, equal: plainly }];

export const configurations: readonly Configuration[] = [
  { ...ordinary, name: 'one-way', accounts: { fields }, pairs: [accounts(null, fields)] },
  twoWay('crm'),
  twoWay('desk'),
  twoWay('newest'),
  twoWay('ask'),
  graded(),
  {
    ...ordinary,
    name: 'family',
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
];

export function configurationOf(seed: number, name: string | null): Configuration {
  const found =
    name === null ? configurations[seed % configurations.length] : configurations.find((each) => each.name === name);
  if (found) return found;
  throw new Error(`no configuration ${name}; there are ${configurations.map((each) => each.name).join(', ')}`);
}
