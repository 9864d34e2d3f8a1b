import { describe, expect, test } from 'vitest';
import { looks, portal, remove, written } from './testing.ts';

const people = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ lastName: `Person ${n}`, title: `T${n}` }));

describe('reading by id', () => {
  test('twenty contacts are a call, whole records and accounts one each', async () => {
    const there = await portal();
    const contacts = (await there.seed({ contact: people(41) })).contact ?? [];
    const accounts = (await there.seed({ account: [{ accountName: 'One' }, { accountName: 'Two' }] })).account ?? [];
    await there.connection.who();
    await there.calls();
    const rows = await there.connection.read({ object: 'contact', fields: ['lastName', 'title'] }, contacts);
    expect(Object.keys(looks(rows)).length).toBe(41);
    expect(await there.calls()).toEqual({ 'GET /api/v1/contacts/contactsByIds': 3 });
    await there.connection.read({ object: 'contact', fields: ['lastName', 'description'] }, contacts.slice(0, 5));
    await there.connection.read({ object: 'account', fields: ['accountName'] }, accounts);
    const total = Object.values(await there.calls()).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(7);
  });

  test('a portal that does not read several with their fields is asked for each, and not tried again', async () => {
    const there = await portal();
    const ids = (await there.seed({ contact: people(3) })).contact ?? [];
    await there.connection.who();
    const body = {
      errorCode: 'UNPROCESSABLE_ENTITY',
      message: "Extra query parameter 'fields' is present in the input.",
    };
    await there.control('POST', 'faults', {
      match: { path: 'contactsByIds' },
      do: 'status',
      status: 422,
      body,
      times: 1,
    });
    const want = { object: 'contact', fields: ['lastName', 'title'] };
    const found = await there.connection.read(want, ids);
    expect(looks(found)).toMatchObject({ [ids[2] ?? '']: { lastName: 'Person 2', title: 'T2' } });
    await there.calls();
    await there.connection.read(want, ids);
    expect(Object.keys(await there.calls()).some((route) => route.includes('contactsByIds'))).toBe(false);
  });

  test('the loser of a merge is hidden, and its address is the winner’s, who is found by it', async () => {
    const there = await portal();
    const email = 'ann@acme.example';
    const [winner = '', loser = ''] =
      (await there.seed({ contact: people(2).map((one) => ({ ...one, email })) })).contact ?? [];
    await there.control('POST', `records/contact/${winner}/merge`, { ids: [loser] });
    const want = { object: 'contact', fields: ['email'] };
    expect(looks(await there.connection.read(want, [loser]))).toEqual({ [loser]: 'hidden' });
    expect(looks(await there.connection.find(want, ['email'], [{ email }]))).toEqual({ [winner]: { email } });
  });

  test.each(['record', '404'])(
    'a record in the bin is trash (%s by its id), one that is nowhere is hidden',
    async (trashedById) => {
      const there = await portal({ trashedById });
      const [ada = '', bob = ''] = (await there.seed({ contact: people(2) })).contact ?? [];
      await written(there, [remove('contact', ada)]);
      const want = { object: 'contact', fields: ['lastName'] };
      expect(looks(await there.connection.read(want, [ada, bob, '742519000000999999', 'x']))).toEqual({
        [ada]: 'trash',
        [bob]: { lastName: 'Person 1' },
        '742519000000999999': 'hidden',
        x: 'hidden',
      });
    },
  );

  test('the losers of a merge are hidden, the winner shows what it took', async () => {
    const there = await portal();
    const [ada = '', bob = ''] =
      (await there.seed({ contact: [{ lastName: 'Ada' }, { lastName: 'Bob', email: 'bob@acme.test' }] })).contact ?? [];
    await there.control('POST', `records/contact/${ada}/merge`, { ids: [bob], source: { email: bob } });
    const want = { object: 'contact', fields: ['lastName', 'email'] };
    expect(looks(await there.connection.read(want, [ada, bob]))).toEqual({
      [ada]: { lastName: 'Ada', email: 'bob@acme.test' },
      [bob]: 'hidden',
    });
    const found = await there.connection.find(want, ['email'], [{ email: 'bob@acme.test' }]);
    expect(found.map(({ ref }) => ref.id)).toEqual([ada]);
  });
});

describe('look-ups', () => {
  const names = ['Acme', 'Acme, Inc. & Sons', 'Łódź', 'Acme*', 'Globex', 'acme west'];

  test.each(names)('finds the account called "%s", and no other one', async (accountName) => {
    const there = await portal();
    await there.seed({ account: names.map((name) => ({ accountName: name })) });
    const want = { object: 'account', fields: ['accountName', 'description'] };
    const found = await there.connection.find(want, ['accountName'], [{ accountName }]);
    expect(found.map(({ seen }) => seen)).toEqual([{ accountName, description: null }]);
  });

  test('many values share a call, and case does not count', async () => {
    const there = await portal();
    const contacts = Array.from({ length: 12 }, (_, n) => ({ lastName: `P${n}`, email: `p${n}@Acme.test` }));
    await there.seed({ contact: contacts });
    await there.connection.who();
    await there.calls();
    const want = { object: 'contact', fields: ['email'] };
    const values = contacts.slice(0, 10).map(({ email }) => ({ email: email.toLowerCase() }));
    const found = await there.connection.find(want, ['email'], values);
    expect(found.length).toBe(10);
    expect((await there.calls())['GET /api/v1/contacts/search']).toBe(1);
  });

  test('by a custom field, by an id, and by two fields at once', async () => {
    const there = await portal();
    const fields = [{ apiName: 'cf_model', displayLabel: 'Model', type: 'Text', maxLength: 100 }];
    await there.control('PUT', 'schema', { contact: { fields } });
    const seeds = ['x-1', 'x-10'].map((cf_model) => ({ lastName: 'Ada', cf: { cf_model } }));
    const [id = '', other = ''] = (await there.seed({ contact: seeds })).contact ?? [];
    const want = { object: 'contact', fields: ['cf_model'] };
    const idsOf = async (key: readonly string[], value: Readonly<Record<string, string>>) =>
      (await there.connection.find(want, key, [value])).map(({ ref }) => ref.id);
    expect(await idsOf(['cf_model'], { cf_model: 'x-1' })).toEqual([id]);
    expect(await idsOf(['id'], { id: other })).toEqual([other]);
    expect(await idsOf(['lastName', 'cf_model'], { lastName: 'ada', cf_model: 'x-10' })).toEqual([other]);
  });

  test('names of one or two characters cannot be asked for', async () => {
    const there = await portal();
    await there.seed({ account: [{ accountName: 'AB' }] });
    const want = { object: 'account', fields: ['accountName'] };
    expect(await there.connection.find(want, ['accountName'], [{ accountName: 'AB' }, { accountName: '&' }])).toEqual(
      [],
    );
  });

  test('what the search does not know is refused, not answered with nothing', async () => {
    const there = await portal();
    const find = there.connection.find({ object: 'contact', fields: ['zip'] }, ['zip'], [{ zip: '1' }]);
    await expect(find).rejects.toMatchObject({ fault: { kind: 'refused', fields: ['zip'] } });
  });
});
