import { describe, expect, it } from 'vitest';
import { at, caseBasics, errorsOf, idsOf, openOro, thing } from './testing.ts';

const flat = { source: 'other', status: 'open', priority: 'low' } as const;

describe('a person', () => {
  it('edits as another user than the API’s, and the vendor’s own stamps move', async () => {
    const oro = await openOro();
    await oro.call('POST', 'contacts', { data: thing('contacts', { firstName: 'Ada' }) });
    await oro.call('POST', 'cases', { data: thing('cases', { subject: 'S' }, caseBasics) });
    oro.advance(60_000);
    const edited = await oro.control('PATCH', 'records/contacts/1', { firstName: 'Eve', accounts: [] });
    expect(edited).toMatchObject({
      firstName: 'Eve',
      createdBy: '1',
      updatedBy: '2',
      updatedAt: '2026-11-20T08:31:00Z',
    });
    expect(await oro.control('PATCH', 'records/cases/1', { status: 'closed' })).toMatchObject({
      status: 'closed',
      updatedAt: '2026-11-20T08:31:00Z',
      closedAt: '2026-11-20T08:31:00Z',
    });
    const polled = await oro.call('GET', 'cases?filter[updatedAt][gte]=2026-11-20T08:31:00Z');
    expect(idsOf(polled)).toEqual(['1']);
  });

  it('is held to the same rules, and told what is wrong', async () => {
    const oro = await openOro();
    await oro.seed('accounts', { name: 'A' });
    await expect(oro.control('PATCH', 'records/accounts/1', { name: '' })).rejects.toThrow('not blank');
    await expect(oro.control('PATCH', 'records/accounts/7', { name: 'B' })).rejects.toThrow('no accounts 7');
    await expect(oro.control('GET', 'records/nothing')).rejects.toThrow('no object nothing');
    await expect(oro.control('POST', 'records/accounts/1/merge', {})).rejects.toThrow('hide and show');
  });

  it('removes records for good; what was removed is flagged', async () => {
    const oro = await openOro();
    await oro.seed('cases', { subject: 'S', ...flat });
    await oro.seed('casecomments', { message: 'M', case: '1' });
    await oro.control('DELETE', 'records/cases/1');
    expect((await oro.call('GET', 'cases/1')).status).toBe(404);
    expect(await oro.control('GET', 'records/casecomments')).toMatchObject([{ id: '1', removed: true }]);
  });
});

describe('seeds', () => {
  it('keep the stamps they are given, flat or in the vendor’s shape', async () => {
    const oro = await openOro();
    const stamps = { createdAt: '2024-01-01T10:00:00Z', updatedAt: '2024-02-01T10:00:00+02:00' };
    await oro.seed('cases', { subject: 'S', ...flat, ...stamps, closedAt: '2024-01-15T00:00:00Z' });
    await oro.seed('contacts', {
      attributes: { firstName: 'Ada', primaryEmail: 'a@x.y' },
      relationships: { owner: { data: { type: 'users', id: '1' } } },
    });
    expect(at((await oro.call('GET', 'cases/1')).body, 'data.attributes')).toMatchObject({
      createdAt: '2024-01-01T10:00:00Z',
      updatedAt: '2024-02-01T08:00:00Z',
      closedAt: '2024-01-15T00:00:00Z',
    });
    expect(await oro.control('GET', 'records/contacts')).toMatchObject([{ owner: '1', emails: [{ email: 'a@x.y' }] }]);
    await expect(oro.seed('accounts', { name: 'A', createdAt: 'soon' })).rejects.toThrow('is not a time');
  });

  it('add custom fields and options', async () => {
    const oro = await openOro();
    await oro.control('PUT', 'schema', {
      accounts: {
        fields: [
          { name: 'zendesk_id', type: 'string', length: 20 },
          { name: 'tier', type: 'enum', options: [{ id: 'gold', label: 'Gold' }] },
        ],
      },
    });
    const tier = { tier: { type: 'tiers', id: 'gold' } };
    const made = await oro.call('POST', 'accounts', { data: thing('accounts', { name: 'A', zendesk_id: '42' }, tier) });
    expect([made.status, at(made.body, 'data.attributes.zendesk_id')]).toEqual([201, '42']);
    expect(idsOf(await oro.call('GET', 'accounts?filter[zendesk_id]=42&filter[tier]=gold'))).toEqual(['1']);
    expect(at((await oro.call('GET', 'tiers')).body, 'data.0.attributes.name')).toBe('Gold');
    const wrong = await oro.call('POST', 'accounts', {
      data: thing('accounts', { name: 'A', zendesk_id: 'x'.repeat(21) }),
    });
    expect(errorsOf(wrong)[0]).toMatchObject({ title: 'length constraint' });
    await expect(oro.control('PUT', 'schema', { accounts: { fields: [{ name: '__proto__' }] } })).rejects.toThrow(
      'fields',
    );
  });
});

describe('times', () => {
  it('come in any zone and go out in UTC, to the second; a date is a date and no time', async () => {
    const oro = await openOro();
    await oro.control('PUT', 'schema', {
      cases: {
        fields: [
          { name: 'due', type: 'datetime' },
          { name: 'day', type: 'date' },
        ],
      },
    });
    const made = async (fields: Readonly<Record<string, string>>) =>
      oro.call('POST', 'cases', { data: thing('cases', { subject: 'S', ...fields }, caseBasics) });
    const shown = async (due: string) => at((await made({ due })).body, 'data.attributes.due');
    expect(await shown('2024-05-01T10:00:00Z')).toBe('2024-05-01T10:00:00Z');
    expect(await shown('2024-05-01T12:00:00.750+02:00')).toBe('2024-05-01T10:00:00Z');
    expect(await shown('2024-05-01T00:30:00-0930')).toBe('2024-05-01T10:00:00Z');
    for (const fields of [{ due: 'tomorrow' }, { due: '2024-02-30T10:00:00Z' }, { day: '2024-05-01T10:00:00Z' }]) {
      expect(errorsOf(await made(fields))[0]).toMatchObject({ title: 'form constraint' });
    }
    expect(idsOf(await oro.call('GET', 'cases?filter[due][lte]=2024-05-01T11:00:00%2B01:00'))).toEqual(['1', '2', '3']);
  });
});

describe('what the API user may not see', () => {
  it('is not in lists, denied by its id, and cannot be referred to', async () => {
    const oro = await openOro();
    await oro.seed('contacts', { firstName: 'Ada' }, { firstName: 'Ben' });
    await oro.seed('accounts', { name: 'A', contacts: ['1', '2'], defaultContact: '2' });
    await oro.control('POST', 'records/contacts/2/hide', {});
    expect(idsOf(await oro.call('GET', 'contacts'))).toEqual(['1']);
    for (const method of ['GET', 'DELETE']) {
      const answer = await oro.call(method, 'contacts/2');
      expect([answer.status, errorsOf(answer)]).toEqual([
        403,
        [{ status: '403', title: 'access denied exception', detail: 'No access to the entity.' }],
      ]);
    }
    const refused = await oro.call('POST', 'accounts', {
      data: thing('accounts', { name: 'B' }, { contacts: [{ type: 'contacts', id: '2' }] }),
    });
    expect([refused.status, errorsOf(refused)]).toEqual([
      403,
      [
        {
          status: '403',
          title: 'access granted constraint',
          detail: 'The "VIEW" permission is denied for the related resource.',
          source: { pointer: '/data/relationships/contacts/data/0' },
        },
      ],
    ]);
    const contacts = await oro.call('GET', 'accounts/1?include=contacts');
    expect(at(contacts.body, 'data.relationships.contacts.data')).toEqual([{ type: 'contacts', id: '1' }]);
    expect(at(contacts.body, 'included.1')).toBeUndefined();
    await oro.control('POST', 'records/contacts/2/show', {});
    expect(idsOf(await oro.call('GET', 'contacts'))).toEqual(['1', '2']);
  });

  it('or do with any record of a type is denied as a whole', async () => {
    const oro = await openOro({ denied: ['accounts.view', 'contacts.delete', 'cases.create'] });
    await oro.seed('contacts', { firstName: 'Ada' });
    const expected = [403, 'No access to this type of entities.'];
    for (const [method, path, body] of [
      ['GET', 'accounts', undefined],
      ['GET', 'accounts/1', undefined],
      ['DELETE', 'contacts/1', undefined],
      ['DELETE', 'contacts?filter[id]=1', undefined],
      ['POST', 'cases', { data: thing('cases', { subject: 'S' }, caseBasics) }],
    ] as const) {
      const answer = await oro.call(method, path, body);
      expect([method, path, answer.status, errorsOf(answer)[0]?.detail]).toEqual([method, path, ...expected]);
    }
  });
});

describe('what lies in front of the software', () => {
  it('limits by a proxy, in HTML', async () => {
    const oro = await openOro({ limits: { requestsPerMinute: 2 } });
    oro.advance(60_000);
    expect((await oro.call('GET', 'accounts')).status).toBe(200);
    expect((await oro.call('GET', 'accounts')).status).toBe(200);
    const limited = await oro.call('GET', 'accounts');
    expect([limited.status, limited.headers.get('retry-after'), limited.headers.get('content-type')]).toEqual([
      429,
      '60',
      'text/html',
    ]);
    await oro.control('PUT', 'settings', { limits: { off: true } });
    expect((await oro.call('GET', 'accounts')).status).toBe(200);
  });

  it('fails in HTML, loses answers, and refuses single items, where a fault is planted', async () => {
    const oro = await openOro();
    await oro.control('POST', 'faults', { do: 'status', status: 502, body: '<html>Bad Gateway</html>', times: 1 });
    const bad = await oro.call('GET', 'accounts');
    expect([bad.status, bad.headers.get('content-type')]).toEqual([502, 'text/html;charset=utf-8']);
    await oro.control('POST', 'faults', { match: { method: 'POST' }, do: 'lose-answer', times: 1 });
    const body = { data: thing('accounts', { name: 'A' }) };
    await expect(oro.call('POST', 'accounts', body)).rejects.toThrow('fetch failed');
    expect(idsOf(await oro.call('GET', 'accounts?filter[name]=A'))).toEqual(['1']);
    await oro.control('POST', 'faults', {
      match: { path: 'accounts' },
      do: 'refuse',
      times: 1,
      body: { status: 400, title: 'length constraint', detail: 'Too long.', pointer: '/attributes/name' },
    });
    const refused = await oro.call('POST', 'accounts', body);
    expect([refused.status, errorsOf(refused)]).toEqual([
      400,
      [
        {
          status: '400',
          title: 'length constraint',
          detail: 'Too long.',
          source: { pointer: '/data/attributes/name' },
        },
      ],
    ]);
  });

  it('may serve the API below a prefix', async () => {
    const oro = await openOro({ prefix: '/admin' });
    expect((await oro.call('GET', 'accounts')).status).toBe(404);
    const below = await oro.call('GET', 'https://acme.orocrm.example/admin/api/accounts');
    expect([below.status, at(below.body, 'links.self')]).toEqual([
      200,
      'https://acme.orocrm.example/admin/api/accounts',
    ]);
  });
});

describe('the same seed', () => {
  it('gives the same ids, lags and tokens', async () => {
    const story = async (seed: number): Promise<readonly string[]> => {
      const oro = await openOro({}, { seed });
      const told: string[] = [];
      await oro.control('POST', 'faults', { match: { path: 'accounts' }, do: 'status', chance: 0.3 });
      for (let i = 0; i < 8; i++) {
        const { status, text } = await oro.call('POST', 'accounts', { data: thing('accounts', { name: `A${i}` }) });
        told.push(`${status} ${text}`);
      }
      await oro.control('DELETE', 'faults');
      await oro.call('PATCH', 'accounts', { data: [thing('accounts', { name: 'B' })] });
      for (let i = 0; i < 12; i++) {
        oro.advance(1_000);
        told.push((await oro.call('GET', 'asyncoperations/1')).text);
      }
      return told;
    };
    expect(await story(5)).toEqual(await story(5));
    expect(await story(5)).not.toEqual(await story(6));
  });
});
