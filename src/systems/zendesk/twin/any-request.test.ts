import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Log, silentLog } from '../../../model/world.ts';
import { routes } from './index.ts';
import { isObject, type Json, parseJson } from './json.ts';
import { base, basicLogin, openDesk } from './testing.ts';

/**
 * Hypothesis: a request of whatever bytes, method, encoding and address gets an answer of the vendor's own shape, and never a line in the
 * log of bugs. Bodies are text that is no JSON, cut off, zipped or said to be, not UTF-8, absurdly deep, far too long, or with names that
 * objects have by themselves.
 */
const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text));
const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', 'é\n', ''];
const wrappers = [
  ...['user', 'users', 'organization', 'organizations', 'ticket', 'tickets', 'identity', 'organization_membership'],
  ...['user_field', 'organization_field', 'ticket_field', 'custom_field_option', 'webhook', 'trigger', 'automation'],
  ...['sla_policy', 'custom_object', 'custom_object_record', 'job', 'group', 'group_membership', 'brand', 'client'],
  ...['token', 'message', 'side_conversation', 'satisfaction_rating', 'custom_status', 'ids', 'tags', 'request'],
];
const inner = [
  ...['name', 'email', 'external_id', 'tags', 'id', 'user_fields', 'organization_fields', 'custom_fields', 'comment'],
  ...[
    'status',
    'type',
    'value',
    'key',
    'title',
    'conditions',
    'actions',
    'policy_metrics',
    'filter',
    'items',
    'action',
  ],
  ...['custom_headers', 'authentication', 'endpoint', 'http_method', 'subscriptions', 'metadata', 'via', 'ids', 'body'],
];
const huge: readonly Json[] = [
  'x'.repeat(70_000),
  9_223_372_036_854_776_000,
  1e308,
  -0,
  '9'.repeat(400),
  '\u0000',
  '\ud800',
  ...[Array.from({ length: 150 }, (_, i) => ({ id: i, name: `N${i}` })), Array.from({ length: 2_000 }, (_, i) => i)],
];
const scalar = fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.string(), fc.constantFrom(...huge));
const key = fc.constantFrom(...inner, ...names);
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(key, scalar, { maxKeys: 4 }));
const record = fc.dictionary(key, value, { maxKeys: 6 });
const written = fc
  .array(
    fc.tuple(fc.constantFrom(...wrappers, ...names), fc.oneof(record, fc.array(record, { maxLength: 3 }), value)),
    {
      maxLength: 2,
    },
  )
  // Written by hand: an object literal would lose `__proto__`.
  .map((members) => `{${members.map(([name, one]) => `${JSON.stringify(name)}:${JSON.stringify(one)}`).join(',')}}`);
const deep = (depth: number): string => `{"user":${'['.repeat(depth)}${']'.repeat(depth)}}`;
const body: fc.Arbitrary<Uint8Array<ArrayBuffer>> = fc.oneof(
  { weight: 6, arbitrary: written.map(bytes) },
  fc.tuple(written, fc.nat(60)).map(([text, at]) => bytes(text.slice(0, at))),
  written.map((text) => new Uint8Array(gzipSync(text))),
  written.map((text) => new Uint8Array(gzipSync(text)).slice(0, -5)),
  fc.uint8Array({ maxLength: 40 }).map((some) => new Uint8Array(some)),
  fc.constantFrom(bytes(''), bytes('null'), bytes('[]'), bytes('"x"'), bytes('{"user":NaN}'), bytes(deep(99_999))),
);
const word = fc.constantFrom(
  ...['1', '2', '0', '-1', '1.5', 'abc', '9223372036854775807', '9'.repeat(60), '%00', '%ff', '%2e%2e', '__proto__'],
  ...[
    'constructor',
    'current',
    'me',
    'zen:user',
    'zen:ticket',
    'zen:custom_object:__proto__',
    'x'.repeat(300),
    '%F0%9F%8E%89',
  ],
);
const parameters = fc.array(
  fc.tuple(
    fc.constantFrom(
      ...['page[size]', 'page[after]', 'page[before]', 'page', 'per_page', 'ids', 'external_ids', 'query', 'name'],
      ...[
        'start_time',
        'cursor',
        'include',
        'sort',
        'sort_by',
        'filename',
        'token',
        'filter[ids]',
        'filter[type]',
        '__proto__',
      ],
      ...['score', 'since', 'unix_time', 'role[]', 'webhook_id', 'clone_webhook_id', 'async', 'external_id'],
    ),
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        '1',
        '0',
        '-1',
        '1e9',
        '9'.repeat(50),
        'NaN',
        'users',
        'tickets(users)',
        'type:user *',
        '%',
        '2',
        'true',
      ),
      fc.constant(Array.from({ length: 101 }, (_, i) => i + 1).join(',')),
    ),
  ),
  { maxLength: 3 },
);
const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      'application/json',
      'text/plain',
      'application/xml',
      'multipart/form-data',
      'x',
      '',
    ),
    'content-encoding': fc.constantFrom('gzip', 'GZIP', 'br', 'identity'),
    'idempotency-key': fc.constantFrom('k', 'x'.repeat(300)),
    'if-none-match': fc.constantFrom('*', 'W/"x"'),
  },
  { requiredKeys: [] },
);
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND'];

const request = fc.record({
  route: fc.constantFrom(...routes),
  method: fc.option(fc.constantFrom(...methods), { nil: null }),
  words: fc.array(word, { minLength: 1, maxLength: 4 }),
  parameters,
  headers,
  body,
});

describe('any request', () => {
  it('gets an answer of the vendor’s shape', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 8 }), async (requests) => {
        const bugs: string[] = [];
        const log: Log = {
          ...silentLog,
          error: (message, details) => bugs.push(`${message} ${JSON.stringify(details)}`),
        };
        const desk = await openDesk({ limits: { off: true } }, { log, sleep: () => new Promise(() => {}) });
        await desk.control('PUT', 'seed', {
          organization: [{ name: 'A' }],
          user: [{ name: 'B' }],
          ticket: [{ subject: 'C' }],
        });
        for (const { route, method, words, parameters, headers, body } of requests) {
          let next = 0;
          const path = route.path.replaceAll(/:\w+/g, () => words[next++ % words.length] ?? '');
          const verb = method ?? route.method;
          const url = `${base}/api/v2/${path}?${new URLSearchParams(parameters)}`;
          const content = verb === 'GET' || verb === 'HEAD' ? null : body;
          const init = { method: verb, headers: { authorization: basicLogin, ...headers }, body: content };
          const answer = await desk.twin.fetch(new Request(url, init));
          const text = await answer.text();
          expect([verb, path, answer.status < 500, bugs]).toEqual([verb, path, true, []]);
          if (answer.status >= 400 && verb !== 'HEAD') expect([verb, path, text, isVendorError(text)]).toContain(true);
          desk.advance(700);
        }
        await desk.call('GET', 'users/me');
        expect(bugs).toEqual([]);
      }),
      { numRuns: 400, seed: 20_261_120 },
    );
  });
});

/** One of the five envelopes. */
function isVendorError(text: string): boolean {
  const value = parseJson(text);
  if (!isObject(value)) return false;
  return typeof value.error === 'string' || isObject(value.error) || Array.isArray(value.errors);
}
