import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { jsonResponse } from '../kit/testing.ts';
import { type Script, scripted } from './testing.ts';

/** What is sent of users, word for word. */

const until = Number.POSITIVE_INFINITY;
const want = { object: 'user', fields: ['name'] };
const row = (given: Readonly<Record<string, unknown>> = {}) => ({ id: 7, name: 'Ada', updated_at: null, ...given });
const create = (
  fields: Extract<Operation, { do: 'create' }>['fields'],
  given: { markField?: string } = {},
): Operation => ({
  do: 'create',
  link: 'l',
  object: 'user',
  mark: '0035g00000AdaAAQ',
  ...given,
  fields,
});
const update = (fields: Extract<Operation, { do: 'update' }>['fields'], id = '7'): Operation => ({
  do: 'update',
  link: 'l',
  ref: { connection: 'support', object: 'user', id },
  expect: null,
  fields,
});
const script: Script = {
  'POST /users': () => jsonResponse(201, { user: row() }),
  'PUT /users/7': () => jsonResponse(200, { user: row({ organization_id: 1 }) }),
  'POST /organization_memberships': () => jsonResponse(201, { organization_membership: { id: 1, default: true } }),
  'GET /users/show_many': () => jsonResponse(200, { users: [row({ phone: '+15551230001' })] }),
};
const sentUser = z.object({ user: z.record(z.string(), z.unknown()) });

async function sent(operation: Operation) {
  const { connection, seen } = scripted(script);
  await connection.write([operation], until);
  return seen.flatMap(({ method, path, body }) => {
    const parsed = sentUser.safeParse(body);
    return parsed.success ? [[`${method} ${path}`, parsed.data.user] as const] : [];
  });
}

describe('a new user', () => {
  test('gets no e-mail, unless somebody asked for it', async () => {
    expect(await sent(create({ name: 'Ada', email: 'ada@acme.test', organization_id: '26155588965577' }))).toEqual([
      [
        'POST /api/v2/users',
        {
          name: 'Ada',
          email: 'ada@acme.test',
          organization_id: 26155588965577,
          external_id: '0035g00000AdaAAQ',
          skip_verify_email: true,
        },
      ],
    ]);
    expect(await sent(create({ name: 'Ada', skip_verify_email: false }))).toMatchObject([
      ['POST /api/v2/users', { skip_verify_email: false }],
    ]);
  });

  test('carries its mark where the config wants it', async () => {
    const { connection, seen } = scripted({
      ...script,
      'GET /user_fields': () => jsonResponse(200, { user_fields: [] }),
    });
    await connection.write([create({ name: 'Ada' }, { markField: 'user_fields.sf_id' })], until);
    expect(seen.at(-1)?.body).toEqual({
      user: { name: 'Ada', skip_verify_email: true, user_fields: { sf_id: '0035g00000AdaAAQ' } },
    });
  });
});

describe('an update of a user', () => {
  test('never carries the organization, which would end the other memberships', async () => {
    const { connection, seen } = scripted(script);
    const [one, two] = [update({ notes: 'x', organization_id: '2' }), update({ organization_id: '2' })];
    expect(await connection.write([one], until)).toMatchObject({ done: [{ ok: true, now: null }] });
    expect(await connection.write([two], until)).toMatchObject({ done: [{ ok: true }] });
    expect(seen.map(({ method, path, body }) => [`${method} ${path}`, body])).toEqual([
      ['PUT /api/v2/users/7', { user: { notes: 'x' } }],
      [
        'POST /api/v2/organization_memberships',
        { organization_membership: { user_id: 7, organization_id: 2, default: true } },
      ],
      [
        'POST /api/v2/organization_memberships',
        { organization_membership: { user_id: 7, organization_id: 2, default: true } },
      ],
    ]);
  });

  test('needs nothing more where the organization is the default one already', async () => {
    const { connection, seen } = scripted(script);
    await connection.write([update({ notes: 'x', organization_id: '1' })], until);
    expect(seen.map(({ method }) => method)).toEqual(['PUT']);
  });

  test('that adds an address has no e-mail sent there, and one that empties the number says so with a text', async () => {
    expect(await sent(update({ email: 'ada@home.test' }))).toEqual([
      ['PUT /api/v2/users/7', { email: 'ada@home.test', skip_verify_email: true }],
    ]);
    expect(await sent(update({ phone: null }))).toEqual([['PUT /api/v2/users/7', { phone: '' }]]);
  });

  test.each([
    [{ organization_id: null }, 'organization_id'],
    [{ email: null, notes: 'x' }, 'email'],
  ])('that would take away what cannot be given back is refused, and nothing is sent: %j', async (fields, field) => {
    const { connection, seen } = scripted(script);
    expect(await connection.write([update(fields)], until)).toMatchObject({
      done: [{ ok: false, fault: { kind: 'refused', fields: [field] } }],
    });
    expect(seen).toEqual([]);
  });
});

describe('the feed of users', () => {
  test('goes on from the vendor’s cursor, and a poll of a quiet one is one call', async () => {
    const { connection, seen } = scripted({
      'GET /incremental/users/cursor': ({ query }) => {
        const users = query.has('start_time') ? [row(), { id: 8, name: 'Bob', active: false }] : [];
        return jsonResponse(200, { users, after_cursor: 'c1', end_of_stream: true });
      },
    });
    const first = await connection.changes(want, null);
    expect(first.changes.map(({ seen: what }) => what)).toEqual([{ name: 'Ada' }, { gone: 'purged' }]);
    const second = await connection.changes(want, first.cursor);
    const third = await connection.changes(want, second.cursor);
    expect([second, third]).toMatchObject([
      { changes: [], more: false },
      { changes: [], more: false },
    ]);
    expect(seen.map(({ query }) => [query.get('start_time'), query.get('cursor')])).toEqual([
      ['0', null],
      [null, 'c1'],
      [null, 'c1'],
    ]);
  });

  test('of an account without users begins again, and a text that is no cursor is a mistake', async () => {
    const { connection } = scripted({
      'GET /incremental/users/cursor': () => jsonResponse(200, { users: [], after_cursor: null, end_of_stream: true }),
    });
    const empty = await connection.changes(want, null);
    expect(await connection.changes(want, empty.cursor)).toEqual(empty);
    await expect(connection.changes(want, '{"from":1}')).rejects.toMatchObject({ fault: { kind: 'bug' } });
  });
});

describe('a batch of updates', () => {
  test('is not sent again while what follows its jobs has to wait', async () => {
    let refusals = 0;
    const { connection, world } = scripted({
      'POST /organization_memberships/create_many': () =>
        jsonResponse(200, { job_status: { id: 'm', status: 'queued' } }),
      'GET /job_statuses/show_many': () =>
        jsonResponse(200, { job_statuses: [{ id: 'm', status: 'completed', results: [] }] }),
      'GET /users/show_many': () => jsonResponse(200, { users: [row({ id: 7, organization_id: 2 }), row({ id: 8 })] }),
      'PUT /users/8/organizations/2/make_default': () => {
        refusals += 1;
        return refusals === 1 ? jsonResponse(429, {}, { 'retry-after': '7' }) : jsonResponse(200, {});
      },
    });
    const operations = [update({ organization_id: '2' }), update({ organization_id: '2' }, '8')];
    const sentJob = await connection.write(operations, until);
    const job = 'job' in sentJob ? sentJob.job : '';
    const asked = [{ job, operations, places: [0, 1] }];
    expect(await connection.collect(asked)).toEqual([{ job, againMs: 7000 }]);
    await world.pass(7000);
    expect(await connection.collect(asked)).toMatchObject([
      {
        done: [
          { ok: true, id: '7' },
          { ok: true, id: '8' },
        ],
      },
    ]);
  });

  test('whose job is not known any more is unsure, and nothing follows', async () => {
    const { connection, world, seen } = scripted({
      'POST /organization_memberships/create_many': () =>
        jsonResponse(200, { job_status: { id: 'm', status: 'queued' } }),
      'PUT /users/update_many': () => jsonResponse(200, { job_status: { id: 'u', status: 'queued' } }),
      'GET /job_statuses/show_many': () =>
        jsonResponse(200, { job_statuses: [{ id: 'm', status: 'completed', results: [] }] }),
    });
    const operations = [update({ organization_id: '2', notes: 'x' }), update({ notes: 'x' }, '8')];
    const sentJob = await connection.write(operations, until);
    const job = 'job' in sentJob ? sentJob.job : '';
    await world.pass(60_000);
    const unsure = { ok: false, fault: { kind: 'unsure' } };
    expect(await connection.collect([{ job, operations, places: [0, 1] }])).toMatchObject([{ done: [unsure, unsure] }]);
    expect(seen.at(-1)?.path).toBe('/api/v2/job_statuses/show_many');
  });
});
