import { expect } from 'vitest';
import type { JsonObject } from '../../src/twins/json.ts';
import { asAgent, numberAt, type Reply, textAt, type ZendeskBench } from './bench.ts';

/** Every way in which Zendesk refuses a request, documented or recorded, and how to get it. */
export interface Situation {
  readonly status: number;
  /** The whole body, or the code of one item of a job. */
  readonly body: unknown;
  readonly provoke: (desk: ZendeskBench) => Promise<Reply>;
}

export const text: unknown = expect.any(String);
const described = (error: string): unknown => ({ error, description: text });
const invalid = (field: string, ...complaints: readonly JsonObject[]): unknown => ({
  error: 'RecordInvalid',
  description: 'Record validation errors',
  details: { [field]: complaints.map((complaint) => ({ description: text, ...complaint })) },
});
async function made(desk: ZendeskBench, path: string, body: JsonObject): Promise<number> {
  const name = Object.keys(body)[0] ?? '';
  const reply = await desk.call('POST', path, body);
  expect([reply.status, reply.text]).toEqual([201, expect.anything()]);
  return numberAt(reply.body, `${name}.id`);
}
export const newTicket = (desk: ZendeskBench, more: JsonObject = {}): Promise<number> =>
  made(desk, 'tickets', { ticket: { subject: 'S', comment: { body: 'b' }, ...more } });
const put = (desk: ZendeskBench, id: number, ticket: JsonObject): Promise<Reply> =>
  desk.call('PUT', `tickets/${id}`, { ticket });

const limited = (more: JsonObject = {}): JsonObject => ({ limits: { off: false, ...more } });
async function over(desk: ZendeskBench, settings: JsonObject, call: () => Promise<Reply>): Promise<Reply> {
  await desk.control('PUT', 'settings', settings);
  for (let i = 0; i < 40; i++) {
    const reply = await call();
    if (reply.status === 429) return reply;
  }
  throw new Error('the limit does not end');
}

const grant = (desk: ZendeskBench, more: JsonObject): Promise<Reply> => {
  const client = { grant_type: 'client_credentials', client_id: 'syncline_twin', client_secret: 'twin-client-secret' };
  return desk.send('POST', '/oauth/tokens', { ...client, ...more }, { 'content-type': 'application/json' });
};
const oauth = (error: string): unknown => ({ error, error_description: text });
const webhook = { name: 'H', endpoint: 'https://x.example', http_method: 'POST', request_format: 'json' };
const members = (count: number): readonly JsonObject[] =>
  Array.from({ length: count }, (_, i) => ({ id: i + 1, name: `N${i}`, subject: 'S', comment: { body: 'b' } }));
const tooMany = {
  error: 'TooManyValues',
  description: 'Parameter  cannot specify more than 100 values',
  max_count: 100,
};

export const refusals: Readonly<Record<string, Situation>> = {
  'no credentials': {
    status: 401,
    body: { error: "Couldn't authenticate you" },
    provoke: (desk) => desk.send('GET', '/api/v2/users'),
  },
  'a bad bearer': {
    status: 401,
    body: oauth('invalid_token'),
    provoke: (desk) => desk.call('GET', 'users', undefined, { authorization: 'Bearer x' }),
  },
  'a scope that is missing': {
    status: 403,
    body: described('Forbidden'),
    async provoke(desk) {
      const token = textAt((await grant(desk, { scope: 'write' })).body, 'access_token');
      return desk.call('GET', 'users', undefined, { authorization: `Bearer ${token}` });
    },
  },
  'a role that may not': {
    status: 403,
    body: { error: { title: 'Forbidden', message: text } },
    async provoke(desk) {
      await desk.seed('user', { name: 'Al', email: 'al@demo.example', role: 'agent' });
      return desk.call('GET', 'webhooks', undefined, asAgent('al@demo.example'));
    },
  },
  'a code that is none': {
    status: 400,
    body: oauth('invalid_grant'),
    provoke: (desk) => grant(desk, { grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://x.example' }),
  },
  'a client that is none': {
    status: 401,
    body: oauth('invalid_client'),
    provoke: (desk) => grant(desk, { client_secret: 'wrong' }),
  },
  'a grant of another kind': {
    status: 400,
    body: oauth('unsupported_grant_type'),
    provoke: (desk) => grant(desk, { grant_type: 'password' }),
  },
  'lives out of bounds': {
    status: 400,
    body: oauth('invalid_request'),
    provoke: (desk) => grant(desk, { expires_in: 1 }),
  },
  'a public client without a person': {
    status: 400,
    body: oauth('unauthorized_client'),
    provoke: (desk) => grant(desk, { client_id: 'syncline_twin_public' }),
  },
  'a scope beyond the client’s': {
    status: 400,
    body: oauth('invalid_scope'),
    async provoke(desk) {
      const client = { identifier: 'reader', name: 'Reader', scopes: ['read'] };
      const made = await desk.call('POST', 'oauth/clients', { client });
      const login = { client_id: 'reader', client_secret: textAt(made.body, 'client.secret') };
      expect((await grant(desk, { ...login, scope: 'read' })).status).toBe(200);
      return grant(desk, { ...login, scope: 'read write' });
    },
  },
  'an unknown record': {
    status: 404,
    body: { error: 'RecordNotFound', description: 'Not found' },
    provoke: (desk) => desk.call('GET', 'users/9223372036854775807.json'),
  },
  'an unknown endpoint': {
    status: 404,
    body: { error: 'InvalidEndpoint', description: 'Not found' },
    provoke: (desk) => desk.call('GET', 'nowhere'),
  },
  'an id that is no number': {
    status: 400,
    body: { error: { title: 'Invalid attribute', message: text } },
    provoke: (desk) => desk.call('GET', 'users/abc'),
  },
  'a body without its wrapper': {
    status: 400,
    body: described('ParameterMissing'),
    provoke: (desk) => desk.call('POST', 'users', { name: 'A' }),
  },
  'a body that is no JSON': {
    status: 422,
    body: { error: 'Unprocessable Entity', message: text },
    provoke: (desk) => desk.call('POST', 'users', '{"user":'),
  },
  'an e-mail that is taken': {
    status: 422,
    body: invalid('email', { error: 'DuplicateValue' }),
    provoke: (desk) => desk.call('POST', 'users', { user: { name: 'A', email: 'owner@twin.example' } }),
  },
  'an e-mail that is none': {
    status: 422,
    body: invalid('email', { error: 'InvalidFormat' }),
    provoke: (desk) => desk.call('POST', 'users', { user: { name: 'A', email: 'nothing' } }),
  },
  'an identity that is taken': {
    status: 422,
    body: invalid('value', { error: 'DuplicateValue' }),
    async provoke(desk) {
      const id = await made(desk, 'users', { user: { name: 'A' } });
      return desk.call('POST', `users/${id}/identities`, { identity: { type: 'email', value: 'owner@twin.example' } });
    },
  },
  'an external id that is taken': {
    status: 422,
    body: invalid('external_id', { error: 'DuplicateValue' }),
    async provoke(desk) {
      await made(desk, 'users', { user: { name: 'A', external_id: 'x' } });
      return desk.call('POST', 'users', { user: { name: 'B', external_id: 'X' } });
    },
  },
  'a user without a name': {
    status: 422,
    body: invalid('name', { error: 'BlankValue' }),
    provoke: (desk) => desk.call('POST', 'users', { user: {} }),
  },
  'a name of an organization that is taken': {
    status: 422,
    body: invalid('name', { description: 'Name: ACME has already been taken', error: 'DuplicateValue' }),
    async provoke(desk) {
      await made(desk, 'organizations', { organization: { name: 'Acme' } });
      return desk.call('POST', 'organizations', { organization: { name: 'ACME' } });
    },
  },
  'an organization without a name': {
    status: 422,
    body: invalid('name', { error: 'BlankValue' }),
    provoke: (desk) => desk.call('POST', 'organizations', { organization: { name: '' } }),
  },
  'a key of a field that is taken': {
    status: 422,
    body: invalid('key', { error: 'DuplicateValue' }),
    async provoke(desk) {
      await made(desk, 'user_fields', { user_field: { key: 'k', title: 'K' } });
      return desk.call('POST', 'user_fields', { user_field: { key: 'k', title: 'K' } });
    },
  },
  'a requester of open tickets, to be deleted': {
    status: 422,
    body: invalid('base', {
      description: 'User is requester on 1 ticket(s) that are not closed.',
      error: 'InvalidValue',
    }),
    async provoke(desk) {
      const id = await made(desk, 'users', { user: { name: 'A' } });
      await newTicket(desk, { requester_id: id });
      return desk.call('DELETE', `users/${id}`);
    },
  },
  'a membership twice': {
    status: 422,
    body: invalid('user_id', { error: 'DuplicateValue' }),
    async provoke(desk) {
      const user = await made(desk, 'users', { user: { name: 'A' } });
      const organization = await made(desk, 'organizations', { organization: { name: 'O' } });
      const body = { organization_membership: { user_id: user, organization_id: organization } };
      await made(desk, 'organization_memberships', body);
      return desk.call('POST', 'organization_memberships', body);
    },
  },
  'more than 100 organizations or tickets': {
    status: 400,
    body: tooMany,
    provoke: (desk) => desk.call('POST', 'tickets/create_many', { tickets: members(101) }),
  },
  'more than 100 users': {
    status: 400,
    body: { error: 'TooManyValues', description: 'Maximum 100 users may be created per call' },
    provoke: (desk) => desk.call('POST', 'users/create_many', { users: members(101) }),
  },
  'a closed ticket, to be changed': {
    status: 422,
    body: invalid('status', { description: 'Status: closed prevents ticket update' }),
    async provoke(desk) {
      const me = numberAt((await desk.call('GET', 'users/me')).body, 'user.id');
      const id = await newTicket(desk, { status: 'closed', assignee_id: me });
      return put(desk, id, { subject: 'T' });
    },
  },
  'a ticket to be solved by nobody': {
    status: 422,
    body: invalid('base', {
      description: 'Assignee: is required when solving a ticket',
      error: null,
      ticket_field_id: expect.any(Number),
      ticket_field_type: 'FieldAssignee',
    }),
    provoke: async (desk) => put(desk, await newTicket(desk), { status: 'solved' }),
  },
  'a ticket without a text': {
    status: 422,
    body: invalid('base', { description: 'Description: cannot be blank', error: 'BlankValue' }),
    provoke: (desk) => desk.call('POST', 'tickets', { ticket: { subject: 'S' } }),
  },
  'a priority to be taken away': {
    status: 422,
    body: invalid('priority', { description: 'Priority: cannot be reset', error: 'InvalidValue' }),
    provoke: async (desk) => put(desk, await newTicket(desk, { priority: 'high' }), { priority: null }),
  },
  'a safe update that comes too late': {
    status: 409,
    body: described('UpdateConflict'),
    async provoke(desk) {
      const id = await newTicket(desk);
      return put(desk, id, { subject: 'T', safe_update: true, updated_stamp: '2026-01-01T00:00:00Z' });
    },
  },
  'a key of idempotency for another ticket': {
    status: 400,
    body: { error: 'IdempotentRequestError', description: "Request parameters don't match the given idempotency key" },
    async provoke(desk) {
      const post = (subject: string): Promise<Reply> =>
        desk.call('POST', 'tickets', { ticket: { subject, comment: { body: 'b' } } }, { 'idempotency-key': 'k' });
      await post('S');
      return post('T');
    },
  },
  'a file that is too large': {
    status: 422,
    body: described('AttachmentTooLarge'),
    provoke: (desk) => desk.call('POST', 'uploads?filename=a', new Uint8Array(50 * 1024 * 1024 + 1)),
  },
  'more than thirty jobs': {
    status: 429,
    body: described('TooManyJobs'),
    provoke: (desk) =>
      over(desk, limited({ requestsPerMinute: 1000, jobs: 2 }), () =>
        desk.call('POST', 'organizations/create_many', { organizations: [{ name: 'A' }] }),
      ),
  },
  'the account’s limit': {
    status: 429,
    body: null,
    provoke: (desk) => over(desk, limited({ requestsPerMinute: 3 }), () => desk.call('GET', 'users')),
  },
  'the limit of exports': {
    status: 429,
    body: described('APIRateLimitExceeded'),
    provoke: (desk) => over(desk, limited(), () => desk.call('GET', 'incremental/users?start_time=0')),
  },
  'the limit of one ticket': {
    status: 429,
    body: null,
    async provoke(desk) {
      const id = await newTicket(desk);
      return over(desk, limited(), () => put(desk, id, { subject: 'T' }));
    },
  },
  'the limit of one organization': {
    status: 429,
    body: { errors: [{ code: 'TooManyRequests', title: 'Too many requests to update' }] },
    async provoke(desk) {
      const id = await made(desk, 'organizations', { organization: { name: 'O' } });
      return over(desk, limited(), () => desk.call('PUT', `organizations/${id}`, { organization: { notes: 'n' } }));
    },
  },
  'a page too deep': {
    status: 400,
    body: { errors: [{ code: 'InvalidPaginationDepth', title: text }] },
    provoke: (desk) => desk.call('GET', 'organizations?page=101'),
  },
  'an order that a list has not': {
    status: 400,
    body: { errors: [{ code: 'InvalidPaginationParameter', title: 'sort is not valid' }] },
    provoke: (desk) => desk.call('GET', 'tickets?page[size]=2&sort=subject'),
  },
  'a search beyond a thousand results': {
    status: 422,
    body: {
      error: 'invalid',
      description: 'Invalid search: Requested response size was greater than Search Response Limits',
    },
    provoke: (desk) => desk.call('GET', 'search?query=type:user&page=11'),
  },
  'a start that is too recent': {
    status: 422,
    body: described('InvalidValue'),
    provoke: (desk) => desk.call('GET', `incremental/users?start_time=${Math.floor(desk.now() / 1000)}`),
  },
  'a webhook that cannot be': {
    status: 400,
    body: { errors: [{ code: 'InvalidWebhook', title: text }] },
    provoke: (desk) => desk.call('POST', 'webhooks', { webhook: { ...webhook, endpoint: 'nowhere' } }),
  },
};
