import { describe, expect, it } from 'vitest';
import { openDesk, type Reply, textAt, type ZendeskBench } from './bench.ts';

/** How much Zendesk lets through: each plan's requests a minute and the limits of single endpoints, of its page "Rate limits". */
async function limited(desk: ZendeskBench, times: number, call: () => Promise<Reply>): Promise<Reply> {
  for (let i = 0; i < times; i++) {
    const reply = await call();
    expect([i, reply.status < 400, reply.headers.get('retry-after')]).toEqual([i, true, null]);
  }
  const over = await call();
  expect([over.status, Number(over.headers.get('retry-after')) > 0, desk.bugs]).toEqual([429, true, []]);
  return over;
}

describe('the account’s limit', () => {
  it.each([
    ['support-essential', 10],
    ['team', 200],
    ['growth', 400],
    ['professional', 400],
    ['enterprise', 700],
    ['enterprise-plus', 2500],
    ['hv', 2500],
  ])('of the plan %s is %i a minute, said in every answer', async (plan, limit) => {
    const desk = await openDesk({ plan });
    const { headers } = await desk.call('GET', 'organizations/count');
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-rate-limit': String(limit),
      'x-rate-limit-remaining': String(limit - 1),
      'ratelimit-limit': String(limit),
      'ratelimit-remaining': String(limit - 1),
      'ratelimit-reset': expect.stringMatching(/^([1-9]|[1-5]\d|60)$/),
    });
    expect(headers.get('retry-after')).toBeNull();
  });

  it('ends in a text that is no JSON, also for those whom it does not know, and starts again with the minute', async () => {
    const desk = await openDesk({ plan: 'support-essential' });
    const over = await limited(desk, 10, () => desk.call('GET', 'organizations/count'));
    expect([over.text, over.headers.get('content-type')?.startsWith('application/json')]).toEqual([
      'Number of allowed API requests per minute exceeded',
      false,
    ]);
    desk.advance(Number(over.headers.get('retry-after')) * 1_000);
    expect((await desk.call('GET', 'organizations/count')).status).toBe(200);
  });
});

describe('an endpoint’s own limit', () => {
  it('lets ten exports a minute through, thirty with High Volume, over all of them', async () => {
    const start = Math.floor(Date.parse('2026-01-01T00:00:00Z') / 1_000);
    for (const [plan, times] of [
      ['enterprise', 10],
      ['hv', 30],
    ] as const) {
      const desk = await openDesk({ plan });
      const feeds = [
        'organizations.json',
        'users.json',
        'users/cursor.json',
        'tickets/cursor.json',
        'ticket_events.json',
      ];
      let turn = 0;
      const over = await limited(desk, times, () =>
        desk.call('GET', `incremental/${feeds[turn++ % feeds.length]}?start_time=${start}`),
      );
      expect(over.body).toEqual({
        error: 'APIRateLimitExceeded',
        description: 'Number of allowed incremental export API requests per minute exceeded',
      });
      expect(over.headers.get('zendesk-ratelimit-incremental-exports')).toMatch(
        new RegExp(`^total=${times}; remaining=0; resets=\\d+$`),
      );
    }
  });

  it('lets five updates a minute of one organization through, and another’s besides', async () => {
    const desk = await openDesk();
    const [one, two] = await desk.seed('organization', { name: 'A' }, { name: 'B' });
    let n = 0;
    const put = (id?: string) => desk.call('PUT', `organizations/${id}`, { organization: { notes: `n${n++}` } });
    const over = await limited(desk, 5, () => put(one));
    expect(over.body).toEqual({ errors: [{ code: 'TooManyRequests', title: 'Too many requests to update' }] });
    expect((await put(two)).status).toBe(200);
  });

  it('lets thirty updates of one ticket through in ten minutes', async () => {
    const desk = await openDesk();
    const [id] = await desk.seed('ticket', { subject: 'S' });
    let n = 0;
    const over = await limited(desk, 30, () => desk.call('PUT', `tickets/${id}`, { ticket: { subject: `S${n++}` } }));
    expect(over.text).toBe('Rate limit for ticket updates exceeded, please wait before updating this ticket again');
    expect(over.headers.get('zendesk-ratelimit-per-ticket-updates')).toMatch(/^total=30; remaining=0; resets=\d+$/);
  });

  it('lets a hundred ticket updates a minute through, twenty in a sandbox', async () => {
    for (const [sandbox, times] of [
      [false, 100],
      [true, 20],
    ] as const) {
      const desk = await openDesk({ sandbox });
      const ids = await desk.seed('ticket', ...Array.from({ length: times + 1 }, (_, i) => ({ subject: `S${i}` })));
      let n = 0;
      await limited(desk, times, () => desk.call('PUT', `tickets/${ids[n++]}`, { ticket: { subject: 'T' } }));
    }
  });

  it('lets one write of a user a second through, and five a minute of one', async () => {
    const desk = await openDesk();
    const [one, two] = await desk.seed('user', { name: 'A' }, { name: 'B' });
    let n = 0;
    const put = (id?: string) => desk.call('PUT', `users/${id}`, { user: { notes: `n${n++}` } });
    await limited(desk, 1, () => put(one));
    desk.advance(1_000);
    expect((await put(two)).status).toBe(200);
    await limited(desk, 4, () => {
      desk.advance(1_000);
      return put(one);
    });
  });

  it('lets pages beyond the five-hundredth of the tickets through fifty times a minute', async () => {
    const desk = await openDesk();
    await limited(desk, 50, () => desk.call('GET', 'tickets?page=501&per_page=1'));
    expect((await desk.call('GET', 'tickets?page=1')).status).toBe(200);
  });

  it('lets 2500 files a minute through, and 600 readings of side conversations in ten', async () => {
    const desk = await openDesk({ limits: { off: false, requestsPerMinute: 10_000 } });
    const upload = await desk.call('POST', 'uploads?filename=a.txt', 'hello', { 'content-type': 'text/plain' });
    const file = textAt(upload.body, 'upload.attachment.content_url');
    await limited(desk, 2500, () => desk.send('GET', file));
    await limited(desk, 600, () => desk.call('GET', 'tickets/side_conversations/events?unix_time=0'));
  });

  it('lets three hundred permanent deletions of many tickets through a minute', async () => {
    const desk = await openDesk({ limits: { off: false, requestsPerMinute: 10_000, jobs: 1000 } });
    const [id] = await desk.seed('ticket', { subject: 'S' });
    await desk.call('DELETE', `tickets/${id}`);
    await limited(desk, 300, () => desk.call('DELETE', `deleted_tickets/destroy_many?ids=${id}`));
  });
});
