import { describe, expect, test } from 'vitest';
import { looks, poll, portal, remove, restore, written } from './testing.ts';

const bare = { object: 'contact', fields: ['lastName', 'email', 'accountId'] };
const deep = { object: 'contact', fields: ['lastName', 'description', 'cf_model'] };
const model = { contact: { fields: [{ apiName: 'cf_model', displayLabel: 'Model', type: 'Text', maxLength: 100 }] } };
const people = (count: number) => Array.from({ length: count }, (_, n) => ({ lastName: `Person ${n}` }));

describe('the change feed', () => {
  test('costs a call where nothing is new, and now and then one more for the bin', async () => {
    const there = await portal();
    await there.seed({ contact: people(5) });
    await there.world.pass(600_000);
    const first = await poll(there.connection, bare, null);
    await there.calls();
    await there.world.pass(60_000);
    const second = await poll(there.connection, bare, first.cursor);
    expect(second.changes).toEqual([]);
    expect(await there.calls()).toEqual({ 'GET /api/v1/contacts': 1 });
    await there.world.pass(300_000);
    await poll(there.connection, bare, second.cursor);
    expect(await there.calls()).toEqual({ 'GET /api/v1/contacts': 1, 'GET /api/v1/recycleBin': 1 });
  });

  test('a load costs a call for each hundred where rows show all that is wanted, contacts without an address among them', async () => {
    const there = await portal();
    const [account = ''] = (await there.seed({ account: [{ accountName: 'Acme' }] })).account ?? [];
    await there.seed({ contact: [{ lastName: 'Ada', email: 'ada@acme.test', accountId: account }, ...people(149)] });
    await there.world.pass(600_000);
    await there.connection.who();
    await there.calls();
    const { changes } = await poll(there.connection, bare, null);
    expect(await there.calls()).toEqual({ 'GET /api/v1/contacts': 2, 'GET /api/v1/recycleBin': 1 });
    expect(changes.length).toBe(150);
    expect(Object.values(looks(changes))).toEqual(
      expect.arrayContaining([
        { lastName: 'Ada', email: 'ada@acme.test', accountId: account },
        { lastName: 'Person 7', email: null, accountId: null },
      ]),
    );
  });

  test.each(['nested', 'flat', 'null'])(
    'custom fields and long texts come whole, however lists show them (%s)',
    async (cfInRows) => {
      const there = await portal({ cfInRows });
      await there.control('PUT', 'schema', model);
      const [id = ''] =
        (await there.seed({ contact: [{ lastName: 'Ada', description: 'long', cf: { cf_model: 'x' } }] })).contact ??
        [];
      await there.world.pass(600_000);
      const onlyCustom = { ...deep, fields: ['lastName', 'cf_model'] };
      expect(looks((await poll(there.connection, onlyCustom, null)).changes)).toEqual({
        [id]: { lastName: 'Ada', cf_model: 'x' },
      });
      expect(looks((await poll(there.connection, deep, null)).changes)).toEqual({
        [id]: { lastName: 'Ada', description: 'long', cf_model: 'x' },
      });
    },
  );

  test('what is read in detail is read once: the next poll leaves it alone', async () => {
    const there = await portal();
    await there.seed({ contact: people(3) });
    await there.world.pass(600_000);
    const first = await poll(there.connection, deep, null);
    await there.calls();
    const second = await poll(there.connection, deep, first.cursor);
    expect(second.changes).toEqual([]);
    expect(await there.calls()).toEqual({ 'GET /api/v1/contacts': 1 });
  });

  test('an edit in the very second in which the record was read is not lost', async () => {
    const there = await portal();
    const [id = ''] = (await there.seed({ contact: people(1) })).contact ?? [];
    await there.world.pass(600_000);
    const first = await poll(there.connection, deep, null);
    await there.control('PATCH', `records/contact/${id}`, { description: 'one' });
    const second = await poll(there.connection, deep, first.cursor);
    await there.control('PATCH', `records/contact/${id}`, { description: 'two' });
    await there.world.pass(60_000);
    const third = await poll(there.connection, deep, second.cursor);
    const told = [second, third].map(({ changes }) => looks(changes));
    expect(told).toMatchObject([{ [id]: { description: 'one' } }, { [id]: { description: 'two' } }]);
    expect((await poll(there.connection, deep, third.cursor)).changes).toEqual([]);
  });

  test.each([1, 30, 150])(
    'nothing is passed over when %i records that were read are removed while pages are read',
    async (removed) => {
      const there = await portal();
      const ids = (await there.seed({ contact: people(320) })).contact ?? [];
      await there.world.pass(600_000);
      const first = await there.connection.changes(bare, null);
      const second = await there.connection.changes(bare, first.cursor);
      const read = new Set([...first.changes, ...second.changes].map(({ ref }) => ref.id));
      for (const id of [...read].slice(0, removed)) await there.control('DELETE', `records/contact/${id}`);
      const rest = await poll(there.connection, bare, second.cursor);
      for (const { ref } of rest.changes) read.add(ref.id);
      expect([...read].toSorted()).toEqual([...ids].toSorted());
    },
  );

  test('nothing is passed over when records are edited and added while pages are read', async () => {
    const there = await portal();
    const ids = (await there.seed({ contact: people(250) })).contact ?? [];
    await there.world.pass(600_000);
    const first = await there.connection.changes(bare, null);
    for (const id of ids.slice(0, 120))
      await there.control('PATCH', `records/contact/${id}`, { email: 'new@acme.test' });
    const added = (await there.seed({ contact: people(20) })).contact ?? [];
    const rest = await poll(there.connection, bare, first.cursor);
    const next = await poll(there.connection, bare, rest.cursor);
    const last = { ...looks(first.changes), ...looks(rest.changes), ...looks(next.changes) };
    expect(Object.keys(last).toSorted()).toEqual([...ids, ...added].toSorted());
    for (const id of ids.slice(0, 120)) expect(last[id]).toMatchObject({ email: 'new@acme.test' });
  });

  test('a change that lists show late comes when they show it', async () => {
    const there = await portal({ listLagMs: 60_000 });
    const [early = '', late = ''] = (await there.seed({ contact: people(2) })).contact ?? [];
    await there.world.pass(600_000);
    const first = await poll(there.connection, bare, null);
    await there.control('PATCH', `records/contact/${late}`, { email: 'late@acme.test' });
    await there.control('PUT', 'settings', { listLagMs: 0 });
    await there.world.pass(30_000);
    await there.control('PATCH', `records/contact/${early}`, { email: 'early@acme.test' });
    const second = await poll(there.connection, bare, first.cursor);
    await there.world.pass(60_000);
    const third = await poll(there.connection, bare, second.cursor);
    expect({ ...looks(second.changes), ...looks(third.changes) }).toMatchObject({
      [early]: { email: 'early@acme.test' },
      [late]: { email: 'late@acme.test' },
    });
  });

  test('the bin tells what was removed, what came back, and what is gone for good', async () => {
    const there = await portal();
    const [ada = '', bob = '', cid = ''] = (await there.seed({ contact: people(3) })).contact ?? [];
    await there.world.pass(600_000);
    const first = await poll(there.connection, bare, null);
    await written(there, [remove('contact', ada)]);
    await there.control('DELETE', `records/contact/${bob}`);
    await there.world.pass(400_000);
    const second = await poll(there.connection, bare, first.cursor);
    expect(looks(second.changes)).toEqual({ [ada]: 'trash', [bob]: 'trash' });
    expect(await written(there, [restore('contact', ada)])).toMatchObject([{ ok: true, id: ada }]);
    await there.control('POST', `records/contact/${bob}/purge`, {});
    await there.world.pass(400_000);
    const third = await poll(there.connection, bare, second.cursor);
    expect(looks(third.changes)).toMatchObject({ [ada]: { lastName: 'Person 0' }, [bob]: 'purged' });
    await there.world.pass(400_000);
    expect((await poll(there.connection, bare, third.cursor)).changes).toEqual([]);
    expect(looks(await there.connection.read(bare, [ada, bob, cid]))).toMatchObject({ [bob]: 'hidden' });
  });

  test('what our agent may not see is absent and not empty, and costs no call for each record', async () => {
    const there = await portal({ hiddenFields: { contacts: ['email', 'description'] } });
    await there.seed({ contact: [{ lastName: 'Ada', email: 'ada@acme.test', description: 'x' }, ...people(20)] });
    await there.world.pass(600_000);
    await there.connection.who();
    await there.calls();
    const want = { object: 'contact', fields: ['lastName', 'email', 'description'] };
    const { changes } = await poll(there.connection, want, null);
    expect(Object.values(looks(changes))).toContainEqual({ lastName: 'Ada' });
    expect(Object.values(looks(changes)).every((seen) => JSON.stringify(seen)?.includes('null') === false)).toBe(true);
    const calls = Object.values(await there.calls()).reduce((sum, count) => sum + count, 0);
    expect(calls).toBe(3);
  });

  test('a portal that refuses to list a field is read all the same', async () => {
    const there = await portal();
    await there.seed({ contact: people(3) });
    await there.world.pass(600_000);
    await there.connection.who();
    const body = { errorCode: 'INTERNAL_SERVER_ERROR', message: 'An internal server error occurred' };
    const list = { method: 'GET', path: '^/api/v1/contacts$' };
    await there.control('POST', 'faults', { match: list, do: 'status', status: 500, body, times: 4 });
    const { changes } = await poll(there.connection, bare, null);
    expect(Object.values(looks(changes))).toContainEqual({ lastName: 'Person 1', email: null, accountId: null });
    expect(there.world.lines.some(({ message }) => message.includes('does not list some fields'))).toBe(true);
  });

  test('after many edits at once a quiet poll is soon one call again, and reads none of them twice', async () => {
    const there = await portal();
    await there.seed({ contact: people(250) });
    const first = await poll(there.connection, deep, null);
    await there.calls();
    await there.world.pass(30_000);
    const second = await poll(there.connection, deep, first.cursor);
    await there.calls();
    await there.world.pass(30_000);
    const third = await poll(there.connection, deep, second.cursor);
    expect([second.changes.length, third.changes.length]).toEqual([250, 0]);
    expect(await there.calls()).toEqual({ 'GET /api/v1/contacts': 3 });
    await there.world.pass(120_000);
    const fourth = await poll(there.connection, deep, third.cursor);
    await there.calls();
    await there.world.pass(60_000);
    await poll(there.connection, deep, fourth.cursor);
    expect(await there.calls()).toEqual({ 'GET /api/v1/contacts': 1 });
  });

  test.each([
    [true, 7_200_000],
    [true, -7_200_000],
    [false, 600_000],
    [false, -7_200_000],
  ])('nothing is lost where our clock is wrong (answers dated: %s, we are %i ms ahead)', async (dated, aheadMs) => {
    const there = await portal({}, dated);
    const connection = there.connect({ aheadMs });
    const [id = ''] = (await there.seed({ contact: people(2) })).contact ?? [];
    let { cursor } = await poll(connection, deep, null);
    for (const description of ['one', 'two', 'three', 'four']) {
      await there.control('PATCH', `records/contact/${id}`, { description });
      await there.world.pass(60_000);
      const next = await poll(connection, deep, cursor);
      expect(looks(next.changes)).toMatchObject({ [id]: { description } });
      cursor = next.cursor;
    }
  });

  test('a cursor that is none is told, not read from the beginning', async () => {
    const there = await portal();
    await expect(there.connection.changes(bare, 'yesterday')).rejects.toMatchObject({ fault: { kind: 'bug' } });
  });
});
