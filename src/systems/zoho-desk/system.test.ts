import { describe, expect, test } from 'vitest';
import { recordAt } from './address.ts';
import { groupsOf, termOf } from './search-terms.ts';
import { zohoDesk } from './system.ts';
import { poll, portal } from './testing.ts';

describe('what is declared', () => {
  test('accounts and contacts are known offline, with the fields that every portal has', () => {
    expect(zohoDesk.standard.map(({ object, title }) => [object, title])).toEqual([
      ['account', 'accountName'],
      ['contact', 'lastName'],
    ]);
    const contact = zohoDesk.standard.find(({ object }) => object === 'contact');
    const told = Object.fromEntries((contact?.fields ?? []).map((field) => [field.name, field]));
    expect(told.lastName).toMatchObject({ required: true, maxLength: 200 });
    expect(told.email).toMatchObject({ required: false, maxLength: 255 });
    expect(told.accountId).toMatchObject({ type: 'reference', refersTo: ['account'] });
    expect([told.city, told.state, told.country].map((field) => field?.maxLength)).toEqual([30, 30, 30]);
  });

  test.each([
    ['https://desk.zoho.com/support/acme/ShowHomePage.do#Contacts/dv/1892000000042032', 'contact', '1892000000042032'],
    ['https://desk.zoho.eu/agent/acme/support/accounts/details/1892000000042033', 'account', '1892000000042033'],
    ['https://desk.zoho.com/api/v1/contacts/1892000000042034?include=accounts', 'contact', '1892000000042034'],
  ])('%s leads to a record', (address, object, id) => {
    expect(recordAt(address)).toEqual({ object, id });
  });

  test.each([
    'https://desk.zoho.com/support/acme/ShowHomePage.do#Cases/dv/12',
    'https://acme.test',
    '1892000000042032',
  ])('%s leads to none', (address) => {
    expect(recordAt(address)).toBeNull();
  });

  test.each([
    [{ clientSecret: '' }, 'clientSecret'],
    [{ orgId: 'acme' }, 'orgId'],
    [{ dataCentre: 'mars' }, 'dataCentre'],
  ])('a login with %j is refused by the config', (wrong, path) => {
    const auth = { type: 'refresh-token', clientId: 'c', clientSecret: 's', refreshToken: 'r', ...wrong };
    expect(zohoDesk.auth.safeParse(auth).error?.issues[0]?.path).toEqual([path]);
  });

  test('terms of a search hold only what may stand in them', () => {
    expect(['Acme', 'Acme, Inc. & Sons', 'AB', 'O*Brien', 'a@b.test', '  '].map(termOf)).toEqual([
      'Acme',
      'Acme*',
      null,
      '*Brien',
      'a@b.test',
      null,
    ]);
    const groups = groupsOf(
      Array.from({ length: 25 }, (_, n) => `term ${n}`),
      'standard',
    );
    expect(groups.map((group) => group.split(',').length)).toEqual([10, 10, 5]);
    const long = ['x'.repeat(200), 'y'.repeat(100)];
    expect([groupsOf(long, 'standard').length, groupsOf(long, 'custom').length]).toEqual([2, 1]);
  });
});

describe('a portal', () => {
  test('is described with its custom fields, their options and what its layout demands', async () => {
    const there = await portal();
    const allowedValues = [{ value: 'Gold' }, { value: 'Silver' }];
    const fields = [
      { apiName: 'cf_plan', displayLabel: 'Plan', type: 'Picklist', allowedValues, isMandatory: true },
      { apiName: 'cf_count', displayLabel: 'Count', type: 'Number' },
      { apiName: 'cf_sum', displayLabel: 'Sum', type: 'Formula' },
      { apiName: 'cf_other', displayLabel: 'Other', type: 'LookUp' },
    ];
    await there.control('PUT', 'schema', { account: { fields } });
    const [type] = await there.connection.describe(['account']);
    const told = Object.fromEntries((type?.fields ?? []).map((field) => [field.name, field]));
    expect(told.cf_plan).toMatchObject({
      type: 'option',
      required: true,
      restricted: true,
      options: [{ value: 'Gold' }, { value: 'Silver' }],
    });
    expect(told.cf_count).toMatchObject({ type: 'integer', settable: 'always', scale: 0 });
    expect(told.cf_sum).toMatchObject({ settable: 'never', stamped: false });
    expect(told.cf_other).toMatchObject({ settable: 'never', vendorType: 'LookUp' });
    expect(told.accountName).toMatchObject({ label: 'Account Name', required: true, vendorType: 'Text' });
  });

  test('is inspected: what works, what a scope lacks, and the key that is missing', async () => {
    const there = await portal();
    const before = await there.connection.inspect(['account', 'contact'], ['contact']);
    expect(before.filter(({ ok }) => !ok).map(({ check }) => check)).toEqual(['key field of contact']);
    expect((await there.connection.install('keys', ['account', 'contact'])).map(({ ok }) => ok)).toEqual([true, true]);
    const written = there.connection.calls().write;
    await there.connection.install('keys', ['account', 'contact']);
    expect(there.connection.calls().write).toBe(written);
    expect((await there.connection.inspect(['account'], ['account', 'contact'])).filter(({ ok }) => !ok)).toEqual([]);
    const body = { errorCode: 'SCOPE_MISMATCH', message: 'The OAuth Token has invalid scope.' };
    await there.control('POST', 'faults', { match: { path: '/search$' }, do: 'status', status: 403, body, times: 1 });
    const after = (await there.connection.inspect(['contact'], [])).filter(({ ok }) => !ok);
    expect(after).toMatchObject([{ check: 'search for contacts', fix: expect.stringContaining('Desk.search.READ') }]);
  });

  test('that does not let us in, or create a field, says so with a fix', async () => {
    const there = await portal();
    const stranger = there.connect({ auth: { ...there.auth, clientSecret: 'wrong' } });
    expect(await stranger.inspect(['contact'], [])).toMatchObject([{ check: 'login', ok: false }]);
    const strange = (await there.connection.inspect(['deal'], [])).filter(({ ok }) => !ok);
    expect(strange).toMatchObject([{ found: expect.stringContaining('"deal"'), fix: 'Use account or contact.' }]);
    const match = { method: 'POST', path: 'organizationFields' };
    const body = { errorCode: 'FORBIDDEN', message: 'You are not authorized' };
    await there.control('POST', 'faults', { match, do: 'status', status: 403, body, times: 1 });
    expect(await there.connection.install('keys', ['contact'])).toMatchObject([
      { ok: false, found: expect.stringContaining('You are not authorized'), fix: expect.stringContaining('by hand') },
    ]);
  });

  test('tells with every answer what is left of the day, which then bounds the forecast', async () => {
    const there = await portal({ limits: { creditsPerDay: 1000 } });
    const work = [{ object: 'contact', create: 2000, update: 100, remove: 50, reread: true }];
    expect(there.connection.forecast(work)).toMatchObject({ limit: '5 calls at once', write: 2101, read: 400 });
    await poll(there.connection, { object: 'contact', fields: ['lastName'] }, null);
    const { left } = there.connection.budget();
    expect(left).toBeGreaterThan(900);
    expect(left).toBeLessThan(1000);
    expect(there.connection.forecast(work)).toMatchObject({
      seconds: 86_400,
      limit: expect.stringContaining(`${left} of the day`),
    });
    expect(there.connection.forecast([])).toEqual({ read: 0, write: 0, seconds: 0, limit: '' });
  });

  test('whose credits are spent is left alone for as long as it says', async () => {
    const there = await portal({ limits: { creditsPerDay: 20 } });
    await there.seed({ contact: [{ lastName: 'Ada' }] });
    const want = { object: 'contact', fields: ['lastName'] };
    const outcomes: unknown[] = [];
    for (let n = 0; n < 12; n++) {
      await there.connection.changes(want, null).catch((error: unknown) => outcomes.push(error));
      if (outcomes.length === 1) await there.calls();
    }
    expect(outcomes.length).toBeGreaterThan(1);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ fault: { kind: 'limit' } });
    expect(await there.calls()).toEqual({});
  });
});
