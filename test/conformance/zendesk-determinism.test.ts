import { describe, expect, it } from 'vitest';
import { silentLog } from '../../src/model/world.ts';
import { createZendeskTwin } from '../../src/systems/zendesk/twin/index.ts';
import { type Json, type JsonObject, parseJson } from '../../src/twins/json.ts';
import { at, ownerLogin, textAt } from './bench.ts';

/**
 * The whole twin from one seed: ids, moments of jobs, failures by chance, deliveries that come twice or late, keys and secrets. Nothing
 * else decides, so two twins of one seed tell the same story to the last byte, and a reset begins it again.
 */
interface Story {
  readonly lines: string[];
  readonly call: (method: string, path: string, body?: Json) => Promise<Json>;
  readonly control: (method: string, path: string, body?: Json) => Promise<Json>;
  readonly advance: (ms: number) => Promise<void>;
}

function open(seed: number): Story {
  let nowMs = Date.parse('2026-11-20T08:30:00Z');
  const lines: string[] = [];
  const sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  const twin = createZendeskTwin({
    seed,
    world: {
      now: () => nowMs,
      log: { ...silentLog, error: (message) => void lines.push(`bug: ${message}`) },
      sleep: (ms) => new Promise((wake) => void sleepers.push({ atMs: nowMs + ms, wake: () => wake() })),
      async fetch(input) {
        const body = input instanceof Request ? await input.text() : '';
        const headers = input instanceof Request ? [...input.headers].sort().join(' ') : '';
        lines.push(`delivered at ${nowMs}: ${headers} ${body}`);
        return new Response('ok');
      },
    },
  });
  const send = async (method: string, path: string, headers: JsonObject, body?: Json): Promise<Json> => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const request = new Request(`https://acme.zendesk.example${path}`, { method, headers: { ...ownerLogin }, ...init });
    for (const [name, value] of Object.entries(headers)) request.headers.set(name, String(value));
    const answer = await twin.fetch(request);
    const text = await answer.text();
    lines.push(
      [nowMs, answer.status, ...[...answer.headers].sort().map(([name, value]) => `${name}: ${value}`), text].join(
        '\n',
      ),
    );
    // Deliveries run beside the answer: they are let come to their sleep or end.
    for (let i = 0; i < 60; i++) await Promise.resolve();
    return text === '' ? null : parseJson(text);
  };
  return {
    lines,
    call: (method, path, body) => send(method, `/api/v2/${path}`, { 'content-type': 'application/json' }, body),
    control: (method, path, body) => send(method, `/_twin/${path}`, {}, body),
    async advance(ms) {
      nowMs += ms;
      for (const { atMs, wake } of sleepers.splice(0)) {
        if (atMs <= nowMs) wake();
        else sleepers.push({ atMs, wake });
      }
      for (let i = 0; i < 60; i++) await Promise.resolve();
    },
  };
}

async function tell({ call, control, advance }: Story): Promise<void> {
  await control('PUT', 'settings', {
    limits: { off: true },
    jobPartialFailure: 0.3,
    webhook: { duplicateRate: 0.4, reorder: 0.4 },
  });
  const subscriptions = ['zen:event-type:user.created', 'zen:event-type:ticket.created'];
  const webhook = {
    name: 'H',
    endpoint: 'https://x.example',
    http_method: 'POST',
    request_format: 'json',
    subscriptions,
  };
  const id = textAt(await call('POST', 'webhooks', { webhook }), 'webhook.id');
  await call('GET', `webhooks/${id}/signing_secret`);
  await control('PUT', 'seed', { organization: [{ name: 'A' }, { name: 'B' }], ticket: [{ subject: 'S' }] });
  await control('POST', 'faults', {
    match: { method: 'POST', path: '/users$' },
    do: 'status',
    status: 503,
    chance: 0.4,
  });
  for (let i = 0; i < 12; i++) await call('POST', 'users', { user: { name: `U${i}`, email: `u${i}@demo.com` } });
  await control('DELETE', 'faults');
  const jobs = [
    await call('POST', 'users/create_many', { users: Array.from({ length: 20 }, (_, i) => ({ name: `J${i}` })) }),
    await call('POST', 'tickets/create_many', {
      tickets: Array.from({ length: 8 }, (_, i) => ({ subject: `S${i}`, comment: { body: 'b' } })),
    }),
  ];
  for (let second = 0; second < 12; second++) {
    await advance(1000);
    for (const job of jobs) await call('GET', `job_statuses/${textAt(at(job, 'job_status'), 'id')}`);
    await call('GET', 'search?query=type:user');
  }
  await advance(60_000);
  await call('GET', `webhooks/${id}/invocations`);
  const app = await call('POST', 'apps/installations', { app_id: 7, settings: {} });
  expect(at(app, 'id')).toEqual(expect.any(Number));
  await call('POST', 'uploads?filename=a', { any: 'bytes' });
  await call('POST', 'oauth/clients', { client: { identifier: 'app', name: 'App' } });
  for (const path of ['users?page[size]=100', 'tickets', 'incremental/users/cursor?start_time=0', 'ticket_audits']) {
    await call('GET', path);
  }
}

describe('the whole twin', () => {
  it('tells one story for one seed, and another for another', async () => {
    const [one, two, other] = [open(11), open(11), open(12)];
    for (const story of [one, two, other]) await tell(story);
    expect(one.lines.filter((line) => line.startsWith('bug'))).toEqual([]);
    expect(one.lines.filter((line) => line.startsWith('delivered')).length).toBeGreaterThan(10);
    expect(two.lines).toEqual(one.lines);
    const changed = one.lines.filter((line, index) => line !== other.lines[index]);
    expect(changed.length).toBeGreaterThan(one.lines.length / 2);
  });

  it('gives the same ids again after a reset', async () => {
    const desk = open(11);
    const ids: Json[] = [];
    for (let turn = 0; turn < 2; turn++) {
      const records = {
        organization: [{ name: 'A' }],
        user: [{ name: 'U', email: 'u@demo.com' }],
        ticket: [{ subject: 'S' }],
      };
      ids.push(await desk.control('PUT', 'seed', records));
      await desk.control('POST', 'reset');
    }
    expect(ids[1]).toEqual(ids[0]);
  });
});
