import { describe, expect, test } from 'vitest';
import { create, looks, portal, remove, restore, update, written } from './testing.ts';

const model = { contact: { fields: [{ apiName: 'cf_model', displayLabel: 'Model', type: 'Text', maxLength: 100 }] } };

describe('writing', () => {
  test('contacts come with their account, and with or without an address; ids keep all their digits', async () => {
    const there = await portal();
    const [account = ''] = (await there.seed({ account: [{ accountName: 'Acme' }] })).account ?? [];
    const outcomes = await written(there, [
      create('contact', { lastName: 'Ada', email: 'ada@acme.test', accountId: account }),
      create('contact', { lastName: 'Bob', email: null, accountId: account }),
    ]);
    expect(Number.isSafeInteger(Number(account))).toBe(false);
    expect(outcomes).toMatchObject([
      { ok: true, now: { lastName: 'Ada', email: 'ada@acme.test', accountId: account } },
      { ok: true, now: { lastName: 'Bob', email: null, accountId: account } },
    ]);
    const stored = (await there.records('contact')).map((one) => [one.lastName, one.email, one.accountId]);
    expect(stored).toEqual([
      ['Ada', 'ada@acme.test', account],
      ['Bob', null, account],
    ]);
  });

  test('null empties a field, and what is not named stays', async () => {
    const there = await portal();
    await there.control('PUT', 'schema', model);
    const seed = { lastName: 'Ada', title: 'Dr', phone: '1', cf: { cf_model: 'x' } };
    const [id = ''] = (await there.seed({ contact: [seed] })).contact ?? [];
    const [outcome] = await written(there, [update('contact', id, { phone: null, cf_model: null })]);
    expect(outcome).toMatchObject({ ok: true, now: { phone: null, cf_model: null, title: 'Dr' } });
  });

  test.each([
    [{ email: 'no address' }, 'email', 'INVALID_DATA'],
    [{ city: 'x'.repeat(31) }, 'city', 'INVALID_DATA'],
    [{ lastName: null }, 'lastName', 'INVALID_DATA'],
    [{ accountId: '999999999999999' }, 'accountId', 'INVALID_DATA'],
    [{ cf_model: 'x'.repeat(101) }, 'cf_model', 'INVALID_DATA'],
  ])('%j is refused with the field and the vendor’s code', async (fields, field, code) => {
    const there = await portal();
    await there.control('PUT', 'schema', model);
    const [id = ''] = (await there.seed({ contact: [{ lastName: 'Ada' }] })).contact ?? [];
    const [outcome] = await written(there, [update('contact', id, { title: 'Dr', ...fields })]);
    expect(outcome).toMatchObject({ ok: false, fault: { kind: 'refused', code, fields: [field] } });
    expect(looks(await there.connection.read({ object: 'contact', fields: ['title'] }, [id]))).toEqual({
      [id]: { title: null },
    });
  });

  test('an address that is taken leads a create to the one who has it, and holds an update', async () => {
    const there = await portal({ uniqueEmail: true });
    const [, id = ''] =
      (await there.seed({ contact: [{ lastName: 'Ada', email: 'ada@acme.test' }, { lastName: 'Bob' }] })).contact ?? [];
    const email = { email: 'ada@acme.test' };
    const [created] = await written(there, [create('contact', { lastName: 'Ada', ...email })]);
    const [updated] = await written(there, [update('contact', id, email)]);
    expect(created).toMatchObject({ ok: false, fault: { kind: 'stale', fields: ['email'] } });
    expect(updated).toMatchObject({ ok: false, fault: { kind: 'refused', fields: ['email'] } });
  });

  test('a field that our agent may not write is told for an update, the others are written', async () => {
    const there = await portal({ hiddenFields: { contacts: ['phone'] } });
    const [id = ''] = (await there.seed({ contact: [{ lastName: 'Ada', phone: '1' }] })).contact ?? [];
    const [outcome] = await written(there, [update('contact', id, { phone: '2', title: 'Dr' })]);
    expect(outcome).toMatchObject({
      ok: false,
      fault: { kind: 'refused', code: 'FIELD_NOT_WRITTEN', fields: ['phone'] },
    });
    expect(await there.records('contact')).toMatchObject([{ phone: '1', title: 'Dr' }]);
  });

  test('the first create that loses a field so is done and logged, the next one is told before it is sent', async () => {
    const there = await portal({ hiddenFields: { contacts: ['phone'] } });
    const [first] = await written(there, [create('contact', { lastName: 'Ada', phone: '2' })]);
    expect(first).toMatchObject({ ok: true });
    expect(first?.ok === true && first.now !== null && 'phone' in first.now).toBe(false);
    expect(there.world.lines.find(({ level }) => level === 'warn')?.details).toMatchObject({ fields: 'phone' });
    const [second] = await written(there, [create('contact', { lastName: 'Bob', phone: '3' })]);
    expect(second).toMatchObject({ ok: false, fault: { kind: 'refused', fields: ['phone'] } });
    expect((await there.records('contact')).map(({ lastName }) => lastName)).toEqual(['Ada']);
  });

  test('one record that is not there stops none of the others that are removed with it', async () => {
    const there = await portal();
    const [ada = '', bob = ''] =
      (await there.seed({ contact: [{ lastName: 'Ada' }, { lastName: 'Bob' }] })).contact ?? [];
    const outcomes = await written(there, [
      remove('contact', ada),
      remove('contact', '742519000000999999'),
      remove('contact', bob),
    ]);
    expect(outcomes).toMatchObject([{ ok: true }, { ok: false, fault: { kind: 'gone' } }, { ok: true }]);
    const want = { object: 'contact', fields: ['lastName'] };
    expect(looks(await there.connection.read(want, [ada, bob]))).toEqual({ [ada]: 'trash', [bob]: 'trash' });
  });

  test('many are removed, and brought back, by one call each', async () => {
    const there = await portal();
    const names = Array.from({ length: 30 }, (_, n) => ({ accountName: `Account ${n}` }));
    const ids = (await there.seed({ account: names })).account ?? [];
    await there.connection.who();
    await there.calls();
    const removed = await written(
      there,
      ids.map((id) => remove('account', id)),
    );
    const back = await written(
      there,
      ids.map((id) => restore('account', id)),
    );
    expect([...removed, ...back].every(({ ok }) => ok)).toBe(true);
    expect(await there.calls()).toEqual({
      'POST /api/v1/accounts/moveToTrash': 1,
      'POST /api/v1/recycleBin/restore': 1,
    });
  });

  test('an answer of success with failures inside is told record by record', async () => {
    const there = await portal();
    const [ada = '', bob = ''] =
      (await there.seed({ contact: [{ lastName: 'Ada' }, { lastName: 'Bob' }] })).contact ?? [];
    await written(there, [remove('contact', ada)]);
    const outcomes = await written(there, [restore('contact', ada), restore('contact', bob)]);
    expect(outcomes).toMatchObject([
      { ok: true, id: ada },
      { ok: false, fault: { kind: 'gone' } },
    ]);
  });

  test('a record that is gone, or an object that nobody knows, is told', async () => {
    const there = await portal();
    const [gone] = await written(there, [update('contact', '742519000000999999', { title: 'Dr' })]);
    const [strange] = await written(there, [create('product', { name: 'x' })]);
    expect([gone, strange]).toMatchObject([{ fault: { kind: 'gone' } }, { fault: { kind: 'bug' } }]);
  });

  test('with a mark a second create finds the first record and brings it up to date', async () => {
    const there = await portal();
    await there.connection.install('keys', ['contact']);
    const [first] = await written(there, [create('contact', { lastName: 'Ada' }, 'salesforce:00D1:0031')]);
    const [second] = await written(there, [create('contact', { lastName: 'Ada B' }, 'salesforce:00D1:0031')]);
    expect(first).toMatchObject({ ok: true, now: { cf_syncline_key: 'salesforce:00D1:0031' } });
    expect(second).toMatchObject({ ok: true, id: first?.ok ? first.id : '' });
    expect(await there.records('contact')).toMatchObject([{ lastName: 'Ada B' }]);
  });

  test('a mark may go into a field that the config names', async () => {
    const there = await portal();
    await there.control('PUT', 'schema', model);
    const operation = { ...create('contact', { lastName: 'Ada' }, '0031'), markField: 'cf_model' };
    await written(there, [operation]);
    await written(there, [operation]);
    expect(await there.records('contact')).toMatchObject([{ cf: { cf_model: '0031' } }]);
    const since = there.world.now();
    expect(await there.connection.trace([operation], since)).toMatchObject([{ ok: true }]);
  });

  test.each([
    [{ status: 500, body: { errorCode: 'INTERNAL_SERVER_ERROR' } }, 'unsure'],
    [{ status: 502, body: 'bad gateway' }, 'unsure'],
    [{ status: 503, body: 'busy' }, 'later'],
    [{ status: 403, body: { errorCode: 'FORBIDDEN' } }, 'refused'],
    [{ status: 403, body: { errorCode: 'LICENSE_ACCESS_LIMITED' } }, 'refused'],
    [{ status: 403, body: { errorCode: 'SCOPE_MISMATCH' } }, 'login'],
    [{ status: 403, body: { errorCode: 'OAUTH_ORG_MISMATCH' } }, 'login'],
    [{ status: 400, body: { errorCode: 'EMPTY_PAYLOAD' } }, 'bug'],
    [{ status: 413, body: { errorCode: 'RESOURCE_SIZE_EXCEEDED' } }, 'refused'],
    [{ status: 429, body: { errorCode: 'TOO_MANY_REQUESTS' } }, 'limit'],
    [{ status: 429, body: { errorCode: 'THRESHOLD_EXCEEDED' }, retryAfter: 30 }, 'limit'],
  ])('%j to a write is %s', async (answer, kind) => {
    const there = await portal();
    await there.connection.who();
    const match = { method: 'POST', path: '^/api/v1/contacts$' };
    await there.control('POST', 'faults', { match, do: 'status', times: 1, ...answer });
    const [outcome] = await written(there, [create('contact', { lastName: 'Ada' })]);
    expect(outcome).toMatchObject({ ok: false, fault: { kind } });
    const afterMs = outcome?.ok === false ? outcome.fault.afterMs : undefined;
    if (kind === 'limit') expect('retryAfter' in answer ? afterMs === 30_000 : (afterMs ?? 0) <= 2000).toBe(true);
    expect(await there.records('contact')).toEqual([]);
  });

  test('no more calls are under way at once than the smallest edition takes', async () => {
    const there = await portal({ plan: 'free', answerMs: 300 });
    const outcomes = await written(
      there,
      Array.from({ length: 25 }, (_, n) => create('contact', { lastName: `Person ${n}` })),
    );
    expect(outcomes.filter(({ ok }) => ok).length).toBe(25);
  });
});

test('a thousand creates with marks cost a call each, and a search for every eight', async () => {
  const there = await portal();
  await there.connection.install('keys', ['contact']);
  await there.calls();
  for (let n = 0; n < 1000; n += 25) {
    const mark = (i: number) => `salesforce:00D4S000000oz4eUAA:0034S0000${String(n + i).padStart(6, '0')}AAA`;
    const batch = Array.from({ length: 25 }, (_, i) => create('contact', { lastName: `Person ${n + i}` }, mark(i)));
    expect((await written(there, batch)).every(({ ok }) => ok)).toBe(true);
  }
  expect(await there.calls()).toEqual({ 'POST /api/v1/contacts': 1000, 'GET /api/v1/contacts/search': 120 });
});
