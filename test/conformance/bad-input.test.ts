import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { at, expectVendorLike, keysOf, openDesk, openOrg, type Reply, type Sent } from './bench.ts';

/**
 * Whatever is sent to a twin, the answer is one of the vendor's: its envelope, below 500, and never a line of the twin's own. The same
 * over a socket, where requests can also break off.
 */
const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const bodies: readonly (readonly [string, Sent])[] = [
  ['nothing', ''],
  ['blanks', ' \n'],
  ['half an object', '{"Name":"A'],
  ['half a list', '[{"Name":'],
  ['a word', 'nonsense'],
  ['a list', '[]'],
  ['a number', '1e400'],
  ['null', 'null'],
  ['a text', '"x"'],
  ['XML', '<?xml version="1.0"?><a/>'],
  ['a form', 'a=b&c=d'],
  ['a very deep list', deep(20_000)],
  ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00, 0x80, 0x7b])],
  ['a mark before it', '\ufeff{"Name":"A"}'],
  [
    'a member that is called __proto__',
    '{"__proto__":{"Name":"A"},"user":{"__proto__":{"name":"x"}},"organization":{"constructor":{"name":1}}}',
  ],
  ['a member twice', '{"Name":"A","Name":null}'],
  [
    'a very long text',
    JSON.stringify({
      Name: 'x'.repeat(300_000),
      user: { name: 'x'.repeat(300_000) },
      organization: { name: 'x'.repeat(300_000) },
    }),
  ],
];

const salesforcePaths: readonly (readonly [string, string])[] = [
  ['POST', '/sobjects/Account'],
  ['PATCH', '/sobjects/Account/0014S000003RYACQA4'],
  ['POST', '/composite'],
  ['POST', '/composite/sobjects'],
  ['PATCH', '/composite/sobjects/Account/Id'],
  ['POST', '/composite/graph'],
  ['POST', '/composite/batch'],
  ['POST', '/composite/tree/Account'],
  ['POST', '/jobs/ingest'],
  ['POST', '/jobs/query'],
  ['POST', '/parameterizedSearch'],
  ['POST', '/tooling/sobjects/CustomField'],
  ['POST', '/services/Soap/u/62.0'],
  ['POST', '/cometd/62.0'],
  ['POST', '/services/oauth2/token'],
  ['POST', '/services/oauth2/revoke'],
  ['POST', '/services/oauth2/introspect'],
];
const zendeskPaths: readonly (readonly [string, string])[] = [
  ['POST', 'users'],
  ['POST', 'users/create_or_update'],
  ['POST', 'users/create_many'],
  ['PUT', 'users/1'],
  ['POST', 'organizations'],
  ['PUT', 'organizations/update_many'],
  ['POST', 'organization_memberships'],
  ['POST', 'tickets'],
  ['PUT', 'tickets/update_many?ids=1'],
  ['POST', 'imports/tickets'],
  ['POST', 'user_fields'],
  ['POST', 'webhooks'],
  ['POST', 'webhooks/test'],
  ['POST', 'triggers'],
  ['POST', 'custom_statuses'],
  ['POST', 'oauth/clients'],
  ['POST', '/oauth/tokens'],
  ['POST', '/oauth/authorizations'],
];
const types = [
  'application/json',
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  '',
  'nonsense',
];

/** One of the shapes in which Salesforce answers an error. */
function isSalesforceError({ status, body, headers }: Reply): boolean {
  if (!headers.get('content-type')?.includes('json')) return true;
  if (status < 400) return true;
  return (
    typeof at(body, '0.errorCode') === 'string' ||
    typeof at(body, 'error') === 'string' ||
    at(body, 'hasErrors') === true ||
    at(body, '0.successful') === false
  );
}

describe('a body', () => {
  it.each(bodies)('that is %s is answered as by Salesforce', async (_what, body) => {
    const org = await openOrg({ commitDelayMs: 0, jobMs: 0, limits: { off: true } });
    for (const [method, path] of salesforcePaths) {
      for (const type of types) {
        const reply =
          path.startsWith('/cometd') || path.startsWith('/services')
            ? await org.send(method, path, body, { 'content-type': type, authorization: `Bearer ${org.session}` })
            : await org.rest(method, path, body, { 'content-type': type });
        // A SOAP fault is a 500 by its own rules.
        if (path.startsWith('/services/Soap'))
          expect([org.bugs, reply.text.includes('<faultcode>')]).toEqual([[], true]);
        else expectVendorLike(org, reply);
        expect([path, type, isSalesforceError(reply)]).toEqual([path, type, true]);
      }
    }
  });

  it.each(bodies)('that is %s is answered as by Zendesk', async (_what, body) => {
    const desk = await openDesk({ limits: { off: true } });
    for (const [method, path] of zendeskPaths) {
      for (const type of types) {
        const reply = await desk.call(method, path, body, { 'content-type': type });
        expectVendorLike(desk, reply);
        const isError =
          reply.status < 400 ||
          reply.text.startsWith('<!doctype html>') ||
          keysOf(reply.body).some((key) => key === 'error' || key === 'errors');
        expect([path, type, isError]).toEqual([path, type, true]);
      }
    }
  });

  it('that is not zipped although it says so is refused, not failed', async () => {
    const [org, desk] = [await openOrg(), await openDesk()];
    const zipped = new Uint8Array(gzipSync('{"Name":"A"}'));
    for (const body of ['{"Name":"A"}', new Uint8Array([1, 2, 3]), zipped.slice(0, -6)]) {
      const one = await org.rest('POST', '/sobjects/Account', body, { 'content-encoding': 'gzip' });
      expectVendorLike(org, one);
      expect(one.status).toBeGreaterThanOrEqual(400);
      const two = await desk.call('POST', 'users', body, { 'content-encoding': 'gzip' });
      expectVendorLike(desk, two);
      expect(two.status).toBeGreaterThanOrEqual(400);
    }
    expect((await org.rest('POST', '/sobjects/Account', zipped, { 'content-encoding': 'gzip' })).status).toBe(201);
  });
});

describe('a route that is not there', () => {
  const paths = [
    '/',
    '/x',
    '/services',
    '/services/data/v62.0/x',
    '/services/data/vX',
    '/services/data/v62',
    '/services/apexrest/x',
    '/services/oauth2/x',
    '/id',
    '/id/x',
    '/%',
    '/%00',
    '/..%2f..%2fetc',
    '/services/data/v62.0/sobjects/%',
    '/services/data/v62.0/sobjects/Account/%00',
    '/constructor',
    '/services/data/v62.0/constructor',
    '/services/data/v62.0/jobs/constructor',
    '/services/data/v99.0/sobjects',
    '/services/data/v62.5/sobjects',
  ];
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND'];

  it('is told by Salesforce, by any method', async () => {
    const org = await openOrg({ commitDelayMs: 0, limits: { off: true } });
    for (const path of paths)
      for (const method of methods) {
        const reply = await org.send(method, path, method === 'GET' || method === 'HEAD' ? undefined : '{}', {
          authorization: `Bearer ${org.session}`,
          'content-type': 'application/json',
        });
        expectVendorLike(org, reply);
        expect([method, path, reply.status >= 400]).toEqual([method, path, true]);
      }
    expect((await org.rest('GET', '/services/data/v20.0/sobjects')).status).toBe(410);
    expect((await org.rest('GET', '/services/data/v99.0/sobjects')).status).toBe(404);
  });

  it('is told by Zendesk, by any method', async () => {
    const desk = await openDesk({ limits: { off: true } });
    for (const path of [
      '/',
      '/x',
      '/api',
      '/api/v2',
      '/api/v2/',
      '/api/v2/%',
      '/api/v2/%00',
      '/api/v2/constructor',
      '/api/v2/users/1/constructor',
      '/api/v2//users',
      '/oauth/x',
      '/oauth/tokens/x',
      '/attachments/x',
      '/attachments/token/x',
      '/attachments/',
      '/apps/sidebar',
      '/apps/sidebar?url=x&installation_id=x',
    ])
      for (const method of methods) {
        const reply = await desk.call(method, path, method === 'GET' || method === 'HEAD' ? undefined : '{}');
        expectVendorLike(desk, reply);
        expect([method, path, reply.status >= 400]).toEqual([method, path, true]);
      }
  });

  it('is told of a known one by another method: 405 with what is allowed, or no such endpoint', async () => {
    const org = await openOrg({ commitDelayMs: 0, limits: { off: true } });
    for (const [method, path] of [
      ['PUT', '/sobjects/Account'],
      ['POST', '/sobjects/Account/0014S000003RYACQA4'],
      ['PUT', '/sobjects/Account/0014S000003RYACQA4'],
      ['DELETE', '/sobjects'],
      ['GET', '/composite'],
      ['DELETE', '/composite'],
      ['PUT', '/composite/sobjects'],
      ['POST', '/limits'],
      ['POST', '/sobjects/Account/describe'],
      ['PUT', '/jobs/ingest'],
    ] as const) {
      const reply = await org.rest(method, path, method === 'GET' || method === 'DELETE' ? undefined : {});
      expect([method, path, reply.status, at(reply.body, '0.errorCode')]).toEqual([
        method,
        path,
        405,
        'METHOD_NOT_ALLOWED',
      ]);
      expect(reply.headers.get('allow')).toMatch(/^[A-Z]+(, ?[A-Z]+)*$/);
    }
  });
});
