import { describe, expect, test } from 'vitest';
import type { Operation } from '../../model/operation.ts';
import { jsonResponse } from '../kit/testing.ts';
import { organization, scripted } from './testing.ts';

const noon = Date.UTC(2026, 0, 15, 12);

function create(name: string, mark: string | null): Operation {
  return { do: 'create', link: name, object: 'organization', mark, fields: { name } };
}

function stamped(id: number, ageMs: number, given: Record<string, unknown>) {
  return organization(id, { created_at: new Date(noon - ageMs).toISOString().replace('.000Z', 'Z'), ...given });
}

function vendor(rows: readonly Record<string, unknown>[]) {
  const answer = (matches: (row: Record<string, unknown>) => boolean) =>
    jsonResponse(200, { organizations: rows.filter(matches) });
  return scripted(
    {
      'GET /organizations/show_many': ({ query }) =>
        answer((row) => query.get('external_ids')?.split(',').includes(String(row.external_id)) === true),
      'GET /organizations/search': ({ query }) =>
        answer((row) => String(row.name).toLowerCase() === query.get('name')?.toLowerCase()),
    },
    { start: noon },
  );
}

describe('creates with a mark', () => {
  test('are found by it, a hundred to a call; what is not there yet waits, and is absent after a minute', async () => {
    const { connection, seen, world } = vendor([stamped(9, 86_400_000, { external_id: 'k1' })]);
    const operations = [create('A', 'k1'), create('B', 'k2')];
    expect(await connection.trace(operations, noon - 10_000)).toMatchObject([
      { ok: true, id: '9' },
      { waitMs: 50_000 },
    ]);
    await world.pass(50_000);
    expect(await connection.trace(operations, noon - 10_000)).toMatchObject([{ ok: true, id: '9' }, 'absent']);
    expect(seen.length).toBe(2);
  });
});

describe('creates without a mark', () => {
  const since = noon - 70_000;

  test('are found by their unique name if it was made since', async () => {
    const { connection } = vendor([stamped(9, 43_000, { name: 'ACME' })]);
    expect(await connection.trace([create('Acme', null)], since)).toMatchObject([
      { ok: true, id: '9', now: { name: 'ACME' } },
    ]);
  });

  test('are absent if the name is an older record', async () => {
    const { connection } = vendor([stamped(9, 3_600_000, { name: 'Acme' })]);
    expect(await connection.trace([create('Acme', null)], noon - 1000)).toEqual(['absent']);
  });

  test('wait as long as a job may run', async () => {
    const { connection } = vendor([]);
    expect(await connection.trace([create('Acme', null)], noon - 1000)).toEqual([{ waitMs: 59_000 }]);
    expect(await connection.trace([create('Acme', null)], since)).toEqual(['absent']);
  });

  test('that met the race of the vendor are several', async () => {
    const { connection } = vendor([stamped(9, 1000, { name: 'Acme' }), stamped(10, 1000, { name: 'Acme' })]);
    expect(await connection.trace([create('Acme', null)], since)).toEqual([
      { several: expect.arrayContaining([expect.any(String)]) },
    ]);
  });
});

test('a vendor that cannot be asked says nothing of the records', async () => {
  const { connection } = scripted({ 'GET /organizations/show_many': () => jsonResponse(500, null) });
  expect(await connection.trace([create('A', 'k1')], noon)).toEqual([{ waitMs: 5000 }]);
});

test('only creates are traced', async () => {
  const { connection } = scripted({});
  const ref = { connection: 'support', object: 'organization', id: '1' };
  const operations: Operation[] = [{ do: 'remove', link: 'l', ref, expect: null, how: 'delete' }];
  expect(await connection.trace(operations, noon)).toMatchObject([{ ok: false, fault: { kind: 'bug' } }]);
});
