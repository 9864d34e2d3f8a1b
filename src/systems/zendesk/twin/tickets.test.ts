import { describe, expect, it } from 'vitest';
import type { JsonObject } from './json.ts';
import { basicLogin, type Desk, list, number, object, openDesk, text } from './testing.ts';

async function makeTicket(desk: Desk, ticket: JsonObject): Promise<JsonObject> {
  const made = await desk.call('POST', 'tickets.json', { ticket: { comment: { body: 'Hello' }, ...ticket } });
  if (made.status !== 201) throw new Error(made.text);
  return object(made.body, 'ticket');
}

async function ownerId(desk: Desk): Promise<number> {
  return number(object((await desk.call('GET', 'users/me')).body, 'user').id);
}

function put(desk: Desk, ticket: JsonObject, change: JsonObject) {
  return desk.call('PUT', `tickets/${number(ticket.id)}.json`, { ticket: change });
}

describe('tickets', () => {
  it('creates one with an upload, and tells in the audit what was set', async () => {
    const desk = await openDesk();
    const upload = await desk.twin.fetch(
      new Request('https://acme.zendesk.com/api/v2/uploads?filename=a.pdf', {
        method: 'POST',
        headers: { authorization: basicLogin, 'content-type': 'application/pdf' },
        body: 'PDF',
      }),
    );
    expect(upload.status).toBe(201);
    const uploaded: unknown = await upload.json();
    expect(uploaded).toMatchObject({ upload: { attachment: { file_name: 'a.pdf', size: 3 } } });
    const token = /"token":"(\w+)","expires_at"/.exec(JSON.stringify(uploaded))?.[1] ?? '';
    const made = await desk.call('POST', 'tickets', {
      ticket: { subject: 'test', comment: { body: 'Hi', uploads: [token] } },
    });
    expect(made.status).toBe(201);
    const ticket = object(made.body, 'ticket');
    expect(ticket).toMatchObject({ id: 1, status: 'new', generated_timestamp: 0, type: null, priority: null });
    const events = list(object(made.body, 'audit'), 'events');
    expect(events.map((event) => [event.type, event.field_name])).toEqual([
      ['Comment', undefined],
      ['Create', 'subject'],
      ['Create', 'requester_id'],
      ['Create', 'priority'],
      ['Create', 'type'],
      ['Create', 'status'],
      ['Create', 'organization_id'],
      ['Create', 'brand_id'],
      ['Create', 'ticket_form_id'],
      ['Create', 'custom_status_id'],
    ]);
    expect(list(events[0] ?? {}, 'attachments')).toMatchObject([{ file_name: 'a.pdf' }]);
    expect(events[2]?.value).toBe(String(ticket.requester_id));
    const file = await desk.call('GET', text(list(events[0] ?? {}, 'attachments')[0]?.content_url), undefined, {});
    expect([file.status, new URL(text(file.headers.get('location'))).hostname]).toEqual([
      302,
      'content.acme.zendesk.com',
    ]);
    const bytes = await desk.call('GET', text(file.headers.get('location')), undefined, {});
    expect(bytes.text).toBe('PDF');
  });

  it('fills the placeholders of an agent’s comment, an unknown one with nothing', async () => {
    const desk = await openDesk();
    const body = 'By {{current_user.name}}{{constructor}}{{ toString }}{{ticket.nothing}}.';
    const made = await desk.call('POST', 'tickets', { ticket: { subject: 'test', comment: { body } } });
    expect(object(made.body, 'ticket').description).toBe('By Olive Owner.');
  });

  it('tells only what changed, and ignores the description', async () => {
    const desk = await openDesk();
    const ticket = await makeTicket(desk, { subject: 'test' });
    const changed = await put(desk, ticket, { id: ticket.id ?? null, subject: 'new', description: 'ignored' });
    expect(list(object(changed.body, 'audit'), 'events')).toMatchObject([
      { type: 'Change', field_name: 'subject', value: 'new', previous_value: 'test' },
    ]);
    expect(object(changed.body, 'ticket').description).toBe('Hello');
    const same = await put(desk, ticket, { subject: 'new' });
    expect([same.status, same.body.audit]).toEqual([200, null]);
  });

  it('needs a text', async () => {
    const desk = await openDesk();
    const refused = await desk.call('POST', 'tickets', { ticket: { subject: 'x' } });
    expect([refused.status, object(refused.body, 'details').base]).toMatchObject([
      422,
      [{ description: 'Description: cannot be blank' }],
    ]);
  });

  it('opens when somebody is assigned, and cannot be solved without anybody', async () => {
    const desk = await openDesk();
    const ticket = await makeTicket(desk, {});
    const unsolvable = await put(desk, ticket, { status: 'solved' });
    expect([unsolvable.status, object(unsolvable.body, 'details').base]).toMatchObject([
      422,
      [
        {
          description: 'Assignee: is required when solving a ticket',
          error: null,
          ticket_field_type: 'FieldAssignee',
        },
      ],
    ]);
    const assigned = await put(desk, ticket, { assignee_id: await ownerId(desk) });
    expect(object(assigned.body, 'ticket')).toMatchObject({ status: 'open', group_id: expect.any(Number) });
    expect((await put(desk, ticket, { status: 'solved' })).status).toBe(200);
  });

  it('lets nothing happen to a closed ticket, from which a follow-up takes the tags', async () => {
    const desk = await openDesk();
    const ticket = await makeTicket(desk, { tags: ['a'] });
    await put(desk, ticket, { status: 'closed' });
    const late = await put(desk, ticket, { subject: 'x' });
    expect([late.status, object(late.body, 'details').status]).toEqual([
      422,
      [{ description: 'Status: closed prevents ticket update' }],
    ]);
    const followup = await makeTicket(desk, { via_followup_source_id: ticket.id ?? null });
    expect(followup.tags).toEqual(['a']);
    const source = object((await desk.call('GET', `tickets/${number(ticket.id)}`)).body, 'ticket');
    expect(source.followup_ids).toEqual([followup.id]);
  });

  it('opens again when the requester answers, and closes by itself four days after it was solved', async () => {
    const desk = await openDesk();
    const ticket = await makeTicket(desk, {
      requester: { name: 'R', email: 'r@demo.com' },
      assignee_id: await ownerId(desk),
    });
    await put(desk, ticket, { status: 'solved' });
    const answered = await put(desk, ticket, { comment: { body: 'no', author_id: ticket.requester_id ?? null } });
    expect(object(answered.body, 'ticket').status).toBe('open');
    await put(desk, ticket, { status: 'solved' });
    desk.advance(4 * 86_400_000);
    const closed = object((await desk.call('GET', `tickets/${number(ticket.id)}`)).body, 'ticket');
    expect([closed.status, closed.updated_at]).toEqual(['closed', '2026-11-24T08:30:00Z']);
  });

  it('keeps status and custom status together', async () => {
    const desk = await openDesk();
    const made = await desk.call('POST', 'custom_statuses.json', {
      custom_status: { agent_label: 'agent', end_user_label: 'end', status_category: 'open' },
    });
    const custom = object(made.body, 'custom_status');
    expect([made.status, custom]).toMatchObject([
      201,
      { raw_agent_label: 'agent', raw_end_user_label: 'end', active: true, default: false, description: null },
    ]);
    const ticket = await makeTicket(desk, {});
    const set = await put(desk, ticket, { custom_status_id: custom.id ?? null });
    expect(object(set.body, 'ticket')).toMatchObject({ status: 'open', custom_status_id: custom.id ?? null });
    const torn = await put(desk, ticket, { custom_status_id: custom.id ?? null, status: 'pending' });
    expect(torn.status).toBe(422);
    const pending = await put(desk, ticket, { status: 'pending' });
    expect(object(pending.body, 'ticket').custom_status_id).not.toBe(custom.id);
  });

  it('writes drop-downs as tags, and loses the value with the tag', async () => {
    const desk = await openDesk();
    const made = await desk.call('POST', 'ticket_fields', {
      ticket_field: {
        type: 'tagger',
        title: 'Product',
        custom_field_options: [
          { name: 'A', value: 'prod_a' },
          { name: 'B', value: 'prod_b' },
        ],
      },
    });
    const id = number(object(made.body, 'ticket_field').id);
    const ticket = await makeTicket(desk, { tags: ['x'], custom_fields: [{ id, value: 'prod_a' }] });
    expect([ticket.tags, ticket.custom_fields, ticket.fields]).toEqual([
      ['x', 'prod_a'],
      [{ id, value: 'prod_a' }],
      [{ id, value: 'prod_a' }],
    ]);
    const changed = await put(desk, ticket, { custom_fields: [{ id, value: 'prod_b' }] });
    expect(object(changed.body, 'ticket').tags).toEqual(['x', 'prod_b']);
    const replaced = await put(desk, ticket, { tags: ['x', 'y'] });
    expect(object(replaced.body, 'ticket').custom_fields).toEqual([{ id, value: null }]);
  });

  it('refuses a safe update after somebody else wrote', async () => {
    const desk = await openDesk();
    const ticket = await makeTicket(desk, {});
    desk.advance(1000);
    await put(desk, ticket, { subject: 'theirs' });
    const late = { safe_update: true, updated_stamp: ticket.updated_at ?? null, subject: 'mine' };
    const refused = await put(desk, ticket, late);
    expect([refused.status, refused.body.error]).toEqual([409, 'UpdateConflict']);
  });

  it('answers an idempotency key with the first answer, for two hours', async () => {
    const desk = await openDesk();
    const headers = { authorization: basicLogin, 'idempotency-key': 'k1' };
    const create = (subject: string) =>
      desk.call('POST', 'tickets', { ticket: { subject, comment: { body: 'x' } } }, headers);
    const first = await create('a');
    const again = await create('a');
    expect([first.headers.get('x-idempotency-lookup'), again.headers.get('x-idempotency-lookup')]).toEqual([
      'miss',
      'hit',
    ]);
    expect(again.body).toEqual(first.body);
    const other = await create('b');
    expect([other.status, other.body]).toEqual([
      400,
      {
        error: 'IdempotentRequestError',
        description: "Request parameters don't match the given idempotency key",
      },
    ]);
    desk.advance(7_200_000);
    expect(object((await create('a')).body, 'ticket').id).toBe(2);
  });

  it('deletes into a list from which a ticket comes back, or goes for good', async () => {
    const desk = await openDesk();
    const ticket = await makeTicket(desk, { subject: 's' });
    const path = `tickets/${number(ticket.id)}`;
    expect((await desk.call('DELETE', `${path}.json`)).status).toBe(204);
    expect((await desk.call('GET', path)).status).toBe(404);
    const listed = await desk.call('GET', 'deleted_tickets');
    expect(list(listed.body, 'deleted_tickets').map((one) => one.id)).toEqual([ticket.id]);
    const restored = await desk.call('PUT', `deleted_${path}/restore`);
    expect([restored.status, restored.body]).toEqual([200, {}]);
    expect((await desk.call('PUT', `deleted_${path}/restore`)).status).toBe(404);
    await desk.call('DELETE', path);
    await desk.finish(await desk.call('DELETE', `deleted_${path}`));
    desk.advance(61_000);
    const rows = await desk.call('GET', 'incremental/tickets/cursor?start_time=0');
    expect(list(rows.body, 'tickets')).toMatchObject([{ status: 'deleted', subject: 'SCRUBBED', description: 'X' }]);
    const without = await desk.call('GET', 'incremental/tickets/cursor?start_time=0&exclude_deleted=true');
    expect(without.body.tickets).toEqual([]);
  });

  it('merges by a job: the sources are closed', async () => {
    const desk = await openDesk();
    const [a, b] = [await makeTicket(desk, {}), await makeTicket(desk, {})];
    await desk.finish(await desk.call('POST', `tickets/${number(a.id)}/merge`, { ids: [b.id ?? null] }));
    const source = object((await desk.call('GET', `tickets/${number(b.id)}`)).body, 'ticket');
    expect(source).toMatchObject({ status: 'closed', tags: ['closed_by_merge'] });
    const comments = await desk.call('GET', `tickets/${number(a.id)}/comments`);
    expect(comments.body.count).toBe(2);
  });

  it('creates and updates many, with an index and an account on creates', async () => {
    const desk = await openDesk();
    const tickets = ['a', 'b'].map((subject) => ({ subject, comment: { body: subject } }));
    const made = await desk.finish(await desk.call('POST', 'tickets/create_many', { tickets }));
    expect(made.results).toEqual([
      { index: 0, id: 1, account_id: 18525119 },
      { index: 1, id: 2, account_id: 18525119 },
    ]);
    const tagged = await desk.finish(
      await desk.call('PUT', 'tickets/update_many.json?ids=1,2', { ticket: { additional_tags: ['vip'] } }),
    );
    expect(tagged.results).toEqual([1, 2].map((id) => ({ id, action: 'update', status: 'Updated', success: true })));
    const stale = await desk.call('PUT', 'tickets/update_many.json?ids=1', { ticket: { status: 'open' } });
    desk.advance(1000);
    await desk.call('PUT', 'tickets/1', { ticket: { subject: 'theirs' } });
    expect(list(await desk.finish(stale), 'results')).toMatchObject([{ index: 0, id: 1, error: 'TicketUpdateFailed' }]);
  });

  it('imports history with its stamps', async () => {
    const desk = await openDesk();
    const made = await desk.call('POST', 'imports/tickets', {
      ticket: {
        subject: 'old',
        status: 'closed',
        created_at: '2020-01-01T00:00:00Z',
        solved_at: '2020-01-02T00:00:00Z',
        comments: [
          { value: 'first', created_at: '2020-01-01T00:00:00Z' },
          { value: 'second', created_at: '2020-01-01T12:00:00Z', public: false },
        ],
      },
    });
    expect(object(made.body, 'ticket')).toMatchObject({ status: 'closed', created_at: '2020-01-01T00:00:00Z' });
    const comments = list((await desk.call('GET', 'tickets/1/comments')).body, 'comments');
    expect(comments.map((one) => [one.body, one.created_at, one.public])).toEqual([
      ['first', '2020-01-01T00:00:00Z', true],
      ['second', '2020-01-01T12:00:00Z', false],
    ]);
    const metric = object((await desk.call('GET', 'tickets/1/metrics')).body, 'ticket_metric');
    expect(metric.solved_at).toBe('2020-01-02T00:00:00Z');
  });

  it('measures how long it took', async () => {
    const desk = await openDesk();
    const agent = await ownerId(desk);
    const ticket = await makeTicket(desk, { requester: { name: 'R', email: 'r@demo.com' } });
    desk.advance(30 * 60_000);
    await put(desk, ticket, { comment: { body: 'answer', public: true }, assignee_id: agent });
    desk.advance(90 * 60_000);
    await put(desk, ticket, { status: 'solved' });
    const metric = object((await desk.call('GET', `tickets/${number(ticket.id)}/metrics`)).body, 'ticket_metric');
    expect(metric).toMatchObject({
      solved_at: '2026-11-20T10:30:00Z',
      initially_assigned_at: '2026-11-20T09:00:00Z',
      replies: 1,
      assignee_stations: 1,
      reply_time_in_minutes: { calendar: 30, business: 0 },
      full_resolution_time_in_minutes: { calendar: 120, business: 90 },
    });
  });

  it('refuses to delete the requester of a ticket that is not closed', async () => {
    const desk = await openDesk();
    const ticket = await makeTicket(desk, { requester: { name: 'R', email: 'r@demo.com' } });
    const refused = await desk.call('DELETE', `users/${number(ticket.requester_id)}`);
    expect([refused.status, object(refused.body, 'details').base]).toMatchObject([
      422,
      [{ description: 'User is requester on 1 ticket(s) that are not closed.' }],
    ]);
  });

  it('limits the updates of one ticket in a plain text', async () => {
    const desk = await openDesk();
    const ticket = await makeTicket(desk, {});
    for (let i = 0; i < 30; i++) expect((await put(desk, ticket, { subject: `${i}` })).status).toBe(200);
    const over = await put(desk, ticket, { subject: 'x' });
    expect([over.status, over.text, over.headers.get('retry-after')]).toEqual([
      429,
      'Rate limit for ticket updates exceeded, please wait before updating this ticket again',
      '600',
    ]);
  });

  it('tells every change in the export of events, comments only on request', async () => {
    const desk = await openDesk();
    await makeTicket(desk, { subject: 's' });
    desk.advance(61_000);
    const plain = await desk.call('GET', 'incremental/ticket_events?start_time=0');
    const [row] = list(plain.body, 'ticket_events');
    expect(row).toMatchObject({ ticket_id: 1, event_type: 'Audit' });
    expect(list(row ?? {}, 'child_events').some((child) => child.body === 'Hello')).toBe(false);
    const full = await desk.call('GET', 'incremental/ticket_events?start_time=0&include=comment_events');
    const children = list(list(full.body, 'ticket_events')[0] ?? {}, 'child_events');
    expect(children.some((child) => child.body === 'Hello')).toBe(true);
    const metric = await desk.call('GET', 'incremental/ticket_metric_events?start_time=0');
    expect(list(metric.body, 'ticket_metric_events').map((event) => event.type)).toContain('activate');
  });

  it('finds several tickets by one external id, and sorts lists', async () => {
    const desk = await openDesk();
    for (const subject of ['a', 'b']) await makeTicket(desk, { subject, external_id: 'sf:500' });
    const found = await desk.call('GET', 'tickets.json?external_id=sf:500');
    expect(found.body.count).toBe(2);
    desk.advance(1000);
    await desk.call('PUT', 'tickets/1', { ticket: { subject: 'c' } });
    const sorted = await desk.call('GET', 'tickets?page[size]=1&sort=-updated_at');
    const next = await desk.call('GET', text(object(sorted.body, 'links').next));
    expect([sorted, next].map((reply) => list(reply.body, 'tickets')[0]?.id)).toEqual([1, 2]);
    const bad = await desk.call('GET', 'tickets?page[size]=1&sort=subject');
    expect([bad.status, bad.body]).toEqual([
      400,
      { errors: [{ code: 'InvalidPaginationParameter', title: 'sort is not valid' }] },
    ]);
  });
});
