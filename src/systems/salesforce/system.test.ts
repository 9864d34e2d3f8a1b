import { expect, test } from 'vitest';
import { isGone } from '../../model/record.ts';
import { jsonResponse } from '../kit/testing.ts';
import { salesforce } from './system.ts';
import {
  accountId,
  accountRow,
  compositeAnswer,
  metadataAnswer,
  metadataFault,
  orgId,
  ourUser,
  queryAnswer,
  scripted,
  statementsOf,
} from './testing.ts';
import { id18, normalForm } from './values.ts';

const field = {
  label: 'x',
  createable: true,
  updateable: true,
  nillable: true,
  defaultedOnCreate: false,
  calculated: false,
  externalId: false,
  unique: false,
  nameField: false,
  restrictedPicklist: false,
  length: 0,
  scale: 0,
  picklistValues: [],
};
const describe = {
  name: 'Account',
  label: 'Account',
  fields: [
    {
      ...field,
      name: 'Id',
      type: 'id',
      length: 18,
      createable: false,
      updateable: false,
      nillable: false,
      defaultedOnCreate: true,
    },
    { ...field, name: 'Name', label: 'Account Name', type: 'string', length: 255, nillable: false, nameField: true },
    {
      ...field,
      name: 'Type',
      type: 'picklist',
      length: 255,
      picklistValues: [{ active: true, label: 'Kunde', value: 'Customer', validFor: null }],
    },
    { ...field, name: 'BillingAddress', type: 'address', createable: false, updateable: false },
    { ...field, name: 'AnnualRevenue', type: 'currency', scale: 2 },
    { ...field, name: 'Number__c', type: 'double', scale: 0 },
    {
      ...field,
      name: 'Tags__c',
      type: 'multipicklist',
      length: 4099,
      picklistValues: [{ active: true, label: 'A', value: 'a' }],
    },
    { ...field, name: 'Sum__c', type: 'double', scale: 2, calculated: true, createable: false, updateable: false },
    { ...field, name: 'IsBig__c', type: 'boolean', nillable: false, defaultedOnCreate: true },
    { ...field, name: 'Syncline_Key__c', type: 'string', length: 255, externalId: true, unique: true },
  ],
};

test('a description tells types, what is required, what may be set, and the mark', async () => {
  const { connection } = scripted((request) =>
    request.path.endsWith('/describe') ? jsonResponse(200, describe) : undefined,
  );
  const [type] = await connection.describe(['Account']);
  const told = type?.fields.map((one) => [
    one.name,
    one.type,
    one.required,
    one.settable,
    one.stamped,
    one.maxLength,
    one.scale,
  ]);
  expect(told).toEqual([
    ['Id', 'id', false, 'never', true, null, null],
    ['Name', 'text', true, 'always', true, 255, null],
    ['Type', 'option', false, 'always', true, 255, null],
    ['AnnualRevenue', 'currency', false, 'always', true, null, 2],
    ['Number__c', 'integer', false, 'always', true, null, 0],
    ['Tags__c', 'options', false, 'always', true, 4099, null],
    ['Sum__c', 'decimal', false, 'never', false, null, 2],
    ['IsBig__c', 'boolean', false, 'always', true, null, null],
    ['Syncline_Key__c', 'text', false, 'always', true, 255, null],
  ]);
  expect(type?.fields[2]?.options).toEqual([{ value: 'Customer', label: 'Kunde', active: true }]);
  expect(type).toMatchObject({
    mark: { field: 'Syncline_Key__c', style: 'full' },
    withoutMark: 'traced',
    title: 'Name',
    batch: { create: 1000, update: 1000, remove: 1000 },
  });
});

test('without a unique key field an account has no mark', async () => {
  const plain = { ...describe, fields: describe.fields.map((one) => ({ ...one, unique: false })) };
  const { connection } = scripted(() => jsonResponse(200, plain));
  const [type] = await connection.describe(['Account']);
  // An insert is not safe to repeat, so fewer of them are at stake at once.
  expect([type?.mark, type?.batch.create]).toEqual([null, 200]);
});

test('the standard fields of an account are known without a connection', () => {
  const account = salesforce.standard.find((type) => type.object === 'Account');
  expect(account?.fields.find((one) => one.name === 'Name')).toMatchObject({
    type: 'text',
    required: true,
    maxLength: 255,
  });
  expect(account?.fields.find((one) => one.name === 'BillingLatitude')).toMatchObject({ type: 'decimal', scale: 15 });
  expect(account?.fields.find((one) => one.name === 'NumberOfEmployees')).toMatchObject({ type: 'integer', scale: 0 });
  for (const type of salesforce.standard)
    expect(type.fields.filter((one) => one.name === '' || one.type === 'other')).toEqual([]);
  expect(account?.fields.find((one) => one.name === 'ParentId')?.refersTo).toEqual(['Account']);
  const paths = new Map(salesforce.standard.map((type) => [type.object, type.fields.map((one) => one.name)]));
  expect(paths.get('Contact')).toEqual(expect.arrayContaining(['Account.Name', 'ReportsTo.Email', 'Owner.Email']));
  // A queue has no address.
  expect(paths.get('Lead')?.filter((name) => name.startsWith('Owner.'))).toEqual(['Owner.Name']);
  expect(paths.get('Case')?.includes('Parent.CaseNumber')).toBe(true);
});

test('who we are is asked once, and a host that says sandbox is believed', async () => {
  const at = (rest: string) =>
    scripted(() => undefined, {
      oauth: ({ path }) =>
        path === '/services/oauth2/userinfo'
          ? jsonResponse(200, {
              user_id: ourUser,
              organization_id: orgId,
              preferred_username: 'sync@acme.test',
              urls: { rest },
            })
          : undefined,
    }).connection;
  const connection = at('https://acme--uat.sandbox.my.salesforce.com/services/data/v{version}/');
  const expected = { account: orgId, user: ourUser, userName: 'sync@acme.test', environment: 'sandbox' };
  expect([await connection.who(), await connection.who()]).toEqual([expected, expected]);
  expect(connection.calls()).toEqual({ read: 1, write: 0, login: 1 });
  const elsewhere = at('https://acme.my.salesforce.com/services/data/v{version}/');
  expect(await elsewhere.who()).toEqual({ ...expected, environment: 'production' });
});

test('a read is one call, and what is missing costs one more to learn its fate', async () => {
  const rows = [accountRow(1, 100, { Tags__c: 'a;b', Since__c: '2026-01-01T10:00:00.000+0000' }), null, null, null];
  const { connection, seen } = scripted((request) => {
    if (request.path.endsWith('/describe')) return jsonResponse(200, describe);
    if (request.path.endsWith('/composite/sobjects/Account')) return jsonResponse(200, rows);
    return compositeAnswer(
      queryAnswer([
        accountRow(2, 90, { IsDeleted: true }),
        accountRow(3, 90, { IsDeleted: true, MasterRecordId: accountId(1) }),
      ]),
    );
  });
  const want = { object: 'Account', fields: ['Name', 'Tags__c', 'Since__c'] };
  const found = await connection.read(want, [1, 2, 3, 4].map(accountId));
  expect(found.map((change) => change.seen)).toEqual([
    { Name: 'Account 1', Tags__c: ['a', 'b'], Since__c: '2026-01-01T10:00:00Z' },
    { gone: 'trash' },
    { gone: 'merged', into: { connection: 'sales', object: 'Account', id: id18(accountId(1)) } },
    { gone: 'hidden' },
  ]);
  expect(found.every((change) => change.ref.id.length === 18)).toBe(true);
  expect(statementsOf(seen().at(-1))[0]).toContain(`WHERE Id IN ('${id18(accountId(2))}'`);
});

test('a look-up asks exactly, escapes what it asks for, and groups many values into one call', async () => {
  const { connection, seen } = scripted((request) => {
    const statements = statementsOf(request);
    return compositeAnswer(...statements.map((_, i) => queryAnswer([accountRow(i, 100)])));
  });
  const want = { object: 'Account', fields: ['Name'] };
  const values = [{ Name: "O'Neil \\ Söhne" }, ...Array.from({ length: 600 }, (_, i) => ({ Name: `Company ${i}` }))];
  const found = await connection.find(want, ['Name'], values);
  expect(found.map((change) => isGone(change.seen))).toEqual(found.map(() => false));
  expect([seen().length, statementsOf(seen()[0]).length > 1]).toEqual([1, true]);
  expect(statementsOf(seen()[0])[0]).toContain("WHERE Name IN ('O\\'Neil \\\\ Söhne','Company 0'");
});

test('a look-up by several fields joins them with AND', async () => {
  const { connection, seen } = scripted(() => compositeAnswer(queryAnswer([])));
  await connection.find(
    { object: 'Account', fields: ['Name'] },
    ['Name', 'NumberOfEmployees'],
    [{ Name: 'A', NumberOfEmployees: 5 }, { Name: 'B' }],
  );
  expect(statementsOf(seen()[0])[0]).toContain(
    "WHERE (Name = 'A' AND NumberOfEmployees = 5) OR (Name = 'B' AND NumberOfEmployees = null)",
  );
});

test('keys are installed step by step, and a second time nothing is written', async () => {
  let installed = false;
  const { connection, seen } = scripted((request) => {
    if (request.path.endsWith('/describe')) {
      return jsonResponse(
        200,
        installed ? describe : { ...describe, fields: describe.fields.filter((one) => one.name !== 'Syncline_Key__c') },
      );
    }
    if (request.path.endsWith('/query')) return jsonResponse(200, queryAnswer([]));
    if (request.path.includes('/Soap/m/')) return metadataAnswer({ fullName: 'Account.Syncline_Key__c' });
    if (request.path.endsWith('/composite/sobjects')) {
      installed = true;
      return jsonResponse(200, [{ id: '01k4S000000AAAA', success: true, errors: [] }]);
    }
    return request.method === 'POST'
      ? jsonResponse(201, { id: '0PS4S000000AAAA', success: true, errors: [] })
      : undefined;
  });
  expect(await connection.install('keys', ['Account'])).toMatchObject([{ check: 'keys:Account', ok: true }]);
  expect(seen().flatMap((one) => (one.method === 'POST' ? [one.path.split('/').slice(-2).join('/')] : []))).toEqual([
    'm/62.0',
    'sobjects/PermissionSet',
    'sobjects/PermissionSetAssignment',
    'composite/sobjects',
  ]);
  const written = connection.calls().write;
  await connection.install('keys', ['Account']);
  expect(connection.calls().write).toBe(written);
});

test('a user without the right to change the set-up gets a finding, not a failure', async () => {
  const { connection } = scripted((request) => {
    if (request.path.endsWith('/describe')) return jsonResponse(200, { ...describe, fields: [] });
    if (request.path.endsWith('/query')) return jsonResponse(200, queryAnswer([]));
    return metadataFault('INSUFFICIENT_ACCESS', 'INSUFFICIENT_ACCESS: use of the Metadata API requires a user with it');
  });
  expect(await connection.install('keys', ['Account'])).toMatchObject([
    {
      check: 'keys:Account',
      ok: false,
      found: 'Not created: Salesforce refused it: INSUFFICIENT_ACCESS: use of the Metadata API requires a user with it',
      fix: expect.stringContaining('"Modify Metadata Through Metadata API Functions"'),
    },
  ]);
});

test('an inspection says what is right and what to do about the rest', async () => {
  const { connection } = scripted((request) => {
    const soql = request.query.get('q') ?? '';
    if (request.path.endsWith('/describe')) return jsonResponse(200, describe);
    if (request.path.endsWith('/limits'))
      return jsonResponse(200, { DailyApiRequests: { Max: 15000, Remaining: 900 } });
    if (soql.includes('Organization')) return jsonResponse(200, queryAnswer([{ IsSandbox: true }]));
    if (soql.includes('FROM User'))
      return jsonResponse(200, queryAnswer([{ Username: 'ada@acme.test', Profile: { Name: 'System Administrator' } }]));
    return undefined;
  });
  const findings = await connection.inspect(['Account'], ['Account']);
  expect(findings.map((one) => [one.check, one.ok, one.fix === ''])).toEqual([
    ['api', true, true],
    ['environment', false, false],
    ['user', false, false],
    ['budget', false, false],
    ['access:Account', true, true],
    ['keys:Account', true, true],
    ['duplicates:Account', true, true],
  ]);
});

test('an inspection names what our user may not do, and the rules that will stop new records', async () => {
  const { connection } = scripted((request) => {
    if (request.path.endsWith('/describe')) return jsonResponse(200, { ...describe, createable: false });
    if (request.path.endsWith('/limits')) return jsonResponse(200, {});
    if (!request.path.endsWith('/ui-api/duplicates/Account')) return jsonResponse(200, queryAnswer([]));
    const rule = (name: string, active: boolean, actionOnInsert: string, operationsOnInsert: readonly string[]) => ({
      name,
      active,
      actionOnInsert,
      operationsOnInsert,
    });
    return jsonResponse(200, {
      duplicateRules: [
        rule('Blocks', true, 'Block', []),
        rule('Alerts', true, 'Allow', ['Alert', 'Report']),
        rule('Reports', true, 'Allow', ['Report']),
        rule('Off', false, 'Block', []),
      ],
    });
  });
  const findings = await connection.inspect(['Account'], ['Account']);
  const about = (check: string) => findings.find((one) => one.check === `${check}:Account`);
  expect(about('access')).toMatchObject({ ok: false, found: 'We may read, edit Account.' });
  expect(about('access')?.fix).toContain('"Create"');
  expect(about('duplicates')?.found).toContain('"Blocks", "Alerts";');
});

test('the budget is what Salesforce says of the last 24 hours', async () => {
  const { connection } = scripted(() =>
    jsonResponse(200, queryAnswer([]), { 'sforce-limit-info': 'api-usage=126/15000' }),
  );
  await connection.changes({ object: 'Account', fields: ['Name'] }, null);
  expect(connection.budget()).toMatchObject({ used: 126, left: 14_874 });
});

test('work is forecast in the calls that it takes, with the days that the daily limit makes of them', async () => {
  const { connection } = scripted((request) =>
    request.path.endsWith('/describe')
      ? jsonResponse(200, describe)
      : jsonResponse(200, queryAnswer([]), { 'sforce-limit-info': 'api-usage=14990/15000' }),
  );
  await connection.describe(['Account']);
  await connection.changes({ object: 'Account', fields: ['Name'] }, null);
  const account = { object: 'Account', create: 2500, update: 1500, remove: 0, reread: true };
  const lead = { object: 'Lead', create: 500, update: 0, remove: 1, reread: false };
  expect(connection.forecast([])).toEqual({ read: 0, write: 0, seconds: 0, limit: '' });
  // Accounts have a key and travel by the thousand, leads have none and travel by two hundred.
  expect(connection.forecast([account])).toMatchObject({ read: 4, write: 5, seconds: 21 });
  expect(connection.forecast([account, lead])).toEqual({
    read: 5,
    write: 9,
    seconds: 24 * 60 * 60,
    limit: 'dailyApiRequests',
  });
});

test('a refresh token that is rotated is put away', async () => {
  const token = { access_token: 'a', refresh_token: 'next', instance_url: 'https://acme.my.salesforce.com' };
  const { connection, secrets } = scripted(() => undefined, {
    auth: { type: 'refresh-token', refreshToken: 'first' },
    oauth: (request) => (request.path.endsWith('/token') ? jsonResponse(200, token) : undefined),
  });
  await connection.who();
  expect(JSON.parse(secrets.kept.get('refresh-token') ?? '{}')).toMatchObject({ token: 'next' });
});

test('an id of 15 characters becomes one of 18 as Salesforce makes it', () => {
  expect([id18('0034S000003RYAC'), id18('0034S000003RYACQA4'), id18('x')]).toEqual([
    '0034S000003RYACQA4',
    '0034S000003RYACQA4',
    'x',
  ]);
});

test('what comes back equals what was sent', () => {
  expect(normalForm('  Acme ', 'text')).toBe(normalForm('Acme', 'text'));
  expect(normalForm('', 'text')).toBe(normalForm(null, 'text'));
  expect(normalForm('2026-01-01T10:00:00.000+0000', 'datetime')).toBe(normalForm('2026-01-01T10:00:00Z', 'datetime'));
  expect(normalForm(null, 'boolean')).toBe(normalForm(false, 'boolean'));
  expect(normalForm(['b', 'a'], 'options')).toBe(normalForm(['a', 'b'], 'options'));
  expect(normalForm('0034S000003RYAC', 'reference')).toBe(normalForm('0034S000003RYACQA4', 'reference'));
});

test('an object that is not there is refused by its name', async () => {
  const { connection } = scripted(() => undefined);
  await expect(connection.describe(['Acount'])).rejects.toMatchObject({
    fault: { kind: 'refused', say: 'Salesforce has no object Acount, or our user may not see it.' },
  });
});
