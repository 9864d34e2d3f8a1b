import { describe, expect, it } from 'vitest';
import { column, idIn, openDesk, rows } from './testing.ts';

describe('what a portal is made of', () => {
  it('has agents by their e-mail, departments, and itself', async () => {
    const desk = await openDesk();
    const agents = await desk.call('GET', 'agents?limit=200&status=ACTIVE');
    expect(column(agents, 'emailId')).toEqual(['owner@twin.example', 'person@twin.example']);
    const me = await desk.call('GET', 'myinfo');
    expect(me.body).toEqual(rows(agents)[0]);
    expect((await desk.call('GET', `agents/${idIn(me)}`)).body).toEqual(me.body);
    expect(rows(await desk.call('GET', `agentsByIds?agentIds=${idIn(me)},77`)).length).toBe(1);
    expect((await desk.call('GET', 'agents?status=DISABLED')).status).toBe(204);
    expect(rows(await desk.call('GET', 'departments'))).toMatchObject([{ name: 'Support', isDefault: true }]);
    expect((await desk.call('GET', `organizations/${desk.login.orgId}`)).body.portalName).toBe('twin');
    expect((await desk.call('GET', 'products')).status).toBe(204);
    const [product = ''] = await desk.seed('product', { name: 'Widget' });
    expect((await desk.call('GET', `products/${product}`)).body.productName).toBe('Widget');
  });

  it('describes its fields, standard and custom, and takes new ones', async () => {
    const desk = await openDesk();
    const made = await desk.call('POST', 'organizationFields', {
      ...{ module: 'contacts', displayLabel: 'Tier', type: 'Picklist' },
      allowedValues: [{ value: 'Gold' }],
    });
    expect([made.status, made.body]).toMatchObject([201, { apiName: 'cf_tier', isCustomField: true }]);
    expect((await desk.call('POST', 'contacts', { lastName: 'A', cf: { cf_tier: 'Gold' } })).status).toBe(200);
    const fields = rows(await desk.call('GET', 'organizationFields?module=contacts'));
    expect(fields.find(({ apiName }) => apiName === 'lastName')).toMatchObject({
      ...{ type: 'Text', maxLength: 200, isMandatory: true, isCustomField: false, sourceType: 'SYSTEM' },
    });
    expect(rows(await desk.call('GET', 'fields?module=contacts&apiNames=cf_tier'))).toMatchObject([
      { displayLabel: 'Tier', type: 'Picklist', allowedValues: [{ value: 'Gold' }], sourceType: 'USERDEFINED' },
    ]);
    const status = rows(await desk.call('GET', 'fields?module=tickets&apiNames=status'))[0];
    expect(status?.allowedValues).toContainEqual({ value: 'Escalated', statusType: 'Open' });
    expect((await desk.call('GET', 'organizationFields?module=nothing')).status).toBe(422);
    expect((await desk.call('POST', 'fields', { module: 'contacts', type: 'Text' })).status).toBe(422);
  });

  it('lays its fields out', async () => {
    const desk = await openDesk();
    const [layout] = rows(await desk.call('GET', 'layouts?module=accounts'));
    expect((await desk.call('GET', `layouts/${layout?.id}`)).body).toEqual(layout);
    const form = await desk.call('GET', `myForm?module=accounts&layoutId=${layout?.id}`);
    expect(form.body).toEqual(layout);
    expect(form.text).toContain('"apiName":"accountName"');
    expect((await desk.call('GET', `myForm?module=contacts&layoutId=${layout?.id}`)).status).toBe(404);
    const made = await desk.call('POST', 'accounts', { accountName: 'A' });
    expect(made.body).toMatchObject({ layoutId: layout?.id, layoutDetails: { layoutName: 'Accounts' } });
  });
});

describe('the control surface', () => {
  it('seeds with stamps of old, and a person’s edit moves them', async () => {
    const desk = await openDesk();
    const stamps = { createdTime: '2020-01-01T00:00:00.000Z', modifiedTime: '2021-01-01T00:00:00.000Z' };
    const [id = ''] = await desk.seed('contact', { lastName: 'Old', ...stamps });
    expect((await desk.call('GET', `contacts/${id}`)).body).toMatchObject(stamps);
    desk.advance(90_000);
    await desk.control('PATCH', `records/contact/${id}`, { lastName: 'Edited' });
    expect((await desk.call('GET', `contacts/${id}`)).body).toMatchObject({
      lastName: 'Edited',
      modifiedTime: '2026-11-20T16:01:30.000Z',
    });
  });

  it('goes by singular or module name, flags what was removed, and lets a person restore, purge and merge', async () => {
    const desk = await openDesk();
    const [one = '', two = ''] = await desk.seed('accounts', { accountName: 'One' }, { accountName: 'Two' });
    await desk.control('DELETE', `records/account/${one}`);
    expect(await desk.control('GET', 'records/accounts')).toMatchObject([{ id: one, removed: true }, { id: two }]);
    await desk.control('POST', `records/account/${one}/restore`, {});
    await desk.control('POST', `records/account/${two}/merge`, { ids: [one] });
    expect(await desk.control('GET', 'records/account')).toMatchObject([{ id: two }]);
    await desk.control('DELETE', `records/account/${two}`);
    await desk.control('POST', `records/account/${two}/purge`, {});
    expect(await desk.control('GET', 'records')).toMatchObject({ account: 0, contact: 0, ticket: 0, agent: 2 });
  });

  it.each([
    ['PUT', 'seed', { contact: [{}] }],
    ['PUT', 'seed', { constructor: [{}] }],
    ['PUT', 'seed', { contact: [{ lastName: 'A', createdTime: 'yesterday' }] }],
    ['PUT', 'schema', { agent: { fields: [] } }],
    ['PUT', 'settings', { nothing: true }],
    ['PATCH', 'records/contact/1', {}],
    ['DELETE', 'records/department/1', undefined],
    ['POST', 'records/contact/1/restore', {}],
    ['POST', 'events', {}],
  ])('says what is wrong: %s %s %j', async (method, path, body) => {
    const desk = await openDesk();
    await expect(desk.control(method, path, body)).rejects.toThrow(/"error":/);
    expect(desk.bugs).toEqual([]);
  });

  it('knows what can be done to what', async () => {
    const desk = await openDesk();
    const [id = ''] = await desk.seed('contact', { lastName: 'A' });
    for (const action of ['lock', 'reply', 'dance'])
      await expect(desk.control('POST', `records/contact/${id}/${action}`, {})).rejects.toThrow('a person can merge');
    expect(await desk.control('GET', 'records')).toMatchObject({ contact: 1, ticket: 0 });
  });

  it('resets to an empty portal that the same credentials open', async () => {
    const desk = await openDesk();
    await desk.seed('contact', { lastName: 'A' });
    await desk.control('PUT', 'settings', { plan: 'free' });
    await desk.control('POST', 'reset');
    expect((await desk.call('GET', 'contacts')).status).toBe(204);
    expect(await desk.control('GET', 'settings')).toMatchObject({ plan: 'enterprise' });
  });
});
