import { describe, expect, it } from 'vitest';
import { at, openDesk, openOrg, overSocket, ownerLogin } from './bench.ts';
import { type RawAnswer, rawRequest } from './socket.ts';

/** The twins on a port of this machine, spoken to byte by byte: what breaks off, what is absurd, and what an HTTP server must not do. */
describe('over a socket', () => {
  const json = { 'content-type': 'application/json' };
  const isWhole = (answer: RawAnswer): boolean =>
    answer.status >= 200 && answer.status < 500 && !answer.body.includes('twin failed');

  it('a request whose body breaks off is not applied, and the twin goes on', async () => {
    const [org, desk] = [await openOrg(), await openDesk()];
    const record = (bench: unknown, name: string): string =>
      JSON.stringify(bench === org ? { Name: name } : { organization: { name } });
    for (const [bench, path, headers] of [
      [org, '/services/data/v62.0/sobjects/Account', { authorization: `Bearer ${org.session}` }],
      [desk, '/api/v2/organizations', ownerLogin],
    ] as const) {
      const post = { method: 'POST', path, headers: { ...json, ...headers } };
      await overSocket(bench, async ({ port }) => {
        const broken = await rawRequest(port, { ...post, body: record(bench, 'A'), breakOff: true });
        expect(broken.status === 0 || broken.status === 400).toBe(true);
        expect((await rawRequest(port, { ...post, body: record(bench, 'B') })).status).toBe(201);
      });
      expect(bench.bugs).toEqual([]);
    }
    expect(at((await org.rest('GET', '/query?q=SELECT+Name+FROM+Account')).body, 'totalSize')).toBe(1);
    expect(at((await desk.call('GET', 'organizations')).body, 'count')).toBe(1);
  });

  it('absurd requests are answered', async () => {
    const [org, desk] = [await openOrg(), await openDesk()];
    const absurd = [
      '/',
      '/%',
      '/\\',
      '/a%20b',
      '/?%',
      '/api/v2/users?page[size]=%',
      `/${'x'.repeat(17_000)}`,
      '//',
      '///x',
      '/services/data/v62.0/query?q=%',
      '/api/v2/search?query=%',
      '/services/data/v62.0/sobjects/Account?%zz',
    ];
    for (const [bench, headers] of [
      [org, { authorization: `Bearer ${org.session}` }],
      [desk, ownerLogin],
    ] as const) {
      await overSocket(bench, async ({ port }) => {
        for (const path of absurd)
          for (const method of ['GET', 'POST', 'DELETE']) {
            const answer = await rawRequest(port, {
              method,
              path,
              headers: { ...json, ...headers },
              body: method === 'GET' ? 'a body that a GET has not' : '{',
            });
            expect([path.slice(0, 60), method, answer.status, isWhole(answer)]).toEqual([
              path.slice(0, 60),
              method,
              answer.status,
              true,
            ]);
          }
        const noHost = await rawRequest(port, {
          method: 'GET',
          path: '/',
          headers: { ...headers, host: 'not a host!' },
        });
        expect([bench.bugs, noHost.status < 500]).toEqual([[], true]);
        const odd = await rawRequest(port, { method: 'BREW', path: '/', headers });
        expect(odd.status).toBeLessThan(500);
        expect(isWhole(await rawRequest(port, { method: 'GET', path: '/services/data', headers }))).toBe(true);
      });
      expect(bench.bugs).toEqual([]);
    }
  });
});
