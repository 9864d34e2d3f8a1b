import { describe, expect, it } from 'vitest';
import { at, errorsOf, idsOf, openOro, thing } from './testing.ts';

const acme = { data: thing('accounts', { name: 'Acme' }) };

describe('records written beside the primary one', () => {
  it('are created and changed with it, and told apart by their local ids', async () => {
    const oro = await openOro();
    await oro.seed('contacts', { firstName: 'Old' });
    const body = {
      data: thing(
        'accounts',
        { name: 'Acme' },
        {
          contacts: [
            { type: 'contacts', id: 'new' },
            { type: 'contacts', id: '1' },
          ],
        },
      ),
      included: [
        thing('contacts', { firstName: 'Ada' }, {}, { id: 'new' }),
        thing('contacts', { lastName: 'Name' }, {}, { id: '1', meta: { update: true } }),
      ],
    };
    const made = await oro.call('POST', 'accounts', body);
    expect(made.status).toBe(201);
    expect([at(made.body, 'included.0.id'), at(made.body, 'included.0.meta.includeId')]).toEqual(['2', 'new']);
    expect([at(made.body, 'included.1.id'), at(made.body, 'included.1.meta.includeId')]).toEqual(['1', '1']);
    expect(idsOf(await oro.call('GET', 'accounts/1/contacts'))).toEqual(['1', '2']);
  });

  it('must belong to it, and come once; a problem of one saves none', async () => {
    const oro = await openOro();
    const contact = thing('contacts', { jobTitle: 'x' }, {}, { id: 'new' });
    const stray = await oro.call('POST', 'accounts', { ...acme, included: [contact] });
    expect(errorsOf(stray)[0]).toEqual({
      status: '400',
      title: 'request data constraint',
      detail:
        'The entity should have a relationship with the primary entity and this should be explicitly specified in the request',
      source: { pointer: '/included/0' },
    });
    const data = thing('accounts', { name: 'A' }, { contacts: [{ type: 'contacts', id: 'new' }] });
    const twice = await oro.call('POST', 'accounts', { data, included: [contact, contact] });
    expect(errorsOf(twice)[0]).toMatchObject({
      detail: 'The item duplicates the item with the index 0',
      source: { pointer: '/included/1' },
    });
    const bad = await oro.call('POST', 'accounts', { data, included: [contact] });
    expect(errorsOf(bad)[0]).toMatchObject({
      title: 'has contact information constraint',
      source: { pointer: '/included/0' },
    });
    expect(await oro.control('GET', 'records')).toMatchObject({ accounts: 0, contacts: 0 });
    await oro.call('POST', 'accounts', acme);
    expect(idsOf(await oro.call('GET', 'accounts'))).toEqual(['1']);
  });
});

describe('newer ways to write', () => {
  const upsert = (by: boolean | readonly string[], email: string, firstName: string) => ({
    data: thing(
      'users',
      { username: email, email, firstName, lastName: 'B' },
      { owner: { type: 'businessunits', id: '1' } },
      { meta: { upsert: by } },
    ),
  });

  it('an upsert finds by unique fields, and not by an id that the vendor gives', async () => {
    const oro = await openOro();
    expect((await oro.call('POST', 'users', upsert(['email'], 'a@x.y', 'A'))).status).toBe(201);
    const again = await oro.call('POST', 'users', upsert(['email'], 'a@x.y', 'B'));
    expect([again.status, at(again.body, 'data.id'), at(again.body, 'data.attributes.firstName')]).toEqual([
      200,
      '3',
      'B',
    ]);
    const byId = await oro.call('POST', 'users', upsert(true, 'a@x.y', 'A'));
    expect(errorsOf(byId)[0]).toEqual({
      status: '400',
      title: 'value constraint',
      detail: 'The upsert operation cannot use the entity identifier to find an entity.',
      source: { pointer: '/meta/upsert' },
    });
    const byName = await oro.call('POST', 'users', upsert(['firstName'], 'a@x.y', 'A'));
    expect(errorsOf(byName)[0]?.detail).toBe('The upsert operation cannot use this field to find an entity.');
  });

  it('a rehearsal checks everything and keeps nothing, from 6.1 on', async () => {
    const oro = await openOro();
    const asked = { data: thing('accounts', { name: 'A' }, {}, { meta: { validate: true } }) };
    expect((await oro.call('POST', 'accounts', asked)).status).toBe(201);
    expect(await oro.control('GET', 'records/accounts')).toEqual([]);
    await oro.control('PUT', 'settings', { version: '6.0' });
    await oro.call('POST', 'accounts', asked);
    expect(await oro.control('GET', 'records/accounts')).toHaveLength(1);
  });

  it('external ids are an attribute, unique, and from 7.0 on a flavour of their own', async () => {
    const oro = await openOro();
    const flavour = { 'x-integration-type': 'ext_id', 'x-include': 'noHateoas' };
    await oro.seed('accounts', { name: 'Other' });
    const named = thing('accounts', { name: 'A', dbId: 9 }, {}, { id: 'zd-1' });
    const made = await oro.call('POST', 'accounts', { data: named }, flavour);
    expect([made.status, at(made.body, 'data.id'), at(made.body, 'data.attributes.dbId')]).toEqual([201, 'zd-1', 2]);
    expect(idsOf(await oro.call('GET', 'accounts?filter[externalId]=zd-1,zd-2'))).toEqual(['2']);
    const taken = await oro.call('POST', 'accounts', { data: named }, flavour);
    expect([taken.status, errorsOf(taken)[0]?.detail]).toEqual([409, 'The entity already exists.']);
    const unique = await oro.call('POST', 'accounts', { data: thing('accounts', { name: 'B', externalId: 'zd-1' }) });
    expect(errorsOf(unique)[0]).toMatchObject({ detail: 'Value for field "externalId" must be unique' });
    const contact = thing('contacts', { firstName: 'C' }, { accounts: [{ type: 'accounts', id: '2' }] }, { id: 'c' });
    expect(errorsOf(await oro.call('POST', 'contacts', { data: contact }, flavour))[0]?.detail).toBe(
      'The entity does not exist.',
    );
    await oro.control('PUT', 'settings', { version: '6.1' });
    const before = await oro.call('POST', 'accounts', { data: thing('accounts', { name: 'B', externalId: 'x' }) });
    expect(errorsOf(before)[0]?.detail).toBe('This form should not contain extra fields: "externalId".');
  });
});
