import { describe, expect, test } from 'vitest';
import { faultOf, fields, open } from '../kit/contract-bench.ts';
import { account, contact, supportCase } from './contract-bench.ts';

describe('a record that a list leaves out', () => {
  test('was removed where its own address knows of none, and is hidden where there is one that we may not see', async () => {
    const bench = await open(account);
    const [there = '', hidden = '', removed = ''] = await bench.seed(1, 2, 3);
    await bench.control('POST', `records/accounts/${hidden}/hide`, {});
    await bench.remove(removed);
    const found = await bench.connection.read(bench.want, [there, hidden, removed, 'no id']);
    expect(Object.fromEntries(found.map(({ ref, seen }) => [ref.id, seen]))).toEqual({
      [there]: { name: 'Account 1', extend_description: 'The text of 1' },
      [hidden]: { gone: 'hidden' },
      [removed]: { gone: 'purged' },
      'no id': { gone: 'hidden' },
    });
  });

  test('of a type that we may not see at all is no sign of a removal', async () => {
    const bench = await open(account);
    const [id = ''] = await bench.seed(1);
    await bench.control('PUT', 'settings', { denied: ['accounts.view'] });
    expect(await faultOf(bench.connection.read(bench.want, [id]))).toMatchObject({ kind: 'refused' });
  });
});

test('450 records are three calls, and each comes once', async () => {
  const bench = await open(account);
  const ids = await bench.seed(...Array.from({ length: 450 }, (_, n) => n));
  await bench.connection.who();
  const before = bench.connection.calls().read;
  const found = await bench.connection.read(bench.want, [...ids, ...ids]);
  expect(new Set(found.map(({ ref }) => ref.id))).toEqual(new Set(ids));
  expect(found.length).toBe(450);
  expect(bench.connection.calls().read - before).toBe(3);
});

describe('a look-up', () => {
  const people = [
    { lastName: 'Ada', emails: [{ email: 'ada@x.test' }, { email: 'shared@x.test' }], primaryEmail: 'ada@x.test' },
    { lastName: 'Bob', emails: [{ email: 'bob@x.test' }, { email: 'shared@x.test' }], primaryEmail: 'shared@x.test' },
    {
      lastName: 'Eve',
      emails: [{ email: 'Eve@X.test' }],
      primaryEmail: 'Eve@X.test',
      phones: [{ phone: '1' }],
      primaryPhone: '1',
    },
  ];

  async function found(key: string, values: readonly string[], expectedCalls: number) {
    const bench = await open(contact);
    await bench.control('PUT', 'seed', { contacts: people });
    await bench.connection.who();
    const before = bench.connection.calls().read;
    const want = { object: 'contacts', fields: ['lastName'] };
    const changes = await bench.connection.find(
      want,
      [key],
      values.map((value) => ({ [key]: value })),
    );
    expect(bench.connection.calls().read - before).toBe(expectedCalls);
    return changes.map((change) => fields(change).lastName).toSorted();
  }

  test('by primary address finds no further ones, several in one call, in upper case too', async () => {
    expect(await found('primaryEmail', ['ADA@x.test', 'bob@x.test', 'Eve@X.test', 'nobody@x.test'], 1)).toEqual([
      'Ada',
      'Eve',
    ]);
  });

  test('by any address finds whoever has it', async () => {
    expect(await found('emails', ['shared@x.test'], 1)).toEqual(['Ada', 'Bob']);
  });

  test('by phone, id or name finds exactly that', async () => {
    expect(await found('primaryPhone', ['1'], 1)).toEqual(['Eve']);
    expect(await found('id', ['2', '77'], 1)).toEqual(['Bob']);
    expect(await found('lastName', ['Ada', 'Bob'], 2)).toEqual(['Ada', 'Bob']);
  });

  test('by a name with a comma takes it for one name', async () => {
    const bench = await open(account);
    await bench.control('PUT', 'seed', { accounts: [{ name: 'Hooli, Inc.' }, { name: 'Hooli' }] });
    const changes = await bench.connection.find(bench.want, ['name'], [{ name: 'Hooli, Inc.' }]);
    expect(changes.map((change) => fields(change).name)).toEqual(['Hooli, Inc.']);
  });

  test('by several fields compares all of them', async () => {
    const bench = await open(supportCase);
    await bench.seed(1, 2);
    await bench.edit('2', { subject: 'Case 1', status: 'closed' });
    const changes = await bench.connection.find(
      bench.want,
      ['subject', 'status'],
      [{ subject: 'Case 1', status: 'closed' }],
    );
    expect(changes.map(({ ref }) => ref.id)).toEqual(['2']);
    expect(await bench.connection.find(bench.want, ['subject'], [{ subject: null }, {}])).toEqual([]);
  });

  test('that shows more than a page is made with fewer values at once', async () => {
    const bench = await open({ ...contact, settings: { maxPageSize: 2 } });
    await bench.control('PUT', 'seed', { contacts: people });
    const values = ['ada@x.test', 'bob@x.test', 'Eve@X.test'].map((emails) => ({ emails }));
    const changes = await bench.connection.find({ object: 'contacts', fields: ['lastName'] }, ['emails'], values);
    expect(changes.map((change) => fields(change).lastName).toSorted()).toEqual(['Ada', 'Bob', 'Eve']);
  });

  test('by a field that the vendor does not filter by is refused', async () => {
    const bench = await open(account);
    expect(await faultOf(bench.connection.find(bench.want, ['nope'], [{ nope: 'x' }]))).toMatchObject({
      kind: 'refused',
      code: 'filter constraint',
    });
  });
});

test('users are found by address, comments are read with what they belong to', async () => {
  const bench = await open(supportCase);
  await bench.seed(1);
  await bench.control('PUT', 'seed', { casecomments: [{ message: 'Hello', case: '1', public: true }] });
  const people = await bench.connection.find(
    { object: 'users', fields: ['username'] },
    ['email'],
    [{ email: 'person@twin.example' }],
  );
  expect(people.map((change) => fields(change).username)).toEqual(['person']);
  const page = await bench.connection.changes({ object: 'casecomments', fields: ['message', 'public', 'case'] }, null);
  expect(page.changes.map(fields)).toEqual([{ message: 'Hello', public: true, case: '1' }]);
});
