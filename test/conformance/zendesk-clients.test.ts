import zendesk from 'node-zendesk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { at, listOf, numberAt, plain, textAt, type ZendeskBench } from './bench.ts';
import { type ClientBench, inner, openClient } from './zendesk-client.ts';

/** The client that most Node programs use for Zendesk: what a sync has to do with, records and their changes. */
let bench: ClientBench;
let desk: ZendeskBench;
let client: ClientBench['client'];

beforeAll(async () => {
  bench = await openClient();
  ({ desk, client } = bench);
});
afterAll(() => bench.served.close());
beforeEach(() => bench.reset());

const post: ClientBench['post'] = (path, body) => bench.post(path, body);
const put: ClientBench['put'] = (path, body) => bench.put(path, body);
const job: ClientBench['job'] = (answer) => bench.job(answer);
const old = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };

describe('errors', () => {
  it.each<[string, () => Promise<unknown>, number]>([
    ['a user who is not there', () => client.users.show(9_000_000_000), 404],
    ['a name that is missing', () => client.users.create({ user: {} }), 422],
    [
      'too many records',
      () =>
        post(['organizations', 'create_many'], {
          organizations: Array.from({ length: 101 }, (_, i) => ({ name: `O${i}` })),
        }),
      400,
    ],
    ['an endpoint that the twin has not', () => client.macros.list(), 404],
  ])('tell it of %s', async (_what, call, status) => {
    await expect(call()).rejects.toThrow(`Zendesk Error (${status})`);
    expect(desk.bugs).toEqual([]);
  });

  it('of wrong credentials are said as such', async () => {
    const stranger = zendesk.createClient({
      username: 'owner@twin.example',
      token: 'wrong',
      endpointUri: `${bench.served.url}/api/v2`,
    });
    await expect(stranger.users.list()).rejects.toThrow('401');
  });

  it('of a spent limit are an error, and no answer before it is', async () => {
    await desk.control('PUT', 'settings', { limits: { off: false, requestsPerMinute: 2 } });
    expect(await client.organizations.list()).toEqual([]);
    // This client answers an Error for whatever carries Retry-After, instead of throwing it.
    const answers = [await client.users.me(), await client.users.me()].map((answer) => JSON.stringify(answer));
    expect(answers.map((answer) => answer.includes('owner@twin.example'))).toEqual([true, false]);
  });

  it('of the vendor’s servers reach it', async () => {
    await desk.control('POST', 'faults', {
      match: { method: 'POST', path: '/organizations' },
      do: 'lose-answer',
      times: 1,
    });
    await expect(client.organizations.create({ organization: { name: 'Lost' } })).rejects.toThrow();
    expect(plain(await client.organizations.list())).toMatchObject([{ name: 'Lost' }]);
    await desk.control('POST', 'faults', { match: { method: 'GET', path: '/organizations' }, do: 'cut', times: 1 });
    await expect(client.organizations.list()).rejects.toThrow();
  });
});

it('comes in with a token of OAuth as well', async () => {
  const granted = await desk.send(
    'POST',
    '/oauth/tokens',
    {
      grant_type: 'client_credentials',
      client_id: 'syncline_twin',
      client_secret: 'twin-client-secret',
      scope: 'read write',
    },
    { 'content-type': 'application/json' },
  );
  const oauth = zendesk.createClient({
    token: textAt(granted.body, 'access_token'),
    oauth: true,
    endpointUri: `${bench.served.url}/api/v2`,
  });
  expect(textAt(inner(await oauth.users.me(), 'user'), 'email')).toBe('owner@twin.example');
  desk.advance(1_800_001);
  await expect(oauth.organizations.list()).rejects.toThrow('401');
});

describe('lists', () => {
  it('are read to their end, each record once', async () => {
    const organizations = await desk.seed(
      'organization',
      ...Array.from({ length: 230 }, (_, i) => ({ name: `O${i}` })),
    );
    await desk.seed(
      'user',
      ...Array.from({ length: 230 }, (_, i) => ({
        name: `U${i}`,
        ...(i < 120 ? { organization_id: Number(organizations[0]) } : {}),
      })),
    );
    await desk.seed('ticket', ...Array.from({ length: 205 }, (_, i) => ({ subject: `S${i}` })));
    const distinct = (list: unknown) => new Set(listOf(plain(list)).map((one) => numberAt(one, 'id'))).size;
    const users = await client.users.list();
    expect([users.length, distinct(users)]).toEqual([232, 232]);
    const tickets = await client.tickets.list();
    expect([tickets.length, distinct(tickets)]).toEqual([205, 205]);
    expect(distinct(await client.users.listByOrganization(Number(organizations[0])))).toBe(120);
    expect(distinct(await client.organizationmemberships.list())).toBe(120);
    expect(
      listOf(inner(await client.organizations.showMany(organizations.slice(0, 3).map(Number)), 'organizations')).length,
    ).toBe(3);
    expect(listOf(inner(await client.users.listWithFilter('role', 'admin'), 'users')).length).toBe(2);
  });

  it('of exports are read by time and by cursor', async () => {
    await desk.seed('ticket', ...Array.from({ length: 30 }, (_, i) => ({ subject: `S${i}`, ...old })));
    await desk.seed('organization', ...Array.from({ length: 30 }, (_, i) => ({ name: `O${i}`, ...old })));
    const start = Date.parse('2025-12-31T00:00:00Z') / 1_000;
    expect(listOf(plain(await client.organizations.incremental(String(start)))).length).toBe(30);
    expect(listOf(plain(await client.tickets.incremental(String(start)))).length).toBe(30);
    const page = inner(
      await client.organizations.get(['incremental', 'tickets', 'cursor', { start_time: start }]),
      'x',
    );
    expect([listOf(at(page, 'tickets')).length, at(page, 'end_of_stream')]).toEqual([30, true]);
  });
});

describe('users', () => {
  it('are created, changed and deleted in bulk', async () => {
    const created = await job(
      await post(['users', 'create_many'], { users: [{ name: 'A', external_id: 'a' }, { name: '' }] }),
    );
    expect([at(created, 'status'), listOf(at(created, 'results')).length]).toEqual(['completed', 2]);
    const upserted = await job(
      await post(['users', 'create_or_update_many'], {
        users: [
          { name: 'A2', external_id: 'a' },
          { name: 'B', external_id: 'b' },
        ],
      }),
    );
    expect(
      listOf(at(upserted, 'results'))
        .map((one) => at(one, 'status'))
        .sort(),
    ).toEqual(['Created', 'Updated']);
    const found = plain(await client.users.search({ external_id: 'a' }));
    expect(at(found, '0.name')).toBe('A2');
    await client.users.delete(numberAt(found, '0.id'));
    expect(plain(await client.users.search({ external_id: 'a' }))).toEqual([]);
  });

  it('are merged, suspended and tagged', async () => {
    const [winner = '', loser = ''] = await desk.seed(
      'user',
      { name: 'W', email: 'w@demo.example' },
      { name: 'L', email: 'l@demo.example' },
    );
    await client.users.merge(Number(loser), Number(winner));
    const addresses = listOf(plain(await client.useridentities.list(Number(winner)))).map((one) => at(one, 'value'));
    expect(addresses.sort()).toEqual(['l@demo.example', 'w@demo.example']);
    expect(at(inner(await client.users.show(Number(loser)), 'user'), 'active')).toBe(false);
    await client.users.suspend(Number(winner));
    expect(at(inner(await client.users.show(Number(winner)), 'user'), 'suspended')).toBe(true);
    await client.users.unsuspend(Number(winner));
    await post(['users', winner, 'tags'], { tags: ['a', 'b'] });
    await put(['users', winner, 'tags'], { tags: ['c'] });
    expect(at(inner(await client.users.show(Number(winner)), 'user'), 'tags')).toEqual(['a', 'b', 'c']);
  });

  it('have fields with options', async () => {
    const field = inner(
      await client.userfields.create({
        user_field: {
          key: 'plan',
          title: 'Plan',
          type: 'dropdown',
          custom_field_options: [{ name: 'Gold', value: 'gold' }],
        },
      }),
      'user_field',
    );
    const id = numberAt(field, 'id');
    await client.userfields.createOrUpdateOption(id, { custom_field_option: { name: 'Silver', value: 'silver' } });
    expect(
      listOf(inner(await client.userfields.listOptions(id), 'custom_field_options')).map((one) => at(one, 'value')),
    ).toEqual(['gold', 'silver']);
    await client.userfields.update(id, { user_field: { title: 'Plan 2' } });
    expect(at(inner(await client.userfields.show(id), 'user_field'), 'title')).toBe('Plan 2');
    expect(listOf(plain(await client.userfields.list())).length).toBe(1);
    await client.userfields.delete(id);
    expect(plain(await client.userfields.list())).toEqual([]);
  });
});

describe('organizations', () => {
  it('are upserted, searched, counted, changed and deleted in bulk', async () => {
    const made = inner(
      await client.organizations.upsert({ organization: { name: 'Acme', external_id: 'a' } }),
      'organization',
    );
    const same = inner(
      await client.organizations.createOrUpdate({ organization: { name: 'Acme 2', external_id: 'A' } }),
      'organization',
    );
    expect(at(same, 'id')).toBe(at(made, 'id'));
    expect(at(inner(await client.organizations.showManyByExternalIds(['a']), 'organizations'), '0.name')).toBe(
      'Acme 2',
    );
    expect(at(inner(await client.organizations.autocomplete({ name: 'acm' }), 'organizations'), '0.name')).toBe(
      'Acme 2',
    );
    expect(JSON.stringify(await client.organizations.related(numberAt(made, 'id')))).toContain('organization_related');
    const created = await job(
      await post(['organizations', 'create_many'], { organizations: [{ name: 'B' }, { name: 'C' }] }),
    );
    const ids = listOf(at(created, 'results')).map((one) => numberAt(one, 'id'));
    const updated = await job(
      await put(['organizations', 'update_many'], { organizations: ids.map((id, i) => ({ id, notes: `n${i}` })) }),
    );
    expect(listOf(at(updated, 'results')).map((one) => at(one, 'success'))).toEqual([true, true]);
    await job(await client.organizations.bulkDeleteByExternalId(['a']));
    expect(
      listOf(plain(await client.organizations.list()))
        .map((one) => at(one, 'notes'))
        .sort(),
    ).toEqual(['n0', 'n1']);
  });

  it('have members, one by one and many', async () => {
    const [organization = '', second = ''] = await desk.seed('organization', { name: 'A' }, { name: 'B' });
    const users = await desk.seed('user', { name: 'U1' }, { name: 'U2' });
    const one = inner(
      await client.organizationmemberships.create({
        ...{ user_id: Number(users[0]), organization_id: Number(organization) },
      }),
      'organization_membership',
    );
    expect(at(one, 'default')).toBe(true);
    const more = inner(
      await client.organizationmemberships.create({
        ...{ user_id: Number(users[0]), organization_id: Number(second) },
      }),
      'organization_membership',
    );
    await client.organizationmemberships.makeDefault(Number(users[0]), numberAt(more, 'id'));
    expect(at(inner(await client.users.show(Number(users[0])), 'user'), 'organization_id')).toBe(Number(second));
    await job(
      await client.organizationmemberships.createMany([{ user_id: Number(users[1]), organization_id: Number(second) }]),
    );
    expect(listOf(plain(await client.organizationmemberships.listByOrganization(Number(second)))).length).toBe(2);
    await client.organizationmemberships.delete(numberAt(one, 'id'));
    expect(listOf(plain(await client.organizationmemberships.listByUser(Number(users[0])))).length).toBe(1);
  });
});

describe('tickets', () => {
  it('are imported, changed in bulk, merged and deleted', async () => {
    const imported = inner(
      await client.imports.ticket({
        ticket: {
          subject: 'Old',
          created_at: '2020-01-01T00:00:00Z',
          comments: [{ value: 'first', created_at: '2020-01-01T00:00:00Z' }],
        },
      }),
      'ticket',
    );
    expect(at(imported, 'created_at')).toBe('2020-01-01T00:00:00Z');
    const created = await job(
      await post(['tickets', 'create_many'], {
        tickets: [
          { subject: 'A', comment: { body: 'a' } },
          { subject: 'B', comment: { body: 'b' } },
        ],
      }),
    );
    const ids = listOf(at(created, 'results')).map((one) => numberAt(one, 'id'));
    await job(await client.tickets.updateMany(ids, { ticket: { priority: 'high' } }));
    const shown = listOf(inner(await client.tickets.showMany(ids), 'tickets'));
    expect(shown.map((one) => at(one, 'priority'))).toEqual(['high', 'high']);
    const [target = 0, source = 0] = ids;
    await job(await client.tickets.merge(target, { ids: [source], target_comment: 't', source_comment: 's' }));
    expect(at(inner(await client.tickets.show(source), 'ticket'), 'status')).toBe('closed');
    await put(['tickets', String(target), 'tags'], { tags: ['x'] });
    expect(at(inner(await client.tickets.show(target), 'ticket'), 'tags')).toEqual(['x']);
    await client.tickets.delete(target);
    await expect(client.tickets.show(target)).rejects.toThrow('404');
  });

  it('carry files, metrics and audits', async () => {
    const ticket = inner(await client.tickets.create({ ticket: { subject: 'A', comment: { body: 'a' } } }), 'ticket');
    const id = numberAt(ticket, 'id');
    expect(listOf(plain(await client.ticketaudits.list(id))).length).toBe(1);
    expect(JSON.stringify(await client.tickets.listMetrics(id))).toContain('reply_time_in_minutes');
    const fields = listOf(plain(await client.ticketfields.list())).map((one) => at(one, 'type'));
    expect(fields).toEqual(
      expect.arrayContaining(['subject', 'description', 'status', 'priority', 'group', 'assignee']),
    );
    expect(listOf(plain(await client.groups.list())).length).toBeGreaterThan(0);
  });
});

describe('search', () => {
  it('pages through results, counts and exports them', async () => {
    await desk.seed(
      'user',
      ...Array.from({ length: 150 }, (_, i) => ({ name: `Ada ${i}`, email: `ada${i}@demo.example` })),
    );
    const all = await client.search.queryAll('type:user ada');
    expect(new Set(all.map((one) => numberAt(plain(one), 'id'))).size).toBe(150);
    expect(JSON.stringify(await client.search.showResultsCount('type:user ada'))).toContain('150');
    const exported = await client.search.exportResults('ada', 'user', 60);
    expect(new Set(exported.map((one) => numberAt(plain(one), 'id'))).size).toBe(150);
  });
});

describe('webhooks and jobs', () => {
  it('are set up, changed, given a new secret and removed', async () => {
    const hook = inner(
      await client.webhooks.create({
        webhook: {
          name: 'H',
          endpoint: 'https://x.example',
          http_method: 'POST',
          request_format: 'json',
          status: 'active',
          subscriptions: ['conditional_ticket_events'],
        },
      }),
      'webhook',
    );
    const id = textAt(hook, 'id');
    const before = JSON.stringify(await client.webhooks.getSigningSecret(id));
    await client.webhooks.resetSigningSecret(id);
    expect(JSON.stringify(await client.webhooks.getSigningSecret(id))).not.toBe(before);
    await client.webhooks.patch(id, { webhook: { name: 'H2' } });
    expect(at(inner(await client.webhooks.show(id), 'webhook'), 'name')).toBe('H2');
    expect(JSON.stringify(await client.webhooks.list())).toContain(id);
    await client.webhooks.delete(id);
    await expect(client.webhooks.show(id)).rejects.toThrow('404');
  });

  it('are watched to their end', async () => {
    const queued = inner(
      await post(['organizations', 'create_many'], { organizations: [{ name: 'A' }] }),
      'job_status',
    );
    const done = await client.jobstatuses.watch(textAt(queued, 'id'), 1, 5);
    expect(JSON.stringify(done)).toContain('completed');
    expect(listOf(inner(await client.jobstatuses.showMany([textAt(queued, 'id')]), 'job_statuses')).length).toBe(1);
  });
});
