import { beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/twins/json.ts';
import { at, keysOf, listOf, numberAt, openDesk, textAt, type ZendeskBench } from './bench.ts';

/** Exchanges with Zendesk as they were recorded, replayed against the twin: the same requests, and what of the answers is not chance. */
let desk: ZendeskBench;
beforeEach(async () => {
  desk = await openDesk({ limits: { off: true } });
});

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const user = (body: Json | undefined): JsonObject => ({ ...JSON.parse(JSON.stringify(at(body, 'user') ?? null)) });

describe('users', () => {
  it('a new one by create_or_update is 201 with all members of the recording, in their order', async () => {
    const reply = await desk.call('POST', 'users/create_or_update.json', {
      user: { verified: true, name: 'John Doe', email: 'a@demo.com', external_id: 'g123', tags: [] },
    });
    const made = user(reply.body);
    expect([reply.status, reply.headers.get('location')]).toEqual([201, `${desk.base}/api/v2/users/${made.id}.json`]);
    expect(made).toMatchObject({
      name: 'John Doe',
      email: 'a@demo.com',
      phone: null,
      shared_phone_number: null,
      photo: null,
      organization_id: null,
      role: 'end-user',
      verified: true,
      external_id: 'g123',
      tags: [],
      active: true,
      shared: false,
      shared_agent: false,
      last_login_at: null,
      two_factor_auth_enabled: false,
      moderator: false,
      ticket_restriction: 'requested',
      only_private_comments: false,
      restricted_agent: true,
      suspended: false,
      default_group_id: null,
      report_csv: false,
      user_fields: {},
      created_at: expect.stringMatching(time),
      updated_at: expect.stringMatching(time),
    });
    expect(Object.keys(made)).toEqual(userKeys);
    expect(made.id).toBeGreaterThan(2 ** 32);
  });

  it('one who is found by e-mail gets the external id and other tags', async () => {
    await desk.call('POST', 'user_fields.json', { user_field: { key: 'text_field', title: 'Text' } });
    const [id = ''] = await desk.seed('user', {
      name: 'Ani',
      email: 'skywalker@demo.com',
      tags: ['old'],
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
    });
    const reply = await desk.call('POST', 'users/create_or_update.json', {
      user: {
        email: 'skywalker@demo.com',
        external_id: 'skywalker123',
        name: 'Anakin',
        user_fields: { text_field: 'change' },
        tags: ['x'],
      },
    });
    expect([reply.status, reply.headers.get('location')]).toEqual([200, `${desk.base}/api/v2/users/${id}.json`]);
    expect(user(reply.body)).toMatchObject({
      id: Number(id),
      name: 'Anakin',
      external_id: 'skywalker123',
      tags: ['x'],
      user_fields: { text_field: 'change' },
      updated_at: '2026-11-20T08:30:00Z',
    });
  });

  it('one whose e-mail is written keeps the old one until the new is made primary', async () => {
    const [id = ''] = await desk.seed('user', {
      name: 'John Doe',
      email: 'a@demo.com',
      external_id: 'g123',
      verified: true,
    });
    const put = await desk.call('PUT', `users/${id}.json`, {
      user: { verified: true, email: 'b@demo.com', external_id: 'g123', tags: ['test_high_value'] },
    });
    expect([put.status, at(put.body, 'user.email'), at(put.body, 'user.tags')]).toEqual([
      200,
      'a@demo.com',
      ['test_high_value'],
    ]);
    const identities = await desk.call('GET', `users/${id}/identities.json`);
    expect(
      listOf(at(identities.body, 'identities')).map((one) => [
        at(one, 'value'),
        at(one, 'primary'),
        at(one, 'verified'),
      ]),
    ).toEqual([
      ['a@demo.com', true, true],
      ['b@demo.com', false, true],
    ]);
    expect(keysOf(at(identities.body, 'identities.0'))).toEqual(
      expect.arrayContaining([
        'created_at',
        'deliverable_state',
        'id',
        'primary',
        'type',
        'undeliverable_count',
        'updated_at',
        'url',
        'user_id',
        'value',
        'verified',
      ]),
    );
    desk.advance(3_000);
    const made = await desk.call(
      'PUT',
      `users/${id}/identities/${numberAt(identities.body, 'identities.1.id')}/make_primary.json`,
      {},
    );
    expect(made.body).toMatchObject({
      next_page: null,
      previous_page: null,
      count: 2,
      identities: [
        { value: 'b@demo.com', primary: true },
        { value: 'a@demo.com', primary: false },
      ],
    });
    expect(textAt(made.body, 'identities.0.updated_at') > textAt(identities.body, 'identities.1.updated_at')).toBe(
      true,
    );
    const found = await desk.call('GET', 'users/search.json?external_id=g123');
    expect([at(found.body, 'users.0.email'), at(found.body, 'count')]).toEqual(['b@demo.com', 1]);
  });

  it('one who is deleted shows what was freed, keeps the tags, and is not found again', async () => {
    const [id = ''] = await desk.seed('user', {
      name: 'John',
      email: 'a@demo.com',
      external_id: 'g123',
      tags: ['vip'],
      verified: true,
    });
    const gone = await desk.call('DELETE', `users/${id}.json`);
    expect([gone.status, user(gone.body)]).toMatchObject([
      200,
      { email: null, verified: false, external_id: null, active: false, tags: ['vip'] },
    ]);
    expect((await desk.call('GET', 'users/search.json?external_id=g123')).body).toEqual({
      users: [],
      next_page: null,
      previous_page: null,
      count: 0,
    });
    const again = await desk.call('POST', 'users/create_or_update.json', {
      user: { name: 'John', external_id: 'g123' },
    });
    expect([again.status, numberAt(again.body, 'user.id') === Number(id)]).toEqual([201, false]);
  });
});

describe('organizations', () => {
  it('a new one has all members of the recording, in their order', async () => {
    const reply = await desk.call('POST', 'organizations.json', { organization: { name: 'X' } });
    const id = numberAt(reply.body, 'organization.id');
    const url = `${desk.base}/api/v2/organizations/${id}.json`;
    expect([reply.status, reply.headers.get('location')]).toEqual([201, url]);
    const body = {
      url,
      id,
      name: 'X',
      shared_tickets: false,
      shared_comments: false,
      external_id: null,
      created_at: '2026-11-20T08:30:00Z',
      updated_at: '2026-11-20T08:30:00Z',
      domain_names: [],
      details: null,
      notes: null,
      group_id: null,
      tags: [],
      organization_fields: {},
    };
    expect(reply.body).toEqual({ organization: body });
    expect(Object.keys(JSON.parse(reply.text).organization)).toEqual(Object.keys(body));
  });

  it('a hundred are created by a job whose results have no index', async () => {
    const started = await desk.call('POST', 'organizations/create_many.json', {
      organizations: Array.from({ length: 100 }, (_, i) => ({ name: `O${i}` })),
    });
    expect([started.status, at(started.body, 'job_status')]).toMatchObject([
      200,
      { total: 100, progress: null, status: 'queued', message: null, results: null },
    ]);
    const done = await desk.finish(started);
    expect(at(done, 'progress')).toBe(100);
    expect(textAt(done, 'message')).toMatch(/^Completed at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000$/);
    for (const result of listOf(at(done, 'results')))
      expect(result).toEqual({ id: expect.any(Number), status: 'Created' });
  });

  it('many that are given one name fail but for one, in a job that completes', async () => {
    const ids = await desk.seed('organization', { name: 'A' }, { name: 'B' }, { name: 'C' });
    const done = await desk.finish(
      await desk.call('PUT', `organizations/update_many.json?ids=${ids.join(',')}`, { organization: { name: 'X' } }),
    );
    const results = listOf(at(done, 'results'));
    expect(at(done, 'status')).toBe('completed');
    expect(results.filter((one) => at(one, 'success') === true)).toHaveLength(1);
    expect(results.filter((one) => at(one, 'error') !== undefined)).toEqual(
      Array.from({ length: 2 }, () => ({
        index: expect.any(Number),
        error: 'OrganizationUpdateFailed',
        id: expect.any(Number),
        details: 'Name:  X has already been taken',
      })),
    );
  });
});

describe('set-up', () => {
  it('a field of users has the defaults of the recording', async () => {
    const reply = await desk.call('POST', 'user_fields.json', {
      user_field: { key: 'k', title: 't', description: 'd' },
    });
    expect(reply.status).toBe(201);
    expect(at(reply.body, 'user_field')).toMatchObject({
      key: 'k',
      type: 'text',
      title: 't',
      raw_title: 't',
      description: 'd',
      raw_description: 'd',
      position: 9999,
      active: true,
      system: false,
      regexp_for_validation: null,
    });
  });

  it('a custom status has its raw copies', async () => {
    const reply = await desk.call('POST', 'custom_statuses.json', {
      custom_status: { agent_label: 'agent', end_user_label: 'end', status_category: 'open' },
    });
    expect(reply.status).toBe(201);
    expect(at(reply.body, 'custom_status')).toMatchObject({
      agent_label: 'agent',
      raw_agent_label: 'agent',
      end_user_label: 'end',
      raw_end_user_label: 'end',
      status_category: 'open',
      active: true,
      default: false,
      description: null,
      end_user_description: null,
    });
  });

  it('a trigger’s conditions may stand outside, and come back inside', async () => {
    const reply = await desk.call('POST', 'triggers.json', {
      trigger: {
        title: 'T',
        all: [{ field: 'status', operator: 'is', value: 'new' }],
        actions: [{ field: 'status', value: 'open' }],
      },
    });
    expect(reply.status).toBe(201);
    expect(at(reply.body, 'trigger')).toMatchObject({
      title: 'T',
      raw_title: 'T',
      active: true,
      default: false,
      description: null,
      conditions: { all: [{ field: 'status', operator: 'is', value: 'new' }], any: [] },
      category_id: expect.stringMatching(/^\d+$/),
    });
  });

  it('a webhook shows no secret, and its time has nine digits of a second', async () => {
    const reply = await desk.call('POST', 'webhooks', {
      webhook: {
        name: 'H',
        endpoint: 'https://sync.example/hook',
        http_method: 'POST',
        request_format: 'json',
        status: 'active',
        subscriptions: ['conditional_ticket_events'],
        authentication: { type: 'bearer_token', data: { token: 'very secret' }, add_position: 'header' },
      },
    });
    expect([reply.status, reply.text.includes('very secret')]).toEqual([201, false]);
    expect(at(reply.body, 'webhook')).toMatchObject({
      id: expect.stringMatching(/^01[0-9A-Z]{24}$/),
      created_at: expect.stringMatching(/\.\d{9}Z$/),
      created_by: expect.stringMatching(/^\d+$/),
      authentication: { type: 'bearer_token', add_position: 'header' },
    });
    const path = `webhooks/${textAt(reply.body, 'webhook.id')}`;
    const secret = await desk.call('GET', `${path}/signing_secret`);
    expect([secret.status, at(secret.body, 'signing_secret')]).toEqual([
      200,
      { secret: expect.any(String), algorithm: 'SHA256' },
    ]);
    expect((await desk.call('POST', `${path}/signing_secret`)).status).toBe(201);
    expect([
      (await desk.call('PATCH', path, { webhook: { name: 'I' } })).status,
      (await desk.call('DELETE', path)).status,
    ]).toEqual([204, 204]);
    const mixed = ['conditional_ticket_events', 'zen:event-type:user.created'];
    const webhook = {
      name: 'H',
      endpoint: 'https://x.example',
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
    };
    const refused = await desk.call('POST', 'webhooks', { webhook: { ...webhook, subscriptions: mixed } });
    expect([refused.status >= 400, keysOf(refused.body)]).toEqual([true, ['errors']]);
  });
});

const userKeys = (
  'id url name email created_at updated_at time_zone iana_time_zone phone shared_phone_number photo locale_id locale organization_id role verified external_id tags alias active shared ' +
  'shared_agent last_login_at two_factor_auth_enabled signature details notes role_type custom_role_id moderator ticket_restriction only_private_comments restricted_agent suspended ' +
  'chat_only default_group_id report_csv user_fields'
).split(' ');
