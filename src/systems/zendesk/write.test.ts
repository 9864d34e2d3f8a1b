import { describe, expect, test } from 'vitest';
import type { Operation, Sent } from '../../model/operation.ts';
import { jsonResponse } from '../kit/testing.ts';
import { organization, scripted } from './testing.ts';

const until = Number.POSITIVE_INFINITY;

function create(link: string, fields: Record<string, string>, mark: string | null = null): Operation {
  return { do: 'create', link, object: 'organization', mark, fields };
}

function update(id: string, fields: Extract<Operation, { do: 'update' }>['fields']): Operation {
  return {
    do: 'update',
    link: `l${id}`,
    ref: { connection: 'support', object: 'organization', id },
    expect: null,
    fields,
  };
}

function remove(id: string): Operation {
  const ref = { connection: 'support', object: 'organization', id };
  return { do: 'remove', link: `l${id}`, ref, expect: null, how: 'delete' };
}

const queued = {
  id: 'V3-ffeda191e5930dbdd60038ab658da2bf',
  status: 'queued',
  total: 2,
  progress: null,
  message: null,
  results: null,
};
const job = () => jsonResponse(200, { job_status: queued });
const noFields = () => jsonResponse(200, { organization_fields: [], meta: { has_more: false } });

function outcomes(sent: Sent) {
  return 'done' in sent ? sent.done : [];
}

describe('one record', () => {
  test('is created by one call, with its mark, and the answer tells the record', async () => {
    const { connection, seen } = scripted({
      'POST /organizations': () =>
        jsonResponse(201, { organization: organization(6164125400602, { name: 'X', external_id: 'sf1' }) }),
    });
    const [outcome] = outcomes(await connection.write([create('l', { name: 'X' }, 'sf1')], until));
    expect(outcome).toMatchObject({
      ok: true,
      id: '6164125400602',
      version: '2026-01-01T09:00:00Z',
      now: { name: 'X', external_id: 'sf1', notes: null },
    });
    expect(seen.map(({ body }) => body)).toEqual([{ organization: { name: 'X', external_id: 'sf1' } }]);
  });

  test('is updated in the given fields only', async () => {
    const { connection, seen } = scripted({
      'PUT /organizations/7': () =>
        jsonResponse(200, { organization: organization(7, { organization_fields: { plan: 'gold' } }) }),
      'GET /organization_fields': noFields,
    });
    const [outcome] = outcomes(
      await connection.write([update('7', { notes: null, 'organization_fields.plan': 'gold' })], until),
    );
    expect(seen.at(-1)?.body).toEqual({ organization: { notes: null, organization_fields: { plan: 'gold' } } });
    expect(outcome).toMatchObject({ ok: true, id: '7', now: { 'organization_fields.plan': 'gold' } });
  });

  test('is removed by one call; one that is not there any more is gone', async () => {
    const { connection } = scripted({
      'DELETE /organizations/7': () => new Response(null, { status: 204 }),
      'DELETE /organizations/8': () => jsonResponse(404, { error: 'RecordNotFound', description: 'Not found' }),
    });
    expect(outcomes(await connection.write([remove('7')], until))).toEqual([
      { ok: true, id: '7', version: null, now: null },
    ]);
    expect(outcomes(await connection.write([remove('8')], until))).toMatchObject([
      { ok: false, fault: { kind: 'gone' } },
    ]);
  });

  test('with a name that is taken is stale', async () => {
    const details = { name: [{ description: 'Name: X has already been taken', error: 'DuplicateValue' }] };
    const { connection } = scripted({
      'POST /organizations': () =>
        jsonResponse(422, { error: 'RecordInvalid', description: 'Record validation errors', details }),
    });
    expect(outcomes(await connection.write([create('l', { name: 'X' })], until))).toMatchObject([
      { ok: false, fault: { kind: 'stale', code: 'DuplicateValue', fields: ['name'] } },
    ]);
  });

  test('whose answer is lost is unsure and was sent once', async () => {
    const { connection, seen } = scripted({
      'POST /organizations': () => {
        throw new TypeError('fetch failed');
      },
    });
    const [outcome] = outcomes(await connection.write([create('l', { name: 'X' })], until));
    expect(outcome).toMatchObject({ ok: false, fault: { kind: 'unsure' } });
    expect(seen.length).toBe(1);
  });

  test('that could not end in time is not sent', async () => {
    const { connection, seen, world } = scripted({});
    const [outcome] = outcomes(await connection.write([create('l', { name: 'X' })], world.now() + 1000));
    expect(outcome).toMatchObject({ ok: false, fault: { kind: 'later' } });
    expect(seen).toEqual([]);
  });

  test('cannot be brought back', async () => {
    const { connection } = scripted({});
    const ref = { connection: 'support', object: 'organization', id: '7' };
    expect(outcomes(await connection.write([{ do: 'restore', link: 'l', ref }], until))).toMatchObject([
      { ok: false, fault: { kind: 'refused' } },
    ]);
  });

  test('is updated five times a minute and no more', async () => {
    const { connection, world } = scripted({
      'PUT /organizations/7': () => jsonResponse(200, { organization: organization(7) }),
    });
    const began = world.now();
    for (let i = 0; i < 5; i++) await connection.write([update('7', { notes: `${i}` })], until);
    expect(world.now() - began).toBe(0);
    const [sixth] = outcomes(await connection.write([update('7', { notes: '6' })], began + 40_000));
    expect(sixth).toMatchObject({ ok: false, fault: { kind: 'limit' } });
  });

  test('of whose body the vendor ignored a part is told in the log', async () => {
    const { connection, world } = scripted({
      'PUT /organizations/7': () =>
        jsonResponse(
          200,
          { organization: organization(7) },
          { 'x-zendesk-api-warn': 'unpermitted_keys=>["organization.foo"]' },
        ),
    });
    await connection.write([update('7', { foo: 'x' })], until);
    expect(world.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { details: { said: expect.stringContaining('foo') } },
    ]);
  });
});

describe('members of a set', () => {
  const script = {
    'GET /organizations/show_many': () =>
      jsonResponse(200, { organizations: [organization(7, { tags: ['vip', 'Old'] })] }),
    'PUT /organizations/7': () => jsonResponse(200, { organization: organization(7) }),
    'PUT /organizations/update_many': job,
  };

  test('are merged into what is there', async () => {
    const { connection, seen } = scripted(script);
    await connection.write([update('7', { tags: { add: ['VIP', 'new'], drop: ['old'] } })], until);
    expect(seen.at(-1)?.body).toEqual({ organization: { tags: ['vip', 'new'] } });
  });

  test('of many records cost one read, and none is replaced by guess', async () => {
    const { connection, seen } = scripted(script);
    const delta = { tags: { add: ['new'], drop: [] } };
    await connection.write([update('7', delta), update('8', { ...delta, notes: 'x' })], until);
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/v2/organizations/show_many',
      'PUT /api/v2/organizations/update_many',
    ]);
    expect(seen.at(-1)?.body).toEqual({
      organizations: [
        { tags: ['vip', 'Old', 'new'], id: 7 },
        { notes: 'x', id: 8 },
      ],
    });
  });
});

describe('several records', () => {
  test('are created, updated and removed by one job each', async () => {
    const { connection, seen } = scripted({
      'POST /organizations/create_many': job,
      'PUT /organizations/update_many': job,
      'DELETE /organizations/destroy_many': job,
    });
    const sent = [
      await connection.write([create('a', { name: 'A' }, 'k1'), create('b', { name: 'B' }, 'k2')], until),
      await connection.write([update('1', { notes: 'x' }), update('2', { notes: 'y' })], until),
      await connection.write([remove('1'), remove('2')], until),
    ];
    expect(sent.every((one) => 'job' in one && one.againMs === 1500)).toBe(true);
    expect(seen.map(({ body }) => body)).toEqual([
      {
        organizations: [
          { name: 'A', external_id: 'k1' },
          { name: 'B', external_id: 'k2' },
        ],
      },
      {
        organizations: [
          { notes: 'x', id: 1 },
          { notes: 'y', id: 2 },
        ],
      },
      null,
    ]);
    expect(seen.at(-1)?.query.get('ids')).toBe('1,2');
  });

  test('wait for a free place among thirty jobs, without a call that would be refused', async () => {
    let jobs = 0;
    const { connection, seen } = scripted({
      'DELETE /organizations/destroy_many': () => jsonResponse(200, { job_status: { ...queued, id: `V3-${++jobs}` } }),
    });
    const pair = [remove('1'), remove('2')];
    const sent = await Promise.all(Array.from({ length: 31 }, () => connection.write(pair, until)));
    expect(sent.filter((one) => 'job' in one).length).toBe(30);
    expect(sent.flatMap(outcomes)).toMatchObject([
      { ok: false, fault: { kind: 'limit', code: 'TooManyJobs' } },
      { ok: false, fault: { kind: 'limit', code: 'TooManyJobs' } },
    ]);
    expect(seen.length).toBe(30);
  });

  test('that another tool leaves no place for wait as a limit', async () => {
    const { connection } = scripted({
      'DELETE /organizations/destroy_many': () =>
        jsonResponse(429, { error: 'TooManyJobs', description: 'Try again later.' }),
    });
    expect(outcomes(await connection.write([remove('1'), remove('2')], until))).toMatchObject([
      { ok: false, fault: { kind: 'limit', afterMs: 5000 } },
      { ok: false, fault: { kind: 'limit', afterMs: 5000 } },
    ]);
  });

  test('a reference without an id is a mistake of ours and nothing is sent', async () => {
    const { connection, seen } = scripted({ 'PUT /organizations/update_many': job });
    const pair = [update('1', { 'organization_fields.parent': { link: 'x' } }), update('2', { notes: 'y' })];
    await expect(connection.write(pair, until)).rejects.toThrow('organization_fields.parent');
    expect(seen).toEqual([]);
  });
});
