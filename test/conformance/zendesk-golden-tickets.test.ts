import { beforeEach, describe, expect, it } from 'vitest';
import { at, keysOf, listOf, numberAt, openDesk, textAt, type ZendeskBench } from './bench.ts';

/** Recorded exchanges with Zendesk about tickets and their exports, replayed against the twin. */
let desk: ZendeskBench;
beforeEach(async () => {
  desk = await openDesk({ limits: { off: true } });
});

describe('tickets', () => {
  it('a new one is told as a comment, then what was set, ids as texts', async () => {
    const upload = await desk.call('POST', 'uploads.json?filename=a.txt', 'hello', { 'content-type': 'text/plain' });
    expect([upload.status, keysOf(at(upload.body, 'upload'))]).toEqual([
      201,
      ['attachment', 'attachments', 'expires_at', 'token'],
    ]);
    const reply = await desk.call('POST', 'tickets.json', {
      ticket: { subject: 'test', comment: { body: 'b', uploads: [textAt(upload.body, 'upload.token')] } },
    });
    expect([reply.status, at(reply.body, 'ticket.generated_timestamp')]).toEqual([201, 0]);
    const ticket = at(reply.body, 'ticket');
    expect(ticket).toMatchObject({
      url: `${desk.base}/api/v2/tickets/${numberAt(ticket, 'id')}.json`,
      via: { channel: 'api', source: { from: {}, to: {}, rel: null } },
      status: 'new',
      priority: null,
      type: null,
      is_public: true,
    });
    expect(keysOf(ticket)).toEqual([...ticketKeys].sort());
    const events = listOf(at(reply.body, 'audit.events'));
    expect([at(events[0], 'type'), at(events[0], 'attachments.0.file_name')]).toEqual(['Comment', 'a.txt']);
    const created = events.filter((event) => at(event, 'type') === 'Create');
    expect(created.map((event) => at(event, 'field_name'))).toEqual(
      expect.arrayContaining(['subject', 'requester_id', 'status', 'brand_id', 'ticket_form_id', 'custom_status_id']),
    );
    for (const event of created.filter((one) => at(one, 'value') !== null))
      expect(at(event, 'value')).toEqual(expect.any(String));
  });

  it('a changed one tells the one change, and keeps its description', async () => {
    const [id = ''] = await desk.seed('ticket', { subject: 'test', description: 'first' });
    const reply = await desk.call('PUT', `tickets/${id}.json`, {
      ticket: { id: Number(id), subject: 'new', description: 'ignored' },
    });
    expect([reply.status, at(reply.body, 'ticket.description')]).toEqual([200, 'first']);
    expect(at(reply.body, 'audit.events')).toEqual([
      { id: expect.any(Number), type: 'Change', field_name: 'subject', value: 'new', previous_value: 'test' },
    ]);
    expect((await desk.call('DELETE', `tickets/${id}`)).status).toBe(204);
    expect((await desk.call('GET', `tickets/${id}`)).status).toBe(404);
  });
});

describe('exports', () => {
  const second = (epoch: number) => ({
    created_at: new Date(epoch * 1_000).toISOString(),
    updated_at: new Date(epoch * 1_000).toISOString(),
  });
  beforeEach(async () => {
    const first = Array.from({ length: 7 }, (_, i) => ({ subject: `S${i}`, ...second(1_695_052_663) }));
    await desk.seed('ticket', ...first, { subject: 'late', ...second(1_695_052_723) });
  });

  it('by cursor name the second and the record that came last, and echo the size', async () => {
    const reply = await desk.call('GET', 'incremental/tickets/cursor.json?per_page=1&start_time=0');
    const id = numberAt(reply.body, 'tickets.0.id');
    const cursor = Buffer.from(`1695052663.0||${id}|`).toString('base64');
    expect([at(reply.body, 'after_cursor'), at(reply.body, 'end_of_stream')]).toEqual([cursor, false]);
    expect(textAt(reply.body, 'after_url')).toBe(
      `${desk.base}/api/v2/incremental/tickets/cursor.json?cursor=${encodeURIComponent(cursor)}&per_page=1`,
    );
  });

  it('by time show all of a second that fills the page, and go on with the next', async () => {
    const all = await desk.call('GET', 'incremental/tickets.json?per_page=1&start_time=0');
    expect([at(all.body, 'count'), at(all.body, 'end_time'), listOf(at(all.body, 'tickets')).length]).toEqual([
      7, 1_695_052_664, 7,
    ]);
    const late = await desk.call('GET', 'incremental/tickets.json?per_page=1&start_time=1695052673');
    expect([at(late.body, 'count'), at(late.body, 'end_time')]).toEqual([1, 1_695_052_724]);
    const whole = await desk.call('GET', 'incremental/tickets.json?start_time=0');
    expect([at(whole.body, 'count'), at(whole.body, 'end_time'), at(whole.body, 'end_of_stream')]).toEqual([
      8,
      1_695_052_723,
      true,
    ]);
  });
});

const ticketKeys = (
  'url id external_id via created_at updated_at generated_timestamp type subject raw_subject description priority status recipient requester_id submitter_id assignee_id organization_id ' +
  'group_id collaborator_ids follower_ids email_cc_ids forum_topic_id problem_id has_incidents is_public due_at tags custom_fields satisfaction_rating sharing_agreement_ids custom_status_id ' +
  'fields followup_ids ticket_form_id brand_id allow_channelback allow_attachments from_messaging_channel'
).split(' ');
