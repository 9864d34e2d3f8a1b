import { describe, expect, test } from 'vitest';
import type { Operation, Outcome } from '../../model/operation.ts';
import { jsonResponse } from '../kit/testing.ts';
import { askAgainMs } from './job-book.ts';
import { organization, type Script, scripted } from './testing.ts';

const until = Number.POSITIVE_INFINITY;

function create(name: string, mark: string | null): Operation {
  return { do: 'create', link: name, object: 'organization', mark, fields: { name } };
}

function update(id: string, name: string): Operation {
  const ref = { connection: 'support', object: 'organization', id };
  return { do: 'update', link: id, ref, expect: null, fields: { name } };
}

interface Ended {
  readonly status?: string;
  readonly results?: readonly unknown[] | null;
}

/** Starts a job of these operations and tells what came of them when the job has ended like that. */
async function ended(operations: readonly Operation[], how: Ended, more: Script = {}) {
  const started = () => jsonResponse(200, { job_status: { id: 'V3-1', status: 'queued', results: null } });
  const vendor = scripted({
    'POST /organizations/create_many': started,
    'PUT /organizations/update_many': started,
    'GET /job_statuses/show_many': () =>
      jsonResponse(200, { job_statuses: [{ id: 'V3-1', status: 'completed', results: null, ...how }], count: 1 }),
    ...more,
  });
  const sent = await vendor.connection.write(operations, until);
  if (!('job' in sent)) throw new Error('no job was started');
  const [answer] = await vendor.connection.collect([{ job: sent.job, operations, places: [...operations.keys()] }]);
  const outcomes: readonly Outcome[] = answer !== undefined && 'done' in answer ? answer.done : [];
  return { outcomes, calls: vendor.connection.calls() };
}

const unsure = { ok: false, fault: { kind: 'unsure' } };

describe('updates', () => {
  const pair = [update('11', 'X'), update('12', 'X')];

  test('are told record by record, in any order', async () => {
    const { outcomes } = await ended(pair, {
      results: [
        { index: 1, error: 'OrganizationUpdateFailed', id: 12, details: 'Name:  X has already been taken' },
        { id: 11, action: 'update', status: 'Updated', success: true },
      ],
    });
    expect(outcomes).toEqual([
      { ok: true, id: '11', version: null, now: null },
      {
        ok: false,
        fault: { kind: 'stale', code: 'DuplicateValue', fields: ['name'], say: 'Name:  X has already been taken' },
      },
    ]);
  });

  test('that were refused because the record is not there are gone, whatever the words', async () => {
    const details = 'Organización no encontrada';
    const { outcomes, calls } = await ended(
      pair,
      {
        results: [
          { index: 0, error: 'OrganizationUpdateFailed', id: 11, details },
          { index: 1, error: 'OrganizationUpdateFailed', id: 12, details: 'Nombre: no puede estar vacío' },
        ],
      },
      { 'GET /organizations/show_many': () => jsonResponse(200, { organizations: [organization(12)] }) },
    );
    expect(outcomes).toMatchObject([
      { ok: false, fault: { kind: 'gone', say: details } },
      { ok: false, fault: { kind: 'refused' } },
    ]);
    expect(calls.read).toBe(2);
  });

  test('of a job that failed, was killed, or tells nothing of a record are unsure', async () => {
    for (const status of ['failed', 'killed', 'completed']) {
      const { outcomes } = await ended(pair, { status, results: null });
      expect(outcomes).toMatchObject([unsure, unsure]);
    }
  });

  test('that a job made before it was killed are known', async () => {
    const { outcomes } = await ended(pair, {
      status: 'killed',
      results: [{ id: 11, success: true, status: 'Updated' }],
    });
    expect(outcomes).toMatchObject([{ ok: true, id: '11' }, unsure]);
  });
});

describe('creates', () => {
  test('with marks are known by the feed or a trace, and cost no further call', async () => {
    const { outcomes, calls } = await ended([create('A', 'k1'), create('B', 'k2')], {
      results: [
        { status: 'Created', id: 22 },
        { status: 'Created', id: 21 },
      ],
    });
    expect(outcomes).toMatchObject([
      { ok: false, fault: { kind: 'unsure', say: expect.stringContaining('change feed') } },
      { ok: false, fault: { kind: 'unsure' } },
    ]);
    expect(calls).toEqual({ read: 1, write: 1, login: 0 });
  });

  test('of which all but one failed leave no doubt', async () => {
    const { outcomes } = await ended([create('A', 'k1'), create('B', 'k2')], {
      results: [
        { status: 'Created', id: 22 },
        { index: 0, error: 'OrganizationCreateFailed', details: 'Name:  A has already been taken' },
      ],
    });
    expect(outcomes).toMatchObject([
      { ok: false, fault: { kind: 'stale', fields: ['name'] } },
      { ok: true, id: '22' },
    ]);
  });

  test('one of which is missing in the lines are all unsure', async () => {
    const { outcomes } = await ended([create('A', 'k1'), create('B', 'k2')], {
      results: [{ status: 'Created', id: 22 }],
    });
    expect(outcomes).toMatchObject([unsure, unsure]);
  });

  test('without marks are told apart by their names, in one call for the job', async () => {
    const rows = [organization(22, { name: 'a' }), organization(21, { name: 'B' })];
    const { outcomes, calls } = await ended(
      [create('A', null), create('B', null)],
      {
        results: [
          { status: 'Created', id: 21 },
          { status: 'Created', id: 22 },
        ],
      },
      { 'GET /organizations/show_many': () => jsonResponse(200, { organizations: rows }) },
    );
    expect(outcomes).toMatchObject([
      { ok: true, id: '22', now: { name: 'a' } },
      { ok: true, id: '21' },
    ]);
    expect(calls.read).toBe(2);
  });
});

describe('asking after jobs', () => {
  const started = (id: string) => () => jsonResponse(200, { job_status: { id, status: 'queued', results: null } });

  test('many are asked after in one call, in the order asked', async () => {
    const operations = [update('1', 'X'), update('2', 'Y')];
    const { connection, seen } = scripted({
      'GET /job_statuses/show_many': () =>
        jsonResponse(200, {
          job_statuses: [
            { id: 'V3-b', status: 'working', message: 'at #1', results: null },
            {
              id: 'V3-a',
              status: 'completed',
              results: [
                { id: 1, success: true },
                { id: 2, success: true },
              ],
            },
          ],
        }),
      'PUT /organizations/update_many': (_request, n) => started(n === 1 ? 'V3-a' : 'V3-b')(),
    });
    const jobs = [];
    for (let i = 0; i < 2; i++) {
      const sent = await connection.write(operations, until);
      if ('job' in sent) jobs.push({ job: sent.job, operations, places: [...operations.keys()] });
    }
    const answers = await connection.collect(jobs);
    expect(answers).toMatchObject([{ done: [{ ok: true }, { ok: true }] }, { job: jobs[1]?.job, againMs: 1500 }]);
    expect(seen.at(-1)?.query.get('ids')).toBe('V3-a,V3-b');
    expect(seen.length).toBe(3);
  });

  test('a job that is not known yet is asked after again; later it is unsure', async () => {
    const operations = [update('1', 'X'), update('2', 'Y')];
    const { connection, world } = scripted({
      'PUT /organizations/update_many': started('V3-a'),
      'GET /job_statuses/show_many': () => jsonResponse(200, { job_statuses: [] }),
    });
    const sent = await connection.write(operations, until);
    const job = 'job' in sent ? sent.job : '';
    expect(await connection.collect([{ job, operations, places: [...operations.keys()] }])).toEqual([
      { job, againMs: 1500 },
    ]);
    await world.pass(11_000);
    expect(await connection.collect([{ job, operations, places: [...operations.keys()] }])).toMatchObject([
      { done: [unsure, unsure] },
    ]);
  });

  test('a vendor that cannot be asked leaves the job as it is', async () => {
    const operations = [update('1', 'X'), update('2', 'Y')];
    const { connection } = scripted({
      'PUT /organizations/update_many': started('V3-a'),
      'GET /job_statuses/show_many': () => jsonResponse(500, null),
    });
    const sent = await connection.write(operations, until);
    const job = 'job' in sent ? sent.job : '';
    expect(await connection.collect([{ job, operations, places: [...operations.keys()] }])).toEqual([
      { job, againMs: 5500 },
    ]);
  });

  test('a job of another connection is unsure', async () => {
    const { connection } = scripted({});
    expect(await connection.collect([{ job: 'bulk-77', operations: [update('1', 'X')], places: [0] }])).toMatchObject([
      { done: [unsure] },
    ]);
  });

  test('a few jobs are asked after soon, many at common moments', () => {
    expect([0, 4000, 20_000].map((age) => askAgainMs(3, age, 0))).toEqual([1500, 2000, 5500]);
    const began = Date.UTC(2026, 0, 1);
    const due = Array.from({ length: 30 }, (_, i) => began + i * 100 + askAgainMs(20, 0, began + i * 100));
    for (const [i, at] of due.entries()) {
      const wait = at - (began + i * 100);
      expect(wait).toBeGreaterThanOrEqual(2500);
      expect(wait).toBeLessThan(5500);
    }
    expect(new Set(due).size).toBeLessThanOrEqual(2);
  });
});
