import { expect, test } from 'vitest';
import { isGone } from '../../model/record.ts';
import { describeSystem } from '../kit/contract.ts';
import { open, poll } from '../kit/contract-bench.ts';
import { account, caseSuite, contact, lead } from './contract-bench.ts';

describeSystem('Salesforce with accounts', account);
describeSystem('Salesforce with contacts', contact);
describeSystem('Salesforce with leads', lead);
describeSystem('Salesforce with cases', caseSuite);

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

test('keys are installed once on every object, and everything that is inspected is then in order', async () => {
  const bench = await open(account);
  const objects = ['Account', 'Contact', 'Lead'];
  const before = await bench.connection.inspect(objects, objects);
  expect(before.filter((finding) => !finding.ok).map((finding) => finding.check)).toEqual(
    objects.map((object) => `keys:${object}`),
  );
  expect((await bench.connection.install('keys', objects)).map((finding) => finding.ok)).toEqual([true, true, true]);
  const written = bench.connection.calls().write;
  await bench.connection.install('keys', objects);
  expect(bench.connection.calls().write).toBe(written);
  const after = await bench.connection.inspect(objects, objects);
  expect(after.filter((finding) => !finding.ok)).toEqual([]);
});

test('accounts, contacts and leads that are polled at the same moment and have nothing new cost one call', async () => {
  const bench = await open(account);
  await bench.control('PUT', 'seed', {
    Account: [account.sample(1)],
    Contact: [contact.sample(1)],
    Lead: [lead.sample(1)],
  });
  await bench.world.pass(11 * 60_000);
  const wants = [
    { object: 'Account', fields: ['Name', 'Parent.Name'] },
    { object: 'Contact', fields: ['LastName', 'Email', 'Account.Name'] },
    { object: 'Lead', fields: ['LastName', 'Company', 'IsConverted'] },
  ];
  const loaded = await Promise.all(wants.map((want) => bench.connection.changes(want, null)));
  expect(loaded.map((page) => page.changes.length)).toEqual([1, 1, 1]);
  const before = bench.connection.calls().read;
  const polled = await Promise.all(wants.map((want, i) => bench.connection.changes(want, loaded[i]?.cursor ?? null)));
  expect(polled.map((page) => [page.changes, page.more])).toEqual(wants.map(() => [[], false]));
  expect(bench.connection.calls().read - before).toBe(1);
});
