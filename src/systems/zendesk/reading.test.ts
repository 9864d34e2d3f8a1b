import { describe, expect, test } from 'vitest';
import { jsonResponse } from '../kit/testing.ts';
import { organization, scripted } from './testing.ts';

const want = { object: 'organization', fields: ['name'] };

function shown(rows: readonly Record<string, unknown>[]) {
  return () => jsonResponse(200, { organizations: rows, next_page: null, previous_page: null, count: rows.length });
}

describe('reading by id', () => {
  test('a hundred go in a call, and what is missing is hidden, never gone', async () => {
    const { connection, seen } = scripted({ 'GET /organizations/show_many': shown([organization(1)]) });
    const ids = Array.from({ length: 101 }, (_, i) => String(i + 1));
    const changes = await connection.read(want, ids);
    expect(changes.map(({ ref }) => ref.id)).toEqual(ids);
    expect(changes[0]?.seen).toEqual({ name: 'Organization 1' });
    expect(changes[1]?.seen).toEqual({ gone: 'hidden' });
    expect(seen.map(({ query }) => query.get('ids')?.split(',').length)).toEqual([100, 1]);
  });

  test('a text that is no id spoils nothing', async () => {
    const { connection, seen } = scripted({ 'GET /organizations/show_many': shown([organization(1)]) });
    const changes = await connection.read(want, ['1', 'abc']);
    expect(changes.map(({ seen: what }) => what)).toEqual([{ name: 'Organization 1' }, { gone: 'hidden' }]);
    expect(seen[0]?.query.get('ids')).toBe('1');
  });

  test('an object that Syncline does not know is a mistake', async () => {
    const { connection } = scripted({});
    await expect(connection.read({ object: 'macro', fields: [] }, ['1'])).rejects.toMatchObject({
      fault: { kind: 'bug' },
    });
  });
});

describe('finding', () => {
  test('by external id, a hundred to a call, without regard to case', async () => {
    const row = organization(1, { external_id: 'ABC' });
    const { connection, seen } = scripted({ 'GET /organizations/show_many': shown([row]) });
    const found = await connection.find(
      want,
      ['external_id'],
      [{ external_id: 'abc' }, { external_id: 'other' }, { external_id: null }],
    );
    expect(found.map(({ ref, seen: what }) => [ref.id, what])).toEqual([
      ['1', { name: 'Organization 1', external_id: 'ABC' }],
    ]);
    expect(seen.map(({ query }) => query.get('external_ids'))).toEqual(['abc,other']);
  });

  test('an external id with a comma is not taken for two', async () => {
    const row = organization(1, { external_id: 'a,b' });
    const { connection } = scripted({ 'GET /organizations/search': shown([row]) });
    const found = await connection.find(want, ['external_id'], [{ external_id: 'a,b' }]);
    expect(found.map(({ ref }) => ref.id)).toEqual(['1']);
  });

  test('long external ids go in several calls, so that no address grows too long', async () => {
    const { connection, seen } = scripted({ 'GET /organizations/show_many': shown([]) });
    const values = Array.from({ length: 60 }, (_, i) => ({ external_id: `${'x'.repeat(200)}${i}` }));
    await connection.find(want, ['external_id'], values);
    expect(seen.length).toBe(4);
    expect(seen.flatMap(({ query }) => query.get('external_ids')?.split(',') ?? []).length).toBe(60);
  });

  test('by name, exactly, a call for each different name', async () => {
    const { connection, seen } = scripted({
      'GET /organizations/search': ({ query }) =>
        shown(query.get('name') === 'Acme' ? [organization(1, { name: 'ACME' })] : [])(),
    });
    const found = await connection.find(want, ['name'], [{ name: 'acme' }, { name: 'Acme' }, { name: 'Globex' }]);
    expect(found.map(({ ref }) => ref.id)).toEqual(['1']);
    expect(seen.map(({ query }) => query.get('name'))).toEqual(['Acme', 'Globex']);
  });

  test('by a name and another field, the other one compared here', async () => {
    const row = organization(1, { name: 'Acme', notes: 'north' });
    const { connection } = scripted({ 'GET /organizations/search': shown([row]) });
    const key = ['name', 'notes'];
    expect(await connection.find(want, key, [{ name: 'Acme', notes: 'south' }])).toEqual([]);
    expect((await connection.find(want, key, [{ name: 'Acme', notes: 'North' }])).length).toBe(1);
  });

  test('by a field that Zendesk cannot find exactly is refused, with the fields that it can', async () => {
    const { connection } = scripted({});
    await expect(connection.find(want, ['domain_names'], [{ domain_names: ['acme.com'] }])).rejects.toMatchObject({
      fault: { kind: 'refused', say: expect.stringContaining('id, external_id, name') },
    });
  });
});
