import { describe, expect, it } from 'vitest';
import { loadConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { environment, sound } from './config/testing.ts';
import { mixedEnvironments } from './mixed-environments.ts';

function configOf(lines = ''): Config {
  const { config } = loadConfig(`${sound}${lines}`, 'syncline.yaml', environment);
  if (config === null) throw new Error('the config of the test is not sound');
  return config;
}

const of = (sales: 'production' | 'sandbox', support: 'production' | 'sandbox') =>
  new Map([
    ['sales', sales],
    ['support', support],
  ]);

describe('a sandbox with production', () => {
  it('is told once a pair, with the syncs that create', () => {
    const further = `  contacts:
    preset: salesforce-zendesk/contacts
    crm: { connection: sales }
    desk: { connection: support }
    create: []
`;
    const rows = mixedEnvironments(configOf(further), of('sandbox', 'production'));
    expect(rows).toMatchObject([{ check: 'environments of sales and support', ok: true }]);
    expect(rows[0]?.found).toBe(
      'sales is a sandbox and support is production. What is created stays there, and would be met again as a duplicate: accounts (desk) may create.',
    );
    expect(rows[0]?.fix).toContain('create: []');
  });

  it('is told what references of tickets would create, and how to have only what exists matched', () => {
    const tickets = (options: string) => `    create: []
  tickets:
    preset: salesforce-zendesk/tickets
    crm: { connection: sales }
    desk: { connection: support }
    create: []
    options: ${options}
`;
    const [row] = mixedEnvironments(configOf(tickets('{}')), of('sandbox', 'production'));
    expect(row?.found).toContain(
      'tickets by its reference AccountId (accounts), tickets by its reference ContactId (tickets.people) may create.',
    );
    expect(row?.fix).toBe(
      'While you try things out say create: false in these references (of tickets, "use: existing" for organization and requester), so that only what exists already is matched; or use a sandbox on both sides.',
    );
    const existing = '{ organization: { use: existing }, requester: { use: existing } }';
    expect(mixedEnvironments(configOf(tickets(existing)), of('sandbox', 'production'))[0]?.found).toContain(
      'No sync creates records.',
    );
  });

  it('is fine where nothing is created', () => {
    expect(mixedEnvironments(configOf('    create: []\n'), of('production', 'sandbox'))).toEqual([
      {
        check: 'environments of support and sales',
        ok: true,
        found: 'support is a sandbox and sales is production. No sync creates records.',
        fix: '',
      },
    ]);
  });

  it('is no matter where both are alike, or one was not reached', () => {
    expect(mixedEnvironments(configOf(), of('sandbox', 'sandbox'))).toEqual([]);
    expect(mixedEnvironments(configOf(), of('production', 'production'))).toEqual([]);
    expect(mixedEnvironments(configOf(), new Map([['sales', 'sandbox']]))).toEqual([]);
  });
});
