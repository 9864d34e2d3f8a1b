import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/twins/json.ts';
import { at, keysOf, numberAt, openDesk, ownerLogin, type Reply, textAt, type ZendeskBench } from './bench.ts';

/**
 * What Zendesk answers when it does not do what it was asked. Five envelopes coexist; each situation has its own. Texts that are not
 * proven, and statuses that accounts differ in, are not compared.
 */
let desk: ZendeskBench;
beforeEach(async () => {
  desk = await openDesk({ limits: { off: true } });
});

function invalid(reply: Reply, field: string, ...complaints: readonly JsonObject[]): void {
  expect([reply.status, reply.body]).toEqual([
    422,
    {
      error: 'RecordInvalid',
      description: 'Record validation errors',
      details: { [field]: complaints.map((complaint) => expect.objectContaining(complaint)) },
    },
  ]);
}

async function made(path: string, name: string, body: JsonObject): Promise<number> {
  const reply = await desk.call('POST', path, { [name]: body });
  expect([reply.status, reply.text]).toEqual([201, expect.anything()]);
  return numberAt(reply.body, `${name}.id`);
}

const notFound = { error: 'RecordNotFound', description: 'Not found' };
const noEndpoint = { error: 'InvalidEndpoint', description: 'Not found' };

describe('what is not there', () => {
  it.each([
    'users',
    'organizations',
    'tickets',
    'groups',
    'user_fields',
    'organization_fields',
    'ticket_fields',
    'triggers',
    'custom_statuses',
  ])('in %s answers its own 404 to every method', async (kind) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const body = method === 'PUT' ? { [kind.replace(/e?s$/, '')]: {}, custom_status: {} } : undefined;
      const reply = await desk.call(method, `${kind}/9223372036854775807.json`, body);
      // Not every kind of record can be written by every method; what can is not found.
      expect([404, kind, method, reply.body]).toEqual([
        reply.status,
        kind,
        method,
        at(reply.body, 'error') === 'InvalidEndpoint' ? noEndpoint : notFound,
      ]);
      if (method === 'GET') expect(at(reply.body, 'error')).toBe('RecordNotFound');
    }
  });

  it.each([
    'nowhere',
    'users/1/nowhere',
    'helpcenter/articles',
    '/api/v1/users',
    '/api/v2',
    '/',
    '/api/v2/users/1/../../../x',
  ])('is said of the endpoint %s', async (path) => {
    const reply = await desk.call('GET', path);
    expect([reply.status, reply.body]).toEqual([404, noEndpoint]);
  });

  it.each(['abc', '1.5', '-1', '0x10', '%00', 'null', 'me2', '1e3'])(
    'is not looked for by an id that is none: %s',
    async (id) => {
      for (const kind of ['users', 'organizations', 'tickets']) {
        const reply = await desk.call('GET', `${kind}/${id}`);
        expect([reply.status, reply.body]).toEqual([
          400,
          {
            error: {
              title: 'Invalid attribute',
              message: 'You passed an invalid value for the id attribute. must be an integer',
            },
          },
        ]);
      }
    },
  );

  it.each(['V3-0123456789abcdef0123456789abcdef', 'x', '1'])('is said of the job %s', async (id) => {
    const reply = await desk.call('GET', `job_statuses/${id}`);
    expect([reply.status, reply.body]).toEqual([404, notFound]);
  });

  it('is said when a ticket is restored that was never deleted', async () => {
    const id = await made('tickets', 'ticket', { subject: 'S', comment: { body: 'b' } });
    for (const missing of [id, 999]) {
      const reply = await desk.call('PUT', `deleted_tickets/${missing}/restore`, {});
      expect([reply.status, reply.body]).toEqual([404, notFound]);
    }
  });
});

describe('a value that is taken', () => {
  it('is an e-mail, be it primary or not, of an agent or suspended', async () => {
    const ada = await made('users', 'user', { name: 'Ada', email: 'ada@demo.example' });
    await desk.call('POST', `users/${ada}/identities`, { identity: { type: 'email', value: 'second@demo.example' } });
    for (const email of ['ada@demo.example', 'ADA@demo.example', 'second@demo.example', 'owner@twin.example']) {
      const description = `Email: ${email.toLowerCase()} is already being used by another user`;
      const reply = await desk.call('POST', 'users', { user: { name: 'Bob', email } });
      expect([reply.status, textAt(reply.body, 'details.email.0.description').toLowerCase()]).toEqual([
        422,
        description.toLowerCase(),
      ]);
      expect(at(reply.body, 'details.email.0.error')).toBe('DuplicateValue');
    }
    const bob = await made('users', 'user', { name: 'Bob' });
    const identity = await desk.call('POST', `users/${bob}/identities`, {
      identity: { type: 'email', value: 'ada@demo.example' },
    });
    invalid(identity, 'value', { description: 'Value: ada@demo.example is already being used by another user' });
  });

  it('is the name of an organization, whatever its case', async () => {
    await made('organizations', 'organization', { name: 'Acme' });
    invalid(await desk.call('POST', 'organizations', { organization: { name: 'ACME' } }), 'name', {
      description: 'Name: ACME has already been taken',
      error: 'DuplicateValue',
    });
    const other = await made('organizations', 'organization', { name: 'Other' });
    invalid(await desk.call('PUT', `organizations/${other}`, { organization: { name: 'acme' } }), 'name', {
      error: 'DuplicateValue',
    });
  });

  it('is an external id, whatever its case', async () => {
    await made('users', 'user', { name: 'Ada', external_id: 'ian1' });
    const reply = await desk.call('POST', 'users', { user: { name: 'Bob', external_id: 'IAN1' } });
    expect([reply.status, at(reply.body, 'error')]).toEqual([422, 'RecordInvalid']);
    await made('organizations', 'organization', { name: 'A', external_id: 'x' });
    expect((await desk.call('POST', 'organizations', { organization: { name: 'B', external_id: 'X' } })).status).toBe(
      422,
    );
  });

  it('is a membership, and the key of a field', async () => {
    const [user, organization] = [
      await made('users', 'user', { name: 'A' }),
      await made('organizations', 'organization', { name: 'O' }),
    ];
    const membership = { organization_membership: { user_id: user, organization_id: organization } };
    expect((await desk.call('POST', 'organization_memberships', membership)).status).toBe(201);
    invalid(await desk.call('POST', 'organization_memberships', membership), 'user_id', {
      description: 'User has already been taken',
    });
    await made('user_fields', 'user_field', { key: 'plan', title: 'Plan', type: 'text' });
    invalid(await desk.call('POST', 'user_fields', { user_field: { key: 'plan', title: 'P', type: 'text' } }), 'key', {
      error: 'DuplicateValue',
    });
  });
});

describe('a record that cannot be as it is written', () => {
  it.each<[string, string, JsonObject, string, string]>([
    ['users', 'user', {}, 'name', 'Name: is too short (minimum is 1 characters)'],
    ['users', 'user', { name: '' }, 'name', 'Name: is too short (minimum is 1 characters)'],
    ['organizations', 'organization', {}, 'name', 'Name: cannot be blank'],
    ['organizations', 'organization', { name: ' ' }, 'name', 'Name: cannot be blank'],
    ['tickets', 'ticket', { subject: 'S' }, 'base', 'Description: cannot be blank'],
    ['tickets', 'ticket', { subject: 'S', comment: { body: '' } }, 'base', 'Description: cannot be blank'],
  ])('is refused: %s %s %j', async (path, name, body, field, description) => {
    invalid(await desk.call('POST', path, { [name]: body }), field, { description });
  });

  it('is a ticket that is closed, has no assignee to solve it, or is to lose its priority', async () => {
    const open = () => made('tickets', 'ticket', { subject: 'S', comment: { body: 'b' }, priority: 'high' });
    const put = async (id: number, ticket: JsonObject) => desk.call('PUT', `tickets/${id}`, { ticket });
    const ticket = await open();
    const solved = await desk.call('POST', 'tickets', {
      ticket: { subject: 'S', comment: { body: 'b' }, assignee_id: null },
    });
    const unassigned = numberAt(solved.body, 'ticket.id');
    expect(
      keysOf(
        at((await put(unassigned, { status: 'solved', assignee_id: null, group_id: null })).body, 'details.base.0'),
      ),
    ).toEqual(['description', 'error', 'ticket_field_id', 'ticket_field_type']);
    const reset = await put(ticket, { priority: null });
    expect([reset.status, JSON.stringify(at(reset.body, 'details'))]).toEqual([
      422,
      expect.stringContaining('Priority: cannot be reset'),
    ]);
    const me = numberAt((await desk.call('GET', 'users/me')).body, 'user.id');
    expect((await put(ticket, { status: 'closed', assignee_id: me })).status).toBe(200);
    invalid(await put(ticket, { subject: 'T' }), 'status', { description: 'Status: closed prevents ticket update' });
  });

  it('is the requester of an open ticket, to be deleted', async () => {
    const user = await made('users', 'user', { name: 'Ada', email: 'ada@demo.example' });
    await made('tickets', 'ticket', { subject: 'S', comment: { body: 'b' }, requester_id: user });
    invalid(await desk.call('DELETE', `users/${user}`), 'base', {
      description: 'User is requester on 1 ticket(s) that are not closed.',
    });
  });

  it('is a ticket that somebody else has written since', async () => {
    const id = await made('tickets', 'ticket', { subject: 'S', comment: { body: 'b' } });
    const stamp = textAt((await desk.call('GET', `tickets/${id}`)).body, 'ticket.updated_at');
    desk.advance(5_000);
    await desk.call('PUT', `tickets/${id}`, { ticket: { subject: 'T' } });
    const stale = await desk.call('PUT', `tickets/${id}`, {
      ticket: { subject: 'U', safe_update: true, updated_stamp: stamp },
    });
    expect([stale.status, at(stale.body, 'error'), keysOf(stale.body)]).toEqual([
      409,
      'UpdateConflict',
      ['description', 'error'],
    ]);
  });

  it('is a ticket under a key that was used for another', async () => {
    const post = (subject: string) =>
      desk.call('POST', 'tickets', { ticket: { subject, comment: { body: 'b' } } }, { 'idempotency-key': 'k1' });
    const [first, again, other] = [await post('S'), await post('S'), await post('T')];
    expect([first.status, first.headers.get('x-idempotency-lookup')]).toEqual([201, 'miss']);
    expect([again.status, again.headers.get('x-idempotency-lookup'), again.text]).toEqual([201, 'hit', first.text]);
    expect([other.status, at(other.body, 'error')]).toEqual([400, 'IdempotentRequestError']);
  });

  it('is told in the caller’s own language, under the same keys', async () => {
    await desk.control('PUT', 'settings', { locale: 'es' });
    const reply = await desk.call('POST', 'organizations', { organization: { name: '' } });
    expect([reply.status, at(reply.body, 'error'), keysOf(at(reply.body, 'details'))]).toEqual([
      422,
      'RecordInvalid',
      ['name'],
    ]);
    expect(reply.text).not.toContain('cannot be blank');
  });

  it('is ignored where its property is unknown, with a header that says so', async () => {
    const reply = await desk.call('POST', 'users', { user: { name: 'A', foo: 1, constructor: 2, 'é"\n': 3 } });
    expect([reply.status, desk.bugs]).toEqual([201, []]);
    expect(reply.headers.get('x-zendesk-api-warn')).toMatch(
      /^\{:allowed_parameters=>\{:controller=>"users", :action=>"create", :unpermitted_keys=>\[.*"user\.foo".*\], :invalid_values=>\[\]\}\}$/,
    );
  });
});

describe('too much at once', () => {
  it.each<[string, string, string, JsonObject]>([
    [
      'POST',
      'organizations/create_many',
      'organizations',
      { error: 'TooManyValues', description: 'Parameter  cannot specify more than 100 values', max_count: 100 },
    ],
    [
      'PUT',
      'organizations/update_many',
      'organizations',
      { error: 'TooManyValues', description: 'Parameter  cannot specify more than 100 values', max_count: 100 },
    ],
    [
      'POST',
      'tickets/create_many',
      'tickets',
      { error: 'TooManyValues', description: 'Parameter  cannot specify more than 100 values', max_count: 100 },
    ],
    [
      'POST',
      'users/create_many',
      'users',
      { error: 'TooManyValues', description: 'Maximum 100 users may be created per call' },
    ],
    [
      'POST',
      'users/create_or_update_many',
      'users',
      { error: 'TooManyValues', description: 'Maximum 100 users may be created per call' },
    ],
  ])('is 101 records: %s %s', async (method, path, name, error) => {
    const members = Array.from({ length: 101 }, (_, i) => ({
      id: i,
      name: `N${i}`,
      subject: 'S',
      comment: { body: 'b' },
    }));
    const reply = await desk.call(method, path, { [name]: members });
    expect([reply.status, reply.body]).toEqual([400, error]);
  });

  it('is 101 ids in an address', async () => {
    const ids = Array.from({ length: 101 }, (_, i) => i + 1).join(',');
    for (const path of ['organizations/show_many', 'users/show_many', 'tickets/show_many']) {
      const reply = await desk.call('GET', `${path}?ids=${ids}`);
      expect([reply.status, at(reply.body, 'error')]).toEqual([400, 'TooManyValues']);
    }
    expect((await desk.call('DELETE', `organizations/destroy_many?ids=${ids}`)).status).toBe(400);
  });

  it('is a thirty-first job', async () => {
    await desk.control('PUT', 'settings', { limits: { off: false, requestsPerMinute: 10_000 } });
    const queue = (i: number) => desk.call('POST', 'organizations/create_many', { organizations: [{ name: `O${i}` }] });
    for (let i = 0; i < 30; i++) expect((await queue(i)).status).toBe(200);
    const over = await queue(30);
    expect([over.status, over.text]).toEqual([429, expect.stringContaining('TooManyJobs')]);
  });
});

it('a body without its wrapper names what is missing', async () => {
  for (const [path, body] of [
    ['users', { name: 'A' }],
    ['organizations', {}],
    ['tickets', { subject: 'S' }],
    ['users/create_many', {}],
  ] as const) {
    const reply = await desk.call('POST', path, body, ownerLogin);
    expect([reply.status, at(reply.body, 'error')]).toEqual([400, 'ParameterMissing']);
  }
});
