import { describe, expect, test } from 'vitest';
import { fieldOf } from '../../model/object-type.ts';
import { jsonResponse } from '../kit/testing.ts';
import { accountOf, zendesk } from './system.ts';
import { type Script, scripted } from './testing.ts';

const me = { id: 35436, name: 'Sync', email: 'sync@acme.test', role: 'admin', locale: 'en-US' };
const meScript: Script = { 'GET /users/me': () => jsonResponse(200, { user: me }) };

describe('logging in', () => {
  test('an API token goes as basic credentials, and is warned of', async () => {
    const auth = { type: 'api-token', email: 'sync@acme.test', token: 'secret' };
    const { connection, seen } = scripted(meScript, { auth });
    await connection.who();
    expect(seen[0]?.headers.get('authorization')).toBe(`Basic ${btoa('sync@acme.test/token:secret')}`);
    expect(zendesk.warnings(auth)).toEqual([expect.stringContaining('2027-04-30')]);
    expect(zendesk.warnings({ type: 'client-credentials', clientId: 'a', clientSecret: 'b' })).toEqual([]);
  });

  test('client credentials are asked for once, however many calls wait for them', async () => {
    const { connection, seen } = scripted(
      {
        ...meScript,
        'POST /oauth/tokens': () =>
          jsonResponse(200, { access_token: 'T1', token_type: 'bearer', scope: 'read write', expires_in: 1800 }),
        'GET /organizations/show_many': () => jsonResponse(200, { organizations: [] }),
      },
      { auth: { type: 'client-credentials', clientId: 'syncline', clientSecret: 's' } },
    );
    const want = { object: 'organization', fields: ['name'] };
    await Promise.all([connection.who(), connection.read(want, ['1']), connection.read(want, ['2'])]);
    const logins = seen.filter(({ path }) => path === '/oauth/tokens');
    expect(logins.map(({ body }) => body)).toEqual([
      { grant_type: 'client_credentials', client_id: 'syncline', client_secret: 's', scope: 'read write' },
    ]);
    expect(new Set(seen.slice(1).map(({ headers }) => headers.get('authorization')))).toEqual(new Set(['Bearer T1']));
    expect(connection.calls()).toEqual({ read: 3, write: 0, login: 1 });
  });

  test('a rotated refresh token is put away before the login is used', async () => {
    const vendor = scripted(
      {
        'POST /oauth/tokens': () =>
          jsonResponse(201, { access_token: 'T1', refresh_token: 'R2', token_type: 'bearer', expires_in: 1800 }),
        'GET /users/me': () => {
          expect([...vendor.secrets.kept.values()].join()).toContain('R2');
          return jsonResponse(200, { user: me });
        },
      },
      { auth: { type: 'refresh-token', clientId: 'syncline', refreshToken: 'R1' } },
    );
    expect((await vendor.connection.who()).user).toBe('35436');
  });

  test('a refused login stops the connection', async () => {
    const { connection } = scripted(
      { 'POST /oauth/tokens': () => jsonResponse(401, { error: 'invalid_client', error_description: 'unknown' }) },
      { auth: { type: 'client-credentials', clientId: 'syncline', clientSecret: 'wrong' } },
    );
    await expect(connection.who()).rejects.toMatchObject({ fault: { kind: 'login', code: 'invalid_client' } });
  });
});

describe('who', () => {
  test('tells the account by its sub-domain, and the user', async () => {
    const { connection } = scripted(meScript);
    expect(await connection.who()).toEqual({
      account: 'acme',
      user: '35436',
      userName: 'Sync',
      environment: 'production',
    });
    expect(accountOf('https://ACME1612345678.zendesk.com/')).toBe('acme1612345678');
    expect(accountOf('http://127.0.0.1:4010')).toBe('127.0.0.1:4010');
  });

  test('an anonymous visitor is no login', async () => {
    const { connection } = scripted({
      'GET /users/me': () => jsonResponse(200, { user: { id: null, name: 'Anonymous user' } }),
    });
    await expect(connection.who()).rejects.toMatchObject({ fault: { kind: 'login' } });
  });
});

const field = (id: number, key: string, type: string, given: Record<string, unknown> = {}) => ({
  id,
  key,
  type,
  title: key,
  active: true,
  ...given,
});

describe('describing', () => {
  test('reads every page of custom fields and tells their types', async () => {
    const options = [{ id: 1, name: 'Gold plan', raw_name: 'Gold plan', value: 'gold' }];
    const { connection, seen } = scripted({
      'GET /organization_fields': ({ query }) =>
        query.get('page[after]') === null
          ? jsonResponse(200, {
              organization_fields: [
                field(1, 'plan', 'dropdown', { custom_field_options: options }),
                field(2, 'since', 'date'),
              ],
              meta: { has_more: true, after_cursor: 'two', before_cursor: 'one' },
            })
          : jsonResponse(200, {
              organization_fields: [
                field(3, 'vip', 'checkbox', { tag: 'is_vip' }),
                field(4, 'old', 'text', { active: false }),
                field(5, 'x', 'novel'),
              ],
              // Set on the last page too.
              meta: { has_more: false, after_cursor: 'three', before_cursor: 'two' },
            }),
    });
    const [type] = await connection.describe(['organization']);
    if (type === undefined) throw new Error('nothing was described');
    expect(seen.length).toBe(2);
    expect(fieldOf(type, 'organization_fields.plan')).toMatchObject({
      type: 'option',
      vendorType: 'dropdown',
      restricted: true,
      options: [{ value: 'gold', label: 'Gold plan', active: true }],
    });
    expect(fieldOf(type, 'organization_fields.since')?.type).toBe('date');
    expect(fieldOf(type, 'organization_fields.vip')).toMatchObject({ normal: { nullIsFalse: true }, tag: 'is_vip' });
    expect(fieldOf(type, 'organization_fields.old')).toBe(undefined);
    expect(fieldOf(type, 'organization_fields.x')).toMatchObject({
      type: 'other',
      settable: 'never',
      vendorType: 'novel',
    });
    expect(fieldOf(type, 'name')).toMatchObject({ required: true, unique: true });
    expect(type.mark).toEqual({ field: 'external_id', style: 'id' });
  });
});

describe('inspecting', () => {
  const fields: Script = {
    'GET /organization_fields': () => jsonResponse(200, { organization_fields: [], meta: { has_more: false } }),
  };
  const found = async (script: Script) =>
    (await scripted(script).connection.inspect(['organization'], ['organization']))
      .filter(({ ok }) => !ok)
      .map(({ check }) => check);

  test('an admin is fine, an API token is not for long', async () => {
    expect(await found({ ...meScript, ...fields })).toEqual(['way to log in']);
  });

  test('an agent cannot read the change feed', async () => {
    const agent: Script = { 'GET /users/me': () => jsonResponse(200, { user: { ...me, role: 'agent' } }) };
    expect(await found({ ...agent, ...fields })).toEqual(['way to log in', 'role']);
  });

  test('custom fields that cannot be read are named with a fix', async () => {
    const closed: Script = {
      'GET /organization_fields': () => jsonResponse(403, { error: { title: 'Forbidden', message: 'No.' } }),
    };
    const findings = await scripted({ ...meScript, ...closed }).connection.inspect(['organization'], ['organization']);
    expect(findings.find(({ check }) => check === 'custom fields of organization')).toMatchObject({
      ok: false,
      fix: expect.stringContaining('organization_fields'),
    });
  });

  test('there is nothing to install', async () => {
    const findings = await scripted({}).connection.install('keys', ['organization']);
    expect(findings).toMatchObject([{ ok: true, found: expect.stringContaining('external_id'), fix: '' }]);
  });
});

test('the budget is what the vendor says', async () => {
  const { connection } = scripted({
    'GET /users/me': () =>
      jsonResponse(
        200,
        { user: me },
        { 'x-rate-limit': '700', 'x-rate-limit-remaining': '412', 'ratelimit-reset': '30' },
      ),
  });
  await connection.who();
  expect(connection.budget()).toMatchObject({ left: 412, used: 288 });
});
