import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/twins/json.ts';
import { at, listOf, textAt } from './bench.ts';
import { mediaType, openOrocrm } from './orocrm.ts';

/** Documents as the vendor's documentation and tests show them. */
const contact = parseJson(
  `{"data":{"type":"contacts","id":"1","attributes":{"lastContactedDate":null,"lastContactedDateIn":null,"lastContactedDateOut":null,"timesContacted":null,"timesContactedIn":null,"timesContactedOut":null,"namePrefix":null,"firstName":"Contact 1","middleName":null,"lastName":null,"nameSuffix":null,"gender":null,"birthday":"1973-03-07","description":null,"jobTitle":null,"fax":null,"skype":null,"twitter":null,"facebook":null,"googlePlus":null,"linkedIn":null,"createdAt":"2024-01-01T10:00:00Z","updatedAt":"2024-01-01T10:00:00Z","primaryEmail":"c1_2@example.com","primaryPhone":"5556661112","emails":[{"email":"c1_1@example.com"},{"email":"c1_2@example.com"}],"phones":[{"phone":"5556661111"},{"phone":"5556661112"}]},"relationships":{"source":{"data":null},"method":{"data":null},"owner":{"data":{"type":"users","id":"1"}},"assignedTo":{"data":null},"reportsTo":{"data":null},"addresses":{"data":[]},"groups":{"data":[]},"accounts":{"data":[{"type":"accounts","id":"1"}]},"createdBy":{"data":{"type":"users","id":"1"}},"updatedBy":{"data":null},"organization":{"data":{"type":"organizations","id":"1"}},"defaultInAccounts":{"data":[]},"picture":{"data":null}}}}`,
);
const newCase = parseJson(
  `{"data":{"type":"cases","attributes":{"subject":"S","description":"D"},"relationships":{"source":{"data":{"type":"casesources","id":"other"}},"status":{"data":{"type":"casestatuses","id":"open"}},"priority":{"data":{"type":"casepriorities","id":"high"}},"relatedContact":{"data":{"type":"contacts","id":"1"}},"assignedTo":{"data":{"type":"users","id":"2"}},"owner":{"data":{"type":"users","id":"1"}}}}}`,
);
/** As the vendor's guide shows the error of a wrong type; today it is told as a filter constraint. */
const errorOfFilter = parseJson(
  `{"errors":[{"status":"400","title":"filter constraint","detail":"Expected integer value. Given \\"aaa\\".","source":{"parameter":"filter[id]"}}]}`,
);

describe('OroCRM’s own samples', () => {
  it('the contact is shown as the vendor shows it', async () => {
    // Before 7.0, which adds externalId.
    const oro = await openOrocrm({ version: '6.1' });
    await oro.seed('accounts', { name: 'Acme' });
    await oro.seed('contacts', {
      firstName: 'Contact 1',
      birthday: '1973-03-07',
      emails: [{ email: 'c1_1@example.com' }, { email: 'c1_2@example.com' }],
      primaryEmail: 'c1_2@example.com',
      phones: [{ phone: '5556661111' }, { phone: '5556661112' }],
      primaryPhone: '5556661112',
      owner: '1',
      createdBy: '1',
      accounts: ['1'],
      createdAt: '2024-01-01T10:00:00Z',
    });
    expect((await oro.api('GET', 'contacts/1')).body).toEqual(contact);
  });

  it('the case can be created as the vendor creates it, and closed', async () => {
    const oro = await openOrocrm();
    await oro.seed('contacts', { firstName: 'Ada' });
    const made = await oro.api('POST', 'cases', newCase);
    expect([made.status, at(made.body, 'data.attributes.updatedAt')]).toEqual([201, null]);
    expect(made.headers.get('location')).toBe(`${oro.base}/api/cases/1`);
    for (const name of ['source', 'status', 'priority', 'relatedContact', 'assignedTo', 'owner'])
      expect(at(made.body, `data.relationships.${name}`)).toEqual(at(newCase, `data.relationships.${name}`));
    const status = { status: { data: { type: 'casestatuses', id: 'closed' } } };
    const closed = await oro.api('PATCH', 'cases/1', { data: { type: 'cases', id: '1', relationships: status } });
    expect(at(closed.body, 'data.attributes.closedAt')).toBe('2026-03-02T10:00:00Z');
  });

  it('errors name the parameter or the place', async () => {
    const oro = await openOrocrm();
    expect((await oro.api('GET', 'users?filter[id]=aaa')).body).toEqual(errorOfFilter);
    expect((await oro.api('GET', 'users?filter[unknown]=aaa')).body).toEqual({
      errors: [
        {
          status: '400',
          title: 'filter constraint',
          detail: 'The filter is not supported.',
          source: { parameter: 'filter[unknown]' },
        },
      ],
    });
    expect((await oro.api('POST', 'accounts', { data: { type: 'accounts', meta: {} } })).body).toEqual({
      errors: [
        {
          status: '400',
          title: 'not blank constraint',
          detail: 'This value should not be blank.',
          source: { pointer: '/data/attributes/name' },
        },
      ],
    });
  });

  it('a batch of accounts with their contacts is answered in its order', async () => {
    const oro = await openOrocrm();
    const entry = (n: number) => ({
      type: 'accounts',
      id: `account_${n}`,
      attributes: { name: `Account ${n}` },
      relationships: { contacts: { data: [{ type: 'contacts', id: `contact_${n}` }] } },
    });
    const beside = (n: number) => ({
      type: 'contacts',
      id: `contact_${n}`,
      attributes: { primaryEmail: `contact${n}@example.com` },
    });
    const body = { data: [entry(1), entry(2)], included: [beside(1), beside(2)] };
    const answer = await oro.api('PATCH', 'accounts', body, { 'x-mode': 'sync' });
    expect(answer.status).toBe(200);
    for (const n of [1, 2]) {
      expect(at(answer.body, `data.${n - 1}`)).toMatchObject({
        type: 'accounts',
        id: String(n),
        meta: { dataId: `account_${n}` },
        attributes: { name: `Account ${n}` },
        relationships: { contacts: { data: [{ type: 'contacts', id: String(n) }] } },
      });
      expect(at(answer.body, `included.${n - 1}`)).toMatchObject({
        type: 'contacts',
        id: String(n),
        meta: { includeId: `contact_${n}` },
        attributes: { primaryEmail: `contact${n}@example.com`, emails: [{ email: `contact${n}@example.com` }] },
      });
    }
  });

  it('a poll that goes on from the last time it saw misses nothing, however slowly the clock runs', async () => {
    const oro = await openOrocrm();
    const seen = new Set<string>();
    let since = '2026-03-02T00:00:00Z';
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 7; i++) {
        const data = { type: 'accounts', attributes: { name: `A${round}-${i}` } };
        expect((await oro.api('POST', 'accounts', { data })).status).toBe(201);
      }
      const page = await oro.api('GET', `accounts?filter[updatedAt][gte]=${since}&sort=updatedAt,id&page[size]=50`);
      const rows = listOf(at(page.body, 'data'));
      for (const row of rows) seen.add(textAt(row, 'id'));
      since = textAt(rows.at(-1), 'attributes.updatedAt');
      oro.advance(400);
    }
    expect(seen.size).toBe(140);
  });

  it('the token opens what it says, in the vendor’s media type', async () => {
    const oro = await openOrocrm();
    const answer = await oro.send('GET', '/api/userprofile', undefined, { ...oro.login, accept: mediaType });
    expect([answer.status, at(answer.body, 'data.id'), at(answer.body, 'data.attributes.username')]).toEqual([
      200,
      '1',
      'admin',
    ]);
  });
});
