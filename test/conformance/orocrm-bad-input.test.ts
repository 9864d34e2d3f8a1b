import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { at, expectVendorLike, overSocket, type Sent } from './bench.ts';
import { mediaType, openOrocrm } from './orocrm.ts';
import { rawRequest } from './socket.ts';

/** Whatever is sent, the answer is one of OroCRM's, below 500, and never a line of the twin's own. */
const bodies: readonly (readonly [string, Sent])[] = [
  ['nothing', ''],
  ['blanks', ' \n'],
  ['half an object', '{"data":{"type":"acc'],
  ['a word', 'nonsense'],
  ['a list', '[]'],
  ['a number', '1e400'],
  ['null', 'null'],
  ['a text', '"x"'],
  ['XML', '<?xml version="1.0"?><a/>'],
  ['a very deep list', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ['a very deep value', `{"data":{"type":"accounts","attributes":{"name":${'['.repeat(5_000)}${']'.repeat(5_000)}}}}`],
  ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00, 0x80, 0x7b])],
  ['a mark before it', '\ufeff{"data":{"type":"accounts","attributes":{"name":"A"}}}'],
  [
    'a member that is called __proto__',
    '{"__proto__":{},"data":{"type":"accounts","__proto__":{"x":1},"attributes":{"__proto__":{"name":"A"},"constructor":1},"relationships":{"__proto__":{"data":null}}}}',
  ],
  ['a very long text', JSON.stringify({ data: { type: 'accounts', attributes: { name: 'x'.repeat(300_000) } } })],
];
const targets: readonly (readonly [string, string])[] = [
  ['POST', 'accounts'],
  ['PATCH', 'accounts/1'],
  ['PATCH', 'accounts'],
  ['DELETE', 'accounts/1/relationships/contacts'],
  ['PATCH', 'accounts/1/relationships/owner'],
  ['POST', 'nosuch'],
];

describe('a body', () => {
  it.each(bodies)('that is %s is answered as by OroCRM', async (_what, body) => {
    const oro = await openOrocrm();
    await oro.seed('accounts', { name: 'A' });
    for (const [method, path] of targets) {
      for (const type of [mediaType, `${mediaType}; charset=utf-8`, 'application/json', 'text/plain', 'nonsense', '']) {
        for (const mode of ['sync', 'async']) {
          const reply = await oro.api(method, path, body, { 'content-type': type, 'x-mode': mode });
          expectVendorLike(oro, reply);
          const isError = reply.status < 400 || at(reply.body, 'errors.0.title') !== undefined;
          expect([path, type, isError]).toEqual([path, type, true]);
        }
      }
    }
    oro.advance(60_000);
    expectVendorLike(oro, await oro.api('GET', 'accounts'));
  });

  it('that is not zipped although it says so is refused, not failed', async () => {
    const oro = await openOrocrm();
    const zipped = new Uint8Array(gzipSync('{"data":{"type":"accounts","attributes":{"name":"A"}}}'));
    const gzip = { 'content-encoding': 'gzip' };
    for (const body of ['{"data":{}}', new Uint8Array([1, 2, 3]), zipped.slice(0, -6)]) {
      const reply = await oro.api('POST', 'accounts', body, gzip);
      expectVendorLike(oro, reply);
      expect(reply.status).toBe(400);
    }
    expect((await oro.api('POST', 'accounts', zipped, gzip)).status).toBe(201);
  });
});

describe('an address', () => {
  it('that is none, by any method, is told', async () => {
    const oro = await openOrocrm();
    for (const path of [
      '',
      '%',
      '%00',
      '..%2f..',
      'accounts/',
      'accounts//x',
      'constructor',
      '__proto__/1',
      'accounts/1/relationships/x/y',
    ])
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND']) {
        const reply = await oro.api(method, path, method === 'GET' || method === 'HEAD' ? undefined : '{}');
        expectVendorLike(oro, reply);
        expect([method, path, reply.status >= 400]).toEqual([method, path, true]);
      }
  });

  it('with a page as big as one likes is answered', async () => {
    const oro = await openOrocrm();
    await oro.seed('accounts', { name: 'A' });
    for (const size of ['999999999999999', '-1', '0', '1e9', '٣', '', '99999999999999999999999']) {
      const reply = await oro.api('GET', `accounts?page[size]=${encodeURIComponent(size)}&page[number]=999999999`);
      expectVendorLike(oro, reply);
      expect([200, 400]).toContain(reply.status);
    }
  });
});

describe('over a socket', () => {
  it('a request whose body breaks off is not applied, and the twin goes on', async () => {
    const oro = await openOrocrm();
    const headers = { ...oro.login, accept: mediaType, 'content-type': mediaType };
    const body = (name: string) => JSON.stringify({ data: { type: 'accounts', attributes: { name } } });
    await overSocket(oro, async ({ port }) => {
      const post = { method: 'POST', path: '/api/accounts', headers };
      const broken = await rawRequest(port, { ...post, body: body('A'), breakOff: true });
      expect(broken.status === 0 || broken.status === 400).toBe(true);
      expect((await rawRequest(port, { ...post, body: body('B') })).status).toBe(201);
      for (const path of ['/', '/%', '/\\', '/api/accounts?%', '//', `/api/${'x'.repeat(17_000)}`]) {
        const answer = await rawRequest(port, { method: 'GET', path, headers });
        expect(answer.status).toBeLessThan(500);
      }
    });
    expect(await oro.control('GET', 'records/accounts')).toMatchObject([{ name: 'B' }]);
    expect(oro.bugs).toEqual([]);
  });
});
