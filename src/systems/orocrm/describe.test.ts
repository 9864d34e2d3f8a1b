import { describe, expect, test } from 'vitest';
import { fieldOf } from '../../model/object-type.ts';
import { open } from '../kit/contract-bench.ts';
import { jsonResponse } from '../kit/testing.ts';
import { account, contact, supportCase } from './contract-bench.ts';
import { orocrm } from './system.ts';
import { scripted } from './testing.ts';

describe('what an installation has', () => {
  test('are the entries of its lists, in their order', async () => {
    const bench = await open(supportCase);
    const [type] = await bench.connection.describe(['cases']);
    const status = type === undefined ? undefined : fieldOf(type, 'status');
    expect(status?.options?.map(({ value, label }) => [value, label])).toEqual([
      ['open', 'Open'],
      ['in_progress', 'In progress'],
      ['resolved', 'Resolved'],
      ['closed', 'Closed'],
    ]);
    expect(type).toMatchObject({ single: ['create', 'update'], batch: { remove: 100 } });
  });

  test('are custom fields, by what records show of them', async () => {
    const bench = await open(account);
    const added = [
      { name: 'vip', type: 'boolean' },
      { name: 'score', type: 'integer' },
      { name: 'region', type: 'string' },
    ];
    await bench.control('PUT', 'schema', { accounts: { fields: added } });
    await bench.control('PUT', 'seed', { accounts: [{ name: 'A', vip: true, score: 7 }, { name: 'B' }] });
    const [type] = await bench.connection.describe(['accounts']);
    const kinds = type?.fields.filter(({ vendorType }) => vendorType === 'custom').map((one) => [one.name, one.type]);
    expect(Object.fromEntries(kinds ?? [])).toEqual({
      vip: 'boolean',
      score: 'decimal',
      region: 'longtext',
      extend_description: 'longtext',
    });
  });

  test('is a key from 7.0 on, and batches of creates with it', async () => {
    const bench = await open(contact);
    const [now] = await bench.connection.describe(['contacts']);
    expect(now).toMatchObject({ mark: { field: 'externalId', style: 'full' }, single: [], batch: { create: 100 } });
    await bench.control('PUT', 'settings', { version: '6.0' });
    const [before] = await bench.connect().describe(['contacts']);
    expect(before).toMatchObject({ mark: null, withoutMark: 'traced', single: ['create'], batch: { create: 20 } });
    expect(before?.fields.some(({ name }) => name === 'externalId')).toBe(false);
    const [told] = await bench.connect({ ...bench.auth, version: '6.0' }).describe(['contacts']);
    expect(told).toMatchObject({ mark: null, single: [], batch: { create: 100 } });
  });

  test('of what is only read takes nothing', async () => {
    const bench = await open(contact);
    const types = await bench.connection.describe(['users', 'casecomments']);
    expect(types.map(({ mark }) => mark)).toEqual([null, null]);
    expect(types.flatMap((type) => type.fields.filter(({ settable }) => settable !== 'never'))).toEqual([]);
  });
});

describe('the checks of a set-up', () => {
  test('say who we are, what can be read, and that keys are there', async () => {
    const bench = await open(account);
    const findings = await bench.connection.inspect(['accounts', 'contacts'], ['accounts']);
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual([
      'login',
      'read:accounts',
      'clock',
      'keys:accounts',
      'read:contacts',
      'version',
    ]);
  });

  test('name each missing permission, and each object that there is not', async () => {
    const bench = await open({ ...account, settings: { denied: ['contacts.view'] } });
    const findings = await bench.connection.inspect(['contacts', 'accounts', 'tickets'], []);
    expect(findings.filter(({ ok }) => !ok).map(({ check }) => check)).toEqual(['read:contacts', 'object:tickets']);
  });

  test('say of an older version what is missing, and how to go on', async () => {
    const bench = await open({ ...account, settings: { version: '6.0' } });
    const wrong = (await bench.connection.inspect([], ['accounts'])).filter(({ ok }) => !ok);
    expect(wrong.map(({ check }) => check)).toEqual(['keys:accounts', 'version']);
    const told = bench.connect({ ...bench.auth, version: '6.0' });
    expect((await told.inspect(['accounts'], [])).filter(({ ok }) => !ok)).toEqual([]);
    const mistaken = bench.connect({ ...bench.auth, version: '7.0' });
    expect((await mistaken.inspect(['accounts'], [])).filter(({ ok }) => !ok)).toMatchObject([{ check: 'version' }]);
    expect(await bench.connection.install('keys', ['accounts'])).toMatchObject([
      { ok: false, fix: expect.stringContaining('Entity Management') },
    ]);
  });

  test('end at a login that does not work', async () => {
    const bench = await open({ ...account, settings: { clientActive: false } });
    expect(await bench.connection.inspect(['accounts'], [])).toMatchObject([{ check: 'login', ok: false }]);
  });

  test('find a clock that is wrong', async () => {
    const date = { date: 'Thu, 15 Jan 2026 12:10:00 GMT' };
    const me = { type: 'userprofile', id: '1', attributes: { username: 'admin' } };
    const { connection } = scripted({
      'GET /api/userprofile': () => jsonResponse(200, { data: me }),
      'GET /api/accounts': () => jsonResponse(200, { data: [] }, date),
    });
    expect((await connection.inspect(['accounts'], [])).filter(({ ok }) => !ok)).toMatchObject([
      { check: 'clock', found: expect.stringContaining('600 s') },
    ]);
  });
});

describe('a connection', () => {
  test('is known by the address and the organization', async () => {
    const bench = await open(account);
    expect(await bench.connection.who()).toEqual({
      account: '127.0.0.1:4713#1',
      user: '1',
      userName: 'admin',
      environment: 'production',
    });
  });

  test.each([
    [{ type: 'client-credentials', clientId: 'a', clientSecret: 'b', version: '6.1' }, true],
    [{ type: 'client-credentials', clientId: 'a', clientSecret: 'b', version: 'new' }, false],
    [{ type: 'client-credentials', clientId: 'a' }, false],
    [{ type: 'api-token', email: 'a@x.test', token: 'b' }, false],
  ])('takes %j: %s', (auth, taken) => {
    expect(orocrm.auth.safeParse(auth).success).toBe(taken);
  });

  test.each([
    ['https://acme.example/admin/case/view/3?restore=1', { object: 'cases', id: '3' }],
    ['https://acme.example/contact/update/12', { object: 'contacts', id: '12' }],
    ['https://acme.example/api/accounts/7/relationships/owner', { object: 'accounts', id: '7' }],
    ['https://acme.example/user/view/5#tab', { object: 'users', id: '5' }],
    ['https://acme.example/opportunity/view/5', null],
    ['https://acme.example/api/leads/5', null],
    ['7', null],
  ])('finds the record at %s', (address, record) => {
    expect(orocrm.recordAt(address)).toEqual(record);
  });

  test('tells what work costs: batches where there are any, else a call a record', async () => {
    const bench = await open(account);
    const work = { create: 250, update: 150, remove: 0, reread: true };
    const cost = (object: string) => bench.connection.forecast([{ object, ...work }]);
    expect(cost('cases')).toMatchObject({ write: 400, read: 2, limit: '4 requests at a time' });
    expect(cost('accounts')).toMatchObject({ write: 252, read: 2 });
    await bench.connection.describe(['accounts']);
    expect(cost('accounts')).toMatchObject({ write: 5, read: 2 });
    expect(bench.connection.forecast([])).toEqual({ read: 0, write: 0, seconds: 0, limit: '' });
  });
});
