import { describe, expect, test } from 'vitest';
import type { Operation } from '../../model/operation.ts';
import { type Bench, open, trace } from '../kit/contract-bench.ts';
import { account, contact, supportCase } from './contract-bench.ts';
import { create, update } from './testing.ts';

/** Writes, and loses every answer. */
async function lost(bench: Bench, path: string, operations: readonly Operation[]): Promise<number> {
  await bench.fault({ match: { path }, do: 'lose-answer', times: operations.length });
  const since = bench.world.now();
  const sent = await bench.connection.write(operations, since + 300_000);
  expect('done' in sent && sent.done.every((outcome) => !outcome.ok && outcome.fault.kind === 'unsure')).toBe(true);
  await bench.control('DELETE', 'faults');
  return since;
}

describe('creates whose answers were lost', () => {
  test('are found by their keys in one call', async () => {
    const bench = await open(account);
    await bench.connection.describe(['accounts']);
    const operations = Array.from({ length: 20 }, (_, n) =>
      create('accounts', { name: `A ${n}` }, `zendesk:acme:${n}`),
    );
    const since = await lost(bench, '^/api/accounts$', operations);
    const before = bench.connection.calls().read;
    const traced = await bench.connection.trace(operations, since);
    expect(bench.connection.calls().read - before).toBe(1);
    const ids = (await bench.records()).map((record) => ({ ok: true, id: record.id }));
    expect(traced).toMatchObject(ids);
  });

  test('with the same content never share the one record that is there', async () => {
    const bench = await open(supportCase);
    const given = { subject: 'Same', status: 'open', priority: 'normal', source: 'other' };
    const operations = [create('cases', given), create('cases', given)];
    const since = await lost(bench, '^/api/cases$', operations.slice(0, 1));
    const [record] = await bench.records();
    expect(await bench.connection.trace(operations, since)).toEqual([
      { several: [record?.id] },
      { several: [record?.id] },
    ]);
  });

  test('are found although what was sent was completed, or comes back in another form', async () => {
    const bench = await open(contact);
    await bench.control('PUT', 'schema', { contacts: { fields: [{ name: 'worth', type: 'money' }] } });
    const given = { lastName: 'Ada', emails: ['a@x.test'], primaryEmail: 'b@x.test', phones: ['1'], worth: '50' };
    const operations = [create('contacts', given)];
    const since = await lost(bench, '^/api/contacts$', operations);
    const [ada] = await bench.records();
    expect(ada).toMatchObject({ worth: '50.0000', primaryPhone: '1' });
    expect(await bench.connection.trace(operations, since)).toMatchObject([{ ok: true, id: ada?.id }]);
  });

  test('are told from what a person made of the same content, where the vendor says who made it', async () => {
    const bench = await open(contact);
    const since = bench.world.now();
    await bench.control('PUT', 'seed', { contacts: [{ lastName: 'Ada', createdBy: '2', owner: '2' }] });
    expect(await trace(bench, [create('contacts', { lastName: 'Ada' })], since)).toEqual(['absent']);
  });

  test('are not taken for absent before the vendor can have ended with them', async () => {
    const bench = await open(account);
    const since = bench.world.now();
    const operations = [create('accounts', { name: 'Ada' }), create('accounts', { name: 'Bob' }, 'zendesk:acme:1')];
    expect(await bench.connection.trace(operations, since)).toEqual([{ waitMs: 120_000 }, { waitMs: 120_000 }]);
    await bench.world.pass(120_000);
    expect(await bench.connection.trace(operations, since)).toEqual(['absent', 'absent']);
  });

  test('are found by a key in a field that the config chose', async () => {
    const bench = await open(account);
    const operation: Operation = {
      do: 'create',
      link: 'a',
      object: 'accounts',
      mark: 'zendesk:acme:1',
      markField: 'extend_description',
      fields: { name: 'Ada' },
    };
    await bench.seed(1);
    const since = await lost(bench, '^/api/accounts$', [operation]);
    const ada = (await bench.records()).find((record) => record.name === 'Ada');
    expect(await bench.connection.trace([operation], since)).toMatchObject([{ ok: true, id: ada?.id }]);
  });
});

test('a trace that fails says nothing of the create', async () => {
  const bench = await open(account);
  const operations = [create('accounts', { name: 'Ada' })];
  await bench.control('PUT', 'settings', { denied: ['accounts.view'] });
  expect(await bench.connection.trace(operations, bench.world.now())).toMatchObject([{ fault: { kind: 'unsure' } }]);
  await bench.control('PUT', 'settings', { denied: [], clientActive: false });
  expect(await bench.connection.trace(operations, bench.world.now())).toMatchObject([{ waitMs: 30_000 }]);
  expect(await bench.connection.trace([update('accounts', '1', {})], 0)).toMatchObject([{ fault: { kind: 'bug' } }]);
});
