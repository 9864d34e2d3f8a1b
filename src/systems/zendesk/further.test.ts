import { describe, expect, test } from 'vitest';
import { belongsTo, identities, people, records, seed, updateUser, user } from './testing/users.ts';
import { desk, outcomesOf } from './testing.ts';

/** What an update of a user cannot carry itself, against the twin. */

describe('the organization of a user', () => {
  test('changes by a membership, and the other memberships stay', async () => {
    const there = await desk();
    const [acme, globex] = await seed(there, 'organization', [{ name: 'Acme' }, { name: 'Globex' }]);
    const [ada] = await seed(there, 'user', [{ name: 'Ada', organization_id: Number(acme) }]);
    const connection = there.connect();
    expect(await outcomesOf(there, connection, [updateUser(ada, { organization_id: globex ?? '' })])).toMatchObject([
      { ok: true, id: ada },
    ]);
    expect(await belongsTo(there, ada)).toEqual([globex, acme]);
    // Back to the first one: it is a member there already.
    const back = updateUser(ada, { organization_id: acme ?? '', notes: 'is back' });
    expect(await outcomesOf(there, connection, [back])).toMatchObject([{ ok: true, id: ada }]);
    expect(await belongsTo(there, ada)).toEqual([acme, globex]);
    expect(await user(there, ada)).toMatchObject({ notes: 'is back', organization_id: Number(acme) });
  });

  test('a hundred change it by a job and one read', async () => {
    const there = await desk();
    const [acme, globex] = await seed(there, 'organization', [{ name: 'Acme' }, { name: 'Globex' }]);
    const known = await seed(there, 'user', people(100, { organization_id: Number(acme) }));
    const connection = there.connect();
    await connection.who();
    const before = connection.calls();
    const operations = known.map((id) => updateUser(id, { organization_id: globex ?? '' }));
    const outcomes = await outcomesOf(there, connection, operations);
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(connection.calls().write - before.write).toBe(1);
    for (const one of await records(there, 'user'))
      if (known.includes(one.id)) expect(String(one.organization_id)).toBe(globex);
    expect(await belongsTo(there, known[99])).toEqual([globex, acme]);
  });

  test('of some in a batch: each is told by itself, and what was not moved is not called done', async () => {
    const there = await desk();
    const [acme, globex] = await seed(there, 'organization', [{ name: 'Acme' }, { name: 'Globex' }]);
    const [ada, bob, eve, joe, kim] = await seed(there, 'user', people(5, { organization_id: Number(acme) }));
    const connection = there.connect();
    // Joe is a member of both already, and Acme is his default one.
    await outcomesOf(there, connection, [updateUser(joe, { organization_id: globex ?? '' })]);
    await outcomesOf(there, connection, [updateUser(joe, { organization_id: acme ?? '' })]);
    const outcomes = await outcomesOf(there, connection, [
      updateUser(ada, { organization_id: globex ?? '', notes: 'moved' }),
      updateUser(bob, { name: '', organization_id: globex ?? '' }),
      updateUser(eve, { organization_id: '999999999' }),
      updateUser(joe, { organization_id: globex ?? '' }),
      updateUser(kim, { organization_id: null }),
      updateUser('888888888', { organization_id: globex ?? '' }),
    ]);
    expect(outcomes).toMatchObject([
      { ok: true, id: ada },
      { ok: false, fault: { kind: 'refused', fields: ['name'] } },
      { ok: false, fault: { kind: 'refused', fields: ['organization_id'] } },
      { ok: true, id: joe },
      { ok: false, fault: { kind: 'refused', fields: ['organization_id'] } },
      { ok: false, fault: { kind: 'gone' } },
    ]);
    expect(await user(there, ada)).toMatchObject({ notes: 'moved' });
    expect(await belongsTo(there, ada)).toEqual([globex, acme]);
    expect(await belongsTo(there, joe)).toEqual([globex, acme]);
    expect(await belongsTo(there, kim)).toEqual([acme]);
  });
});

describe('when a call fails', () => {
  test('what the job of memberships did not do is done one by one', async () => {
    const there = await desk();
    const [acme, globex] = await seed(there, 'organization', [{ name: 'Acme' }, { name: 'Globex' }]);
    const known = await seed(there, 'user', people(10, { organization_id: Number(acme) }));
    await there.control('PUT', '/settings', { jobPartialFailure: 0.5 });
    const connection = there.connect();
    const operations = known.map((id) => updateUser(id, { organization_id: globex ?? '' }));
    expect((await outcomesOf(there, connection, operations)).every(({ ok }) => ok)).toBe(true);
    for (const id of known) expect(await belongsTo(there, id)).toEqual([globex, acme]);
  });

  test('and its answer is lost, the same updates sent again end well', async () => {
    const there = await desk();
    const [acme, globex] = await seed(there, 'organization', [{ name: 'Acme' }, { name: 'Globex' }]);
    const known = await seed(there, 'user', people(3, { organization_id: Number(acme), phone: '' }));
    const connection = there.connect();
    await connection.who();
    const operations = known.map((id, i) =>
      updateUser(id, { organization_id: globex ?? '', email: `second${i}@acme.test` }),
    );
    for (const path of ['/organization_memberships/create_many$', '/users/update_many$']) {
      await there.control('POST', '/faults', { match: { path }, do: 'lose-answer', times: 1 });
      const lost = await outcomesOf(there, connection, operations);
      expect(lost.every((one) => !one.ok && one.fault.kind === 'unsure')).toBe(true);
      await there.world.pass(30_000);
    }
    expect((await outcomesOf(there, connection, operations)).every(({ ok }) => ok)).toBe(true);
    for (const [i, id] of known.entries()) {
      expect(await belongsTo(there, id)).toEqual([globex, acme]);
      expect((await identities(there, id)).map(({ value }) => value)).toEqual([
        `user${i}@acme.test`,
        `second${i}@acme.test`,
      ]);
    }
  });
});

describe('a further address of a user', () => {
  test('is kept beside the first one, and one that somebody has is refused in the vendor’s words', async () => {
    const there = await desk();
    const [ada, bob] = await seed(there, 'user', people(2));
    const connection = there.connect();
    expect(await outcomesOf(there, connection, [updateUser(ada, { email: 'ada@home.test' })])).toMatchObject([
      { ok: true, now: { email: 'user0@acme.test' } },
    ]);
    const refused = { ok: false, fault: { kind: 'refused', code: 'DuplicateValue', fields: ['email'] } };
    expect(await outcomesOf(there, connection, [updateUser(bob, { email: 'ADA@home.test' })])).toMatchObject([
      { ...refused, fault: { ...refused.fault, say: expect.stringContaining('already being used') } },
    ]);
    const both = [updateUser(ada, { email: 'ada@work.test' }), updateUser(bob, { email: 'ada@home.test' })];
    expect(await outcomesOf(there, connection, both)).toMatchObject([{ ok: true }, refused]);
    expect(await identities(there, ada)).toEqual([
      { type: 'email', value: 'user0@acme.test', primary: true },
      { type: 'email', value: 'ada@home.test', primary: false },
      { type: 'email', value: 'ada@work.test', primary: false },
    ]);
  });

  test('is added to a hundred users in one call', async () => {
    const there = await desk();
    const known = await seed(there, 'user', people(100));
    const connection = there.connect();
    await connection.who();
    const before = connection.calls().write;
    const operations = known.map((id, i) => updateUser(id, { email: `second${i}@acme.test` }));
    const outcomes = await outcomesOf(there, connection, operations);
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(connection.calls().write - before).toBe(1);
    expect((await identities(there, known[42])).map(({ value }) => value)).toEqual([
      'user42@acme.test',
      'second42@acme.test',
    ]);
  });

  test('finds the user who has it, though another one is shown', async () => {
    const there = await desk();
    const [ada] = await seed(there, 'user', people(2));
    const connection = there.connect();
    await outcomesOf(there, connection, [updateUser(ada, { email: 'ada@home.test' })]);
    await there.world.pass(120_000);
    const want = { object: 'user', fields: ['name', 'email'] };
    expect(await connection.find(want, ['email'], [{ email: 'ada@home.test' }])).toEqual([]);
    const found = await connection.find(want, ['emails'], [{ emails: 'ADA@home.test' }]);
    expect(found.map(({ ref, seen }) => [ref.id, seen])).toEqual([
      [ada, { name: 'User 0', email: 'user0@acme.test', emails: ['user0@acme.test', 'ada@home.test'] }],
    ]);
    expect(await connection.find(want, ['email'], [{ email: 'USER1@acme.test' }])).toHaveLength(1);
  });
});

describe('a phone number of a user', () => {
  test('that has none is set; a further one is added, and the first one stays', async () => {
    const there = await desk();
    const [ada, bob, eve] = await seed(there, 'user', [
      { name: 'Ada' },
      { name: 'Bob', phone: '+15551230001' },
      { name: 'Eve', phone: '+15551230003' },
    ]);
    const connection = there.connect();
    const outcomes = await outcomesOf(there, connection, [
      updateUser(ada, { phone: '+15551230009' }),
      updateUser(bob, { phone: '+15551230002', notes: 'two numbers' }),
      updateUser(eve, { phone: '+15551230001' }),
    ]);
    expect(outcomes).toMatchObject([
      { ok: true },
      { ok: true },
      { ok: false, fault: { kind: 'refused', fields: ['phone'] } },
    ]);
    expect(await user(there, ada)).toMatchObject({ phone: '+15551230009' });
    expect(await user(there, bob)).toMatchObject({ phone: '+15551230001', notes: 'two numbers' });
    expect((await identities(there, bob)).map(({ value }) => value)).toEqual(['+15551230001', '+15551230002']);
    // The same once more changes nothing and is fine.
    expect(await outcomesOf(there, connection, [updateUser(bob, { phone: '+15551230002' })])).toMatchObject([
      { ok: true },
    ]);
    expect((await identities(there, bob)).length).toBe(2);
  });

  test('is taken away by nothing', async () => {
    const there = await desk();
    const [ada] = await seed(there, 'user', [{ name: 'Ada', phone: '+15551230001' }]);
    const connection = there.connect();
    expect(await outcomesOf(there, connection, [updateUser(ada, { phone: null })])).toMatchObject([
      { ok: true, now: { phone: null } },
    ]);
  });
});
