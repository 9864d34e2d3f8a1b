import { describe, expect, it } from 'vitest';
import { at, expectVendorLike, overSocket, type Sent } from './bench.ts';
import { rawRequest } from './socket.ts';
import { openPortal } from './zoho-desk-bench.ts';

/** Whatever is sent to the Zoho Desk twin, the answer is one of the vendor's: its envelope, below 500, never a line of the twin's own. */
const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const bodies: readonly (readonly [string, Sent])[] = [
  ['nothing', ''],
  ['blanks', ' \n'],
  ['half an object', '{"lastName":"A'],
  ['a word', 'nonsense'],
  ['a list', '[]'],
  ['a number', '1e400'],
  ['null', 'null'],
  ['XML', '<?xml version="1.0"?><a/>'],
  ['a form', 'a=b&c=d'],
  ['a very deep list', deep(20_000)],
  ['a very deep member', `{"cf":${deep(5_000)}}`],
  ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00, 0x80, 0x7b])],
  ['a mark before it', '\ufeff{"lastName":"A"}'],
  ['a member that is called __proto__', '{"__proto__":{"lastName":"A"},"cf":{"__proto__":"x","constructor":"y"}}'],
  ['a member twice', '{"lastName":"A","lastName":null}'],
  ['a very long text', JSON.stringify({ lastName: 'x'.repeat(300_000), ids: ['9'.repeat(400)] })],
  ['an id with more digits than a number holds', '{"lastName":"A","ownerId":99999999999999999999999}'],
];
const paths: readonly (readonly [string, string])[] = [
  ...['contacts', 'accounts', 'tickets', 'contacts/moveToTrash', 'contacts/1/merge', 'contacts/updateMany'].map(
    (path) => ['POST', path] as const,
  ),
  ...['contacts/markSpam', 'closeTickets', 'recycleBin/delete', 'recycleBin/restore', 'webhooks', 'uploads'].map(
    (path) => ['POST', path] as const,
  ),
  ...['organizationFields', 'contacts/1/associateAccounts', 'contacts/1/attachments', 'tickets/1/comments'].map(
    (path) => ['POST', path] as const,
  ),
  ['PATCH', 'contacts/1'],
  ['PATCH', 'webhooks/1'],
  ['DELETE', 'webhooks/1'],
];
const types = ['application/json', 'text/plain', 'multipart/form-data', 'multipart/form-data; boundary=x', '', 'x'];

describe('a body', () => {
  it.each(bodies)('that is %s is answered as by Zoho Desk', async (_what, body) => {
    const portal = await openPortal({ limits: { off: true } });
    for (const [method, path] of paths) {
      for (const type of types) {
        const reply = await portal.call(method, path, body, { 'content-type': type });
        expectVendorLike(portal, reply);
        if (reply.status >= 400) expect([path, at(reply.body, 'errorCode')]).toEqual([path, expect.any(String)]);
      }
    }
    for (const path of ['/oauth/v2/token', '/oauth/v2/token/revoke', '/oauth/v2/auth'])
      expectVendorLike(portal, await portal.send('POST', path, body, { 'content-type': 'application/json' }));
  });
});

describe('an id that is none', () => {
  it.each([
    ...['x', '%27', '-1', '0', '%F0%9F%8E%89', '9'.repeat(400), 'a'.repeat(2_000), '..', '%2e%2e', '{id}', 'null'],
    ...['__proto__', 'constructor', '1e3', '0x1', ' 1', '1,2', '18446744073709551616', '%', '%00'],
  ])('is answered as by Zoho Desk: %s', async (id) => {
    const portal = await openPortal({ limits: { off: true } });
    for (const path of [
      ...['contacts/ID', 'contacts/ID/accounts', 'contacts/ID/tickets', 'accounts/ID/contacts', 'tickets/ID'],
      ...['tickets/ID/comments/ID', 'tickets/ID/threads/ID', 'tickets/ID/attachments/ID/content', 'webhooks/ID'],
      ...['agents/ID', 'departments/ID', 'layouts/ID', 'organizations/ID', 'contacts/contactsByIds?ids=ID'],
      ...['agentsByIds?agentIds=ID', 'contacts/search?id=ID', 'contacts?from=ID', 'tickets?departmentId=ID', 'ID'],
      ...['contacts/search?customField1=ID:ID', 'recycleBin?module=ID', 'myForm?module=contacts&layoutId=ID'],
    ])
      for (const method of ['GET', 'PATCH', 'DELETE'])
        expectVendorLike(
          portal,
          await portal.call(method, path.replaceAll('ID', id), method === 'PATCH' ? {} : undefined),
        );
    for (const body of [{ contactIds: [id] }, { lastName: 'A', accountId: id }, { ids: [id], fieldName: id }])
      for (const path of ['contacts', 'contacts/moveToTrash', 'contacts/updateMany'])
        expectVendorLike(portal, await portal.call('POST', path, body));
  });
});

describe('over a socket', () => {
  it('a request whose body breaks off is not applied, and the twin goes on', async () => {
    const portal = await openPortal();
    const headers = { ...portal.login, 'content-type': 'application/json' };
    const post = { method: 'POST', path: '/api/v1/contacts', headers };
    await overSocket(portal, async ({ port }) => {
      const broken = await rawRequest(port, { ...post, body: '{"lastName":"A"}', breakOff: true });
      expect(broken.status === 0 || broken.status === 400).toBe(true);
      expect((await rawRequest(port, { ...post, body: '{"lastName":"B"}' })).status).toBe(200);
      const empty = await rawRequest(port, { method: 'GET', path: '/api/v1/tickets', headers });
      expect([empty.status, empty.body.length]).toEqual([204, 0]);
      const zipped = { ...headers, 'accept-encoding': 'gzip' };
      const listed = await rawRequest(port, { method: 'GET', path: '/api/v1/contacts', headers: zipped });
      expect(listed.headers['content-encoding']).toBe('gzip');
    });
    expect(portal.bugs).toEqual([]);
    expect((await portal.call('GET', 'contacts?fields=lastName')).body).toMatchObject({ data: [{ lastName: 'B' }] });
  });
});
