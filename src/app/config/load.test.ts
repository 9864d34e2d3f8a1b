import { describe, expect, it } from 'vitest';
import { loadConfig, readConfig } from './load.ts';
import { durationMs } from './schema.ts';
import { environment, sound } from './testing.ts';

function problems(text: string, given: Readonly<Record<string, string>> = environment): readonly string[] {
  return loadConfig(text, 'syncline.yaml', given).problems.map(
    ({ path, line, problem, fix }) => `${line} ${path}: ${problem} ${fix}`,
  );
}
/** How a config says that a value is in the environment. */
const variable = (name: string): string => `\${${name}}`;
const changed = (from: string | RegExp, to: string): string => sound.replace(from, to);

describe('a config file', () => {
  it('is read with the values of the environment, whatever signs they hold', () => {
    const { config, problems: none } = loadConfig(sound, 'syncline.yaml', environment);
    expect(none).toEqual([]);
    expect(config?.connections.sales?.auth).toEqual({
      type: 'client-credentials',
      clientId: 'id-1',
      clientSecret: 'hush-hush: "quoted"',
    });
    expect(config?.syncs.accounts?.preset).toBe('salesforce-zendesk/accounts');
  });

  it('names a variable that is not set, with its line', () => {
    expect(problems(sound, { SF_ID: 'x', SF_SECRET: 'y' })).toEqual([
      '10 connections.support.auth.token: The environment variable ZD_TOKEN is not set. Set ZD_TOKEN before starting Syncline, or write the value here.',
    ]);
  });

  it('refuses unknown keys at every level, with the nearest known one', () => {
    expect(problems(changed('version: 1', 'version: 1\nservr: {}'))).toEqual([
      '2 servr: The config has no key "servr". Did you mean server?',
    ]);
    expect(problems(changed('timeZone:', 'timezone:'))).toEqual([
      '6 connections.sales.timezone: "sales" has no key "timezone". Did you mean timeZone?',
    ]);
    expect(problems(`${sound}    fields:\n      - { crm: Name, desk: name, convrt: upper }\n`)).toEqual([
      '17 syncs.accounts.fields[0].convrt: Entry 1 of "fields" has no key "convrt". Did you mean convert?',
    ]);
    expect(problems(`${sound}    filter: { crm: { all: [{ field: Name, op: is, valeu: x }] } }\n`)[0]).toContain(
      'Did you mean value?',
    );
  });

  it('says what would be right where a value is not known or is missing', () => {
    expect(problems(`${sound}    direction: sideways\n`)).toEqual([
      '16 syncs.accounts.direction: "direction" has a value that is not known. Use crm-to-desk, desk-to-crm or both.',
    ]);
    expect(problems(changed('desk: { connection: support }', ''))).toEqual([
      '12 syncs.accounts.desk: "desk" is missing. Add it: a group of keys.',
    ]);
    expect(problems(`${sound}    onMany: 3\n    fields: Name\n`)).toEqual([
      '16 syncs.accounts.onMany: "onMany" has a value that is not known. Use hold, oldest or newest.',
      '17 syncs.accounts.fields: "fields" is not a list, such as [a, b]. Give a list, such as [a, b].',
    ]);
    expect(problems(changed('version: 1', 'version: 2'))[0]).toContain('Use 1.');
    expect(problems(`${sound}    mark: sometimes\n`)[0]).toContain('Give auto, off or a group of keys.');
    const mapped = (values: string): string =>
      problems(`${sound}    fields: [{ crm: A, desk: b, values: ${values} }]\n`)[0] ?? 'sound';
    expect(mapped('{ toDsk: { a: b } }')).toContain('has no key "toDsk". Did you mean toDesk?');
    expect(mapped('{ Banking: [b] }')).toContain(
      '"Banking" cannot be used. Give one value: a text, a number, true or false.',
    );
    expect(mapped('{ Banking: b, other: keep }')).toBe('sound');
    expect(problems(`${sound}    schedule: { every: often }\n`)[0]).toContain('such as 60s');
    expect(problems(changed('Europe/Paris', 'Paris'))[0]).toContain('such as Europe/Paris');
  });

  it('refuses plain http and addresses with credentials, except on this machine', () => {
    const withUrl = (url: string): readonly string[] => problems(changed('https://acme.example.com', url));
    expect(withUrl('http://acme.example.com')[0]).toContain(
      '9 connections.support.url: "url" cannot be used. An address begins with https://',
    );
    expect(withUrl('https://user:word@acme.example.com')).toHaveLength(1);
    for (const url of ['http://127.0.0.1:4001', 'http://localhost:4001', 'http://[::1]:4001'])
      expect(withUrl(url)).toEqual([]);
    for (const url of ['http://127.0.0.1.evil.example', 'ftp://acme.example.com', 'acme'])
      expect(withUrl(url)).toHaveLength(1);
  });

  it('never repeats a secret, however wrong its place is', () => {
    const text = changed(
      `token: "${variable('ZD_TOKEN')}"`,
      `token: ["${variable('ZD_TOKEN')}"], also-secret-key: "${variable('SF_SECRET')}"`,
    )
      .replace('url: https://acme.example.com', `url: "${variable('ZD_TOKEN')}"`)
      .replace('timeZone: Europe/Paris', `timeZone: "${variable('SF_SECRET')}"`);
    const said = problems(text).join('\n');
    expect(said).not.toContain('hush');
    expect(said).not.toMatch(/also-secret(?!-key)/);
    expect(problems(text)).toHaveLength(3);
  });

  it('that is no YAML, says where', () => {
    expect(problems('version: 1\nconnections: {\n')[0]).toMatch(/^\d+ : This is not YAML/);
    expect(problems(`${sound}  accounts:\n    preset: x\n`)).toEqual([
      '16 : The same name is used twice here. Give each connection, sync and key its own name.',
    ]);
    expect(problems('')[0]).toContain('The config is empty.');
  });

  it('that comes from a form has paths and no lines', () => {
    const { problems: found } = readConfig({ version: 1, connections: {}, syncs: { 'two words': {} } });
    expect(found.map(({ path, line }) => [path, line])).toEqual([['syncs.two words', null]]);
    expect(found[0]?.fix).toContain('letters, digits');
  });

  it('takes every key of the outside contract', () => {
    const whole = `version: 1
server: { publicUrl: https://sync.acme.com }
connections:
  sales:
    system: salesforce
    environment: production
    url: https://acme.my.salesforce.com
    auth: { type: client-credentials, clientId: a, clientSecret: b }
    timeZone: Europe/Paris
    budget: { dailyShare: 0.5 }
syncs:
  accounts:
    preset: salesforce-zendesk/accounts
    mode: all
    crm: { connection: sales, object: Account }
    desk: { connection: support, object: organization }
    direction: crm-to-desk
    create: [desk]
    update: [desk]
    filter: { crm: { all: [{ field: Type, op: is, value: [Customer] }], any: [] }, desk: {}, leave: keep }
    match: [{ crm: Name, desk: name }]
    onMatch: crm
    onMany: hold
    mark: auto
    fields:
      - { crm: Name, desk: name }
      - { crm: Industry, desk: organization_fields.industry, values: { Banking: banking, Energy: energy } }
      - { crm: Priority, desk: priority, direction: both, conflict: newest, values: { toDesk: { High: high }, toCrm: { high: High }, other: hold } }
      - { crm: Description, desk: notes, merge: replace, whenEmpty: keep, tooLong: cut }
      - { desk: tags, from: "['sf_' + crm.Type.lowerAscii()]", merge: set }
    references:
      - { crm: ParentId, desk: organization_fields.parent, sync: accounts, none: empty }
    writeBack: { crm: { field: Zendesk_Organization_Id__c, when: first } }
    conflict: [newest, crm]
    drift: report
    remove: { crm: keep, desk: { set: { status: archived, owner: null } } }
    recreate: []
    brake: { removals: 50, changes: 0.5 }
    schedule: { every: 60s, realtime: true, sweep: "0 3 * * *" }
    options: {}
`;
    expect(problems(whole)).toEqual([]);
  });
});

describe('a duration', () => {
  it('is a number with its unit', () => {
    expect([
      durationMs('60s'),
      durationMs('5m'),
      durationMs('2h'),
      durationMs('1d'),
      durationMs('0s'),
      durationMs('5'),
    ]).toEqual([60_000, 300_000, 7_200_000, 86_400_000, null, null]);
  });
});
