import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../../twins/json.ts';
import { at, base, errorsOf, idsOf, type Oro, openOro, thing } from './testing.ts';

const account = (name: string | null, more: JsonObject = {}): JsonObject =>
  thing('accounts', name === null ? {} : { name }, {}, { meta: {}, ...more });
const three = { data: [account('A'), account(null), account('C')] };
const sync = { 'x-mode': 'sync' };

/** Moves the clock until the operation is over; answers its attributes. */
async function finish(oro: Oro, id: string): Promise<JsonObject> {
  for (let second = 0; second < 60; second++) {
    const { body } = await oro.call('GET', `asyncoperations/${id}`);
    const status = at(body, 'data.attributes.status');
    const attributes = at(body, 'data.attributes');
    if (status !== 'new' && status !== 'running' && isJsonObject(attributes)) return attributes;
    oro.advance(1_000);
  }
  throw new Error(`the operation ${id} does not end`);
}

describe('an asynchronous batch', () => {
  it('is accepted, waits, and saves what it can', async () => {
    const oro = await openOro();
    const accepted = await oro.call('PATCH', 'accounts', three, { 'x-include': 'noHateoas' });
    expect([accepted.status, accepted.headers.get('content-location')]).toEqual([202, `${base}/api/asyncoperations/1`]);
    expect(accepted.body).toEqual({
      data: {
        type: 'asyncoperations',
        id: '1',
        attributes: {
          entityType: 'accounts',
          status: 'new',
          progress: null,
          elapsedTime: 0,
          summary: null,
          createdAt: '2026-11-20T08:30:00Z',
          updatedAt: '2026-11-20T08:30:00Z',
        },
        relationships: {
          owner: { data: { type: 'users', id: '1' } },
          organization: { data: { type: 'organizations', id: '1' } },
        },
      },
    });
    expect(idsOf(await oro.call('GET', 'accounts'))).toEqual([]);
    const done = await finish(oro, '1');
    expect(done).toMatchObject({
      status: 'success',
      progress: 1,
      summary: { readCount: 3, writeCount: 2, errorCount: 1, createCount: 2, updateCount: 0 },
    });
    const errors = await oro.call('GET', 'asyncoperations/1/errors');
    expect(errors.body.data).toEqual([
      {
        type: 'asyncoperationerrors',
        id: '1-1-1',
        attributes: {
          status: 400,
          title: 'not blank constraint',
          detail: 'This value should not be blank.',
          source: { pointer: '/data/1/attributes/name' },
        },
      },
    ]);
    expect(idsOf(await oro.call('GET', 'accounts'))).toEqual(['1', '2']);
  });

  it('takes longer than its chunks, which are saved one by one', async () => {
    const oro = await openOro({ jobMs: 10_000 });
    await oro.call('PATCH', 'accounts', { data: Array.from({ length: 250 }, (_, i) => account(`A${i}`)) });
    const count = async () =>
      (await oro.call('GET', 'accounts?page[size]=0', undefined, { 'x-include': 'totalCount' })).headers.get(
        'x-include-total-count',
      );
    const seen = [];
    for (let step = 0; step < 5; step++) {
      const { body } = await oro.call('GET', 'asyncoperations/1');
      seen.push([at(body, 'data.attributes.status'), await count()]);
      oro.advance(2_500);
    }
    expect(seen).toEqual([
      ['new', '0'],
      ['new', '0'],
      ['running', '0'],
      ['running', '100'],
      ['success', '250'],
    ]);
  });

  it('creates and changes in one list, each with what is included for it', async () => {
    const oro = await openOro();
    await oro.seed('accounts', { name: 'Old' });
    const data = [
      account('New', {
        relationships: { contacts: { data: [{ type: 'contacts', id: 'c' }] } },
      }),
      account('Renamed', { id: '1', meta: { update: true } }),
      account('Nobody', { id: '99', meta: { update: true } }),
      { attributes: { name: 'No type' } },
    ];
    const included = [thing('contacts', { firstName: 'Ada' }, {}, { id: 'c' })];
    await oro.call('PATCH', 'accounts', { data, included });
    expect(await finish(oro, '1')).toMatchObject({
      summary: { readCount: 4, writeCount: 2, errorCount: 2, createCount: 1, updateCount: 1 },
    });
    const errors = await oro.call('GET', 'asyncoperations/1/errors');
    expect(errors.body.data).toMatchObject([
      { id: '1-1-1', attributes: { status: 404, source: { pointer: '/data/2' } } },
      {
        id: '1-1-2',
        attributes: {
          title: 'entity type constraint',
          detail: 'The entity class must be set in the context.',
          source: { pointer: '/data/3' },
        },
      },
    ]);
    const { body } = await oro.call('GET', 'accounts?sort=id&fields[accounts]=name,contacts');
    expect([at(body, 'data.0.attributes.name'), at(body, 'data.1.attributes.name')]).toEqual(['Renamed', 'New']);
    expect(at(body, 'data.1.relationships.contacts.data.0.id')).toBe('1');
  });

  it('a denied item fails alone, and the others are saved', async () => {
    const oro = await openOro({ denied: ['accounts.create'] });
    await oro.seed('accounts', { name: 'Old' });
    await oro.call('PATCH', 'accounts', { data: [account('New'), account('B', { id: '1', meta: { update: true } })] });
    await finish(oro, '1');
    const errors = await oro.call('GET', 'asyncoperations/1/errors');
    expect(errors.body.data).toMatchObject([
      {
        attributes: {
          status: 403,
          title: 'access denied exception',
          detail: 'No access to this type of entities.',
          source: { pointer: '/data/0' },
        },
      },
    ]);
    expect(await oro.control('GET', 'records/accounts')).toMatchObject([{ id: '1', name: 'B' }]);
  });

  it('that is no document fails', async () => {
    const oro = await openOro();
    const login = (
      await oro.raw(
        'POST',
        '/oauth2-token',
        'grant_type=client_credentials&client_id=syncline_twin&client_secret=twin-client-secret',
      )
    ).body;
    const headers = {
      authorization: `Bearer ${String(login.access_token)}`,
      'content-type': 'application/vnd.api+json',
    };
    expect((await oro.raw('PATCH', '/api/accounts', '{"data":[', headers)).status).toBe(202);
    expect(await finish(oro, '1')).toMatchObject({ status: 'failed', summary: null });
    const errors = await oro.call('GET', 'asyncoperations/1/errors');
    expect(errors.body.data).toMatchObject([{ id: '1-0-1', attributes: { title: 'async operation exception' } }]);
  });

  it('waits in the queue while nothing takes from it', async () => {
    const oro = await openOro({ queue: 'stalled', jobMs: 1_000 });
    await oro.call('PATCH', 'accounts', { data: [account('A')] });
    oro.advance(600_000);
    const status = async () => at((await oro.call('GET', 'asyncoperations/1')).body, 'data.attributes.status');
    expect(await status()).toBe('new');
    await oro.control('PUT', 'settings', { queue: 'running' });
    oro.advance(1_000);
    expect(await status()).toBe('success');
  });

  it('is not there for cases, comments and business customers', async () => {
    const oro = await openOro();
    for (const type of ['cases', 'casecomments', 'b2bcustomers']) {
      expect((await oro.call('PATCH', type, three)).status).toBe(405);
    }
  });
});

describe('a synchronous batch', () => {
  it('answers all records in their order, with the ids that the request used', async () => {
    const oro = await openOro();
    await oro.seed('accounts', { name: 'Old' });
    const data = [account('A', { id: 'a' }), account('B'), account('C', { id: '1', meta: { update: true } })];
    const answer = await oro.call('PATCH', 'accounts', { data }, sync);
    expect([answer.status, answer.headers.get('content-location')]).toEqual([200, null]);
    expect(answer.body.data).toMatchObject([
      { id: '2', meta: { dataId: 'a' }, attributes: { name: 'A' } },
      { id: '3', attributes: { name: 'B' } },
      { id: '1', meta: { dataId: '1' }, attributes: { name: 'C' } },
    ]);
    expect(at(answer.body, 'data.1.meta')).toBeUndefined();
  });

  it('saves nothing where one item is wrong', async () => {
    const oro = await openOro();
    const answer = await oro.call('PATCH', 'accounts', three, sync);
    expect([answer.status, errorsOf(answer), answer.headers.get('content-location')]).toEqual([
      400,
      [
        {
          status: '400',
          title: 'not blank constraint',
          detail: 'This value should not be blank.',
          source: { pointer: '/data/1/attributes/name' },
        },
      ],
      null,
    ]);
    expect(await oro.control('GET', 'records/accounts')).toEqual([]);
  });

  it('takes a hundred records and fifty included ones', async () => {
    const oro = await openOro();
    const data = Array.from({ length: 101 }, (_, i) => account(`A${i}`));
    const limit = 'The maximum number of records that can be processed by the synchronous operation is';
    expect(errorsOf(await oro.call('PATCH', 'accounts', { data }, sync))).toEqual([
      {
        status: '400',
        title: 'request data constraint',
        detail: `The data limit for the synchronous operation exceeded. ${limit} 100.`,
      },
    ]);
    const ids = Array.from({ length: 51 }, (_, i) => `c${i}`);
    const included = ids.map((id) => thing('contacts', { firstName: id }, {}, { id }));
    const links = { data: ids.map((id) => ({ type: 'contacts', id })) };
    const one = account('A', { relationships: { contacts: links } });
    const answer = await oro.call('PATCH', 'accounts', { data: [one], included }, sync);
    expect(errorsOf(answer)[0]?.detail).toBe(
      `The data limit for the synchronous operation exceeded for the section "included". ${limit} 50.`,
    );
    expect((await oro.call('PATCH', 'accounts', { data: data.slice(1) }, sync)).status).toBe(200);
  });

  it('is asynchronous before 6.0, and where it takes too long', async () => {
    const oro = await openOro({ version: '5.1' });
    expect((await oro.call('PATCH', 'accounts', three, sync)).status).toBe(202);
    await oro.control('PUT', 'settings', { version: '6.0', syncFallback: true });
    expect((await oro.call('PATCH', 'accounts', three, sync)).status).toBe(202);
  });
});
