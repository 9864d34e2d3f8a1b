import { describe, expect, test } from 'vitest';
import type { Operation } from '../../model/operation.ts';
import { isGone } from '../../model/record.ts';
import type { Fields } from '../../model/value.ts';
import { desk, everything, idOf, outcomesOf } from './testing.ts';

/** The connector and the twin know nothing of each other: what they agree on here, they have read in the same pages. */

const want = { object: 'organization', fields: ['name', 'external_id', 'notes', 'tags', 'organization_fields.plan'] };

function create(name: string, mark: string | null, fields: Fields = {}): Operation {
  return { do: 'create', link: name, object: 'organization', mark, fields: { name, ...fields } };
}

function update(id: string, fields: Extract<Operation, { do: 'update' }>['fields']): Operation {
  return { do: 'update', link: id, ref: { connection: 'support', object: 'organization', id }, expect: null, fields };
}

const plan = { key: 'plan', type: 'dropdown', title: 'Plan', custom_field_options: [{ name: 'Gold', value: 'gold' }] };

describe('Zendesk connector and twin', () => {
  test('agree on who is logged in, and on the fields of an account', async () => {
    const { connect, control } = await desk();
    await control('PUT', '/schema', { organization: { fields: [plan] } });
    const connection = connect();
    expect((await connection.who()).user).toMatch(/^\d+$/);
    const [type] = await connection.describe(['organization']);
    expect(type?.fields.find(({ name }) => name === 'organization_fields.plan')).toMatchObject({
      type: 'option',
      options: [{ value: 'gold', label: 'Gold' }],
    });
    expect(
      (await connection.inspect(['organization'], ['organization'])).filter(
        ({ ok, check }) => !ok && check !== 'way to log in',
      ),
    ).toEqual([]);
  });

  test('a first load brings everything once; then a quiet feed brings nothing for a call each', async () => {
    const there = await desk();
    const organizations = Array.from({ length: 1203 }, (_, i) => ({ name: `Organization ${i}` }));
    await there.control('PUT', '/seed', { organization: organizations });
    await there.world.pass(120_000);
    const connection = there.connect();
    const first = await everything(connection, want, null);
    const names = first.changes.map(({ seen }) => (seen !== 'look' && !isGone(seen) ? seen.name : null));
    expect(new Set(names).size).toBe(1203);
    expect(names.length).toBe(1203);
    const before = connection.calls().read;
    const second = await everything(connection, want, first.cursor);
    const third = await everything(connection, want, second.cursor);
    expect([...second.changes, ...third.changes]).toEqual([]);
    expect(connection.calls().read - before).toBeLessThanOrEqual(2);
  });

  test('one record is created, read, found, updated and removed', async () => {
    const there = await desk();
    await there.control('PUT', '/schema', { organization: { fields: [plan] } });
    const connection = there.connect();
    const fields = { notes: 'north', tags: ['vip'], 'organization_fields.plan': 'gold' };
    const [made] = await outcomesOf(there, connection, [create('Acme', '0015g00000XyZAAQ', fields)]);
    const id = idOf(made);
    expect(made).toMatchObject({
      now: { name: 'Acme', external_id: '0015g00000XyZAAQ', 'organization_fields.plan': 'gold' },
    });
    const found = await connection.find(want, ['external_id'], [{ external_id: '0015g00000xyzaaq' }]);
    expect(found.map(({ ref }) => ref.id)).toEqual([id]);
    expect((await connection.find(want, ['name'], [{ name: 'ACME' }])).map(({ ref }) => ref.id)).toEqual([id]);

    const [changed] = await outcomesOf(there, connection, [
      update(id, { notes: null, tags: { add: ['new'], drop: ['VIP'] } }),
    ]);
    expect(changed).toMatchObject({ ok: true, now: { notes: null, 'organization_fields.plan': 'gold' } });
    const [read] = await connection.read(want, [id]);
    const tags = read !== undefined && read.seen !== 'look' && !isGone(read.seen) ? read.seen.tags : null;
    expect(tags).toEqual(expect.arrayContaining(['new']));
    expect(tags).not.toEqual(expect.arrayContaining(['vip']));

    const ref = { connection: 'support', object: 'organization', id };
    const removal: Operation = { do: 'remove', link: 'l', ref, expect: null, how: 'delete' };
    expect(await outcomesOf(there, connection, [removal])).toMatchObject([{ ok: true, id }]);
    expect((await connection.read(want, [id])).map(({ seen }) => seen)).toEqual([{ gone: 'hidden' }]);
    expect(await outcomesOf(there, connection, [removal])).toMatchObject([{ ok: false, fault: { kind: 'gone' } }]);
  });

  test('a hundred creates with marks are one job, told apart by a trace of one call', async () => {
    const there = await desk();
    const connection = there.connect();
    const since = there.world.now();
    const operations = Array.from({ length: 100 }, (_, i) => create(`Organization ${i}`, `key-${i}`));
    const outcomes = await outcomesOf(there, connection, operations);
    expect(outcomes.every((one) => !one.ok && one.fault.kind === 'unsure')).toBe(true);
    const before = connection.calls().read;
    const traced = await connection.trace(operations, since);
    expect(connection.calls().read - before).toBe(1);
    for (const [i, one] of traced.entries()) expect(one).toMatchObject({ ok: true, now: { external_id: `key-${i}` } });
  });

  test('a hundred creates without marks are told apart by name, and those that are taken are stale', async () => {
    const there = await desk();
    await there.control('PUT', '/seed', { organization: [{ name: 'ORGANIZATION 7' }] });
    const connection = there.connect();
    const operations = Array.from({ length: 100 }, (_, i) => create(`Organization ${i}`, null));
    const outcomes = await outcomesOf(there, connection, operations);
    for (const [i, one] of outcomes.entries()) {
      if (i === 7)
        expect(one).toMatchObject({ ok: false, fault: { kind: 'stale', code: 'DuplicateValue', fields: ['name'] } });
      else expect(one).toMatchObject({ ok: true, now: { name: `Organization ${i}` } });
    }
  });

  test('a taken name is stale in another language too, alone and in a job', async () => {
    const there = await desk();
    await there.control('PUT', '/settings', { locale: 'es' });
    await there.control('PUT', '/seed', { organization: [{ name: 'Acme' }] });
    const connection = there.connect();
    const stale = { ok: false, fault: { kind: 'stale', code: 'DuplicateValue', fields: ['name'] } };
    expect(await outcomesOf(there, connection, [create('ACME', 'k1')])).toMatchObject([stale]);
    expect(await outcomesOf(there, connection, [create('acme', 'k2'), create('Globex', 'k3')])).toMatchObject([
      stale,
      { ok: true },
    ]);
  });

  test('updates of a batch are told one by one', async () => {
    const there = await desk();
    const connection = there.connect();
    const made = await outcomesOf(
      there,
      connection,
      ['A', 'B', 'C'].map((name) => create(name, null)),
    );
    const [a, b, c] = made.map(idOf);
    const outcomes = await outcomesOf(there, connection, [
      update(a ?? '', { name: 'B' }),
      update(b ?? '', { notes: 'x' }),
      update('999999999', { notes: 'y' }),
      update(c ?? '', { tags: { add: ['t'], drop: [] } }),
    ]);
    expect(outcomes).toMatchObject([
      { ok: false, fault: { kind: 'stale', fields: ['name'] } },
      { ok: true, id: b },
      { ok: false, fault: { kind: 'gone' } },
      { ok: true, id: c },
    ]);
  });

  test('a change comes after the minute for which it is withheld, and a removal comes as purged', async () => {
    const there = await desk();
    await there.control('PUT', '/seed', { organization: [{ name: 'A' }, { name: 'B' }] });
    await there.world.pass(300_000);
    const connection = there.connect();
    const first = await everything(connection, want, null);
    const [a, b] = first.changes.map(({ ref }) => ref.id);
    await outcomesOf(there, connection, [update(a ?? '', { notes: 'changed' })]);
    const ref = { connection: 'support', object: 'organization', id: b ?? '' };
    await outcomesOf(there, connection, [{ do: 'remove', link: 'l', ref, expect: null, how: 'delete' }]);
    const soon = await everything(connection, want, first.cursor);
    expect(soon.changes).toEqual([]);
    await there.world.pass(70_000);
    const later = await everything(connection, want, soon.cursor);
    const seen = new Map(later.changes.map((change) => [change.ref.id, change.seen]));
    expect(seen.get(a ?? '')).toMatchObject({ notes: 'changed' });
    expect(seen.get(b ?? '')).toEqual({ gone: 'purged' });
  });

  test('a create whose answer is lost is found again, with a mark and by its name', async () => {
    const there = await desk();
    const connection = there.connect();
    await connection.who();
    for (const mark of ['k1', null]) {
      const since = there.world.now();
      await there.control('POST', '/faults', {
        match: { method: 'POST', path: '/api/v2/organizations' },
        do: 'lose-answer',
        times: 1,
      });
      const operation = create(mark === null ? 'Globex' : 'Acme', mark);
      expect(await outcomesOf(there, connection, [operation])).toMatchObject([
        { ok: false, fault: { kind: 'unsure' } },
      ]);
      expect(await connection.trace([operation], since)).toMatchObject([{ ok: true }]);
    }
    const waiting = await connection.trace([create('Nobody', null)], there.world.now());
    expect(waiting).toMatchObject([{ waitMs: expect.any(Number) }]);
  });

  test('an expired token is renewed once for many calls', async () => {
    const there = await desk();
    const connection = there.connect();
    await connection.who();
    await there.world.pass(24 * 3_600_000);
    const before = connection.calls().login;
    await Promise.all(Array.from({ length: 8 }, (_, i) => connection.read(want, [String(i + 1)])));
    expect(connection.calls().login - before).toBe(1);
  });

  test('wrong credentials stop the connection', async () => {
    const { connect } = await desk();
    for (const auth of [
      { type: 'api-token', email: 'nobody@acme.test', token: 'wrong' },
      { type: 'client-credentials', clientId: 'nobody', clientSecret: 'wrong' },
      { type: 'refresh-token', clientId: 'nobody', refreshToken: 'wrong' },
    ]) {
      await expect(connect(auth).who()).rejects.toMatchObject({ fault: { kind: 'login' } });
    }
  });

  test('a busy hour meets no refusal for rate, and counts calls as the vendor does', async () => {
    const there = await desk();
    const connection = there.connect();
    let cursor: string | null = null;
    for (let poll = 0; poll < 30; poll++) {
      cursor = (await connection.changes(want, cursor)).cursor;
      await Promise.all(Array.from({ length: 20 }, (_, i) => connection.read(want, [String(i + 1)])));
    }
    const { read, write, login } = connection.calls();
    expect(await there.control('GET', '/calls')).toMatchObject({ total: read + write + login });
    expect(there.world.lines.filter(({ message }) => message.includes('tried again'))).toEqual([]);
  });
});
