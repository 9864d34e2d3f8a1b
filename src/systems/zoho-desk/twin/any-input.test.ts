import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routes } from './index.ts';
import type { Json } from './json.ts';
import { openDesk } from './testing.ts';

/** Hypothesis: whatever somebody sends to whichever endpoint, the twin answers as the vendor would and never breaks. */
const names = fc.constantFrom(
  ...['lastName', 'accountName', 'subject', 'email', 'phone', 'zip', 'cf', 'customFields', 'accountId', 'contactId'],
  ...['departmentId', 'status', 'dueDate', 'ids', 'contactIds', 'accountIds', 'ticketIds', 'source', 'fieldName'],
  ...['fieldValue', 'isCustomField', 'isSpam', 'data', 'content', 'contentType', 'url', 'subscriptions', 'name'],
  ...['contact', 'uploads', 'module', 'type', 'displayLabel', 'allowedValues', 'secondaryContacts', 'layoutId'],
  ...['__proto__', 'constructor', 'toString', 'cf_key', 'Contact_Add', 'departmentIds', 'fields', 'id'],
);
const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
  fc.constantFrom('1', 'Open', 'a@demo.com', 'https://x.example', '2026-01-01T00:00:00.000Z', 'contacts', 'Text', ';'),
);
const value = fc.oneof(
  { weight: 3, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(names, scalar, { maxKeys: 3 }),
  fc.array(fc.dictionary(names, scalar, { maxKeys: 3 }), { maxLength: 2 }),
);
const body = fc.dictionary(names, value, { maxKeys: 5 });
const parameters = fc.dictionary(
  fc.constantFrom(
    ...[
      'from',
      'limit',
      'sortBy',
      'include',
      'fields',
      'ids',
      'module',
      'email',
      'lastName',
      '_all',
      'searchStr',
      'id',
    ],
    ...['modifiedTimeRange', 'customField1', 'departmentId', 'status', 'apiNames', 'agentIds', 'layoutId', 'isPublic'],
  ),
  fc.oneof(
    fc.string(),
    fc.constantFrom('1', '0', '-1', '9999999999', 'contacts', 'modifiedTime', '-createdTime', 'accounts', 'cf_key:*'),
    fc.constantFrom('2026-01-01T00:00:00.000Z,2027-01-01T00:00:00.000Z', '*', ',', 'true', 'lastName,__proto__'),
  ),
  { maxKeys: 3 },
);

describe('any input', () => {
  it('is answered as the vendor would, and without a line in the log of bugs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            route: fc.constantFrom(...routes),
            id: fc.constantFrom('known', '1', '9223372036854775807', '99999999999999999999', 'abc', '%F0', '__proto__'),
            query: parameters,
            body,
          }),
          { minLength: 1, maxLength: 12 },
        ),
        fc.constantFrom('strings', 'scalars'),
        async (requests, cfValues) => {
          const desk = await openDesk({ limits: { off: true }, cfValues, searchLagMs: 1_000, listLagMs: 1_000 });
          const fields = [{ apiName: 'cf_key', displayLabel: 'Key', type: 'Text' }];
          await desk.control('PUT', 'schema', { contact: { fields } });
          const [known = ''] = await desk.seed('contact', { lastName: 'A', email: 'a@demo.com' });
          const [account = ''] = await desk.seed('account', { accountName: 'Acme' });
          const [ticket = ''] = await desk.seed('ticket', { subject: 'S', contactId: known, description: 'd' });
          for (const { route, id, query, body } of requests) {
            const own = route.path.startsWith('accounts') ? account : route.path.startsWith('tickets') ? ticket : known;
            const path = route.path.replaceAll(/:\w+/g, id === 'known' ? own : id);
            const content: Json | undefined = route.method === 'GET' ? undefined : body;
            const answer = await desk.call(route.method, `${path}?${new URLSearchParams(query)}`, content);
            // The vendor has no better word for an unknown name in `fields`.
            expect(query.fields === undefined ? answer.status : 0).toBeLessThan(500);
            if (answer.status >= 400) expect(answer.body.errorCode).toBeTypeOf('string');
            desk.advance(700);
          }
          expect(desk.bugs).toEqual([]);
          expect((await desk.call('GET', 'myinfo')).status).toBe(200);
        },
      ),
      { numRuns: 250, seed: 20_261_120 },
    );
  });
});
