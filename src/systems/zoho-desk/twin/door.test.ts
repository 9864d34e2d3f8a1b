import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Desk, idIn, openDesk, type Reply } from './testing.ts';

function told({ status, body }: Reply) {
  return [status, body.errorCode, body.message];
}

async function addContact(desk: Desk, lastName = 'Lawrence'): Promise<string> {
  return idIn(await desk.call('POST', 'contacts', { lastName }));
}

describe('who knocks', () => {
  it('is told apart: nobody, a bad token, another portal', async () => {
    const desk = await openDesk();
    const { authorization, ...org } = desk.login;
    expect(told(await desk.call('GET', 'contacts', undefined, org))).toEqual([
      401,
      'UNAUTHORIZED',
      'You are not authenticated to perform this operation.',
    ]);
    const bad = { ...org, authorization: 'Zoho-oauthtoken 1000.a.b' };
    expect(told(await desk.call('GET', 'contacts', undefined, bad))).toEqual([
      401,
      'INVALID_OAUTH',
      'The OAuth Token you provided is invalid.',
    ]);
    const other = { ...desk.login, orgId: '42' };
    expect(told(await desk.call('GET', 'contacts', undefined, other))).toEqual([
      403,
      'OAUTH_ORG_MISMATCH',
      'The OAuthToken is not valid for specified organization',
    ]);
    const odd = { ...desk.login, orgId: 'abc' };
    expect(told(await desk.call('GET', 'contacts', undefined, odd)).slice(0, 2)).toEqual([
      500,
      'INTERNAL_SERVER_ERROR',
    ]);
    expect(authorization).toMatch(/^Zoho-oauthtoken /);
  });

  it('may say Bearer, and name the portal in the query; the list of portals needs none', async () => {
    const desk = await openDesk({ missingOrgId: '403' });
    const bearer = { authorization: `Bearer ${desk.login.authorization?.slice(16)}` };
    expect((await desk.call('GET', `contacts?orgId=${desk.login.orgId}`, undefined, bearer)).status).toBe(204);
    expect((await desk.call('GET', 'contacts', undefined, bearer)).body.errorCode).toBe('OAUTH_ORG_MISMATCH');
    expect((await desk.call('GET', 'organizations', undefined, bearer)).body).toMatchObject({
      data: [{ id: desk.login.orgId, edition: 'ENTERPRISE' }],
    });
  });
});

describe('an address', () => {
  it('that is unknown is a 404 and noted; a known one with another method a 405', async () => {
    const desk = await openDesk();
    const notFound = [404, 'URL_NOT_FOUND', 'The URL you requested could not be found.'];
    expect(told(await desk.call('GET', 'nothing'))).toEqual(notFound);
    expect(told(await desk.call('GET', 'contacts/1892000000042032'))).toEqual(notFound);
    expect(told(await desk.call('GET', 'contacts/abc'))).toEqual(notFound);
    expect(told(await desk.send('GET', '/elsewhere'))).toEqual(notFound);
    for (const method of ['PUT', 'DELETE'])
      expect((await desk.call(method, 'contacts/1')).body.errorCode).toBe('METHOD_NOT_ALLOWED');
    expect((await desk.call('DELETE', 'tickets/1')).status).toBe(405);
    expect(desk.warnings[0]).toBe('the Zoho Desk twin has no such endpoint {"method":"GET","path":"/api/v1/nothing"}');
  });

  it('with an unknown parameter is refused', async () => {
    const desk = await openDesk();
    expect(told(await desk.call('GET', 'contacts?page=2'))).toEqual([
      422,
      'UNPROCESSABLE_ENTITY',
      "Extra query parameter 'page' is present in the input.",
    ]);
  });
});

describe('a body', () => {
  it.each([
    ['nothing', '', 400, 'EMPTY_PAYLOAD'],
    ['half an object', '{"lastName":"A', 400, 'BAD_REQUEST'],
    ['a list', '[]', 400, 'BAD_REQUEST'],
    ['null', 'null', 400, 'BAD_REQUEST'],
    ['a member called __proto__', '{"__proto__":{"lastName":"A"}}', 422, 'UNPROCESSABLE_ENTITY'],
    ['an unknown member', '{"lastName":"A","nope":1}', 422, 'UNPROCESSABLE_ENTITY'],
  ])('that is %s is refused', async (_what, text, status, code) => {
    const desk = await openDesk();
    const answer = await desk.call('POST', 'contacts', text);
    expect([answer.status, answer.body.errorCode]).toEqual([status, code]);
    expect((await desk.call('GET', 'contacts')).status).toBe(204);
    expect(desk.bugs).toEqual([]);
  });

  it('must be JSON by its type, and no larger than twenty megabytes', async () => {
    const desk = await openDesk();
    const plain = { ...desk.login, 'content-type': 'text/plain' };
    expect((await desk.call('POST', 'contacts', '{"lastName":"A"}', plain)).body.errorCode).toBe(
      'UNSUPPORTED_MEDIA_TYPE',
    );
    const large = JSON.stringify({ lastName: 'A', description: 'x'.repeat(21_000_000) });
    expect((await desk.call('POST', 'contacts', large)).body.errorCode).toBe('RESOURCE_SIZE_EXCEEDED');
  });

  it('may be zipped, if it is', async () => {
    const desk = await openDesk();
    const headers = { ...desk.login, 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const zipped = new Uint8Array(gzipSync('{"lastName":"Zipped"}'));
    const good = await desk.send('POST', '/api/v1/contacts', zipped, headers);
    expect([good.status, good.body.lastName]).toEqual([200, 'Zipped']);
    const bad = await desk.send('POST', '/api/v1/contacts', '{"lastName":"A"}', headers);
    expect([bad.status, bad.body.errorCode]).toEqual([400, 'BAD_REQUEST']);
    expect(desk.bugs).toEqual([]);
  });

  it('may name ids as numbers, however large', async () => {
    const desk = await openDesk();
    const account = idIn(await desk.call('POST', 'accounts', { accountName: 'Acme' }));
    expect(account).toMatch(/^\d{18}$/);
    const text = `{"lastName":"A \\"9007199254740993\\"","accountId":${account}}`;
    const contact = await desk.call('POST', 'contacts', text);
    expect(contact.body).toMatchObject({ accountId: account, lastName: 'A "9007199254740993"' });
  });
});

describe('credits', () => {
  it('are counted by weight, told with every answer, and run out until midnight of the data centre', async () => {
    const desk = await openDesk({ limits: { creditsPerDay: 12 } });
    const made = await desk.call('POST', 'contacts', { lastName: 'A' });
    expect(made.headers.get('x-rate-limit-request-weight-v3')).toBe('1');
    expect(made.headers.get('x-rate-limit-remaining-v3')).toBe('11');
    const listed = await desk.call('GET', 'contacts');
    expect(listed.headers.get('x-rate-limit-request-weight-v3')).toBe('3');
    const trashed = await desk.call('POST', 'contacts/moveToTrash', { contactIds: [idIn(made)] });
    expect(trashed.headers.get('x-rate-limit-request-weight-v3')).toBe('6');
    const spent = await desk.call('GET', 'contacts');
    expect([spent.status, spent.body.errorCode]).toEqual([429, 'THRESHOLD_EXCEEDED']);
    // Eight in the morning there: sixteen hours are left.
    expect(spent.headers.get('retry-after')).toBe(String(16 * 3_600));
    desk.advance(16 * 3_600_000);
    const fresh = await desk.token({
      grant_type: 'refresh_token',
      refresh_token: String(desk.twin.about('').auth.refreshToken),
    });
    const login = { ...desk.login, authorization: `Zoho-oauthtoken ${fresh.body.access_token}` };
    expect((await desk.call('GET', 'contacts', undefined, login)).status).toBe(204);
  });

  it('follow from the edition and its users', async () => {
    const desk = await openDesk({ plan: 'professional', users: 4 });
    expect((await desk.call('GET', 'myinfo')).headers.get('x-rate-limit-remaining-v3')).toBe('76999');
  });

  it.each([
    [1, '3'],
    [2_001, '3'],
    [2_002, '5'],
    [10_002, '10'],
    [50_002, '50'],
    [100_002, '100'],
  ])('of a list rise with its offset: from %i costs %s', async (from, weight) => {
    const desk = await openDesk();
    const answer = await desk.call('GET', `contacts?from=${from}`);
    expect(answer.headers.get('x-rate-limit-request-weight-v3')).toBe(weight);
  });
});

describe('calls at once', () => {
  it('are limited by the edition: the next one is refused, and none later', async () => {
    const desk = await openDesk({ plan: 'free' });
    const answers = await Promise.all(Array.from({ length: 6 }, () => addContactReply(desk)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toEqual({
      errorCode: 'TOO_MANY_REQUESTS',
      message: 'The maximum number of Concurrent API Calls that can be made has been exceeded.',
    });
    expect(refused?.headers.get('retry-after')).toBeNull();
    expect((await addContactReply(desk)).status).toBe(200);
  });
});

function addContactReply(desk: Desk): Promise<Reply> {
  return desk.call('POST', 'contacts', { lastName: 'A' });
}

describe('planted faults', () => {
  it('strike single writes and single rows with the vendor’s own error', async () => {
    const desk = await openDesk();
    const ids = [await addContact(desk, 'One'), await addContact(desk, 'Two')];
    const body = { errorCode: 'FORBIDDEN', message: 'You are not authorized to access this resource.' };
    await desk.control('POST', 'faults', { match: { method: 'POST' }, do: 'refuse', body, times: 2 });
    expect((await desk.call('POST', 'contacts', { lastName: 'A' })).body).toEqual(body);
    const many = await desk.call('POST', 'contacts/updateMany', { ids, fieldName: 'mobile', fieldValue: '1' });
    expect(many.body).toEqual({
      results: [
        { success: false, id: ids[0], errors: { errorCode: 'FORBIDDEN', httpCode: '422' } },
        { success: true, id: ids[1], errors: null },
      ],
    });
  });

  it('can lose the answer of a call that was applied', async () => {
    const desk = await openDesk();
    await desk.control('POST', 'faults', { match: { method: 'POST' }, do: 'lose-answer', times: 1 });
    await expect(desk.call('POST', 'contacts', { lastName: 'Lost' })).rejects.toThrow('fetch failed');
    expect((await desk.call('GET', 'contacts')).body).toMatchObject({ data: [{ lastName: 'Lost' }] });
  });
});
