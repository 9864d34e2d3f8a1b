import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jsonResponse } from '../kit/testing.ts';
import { byAgent, createTicket, removeTicket, toldOf, updateTicket } from './testing/tickets.ts';
import { records, seed } from './testing/users.ts';
import { type Desk, desk, idOf, outcomesOf, scripted } from './testing.ts';

/** Tickets as they are written: once, only while nobody else changes them, and told one by one. */

const object = 'ticket';
const soon = Number.POSITIVE_INFINITY;
const ticket = async (there: Desk, id: string | undefined) =>
  (await records(there, object)).find((one) => one.id === id);
const printers = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ subject: `Printer ${i}`, description: 'It does not print.' }));

describe('a ticket is created', () => {
  test('with its description as the first comment, public unless it is said otherwise', async () => {
    const made: unknown[] = [];
    const { connection } = scripted({
      'POST /tickets': ({ body, headers }) => {
        made.push({ body, key: headers.get('idempotency-key') });
        return jsonResponse(201, { ticket: { id: made.length, updated_at: '2026-01-01T09:00:00Z' } });
      },
    });
    await connection.write([createTicket('Printer', 'case-1', { requester_id: '7', tags: ['vip'] })], soon);
    await connection.write([createTicket('Fax', null, { is_public: false })], soon);
    expect(made).toEqual([
      {
        key: 'syncline:link-Printer',
        body: {
          ticket: {
            subject: 'Printer',
            requester_id: 7,
            tags: ['vip'],
            external_id: 'case-1',
            comment: { body: 'Printer, please.', public: true },
          },
        },
      },
      {
        key: 'syncline:link-Fax',
        body: { ticket: { subject: 'Fax', comment: { body: 'Fax, please.', public: false } } },
      },
    ]);
  });

  test('for the user of an address where nobody is named by an id, and as one that follows a closed one under a key of its own', async () => {
    const made: unknown[] = [];
    const { connection } = scripted({
      'POST /tickets': ({ body, headers }) => {
        made.push([headers.get('idempotency-key'), z.object({ ticket: z.looseObject({}) }).parse(body).ticket]);
        return jsonResponse(201, { ticket: { id: made.length, updated_at: '2026-01-01T09:00:00Z' } });
      },
    });
    const by = { requester_email: 'nora@new.example', requester_name: 'Nora New' };
    const comment = { body: 'Printer, please.', public: true };
    for (const fields of [by, { ...by, requester_id: '7' }, { via_followup_source_id: '9' }])
      await connection.write([createTicket('Printer', null, fields)], soon);
    expect(made).toEqual([
      [
        'syncline:link-Printer',
        { subject: 'Printer', requester: { email: 'nora@new.example', name: 'Nora New' }, comment },
      ],
      ['syncline:link-Printer', { subject: 'Printer', requester_id: 7, comment }],
      ['syncline:link-Printer:after:9', { subject: 'Printer', via_followup_source_id: 9, comment }],
    ]);
  });

  test('once, however often it is sent: by the same call, with another content, and with a batch', async () => {
    const there = await desk();
    const connection = there.connect();
    const [first] = await outcomesOf(there, connection, [createTicket('Printer', 'case-1')]);
    const again = {
      ...createTicket('Printer', 'case-1'),
      fields: { subject: 'Printer, again', description: 'Please.' },
    };
    expect(await outcomesOf(there, connection, [createTicket('Printer', 'case-1')])).toMatchObject([
      { id: idOf(first) },
    ]);
    // What is there is told as it is, so that the difference is seen.
    expect(await outcomesOf(there, connection, [again, createTicket('Fax', 'case-2')])).toMatchObject([
      { id: idOf(first), now: { subject: 'Printer' } },
      { ok: true, now: { subject: 'Fax' } },
    ]);
    expect((await records(there, object)).length).toBe(2);
  });

  test('anew, where the one that the link made before was deleted since', async () => {
    const there = await desk();
    const connection = there.connect();
    const made: string[] = [];
    for (const text of ['the first', 'the first', 'another']) {
      const fields = { description: text };
      const [outcome] = await outcomesOf(there, connection, [createTicket('Printer', 'case-1', fields)]);
      made.push(idOf(outcome));
      await byAgent(there, 'DELETE', `/tickets/${idOf(outcome)}`);
    }
    expect(new Set(made).size).toBe(3);
    const fourth = await outcomesOf(there, connection, [createTicket('Printer', 'case-1')]);
    expect(fourth).toMatchObject([{ ok: false, fault: { kind: 'later' } }]);
    await there.world.pass(2 * 3_600_000);
    expect(await outcomesOf(there, connection, [createTicket('Printer', 'case-1')])).toMatchObject([{ ok: true }]);
  });

  test('without a mark and with another content after a lost answer, it is looked for and not sent again', async () => {
    const there = await desk();
    const connection = there.connect();
    await outcomesOf(there, connection, [createTicket('Printer', null)]);
    const other = createTicket('Printer', null, { description: 'Something else.' });
    expect(await outcomesOf(there, connection, [other])).toMatchObject([
      { ok: false, fault: { kind: 'unsure', code: 'IdempotentRequestError' } },
    ]);
    expect((await records(there, object)).length).toBe(1);
  });

  test('by an import where nobody is to be told of it: no trigger runs', async () => {
    const there = await desk();
    const action = { field: 'set_tags', value: 'triggered' };
    const conditions = { all: [{ field: 'update_type', operator: 'is', value: 'Create' }], any: [] };
    await byAgent(there, 'POST', '/triggers', { trigger: { title: 'Tag new ones', conditions, actions: [action] } });
    const connection = there.connect();
    const made = await outcomesOf(there, connection, [
      createTicket('Printer', 'case-1', { import: true }),
      createTicket('Fax', 'case-2'),
    ]);
    const [silent, told] = await Promise.all(made.map((one) => ticket(there, idOf(one))));
    expect(silent).toMatchObject({
      subject: 'Printer',
      description: 'Printer, please.',
      external_id: 'case-1',
      tags: [],
    });
    expect(told).toMatchObject({ tags: ['triggered'] });
  });
});

test('an imported ticket whose answer was lost is found by its mark and by its content', async () => {
  for (const mark of ['case-1', null]) {
    const there = await desk();
    const connection = there.connect();
    await connection.who();
    const since = there.world.now();
    await there.control('POST', '/faults', { match: { path: '/api/v2/imports/tickets' }, do: 'lose-answer', times: 1 });
    const operation = createTicket('Printer', mark, { import: true, is_public: false });
    expect(await outcomesOf(there, connection, [operation])).toMatchObject([{ ok: false, fault: { kind: 'unsure' } }]);
    await there.world.pass(150_000);
    expect(await connection.trace([operation], since)).toMatchObject([{ ok: true, now: { subject: 'Printer' } }]);
    // Where nothing was made, it is said to be absent in the end.
    expect(await connection.trace([createTicket('Fax', mark === null ? null : 'case-2')], since)).toEqual(['absent']);
  }
});

test('the lower limits of a sandbox are learned from its answers, and never run into', async () => {
  const there = await desk();
  await there.control('PUT', '/settings', { sandbox: true });
  const ids = await seed(there, object, printers(120));
  await seed(there, object, [{ subject: 'Fax', description: 'f', external_id: 'case-1' }]);
  const connection = there.connect();
  const want = { object, fields: ['subject'] };
  const keys = Array.from({ length: 120 }, (_, i) => ({ external_id: `case-${i}` }));
  expect((await connection.find(want, ['external_id'], keys)).map(toldOf)).toMatchObject([{ subject: 'Fax' }]);
  for (const id of ids.slice(0, 30)) {
    const deadline = there.world.now() + 600_000;
    expect(await connection.write([updateTicket(id, { subject: 'x' })], deadline)).toMatchObject({
      done: [{ ok: true }],
    });
  }
  expect(there.world.lines.filter(({ message }) => message.includes('tried again'))).toEqual([]);
});

describe('a ticket is updated', () => {
  test('only as it was last seen: what an agent changed meanwhile is looked at first', async () => {
    const there = await desk();
    const [id] = await seed(there, object, printers(1));
    const connection = there.connect();
    const [seen] = await connection.read({ object, fields: ['subject'] }, [id ?? '']);
    await there.world.pass(5000);
    await byAgent(there, 'PUT', `/tickets/${id}`, { ticket: { priority: 'high' } });
    const late = updateTicket(id, { subject: 'Ours' }, seen?.version ?? null);
    expect(await outcomesOf(there, connection, [late])).toMatchObject([
      { ok: false, fault: { kind: 'stale', code: 'UpdateConflict' } },
    ]);
    const [now] = await connection.read({ object, fields: ['subject'] }, [id ?? '']);
    expect(toldOf(now)).toEqual({ subject: 'Printer 0' });
    const next = updateTicket(id, { subject: 'Ours' }, now?.version ?? null);
    expect(await outcomesOf(there, connection, [next])).toMatchObject([
      { ok: true, now: { subject: 'Ours', priority: 'high' } },
    ]);
  });

  test('tags are added and dropped among those that are there, guarded by the read that told them', async () => {
    const there = await desk();
    const [id, other] = await seed(
      there,
      object,
      printers(2).map((one) => ({ ...one, tags: ['old', 'plan_gold'] })),
    );
    const connection = there.connect();
    const change = { tags: { add: ['new'], drop: ['OLD'] } };
    expect(await outcomesOf(there, connection, [updateTicket(id, change)])).toMatchObject([{ ok: true }]);
    expect(await outcomesOf(there, connection, [updateTicket(id, change), updateTicket(other, change)])).toMatchObject([
      { ok: true },
      { ok: true },
    ]);
    const tags = (await connection.read({ object, fields: ['tags'] }, [id ?? '', other ?? ''])).map(toldOf);
    for (const one of tags)
      expect(
        z
          .object({ tags: z.array(z.string()) })
          .parse(one)
          .tags.toSorted(),
      ).toEqual(['new', 'plan_gold']);
  });

  test('a batch is one job, and what fails in it is told record by record, in any language', async () => {
    for (const locale of ['en-US', 'es']) {
      const there = await desk();
      await there.control('PUT', '/settings', { locale });
      const [good, closed, deleted, wrong, raced] = await seed(there, object, printers(5));
      const connection = there.connect();
      const agent = (await connection.who()).user;
      const want = { object, fields: ['subject'] };
      const [before] = await connection.read(want, [raced ?? '']);
      await there.world.pass(5000);
      await byAgent(there, 'PUT', `/tickets/${closed}`, { ticket: { status: 'closed', assignee_id: Number(agent) } });
      await byAgent(there, 'DELETE', `/tickets/${deleted}`);
      await byAgent(there, 'PUT', `/tickets/${raced}`, { ticket: { priority: 'high' } });
      const writes = connection.calls().write;
      const outcomes = await outcomesOf(there, connection, [
        updateTicket(good, { priority: 'high', subject: 'Good' }),
        updateTicket(closed, { subject: 'x' }),
        updateTicket(deleted, { subject: 'x' }),
        updateTicket(wrong, { type: 'riddle' }),
        updateTicket(raced, { subject: 'x' }, before?.version ?? null),
      ]);
      expect(outcomes).toMatchObject([
        { ok: true, id: good },
        { ok: false, fault: { kind: 'stale' } },
        { ok: false, fault: { kind: 'gone' } },
        { ok: false, fault: { kind: 'refused', fields: ['type'] } },
        { ok: false, fault: { kind: 'stale' } },
      ]);
      expect(connection.calls().write - writes).toBe(1);
    }
  });

  test('one that was closed is not refused for good: the next look sees that it is closed', async () => {
    for (const locale of ['en-US', 'es']) {
      const there = await desk();
      await there.control('PUT', '/settings', { locale });
      const connection = there.connect();
      const [id] = await seed(there, object, printers(1));
      const agent = (await connection.who()).user;
      await byAgent(there, 'PUT', `/tickets/${id}`, { ticket: { status: 'closed', assignee_id: Number(agent) } });
      for (const fields of [{ subject: 'x' }, { status: 'open', subject: 'x' }]) {
        expect(await outcomesOf(there, connection, [updateTicket(id, fields)])).toMatchObject([
          { ok: false, fault: { kind: 'stale' } },
        ]);
      }
    }
  });

  test('what Zendesk wants for a solved ticket is named by our field, and the priority is never taken away', async () => {
    const there = await desk();
    const connection = there.connect();
    const [id] = await seed(
      there,
      object,
      printers(1).map((one) => ({ ...one, priority: 'high' })),
    );
    const writes = connection.calls().write;
    expect(await outcomesOf(there, connection, [updateTicket(id, { priority: null })])).toMatchObject([
      { ok: false, fault: { kind: 'refused', fields: ['priority'] } },
    ]);
    expect(connection.calls().write).toBe(writes);
    expect(await outcomesOf(there, connection, [updateTicket(id, { status: 'solved', subject: 'x' })])).toMatchObject([
      { ok: false, fault: { kind: 'refused', fields: ['assignee_id'] } },
    ]);
  });
});

test('a hundred creates are a call each, updates and removals a job of a hundred, and the forecast says so', async () => {
  const there = await desk();
  const connection = there.connect();
  await connection.who();
  const calls = () => connection.calls().write;
  const work = (verb: 'create' | 'update' | 'remove') =>
    connection.forecast([{ object, create: 0, update: 0, remove: 0, reread: false, [verb]: 100 }]).write;
  const made = await outcomesOf(
    there,
    connection,
    Array.from({ length: 100 }, (_, i) => createTicket(`Printer ${i}`, `case-${i}`)),
  );
  expect([calls(), work('create')]).toEqual([100, 100]);
  const ids = made.map(idOf);
  await outcomesOf(
    there,
    connection,
    ids.map((id) => updateTicket(id, { priority: 'high' })),
  );
  expect([calls() - 100, work('update')]).toEqual([1, 1]);
  await outcomesOf(there, connection, ids.map(removeTicket));
  expect([calls() - 101, work('remove')]).toEqual([1, 1]);
  expect((await records(there, object)).filter((one) => one.removed === true).length).toBe(100);
});
