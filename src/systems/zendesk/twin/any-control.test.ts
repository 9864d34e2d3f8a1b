import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Log, silentLog } from '../../../model/world.ts';
import { isObject, parseJson } from './json.ts';
import { base, openDesk } from './testing.ts';

/** Hypothesis: whatever somebody asks of the control surface, it does it or says in one sentence why not; the twin goes on. */
const objects = ['organization', 'user', 'ticket', 'group', 'identity', 'organization_membership', '__proto__', 'pen'];
const paths = [
  ...['seed', 'schema', 'records', 'calls', 'faults', 'clock', 'settings', 'events', 'reset', '', 'nowhere'],
  ...objects.flatMap((object) => [`records/${object}`, `records/${object}/1`, `records/${object}/1/merge`]),
  ...['records/ticket?limit=2&offset=1&search=s', 'records/user?limit=x', 'records/%ff', 'records/user/__proto__/rate'],
];
const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true }),
  fc.string(),
  fc.constantFrom(
    'drop',
    'status',
    'a@demo.com',
    '2026-01-01T00:00:00Z',
    'high',
    'solved',
    '(',
    'dropdown',
    '1',
    2,
    1e300,
  ),
);
const key = fc.constantFrom(
  ...[
    'name',
    'email',
    'subject',
    'id',
    'fields',
    'key',
    'title',
    'type',
    'tags',
    'external_id',
    'created_at',
    'organization_id',
  ],
  ...[
    'do',
    'match',
    'path',
    'times',
    'chance',
    'status',
    'retryAfter',
    'headers',
    'delayMs',
    'body',
    'advanceMs',
    'set',
    'freeze',
  ],
  ...[
    'plan',
    'limits',
    'off',
    'jobMs',
    'exportLagMs',
    'webhook',
    'score',
    'into',
    'comment',
    '__proto__',
    'constructor',
  ],
);
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(key, scalar, { maxKeys: 3 }));
const record = fc.dictionary(key, value, { maxKeys: 4 });
const body = fc.oneof(
  record.map((one) => JSON.stringify(one)),
  fc
    .dictionary(fc.constantFrom(...objects), fc.oneof(fc.array(record, { maxLength: 2 }), record), { maxKeys: 2 })
    .map((one) => JSON.stringify(one)),
  fc.constantFrom('', '{', 'null', '[]', '"x"', '['.repeat(9_999)),
);
const request = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'HEAD'),
  path: fc.constantFrom(...paths),
  body,
});

it('answers whatever is asked of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 15 }), async (requests) => {
      const bugs: string[] = [];
      const log: Log = {
        ...silentLog,
        error: (message, details) => bugs.push(`${message} ${JSON.stringify(details)}`),
      };
      const desk = await openDesk({}, { log });
      for (const { method, path, body } of requests) {
        const content = method === 'GET' || method === 'HEAD' ? null : body;
        const url = `${base}/_twin${path === '' ? '' : `/${path}`}`;
        const answer = await desk.twin.fetch(new Request(url, { method, body: content }));
        const text = await answer.text();
        expect([method, path, answer.status < 500, bugs]).toEqual([method, path, true, []]);
        if (answer.status < 400) continue;
        const said = parseJson(text);
        expect([method, path, isObject(said) && typeof said.error === 'string' && said.error.length > 5]).toContain(
          true,
        );
      }
      await desk.control('POST', 'reset');
      expect((await desk.call('GET', 'users/me')).status).toBe(200);
    }),
    { numRuns: 400, seed: 20_261_120 },
  );
});
