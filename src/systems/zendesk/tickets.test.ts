import { describe, expect, test } from 'vitest';
import { fieldOf } from '../../model/object-type.ts';
import { jsonResponse } from '../kit/testing.ts';
import { byAgent, removeTicket, toldOf, updateTicket } from './testing/tickets.ts';
import { seed } from './testing/users.ts';
import { desk, everything, outcomesOf, scripted } from './testing.ts';

/** Tickets as they are read: what they are described with, what comes beside them, and what becomes of them. */

const object = 'ticket';
const people = ['requester', 'submitter', 'assignee'].flatMap((who) => [`${who}.name`, `${who}.email`]);
const figures = ['first_reply', 'full_resolution', 'requester_wait', 'agent_wait', 'on_hold'].flatMap((figure) => [
  `metric_set.${figure}.calendar`,
  `metric_set.${figure}.business`,
]);
const beside = [
  ...people,
  'organization.name',
  'group.name',
  'brand.name',
  'form.name',
  'metric_set.solved_at',
  'metric_set.initially_assigned_at',
  ...figures,
];
const definitions = [
  {
    type: 'tagger',
    title: 'Plan',
    custom_field_options: [
      { name: 'Gold plan', value: 'plan_gold' },
      { name: 'Free', value: 'plan_free' },
    ],
  },
  { type: 'checkbox', title: 'Escalated', tag: 'escalated' },
  { type: 'partialcreditcard', title: 'Card' },
  { type: 'lookup', title: 'Reseller', relationship_target_type: 'zen:organization' },
];

describe('a ticket is described', () => {
  test('with its custom fields by id, drop-downs by tag and label, and what can be none of ours', async () => {
    const there = await desk();
    await there.control('PUT', '/schema', { ticket: { fields: definitions } });
    const [type] = await there.connect().describe([object]);
    const titled = (label: string) => type?.fields.find((field) => field.label === label);
    expect(titled('Plan')).toMatchObject({
      name: expect.stringMatching(/^custom_fields\.\d+$/),
      type: 'option',
      restricted: true,
      options: [
        { value: 'plan_gold', label: 'Gold plan' },
        { value: 'plan_free', label: 'Free' },
      ],
    });
    expect(titled('Escalated')).toMatchObject({ type: 'boolean', tag: 'escalated' });
    expect(titled('Card')).toMatchObject({ type: 'encrypted', settable: 'never' });
    expect(titled('Reseller')).toMatchObject({ type: 'reference', refersTo: ['organization'] });
    // The account's own fields have no second description.
    expect(type?.fields.filter(({ label }) => label === 'Subject').map(({ name }) => name)).toEqual(['subject']);
  });

  test('with the brands, forms and statuses of the account by name, and every status that a ticket may have', async () => {
    const there = await desk();
    await byAgent(there, 'POST', '/custom_statuses', {
      custom_status: { agent_label: 'Waiting for parts', end_user_label: 'On its way', status_category: 'hold' },
    });
    const [type] = await there.connect().describe([object]);
    const labels = (name: string) =>
      (type === undefined ? undefined : fieldOf(type, name))?.options?.map(({ label }) => label);
    expect(labels('custom_status_id')).toContain('Waiting for parts');
    expect(labels('brand_id')?.length).toBeGreaterThan(0);
    expect(labels('ticket_form_id')?.length).toBeGreaterThan(0);
    const status = type === undefined ? undefined : fieldOf(type, 'status');
    expect(status?.options?.map(({ value }) => value)).toEqual(['new', 'open', 'pending', 'hold', 'solved', 'closed']);
    expect(type).toMatchObject({ restores: true, locks: [{ field: 'status', values: ['closed'], say: 'is closed' }] });
  });

  test('without forms where the plan has none, and without statuses of its own where the user may not see them', async () => {
    const { connection } = scripted({
      'GET /ticket_fields': () => jsonResponse(200, { ticket_fields: [] }),
      'GET /brands': () => jsonResponse(200, { brands: [{ id: 7, name: 'Acme', active: true }], next_page: null }),
      'GET /custom_statuses': () => jsonResponse(403, { error: { title: 'Forbidden', message: 'No access.' } }),
    });
    const [type] = await connection.describe([object]);
    expect(type && fieldOf(type, 'brand_id')).toMatchObject({ options: [{ value: '7', label: 'Acme' }] });
    expect(type && fieldOf(type, 'ticket_form_id')).toMatchObject({ options: [], restricted: false });
    expect(type && fieldOf(type, 'custom_status_id')).toMatchObject({ options: [], restricted: false });
  });
});

describe('what stands beside a ticket', () => {
  test('costs no call per ticket: a thousand with everything are one page of the feed and two lists', async () => {
    const there = await desk();
    const [acme] = await seed(there, 'organization', [{ name: 'Acme' }]);
    const requesters = await seed(
      there,
      'user',
      Array.from({ length: 50 }, (_, i) => ({
        name: `Customer ${i}`,
        email: `c${i}@acme.test`,
        organization_id: acme,
      })),
    );
    const tickets = Array.from({ length: 1000 }, (_, i) => ({
      subject: `Ticket ${i}`,
      description: 'It does not print.',
      requester_id: requesters[i % 50],
      organization_id: acme,
    }));
    await seed(there, object, tickets);
    await there.world.pass(120_000);
    const connection = there.connect();
    const want = { object, fields: ['subject', ...beside] };
    const before = connection.calls().read;
    const { changes, cursor } = await everything(connection, want, null);
    expect(changes.length).toBe(1000);
    expect(connection.calls().read - before).toBe(3);
    for (const [i, change] of changes.entries()) {
      expect(toldOf(change)).toMatchObject({
        'requester.name': `Customer ${i % 50}`,
        'requester.email': `c${i % 50}@acme.test`,
        'organization.name': 'Acme',
        'assignee.name': null,
        'group.name': null,
        'brand.name': expect.any(String),
        'form.name': expect.any(String),
        'metric_set.solved_at': null,
      });
    }
    // By id they are a call a hundred, and a poll is a single call.
    const ids = changes.map(({ ref }) => ref.id);
    const read = connection.calls().read;
    expect((await connection.read(want, ids)).map(toldOf)).toEqual(changes.map(toldOf));
    expect(connection.calls().read - read).toBe(10);
    await everything(connection, want, cursor);
    expect(connection.calls().read - read).toBe(11);
  });

  test('is asked for only where somebody reads it', async () => {
    const page = () => jsonResponse(200, { tickets: [], after_cursor: 'c', end_of_stream: true });
    const { connection, seen } = scripted({ 'GET /incremental/tickets/cursor': page });
    await connection.changes({ object, fields: ['subject', 'requester_id', 'tags'] }, null);
    await connection.changes(
      { object, fields: ['subject', 'requester.name', 'assignee.email', 'metric_set.solved_at'] },
      null,
    );
    const asked = seen.filter(({ path }) => path.endsWith('/cursor')).map(({ query }) => query.get('include'));
    expect(asked).toEqual([null, 'users,metric_sets']);
  });

  test('a brand that is new is read once more, and one that is deleted is not looked for again', async () => {
    let brands = [{ id: 7, name: 'Acme' }];
    const ticket = (id: number, brand: number | null) => ({
      id,
      url: `https://acme.zendesk.com/api/v2/tickets/${id}.json`,
      brand_id: brand,
      updated_at: '2026-01-01T09:00:00Z',
    });
    let tickets = [ticket(1, 7)];
    const { connection, seen } = scripted({
      'GET /brands': () => jsonResponse(200, { brands, next_page: null }),
      'GET /incremental/tickets/cursor': () => jsonResponse(200, { tickets, after_cursor: 'c', end_of_stream: true }),
    });
    const names = async () => {
      const { changes } = await connection.changes({ object, fields: ['brand.name'] }, null);
      return changes.map((change) => toldOf(change)['brand.name']);
    };
    expect(await names()).toEqual(['Acme']);
    brands = [...brands, { id: 8, name: 'Globex' }];
    tickets = [ticket(1, 7), ticket(2, 8), ticket(3, 9), ticket(4, null)];
    // What is not known any more stays untold; a ticket without a brand has none.
    expect(await names()).toEqual(['Acme', 'Globex', undefined, null]);
    expect(await names()).toEqual(['Acme', 'Globex', undefined, null]);
    expect(seen.filter(({ path }) => path.endsWith('/brands')).length).toBe(2);
  });

  test('the figures of a solved ticket are whole minutes, by the calendar and by the business hours', async () => {
    const there = await desk();
    const agent = (await there.connect().who()).user;
    const [id] = await seed(there, object, [{ subject: 'Printer', description: 'It does not print.' }]);
    await there.world.pass(30 * 60_000);
    const connection = there.connect();
    await outcomesOf(there, connection, [updateTicket(id, { assignee_id: agent })]);
    await there.world.pass(30 * 60_000);
    await outcomesOf(there, connection, [updateTicket(id, { status: 'solved' })]);
    const [change] = await connection.read({ object, fields: ['status', ...beside] }, [id ?? '']);
    expect(toldOf(change)).toMatchObject({
      status: 'solved',
      'assignee.name': expect.any(String),
      'metric_set.solved_at': '2026-11-20T10:00:00Z',
      'metric_set.initially_assigned_at': '2026-11-20T09:30:00Z',
      'metric_set.full_resolution.calendar': 60,
      'metric_set.full_resolution.business': 60,
      // Never on hold: there is no such figure.
      'metric_set.on_hold.calendar': null,
    });
  });
});

describe('what becomes of a ticket', () => {
  const want = { object, fields: ['subject', 'status', 'url', 'via.channel'] };

  test('a deleted one is in the trash, one that came back is there, and one deleted for good is purged', async () => {
    const there = await desk();
    const [a, b] = await seed(there, object, [
      { subject: 'A', description: 'a' },
      { subject: 'B', description: 'b' },
    ]);
    await there.world.pass(120_000);
    const connection = there.connect();
    const first = await everything(connection, want, null);
    const seenOf = (changes: typeof first.changes) => new Map(changes.map(({ ref, seen }) => [ref.id, seen]));
    await byAgent(there, 'DELETE', `/tickets/${a}`);
    await byAgent(there, 'DELETE', `/tickets/${b}`);
    await there.world.pass(70_000);
    const second = await everything(connection, want, first.cursor);
    expect([...seenOf(second.changes).values()]).toEqual([{ gone: 'trash' }, { gone: 'trash' }]);
    const ref = { connection: 'support', object, id: a ?? '' };
    expect(await outcomesOf(there, connection, [{ do: 'restore', link: 'l', ref }])).toMatchObject([
      { ok: true, id: a },
    ]);
    await byAgent(there, 'DELETE', `/deleted_tickets/${b}`);
    await there.world.pass(70_000);
    const third = seenOf((await everything(connection, want, second.cursor)).changes);
    expect(third.get(a ?? '')).toMatchObject({ subject: 'A' });
    expect(third.get(b ?? '')).toEqual({ gone: 'purged' });
    expect(await outcomesOf(there, connection, [removeTicket(a)])).toMatchObject([{ ok: true, id: a }]);
  });

  test('one that was merged into another is closed, and says so in the feed', async () => {
    const there = await desk();
    const [into, loser] = await seed(there, object, [
      { subject: 'A', description: 'a' },
      { subject: 'B', description: 'b' },
    ]);
    await byAgent(there, 'POST', `/tickets/${into}/merge`, { ids: [Number(loser)] });
    await there.world.pass(120_000);
    const { changes } = await everything(there.connect(), want, null);
    const statuses = new Map(changes.map((change) => [change.ref.id, toldOf(change).status]));
    expect(statuses.get(loser ?? '')).toBe('closed');
    expect(statuses.get(into ?? '')).not.toBe('closed');
  });

  test('its address is the page that agents read, and its channel is told', async () => {
    const there = await desk();
    const [id] = await seed(there, object, [{ subject: 'A', description: 'a' }]);
    const [change] = await there.connect().read(want, [id ?? '']);
    expect(toldOf(change)).toMatchObject({
      url: `http://127.0.0.1:4010/agent/tickets/${id}`,
      'via.channel': expect.any(String),
    });
  });
});

test('several tickets may carry one external id, and a look-up finds them all', async () => {
  const there = await desk();
  const same = { description: 'It does not print.', external_id: 'case-1' };
  const ids = await seed(there, object, [
    { subject: 'A', ...same },
    { subject: 'B', ...same },
    { subject: 'C', description: 'c' },
  ]);
  const want = { object, fields: ['subject', 'external_id'] };
  const found = await there
    .connect()
    .find(want, ['external_id'], [{ external_id: 'case-1' }, { external_id: 'case-2' }]);
  expect(found.map(({ ref }) => ref.id).toSorted()).toEqual(ids.slice(0, 2).toSorted());
  const [byId] = await there.connect().find(want, ['id'], [{ id: ids[2] ?? '' }]);
  expect(toldOf(byId)).toMatchObject({ subject: 'C', external_id: null });
});
