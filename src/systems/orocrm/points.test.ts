import { describe, expect, test } from 'vitest';
import type { Delta, Value } from '../../model/value.ts';
import { fields, open, write } from '../kit/contract-bench.ts';
import { contact } from './contract-bench.ts';
import { create, update } from './testing.ts';

const ada = { lastName: 'Lovelace', emails: [{ email: 'a@x.test' }, { email: 'b@x.test' }], primaryEmail: 'b@x.test' };
const want = { object: 'contacts', fields: ['emails', 'primaryEmail', 'phones', 'primaryPhone'] };

/** What a contact with the addresses a and b, b being the primary one, has after these fields were written. */
async function addressesAfter(given: Readonly<Record<string, Value | Delta>>) {
  const bench = await open(contact);
  await bench.control('PUT', 'seed', { contacts: [ada] });
  const [outcome] = await write(bench, [update('contacts', '1', given)]);
  const [change] = await bench.connection.read(want, ['1']);
  const { emails, primaryEmail } = fields(change);
  const said = outcome?.ok === false ? outcome.fault : null;
  return { emails: Array.isArray(emails) ? emails.toSorted() : emails, primaryEmail, said };
}

describe('the addresses of a contact', () => {
  test.each([
    ['a primary one that is a member is promoted', { primaryEmail: 'a@x.test' }, ['a@x.test', 'b@x.test'], 'a@x.test'],
    [
      'a primary one that is new takes the place of the old',
      { primaryEmail: 'c@x.test' },
      ['a@x.test', 'c@x.test'],
      'c@x.test',
    ],
    ['a set with the primary one keeps it', { emails: ['c@x.test', 'b@x.test'] }, ['b@x.test', 'c@x.test'], 'b@x.test'],
    [
      'a set without it has its first member promoted',
      { emails: ['c@x.test', 'd@x.test'] },
      ['c@x.test', 'd@x.test'],
      'c@x.test',
    ],
    ['an empty set leaves none', { emails: [] }, [], null],
    [
      'a set and a primary one that is no member agree',
      { emails: ['c@x.test'], primaryEmail: 'd@x.test' },
      ['c@x.test', 'd@x.test'],
      'd@x.test',
    ],
    [
      'a further one is added',
      { emails: { add: ['c@x.test'], drop: [] } },
      ['a@x.test', 'b@x.test', 'c@x.test'],
      'b@x.test',
    ],
    ['the primary one is taken away', { emails: { add: [], drop: ['B@x.test'] } }, ['a@x.test'], 'a@x.test'],
    ['the last one is taken away', { emails: { add: [], drop: ['a@x.test', 'b@x.test'] } }, [], null],
  ] as const)('%s', async (_, given, emails, primaryEmail) => {
    expect(await addressesAfter(given)).toEqual({ emails, primaryEmail, said: null });
  });

  test('an emptied primary one is refused while there are others', async () => {
    const { emails, primaryEmail, said } = await addressesAfter({ primaryEmail: null });
    expect([emails, primaryEmail]).toEqual([['a@x.test', 'b@x.test'], 'b@x.test']);
    expect(said).toMatchObject({ kind: 'refused', code: 'contains primary constraint', fields: ['emails'] });
  });

  test('the only one is emptied', async () => {
    const bench = await open(contact);
    await bench.control('PUT', 'seed', {
      contacts: [{ lastName: 'L', emails: [{ email: 'a@x.test' }], primaryEmail: 'a@x.test' }],
    });
    expect(await write(bench, [update('contacts', '1', { primaryEmail: null })])).toMatchObject([
      { ok: true, now: { emails: [], primaryEmail: null } },
    ]);
  });

  test('of a new contact: the first one of a set is the primary one, and phones go the same way', async () => {
    const bench = await open(contact);
    const given = { lastName: 'L', emails: ['a@x.test', 'b@x.test'], phones: ['1', '2'], primaryPhone: '2' };
    expect(await write(bench, [create('contacts', given)])).toMatchObject([
      {
        ok: true,
        now: { emails: ['a@x.test', 'b@x.test'], primaryEmail: 'a@x.test', phones: ['1', '2'], primaryPhone: '2' },
      },
    ]);
  });
});

test('accounts of a contact are added and taken away member by member', async () => {
  const bench = await open(contact);
  await bench.control('PUT', 'seed', {
    accounts: [{ name: 'A' }, { name: 'B' }],
    contacts: [{ lastName: 'L', accounts: ['1'] }],
  });
  const [outcome] = await write(bench, [update('contacts', '1', { accounts: { add: ['2'], drop: ['1'] } })]);
  expect(outcome).toMatchObject({ ok: true, now: { accounts: ['2'] } });
});

test('members are added to each of more contacts than the installation gives to a page', async () => {
  const bench = await open({ ...contact, settings: { maxPageSize: 2 } });
  const many = ['A', 'B', 'C'].map((lastName) => ({ ...ada, lastName }));
  await bench.control('PUT', 'seed', { contacts: many });
  const added = { emails: { add: ['c@x.test'], drop: ['a@x.test'] } };
  const outcomes = await write(
    bench,
    ['1', '2', '3'].map((id) => update('contacts', id, added)),
  );
  const now = { emails: ['b@x.test', 'c@x.test'], primaryEmail: 'b@x.test' };
  expect(outcomes).toMatchObject([{ now }, { now }, { now }]);
});

test('a contact that is not there is gone, and no set is replaced by guess', async () => {
  const bench = await open(contact);
  const [outcome] = await write(bench, [update('contacts', '77', { emails: { add: ['a@x.test'], drop: [] } })]);
  expect(outcome).toMatchObject({ fault: { kind: 'gone' } });
});

test('a contact with nothing to be known by is refused in the vendor’s words', async () => {
  const bench = await open(contact);
  const [outcome] = await write(bench, [create('contacts', { jobTitle: 'Countess' })]);
  expect(outcome).toMatchObject({ fault: { kind: 'refused', code: 'has contact information constraint' } });
});
