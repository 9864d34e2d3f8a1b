import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../src/twins/json.ts';
import { at, listOf, numberAt, plain, textAt, type ZendeskBench } from './bench.ts';
import { type ClientBench, inner, openClient } from './zendesk-client.ts';

/** The rest of the client that most Node programs use for Zendesk: set-up, rules, and what hangs on tickets. */
let bench: ClientBench;
let desk: ZendeskBench;
let client: ClientBench['client'];

beforeAll(async () => {
  bench = await openClient();
  ({ desk, client } = bench);
});
afterAll(() => bench.served.close());
beforeEach(() => bench.reset());

const idOf = (answer: unknown, name: string): number => numberAt(inner(answer, name), 'id');
const names = (answer: unknown, name: string, key: string): readonly (Json | undefined)[] =>
  listOf(inner(answer, name)).map((one) => at(one, key));
const ticket = async (more: object = {}): Promise<number> =>
  idOf(await client.tickets.create({ ticket: { subject: 'S', comment: { body: 'b' }, ...more } }), 'ticket');

describe('the account', () => {
  it('shows its settings, its tags, and who may come in', async () => {
    expect(at(inner(await client.accountsettings.show(), 'settings'), 'api')).toBeDefined();
    await ticket({ tags: ['a', 'b'] });
    await ticket({ tags: ['a'] });
    expect(names(await client.tags.list(), 'tags', 'name')).toEqual(['a', 'b']);
    expect(plain(await client.customagentroles.list())).toEqual([]);
    const app = inner(await client.oauthclients.create({ name: 'App', identifier: 'app' }), 'client');
    expect(at(inner(await client.oauthclients.show(numberAt(app, 'id')), 'client'), 'name')).toBe('App');
    const given = await client.oauthtokens.create({ token: { client_id: numberAt(app, 'id'), scopes: ['read'] } });
    const token = at(plain(given), 'result');
    const bearer = { authorization: `Bearer ${textAt(token, 'full_token')}` };
    expect((await desk.send('GET', '/api/v2/users', undefined, bearer)).status).toBe(200);
    expect(JSON.stringify(await client.oauthtokens.list())).toContain(String(numberAt(token, 'id')));
    await client.oauthtokens.revoke(numberAt(token, 'id'));
    expect((await desk.send('GET', '/api/v2/users', undefined, bearer)).status).toBe(401);
    await client.oauthclients.update(numberAt(app, 'id'), { name: 'App 2' });
    expect(JSON.stringify(await client.oauthclients.list())).toContain('App 2');
    await client.oauthclients.delete(numberAt(app, 'id'));
    expect(JSON.stringify(await client.oauthclients.list())).not.toContain('App 2');
  });

  it('has groups with members, brands and forms', async () => {
    const group = idOf(await client.groups.create({ group: { name: 'Second' } }), 'group');
    await client.groups.update(group, { group: { name: 'Second line' } });
    const agent = idOf(await client.users.create({ user: { name: 'Al', role: 'agent' } }), 'user');
    const member = idOf(
      await client.groupmemberships.create({ group_membership: { user_id: agent, group_id: group } }),
      'group_membership',
    );
    expect(names(await client.groupmemberships.listByGroup(group), 'group_memberships', 'user_id')).toEqual([agent]);
    expect(names(await client.groupmemberships.listByUser(agent), 'group_memberships', 'id')).toEqual([member]);
    await client.groupmemberships.makeDefault(agent, member);
    await bench.job(await client.groupmemberships.bulkDelete([member]));
    expect(plain(await client.groupmemberships.listByUser(agent))).toEqual([]);
    await client.groups.delete(group);
    expect(names(await client.groups.list(), 'groups', 'name')).toEqual(['Support']);
    const brand = idOf(await client.brand.create({ brand: { name: 'Other', subdomain: 'other' } }), 'brand');
    expect(at(inner(await client.brand.show(brand), 'brand'), 'name')).toBe('Other');
    await client.brand.delete(brand);
    expect(names(await client.brand.list(), 'brands', 'name')).toEqual(['Acme']);
    const form = idOf(await client.ticketforms.create({ ticket_form: { name: 'Returns' } }), 'ticket_form');
    await client.ticketforms.update(form, { ticket_form: { name: 'Returns 2' } });
    expect(names(await client.ticketforms.list(), 'ticket_forms', 'name')).toEqual([
      'Default Ticket Form',
      'Returns 2',
    ]);
    await client.ticketforms.delete(form);
    await expect(client.ticketforms.show(form)).rejects.toThrow('404');
  });

  it('has fields of organizations, and installed apps', async () => {
    const field = idOf(
      await client.organizationfields.create({ organization_field: { key: 'tier', title: 'Tier', type: 'text' } }),
      'organization_field',
    );
    await client.organizationfields.update(field, { organization_field: { title: 'Tier 2' } });
    expect(names(await client.organizationfields.list(), 'organization_fields', 'title')).toEqual(['Tier 2']);
    await client.organizationfields.delete(field);
    expect(plain(await client.organizationfields.list())).toEqual([]);
    const app = idOf(await client.installations.create({ app_id: 7, settings: { name: 'Syncline' } }), 'installation');
    await client.installations.update(app, { settings: { name: 'Syncline 2' } });
    expect(at(inner(await client.installations.show(app), 'installation'), 'settings.name')).toBe('Syncline 2');
    await client.installations.delete(app);
    expect(names(await client.installations.list(), 'installations', 'id')).toEqual([]);
  });
});

describe('rules', () => {
  const rule = {
    title: 'R',
    conditions: { all: [{ field: 'status', operator: 'is', value: 'new' }], any: [] },
    actions: [{ field: 'priority', value: 'high' }],
  };

  it('are triggers, listed, changed and put in order', async () => {
    const one = idOf(await client.triggers.create({ trigger: rule }), 'trigger');
    const two = idOf(await client.triggers.create({ trigger: { ...rule, title: 'S', active: false } }), 'trigger');
    expect(names(await client.triggers.listActive(), 'triggers', 'id')).toEqual([one]);
    await client.triggers.reorder([two, one]);
    expect(names(await client.triggers.list(), 'triggers', 'id')).toEqual([two, one]);
    await client.triggers.update(two, { trigger: { title: 'T', active: true } });
    expect(at(inner(await client.triggers.show(two), 'trigger'), 'title')).toBe('T');
    expect(at(inner(await client.tickets.show(await ticket()), 'ticket'), 'priority')).toBe('high');
    for (const id of [one, two]) await client.triggers.delete(id);
    expect(names(await client.triggers.list(), 'triggers', 'id')).toEqual([]);
  });

  it('are automations, which act as time passes', async () => {
    const all = [{ field: 'NEW', operator: 'is', value: '1' }];
    const id = idOf(
      await client.automations.create({ automation: { ...rule, conditions: { all, any: [] } } }),
      'automation',
    );
    expect(names(await client.automations.list(), 'automations', 'id')).toEqual([id]);
    const late = await ticket();
    desk.advance(2 * 3_600_000);
    expect(at(inner(await client.tickets.show(late), 'ticket'), 'priority')).toBe('high');
    await client.automations.delete(id);
    await expect(client.automations.show(id)).rejects.toThrow('404');
  });

  it('are policies of service', async () => {
    const target = { priority: 'normal', metric: 'first_reply_time', target: 60, business_hours: false };
    const policy = { title: 'P', filter: { all: [], any: [] }, policy_metrics: [target] };
    const id = idOf(await client.policies.create({ sla_policy: policy }), 'sla_policy');
    await client.policies.update(id, { sla_policy: { title: 'P 2' } });
    expect(at(inner(await client.policies.show(id), 'sla_policy'), 'policy_metrics.0.target')).toBe(60);
    expect(JSON.stringify(await client.policies.list())).toContain('P 2');
    await client.policies.delete(id);
    await expect(client.policies.show(id)).rejects.toThrow('404');
  });
});

describe('what hangs on tickets', () => {
  it('are events, exports and metrics', async () => {
    const id = await ticket();
    desk.advance(1_000);
    const start = Math.floor(desk.now() / 1_000) - 60;
    expect(JSON.stringify(await client.ticketevents.incremental(start))).toContain('child_events');
    expect(JSON.stringify(await client.ticketevents.incrementalInclude(start, 'comment_events'))).toContain(
      'plain_body',
    );
    expect(names(await client.ticketexport.export(start), 'tickets', 'id')).toEqual([id]);
    expect(names(await client.ticketexport.exportCursor(start, ''), 'tickets', 'id')).toEqual([id]);
    expect(JSON.stringify(await client.ticketexport.exportAudit(id))).toContain('ip_address');
    const metrics = inner(await client.ticketmetrics.list(id), 'ticket_metric');
    expect(inner(await client.ticketmetrics.show(numberAt(metrics, 'id')), 'ticket_metric')).toEqual(metrics);
    expect(listOf(plain(await client.ticketmetrics.listAll())).length).toBe(1);
  });

  it('are imports, files and side conversations', async () => {
    const old = { subject: 'Old', created_at: '2020-01-01T00:00:00Z', comments: [{ value: 'v' }] };
    // Its types ask for the bare ticket, of which it makes no `{"ticket":…}`.
    const typed = { assignee_id: 0, comments: [], description: '', requester_id: 0, subject: '', tags: [] };
    const wrapped = { ...typed, ticket: old };
    expect(at(inner(await client.ticketimport.import(wrapped), 'ticket'), 'created_at')).toBe(old.created_at);
    await bench.job(await client.ticketimport.bulkImport([old]));
    expect(listOf(plain(await client.tickets.list())).length).toBe(2);
    // Its own upload takes a stream, with which Node's fetch never ends: the file goes this way.
    const sent = await desk.call('POST', 'uploads?filename=a.txt', 'hello', { 'content-type': 'text/plain' });
    const upload = at(sent.body, 'upload');
    expect(at(inner(await client.attachments.show(numberAt(upload, 'attachment.id')), 'attachment'), 'size')).toBe(5);
    await client.attachments.deleteUpload(textAt(upload, 'token'));
    const id = await ticket();
    const message = { subject: 'Q', body: 'Could you look?', to: [{ email: 'partner@demo.com' }] };
    const side = inner(await client.sideconversations.create(id, { message }), 'side_conversation');
    expect(at(side, 'state')).toBe('open');
    await client.sideconversations.reply(id, textAt(side, 'id'), { message: { body: 'Thanks', to: [] } });
    expect(names(await client.sideconversations.list(id), 'side_conversations', 'id')).toEqual([textAt(side, 'id')]);
  });

  it('are activities, agreements and ratings', async () => {
    const me = idOf(await client.users.me(), 'user');
    await desk.seed('ticket', { subject: 'Mine', assignee_id: me });
    const activities = await desk.call('GET', `${bench.served.url}/api/v2/activities.json`);
    const activity = numberAt(activities.body, 'activities.0.id');
    expect(at(inner(await client.activitystream.show(activity), 'activity'), 'verb')).toBe('tickets.assignment');
    expect(JSON.stringify(await client.activitystream.count())).toContain('"value":1');
    const agreement = idOf(await client.sharingagreement.create({ name: 'P' }), 'sharing_agreement');
    await client.sharingagreement.update(agreement, { status: 'accepted' });
    expect(at(inner(await client.sharingagreement.showById(agreement), 'sharing_agreement'), 'status')).toBe(
      'accepted',
    );
    await client.sharingagreement.delete(agreement);
    const [id = ''] = await desk.seed('ticket', { subject: 'R', assignee_id: me });
    await client.tickets.update(Number(id), { ticket: { status: 'solved' } });
    await desk.control('POST', `records/ticket/${id}/rate`, { score: 'good' });
    expect(names(await client.satisfactionratings.list(), 'satisfaction_ratings', 'score')).toEqual(['good']);
    await expect(client.satisfactionratings.create(Number(id), { score: 'bad' })).rejects.toThrow('403');
  });
});
