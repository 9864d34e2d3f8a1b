import { expect, test } from 'vitest';
import { create, portal, written } from './testing.ts';

const post = { method: 'POST', path: '^/api/v1/contacts$' };

test('lost creates are looked for together: the one that was made is ours, the others are awaited and then absent', async () => {
  const there = await portal();
  await there.connection.who();
  const operations = ['Ada', 'Bob', 'Cid'].map((lastName) => create('contact', { lastName, description: 'x' }));
  const since = there.world.now();
  await there.control('POST', 'faults', { match: post, do: 'lose-answer', times: 1 });
  await there.control('POST', 'faults', { match: post, do: 'drop', times: 2 });
  const outcomes = await written(there, operations);
  expect(outcomes.every((one) => !one.ok && one.fault.kind === 'unsure')).toBe(true);
  const made = (await there.records('contact')).map(({ lastName }) => lastName);
  await there.calls();
  const traced = await there.connection.trace(operations, since);
  expect(
    traced.flatMap((one) => (typeof one === 'object' && 'ok' in one && one.ok ? [one.now?.lastName] : [])),
  ).toEqual(made);
  expect((await there.calls())['GET /api/v1/contacts']).toBe(1);
  await there.world.pass(60_000);
  const later = await there.connection.trace(operations, since);
  expect(later.filter((one) => one === 'absent').length).toBe(2);
});

test('two records with the same content since are several, and a person must say', async () => {
  const there = await portal();
  const since = there.world.now();
  const ids = (await there.seed({ contact: [{ lastName: 'Ada' }, { lastName: 'Ada' }] })).contact ?? [];
  expect(await there.connection.trace([create('contact', { lastName: 'Ada' })], since)).toEqual([{ several: ids }]);
});

test('two creates with the same content never share the one record that is there', async () => {
  const there = await portal();
  const since = there.world.now();
  const [id = ''] = (await there.seed({ contact: [{ lastName: 'Ada' }] })).contact ?? [];
  const twice = [create('contact', { lastName: 'Ada' }), create('contact', { lastName: 'Ada' })];
  expect(await there.connection.trace(twice, since)).toEqual([{ several: [id] }, { several: [id] }]);
});

test('an older record with the same content is not ours', async () => {
  const there = await portal();
  await there.seed({ contact: [{ lastName: 'Ada' }] });
  await there.world.pass(600_000);
  const since = there.world.now();
  await there.world.pass(60_000);
  expect(await there.connection.trace([create('contact', { lastName: 'Ada' })], since)).toEqual(['absent']);
});

test('not being able to look says nothing of the record', async () => {
  const there = await portal();
  await there.connection.who();
  const since = there.world.now();
  const list = { method: 'GET', path: '^/api/v1/contacts$' };
  await there.control('POST', 'faults', { match: list, do: 'status', status: 503, body: 'busy', times: 9 });
  expect(await there.connection.trace([create('contact', { lastName: 'Ada' })], since)).toMatchObject([
    { waitMs: expect.any(Number) },
  ]);
});
