import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Log, silentLog } from '../../../model/world.ts';
import { routes } from './index.ts';
import type { Json } from './json.ts';
import { openDesk } from './testing.ts';

/** Hypothesis: whatever somebody sends to whichever endpoint, the twin answers as the vendor would and never breaks. */
const names = [
  'user',
  'users',
  'organization',
  'organizations',
  'ticket',
  'tickets',
  'identity',
  'organization_membership',
  'user_field',
  'ticket_field',
  'webhook',
  'trigger',
  'custom_status',
  'custom_field_option',
  'message',
  'group',
  'organization_merge',
  'tags',
  'ids',
];
const inner = [
  'name',
  'email',
  'external_id',
  'tags',
  'id',
  'user_fields',
  'organization_fields',
  'custom_fields',
  'comment',
  'status',
  'assignee_id',
  'organization_id',
  'requester',
  'type',
  'value',
  'key',
  'title',
  'phone',
  'role',
  'conditions',
  'actions',
  'subscriptions',
  'endpoint',
  'uploads',
  'email_ccs',
  'due_at',
  'custom_field_options',
];
const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.string(),
  fc.constantFrom('1', 'open', 'solved', 'dropdown', 'a@demo.com', 'https://x.example', '2026-01-01'),
);
const value = fc.oneof(
  { weight: 3, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom(...inner), scalar, { maxKeys: 3 }),
  fc.array(fc.dictionary(fc.constantFrom(...inner), scalar, { maxKeys: 3 }), { maxLength: 2 }),
);
const record = fc.dictionary(fc.constantFrom(...inner), value, { maxKeys: 5 });
const body = fc.dictionary(
  fc.constantFrom(...names),
  fc.oneof({ weight: 3, arbitrary: record }, fc.array(record, { maxLength: 3 }), value),
  { maxKeys: 2 },
);
const parameters = fc.dictionary(
  fc.constantFrom(
    'page[size]',
    'page[after]',
    'page',
    'per_page',
    'ids',
    'external_ids',
    'query',
    'name',
    'start_time',
    'cursor',
    'include',
    'sort',
    'filename',
    'token',
  ),
  fc.oneof(fc.string(), fc.constantFrom('1', '0', '-1', 'users', 'type:user *', 'eyJvIjoiaWQiLCJ2IjoiIn0=', '2')),
  { maxKeys: 3 },
);

describe('any input', () => {
  it('is answered with less than 500, and without a line in the log of bugs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            route: fc.constantFrom(...routes),
            id: fc.constantFrom('1', '2', '26155588965000', 'abc', '9223372036854775807', 'current'),
            query: parameters,
            body,
          }),
          { minLength: 1, maxLength: 12 },
        ),
        fc.integer({ min: 0, max: 20_000 }),
        async (requests, stepMs) => {
          const bugs: string[] = [];
          const log: Log = {
            ...silentLog,
            error: (message, details) => bugs.push(`${message} ${JSON.stringify(details)}`),
          };
          const desk = await openDesk({ limits: { off: true }, unknownOption: '422' }, { log });
          await desk.control('PUT', 'seed', {
            organization: [{ name: 'Acme' }],
            user: [{ name: 'Ada', email: 'a@demo.com' }],
            ticket: [{ subject: 'One' }, { subject: 'Two' }],
          });
          for (const { route, id, query, body } of requests) {
            const path = route.path.replaceAll(/:\w+/g, id);
            const content: Json | undefined = route.method === 'GET' ? undefined : body;
            const answer = await desk.call(route.method, `${path}?${new URLSearchParams(query)}`, content);
            expect(answer.status).toBeLessThan(500);
            desk.advance(stepMs);
          }
          await desk.call('GET', 'users/me');
          expect(bugs).toEqual([]);
        },
      ),
      { numRuns: 150, seed: 20_261_120 },
    );
  });
});
