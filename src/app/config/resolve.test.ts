import { describe, expect, it } from 'vitest';
import { compileSync } from '../../mapping/compile.ts';
import { configJsonSchema } from './json-schema.ts';
import { loadConfig } from './load.ts';
import { effectiveOf, objectsByConnection, resolveSync } from './resolve.ts';
import type { Config } from './schema.ts';
import { crmType, deskType, environment, sound, systems } from './testing.ts';

function configOf(lines = ''): Config {
  const { config, problems } = loadConfig(
    `${sound}${lines.replace(/^(?=.)/gm, '    ')}\n`,
    'syncline.yaml',
    environment,
  );
  if (config === null) throw new Error(problems.map(({ problem }) => problem).join(' '));
  return config;
}
const described = { crm: { type: crmType, account: '00D1' }, desk: { type: deskType, account: 'acme' } };

describe('a sync with a preset', () => {
  it('needs only the two connections, and can run', () => {
    const input = resolveSync(configOf(), 'accounts', systems, described);
    expect(input.crm).toMatchObject({
      connection: 'sales',
      system: 'salesforce',
      label: 'Salesforce',
      object: 'Account',
      account: '00D1',
      timeZone: 'Europe/Paris',
    });
    expect(input.desk).toMatchObject({ object: 'organization', account: 'acme', timeZone: 'UTC' });
    const { setup } = compileSync(input);
    expect(setup).toMatchObject({
      direction: 'crm-to-desk',
      create: ['desk'],
      update: ['desk'],
      onMatch: 'crm',
      onMany: 'hold',
    });
    expect(setup?.rules.map(({ id, write }) => [id, write])).toEqual([
      ['Name → name', 'always'],
      ['Description → details', 'create'],
    ]);
    expect(setup?.match.map(({ crm, desk }) => [crm, desk])).toEqual([['Name', 'name']]);
    expect(setup?.mark.desk).toEqual({ field: 'external_id', style: 'id' });
  });

  it('takes what is given instead of what the preset says, key by key', () => {
    const given = effectiveOf(
      configOf('create: []\nonMatch: fill\nfields: [{ crm: Name, desk: name }]\nschedule: { every: 5m }'),
      'accounts',
    );
    expect(given).toMatchObject({ create: [], update: ['desk'], onMatch: 'fill', direction: 'crm-to-desk' });
    expect(given.fields).toEqual([{ crm: 'Name', desk: 'name' }]);
    expect(given.match).toEqual([{ crm: 'Name', desk: 'name' }]);
    expect(given.schedule).toEqual({ everyMs: 300_000, realtime: true, sweep: '0 3 * * *', computedMs: 3_600_000 });
  });

  it('follows another direction in everything that depends on it', () => {
    expect(effectiveOf(configOf('direction: both'), 'accounts')).toMatchObject({
      create: ['crm', 'desk'],
      update: ['crm', 'desk'],
      onMatch: 'ask',
      conflict: ['newest', 'crm'],
    });
    expect(effectiveOf(configOf('direction: desk-to-crm'), 'accounts')).toMatchObject({
      create: ['crm'],
      update: ['crm'],
      onMatch: 'desk',
    });
  });

  it('says which objects have to be described', () => {
    expect([...objectsByConnection(configOf())]).toEqual([
      ['sales', ['Account']],
      ['support', ['organization']],
    ]);
  });
});

describe('the JSON Schema of the config', () => {
  it("offers the presets, their options and the systems' ways to log in", () => {
    const text = JSON.stringify(configJsonSchema(systems));
    for (const word of [
      'salesforce-zendesk/accounts',
      'crm-to-desk',
      'api-token',
      'whenEmpty',
      'starts-with',
      'brake',
      'dailyShare',
      '"if"',
      '"then"',
    ])
      expect(text).toContain(word);
  });
});
