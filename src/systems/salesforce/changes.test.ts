import { expect, test } from 'vitest';
import { isGone, type Page } from '../../model/record.ts';
import { jsonResponse } from '../kit/testing.ts';
import { accountId, accountRow, compositeAnswer, queryAnswer, scripted, sfError, statementsOf } from './testing.ts';
import { id18 } from './values.ts';

const want = { object: 'Account', fields: ['Name'] };
const id = (n: number) => id18(accountId(n));
const names = (page: Page) =>
  page.changes.map(({ seen }) => (typeof seen === 'object' && !isGone(seen) ? seen.Name : seen));

test('a first load brings every account once over its pages, and needs no page more', async () => {
  const { connection, seen } = scripted((request) =>
    request.path.endsWith('-2000')
      ? jsonResponse(200, queryAnswer([accountRow(3, 100)]))
      : jsonResponse(
          200,
          queryAnswer([accountRow(1, 300), accountRow(2, 200)], '/services/data/v62.0/query/01gX-2000'),
        ),
  );
  const first = await connection.changes(want, null);
  expect([names(first), first.more]).toEqual([['Account 1', 'Account 2'], true]);
  expect(first.changes[0]).toMatchObject({
    ref: { connection: 'sales', object: 'Account', id: id(1) },
    version: '2026-01-15T11:55:00Z',
    at: Date.UTC(2026, 0, 15, 11, 55, 0),
    by: id18('0054S000000AAAA'),
  });
  const second = await connection.changes(want, first.cursor);
  expect([names(second), second.more]).toEqual([['Account 3'], false]);
  expect(connection.calls()).toEqual({ read: 2, write: 0, login: 1 });
  expect(seen()[0]?.query.get('q')).toBe(
    'SELECT Id, SystemModstamp, LastModifiedDate, LastModifiedById, MasterRecordId, Name FROM Account ORDER BY SystemModstamp, Id',
  );
});

test('a load whose locator has died goes on after the last row that it had', async () => {
  const { connection, seen } = scripted((request, n) => {
    if (n === 1) return jsonResponse(200, queryAnswer([accountRow(1, 300)], '/services/data/v62.0/query/01gX-2000'));
    if (request.path.includes('01gX')) return sfError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    return jsonResponse(200, queryAnswer([accountRow(2, 200)]));
  });
  const first = await connection.changes(want, null);
  const second = await connection.changes(want, first.cursor);
  expect([names(second), second.more]).toEqual([['Account 2'], false]);
  expect(seen().at(-1)?.query.get('q')).toContain(
    `WHERE (SystemModstamp = 2026-01-15T11:55:00Z AND Id > '${id(1)}') OR SystemModstamp > 2026-01-15T11:55:00Z`,
  );
});

async function loaded(connection: {
  changes: (w: typeof want, cursor: string | null) => Promise<Page>;
}): Promise<string> {
  return (await connection.changes(want, null)).cursor;
}

test('a poll is one call: whole rows after the position, stamps of the ten minutes before it', async () => {
  const { connection, seen } = scripted((_request, n) =>
    n === 1
      ? jsonResponse(200, queryAnswer([accountRow(1, 300)]))
      : compositeAnswer(
          queryAnswer([accountRow(2, 100, { IsDeleted: false })]),
          queryAnswer([accountRow(1, 300, { IsDeleted: false })]),
        ),
  );
  const page = await connection.changes(want, await loaded(connection));
  expect(names(page)).toEqual(['Account 2', 'look']);
  expect(page.changes[1]).toMatchObject({ ref: { id: id(1) }, version: '2026-01-15T11:55:00Z' });
  expect([page.more, connection.calls().read]).toEqual([false, 2]);
  const [changed, overlap] = statementsOf(seen()[1]);
  expect(changed).toContain('IsDeleted');
  expect(changed).toContain(`OR SystemModstamp > 2026-01-15T11:55:00Z ORDER BY SystemModstamp, Id`);
  expect(overlap).toContain('SystemModstamp >= 2026-01-15T11:50:00Z AND SystemModstamp <= 2026-01-15T11:55:00Z');
});

test('deleted accounts are in the trash, and losers of a merge name the winner', async () => {
  const { connection } = scripted((_request, n) =>
    n === 1
      ? jsonResponse(200, queryAnswer([accountRow(1, 300)]))
      : compositeAnswer(
          queryAnswer([
            accountRow(2, 90, { IsDeleted: true }),
            accountRow(3, 80, { IsDeleted: true, MasterRecordId: accountId(1) }),
          ]),
          queryAnswer([]),
        ),
  );
  const page = await connection.changes(want, await loaded(connection));
  expect(page.changes.map((change) => change.seen)).toEqual([
    { gone: 'trash' },
    { gone: 'merged', into: { connection: 'sales', object: 'Account', id: id(1) } },
  ]);
});

test('a poll that overflows goes on page by page, changes first, and only then comes to rest', async () => {
  const next = (name: string) => `/services/data/v62.0/query/${name}-2000`;
  const { connection } = scripted((request, n) => {
    if (n === 1) return jsonResponse(200, queryAnswer([accountRow(1, 300)]));
    if (request.path.includes('changed')) return jsonResponse(200, queryAnswer([accountRow(3, 90)]));
    if (request.path.includes('overlap')) return jsonResponse(200, queryAnswer([accountRow(5, 400)]));
    return compositeAnswer(
      queryAnswer([accountRow(2, 100)], next('changed')),
      queryAnswer([accountRow(4, 500)], next('overlap')),
    );
  });
  const pages: Page[] = [];
  let cursor = await loaded(connection);
  for (let more = true; more; ) {
    const page = await connection.changes(want, cursor);
    pages.push(page);
    ({ cursor, more } = page);
  }
  expect(pages.map(names)).toEqual([['Account 2', 'look'], ['Account 3'], ['look']]);
  expect(JSON.parse(cursor)).toMatchObject({ in: 'rest', t: '2026-01-15T11:58:30Z', x: id(3) });
});

test('a row on a later page that was edited while pages were read does not take the position with it', async () => {
  const { connection } = scripted((_request, n) =>
    n === 1
      ? jsonResponse(200, queryAnswer([accountRow(1, 300)], '/services/data/v62.0/query/01gX-2000'))
      : jsonResponse(200, queryAnswer([accountRow(2, -60), accountRow(3, 200)])),
  );
  const first = await connection.changes(want, null);
  const second = await connection.changes(want, first.cursor);
  expect(JSON.parse(second.cursor)).toMatchObject({ t: '2026-01-15T11:56:40Z', x: id(3) });
});

test('a row that may still change under its stamp has a version that a later look does not share', async () => {
  const { connection, world } = scripted((_request, n) =>
    n === 1
      ? jsonResponse(200, queryAnswer([accountRow(1, 0), accountRow(2, 9), accountRow(3, 11)]))
      : compositeAnswer(queryAnswer([]), queryAnswer([accountRow(1, 0), accountRow(2, 9), accountRow(3, 11)])),
  );
  const versions = ({ changes }: Page) => changes.map(({ version }) => version);
  const first = await connection.changes(want, null);
  const soon = await connection.changes(want, first.cursor);
  await world.pass(11_000);
  const later = await connection.changes(want, soon.cursor);
  const plain = ['2026-01-15T12:00:00Z', '2026-01-15T11:59:51Z', '2026-01-15T11:59:49Z'];
  const marked = [`${plain[0]}~`, `${plain[1]}~`, plain[2]];
  expect(versions(first)).toEqual(marked);
  // A poll in between asks for nothing: the moment to look again has not come.
  expect(versions(soon)).toEqual(marked);
  expect(versions(later)).toEqual(plain);
});

test('an account without any row asks for everything again, in one call', async () => {
  const { connection } = scripted(() => jsonResponse(200, queryAnswer([])));
  const page = await connection.changes(want, await loaded(connection));
  expect([page.changes, page.more, connection.calls().read]).toEqual([[], false, 2]);
});

const nothing = queryAnswer([]);

test('polls of several objects at the same moment share their calls, five queries to each, and each gets its own rows', async () => {
  const { connection, seen } = scripted((request) => {
    const statements = statementsOf(request);
    if (statements.length === 0) return jsonResponse(200, queryAnswer([accountRow(1, 300)]));
    const rowsOf = (soql: string) => (soql.includes('IsDeleted, MasterRecordId, Name') ? objectIn(soql) : null);
    return compositeAnswer(
      ...statements.map((soql) => {
        const object = rowsOf(soql);
        return object === null
          ? nothing
          : queryAnswer([accountRow(7, 10, { IsDeleted: false, Name: `new ${object}` })]);
      }),
    );
  });
  const wants = ['Account', 'Contact', 'Lead'].map((object) => ({ object, fields: ['Name'] }));
  const loaded = await Promise.all(wants.map((each) => connection.changes(each, null)));
  const polled = await Promise.all(wants.map((each, i) => connection.changes(each, loaded[i]?.cursor ?? null)));
  expect(polled.map(names)).toEqual([['new Account'], ['new Contact'], ['new Lead']]);
  expect(seen().map((request) => statementsOf(request).length)).toEqual([0, 0, 0, 5, 1]);
});

test('an object whose poll is refused does not stop the others that travel with it', async () => {
  const { connection } = scripted((request) => {
    const statements = statementsOf(request);
    if (statements.length === 0) return jsonResponse(200, queryAnswer([accountRow(1, 601)]));
    const compositeResponse = statements.map((soql, i) =>
      objectIn(soql) === 'Contact'
        ? { body: [{ errorCode: 'INVALID_TYPE', message: 'no' }], httpStatusCode: 400, referenceId: `q${i}` }
        : { body: nothing, httpStatusCode: 200, referenceId: `q${i}` },
    );
    return jsonResponse(200, { compositeResponse });
  });
  const wants = ['Account', 'Contact', 'Lead'].map((object) => ({ object, fields: ['Name'] }));
  const loaded = await Promise.all(wants.map((each) => connection.changes(each, null)));
  const polled = await Promise.allSettled(wants.map((each, i) => connection.changes(each, loaded[i]?.cursor ?? null)));
  expect(polled.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(polled[1]).toMatchObject({ reason: { fault: { kind: 'refused', code: 'INVALID_TYPE' } } });
});

function objectIn(soql: string): string {
  return / FROM (\w+)/.exec(soql)?.[1] ?? '';
}

test('a field that is not there is refused with its name', async () => {
  const message =
    "\nSELECT Id, Foo__c FROM Account\n           ^\nERROR at Row:1:Column:12\nNo such column 'Foo__c' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c'";
  const { connection } = scripted((request) =>
    request.path.endsWith('/describe')
      ? jsonResponse(200, { name: 'Account', label: 'Account', fields: [] })
      : sfError(400, 'INVALID_FIELD', message),
  );
  await expect(connection.changes({ object: 'Account', fields: ['Foo__c'] }, null)).rejects.toMatchObject({
    fault: { kind: 'refused', code: 'INVALID_FIELD', fields: ['Foo__c'] },
  });
});

test('a cursor of something else is a bug', async () => {
  const { connection } = scripted(() => undefined);
  await expect(connection.changes(want, '{"after":1}')).rejects.toMatchObject({ fault: { kind: 'bug' } });
});

test('an account that has been quiet for longer than any transaction lasts is asked for changes alone', async () => {
  const { connection, seen } = scripted((_request, n) =>
    n === 1 ? jsonResponse(200, queryAnswer([accountRow(1, 601)])) : compositeAnswer(queryAnswer([])),
  );
  const page = await connection.changes(want, await loaded(connection));
  expect([page.changes, page.more, statementsOf(seen()[1]).length]).toEqual([[], false, 1]);
});
