import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Journey, newJourney } from './harness.ts';
import {
  bodyOf,
  call,
  cases,
  configure,
  endpoint,
  live,
  pairName,
  pairs,
  prepared,
  subjects,
  write,
} from './testing/hooking.ts';

/** A ticket is written, Zendesk calls, and the case is there: what comes in by the door, and what must not. */
let journey: Journey;

beforeEach(async () => {
  journey = await newJourney();
  await prepared(journey);
});
afterEach(() => journey.close());

const org = async (): Promise<string> => {
  const [trigger] = (await pairs(journey)).triggers;
  return /"salesforce_org_id": "([^"]+)"/.exec(JSON.stringify(trigger).replaceAll('\\', ''))?.[1] ?? '';
};

const shows = async (...names: readonly string[]): Promise<boolean> =>
  (await subjects(journey)).join() === names.join();

describe('a service with a public address', () => {
  it('sets up the webhook and the trigger as it starts, once, with the body of the vendor’s own integration', async () => {
    for (let start = 0; start < 2; start++) await live(journey, async () => {});
    const { webhooks, triggers } = await pairs(journey);
    expect(webhooks).toMatchObject([
      {
        name: pairName,
        status: 'active',
        http_method: 'POST',
        request_format: 'json',
        subscriptions: ['conditional_ticket_events'],
        endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:4000\/hooks\/support\/[\w-]{43}$/),
      },
    ]);
    const id = await org();
    expect(id).toMatch(/^00D\w{15}$/);
    expect(triggers).toMatchObject([
      {
        title: pairName,
        active: true,
        conditions: {
          all: [],
          any: [
            { field: 'update_type', operator: 'is', value: 'Create' },
            { field: 'update_type', operator: 'is', value: 'Change' },
          ],
        },
        actions: [
          {
            field: 'notification_webhook',
            value: [webhooks[0]?.id, `{"ticket_id": {{ticket.id}}, "salesforce_org_id": "${id}"}`],
          },
        ],
      },
    ]);
  });

  it('writes the case seconds after the ticket, and its edits, without a poll', async () => {
    await live(journey, async ({ until }) => {
      await journey.forgetCalls();
      const id = await write(journey, 'Printer on fire');
      await until(() => shows('Printer on fire'));
      await journey.edit('support', 'ticket', id, { subject: 'Printer is out' });
      await until(() => shows('Printer is out'));
      const { byRoute } = await journey.calls('support');
      expect(Object.keys(byRoute).filter((route) => route.includes('incremental/tickets'))).toEqual([]);
    });
  });

  it('writes each case once, though every call comes twice and in any order', async () => {
    const webhook = { duplicateRate: 1, reorder: 1 };
    await journey.control('support', 'PUT', 'settings', { webhook });
    await live(journey, async ({ settle, until }) => {
      const id = await write(journey, 'one');
      await journey.edit('support', 'ticket', id, { subject: 'two' });
      await journey.edit('support', 'ticket', id, { subject: 'three' });
      await until(() => shows('three'));
      await settle(20_000);
      expect(await subjects(journey)).toEqual(['three']);
    });
  });

  it('reads many tickets in one call', async () => {
    await live(journey, async ({ until }) => {
      await journey.forgetCalls();
      const names = Array.from({ length: 60 }, (_, i) => `Ticket ${String(i).padStart(2, '0')}`);
      await Promise.all(names.map((name) => write(journey, name)));
      await until(() => shows(...names));
      const reads = (await journey.calls('support')).byRoute['GET /api/v2/tickets/show_many'] ?? 0;
      expect(reads).toBeGreaterThan(0);
      expect(reads).toBeLessThan(10);
    });
  });

  it('finds by its poll what no call told', async () => {
    await configure(journey, { schedule: { every: '10m' } });
    await live(journey, async ({ settle }) => {
      journey.listen(4000, () => new Response('no', { status: 500 }));
      await write(journey, 'Nobody called');
      await settle(60_000);
      expect(await subjects(journey)).toEqual([]);
      await settle(20 * 60_000);
      expect(await subjects(journey)).toEqual(['Nobody called']);
    });
  });

  it.each([
    ['without a public address', {}, undefined],
    ['for a sync that wants no calls', { schedule: { realtime: false } }, { publicUrl: 'http://127.0.0.1:4000' }],
    ['for a sync that only watches', { mode: 'watch' }, { publicUrl: 'http://127.0.0.1:4000' }],
    [
      'for a sync that takes nothing from the desk',
      {
        direction: 'crm-to-desk',
        match: [{ crm: 'Subject', desk: 'external_id' }],
        fields: [
          { crm: 'Subject', desk: 'subject' },
          { crm: 'Description', desk: 'description', write: 'create' },
        ],
      },
      { publicUrl: 'http://127.0.0.1:4000' },
    ],
  ])('sets up nothing %s', async (_, sync, server) => {
    await journey.configure({}, { ...(server ? { server } : {}), syncs: { cases: cases(sync) } });
    await live(journey, async () => {});
    expect(await pairs(journey)).toEqual({ webhooks: [], triggers: [] });
  });
});

describe('a call', () => {
  it('that comes twice, or late, or for a ticket that has changed since, leaves the case as the ticket is now', async () => {
    await live(journey, async ({ settle, until }) => {
      const id = await write(journey, 'first');
      await until(() => shows('first'));
      await journey.edit('support', 'ticket', id, { subject: 'second' });
      await until(() => shows('second'));
      const before = (await journey.records('sales', 'Case'))[0]?.SystemModstamp;
      const body = bodyOf(id, await org());
      const answers = [
        await call(journey, body),
        await call(journey, body),
        await call(journey, body, { lateMs: 120_000 }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
      await settle();
      expect(await journey.records('sales', 'Case')).toMatchObject([{ Subject: 'second', SystemModstamp: before }]);
    });
  });

  it('with the org id of fifteen characters, or a number in a text, is taken', async () => {
    await live(journey, async () => {
      const id = await write(journey, 'short');
      expect((await call(journey, bodyOf(id, (await org()).slice(0, 15)))).status).toBe(202);
      expect((await call(journey, bodyOf(`"${id}"`, await org()))).status).toBe(202);
    });
  });

  it('for a ticket that is not there changes nothing', async () => {
    await live(journey, async ({ service, settle }) => {
      expect((await call(journey, bodyOf(4711, await org()))).status).toBe(202);
      await settle();
      expect(await subjects(journey)).toEqual([]);
      expect(await service.holds({})).toEqual([]);
    });
  });

  const refused = [
    ['a forged signature', 401, async () => call(journey, bodyOf(1, await org()), { secret: 'guessed' })],
    [
      'no signature',
      401,
      async () => call(journey, bodyOf(1, await org()), { headers: { 'x-zendesk-webhook-signature': '' } }),
    ],
    [
      'a body that was changed on its way',
      401,
      async () => {
        const good = await call(journey, bodyOf(1, await org()));
        expect(good.status).toBe(202);
        return call(journey, bodyOf(2, await org()), { headers: { 'x-zendesk-webhook-signature': 'bm90aGluZw==' } });
      },
    ],
    ['a stale timestamp', 401, async () => call(journey, bodyOf(1, await org()), { lateMs: 301_000 })],
    ['a timestamp from the future', 401, async () => call(journey, bodyOf(1, await org()), { lateMs: -600_000 })],
    ['another org', 403, async () => call(journey, bodyOf(1, '00D000000000000AAA'))],
    ['a body that is no JSON', 400, async () => call(journey, '{"ticket_id": , "salesforce_org_id": ""}')],
    ['a ticket that is no number', 400, async () => call(journey, bodyOf('"1; drop table"', await org()))],
    ['a body without a ticket', 400, async () => call(journey, '{}')],
    ['a body that is too large', 413, async () => call(journey, ' '.repeat(70_000))],
    [
      'a wrong token',
      404,
      async () => call(journey, bodyOf(1, await org()), { url: 'http://127.0.0.1:4000/hooks/support/guessed' }),
    ],
    [
      'another connection',
      404,
      async () =>
        call(journey, bodyOf(1, await org()), { url: (await endpoint(journey)).replace('/support/', '/sales/') }),
    ],
  ] as const;
  it.each(refused)('with %s is refused with %i, and nothing is read', async (what, status, attempt) => {
    await live(journey, async ({ settle }) => {
      const answer = await attempt();
      expect(answer.status).toBe(status);
      expect(await answer.json()).toMatchObject({ status, detail: expect.stringMatching(/\.$/) });
      await settle();
      const reads = (await journey.calls('support')).byRoute['GET /api/v2/tickets/show_many'] ?? 0;
      expect(reads).toBe(what.includes('on its way') ? 1 : 0);
      const told = journey.world.lines.filter(({ message }) => message === 'a call to a webhook was refused');
      expect(told).toHaveLength(status === 404 || status === 413 ? 0 : 1);
    });
  });

  it('by another method or under the name of another host is no way around the other guards', async () => {
    await live(journey, async () => {
      const get = (url: string) => journey.world.fetch(new Request(url));
      expect((await get(await endpoint(journey))).status).toBe(404);
      expect((await get('http://127.0.0.1:4000/api/status')).status).toBe(421);
    });
  });
});

describe('what was told and not read when the service ended', () => {
  it('is read by the next one', async () => {
    await live(journey, async ({ until }) => {
      const match = { path: 'show_many' };
      await journey.control('support', 'POST', 'faults', { match, do: 'status', status: 503 });
      await write(journey, 'told before the end');
      await until(async () => {
        const { byRoute } = await journey.calls('support');
        return (byRoute['GET /api/v2/tickets/show_many'] ?? 0) > 0;
      });
      expect(await subjects(journey)).toEqual([]);
    });
    await journey.control('support', 'DELETE', 'faults');
    // The feed shows nothing that young.
    await journey.control('support', 'PUT', 'settings', { exportLagMs: 3_600_000 });
    await live(journey, async ({ until }) => {
      await until(() => shows('told before the end'));
    });
  });
});
