import { describe, expect, test } from 'vitest';
import { faultOf } from '../kit/contract-bench.ts';
import { jsonResponse } from '../kit/testing.ts';
import { create, html, problem, type Script, scripted, update } from './testing.ts';

const want = { object: 'accounts', fields: ['name'] };
const until = Number.POSITIVE_INFINITY;

async function writing(answer: () => Response) {
  const { connection } = scripted({ 'PATCH /api/accounts/1': answer });
  const sent = await connection.write([update('accounts', '1', { name: 'Acme' })], until);
  return 'done' in sent && sent.done[0]?.ok === false ? sent.done[0].fault : sent;
}

async function reading(answer: () => Response) {
  const { connection } = scripted({ 'GET /api/accounts': answer });
  return faultOf(connection.changes(want, null));
}

describe('a write', () => {
  test.each([500, 502, 504])('that ends in an HTML page of %i may have been applied', async (status) => {
    expect(await writing(() => html(status))).toMatchObject({ kind: 'unsure', code: String(status) });
  });

  test.each([
    ['a proxy that is full', 429, 'limit'],
    ['a server that is not available', 503, 'later'],
  ] as const)('that %s turned away was not applied', async (_, status, kind) => {
    expect(await writing(() => html(status))).toMatchObject({ kind, code: String(status) });
  });

  test('of a record that is not there is gone', async () => {
    const answer = () =>
      problem(404, 'not found http exception', 'An entity with the requested identifier does not exist.');
    expect(await writing(answer)).toMatchObject({ kind: 'gone' });
  });

  test('of a record that we may not see is refused, and says so', async () => {
    const fault = await writing(() => problem(403, 'access denied exception', 'No access to the entity.'));
    expect(fault).toMatchObject({ kind: 'refused', code: 'access denied exception' });
    expect(fault).toMatchObject({ say: expect.stringContaining('the user that Syncline acts as') });
  });

  test.each([
    ['/data/attributes/name', 'name'],
    ['/data/relationships/owner/data', 'owner'],
    ['/data/relationships/contacts/data/3', 'contacts'],
    ['/data/attributes/emails/0/email', 'emails'],
  ])('that is refused at %s names the field %s', async (pointer, field) => {
    const fault = await writing(() => problem(400, 'form constraint', 'No.', pointer));
    expect(fault).toMatchObject({ kind: 'refused', code: 'form constraint', fields: [field] });
  });

  test('of a value that another record has leads to looking again', async () => {
    const answer = () => problem(400, 'unique entity constraint', 'It must be unique.', '/data/attributes/externalId');
    expect(await writing(answer)).toMatchObject({ kind: 'stale', fields: ['externalId'] });
  });

  test('with a further problem beside a taken value is refused, and names both fields', async () => {
    const errors = [
      {
        status: '400',
        title: 'unique entity constraint',
        detail: 'Taken.',
        source: { pointer: '/data/attributes/externalId' },
      },
      { status: '400', title: 'length constraint', detail: 'Too long.', source: { pointer: '/data/attributes/name' } },
    ];
    expect(await writing(() => jsonResponse(400, { errors }))).toEqual({
      kind: 'refused',
      code: 'length constraint',
      fields: ['externalId', 'name'],
      say: 'externalId: Taken.; name: Too long.',
    });
  });

  test('of an id that exists already leads to looking again, and any other conflict is our mistake', async () => {
    expect(await writing(() => problem(409, 'conflict constraint', 'The entity already exists.'))).toMatchObject({
      kind: 'stale',
    });
    expect(await writing(() => problem(409, 'conflict constraint', 'The type must be accounts.'))).toMatchObject({
      kind: 'bug',
    });
  });
});

describe('a read', () => {
  test('of a resource that the installation does not have is our mistake', async () => {
    const answer = () => problem(404, 'entity type constraint', 'Unknown entity type: accounts.');
    expect(await reading(answer)).toMatchObject({ kind: 'bug', code: 'entity type constraint' });
  });

  test('of what our user may not see is refused, with what may be done', async () => {
    const answer = () => problem(403, 'access denied exception', 'No access to this type of entities.');
    expect(await reading(answer)).toMatchObject({ kind: 'refused' });
  });

  test('at an address that is no OroCRM stops the connection', async () => {
    expect(await reading(() => html(404))).toMatchObject({ kind: 'login', say: expect.stringContaining('/admin') });
    const moved = () => new Response(null, { status: 302, headers: { location: 'https://elsewhere.example' } });
    expect(await reading(moved)).toMatchObject({ kind: 'login' });
  });

  test('that a proxy breaks is tried again', async () => {
    let asked = 0;
    const script: Script = {
      'GET /api/accounts': () => (++asked < 3 ? html(504) : jsonResponse(200, { data: [] })),
    };
    const { connection } = scripted(script);
    expect((await connection.changes(want, null)).changes).toEqual([]);
    expect(asked).toBe(3);
  });
});

describe('a login', () => {
  const refused = (status: number, error: string) => () =>
    jsonResponse(status, { error, error_description: 'no', message: 'Client authentication failed' });

  test.each([
    [401, 'invalid_client', 'does not know this OAuth application'],
    [400, 'unauthorized_client', 'may not log in in this way'],
    [400, 'unsupported_grant_type', 'takes no such login'],
  ])('that is refused with %i %s says what to look at', async (status, code, words) => {
    const { connection } = scripted({ 'POST /oauth2-token': refused(status, code) });
    expect(await faultOf(connection.who())).toMatchObject({ kind: 'login', code, say: expect.stringContaining(words) });
  });

  test('is made at the top of the host where the path of the back office has no such door', async () => {
    const { connection, seen } = scripted(
      {
        'POST /admin/oauth2-token': () => html(404),
        'GET /admin/api/accounts': () => jsonResponse(200, { data: [] }),
      },
      { url: 'https://acme.orocrm.example/admin' },
    );
    await connection.changes(want, null);
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /admin/oauth2-token',
      'POST /oauth2-token',
      'GET /admin/api/accounts',
    ]);
  });
});

test('bodies and answers have the media type of JSON:API, without parameters', async () => {
  const row = { type: 'accounts', id: '7', attributes: { name: 'Acme' } };
  const { connection, seen } = scripted({ 'POST /api/accounts': () => jsonResponse(201, { data: row }) });
  await connection.write([create('accounts', { name: 'Acme' })], until);
  const sent = seen.at(-1);
  expect(sent?.headers.get('content-type')).toBe('application/vnd.api+json');
  expect(sent?.headers.get('accept')).toBe('application/vnd.api+json');
  expect(sent?.body).toEqual({ data: { type: 'accounts', attributes: { name: 'Acme' } } });
});
