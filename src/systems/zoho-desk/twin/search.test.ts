import { describe, expect, it } from 'vitest';
import { column, type Desk, idIn, openDesk } from './testing.ts';

async function found(desk: Desk, query: string, name = 'lastName') {
  return column(await desk.call('GET', `contacts/search?${query}`), name);
}

async function people(settings = {}): Promise<Desk> {
  const desk = await openDesk(settings);
  await desk.control('PUT', 'schema', {
    contact: { fields: [{ apiName: 'cf_key', displayLabel: 'Key', type: 'Text' }] },
  });
  const acme = idIn(await desk.call('POST', 'accounts', { accountName: 'Acme Ltd' }));
  for (const one of [
    { lastName: 'Lovelace', firstName: 'Ada', email: 'ada@demo.com', accountId: acme, cf: { cf_key: 'sf-001' } },
    { lastName: 'Babbage', firstName: 'Charles', email: 'charles@demo.com', phone: '555 123' },
    { lastName: 'Hopper', firstName: 'Grace' },
  ]) {
    await desk.call('POST', 'contacts', one);
    desk.advance(60_000);
  }
  return desk;
}

describe('a search', () => {
  it.each([
    ['email=ADA@demo.com', ['Lovelace']],
    ['email=*@demo.com', ['Babbage', 'Lovelace']],
    ['lastName=love*', ['Lovelace']],
    ['lastName=*opp*', ['Hopper']],
    ['lastName=love', []],
    ['lastName=hopper,babbage', ['Hopper', 'Babbage']],
    ['fullName=ada lovelace', ['Lovelace']],
    ['accountName=acme ltd', ['Lovelace']],
    ['email=%24%7Bempty%7D', ['Hopper']],
    ['phone=%24%7Bnotempty%7D', ['Babbage']],
    ['customField1=cf_key:SF-001', ['Lovelace']],
    ['customField1=cf_key:%24%7Bempty%7D', ['Hopper', 'Babbage']],
    ['_all=5%20123', ['Babbage']],
    ['lastName=hopper&email=*@demo.com', []],
  ])('by %s finds %j', async (query, names) => {
    const desk = await people();
    expect(await found(desk, query)).toEqual(names);
    expect(desk.bugs).toEqual([]);
  });

  it('matches words of a value where the portal does', async () => {
    const desk = await people({ searchMatch: 'words' });
    expect(await found(desk, 'accountName=acme')).toEqual(['Lovelace']);
    expect(await found(desk, 'accountName=acm')).toEqual([]);
  });

  it('counts all hits, and costs three credits, by id one', async () => {
    const desk = await people();
    const answer = await desk.call('GET', 'contacts/search?email=*@demo.com&limit=1');
    expect(answer.body).toMatchObject({ count: 2, data: [{ lastName: 'Babbage' }] });
    expect(answer.headers.get('x-rate-limit-request-weight-v3')).toBe('3');
    const id = column(answer, 'id')[0];
    const one = await desk.call('GET', `contacts/search?id=${id}`);
    expect([one.body.count, one.headers.get('x-rate-limit-request-weight-v3')]).toEqual([1, '1']);
  });

  it.each([
    'lastName=ab',
    'email=a*',
    '_all=ab',
    'from=5000',
    'limit=101',
    'modifiedTimeRange=2026-11-20T16:00:00.000Z',
    'modifiedTimeRange=2026-11-20T16:00:00+01:00,2026-11-20T17:00:00+01:00',
    'sortBy=nope',
    'customField1=cf_nope:x',
    'nope=1',
  ])('is refused as %s', async (query) => {
    const desk = await people();
    const answer = await desk.call('GET', `contacts/search?${query}`);
    expect([answer.status, answer.body.errorCode]).toEqual([422, 'UNPROCESSABLE_ENTITY']);
  });

  it('names the window where it ends', async () => {
    const desk = await openDesk();
    expect((await desk.call('GET', 'contacts/search?from=5000')).body.message).toBe(
      "The value passed for field 'from' exceeds the range of '0-4999'.",
    );
  });
});

describe('a search by time', () => {
  it('is the feed of changes: from 0, by modified time, both ends included', async () => {
    const desk = await people();
    const range = 'modifiedTimeRange=2026-11-20T16:00:00.000Z,2026-11-20T16:01:00.000Z';
    expect(await found(desk, `${range}&sortBy=modifiedTime`)).toEqual(['Lovelace', 'Babbage']);
    expect(await found(desk, `${range}&sortBy=-modifiedTime`)).toEqual(['Babbage', 'Lovelace']);
    expect(await found(desk, `${range}&sortBy=modifiedTime&from=1`)).toEqual(['Babbage']);
    expect(await found(desk, `${range}&sortBy=modifiedTime&from=2`)).toEqual([]);
    expect(await found(desk, `${range}&firstName=charles`)).toEqual(['Babbage']);
    expect(await found(desk, `${range}&sortBy=lastName`)).toEqual(['Babbage', 'Lovelace']);
    expect(await found(desk, `${range}&sortBy=modifiedTime&fields=modifiedTime,email`, 'modifiedTime')).toEqual([
      '2026-11-20T16:00:00.000Z',
      '2026-11-20T16:01:00.000Z',
    ]);
  });

  it('does not see what its index has not, though the record itself is there', async () => {
    const desk = await openDesk({ searchLagMs: 30_000 });
    const id = idIn(await desk.call('POST', 'contacts', { lastName: 'Quick', email: 'quick@demo.com' }));
    expect((await desk.call('GET', 'contacts/search?email=quick@demo.com')).status).toBe(204);
    expect(column(await desk.call('GET', 'contacts'), 'id')).toEqual([id]);
    desk.advance(30_000);
    expect((await desk.call('GET', 'contacts/search?email=quick@demo.com')).body.count).toBe(1);
    await desk.call('PATCH', `contacts/${id}`, { email: 'slow@demo.com' });
    expect(column(await desk.call('GET', 'contacts/search?email=quick@demo.com'), 'email')).toEqual(['quick@demo.com']);
    await desk.call('POST', 'contacts/moveToTrash', { contactIds: [id] });
    desk.advance(30_000);
    expect((await desk.call('GET', 'contacts/search?email=*@demo.com')).status).toBe(204);
  });
});

describe('a search across modules', () => {
  it('says of each hit where it is from', async () => {
    const desk = await people();
    expect(column(await desk.call('GET', 'search?searchStr=acme'), 'module')).toEqual(['accounts']);
    expect(column(await desk.call('GET', 'search?searchStr=ada&module=contacts'), 'lastName')).toEqual(['Lovelace']);
    expect((await desk.call('GET', 'search?searchStr=ada&module=nothing')).status).toBe(422);
    expect((await desk.call('GET', 'search?searchStr=ab')).status).toBe(422);
  });
});
