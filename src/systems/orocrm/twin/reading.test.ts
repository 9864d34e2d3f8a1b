import { describe, expect, it } from 'vitest';
import { at, base, caseBasics, errorsOf, idsOf, mediaType, openOro, thing } from './testing.ts';

const two = { include: 'totalCount;noHateoas' } as const;

describe('a list', () => {
  it('shows the page that was asked for, with the count of all, without links if they are not wanted', async () => {
    const oro = await openOro();
    await oro.seed(
      'contacts',
      ...Array.from({ length: 37 }, (_, i) => ({
        firstName: `C${i + 1}`,
        primaryEmail: `c${i + 1}@x.example`,
        updatedAt: new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString(),
      })),
    );
    const path =
      'contacts?page[size]=2&page[number]=1&sort=-updatedAt&fields[contacts]=firstName,primaryEmail,updatedAt';
    const page = await oro.call('GET', path, undefined, { 'x-include': two.include });
    expect([page.status, page.headers.get('content-type'), page.headers.get('x-include-total-count')]).toEqual([
      200,
      mediaType,
      '37',
    ]);
    expect(page.body).toEqual({
      data: [
        {
          type: 'contacts',
          id: '37',
          attributes: { firstName: 'C37', updatedAt: '2026-01-01T00:00:36Z', primaryEmail: 'c37@x.example' },
        },
        {
          type: 'contacts',
          id: '36',
          attributes: { firstName: 'C36', updatedAt: '2026-01-01T00:00:35Z', primaryEmail: 'c36@x.example' },
        },
      ],
    });
  });

  it('has ten rows by default, all with -1, none with 0', async () => {
    const oro = await openOro();
    await oro.seed('accounts', ...Array.from({ length: 25 }, (_, i) => ({ name: `A${i}` })));
    const counts = [];
    for (const query of ['', '?page[size]=-1', '?page[size]=0', '?page[number]=3', '?page[number]=4']) {
      counts.push(idsOf(await oro.call('GET', `accounts${query}`)).length);
    }
    expect(counts).toEqual([10, 25, 0, 5, 0]);
  });

  it('links its neighbours, parameters sorted and encoded, and never the last page', async () => {
    const oro = await openOro();
    await oro.seed('contacts', ...Array.from({ length: 5 }, (_, i) => ({ firstName: `C${i}` })));
    const links = async (query: string) => (await oro.call('GET', `contacts?${query}`)).body.links;
    const here = `${base}/api/contacts`;
    expect(await links('page[size]=2')).toEqual({
      self: here,
      next: `${here}?page%5Bnumber%5D=2&page%5Bsize%5D=2`,
    });
    expect(await links('sort=-id&page[size]=2&page[number]=2')).toEqual({
      self: here,
      first: `${here}?page%5Bsize%5D=2&sort=-id`,
      prev: `${here}?page%5Bsize%5D=2&sort=-id`,
      next: `${here}?page%5Bnumber%5D=3&page%5Bsize%5D=2&sort=-id`,
    });
    expect(await links('page[size]=2&page[number]=3')).toEqual({
      self: here,
      first: `${here}?page%5Bsize%5D=2`,
      prev: `${here}?page%5Bnumber%5D=2&page%5Bsize%5D=2`,
    });
    const followed = await oro.call('GET', `${here}?page%5Bnumber%5D=3&page%5Bsize%5D=2&sort=-id`);
    expect(idsOf(followed)).toEqual(['1']);
  });

  it('misses a case that nobody has edited yet when it is asked by updatedAt, and finds it by createdAt', async () => {
    const oro = await openOro();
    await oro.call('POST', 'cases', { data: thing('cases', { subject: 'S' }, caseBasics) });
    expect(idsOf(await oro.call('GET', 'cases?filter[updatedAt][gte]=2024-01-01'))).toEqual([]);
    expect(idsOf(await oro.call('GET', 'cases?filter[updatedAt][exists]=no'))).toEqual(['1']);
    const found = await oro.call('GET', 'cases?filter[createdAt][gte]=2024-01-01');
    expect(at(found.body, 'data.0.attributes.updatedAt')).toBeNull();
    oro.advance(5_000);
    await oro.call('PATCH', 'cases/1', { data: thing('cases', { subject: 'T' }, {}, { id: '1' }) });
    const edited = await oro.call('GET', 'cases?filter[updatedAt][gte]=2026-11-20T08:30:05Z&sort=updatedAt,id');
    expect(at(edited.body, 'data.0.attributes.updatedAt')).toBe('2026-11-20T08:30:05Z');
  });

  it('includes what is asked for once, and shows of each type only its wanted fields', async () => {
    const oro = await openOro();
    const [one = '', other = ''] = await oro.seed('contacts', { firstName: 'Ada' }, { firstName: 'Ben' });
    await oro.seed('accounts', { name: 'Acme', contacts: [one, other], defaultContact: one });
    const path =
      'accounts?include=contacts,defaultContact&fields[accounts]=defaultContact,contacts&fields[contacts]=firstName';
    const { body } = await oro.call('GET', path, undefined, { 'x-include': 'noHateoas' });
    expect(body).toEqual({
      data: [
        {
          type: 'accounts',
          id: '1',
          relationships: {
            contacts: {
              data: [
                { type: 'contacts', id: '1' },
                { type: 'contacts', id: '2' },
              ],
            },
            defaultContact: { data: { type: 'contacts', id: '1' } },
          },
        },
      ],
      included: [
        { type: 'contacts', id: '1', attributes: { firstName: 'Ada' } },
        { type: 'contacts', id: '2', attributes: { firstName: 'Ben' } },
      ],
    });
  });

  it('puts what is null last, as PostgreSQL does, or first, as MySQL does', async () => {
    const oro = await openOro();
    await oro.seed(
      'cases',
      { subject: 'never', ...flat },
      { subject: 'late', ...flat, updatedAt: '2026-02-01T00:00:00Z' },
      { subject: 'early', ...flat, updatedAt: '2026-01-01T00:00:00Z' },
    );
    expect(idsOf(await oro.call('GET', 'cases?sort=updatedAt,id'))).toEqual(['3', '2', '1']);
    expect(idsOf(await oro.call('GET', 'cases?sort=-updatedAt'))).toEqual(['1', '2', '3']);
    await oro.control('PUT', 'settings', { database: 'mysql' });
    expect(idsOf(await oro.call('GET', 'cases?sort=updatedAt,id'))).toEqual(['1', '3', '2']);
  });
});

const flat = { source: 'other', status: 'open', priority: 'low' } as const;

describe('filters', () => {
  it('compare, take several values, ranges, and signs instead of names', async () => {
    const oro = await openOro();
    await oro.seed('accounts', ...['A', 'B', 'C', 'D, E'].map((name) => ({ name })));
    const found = async (query: string) => idsOf(await oro.call('GET', `accounts?${query}`));
    expect(await found('filter[id]=2,4')).toEqual(['2', '4']);
    expect(await found('filter[id]=2..3')).toEqual(['2', '3']);
    expect(await found('filter[id][gt]=1&filter[id][lt]=4')).toEqual(['2', '3']);
    expect(await found('filter[id]>2')).toEqual(['3', '4']);
    expect(await found('filter%5Bid%5D%3C%3D2')).toEqual(['1', '2']);
    expect(await found('filter[id]!=2')).toEqual(['1', '3', '4']);
    expect(await found('name=B')).toEqual(['2']);
    expect(await found(`filter[name]=${encodeURIComponent('D, E')}`)).toEqual(['4']);
    expect(await found('filter[name][neq]=B')).toEqual(['1', '3', '4']);
  });

  it('see only what is there: what is null is neither equal nor unequal', async () => {
    const oro = await openOro();
    await oro.seed('contacts', { firstName: 'Ada', jobTitle: 'Boss' }, { firstName: 'Ben' });
    const found = async (query: string) => idsOf(await oro.call('GET', `contacts?${query}`));
    expect(await found('filter[jobTitle][neq]=Chief')).toEqual(['1']);
    expect(await found('filter[jobTitle][neq_or_null]=Boss')).toEqual(['2']);
    expect(await found('filter[jobTitle][exists]=no')).toEqual(['2']);
    expect(await found('filter[jobTitle]*yes')).toEqual(['1']);
  });

  it('find by e-mail and phone, any of several, and by relations and through them', async () => {
    const oro = await openOro();
    await oro.seed(
      'contacts',
      { firstName: 'Ada', emails: [{ email: 'a@x.y' }, { email: 'b@x.y' }], primaryEmail: 'b@x.y' },
      { firstName: 'Ben', primaryEmail: 'c@x.y', primaryPhone: '5556661111' },
    );
    await oro.seed('cases', { subject: 'S', ...flat, relatedContact: '2' }, { subject: 'T', ...flat });
    const found = async (path: string) => idsOf(await oro.call('GET', path));
    expect(await found('contacts?filter[emails]=a@x.y')).toEqual(['1']);
    expect(await found('contacts?filter[emails]=b@x.y,c@x.y')).toEqual(['1', '2']);
    expect(await found('contacts?filter[primaryEmail]=b@x.y')).toEqual(['1']);
    expect(await found('contacts?filter[phones]=5556661111')).toEqual(['2']);
    expect(await found('cases?filter[relatedContact]=2')).toEqual(['1']);
    expect(await found('cases?filter[relatedContact][exists]=no')).toEqual(['2']);
    expect(await found('cases?filter[status]=open,closed')).toEqual(['1', '2']);
    expect(await found('cases?filter[relatedContact.firstName]=Ben')).toEqual(['1']);
    expect(await found('cases?filter[owner.username]=person')).toEqual(['1', '2']);
  });

  it('take times of any precision and zone; a plus sign may have become a blank', async () => {
    const oro = await openOro();
    await oro.seed(
      'accounts',
      ...['2010-10-01T10:11:12Z', '2010-11-02T10:12:13Z', '2011-12-01T11:13:14Z'].map((createdAt, i) => ({
        name: `A${i}`,
        createdAt,
      })),
    );
    const found = async (query: string) => idsOf(await oro.call('GET', `accounts?filter[createdAt]${query}`));
    for (const value of ['2010-11', '2010-11-02', '2010-11-02T10', '2010-11-02T10:12', '2010-11-02T12:12:13+02:00']) {
      expect([value, await found(`=${value}`)]).toEqual([value, ['2']]);
    }
    expect(await found('=2010')).toEqual(['1', '2']);
    expect(await found('=2010-10,2011-12')).toEqual(['1', '3']);
    expect(await found('[gte]=2010-11-02T10:12:13Z')).toEqual(['2', '3']);
    expect(await found('[gt]=2010-11-02T10:12:13Z')).toEqual(['3']);
    expect(await found('=2010-10-01..2010-11-02')).toEqual(['1', '2']);
  });

  it.each([
    ['filter[nope]=1', 'filter[nope]', 'The filter is not supported.'],
    ['filter[__proto__]=1', 'filter[__proto__]', 'The filter is not supported.'],
    ['filter[id]=foo', 'filter[id]', 'Expected integer value. Given "foo".'],
    ['filter[id]=1,foo', 'filter[id]', 'Expected an array of integers. Given "1,foo".'],
    ['filter[id]=1..foo', 'filter[id]', 'Expected a pair of integers (integer..integer). Given "1..foo".'],
    ['filter[createdAt]=test', 'filter[createdAt]', 'Expected datetime value. Given "test".'],
    ['filter[name][contains]=A', 'filter[name][contains]', 'The operator "contains" is not supported.'],
    ['filter[name]~A', 'filter[name]', 'The operator "contains" is not supported.'],
    ['filter[name][like]=A', 'filter[name][like]', 'The operator "like" is not known.'],
    ['page[size]=-2', 'page[size]', 'The value should be greater than or equals to -1.'],
    ['page[size]=str', 'page[size]', 'Expected integer value. Given "str".'],
    ['page[number]=0', 'page[number]', 'The value should be greater than or equals to 1.'],
    ['page[number]=-1', 'page[number]', 'Expected unsigned integer value. Given "-1".'],
    ['meta=another', 'meta', 'The "another" is not known meta property. Known properties: title.'],
    ['sort=emails', 'sort', 'Sorting by "emails" field is not supported.'],
    ['page[x]=1', 'page[x]', 'The filter is not supported.'],
  ])('refuse what they cannot be, and name it: %s', async (query, parameter, detail) => {
    const oro = await openOro();
    await oro.seed('contacts', { firstName: 'Ada' });
    const type = query.startsWith('sort') ? 'contacts' : 'accounts';
    const answer = await oro.call('GET', `${type}?${query}`);
    const title = query.startsWith('sort') ? 'sort constraint' : 'filter constraint';
    expect([answer.status, errorsOf(answer)]).toEqual([400, [{ status: '400', title, detail, source: { parameter } }]]);
  });

  it('a text field knows only whether it is there', async () => {
    const oro = await openOro();
    await oro.seed('cases', { subject: 'S', description: 'D', ...flat }, { subject: 'T', ...flat });
    expect(idsOf(await oro.call('GET', 'cases?filter[description][exists]=yes'))).toEqual(['1']);
    expect(errorsOf(await oro.call('GET', 'cases?filter[description]=D'))[0]?.detail).toBe(
      'The operator "eq" is not supported.',
    );
  });
});

describe('what is not for reading so', () => {
  it('lists of enum options come whole and know no pages', async () => {
    const oro = await openOro();
    expect(idsOf(await oro.call('GET', 'opportunitystatuses'))).toHaveLength(7);
    const answer = await oro.call('GET', 'leadstatuses?page[size]=100');
    expect(errorsOf(answer)[0]).toMatchObject({
      detail: 'The filter is not supported.',
      source: { parameter: 'page[size]' },
    });
  });

  it('titles rows when asked', async () => {
    const oro = await openOro();
    await oro.seed('contacts', { firstName: 'Ada', lastName: 'Byron' });
    expect(at((await oro.call('GET', 'contacts?meta=title')).body, 'data.0.meta')).toEqual({ title: 'Ada Byron' });
  });

  it('a client that does not ask for JSON:API gets the plain flavour', async () => {
    const oro = await openOro();
    await oro.seed('accounts', { name: 'Acme' });
    const answer = await oro.call('GET', 'accounts/1', undefined, { accept: 'application/json' });
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.body).toMatchObject({ id: 1, name: 'Acme', owner: 2 });
  });

  it('media types with parameters are refused', async () => {
    const oro = await openOro();
    const accept = await oro.call('GET', 'accounts', undefined, { accept: `${mediaType};charset=utf-8` });
    expect([accept.status, errorsOf(accept)[0]?.title]).toEqual([406, 'not acceptable http exception']);
    const type = await oro.call('POST', 'accounts', {}, { 'content-type': `${mediaType}; charset=utf-8` });
    expect([type.status, errorsOf(type)[0]?.detail]).toEqual([
      415,
      'The "Content-Type" request header should contain JSON:API media type without any parameters.',
    ]);
    const html = await oro.call('POST', 'accounts', {}, { accept: 'text/html' });
    expect(html.status).toBe(406);
    const either = await oro.call('GET', 'accounts', undefined, { accept: `${mediaType};q=0.9, ${mediaType}` });
    expect(either.status).toBe(200);
  });

  it('a type or address that is none, and a method that a type has not', async () => {
    const oro = await openOro();
    const unknown = await oro.call('GET', 'nosuch');
    expect([unknown.status, errorsOf(unknown)]).toEqual([
      404,
      [{ status: '404', title: 'entity type constraint', detail: 'Unknown entity type: nosuch.' }],
    ]);
    expect((await oro.call('GET', 'accounts/1/contacts/2/3')).status).toBe(404);
    const page = await oro.raw('GET', '/nowhere');
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8']);
    expect(oro.warnings).toHaveLength(3);
    const post = await oro.call('POST', 'countries', {});
    expect([post.status, post.headers.get('allow'), errorsOf(post)[0]?.detail]).toEqual([
      405,
      'OPTIONS, GET',
      'The action is not allowed.',
    ]);
    expect((await oro.call('PATCH', 'cases', {})).status).toBe(405);
    expect((await oro.call('GET', 'asyncoperations')).status).toBe(405);
    expect((await oro.call('GET', 'contactemails')).status).toBe(404);
    const options = await oro.call('OPTIONS', 'accounts/1');
    expect([options.status, options.headers.get('allow')]).toEqual([200, 'OPTIONS, GET, PATCH, DELETE']);
  });

  it('an id that is none, and one that is nobody’s', async () => {
    const oro = await openOro();
    expect(errorsOf(await oro.call('GET', 'accounts/foo'))).toEqual([
      { status: '400', title: 'entity identifier constraint', detail: 'Expected integer value. Given "foo".' },
    ]);
    const gone = await oro.call('GET', 'accounts/7');
    expect([gone.status, errorsOf(gone)]).toEqual([
      404,
      [
        {
          status: '404',
          title: 'not found http exception',
          detail: 'An entity with the requested identifier does not exist.',
        },
      ],
    ]);
  });

  it('long queries by POST with the method in a header', async () => {
    const oro = await openOro();
    await oro.seed('accounts', { name: 'A' }, { name: 'B' });
    const answer = await oro.call('POST', 'accounts?filter[name]=B', undefined, { 'x-http-method-override': 'GET' });
    expect([answer.status, idsOf(answer)]).toEqual([200, ['2']]);
  });
});
