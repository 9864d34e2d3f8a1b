import { describe, expect, it } from 'vitest';
import { hmacBase64 } from '../kit/hook.ts';
import { hooks } from './hook.ts';

/** The vector: the documented secret of test requests, over a timestamp and a body as the vendor sends them. */
const signing = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==';
const at = '2026-11-20T08:30:00Z';
const body = '{"ticket_id": 35436, "salesforce_org_id": "0015g00000XyZ"}';
const signature = 'YBIGrfFdsjOMuK9uNPhyidbhDRH+y5vSKuU2GjyRS8Y=';
const org = '00D5g000001abcdEAA';

const call = (text: string, given: { readonly timestamp?: string; readonly signature?: string } = {}) => {
  const { timestamp = at, signature = hmacBase64(signing, timestamp, text) } = given;
  const headers = new Headers({
    'x-zendesk-webhook-signature': signature,
    'x-zendesk-webhook-signature-timestamp': timestamp,
  });
  return { headers, body: new TextEncoder().encode(text) };
};
const verify = (request: ReturnType<typeof call>, now = Date.parse(at), secrets = { signing, peer: org }) =>
  hooks.verify(request, secrets, now);
const bodyFor = (id: string): string => `{"ticket_id": 35436, "salesforce_org_id": "${id}"}`;

describe('a call of Zendesk', () => {
  it('is signed over timestamp and body, by the secret as the text that it is', () => {
    expect(hmacBase64(signing, at, body)).toBe(signature);
    expect(verify(call(body, { signature }), Date.parse(at), { signing, peer: '0015g00000XyZ' })).toEqual({
      ok: true,
      due: [{ object: 'ticket', id: '35436' }],
    });
  });

  it.each([org, org.slice(0, 15)])('names the org as %s', (id) => {
    expect(verify(call(bodyFor(id)))).toMatchObject({ ok: true });
  });

  it.each(['00D5g000001abcd', '00D5g000001abcdEAB', '00D5g000001ABCD', '', org.slice(0, 14)])(
    'for %j is foreign unless that is our org',
    (id) => {
      expect(verify(call(bodyFor(id)))).toMatchObject(
        id === '00D5g000001abcd' ? { ok: true } : { ok: false, refused: 'foreign' },
      );
    },
  );

  it('is believed for five minutes, before and after', () => {
    const now = Date.parse(at);
    expect([-300_000, 300_000].map((by) => verify(call(bodyFor(org)), now + by).ok)).toEqual([true, true]);
    expect([-300_001, 300_001].map((by) => verify(call(bodyFor(org)), now + by))).toMatchObject([
      { refused: 'stale' },
      { refused: 'stale' },
    ]);
    expect(verify(call(bodyFor(org), { timestamp: 'yesterday' }))).toMatchObject({ refused: 'stale' });
  });

  it('is forged where anything of it was changed, and where we have no secret yet', () => {
    const good = call(bodyFor(org));
    const other = { ...good, body: new TextEncoder().encode(bodyFor(org).replace('35436', '35437')) };
    const later = new Headers(good.headers);
    later.set('x-zendesk-webhook-signature-timestamp', '2026-11-20T08:30:01Z');
    const requests = [other, { ...good, headers: later }, { ...good, headers: new Headers() }];
    for (const request of requests) expect(verify(request)).toMatchObject({ ok: false, refused: 'forged' });
    const empty = call(bodyFor(org), { signature: hmacBase64('', at, bodyFor(org)) });
    expect(verify(empty, Date.parse(at), { signing: '', peer: org })).toMatchObject({ refused: 'forged' });
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"ticket_id": 0, "salesforce_org_id": "x"}',
    '{"ticket_id": 1.5, "salesforce_org_id": "x"}',
    '{"ticket_id": -1, "salesforce_org_id": "x"}',
    '{"ticket_id": "1 or 2", "salesforce_org_id": "x"}',
    '{"ticket_id": [1], "salesforce_org_id": "x"}',
    '{"ticket_id": 1}',
    '\u0000',
  ])('whose body is %j is malformed', (text) => {
    expect(verify(call(text))).toMatchObject({ ok: false, refused: 'malformed' });
  });
});
