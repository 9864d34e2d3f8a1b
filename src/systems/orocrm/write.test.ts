import { describe, expect, test } from 'vitest';
import type { Operation } from '../../model/operation.ts';
import { type Bench, fields, open, write } from '../kit/contract-bench.ts';
import { jsonResponse } from '../kit/testing.ts';
import { account, contact, supportCase } from './contract-bench.ts';
import { create, problem, remove, scripted, update } from './testing.ts';

const names = async (bench: Bench) => (await bench.records()).map((record) => record.name);
const writes = async (bench: Bench, work: () => Promise<unknown>): Promise<number> => {
  const before = bench.connection.calls().write;
  await work();
  return bench.connection.calls().write - before;
};
const creates = (count: number): readonly Operation[] =>
  Array.from({ length: count }, (_, n) => create('accounts', { name: `Account ${n}` }));

describe('a batch', () => {
  test('of a hundred creates is one call once it is known that the vendor answers with their ids', async () => {
    const bench = await open(account);
    await bench.connection.describe(['accounts']);
    expect(await writes(bench, async () => write(bench, creates(100)))).toBe(1);
    expect((await names(bench)).length).toBe(100);
  });

  test('that names bad records is sent again without them, whatever is wrong with them', async () => {
    const bench = await open(account);
    const [first = '', second = '', third = ''] = await bench.seed(1, 2, 3);
    const outcomes = await write(bench, [
      update('accounts', first, { name: 'new' }),
      update('accounts', '999', { name: 'nobody' }),
      update('accounts', second, { name: '' }),
      update('accounts', third, { owner: '999' }),
    ]);
    expect(outcomes).toMatchObject([
      { ok: true, id: first },
      { ok: false, fault: { kind: 'gone' } },
      { ok: false, fault: { kind: 'refused', fields: ['name'] } },
      { ok: false, fault: { kind: 'refused', fields: ['owner'], code: 'form constraint' } },
    ]);
    expect(await names(bench)).toEqual(['new', 'Account 2', 'Account 3']);
  });

  test('in which a key is taken creates the others', async () => {
    const bench = await open(account);
    await bench.connection.describe(['accounts']);
    await write(bench, [create('accounts', { name: 'Ada' }, 'zendesk:acme:1')]);
    const outcomes = await write(bench, [
      create('accounts', { name: 'Ada again' }, 'zendesk:acme:1'),
      create('accounts', { name: 'Bob' }, 'zendesk:acme:2'),
    ]);
    expect(outcomes).toMatchObject([{ fault: { kind: 'stale', fields: ['externalId'] } }, { ok: true }]);
    expect(await names(bench)).toEqual(['Ada', 'Bob']);
  });

  test('that takes the vendor too long becomes an operation; what it created is found by its key', async () => {
    const bench = await open({ ...account, settings: { syncFallback: true } });
    await bench.connection.describe(['accounts']);
    const operations = [create('accounts', { name: 'Ada' }, 'zendesk:acme:1'), create('accounts', { name: '' })];
    const since = bench.world.now();
    const outcomes = await write(bench, operations);
    expect(outcomes).toMatchObject([{ fault: { kind: 'unsure' } }, { fault: { kind: 'refused', fields: ['name'] } }]);
    const [ada] = await bench.records();
    expect(await bench.connection.trace(operations.slice(0, 1), since)).toMatchObject([{ ok: true, id: ada?.id }]);
  });

  test('of another vendor’s order is unsure, never mixed up', async () => {
    const row = (id: string) => ({ type: 'accounts', id, attributes: { name: id } });
    const { connection } = scripted({ 'PATCH /api/accounts': () => jsonResponse(200, { data: [row('2'), row('1')] }) });
    const sent = await connection.write(
      [update('accounts', '1', { name: 'a' }), update('accounts', '2', { name: 'b' })],
      Number.POSITIVE_INFINITY,
    );
    expect(sent).toMatchObject({ done: [{ fault: { kind: 'unsure' } }, { fault: { kind: 'unsure' } }] });
  });

  test('in which every answer names another record ends, and says that nothing was written', async () => {
    const { connection } = scripted({
      'PATCH /api/accounts': () => problem(400, 'length constraint', 'Too long.', '/data/0/attributes/name'),
    });
    const operations = Array.from({ length: 6 }, (_, n) => update('accounts', String(n + 1), { name: 'a' }));
    const sent = await connection.write(operations, Number.POSITIVE_INFINITY);
    const kinds = 'done' in sent ? sent.done.map((outcome) => (outcome.ok ? 'ok' : outcome.fault.kind)) : [];
    expect(kinds).toEqual(['refused', 'refused', 'refused', 'refused', 'later', 'later']);
  });

  test('that is refused as a whole says why for each of its records', async () => {
    const bench = await open({ ...account, settings: { denied: ['accounts.edit'] } });
    const ids = await bench.seed(1, 2);
    const outcomes = await write(
      bench,
      ids.map((id) => update('accounts', id, { name: 'new' })),
    );
    expect(outcomes).toMatchObject([{ fault: { kind: 'refused' } }, { fault: { kind: 'refused' } }]);
    expect(await names(bench)).toEqual(['Account 1', 'Account 2']);
  });
});

describe('before 6.0', () => {
  const old = { ...account, settings: { version: '5.1' } };

  test('updates are an operation, in which a bad record fails alone', async () => {
    const bench = await open(old);
    const [first = '', second = ''] = await bench.seed(1, 2);
    const outcomes = await write(bench, [
      update('accounts', first, { name: 'new' }),
      update('accounts', second, { name: 'x'.repeat(300) }),
      update('accounts', '999', { name: 'nobody' }),
    ]);
    expect(outcomes).toMatchObject([
      { ok: true, id: first },
      { fault: { kind: 'refused', code: 'length constraint', fields: ['name'] } },
      { fault: { kind: 'gone' } },
    ]);
    expect(await names(bench)).toEqual(['new', 'Account 2']);
  });

  test('creates go one by one, since an operation would not tell their ids', async () => {
    const bench = await open(old);
    const [type] = await bench.connection.describe(['accounts']);
    expect(type).toMatchObject({ mark: null, single: ['create'] });
    expect(await writes(bench, async () => write(bench, creates(5)))).toBe(5);
    expect(new Set(await names(bench)).size).toBe(5);
  });

  test('an operation that nobody works on is waited for an hour, and then looked at', async () => {
    const bench = await open({ ...account, settings: { version: '5.1', queue: 'stalled' } });
    const ids = await bench.seed(1, 2);
    const operations = ids.map((id) => update('accounts', id, { name: 'new' }));
    const sent = await bench.connection.write(operations, Number.POSITIVE_INFINITY);
    const job = 'job' in sent ? sent.job : '';
    const ask = async () => (await bench.connection.collect([{ job, operations, places: [0, 1] }]))[0];
    await bench.world.pass(600_000);
    expect(await ask()).toMatchObject({ job, againMs: 30_000 });
    await bench.world.pass(3_600_000);
    expect(await ask()).toMatchObject({
      done: [{ fault: { kind: 'unsure', say: expect.stringContaining('message queue') } }, {}],
    });
  });

  test('some of an operation may be settled already', async () => {
    const bench = await open(old);
    const ids = await bench.seed(1, 2, 3);
    const operations = ids.map((id, n) => update('accounts', id, { name: n === 2 ? '' : 'new' }));
    const sent = await bench.connection.write(operations, Number.POSITIVE_INFINITY);
    await bench.world.pass(20_000);
    const job = { job: 'job' in sent ? sent.job : '', operations: operations.slice(1), places: [1, 2] };
    expect(await bench.connection.collect([job])).toMatchObject([
      { done: [{ ok: true, id: ids[1] }, { fault: { kind: 'refused' } }] },
    ]);
  });
});

describe('an operation', () => {
  const collecting = (status: string, errors: readonly object[]) => {
    const operation = { type: 'asyncoperations', id: '5', attributes: { status } };
    const { connection } = scripted({
      'PATCH /api/accounts': () => jsonResponse(202, { data: { ...operation, attributes: { status: 'new' } } }),
      'GET /api/asyncoperations/5': () => jsonResponse(200, { data: operation }),
      'GET /api/asyncoperations/5/errors': () =>
        jsonResponse(200, { data: errors.map((attributes) => ({ attributes })) }),
    });
    return async () => {
      const operations = ['1', '2'].map((id) => update('accounts', id, { name: id }));
      const sent = await connection.write(operations, Number.POSITIVE_INFINITY);
      return connection.collect([{ job: 'job' in sent ? sent.job : '', operations, places: [0, 1] }]);
    };
  };

  test('that was cancelled is unsure for each record that it says nothing of', async () => {
    const error = {
      status: 400,
      title: 'length constraint',
      detail: 'Too long.',
      source: { pointer: '/data/1/attributes/name' },
    };
    expect(await collecting('cancelled', [error])()).toMatchObject([
      { done: [{ fault: { kind: 'unsure', code: 'cancelled' } }, { fault: { kind: 'refused' } }] },
    ]);
  });

  test('whose document could not be read is our mistake, for all of them', async () => {
    const error = { status: 500, title: 'async operation exception', detail: 'Failed to parse the data file.' };
    expect(await collecting('failed', [error])()).toMatchObject([
      { done: [{ fault: { kind: 'bug' } }, { fault: { kind: 'bug' } }] },
    ]);
  });

  test('that is not known any more, or is no job of ours, is unsure', async () => {
    const { connection } = scripted({});
    const operations = [update('accounts', '1', { name: 'a' })];
    const handle = { operation: '9', at: 0, places: [0], refused: [] };
    const jobs = [JSON.stringify(handle), 'nonsense'].map((job) => ({ job, operations, places: [0] }));
    expect(await connection.collect(jobs)).toMatchObject([
      { done: [{ fault: { kind: 'unsure' } }] },
      { done: [{ fault: { kind: 'unsure' } }] },
    ]);
  });
});

describe('removals', () => {
  test('of many are one call, and what was gone before is as good as removed', async () => {
    const bench = await open(account);
    const [first = '', second = ''] = await bench.seed(1, 2, 3);
    const operations = [first, second, '999'].map((id) => remove('accounts', id));
    expect(
      await writes(bench, async () =>
        expect(await write(bench, operations)).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]),
      ),
    ).toBe(1);
  });

  test('leave what our user may not see, and say so', async () => {
    const bench = await open(account);
    const [first = '', hidden = ''] = await bench.seed(1, 2);
    await bench.control('POST', `records/accounts/${hidden}/hide`, {});
    const outcomes = await write(bench, [remove('accounts', first), remove('accounts', hidden)]);
    expect(outcomes).toMatchObject([{ ok: true }, { fault: { kind: 'refused' } }]);
  });

  test('of a record that is gone say that', async () => {
    const bench = await open(account);
    expect(await write(bench, [remove('accounts', '999')])).toMatchObject([{ fault: { kind: 'gone' } }]);
  });

  test('cannot be undone', async () => {
    const bench = await open(account);
    const restore: Operation = { do: 'restore', link: 'a', ref: { connection: 'crm', object: 'accounts', id: '1' } };
    expect(await write(bench, [restore])).toMatchObject([{ fault: { kind: 'refused' } }]);
  });
});

describe('a case', () => {
  test('is written with its lists and references, and moves no other field', async () => {
    const bench = await open(supportCase);
    const [id = ''] = await bench.seed(1);
    const people = await bench.control('PUT', 'seed', {
      contacts: [{ lastName: 'Lovelace' }],
      accounts: [{ name: 'Acme' }],
    });
    expect(people).toEqual({ contacts: ['1'], accounts: ['1'] });
    const given = { status: 'closed', priority: 'high', relatedContact: '1', relatedAccount: '1', assignedTo: '2' };
    expect(await write(bench, [update('cases', id, given)])).toMatchObject([{ ok: true, now: given }]);
    const want = { object: 'cases', fields: [...Object.keys(given), 'subject', 'closedAt', 'source'] };
    const [change] = await bench.connection.read(want, [id]);
    expect(fields(change)).toMatchObject({ ...given, subject: 'Case 1', source: 'other' });
    expect(fields(change).closedAt).not.toBeNull();
    expect(await write(bench, [update('cases', id, { relatedContact: null, assignedTo: null })])).toMatchObject([
      { ok: true, now: { relatedContact: null, assignedTo: null, relatedAccount: '1' } },
    ]);
  });

  test('that one cannot be written of does not stop the others', async () => {
    const bench = await open(supportCase);
    const ids = await bench.seed(1, 2, 3, 4, 5, 6);
    const outcomes = await write(
      bench,
      ids.map((id, n) => update('cases', id, { status: n === 3 ? 'nowhere' : 'closed' })),
    );
    expect(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.fault.fields))).toEqual([
      'ok',
      'ok',
      'ok',
      ['status'],
      'ok',
      'ok',
    ]);
  });
});

test('a reference to what our user may not see, or to what is not there, is refused by its field alone', async () => {
  const bench = await open(contact);
  await bench.control('PUT', 'seed', {
    accounts: [{ name: 'A' }, { name: 'Hidden' }],
    contacts: [{ lastName: 'L' }, { lastName: 'M' }],
  });
  await bench.control('POST', 'records/accounts/2/hide', {});
  const outcomes = await write(bench, [
    update('contacts', '1', { accounts: ['1', '2'] }),
    update('contacts', '2', { accounts: ['1', '99'] }),
  ]);
  expect(outcomes).toMatchObject([
    { fault: { kind: 'refused', fields: ['accounts'] } },
    { fault: { kind: 'refused', fields: ['accounts'] } },
  ]);
  expect(await write(bench, [update('contacts', '1', { accounts: ['2'] })])).toMatchObject([
    { fault: { kind: 'refused', fields: ['accounts'] } },
  ]);
});

test('what is only read is never written', async () => {
  const bench = await open(contact);
  expect(await write(bench, [update('users', '1', { firstName: 'Ada' })])).toMatchObject([
    { fault: { kind: 'refused' } },
  ]);
  expect(await write(bench, [update('nothing', '1', {})])).toMatchObject([{ fault: { kind: 'bug' } }]);
  expect(await writes(bench, async () => write(bench, [update('users', '1', {})]))).toBe(0);
});
