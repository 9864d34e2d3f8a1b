import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { belongsTo, createUser, people, records, seed, updateUser, user } from './testing/users.ts';
import { desk, idOf, outcomesOf } from './testing.ts';

/** Users, against the twin: what differs from organizations. */

describe('users are created', () => {
  test('with their organization and their mark, and no other user is touched', async () => {
    const there = await desk();
    const [acme] = await seed(there, 'organization', [{ name: 'Acme' }]);
    const connection = there.connect();
    const fields = { email: 'ada@acme.test', phone: '+15551230001', organization_id: acme ?? '', tags: ['vip'] };
    const [made] = await outcomesOf(there, connection, [createUser('Ada', '0035g00000AdaAAQ', fields)]);
    expect(made).toMatchObject({ ok: true, now: { name: 'Ada', external_id: '0035g00000AdaAAQ', ...fields } });
    expect(await belongsTo(there, idOf(made))).toEqual([acme]);
  });

  test.each(['en-US', 'es'])(
    'and an address that somebody has takes over nobody, alone and in a job (%s)',
    async (locale) => {
      const there = await desk();
      await there.control('PUT', '/settings', { locale });
      const [taken] = await seed(there, 'user', [{ name: 'Ada', email: 'ada@acme.test' }]);
      const connection = there.connect();
      const stale = { ok: false, fault: { kind: 'stale', code: 'DuplicateValue', fields: ['email'] } };
      expect(
        await outcomesOf(there, connection, [createUser('Ada B', 'k1', { email: 'ADA@acme.test' })]),
      ).toMatchObject([stale]);
      const both = [
        createUser('Ada B', 'k1', { email: 'Ada@acme.test' }),
        createUser('Bob', 'k2', { email: 'bob@acme.test' }),
      ];
      expect(await outcomesOf(there, connection, both)).toMatchObject([stale, { ok: true }]);
      expect(await user(there, taken)).toMatchObject({ name: 'Ada', external_id: null });
    },
  );

  test('without a mark are told apart by their address, and by everything else where they have none', async () => {
    const there = await desk();
    const connection = there.connect();
    const operations = [
      createUser('Ada', null, { email: 'ada@acme.test' }),
      createUser('Ada', null, { phone: '+15551230002' }),
      createUser('Ada', null, { notes: 'the third' }),
    ];
    const outcomes = await outcomesOf(there, connection, operations);
    expect(outcomes).toMatchObject([
      { now: { email: 'ada@acme.test' } },
      { now: { phone: '+15551230002' } },
      { now: { notes: 'the third' } },
    ]);
    expect(new Set(outcomes.map(idOf)).size).toBe(3);
  });

  test('a hundred without marks whose answer was lost are found in the feed', async () => {
    const there = await desk();
    await seed(there, 'user', [{ name: 'User 3', email: 'user3@acme.test' }]);
    await there.world.pass(300_000);
    const connection = there.connect();
    await connection.who();
    await there.control('POST', '/faults', { match: { path: '/users/create_many$' }, do: 'lose-answer', times: 1 });
    const since = there.world.now();
    const operations = people(100).map(({ name, email }) => createUser(name, null, { email }));
    const lost = await outcomesOf(there, connection, operations);
    expect(lost.every((one) => !one.ok && one.fault.kind === 'unsure')).toBe(true);
    expect(await connection.trace(operations, since)).toContainEqual({ waitMs: expect.any(Number) });
    await there.world.pass(130_000);
    const before = connection.calls().read;
    const traced = await connection.trace(operations, since);
    expect(connection.calls().read - before).toBe(1);
    // The one that was there before was refused to us: sent again it is refused again, and met.
    expect(traced[3]).toBe('absent');
    expect(traced.filter((one) => typeof one === 'object' && 'ok' in one && one.ok).length).toBe(99);
  });
});

describe('the fields of a user', () => {
  test('tell what a reference refers to, and a lookup field keeps the id that was written', async () => {
    const there = await desk();
    const lookUp = { key: 'manager', type: 'lookup', title: 'Manager', relationship_target_type: 'zen:user' };
    await there.control('PUT', '/schema', { user: { fields: [lookUp] } });
    const [boss] = await seed(there, 'user', people(1));
    const connection = there.connect();
    const [type] = await connection.describe(['user']);
    const targets = type?.fields.flatMap(({ name, refersTo }) => (refersTo === undefined ? [] : [[name, refersTo]]));
    expect(targets).toEqual([
      ['organization_id', ['organization']],
      ['user_fields.manager', ['user']],
    ]);
    const made = createUser('Ada', 'k', { 'user_fields.manager': boss ?? '' });
    expect(await outcomesOf(there, connection, [made])).toMatchObject([{ now: { 'user_fields.manager': boss } }]);
  });

  test('say whom Syncline never writes', async () => {
    const there = await desk();
    const [type] = await there.connect().describe(['user']);
    expect(type?.locks?.map(({ field, values, say }) => [field, values, say])).toEqual([
      ['role', ['agent'], 'is an agent'],
      ['role', ['admin'], 'is an administrator'],
      ['suspended', [true], 'is suspended'],
    ]);
  });
});

describe('users that went away', () => {
  test('come as purged, in the feed and by id', async () => {
    const there = await desk();
    const [ada, bob, eve] = await seed(there, 'user', people(3));
    await there.world.pass(300_000);
    const connection = there.connect();
    const want = { object: 'user', fields: ['name'] };
    const first = await connection.changes(want, null);
    const removal = (id: string | undefined): Operation => {
      const ref = { connection: 'support', object: 'user', id: id ?? '' };
      return { do: 'remove', link: ref.id, ref, expect: null, how: 'trash' };
    };
    expect(await outcomesOf(there, connection, [removal(ada)])).toMatchObject([{ ok: true }]);
    expect(await outcomesOf(there, connection, [removal(bob), removal(eve)])).toMatchObject([
      { ok: true },
      { ok: true },
    ]);
    expect((await connection.read(want, [ada ?? ''])).map(({ seen }) => seen)).toEqual([{ gone: 'purged' }]);
    expect(
      await outcomesOf(there, connection, [updateUser(ada, { notes: 'x' }), updateUser(bob, { notes: 'x' })]),
    ).toMatchObject([
      { ok: false, fault: { kind: 'gone' } },
      { ok: false, fault: { kind: 'gone' } },
    ]);
    await there.world.pass(120_000);
    const second = await connection.changes(want, first.cursor);
    expect(new Map(second.changes.map(({ ref, seen }) => [ref.id, seen]))).toEqual(
      new Map([ada, bob, eve].map((id) => [id, { gone: 'purged' }])),
    );
  });
});

describe('where Zendesk keeps bulk calls closed', () => {
  test('users are created and updated one by one, which is found out once', async () => {
    const there = await desk();
    await there.control('PUT', '/settings', { bulkImports: 'off' });
    const connection = there.connect();
    const operations = people(20).map(({ name, email }, i) => createUser(name, `key-${i}`, { email }));
    const outcomes = await outcomesOf(there, connection, [
      ...operations,
      createUser('Double', 'k', { email: 'user3@acme.test' }),
    ]);
    expect(outcomes.slice(0, 20).every(({ ok }) => ok)).toBe(true);
    expect(outcomes[20]).toMatchObject({ ok: false, fault: { kind: 'stale', fields: ['email'] } });
    const before = connection.calls().write;
    const known = outcomes.slice(0, 5).map(idOf);
    expect(
      await outcomesOf(
        there,
        connection,
        known.map((id) => updateUser(id, { notes: 'x' })),
      ),
    ).toMatchObject(known.map((id) => ({ ok: true, id })));
    expect(
      await outcomesOf(
        there,
        connection,
        known.map((id) => updateUser(id, { notes: 'y' })),
      ),
    ).toMatchObject(known.map((id) => ({ ok: true, id })));
    // One call to find that updates are closed too.
    expect(connection.calls().write - before).toBe(11);
    expect(await connection.describe(['user'])).toMatchObject([{ single: ['create', 'update'] }]);
    const calls = z
      .object({ last: z.array(z.object({ status: z.number() })) })
      .parse(await there.control('GET', '/calls'));
    expect(await connection.inspect(['user'], ['user'])).toContainEqual(
      expect.objectContaining({ check: 'bulk calls', ok: false, found: expect.stringContaining('user update') }),
    );
    expect(calls.last.filter(({ status }) => status === 429)).toEqual([]);
  });

  test('what there is no time for is not sent, and waits', async () => {
    const there = await desk();
    await there.control('PUT', '/settings', { bulkImports: 'off' });
    const known = await seed(there, 'user', people(30));
    const connection = there.connect();
    await connection.who();
    const until = there.world.now() + 45_000;
    const sent = await connection.write(
      known.map((id) => updateUser(id, { notes: 'x' })),
      until,
    );
    const outcomes = 'done' in sent ? sent.done : [];
    const written = outcomes.filter(({ ok }) => ok).length;
    expect(written).toBeGreaterThan(5);
    expect(written).toBeLessThan(20);
    expect(outcomes.filter((one) => !one.ok).every((one) => !one.ok && one.fault.kind === 'limit')).toBe(true);
    expect((await records(there, 'user')).filter(({ notes }) => notes === 'x').length).toBe(written);
    expect(there.world.now()).toBeLessThanOrEqual(until);
  });
});
