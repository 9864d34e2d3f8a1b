import { once } from 'node:events';
import { createServer } from 'node:http';
import zendesk from 'node-zendesk';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { silentLog } from '../../../model/world.ts';
import { type Served, serveTwin } from '../../../twins/serve.ts';
import { createZendeskTwin } from './index.ts';
import { knownLogin } from './logins.ts';
import { start } from './testing.ts';

/**
 * The vendor's world has a client of its own, made against the real thing: what it can do against the twin, the twin does as the vendor.
 * It runs over a socket on this machine, with credentials as `about` gives them.
 */
let served: Served | null = null;
afterEach(async () => {
  await served?.close();
  served = null;
});

async function connect(settings: Readonly<Record<string, unknown>> = {}) {
  const world = { now: () => start, sleep: () => new Promise<void>(() => {}), log: silentLog, fetch };
  served = await serveTwin(createZendeskTwin({ seed: 3, world }), { port: 0 });
  const { url } = served;
  await fetch(`${url}/_twin/settings`, { method: 'PUT', body: JSON.stringify(settings) });
  const client = zendesk.createClient({
    username: knownLogin.email,
    token: knownLogin.apiToken,
    endpointUri: `${url}/api/v2`,
  });
  const advance = (ms: number) =>
    fetch(`${url}/_twin/clock`, { method: 'POST', body: JSON.stringify({ advanceMs: ms }) });
  return { client, url, advance };
}

const record = z.looseObject({ id: z.number() });
const job = z.looseObject({ id: z.string(), status: z.string() });

function resultOf<T>(answer: unknown, schema: z.ZodType<T>): T {
  return z.object({ result: schema }).parse(answer).result;
}

/** The client unwraps some answers and not others. */
function jobOf(answer: unknown): z.infer<typeof job> {
  const wrapped = z.object({ job_status: job }).transform((whole) => whole.job_status);
  return resultOf(answer, z.union([wrapped, job]));
}

describe('node-zendesk against the served twin', () => {
  it('creates, finds, changes and deletes users, and moves their e-mail through identities', async () => {
    const { client } = await connect({ limits: { off: true } });
    const me = resultOf(await client.users.me(), z.looseObject({ email: z.string() }));
    expect(me.email).toBe(knownLogin.email);
    const user = resultOf(
      await client.users.create({ user: { name: 'Ada', email: 'ada@demo.com', external_id: 'sf:1' } }),
      record,
    );
    const upserted = await client.users.createOrUpdate({ user: { external_id: 'SF:1', name: 'Ada L' } });
    expect(resultOf(upserted, record)).toMatchObject({ id: user.id, name: 'Ada L', external_id: 'SF:1' });
    const found = await client.users.search({ external_id: 'sf:1' });
    expect(
      z
        .array(record)
        .parse(found)
        .map((one) => one.id),
    ).toEqual([user.id]);
    const identity = resultOf(
      await client.useridentities.create(user.id, { identity: { type: 'email', value: 'ada@new.com' } }),
      record,
    );
    await client.useridentities.makePrimary(user.id, identity.id);
    expect(resultOf(await client.users.show(user.id), z.looseObject({ email: z.string() })).email).toBe('ada@new.com');
    const addresses = z.array(z.looseObject({ value: z.string() })).parse(await client.useridentities.list(user.id));
    expect(addresses.map((one) => one.value)).toEqual(['ada@new.com', 'ada@demo.com']);
    await client.users.delete(user.id);
    expect(await client.users.search({ external_id: 'sf:1' })).toEqual([]);
  });

  it('lists more organizations than fit on a page, once each', async () => {
    const { client, url } = await connect({ limits: { off: true } });
    const organization = Array.from({ length: 250 }, (_, i) => ({ name: `Org ${i}` }));
    await fetch(`${url}/_twin/seed`, { method: 'PUT', body: JSON.stringify({ organization }) });
    const all = z.array(record).parse(await client.organizations.list());
    expect(new Set(all.map((one) => one.id)).size).toBe(250);
    expect(all.length).toBe(250);
  });

  it('deletes organizations by a job and watches it', async () => {
    const { client, advance } = await connect();
    const made = resultOf(await client.organizations.create({ organization: { name: 'A' } }), record);
    const queued = jobOf(await client.organizations.bulkDelete([made.id]));
    expect(queued.status).toBe('queued');
    await advance(10_000);
    expect(jobOf(await client.jobstatuses.show(queued.id)).status).toBe('completed');
    expect(await client.organizations.list()).toEqual([]);
  });

  it('opens tickets, comments on them and reads what happened', async () => {
    const { client, advance } = await connect({ limits: { off: true } });
    const ticket = resultOf(
      await client.tickets.create({ ticket: { subject: 'Broken', comment: { body: 'It is broken' } } }),
      record,
    );
    await client.tickets.update(ticket.id, { ticket: { comment: { body: 'Looking', public: false } } });
    const comments = z.array(record).parse(await client.tickets.getComments(ticket.id));
    expect(comments.map((one) => one.body)).toEqual(['It is broken', 'Looking']);
    const audits = z.array(record).parse(await client.tickets.exportAudit(ticket.id));
    expect(audits.length).toBe(2);
    await advance(30_000);
    const found = await client.search.queryAll('type:ticket subject:broken');
    expect(found.map((one) => record.parse(one).id)).toEqual([ticket.id]);
  });

  it('exports what changed', async () => {
    const { client, url } = await connect({ limits: { off: true } });
    const user = [{ name: 'Ada', created_at: '2026-01-01T00:00:00Z' }];
    await fetch(`${url}/_twin/seed`, { method: 'PUT', body: JSON.stringify({ user }) });
    const users = z.array(record).parse(await client.users.incremental(1_600_000_000));
    expect(users.map((one) => one.name)).toContain('Ada');
  });

  it('sets up a webhook and reads its secret', async () => {
    const { client } = await connect();
    const made = resultOf(
      await client.webhooks.create({
        webhook: {
          name: 'Hook',
          endpoint: 'https://sync.example/hooks',
          http_method: 'POST',
          request_format: 'json',
          status: 'active',
          subscriptions: ['zen:event-type:user.created'],
        },
      }),
      z.looseObject({ id: z.string() }),
    );
    const secret = await client.webhooks.getSigningSecret(made.id);
    expect(JSON.stringify(secret)).toContain('SHA256');
  });

  it('receives an event over a socket', async () => {
    const { client } = await connect();
    const arrived = Promise.withResolvers<{ readonly body: string; readonly type: string | undefined }>();
    const receiver = createServer(async (incoming, outgoing) => {
      const chunks: string[] = [];
      for await (const chunk of incoming) chunks.push(String(chunk));
      outgoing.end('ok');
      arrived.resolve({ body: chunks.join(''), type: incoming.headers['content-type'] });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = z.object({ port: z.number() }).parse(receiver.address());
    const hook = resultOf(
      await client.webhooks.create({
        webhook: {
          name: 'Hook',
          endpoint: `http://127.0.0.1:${port}/hooks`,
          http_method: 'POST',
          request_format: 'json',
          status: 'active',
          subscriptions: ['zen:event-type:organization.created'],
        },
      }),
      z.looseObject({ id: z.string() }),
    );
    await client.organizations.create({ organization: { name: 'Acme' } });
    const { body, type } = await arrived.promise;
    expect(JSON.parse(body)).toMatchObject({ type: 'zen:event-type:organization.created', detail: { name: 'Acme' } });
    expect(type).toBe('application/json; charset=utf-8');
    await vi.waitFor(async () => {
      const invocations = await client.webhooks.listInvocations(hook.id);
      expect(JSON.stringify(invocations)).toContain('"status":"success"');
    });
    receiver.close();
    receiver.closeAllConnections();
  });

  it('is told of a missing record as by the vendor', async () => {
    const { client } = await connect();
    await expect(client.organizations.show(9_000_000_000)).rejects.toThrow();
  });
});
