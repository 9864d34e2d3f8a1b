import { beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/twins/json.ts';
import { at, keysOf, listOf, numberAt, openDesk, textAt, type ZendeskBench } from './bench.ts';

/** How Zendesk keeps what it is given: fields of tickets and users, addresses, side-loads, deletions and what the exports say of them. */
let desk: ZendeskBench;
beforeEach(async () => {
  desk = await openDesk({ limits: { off: true }, exportLagMs: 0 });
});

async function made(path: string, name: string, body: JsonObject): Promise<number> {
  const reply = await desk.call('POST', path, { [name]: body });
  expect([reply.status, reply.text]).toEqual([201, expect.anything()]);
  return numberAt(reply.body, `${name}.id`);
}

describe('a ticket’s field', () => {
  it.each<[JsonObject, Json, Json]>([
    [{ type: 'text' }, 'x', 'x'],
    [{ type: 'checkbox', tag: 'vip' }, true, true],
    [{ type: 'date' }, '2026-02-03', '2026-02-03'],
    [{ type: 'integer' }, 5, 5],
    [{ type: 'decimal' }, '1.50', '1.50'],
    [{ type: 'tagger', custom_field_options: [{ name: 'Gold', value: 'gold' }] }, 'gold', 'gold'],
    [
      {
        type: 'multiselect',
        custom_field_options: [
          { name: 'A', value: 'a1' },
          { name: 'B', value: 'b1' },
        ],
      },
      ['a1', 'b1'],
      ['a1', 'b1'],
    ],
    [{ type: 'partialcreditcard' }, '4111111111111111', 'XXXXXXXXXXXX1111'],
    [{ type: 'regexp', regexp_for_validation: '^[A-Z]+$' }, 'ABC', 'ABC'],
  ])('of %j keeps %j', async (field, given, kept) => {
    const id = await made('ticket_fields', 'ticket_field', { title: 'F', ...field });
    const reply = await desk.call('POST', 'tickets', {
      ticket: { subject: 'S', comment: { body: 'b' }, custom_fields: [{ id, value: given }] },
    });
    const fields = listOf(at(reply.body, 'ticket.custom_fields'));
    expect(fields.find((one) => at(one, 'id') === id)).toEqual({ id, value: kept });
    expect(at(reply.body, 'ticket.fields')).toEqual(fields);
  });

  it('that needs a pattern refuses what does not fit', async () => {
    const id = await made('ticket_fields', 'ticket_field', {
      title: 'F',
      type: 'regexp',
      regexp_for_validation: '^[A-Z]+$',
    });
    const reply = await desk.call('POST', 'tickets', {
      ticket: { subject: 'S', comment: { body: 'b' }, custom_fields: [{ id, value: 'abc' }] },
    });
    expect([reply.status, at(reply.body, 'error')]).toEqual([422, 'RecordInvalid']);
  });

  it('that is a list is emptied with its tag', async () => {
    const id = await made('ticket_fields', 'ticket_field', {
      title: 'F',
      type: 'tagger',
      custom_field_options: [{ name: 'Gold', value: 'gold' }],
    });
    const ticket = await made('tickets', 'ticket', {
      subject: 'S',
      comment: { body: 'b' },
      tags: ['a'],
      custom_fields: [{ id, value: 'gold' }],
    });
    expect(
      listOf(at((await desk.call('GET', `tickets/${ticket}`)).body, 'ticket.tags'))
        .map(String)
        .sort(),
    ).toEqual(['a', 'gold']);
    const after = await desk.call('PUT', `tickets/${ticket}`, { ticket: { tags: ['b'] } });
    expect([
      at(after.body, 'ticket.tags'),
      listOf(at(after.body, 'ticket.custom_fields')).find((one) => at(one, 'id') === id),
    ]).toEqual([['b'], { id, value: null }]);
  });

  it('keeps its type', async () => {
    const id = await made('ticket_fields', 'ticket_field', { title: 'F', type: 'text' });
    await desk.call('PUT', `ticket_fields/${id}`, { ticket_field: { type: 'integer', title: 'G' } });
    expect(at((await desk.call('GET', `ticket_fields/${id}`)).body, 'ticket_field')).toMatchObject({
      type: 'text',
      title: 'G',
      key: null,
    });
  });
});

describe('a user', () => {
  it('who is found by an external id and has another address gets it as a second one', async () => {
    await desk.seed('user', { name: 'A', email: 'a@demo.example', external_id: 'x' });
    const reply = await desk.call('POST', 'users/create_or_update', {
      user: { name: 'A', external_id: 'X', email: 'b@demo.example' },
    });
    expect([reply.status, at(reply.body, 'user.email'), at(reply.body, 'user.external_id')]).toEqual([
      200,
      'a@demo.example',
      'X',
    ]);
    const identities = await desk.call('GET', `users/${numberAt(reply.body, 'user.id')}/identities`);
    expect(listOf(at(identities.body, 'identities')).map((one) => [at(one, 'value'), at(one, 'primary')])).toEqual([
      ['a@demo.example', true],
      ['b@demo.example', false],
    ]);
  });

  it('shows every key of every field, a day as a moment, and an alias that was emptied as a text', async () => {
    for (const [key, type] of [
      ['flag', 'checkbox'],
      ['day', 'date'],
      ['note', 'text'],
    ] as const)
      await desk.call('POST', 'user_fields', {
        user_field: { key, type, title: key, ...(type === 'checkbox' ? { tag: 'flagged' } : {}) },
      });
    const id = await made('users', 'user', { name: 'A' });
    expect(at((await desk.call('GET', `users/${id}`)).body, 'user.user_fields')).toEqual({
      flag: false,
      day: null,
      note: null,
    });
    const put = await desk.call('PUT', `users/${id}`, {
      user: { alias: null, user_fields: { day: '2020-08-19', flag: true } },
    });
    expect(at(put.body, 'user')).toMatchObject({
      alias: '',
      tags: ['flagged'],
      user_fields: { day: '2020-08-19T00:00:00+00:00', flag: true },
    });
  });

  it('has a number of their own, or shares it', async () => {
    const [one, two] = [
      await made('users', 'user', { name: 'A', phone: '+15551234567' }),
      await made('users', 'user', { name: 'B', phone: '+15551234567' }),
    ];
    const shared = async (id: number) => at((await desk.call('GET', `users/${id}`)).body, 'user.shared_phone_number');
    expect([await shared(one), await shared(two)]).toEqual([false, true]);
    const emptied = await desk.call('PUT', `users/${one}`, { user: { phone: '' } });
    expect([at(emptied.body, 'user.phone') ?? null, emptied.status]).toEqual([null, 200]);
  });

  it('who is deleted is read by id, listed among the deleted, and can be forgotten for good', async () => {
    const id = await made('users', 'user', { name: 'A', email: 'a@demo.example' });
    expect((await desk.call('DELETE', `deleted_users/${id}`)).status).toBeGreaterThanOrEqual(400);
    await desk.call('DELETE', `users/${id}`);
    expect(at((await desk.call('GET', `users/${id}`)).body, 'user.active')).toBe(false);
    expect(listOf(at((await desk.call('GET', 'users')).body, 'users')).map((one) => at(one, 'id'))).not.toContain(id);
    expect(numberAt((await desk.call('GET', 'deleted_users')).body, 'deleted_users.0.id')).toBe(id);
    const purged = await desk.call('DELETE', `deleted_users/${id}`);
    expect([purged.status, at(purged.body, 'deleted_user.name')]).toEqual([200, 'Permanently Deleted User']);
    const rows = listOf(at((await desk.call('GET', 'incremental/users.json?start_time=0')).body, 'users'));
    expect(rows.map((row) => [at(row, 'active'), at(row, 'permanently_deleted')])).toContainEqual([false, true]);
    expect(
      rows.filter((row) => at(row, 'active') === true).every((row) => at(row, 'permanently_deleted') === false),
    ).toBe(true);
  });

  it('takes an identity only with a method of verification that may be written', async () => {
    const id = await made('users', 'user', { name: 'A' });
    const add = (more: JsonObject) =>
      desk.call('POST', `users/${id}/identities`, { identity: { type: 'email', value: 'a@demo.example', ...more } });
    expect((await add({ verification_method: 'sso' })).status).toBe(400);
    expect((await add({ verification_method: 'low' })).status).toBe(201);
  });

  it('merges into another, whose address it leaves, and is told of by nobody but the event', async () => {
    const [winner, loser] = [
      await made('users', 'user', { name: 'W', email: 'w@demo.example' }),
      await made('users', 'user', { name: 'L', email: 'l@demo.example' }),
    ];
    const reply = await desk.call('PUT', `users/${loser}/merge`, { user: { id: winner } });
    expect([reply.status, at(reply.body, 'user.id')]).toEqual([200, winner]);
    const agent = await desk.seed('user', { name: 'G', role: 'agent', email: 'g@demo.example' });
    expect((await desk.call('PUT', `users/${agent[0]}/merge`, { user: { id: winner } })).status).toBeGreaterThanOrEqual(
      400,
    );
  });
});

describe('side-loads', () => {
  it('come once each, beside the list', async () => {
    const [organization = ''] = await desk.seed('organization', { name: 'O' });
    const [requester = ''] = await desk.seed('user', { name: 'R', organization_id: Number(organization) });
    await desk.seed(
      'ticket',
      { subject: 'A', requester_id: Number(requester) },
      { subject: 'B', requester_id: Number(requester) },
    );
    const reply = await desk.call('GET', 'tickets?include=users,groups,organizations,metric_sets');
    expect(keysOf(reply.body)).toEqual(
      expect.arrayContaining(['groups', 'metric_sets', 'organizations', 'tickets', 'users']),
    );
    const ids = listOf(at(reply.body, 'users')).map((one) => numberAt(one, 'id'));
    expect([new Set(ids).size, ids.includes(Number(requester))]).toEqual([ids.length, true]);
    expect(listOf(at(reply.body, 'organizations'))).toHaveLength(1);
    const unknown = await desk.call('GET', 'tickets?include=nonsense,constructor');
    expect(keysOf(unknown.body)).toEqual(['count', 'next_page', 'previous_page', 'tickets']);
  });
});

describe('a deleted ticket', () => {
  it('is shown by exports unless they are told not to, comes back, or is scrubbed', async () => {
    const ids = [
      await made('tickets', 'ticket', { subject: 'A', comment: { body: 'secret' } }),
      await made('tickets', 'ticket', { subject: 'B', comment: { body: 'b' } }),
    ];
    for (const id of ids) await desk.call('DELETE', `tickets/${id}`);
    const rows = async (more = '') =>
      listOf(at((await desk.call('GET', `incremental/tickets/cursor.json?start_time=0${more}`)).body, 'tickets'));
    expect((await rows()).map((row) => at(row, 'status'))).toEqual(['deleted', 'deleted']);
    expect(await rows('&exclude_deleted=true')).toEqual([]);
    const back = await desk.call('PUT', `deleted_tickets/${ids[1]}/restore`);
    expect([back.status, back.body, (await desk.call('GET', `tickets/${ids[1]}`)).status]).toEqual([200, {}, 200]);
    await desk.finish(await desk.call('DELETE', `deleted_tickets/${ids[0]}`));
    const scrubbed = (await rows()).find((row) => at(row, 'id') === ids[0]);
    expect(scrubbed).toMatchObject({ status: 'deleted', subject: 'SCRUBBED', description: 'X' });
  });
});

describe('an organization', () => {
  it('keeps its members when it is deleted, who lose it; its domains are overwritten as a whole', async () => {
    const id = await made('organizations', 'organization', { name: 'O', domain_names: ['a.example', 'b.example'] });
    const user = await made('users', 'user', { name: 'U', organization_id: id });
    const put = await desk.call('PUT', `organizations/${id}`, { organization: { domain_names: ['c.example'] } });
    expect(at(put.body, 'organization.domain_names')).toEqual(['c.example']);
    expect((await desk.call('DELETE', `organizations/${id}`)).status).toBe(204);
    desk.advance(60_000);
    expect(at((await desk.call('GET', `users/${user}`)).body, 'user.organization_id')).toBeNull();
    expect((await desk.call('GET', `organizations/${id}`)).status).toBe(404);
    expect((await desk.call('POST', 'organizations', { organization: { name: 'O' } })).status).toBe(201);
  });

  it('merges into another with its members and domains', async () => {
    const [winner, loser] = [
      await made('organizations', 'organization', { name: 'W' }),
      await made('organizations', 'organization', { name: 'L', domain_names: ['l.example'] }),
    ];
    const started = await desk.call('POST', `organizations/${loser}/merge`, {
      organization_merge: { winner_id: winner },
    });
    expect([started.status, at(started.body, 'organization_merge')]).toMatchObject([
      200,
      { loser_id: loser, winner_id: winner, status: 'new', id: expect.stringMatching(/^01[0-9A-Z]{24}$/) },
    ]);
    desk.advance(60_000);
    expect(
      at(
        (await desk.call('GET', `organization_merges/${textAt(started.body, 'organization_merge.id')}`)).body,
        'organization_merge.status',
      ),
    ).toBe('complete');
    expect(at((await desk.call('GET', `organizations/${winner}`)).body, 'organization.domain_names')).toEqual([
      'l.example',
    ]);
    expect(
      (await desk.call('POST', `organizations/${winner}/merge`, { organization_merge: { winner_id: winner } })).status,
    ).toBeGreaterThanOrEqual(400);
    expect(
      (await desk.call('POST', `organizations/${winner}/merge`, { organization_merge: {} })).status,
    ).toBeGreaterThanOrEqual(400);
  });
});
