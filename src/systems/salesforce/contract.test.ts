import { expect, test } from 'vitest';
import { isGone } from '../../model/record.ts';
import { describeSystem } from '../kit/contract.ts';
import { open, poll, type SystemUnderTest } from '../kit/contract-bench.ts';
import { salesforce } from './system.ts';
import { createSalesforceTwin } from './twin/index.ts';

const account: SystemUnderTest = {
  system: salesforce,
  createTwin: createSalesforceTwin,
  url: 'http://127.0.0.1:4712',
  object: 'Account',
  sample: (n) => ({ Name: `Account ${n}`, Description: `The text of ${n}` }),
  name: 'Name',
  text: 'Description',
  many: { records: 4100, pages: 3 },
  visibleMs: 5000,
  refused: { fields: { BillingCity: 'x'.repeat(41) }, code: 'STRING_TOO_LONG', field: 'BillingCity' },
  removedAs: ['trash'],
  createPath: '/composite/sobjects',
  readPath: '/composite/sobjects/Account$',
  expired: { status: 401, body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }] },
  limited: { status: 403, body: [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }] },
  wrong: (auth) => ({ ...auth, clientSecret: 'wrong' }),
  commitsLate: true,
  traced: true,
};

describeSystem('Salesforce', account);

test('a first load costs a call for every 2,000 records, a poll of what is older than ten minutes one', async () => {
  const bench = await open(account);
  await bench.seed(...Array.from({ length: 4100 }, (_, n) => n));
  await bench.world.pass(11 * 60_000);
  const first = await poll(bench, null, 10);
  expect(bench.connection.calls()).toEqual({ read: 3, write: 0, login: 1 });
  const id = first.changes[0]?.ref.id ?? '';
  await bench.edit(id, { Description: 'new' });
  await bench.visible();
  const second = await poll(bench, first.cursor, 10);
  expect(second.changes.map((change) => [change.ref.id, isGone(change.seen) || change.seen === 'look'])).toEqual([
    [id, false],
  ]);
  await poll(bench, second.cursor, 10);
  expect(bench.connection.calls()).toEqual({ read: 5, write: 0, login: 1 });
});

test('keys are installed once, and everything that is inspected is then in order', async () => {
  const bench = await open(account);
  const before = await bench.connection.inspect(['Account', 'Contact'], ['Account', 'Contact']);
  expect(before.filter((finding) => !finding.ok).map((finding) => finding.check)).toEqual([
    'keys:Account',
    'keys:Contact',
  ]);
  expect((await bench.connection.install('keys', ['Account', 'Contact'])).map((finding) => finding.ok)).toEqual([
    true,
    true,
  ]);
  const written = bench.connection.calls().write;
  await bench.connection.install('keys', ['Account', 'Contact']);
  expect(bench.connection.calls().write).toBe(written);
  const after = await bench.connection.inspect(['Account', 'Contact'], ['Account', 'Contact']);
  expect(after.filter((finding) => !finding.ok)).toEqual([]);
});
