import { beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/model/world.ts';
import { createZendeskTwin } from '../../src/systems/zendesk/twin/index.ts';
import { isJsonObject, type Json, parseJson } from '../../src/twins/json.ts';
import { at, keysOf, listOf, numberAt, openDesk, ownerLogin, textAt, type ZendeskBench } from './bench.ts';

/** Further recorded exchanges with Zendesk: unknown ids, lists that end, exports that fill a page, triggers, deliveries. */
let desk: ZendeskBench;
beforeEach(async () => {
  desk = await openDesk({ limits: { off: true } });
});

describe('an unknown id', () => {
  it.each([
    ['users', 'user'],
    ['organizations', 'organization'],
    ['tickets', 'ticket'],
    ['groups', 'group'],
    ['user_fields', 'user_field'],
    ['organization_fields', 'organization_field'],
    ['ticket_fields', 'ticket_field'],
    ['triggers', 'trigger'],
    ['automations', 'automation'],
    ['ticket_forms', 'ticket_form'],
    ['brands', 'brand'],
  ])('of %s is the same to GET, PUT and DELETE', async (path, name) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const body = method === 'PUT' ? { [name]: { name: 'x', title: 'x' } } : undefined;
      const reply = await desk.call(method, `${path}/9223372036854775807.json`, body);
      expect([method, reply.status, reply.body]).toEqual([
        method,
        404,
        { error: 'RecordNotFound', description: 'Not found' },
      ]);
    }
  });
});

it('a list by cursor ends with both cursors and both links, and the next page is empty without them', async () => {
  const me = numberAt((await desk.call('GET', 'users/me')).body, 'user.id');
  for (const subject of ['A', 'B', 'C']) {
    await desk.seed('ticket', { subject, assignee_id: me });
    desk.advance(1_000);
  }
  const last = await desk.call('GET', 'activities.json?page[size]=100');
  expect(listOf(at(last.body, 'activities')).map((one) => at(one, 'object.ticket.subject'))).toEqual(['C', 'B', 'A']);
  expect(at(last.body, 'activities.0')).toMatchObject({ verb: 'tickets.assignment', user_id: me });
  expect(at(last.body, 'meta')).toEqual({
    has_more: false,
    after_cursor: expect.any(String),
    before_cursor: expect.any(String),
  });
  const cursor = parseJson(Buffer.from(textAt(last.body, 'meta.after_cursor'), 'base64').toString());
  expect(at(cursor, 'o')).toBe('-created_at,id');
  expect([textAt(last.body, 'links.prev'), textAt(last.body, 'links.next')]).toEqual([
    expect.stringContaining('page%5Bbefore%5D='),
    expect.stringContaining('page%5Bafter%5D='),
  ]);
  expect((await desk.call('GET', textAt(last.body, 'links.next'))).body).toEqual({
    activities: [],
    users: [],
    actors: [],
    meta: { has_more: false, after_cursor: null, before_cursor: null },
    links: { prev: null, next: null },
  });
});

it('an export by time without a size shows a thousand rows, and ends at the second of the last', async () => {
  const first = 1_695_062_000;
  const tickets = Array.from({ length: 1_200 }, (_, i) => {
    const at = new Date((first + i) * 1_000).toISOString();
    return { subject: `S${i}`, created_at: at, updated_at: at };
  });
  await desk.seed('ticket', ...tickets);
  const page = await desk.call('GET', 'incremental/tickets.json?start_time=0');
  expect([at(page.body, 'count'), at(page.body, 'end_time'), at(page.body, 'end_of_stream')]).toEqual([
    1_000,
    first + 999,
    false,
  ]);
  const next = await desk.call('GET', textAt(page.body, 'next_page'));
  expect(at(next.body, 'tickets.0.subject')).toBe('S999');
  expect([at(next.body, 'count'), at(next.body, 'end_of_stream')]).toEqual([201, true]);
});

it('a second trigger comes after the first, in the default category', async () => {
  const post = (title: string) =>
    desk.call('POST', 'triggers.json', {
      trigger: {
        title,
        all: [{ field: 'status', operator: 'is', value: 'new' }],
        actions: [{ field: 'status', value: 'open' }],
      },
    });
  const [one, two] = [await post('One'), await post('Two')];
  expect([at(two.body, 'trigger.position'), at(two.body, 'trigger.category_id')]).toEqual([
    2,
    at(one.body, 'trigger.category_id'),
  ]);
  expect(keysOf(at(two.body, 'trigger'))).toEqual([
    ...['actions', 'active', 'category_id', 'conditions', 'created_at', 'default', 'description', 'id', 'position'],
    ...['raw_title', 'title', 'updated_at', 'url'],
  ]);
});

it('a receiver that answers 403 is not asked again, and the invocation is called terminated', async () => {
  const bodies: string[] = [];
  const now = Date.parse('2026-11-20T08:30:00Z');
  const twin = createZendeskTwin({
    seed: 1,
    world: {
      now: () => now,
      // Nothing times out: the time-out's sleep never ends.
      sleep: () => new Promise(() => {}),
      log: silentLog,
      async fetch(input) {
        bodies.push(input instanceof Request ? await input.text() : '');
        return new Response('no', { status: 403 });
      },
    },
  });
  const call = async (method: string, path: string, body?: Json): Promise<Json> => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { ...ownerLogin, 'content-type': 'application/json' };
    const answer = await twin.fetch(
      new Request(`https://acme.zendesk.example/api/v2/${path}`, { method, headers, ...init }),
    );
    return parseJson(await answer.text());
  };
  const subscriptions = ['zen:event-type:user.created'];
  const webhook = {
    name: 'H',
    endpoint: 'https://x.example',
    http_method: 'POST',
    request_format: 'json',
    subscriptions,
  };
  const id = textAt(await call('POST', 'webhooks', { webhook }), 'webhook.id');
  await call('POST', 'users', { user: { name: 'Ada' } });
  let invocation: Json | undefined;
  for (let i = 0; i < 50 && at(invocation, 'status') !== 'terminated'; i++) {
    await Promise.resolve();
    invocation = at(await call('GET', `webhooks/${id}/invocations`), 'invocations.0');
  }
  expect([at(invocation, 'status'), at(invocation, 'status_code'), bodies.length]).toEqual(['terminated', 403, 1]);
  const attempts = listOf(
    at(await call('GET', `webhooks/${id}/invocations/${textAt(invocation, 'id')}/attempts`), 'attempts'),
  );
  expect(attempts.map((one) => [at(one, 'status'), at(one, 'response.status_code')])).toEqual([['terminated', 403]]);
  expect(isJsonObject(at(attempts[0], 'request'))).toBe(true);
});
