import { describe, expect, it } from 'vitest';
import { list, number, object, openDesk, text } from './testing.ts';

const off = { limits: { off: true } };

describe('redaction', () => {
  it('blots words out of a comment and of the description', async () => {
    const desk = await openDesk(off);
    await desk.call('POST', 'tickets', { ticket: { subject: 's', comment: { body: 'card 4111, please' } } });
    const [comment] = list((await desk.call('GET', 'tickets/1/comments')).body, 'comments');
    const path = `tickets/1/comments/${number(comment?.id)}`;
    const reply = await desk.call('PUT', `${path}/redact`, { text: '4111' });
    expect([reply.status, object(reply.body, 'comment').body]).toEqual([200, 'card ▇▇▇▇, please']);
    expect(object((await desk.call('GET', 'tickets/1')).body, 'ticket').description).toBe('card ▇▇▇▇, please');
    const html = '<p>card <b><redact>▇▇▇▇</redact></b>, <redact>please</redact></p>';
    const marked = await desk.call('PUT', `comment_redactions/${number(comment?.id)}`, {
      ticket_id: 1,
      html_body: html,
    });
    expect(object(marked.body, 'comment').plain_body).toBe('card ▇▇▇▇, ▇▇▇▇▇▇');
  });

  it('reaches closed tickets only the newer way', async () => {
    const desk = await openDesk(off);
    await desk.call('POST', 'tickets', { ticket: { subject: 's', comment: { body: 'secret' } } });
    const me = number(object((await desk.call('GET', 'users/me')).body, 'user').id);
    await desk.call('PUT', 'tickets/1', { ticket: { status: 'closed', assignee_id: me } });
    const [comment] = list((await desk.call('GET', 'tickets/1/comments')).body, 'comments');
    const id = number(comment?.id);
    expect((await desk.call('PUT', `tickets/1/comments/${id}/redact`, { text: 'secret' })).status).toBe(422);
    const marked = { ticket_id: 1, html_body: '<redact>secret</redact>' };
    expect((await desk.call('PUT', `comment_redactions/${id}`, marked)).status).toBe(200);
  });

  it('leaves an empty file where one was', async () => {
    const desk = await openDesk(off);
    const upload = await desk.call('POST', 'uploads?filename=a.txt', 'hello');
    const token = text(object(upload.body, 'upload').token);
    await desk.call('POST', 'tickets', { ticket: { subject: 's', comment: { body: 'b', uploads: [token] } } });
    const [comment] = list((await desk.call('GET', 'tickets/1/comments')).body, 'comments');
    const [file] = list(comment ?? {}, 'attachments');
    const path = `tickets/1/comments/${number(comment?.id)}/attachments/${number(file?.id)}/redact`;
    const reply = await desk.call('PUT', path, {});
    expect(object(reply.body, 'attachment')).toMatchObject({ file_name: 'redacted.txt', size: 0 });
    const [after] = list((await desk.call('GET', 'tickets/1/comments')).body, 'comments');
    expect(list(after ?? {}, 'attachments')[0]?.file_name).toBe('redacted.txt');
  });
});

describe('look-ups, seen from the other side', () => {
  it('tell who points to a record', async () => {
    const desk = await openDesk(off);
    const field = { key: 'manager', title: 'Manager', type: 'lookup', relationship_target_type: 'zen:user' };
    const made = await desk.call('POST', 'organization_fields', { organization_field: field });
    const fieldId = number(object(made.body, 'organization_field').id);
    const user = number(object((await desk.call('POST', 'users', { user: { name: 'Ada' } })).body, 'user').id);
    for (const name of ['A', 'B', 'C']) {
      const fields = name === 'C' ? {} : { manager: String(user) };
      await desk.call('POST', 'organizations', { organization: { name, organization_fields: fields } });
    }
    const path = `zen:user/${user}/relationship_fields/${fieldId}/zen:organization`;
    const first = await desk.call('GET', `${path}?page[size]=1`);
    expect(list(first.body, 'organizations').map((one) => one.name)).toEqual(['A']);
    const second = await desk.call('GET', text(object(first.body, 'links').next));
    expect([list(second.body, 'organizations').map((one) => one.name), object(second.body, 'meta').has_more]).toEqual([
      ['B'],
      false,
    ]);
    for (const wrong of [
      path.replace(String(user), '1'),
      path.replace(String(fieldId), '1'),
      path.replace('zen:user/', 'zen:ticket/'),
      path.replace('zen:organization', 'zen:custom_object:car'),
    ]) {
      expect((await desk.call('GET', wrong)).status).toBe(404);
    }
  });
});

describe('satisfaction', () => {
  it('is the requester’s to say, of a ticket that was solved', async () => {
    const desk = await openDesk(off);
    const me = number(object((await desk.call('GET', 'users/me')).body, 'user').id);
    const ada = await desk.call('POST', 'users', { user: { name: 'Ada' } });
    const requester = number(object(ada.body, 'user').id);
    await desk.call('POST', 'tickets', { ticket: { subject: 's', comment: { body: 'b' }, requester_id: requester } });
    const agent = await desk.call('POST', 'tickets/1/satisfaction_rating', { satisfaction_rating: { score: 'good' } });
    expect(agent.status).toBe(403);
    await expect(desk.control('POST', 'records/ticket/1/rate', { score: 'good' })).rejects.toThrow('Status');
    await desk.call('PUT', 'tickets/1', { ticket: { status: 'solved', assignee_id: me } });
    await desk.control('POST', 'records/ticket/1/rate', { score: 'bad', comment: 'slow' });
    const rated = object((await desk.call('GET', 'tickets/1')).body, 'ticket');
    expect(rated.satisfaction_rating).toMatchObject({ score: 'bad', comment: 'slow' });
    const all = await desk.call('GET', 'satisfaction_ratings?score=bad_with_comment');
    expect(list(all.body, 'satisfaction_ratings')).toMatchObject([{ ticket_id: 1, assignee_id: me, score: 'bad' }]);
    expect(list((await desk.call('GET', 'satisfaction_ratings?score=good')).body, 'satisfaction_ratings')).toEqual([]);
  });
});

describe('side-loads', () => {
  it('bring what tickets point to, and what is known of them', async () => {
    const desk = await openDesk(off);
    const comment = { body: 'b' };
    await desk.call('POST', 'tickets', { ticket: { subject: 'p', comment, type: 'problem' } });
    await desk.call('POST', 'tickets', { ticket: { subject: 'i', comment, type: 'incident', problem_id: 1 } });
    const names = 'brands,ticket_forms,custom_statuses,sharing_agreements,incident_counts,dates,comment_count';
    const reply = await desk.call('GET', `tickets?include=${names}`);
    for (const name of ['brands', 'ticket_forms', 'custom_statuses']) expect(list(reply.body, name)).toHaveLength(1);
    expect(
      list(reply.body, 'tickets').map((one) => [one.has_incidents, one.incident_count, one.comment_count]),
    ).toEqual([
      [true, 1, 1],
      [false, 0, 1],
    ]);
    expect(object(list(reply.body, 'tickets')[0] ?? {}, 'dates').status_updated_at).toBe('2026-11-20T08:30:00Z');
    desk.advance(60_000);
    const found = await desk.call('GET', 'search?query=type:ticket&include=tickets(users,groups)');
    expect([list(found.body, 'results').length, list(found.body, 'users').length]).toEqual([2, 1]);
  });
});

describe('lists of webhooks', () => {
  it('go on by a cursor whose link names the port', async () => {
    const desk = await openDesk(off);
    for (const name of ['A', 'B', 'C']) {
      const webhook = { name, endpoint: 'https://x.example', http_method: 'POST', request_format: 'json' };
      await desk.call('POST', 'webhooks', { webhook });
      desk.advance(1000);
    }
    const first = await desk.call('GET', 'webhooks?page[size]=2');
    expect(list(first.body, 'webhooks').map((one) => one.name)).toEqual(['C', 'B']);
    const next = text(object(first.body, 'links').next);
    expect(next).toMatch(/^https:\/\/acme\.zendesk\.com:443\/api\/v2\/webhooks\?page\[after\]=/);
    const second = await desk.call('GET', next);
    expect(second.body).toMatchObject({ webhooks: [{ name: 'A' }], meta: { has_more: false } });
  });
});
