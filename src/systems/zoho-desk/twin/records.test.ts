import { describe, expect, it } from 'vitest';
import type { JsonObject } from './json.ts';
import { column, type Desk, idIn, openDesk, rows } from './testing.ts';

function flaws({ body }: { readonly body: JsonObject }) {
  return [body.errorCode, body.errors];
}

function flawed(fieldName: string, errorType: string) {
  return ['INVALID_DATA', [{ fieldName, errorType, errorMessage: '' }]];
}

describe('a contact', () => {
  it('is answered whole with 200, by any agent’s id as a text', async () => {
    const desk = await openDesk();
    const account = idIn(await desk.call('POST', 'accounts', { accountName: 'Zylker', website: 'zylker.com' }));
    const made = await desk.call('POST', 'contacts', {
      lastName: 'Lawrence',
      firstName: 'Jennifer',
      email: 'lawrence@zylker.com',
      zip: 123902,
      accountId: account,
    });
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({
      lastName: 'Lawrence',
      zip: '123902',
      accountId: account,
      accountCount: '1',
      createdTime: '2026-11-20T16:00:00.000Z',
      modifiedTime: '2026-11-20T16:00:00.000Z',
      isTrashed: false,
      cf: {},
      mobile: null,
    });
    expect(made.body).not.toHaveProperty('fullName');
    const read = await desk.call('GET', `contacts/${idIn(made)}?include=accounts,owner`);
    expect(read.body).toMatchObject({
      account: { id: account, accountName: 'Zylker', website: 'zylker.com' },
      owner: { lastName: 'Owner' },
    });
  });

  it('needs no e-mail, and may share one, unless the portal says otherwise', async () => {
    const desk = await openDesk();
    await desk.call('POST', 'contacts', { lastName: 'A' });
    await desk.call('POST', 'contacts', { lastName: 'B', email: 'x@demo.com' });
    expect((await desk.call('POST', 'contacts', { lastName: 'C', email: 'X@demo.com' })).status).toBe(200);
    await desk.control('PUT', 'settings', { uniqueEmail: true });
    const refused = await desk.call('POST', 'contacts', { lastName: 'D', email: 'X@DEMO.com' });
    expect([refused.status, ...flaws(refused)]).toEqual([422, ...flawed('/email', 'duplicate')]);
  });

  it('is cleared by null and by an empty text, and keeps what is not named', async () => {
    const desk = await openDesk();
    const id = idIn(await desk.call('POST', 'contacts', { lastName: 'A', phone: '1', mobile: '2', city: 'Oslo' }));
    desk.advance(5_400);
    const after = await desk.call('PATCH', `contacts/${id}`, { phone: null, mobile: '' });
    expect(after.body).toMatchObject({ phone: null, mobile: null, city: 'Oslo' });
    // Stamps are whole seconds.
    expect(after.body.modifiedTime).toBe('2026-11-20T16:00:05.000Z');
  });

  it.each([
    [{}, '/lastName', 'missing'],
    [{ lastName: '' }, '/lastName', 'missing'],
    [{ lastName: 'x'.repeat(201) }, '/lastName', 'invalid'],
    [{ lastName: 5 }, '/lastName', 'invalid'],
    [{ lastName: 'A', firstName: 'x'.repeat(41) }, '/firstName', 'invalid'],
    [{ lastName: 'A', email: 'no mail' }, '/email', 'invalid'],
    [{ lastName: 'A', email: 'a..b@demo.com' }, '/email', 'invalid'],
    [{ lastName: 'A', email: 'a.@demo.com' }, '/email', 'invalid'],
    [{ lastName: 'A', email: 'a@de_mo.com' }, '/email', 'invalid'],
    [{ lastName: 'A', accountId: '1' }, '/accountId', 'invalid'],
    [{ lastName: 'A', accountId: {} }, '/accountId', 'invalid'],
    [{ lastName: 'A', cf: { cf_nope: 'x' } }, '/cf/cf_nope', 'invalid'],
    [{ lastName: 'A', cf: { constructor: 'x' } }, '/cf/constructor', 'invalid'],
    [{ lastName: 'A', cf: 'x' }, '/cf', 'invalid'],
  ])('is refused as %j', async (body, fieldName, errorType) => {
    const desk = await openDesk();
    const refused = await desk.call('POST', 'contacts', body);
    expect([refused.status, ...flaws(refused)]).toEqual([422, ...flawed(fieldName, errorType)]);
    expect(refused.body.message).toBe('The data does not comply to the validation restrictions defined.');
  });

  it('takes a longer city when it is made than when it is changed', async () => {
    const desk = await openDesk();
    const city = 'x'.repeat(31);
    const made = await desk.call('POST', 'contacts', { lastName: 'A', city });
    expect(made.status).toBe(200);
    expect(flaws(await desk.call('PATCH', `contacts/${idIn(made)}`, { city }))).toEqual(flawed('/city', 'invalid'));
  });
});

describe('custom fields', () => {
  const fields = [
    { apiName: 'cf_code', displayLabel: 'Code', type: 'Text' },
    { apiName: 'cf_size', displayLabel: 'Size', type: 'Picklist', allowedValues: [{ value: 'S' }, { value: 'L' }] },
    { apiName: 'cf_count', displayLabel: 'Count', type: 'Number' },
    { apiName: 'cf_since', displayLabel: 'Since', type: 'Date' },
    { apiName: 'cf_vip', displayLabel: 'VIP', type: 'Boolean' },
    {
      ...{ apiName: 'cf_tags', displayLabel: 'Tags', type: 'Multiselect' },
      allowedValues: [{ value: 'a' }, { value: 'b' }],
    },
  ];

  async function withFields(settings: JsonObject = {}): Promise<Desk> {
    const desk = await openDesk(settings);
    await desk.control('PUT', 'schema', { contact: { fields } });
    return desk;
  }

  it('travel as texts by API name, and by their labels', async () => {
    const desk = await withFields();
    const cf = { cf_code: 'K1', cf_size: 'L', cf_count: '12', cf_since: '2026-01-31', cf_vip: 'true', cf_tags: 'a;b' };
    const made = await desk.call('POST', 'contacts', { lastName: 'A', cf });
    expect(made.body.cf).toEqual(cf);
    expect(made.body.customFields).toMatchObject({ Code: 'K1', VIP: 'true' });
    const after = await desk.call('PATCH', `contacts/${idIn(made)}`, {
      customFields: { Code: null },
      cf: { cf_size: 'S' },
    });
    expect(after.body.cf).toEqual({ ...cf, cf_code: null, cf_size: 'S' });
  });

  it.each([
    ['cf_code', 'x'.repeat(101)],
    ['cf_size', 'M'],
    ['cf_count', 'twelve'],
    ['cf_since', '31.01.2026'],
    ['cf_vip', 'yes'],
    ['cf_tags', 'a;c'],
    ['cf_count', 12],
  ])('refuse what does not fit: %s as %j', async (name, value) => {
    const desk = await withFields();
    const refused = await desk.call('POST', 'contacts', { lastName: 'A', cf: { [name]: value } });
    expect(flaws(refused)).toEqual(flawed(`/cf/${name}`, 'invalid'));
  });

  it('that the layout makes mandatory must be there when a record is made', async () => {
    const desk = await withFields();
    await desk.control('PUT', 'schema', { contact: { fields: [{ apiName: 'cf_code', isMandatory: true }] } });
    expect(flaws(await desk.call('POST', 'contacts', { lastName: 'A' }))).toEqual(flawed('/cf/cf_code', 'missing'));
    await desk.control('PUT', 'schema', { contact: { fields: [{ apiName: 'phone', isMandatory: true }] } });
    const refused = await desk.call('POST', 'contacts', { lastName: 'A', cf: { cf_code: 'K' } });
    expect(flaws(refused)).toEqual(flawed('/phone', 'missing'));
  });
});

describe('field-level security', () => {
  it('drops fields from answers and ignores them in writes, without a word', async () => {
    const desk = await openDesk({ hiddenFields: { contacts: ['phone', 'cf_secret'] } });
    await desk.control('PUT', 'schema', {
      contact: { fields: [{ apiName: 'cf_secret', displayLabel: 'Secret', type: 'Text' }] },
    });
    const made = await desk.call('POST', 'contacts', { lastName: 'A', phone: '1', cf: { cf_secret: 'x' } });
    expect(made.status).toBe(200);
    expect(made.body).not.toHaveProperty('phone');
    expect([made.body.cf, made.body.customFields]).toEqual([{}, {}]);
    expect(rows(await desk.call('GET', 'contacts'))[0]).not.toHaveProperty('phone');
    expect(await desk.control('GET', 'records/contact')).toMatchObject([{ phone: null, cf: {} }]);
    // It binds the API user, not the person in the portal.
    await desk.control('PATCH', `records/contact/${idIn(made)}`, { phone: '2' });
    expect(await desk.control('GET', 'records/contact')).toMatchObject([{ phone: '2' }]);
  });
});

describe('a list', () => {
  async function five(): Promise<Desk> {
    const desk = await openDesk();
    for (const name of ['e', 'd', 'c', 'b', 'a']) {
      await desk.call('POST', 'contacts', { lastName: name, city: 'Oslo' });
      desk.advance(1_000);
    }
    return desk;
  }

  it('that is empty is a 204 without a body', async () => {
    const desk = await openDesk();
    const answer = await desk.call('GET', 'contacts');
    expect([answer.status, answer.text]).toEqual([204, '']);
  });

  it('shows summaries, or the fields that were asked for', async () => {
    const desk = await five();
    const [summary] = rows(await desk.call('GET', 'contacts?limit=1'));
    for (const name of ['modifiedTime', 'cf', 'city']) expect(summary).not.toHaveProperty(name);
    expect(summary).toMatchObject({ lastName: 'e', createdTime: '2026-11-20T16:00:00.000Z' });
    const [chosen] = rows(await desk.call('GET', 'contacts?limit=1&fields=modifiedTime,city'));
    expect(Object.keys(chosen ?? {}).sort()).toEqual(['city', 'id', 'modifiedTime']);
    const unknown = await desk.call('GET', 'contacts?fields=nope');
    expect([unknown.status, unknown.body.errorCode]).toEqual([500, 'INTERNAL_SERVER_ERROR']);
    expect((await desk.call('GET', 'contacts?fields=description')).status).toBe(422);
    expect((await desk.call('GET', `contacts?fields=${'id,'.repeat(31)}`)).status).toBe(422);
  });

  it('has ten rows unless asked, at most a hundred, from the first on', async () => {
    const desk = await five();
    for (let i = 0; i < 10; i++) await desk.call('POST', 'contacts', { lastName: `n${i}` });
    expect(rows(await desk.call('GET', 'contacts')).length).toBe(10);
    expect(column(await desk.call('GET', 'contacts?from=1&limit=2'), 'lastName')).toEqual(['e', 'd']);
    expect(column(await desk.call('GET', 'contacts?from=0&limit=2'), 'lastName')).toEqual(['e', 'd']);
    expect(column(await desk.call('GET', 'contacts?from=3&limit=2'), 'lastName')).toEqual(['c', 'b']);
    expect((await desk.call('GET', 'contacts?from=16')).status).toBe(204);
    for (const limit of ['0', '101'])
      expect((await desk.call('GET', `contacts?limit=${limit}`)).body).toEqual({
        errorCode: 'UNPROCESSABLE_ENTITY',
        message: "The value passed for field 'limit' exceeds the range of '1-100'.",
      });
    for (const from of ['-1', 'x', '1.5', '99999999999'])
      expect((await desk.call('GET', `contacts?from=${from}`)).body.message).toBe(
        "The value passed for the 'from' query parameter is invalid.",
      );
  });

  it('sorts both ways, ties in ascending id', async () => {
    const desk = await five();
    expect(column(await desk.call('GET', 'contacts?sortBy=lastName'), 'lastName')).toEqual([...'abcde']);
    expect(column(await desk.call('GET', 'contacts?sortBy=-modifiedTime'), 'lastName')).toEqual([...'abcde']);
    const ids = column(await desk.call('GET', 'contacts'), 'id');
    await desk.call('POST', 'contacts/updateMany', { ids, fieldName: 'mobile', fieldValue: '1' });
    expect(column(await desk.call('GET', 'contacts?sortBy=-modifiedTime'), 'id')).toEqual(ids);
    expect((await desk.call('GET', 'contacts?sortBy=zip')).status).toBe(422);
  });

  it('can be stale for a while', async () => {
    const desk = await openDesk({ listLagMs: 60_000 });
    const id = idIn(await desk.call('POST', 'contacts', { lastName: 'Old' }));
    expect((await desk.call('GET', 'contacts')).status).toBe(204);
    desk.advance(60_000);
    await desk.call('PATCH', `contacts/${id}`, { lastName: 'New' });
    expect(column(await desk.call('GET', 'contacts'), 'lastName')).toEqual(['Old']);
    expect((await desk.call('GET', `contacts/${id}`)).body.lastName).toBe('New');
    desk.advance(60_000);
    expect(column(await desk.call('GET', 'contacts'), 'lastName')).toEqual(['New']);
  });
});

describe('an account', () => {
  it('is named, posted by code, and lists its contacts, the further ones too', async () => {
    const desk = await openDesk();
    const acme = idIn(
      await desk.call('POST', 'accounts', { accountName: 'Acme', code: '75001', annualrevenue: '1.5' }),
    );
    const other = idIn(await desk.call('POST', 'accounts', { accountName: 'Other' }));
    const ada = idIn(await desk.call('POST', 'contacts', { lastName: 'Ada', accountId: acme }));
    const bob = idIn(await desk.call('POST', 'contacts', { lastName: 'Bob', accountId: other }));
    const joined = await desk.call('POST', `contacts/${bob}/associateAccounts`, {
      data: [
        { id: acme, isAccountTicketsViewable: true },
        { id: '77', isAccountTicketsViewable: false },
      ],
    });
    expect(joined.body).toMatchObject({ results: [{ success: true }, { success: false, id: '77' }] });
    const people = await desk.call('GET', `accounts/${acme}/contacts`);
    expect(rows(people).map(({ id, mappingInfo }) => [id, mappingInfo])).toMatchObject([
      [ada, { mappingType: 'PRIMARY' }],
      [bob, { mappingType: 'SECONDARY', isAccountTicketsViewable: true }],
    ]);
    expect(column(await desk.call('GET', `contacts/${bob}/accounts`), 'accountName')).toEqual(['Other', 'Acme']);
    expect((await desk.call('GET', `contacts/${bob}`)).body.accountCount).toBe('2');
    await desk.call('POST', `contacts/${bob}/dissociateAccounts`, { ids: [acme] });
    expect(column(await desk.call('GET', `accounts/${acme}/contacts`), 'id')).toEqual([ada]);
  });

  it('that is gone for good is no longer anybody’s', async () => {
    const desk = await openDesk();
    const acme = idIn(await desk.call('POST', 'accounts', { accountName: 'Acme' }));
    const ada = idIn(await desk.call('POST', 'contacts', { lastName: 'Ada', accountId: acme }));
    await desk.call('POST', 'accounts/moveToTrash', { accountIds: [acme] });
    await desk.call('POST', 'recycleBin/delete', { ids: [acme] });
    expect((await desk.call('GET', `contacts/${ada}`)).body.accountId).toBeNull();
  });
});

describe('an action on many', () => {
  it('answers 200 even if every row failed', async () => {
    const desk = await openDesk();
    const answer = await desk.call('POST', 'contacts/updateMany', {
      ids: ['1892000000093303'],
      fieldName: 'mobile',
      fieldValue: '8508569875',
      isCustomField: false,
    });
    expect([answer.status, answer.headers.get('x-rate-limit-request-weight-v3')]).toEqual([200, '25']);
    expect(answer.body).toEqual({
      results: [{ success: false, id: '1892000000093303', errors: { errorCode: 'URL_NOT_FOUND', httpCode: '404' } }],
    });
  });

  it('marks spam, which neither lists nor searches show, and deletes it for good', async () => {
    const desk = await openDesk();
    const id = idIn(await desk.call('POST', 'contacts', { lastName: 'Spammer' }));
    expect((await desk.call('POST', 'contacts/deleteSpam', { contactIds: [id] })).body).toMatchObject({
      results: [{ success: false }],
    });
    await desk.call('POST', 'contacts/markSpam', { ids: [id], isSpam: true });
    expect((await desk.call('GET', 'contacts')).status).toBe(204);
    expect((await desk.call('GET', 'contacts/search?lastName=spammer')).status).toBe(204);
    await desk.call('POST', 'contacts/deleteSpam', { contactIds: [id] });
    expect((await desk.call('GET', `contacts/${id}`)).status).toBe(404);
  });
});
