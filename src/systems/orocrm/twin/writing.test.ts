import { describe, expect, it } from 'vitest';
import { at, base, caseBasics, errorsOf, openOro, thing } from './testing.ts';

const acme = { data: thing('accounts', { name: 'Acme' }) };

describe('a create', () => {
  it('answers the whole record with its address, owned by the API user', async () => {
    const oro = await openOro();
    const made = await oro.call('POST', 'accounts', acme, { 'x-include': 'noHateoas' });
    expect([made.status, made.headers.get('location')]).toEqual([201, `${base}/api/accounts/1`]);
    expect(made.body).toEqual({
      data: {
        type: 'accounts',
        id: '1',
        attributes: {
          lastContactedDate: null,
          lastContactedDateIn: null,
          lastContactedDateOut: null,
          timesContacted: null,
          timesContactedIn: null,
          timesContactedOut: null,
          name: 'Acme',
          externalId: null,
          createdAt: '2026-11-20T08:30:00Z',
          updatedAt: '2026-11-20T08:30:00Z',
        },
        relationships: {
          owner: { data: { type: 'users', id: '1' } },
          organization: { data: { type: 'organizations', id: '1' } },
          contacts: { data: [] },
          defaultContact: { data: null },
          referredBy: { data: null },
        },
      },
    });
    expect((await oro.call('GET', 'accounts/1', undefined, { 'x-include': 'noHateoas' })).body).toEqual(made.body);
  });

  it('of the vendor’s sample case is a case', async () => {
    const oro = await openOro();
    const [contact = ''] = await oro.seed('contacts', { firstName: 'Ada' });
    const relationships = {
      ...caseBasics,
      relatedContact: { type: 'contacts', id: contact },
      assignedTo: { type: 'users', id: '2' },
      owner: { type: 'users', id: '1' },
    };
    const made = await oro.call('POST', 'cases', {
      data: thing('cases', { subject: 'S', description: 'D' }, relationships),
    });
    expect(made.status).toBe(201);
    expect(at(made.body, 'data.attributes')).toEqual({
      subject: 'S',
      description: 'D',
      resolution: null,
      createdAt: '2026-11-20T08:30:00Z',
      updatedAt: null,
      reportedAt: '2026-11-20T08:30:00Z',
      closedAt: null,
      externalId: null,
    });
    expect(at(made.body, 'data.relationships.status')).toEqual({
      links: {
        self: `${base}/api/cases/1/relationships/status`,
        related: `${base}/api/cases/1/status`,
      },
      data: { type: 'casestatuses', id: 'open' },
    });
  });

  it('ignores what is read-only, and refuses what is unknown', async () => {
    const oro = await openOro();
    const made = await oro.call('POST', 'accounts', {
      data: thing('accounts', { name: 'A', createdAt: '2001-01-01T00:00:00Z', updatedAt: 'x', timesContacted: 7 }),
    });
    expect([made.status, at(made.body, 'data.attributes.createdAt')]).toEqual([201, '2026-11-20T08:30:00Z']);
    const refused = await oro.call('POST', 'accounts', { data: thing('accounts', { name: 'A', description: 'x' }) });
    expect([refused.status, errorsOf(refused)]).toEqual([
      400,
      [
        {
          status: '400',
          title: 'extra fields constraint',
          detail: 'This form should not contain extra fields: "description".',
        },
      ],
    ]);
  });

  it('trims texts, makes empty ones null, and reads numbers as texts', async () => {
    const oro = await openOro();
    const made = await oro.call('POST', 'contacts', {
      data: thing('contacts', { firstName: '  Ada ', jobTitle: '', fax: 12, birthday: '1815-12-10' }),
    });
    expect(at(made.body, 'data.attributes')).toMatchObject({
      firstName: 'Ada',
      jobTitle: null,
      fax: '12',
      birthday: '1815-12-10',
    });
  });
});

describe('what is refused', () => {
  it.each([
    ['accounts', {}, 'not blank constraint', 'This value should not be blank.', '/data/attributes/name'],
    [
      'accounts',
      { name: 'x'.repeat(256) },
      'length constraint',
      'This value is too long. It should have 255 characters or less.',
      '/data/attributes/name',
    ],
    ['accounts', { name: ['x'] }, 'form constraint', 'This value is not valid.', '/data/attributes/name'],
    [
      'contacts',
      { lastName: 'x'.repeat(101) },
      'length constraint',
      'This value is too long. It should have 100 characters or less.',
      '/data/attributes/lastName',
    ],
    [
      'contacts',
      { firstName: 'A', gender: 'x' },
      'choice constraint',
      'The value you selected is not a valid choice.',
      '/data/attributes/gender',
    ],
    [
      'contacts',
      { firstName: 'A', birthday: '2030-01-01' },
      'birthday constraint',
      'The birth date cannot be in the future.',
      '/data/attributes/birthday',
    ],
    [
      'contacts',
      { firstName: 'A', birthday: '2001-02-30' },
      'form constraint',
      'This value is not valid.',
      '/data/attributes/birthday',
    ],
    [
      'contacts',
      { firstName: 'A', primaryEmail: 'nobody' },
      'email constraint',
      'This value is not a valid email address.',
      '/data/attributes/primaryEmail',
    ],
    [
      'leads',
      { name: 'L', numberOfEmployees: 'many' },
      'form constraint',
      'This value is not valid.',
      '/data/attributes/numberOfEmployees',
    ],
    [
      'users',
      { username: 'admin', email: 'n@x.y', firstName: 'N', lastName: 'N' },
      'unique entity constraint',
      'This username is already registered by another user.',
      '/data/attributes/username',
    ],
  ])('of %s: %j', async (type, attributes, title, detail, pointer) => {
    const oro = await openOro();
    const relationships = type === 'users' ? { owner: { type: 'businessunits', id: '1' } } : {};
    const answer = await oro.call('POST', type, {
      data: thing(type, attributes, relationships, Object.keys(attributes).length === 0 ? { meta: {} } : {}),
    });
    expect([answer.status, errorsOf(answer)[0]]).toEqual([400, { status: '400', title, detail, source: { pointer } }]);
    expect(await oro.control('GET', `records/${type}`)).toHaveLength(type === 'users' ? 2 : 0);
  });

  it('a contact of which nothing is known', async () => {
    const oro = await openOro();
    const answer = await oro.call('POST', 'contacts', { data: thing('contacts', { jobTitle: 'x' }) });
    expect([answer.status, errorsOf(answer)]).toEqual([
      400,
      [
        {
          status: '400',
          title: 'has contact information constraint',
          detail: 'At least one of the fields First name, Last name, Emails or Phones must be defined.',
        },
      ],
    ]);
  });

  it('all at once: every problem of a case is told, each at its place', async () => {
    const oro = await openOro();
    const answer = await oro.call('POST', 'cases', {
      data: thing(
        'cases',
        { description: 'D' },
        {
          status: caseBasics.status,
          priority: { type: 'casepriorities', id: 'mid' },
          owner: { type: 'users', id: '99' },
        },
      ),
    });
    expect(errorsOf(answer).map((error) => [at(error, 'title'), at(error, 'source.pointer')])).toEqual([
      ['form constraint', '/data/relationships/priority/data'],
      ['form constraint', '/data/relationships/owner/data'],
      ['not blank constraint', '/data/attributes/subject'],
      ['not blank constraint', '/data/relationships/source/data'],
    ]);
    expect(errorsOf(answer)[0]?.detail).toBe('The entity does not exist.');
  });

  it('documents that are none', async () => {
    const oro = await openOro();
    const first = async (body: Parameters<typeof oro.call>[2]) => {
      const answer = await oro.call('POST', 'accounts', body);
      const [error = {}] = errorsOf(answer);
      return [answer.status, error.title, error.detail, at(error, 'source.pointer')];
    };
    const data = 'request data constraint';
    expect(await first({})).toEqual([400, data, 'The primary data object should exist', '/data']);
    expect(await first({ data: null })).toEqual([400, data, 'The primary data object should not be empty', '/data']);
    expect(await first({ data: { attributes: { name: 'A' } } })).toEqual([
      400,
      data,
      "The 'type' property is required",
      '/data/type',
    ]);
    expect(await first({ data: { type: 'contacts', attributes: { name: 'A' } } })).toEqual([
      409,
      'conflict constraint',
      "The 'type' property of the primary data object should match the requested resource",
      '/data/type',
    ]);
    expect(await first({ data: { type: 'accounts', attributes: [1] } })).toEqual([
      400,
      data,
      "The 'attributes' property should be an associative array",
      '/data/attributes',
    ]);
    expect(await first({ data: { type: 'accounts', relationships: { owner: null } } })).toEqual([
      400,
      data,
      "The relationship should have 'data' property",
      '/data/relationships/owner',
    ]);
    expect(
      await first({ data: { type: 'accounts', relationships: { owner: { data: { type: 'users', id: 1 } } } } }),
    ).toEqual([400, data, "The 'id' property should be a string", '/data/relationships/owner/data/id']);
  });

  it('a body that is not JSON, with line and column', async () => {
    const oro = await openOro();
    const headers = { 'content-type': 'application/vnd.api+json' };
    const login = (
      await oro.raw(
        'POST',
        '/oauth2-token',
        'grant_type=client_credentials&client_id=syncline_twin&client_secret=twin-client-secret',
      )
    ).body;
    const authorization = `Bearer ${String(login.access_token)}`;
    const answer = await oro.raw('POST', '/api/accounts', '{"data": {"type": test"}}', { ...headers, authorization });
    expect([answer.status, errorsOf(answer)[0]?.title]).toEqual([400, 'bad request http exception']);
    expect(errorsOf(answer)[0]?.detail).toMatch(/^Invalid json message received\. Parsing error in \[1:\d+\]\./);
    const empty = await oro.raw('POST', '/api/accounts', '', { ...headers, authorization });
    expect(errorsOf(empty)[0]?.detail).toBe('The request data should not be empty');
  });

  it('an id in the body that is not that of the address', async () => {
    const oro = await openOro();
    await oro.seed('accounts', { name: 'A' });
    const body = { data: thing('accounts', { name: 'B' }, {}, { id: '2' }) };
    expect(errorsOf(await oro.call('PATCH', 'accounts/1', body))[0]).toMatchObject({
      title: 'entity identifier constraint',
      source: { pointer: '/data/id' },
    });
  });

  it('an opportunity without account and customer, and one whose customer is another account’s', async () => {
    const oro = await openOro();
    await oro.seed('accounts', { name: 'A' }, { name: 'B' });
    await oro.seed('b2bcustomers', { name: 'C', account: '1', dataChannel: '1' });
    const customer = { type: 'b2bcustomers', id: '1' };
    const none = await oro.call('POST', 'opportunities', { data: thing('opportunities', { name: 'O' }) });
    expect(errorsOf(none)[0]?.detail).toBe('Either an account or a customer should be set.');
    const other = await oro.call('POST', 'opportunities', {
      data: thing('opportunities', { name: 'O' }, { customer, account: { type: 'accounts', id: '2' } }),
    });
    expect(errorsOf(other)[0]).toMatchObject({
      detail: 'The customer should be a part of the specified account.',
      source: { pointer: '/data/relationships/customer/data' },
    });
    const fit = await oro.call('POST', 'opportunities', { data: thing('opportunities', { name: 'O' }, { customer }) });
    expect(at(fit.body, 'data.relationships.account.data.id')).toBe('1');
    expect(at(fit.body, 'data.relationships.status.data.id')).toBe('in_progress');
    expect(at((await oro.call('GET', 'b2bcustomers/1/relationships/opportunities')).body, 'data')).toEqual([
      { type: 'opportunities', id: '1' },
    ]);
  });
});
