import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Operation, Outcome, Sent } from '../../model/operation.ts';
import { jsonResponse } from '../kit/testing.ts';
import {
  accountId,
  accountRow,
  compositeAnswer,
  ourUser,
  queryAnswer,
  type Scripted,
  scripted,
  sfError,
  statementsOf,
  testStart,
} from './testing.ts';
import { id18 } from './values.ts';

const far = testStart + 600_000;
const create = (link: string, mark: string | null = null, name = link): Operation => ({
  do: 'create',
  link,
  object: 'Account',
  mark,
  fields: { Name: name },
});
const ref = (n: number) => ({ connection: 'sales', object: 'Account', id: id18(accountId(n)) });

function done(sent: Sent): readonly Outcome[] {
  if (!('done' in sent)) throw new Error('Salesforce makes no jobs');
  return sent.done;
}

test('creates with a mark are an upsert on the mark, assignment rules off', async () => {
  const { connection, seen } = scripted(() =>
    jsonResponse(200, [
      { id: accountId(1), success: true, errors: [], created: true },
      { id: accountId(2), success: true, errors: [], created: false },
    ]),
  );
  const outcomes = done(await connection.write([create('a', 'zendesk:acme:1'), create('b', 'zendesk:acme:2')], far));
  expect(outcomes.map((outcome) => outcome.ok && outcome.id)).toEqual([ref(1).id, ref(2).id]);
  const [request] = seen();
  expect([request?.method, request?.path]).toEqual([
    'PATCH',
    '/services/data/v62.0/composite/sobjects/Account/Syncline_Key__c',
  ]);
  expect([request?.headers.get('sforce-auto-assign'), request?.headers.get('sforce-call-options')]).toEqual([
    'FALSE',
    'client=syncline',
  ]);
  expect(request?.body).toEqual({
    allOrNone: false,
    records: [
      { attributes: { type: 'Account' }, Name: 'a', Syncline_Key__c: 'zendesk:acme:1' },
      { attributes: { type: 'Account' }, Name: 'b', Syncline_Key__c: 'zendesk:acme:2' },
    ],
  });
  expect(connection.calls()).toEqual({ read: 0, write: 1, login: 1 });
});

test('one refused record does not spoil its batch, and says what and where', async () => {
  const { connection } = scripted(() =>
    jsonResponse(200, [
      { id: accountId(1), success: true, errors: [] },
      {
        success: false,
        errors: [
          { statusCode: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [Name]', fields: ['Name'] },
        ],
      },
      {
        success: false,
        errors: [
          {
            statusCode: 'DUPLICATE_VALUE',
            message: 'duplicate value found: X__c duplicates value on record with id: 0018M000003uKqq',
            fields: [],
          },
        ],
      },
      {
        success: false,
        errors: [
          {
            statusCode: 'UNABLE_TO_LOCK_ROW',
            message: 'unable to obtain exclusive access to this record or 1 records: 001',
            fields: [],
          },
        ],
      },
    ]),
  );
  const outcomes = done(
    await connection.write(
      ['a', 'b', 'c', 'd'].map((link) => create(link)),
      far,
    ),
  );
  expect(outcomes).toMatchObject([
    { ok: true, id: ref(1).id },
    { ok: false, fault: { kind: 'refused', code: 'REQUIRED_FIELD_MISSING', fields: ['Name'] } },
    { ok: false, fault: { kind: 'stale', code: 'DUPLICATE_VALUE' } },
    { ok: false, fault: { kind: 'later', code: 'UNABLE_TO_LOCK_ROW' } },
  ]);
  expect(outcomes[1]).toMatchObject({ fault: { say: 'Salesforce refused it: Required fields are missing: [Name]' } });
});

const updates = (count: number, given: (n: number) => string = String): readonly Operation[] =>
  Array.from({ length: count }, (_, n) => ({
    do: 'update',
    link: String(n),
    ref: ref(n),
    expect: null,
    fields: { Name: given(n) },
  }));

/** Answers every record that is written with its own id, whether it comes by itself or as a part of a composite request. */
function obliging(refuse: (part: number) => Response | null = () => null): Scripted {
  return scripted((request) => {
    const { records, compositeRequest } = written.parse(request.body);
    if (records !== undefined) return jsonResponse(200, records.map(saved));
    const parts = (compositeRequest ?? []).map(async ({ body, referenceId }, i) => {
      const refused = refuse(i);
      return refused === null
        ? { body: (body.records ?? []).map(saved), httpStatusCode: 200, referenceId }
        : { body: await refused.json(), httpStatusCode: refused.status, referenceId };
    });
    return Promise.all(parts).then((compositeResponse) => jsonResponse(200, { compositeResponse }));
  });
}
const saved = ({ id = accountId(0) }: { id?: string | undefined }) => ({ id, success: true, errors: [] });
const collection = z.object({ records: z.array(z.looseObject({ id: z.string().optional() })).optional() });
const written = collection.extend({
  compositeRequest: z
    .array(
      z.object({
        body: collection,
        referenceId: z.string(),
        httpHeaders: z.record(z.string(), z.string()).optional(),
      }),
    )
    .optional(),
});
const sizes = ({ seen }: Scripted) =>
  seen().map((request) => {
    const { records, compositeRequest } = written.parse(request.body);
    return records?.length ?? compositeRequest?.map(({ body }) => body.records?.length);
  });

test('a thousand changed records are one call of five pieces, in order and with our headers on each', async () => {
  const vendor = obliging();
  const outcomes = done(await vendor.connection.write(updates(1000), far));
  expect(outcomes.map((outcome) => outcome.ok && outcome.id)).toEqual(outcomes.map((_, n) => ref(n).id));
  expect(sizes(vendor)).toEqual([[200, 200, 200, 200, 200]]);
  const [request] = vendor.seen();
  expect(request?.path).toBe('/services/data/v62.0/composite');
  const parts = written.parse(request?.body).compositeRequest ?? [];
  expect(parts.map(({ httpHeaders }) => httpHeaders?.['Sforce-Auto-Assign'])).toEqual(parts.map(() => 'FALSE'));
});

test('a piece that fails as a whole fails for its own records alone', async () => {
  const vendor = obliging((part) => (part === 1 ? sfError(503, 'SERVER_UNAVAILABLE', 'busy') : null));
  const outcomes = done(await vendor.connection.write(updates(450), far));
  expect(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.fault.kind))).toEqual([
    ...Array.from({ length: 200 }, () => 'ok'),
    ...Array.from({ length: 200 }, () => 'later'),
    ...Array.from({ length: 50 }, () => 'ok'),
  ]);
});

test('records without a key are inserted in pieces that travel alone', async () => {
  const vendor = obliging();
  await vendor.connection.write(
    Array.from({ length: 450 }, (_, n) => create(`c${n}`)),
    far,
  );
  expect(sizes(vendor)).toEqual([200, 200, 50]);
});

test('inserts that could not begin soon are not sent: whoever traces them must know how long to wait', async () => {
  const vendor: Scripted = scripted(async (request) => {
    await vendor.world.pass(11_000);
    return jsonResponse(200, (written.parse(request.body).records ?? []).map(saved));
  });
  const creates = Array.from({ length: 450 }, (_, n) => create(`c${n}`));
  const outcomes = done(await vendor.connection.write(creates, far));
  expect(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.fault.kind))).toEqual(
    creates.map((_, n) => (n < 200 ? 'ok' : 'later')),
  );
  expect(sizes(vendor)).toEqual([200]);
});

test('a text that a composite request would take for a reference is written by itself, as it stands', async () => {
  const vendor = obliging();
  const outcomes = done(
    await vendor.connection.write(
      updates(500, (n) => (n === 3 ? 'Hi @{q0.id}' : 'Hi')),
      far,
    ),
  );
  expect(outcomes.map((outcome) => outcome.ok && outcome.id)).toEqual(outcomes.map((_, n) => ref(n).id));
  expect(sizes(vendor)).toEqual([[200, 200, 99], 1]);
  expect(vendor.seen().at(-1)?.body).toMatchObject({ records: [{ Name: 'Hi @{q0.id}' }] });
});

test('no more pieces travel together than there is time for', async () => {
  const vendor = obliging();
  await vendor.connection.write(updates(1000), testStart + 60_000);
  expect(sizes(vendor)).toEqual([
    [200, 200, 200],
    [200, 200],
  ]);
});

test('a composite request whose answer is lost leaves all of its records unsure', async () => {
  const { connection } = scripted(() => sfError(500, 'UNKNOWN_EXCEPTION', 'x'));
  const outcomes = done(await connection.write(updates(400), far));
  expect(new Set(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.fault.kind)))).toEqual(new Set(['unsure']));
});

test('updates send null for an empty text, members of a multi-select with semicolons, and leave the rest alone', async () => {
  const { connection, seen } = scripted(() => jsonResponse(200, [{ id: accountId(1), success: true, errors: [] }]));
  const fields = { Phone: '', Website: null, Tags__c: ['a', 'b'], Since__c: '2026-01-01T00:00:00Z' };
  await connection.write([{ do: 'update', link: 'a', ref: ref(1), expect: null, fields }], far);
  expect(seen()[0]?.method).toBe('PATCH');
  expect(seen()[0]?.body).toMatchObject({
    records: [
      {
        attributes: { type: 'Account' },
        id: ref(1).id,
        Phone: null,
        Website: null,
        Tags__c: 'a;b',
        Since__c: '2026-01-01T00:00:00Z',
      },
    ],
  });
});

test('removals go to the recycle bin in one call, and what is deleted already is gone', async () => {
  const { connection, seen } = scripted(() =>
    jsonResponse(200, [
      { id: accountId(1), success: true, errors: [] },
      {
        id: accountId(2),
        success: false,
        errors: [{ statusCode: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] }],
      },
    ]),
  );
  const remove = (n: number): Operation => ({ do: 'remove', link: String(n), ref: ref(n), expect: null, how: 'trash' });
  expect(done(await connection.write([remove(1), remove(2)], far))).toMatchObject([
    { ok: true },
    { ok: false, fault: { kind: 'gone' } },
  ]);
  expect(seen()[0]?.query.get('ids')).toBe(`${ref(1).id},${ref(2).id}`);
});

test('a set cannot be added to, and is not sent', async () => {
  const { connection } = scripted(() => undefined);
  const fields = { Tags__c: { add: ['x'], drop: [] } };
  const outcomes = done(await connection.write([{ do: 'update', link: 'b', ref: ref(2), expect: null, fields }], far));
  expect(outcomes).toMatchObject([{ fault: { kind: 'bug' } }]);
  expect(connection.calls().write).toBe(0);
});

test.each([
  { status: 500, code: 'UNKNOWN_EXCEPTION', kind: 'unsure' },
  { status: 503, code: 'SERVER_UNAVAILABLE', kind: 'later' },
  { status: 400, code: 'JSON_PARSER_ERROR', kind: 'refused' },
  { status: 404, code: 'NOT_FOUND', kind: 'refused' },
])('a batch that fails as a whole with $status is $kind for each of its records', async ({ status, code, kind }) => {
  const { connection } = scripted(() => sfError(status, code, 'x'));
  expect(
    done(await connection.write([create('a'), create('b')], far)).map((one) => (one.ok ? 'ok' : one.fault.kind)),
  ).toEqual([kind, kind]);
});

test('the daily limit is a limit of minutes, the concurrent one of seconds', async () => {
  const daily = scripted(() => sfError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'));
  expect(done(await daily.connection.write([create('a')], far))).toMatchObject([
    { fault: { kind: 'limit', afterMs: 900_000 } },
  ]);
  const busy = scripted(() =>
    sfError(403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.'),
  );
  expect(done(await busy.connection.write([create('a')], far))).toMatchObject([
    { fault: { kind: 'limit', afterMs: 5000 } },
  ]);
});

test('an expired session is renewed and the batch sent once more', async () => {
  const { connection } = scripted((request, n) => {
    if (n === 1) return sfError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    if (!request.path.includes('composite')) return undefined;
    expect(request.headers.get('authorization')).toBe('Bearer token2');
    return jsonResponse(200, [{ id: accountId(1), success: true, errors: [] }]);
  });
  expect(done(await connection.write([create('a')], far))).toMatchObject([{ ok: true }]);
  expect(connection.calls()).toEqual({ read: 0, write: 2, login: 2 });
});

test('a session that may not use the API is a login fault, without another login', async () => {
  const { connection } = scripted(() =>
    sfError(403, 'INVALID_SESSION_ID', 'This session is not valid for use with the REST API'),
  );
  expect(done(await connection.write([create('a')], far))).toMatchObject([{ fault: { kind: 'login' } }]);
  expect(connection.calls().login).toBe(1);
});

test('credentials that Salesforce does not know are a login fault with its words', async () => {
  const { connection } = scripted(() => undefined, {
    oauth: () => jsonResponse(400, { error: 'invalid_client', error_description: 'invalid client credentials' }),
  });
  await expect(connection.who()).rejects.toMatchObject({
    fault: {
      kind: 'login',
      code: 'invalid_client',
      say: 'Salesforce does not let us in: The client secret is not the app’s (invalid client credentials)',
    },
  });
});

test('a lost create with a mark is found by it, and is absent only when its window has passed', async () => {
  const { connection, world, seen } = scripted(() =>
    compositeAnswer(queryAnswer([{ Id: accountId(1), Syncline_Key__c: 'zendesk:acme:1' }])),
  );
  const operations = [create('a', 'zendesk:acme:1'), create('b', 'zendesk:acme:2')];
  expect(await connection.trace(operations, world.now() - 1000)).toEqual([
    { ok: true, id: ref(1).id, version: null, now: null },
    { waitMs: 49_000 },
  ]);
  expect((await connection.trace(operations, world.now() - 50_000))[1]).toBe('absent');
  expect(statementsOf(seen()[0])).toEqual([
    "SELECT Id, Syncline_Key__c FROM Account WHERE Syncline_Key__c IN ('zendesk:acme:1','zendesk:acme:2')",
  ]);
});

test('a lost create without a mark is found by what our user made since; two alike are for a person', async () => {
  const { connection, world, seen } = scripted((request) =>
    request.path.endsWith('/composite')
      ? compositeAnswer(
          queryAnswer([
            accountRow(1, 0, { Name: 'Acme' }),
            accountRow(2, 0, { Name: 'Bolt' }),
            accountRow(3, 0, { Name: 'Bolt' }),
          ]),
        )
      : undefined,
  );
  const operations = [create('a', null, ' Acme '), create('b', null, 'Bolt'), create('c', null, 'Cord')];
  expect(await connection.trace(operations, world.now() - 60_000)).toEqual([
    { ok: true, id: ref(1).id, version: null, now: null },
    { several: expect.any(Array) },
    'absent',
  ]);
  expect(statementsOf(seen().at(-1))[0]).toBe(
    `SELECT Id, Name FROM Account WHERE CreatedById = '${ourUser}' AND CreatedDate >= 2026-01-15T11:58:55Z`,
  );
});

test('two lost creates with the same content never share the one record that is there', async () => {
  const { connection, world } = scripted((request) =>
    request.path.endsWith('/composite')
      ? compositeAnswer(queryAnswer([accountRow(1, 0, { Name: 'Acme' })]))
      : undefined,
  );
  expect(await connection.trace([create('a', null, 'Acme'), create('b', null, 'Acme')], world.now())).toEqual([
    { several: expect.any(Array) },
    { several: expect.any(Array) },
  ]);
});

test('a trace that fails says nothing of the create', async () => {
  const { connection, world } = scripted(() => sfError(503, 'SERVER_UNAVAILABLE', 'x'));
  expect(await connection.trace([create('a', 'zendesk:acme:1')], world.now() - 60_000)).toEqual([{ waitMs: 30_000 }]);
});

test('where the clock of Salesforce is behind ours, a trace looks back further', async () => {
  const { connection, world, seen } = scripted((request) => {
    if (!request.path.endsWith('/composite')) return undefined;
    const answer = compositeAnswer(queryAnswer([]));
    answer.headers.set('date', 'Thu, 15 Jan 2026 11:59:00 GMT');
    return answer;
  });
  await connection.find({ object: 'Account', fields: ['Name'] }, ['Name'], [{ Name: 'x' }]);
  await connection.who();
  await connection.find({ object: 'Account', fields: ['Name'] }, ['Name'], [{ Name: 'x' }]);
  await connection.trace([create('a')], world.now());
  expect(statementsOf(seen().at(-1))[0]).toContain('CreatedDate >= 2026-01-15T11:58:55Z');
});
