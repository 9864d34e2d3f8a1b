import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../twins/json.ts';
import { at, errorsOf, idsOf, type Oro, openOro, thing } from './testing.ts';

interface Received {
  readonly headers: Headers;
  readonly text: string;
}

/** An installation whose webhooks arrive here; `answers` are given in turn, then 200. */
async function openWithReceiver(
  ...answers: readonly Response[]
): Promise<{ oro: Oro; received: Received[]; slept: number[] }> {
  const received: Received[] = [];
  const slept: number[] = [];
  const oro = await openOro(
    { webhook: { types: ['users', 'contacts'] } },
    {
      fetch: async (request) => {
        received.push({ headers: request.headers, text: await request.text() });
        return answers[received.length - 1] ?? new Response(null, { status: 200 });
      },
      sleep: (ms, signal) => {
        if (signal === undefined) slept.push(ms);
        return signal === undefined ? Promise.resolve() : new Promise(() => {});
      },
    },
  );
  return { oro, received, slept };
}

async function subscribe(oro: Oro, topic: string, format = 'default') {
  return oro.call('POST', 'webhooks', {
    data: thing(
      'webhooks',
      { notificationUrl: 'https://sync.example/hook', secret: 's3cret' },
      { topic: { type: 'webhooktopics', id: topic }, format: { type: 'webhookformats', id: format } },
    ),
  });
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('webhooks', () => {
  it('are records that never show their secret', async () => {
    const { oro } = await openWithReceiver();
    const made = await subscribe(oro, 'contact.created');
    expect(made.status).toBe(201);
    expect(at(made.body, 'data.attributes')).toMatchObject({
      notificationUrl: 'https://sync.example/hook',
      enabled: true,
      system: false,
      verifySsl: true,
    });
    expect(made.text).not.toContain('s3cret');
    expect(idsOf(await oro.call('GET', 'webhooks?filter[topic]=contact.created,user.created'))).toHaveLength(1);
    const wrong = await subscribe(oro, 'case.created');
    expect(errorsOf(wrong)[0]).toMatchObject({ source: { pointer: '/data/relationships/topic/data' } });
  });

  it('tell of what happened, signed, after a while', async () => {
    const { oro, received, slept } = await openWithReceiver();
    await subscribe(oro, 'contact.created');
    await oro.call('POST', 'contacts', { data: thing('contacts', { firstName: 'Ada' }) });
    await oro.call('PATCH', 'contacts/1', { data: thing('contacts', { firstName: 'Eve' }, {}, { id: '1' }) });
    await settled();
    expect([received.length, slept]).toEqual([1, [1_000]]);
    const [{ headers, text } = { headers: new Headers(), text: '' }] = received;
    const body = parseJson(text);
    expect([at(body, 'topic'), at(body, 'eventData.data.attributes.firstName'), at(body, 'timestamp')]).toEqual([
      'contact.created',
      'Ada',
      '2026-11-20T08:30:00Z',
    ]);
    expect(headers.get('webhook-topic')).toBe('contact.created');
    expect(headers.get('webhook-signature-algorithm')).toBe('HMAC-SHA256');
    expect(headers.get('webhook-signature')).toBe(createHmac('sha256', 's3cret').update(text).digest('hex'));
  });

  it('are tried again when the receiver asks for it, and end with 410', async () => {
    const busy = new Response(null, { status: 503, headers: { 'retry-after': '7' } });
    const { oro, received, slept } = await openWithReceiver(busy, new Response(null, { status: 410 }));
    await oro.seed('contacts', { firstName: 'Ada' }, { firstName: 'Ben' });
    await subscribe(oro, 'contact.updated.2', 'thin');
    await oro.control('PATCH', 'records/contacts/1', { firstName: 'A' });
    await oro.control('PATCH', 'records/contacts/2', { firstName: 'B' });
    await settled();
    expect([received.length, slept]).toEqual([2, [1_000, 7_000]]);
    expect(at(parseJson(received[0]?.text ?? ''), 'eventData.data')).toEqual({ type: 'contacts', id: '2' });
    expect(idsOf(await oro.call('GET', 'webhooks'))).toEqual([]);
    expect(oro.bugs).toEqual([]);
  });

  it('are not there before 7.0, and tell of users alone unless more is flagged', async () => {
    const oro = await openOro();
    expect(idsOf(await oro.call('GET', 'webhooktopics'))).toEqual(
      ['user.created', 'user.updated', 'user.deleted'].sort(),
    );
    await oro.control('PUT', 'settings', { version: '6.0' });
    expect((await oro.call('GET', 'webhooks')).status).toBe(404);
  });
});
