import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { at, openOrg, type Reply, type SalesforceBench, type Sent } from './bench.ts';

/**
 * Whatever comes to whichever route, by whatever method, in whatever encoding: an answer in one of the vendor's shapes, and no word of the
 * twin's own failure. Names that JavaScript knows, ids of absurd length, broken encodings, statements beyond all measure.
 */
let org: SalesforceBench;
beforeAll(async () => {
  const quick = { commitDelayMs: 0, jobMs: 0, deployMs: 0, longPollMs: 0, sessionMs: 10 ** 12 };
  org = await openOrg({ ...quick, limits: { off: true } });
  await org.control('PUT', 'schema', { Account: { fields: [{ name: 'Ext__c', externalId: true, unique: true }] } });
  await org.seed('Account', { Name: 'Acme', Ext__c: 'x' });
});

const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const hostile = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '\u0000',
    '%00',
    '..',
    '%2e%2e',
    '%',
    "'",
    '"',
  ],
  ...[
    '',
    ' ',
    '-1',
    '1e400',
    '9'.repeat(400),
    'x'.repeat(3_000),
    '\ud800',
    '🙂',
    '0014S000003RYACQA4',
    'Account',
    'Id',
    'Name',
  ],
];
const word = fc.oneof(oneOf(...hostile), fc.string({ maxLength: 12 }));
const segment = word.map((text) => encodeURIComponent(text.toWellFormed()));

const routes = [
  ...[
    'sobjects',
    'sobjects/*',
    'sobjects/*/describe',
    'sobjects/*/*',
    'sobjects/*/*/*',
    'sobjects/*/updated?start=*&end=*',
  ],
  ...[
    'sobjects/*/deleted?start=*',
    'query?q=*',
    'query/*',
    'queryAll?q=*',
    'search?q=*',
    'parameterizedSearch?q=*&sobject=*',
  ],
  ...['composite', 'composite/sobjects', 'composite/sobjects/*', 'composite/sobjects/*/*', 'composite/sobjects?ids=*'],
  ...[
    'composite/graph',
    'composite/batch',
    'composite/tree/*',
    'limits',
    'limits/recordCount?sObjects=*',
    'jobs/ingest',
  ],
  ...['jobs/ingest/*', 'jobs/ingest/*/*', 'jobs/query', 'jobs/query/*', 'jobs/query/*/results?maxRecords=*&locator=*'],
  ...['tooling/sobjects', 'tooling/sobjects/*', 'tooling/sobjects/*/*', 'tooling/query?q=*', 'metadata/deployRequest'],
  ...['metadata/deployRequest/*', 'sobjects/Attachment/*/Body', 'sobjects/ContentVersion/*/VersionData', '*'],
  ...['tooling/sobjects/CustomField', 'tooling/sobjects/PlatformEventChannelMember', 'sobjects/ContentVersion'],
  ...['tooling/sobjects/ManagedEventSubscription', 'tooling/sobjects/PlatformEventChannel', 'sobjects/Account'],
];
const doors = [
  ...[
    '/services/Soap/u/62.0',
    '/services/Soap/m/62.0',
    '/services/Soap/m/9.0',
    '/cometd/62.0',
    '/services/oauth2/token',
  ],
  ...[
    '/services/oauth2/authorize',
    '/services/oauth2/revoke',
    '/services/oauth2/introspect',
    '/services/oauth2/userinfo',
  ],
  ...[
    '/id/*/*',
    '/services/data',
    '/services/data/v62.0',
    '/services/data/v*/limits',
    '/services/data/v20.0',
    '/*',
    '/services/*',
  ],
];
const path = fc
  .tuple(
    fc.oneof(oneOf(...routes.map((route) => `/services/data/v62.0/${route}`)), oneOf(...doors)),
    fc.infiniteStream(segment),
  )
  .map(([route, segments]) => route.replaceAll('*', () => String(segments.next().value)));

const json: fc.Arbitrary<string> = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.dictionary(word, fc.oneof(word, fc.jsonValue({ maxDepth: 2 }))).map((value) => JSON.stringify(value)),
  oneOf(
    '{"__proto__":{"Name":"A"},"Name":"B"}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"records":[{"attributes":{"type":"__proto__"}}]}',
  ),
  oneOf(
    '{"FullName":"Account.__proto____c","Metadata":{"type":"constructor"}}',
    '[{"channel":"/meta/handshake","ext":{"__proto__":1}}]',
  ),
  oneOf(
    `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
    `${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}`,
    '{"Name":"\\u0000"}',
  ),
);
const envelope = (inner: string): string =>
  `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><SessionHeader><sessionId>SESSION</sessionId></SessionHeader></e:Header><e:Body>${inner}</e:Body></e:Envelope>`;
const xml = fc.oneof(
  oneOf(
    ...[
      'createMetadata',
      'readMetadata',
      'listMetadata',
      'deploy',
      'checkDeployStatus',
      'merge',
      'undelete',
      '__proto__',
    ],
  ).chain((name) =>
    word.map((text) =>
      envelope(
        `<${name}><type>CustomField</type><fullNames>${text.replace(/[<&]/g, '')}</fullNames><metadata xsi:type="CustomField"><fullName>${text.replace(/[<&]/g, '')}</fullName><type>Text</type></metadata></${name}>`,
      ),
    ),
  ),
  oneOf(
    '<',
    '<a>',
    '<a></b>',
    `${'<a>'.repeat(2_000)}`,
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    envelope(''),
    envelope('<__proto__/>'),
  ),
);
const part = (name: string, type: string, content: string): string =>
  `--x\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`;
const multipart = fc.oneof(
  json.map((text) => `${part('json', 'application/json', text)}${part('file', 'application/zip', 'PK')}--x--`),
  json.map((text) => `${part('entity_content', 'application/json', text)}${part('__proto__', 'text/plain', 'y')}--x--`),
  oneOf('--x', '--x--', '--x\r\n\r\n--x', `--x\r\nContent-Disposition: form-data; name="json"`),
);
const bytes = fc.oneof(
  oneOf<Uint8Array<ArrayBuffer>>(
    new Uint8Array([0xff, 0xfe, 0, 0x80]),
    new Uint8Array([0, 0, 0]),
    new Uint8Array(gzipSync('{"Name":"A"}')),
    new Uint8Array(gzipSync('{"Name":"A"}').subarray(0, 12)),
  ),
  fc.uint8Array({ maxLength: 40 }).map((raw) => new Uint8Array(raw)),
);
const body: fc.Arbitrary<Sent> = fc.oneof(
  json,
  xml,
  multipart,
  bytes,
  fc.string({ maxLength: 60 }),
  oneOf('', 'Id,Name\n"a', 'a=b&grant_type=__proto__'),
);
const types = [
  ...[
    'application/json',
    'text/csv',
    'text/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ],
  ...['multipart/form-data', 'nonsense', 'application/json; charset=utf-16'],
];
const request = fc.record({
  method: oneOf('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
  path,
  body,
  type: oneOf(...types),
  zipped: oneOf(null, null, null, 'gzip', 'deflate'),
});

/** One of the shapes in which the vendor answers; an error of a page for people is text. */
function isVendorLike({ status, headers, text, body }: Reply): boolean {
  if (status < 400) return status >= 200;
  if (status >= 500) return status === 500 && text.includes('<faultcode>');
  if (!headers.get('content-type')?.includes('json')) return true;
  const isListed = typeof at(body, '0.errorCode') === 'string' || typeof at(body, '0.statusCode') === 'string';
  return (
    isListed ||
    typeof at(body, 'error') === 'string' ||
    at(body, 'hasErrors') === true ||
    typeof at(body, 'message') === 'string'
  );
}

describe('any request', () => {
  it('is answered as the vendor would', async () => {
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, body, type, zipped }) => {
        const headers = {
          authorization: `Bearer ${org.session}`,
          'content-type': type,
          ...(zipped === null ? {} : { 'content-encoding': zipped }),
        };
        const sent = typeof body === 'string' ? body.replace('SESSION', org.session) : body;
        const reply = await org.send(method, path, method === 'GET' || method === 'HEAD' ? undefined : sent, headers);
        // A HEAD has no body to look at.
        const isFine = method === 'HEAD' ? reply.status < 500 : isVendorLike(reply);
        expect([org.bugs, isFine, reply.status]).toEqual([[], true, reply.status]);
        expect(reply.text).not.toMatch(/the twin failed|node_modules|undefined is not|\[object Object\]/);
      }),
      { numRuns: 2_500, seed: 20_261_120 },
    );
    // What was sent has spoilt nothing for those who come after.
    expect({}).not.toHaveProperty('Name');
    expect((await org.rest('GET', '/sobjects/Account/describe')).status).toBe(200);
    expect((await org.rest('POST', '/sobjects/Account', { Name: 'Still here' })).status).toBe(201);
  });

  it('of absurd measure is refused', async () => {
    const long = `SELECT Id FROM Account WHERE Name = '${'x'.repeat(100_001)}'`;
    expect((await org.rest('GET', `/query?q=${encodeURIComponent(long)}`)).status).toBe(414);
    for (const soql of [
      `SELECT Id FROM Account WHERE ${'('.repeat(3_000)}Name = 'a'${')'.repeat(3_000)}`,
      `SELECT Id FROM Account WHERE ${'NOT '.repeat(3_000)}Name = 'a'`,
      `SELECT Id FROM Account WHERE ${Array.from({ length: 3_000 }, () => "Name = 'a'").join(' OR ')}`,
      `SELECT ${Array.from({ length: 400 }, () => 'Owner').join('.')}.Name FROM Account`,
      'SELECT Id FROM Account LIMIT 99999999999999999999',
      'SELECT Id FROM Account LIMIT -1',
      long,
    ]) {
      const reply = await org.rest('POST', '/jobs/query', { operation: 'query', query: soql });
      expect([org.bugs, reply.status < 500, isVendorLike(reply)]).toEqual([[], true, true]);
    }
    const page = await org.rest('GET', '/query?q=SELECT+Id+FROM+Account', undefined, {
      'sforce-query-options': `batchSize=${'9'.repeat(400)}`,
    });
    expect([page.status, isVendorLike(page)]).toEqual([200, true]);
  });

  it('with a package that hides a mountain is refused without climbing it', async () => {
    const manifest = strToU8('<Package><types><members>*</members><name>CustomObject</name></types></Package>');
    const bomb = zipSync({ 'package.xml': manifest, 'objects/Case.object': new Uint8Array(30_000_000) });
    const sent = Buffer.concat([
      Buffer.from('--x\r\nContent-Disposition: form-data; name="file"\r\nContent-Type: application/zip\r\n\r\n'),
      bomb,
      Buffer.from('\r\n--x--'),
    ]);
    const started = await org.rest('POST', '/metadata/deployRequest', new Uint8Array(sent), {
      'content-type': 'multipart/form-data; boundary=x',
    });
    const status = await org.rest('GET', `/metadata/deployRequest/${String(at(started.body, 'id'))}`);
    expect([org.bugs, at(status.body, 'deployResult.status')]).toEqual([[], 'Failed']);
  });
});
