import { beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../../../twins/json.ts';
import { bare, openOrg, type Reply, type TestOrg } from '../testing.ts';

let org: TestOrg;

beforeAll(async () => {
  org = await openOrg();
  await org.seed(
    'Contact',
    { LastName: 'Doe', FirstName: 'Jane', Email: 'jane@acme.example', Phone: '+33 1 23' },
    { LastName: 'Doering', Description: 'knows Jane' },
  );
  await org.seed('Lead', { LastName: 'Jane', Company: 'Initech' });
  org.advance(30_000);
});

const records = ({ body }: Reply): JsonObject[] =>
  isJsonObject(body) && Array.isArray(body.searchRecords) ? body.searchRecords.filter(isJsonObject) : [];
const find = (sosl: string): Promise<Reply> => org.rest('GET', `/search?q=${encodeURIComponent(sosl)}`);

describe('a search', () => {
  it.each([
    ['FIND {jane} IN NAME FIELDS RETURNING Contact(LastName), Lead(LastName)', ['Doe', 'Jane']],
    ['FIND {jane} RETURNING Contact(LastName)', ['Doe', 'Doering']],
    ['FIND {doe} RETURNING Contact(LastName)', ['Doe']],
    ['FIND {doe*} RETURNING Contact(LastName ORDER BY LastName DESC)', ['Doering', 'Doe']],
    ['FIND {"jane@acme.example"} IN EMAIL FIELDS RETURNING Contact(LastName)', ['Doe']],
    ['FIND {jane\\@acme.example} IN EMAIL FIELDS RETURNING Contact(LastName)', ['Doe']],
    ['FIND {jane} RETURNING Contact(LastName WHERE Phone = null LIMIT 5)', ['Doering']],
    ['FIND {doe*} RETURNING Contact(LastName) LIMIT 1', ['Doe']],
    ['FIND {nobody} RETURNING Contact(LastName)', []],
  ])('%s', async (sosl, expected) => {
    expect(records(await find(sosl)).map(({ LastName }) => LastName)).toEqual(expected);
  });

  it('takes parameters as well', async () => {
    const byQuery = await org.rest('GET', '/parameterizedSearch?q=jane&sobject=Contact&Contact.fields=Email&in=EMAIL');
    expect(records(byQuery).map(bare)).toEqual([{ Email: 'jane@acme.example' }]);
    const byBody = await org.rest('POST', '/parameterizedSearch', {
      q: 'jane',
      sobjects: [{ name: 'Lead', fields: ['Company'] }],
    });
    expect(records(byBody).map(bare)).toEqual([{ Company: 'Initech' }]);
  });

  it('lags behind what is stored', async () => {
    const own = await openOrg();
    await own.rest('POST', '/sobjects/Account', { Name: 'Acme' });
    const look = async (): Promise<number> =>
      records(await own.rest('GET', '/search?q=FIND {acme} RETURNING Account(Id)')).length;
    expect(await look()).toBe(0);
    own.advance(30_000);
    expect(await look()).toBe(1);
  });

  it.each(['', 'FIND acme', 'FIND {a} RETURNING Account', 'FIND {"*"} RETURNING Account'])(
    'refuses %j',
    async (sosl) => {
      expect((await find(sosl)).body).toMatchObject([{ errorCode: 'MALFORMED_SEARCH' }]);
    },
  );
});
