import { describe, expect, it } from 'vitest';
import { field, objectType } from '../../mapping/testing.ts';
import { FaultError } from '../../model/fault.ts';
import type { ObjectType } from '../../model/object-type.ts';
import { checkConfig, type Describe } from './check.ts';
import { loadConfig } from './load.ts';
import { crmType, deskType, environment, sound, systems } from './testing.ts';

async function problems(text: string, describeLive?: Describe): Promise<readonly string[]> {
  const { config, problems: unread, source } = loadConfig(text, 'syncline.yaml', environment);
  if (config === null) return unread.map(({ problem }) => problem);
  const found = await checkConfig(config, {
    systems,
    source,
    ...(describeLive === undefined ? {} : { describe: describeLive }),
  });
  return found.map(({ path, line, problem, fix }) => `${line} ${path}: ${problem} ${fix}`);
}
const first = async (text: string, live?: Describe): Promise<string> => (await problems(text, live))[0] ?? 'sound';
/** How a config says that a value is in the environment. */
const variable = (name: string): string => `\${${name}}`;
const changed = (from: string | RegExp, to: string): string => sound.replace(from, to);
const withLines = (lines: string): string => `${sound}${lines.replace(/^/gm, '    ')}\n`;

describe('check without a login', () => {
  it('finds nothing wrong with two connections and a preset', async () => {
    expect(await problems(sound)).toEqual([]);
  });

  it('names connections, systems and presets that do not exist, and what was meant', async () => {
    expect(await first(changed('{ connection: support }', '{ connection: suport }'))).toBe(
      '15 syncs.accounts.desk.connection: Sync accounts: there is no connection "suport". Did you mean support?',
    );
    expect(await first(changed('system: zendesk', 'system: zendisk'))).toBe(
      '8 connections.support.system: Connection support: there is no system "zendisk" in this version. Did you mean zendesk?',
    );
    expect(await first(changed('salesforce-zendesk/accounts', 'salesforce-zendesk/account'))).toBe(
      '13 syncs.accounts.preset: Sync accounts: there is no preset "salesforce-zendesk/account". Did you mean salesforce-zendesk/accounts, salesforce-zendesk/tickets or salesforce-zendesk/contacts?',
    );
  });

  it('names swapped sides', async () => {
    const swapped = changed('connection: sales', 'connection: x')
      .replace('connection: support', 'connection: sales')
      .replace('connection: x', 'connection: support');
    expect(await first(swapped)).toContain(
      '14 syncs.accounts.crm.connection: Sync accounts: support is Zendesk, which belongs on the desk side. Swap',
    );
  });

  it('knows how each system logs in, and repeats no secret', async () => {
    expect(await first(changed('type: api-token', 'type: password'))).toBe(
      '10 connections.support.auth.type: Connection support: Zendesk cannot log in by this type of auth. Use type: client-credentials (clientId, clientSecret) or api-token (email, token).',
    );
    expect(await first(changed('email: agent@acme.example, ', ''))).toContain(
      'connections.support.auth.email: Connection support: "email" is missing.',
    );
    expect(await first(changed('email: agent@acme.example, ', `email: "${variable('ZD_TOKEN')}", `))).not.toContain(
      'also-secret',
    );
    expect(await first(changed(/ {4}url: .*\n/, ''))).toContain("Zendesk needs the account's own address");
  });

  it('checks fields against what every account has; a custom field may exist', async () => {
    expect(await first(withLines('fields: [{ crm: Name, desk: name }, { crm: Industy, desk: details }]'))).toBe(
      '16 syncs.accounts.fields[1].crm: Sync accounts: Salesforce Account has no field "Industy". Did you mean Industry?',
    );
    expect(
      await problems(
        withLines('fields: [{ crm: Name, desk: name }, { crm: Region__c, desk: organization_fields.region }]'),
      ),
    ).toEqual([]);
    expect(
      await first(withLines('fields:\n  - { crm: Name, desk: name }\n  - { crm: Website,\n      desk: employees }')),
    ).toMatch(
      /^18 syncs\.accounts\.fields\[1\]: .*"Website" is a web address \(url\), which cannot be written to .*"employees", a whole number \(integer\)/,
    );
  });

  it('wants the name of an organization mapped, also when the preset is overridden', async () => {
    expect(await first(withLines('fields: [{ crm: Description, desk: details }]'))).toContain(
      'Zendesk organization needs "name"',
    );
  });

  it('takes a field that flows back as a wish to update that side', async () => {
    const both = 'fields: [{ crm: Name, desk: name }, { crm: Description, desk: details, direction: both }]';
    expect(await problems(withLines(both))).toEqual([]);
    expect(await problems(withLines(`${both}\nupdate: [desk]`))).toEqual([]);
    expect(await first(withLines(`${both}\nupdate: []`))).toContain('neither "create" nor "update" allows that side');
  });

  it('refuses each thing that is not in this version, and says which default applies', async () => {
    const later: Readonly<Record<string, string>> = {
      'references: [{ crm: ParentId, desk: external_id, sync: accounts, secondary: { desk: memberships } }]':
        'one organization is carried',
    };
    for (const [line, then] of Object.entries(later)) {
      const found = await problems(withLines(line));
      const refused = found.filter((problem) => problem.includes('not in this version yet'));
      expect(refused).toHaveLength(1);
      expect(refused[0]).toContain(then);
    }
    expect(
      await problems(withLines('drift: report\nremove: { crm: keep }\nrecreate: []\nmode: all\nreferences: []')),
    ).toEqual([]);
  });

  it('checks what becomes of removed records, with the field that is meant', async () => {
    expect(
      await problems(withLines('filter: { leave: remove }\nremove: { desk: trash, crm: keep }\nrecreate: [desk]')),
    ).toEqual([]);
    expect(await problems(withLines('remove: { desk: { set: { details: archived } } }'))).toEqual([]);
    expect(await first(withLines('remove: { desk: { set: { detail: archived } } }'))).toContain(
      'syncs.accounts.remove.desk.set.detail: Sync accounts: Zendesk organization has no field "detail". Did you mean details?',
    );
    expect(await first(withLines('recreate: [crm]'))).toContain('Salesforce Account needs "Name"');
  });

  it('knows the options of a preset', async () => {
    expect(await first(withLines('options: { welcomeEmail: true }'))).toContain(
      'syncs.accounts.options.welcomeEmail: The preset salesforce-zendesk/accounts has no key "welcomeEmail"',
    );
  });

  it('wants objects, direction and criteria where there is no preset', async () => {
    const bare = changed(/ {4}preset: .*\n/, '');
    expect(await problems(bare)).toEqual([
      expect.stringContaining('it has no direction'),
      expect.stringContaining('the crm side names no object'),
      expect.stringContaining('the desk side names no object'),
    ]);
    const full = bare
      .replace('connection: sales }', 'connection: sales, object: Account }')
      .replace('connection: support }', 'connection: support, object: organisation }');
    expect(await first(`${full}    direction: crm-to-desk\n`)).toContain(
      'Zendesk has no object "organisation" that this version can sync. Did you mean organization?',
    );
  });
});

describe('check with a login', () => {
  const types: Readonly<Record<string, readonly ObjectType[]>> = {
    sales: [objectType('Account', [...crmType.fields, field('Region__c', 'text')])],
    support: [objectType('organization', [...deskType.fields, field('organization_fields.region', 'text')])],
  };
  const live: Describe = async (connection) => types[connection] ?? [];

  it('knows custom fields, and refuses those that the account does not have', async () => {
    const mapped = 'fields: [{ crm: Name, desk: name }, { crm: Region__c, desk: organization_fields.region }]';
    expect(await problems(withLines(mapped), live)).toEqual([]);
    expect(
      await first(withLines(mapped.replace('organization_fields.region', 'organization_fields.regoin')), live),
    ).toContain(
      'Zendesk organization has no field "organization_fields.regoin". Did you mean organization_fields.region?',
    );
  });

  it('refuses filter values and mapped values that are no options there', async () => {
    expect(
      await first(withLines('filter: { crm: { all: [{ field: Industry, op: is, value: "Banking,energy" }] } }'), live),
    ).toContain('"energy" is not an option');
    expect(
      await first(
        withLines(
          'fields: [{ crm: Name, desk: name }, { crm: Industry, desk: industry, values: { Energy: energie } }]',
        ),
        live,
      ),
    ).toContain('Did you mean energy?');
  });

  it('says which connection could not be asked, and checks the others', async () => {
    const lost: Describe = async (connection) => {
      if (connection === 'support')
        throw new FaultError({ kind: 'login', say: 'Zendesk does not know these credentials.' });
      return types[connection] ?? [];
    };
    expect(await problems(sound, lost)).toEqual([
      '7 connections.support: Connection support could not be asked what it has: Zendesk does not know these credentials. Check the credentials and the address under "auth" and "url".',
    ]);
  });
});
