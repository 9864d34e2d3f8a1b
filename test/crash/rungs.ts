import { accountProblems, loadAccounts } from './account-load.ts';
import type { Host, Row, Stage } from './stage.ts';
import { loadTickets, ticketProblems } from './ticket-load.ts';

/**
 * What makes a create safe when its answer is lost (docs/sync-spec.md has the table): a key that the vendor keeps unique, a name that it
 * keeps unique, or a trace of what our own user created since. With each the load by which it is tried.
 */
export interface Rung {
  readonly name: string;
  /** Of the config; the connections of both sides are filled in. */
  readonly syncs: Readonly<Record<string, Row>>;
  /** What `doctor --install` brings before the load. */
  readonly install: readonly ('keys' | 'package')[];
  /** Seeds twins that are as new, of accounts with so many. */
  load(stage: Pick<Stage, 'control'>, count?: number): Promise<void>;
  /** What is not as it would be without a crash; empty where all is well. */
  problems(stage: Pick<Stage, 'records'>): Promise<readonly string[]>;
  /** What the load has a part in. */
  readonly objects: readonly (readonly [Host, string])[];
}

/** `markOf`: the mark that a record made by us carries, given the id of the record that it was made for; null: none. */
function ofAccounts(
  name: string,
  sync: Row,
  from: 'crm' | 'desk',
  install: Rung['install'],
  markOf: (id: string) => RegExp | null,
): Rung {
  return {
    name,
    syncs: { accounts: { preset: 'salesforce-zendesk/accounts', ...sync } },
    install,
    load: (stage, count) => loadAccounts(stage, from, count),
    problems: (stage) => accountProblems(stage, from, markOf),
    objects: [
      ['sales', 'Account'],
      ['support', 'organization'],
    ],
  };
}

/** Cases have a key, the accounts and contacts that are made for them are found by a trace. */
const tickets: Rung = {
  name: 'tickets',
  syncs: { tickets: { preset: 'salesforce-zendesk/tickets' } },
  install: ['package'],
  load: loadTickets,
  problems: ticketProblems,
  objects: [
    ['sales', 'Account'],
    ['sales', 'Contact'],
    ['sales', 'Case'],
    ['support', 'organization'],
    ['support', 'user'],
    ['support', 'ticket'],
  ],
};

/** A criterion that meets no record of the load, so that nothing but the rung itself stands between a crash and a duplicate. */
const match = [{ crm: 'AccountNumber', desk: 'external_id' }];
const fromDesk: Row = { direction: 'desk-to-crm', match };
const unmarked = (): null => null;

export const rungs: readonly Rung[] = [
  ofAccounts('keyed', { mark: 'auto' }, 'crm', [], (id) => new RegExp(`^${id}$`)),
  ofAccounts('natural', { mark: 'off' }, 'crm', [], unmarked),
  ofAccounts('salesforce-keyed', fromDesk, 'desk', ['keys'], (id) => new RegExp(`^zendesk:.+:${id}$`)),
  ofAccounts('salesforce-traced', fromDesk, 'desk', [], unmarked),
  tickets,
];

export function rungNamed(name: string): Rung {
  const rung = rungs.find((each) => each.name === name);
  if (rung === undefined) throw new Error(`no rung ${name}; there are ${rungs.map((each) => each.name).join(', ')}`);
  return rung;
}
