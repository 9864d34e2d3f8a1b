import { describe, expect, it } from 'vitest';
import { at, keysOf, listOf, textAt } from './bench.ts';
import { openPortal } from './zoho-desk-bench.ts';

/** Answers as Zoho's pages and OpenAPI files print them: the same members, types and words. Values that are a portal's own may differ. */
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const id = /^\d{15,18}$/;

describe('the accounts server', () => {
  it('answers a refresh as printed', async () => {
    const portal = await openPortal();
    const { auth } = portal.twin.about('');
    const { status, body } = await portal.token({
      grant_type: 'refresh_token',
      refresh_token: auth.refreshToken ?? '',
    });
    expect(status).toBe(200);
    expect(keysOf(body)).toEqual(['access_token', 'api_domain', 'expires_in', 'scope', 'token_type']);
    expect(textAt(body, 'scope')).toMatch(/^Desk\.tickets\.ALL /);
  });

  it.each([
    [{ refresh_token: 'gone' }, '{"error":"invalid_code"}'],
    [{ client_id: 'nobody' }, '{"error":"invalid_client"}'],
    [{ client_secret: 'wrong' }, '{"error":"invalid_client_secret"}'],
  ])('answers %j with 200 and %s', async (wrong, text) => {
    const portal = await openPortal();
    const refreshToken = portal.twin.about('').auth.refreshToken ?? '';
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, ...wrong };
    const answer = await portal.token(form);
    expect([answer.status, answer.text]).toEqual([200, text]);
  });
});

describe('a record', () => {
  it('has the members of the published contact', async () => {
    const portal = await openPortal();
    const sent = {
      ...{ zip: '123902', lastName: 'Jack', country: 'USA', secondaryEmail: 'hughjack@zylker.com', city: 'Texas' },
      ...{ facebook: 'hugh jacks', mobile: '+1 555 010 0010', description: 'first priority contact' },
      ...{ type: 'paidUser', title: 'The contact', firstName: 'Hugh', twitter: 'Hugh jack', phone: '5550100011' },
      ...{ street: 'North street', state: 'Austin', email: 'jack@zylker.com' },
    };
    const { status, body } = await portal.call('POST', 'contacts', sent);
    expect([status, body]).toMatchObject([200, sent]);
    expect(keysOf(body)).toEqual(
      expect.arrayContaining([
        ...['accountCount', 'cf', 'createdTime', 'customFields', 'customerHappiness', 'id', 'isAnonymous', 'isDeleted'],
        ...['isEndUser', 'isFollowing', 'isSpam', 'isTrashed', 'layoutDetails', 'layoutId', 'modifiedTime', 'photoURL'],
        ...['webUrl', 'zohoCRMContact', 'ownerId', 'accountId'],
      ]),
    );
    expect(textAt(body, 'id')).toMatch(id);
    expect(Number.isSafeInteger(Number(textAt(body, 'id')))).toBe(false);
    expect(textAt(body, 'createdTime')).toMatch(time);
    expect(at(body, 'isFollowing')).toBeTypeOf('string');
    expect(keysOf(at(body, 'customerHappiness'))).toEqual(['badPercentage', 'goodPercentage', 'okPercentage']);
  });

  it('has the members of the published row of a list', async () => {
    const portal = await openPortal();
    const account = textAt(
      (await portal.call('POST', 'accounts', { accountName: 'Zylker', phone: '5550100012' })).body,
      'id',
    );
    await portal.call('POST', 'contacts', { lastName: 'Lawrence', accountId: account });
    const contact = listOf(at((await portal.call('GET', 'contacts')).body, 'data'))[0];
    expect(keysOf(contact)).toEqual([
      ...['accountCount', 'accountId', 'createdTime', 'customerHappiness', 'email', 'firstName', 'id', 'isAnonymous'],
      ...['isEndUser', 'isSpam', 'lastName', 'mobile', 'ownerId', 'phone', 'photoURL', 'secondaryEmail', 'type'],
      ...['webUrl', 'zohoCRMContact'],
    ]);
    expect(keysOf(listOf(at((await portal.call('GET', 'accounts')).body, 'data'))[0])).toEqual([
      ...['accountName', 'createdTime', 'email', 'id', 'phone', 'webUrl', 'website', 'zohoCRMAccount'],
    ]);
    const linked = listOf(at((await portal.call('GET', `accounts/${account}/contacts`)).body, 'data'))[0];
    expect(keysOf(at(linked, 'mappingInfo'))).toEqual(['isAccountTicketsViewable', 'mappingId', 'mappingType']);
  });

  it('counts with texts', async () => {
    const portal = await openPortal();
    const [contactId = ''] = await portal.seed('contact', { lastName: 'A' });
    const [ticket] = await portal.seed('ticket', { subject: 'S', contactId });
    const { body } = await portal.call('GET', `tickets/${ticket}`);
    for (const name of ['threadCount', 'commentCount', 'taskCount', 'attachmentCount', 'ticketNumber'])
      expect(at(body, name)).toBeTypeOf('string');
  });
});

describe('a mass action', () => {
  it('answers row by row as printed', async () => {
    const portal = await openPortal();
    const [one = ''] = await portal.seed('contact', { lastName: 'A' });
    const { status, body } = await portal.call('POST', 'contacts/updateMany', {
      fieldName: 'mobile',
      isCustomField: false,
      ids: [one, '1892000000050003'],
      fieldValue: '8508569875',
    });
    expect([status, body]).toEqual([
      200,
      {
        results: [
          { success: true, id: one, errors: null },
          { success: false, id: '1892000000050003', errors: { errorCode: 'URL_NOT_FOUND', httpCode: '404' } },
        ],
      },
    ]);
  });
});

describe('an error', () => {
  it.each([
    [
      'GET',
      'contacts?limit=101',
      422,
      'UNPROCESSABLE_ENTITY',
      "The value passed for field 'limit' exceeds the range of '1-100'.",
    ],
    [
      'GET',
      'contacts/search?from=5000',
      422,
      'UNPROCESSABLE_ENTITY',
      "The value passed for field 'from' exceeds the range of '0-4999'.",
    ],
    ['GET', 'contacts?x=1', 422, 'UNPROCESSABLE_ENTITY', "Extra query parameter 'x' is present in the input."],
    [
      'GET',
      'contacts?from=a',
      422,
      'UNPROCESSABLE_ENTITY',
      "The value passed for the 'from' query parameter is invalid.",
    ],
    ['GET', 'contacts/1892000000042032', 404, 'URL_NOT_FOUND', 'The URL you requested could not be found.'],
    [
      'GET',
      'tickets?fields=nothing',
      500,
      'INTERNAL_SERVER_ERROR',
      'An internal server error occurred while performing this operation.',
    ],
  ] as const)('is worded as seen: %s %s', async (method, path, status, errorCode, message) => {
    const portal = await openPortal();
    const [contactId = ''] = await portal.seed('contact', { lastName: 'A' });
    await portal.seed('ticket', { subject: 'S', contactId });
    const answer = await portal.call(method, path);
    expect([answer.status, answer.body]).toEqual([status, { errorCode, message }]);
  });

  it('of validation points at each member', async () => {
    const portal = await openPortal();
    expect((await portal.call('POST', 'contacts', { email: 'none' })).body).toEqual({
      errorCode: 'INVALID_DATA',
      message: 'The data does not comply to the validation restrictions defined.',
      errors: [
        { fieldName: '/email', errorType: 'invalid', errorMessage: '' },
        { fieldName: '/lastName', errorType: 'missing', errorMessage: '' },
      ],
    });
  });
});
