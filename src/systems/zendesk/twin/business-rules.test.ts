import { describe, expect, it } from 'vitest';
import type { JsonObject } from './json.ts';
import { type Desk, list, number, object, openDesk, text } from './testing.ts';

const hour = 3_600_000;

async function ticket(desk: Desk, body: JsonObject = {}): Promise<number> {
  const reply = await desk.call('POST', 'tickets', { ticket: { subject: 's', comment: { body: 'b' }, ...body } });
  return number(object(reply.body, 'ticket').id);
}

async function ownerId(desk: Desk): Promise<number> {
  return number(object((await desk.call('GET', 'users/me')).body, 'user').id);
}

async function shown(desk: Desk, id: number): Promise<JsonObject> {
  return object((await desk.call('GET', `tickets/${id}`)).body, 'ticket');
}

async function metricEvents(desk: Desk, id: number): Promise<readonly (readonly unknown[])[]> {
  const reply = await desk.call('GET', 'incremental/ticket_metric_events?start_time=0');
  const mine = list(reply.body, 'ticket_metric_events').filter((event) => event.ticket_id === id);
  return mine.map((event) => [event.metric, event.type, event.instance_id]);
}

const off = { limits: { off: true }, exportLagMs: 0 };

describe('automations', () => {
  const escalate = {
    title: 'Escalate after two hours',
    conditions: {
      all: [
        { field: 'status', operator: 'is', value: 'new' },
        { field: 'NEW', operator: 'greater_than', value: '1' },
        { field: 'priority', operator: 'is_not', value: 'urgent' },
      ],
    },
    actions: [{ field: 'priority', value: 'urgent' }],
  };

  it('act at a full hour, once their hours have passed', async () => {
    const desk = await openDesk(off);
    const made = await desk.call('POST', 'automations', { automation: escalate });
    expect([made.status, object(made.body, 'automation').position]).toEqual([201, 1]);
    const id = await ticket(desk);
    desk.advance(hour);
    expect((await shown(desk, id)).priority).toBeNull();
    desk.advance(2 * hour);
    expect((await shown(desk, id)).priority).toBe('urgent');
    const audits = list((await desk.call('GET', `tickets/${id}/audits`)).body, 'audits');
    expect(audits.map((audit) => [object(audit, 'via').channel, list(audit, 'events').length])).toEqual([
      ['api', expect.any(Number)],
      ['rule', 1],
    ]);
  });

  it('rest while inactive, and are listed, found, ordered and removed', async () => {
    const desk = await openDesk(off);
    const ids: number[] = [];
    for (const title of ['One', 'Two', 'Three']) {
      const made = await desk.call('POST', 'automations', {
        automation: { ...escalate, title, active: title === 'One' },
      });
      ids.push(number(object(made.body, 'automation').id));
    }
    const titles = async (path: string) =>
      list((await desk.call('GET', path)).body, 'automations').map((one) => one.title);
    expect(await titles('automations/active')).toEqual(['One']);
    expect(await titles('automations/search?query=t')).toEqual(['Two', 'Three']);
    await desk.call('PUT', 'automations/reorder', { automation_ids: [ids[2] ?? 0, ids[0] ?? 0] });
    expect(await titles('automations')).toEqual(['Three', 'One', 'Two']);
    expect((await desk.call('DELETE', `automations/destroy_many?ids=${ids.join(',')}`)).status).toBe(204);
    const id = await ticket(desk);
    desk.advance(5 * hour);
    expect((await shown(desk, id)).priority).toBeNull();
  });
});

describe('texts of triggers', () => {
  it('decide by the ticket what they say', async () => {
    const sent: string[] = [];
    const fetch = async (input: Request | string | URL): Promise<Response> => {
      if (input instanceof Request) sent.push(await input.text());
      return new Response('ok');
    };
    // Nothing times out: the time-out's sleep never ends.
    const desk = await openDesk(off, { fetch, sleep: () => new Promise(() => {}) });
    const hook = await desk.call('POST', 'webhooks', {
      webhook: {
        name: 'H',
        endpoint: 'https://sync.example/hook',
        http_method: 'POST',
        request_format: 'json',
        status: 'active',
        subscriptions: ['conditional_ticket_events'],
      },
    });
    const template =
      '{"id": {{ticket.id}}, "urgent": {% if ticket.priority == "urgent" %}true{% else %}false{% endif %}, "who": "{{ticket.requester.external_id | default: "nobody"}}"}';
    await desk.call('POST', 'triggers', {
      trigger: {
        title: 'T',
        all: [{ field: 'update_type', operator: 'is', value: 'Create' }],
        actions: [{ field: 'notification_webhook', value: [text(object(hook.body, 'webhook').id), template] }],
      },
    });
    await ticket(desk, { priority: 'urgent' });
    await ticket(desk, { requester: { name: 'Ada', email: 'ada@demo.com' } });
    expect(sent.map((body) => JSON.parse(body))).toEqual([
      { id: 1, urgent: true, who: 'nobody' },
      { id: 2, urgent: false, who: 'nobody' },
    ]);
  });
});

describe('service agreements', () => {
  const policy = {
    title: 'Gold',
    filter: { all: [{ field: 'type', operator: 'is', value: 'incident' }], any: [] },
    policy_metrics: [
      { priority: 'high', metric: 'first_reply_time', target: 30, business_hours: false },
      { priority: 'high', metric: 'requester_wait_time', target: 120, business_hours: false },
    ],
  };

  it('are applied to tickets that meet them, and breached by clocks that run too long', async () => {
    const desk = await openDesk(off);
    expect((await desk.call('POST', 'slas/policies', { sla_policy: policy })).status).toBe(201);
    const asked = { requester: { name: 'Ada', email: 'ada@demo.com' }, type: 'incident', priority: 'high' };
    const end = await desk.call('POST', 'users', { user: { name: 'Bob', email: 'bob@demo.com' } });
    const bob = number(object(end.body, 'user').id);
    const id = await ticket(desk, { ...asked, comment: { body: 'help', author_id: bob } });
    expect(await metricEvents(desk, id)).toEqual([
      ['agent_work_time', 'activate', 1],
      ['requester_wait_time', 'activate', 1],
      ['resolution_time', 'activate', 1],
      ['reply_time', 'activate', 1],
      ['reply_time', 'apply_sla', 1],
      ['requester_wait_time', 'apply_sla', 1],
    ]);
    const including = await desk.call('GET', `tickets/${id}?include=slas`);
    expect(list(object(object(including.body, 'ticket'), 'slas'), 'policy_metrics')).toEqual([
      { metric: 'first_reply_time', stage: 'active', breach_at: '2026-11-20T09:00:00Z', minutes: 30 },
      { metric: 'requester_wait_time', stage: 'active', breach_at: '2026-11-20T10:30:00Z', minutes: 120 },
    ]);
    desk.advance(31 * 60_000);
    const events = await metricEvents(desk, id);
    expect(events.at(-1)).toEqual(['reply_time', 'breach', 1]);
    // While it is pending the requester's clock stands still: two hours later it has run for half an hour.
    await desk.call('PUT', `tickets/${id}`, { ticket: { status: 'pending' } });
    desk.advance(2 * hour);
    expect(await metricEvents(desk, id)).not.toContainEqual(['requester_wait_time', 'breach', 1]);
    await desk.call('PUT', `tickets/${id}`, { ticket: { status: 'open' } });
    desk.advance(2 * hour);
    const last = await metricEvents(desk, id);
    expect(last.filter(([, type]) => type === 'breach')).toEqual([
      ['reply_time', 'breach', 1],
      ['requester_wait_time', 'breach', 1],
    ]);
  });

  it('count hours of business alone where they say so', async () => {
    const desk = await openDesk(off);
    const metrics = [{ priority: 'high', metric: 'agent_work_time', target: 480, business_hours: true }];
    await desk.call('POST', 'slas/policies', { sla_policy: { ...policy, policy_metrics: metrics } });
    // A Friday at half past eight: eight hours of business end at five.
    const id = await ticket(desk, { type: 'incident', priority: 'high' });
    desk.advance(8 * hour);
    expect(await metricEvents(desk, id)).not.toContainEqual(['agent_work_time', 'breach', 1]);
    desk.advance(hour);
    expect(await metricEvents(desk, id)).toContainEqual(['agent_work_time', 'breach', 1]);
  });

  it('leave a ticket alone that meets none, or that was answered in time', async () => {
    const desk = await openDesk(off);
    await desk.call('POST', 'slas/policies', { sla_policy: policy });
    const other = await ticket(desk, { type: 'question', priority: 'high' });
    const end = await desk.call('POST', 'users', { user: { name: 'Bob', email: 'bob@demo.com' } });
    const bob = number(object(end.body, 'user').id);
    const quick = await ticket(desk, { type: 'incident', priority: 'high', comment: { body: 'b', author_id: bob } });
    await desk.call('PUT', `tickets/${quick}`, {
      ticket: { status: 'solved', assignee_id: await ownerId(desk), comment: { body: 'done', public: true } },
    });
    desk.advance(5 * hour);
    for (const id of [other, quick]) {
      expect((await metricEvents(desk, id)).filter(([, type]) => type === 'breach')).toEqual([]);
    }
  });
});
