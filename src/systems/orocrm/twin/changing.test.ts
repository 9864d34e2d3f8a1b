import { describe, expect, it } from 'vitest';
import { at, caseBasics, errorsOf, idsOf, openOro, thing } from './testing.ts';

describe('stamps', () => {
  it('move with what changes in the record itself, and only then', async () => {
    const oro = await openOro({ collectionsTouch: false });
    await oro.seed('accounts', { name: 'A' });
    await oro.seed('contacts', { firstName: 'Ada', primaryEmail: 'a@x.y' });
    const edit = async (type: string, attributes: Readonly<Record<string, string>>, relationships = {}) => {
      oro.advance(1_500);
      const { body } = await oro.call('PATCH', `${type}/1`, {
        data: thing(type, attributes, relationships, { id: '1' }),
      });
      return at(body, 'data.attributes.updatedAt');
    };
    expect(await edit('accounts', { name: 'A' })).toBe('2026-11-20T08:30:00Z');
    expect(await edit('accounts', { name: 'B' })).toBe('2026-11-20T08:30:03Z');
    expect(await edit('contacts', { primaryEmail: 'b@x.y' })).toBe('2026-11-20T08:30:00Z');
    expect(await edit('contacts', {}, { accounts: [{ type: 'accounts', id: '1' }] })).toBe('2026-11-20T08:30:00Z');
    expect(await edit('contacts', { lastName: 'B' })).toBe('2026-11-20T08:30:07Z');
    const { body } = await oro.call('GET', 'contacts/1');
    expect(at(body, 'data.relationships.updatedBy.data.id')).toBe('1');
    await oro.control('PUT', 'settings', { collectionsTouch: true });
    expect(await edit('contacts', { primaryEmail: 'c@x.y' })).toBe('2026-11-20T08:30:09Z');
    expect(await edit('contacts', {}, { accounts: [] })).toBe('2026-11-20T08:30:10Z');
  });

  it('closedAt follows the status becoming closed, and stays when the case is opened again', async () => {
    const oro = await openOro();
    await oro.call('POST', 'cases', { data: thing('cases', { subject: 'S' }, caseBasics) });
    const set = async (id: string) => {
      oro.advance(10_000);
      const { body } = await oro.call('PATCH', 'cases/1', {
        data: thing('cases', {}, { status: { type: 'casestatuses', id } }, { id: '1' }),
      });
      return at(body, 'data.attributes.closedAt');
    };
    expect(await set('closed')).toBe('2026-11-20T08:30:10Z');
    expect(await set('open')).toBe('2026-11-20T08:30:10Z');
    expect(await set('closed')).toBe('2026-11-20T08:30:30Z');
  });
});

describe('deleting', () => {
  it('answers 204 once, then 404, and leaves no trace in lists', async () => {
    const oro = await openOro();
    await oro.seed('contacts', { firstName: 'Ada' });
    expect((await oro.call('DELETE', 'contacts/1')).status).toBe(204);
    const again = await oro.call('DELETE', 'contacts/1');
    expect([again.status, errorsOf(again)[0]?.detail]).toEqual([
      404,
      'An entity with the requested identifier does not exist.',
    ]);
    expect(idsOf(await oro.call('GET', 'contacts'))).toEqual([]);
    expect(await oro.control('GET', 'records/contacts')).toMatchObject([{ id: '1', removed: true }]);
    await oro.call('POST', 'contacts', { data: thing('contacts', { firstName: 'Ben' }) });
    expect(idsOf(await oro.call('GET', 'contacts'))).toEqual(['2']);
  });

  it('takes the comments of a case with it, and leaves what merely points there without', async () => {
    const oro = await openOro();
    await oro.seed('contacts', { firstName: 'Ada' });
    await oro.seed('cases', { subject: 'S', source: 'other', status: 'open', priority: 'low', relatedContact: '1' });
    await oro.seed('casecomments', { message: 'M', case: '1' });
    await oro.call('DELETE', 'contacts/1');
    expect(at((await oro.call('GET', 'cases/1')).body, 'data.relationships.relatedContact.data')).toBeNull();
    await oro.call('DELETE', 'cases/1');
    expect(idsOf(await oro.call('GET', 'casecomments'))).toEqual([]);
  });

  it('by a filter is all or nothing: nobody deletes himself, and what was to go with him stays in its place', async () => {
    const oro = await openOro();
    const user = (name: string) => ({
      username: name,
      email: `${name}@x.y`,
      firstName: name,
      lastName: 'N',
      owner: '1',
    });
    await oro.seed('users', user('a'), user('b'));
    const answer = await oro.call('DELETE', 'users?filter[id]=3,1');
    expect([answer.status, errorsOf(answer)[0]?.detail]).toEqual([
      403,
      'The delete operation is forbidden. Reason: self delete.',
    ]);
    await oro.call('DELETE', 'users?filter[id][neq]=2&filter[id][lt]=4');
    expect(idsOf(await oro.call('GET', 'users'))).toEqual(['1', '2', '3', '4']);
  });

  it('by a filter takes a hundred at a time, and never all for want of one', async () => {
    const oro = await openOro();
    await oro.seed('accounts', ...Array.from({ length: 103 }, (_, i) => ({ name: `A${i}` })));
    const none = await oro.call('DELETE', 'accounts');
    expect([none.status, errorsOf(none)[0]?.detail]).toEqual([400, 'At least one filter must be provided.']);
    const some = await oro.call('DELETE', 'accounts?filter[id][gt]=0', undefined, {
      'x-include': 'totalCount;deletedCount',
    });
    expect([
      some.status,
      some.headers.get('x-include-total-count'),
      some.headers.get('x-include-deleted-count'),
    ]).toEqual([204, '103', '100']);
    expect(idsOf(await oro.call('GET', 'accounts'))).toEqual(['101', '102', '103']);
  });
});

describe('relations', () => {
  it('are read, replaced, added to and taken from at their own address', async () => {
    const oro = await openOro();
    await oro.seed('contacts', { firstName: 'A' }, { firstName: 'B' }, { firstName: 'C' });
    await oro.seed('accounts', { name: 'Acme', contacts: ['1'] });
    const path = 'accounts/1/relationships/contacts';
    const contacts = (...ids: readonly string[]) => ({ data: ids.map((id) => ({ type: 'contacts', id })) });
    const change = async (method: string, ...ids: readonly string[]) => {
      expect((await oro.call(method, path, contacts(...ids))).status).toBe(204);
      return idsOf(await oro.call('GET', path));
    };
    expect(await change('POST', '2')).toEqual(['1', '2']);
    expect(await change('DELETE', '1')).toEqual(['2']);
    expect(await change('PATCH', '1', '3')).toEqual(['1', '3']);
    expect(idsOf(await oro.call('GET', 'contacts/3/accounts'))).toEqual(['1']);
    expect(at((await oro.call('GET', 'accounts/1/contacts')).body, 'data.1.attributes.firstName')).toBe('C');
    expect(idsOf(await oro.call('GET', 'accounts/1/contacts?filter[firstName]=C'))).toEqual(['3']);
    expect(idsOf(await oro.call('GET', 'accounts/1/contacts?sort=-id&page[size]=1'))).toEqual(['3']);
    expect((await oro.call('PATCH', 'accounts/1/relationships/defaultContact', { data: null })).status).toBe(204);
    const wrong = await oro.call('PATCH', 'accounts/1/relationships/defaultContact', {
      data: { type: 'contacts', id: '9' },
    });
    expect(errorsOf(wrong)).toMatchObject([{ detail: 'The entity does not exist.', source: { pointer: '/data' } }]);
    expect((await oro.call('POST', 'accounts/1/relationships/defaultContact', { data: null })).status).toBe(405);
    expect((await oro.call('PATCH', 'contacts/1/relationships/addresses', { data: [] })).status).toBe(405);
    expect((await oro.call('GET', 'accounts/1/relationships/nothing')).status).toBe(404);
  });

  it('an address keeps its owner', async () => {
    const oro = await openOro();
    await oro.seed('contacts', { firstName: 'A' }, { firstName: 'B' });
    const owner = (id: string) => ({ owner: { type: 'contacts', id } });
    const country = { country: { type: 'countries', id: 'US' }, region: { type: 'regions', id: 'US-CA' } };
    const made = await oro.call('POST', 'contactaddresses', {
      data: thing('contactaddresses', { street: '1 Main St' }, { ...owner('1'), ...country }),
    });
    expect(made.status).toBe(201);
    const moved = await oro.call('PATCH', 'contactaddresses/1', {
      data: thing('contactaddresses', {}, owner('2'), { id: '1' }),
    });
    expect(errorsOf(moved)[0]).toMatchObject({
      title: 'unchangeable field constraint',
      detail: 'Address owner cannot be changed once set.',
    });
    expect(idsOf(await oro.call('GET', 'contacts/1/addresses'))).toEqual(['1']);
  });

  it('a comment belongs to its case, and moves its stamps where the switch says so', async () => {
    const oro = await openOro({ collectionsTouch: false });
    await oro.call('POST', 'cases', { data: thing('cases', { subject: 'S' }, caseBasics) });
    const comment = thing('casecomments', { message: '<p>Hi</p>', public: true }, { case: { type: 'cases', id: '1' } });
    const made = await oro.call('POST', 'casecomments', { data: comment });
    expect([made.status, at(made.body, 'data.attributes.message')]).toEqual([201, '<p>Hi</p>']);
    const found = await oro.call('GET', 'cases/1?include=comments');
    expect([at(found.body, 'data.attributes.updatedAt'), at(found.body, 'included.0.id')]).toEqual([null, '1']);
    await oro.control('PUT', 'settings', { collectionsTouch: true });
    await oro.call('POST', 'casecomments', { data: comment });
    expect(at((await oro.call('GET', 'cases/1')).body, 'data.attributes.updatedAt')).toBe('2026-11-20T08:30:00Z');
    const bare = await oro.call('POST', 'casecomments', { data: thing('casecomments', { message: 'x' }) });
    expect(errorsOf(bare)[0]).toMatchObject({ source: { pointer: '/data/relationships/case/data' } });
  });
});
