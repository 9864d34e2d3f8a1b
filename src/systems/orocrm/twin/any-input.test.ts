import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonObject, parseJson } from '../../../twins/json.ts';
import { allTypes } from './catalogue.ts';
import { caseBasics, mediaType, openOro } from './testing.ts';

/** Hypothesis: whatever somebody sends to whichever address, the twin answers as the vendor would and never breaks. */
const types = [...allTypes.map(({ name }) => name), 'userprofile', 'constructor', '__proto__', ''];
const likely = ['accounts', 'contacts', 'cases', 'casecomments', 'contactaddresses', 'leads', 'users', 'webhooks'];
const names = [
  ...new Set(allTypes.flatMap(({ attributes, relations }) => [...attributes.keys(), ...relations.keys()])),
  'constructor',
  '__proto__',
  'toString',
  'id',
];
const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.constantFrom('1', 'open', 'a@x.y', '2026-01-01', '2026-01-01T00:00:00Z', '', ' '),
);
const point = fc.dictionary(fc.constantFrom('email', 'phone', 'x'), scalar, { maxKeys: 2 });
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('text', 'a@x.y', '2026-01-01', '1') },
  { weight: 2, arbitrary: scalar },
  fc.array(fc.oneof(scalar, point), { maxLength: 3 }),
  fc.constant([{ email: 'a@x.y' }]),
  point,
);
const typeName = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...likely) }, fc.constantFrom(...types));
const anyName = fc.constantFrom(...names);
/** Fields that the type has, and some that it has not. */
const nameOf = (type: string): fc.Arbitrary<string> => {
  const known = allTypes.find(({ name }) => name === type);
  const own = known === undefined ? [] : [...known.attributes.keys(), ...known.relations.keys()];
  return own.length === 0 ? anyName : fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...own) }, anyName);
};
const id = fc.constantFrom('1', '1', '1', '2', '0', '-1', 'abc', 'open', '9'.repeat(30), '__proto__', '%', '..');
const link = fc.oneof(scalar, fc.record({ type: typeName, id: fc.oneof(id, scalar) }, { requiredKeys: [] }));
/** What a relation of the type may lead to, and what it may not. */
const relationshipsOf = (type: string) => {
  const own = [...(allTypes.find(({ name }) => name === type)?.relations ?? [])];
  if (own.length === 0) return fc.dictionary(anyName, fc.record({ data: link }), { maxKeys: 2 });
  const fit = fc.constantFrom(...own).map(([name, { to, many }]) => {
    const target = { type: to[0] ?? '', id: to[0]?.startsWith('case') ? 'open' : '1' };
    return { [name]: { data: many ? [target] : target } };
  });
  const unfit = fc.dictionary(nameOf(type), fc.oneof(scalar, fc.record({ data: fc.oneof(link, fc.array(link)) })), {
    minKeys: 1,
    maxKeys: 2,
  });
  return fc.oneof({ weight: 3, arbitrary: fit }, unfit);
};
const meta = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  fc.record({ update: scalar, upsert: fc.oneof(scalar, fc.constant(['email'])), validate: scalar }),
  scalar,
);
const resource = (type: string) =>
  fc.record(
    {
      type: fc.oneof({ weight: 9, arbitrary: fc.constant(type) }, typeName),
      id: fc.oneof({ weight: 9, arbitrary: id }, scalar),
      attributes: fc.oneof(
        { weight: 9, arbitrary: fc.dictionary(nameOf(type), value, { minKeys: 1, maxKeys: 5 }) },
        scalar,
      ),
      relationships: fc.oneof({ weight: 9, arbitrary: relationshipsOf(type) }, scalar),
      meta,
    },
    { requiredKeys: ['type'] },
  );
const parameter = fc.oneof(
  fc.constantFrom(
    'page[size]',
    'page[number]',
    'sort',
    'include',
    'meta',
    'fields[contacts]',
    'filter',
    'filter[',
    '[]',
  ),
  fc
    .tuple(fc.constantFrom(...names), fc.constantFrom('', '[eq]', '[gte]', '[exists]', '[x]', '[lt][gt]'))
    .map(([name, operator]) => `filter[${name}]${operator}`),
);
const sign = fc.constantFrom('=', '!=', '<', '>=', '~', '*', '');
const text = fc.oneof(
  fc.string(),
  fc.constantFrom('1', '0', '-1', '1,2', '1..2', '2026', '2026-13', 'yes', '-id', 'contacts.accounts', '%zz', '1e9'),
);
const part = fc.tuple(parameter, sign, text).map(([name, by, value]) => `${name}${by}${encodeURIComponent(value)}`);
const query = fc.oneof({ weight: 2, arbitrary: fc.constant<string[]>([]) }, fc.array(part, { maxLength: 2 }));
const headers = fc.record(
  {
    accept: fc.constantFrom(
      mediaType,
      mediaType,
      mediaType,
      '*/*',
      'text/html',
      `${mediaType};q=1`,
      'application/json',
    ),
    'x-mode': fc.constantFrom('sync', 'x'),
    'x-include': fc.constantFrom('totalCount', 'noHateoas;totalCount', 'deletedCount', ';;'),
    'x-integration-type': fc.constantFrom('ext_id', 'x', 'x'),
    'x-http-method-override': fc.constantFrom('POST', 'POST', 'POST', 'GET', 'PATCH', 'DELETE', 'nonsense'),
  },
  { requiredKeys: [] },
);
const wild = typeName.chain((type) =>
  fc.record({
    method: fc.constantFrom('GET', 'GET', 'POST', 'POST', 'POST', 'PATCH', 'PATCH', 'DELETE', 'PUT', 'OPTIONS', 'HEAD'),
    path: fc.oneof(
      { weight: 3, arbitrary: fc.constant(type) },
      { weight: 3, arbitrary: id.map((one) => `${type}/${one}`) },
      fc.tuple(id, nameOf(type)).map(([one, name]) => `${type}/${one}/${name}`),
      fc.tuple(id, nameOf(type)).map(([one, name]) => `${type}/${one}/relationships/${name}`),
      fc.constantFrom('asyncoperations/1/errors', 'asyncoperations/1', '', '/', 'a/b/c/d/e'),
    ),
    query,
    headers,
    body: fc.oneof(
      { weight: 4, arbitrary: fc.record({ data: resource(type) }) },
      { weight: 2, arbitrary: fc.record({ data: fc.array(resource(type), { maxLength: 3 }) }) },
      fc.record({ data: resource(type), included: fc.array(typeName.chain(resource), { maxLength: 2 }) }),
      fc.record({ data: fc.oneof(link, fc.array(link, { maxLength: 2 })), included: scalar }, { requiredKeys: [] }),
      value,
    ),
  }),
);

/** What is enough to create one, to which anything is added. */
const enough: Readonly<Record<string, readonly [attributes: JsonObject, relationships: JsonObject]>> = {
  accounts: [{ name: 'A' }, {}],
  contacts: [{ firstName: 'A' }, {}],
  leads: [{ name: 'A' }, {}],
  cases: [{ subject: 'A' }, Object.fromEntries(Object.entries(caseBasics).map(([name, data]) => [name, { data }]))],
  casecomments: [{ message: 'A' }, { case: { data: { type: 'cases', id: '1' } } }],
};
const fair = fc.constantFrom(...Object.entries(enough)).chain(([type, [attributes, relationships]]) =>
  fc
    .record({
      isNew: fc.boolean(),
      more: fc.dictionary(nameOf(type), value, { maxKeys: 2 }),
      links: relationshipsOf(type),
      isLinked: fc.boolean(),
    })
    .map(({ isNew, more, links, isLinked }) => ({
      method: isNew ? 'POST' : 'PATCH',
      path: isNew ? type : `${type}/1`,
      query: [],
      headers: {},
      body: {
        data: {
          type,
          ...(isNew ? {} : { id: '1' }),
          attributes: { ...attributes, ...more },
          relationships: { ...relationships, ...(isLinked ? links : {}) },
        },
      },
    })),
);
const request = fc.oneof(wild, fair);

describe('any input', () => {
  it('is answered with less than 500, and without a line in the log of bugs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 20_000 }),
        async (requests, stepMs) => {
          const oro = await openOro();
          await oro.seed('accounts', { name: 'A' }, { name: 'B', externalId: 'x' });
          await oro.seed('contacts', { firstName: 'Ada', primaryEmail: 'a@x.y', accounts: ['1'] });
          await oro.seed('cases', { subject: 'S', source: 'web', status: 'open', priority: 'low' });
          for (const { method, path, query, headers, body } of requests) {
            const hasBody = !['GET', 'HEAD', 'OPTIONS'].includes(method);
            const content = hasBody ? parseJson(JSON.stringify(body)) : undefined;
            const answer = await oro.call(method, `${path}?${query.join('&')}`, content, headers);
            expect(answer.status).toBeLessThan(500);
            oro.advance(stepMs);
          }
          oro.advance(60_000);
          await oro.call('GET', 'userprofile');
          expect(oro.bugs).toEqual([]);
        },
      ),
      { numRuns: 600, seed: 20_261_120 },
    );
  }, 60_000);
});
