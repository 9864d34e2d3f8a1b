import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/twins/json.ts';
import { type Bench, listOf, openDesk, openOrg, type Reply, textAt } from './bench.ts';

/** The same seed, the same twin: ids, lags and failures follow from it and from what is asked, and from nothing else. */
type Transcript = readonly string[];

/** All of an answer: status, headers, body, and the moment at which it came. */
function told(bench: Bench, reply: Reply): string {
  const headers = [...reply.headers].map(([name, value]) => `${name}: ${value}`).sort();
  return [bench.now(), reply.status, ...headers, reply.text].join('\n');
}

async function salesforceStory(seed: number): Promise<Transcript> {
  const org = await openOrg({}, seed);
  const story: string[] = [org.session];
  const say = async (method: string, path: string, body?: Json | string, headers = {}): Promise<Reply> => {
    const reply = await org.rest(method, path, body, headers);
    story.push(told(org, reply));
    return reply;
  };
  await org.control('POST', 'faults', { match: { path: '/sobjects/Account' }, do: 'status', status: 503, chance: 0.4 });
  for (let i = 0; i < 12; i++) await say('POST', '/sobjects/Account', { Name: `A${i}` });
  await org.control('DELETE', 'faults');
  await say('POST', '/composite/sobjects', {
    records: Array.from({ length: 20 }, (_, i) => ({ attributes: { type: 'Lead' }, LastName: `L${i}`, Company: 'C' })),
  });
  const job = await say('POST', '/jobs/ingest', { object: 'Contact', operation: 'insert' });
  const path = `/jobs/ingest/${textAt(job.body, 'id')}`;
  await say('PUT', `${path}/batches`, 'LastName\nA\n""\nB\n', { 'content-type': 'text/csv' });
  await say('PATCH', path, { state: 'UploadComplete' });
  for (let i = 0; i < 12; i++) {
    org.advance(1_000);
    await say('GET', path);
  }
  await say('GET', `${path}/successfulResults`);
  await say('GET', '/query?q=SELECT+FIELDS(ALL)+FROM+Account+ORDER+BY+Id+LIMIT+200');
  await say('GET', '/limits');
  const client = { channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] };
  story.push(told(org, await org.send('POST', '/cometd/62.0', [client], { authorization: `OAuth ${org.session}` })));
  return story;
}

async function zendeskStory(seed: number): Promise<Transcript> {
  const desk = await openDesk({ jobPartialFailure: 0.3 }, seed);
  const story: string[] = [];
  const say = async (method: string, path: string, body?: Json, headers = {}): Promise<Reply> => {
    const reply = await desk.call(method, path, body, headers);
    story.push(told(desk, reply));
    return reply;
  };
  await desk.control('POST', 'faults', {
    match: { method: 'POST', path: '/organizations$' },
    do: 'status',
    status: 503,
    retryAfter: 3,
    chance: 0.4,
  });
  for (let i = 0; i < 12; i++) await say('POST', 'organizations', { organization: { name: `O${i}` } });
  await desk.control('DELETE', 'faults');
  const jobs = [
    await say('POST', 'users/create_many', { users: Array.from({ length: 30 }, (_, i) => ({ name: `U${i}` })) }),
    await say('POST', 'tickets/create_many', {
      tickets: Array.from({ length: 10 }, (_, i) => ({ subject: `S${i}`, comment: { body: 'b' } })),
    }),
  ];
  for (let i = 0; i < 12; i++) {
    desk.advance(1_000);
    for (const job of jobs) await say('GET', `job_statuses/${textAt(job.body, 'job_status.id')}`);
  }
  await say('POST', '/oauth/tokens', {
    grant_type: 'client_credentials',
    client_id: 'syncline_twin',
    client_secret: 'twin-client-secret',
  });
  await say('POST', 'webhooks', {
    webhook: {
      name: 'H',
      endpoint: 'https://x.example',
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: ['conditional_ticket_events'],
    },
  });
  await say('GET', 'users?page[size]=50');
  await say('GET', 'tickets');
  desk.advance(120_000);
  await say('GET', 'incremental/users/cursor.json?start_time=0');
  return story;
}

describe.each([
  ['Salesforce', salesforceStory],
  ['Zendesk', zendeskStory],
] as const)('%s', (_system, story) => {
  it('tells the same story for the same seed, to the last header', async () => {
    const [one, two] = [await story(11), await story(11)];
    expect(one.length).toBeGreaterThan(25);
    expect(two).toEqual(one);
  });

  it('tells another for another seed', async () => {
    const [one, two] = [await story(11), await story(12)];
    expect(one.filter((line, i) => line !== two[i]).length).toBeGreaterThan(one.length / 2);
  });
});

describe('what was asked before', () => {
  it('decides nothing about who may come in: two twins of one seed take each other’s credentials', async () => {
    const [one, two] = [await openOrg({}, 5), await openOrg({}, 5)];
    expect([one.client, one.session]).toEqual([two.client, two.session]);
    expect((await openOrg({}, 6)).client).not.toEqual(one.client);
  });

  it('is forgotten by a reset: the same records get ids again', async () => {
    const desk = await openDesk({}, 5);
    const first = await desk.seed('organization', { name: 'A' });
    await desk.control('POST', 'reset');
    const again = await desk.seed('organization', { name: 'A' });
    expect([first.length, again.length, listOf((await desk.control('GET', 'faults')) ?? []).length]).toEqual([1, 1, 0]);
  });
});
